//! Paths of the machine, which are printed as absolute ones.

use std::borrow::Cow;

use super::{Context, PathResolution};

/// A path that stays as it is if it is absolute, be it on Linux or on Windows.
pub(super) fn of_any_system<'p>(path: &'p str, context: &Context<'p>) -> Cow<'p, str> {
    if is_absolute_on_windows(path) { Cow::Borrowed(path) } else { of_linux(path, context) }
}

/// A path that stays as it is if it is absolute on Linux.
pub(super) fn of_linux<'p>(path: &'p str, context: &Context<'p>) -> Cow<'p, str> {
    if path.starts_with('/') || context.options.paths == PathResolution::Disabled {
        return Cow::Borrowed(path);
    }
    Cow::Owned(context.project.resolve(path).into_string())
}

/// Whether a path starts with a drive and a slash, or with two slashes. Docker Compose takes any byte for a drive.
fn is_absolute_on_windows(path: &str) -> bool {
    matches!(path.as_bytes(), [_, b':', b'/' | b'\\', ..] | [b'/' | b'\\', b'/' | b'\\', ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_windows_start_with_a_drive_or_a_server() {
        for path in [r"C:\x", "c:/", r"\\server\share\x", r"\\server", r"\/x", "1:/x"] {
            assert!(is_absolute_on_windows(path), "{path}");
        }
        for path in ["C:", "C:x", "ab:/x", r"\x", "é:/x", "/x", ""] {
            assert!(!is_absolute_on_windows(path), "{path}");
        }
    }
}
