//! Which files make up a project, where it lies, and which variables it sees.
//!
//! Docker Compose's own order: the files that are named, those of `COMPOSE_FILE`, or else the first of the default
//! names in the project's directory or above it, with the override file beside it.

use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use super::paths::{clean, shown};
use super::variables::Variables;
use crate::diag::{Code, Diagnostics, Severity};
use crate::options::LoadOptions;
use crate::world::World;

/// The names that are looked for, in order.
const NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// The names of the file that is added to what was found, in order.
const OVERRIDE_NAMES: [&str; 4] =
    ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

/// What a project is made of.
pub(super) struct Discovery<'w> {
    /// The files, in the order in which they change each other.
    pub(super) inputs: Vec<Input>,
    /// The absolute directory from which relative paths start.
    pub(super) directory: Utf8PathBuf,
    /// The variables that the files see.
    pub(super) variables: Variables<'w>,
}

/// Where a part of a project is read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    /// A file.
    File {
        /// Its absolute path.
        path: Utf8PathBuf,
        /// What the user calls it.
        name: String,
    },
    /// Standard input.
    Stdin,
}

/// Finds the files of a project. `None` means that the reason was reported.
pub(super) fn discover<'w>(
    world: &'w dyn World,
    files: &[Utf8PathBuf],
    options: &LoadOptions,
    diags: &mut Diagnostics,
) -> Option<Discovery<'w>> {
    let current = world.current_dir();
    let chosen = options.project_directory.as_ref().map(|directory| clean(&current.join(directory)));
    let mut inputs: Vec<Input> = files.iter().map(|file| input(&current, file)).collect();
    let directory = |inputs: &[Input]| chosen.clone().or_else(|| parent_of_first(inputs));
    let mut variables = Variables::new(world);

    let env_files = env_files(&variables, options);
    let first = directory(&inputs).unwrap_or_else(|| current.clone());
    if env_files.is_empty() {
        read_default(world, &first, &mut variables, diags)?;
    }
    for file in env_files {
        let path = clean(&current.join(&file));
        let text = read_variables(world, &path, &file, diags)?;
        variables.put(parsed(&variables, &text, &file, diags)?);
    }

    if inputs.is_empty() {
        inputs = match variables.get("COMPOSE_FILE") {
            Some(list) => named(&current, &list, variables.get("COMPOSE_PATH_SEPARATOR").as_deref()),
            None => found(world, &first, diags)?,
        };
    }
    let directory = directory(&inputs).unwrap_or(current);
    if directory != first && options.env_files.is_empty() && variables.of_process("COMPOSE_ENV_FILES").is_none() {
        read_default(world, &directory, &mut variables, diags)?;
    }
    Some(Discovery { inputs, directory, variables })
}

/// The input that a path on the command line names.
pub(super) fn input(current: &Utf8Path, file: &Utf8Path) -> Input {
    if file == "-" {
        return Input::Stdin;
    }
    Input::File { path: clean(&current.join(file)), name: file.to_string() }
}

/// The directory of the first file, which is where a project lies when nothing else is said.
fn parent_of_first(inputs: &[Input]) -> Option<Utf8PathBuf> {
    inputs.iter().find_map(|input| match input {
        Input::File { path, name: _ } => path.parent().map(Utf8Path::to_owned),
        Input::Stdin => None,
    })
}

/// The files that `COMPOSE_FILE` names.
fn named(current: &Utf8Path, list: &str, separator: Option<&str>) -> Vec<Input> {
    let default = if cfg!(windows) { ";" } else { ":" };
    let separator = separator.filter(|separator| !separator.is_empty()).unwrap_or(default);
    list.split(separator).map(|file| input(current, file.into())).collect()
}

