//! Whatever is done to an account, it comes to rest.

use serde_json::{Value, json};

use crate::ids::Ids;
use crate::testing::{Bed, seconds};
use crate::{Behaviour, Health, Machine, Of, Pull, ServiceStatus, Settings, Timings};

/// A task definition for both launch types with a health check and a container that is done before.
fn definition(family: &str) -> Value {
    let check = json!({"command": ["CMD", "true"], "interval": 5, "retries": 2});
    let ready = json!([{"containerName": "init", "condition": "SUCCESS"}]);
    json!({
        "family": family,
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "containerDefinitions": [
            {"name": "app", "image": "app", "healthCheck": check, "dependsOn": ready},
            {"name": "init", "image": "init", "essential": false, "startTimeout": 30},
        ],
    })
}

fn behaviour(choice: u64) -> Behaviour {
    match choice % 8 {
        0 => Behaviour::exits(seconds(0), 1),
        1 => Behaviour::exits(seconds(7), 1),
        2 => Behaviour::health(Health::Never),
        3 => Behaviour::health(Health::Until(seconds(40))),
        4 => Behaviour::pulls(Pull::NotFound),
        5 => Behaviour::uninitialized("no secret"),
        6 => Behaviour::unstartable("CannotStartContainerError: no such file"),
        _ => Behaviour::default(),
    }
}

/// One step of somebody who does this and that. What is refused does not matter here.
fn act(bed: &mut Bed, random: &mut Ids) {
    let name = ["web", "db"][usize::try_from(random.bits() % 2).unwrap()];
    let service = json!({"cluster": "prod", "service": name});
    let more = |more: Value| crate::testing::with(service.clone(), more);
    let network = json!({"awsvpcConfiguration": {"subnets": ["subnet-1"]}});
    let launch = if random.bits().is_multiple_of(2) { "FARGATE" } else { "EC2" };
    let count = random.bits() % 4;
    let _ = match random.bits() % 10 {
        0 | 1 => {
            let breaker = json!({"enable": true, "rollback": random.bits().is_multiple_of(2)});
            let least = random.bits() % 101;
            let create = json!({
                "cluster": "prod",
                "serviceName": name,
                "taskDefinition": name,
                "desiredCount": count,
                "launchType": launch,
                "networkConfiguration": network,
                "deploymentConfiguration": {"deploymentCircuitBreaker": breaker, "minimumHealthyPercent": least},
            });
            bed.ecs("CreateService", create)
        }
        2 => bed.ecs("RegisterTaskDefinition", definition(name)),
        3 => bed.ecs("UpdateService", more(json!({"taskDefinition": name}))),
        4 => bed.ecs("UpdateService", more(json!({"desiredCount": count}))),
        5 => bed.ecs("UpdateService", more(json!({"forceNewDeployment": true}))),
        6 if random.bits().is_multiple_of(4) => bed.ecs("DeleteService", more(json!({"force": true}))),
        6 => {
            let arn = bed.aws.service("prod", name).and_then(|one| one.history.last()).map(|one| one.arn.clone());
            bed.ecs("StopServiceDeployment", json!({"serviceDeploymentArn": arn.unwrap_or_default()}))
        }
        7 => {
            let run = json!({
                "cluster": "prod",
                "taskDefinition": name,
                "launchType": launch,
                "networkConfiguration": network,
            });
            bed.ecs("RunTask", run)
        }
        8 => {
            let id = bed.aws.tasks().last().map(|task| task.id.clone()).unwrap_or_default();
            bed.ecs("StopTask", json!({"cluster": "prod", "task": id}))
        }
        _ => {
            let container = ["app", "init"][usize::try_from(random.bits() % 2).unwrap()];
            bed.aws.behave(Of::Image(container.to_owned()), [behaviour(random.bits()), behaviour(random.bits())]);
            Ok(Value::Null)
        }
    };
    bed.aws.advance(seconds(random.bits() % 60));
    bed.ok("DescribeServices", json!({"cluster": "prod", "services": ["web", "db"]}));
    let tasks: Vec<String> = bed.aws.tasks().take(100).map(|task| task.id.clone()).collect();
    if !tasks.is_empty() {
        bed.ok("DescribeTasks", json!({"cluster": "prod", "tasks": tasks}));
    }
}

/// Does this and that for a while, then lets everything be well: what is left has to become steady, and when all is
/// deleted, nothing is in use.
fn check(seed: u64) {
    let mut random = Ids::new(seed);
    let timings = if seed.is_multiple_of(3) { Timings::immediate() } else { Timings::default() };
    let mut bed = Bed::with(Settings { timings, ..Settings::default() });
    bed.aws.add_instance("prod", Machine::default());
    for family in ["web", "db"] {
        bed.ok("RegisterTaskDefinition", definition(family));
    }
    for _ in 0..30 {
        act(&mut bed, &mut random);
    }
    for container in ["app", "init"] {
        bed.aws.behave(Of::Image(container.to_owned()), [Behaviour::default()]);
    }
    for name in ["web", "db"] {
        let again = json!({"cluster": "prod", "service": name, "forceNewDeployment": true, "desiredCount": 2});
        // It may be gone.
        let _ = bed.ecs("UpdateService", again);
    }
    bed.aws.advance(seconds(7200));
    for service in bed.aws.services() {
        let rollout = service.primary().map(|one| one.rollout.as_str());
        let expected = (service.status == ServiceStatus::Active).then_some("COMPLETED");
        assert_eq!((rollout, service.deployments.len() <= 1), (expected, true), "seed {seed}: {service:#?}");
    }
    for name in ["web", "db"] {
        let _ = bed.ecs("DeleteService", json!({"cluster": "prod", "service": name, "force": true}));
    }
    bed.aws.advance(seconds(3000));
    assert!(bed.aws.services().all(|service| service.status == ServiceStatus::Inactive), "seed {seed}");
    assert!(bed.aws.tasks().all(|task| task.stopped_at.is_some()), "seed {seed}");
    let instance = bed.aws.cluster("prod").unwrap().instances.values().next().unwrap();
    assert_eq!((instance.cpu, instance.memory, instance.tasks), (2048, 4096, 0), "seed {seed}");
}

#[test]
fn an_account_comes_to_rest() {
    for seed in 0..20 {
        check(seed);
    }
}
