//! `compose2ecs push`.

use std::path::PathBuf;

use camino::Utf8PathBuf;
use compose2ecs::deploy::problem::Problem;
use compose2ecs::deploy::push::engine::{Engine, Program};
use compose2ecs::deploy::push::{Order, Pushed, UserConfig, push as push_all};
use compose2ecs::deploy::sdk::{Reader, Writer};
use compose2ecs::diag::policy::Policy;
use compose2ecs::world::World;
use serde_json::json;

use super::course::Signals;
use super::project::Deployable;
use super::{connect, refuse, tell};
use crate::cli::GlobalArguments;
use crate::cli::push::{PushArguments, PushFormat};
use crate::cli::run::{Outcome, finish, print};

/// Builds the images of a project and pushes them.
pub(in crate::cli::run) async fn push(global: GlobalArguments, arguments: PushArguments, world: &dyn World) -> Outcome {
    let PushArguments { services, format, builder, vpc, aws, target } = arguments;
    let (reader, lower) = match connect(aws, target, world).await {
        Ok(connected) => connected,
        Err(problem) => return refuse(&[problem]),
    };
    let deployable = match Deployable::read(&reader, global, (lower, Policy::default(), vpc.choice()), world).await {
        Ok(deployable) => deployable,
        Err(outcome) => return outcome,
    };
    let pushed = match build_and_push(&reader, &deployable, (&services, builder.program()), world).await {
        Ok(pushed) => pushed,
        Err(outcome) => return outcome,
    };
    if pushed.is_empty() {
        tell("no service has a `build`: there is nothing to push");
    }
    finish(print(&pushed.iter().map(|pushed| line(pushed, format)).collect::<String>()))
}

/// Builds and pushes the images of services; of all, if none is named. Whoever asks to stop gets rid of the engine and of
/// its credentials at once.
pub(super) async fn build_and_push(
    reader: &Reader,
    deployable: &Deployable,
    (services, program): (&[String], Option<Program>),
    world: &dyn World,
) -> Result<Vec<Pushed>, Outcome> {
    let built = deployable.built();
    let recipes = deployable.recipes(&built);
    if recipes.is_empty() && services.is_empty() {
        return Ok(Vec::new());
    }
    let mut signals = Signals::new().map_err(|err| Outcome::Failed(format!("cannot listen for signals: {err}")))?;
    let writer = Writer::new(reader.clone());
    let user = user_config(world);
    let (project, registry) = (&deployable.project, deployable.registry.clone());
    let order = Order { recipes, services, project, user: &user, registry };
    let mut told = |line: &str| tell(line);
    let pushed = async {
        let engine = Engine::find(program).await?;
        push_all(&writer, engine, &order, &mut told).await
    };
    tokio::select! {
        pushed = pushed => pushed.map_err(|problem| failed(&problem)),
        asked = signals.next() => Err(Outcome::Deployment(asked.into())),
    }
}

/// Says what went wrong. Images and a repository may have been made by then, so nothing is said of changes.
fn failed(Problem { message, hint }: &Problem) -> Outcome {
    tell(&format!("error: {message}"));
    if let Some(hint) = hint {
        tell(&format!("  help: {hint}"));
    }
    Outcome::Refused
}

/// What was pushed, in a line.
fn line(pushed: &Pushed, format: PushFormat) -> String {
    let Pushed { service, image, digest } = pushed;
    match format {
        PushFormat::Text => format!("{service} {image} {digest}\n"),
        PushFormat::Json => format!("{}\n", json!({"service": service, "image": image, "digest": digest})),
    }
}

/// What the user has configured for engines.
fn user_config(world: &dyn World) -> UserConfig {
    let variable = |name| world.variable(name).filter(|value| !value.is_empty()).map(Utf8PathBuf::from);
    let read = |path: Utf8PathBuf| world.read(&path).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let home = variable("HOME");
    let of_home = |path: &str| home.as_ref().map(|home| home.join(path));
    let docker_folder = variable("DOCKER_CONFIG").or_else(|| of_home(".docker"));
    let runtime = variable("XDG_RUNTIME_DIR").filter(|folder| world.is_dir(folder));
    let containers = [
        variable("REGISTRY_AUTH_FILE"),
        runtime.as_ref().map(|folder| folder.join("containers/auth.json")),
        of_home(".config/containers/auth.json"),
    ];
    UserConfig {
        docker: docker_folder.as_ref().and_then(|folder| read(folder.join("config.json"))),
        builders: variable("BUILDX_CONFIG")
            .or_else(|| docker_folder.as_ref().map(|own| own.join("buildx")))
            .map(PathBuf::from),
        docker_folder: docker_folder.map(PathBuf::from),
        containers: containers.into_iter().flatten().find_map(read),
        temporary: runtime.or_else(|| variable("TMPDIR")).unwrap_or_else(|| "/tmp".into()).into(),
    }
}
