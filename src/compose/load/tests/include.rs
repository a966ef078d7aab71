//! Projects that are made of others.

use super::Case;

/// The images of the services, sorted, and the directories of builds.
#[track_caller]
fn check(case: &Case, expected: &str) {
    let project = case.project();
    let services = project.services.iter().map(|(name, service)| {
        let build = service.image.build.as_ref().map(|build| build.value.context.clone());
        let image = service.image.image.as_ref().map(|image| image.value.clone());
        format!("{name} {}", image.or(build).unwrap_or_default())
    });
    assert_eq!(services.collect::<Vec<_>>().join(", "), expected);
}

#[test]
fn services_of_other_files_are_there() {
    let case = Case::new("include: [d/b.yml, {path: c.yml}]\nservices: {a: {image: a, depends_on: [b, c]}}");
    let case = case.file("d/b.yml", "name: other\nservices: {b: {build: .}}");
    let case = case.file("c.yml", "services: {c: {image: c, networks: [n]}}\nnetworks: {n: }");
    check(&case, "b d, c c, a a");
    case.check_name("shop");
    assert_eq!(case.project().networks.len(), 1);
}

#[test]
fn what_is_for_the_main_file_is_left_out() {
    let case = Case::new("include: [b.yml]\nservices: {a: {image: a}}");
    case.file("b.yml", "x-ecs: {cluster: c}\nx-other: 1\nservices: {b: {image: b}}").check(
        "\
warning[lost]: `x-ecs` at the top of an included file is left out
 --> b.yml:1:1
  |
1 | x-ecs: {cluster: c}
  | ^^^^^
  |
  = note: at x-ecs
  = help: write it in the main file
",
    );
}

#[test]
fn a_config_with_the_value_of_a_variable_is_not_included() {
    let case = Case::new("include: [d/b.yml]\nservices: {a: {image: a}}");
    let case = case.file("d/b.yml", "configs: {c: {environment: NAME}}\nsecrets: {s: {environment: NAME}}");
    check(&case, "a a");
    case.file("d/.env", "NAME=").check(
        "\
error[conflict]: config `c` cannot be included: Docker Compose finds two contents for it
 --> d/b.yml:1:28
  |
1 | configs: {c: {environment: NAME}}
  |                            ^^^^
  |
  = note: at configs.c.environment
  = help: define it in the main file, or give its `content` or `file`
",
    );
}

#[test]
fn a_project_may_have_several_files() {
    let case = Case::new("include: [{path: [b.yml, c.yml]}]");
    let case = case.file("b.yml", "services: {b: {image: b}}").file("c.yml", "services: {b: {image: c}}");
    check(&case, "b c");
}

#[test]
fn its_own_directory_is_that_of_its_first_file() {
    let case = Case::new("include: [{path: [d/b.yml, e/c.yml]}]");
    let case = case.file("d/b.yml", "services: {b: {build: .}}").file("e/c.yml", "services: {c: {build: x}}");
    check(&case, "b d, c d/x");
}

#[test]
fn its_directory_may_be_another() {
    let case = |directory: &str| {
        let case = Case::new(&format!("include: [{{path: d/b.yml, project_directory: {directory}}}]"));
        case.file("d/b.yml", "services: {b: {build: x, extends: {file: b.yml, service: c}}}")
            .file("b.yml", "services: {c: {cap_add: [X]}}")
            .file("e/b.yml", "services: {c: {cap_add: [X]}}")
    };
    check(&case("."), "b x");
    check(&case("e"), "b e/x");
    check(&case("/srv/shop/e"), "b /srv/shop/e/x");
    let case = Case::new("include: [{path: d/b.yml, project_directory: e/nope}]");
    check(&case.file("d/b.yml", "services: {b: {build: x}}"), "b e/x");
}

#[test]
fn projects_are_nested() {
    let case = Case::new("include: [b/b.yml]");
    let case = case.file("b/b.yml", "include: [c/c.yml, ../d.yml]\nservices: {b: {build: .}}");
    let case = case.file("b/c/c.yml", "services: {c: {build: .}}").file("d.yml", "services: {d: {build: .}}");
    check(&case, "c b/c, d ., b b");
}

#[test]
fn it_sees_its_own_variables_behind_those_around_it() {
    let service = "services: {b: {image: '${X}-${Y}-${Z}'}}";
    let case = Case::new("include: [d/b.yml]").file("d/b.yml", service);
    let case = case.file(".env", "X=outer\n").file("d/.env", "X=inner\nY=${X}y\n").variable("Z", "z");
    check(&case, "b outer-outery-z");
    let case = Case::new("include: [{path: d/b.yml, env_file: [e.env, /dev/null, f.env]}]").file("d/b.yml", service);
    let case = case.file("e.env", "X=e\nY=e\n").file("f.env", "Y=${X}f\n").file("d/.env", "Z=no\n");
    check(&case.variable("Z", "z"), "b e-ef-z");
}

