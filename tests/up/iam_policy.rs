//! What `iam-policy` prints allows everything that the other commands do.

#![expect(clippy::indexing_slicing, clippy::string_slice, reason = "a test fails loudly")]

use std::collections::BTreeSet;
use std::time::Duration;

use compose2ecs_standin::{Behaviour, Call, Of, Pull};
use serde_json::{Value, json};

use super::push::Yard;
use super::{Bed, SHOP};
use crate::binary::{compose2ecs, folder, run};

/// A project of which every command has something to do.
const RICH: &str = "name: shop
x-ecs: {execution_role: 'arn:aws:iam::123456789012:role/execution', task_role: task}
services:
  migrate: {image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:1', mem_limit: 64m}
  web:
    image: 'nginx:1'
    mem_limit: 64m
    depends_on: {migrate: {condition: service_completed_successfully}}
";

/// The policy of a project.
#[track_caller]
fn policy(compose: &str, args: &[&str]) -> Value {
    let folder = folder(&[("compose.yml", compose)]);
    let printed = run(&mut compose2ecs(folder.path(), &[&["iam-policy"], args].concat()));
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    serde_json::from_str(&printed.stdout).unwrap()
}

/// Texts of a member of a statement.
fn texts<'v>(statement: &'v Value, member: &str) -> Vec<&'v str> {
    statement[member].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// Whether a pattern of IAM fits.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => {
            let Some(behind) = text.strip_prefix(start) else { return false };
            let mut ends = behind.char_indices().map(|(at, _)| at).chain([behind.len()]);
            ends.any(|at| fits(rest, &behind[at..]))
        }
    }
}

/// The resources on which IAM looks whether a call is allowed, as its service documents them.
fn resources(call: &Call) -> Vec<String> {
    let text = |member: &str| call.input[member].as_str().unwrap_or_default().to_owned();
    let cluster = call.input["cluster"].as_str().unwrap_or("default").to_owned();
    let ecs = |resource: String| {
        if resource.starts_with("arn:") { resource } else { format!("arn:aws:ecs:eu-west-1:123456789012:{resource}") }
    };
    let each = |member: &str, kind: &str| -> Vec<String> {
        let items = call.input[member].as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned());
        items.map(|item| if item.starts_with("arn:") { item } else { ecs(format!("{kind}{item}")) }).collect()
    };
    match &*call.operation {
        "CreateCluster"
        | "DeregisterTaskDefinition"
        | "DescribeSubnets"
        | "GetAuthorizationToken"
        | "ListClusters"
        | "ListServices"
        | "ListTasks"
        | "RegisterTaskDefinition"
        | "ListTaskDefinitions"
        | "DescribeTaskDefinition" => vec!["*".to_owned()],
        "DescribeClusters" => each("clusters", "cluster/"),
        "DescribeServices" => each("services", &format!("service/{cluster}/")),
        "CreateService" => vec![ecs(format!("service/{cluster}/{}", text("serviceName")))],
        "UpdateService" | "DeleteService" | "ListServiceDeployments" => {
            vec![ecs(format!("service/{cluster}/{}", text("service")))]
        }
        "DescribeTasks" => each("tasks", &format!("task/{cluster}/")),
        "StopTask" => vec![ecs(text("task"))],
        "RunTask" => vec![text("taskDefinition")],
        "DeleteTaskDefinitions" => each("taskDefinitions", ""),
        "TagResource" => vec![text("resourceArn")],
        "DescribeServiceDeployments" => each("serviceDeploymentArns", ""),
        "DescribeServiceRevisions" => each("serviceRevisionArns", ""),
        "StopServiceDeployment" => vec![text("serviceDeploymentArn")],
        "DescribeRepositories" => {
            let names = call.input["repositoryNames"].as_array().unwrap().iter();
            names
                .map(|name| format!("arn:aws:ecr:eu-west-1:123456789012:repository/{}", name.as_str().unwrap()))
                .collect()
        }
        "BatchGetImage" | "CreateRepository" | "DescribeImages" => {
            vec![format!("arn:aws:ecr:eu-west-1:123456789012:repository/{}", text("repositoryName"))]
        }
        "FilterLogEvents" => vec![format!("arn:aws:logs:eu-west-1:123456789012:log-group:{}:*", text("logGroupName"))],
        other => panic!("on which resources is {other} allowed?"),
    }
}

