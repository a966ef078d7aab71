//! One function per subcommand. The only place that prints: data on stdout, everything else on stderr.

use std::io::{self, Write};
use std::process::ExitCode;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use camino::{Utf8Path, Utf8PathBuf};
use compose2ecs::backend::{self, Format};
#[cfg(feature = "deploy")]
use compose2ecs::deploy::outcome::Interruption;
use compose2ecs::diag::render::{self, Renderer};
use compose2ecs::diag::{Diagnostics, github, group, json, sarif};
use compose2ecs::ecs::Stack;
use compose2ecs::options::{
    AssignPublicIp, Grouping, LaunchType, LoadOptions, LowerOptions, Options, Verbosity, WaitPolicy,
};
use compose2ecs::schema;
use compose2ecs::source::Sources;
use compose2ecs::translate;
use compose2ecs::world::{SystemWorld, World};

use super::completions;
use super::finding::DiagnosticsFormat;
use super::output::{self, WriteError};
use super::{Arguments, Color, Command, ConvertArguments, GlobalArguments, TargetArguments, TaskPer};

mod check;
mod config;
#[cfg(feature = "deploy")]
mod deploy;
mod explain;
mod graph;

use check::{Remedy, Snapshot};

/// How the program ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done, or nothing to do.
    Done,
    /// The input says no, and the findings say why.
    Refused,
    /// The outside world says no, for this reason.
    Failed(String),
    /// The arguments make no sense, for this reason.
    Misused(String),
    /// A deployment did not end well.
    #[cfg(feature = "deploy")]
    Deployment(Ending),
    /// A container that was run ended with this code, which is not 0.
    #[cfg(feature = "deploy")]
    Container(u8),
    /// What was to be compared cannot be, and it was said why.
    #[cfg(feature = "deploy")]
    Trouble,
    /// A container that was to be run never ran, and it was said why.
    #[cfg(feature = "deploy")]
    NeverRan,
}

/// How a deployment ends that does not end well.
#[cfg(feature = "deploy")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// A deployment failed or was rolled back.
    Failed,
    /// It takes too long, and goes on.
    TimedOut,
    /// Somebody asked to stop, by SIGINT.
    Interrupted,
    /// Somebody asked to stop, by SIGTERM.
    Terminated,
}

#[cfg(feature = "deploy")]
impl From<Interruption> for Ending {
    fn from(interruption: Interruption) -> Self {
        match interruption {
            Interruption::Interrupt => Self::Interrupted,
            Interruption::Terminate => Self::Terminated,
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Done => Self::SUCCESS,
            Outcome::Refused | Outcome::Failed(_) => Self::from(1),
            Outcome::Misused(_) => Self::from(2),
            // As with diff(1), 1 says that things differ.
            #[cfg(feature = "deploy")]
            Outcome::Trouble => Self::from(2),
            #[cfg(feature = "deploy")]
            Outcome::Deployment(ending) => Self::from(match ending {
                Ending::Failed => 3,
                Ending::TimedOut => 4,
                Ending::Interrupted => 130,
                Ending::Terminated => 143,
            }),
            #[cfg(feature = "deploy")]
            Outcome::Container(code) => Self::from(code),
            #[cfg(feature = "deploy")]
            Outcome::NeverRan => Self::from(125),
        }
    }
}