#[test]
fn its_variables_reach_lists_of_services() {
    let case = Case::new("include: [d/b.yml]\nservices: {b: {image: b, environment: [X]}}");
    let case = case.file("d/b.yml", "services: {a: {image: a, environment: [X, Y, Z, N]}}");
    let case = case.file("d/.env", "X=inner\nY=\n").variable("Z", "z");
    case.check_environment(&[("X", Some("inner")), ("Y", Some("")), ("Z", Some("z")), ("N", None)]);
    let project = case.project();
    let around = project.services.get("b").expect("the service is active").process.environment.get("X");
    assert_eq!(around.map(|value| &value.value), Some(&None));
}

#[test]
fn its_variables_reach_mappings_when_they_are_merged() {
    let case = Case::new("include: [{path: [d/b.yml, d/c.yml]}]").file("d/.env", "X=inner\n");
    let case = case.file("d/b.yml", "services: {a: {image: a, environment: {X: , Y: }}}").variable("Y", "y");
    let with = |over: &str| Case { world: case.world.clone(), ..Case::default() }.file("d/c.yml", over);
    with("services: {a: {tty: true}}").check_environment(&[("X", None), ("Y", Some("y"))]);
    let over = with("services: {a: {environment: [Z]}}");
    over.check_environment(&[("X", Some("inner")), ("Y", Some("y")), ("Z", None)]);
}

#[test]
fn a_later_file_changes_what_is_included() {
    let case = Case::new("include: [b.yml]").file("b.yml", "services: {b: {image: b}}");
    let case = case.file("compose.override.yml", "include: [c.yml]\nservices: {b: {image: over}}");
    check(&case.file("c.yml", "services: {c: {image: c}}"), "b over, c c");
}

#[test]
fn the_same_may_be_defined_twice() {
    let case = Case::new("include: [b.yml, c.yml, d.yml]\nservices: {b: {image: b}}");
    let case = case.file("b.yml", "include: [d.yml]\nservices: {b: {image: b}}");
    let case = case.file("c.yml", "services: {b: {image: b}}").file("d.yml", "services: {d: {build: .}}");
    check(&case, "d ., b b");
}

#[test]
fn what_differs_is_in_conflict() {
    let case = Case::new("include:\n- b.yml\nservices:\n  b:\n    image: x\n");
    case.file("b.yml", "services:\n  b:\n    image: y\n").check(
        "
error[conflict]: service `b` is defined in an included file too, and not in the same way
 --> compose.yml:4:3
  |
4 |   b:
  |   ^
  |
 ::: b.yml:2:3
  |
2 |   b:
  |   - the other definition
  |
  = note: at services.b
  = help: to change what is included, write it in a file that is merged: a second `-f`, or a second `path`
",
    );
    let case = Case::new("include:\n- b.yml\n- c.yml\n").file("b.yml", "volumes:\n  v: {}\n");
    case.file("c.yml", "volumes:\n  v: {driver: x}\n").check(
        "
error[conflict]: volume `v` is defined in an included file too, and not in the same way
 --> c.yml:2:3
  |
2 |   v: {driver: x}
  |   ^
  |
 ::: compose.yml:3:3
  |
3 | - c.yml
  |   ----- this file is included here
  |
 ::: b.yml:2:3
  |
2 |   v: {}
  |   - the other definition
  |
  = note: at volumes.v
  = help: to change what is included, write it in a file that is merged: a second `-f`, or a second `path`
",
    );
}

/// Checks whether Compose takes a definition in a document for another than the same in an included file.
#[track_caller]
fn check_twice(definition: &str, expected: &str) {
    let case = Case::new(&format!("include: [b.yml]\n{definition}")).file("b.yml", definition);
    let drawn = case.drawn();
    assert_eq!(drawn.lines().next().unwrap_or_default().split(": ").nth(1).unwrap_or_default(), expected, "{drawn}");
}

#[test]
fn short_forms_are_in_conflict_with_themselves() {
    let service = |keys: &str| format!("services: {{a: {{image: a, {keys}}}, b: {{image: b}}}}\nvolumes: {{n: }}");
    let found = "service `a` is defined in an included file too, and in a short form";
    for keys in ["ports: ['80']", "depends_on: [b]", "volumes: ['n:/n']", "build: .", "env_file: []", "command: []"] {
        check_twice(&service(keys), if keys.starts_with("env_file") { "" } else { found });
    }
    for keys in ["build: {context: .}", "dns: [1.1.1.1]", "environment: [A=1]", "networks: {default: }", "command: a b"]
    {
        check_twice(&service(keys), "");
    }
    check_twice("services: {a: {image: a}}\nsecrets: {s: {file: x}}", "");
    check_twice(
        "services: {a: {image: a}}\nsecrets: {s: {file: ./x}}",
        "secret `s` is defined in an included file too, and not in the same way",
    );
}