/// Whether a policy allows a call.
fn allows(policy: &Value, call: &Call) -> bool {
    let action = format!("{}:{}", call.service, call.operation);
    let statements = policy["Statement"].as_array().unwrap();
    let mut own =
        statements.iter().filter(|statement| texts(statement, "Action").contains(&&*action)).filter(|statement| {
            let Some(cluster) = statement["Condition"]["ArnLike"]["ecs:cluster"].as_str() else { return true };
            let named = call.input["cluster"].as_str().unwrap_or("default");
            fits(cluster, &format!("arn:aws:ecs:eu-west-1:123456789012:cluster/{named}"))
        });
    let patterns: Vec<&str> = own.by_ref().flat_map(|statement| texts(statement, "Resource")).collect();
    resources(call).iter().all(|resource| patterns.iter().any(|pattern| fits(pattern, resource)))
}

/// Runs commands on an account; what they call must be allowed. Gives back what is called.
#[track_caller]
fn check(bed: &Bed, policy: &Value, commands: &[(&[&str], i32)]) -> BTreeSet<String> {
    let mut called = BTreeSet::new();
    for (command, code) in commands {
        bed.aws.lock().unwrap().forget_calls();
        let ended = if command[0] == "up" { bed.up(&command[1..]) } else { bed.run(command) };
        assert_eq!(ended.code, *code, "{command:?}: {}", ended.stderr);
        called.extend(called_and_allowed(bed, policy));
    }
    called
}

/// What was called, all of which must be allowed.
#[track_caller]
fn called_and_allowed(bed: &Bed, policy: &Value) -> BTreeSet<String> {
    let aws = bed.aws.lock().unwrap();
    for call in aws.calls() {
        assert!(allows(policy, call), "{} {}", call.operation, call.input);
    }
    aws.calls().iter().map(|call| format!("{}:{}", call.service, call.operation)).collect()
}

/// What the actions of a policy are that no command of these tests made use of.
fn unused(policy: &Value, called: &BTreeSet<String>) -> Vec<String> {
    let statements = policy["Statement"].as_array().unwrap();
    let actions: BTreeSet<&str> = statements.iter().flat_map(|statement| texts(statement, "Action")).collect();
    actions.into_iter().filter(|action| !called.contains(*action)).map(str::to_owned).collect()
}

#[test]
fn every_call_of_every_command_is_allowed() {
    let bed = Bed::new(RICH);
    {
        let mut aws = bed.aws.lock().unwrap();
        aws.add_repository("shop/api");
        aws.push_image(("shop/api", "1"), None, &["linux/amd64"]).unwrap();
    }
    let policy = policy(RICH, &["--region", "eu-west-1"]);
    let mut called = check(&bed, &policy, &[(&["up"], 0), (&["up"], 0), (&["ps", "--all"], 0)]);

    let write = |text: &str| std::fs::write(bed.folder.path().join("compose.yml"), text).unwrap();
    // Two more revisions, so that the first one is old.
    write(&RICH.replace("nginx:1", "nginx:4"));
    called.extend(check(&bed, &policy, &[(&["up"], 0)]));
    write(&RICH.replace("nginx:1", "nginx:5"));
    let pruned: &[(&[&str], i32)] =
        &[(&["up", "--keep-revisions", "2"], 0), (&["prune-revisions", "--keep", "2", "--delete"], 0)];
    called.extend(check(&bed, &policy, pruned));
    write(&RICH.replace("nginx:1", "nginx:3"));
    called.extend(check(&bed, &policy, &[(&["up"], 0), (&["rollback", "web", "--yes", "--poll-interval", "20ms"], 0)]));
    // Something that cannot start, and is taken back, so that its reasons are looked for.
    let missing = Behaviour { pull: Pull::NotFound, ..Behaviour::default() };
    bed.aws.lock().unwrap().behave(Of::Image("nginx:2".to_owned()), [missing]);
    write(&RICH.replace("nginx:1", "nginx:2"));
    called.extend(check(&bed, &policy, &[(&["up"], 3)]));
    // A task that fails, whose lines are read; and one that still runs when all is taken away.
    let migrate = || Of::Container("shop-migrate/migrate".to_owned());
    bed.aws.lock().unwrap().behave(migrate(), [Behaviour::exits(Duration::ZERO, 1)]);
    write(RICH);
    called.extend(check(&bed, &policy, &[(&["up", "--rerun-jobs"], 3)]));
    let lasts = Behaviour::exits(Duration::from_hours(1), 0);
    bed.aws.lock().unwrap().behave(migrate(), [lasts]);
    let commands: &[(&[&str], i32)] = &[(&["up", "--rerun-jobs", "--timeout", "1s"], 4), (&["down", "--yes"], 0)];
    called.extend(check(&bed, &policy, commands));

    let other = Bed::new(RICH);
    other.aws.lock().unwrap().add_repository("shop/api");
    other.aws.lock().unwrap().push_image(("shop/api", "1"), None, &["linux/amd64"]).unwrap();
    let fresh = self::policy(RICH, &["--region", "eu-west-1", "--cluster", "fresh"]);
    called.extend(check(&other, &fresh, &[(&["up", "--cluster", "fresh"], 1)]));
    called.extend(check(
        &other,
        &fresh,
        &[(&["up", "--cluster", "fresh", "--create-cluster", "--no-wait", "--skip-jobs"], 0)],
    ));

    // What ECS does with our permissions, and what is done only where ECS itself does not give up, or does not tell.
    let unseen =
        ["ecs:ListTaskDefinitions", "ecs:StopServiceDeployment", "iam:CreateServiceLinkedRole", "iam:PassRole"];
    let more: Vec<String> =
        unused(&policy, &called).into_iter().filter(|action| !unseen.contains(&&**action)).collect();
    assert_eq!(more, [""; 0]);
}

