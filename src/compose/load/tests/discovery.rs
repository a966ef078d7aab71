//! Which files are read when none, or a few, are named.

use super::Case;

#[test]
fn the_first_default_name_is_read() {
    let case = Case::new("services: {a: {image: second}}");
    case.check_images(&["second"]);
    case.file("docker-compose.yml", "services: {a: {image: third}}").check_images(&["second"]);
}

#[test]
fn an_override_file_of_either_stem_is_added() {
    let case = Case::new("services: {a: {image: base}}");
    let case = case.file("docker-compose.override.yaml", "services: {b: {image: over}}");
    case.check_images(&["base", "over"]);
    case.name("compose.yml").check_images(&["base"]);
}

#[test]
fn parent_directories_are_searched() {
    let mut case = Case::new("services: {a: {image: '${COMPOSE_PROJECT_NAME}'}}");
    case.world.current_dir = "/srv/shop/web/src".into();
    case.check_images(&["shop"]);
    assert_eq!(case.project().directory, "/srv/shop");
}

#[test]
fn files_are_named_by_a_variable_too() {
    let case = Case::new("services: {a: {image: x}}").file("o/o.yml", "services: {b: {image: y}}");
    let case = case.file(".env", "COMPOSE_FILE=compose.yml,o/o.yml\nCOMPOSE_PATH_SEPARATOR=,\n");
    case.check_images(&["x", "y"]);
    case.variable("COMPOSE_FILE", "o/o.yml").check_images(&["y"]);
}

#[test]
fn standard_input_lies_in_the_current_directory() {
    let mut case = Case::new("").name("-");
    case.world.stdin = b"services: {a: {image: x}}".to_vec();
    case.check_name("shop");
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let case = Case::new("services: {}").file("d/x", "").name("nope.yml").name("d");
    case.check("error[unreadable-file]: cannot read `nope.yml`: there is no such file\nerror[unreadable-file]: cannot read `d`: it is a directory");
}

#[test]
fn without_a_file_it_says_which_names_it_knows() {
    let mut case = Case::default();
    case.world.current_dir = "/srv".into();
    case.check(
        "
error[unreadable-file]: there is no Compose file in `/srv` or above it
 |
 = help: name one with `-f`, or create one of `compose.yaml`, `compose.yml`, `docker-compose.yml`, `docker-compose.yaml`
",
    );
}

#[test]
fn an_empty_file_is_a_mistake_only_when_all_are() {
    Case::new("# nothing\n").check(
        "
error[missing-key]: the Compose file is empty
 |
 = help: write what runs under `services:`
",
    );
    Case::new("").file("b.yml", "services: {a: {image: x}}").name("compose.yml").name("b.yml").check_images(&["x"]);
}
