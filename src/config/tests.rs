//! What is printed of a service's facets, as the real Docker Compose was seen to print it.

use super::{ConfigOptions, Format, PathResolution, document};
use crate::options::Normalization;
use crate::testing::{findings, load};

/// What stands below the names of services with their keys, without the spaces.
#[track_caller]
fn printed(keys: &str, options: ConfigOptions) -> String {
    let text = format!(
        "services: {{a: {{image: x, network_mode: none, {keys}}}, w: {{image: x, scale: 0}}}}\n\
         volumes: {{data: }}\nsecrets: {{s: {{file: x}}}}\nconfigs: {{c: {{file: x}}}}\nmodels: {{m: {{model: y}}}}"
    );
    let (project, diags) = load(&text);
    let project = project.unwrap_or_else(|| panic!("{}", findings(&text, &diags)));
    let printed: String = document(&project, options).split_whitespace().collect::<Vec<_>>().join(" ");
    let start = printed.find("a\": {").or_else(|| printed.find(" a: ")).expect("the service is printed");
    let end = printed.find(", \"w\": {").or_else(|| printed.find(" w: ")).expect("another service is printed");
    printed.get(start..end).unwrap_or_default().to_owned()
}

/// Checks what JSON says of a service, but for what is always there.
#[track_caller]
fn check(keys: &str, expected: &str) {
    let mut printed = printed(keys, ConfigOptions { format: Format::Json, ..ConfigOptions::default() });
    for other in [r#""command": null"#, r#""entrypoint": null"#, r#""image": "x""#, r#""network_mode": "none""#] {
        printed = printed.replace(&format!(", {other}"), "").replace(&format!("{other}, "), "");
    }
    let printed = printed.replace(r#""network_mode": "none""#, "");
    assert_eq!(printed, format!("a\": {{ {expected} }}"));
}

/// Checks what YAML says of a service, but for what is always there.
#[track_caller]
fn check_yaml(keys: &str, options: ConfigOptions, expected: &str) {
    let printed = printed(keys, ConfigOptions { format: Format::Yaml, ..options });
    assert_eq!(printed.replace(" image: x", "").replace(" network_mode: none", ""), format!(" a: {expected}"));
}

#[test]
fn mounts_have_the_parts_that_were_written() {
    check(
        "volumes: ['data:/x/:ro,Z']",
        r#""volumes": [ { "type": "volume", "source": "data", "target": "/x", "read_only": true, "bind": { "selinux": "Z" }, "volume": {} } ]"#,
    );
    check(
        "volumes: [./d:/e, {type: bind, source: '', target: /b/, bind: {create_host_path: false}, image: {}}]",
        r#""volumes": [ { "type": "bind", "source": "/srv/shop/d", "target": "/e", "bind": { "create_host_path": true } }, { "type": "bind", "source": "/srv/shop", "target": "/b", "bind": {}, "image": {} } ]"#,
    );
    check(
        "volumes: [/anon, /a, {type: tmpfs, source: q, target: /t, tmpfs: {size: 1k, mode: 0755}}]",
        r#""volumes": [ { "type": "volume", "target": "/anon", "volume": {} }, { "type": "volume", "target": "/a" }, { "type": "tmpfs", "source": "q", "target": "/t", "tmpfs": { "size": "1024", "mode": 493 } } ]"#,
    );
}

#[test]
fn paths_and_targets_may_stay_as_written() {
    let options = ConfigOptions {
        normalization: Normalization::Disabled,
        paths: PathResolution::Disabled,
        ..ConfigOptions::default()
    };
    let keys = "volumes: [{type: bind, source: ./x/, target: /b/, x-v: 1}, {type: bind, source: '', target: /c}]";
    check_yaml(keys, options, "volumes: - type: bind source: ./x/ target: /b/ x-v: 1 - type: bind target: /c");
}

#[test]
fn secrets_have_a_target_and_configs_have_none() {
    check(
        "secrets: [s, {source: s, target: '', mode: 288}], configs: [c]",
        r#""configs": [ { "source": "c" } ], "secrets": [ { "source": "s", "target": "/run/secrets/s" }, { "source": "s", "mode": "0440" } ]"#,
    );
}

#[test]
fn json_leaves_out_zeros_of_limits() {
    let keys = "ulimits: {a: 5, b: 0, c: {soft: 0, hard: 1}}, init: false, privileged: false";
    check(keys, r#""init": false, "ulimits": { "a": 5, "b": {}, "c": { "hard": 1 } }"#);
    check_yaml(keys, ConfigOptions::default(), "init: false ulimits: a: 5 b: soft: 0 hard: 0 c: soft: 0 hard: 1");
}

#[test]
fn numbers_of_cpus_have_32_bits() {
    check(
        "cpus: 0.1, mem_limit: 1k, mem_swappiness: 60",
        r#""cpus": 0.1, "mem_limit": "1024", "mem_swappiness": "60""#,
    );
    check("cpus: 16777217", r#""cpus": 16777216"#);
    check("cpus: '1e-10'", r#""cpus": 1e-10"#);
    check_yaml("cpus: 1000000", ConfigOptions::default(), "cpus: 1e+06");
}

#[test]
fn devices_of_block_storage_have_the_keys_of_go() {
    let keys = "blkio_config: {weight_device: [{path: a, weight: 1}], device_read_bps: [{rate: 1k}]}";
    check(
        keys,
        r#""blkio_config": { "weight_device": [ { "Path": "a", "Weight": 1 } ], "device_read_bps": [ { "Path": "", "Rate": "1024" } ] }"#,
    );
    check_yaml(
        keys,
        ConfigOptions::default(),
        "blkio_config: weight_device: - path: a weight: 1 device_read_bps: - path: \"\" rate: \"1024\"",
    );
}

#[test]
fn all_devices_are_minus_one() {
    check("gpus: all", r#""gpus": [ { "count": -1 } ]"#);
    check("gpus: [{}, {count: ALL}]", r#""gpus": [ { "count": -1 }, { "count": -1 } ]"#);
    check("gpus: [{count: 0}, {device_ids: []}]", r#""gpus": [ {}, {} ]"#);
}

#[test]
fn deploy_has_two_parts_in_json_that_may_be_empty() {
    check("deploy: {}", r#""deploy": { "resources": {}, "placement": {} }"#);
    check("deploy: ", "");
    check(
        "scale: 2, deploy: {mode: '', resources: {limits: {}}}",
        r#""deploy": { "replicas": 2, "resources": { "limits": {} }, "placement": {} }, "scale": 2"#,
    );
    check_yaml("deploy: {x-d: 1}", ConfigOptions::default(), "deploy: x-d: 1");
    check_yaml("deploy: {resources: {}}", ConfigOptions::default(), "deploy: {}");
}

#[test]
fn rules_of_placement_stay_as_written() {
    check(
        "deploy: {placement: {constraints: [node.role==manager], preferences: [{spread: ' Node.ID '}]}}",
        r#""deploy": { "resources": {}, "placement": { "constraints": [ "node.role==manager" ], "preferences": [ { "spread": " Node.ID " } ] } }"#,
    );
}

#[test]
fn zeros_of_updates_vanish_but_for_the_parallelism() {
    check(
        "deploy: {update_config: {parallelism: 0, delay: 0s, max_failure_ratio: 0.1}, restart_policy: {delay: 0s}}",
        r#""deploy": { "update_config": { "parallelism": 0, "max_failure_ratio": 0.1 }, "resources": {}, "restart_policy": { "delay": "0s" }, "placement": {} }"#,
    );
}

#[test]
fn what_is_watched_has_a_command_in_json() {
    let keys = "develop: {watch: [{path: a/../b, action: rebuild, ignore: c}]}";
    check(
        keys,
        r#""develop": { "watch": [ { "path": "/srv/shop/b", "action": "rebuild", "exec": { "command": null }, "ignore": [ "c" ] } ] }"#,
    );
    check_yaml(keys, ConfigOptions::default(), "develop: watch: - path: /srv/shop/b action: rebuild ignore: - c");
}

#[test]
fn a_model_without_more_is_null() {
    check("models: [m]", r#""models": { "m": null }"#);
    check("models: {m: {}}", r#""models": { "m": {} }"#);
}

#[test]
fn options_of_a_provider_are_lists() {
    check(
        "provider: {type: t, options: {b: [1.50, x], a: true, c: []}}",
        r#""provider": { "type": "t", "options": { "a": [ "true" ], "b": [ "1.5", "x" ] } }"#,
    );
}
