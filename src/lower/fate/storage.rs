//! What containers keep.

use super::Fate;
use super::row::{Row, Sample, approximated, exact, exception, irrelevant, lost, refused};
use crate::diag::Code;

/// Why a bind mount is refused on Fargate.
const NO_INSTANCE: &str = "a task on Fargate has no instance whose directories it could mount";

/// Why a volume is lost on Fargate.
const UNLESS_ON_EFS: &str = "on Fargate, what a volume holds is lost with its task, unless it is on EFS";

/// What becomes of each key.
pub(super) const ROWS: &[Row] = &[
    exact("services.*.volumes", "containerDefinitions[].mountPoints[].sourceVolume", "all short forms")
        .fargate(
            Fate::Lost,
            UNLESS_ON_EFS,
        )
        .file("services:\n  web:\n    image: nginx:1‹\n    volumes: [\"data:/data\"]›\nvolumes:\n  data:"),
    exact(
        "services.*.volumes[].type",
        "containerDefinitions[].linuxParameters.tmpfs[].containerPath",
        "`volume`, `bind` and `tmpfs`",
    )
    .service("volumes:\n  - target: /data\n    type: ‹tmpfs|volume›")
    .except(&[
        exception(
            Fate::Refused,
            "where it is `npipe`, `cluster` or `image`",
            Sample::Service("volumes:\n  - target: /data\n    source: example/files:1\n    type: ‹image|volume›"),
        ),
    ]),
    approximated(
        "services.*.volumes[].source",
        "volumes[].host.sourcePath",
        "what is mounted must be there on every instance that may run the task",
    )
    .code(Code::InstanceStorage).fargate(Fate::Refused, NO_INSTANCE)
    .hint("bake files into the image, and keep data in a named volume")
    .service("volumes:\n  ‹- type: bind\n    source: /srv/web\n    target: /srv›")
    .except(&[exception(
        Fate::Exact,
        "where it is a volume on EFS",
        Sample::File(
            "services:\n  web:\n    image: nginx:1\n    volumes:\n      - type: volume‹\n        source: data›\n        target: \
             /data\nvolumes:\n  data:\n    driver_opts:\n      type: nfs4\n      o: \
             addr=fs-0123456789abcdef0.efs.eu-west-1.amazonaws.com\n      device: \":/\"",
        ),
    )]),
    exact("services.*.volumes[].target", "containerDefinitions[].mountPoints[].containerPath", "as written")
        .service("volumes:\n  ‹- type: volume\n    target: /data›"),
    exact("services.*.volumes[].read_only", "containerDefinitions[].mountPoints[].readOnly", "as written")
        .service("volumes:\n  - type: volume\n    target: /data‹\n    read_only: true›"),
    irrelevant("services.*.volumes[].consistency", "it speaks to Docker Desktop")
        .service("volumes:\n  - type: volume\n    target: /data‹\n    consistency: cached›"),
    lost("services.*.volumes[].bind.propagation", "on ECS, mounts below this one stay `rprivate`")
        .at("services.*.volumes")
        .fargate(Fate::Refused, NO_INSTANCE)
        .service("volumes:\n  - type: bind\n    source: /srv/web\n    target: /srv‹\n    bind:\n      propagation: rshared›"),
    lost("services.*.volumes[].bind.create_host_path", "Docker on the instance makes a missing directory all the same")
        .at("services.*.volumes")
        .fargate(Fate::Refused, NO_INSTANCE)
        .service("volumes:\n  - type: bind\n    source: /srv/web\n    target: /srv‹\n    bind:\n      create_host_path: false›"),
    lost("services.*.volumes[].bind.recursive", "on ECS, mounts below this one come along")
        .at("services.*.volumes")
        .fargate(Fate::Refused, NO_INSTANCE)
        .service("volumes:\n  - type: bind\n    source: /srv/web\n    target: /srv‹\n    bind:\n      recursive: disabled›"),
    irrelevant("services.*.volumes[].bind.selinux", "the machines that AWS offers for ECS enforce no labels")
        .at("services.*.volumes")
        .fargate(Fate::Refused, NO_INSTANCE)
        .service("volumes:\n  - type: bind\n    source: /srv/web\n    target: /srv‹\n    bind:\n      selinux: z›"),
    approximated(
        "services.*.volumes[].volume.nocopy",
        "",
        "a new volume gets what the image has there all the same",
    )
    .fargate(Fate::Irrelevant, "a volume on Fargate is empty at first")
    .file(
        "services:\n  web:\n    image: nginx:1\n    volumes:\n      - type: volume\n        source: data\n        \
         target: /data‹\n        volume:\n          nocopy: true›\nvolumes:\n  data:",
    ),
    refused("services.*.volumes[].volume.subpath", "ECS mounts the whole of a volume, not a part of it")
        .fargate(Fate::Exact, "")
        .fargate_field("volumes[].efsVolumeConfiguration.rootDirectory")
        .remark("a directory of a volume on EFS")
        .hint("make it a volume of its own")
        .file(
            "services:\n  web:\n    image: nginx:1\n    volumes:\n      - type: volume\n        source: data\n        \
             target: /data‹\n        volume:\n          subpath: web›\nvolumes:\n  data:\n    driver_opts:\n      \
             type: nfs4\n      o: addr=fs-0123456789abcdef0.efs.eu-west-1.amazonaws.com\n      device: \":/\"",
        ),
    exact(
        "services.*.volumes[].volume.labels",
        "volumes[].dockerVolumeConfiguration.labels",
        "of a volume without a name",
    )
    .fargate(Fate::Irrelevant, "a volume on Fargate is not one of Docker's")
    .service("volumes:\n  - type: volume\n    target: /data‹\n    volume:\n      labels: {tier: data}›"),
    exact(
        "services.*.volumes[].tmpfs.size",
        "containerDefinitions[].linuxParameters.tmpfs[].size",
        "in whole MiB, rounded up; 64 where nothing is said",
    )
    .service("volumes:\n  - type: tmpfs\n    target: /cache‹\n    tmpfs:\n      size: 128m›"),
    exact(
        "services.*.volumes[].tmpfs.mode",
        "containerDefinitions[].linuxParameters.tmpfs[].mountOptions",
        "as a mount option",
    )
    .service("volumes:\n  - type: tmpfs\n    target: /cache‹\n    tmpfs:\n      mode: 0700›"),
    refused("services.*.volumes[].image.subpath", "ECS cannot mount the files of an image")
        .at("services.*.volumes")
        .hint("copy them when the image is built: `COPY --from=IMAGE PATH PATH`")
        .service(
            "volumes:\n  - type: image\n    source: example/files:1\n    target: /files‹\n    image:\n      subpath: \
             public›",
        ),
    exact(
        "services.*.tmpfs",
        "containerDefinitions[].linuxParameters.tmpfs[].containerPath",
        "with its size in whole MiB, 64 where nothing is said, and the options that ECS passes on",
    )
    .value("[\"/run:size=64m,mode=755\"]")
    .except(&[exception(
        Fate::Lost,
        "where ECS passes an option not on",
        Sample::Value("[\"/run:size=64m,huge=always\"]"),
    )]),
    exact("services.*.read_only", "containerDefinitions[].readonlyRootFilesystem", "as written").value("true"),
    exact("services.*.volumes_from", "containerDefinitions[].volumesFrom[].sourceContainer", "the services share a task")
        .file(
            "services:\n  web:\n    image: nginx:1‹\n    volumes_from: [data]›\n  data:\n    image: \
             example/data:1\n    volumes: [/data]",
        )
        .except(&[exception(
            Fate::Refused,
            "where it is `container:NAME`",
            Sample::Value("[\"container:other\"]"),
        )]),
    exact("volumes.*.name", "volumes[].name", "letters, digits, `-` and `_`; anything else becomes `_`, with a note")
        .at("services.*.volumes")
        .fargate(Fate::Lost, UNLESS_ON_EFS)
        .value("shared_data"),
    exact("volumes.*.driver", "volumes[].dockerVolumeConfiguration.driver", "as written: the instance must have it")
        .at("services.*.volumes")
        .fargate(Fate::Lost, UNLESS_ON_EFS)
        .value("rexray/ebs"),
    exact("volumes.*.driver_opts", "volumes[].dockerVolumeConfiguration.driverOpts.type", "as written on EC2; on Fargate, NFS that leads to EFS is a volume on EFS")
        .fargate_field("volumes[].efsVolumeConfiguration.fileSystemId")
    .value("{type: nfs4, o: \"addr=fs-0123456789abcdef0.efs.eu-west-1.amazonaws.com\", device: \":/\"}"),
    exact("volumes.*.external", "volumes[].dockerVolumeConfiguration.autoprovision", "it is not made when it is missing; a name that begins with `fs-` is a file system on EFS")
        .at("services.*.volumes")
        .fargate(Fate::Lost, UNLESS_ON_EFS)
        .parts(&[".name"])
        .value("\n  name: shared"),
    exact("volumes.*.labels", "volumes[].dockerVolumeConfiguration.labels", "as written")
        .at("services.*.volumes")
        .fargate(Fate::Lost, UNLESS_ON_EFS)
        .value("{tier: data}"),
];
