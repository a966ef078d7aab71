//! The long form of a mount that was written in the short one.

use crate::compose::service::storage::mount::{BindOptions, Mount, VolumeOptions};
use crate::source::{Span, Spanned};
use crate::yaml::{Entry, Form, Kind, Mapping, Node, Scalar};

/// The long form of what a short form says, with another path of the host. All of it stands where the short form does.
pub(super) fn long(text: &str, path: &str, span: Span) -> Option<Kind> {
    let Mount {
        // It is a path of the host, in place of which there is another.
        source: _,
        idle_source: _,
        target: _,
        written_target,
        read_only,
        // These have no short form.
        consistency: _,
        tmpfs: _,
        image: _,
        bind,
        volume,
    } = Mount::short(text, span).ok()?;
    let mut entries = vec![
        entry("type", string("bind"), span),
        entry("source", string(path), span),
        entry("target", string(&written_target), span),
    ];
    if read_only {
        entries.push(entry("read_only", yes(), span));
    }
    entries.extend(bind.map(|bind| entry("bind", bind_options(&bind, span), span)));
    entries.extend(volume.map(|volume| entry("volume", volume_options(&volume, span), span)));
    Some(mapping(entries))
}

/// `bind`, as far as a short form can have it.
fn bind_options(options: &BindOptions, span: Span) -> Kind {
    let BindOptions { propagation, create_host_path, recursive: _, selinux } = options;
    let propagation = propagation.as_ref().map(|Spanned { value, span: _ }| entry("propagation", string(value), span));
    let create = create_host_path.map(|_| entry("create_host_path", yes(), span));
    let selinux = selinux.map(|Spanned { value, span: _ }| entry("selinux", string(value.as_str()), span));
    mapping([propagation, create, selinux].into_iter().flatten().collect())
}

/// `volume`, as far as a short form can have it.
fn volume_options(options: &VolumeOptions, span: Span) -> Kind {
    let VolumeOptions { nocopy, subpath: _, labels: _ } = options;
    mapping(nocopy.map(|_| entry("nocopy", yes(), span)).into_iter().collect())
}

/// A key and its value.
fn entry(key: &str, kind: Kind, span: Span) -> Entry {
    Entry { key: key.into(), key_span: span, value: Node::new(span, kind).into() }
}

/// Keys and their values.
fn mapping(entries: Vec<Entry>) -> Kind {
    Kind::Mapping(Mapping::new(Vec::new(), entries))
}

/// A text.
fn string(text: &str) -> Kind {
    Kind::Scalar(Scalar { text: text.into(), form: Form::Quoted })
}

/// `true`.
fn yes() -> Kind {
    Kind::Scalar(Scalar { text: "true".into(), form: Form::Plain })
}
