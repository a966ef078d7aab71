//! The way to AWS: the only file that names the SDK.
//!
//! The SDK finds credentials, signs, connects and retries reads. What is sent is our own JSON, byte for byte what
//! `convert` prints, and what is read is the answer's: so fields that this release of the SDK does not know are not lost.

mod query;

use std::error::Error;
use std::iter::successors;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_sdk_ecs::config::http::HttpResponse;
use aws_sdk_ecs::config::interceptors::{
    AfterDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_ecs::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_ecs::error::{BoxError, ProvideErrorMetadata, SdkError};
use aws_sdk_ecs::operation::RequestId;
use aws_sdk_ecs::primitives::{DateTime, DateTimeFormat};
use tokio::time::Instant;

use super::api::{Call, Operation, Read, Write};
use super::error::{CallError, Trouble};

/// How often a call that changes nothing is tried.
const READ_ATTEMPTS: u32 = 5;

/// How long an attempt may take.
const ATTEMPT: Duration = Duration::from_secs(10);

/// How long a call may take with all its attempts.
const CALL: Duration = Duration::from_secs(30);

/// How long credentials that were asked for anew are taken for the newest.
const RENEWAL: Duration = Duration::from_secs(30);

/// Where AWS is, and who we are there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Connection {
    /// `--region`.
    pub region: Option<String>,
    /// `--aws-profile`.
    pub profile: Option<String>,
    /// `--endpoint-url`.
    pub endpoint_url: Option<String>,
}

/// Reads what AWS has. It has no way to change anything.
#[derive(Debug, Clone)]
pub struct Reader {
    link: Arc<Link>,
}

/// Changes what AWS has.
#[derive(Debug, Clone)]
pub struct Writer {
    reader: Reader,
}

/// The way to AWS, which is made anew when its credentials are over.
#[derive(Debug)]
struct Link {
    origin: Origin,
    clients: RwLock<Arc<Clients>>,
    /// When it was last made anew. Who holds it is the only one to do so.
    renewed: tokio::sync::Mutex<Option<Instant>>,
    region: Option<String>,
}

/// Where credentials come from.
#[derive(Debug)]
enum Origin {
    Connection(Connection),
    Config(Box<SdkConfig>),
}

#[derive(Debug)]
struct Clients {
    ecs: aws_sdk_ecs::Client,
    ecr: aws_sdk_ecr::Client,
    logs: aws_sdk_cloudwatchlogs::Client,
    /// Where EC2 is, which has no client of its own.
    place: query::Place,
}

impl Reader {
    /// Connects by the chain that all tools of AWS follow: flags, variables, profiles, instance metadata.
    pub async fn connect(connection: &Connection) -> Self {
        let config = configuration(connection).await;
        Self::linked(Origin::Connection(connection.clone()), &config)
    }

    /// Connects as a configuration of the SDK says.
    #[must_use]
    pub fn new(config: &SdkConfig) -> Self {
        Self::linked(Origin::Config(Box::new(config.clone())), config)
    }

    fn linked(origin: Origin, config: &SdkConfig) -> Self {
        let region = config.region().map(|region| region.as_ref().to_owned());
        let clients = RwLock::new(Arc::new(Clients::new(config)));
        Self { link: Arc::new(Link { origin, clients, renewed: tokio::sync::Mutex::default(), region }) }
    }

    /// The region, if anything says which.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.link.region.as_deref()
    }

    /// Makes a call that changes nothing. What passes is tried again.
    ///
    /// # Errors
    ///
    /// When AWS refuses, or cannot be reached.
    pub async fn read<R: Read>(&self, call: &R) -> Result<R::Answer, CallError> {
        let mut attempt = 1;
        loop {
            match self.link.call(call, None).await {
                // The SDK tries again what got no answer, but not what got half of one.
                Err(err) if err.trouble == Trouble::Garbled && attempt < READ_ATTEMPTS => attempt += 1,
                answer => return answer,
            }
        }
    }
}

