//! Where deployments are tried: a project, an account, and what is told meanwhile.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ecs::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use compose2ecs::deploy::api::definition::short;
use compose2ecs::deploy::event::{Event, Reporter};
use compose2ecs::deploy::execute::{Execution, Stop};
use compose2ecs::deploy::observe::observe;
use compose2ecs::deploy::options::UpOptions;
use compose2ecs::deploy::outcome::{ExitCode, Outcome, UnitOutcome};
use compose2ecs::deploy::plan::{Plan, plan};
use compose2ecs::deploy::problem::Problem;
use compose2ecs::deploy::release::Release;
use compose2ecs::deploy::sdk::{Reader, Writer};
use compose2ecs::options::{LoadOptions, LowerOptions, Options};
use compose2ecs::world::MemoryWorld;
use compose2ecs_standin::{Aws, Caller, Effect, Reply, Request, Settings};
use serde_json::json;
use tokio::sync::watch;
use tokio::time::Instant;

/// An account with a cluster `shop`, and a way to it.
pub(crate) struct Bed {
    pub(crate) aws: Arc<Mutex<Aws>>,
    pub(crate) reader: Reader,
    runs: u32,
}

/// How a run of `up` ended.
#[derive(Debug)]
pub(crate) struct Run {
    /// Its exit code.
    pub(crate) exit: u8,
    /// What was told, a line each.
    pub(crate) lines: Vec<String>,
    /// What stood in the way.
    pub(crate) problems: Vec<Problem>,
    /// The mutating calls of this run.
    pub(crate) changes: Vec<String>,
    /// How each unit ended.
    pub(crate) outcome: Option<Outcome>,
}

impl Bed {
    /// An account with a cluster `shop` that has an instance.
    pub(crate) fn new() -> Self {
        Self::with(Settings { log_groups: compose2ecs_standin::LogGroups::Made, ..Settings::default() })
    }

    /// An account of this kind.
    pub(crate) fn with(settings: Settings) -> Self {
        let mut aws = Aws::new(settings);
        let created = Request::ecs("CreateCluster", &json!({"clusterName": "shop"}));
        aws.call(&created);
        aws.forget_calls();
        let aws = Arc::new(Mutex::new(aws));
        let began = Instant::now();
        let client = InProcess { aws: Arc::clone(&aws), began };
        let credentials = Credentials::new("AKIDTESTED", "secret", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(client)
            .build();
        Self { aws, reader: Reader::new(&config), runs: 0 }
    }

    /// What a test does to the account.
    pub(crate) fn aws<T>(&self, act: impl FnOnce(&mut Aws) -> T) -> T {
        act(&mut self.aws.lock().unwrap())
    }

    /// The services of the project that are not in the file.
    pub(crate) async fn orphans(&self, services: &str) -> Vec<String> {
        let observed = observe(&self.reader, &release(services)).await.unwrap();
        observed.orphans.into_iter().map(|orphan| orphan.service_name).collect()
    }

    /// Runs `up` of a Compose file to its end.
    pub(crate) async fn up(&mut self, services: &str, options: &UpOptions) -> Run {
        self.up_until(services, options, None).await
    }

    /// Runs `up`; somebody asks to stop after this time.
    pub(crate) async fn up_until(&mut self, services: &str, options: &UpOptions, stop: Option<Duration>) -> Run {
        self.aws(Aws::forget_calls);
        let release = release(services);
        let planned = match observe(&self.reader, &release).await {
            Ok(observed) => plan(&release, &observed, options),
            Err(problem) => Err(vec![problem]),
        };
        self.carry_out((&release, options), planned, stop).await
    }

    /// Carries out a plan; somebody asks to stop after this time.
    pub(crate) async fn carry_out(
        &mut self,
        (release, options): (&Release, &UpOptions),
        planned: Result<Plan, Vec<Problem>>,
        stop: Option<Duration>,
    ) -> Run {
        self.runs += 1;
        let told = Told::default();
        let mut run = Run { exit: 1, lines: Vec::new(), problems: Vec::new(), changes: Vec::new(), outcome: None };
        match planned {
            Err(problems) => run.problems = problems,
            Ok(plan) => {
                let writer = Writer::new(self.reader.clone());
                let (sender, receiver) = watch::channel(false);
                let name = (Stop::new(receiver), self.runs.to_string());
                let execution = Execution::new(&writer, (release, options), &told, name);
                let outcome = match stop {
                    None => execution.run(&plan).await,
                    Some(after) => {
                        let stop = async {
                            tokio::time::sleep(after).await;
                            sender.send(true).unwrap();
                            std::future::pending::<()>().await;
                        };
                        tokio::select! {
                            outcome = execution.run(&plan) => outcome,
                            () = stop => unreachable!("it waits for ever"),
                        }
                    }
                };
                run.exit = match outcome.exit_code() {
                    ExitCode::Done => 0,
                    ExitCode::Refused => 1,
                    ExitCode::Failed => 3,
                    ExitCode::TimedOut => 4,
                    ExitCode::Interrupted => 130,
                };
                run.outcome = Some(outcome);
            }
        }
        run.lines = told.lines.into_inner().unwrap();
        run.changes = self.aws(|aws| {
            let own = aws.calls().iter().filter(|call| matches!(call.caller, Caller::Tested(_)));
            own.filter(|call| call.effect == Effect::Mutates).map(|call| call.operation.clone()).collect()
        });
        run
    }
}

impl Run {
    /// How a unit ended.
    pub(crate) fn unit(&self, name: &str) -> &UnitOutcome {
        self.outcome.as_ref().unwrap().units.get(name).unwrap()
    }
}

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
    Release::of(translation.stack.as_ref().unwrap_or_else(|| panic!("{found:#?}")), &graph.unwrap())
}

