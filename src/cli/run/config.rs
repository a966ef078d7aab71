//! `compose2ecs config`.

use camino::Utf8PathBuf;
use compose2ecs::compose::Project;
use compose2ecs::compose::environment;
use compose2ecs::compose::load::{self, Loaded};
use compose2ecs::config::{self, ConfigOptions, Format, Listing, PathResolution};
use compose2ecs::diag::{Diagnostics, Reported};
use compose2ecs::options::Normalization;
use compose2ecs::options::{Consistency, Interpolation, LoadOptions, ServiceEnvFiles};
use compose2ecs::source::Sources;
use compose2ecs::world::World;

use super::{Outcome, finish, load_options, print, report};
use crate::cli::GlobalArguments;
use crate::cli::config::{ConfigArguments, ConfigFormat, ReadingArguments};
use crate::cli::output;

/// What is printed.
enum Answer {
    /// The model, into a file if one is named.
    Model(Option<Utf8PathBuf>),
    /// Names.
    List(Listing),
    /// Hashes of services: of those that are named, or of all.
    Hashes(Vec<String>),
    /// The variables that stand in the files.
    Variables,
    /// The variables that the files see.
    Environment,
    /// Nothing.
    Nothing,
}

/// `compose2ecs config`.
pub(super) fn config(global: GlobalArguments, arguments: ConfigArguments, world: &dyn World) -> Outcome {
    let answer = answer(&arguments);
    let (format, is_quiet) = (arguments.format.map(Format::from), arguments.quiet);
    if global.ecs_params.is_some() {
        let reason = "`config` prints what the Compose files say: `--ecs-params` is for translating them";
        return Outcome::Misused(reason.to_owned());
    }
    let (files, options, form) = load_options(global);
    let (options, printing) = options_of(arguments, options, &answer);
    let show = |sources: &Sources, diagnostics: &Diagnostics| report(sources, diagnostics, form);
    if is_untyped(&answer, options.interpolation) {
        let Some(tree) = reported(load::tree(world, &files, &options), show) else { return Outcome::Refused };
        return match answer {
            Answer::Model(output) => document(&config::untyped(&tree, printing), output),
            Answer::List(_) => lines(&config::untyped_services(&tree)),
            // Docker Compose is quiet about YAML only.
            Answer::Variables if is_quiet && format == Some(Format::Yaml) => Outcome::Done,
            Answer::Variables => finish(print(&config::variables(&tree, format))),
            Answer::Hashes(_) | Answer::Environment | Answer::Nothing => Outcome::Done,
        };
    }
    let Some(project) = reported(load::load(world, &files, &options), show) else { return Outcome::Refused };
    let outcome = match answer {
        Answer::Model(output) => document(&config::document(&project, printing), output),
        Answer::List(listing) => lines(&config::list(&project, listing, printing)),
        Answer::Hashes(names) => hashes(&project, &names, printing),
        Answer::Environment => lines(&environment::lines(world, &files, &options, &project.name)),
        Answer::Variables | Answer::Nothing => Outcome::Done,
    };
    std::mem::forget(project);
    outcome
}

/// Whether an answer is about what is written, which has no types while its variables are still in it.
fn is_untyped(answer: &Answer, interpolation: Interpolation) -> bool {
    match answer {
        Answer::Variables => true,
        Answer::Model(_) | Answer::Nothing | Answer::List(Listing::Services) => {
            interpolation == Interpolation::Disabled
        }
        Answer::List(_) | Answer::Hashes(_) | Answer::Environment => false,
    }
}

/// Prints a document, or writes it into a file.
fn document(document: &str, output: Option<Utf8PathBuf>) -> Outcome {
    finish(output.map_or_else(|| print(document), |path| output::write_file(document, &path)))
}

/// What was read, once what was found is shown.
fn reported<T>(loaded: Loaded<T>, show: impl Fn(&Sources, &Diagnostics)) -> Option<T> {
    let Loaded { sources, documents: _, reported: Reported { diagnostics, product } } = loaded;
    show(&sources, &diagnostics);
    product
}

