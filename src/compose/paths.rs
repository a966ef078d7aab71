//! What a path that stands in a file leads to.

use camino::Utf8Path;
use camino::Utf8PathBuf;

/// The absolute path that `path` stands for. `directory` is absolute.
///
/// As Docker Compose does it, `~` and the rest of its word stand for the home directory: `~user/x` is `$HOME/user/x`.
pub(super) fn resolve(directory: &Utf8Path, home: Option<&Utf8Path>, path: &str) -> Utf8PathBuf {
    match (path.strip_prefix('~'), home) {
        (Some(rest), Some(home)) => clean(&home.join(rest.trim_start_matches('/'))),
        (Some(_) | None, _) => clean(&directory.join(path)),
    }
}

/// The shortest path that says the same: without `.`, and with `..` taken as the text says, links notwithstanding.
pub(super) fn clean(path: &Utf8Path) -> Utf8PathBuf {
    use camino::Utf8Component as Part;

    let mut clean = Utf8PathBuf::new();
    for part in path.components() {
        match part {
            Part::CurDir => {}
            Part::ParentDir => match clean.components().next_back() {
                Some(Part::Normal(_)) => drop(clean.pop()),
                Some(Part::RootDir | Part::Prefix(_)) => {}
                Some(Part::ParentDir | Part::CurDir) | None => clean.push(".."),
            },
            Part::Prefix(_) | Part::RootDir | Part::Normal(_) => clean.push(part.as_str()),
        }
    }
    if clean.as_str().is_empty() { Utf8PathBuf::from(".") } else { clean }
}

/// The way from one directory to another. Both are absolute and clean.
pub(super) fn relative(from: &Utf8Path, to: &Utf8Path) -> Utf8PathBuf {
    let common = from.components().zip(to.components()).take_while(|(from, to)| from == to).count();
    let up = from.components().skip(common).map(|_| "..");
    let path: Utf8PathBuf = up.chain(to.components().skip(common).map(|part| part.as_str())).collect();
    if path.as_str().is_empty() { Utf8PathBuf::from(".") } else { path }
}

/// A path as the user would write it in the directory `current`; absolute when the two have nothing in common.
pub(super) fn shown(current: &Utf8Path, path: &Utf8Path) -> String {
    for (up, ancestor) in current.ancestors().enumerate() {
        if ancestor.parent().is_none() {
            break;
        }
        if let Ok(rest) = path.strip_prefix(ancestor) {
            return format!("{}{rest}", "../".repeat(up));
        }
    }
    path.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: &str) {
        assert_eq!(resolve("/srv/shop".into(), Some("/home/ann".into()), path), expected);
    }

    #[test]
    fn a_relative_path_starts_from_the_directory() {
        check("./web", "/srv/shop/web");
        check("web/", "/srv/shop/web");
        check(".", "/srv/shop");
        check("../lib//x/./y", "/srv/lib/x/y");
    }

    #[test]
    fn an_absolute_path_is_cleaned() {
        check("/a/../b/", "/b");
        check("/../..", "/");
    }

    #[test]
    fn a_tilde_stands_for_the_home_directory() {
        check("~", "/home/ann");
        check("~/x/../y", "/home/ann/y");
        check("~bob/x", "/home/ann/bob/x");
    }

    #[test]
    fn what_starts_above_a_relative_path_stays() {
        assert_eq!(clean("../../a/..".into()), "../..");
        assert_eq!(clean("a/..".into()), ".");
    }

    #[test]
    fn a_way_leads_from_one_directory_to_another() {
        let relative = |from: &str, to: &str| relative(from.into(), to.into()).into_string();
        assert_eq!(relative("/srv/shop", "/srv/shop"), ".");
        assert_eq!(relative("/srv/shop", "/srv/shop/a/b"), "a/b");
        assert_eq!(relative("/srv/shop/a", "/srv/lib"), "../../lib");
        assert_eq!(relative("/", "/a"), "a");
        assert_eq!(relative("/a", "/"), "..");
    }

    #[test]
    fn a_path_is_shown_from_the_current_directory() {
        let shown = |path: &str| shown("/srv/shop".into(), path.into());
        assert_eq!(shown("/srv/shop/x/compose.yml"), "x/compose.yml");
        assert_eq!(shown("/srv/compose.yml"), "../compose.yml");
        assert_eq!(shown("/etc/compose.yml"), "/etc/compose.yml");
    }
}
