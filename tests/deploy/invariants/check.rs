//! The five invariants.

use std::collections::BTreeMap;
use std::time::Duration;

use compose2ecs::deploy::options::{UpOptions, Waiting};
use compose2ecs_standin::{Call, Caller, ContainerState, Effect, Rollout, Service, ServiceStatus};
use serde_json::{Value, json};

use super::Act;
use super::project::{Project, SECRET};
use crate::bed::{Bed, Run};

/// The account after a run.
pub(super) struct Found<'a> {
    pub(super) bed: &'a Bed,
    pub(super) project: &'a Project,
    /// What others do.
    pub(super) touched: Vec<Act>,
}

/// The services of others that are there from the start: one looks like ours.
const OTHERS: [&str; 2] = ["shop-other", "desk-web"];

/// The input that makes a service that is not ours.
pub(super) fn foreign(name: &str) -> Value {
    json!({"cluster": "shop", "serviceName": name, "taskDefinition": "other", "desiredCount": 1,
        "launchType": "FARGATE", "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
        "tags": [{"key": "compose2ecs:project", "value": "desk"}]})
}

impl Found<'_> {
    /// Others have services, and a task of one of our families.
    pub(super) fn settle_foreigners(&self) {
        let definition = json!({"family": "other", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
            "cpu": "256", "memory": "512", "containerDefinitions": [{"name": "web", "image": "other"}]});
        self.bed.somebody("RegisterTaskDefinition", &definition);
        for name in OTHERS {
            self.bed.somebody("CreateService", &foreign(name));
        }
    }

    /// What holds after the run that was disturbed.
    pub(super) fn check(&self, run: &Run, options: &UpOptions) {
        self.check_ownership();
        if run.exit == 0 && options.waiting == Waiting::Enabled {
            self.check_success(run, |unit| self.touched.iter().all(|act| act.unit() != unit));
        }
        check_output(run);
    }

    /// What holds after the run that was not.
    pub(super) fn check_again(&self, run: &Run) {
        self.check_ownership();
        self.check_success(run, |_| true);
        check_output(run);
    }

    /// I1 and I4: nothing is changed that is not ours, and nothing is deleted.
    fn check_ownership(&self) {
        let calls = self.bed.aws(|aws| aws.calls().to_vec());
        let mut owners: BTreeMap<String, bool> = BTreeMap::new();
        for call in calls.iter().filter(|call| call.effect == Effect::Mutates) {
            let is_own = matches!(call.caller, Caller::Tested(_));
            let name = name(call);
            if is_own {
                assert!(!call.operation.starts_with("De") && call.operation != "StopTask", "I4: {call:#?}");
                let made = matches!(&*call.operation, "CreateService" | "RegisterTaskDefinition" | "RunTask");
                let ours = if made { is_tagged(&call.input) } else { owners.get(&name).copied().unwrap_or(false) };
                assert!(ours, "I1: {call:#?}");
            }
            if call.applied && matches!(&*call.operation, "CreateService" | "RegisterTaskDefinition") {
                owners.insert(name, is_tagged(&call.input));
            }
        }
        for name in OTHERS {
            let count = self.bed.aws(|aws| aws.service("shop", name).map(|service| service.history.len()));
            assert_eq!(count, Some(1), "I1: {name}");
        }
    }

    /// I2: what is called a success is one.
    fn check_success(&self, run: &Run, is_meant: impl Fn(usize) -> bool) {
        for (number, unit) in self.project.units.iter().enumerate().filter(|(number, _)| is_meant(*number)) {
            let family = format!("shop-u{number}");
            if unit.is_job {
                let count = usize::try_from(unit.replicas.unwrap_or(1)).unwrap();
                assert!(self.successes(&family) >= count, "I2: {family}: {run:#?}");
                continue;
            }
            let service = self.bed.aws(|aws| aws.service("shop", &family).cloned()).unwrap();
            let Service { status, deployments, desired, .. } = &service;
            assert_eq!(*status, ServiceStatus::Active, "I2: {family}: {run:#?}");
            let [primary] = &**deployments else { panic!("I2: {family}: {deployments:#?} {run:#?}") };
            assert_eq!(primary.rollout, Rollout::Completed, "I2: {family}: {run:#?}");
            assert_eq!(self.image(&family, primary.revision.number), format!("u{number}:2"), "I2: {family}: {run:#?}");
            if let Some(replicas) = unit.replicas {
                assert_eq!(*desired, u64::from(replicas), "I2: {family}: {run:#?}");
            }
        }
    }

    /// How many tasks of the newest revision of a family ended well.
    fn successes(&self, family: &str) -> usize {
        let ended = |state: &ContainerState| matches!(state, ContainerState::Stopped { code: Some(0), .. });
        self.bed.aws(|aws| {
            let newest = aws.definitions().filter(|one| one.revision.family == family).map(|one| one.revision.number);
            let newest = newest.max().unwrap_or_default();
            let tasks = aws.tasks().filter(|task| task.revision.family == family && task.revision.number == newest);
            tasks.filter(|task| task.containers.iter().all(|container| ended(&container.state))).count()
        })
    }

    /// The image of the container of a revision.
    fn image(&self, family: &str, number: u64) -> String {
        let members = self.bed.aws(|aws| aws.definition(family, number).map(|one| Value::Object(one.members.clone())));
        let members = members.unwrap_or_default();
        members.pointer("/containerDefinitions/0/image").and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Waits until what others do is done, and what cannot get well has ended; then makes way for what is ours.
    pub(super) async fn settle(&self, run: &Run) {
        if !self.touched.is_empty() {
            tokio::time::sleep(Duration::from_secs(100)).await;
        }
        if self.project.units.iter().any(|unit| unit.nature.is_bad()) {
            tokio::time::sleep(Duration::from_mins(30)).await;
        }
        for act in &self.touched {
            let Act::Squat(unit) = act else { continue };
            let name = format!("shop-u{unit}");
            let squats = self.bed.aws(|aws| {
                let service = aws.service("shop", &name);
                service.is_some_and(|one| {
                    one.status == ServiceStatus::Active
                        && one.tags.get("compose2ecs:project").is_some_and(|owner| owner == "desk")
                })
            });
            if squats {
                let deleted = self.touched.iter().any(|act| matches!(act, Act::Delete(of) if of == unit));
                let is_job = self.project.units.get(*unit).is_some_and(|unit| unit.is_job);
                assert!(run.exit != 0 || deleted || is_job, "I2: {run:#?}");
                self.bed.somebody("DeleteService", &json!({"cluster": "shop", "service": name, "force": true}));
            }
        }
    }

    /// No content is registered twice, but where somebody took it away.
    pub(super) fn check_registrations(&self) {
        for (number, unit) in self.project.units.iter().enumerate() {
            let away = self.touched.iter().filter(|act| matches!(act, Act::Deregister(of) if *of == number)).count();
            let most = 1 + usize::from(unit.had_another()) + away;
            let found = self.bed.revisions(&format!("shop-u{number}"));
            assert!(found <= most, "{found} revisions of u{number}");
        }
    }
}

