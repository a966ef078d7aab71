//! The commands that speak to AWS.

mod course;
pub(super) mod diff;
pub(super) mod down;
mod follow;
pub(super) mod iam_policy;
pub(super) mod logs;
mod project;
pub(super) mod prune;
pub(super) mod ps;
pub(super) mod push;
pub(super) mod rollback;
pub(super) mod run;
pub(super) mod scale;
pub(super) mod up;

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use compose2ecs::deploy::problem::Problem;
use compose2ecs::deploy::release::Release;
use compose2ecs::deploy::sdk::Reader;
use compose2ecs::options::{LowerOptions, Options};
use compose2ecs::world::World;
use compose2ecs::{draw, lower};
use tokio::runtime;

use super::{Outcome, load_options, lower_options, report};
use crate::cli::deploy::AwsArguments;
use crate::cli::{GlobalArguments, TargetArguments};

/// Runs a command that speaks to AWS.
pub(super) fn block_on<F: Future<Output = Outcome>>(command: F) -> Outcome {
    match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(command),
        Err(err) => Outcome::Failed(format!("cannot start: {err}")),
    }
}

/// Connects to AWS. The region is known behind it, as everything else needs it.
async fn connect(
    aws: AwsArguments,
    target: TargetArguments,
    world: &dyn World,
) -> Result<(Reader, LowerOptions), Problem> {
    let mut lower = lower_options(target, world);
    let reader = Reader::connect(&aws.connection(lower.region.clone())).await;
    let region = reader.region().ok_or_else(|| {
        Problem::new("the AWS region is not known")
            .hint("give `--region`, set AWS_REGION, or name a region in the AWS profile")
    })?;
    lower.region = Some(region.to_owned());
    Ok((reader, lower))
}

/// A project as it is known on AWS.
struct Known {
    /// Its name.
    project: String,
    /// The cluster's name.
    cluster: String,
    /// In which wave each unit is, as far as the files can be translated.
    waves: BTreeMap<String, usize>,
    /// What the files say now, if they can be translated.
    release: Option<Release>,
}

/// Reads a project for its name. That it cannot be translated any more is no reason not to look at it.
fn known(global: GlobalArguments, options: LowerOptions, world: &dyn World) -> Option<Known> {
    let (file, load, form) = load_options(global);
    let options = Options { load, lower: options, ..Options::default() };
    let (translation, graph) = draw(world, &file, &options);
    let Some(project) = &translation.project else {
        report(&translation.sources, &translation.diagnostics, form);
        return None;
    };
    let tasks = graph.iter().flat_map(|graph| graph.waves.iter().enumerate());
    let waves = tasks.flat_map(|(wave, tasks)| tasks.iter().map(move |task| (task.name.clone(), wave)));
    let release = translation
        .stack
        .as_ref()
        .zip(graph.as_ref())
        .map(|(stack, graph)| Release::of(stack, graph, &translation.sources));
    Some(Known {
        project: project.name.as_str().to_owned(),
        cluster: lower::cluster(project, &options.lower),
        waves: waves.collect(),
        release,
    })
}

/// Says what stands in the way.
fn refuse(problems: &[Problem]) -> Outcome {
    for Problem { message, hint } in problems {
        tell(&format!("error: {message}"));
        if let Some(hint) = hint {
            tell(&format!("  help: {hint}"));
        }
    }
    tell("nothing was changed");
    Outcome::Refused
}

/// Asks whether to go on; none means yes.
fn ask(what: &str) -> Option<Outcome> {
    if !io::stdin().is_terminal() {
        return Some(Outcome::Misused(format!("refusing to {what} without `--yes`")));
    }
    tell("go on? [y/N]");
    let mut answer = String::new();
    // Who cannot answer does not agree.
    let _read = io::stdin().lock().read_line(&mut answer);
    let agreed = matches!(answer.trim(), "y" | "Y" | "yes");
    (!agreed).then(|| Outcome::Failed("nothing was changed".to_owned()))
}

/// Says something that is no data.
fn tell(text: &str) {
    // There is nowhere left to say that stderr is closed.
    let _closed = writeln!(io::stderr(), "{text}");
}
