//! Holds a translation against the files of it that are committed.

use std::collections::BTreeSet;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use compose2ecs::backend::{self, Artifact, Format};
use compose2ecs::ecs::Stack;
use compose2ecs::world::World;
use thiserror::Error;

/// What is committed could not be read.
#[derive(Debug, Error)]
#[error("cannot read `{path}`: {error}")]
pub(crate) struct ReadError {
    /// The file or directory.
    path: Utf8PathBuf,
    /// What the system says.
    error: io::Error,
}

/// A file that is not as the translation would have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The file.
    pub(crate) path: Utf8PathBuf,
    /// What is wrong with it.
    pub(crate) change: Change,
}

/// What is wrong with a committed file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is not there.
    Missing {
        /// What it should say.
        wanted: String,
    },
    /// It says something else.
    Different {
        /// What it says.
        committed: String,
        /// What it should say.
        wanted: String,
    },
    /// It is about what the project no longer has.
    LeftOver {
        /// What it says.
        committed: String,
    },
}

/// What is different in the committed file, which holds the document, or directory, which holds a file per call.
///
/// Line ends do not count: git may give a file those of the system. Nor do files in the directory that are not the work
/// of this program.
pub(crate) fn differences(stack: &Stack, path: &Utf8Path, world: &dyn World) -> Result<Vec<Difference>, ReadError> {
    if is_document(path, world) {
        let difference = compare(path.to_owned(), backend::document(stack), world)?;
        return Ok(difference.into_iter().collect());
    }
    let mut differences = Vec::new();
    let mut wanted = BTreeSet::new();
    for Artifact { path: name, contents } in backend::emit(stack, Format::TaskJson) {
        differences.extend(compare(path.join(&name), contents, world)?);
        wanted.insert(name);
    }
    for folder in backend::folders(Format::TaskJson) {
        for name in names(&path.join(folder), world)? {
            let name = Utf8Path::new(folder).join(name);
            if wanted.contains(&name) || !world.is_file(&path.join(&name)) {
                continue;
            }
            let Some(committed) = read(&path.join(&name), world)? else { continue };
            if backend::is_emitted(&name, &committed, Format::TaskJson) {
                differences.push(Difference { path: path.join(&name), change: Change::LeftOver { committed } });
            }
        }
    }
    differences.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(differences)
}

/// Whether a path means the one document: it is a file or, while it is nothing yet, is called like one.
fn is_document(path: &Utf8Path, world: &dyn World) -> bool {
    let is_called_so = path.extension() == Some("json") && !path.as_str().ends_with('/');
    world.is_file(path) || !world.is_dir(path) && is_called_so
}

/// What is different in one file.
fn compare(path: Utf8PathBuf, wanted: String, world: &dyn World) -> Result<Option<Difference>, ReadError> {
    let change = match read(&path, world)? {
        Some(committed) if committed == wanted => return Ok(None),
        Some(committed) => Change::Different { committed, wanted },
        None => Change::Missing { wanted },
    };
    Ok(Some(Difference { path, change }))
}

/// The text of a file, with line feeds as line ends; none if there is no such file.
fn read(path: &Utf8Path, world: &dyn World) -> Result<Option<String>, ReadError> {
    match world.read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ReadError { path: path.to_owned(), error }),
    }
}

/// The names in a folder; none if there is no such folder.
fn names(path: &Utf8Path, world: &dyn World) -> Result<Vec<String>, ReadError> {
    match world.list(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        listed => listed.map_err(|error| ReadError { path: path.to_owned(), error }),
    }
}

#[cfg(test)]
mod tests {
    use compose2ecs::options::Options;
    use compose2ecs::translate;
    use compose2ecs::world::MemoryWorld;

    use super::*;

    /// What is different in `out` below the root when it holds these files.
    #[track_caller]
    fn check(out: &str, files: &[(&str, &str)], expected: &[&str]) {
        let compose = "services: {web: {image: x, mem_limit: 64m}}";
        let mut world = MemoryWorld { current_dir: "/shop".into(), ..MemoryWorld::default() };
        world.files.insert("/shop/compose.yml".into(), compose.into());
        let stack = translate(&world, &[], &Options::default()).stack.unwrap();
        for Artifact { path, contents } in backend::emit(&stack, Format::TaskJson) {
            world.files.insert(Utf8Path::new("/whole").join(path), contents.into());
        }
        world.files.insert("/whole.json".into(), backend::document(&stack).replace('\n', "\r\n").into());
        world.files.extend(files.iter().map(|(path, text)| (Utf8PathBuf::from(*path), text.as_bytes().to_vec())));
        let kind = |difference: Difference| match difference.change {
            Change::Missing { .. } => format!("- {}", difference.path),
            Change::Different { .. } => format!("! {}", difference.path),
            Change::LeftOver { .. } => format!("+ {}", difference.path),
        };
        let found: Vec<String> = differences(&stack, out.into(), &world).unwrap().into_iter().map(kind).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_equal_is_no_difference_whatever_its_line_ends() {
        check("/whole", &[], &[]);
        check("/whole.json", &[], &[]);
    }

    #[test]
    fn a_path_that_is_nothing_yet_is_what_its_name_says() {
        check("/new.json", &[], &["- /new.json"]);
        let files = ["cluster", "services/shop-web", "services/shop-web.update", "task-definitions/shop-web", "waves"];
        check("/new", &[], &files.map(|file| format!("- /new/{file}.json")).each_ref().map(String::as_str));
        check("/n.json/", &[], &files.map(|file| format!("- /n.json/{file}.json")).each_ref().map(String::as_str));
        check(
            "/odd.json",
            &[("/odd.json/services/a", "")],
            &files.map(|file| format!("- /odd.json/{file}.json")).each_ref().map(String::as_str),
        );
        check("/plain", &[("/plain", "")], &["! /plain"]);
    }

    #[test]
    fn only_what_is_ours_is_left_over() {
        check(
            "/whole",
            &[
                ("/whole/waves.json", "[]"),
                ("/whole/services/old.json", r#"{"serviceName": "old"}"#),
                ("/whole/services/old.update.json", r#"{"service": "old"}"#),
                ("/whole/services/README.md", "of ours"),
                ("/whole/services/other.json", r#"{"serviceName": "old"}"#),
                ("/whole/services/package.json", r#"{"name": "package"}"#),
                ("/whole/other/old.json", r#"{"serviceName": "old"}"#),
                ("/whole/task-definitions/old.json", r#"{"family": "old"}"#),
                ("/whole/tasks/old/old.json", r#"{"family": "old"}"#),
            ],
            &[
                "+ /whole/services/old.json",
                "+ /whole/services/old.update.json",
                "+ /whole/task-definitions/old.json",
                "! /whole/waves.json",
            ],
        );
    }
}