#[test]
fn a_cycle_is_drawn_file_by_file() {
    let case = Case::new("include: [b/b.yml]\n").file("b/b.yml", "include:\n- ../c.yml\n");
    case.file("c.yml", "include:\n- path: [d.yml, b/b.yml]\n").file("d.yml", "services: {}").check(
        "
error[cycle]: a file cannot include itself: b/b.yml -> c.yml -> b/b.yml
 --> c.yml:2:17
  |
2 | - path: [d.yml, b/b.yml]
  |                 ^^^^^^^
  |
 ::: b/b.yml:2:3
  |
2 | - ../c.yml
  |   -------- `c.yml` is included here
  |
  = note: at include[0].path[1]
",
    );
    Case::new("include: [compose.yml]\n").check(
        "
error[cycle]: a file cannot include itself: compose.yml -> compose.yml
 --> compose.yml:1:11
  |
1 | include: [compose.yml]
  |           ^^^^^^^^^^^
  |
  = note: at include[0]
",
    );
}

#[test]
fn files_that_cannot_be_read_are_underlined() {
    let case = Case::new("include:\n- nope.yml\n- d\n- oci://example.com/x\n- https://example.com/x.git\n");
    case.file("d/b.yml", "").check(
        "
error[unreadable-file]: cannot read `nope.yml`: there is no such file
 --> compose.yml:2:3
  |
2 | - nope.yml
  |   ^^^^^^^^
  |
  = note: at include[0]
error[unreadable-file]: cannot read `d`: it is a directory
 --> compose.yml:3:3
  |
3 | - d
  |   ^
  |
  = note: at include[1]
  = help: name the file in it
error[unreadable-file]: `oci://example.com/x` is not on this machine: files are read here only
 --> compose.yml:4:3
  |
4 | - oci://example.com/x
  |   ^^^^^^^^^^^^^^^^^^^
  |
  = note: at include[2]
  = help: write it to a file with `docker compose -f oci://example.com/x config`, and name that
error[unreadable-file]: `https://example.com/x.git` is not on this machine: files are read here only
 --> compose.yml:5:3
  |
5 | - https://example.com/x.git
  |   ^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = note: at include[3]
  = help: fetch it with `git clone`, and name the file in the copy
",
    );
    let case = Case::new("include: [{path: b.yml, env_file: nope.env}]").file("b.yml", "services: {}");
    case.check(
        "
error[unreadable-file]: cannot read `nope.env`: there is no such file
 --> compose.yml:1:35
  |
1 | include: [{path: b.yml, env_file: nope.env}]
  |                                   ^^^^^^^^
  |
  = note: at include[0].env_file
",
    );
}

#[test]
fn all_files_that_are_missing_are_named() {
    let drawn = Case::new("include: [{path: nope.yml, env_file: nope.env}]").drawn();
    assert!(drawn.contains("cannot read `nope.yml`") && drawn.contains("cannot read `nope.env`"), "{drawn}");
}

#[test]
fn a_mistake_in_an_included_file_is_found_there() {
    let case = Case::new("include: [d/b.yml]").file("compose.override.yml", "services: {b: {prots: !reset []}}");
    case.file("d/b.yml", "services:\n  b:\n    image: b\n    prots: [80]\n").check(
        "
error[unknown-key]: unknown key `prots`: a service has no such key
 --> d/b.yml:4:5
  |
4 |     prots: [80]
  |     ^^^^^
  |
  = note: at services.b.prots
  = help: did you mean `ports`?
",
    );
}

#[test]
fn wrong_forms_are_mistakes() {
    let drawn = |include: &str| {
        let case = Case::new(&format!("include: {include}\nservices: {{a: {{image: a}}}}"));
        case.file("b.yml", "[]").drawn().lines().next().unwrap_or_default().to_owned()
    };
    let found = ["b.yml", "{path: b.yml}", "[1]", "[{path: 1}]", "[[b.yml]]", "[b.yml]", "[{}]", "", "[]"];
    assert_eq!(
        found.map(drawn),
        [
            "error[wrong-type]: expected a list of files, found a string",
            "error[wrong-type]: expected a list of files, found a mapping",
            "error[wrong-type]: expected a string, found a number",
            "error[wrong-type]: expected a string, found a number",
            "error[wrong-type]: expected a path, or a mapping with `path`, found a list",
            "error[wrong-type]: expected a mapping with the keys of a Compose file, found a list",
            "warning[missing-key]: nothing is included, as `path` names no file",
            "",
            "",
        ]
    );
}

#[test]
fn nesting_has_a_limit() {
    let mut case = Case::new("include: [f0.yml]\nservices: {a: {image: a}}");
    for index in 0..101 {
        case = case.file(&format!("f{index}.yml"), &format!("include: [f{}.yml]", index + 1));
    }
    assert!(case.drawn().contains("included files are nested deeper than 100 levels"), "{}", case.drawn());
}
