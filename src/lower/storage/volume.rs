//! Named and anonymous volumes.

use camino::{Utf8Path, Utf8PathBuf};
use indexmap::IndexMap;

use super::{Mounted, bind, task_volume};
use crate::compose::extension::volume::{FileSystem, VolumeScope as WrittenScope};
use crate::compose::name::ServiceName;
use crate::compose::resource::Volume as ComposeVolume;
use crate::compose::service::storage::mount::{Mount, VolumeOptions};
use crate::diag::{Code, Diagnostics};
use crate::ecs::Switch;
use crate::ecs::name::VolumeName;
use crate::ecs::task::{DockerVolume, EfsAuthorization, EfsVolume, Volume, VolumeKind, VolumeScope};
use crate::lower::fate::fate;
use crate::lower::{Target, name};
use crate::options::LaunchType;
use crate::source::{Span, Spanned};

/// A volume of the project, where one mount names it.
struct Named<'a> {
    key: &'a str,
    /// What Docker calls it.
    name: String,
    volume: &'a ComposeVolume,
    options: &'a VolumeOptions,
    span: Span,
}

impl Named<'_> {
    /// Its name in the task, where a part of it is a volume of its own.
    fn name_in_task(&self) -> VolumeName {
        match &self.options.subpath {
            None => name::volume_like(&self.name),
            Some(subpath) => name::volume_at(&self.name, &subpath.value),
        }
    }
}

/// A volume of the project, by its key.
pub(super) fn named(key: &str, mount: &Spanned<Mount>, target: Target<'_>, diags: &mut Diagnostics) -> Option<Mounted> {
    // A key that nothing defines is refused when the project is checked.
    let volume = target.project.volumes.get(key)?;
    let name = match &volume.name {
        Some(name) if !name.value.is_empty() => name.value.clone(),
        Some(_) | None if volume.is_external() => key.to_owned(),
        Some(_) | None => format!("{}_{key}", target.project.name),
    };
    let options = mount.value.volume.clone().unwrap_or_default();
    let named = Named { key, name, volume, options: &options, span: mount.span };
    if let Some(efs) = &volume.extension.efs {
        return self::written(&named, &efs.value, diags);
    }
    match target.launch_type {
        LaunchType::Ec2 => match external_file_system(&named) {
            Some(file_system) => Some(file_system),
            None => shared(&named, target, diags),
        },
        // What is its task's anyway is not lost with it.
        LaunchType::Fargate if scope(volume) == VolumeScope::Task => {
            Some(Mounted { volume: task_volume(named.name_in_task()), read_only: false })
        }
        LaunchType::Fargate => Some(file_system(&named).unwrap_or_else(|| short_lived(&named, diags))),
    }
}

/// Whether what a volume holds is on the instance: with Docker's own driver, and no file system of the network behind.
pub(super) fn is_of_instance(volume: &ComposeVolume) -> bool {
    let local = volume.driver.as_ref().is_none_or(|driver| matches!(driver.value.as_str(), "" | "local"));
    let kind = volume.driver_opts.get("type").map_or("", |kind| kind.value.as_str());
    let name = volume.name.as_ref().map_or("", |name| name.value.as_str());
    volume.extension.efs.is_none()
        && scope(volume) == VolumeScope::Shared
        && local
        && !kind.starts_with("nfs")
        && kind != "cifs"
        && !(volume.is_external() && file_system_id(name).is_some())
}

/// Whose a volume of Docker is: the instance's, where nothing else is said.
fn scope(volume: &ComposeVolume) -> VolumeScope {
    match volume.extension.scope.map(|scope| scope.value) {
        Some(WrittenScope::Task) => VolumeScope::Task,
        Some(WrittenScope::Shared) | None => VolumeScope::Shared,
    }
}