/// I5: nothing that is told shows a secret.
fn check_output(run: &Run) {
    let Run { exit: _, lines, said, problems, calls: _, outcome } = run;
    let all = format!("{lines:?} {said:?} {problems:?} {outcome:?}");
    assert!(!all.contains(SECRET), "I5: {all}");
}

/// The service or the family that a call is about, and which of both it is.
fn name(call: &Call) -> String {
    let text = |key: &str| call.input.get(key).and_then(Value::as_str);
    let arn = text("resourceArn").or_else(|| text("serviceDeploymentArn"));
    if let Some(arn) = arn {
        let mut parts = arn.split([':', '/']).skip(5);
        return match parts.next() {
            Some("task-definition") => format!("family {}", parts.next().unwrap_or_default()),
            _ => format!("service {}", parts.nth(1).unwrap_or_default()),
        };
    }
    match text("service").or_else(|| text("serviceName")) {
        Some(service) => format!("service {service}"),
        None => format!("family {}", text("family").unwrap_or_default()),
    }
}

/// Whether what is made says that it is ours.
fn is_tagged(input: &Value) -> bool {
    let tags = input.get("tags").and_then(Value::as_array).into_iter().flatten();
    tags.into_iter().any(|tag| *tag == json!({"key": "compose2ecs:project", "value": "shop"}))
}
