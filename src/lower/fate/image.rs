//! What a container is an instance of.

use super::Fate;
use super::row::{Row, Sample, approximated, exact, exception, irrelevant};

/// Why what is said of a build has no effect.
const BUILT: &str = "ECS pulls the image that was built and pushed";

/// What becomes of each key.
pub(super) const ROWS: &[Row] = &[
    exact("services.*.image", "containerDefinitions[].image", "as written")
        .service("build: .‹\nimage: registry.example.com/web:1›"),
    exact(
        "services.*.build",
        "containerDefinitions[].image",
        "`<registry>/<project>/<service>:<tag>` where `image` names none: say the registry with `--registry`",
    )
    .file(
        "x-ecs: {registry: registry.example.com}\nservices:\n  web:\n    ‹build: .|image: nginx:1›",
    ),
    irrelevant("services.*.build.context", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: ‹./app|.›"),
    irrelevant("services.*.build.dockerfile", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  dockerfile: Dockerfile.web›"),
    irrelevant("services.*.build.dockerfile_inline", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  dockerfile_inline: FROM nginx:1›"),
    irrelevant("services.*.build.args", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  args: {VERSION: \"1\"}›"),
    irrelevant("services.*.build.target", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  target: runtime›"),
    irrelevant("services.*.build.cache_from", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  cache_from: [example/cache]›"),
    irrelevant("services.*.build.cache_to", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  cache_to: [\"type=local,dest=cache\"]›"),
    irrelevant("services.*.build.no_cache", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  no_cache: true›"),
    irrelevant("services.*.build.pull", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  pull: true›"),
    irrelevant("services.*.build.additional_contexts", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  additional_contexts: {resources: ./resources}›"),
    irrelevant("services.*.build.network", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  network: host›"),
    irrelevant("services.*.build.ssh", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  ssh: [default]›"),
    irrelevant("services.*.build.secrets", BUILT)
        .parts(&["[].source", "[].target", "[].uid", "[].gid", "[].mode"])
        .file(
            "services:\n  web:\n    image: registry.example.com/web:1\n    build:\n      context: .‹\n      secrets:\n        \
             - source: key\n          target: key\n          uid: \"1000\"\n          gid: \"1000\"\n          mode: \
             0400›\nsecrets:\n  key:\n    file: key.txt",
        ),
    irrelevant("services.*.build.labels", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  labels: {com.example.built: \"yes\"}›"),
    irrelevant("services.*.build.tags", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  tags: [\"example/web:built\"]›"),
    irrelevant("services.*.build.platforms", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  platforms: [linux/amd64]›"),
    irrelevant("services.*.build.provenance", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  provenance: \"false\"›"),
    irrelevant("services.*.build.sbom", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  sbom: \"false\"›"),
    irrelevant("services.*.build.entitlements", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  entitlements: [network.host]›"),
    irrelevant("services.*.build.extra_hosts", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  extra_hosts: [\"mirror:10.0.0.9\"]›"),
    irrelevant("services.*.build.isolation", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  isolation: default›"),
    irrelevant("services.*.build.privileged", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  privileged: true›"),
    irrelevant("services.*.build.shm_size", BUILT)
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  shm_size: 128m›"),
    irrelevant("services.*.build.ulimits", BUILT)
        .parts(&[".*.soft", ".*.hard"])
        .service("image: registry.example.com/web:1\nbuild:\n  context: .‹\n  ulimits: \n    nofile:\n      soft: 1024\n      hard: 2048›"),
    exact("services.*.platform", "runtimePlatform.cpuArchitecture", "`linux/amd64` or `linux/arm64`")
        .value("linux/arm64")
        .except(&[exception(Fate::Refused, "where it is another", Sample::Value("linux/riscv64"))]),
    exact("services.*.pull_policy", "", "ECS pulls whenever a task starts").value("always").except(&[
        exception(Fate::Lost, "where it is `never`", Sample::Value("never")),
        exception(Fate::Approximated, "where it is `daily`, `weekly` or `every_…`", Sample::Value("daily")),
    ]),
    approximated(
        "services.*.pull_refresh_after",
        "",
        "ECS pulls the image whenever a task starts, however old the last one is",
    )
    .value("24h"),
];