/// What the flags ask for. Of several that ask for something else than the model, the first in this list wins; it is
/// printed even if nothing but mistakes is asked for, as in Docker Compose.
fn answer(arguments: &ConfigArguments) -> Answer {
    let flags = [
        (arguments.services, Listing::Services),
        (arguments.volumes, Listing::Volumes),
        (arguments.networks, Listing::Networks),
        (arguments.models, Listing::Models),
    ];
    let later_flags = [(arguments.profiles, Listing::Profiles), (arguments.images, Listing::Images)];
    let first = |flags: &[(bool, Listing)]| flags.iter().find(|(is_set, _)| *is_set).map(|(_, listing)| *listing);
    let hash = arguments.hash.as_deref().filter(|names| !names.is_empty());
    match (first(&flags), hash, first(&later_flags)) {
        (Some(listing), _, _) | (None, None, Some(listing)) => Answer::List(listing),
        (None, Some("*"), _) => Answer::Hashes(Vec::new()),
        (None, Some(names), _) => Answer::Hashes(names.split(',').map(str::to_owned).collect()),
        (None, None, None) if arguments.variables => Answer::Variables,
        (None, None, None) if arguments.quiet => Answer::Nothing,
        (None, None, None) if arguments.environment => Answer::Environment,
        (None, None, None) => Answer::Model(arguments.output.clone()),
    }
}

/// How the project is read, and how it is printed.
fn options_of(arguments: ConfigArguments, options: LoadOptions, answer: &Answer) -> (LoadOptions, ConfigOptions) {
    // The other flags say what the answer is.
    let ConfigArguments {
        service,
        format,
        output: _,
        quiet: _,
        services: _,
        volumes: _,
        networks: _,
        models: _,
        hash: _,
        profiles: _,
        images: _,
        variables: _,
        environment: _,
        reading,
    } = arguments;
    // Docker Compose has read the files by the time that it looks at `--no-env-resolution`.
    let ReadingArguments { no_interpolate, no_consistency, no_env_resolution: _, no_normalize, no_path_resolution } =
        reading;
    let keeps_variables = no_interpolate || matches!(answer, Answer::Variables);
    let normalization = if no_normalize { Normalization::Disabled } else { Normalization::Enabled };
    let options = LoadOptions {
        services: if narrows(answer) { service } else { Vec::new() },
        interpolation: if keeps_variables { Interpolation::Disabled } else { Interpolation::Enabled },
        consistency: if no_consistency { Consistency::Unchecked } else { Consistency::Checked },
        normalization,
        service_env_files: match answer {
            Answer::Model(_) | Answer::Environment | Answer::Nothing => ServiceEnvFiles::Read,
            Answer::List(_) | Answer::Hashes(_) | Answer::Variables => ServiceEnvFiles::Left,
        },
        ..options
    };
    let printing = ConfigOptions {
        format: format.map(Format::from).unwrap_or_default(),
        normalization,
        paths: if no_path_resolution { PathResolution::Disabled } else { PathResolution::Enabled },
    };
    (options, printing)
}

/// Whether an answer is about the services that are named alone.
fn narrows(answer: &Answer) -> bool {
    match answer {
        Answer::Model(_)
        | Answer::Environment
        | Answer::Nothing
        | Answer::List(Listing::Profiles | Listing::Images) => true,
        Answer::List(Listing::Services | Listing::Volumes | Listing::Networks | Listing::Models)
        | Answer::Hashes(_)
        | Answer::Variables => false,
    }
}

impl From<ConfigFormat> for Format {
    fn from(format: ConfigFormat) -> Self {
        match format {
            ConfigFormat::Yaml => Self::Yaml,
            ConfigFormat::Json => Self::Json,
        }
    }
}

/// Prints the hashes of services.
fn hashes(project: &Project, names: &[String], options: ConfigOptions) -> Outcome {
    match config::hashes(project, names, options) {
        Ok(hashes) => lines(&hashes.iter().map(|(name, hash)| format!("{name} {hash}")).collect::<Vec<_>>()),
        Err(err) => Outcome::Failed(err.to_string()),
    }
}

/// Prints lines.
fn lines(lines: &[String]) -> Outcome {
    let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    finish(print(&text))
}