/// Runs what was typed.
pub(crate) fn run(arguments: Arguments) -> Outcome {
    let Arguments { global, command } = arguments;
    let format = global.diagnostics;
    // What has no colour of its own to ask for takes the user's word, too.
    match global.color {
        Color::Auto => {}
        Color::Always => ColorChoice::Always.write_global(),
        Color::Never => ColorChoice::Never.write_global(),
    }
    let outcome = match command {
        Command::Convert(arguments) => in_world(|world| convert(global, arguments, world)),
        Command::Config(arguments) => in_world(|world| config::config(global, arguments, world)),
        #[cfg(feature = "deploy")]
        Command::Up(arguments) => in_world(|world| deploy::block_on(deploy::up::up(global, arguments, world))),
        #[cfg(feature = "deploy")]
        Command::Down(arguments) => in_world(|world| deploy::block_on(deploy::down::down(global, arguments, world))),
        #[cfg(feature = "deploy")]
        Command::Rollback(arguments) => {
            in_world(|world| deploy::block_on(deploy::rollback::rollback(global, arguments, world)))
        }
        #[cfg(feature = "deploy")]
        Command::Logs(arguments) => in_world(|world| deploy::block_on(deploy::logs::logs(global, arguments, world))),
        #[cfg(feature = "deploy")]
        Command::Scale(arguments) => in_world(|world| deploy::block_on(deploy::scale::scale(global, arguments, world))),
        #[cfg(feature = "deploy")]
        Command::Diff(arguments) => in_world(|world| deploy::block_on(deploy::diff::diff(global, arguments, world))),
        #[cfg(feature = "deploy")]
        Command::Run(arguments) => in_world(|world| deploy::block_on(deploy::run::run(global, arguments, world))),
        #[cfg(feature = "deploy")]
        Command::Ps(arguments) => in_world(|world| deploy::block_on(deploy::ps::ps(global, arguments, world))),
        #[cfg(feature = "deploy")]
        Command::Push(arguments) => in_world(|world| deploy::block_on(deploy::push::push(global, arguments, world))),
        #[cfg(feature = "deploy")]
        Command::PruneRevisions(arguments) => {
            in_world(|world| deploy::block_on(deploy::prune::prune_revisions(global, arguments, world)))
        }
        #[cfg(feature = "deploy")]
        Command::IamPolicy(arguments) => in_world(|world| deploy::iam_policy::iam_policy(global, arguments, world)),
        Command::Explain(arguments) => explain::explain(arguments),
        Command::Graph(arguments) => in_world(|world| graph::graph(global, arguments, world)),
        Command::Completions(arguments) => finish(print(&completions::script(&arguments))),
        Command::Schema => finish(print(&schema::schema())),
    };
    match &outcome {
        Outcome::Done | Outcome::Refused => {}
        #[cfg(feature = "deploy")]
        Outcome::Deployment(_) | Outcome::Container(_) | Outcome::NeverRan | Outcome::Trouble => {}
        Outcome::Failed(reason) | Outcome::Misused(reason) => say(reason, format),
    }
    outcome
}

/// Runs what needs files and variables.
fn in_world(command: impl FnOnce(&dyn World) -> Outcome) -> Outcome {
    match SystemWorld::new() {
        Ok(world) => command(&world),
        Err(err) => Outcome::Failed(format!("cannot tell the current directory: {err}")),
    }
}

/// Says why nothing can be done, as findings are said. A document of SARIF is complete by then.
fn say(reason: &str, format: DiagnosticsFormat) {
    let text = match format {
        DiagnosticsFormat::Text | DiagnosticsFormat::Sarif => format!("error: {reason}\n"),
        DiagnosticsFormat::Json => json::failure(reason),
        DiagnosticsFormat::Github => github::failure(reason),
    };
    // There is nowhere left to say that stderr is closed.
    let _closed = io::stderr().write_all(text.as_bytes());
}

/// `compose2ecs convert`.
fn convert(global: GlobalArguments, arguments: ConvertArguments, world: &dyn World) -> Outcome {
    let ConvertArguments { output, check, update, verbose, target, policy } = arguments;
    let (file, load, form) = load_options(global);
    let policy = match policy.policy() {
        Ok(policy) => policy,
        Err(reason) => return Outcome::Misused(reason),
    };
    let verbosity = if verbose { Verbosity::Verbose } else { Verbosity::Usual };
    let options = Options { load, lower: lower_options(target, world), policy, verbosity };
    let mut translation = translate(world, &file, &options);
    let outcome = if let Some(path) = check {
        let remedy = if update { Remedy::Update } else { Remedy::Show(output_color(form.color)) };
        let outcome = check::check(&mut translation, &Snapshot { path, remedy }, world);
        report(&translation.sources, &translation.diagnostics, form);
        outcome
    } else {
        report(&translation.sources, &translation.diagnostics, form);
        match (&translation.stack, output) {
            (Some(stack), Some(directory)) => finish(write(stack, &directory)),
            (Some(stack), None) => finish(print(&backend::document(stack))),
            (None, _) => Outcome::Refused,
        }
    };
    // The process ends here, and the system takes the memory back at once: a tenth of the time goes to giving it back
    // piece by piece.
    std::mem::forget(translation);
    outcome
}

/// How the program ends once everything was written, or was not.
fn finish(written: Result<(), WriteError>) -> Outcome {
    match written {
        Ok(()) => Outcome::Done,
        Err(err) => Outcome::Failed(err.to_string()),
    }
}

/// In which form findings are written.
#[derive(Debug, Clone, Copy)]
struct Form {
    format: DiagnosticsFormat,
    color: Color,
}

