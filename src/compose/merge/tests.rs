//! What two files say together; expectations are those of Docker Compose, whose output was compared by hand.

use super::*;
use crate::source::Sources;
use crate::testing::flow;
use crate::yaml::parse::parse;

/// The tree of a text.
fn tree(sources: &mut Sources, text: &str, diags: &mut Diagnostics) -> Rc<Node> {
    let file = sources.add("compose.yml", text);
    parse(file, text, diags).sound().expect("the test's input is YAML").remove(0)
}

/// What documents say together.
fn joined(trees: &[Rc<Node>], diags: &mut Diagnostics) -> Rc<Node> {
    let (first, others) = trees.split_first().expect("a test has files");
    let mut joined = Joined::new(first);
    for other in others {
        let touched = joined.touched_by(other);
        joined.change(&touched, other, diags);
    }
    joined.into_tree()
}

/// What keys of a service become; several texts are several files.
fn merged(files: &[&str]) -> (String, Diagnostics) {
    let (mut sources, mut diags) = (Sources::default(), Diagnostics::default());
    let trees: Vec<_> =
        files.iter().map(|keys| tree(&mut sources, &format!("services: {{web: {{{keys}}}}}"), &mut diags)).collect();
    let root = joined(&trees, &mut diags);
    let web = root.get("services").and_then(|services| services.get("web")).expect("the service stays");
    (flow(web), diags)
}

#[track_caller]
fn check(files: &[&str], expected: &str) {
    let (web, diags) = merged(files);
    assert_eq!(web, format!("{{{expected}}}"));
    assert!(!diags.has_errors(), "{diags:?}");
}

#[track_caller]
fn check_error(files: &[&str], expected: &str) {
    let (_, diags) = merged(files);
    assert_eq!(diags.iter().map(|finding| finding.message.as_str()).collect::<Vec<_>>(), [expected]);
}

/// What whole files become.
#[track_caller]
fn check_files(files: &[&str], expected: &str) {
    let (mut sources, mut diags) = (Sources::default(), Diagnostics::default());
    let trees: Vec<_> = files.iter().map(|text| tree(&mut sources, text, &mut diags)).collect();
    assert_eq!(flow(&joined(&trees, &mut diags)), expected);
    assert!(!diags.has_errors(), "{diags:?}");
}

/// What the address pools of a network become.
#[track_caller]
fn check_pools(pools: [&str; 2], expected: &str) {
    let (mut sources, mut diags) = (Sources::default(), Diagnostics::default());
    let [base, over] =
        pools.map(|pools| tree(&mut sources, &format!("networks: {{n: {{ipam: {{config: {pools}}}}}}}"), &mut diags));
    let root = merge(&base, &over, &mut diags);
    assert_eq!(flow(&root), format!("{{networks: {{n: {{ipam: {{config: {expected}}}}}}}}}"));
}

#[test]
fn what_a_file_does_not_name_stays_as_it_is_and_where_it_is() {
    let base = "{name: n, services: {a: {image: i}, b: {image: i}, c: {image: i}}, volumes: {v: }, x-y: {z: 1}}";
    check_files(
        &[base, "services: {d: {image: j}, b: {user: u}}", "{services: {a: !reset , d: {user: v}}, name: m}"],
        "{name: m, services: {b: {image: i, user: u}, c: {image: i}, d: {image: j, user: v}}, volumes: {v: ~}, x-y: {z: 1}}",
    );
    check_files(
        &[base, "{services: !override {c: {image: k}}, volumes: !reset }", "volumes: {w: }"],
        "{name: n, services: {c: {image: k}}, x-y: {z: 1}, volumes: {w: ~}}",
    );
}