#[test]
fn every_call_about_images_is_allowed() {
    let shop = "name: shop\nservices: {web: {build: web, mem_limit: 64m}}";
    let yard = Yard::new(shop);
    let args = ["--region", "eu-west-1", "--account", "123456789012"];
    let policy = policy(shop, &args);
    yard.bed.aws.lock().unwrap().forget_calls();
    assert_eq!(yard.up(&["--build"]).code, 0);
    assert_eq!(yard.run(&["push"]).code, 0);
    let called = called_and_allowed(&yard.bed, &policy);
    let push =
        policy["Statement"].as_array().unwrap().iter().filter(|one| one["Sid"].as_str().unwrap().starts_with("Push"));
    let actions: Vec<&str> = push.flat_map(|statement| texts(statement, "Action")).collect();
    let engine = [
        "ecr:BatchCheckLayerAvailability",
        "ecr:CompleteLayerUpload",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:TagResource",
        "ecr:UploadLayerPart",
    ];
    let unused: Vec<&str> = actions.into_iter().filter(|action| !called.contains(*action)).collect();
    assert_eq!(unused, engine);
    let named = self::policy(
        &shop.replace("build: web", "build: web, image: '999999999999.dkr.ecr.eu-west-1.amazonaws.com/a:1'"),
        &args,
    );
    let named = named["Statement"].as_array().unwrap().iter().find(|one| one["Sid"] == "PushOwnRepositories").unwrap();
    assert_eq!(named["Resource"], json!(["arn:aws:ecr:eu-west-1:999999999999:repository/a"]));
}

#[test]
fn a_policy_names_what_the_file_names() {
    let web = "name: shop\nservices: {web: {image: 'nginx:1', mem_limit: 64m}}";
    insta::assert_json_snapshot!(policy(web, &["--region", "eu-west-1", "--account", "123456789012"]));
}

#[test]
fn roles_are_passed_and_tell_the_account() {
    let policy = policy(RICH, &["--region", "eu-west-1"]);
    let last = policy["Statement"].as_array().unwrap().last().unwrap();
    let expected = json!({
        "Sid": "PassRolesOfTasks",
        "Effect": "Allow",
        "Action": ["iam:PassRole"],
        "Resource": ["arn:aws:iam::123456789012:role/execution", "arn:aws:iam::123456789012:role/task"],
        "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
    });
    assert_eq!(*last, expected);
}

#[test]
fn a_large_project_has_a_policy_that_iam_takes() {
    let services = (0..200).map(|number| format!("  service-{number}: {{image: 'nginx:1', mem_limit: 64m}}\n"));
    let policy = policy(&format!("name: shop\nservices:\n{}", services.collect::<String>()), &[]);
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    let text = policy.to_string();
    assert!(text.len() <= 6144, "{} characters", text.len());
    let sids: BTreeSet<&str> =
        policy["Statement"].as_array().unwrap().iter().map(|statement| statement["Sid"].as_str().unwrap()).collect();
    assert_eq!(sids.len(), policy["Statement"].as_array().unwrap().len());
    assert!(sids.iter().all(|sid| sid.chars().all(char::is_alphanumeric)), "{sids:?}");
}

#[test]
fn nothing_is_printed_for_a_file_that_cannot_be_translated() {
    let folder = folder(&[("compose.yml", &SHOP.replace("redis:7", "a b"))]);
    let refused = run(&mut compose2ecs(folder.path(), &["iam-policy"]));
    assert_eq!((refused.code, &*refused.stdout), (1, ""), "{}", refused.stderr);
}
