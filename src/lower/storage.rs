//! What containers keep: volumes, directories of the instance, memory.

mod bind;
mod name;
mod tmpfs;
mod volume;

use camino::{Utf8Path, Utf8PathBuf};
use indexmap::IndexMap;

use super::Target;
use crate::compose::service::Service;
use crate::compose::service::image::build::Build;
use crate::compose::service::storage::mount::{ImageOptions, Mount, Source};
use crate::compose::service::storage::{Storage, VolumesFrom, VolumesSource};
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::{MountPoint, Tmpfs, VolumeFrom};
use crate::ecs::name::{ContainerName, VolumeName};
use crate::ecs::task::{Volume, VolumeKind};
use crate::source::Spanned;

/// What a service's storage is in its container and in its task.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct StorageDefinition {
    /// Where volumes appear in the container.
    pub(super) mount_points: Vec<MountPoint>,
    /// The volumes of the task that they name. Containers that share one name it alike.
    pub(super) volumes: Vec<Volume>,
    /// Directories in memory.
    pub(super) tmpfs: Vec<Tmpfs>,
    /// Whether the container's own files are read-only.
    pub(super) readonly_root_filesystem: Option<bool>,
    /// Containers of the task whose mounts are shared, by their services' names.
    pub(super) volumes_from: Vec<VolumeFrom>,
}

/// What a mount becomes: a volume of the task, and whether it is read-only in itself.
struct Mounted {
    volume: Volume,
    read_only: bool,
}

/// Says what becomes of a service's storage.
pub(super) fn storage(service: &Service, target: Target<'_>, diags: &mut Diagnostics) -> StorageDefinition {
    let Storage { volumes, tmpfs, volumes_from, read_only } = &service.storage;
    let mut definition = StorageDefinition {
        tmpfs: tmpfs::short_forms(tmpfs, diags),
        readonly_root_filesystem: read_only.filter(|flag| flag.value).map(|_| true),
        volumes_from: volumes_from.iter().filter_map(|from| volume_from(from, diags)).collect(),
        ..StorageDefinition::default()
    };
    let development = development_mounts(service, target, diags);
    let mut task_volumes = IndexMap::new();
    for mount in volumes {
        if development.iter().any(|left_out| left_out.covers(&mount.value)) {
            continue;
        }
        if mount.value.source == Source::Tmpfs {
            definition.tmpfs.push(tmpfs::long_form(&mount.value));
        } else if let Some(Mounted { volume: Volume { name, kind }, read_only }) =
            mounted(service, mount, target, diags)
        {
            task_volumes.entry(name.clone()).or_insert(kind);
            definition.mount_points.push(MountPoint {
                source_volume: name,
                container_path: mount.value.target.clone(),
                read_only: (read_only || mount.value.read_only).then_some(true),
            });
        }
    }
    definition.volumes = task_volumes.into_iter().map(|(name, kind)| Volume { name, kind }).collect();
    tmpfs::note_default_size(&service.storage, diags);
    definition
}

/// What is mounted, for all that is not memory.
fn mounted(service: &Service, mount: &Spanned<Mount>, target: Target<'_>, diags: &mut Diagnostics) -> Option<Mounted> {
    // `consistency` is about Docker Desktop. Options of other types than the mount's own are ignored by Compose too.
    let Mount { source, target: path, read_only: _, consistency: _, bind, volume, tmpfs: _, image } = &mount.value;
    match source {
        Source::Volume(key) => volume::named(key, volume, mount.span, target, diags),
        Source::Anonymous => Some(volume::anonymous(service.name.value.as_str(), path, volume, target)),
        Source::Bind(path) => bind::directory(&Spanned::new(path, mount.span), bind, target, diags),
        Source::Tmpfs => None,
        Source::Npipe(_) => {
            let message = "a named pipe of Windows cannot be mounted: ECS runs this on Linux";
            diags.error(Code::Refused, mount.span, message).hint("leave it out");
            None
        }
        Source::Cluster(_) => {
            let message = "a volume of a swarm cannot be mounted on ECS";
            diags.error(Code::Refused, mount.span, message).hint("use a volume of type `volume`");
            None
        }
        Source::Image(name) => {
            let ImageOptions { subpath: _ } = image;
            let message = format!("ECS cannot mount the files of the image `{name}`");
            diags
                .error(Code::Refused, mount.span, message)
                .hint("copy them when the image is built: `COPY --from=IMAGE PATH PATH`");
            None
        }
    }
}

/// A bind mount of source code, which is left out, by its target.
struct DevelopmentMount(Utf8PathBuf);

impl DevelopmentMount {
    /// Whether another mount goes with it: itself, and anonymous volumes below it. These only keep what the image
    /// has there, such as `node_modules`, from being hidden.
    fn covers(&self, mount: &Mount) -> bool {
        let target = Utf8Path::new(&mount.target);
        target == self.0 || (mount.source == Source::Anonymous && target.starts_with(&self.0))
    }
}

/// Finds the bind mounts that put the sources of an image over what was built from them.
fn development_mounts(service: &Service, target: Target<'_>, diags: &mut Diagnostics) -> Vec<DevelopmentMount> {
    let Some(context) = service.image.build.as_ref().and_then(|build| context(&build.value, target)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for mount in &service.storage.volumes {
        let Source::Bind(source) = &mount.value.source else { continue };
        if is_source_code(source, &context, target) {
            let message = format!(
                "`{source}` holds the sources of this image: mounting it is for development, so it is left out"
            );
            diags
                .note(Code::DevelopmentMount, mount.span, message)
                .hint("to keep data here, use a named volume, or a directory outside the build context");
            found.push(DevelopmentMount(Utf8PathBuf::from(&mount.value.target)));
        }
    }
    found
}

/// The directory that a build sees, unless it lies elsewhere.
fn context(build: &Build, target: Target<'_>) -> Option<Utf8PathBuf> {
    let context = build.context.as_str();
    let is_remote = context.contains("://") || context.starts_with("git@") || context.starts_with("github.com/");
    (!is_remote).then(|| target.project.resolve(context))
}

/// Whether a path is the build's directory, lies in it, or holds it. An absolute path that holds it, such as `/`,
/// was not written for its sake.
fn is_source_code(source: &str, context: &Utf8Path, target: Target<'_>) -> bool {
    let path = target.project.resolve(source);
    path.starts_with(context) || (!source.starts_with('/') && context.starts_with(&path))
}

/// A container whose mounts are shared.
fn volume_from(from: &Spanned<VolumesFrom>, diags: &mut Diagnostics) -> Option<VolumeFrom> {
    let Spanned { value: VolumesFrom { source, read_only }, span } = from;
    match source {
        VolumesSource::Service(name) => Some(VolumeFrom {
            source_container: ContainerName(name.as_str().to_owned()),
            read_only: read_only.then_some(true),
        }),
        VolumesSource::Container(name) => {
            let message = format!("a task cannot share the mounts of `{name}`, a container outside the project");
            diags.error(Code::Refused, *span, message).hint("make it a service, or mount its volumes by their names");
            None
        }
    }
}

/// A volume of the task without settings.
const fn task_volume(name: VolumeName) -> Volume {
    Volume { name, kind: VolumeKind::Task {} }
}