/// A volume of the instance's Docker, which outlives the task unless it is the task's. Its name in the task is its name
/// in Docker.
fn shared(named: &Named<'_>, target: Target<'_>, diags: &mut Diagnostics) -> Option<Mounted> {
    let Named { key: _, name: full_name, volume, options, span: _ } = named;
    let ComposeVolume { name: _, driver, driver_opts, external: _, labels, extension: _ } = volume;
    // Labels of a mount are for anonymous volumes.
    let VolumeOptions { nocopy, subpath, labels: _ } = options;
    if let Some(subpath) = subpath {
        let message = format!("ECS mounts the whole of a volume, not only `{}`", subpath.value);
        diags.error(Code::Refused, subpath.span, message).hint("make it a volume of its own");
        return None;
    }
    if let Some(nocopy) = nocopy.filter(|nocopy| nocopy.value) {
        fate!("services.*.volumes[].volume.nocopy", LaunchType::Ec2).report(nocopy.span, diags);
    }
    let name = name::volume_like(full_name);
    if name.as_str() != full_name {
        renamed(named, &name, diags);
    }
    let local = driver.as_ref().is_some_and(|driver| driver.value == "local");
    let driver = driver.as_ref().map(|driver| driver.value.as_str()).filter(|driver| !matches!(*driver, "" | "local"));
    let is_bound = driver_opts.get("o").is_some_and(|o| o.value == "bind");
    if let Some(device) = driver_opts.get("device").filter(|_| is_bound && driver.is_none()) {
        let path = target.project.resolve(&device.value).into_string();
        bind::note_instance(&device.value, &path, (device.span, target), diags);
    }
    let driver_opts = driver_opts.iter().map(|(option, value)| {
        // A directory that Docker's own driver binds is a path of the project, to Compose.
        let is_path = local && option == "device" && is_bound;
        let value = if is_path { target.project.resolve(&value.value).into_string() } else { value.value.clone() };
        (option.clone(), value)
    });
    let kind = VolumeKind::DockerVolumeConfiguration(DockerVolume {
        scope: scope(volume),
        // For one of a task, ECS leaves no choice.
        autoprovision: (scope(volume) == VolumeScope::Shared).then_some(!volume.is_external()),
        driver: driver.map(ToOwned::to_owned),
        driver_opts: driver_opts.collect(),
        labels: texts(labels),
    });
    Some(Mounted { volume: Volume { name, kind }, read_only: false })
}

/// Says that a volume goes by another name, as ECS takes letters, digits, `-` and `_` only.
fn renamed(named: &Named<'_>, to: &VolumeName, diags: &mut Diagnostics) {
    let Named { key, name: from, volume, options: _, span } = named;
    let place = volume.name.as_ref().map_or(*span, |name| name.span);
    if volume.is_external() {
        let message = format!("ECS cannot name the volume `{from}`: it looks for `{to}`");
        diags.warn(Code::Lost, place, message).hint("give the volume a name of letters, digits, `-` and `_`");
    } else {
        diags.note(
            Code::Approximated,
            place,
            format!("the volume `{key}` is called `{to}`: ECS cannot name it `{from}`"),
        );
    }
}

/// A file system on EFS, if the volume says which: by options of NFS, or by its name.
fn file_system(named: &Named<'_>) -> Option<Mounted> {
    let option = |key: &str| named.volume.driver_opts.get(key).map_or("", |option| option.value.as_str());
    let mount_options = || option("o").split(',');
    let host = mount_options().find_map(|option| option.strip_prefix("addr="));
    let id = host.filter(|_| matches!(option("type"), "nfs" | "nfs4")).and_then(|host| host.split('.').next());
    let Some(id) = id.filter(|id| is_file_system(id)) else { return external_file_system(named) };
    let device = option("device");
    let root = Utf8Path::new("/").join(device.strip_prefix(':').unwrap_or(device).trim_start_matches('/'));
    let read_only = mount_options().any(|option| option == "ro");
    Some(Mounted { read_only, ..efs(named, id, root) })
}

/// A file system on EFS, if an external volume is called like one, as Docker's own integration with ECS had it.
fn external_file_system(named: &Named<'_>) -> Option<Mounted> {
    let id = file_system_id(&named.name).filter(|_| named.volume.is_external())?;
    Some(efs(named, id, Utf8PathBuf::from("/")))
}