/// What the chain that all tools of AWS follow comes to.
async fn configuration(connection: &Connection) -> SdkConfig {
    let Connection { region, profile, endpoint_url } = connection;
    let mut loader = aws_config::defaults(BehaviorVersion::latest());
    if let Some(region) = region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(profile) = profile {
        loader = loader.profile_name(profile);
    }
    if let Some(endpoint_url) = endpoint_url {
        loader = loader.endpoint_url(endpoint_url);
    }
    if let Ok(name) = AppName::new(concat!("compose2ecs/", env!("CARGO_PKG_VERSION"))) {
        loader = loader.app_name(name);
    }
    loader.load().await
}

impl Link {
    /// Makes a call; once more where AWS does not take the credentials any longer and there may be new ones.
    async fn call<C: Call>(&self, call: &C, retries: Option<RetryConfig>) -> Result<C::Answer, CallError> {
        let clients = self.clients();
        match clients.call(call, retries.clone()).await {
            // AWS looks at credentials first: what it does not take was not carried out.
            Err(err) if err.trouble == Trouble::Expired && self.renew(&clients).await => {
                self.clients().call(call, retries).await
            }
            answer => answer,
        }
    }

    fn clients(&self) -> Arc<Clients> {
        Arc::clone(&self.clients.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Asks for credentials anew, unless that was done just now. Whether there are other clients than those used.
    async fn renew(&self, used: &Arc<Clients>) -> bool {
        let mut renewed = self.renewed.lock().await;
        if !Arc::ptr_eq(used, &self.clients()) {
            return true;
        }
        if renewed.is_some_and(|when| when.elapsed() < RENEWAL) {
            return false;
        }
        *renewed = Some(Instant::now());
        let config = match &self.origin {
            Origin::Connection(connection) => configuration(connection).await,
            Origin::Config(config) => config.to_builder().identity_cache(IdentityCache::lazy().build()).build(),
        };
        *self.clients.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Clients::new(&config));
        true
    }
}

impl Writer {
    /// Allows changes.
    #[must_use]
    pub const fn new(reader: Reader) -> Self {
        Self { reader }
    }

    /// The part that changes nothing.
    #[must_use]
    pub const fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Makes a call that changes something, once: whether to try again is a decision for each call.
    ///
    /// # Errors
    ///
    /// When AWS refuses, or cannot be reached.
    pub async fn write<W: Write>(&self, call: &W) -> Result<W::Answer, CallError> {
        self.reader.link.call(call, Some(RetryConfig::disabled())).await
    }
}

/// Sends a call by a method of a client, with our own input.
macro_rules! send {
    ($client:expr, $sdk:ident, $method:ident, $plain:expr, $retries:expr) => {{
        let mut customised = $client.$method().customize().interceptor($plain);
        if let Some(retries) = $retries {
            customised = customised.config_override($sdk::config::Config::builder().retry_config(retries));
        }
        customised.send().await.map(|_| ()).map_err(|err| failed(&err))
    }};
}

impl Clients {
    fn new(config: &SdkConfig) -> Self {
        let timeouts = TimeoutConfig::builder().operation_timeout(CALL).operation_attempt_timeout(ATTEMPT).build();
        let retries = RetryConfig::standard().with_max_attempts(READ_ATTEMPTS);
        let config = config.to_builder().timeout_config(timeouts).retry_config(retries).build();
        Self {
            ecs: aws_sdk_ecs::Client::new(&config),
            ecr: aws_sdk_ecr::Client::new(&config),
            logs: aws_sdk_cloudwatchlogs::Client::new(&config),
            place: query::Place::of(&config),
        }
    }

