//! Where deployments are tried: a project, an account, and what is told meanwhile.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use compose2ecs::deploy::api::definition::short;
use compose2ecs::deploy::event::{Event, Reporter};
use compose2ecs::deploy::execute::{Execution, Stop};
use compose2ecs::deploy::observe::observe;
use compose2ecs::deploy::options::UpOptions;
use compose2ecs::deploy::outcome::{Interruption as Asked, Outcome, UnitOutcome};
use compose2ecs::deploy::plan::{Plan, plan};
use compose2ecs::deploy::problem::Problem;
use compose2ecs::deploy::release::Release;
use compose2ecs::deploy::sdk::{Reader, Writer};
use compose2ecs::deploy::watch::Failure;
use compose2ecs::options::{LoadOptions, LowerOptions, Options};
use compose2ecs::world::MemoryWorld;
use compose2ecs_standin::{Aws, Behaviour, Call, Caller, Effect, LogGroups, Of, Request, Settings};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::line::{Line, Then};

/// An account with a cluster `shop`, and a way to it.
pub(crate) struct Bed {
    pub(crate) aws: Arc<Mutex<Aws>>,
    pub(crate) line: Line,
    /// With whose key the calls are signed.
    key: &'static str,
    pub(crate) reader: Reader,
    runs: AtomicU32,
}

/// How a run of `up` is disturbed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Interruption {
    /// Not at all.
    Never,
    /// Somebody asks it to stop after this time.
    AskAfter(Duration),
    /// Somebody asks it to stop when it makes its call of this number, counted from 1.
    AskAt(u64),
    /// It is killed when it makes its call of this number, whose answer it never sees.
    KillAt(u64),
}

/// How a run of `up` ended.
pub(crate) struct Run {
    /// Its exit code, as the shell tells it.
    pub(crate) exit: u8,
    /// What was told, a line each.
    pub(crate) lines: Vec<String>,
    /// What ECS said of services.
    pub(crate) said: Vec<String>,
    /// What stood in the way.
    pub(crate) problems: Vec<Problem>,
    /// The calls of this run.
    pub(crate) calls: Vec<Call>,
    /// How each unit ended.
    pub(crate) outcome: Option<Outcome>,
}

impl Bed {
    /// An account with a cluster `shop`.
    pub(crate) fn new() -> Self {
        Self::with(Settings::default())
    }

    /// An account of this kind, with log groups that are made when they are missing.
    pub(crate) fn with(settings: Settings) -> Self {
        let mut aws = Aws::new(Settings { log_groups: LogGroups::Made, ..settings });
        aws.somebody(&Request::ecs("CreateCluster", &json!({"clusterName": "shop"}))).unwrap();
        let aws = Arc::new(Mutex::new(aws));
        let line = Line::new(Arc::clone(&aws));
        let key = "AKIDTESTED";
        Self { reader: line.reader(key), aws, line, key, runs: AtomicU32::default() }
    }

    /// Somebody else with the same account.
    pub(crate) fn colleague(&self) -> Self {
        let (line, key) = (self.line.another(), "AKIDCOLLEAGUE");
        Self { reader: line.reader(key), aws: Arc::clone(&self.aws), line, key, runs: AtomicU32::new(1000) }
    }

    /// The same with credentials of another kind, of which this is the last key.
    pub(crate) fn signing(self, reader: Reader, key: &'static str) -> Self {
        Self { key, reader, ..self }
    }

    /// What a test does to the account.
    pub(crate) fn aws<T>(&self, act: impl FnOnce(&mut Aws) -> T) -> T {
        self.line.keep_time();
        act(&mut self.aws.lock().unwrap())
    }

    /// What somebody else does by a call to ECS.
    #[track_caller]
    pub(crate) fn somebody(&self, operation: &str, input: &Value) -> Value {
        self.aws(|aws| aws.somebody(&Request::ecs(operation, input))).unwrap()
    }

    /// Runs `up` of a Compose file to its end.
    pub(crate) async fn up(&self, services: &str, options: &UpOptions) -> Run {
        self.up_until(&release(services), options, Interruption::Never).await
    }

    /// Runs `up`, which must come to its end, with all as it should be.
    #[track_caller]
    pub(crate) fn up_well(&self, services: &str) -> impl Future<Output = Run> {
        let (services, place) = (services.to_owned(), std::panic::Location::caller());
        async move {
            let run = self.up(&services, &UpOptions::default()).await;
            assert!(run.exit == 0 && run.problems.is_empty(), "at {place}: {run:#?}");
            run
        }
    }

    /// Runs `up` of a release, unless it is interrupted.
    pub(crate) async fn up_until(&self, release: &Release, options: &UpOptions, interruption: Interruption) -> Run {
        self.run((release, options), None, interruption).await
    }

