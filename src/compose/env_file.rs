//! `env_file` and `label_file`: variables and labels of a container that stand in files.
//!
//! Files come first, in their order; what stands in the Compose file itself wins over them. A variable that has a name
//! only gets the value that it has where Compose runs. Nothing that is read here ever stands in a message.

use std::collections::BTreeMap;
use std::mem;
use std::rc::Rc;

use camino::{Utf8Path, Utf8PathBuf};
use indexmap::IndexMap;

use super::Project;
use super::discover;
use super::dotenv;
use super::paths;
use super::service::Service;
use super::service::process::EnvFile;
use super::variables::Variables;
use crate::diag::{Code, Diagnostics};
use crate::options::ServiceEnvFiles;
use crate::source::Spanned;
use crate::world::World;

/// What helps when a file of variables is missing.
const OR_NOT_REQUIRED: &str = "create it, or write `required: false` beside its `path`";

/// What services get their variables from.
pub(super) struct Origins<'w> {
    /// Where files are.
    pub(super) world: &'w dyn World,
    /// The variables that the files of the project see.
    pub(super) variables: &'w Variables<'w>,
    /// What becomes of `env_file`.
    pub(super) env_files: ServiceEnvFiles,
}

/// Gives services the variables and labels that stand in files, and those that come from where Compose runs.
pub(super) fn resolve(project: &mut Project, origins: &Origins<'_>, diags: &mut Diagnostics) {
    let Origins { world, variables, env_files } = *origins;
    let texts = BTreeMap::new();
    let mut files = Files { world, directory: project.directory.clone(), home: project.home.clone(), texts };
    for service in project.services.values_mut() {
        resolve_build_arguments(service, variables);
        let process = &mut service.process;
        let mut environment = mem::take(&mut process.environment);
        for (name, variable) in &mut environment {
            variable.value = variable.value.take().or_else(|| variables.get(name));
        }
        if env_files == ServiceEnvFiles::Read {
            process.environment = files.variables(&process.env_file, &environment, variables, diags);
        }
        process.environment.extend(environment);
        let labels = mem::take(&mut process.labels);
        process.labels = files.labels(&process.label_file, diags);
        process.labels.extend(labels);
    }
}

/// Gives build arguments without a value that of the process; without one there, Compose leaves them out.
fn resolve_build_arguments(service: &mut Service, variables: &Variables<'_>) {
    let Some(build) = &mut service.image.build else { return };
    for (name, argument) in &mut build.value.args {
        argument.value = argument.value.take().or_else(|| variables.get(name));
    }
    build.value.args.retain(|_, argument| argument.value.is_some());
}

/// The files that services name.
struct Files<'w> {
    world: &'w dyn World,
    directory: Utf8PathBuf,
    home: Option<Utf8PathBuf>,
    /// What was read, as services often name the same file; or why it was not.
    texts: BTreeMap<Utf8PathBuf, Result<Rc<str>, FileError>>,
}

/// Why a file was not read.
#[derive(Clone)]
struct FileError {
    reason: String,
    hint: Option<String>,
    is_missing: bool,
}

impl Files<'_> {
    /// What `env_file` says. References see `environment` first, then the variables of the project, then what earlier
    /// lines and files say.
    fn variables(
        &mut self,
        files: &[Spanned<EnvFile>],
        environment: &IndexMap<String, Spanned<Option<String>>>,
        variables: &Variables<'_>,
        diags: &mut Diagnostics,
    ) -> IndexMap<String, Spanned<Option<String>>> {
        let lookup = |name: &str| {
            let own = environment.get(name).and_then(|variable| variable.value.clone());
            own.or_else(|| variables.get(name))
        };
        let mut found: IndexMap<String, Spanned<Option<String>>> = IndexMap::new();
        for file in files {
            let EnvFile { path, required, format } = &file.value;
            let Some(text) = self.text(path, required.then_some(OR_NOT_REQUIRED), diags) else { continue };
            let earlier = |name: &str| found.get(name).and_then(|variable| variable.value.clone());
            let read = match format.as_ref().map(|format| (format.value.as_str(), format.span)) {
                None | Some(("", _)) => dotenv::parse_after(&text, &lookup, &earlier),
                Some(("raw", _)) => dotenv::parse_raw(&text, &lookup),
                Some((other, span)) => {
                    let message = format!("invalid format `{other}` of an env file");
                    diags.error(Code::InvalidValue, span, message).hint("write `raw`, or leave `format` out");
                    continue;
                }
            };
            let Some(read) = reported(read, path, diags) else { continue };
            let read = read.into_iter().filter(|(_, value)| value.is_some());
            found.extend(read.map(|(name, value)| (name, Spanned::new(value, path.span))));
        }
        found
    }

    /// What `label_file` says. Variables of the project are not seen there.
    fn labels(&mut self, files: &[Spanned<String>], diags: &mut Diagnostics) -> IndexMap<String, Spanned<String>> {
        let mut found = IndexMap::new();
        for path in files {
            let Some(text) = self.text(path, Some("create it"), diags) else { continue };
            let Some(read) = reported(dotenv::parse(&text, &|_| None), path, diags) else { continue };
            let labels = read.into_iter().filter_map(|(name, value)| Some((name, Spanned::new(value?, path.span))));
            found.extend(labels);
        }
        found
    }

    /// The text of a file. It may be missing if nothing helps when it is.
    fn text(&mut self, path: &Spanned<String>, help: Option<&str>, diags: &mut Diagnostics) -> Option<Rc<str>> {
        let absolute = paths::resolve(&self.directory, self.home.as_deref(), &path.value);
        let world = self.world;
        let text = self.texts.entry(absolute).or_insert_with_key(|absolute| read(world, absolute));
        match text {
            Ok(text) => Some(Rc::clone(text)),
            Err(FileError { is_missing: true, reason: _, hint: _ }) if help.is_none() => None,
            Err(FileError { reason, hint, is_missing }) => {
                let message = format!("cannot read `{}`: {reason}", path.value);
                let finding = diags.error(Code::Unreadable, path.span, message);
                let help = help.filter(|_| *is_missing).map(str::to_owned);
                finding.hints.extend(help.or_else(|| hint.clone()));
                None
            }
        }
    }
}

/// Reads a file.
fn read(world: &dyn World, path: &Utf8Path) -> Result<Rc<str>, FileError> {
    let text = world.read(path).and_then(discover::text);
    text.map(Rc::from).map_err(|err| FileError {
        reason: discover::reason(&err),
        hint: discover::hint(&err),
        is_missing: err.kind() == std::io::ErrorKind::NotFound,
    })
}

/// The variables of a file, unless there is a mistake in it.
fn reported(
    read: Result<dotenv::Variables, dotenv::DotenvError>,
    path: &Spanned<String>,
    diags: &mut Diagnostics,
) -> Option<dotenv::Variables> {
    read.map_err(|err| {
        diags.error(Code::Syntax, path.span, format!("cannot read `{}`: {err}", path.value));
    })
    .ok()
}