    async fn call<C: Call>(&self, call: &C, retries: Option<RetryConfig>) -> Result<C::Answer, CallError> {
        let operation = C::OPERATION;
        let error =
            |trouble, message, request_id, resources| CallError { operation, trouble, message, request_id, resources };
        let input = serde_json::to_vec(call).expect("an input without maps of other keys is JSON");
        let plain = Plain { input, output: Arc::default() };
        self.send(operation, plain.clone(), retries).await.map_err(|failed| {
            let Failed { trouble, message, request_id, resources } = failed;
            error(trouble, message, request_id, resources)
        })?;
        let output = std::mem::take(&mut *plain.output.lock().unwrap_or_else(PoisonError::into_inner));
        // The words of an answer stay out: they may hold values of variables.
        serde_json::from_slice(&output)
            .map_err(|err| error(Trouble::Garbled, format!("{:?}", err.classify()).to_lowercase(), None, Vec::new()))
    }

    /// Sends an input to an operation.
    async fn send(&self, operation: Operation, plain: Plain, retries: Option<RetryConfig>) -> Result<(), Failed> {
        let Self { ecs, ecr, logs, place } = self;
        match operation {
            Operation::CreateCluster => send!(ecs, aws_sdk_ecs, create_cluster, plain, retries),
            Operation::CreateService => send!(ecs, aws_sdk_ecs, create_service, plain, retries),
            Operation::DeleteService => send!(ecs, aws_sdk_ecs, delete_service, plain, retries),
            Operation::DeleteTaskDefinitions => send!(ecs, aws_sdk_ecs, delete_task_definitions, plain, retries),
            Operation::DeregisterTaskDefinition => send!(ecs, aws_sdk_ecs, deregister_task_definition, plain, retries),
            Operation::DescribeClusters => send!(ecs, aws_sdk_ecs, describe_clusters, plain, retries),
            Operation::DescribeServiceDeployments => {
                send!(ecs, aws_sdk_ecs, describe_service_deployments, plain, retries)
            }
            Operation::DescribeServiceRevisions => send!(ecs, aws_sdk_ecs, describe_service_revisions, plain, retries),
            Operation::DescribeServices => send!(ecs, aws_sdk_ecs, describe_services, plain, retries),
            Operation::DescribeTaskDefinition => send!(ecs, aws_sdk_ecs, describe_task_definition, plain, retries),
            Operation::DescribeTasks => send!(ecs, aws_sdk_ecs, describe_tasks, plain, retries),
            Operation::ListClusters => send!(ecs, aws_sdk_ecs, list_clusters, plain, retries),
            Operation::ListServiceDeployments => send!(ecs, aws_sdk_ecs, list_service_deployments, plain, retries),
            Operation::ListServices => send!(ecs, aws_sdk_ecs, list_services, plain, retries),
            Operation::ListTaskDefinitions => send!(ecs, aws_sdk_ecs, list_task_definitions, plain, retries),
            Operation::ListTasks => send!(ecs, aws_sdk_ecs, list_tasks, plain, retries),
            Operation::RegisterTaskDefinition => send!(ecs, aws_sdk_ecs, register_task_definition, plain, retries),
            Operation::RunTask => send!(ecs, aws_sdk_ecs, run_task, plain, retries),
            Operation::StopServiceDeployment => send!(ecs, aws_sdk_ecs, stop_service_deployment, plain, retries),
            Operation::StopTask => send!(ecs, aws_sdk_ecs, stop_task, plain, retries),
            Operation::TagResource => send!(ecs, aws_sdk_ecs, tag_resource, plain, retries),
            Operation::UpdateService => send!(ecs, aws_sdk_ecs, update_service, plain, retries),
            Operation::BatchGetImage => send!(ecr, aws_sdk_ecr, batch_get_image, plain, retries),
            Operation::CreateRepository => send!(ecr, aws_sdk_ecr, create_repository, plain, retries),
            Operation::DescribeImages => send!(ecr, aws_sdk_ecr, describe_images, plain, retries),
            Operation::DescribeRepositories => send!(ecr, aws_sdk_ecr, describe_repositories, plain, retries),
            Operation::GetAuthorizationToken => send!(ecr, aws_sdk_ecr, get_authorization_token, plain, retries),
            Operation::DescribeSubnets => query::read(ecs, place, operation, &plain).await,
            Operation::FilterLogEvents => send!(logs, aws_sdk_cloudwatchlogs, filter_log_events, plain, retries),
        }
    }
}

/// Puts our own input in the place of the SDK's, and keeps the answer as it came.
#[derive(Debug, Clone)]
struct Plain {
    input: Vec<u8>,
    output: Arc<Mutex<Vec<u8>>>,
}

impl Plain {
    /// Keeps an answer.
    fn keep(&self, output: Vec<u8>) {
        *self.output.lock().unwrap_or_else(PoisonError::into_inner) = output;
    }
}

impl Intercept for Plain {
    fn name(&self) -> &'static str {
        "Plain"
    }