    /// Carries out a plan to its end.
    pub(crate) async fn carry_out(
        &self,
        (release, options): (&Release, &UpOptions),
        planned: Result<Plan, Vec<Problem>>,
    ) -> Run {
        self.run((release, options), Some(planned), Interruption::Never).await
    }

    async fn run(
        &self,
        (release, options): (&Release, &UpOptions),
        planned: Option<Result<Plan, Vec<Problem>>>,
        interruption: Interruption,
    ) -> Run {
        let run = self.runs.fetch_add(1, Ordering::Relaxed).to_string();
        let before = self.aws(|aws| aws.calls().len());
        let told = Told::default();
        let (sender, receiver) = watch::channel(None);
        let stop = Stop::new(receiver);
        self.line.mend();
        let ended = {
            let deployed = self.deployed((release, options), planned, (&told, (stop, run)));
            tokio::pin!(deployed);
            let ask = async {
                match interruption {
                    Interruption::AskAfter(time) => tokio::time::sleep(time).await,
                    Interruption::AskAt(call) => self.line.call(call, Then::GoOn).await,
                    Interruption::Never | Interruption::KillAt(_) => {}
                }
                // Where all is said and done, nobody listens.
                let asks = matches!(interruption, Interruption::AskAfter(_) | Interruption::AskAt(_));
                let _ = sender.send(asks.then_some(Asked::Interrupt));
                std::future::pending::<()>().await;
            };
            let kill = async {
                match interruption {
                    Interruption::KillAt(call) => self.line.call(call, Then::Cut).await,
                    Interruption::Never | Interruption::AskAfter(_) | Interruption::AskAt(_) => {
                        std::future::pending::<()>().await;
                    }
                }
            };
            tokio::select! {
                biased;
                () = kill => None,
                ended = &mut deployed => Some(ended),
                () = ask => unreachable!("it waits for ever"),
            }
        };
        let (exit, problems, outcome) = match ended {
            None => (KILLED, Vec::new(), None),
            Some(Err(problems)) => (1, problems, None),
            Some(Ok(outcome)) => (outcome.exit_code().number(), Vec::new(), Some(outcome)),
        };
        let own = |call: &&Call| call.caller == Caller::Tested(Some(self.key.to_owned()));
        let calls = self.aws(|aws| aws.calls().iter().skip(before).filter(own).cloned().collect());
        let Told { lines, said } = told;
        Run { exit, lines: lines.into_inner().unwrap(), said: said.into_inner().unwrap(), problems, calls, outcome }
    }

    async fn deployed(
        &self,
        (release, options): (&Release, &UpOptions),
        planned: Option<Result<Plan, Vec<Problem>>>,
        (told, how): (&Told, (Stop, String)),
    ) -> Result<Outcome, Vec<Problem>> {
        let plan = if let Some(planned) = planned {
            planned?
        } else {
            let observed = observe(&self.reader, release).await.map_err(|problem| vec![problem])?;
            plan(release, &observed, options)?
        };
        let writer = Writer::new(self.reader.clone());
        Ok(Execution::new(&writer, (release, options), told, how).run(&plan).await)
    }

    /// The names of all services, those that are gone with them.
    pub(crate) fn services(&self) -> Vec<String> {
        self.aws(|aws| aws.services().map(|service| service.key.name.clone()).collect())
    }

    /// How many revisions a family has.
    pub(crate) fn revisions(&self, family: &str) -> usize {
        self.aws(|aws| aws.definitions().filter(|definition| definition.revision.family == family).count())
    }

    /// What holds after every fault: `up` without it converges, and the next one changes nothing.
    #[track_caller]
    pub(crate) fn check_converges(&self, services: &str) -> impl Future<Output = ()> {
        self.aws(|aws| {
            aws.faults().clear();
            for image in ["nginx:1", "nginx:2", "app:1"] {
                aws.behave(Of::Image(image.to_owned()), [Behaviour::default()]);
            }
        });
        let (services, place) = (services.to_owned(), std::panic::Location::caller());
        async move {
            let run = self.up(&services, &UpOptions::default()).await;
            assert!(run.exit == 0 && run.problems.is_empty(), "at {place}: {run:#?}");
            let run = self.up(&services, &UpOptions::default()).await;
            assert_eq!((run.exit, run.changes()), (0, vec![]), "at {place}");
        }
    }
}