#[test]
fn address_pools_are_those_of_the_later_file() {
    check_pools(["[{subnet: a}]", "[{subnet: b}]"], "[{subnet: b}]");
    check_pools(["[{subnet: a}, {subnet: b, gateway: g}]", "[{subnet: b}]"], "[{subnet: b, gateway: g}]");
    check_pools(["[{subnet: a}]", "[{subnet: b}, {subnet: a, gateway: h}]"], "[{subnet: b}, {subnet: a, gateway: h}]");
    check_pools(["[{gateway: a}]", "[{gateway: b}]"], "[{gateway: b}]");
    check_pools(
        ["[{subnet: a}, {subnet: b}]", "[{subnet: b, gateway: g}, {subnet: c}]"],
        "[{subnet: c, gateway: g}, {subnet: c}]",
    );
    check_pools(["[{subnet: a}]", "[]"], "[]");
    check_pools(["[]", "[{subnet: a}]"], "[]");
    check_pools(["[{subnet: a}]", "[{subnet: b}, {subnet: b, gateway: x}]"], "[{subnet: b, gateway: x}]");
}

#[test]
fn of_two_scalars_the_later_stands() {
    check(&["image: a, user: u", "image: b, tty: true"], "image: b, user: u, tty: true");
}

#[test]
fn nothing_changes_nothing() {
    check(
        &["user: u, environment: {A: 1}, deploy: {replicas: 2}", "user: , environment: , deploy: "],
        "user: u, environment: {A: 1}, deploy: {replicas: 2}",
    );
}

#[test]
fn nothing_clears_a_command() {
    check(&["command: a, entrypoint: b", "command: ~, entrypoint: "], "command: ~, entrypoint: ~");
}

#[test]
fn commands_and_tests_are_replaced() {
    check(
        &["command: [a, b], healthcheck: {test: [CMD, a], interval: 1s}", "command: [c], healthcheck: {test: b}"],
        "command: [c], healthcheck: {test: b, interval: 1s}",
    );
}

#[test]
fn variables_join_by_name_in_all_forms() {
    check(&["environment: {A: 1, B: 2}", "environment: {B: 3, C: ~}"], "environment: {A: 1, B: 3, C: ~}");
    check(&["environment: [A=1, B]", "environment: {A: 2.50}"], "environment: {A: 2.50, B: ~}");
    check(&["environment: {A: 1}", "environment: [A, B==]"], "environment: {A: ~, B: =}");
    check(&["labels: [a=1, b]", "labels: [a=2]"], "labels: {a: 2, b: ~}");
}

#[test]
fn lists_follow_each_other() {
    check(&["gpus: [{count: 1}]", "gpus: [{count: 1}]"], "gpus: [{count: 1}, {count: 1}]");
    check(&["ports: ['80:80']", "ports: [81]"], "ports: [80:80, 81]");
    check(&["security_opt: [a]", "security_opt: [a]"], "security_opt: [a, a]");
}

#[test]
fn one_item_may_stand_for_a_list() {
    check(&["dns: 1.1.1.1", "dns: [2.2.2.2, 1.1.1.1]"], "dns: [1.1.1.1, 2.2.2.2]");
    check(
        &["env_file: a.env", "env_file: [{path: b.env, required: false}, a.env]"],
        "env_file: [a.env, {path: b.env, required: false}]",
    );
}

#[test]
fn equal_items_are_one_within_a_file_too() {
    check(&["cap_add: [A, B, A], expose: [80, '80']"], "cap_add: [A, B], expose: [80]");
    check(&["tmpfs: ['/a:size=1m', /b, '/a:size=2m']"], "tmpfs: [/a:size=2m, /b]");
    check(&["devices: ['/dev/a:/dev/x', '/dev/b:/dev/x:r']"], "devices: [/dev/b:/dev/x:r]");
    check(&["secrets: [s, {source: t, target: /run/secrets/s}]"], "secrets: [{source: t, target: /run/secrets/s}]");
    check(&["networks: {n: {aliases: [a, b, a]}}"], "networks: {n: {aliases: [a, b]}}");
}

