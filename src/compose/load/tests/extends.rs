//! Services that start from others.

use super::Case;

/// What the service `a` becomes: its image, its build's directory, and its capabilities.
#[track_caller]
fn check(case: &Case, expected: &str) {
    let project = case.project();
    let service = project.services.get("a").expect("the service is active");
    let image = service.image.image.as_ref().map(|image| image.value.clone());
    let build = service.image.build.as_ref().map(|build| format!("build {}", build.value.context));
    let capabilities = service.kernel.cap_add.iter().map(|capability| capability.value.clone());
    let all: Vec<String> = image.into_iter().chain(build).chain(capabilities).collect();
    assert_eq!(all.join(", "), expected);
}

#[test]
fn a_service_starts_from_another() {
    check(&Case::new("services: {a: {extends: b, cap_add: [X]}, b: {image: b, cap_add: [Y]}}"), "b, Y, X");
    check(&Case::new("services: {a: {extends: {service: b}, image: a}, b: {image: b}}"), "a");
    check(&Case::new("services: {a: {extends: {service: b, file: ~, foo: 1}}, b: {image: b}}"), "b");
}

#[test]
fn chains_lead_through_files() {
    let case = Case::new("services: {a: {extends: b, cap_add: [A]}, b: {extends: {file: x/b.yml, service: b}}}");
    let case =
        case.file("x/b.yml", "services: {b: {extends: c, cap_add: [B]}, c: {extends: {file: y/c.yml, service: d}}}");
    check(&case.file("x/y/c.yml", "services: {d: {build: ., cap_add: [C]}}"), "build x/y, C, B, A");
}

#[test]
fn the_other_file_sees_the_variables() {
    let case = Case::new("services: {a: {extends: {file: '${F}.yml', service: b}}}").file(".env", "F=x\nI=i\n");
    check(&case.file("x.yml", "services: {b: {image: '$I'}}"), "i");
}

#[test]
fn nothing_else_of_the_other_file_matters() {
    let case = Case::new("services: {a: {extends: {file: b.yml, service: b}}}");
    let file = "include: [nope.yml]\nfoo: 1\nname: 5\nservices: {b: {image: b}, c: {foo: 1, image: 7}}\n---\nservices: {b: {cap_add: [X]}}\n";
    let case = case.file("b.yml", file);
    check(&case, "b, X");
    case.check_name("shop");
}

#[test]
fn the_ports_of_the_other_file_are_checked() {
    let case = Case::new("services: {a: {extends: {file: b.yml, service: b}, ports: !override [81]}}");
    case.file("b.yml", "services: {b: {image: b, ports: [x]}, c: {ports: [{target: 80}, 80-79]}}").check(
        "\
error[invalid-value]: invalid value `x`: `x` is not a port: ports go from 0 to 65535
 --> b.yml:1:34
  |
1 | services: {b: {image: b, ports: [x]}, c: {ports: [{target: 80}, 80-79]}}
  |                                  ^
  |
  = note: at services.b.ports[0]
error[invalid-value]: invalid value `80-79`: the range ends at 79, before it starts at 80
 --> b.yml:1:65
  |
1 | services: {b: {image: b, ports: [x]}, c: {ports: [{target: 80}, 80-79]}}
  |                                                                 ^^^^^
  |
  = note: at services.c.ports[1]
",
    );
}

#[test]
fn a_tag_takes_away_what_is_extended() {
    check(&Case::new("services: {a: {extends: b, cap_add: !reset []}, b: {image: b, cap_add: [Y]}}"), "b");
    check(&Case::new("services: {a: {extends: b, cap_add: !override [X]}, b: {image: b, cap_add: [Y]}}"), "b, X");
    check(&Case::new("services: {a: {image: a, extends: !reset b}}"), "a");
}

#[test]
fn a_tag_is_not_passed_on() {
    let over = "services: {a: {extends: b}, b: {extends: c, cap_add: !override [B]}, c: {image: c, cap_add: [C]}}";
    let case = Case::new("services: {a: {image: a, cap_add: [A]}}").file("o.yml", over);
    check(&case.name("compose.yml").name("o.yml"), "c, A, B");
}

#[test]
fn what_is_extended_changes_earlier_files() {
    let case = Case::new("services: {a: {image: a, cap_add: [A]}}");
    let case = case.file("o.yml", "services: {a: {extends: b, cap_add: [C]}, b: {image: b, cap_add: [B]}}");
    check(&case.name("compose.yml").name("o.yml"), "b, A, B, C");
}