impl std::fmt::Debug for Run {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { exit, lines, said, problems, calls, outcome } = self;
        let calls: Vec<String> =
            calls.iter().map(|call| format!("{:?} {} {}", call.at, call.operation, call.outcome)).collect();
        let units = outcome.as_ref().map(|outcome| (&outcome.units, &outcome.error));
        let mut shown = f.debug_struct("Run");
        shown.field("exit", exit).field("lines", lines).field("said", said).field("problems", problems);
        shown.field("calls", &calls).field("outcome", &units).finish()
    }
}

impl Run {
    /// How a unit ended.
    #[track_caller]
    pub(crate) fn unit(&self, name: &str) -> &UnitOutcome {
        self.outcome.as_ref().unwrap().units.get(name).unwrap()
    }

    /// The verdict on `web`, which failed.
    #[track_caller]
    pub(crate) fn verdict(&self) -> Option<&Failure> {
        let UnitOutcome::Failed(failure) = self.unit("web") else { panic!("{self:#?}") };
        failure.verdict.as_ref()
    }

    /// The names of the calls that change something.
    pub(crate) fn changes(&self) -> Vec<&str> {
        let changes = self.calls.iter().filter(|call| call.effect == Effect::Mutates);
        changes.map(|call| &*call.operation).collect()
    }

    /// The calls of an operation.
    pub(crate) fn calls_of<'r>(&'r self, operation: &'r str) -> impl Iterator<Item = &'r Call> {
        self.calls.iter().filter(move |call| call.operation == operation)
    }

    /// How many different values the calls of an operation have in a member.
    pub(crate) fn different(&self, operation: &str, member: &str) -> usize {
        let values: BTreeSet<String> =
            self.calls_of(operation).map(|call| format!("{:?}", call.input.get(member))).collect();
        values.len()
    }

    /// How many lines have some words, those of ECS with them.
    pub(crate) fn told(&self, words: &str) -> usize {
        self.lines.iter().chain(&self.said).filter(|line| line.contains(words)).count()
    }
}

/// The exit code of what is killed.
const KILLED: u8 = 137;

/// The release of the services of a project `shop`.
pub(crate) fn release(services: &str) -> Release {
    let text = format!("name: shop\nservices:\n{services}");
    let world = MemoryWorld {
        files: [("/srv/shop/compose.yaml".into(), text.into())].into(),
        current_dir: "/srv/shop".into(),
        ..MemoryWorld::default()
    };
    let lower = LowerOptions {
        region: Some("eu-west-1".to_owned()),
        launch_type: Some(compose2ecs::options::LaunchType::Fargate),
        subnets: vec!["subnet-0a1b2c3d".to_owned()],
        execution_role: Some("arn:aws:iam::123456789012:role/execution".to_owned()),
        ..LowerOptions::default()
    };
    let options = Options { load: LoadOptions::default(), lower, ..Options::default() };
    let (translation, graph) = compose2ecs::draw(&world, &[], &options);
    let found: Vec<_> = translation.diagnostics.iter().map(|finding| &finding.message).collect();
    let stack = translation.stack.as_ref().unwrap_or_else(|| panic!("{found:#?}"));
    Release::of(stack, &graph.unwrap(), &translation.sources)
}

/// Keeps what is told, as lines without times.
#[derive(Default)]
pub(crate) struct Told {
    lines: Mutex<Vec<String>>,
    said: Mutex<Vec<String>>,
}

impl Reporter for Told {
    fn report(&self, event: &Event<'_>) {
        let line = match event {
            Event::Planned(_) | Event::Progress(_) | Event::Stopped { .. } | Event::Finished(_) => return,
            Event::Service { message, .. } => {
                self.said.lock().unwrap().push((*message).to_owned());
                return;
            }
            Event::ClusterCreated(name) => format!("cluster {name}"),
            Event::Registered { unit, revision } => format!("{unit} registered {revision}"),
            Event::Wave(wave) => format!("wave {wave}"),
            Event::Creating(unit) => format!("{unit} creating"),
            Event::Updating(unit) => format!("{unit} updating"),
            Event::Running { unit, .. } => format!("{unit} running"),
            Event::Waiting { unit, what } => format!("{unit} waiting for {what}"),
            Event::Warning { unit, message } => format!("{} warning: {message}", unit.unwrap_or("-")),
            Event::Note { unit, message } => format!("{} note: {message}", unit.unwrap_or("-")),
            Event::Log(line) => format!("{} | {}", line.container, line.text),
            Event::Done { unit, what, .. } => format!("{unit} {what}"),
            Event::Failed { unit, failure, .. } => {
                format!("{unit} failed {} {:?}", short(&failure.revision), failure.verdict)
            }
            Event::Refused { unit, problem } => format!("{unit} refused: {problem}"),
            Event::NotStarted { unit, needs } => format!("{unit} not started: {needs}"),
        };
        self.lines.lock().unwrap().push(line);
    }
}
