//! Directories in memory.

use crate::compose::service::storage::Storage;
use crate::compose::service::storage::mount::{Mount, Source, TmpfsOptions};
use crate::compose::service::storage::tmpfs::{Tmpfs as ComposeTmpfs, TmpfsSize};
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::Tmpfs;
use crate::ecs::unit::MemoryMib;
use crate::ecs::word::MOUNT_OPTIONS;
use crate::source::{Span, Spanned};

/// The size where Compose gives none. ECS must have one; Docker allows half of the machine's memory.
const DEFAULT_SIZE: MemoryMib = MemoryMib(64);

/// The entries of `tmpfs`.
pub(super) fn short_forms(entries: &[Spanned<ComposeTmpfs>], diags: &mut Diagnostics) -> Vec<Tmpfs> {
    entries.iter().map(|entry| short_form(entry, diags)).collect()
}

/// An entry of `tmpfs`.
fn short_form(entry: &Spanned<ComposeTmpfs>, diags: &mut Diagnostics) -> Tmpfs {
    let Spanned { value: ComposeTmpfs { text: _, target, size, options }, span } = entry;
    let size = match size {
        None => DEFAULT_SIZE,
        Some(TmpfsSize::Bytes(bytes)) => mebibytes(i64::try_from(*bytes).unwrap_or(i64::MAX)),
        Some(TmpfsSize::Other(text)) => {
            let message = format!("ECS takes sizes in bytes only, so `{text}` becomes {} MiB", DEFAULT_SIZE.0);
            diags.warn(Code::Approximated, *span, message).hint("write a size such as `size=64m`");
            DEFAULT_SIZE
        }
    };
    let mount_options = options.iter().filter(|option| is_passed_on(option, *span, diags)).cloned().collect();
    Tmpfs { container_path: target.clone(), size, mount_options }
}

/// Whether ECS passes on an option.
fn is_passed_on(option: &str, span: Span, diags: &mut Diagnostics) -> bool {
    let name = option.split_once('=').map_or(option, |(name, _)| name);
    let known = MOUNT_OPTIONS.contains(&name);
    if !known {
        diags.warn(Code::Lost, span, format!("`{name}` is no option that ECS passes on"));
    }
    known
}

/// A mount of type `tmpfs`.
pub(super) fn long_form(mount: &Mount) -> Tmpfs {
    let Mount {
        source: _,
        idle_source: _,
        target,
        written_target: _,
        read_only,
        consistency: _,
        bind: _,
        volume: _,
        tmpfs,
        image: _,
    } = mount;
    let TmpfsOptions { size, mode } = tmpfs.clone().unwrap_or_default();
    let size = size.map_or(DEFAULT_SIZE, |size| mebibytes(size.value.bytes()));
    let read_only = read_only.then(|| "ro".to_owned());
    let mode = mode.filter(|mode| mode.value != 0).map(|mode| format!("mode={:o}", mode.value));
    Tmpfs { container_path: target.clone(), size, mount_options: read_only.into_iter().chain(mode).collect() }
}

/// Whole MiB, never less than asked for. Docker takes 0 for its default.
fn mebibytes(bytes: i64) -> MemoryMib {
    if bytes > 0 { MemoryMib::holding(bytes) } else { DEFAULT_SIZE }
}

/// Says once per service that directories without a size get the default one.
pub(super) fn note_default_size(storage: &Storage, diags: &mut Diagnostics) {
    let Storage { volumes, tmpfs, volumes_from: _, read_only: _ } = storage;
    let short = tmpfs.iter().filter(|entry| matches!(entry.value.size, None | Some(TmpfsSize::Bytes(0))));
    let long = volumes.iter().filter(|mount| mount.value.source == Source::Tmpfs);
    let size = |mount: &Mount| mount.tmpfs.as_ref().and_then(|tmpfs| tmpfs.size);
    let long = long.filter(|mount| size(&mount.value).is_none_or(|size| size.value.bytes() == 0));
    let mut places = short.map(|entry| entry.span).chain(long.map(|mount| mount.span));
    if let Some(first) = places.next() {
        let message = format!("ECS must know how large a directory in memory may grow: {} MiB", DEFAULT_SIZE.0);
        let finding = diags.note(Code::Approximated, first, message);
        finding.hint("say it with `size=`; Docker allows half of the machine's memory");
        for place in places {
            finding.label(place, "here too");
        }
    }
}