/// The files with default names in a directory or the nearest one above it that has any.
fn found(world: &dyn World, directory: &Utf8Path, diags: &mut Diagnostics) -> Option<Vec<Input>> {
    let current = world.current_dir();
    let present = |directory: &Utf8Path, names: [&str; 4]| {
        let paths = names.map(|name| directory.join(name)).into_iter();
        paths.filter(|path| world.is_file(path) || world.is_dir(path)).collect::<Vec<_>>()
    };
    for directory in directory.ancestors() {
        let (files, overrides) = (present(directory, NAMES), present(directory, OVERRIDE_NAMES));
        if files.is_empty() {
            continue;
        }
        let mut inputs = Vec::new();
        for mut candidates in [files, overrides].map(Vec::into_iter) {
            let Some(path) = candidates.next() else { continue };
            let name = shown(&current, &path);
            for other in candidates {
                let message = format!("`{}` is not read, as there is `{name}`", shown(&current, &other));
                diags.push(Severity::Warning, Code::Conflict, None, message).hint("name the files with `-f`");
            }
            inputs.push(Input::File { path, name });
        }
        return Some(inputs);
    }
    let message = format!("there is no Compose file in `{directory}` or above it");
    let finding = diags.push(Severity::Error, Code::Unreadable, None, message);
    finding.hint(format!("name one with `-f`, or create one of {}", NAMES.map(|name| format!("`{name}`")).join(", ")));
    None
}

/// The files that stand in place of `.env`.
fn env_files(variables: &Variables<'_>, options: &LoadOptions) -> Vec<Utf8PathBuf> {
    if !options.env_files.is_empty() {
        return options.env_files.clone();
    }
    let list = variables.of_process("COMPOSE_ENV_FILES").unwrap_or_default();
    list.split(',').filter(|file| !file.is_empty()).map(Utf8PathBuf::from).collect()
}

/// Reads `.env` of a directory, if there is one.
fn read_default(
    world: &dyn World,
    directory: &Utf8Path,
    variables: &mut Variables<'_>,
    diags: &mut Diagnostics,
) -> Option<()> {
    let path = directory.join(".env");
    let disabled = variables.of_process("COMPOSE_DISABLE_ENV_FILE");
    let disabled = disabled.is_some_and(|word| matches!(&*word.to_ascii_lowercase(), "1" | "t" | "true"));
    if disabled || !world.is_file(&path) {
        return Some(());
    }
    let name = Utf8PathBuf::from(shown(&world.current_dir(), &path));
    let text = read_variables(world, &path, &name, diags)?;
    variables.add(parsed(variables, &text, &name, diags)?);
    Some(())
}

/// The text of a file of variables.
fn read_variables(world: &dyn World, path: &Utf8Path, name: &Utf8Path, diags: &mut Diagnostics) -> Option<String> {
    match world.read(path).and_then(text) {
        Ok(text) => Some(text),
        Err(err) => {
            let message = format!("cannot read `{name}`: {}", reason(&err));
            diags.push(Severity::Error, Code::Unreadable, None, message).hints.extend(hint(&err));
            None
        }
    }
}

/// The variables in the text of a file.
fn parsed(
    variables: &Variables<'_>,
    text: &str,
    name: &Utf8Path,
    diags: &mut Diagnostics,
) -> Option<super::dotenv::Variables> {
    variables
        .read(text)
        .map_err(|err| {
            diags.push(Severity::Error, Code::Syntax, None, format!("cannot read `{name}`: {err}"));
        })
        .ok()
}

/// Bytes as text.
pub(super) fn text(bytes: Vec<u8>) -> io::Result<String> {
    String::from_utf8(bytes).map_err(|err| {
        let offset = err.utf8_error().valid_up_to();
        io::Error::new(io::ErrorKind::InvalidData, format!("invalid UTF-8 at byte {offset}"))
    })
}

/// What helps when a file cannot be read as text.
pub(super) fn hint(err: &io::Error) -> Option<String> {
    (err.kind() == io::ErrorKind::InvalidData).then(|| "save it as UTF-8".to_owned())
}

/// Why a file cannot be read.
pub(super) fn reason(err: &io::Error) -> String {
    let known = [
        (io::ErrorKind::NotFound, "there is no such file"),
        (io::ErrorKind::IsADirectory, "it is a directory"),
        (io::ErrorKind::PermissionDenied, "permission denied"),
        (io::ErrorKind::FileTooLarge, "it has 4 GiB or more"),
    ];
    let known = known.into_iter().find(|(kind, _)| *kind == err.kind());
    known.map_or_else(|| err.to_string(), |(_, reason)| reason.to_owned())
}
