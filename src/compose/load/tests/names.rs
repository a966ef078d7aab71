//! Names of services and profiles, and what they lead to.

use super::Case;

#[test]
fn a_profile_without_a_name_is_active_unless_others_are_named() {
    let file = "services: {a: {image: a, profiles: ['']}, b: {image: b, profiles: [b]}, c: {image: c}}";
    Case::new(file).check_images(&["a", "c"]);
    Case::new(file).variable("COMPOSE_PROFILES", "b").check_images(&["b", "c"]);
    Case::new(file).variable("COMPOSE_PROFILES", "b, ").check_images(&["a", "b", "c"]);
    Case::new(file).options(|options| options.profiles = vec!["b".to_owned()]).check_images(&["b", "c"]);
}

#[test]
fn a_service_that_is_a_context_is_built() {
    let file = "services:\n  a:\n    build: {context: ., additional_contexts: {x: 'service:b'}}\n";
    Case::new(&format!("{file}  b: {{build: .}}\n")).project();
    Case::new(&format!("{file}  b: {{image: b}}\n")).check(
        "
error[missing-key]: service `b` has no `build`, so it cannot be a context of one
 --> compose.yml:3:50
  |
3 |     build: {context: ., additional_contexts: {x: 'service:b'}}
  |                                                  ^^^^^^^^^^^
4 |   b: {image: b}
  |   - it is defined here
  |
  = note: at services.a.build.additional_contexts.x
  = help: to use its image, write `docker-image://IMAGE`
",
    );
}