#[test]
fn an_empty_service_brings_nothing() {
    let case = Case::new("services: {a: {image: a, extends: {file: b.yml, service: b}}}");
    let case = case.file("b.yml", "services: {b: }");
    check(&case, "a");
    let extends = case.project().services["a"].ignored.extends.clone().expect("it is still named");
    assert_eq!((extends.service.as_str(), extends.file.as_deref()), ("b", Some("b.yml")));
}

#[test]
fn an_unknown_service_is_named_with_what_is_near() {
    Case::new("services:\n  a:\n    extends: bace\n  base:\n    image: x\n").check(
        "
error[undefined-name]: service `bace`, which `a` extends, is not defined in this file
 --> compose.yml:3:14
  |
3 |     extends: bace
  |              ^^^^
  |
  = note: at services.a.extends
  = help: did you mean `base`?
",
    );
    let case = Case::new("services: {a: {image: a}}").file("o.yml", "services:\n  b:\n    extends: a\n");
    case.name("compose.yml").name("o.yml").check(
        "
error[undefined-name]: service `a`, which `b` extends, is not defined in this file
 --> o.yml:3:14
  |
3 |     extends: a
  |              ^
  |
  = note: at services.b.extends
  = help: a service of another file is extended with `file:` beside `service:`
",
    );
}

#[test]
fn a_missing_file_is_named_as_the_user_would() {
    let case = Case::new("services: {a: {extends: {file: x/b.yml, service: b}}}");
    case.file("x/b.yml", "services:\n  b:\n    extends:\n      file: y/c.yml\n      service: c\n").check(
        "
error[unreadable-file]: cannot read `x/y/c.yml`: there is no such file
 --> x/b.yml:4:13
  |
4 |       file: y/c.yml
  |             ^^^^^^^
  |
  = note: at services.b.extends.file
",
    );
}

#[test]
fn a_cycle_is_drawn_through_files() {
    let case = Case::new("services:\n  a:\n    extends:\n      file: b.yml\n      service: b\n");
    case.file("b.yml", "services:\n  b:\n    extends:\n      file: compose.yml\n      service: a\n").check(
        "
error[cycle]: a service cannot extend itself: b -> a -> b
 --> compose.yml:4:7
  |
4 |       file: b.yml
  |       ^^^^^^^^^^^
  |
 ::: b.yml:4:7
  |
4 |       file: compose.yml
  |       ----------------- `b` extends `a`
  |
  = note: at services.a.extends
",
    );
}

#[test]
fn wrong_forms_are_mistakes() {
    let drawn = |extends: &str| {
        let case = Case::new(&format!("services: {{a: {{image: a, extends: {extends}}}, b: {{image: b}}}}"));
        case.file("v.yml", "volumes: {}").drawn().lines().next().unwrap_or_default().to_owned()
    };
    let found = ["1", "", "[b]", "{servce: b}", "{service: 1}", "{file: 1, service: b}", "{file: v.yml, service: b}"];
    assert_eq!(
        found.map(drawn),
        [
            "error[wrong-type]: expected a string, found a number",
            "error[wrong-type]: expected the name of a service, or a mapping with `service`, found nothing",
            "error[wrong-type]: expected the name of a service, or a mapping with `service`, found a list",
            "error[missing-key]: `service` is missing: `extends` names a service to start from",
            "error[wrong-type]: expected a string, found a number",
            "error[wrong-type]: expected a string, found a number",
            "error[missing-key]: there are no `services` in `v.yml`",
        ]
    );
}

#[test]
fn a_file_is_read_once_for_many_services() {
    let service = |index: u32| format!("  s{index}: {{extends: {{file: b.yml, service: b{index}}}}}\n");
    let services: String = (0..3000).map(service).collect();
    let base = |index: u32| format!("  b{index}: {{extends: b{}, image: x}}\n", index + 1);
    let bases: String = (0..3000).map(base).collect();
    let case = Case::new(&format!("services:\n{services}  a: {{image: a}}\n"));
    let case = case.file("b.yml", &format!("services:\n{bases}  b3000: {{cap_add: [X]}}\n"));
    assert_eq!(case.project().services.len(), 3001);
    assert_eq!(case.load().documents.roots.len(), 2);
}