/// Keeps what is told, as lines without times.
#[derive(Default)]
struct Told {
    lines: Mutex<Vec<String>>,
}

impl Reporter for Told {
    fn report(&self, event: &Event<'_>) {
        let line = match event {
            Event::Planned(_) | Event::Progress(_) | Event::Service { .. } | Event::Finished(_) => return,
            Event::ClusterCreated(name) => format!("cluster {name}"),
            Event::Registered { unit, revision } => format!("{unit} registered {revision}"),
            Event::Wave(wave) => format!("wave {wave}"),
            Event::Creating(unit) => format!("{unit} creating"),
            Event::Updating(unit) => format!("{unit} updating"),
            Event::Running { unit, .. } => format!("{unit} running"),
            Event::Waiting { unit, what } => format!("{unit} waiting for {what}"),
            Event::Warning { unit, message } => format!("{} warning: {message}", unit.unwrap_or("-")),
            Event::Note { unit, message } => format!("{} note: {message}", unit.unwrap_or("-")),
            Event::Done { unit, what, .. } => format!("{unit} {what}"),
            Event::Failed { unit, failure, .. } => {
                format!("{unit} failed {} {:?}", short(&failure.revision), failure.verdict)
            }
            Event::NotStarted { unit, needs } => format!("{unit} not started: {needs}"),
        };
        self.lines.lock().unwrap().push(line);
    }
}

/// Answers the SDK from an account in this process, at the time of tokio's clock.
#[derive(Clone)]
struct InProcess {
    aws: Arc<Mutex<Aws>>,
    began: Instant,
}

impl std::fmt::Debug for InProcess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InProcess")
    }
}

impl HttpClient for InProcess {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let header = |name: &str| request.headers().get(name).unwrap_or_default().to_owned();
        let authorization = header("authorization");
        let key = authorization.split_once("Credential=").and_then(|(_, rest)| rest.split('/').next());
        let call = Request {
            target: header("x-amz-target"),
            body: request.body().bytes().unwrap_or_default().to_vec(),
            access_key: key.map(str::to_owned),
        };
        let outcome = {
            let mut aws = self.aws.lock().unwrap();
            aws.set_time(self.began.elapsed());
            aws.call(&call)
        };
        HttpConnectorFuture::new(async move {
            tokio::time::sleep(outcome.delay).await;
            match outcome.reply {
                Reply::Respond(response) => {
                    let mut answer = HttpResponse::new(response.status.try_into().unwrap(), response.body.into());
                    for (name, value) in response.headers {
                        answer.headers_mut().insert(name, value);
                    }
                    Ok(answer)
                }
                Reply::Reset => Err(ConnectorError::io("connection reset by peer".into())),
                Reply::Unreachable => Err(ConnectorError::io("connection refused".into())),
                Reply::Silence => std::future::pending().await,
            }
        })
    }
}
