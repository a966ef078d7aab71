//! The line to an account in the same process: it counts what is on its way, and can be cut.

use std::sync::{Arc, Mutex};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ecs::config::{Credentials, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use compose2ecs::deploy::sdk::Reader;
use compose2ecs_standin::{Aws, Effect, Outcome, Reply, Request};
use tokio::sync::Notify;
use tokio::time::Instant;

/// Answers the SDK from an account, at the time of tokio's clock.
#[derive(Clone)]
pub(crate) struct Line {
    aws: Arc<Mutex<Aws>>,
    began: Instant,
    traffic: Arc<Mutex<Traffic>>,
    /// Somebody waits for the call of a certain number.
    reached: Arc<Notify>,
}

/// What becomes of a call that somebody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// It is answered.
    GoOn,
    /// It is carried out; its answer and all that follows is lost.
    Cut,
}

/// What goes over a line.
#[derive(Debug, Clone, Copy, Default)]
struct Traffic {
    /// How many calls were made.
    calls: u64,
    /// The call, counted from 1, of which somebody wants to be told, and what becomes of it.
    awaited: Option<(u64, Then)>,
    /// Whether nothing goes over the line any more.
    is_cut: bool,
    /// How many changes are on their way.
    writes: usize,
    /// How many were at once.
    most_writes: usize,
}

impl Line {
    /// A line to an account, whose time begins now.
    pub(crate) fn new(aws: Arc<Mutex<Aws>>) -> Self {
        Self { aws, began: Instant::now(), traffic: Arc::default(), reached: Arc::default() }
    }

    /// Another line to the same account.
    pub(crate) fn another(&self) -> Self {
        Self { traffic: Arc::default(), reached: Arc::default(), ..self.clone() }
    }

    /// A reader over this line that signs with a key.
    pub(crate) fn reader(&self, key: &str) -> Reader {
        self.reader_with(SharedCredentialsProvider::new(Credentials::new(key, "secret", None, None, "test")))
    }

    /// A reader over this line with credentials of some kind.
    pub(crate) fn reader_with(&self, credentials: SharedCredentialsProvider) -> Reader {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("eu-west-1"))
            .credentials_provider(credentials)
            .http_client(self.clone())
            .build();
        Reader::new(&config)
    }

    /// Waits for the call of this number, counted from 1.
    pub(crate) async fn call(&self, number: u64, then: Then) {
        {
            let mut traffic = self.traffic.lock().unwrap();
            traffic.awaited = Some((traffic.calls + number, then));
        }
        self.reached.notified().await;
    }

    /// Mends the line: nobody waits for anything any more.
    pub(crate) fn mend(&self) {
        let mut traffic = self.traffic.lock().unwrap();
        (traffic.awaited, traffic.is_cut) = (None, false);
    }

    /// How many changes were on their way at once since this was asked last.
    pub(crate) fn most_writes(&self) -> usize {
        std::mem::take(&mut self.traffic.lock().unwrap().most_writes)
    }

    /// Brings the account to the present time.
    pub(crate) fn keep_time(&self) {
        self.aws.lock().unwrap().set_time(self.began.elapsed());
    }

    fn outcome(&self, request: &HttpRequest) -> Outcome {
        let header = |name: &str| request.headers().get(name).unwrap_or_default().to_owned();
        let authorization = header("authorization");
        let key = authorization.split_once("Credential=").and_then(|(_, rest)| rest.split('/').next());
        let call = Request {
            target: header("x-amz-target"),
            body: request.body().bytes().unwrap_or_default().to_vec(),
            access_key: key.map(str::to_owned),
        };
        let mut aws = self.aws.lock().unwrap();
        aws.set_time(self.began.elapsed());
        aws.call(&call)
    }
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Line")
    }
}

impl HttpClient for Line {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Line {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let writes = target.split_once('.').is_some_and(|(_, name)| Effect::of(name) == Effect::Mutates);
        let way = OnItsWay::new(Arc::clone(&self.traffic), writes);
        if self.traffic.lock().unwrap().is_cut {
            return HttpConnectorFuture::new(std::future::pending());
        }
        let outcome = self.outcome(&request);
        if let Some(then) = way.then() {
            self.reached.notify_one();
            if then == Then::Cut {
                self.traffic.lock().unwrap().is_cut = true;
                return HttpConnectorFuture::new(std::future::pending());
            }
        }
        HttpConnectorFuture::new(async move {
            let _way = way;
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

/// A call on its way, until there is an answer or nobody waits for one any more.
struct OnItsWay {
    traffic: Arc<Mutex<Traffic>>,
    number: u64,
    writes: bool,
}

impl OnItsWay {
    fn new(traffic: Arc<Mutex<Traffic>>, writes: bool) -> Self {
        let mut now = traffic.lock().unwrap();
        now.calls += 1;
        let number = now.calls;
        if writes {
            now.writes += 1;
            now.most_writes = now.most_writes.max(now.writes);
        }
        drop(now);
        Self { traffic, number, writes }
    }

    /// What becomes of it, if somebody waits for it.
    fn then(&self) -> Option<Then> {
        self.traffic.lock().unwrap().awaited.filter(|(number, _)| *number == self.number).map(|(_, then)| then)
    }
}

impl Drop for OnItsWay {
    fn drop(&mut self) {
        if self.writes {
            self.traffic.lock().unwrap().writes -= 1;
        }
    }
}
