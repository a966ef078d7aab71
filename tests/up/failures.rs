//! What is said when a deployment fails: the whole of it, but for times.

use std::time::Duration;

use compose2ecs_standin::{Aws, Behaviour, Health, Of, Pull, Request};
use serde_json::json;

use crate::Bed;

/// A service on Fargate, whose logs are kept.
const WEB: &str = "name: shop
services:
  web:
    image: 'nginx:1'
    mem_limit: 64m
";

/// The same with another image.
const WEB_2: &str = "name: shop
services:
  web:
    image: 'nginx:2'
    mem_limit: 64m
    secrets: [password]
    healthcheck:
      test: curl -f http://127.0.0.1/
      interval: 5s
      retries: 2
secrets:
  password:
    external: true
    name: arn:aws:secretsmanager:eu-west-1:123456789012:secret:password-AbCdEf
";

const ROLE: &str = "arn:aws:iam::123456789012:role/execution";

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Deploys a file, and another one in its place, whose containers behave so; compares what is said with a snapshot.
#[track_caller]
fn check_second(name: &str, code: i32, behaviour: Behaviour) {
    let bed = Bed::new(WEB);
    let first = bed.up(&["--execution-role", ROLE]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    bed.write(WEB_2);
    bed.aws.lock().unwrap().behave(Of::Image("nginx:2".to_owned()), [behaviour]);
    bed.check(name, code, &["--execution-role", ROLE]);
}

/// Deploys a file for the first time; compares what is said with a snapshot.
#[track_caller]
fn check_first(name: &str, (compose, code, args): (&str, i32, &[&str]), prepare: impl FnOnce(&mut Aws)) {
    let bed = Bed::new(compose);
    prepare(&mut bed.aws.lock().unwrap());
    bed.check(name, code, args);
}

#[test]
fn what_exits_is_rolled_back() {
    let lines = ["connecting to postgres://db.shop.local:5432/shop", "FATAL: password authentication failed"];
    let behaviour = lines.iter().fold(Behaviour::exits(seconds(5), 1), |one, line| one.says(seconds(1), line));
    check_second("exits", 3, behaviour);
}

#[test]
fn an_image_that_is_not_there_is_named() {
    check_second("image", 3, Behaviour::pulls(Pull::NotFound));
}

#[test]
fn a_registry_without_a_way_to_it_is_named() {
    check_first("unreachable", (WEB, 3, &[]), |aws| {
        aws.behave(Of::Image("nginx:1".to_owned()), [Behaviour::pulls(Pull::Unreachable)]);
    });
}

#[test]
fn a_health_check_that_fails_is_shown() {
    check_second("health", 3, Behaviour::health(Health::Never).says(seconds(1), "curl: not found"));
}

#[test]
fn a_secret_that_may_not_be_read_is_named() {
    let reason = "unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve \
                  secret from asm: service call has been retried 1 time(s): AccessDeniedException: User: \
                  arn:aws:sts::123456789012:assumed-role/execution/5f3c is not authorized to perform: \
                  secretsmanager:GetSecretValue on resource: \
                  arn:aws:secretsmanager:eu-west-1:123456789012:secret:password-AbCdEf because no identity-based policy \
                  allows the secretsmanager:GetSecretValue action";
    check_second("secrets", 3, Behaviour::uninitialized(reason));
}

#[test]
fn memory_that_runs_out_is_told() {
    check_second("memory", 3, Behaviour::out_of_memory(seconds(5)));
}

#[test]
fn a_command_that_is_not_there_is_told() {
    let reason = "CannotStartContainerError: Error response from daemon: failed to create task for container: exec: \
                  \"serve\": executable file not found in $PATH";
    check_first("command", (WEB, 3, &[]), |aws| {
        aws.behave(Of::Image("nginx:1".to_owned()), [Behaviour::unstartable(reason)]);
    });
}

#[test]
fn a_host_port_that_is_taken_is_waited_for() {
    let compose = "name: shop
services:
  web:
    image: 'nginx:1'
    mem_limit: 64m
    ports: ['8080:80']
";
    check_first("ports", (compose, 4, &["--timeout", "1500ms"]), |aws| {
        let port = json!([{"containerPort": 80, "hostPort": 8080}]);
        let container = json!({"name": "other", "image": "x", "memory": 64, "portMappings": port});
        let definition = json!({"family": "other", "containerDefinitions": [container]});
        aws.somebody(&Request::ecs("RegisterTaskDefinition", &definition)).unwrap();
        let service = json!({"cluster": "shop", "serviceName": "other", "taskDefinition": "other", "desiredCount": 1});
        aws.somebody(&Request::ecs("CreateService", &service)).unwrap();
        aws.advance(seconds(60));
    });
}

#[test]
fn what_needs_a_failure_is_not_started() {
    let compose = "name: shop
services:
  db: {image: 'redis:7', mem_limit: 64m}
  migrate: {image: 'app:1', mem_limit: 64m, depends_on: [db]}
  web: {image: 'nginx:1', mem_limit: 64m, depends_on: {migrate: {condition: service_completed_successfully}}}
";
    check_first("migration", (compose, 3, &[]), |aws| {
        let behaviour = Behaviour::exits(seconds(2), 7).says(seconds(1), "relation does not exist");
        aws.behave(Of::Image("app:1".to_owned()), [behaviour]);
    });
}

#[test]
fn a_call_that_is_not_allowed_is_named() {
    check_first("denied", (WEB, 1, &[]), |aws| {
        aws.faults().on("CreateService").then(compose2ecs_standin::Fault::AccessDenied);
    });
}

#[test]
fn a_role_that_may_not_be_passed_is_named() {
    check_first("role", (WEB, 1, &[]), |aws| {
        let message = "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: iam:PassRole on resource: \
                       arn:aws:iam::123456789012:role/execution because no identity-based policy allows the \
                       iam:PassRole action";
        let fault = compose2ecs_standin::Fault::error("AccessDeniedException", message);
        aws.faults().on("RegisterTaskDefinition").then(fault);
    });
}

#[test]
fn nothing_is_done_when_nothing_changed() {
    let bed = Bed::new(WEB);
    let first = bed.up(&[]);
    assert_eq!(first.code, 0, "{}", first.stderr);
    bed.check("unchanged", 0, &[]);
}

#[test]
fn quiet_says_what_failed_and_nothing_else() {
    let bed = Bed::new(WEB);
    let first = bed.up(&["--progress", "quiet"]);
    assert_eq!((first.code, first.stderr.contains("shop-web")), (0, false), "{}", first.stderr);
    bed.write(WEB_2);
    let behaviour = Behaviour::exits(seconds(5), 1).says(seconds(1), "FATAL: no such table");
    bed.aws.lock().unwrap().behave(Of::Image("nginx:2".to_owned()), [behaviour]);
    bed.check("quiet", 3, &["--progress", "quiet", "--execution-role", ROLE]);
}