/// The file system on EFS that `x-ecs` names.
fn written(named: &Named<'_>, written: &FileSystem, diags: &mut Diagnostics) -> Option<Mounted> {
    let FileSystem { file_system, access_point, root_directory, transit_encryption, transit_encryption_port, iam } =
        written;
    let iam = iam.filter(|iam| iam.value);
    let needs_encryption = access_point.as_ref().map(|point| point.span).or(iam.map(|iam| iam.span));
    if let (Some(needs), Some(encryption)) = (needs_encryption, transit_encryption.filter(|on| !on.value)) {
        diags
            .error(Code::Conflict, encryption.span, "an access point and IAM need encryption in transit")
            .label(needs, "this needs it");
    }
    if let (Some(point), Some(root)) = (access_point, root_directory.as_ref().filter(|root| root.value != "/")) {
        diags
            .error(Code::Conflict, root.span, "the access point says which directory is the volume")
            .label(point.span, "the access point");
    }
    let root = root_directory.as_ref().map_or("/", |root| &root.value);
    let mounted = efs(named, &file_system.as_ref()?.value, Utf8PathBuf::from("/").join(root.trim_start_matches('/')));
    let Mounted { volume: Volume { name, kind }, read_only } = mounted;
    let VolumeKind::EfsVolumeConfiguration(volume) = kind else { return None };
    let encrypted = transit_encryption.map_or(needs_encryption.is_some(), |on| on.value);
    let authorization = EfsAuthorization {
        access_point_id: access_point.as_ref().map(|point| point.value.clone()),
        iam: iam.map(|iam| iam.value.into()),
    };
    let is_plain = authorization.access_point_id.is_none() && authorization.iam.is_none();
    let kind = VolumeKind::EfsVolumeConfiguration(EfsVolume {
        transit_encryption: encrypted.then_some(Switch::Enabled),
        transit_encryption_port: transit_encryption_port.and_then(|port| u16::try_from(port.value.get()).ok()),
        authorization_config: (!is_plain).then_some(authorization),
        ..volume
    });
    Some(Mounted { volume: Volume { name, kind }, read_only })
}

/// A directory of a file system on EFS.
fn efs(named: &Named<'_>, id: &str, root: Utf8PathBuf) -> Mounted {
    let root = match &named.options.subpath {
        None => root,
        Some(subpath) => root.join(subpath.value.trim_start_matches('/')),
    };
    let root_directory = Some(root.into_string()).filter(|root| root != "/");
    let kind = VolumeKind::EfsVolumeConfiguration(EfsVolume {
        file_system_id: id.to_owned(),
        root_directory,
        transit_encryption: None,
        transit_encryption_port: None,
        authorization_config: None,
    });
    Mounted { volume: Volume { name: named.name_in_task(), kind }, read_only: false }
}

/// The id of a file system on EFS, from its id or its ARN.
fn file_system_id(name: &str) -> Option<&str> {
    let id = if name.starts_with("arn:") { name.split_once(":file-system/")?.1 } else { name };
    Some(id).filter(|id| is_file_system(id))
}

/// Whether a text is the id of a file system on EFS.
fn is_file_system(id: &str) -> bool {
    let digits = id.strip_prefix("fs-").unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// A volume that lives as long as its task, in place of one that should outlive it.
///
/// It is empty at first, so that `nocopy` makes no difference. The driver and its options lead nowhere.
fn short_lived(named: &Named<'_>, diags: &mut Diagnostics) -> Mounted {
    let Named { key, name: _, volume: _, options: _, span } = named;
    let message = format!("on Fargate, what `{key}` holds is lost with its task, and no other task sees it");
    diags
        .warn(Code::EphemeralVolume, *span, message)
        .hint(format!("keep it on EFS: `{key}: {{x-ecs: {{efs: {{file_system: fs-ID}}}}}}` under `volumes`"))
        .hint("or translate with `--launch-type ec2`");
    Mounted { volume: task_volume(named.name_in_task()), read_only: false }
}

/// A volume of one container, which lives as long as its task.
///
/// On instances it is one of Docker's, as these start with what the image has there.
pub(super) fn anonymous(
    service: &ServiceName,
    mount: &Spanned<Mount>,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> Mounted {
    diags
        .note(Code::EphemeralVolume, mount.span, "what a volume without a name holds is lost with its task")
        .hint("to keep it, give it a name under `volumes`");
    let name = name::volume_at(service.as_str(), &mount.value.target);
    let volume = match target.launch_type {
        LaunchType::Fargate => task_volume(name),
        LaunchType::Ec2 => {
            let kind = VolumeKind::DockerVolumeConfiguration(DockerVolume {
                scope: VolumeScope::Task,
                autoprovision: None,
                driver: None,
                driver_opts: IndexMap::new(),
                labels: mount.value.volume.as_ref().map(|volume| texts(&volume.labels)).unwrap_or_default(),
            });
            Volume { name, kind }
        }
    };
    Mounted { volume, read_only: false }
}

/// The texts without their places.
fn texts(map: &IndexMap<String, Spanned<String>>) -> IndexMap<String, String> {
    map.iter().map(|(key, text)| (key.clone(), text.value.clone())).collect()
}