/// The files, how they are read, and in which form findings are written.
fn load_options(global: GlobalArguments) -> (Vec<Utf8PathBuf>, LoadOptions, Form) {
    let GlobalArguments { file, project_name, project_directory, env_file, ecs_params, profile, color, diagnostics } =
        global;
    let options = LoadOptions {
        project_name,
        project_directory,
        env_files: env_file,
        ecs_params,
        profiles: profile,
        ..LoadOptions::default()
    };
    (file, options, Form { format: diagnostics, color })
}

/// The options of a translation. The region follows the AWS CLI: flag, then variables.
fn lower_options(arguments: TargetArguments, world: &dyn World) -> LowerOptions {
    let TargetArguments {
        launch_type,
        task_per,
        cluster,
        region,
        registry,
        tag,
        subnets,
        security_groups,
        keep_waits,
        execution_role,
    } = arguments;
    let variable = |name| world.variable(name).filter(|value| !value.is_empty());
    LowerOptions {
        launch_type: launch_type.map(|launch_type| match launch_type {
            super::LaunchType::Ec2 => LaunchType::Ec2,
            super::LaunchType::Fargate => LaunchType::Fargate,
        }),
        grouping: task_per.map(|task_per| match task_per {
            TaskPer::Service => Grouping::OnePerService,
            TaskPer::Project => Grouping::SingleTask,
        }),
        cluster,
        region: region.or_else(|| variable("AWS_REGION")).or_else(|| variable("AWS_DEFAULT_REGION")),
        registry,
        tag,
        subnets,
        security_groups,
        public_address: AssignPublicIp::default(),
        execution_role,
        task_role: None,
        waits: if keep_waits { WaitPolicy::Kept } else { WaitPolicy::Replaced },
    }
}

/// How many findings are drawn at most: nobody reads on.
const MOST_FINDINGS: usize = 100;

/// Writes what was found to standard error.
fn report(sources: &Sources, diagnostics: &Diagnostics, form: Form) {
    let Form { format, color } = form;
    let text = match format {
        DiagnosticsFormat::Text => return draw(sources, diagnostics, color),
        DiagnosticsFormat::Json => json::render(diagnostics, sources),
        DiagnosticsFormat::Github => github::render(diagnostics, sources),
        DiagnosticsFormat::Sarif => sarif::render(diagnostics, sources),
    };
    // A closed stderr takes no findings; the exit code still tells.
    let _closed = io::stderr().write_all(text.as_bytes());
}

/// Draws what was found, once where it was found at many places.
fn draw(sources: &Sources, diagnostics: &Diagnostics, color: Color) {
    let mut stderr = io::BufWriter::new(io::stderr());
    let renderer = Renderer::new(finding_color(color));
    let groups = diagnostics.grouped();
    let all = group::count(&groups);
    let groups = group::weightiest(groups, MOST_FINDINGS);
    let left_out = all - group::count(&groups);
    // A closed stderr takes no findings; the exit code still tells.
    let _closed = groups
        .iter()
        .try_for_each(|group| writeln!(stderr, "{}", renderer.render_group(group, sources)))
        .and_then(|()| if left_out > 0 { writeln!(stderr, "… and {left_out} more\n") } else { Ok(()) })
        .and_then(|()| render::summary(diagnostics).map_or(Ok(()), |line| writeln!(stderr, "{line}")))
        .and_then(|()| stderr.flush());
}

/// Prints a document. A reader that has seen enough is no failure.
fn print(document: &str) -> Result<(), WriteError> {
    match io::stdout().lock().write_all(document.as_bytes()) {
        Err(err) if err.kind() != io::ErrorKind::BrokenPipe => Err(WriteError::Stdout(err)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes a stack as files.
fn write(stack: &Stack, directory: &Utf8Path) -> Result<(), WriteError> {
    output::write(&backend::emit(stack, Format::TaskJson), directory)
}

/// Whether findings are drawn in colour.
fn finding_color(color: Color) -> render::Color {
    color_on(&io::stderr(), color)
}

/// Whether progress is drawn in colour.
#[cfg(feature = "deploy")]
pub(crate) fn progress_color() -> render::Color {
    finding_color(Color::Auto)
}

/// Whether output is drawn in colour.
fn output_color(color: Color) -> render::Color {
    color_on(&io::stdout(), color)
}

/// Whether a stream has colour: as the user wants, or as the terminal and `NO_COLOR` do.
fn color_on(stream: &impl RawStream, color: Color) -> render::Color {
    let choice = match color {
        Color::Auto => AutoStream::choice(stream),
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    if choice == ColorChoice::Never { render::Color::Never } else { render::Color::Always }
}
