//! What is printed of a model whose variables are still in it, as the real Docker Compose was seen to print it.

use super::{ConfigOptions, Format, PathResolution, Tree, document, services};
use crate::compose::name::ProjectName;
use crate::testing::node;

/// What a file says.
fn tree(text: &str) -> Tree {
    Tree {
        name: ProjectName::normalise("shop").expect("the word is a name"),
        written_name: None,
        directory: "/srv/shop".into(),
        home: Some("/home/ann".into()),
        root: node(text),
    }
}

/// Checks what is printed of the keys of a service, without the spaces between words.
#[track_caller]
fn check(keys: &str, options: ConfigOptions, expected: &str) {
    let tree = tree(&format!("services: {{a: {{network_mode: none, {keys}}}}}"));
    let printed = document(&tree, options).split_whitespace().collect::<Vec<_>>().join(" ");
    let printed = printed.replace(r#""network_mode": "none", "#, "").replace(r#", "network_mode": "none""#, "");
    let printed = printed.replacen(r#"{ "name": "shop", "services": { "a": { "#, "", 1);
    assert_eq!(printed.strip_suffix(" } } }").unwrap_or(&printed), expected);
}

/// Checks what JSON says of the keys of a service.
#[track_caller]
fn check_json(keys: &str, expected: &str) {
    check(keys, ConfigOptions { format: Format::Json, ..ConfigOptions::default() }, expected);
}

#[test]
fn short_forms_are_written_out_around_variables() {
    check_json(
        "volumes: ['${D:-./d}:/e:ro', '~/x:/y']",
        r#""volumes": [ { "read_only": true, "source": "${D:-./d}", "target": "/e", "type": "volume", "volume": {} }, { "bind": { "create_host_path": true }, "source": "/home/ann/x", "target": "/y", "type": "bind" } ]"#,
    );
    check_json("ports: ['80:${P}'], image: '$$x'", r#""image": "$$x", "ports": [ "80:${P}" ]"#);
}

#[test]
fn the_name_of_the_project_is_known_without_variables() {
    check_json("environment: [COMPOSE_PROJECT_NAME, A]", r#""environment": [ "COMPOSE_PROJECT_NAME=shop", "A" ]"#);
    check_json(
        "environment: {COMPOSE_PROJECT_NAME: , A: }",
        r#""environment": { "A": null, "COMPOSE_PROJECT_NAME": "shop" }"#,
    );
}

#[test]
fn a_container_that_lends_its_volumes_comes_first() {
    check_json(
        "volumes_from: [b, 'container:c'], links: ['d:e']",
        r#""depends_on": { "b": { "condition": "service_started", "required": true, "restart": false }, "d": { "condition": "service_started", "required": true, "restart": true } }, "links": [ "d:e" ], "volumes_from": [ "b", "container:c" ]"#,
    );
    check_json(
        "depends_on: [b], volumes_from: [b]",
        r#""depends_on": { "b": { "condition": "service_started", "required": true } }, "volumes_from": [ "b" ]"#,
    );
}

#[test]
fn the_last_of_equal_pairs_stands_in_the_place_of_the_first() {
    check_json("environment: [A=1, B, A=2]", r#""environment": [ "A=2", "B" ]"#);
    check_json("labels: {b: 1, a: }", r#""labels": { "a": null, "b": 1 }"#);
}

#[test]
fn the_last_of_ports_with_one_address_stands_in_the_place_of_the_first() {
    check_json(
        "ports: [{target: 80, published: '8080', name: n}, '81', '8080:80']",
        r#""ports": [ { "mode": "ingress", "protocol": "tcp", "published": "8080", "target": 80 }, { "mode": "ingress", "protocol": "tcp", "target": 81 } ]"#,
    );
    check_json(
        "ports: [{target: 80, published: 8080}, {target: 80, host_ip: 0.0.0.0, published: 8080, name: n}, '8080:80']",
        r#""ports": [ { "host_ip": "0.0.0.0", "mode": "ingress", "name": "n", "protocol": "tcp", "published": 8080, "target": 80 }, { "mode": "ingress", "protocol": "tcp", "published": "8080", "target": 80 } ]"#,
    );
}

#[test]
fn most_empty_lists_are_nothing() {
    check_json(
        "expose: [], labels: [], command: [], x-a: []",
        r#""command": null, "expose": [], "labels": [], "x-a": null"#,
    );
}

#[test]
fn single_values_become_what_they_stand_for() {
    check_json(
        "develop: {watch: [{path: ., action: sync, ignore: a}]}",
        r#""develop": { "watch": [ { "action": "sync", "ignore": [ "a" ], "path": "/srv/shop" } ] }"#,
    );
    check_json(
        "build: {context: ~/x, sbom: true}",
        r#""build": { "context": "/home/ann/x", "dockerfile": "Dockerfile", "sbom": "true" }"#,
    );
}

#[test]
fn paths_may_stay_as_written() {
    let options = ConfigOptions { format: Format::Json, paths: PathResolution::Disabled, ..ConfigOptions::default() };
    check("build: ~/x/", options, r#""build": { "context": "~/x/", "dockerfile": "Dockerfile" }"#);
}

#[test]
fn services_are_listed_by_name() {
    assert_eq!(services(&tree("services: {b: {profiles: [x]}, a: {}}")), ["a", "b"]);
}