#[test]
fn names_join_by_name_in_all_forms() {
    check(
        &["depends_on: {db: {condition: service_healthy, restart: true}}", "depends_on: [db, cache]"],
        "depends_on: {db: {condition: service_started, restart: true}, cache: {condition: service_started}}",
    );
    check(&["networks: [n]", "networks: {n: {aliases: [q]}, m: }"], "networks: {n: {aliases: [q]}, m: ~}");
    check(&["networks: {n: {aliases: [q]}}", "networks: [m, n]"], "networks: {n: {aliases: [q]}, m: ~}");
}

#[test]
fn hosts_gain_addresses() {
    check(
        &["extra_hosts: ['h:1.1.1.1']", "extra_hosts: {h: 2.2.2.2, g: [3.3.3.3, 4.4.4.4]}"],
        "extra_hosts: [h:1.1.1.1, h=2.2.2.2, g=3.3.3.3, g=4.4.4.4]",
    );
    check(&["extra_hosts: ['h:1.1.1.1']", "extra_hosts: ['h:1.1.1.1']"], "extra_hosts: [h:1.1.1.1]");
}

#[test]
fn a_context_alone_joins_a_build() {
    check(&["build: .", "build: {dockerfile: x}"], "build: {context: ., dockerfile: x}");
    check(&["build: {context: ., args: [a=1]}", "build: web"], "build: {context: web, args: [a=1]}");
}

#[test]
fn another_driver_leaves_nothing_of_logging() {
    check(&["logging: {driver: a, options: {x: 1}}", "logging: {driver: b}"], "logging: {driver: b}");
    check(
        &["logging: {options: {x: 1}}", "logging: {driver: b, options: {y: 2}}"],
        "logging: {options: {x: 1, y: 2}, driver: b}",
    );
}

#[test]
fn limits_join_only_as_mappings() {
    check(
        &["ulimits: {n: {soft: 1, hard: 2}, m: 1}", "ulimits: {n: {soft: 3, hard: 7}, m: {soft: 1, hard: 2}}"],
        "ulimits: {n: {soft: 3, hard: 7}, m: {soft: 1, hard: 2}}",
    );
    check(&["ulimits: {n: {soft: 1, hard: 2}}", "ulimits: {n: 4}"], "ulimits: {n: 4}");
}

#[test]
fn reset_takes_away() {
    check(&["image: a, ports: [80]", "ports: !reset []"], "image: a");
    check(&["image: a, ports: !reset [80]"], "image: a");
    check(&["depends_on: [b, c]", "depends_on: {b: !reset ~}"], "depends_on: {c: {condition: service_started}}");
}

#[test]
fn reset_does_not_reach_into_lists() {
    check(&["ports: [80, 81]", "ports: [!reset 80, 82]"], "ports: [80, 81, 82]");
    check(&["environment: [A=1, B=2]", "environment: {A: !reset ~}"], "environment: {A: 1, B: 2}");
    check(&["environment: {A: 1, B: 2}", "environment: {A: !reset ~}"], "environment: {B: 2}");
}

#[test]
fn override_replaces() {
    check(&["ports: [80]", "ports: !override [90]", "ports: [91]"], "ports: [90, 91]");
}

#[test]
fn what_does_not_join_is_a_mistake() {
    check_error(&["cap_add: [a]", "cap_add: {a: b}"], "a mapping cannot be merged with a list of an earlier file");
    check_error(
        &["healthcheck: {test: a}", "healthcheck: x"],
        "a single value cannot be merged with a mapping of an earlier file",
    );
    check_error(&["gpus: [{count: 1}]", "gpus: all"], "a single value cannot be merged with a list of an earlier file");
    check_error(
        &["environment: [A=1]", "environment: x"],
        "expected a mapping or a list of `KEY=VALUE`, found a string",
    );
}

#[test]
fn a_tree_that_stays_is_shared() {
    let (mut sources, mut diags) = (Sources::default(), Diagnostics::default());
    let root = tree(&mut sources, "services: {web: {cap_add: [A, B], ports: [80, 80]}}", &mut diags);
    assert!(Rc::ptr_eq(&settle(&root), &root));
}
