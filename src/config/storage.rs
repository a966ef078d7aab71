//! What a service keeps.

use super::value::{Fields, Value};
use super::{Context, PathResolution, extension, path};
use crate::compose::service::Service;
use crate::compose::service::storage::Storage;
use crate::compose::service::storage::mount::{BindOptions, ImageOptions, Mount, Source, TmpfsOptions, VolumeOptions};
use crate::options::Normalization;
use crate::source::Spanned;

/// The keys of the facet `storage`.
pub(super) fn fields<'p>(service: &'p Service, context: &Context<'p>) -> Fields<'p> {
    let Storage { volumes, tmpfs, volumes_from, read_only } = &service.storage;
    let mut fields = Fields::default();
    fields
        .put_filled("volumes", volumes.iter().map(|mount| self::mount(mount, service, context)).collect::<Value<'_>>());
    fields.put_filled("tmpfs", tmpfs.iter().map(|tmpfs| &*tmpfs.value.text).collect::<Value<'_>>());
    fields.put_filled("volumes_from", volumes_from.iter().map(|from| &*from.value.text).collect::<Value<'_>>());
    fields.put_true("read_only", *read_only);
    fields
}

/// An entry of `volumes`.
fn mount<'p>(mount: &'p Spanned<Mount>, service: &'p Service, context: &Context<'p>) -> Fields<'p> {
    let Spanned { value: mount, span } = mount;
    let Mount { source, idle_source, target, written_target, read_only, consistency, bind, volume, tmpfs, image } =
        mount;
    let (kind, source) = match source {
        Source::Volume(key) => ("volume", key.into()),
        Source::Anonymous => ("volume", "".into()),
        // No path is one that leads nowhere from the project's directory.
        Source::Bind(path) if path.is_empty() && context.options.paths == PathResolution::Disabled => {
            ("bind", "".into())
        }
        Source::Bind(path) => ("bind", path::of_any_system(path, context)),
        Source::Tmpfs => ("tmpfs", idle_source.as_deref().unwrap_or_default().into()),
        Source::Npipe(pipe) => ("npipe", pipe.into()),
        Source::Cluster(volume) => ("cluster", volume.into()),
        Source::Image(name) => ("image", name.into()),
    };
    let mut fields = Fields::default();
    fields.put("type", kind);
    fields.put_text("source", source);
    fields.put_text(
        "target",
        match context.options.normalization {
            Normalization::Enabled => target,
            Normalization::Disabled => written_target,
        },
    );
    fields.put_some("read_only", read_only.then_some(true));
    fields.put_written("consistency", consistency.as_ref());
    let part = |key: &str| {
        let own = context.project.places.item(&["services", service.name.value.as_str(), "volumes"], *span);
        extension::inner(own.and_then(|own| own.get(key)).map(|node| &**node), context)
    };
    fields.put_some("bind", bind.as_ref().map(|bind| self::bind(bind).with(part("bind"))));
    fields.put_some("volume", volume.as_ref().map(|volume| self::volume(volume).with(part("volume"))));
    fields.put_some("tmpfs", tmpfs.as_ref().map(|tmpfs| self::tmpfs(tmpfs).with(part("tmpfs"))));
    fields.put_some("image", image.as_ref().map(|image| self::image(image).with(part("image"))));
    fields.with(extension::item_fields(&["services", service.name.value.as_str(), "volumes"], *span, context))
}

/// `bind` of a mount.
fn bind(options: &BindOptions) -> Fields<'_> {
    let BindOptions { propagation, create_host_path, recursive, selinux } = options;
    let mut fields = Fields::default();
    fields.put_some("selinux", selinux.map(|selinux| selinux.value.as_str()));
    fields.put_written("propagation", propagation.as_ref());
    fields.put_true("create_host_path", *create_host_path);
    fields.put_some("recursive", recursive.map(|recursive| recursive.value.as_str()));
    fields
}

/// `volume` of a mount.
fn volume(options: &VolumeOptions) -> Fields<'_> {
    let VolumeOptions { nocopy, subpath, labels } = options;
    let mut fields = Fields::default();
    fields.put_filled("labels", labels);
    fields.put_true("nocopy", *nocopy);
    fields.put_written("subpath", subpath.as_ref());
    fields
}

/// `tmpfs` of a mount.
fn tmpfs(options: &TmpfsOptions) -> Fields<'_> {
    let TmpfsOptions { size, mode } = options;
    let mut fields = Fields::default();
    fields.put_size("size", *size);
    fields.put_non_zero("mode", mode.map(|mode| mode.map(i64::from)));
    fields
}

/// `image` of a mount.
fn image(options: &ImageOptions) -> Fields<'_> {
    let ImageOptions { subpath } = options;
    let mut fields = Fields::default();
    fields.put_written("subpath", subpath.as_ref());
    fields
}