    fn modify_before_retry_loop(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        *request.body_mut() = self.input.clone().into();
        request.headers_mut().insert("content-length", self.input.len().to_string());
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.keep(context.response().body().bytes().unwrap_or_default().to_vec());
        Ok(())
    }
}

/// What an error of the SDK says.
#[derive(Debug, PartialEq, Eq)]
struct Failed {
    trouble: Trouble,
    message: String,
    request_id: Option<String>,
    resources: Vec<String>,
}

/// What an error of the SDK says.
fn failed<E>(err: &SdkError<E, HttpResponse>) -> Failed
where
    E: ProvideErrorMetadata + Error + 'static,
    SdkError<E, HttpResponse>: RequestId,
{
    let (trouble, message) = trouble(err);
    Failed { trouble, message, request_id: err.request_id().map(str::to_owned), resources: resources(err) }
}

/// The resources that a refusal names.
fn resources<E>(err: &SdkError<E, HttpResponse>) -> Vec<String> {
    let SdkError::ServiceError(service) = err else { return Vec::new() };
    let body: Option<serde_json::Value> =
        service.raw().body().bytes().and_then(|bytes| serde_json::from_slice(bytes).ok());
    let named = body.as_ref().and_then(|body| body.get("resourceIds")).and_then(serde_json::Value::as_array);
    named.into_iter().flatten().filter_map(|id| Some(id.as_str()?.to_owned())).collect()
}

/// What kind of trouble an error of the SDK is, and its sentence.
fn trouble<E>(err: &SdkError<E, HttpResponse>) -> (Trouble, String)
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if let SdkError::ServiceError(service) = err {
        let code = err.code().unwrap_or("an error without a code");
        let message = err.message().unwrap_or("no reason is given").to_owned();
        return (Trouble::of_answer(code, service.raw().status().as_u16()), message);
    }
    let causes: Vec<String> = successors(err.source(), |cause| (*cause).source()).map(ToString::to_string).collect();
    let credentials = causes.iter().any(|cause| cause.contains("credentials"));
    let sentence = causes.last().cloned().unwrap_or_else(|| err.to_string());
    let trouble = match err {
        _ if credentials => Trouble::NoCredentials,
        SdkError::ResponseError(_) => Trouble::Garbled,
        SdkError::ConstructionFailure(_) | SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | _ => {
            Trouble::Lost
        }
    };
    (trouble, sentence)
}

/// A time as RFC 3339 writes it; its time of day and its zone may be left out. In milliseconds since 1970.
#[must_use]
pub fn parse_time(text: &str) -> Option<i64> {
    let complete = [text.to_owned(), format!("{text}Z"), format!("{text}T00:00:00Z")];
    let parsed = |text: &String| DateTime::from_str(text, DateTimeFormat::DateTimeWithOffset).ok();
    complete.iter().find_map(parsed)?.to_millis().ok()
}

/// A time, in milliseconds since 1970, as RFC 3339 writes it.
#[must_use]
pub fn timestamp_of(millis: i64) -> String {
    DateTime::from_millis(millis).fmt(DateTimeFormat::DateTime).unwrap_or_default()
}

/// A time as RFC 3339 writes it, in whole seconds.
#[must_use]
pub fn timestamp(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let time = DateTime::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    time.fmt(DateTimeFormat::DateTime).unwrap_or_default()
}
