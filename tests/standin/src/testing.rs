//! What the tests of this crate share: an account with a cluster, and stories told line by line.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use crate::deployment::Deployment;
use crate::{Aws, Reply, Request, Service, Settings, Task};

/// An account with the cluster `prod`, which has the capacity providers of Fargate.
pub(crate) struct Bed {
    pub(crate) aws: Aws,
}

/// So many seconds.
pub(crate) fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// A task definition for Fargate with one container, which has the name and the image of its family.
pub(crate) fn definition(family: &str) -> Value {
    json!({
        "family": family,
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [{"name": family, "image": family}],
    })
}

/// The same with a health check.
pub(crate) fn checked(family: &str) -> Value {
    let check = json!({"command": ["CMD", "true"], "interval": 10, "retries": 3, "startPeriod": 5});
    let mut definition = definition(family);
    definition["containerDefinitions"][0]["healthCheck"] = check;
    definition
}

/// The creation of a service on Fargate that is called like its family.
pub(crate) fn creation(name: &str, desired: u64) -> Value {
    json!({
        "cluster": "prod",
        "serviceName": name,
        "taskDefinition": name,
        "desiredCount": desired,
        "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
    })
}

/// One JSON with the members of another added or replaced.
pub(crate) fn with(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}

impl Bed {
    pub(crate) fn new() -> Self {
        Self::with(Settings::default())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        let mut bed = Self { aws: Aws::new(settings) };
        bed.ok("CreateCluster", json!({"clusterName": "prod", "capacityProviders": ["FARGATE", "FARGATE_SPOT"]}));
        bed
    }

    /// A call of Amazon ECS: its answer, or its error as a line.
    #[expect(clippy::needless_pass_by_value, reason = "calls read better without a reference")]
    pub(crate) fn ecs(&mut self, operation: &str, input: Value) -> Result<Value, String> {
        self.request(&Request::ecs(operation, &input))
    }

    pub(crate) fn request(&mut self, request: &Request) -> Result<Value, String> {
        match self.aws.call(request).reply {
            Reply::Respond(response) if response.status == 200 => Ok(response.json()),
            Reply::Respond(response) => {
                let error = response.json();
                let text = |name: &str| error[name].as_str().unwrap_or_default().to_owned();
                Err(format!("{}: {}", text("__type"), text("message")))
            }
            other @ (Reply::Reset | Reply::Unreachable | Reply::Silence) => Err(format!("{other:?}")),
        }
    }

    /// A call that has to go well.
    #[track_caller]
    pub(crate) fn ok(&mut self, operation: &str, input: Value) -> Value {
        self.ecs(operation, input).unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    /// Registers a task definition, and creates a service of it.
    #[track_caller]
    pub(crate) fn create(&mut self, name: &str, desired: u64, more: Value) {
        self.ok("RegisterTaskDefinition", definition(name));
        self.ok("CreateService", with(creation(name, desired), more));
    }

    /// What a service is like now.
    pub(crate) fn service(&self, name: &str) -> &Service {
        self.aws.service("prod", name).unwrap()
    }

    /// The line of a deployment.
    fn line(&self, deployment: &Deployment) -> String {
        let counts = self.aws.counts(deployment);
        format!(
            "{} {} {}+{} failed {}",
            deployment.revision,
            deployment.rollout.as_str(),
            counts.running,
            counts.pending,
            deployment.failed_tasks
        )
    }

    /// What happens to a service in this time: a line for each change of its deployments, `running+pending`.
    pub(crate) fn watch(&mut self, name: &str, time: Duration) -> String {
        self.story(time, |bed| {
            let service = bed.service(name);
            let lines: Vec<_> = service.deployments.iter().map(|one| bed.line(one)).collect();
            format!("{} {}", service.status.as_str(), lines.join(", "))
        })
    }

    /// What happens to the newest task in this time: a line for each change.
    pub(crate) fn watch_task(&mut self, time: Duration) -> String {
        self.story(time, |bed| {
            let task = bed.aws.tasks().last().unwrap();
            let containers = bed.containers(task);
            let reason = task.stop.as_ref().map(|stop| format!(" ({}: {})", stop.code.as_str(), stop.reason));
            format!("{} {containers}{}", task.phase.as_str(), reason.unwrap_or_default())
        })
    }

    fn containers(&self, task: &Task) -> String {
        let rendered = task.render(self.aws.now(), self.aws.settings());
        let containers = rendered["containers"].as_array().unwrap().iter().map(|container| {
            let text = |name: &str| container[name].as_str().unwrap_or_default().to_lowercase();
            let health = match text("healthStatus").as_str() {
                "unknown" => String::new(),
                health => format!(" {health}"),
            };
            let code = container["exitCode"].as_i64().map(|code| format!(" {code}")).unwrap_or_default();
            format!("{} {}{health}{code}", text("name"), text("lastStatus"))
        });
        containers.collect::<Vec<_>>().join(", ")
    }

    /// A line for each change of what is told, with the second at which it changed.
    fn story(&mut self, time: Duration, tell: impl Fn(&Self) -> String) -> String {
        let end = self.aws.now() + time;
        let (mut story, mut last) = (String::new(), String::new());
        loop {
            let line = tell(self);
            if line != last {
                writeln!(story, "{:>4} {line}", self.aws.now().as_secs()).unwrap();
                last = line;
            }
            match self.aws.next_event().filter(|at| *at <= end) {
                Some(at) => self.aws.set_time(at),
                None => break,
            }
        }
        self.aws.set_time(end);
        story
    }

    /// The messages of a service's events, oldest first, without the ids.
    pub(crate) fn events(&self, name: &str) -> Vec<String> {
        let events = self.service(name).events.iter().rev();
        events.map(|event| format!("{:>4} {}", event.at.as_secs(), without_ids(&event.message))).collect()
    }
}

/// A message with its task and deployment ids left out.
fn without_ids(message: &str) -> String {
    let is_id = |word: &str| word.len() >= 19 && word.chars().all(|letter| letter.is_ascii_hexdigit());
    let word = |word: &str| {
        let core = word.trim_end_matches([')', '.', ',']);
        let id = core.strip_prefix("ecs-svc/").unwrap_or(core);
        if is_id(id) { word.replace(id, "…") } else { word.to_owned() }
    };
    message.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Compares a story with the one that is expected; the indentation of the latter does not matter.
#[track_caller]
pub(crate) fn check_story(found: &str, expected: &str) {
    let lines = |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    let (found, expected): (Vec<String>, Vec<String>) = (lines(found), lines(expected));
    assert_eq!(found, expected, "\n{}\n", found.join("\n"));
}
