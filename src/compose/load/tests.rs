//! Whole loads, through files that exist in memory only.

use super::*;
use crate::compose::paths;
use crate::diag::render::{Color, Renderer};
use crate::world::MemoryWorld;

mod discovery;
mod extends;
mod include;
mod names;

/// A load to be: `shop/compose.yml` and whatever else a test adds.
#[derive(Default)]
struct Case {
    world: MemoryWorld,
    files: Vec<Utf8PathBuf>,
    options: LoadOptions,
}

impl Case {
    fn new(compose: &str) -> Self {
        let world = MemoryWorld { current_dir: "/srv/shop".into(), ..MemoryWorld::default() };
        Self { world, ..Self::default() }.file("compose.yml", compose)
    }

    fn file(mut self, path: &str, text: &str) -> Self {
        let path = paths::clean(&Utf8Path::new("/srv/shop").join(path));
        self.world.files.insert(path, text.as_bytes().to_vec());
        self
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.world.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    fn name(mut self, path: &str) -> Self {
        self.files.push(path.into());
        self
    }

    fn options(mut self, change: impl FnOnce(&mut LoadOptions)) -> Self {
        change(&mut self.options);
        self
    }

    fn load(&self) -> Loaded {
        load(&self.world, &self.files, &self.options)
    }

    #[track_caller]
    fn project(&self) -> Project {
        self.load().reported.product.unwrap_or_else(|| panic!("{}", self.drawn()))
    }

    /// What was found, as users see it.
    fn drawn(&self) -> String {
        let Loaded { sources, documents: _, reported } = self.load();
        let renderer = Renderer::new(Color::Never);
        reported.diagnostics.iter().map(|finding| renderer.render(finding, &sources)).collect()
    }

    #[track_caller]
    fn check(&self, expected: &str) {
        assert_eq!(self.drawn().trim(), expected.trim());
    }

    /// The images of the active services.
    #[track_caller]
    fn check_images(&self, expected: &[&str]) {
        let project = self.project();
        let images = project.services.values().filter_map(|service| service.image.image.as_ref());
        assert_eq!(images.map(|image| image.value.as_str()).collect::<Vec<_>>(), expected);
    }

    #[track_caller]
    fn check_name(&self, expected: &str) {
        assert_eq!(self.project().name.as_str(), expected);
    }

    /// The variables of the service `a`.
    #[track_caller]
    fn check_environment(&self, expected: &[(&str, Option<&str>)]) {
        let project = self.project();
        let service = project.services.get("a").expect("the service is active");
        let variables = service.process.environment.iter();
        let variables: Vec<_> = variables.map(|(name, value)| (name.as_str(), value.value.as_deref())).collect();
        assert_eq!(variables, expected);
    }
}

#[test]
fn the_name_comes_from_flag_environment_file_or_directory() {
    let case = Case::new("services: {a: {image: x}}");
    case.check_name("shop");
    let case = Case::new("name: My.${X-App}\nservices: {a: {image: x}}");
    case.check_name("myapp");
    let case = case.variable("COMPOSE_PROJECT_NAME", "env");
    case.check_name("env");
    case.options(|options| options.project_name = Some("flag".to_owned())).check_name("flag");
}

#[test]
fn a_name_that_is_no_name_is_a_mistake() {
    Case::new("name: ${NOPE-}\nservices: {a: {image: x}}").check(
        "
error[invalid-value]: no name for the project can be made of ``
 --> compose.yml:1:7
  |
1 | name: ${NOPE-}
  |       ^^^^^^^^
  |
  = note: at name
  = help: name it with `name:` or `-p`, in letters, digits, `-` and `_`
",
    );
    let case = Case::new("services: {}").options(|options| options.project_name = Some("Shop".to_owned()));
    case.check(
        "error[invalid-value]: invalid name of the project: a project's name consists of `a` to `z`, digits, `-` and `_`, and starts with a letter or a digit
 |
 = help: it is what `-p` or `COMPOSE_PROJECT_NAME` says
",
    );
}

#[test]
fn the_process_wins_over_files_of_variables() {
    let case = Case::new("services: {a: {image: 'i-${X}-${Y}'}}").file(".env", "X=1\nY=2\n").variable("Y", "");
    case.check_images(&["i-1-"]);
    let case = case.file("one", "X=one\n").file("two", "X=${X}two\n");
    case.options(|options| options.env_files = vec!["one".into(), "two".into()]).check_images(&["i-onetwo-"]);
}

#[test]
fn two_directories_may_have_variables() {
    let mut case = Case::new("services: {a: {image: '${X}-${Y}-${Z}'}}").file(".env", "X=far\nY=far\n");
    case.world.current_dir = "/srv/shop/web".into();
    case.file("web/.env", "X=near\nZ=near\n").check_images(&["near-far-near"]);
}

#[test]
fn a_mistake_in_a_file_of_variables_tells_no_values() {
    Case::new("services: {}")
        .file(".env", "A=1\nB C=secret\n")
        .check("error[syntax]: cannot read `.env`: line 2: the name of a variable cannot hold a space");
}

#[test]
fn a_named_service_wakes_what_it_needs() {
    let services = "a: {image: a, profiles: [p], depends_on: [b]}, b: {image: b, profiles: [p]}, d: {image: d}";
    let idle = "c: {image: c, profiles: [p], env_file: nope, networks: [n]}";
    let case = Case::new(&format!("services: {{{services}, {idle}}}"));
    case.options(|options| options.services = vec!["a".to_owned()]).check_images(&["a", "b"]);
    let case = Case::new(&format!("services: {{{services}}}"));
    case.options(|options| options.services = vec!["d".to_owned()]).check_images(&["d"]);
}

#[test]
fn a_profile_may_have_no_name() {
    let file = "services: {a: {image: a}, b: {image: b, profiles: ['']}}";
    Case::new(file).check_images(&["a", "b"]);
    Case::new(file).options(|options| options.profiles = vec!["x".to_owned()]).check_images(&["a"]);
}

#[test]
fn profiles_choose_services() {
    let file = "services: {a: {image: a}, b: {image: b, profiles: [p]}, c: {image: c, profiles: [q, r]}}";
    Case::new(file).check_images(&["a"]);
    Case::new(file).variable("COMPOSE_PROFILES", "p, r").check_images(&["a", "b", "c"]);
    Case::new(file).variable("COMPOSE_PROFILES", "*").check_images(&["a", "b", "c"]);
    let case = Case::new(file).variable("COMPOSE_PROFILES", "p");
    case.options(|options| options.profiles = vec!["r".to_owned()]).check_images(&["a", "c"]);
}

#[test]
fn only_the_form_of_inactive_services_matters() {
    let file = "services: {a: {image: a}, b: {profiles: [p], networks: [n], env_file: nope, mem_limit: 6m, deploy: {resources: {limits: {memory: 7m}}}}}";
    Case::new(file).check_images(&["a"]);
    Case::new("services:\n  b:\n    profiles: [p]\n    prots: [80]\n").check(
        "
error[unknown-key]: unknown key `prots`: a service has no such key
 --> compose.yml:4:5
  |
4 |     prots: [80]
  |     ^^^^^
  |
  = note: at services.b.prots
  = help: did you mean `ports`?
",
    );
}

/// Checks the messages about a file.
#[track_caller]
fn check_messages(file: &str, expected: &[&str]) {
    let drawn = Case::new(file).drawn();
    let messages: Vec<&str> = drawn.lines().filter(|line| line.starts_with("error")).collect();
    assert_eq!(messages, expected);
}

#[test]
fn names_are_checked_where_compose_does_so() {
    let invalid = |what| format!("error[invalid-value]: invalid name `b c` of {what}");
    check_messages("{services: {a: {image: a}}, volumes: {b c: {}}}", &[&invalid("a volume")]);
    check_messages("{services: {a: {image: a}}, secrets: {b c: {file: s}}}", &[&invalid("a secret")]);
    check_messages("{services: {a: {image: a}}, configs: {b c: {file: s}}}", &[&invalid("a config")]);
    check_messages("{services: {a: {image: a, networks: [b c]}}, networks: {b c: {}}}", &[]);
    check_messages("{services: {a: {image: a, networks: {b c: }}}, networks: {b c: {}}}", &[&invalid("a network")]);
}

#[test]
fn what_services_share_may_have_a_name_that_starts_with_x() {
    check_messages("{services: {a: {image: a, secrets: [x-s]}}, secrets: {x-s: {file: s}}}", &[]);
    check_messages(
        "{services: {a: {image: a}}, networks: {x-n: 1}}",
        &["error[wrong-type]: expected a mapping, found a number"],
    );
}

#[test]
fn a_service_cannot_be_in_a_network_whose_name_starts_with_x() {
    let message = "error[invalid-value]: service `a` cannot be in the network `x-n`: below `networks` of a service, what \
        starts with `x-` is a key of the user's own";
    check_messages("{services: {a: {image: a, networks: [x-n]}}, networks: {x-n: {}}}", &[message]);
    check_messages("{services: {a: {image: a, networks: {x-n: }}}, networks: {x-n: {}}}", &[message]);
}

#[test]
fn a_host_name_can_be_that_of_another_service() {
    check_messages("{services: {a: {image: a, uts: 'service:b'}, b: {image: b}}}", &[]);
    check_messages(
        "{services: {a: {image: a, uts: 'service:b'}}}",
        &["error[undefined-name]: service `b`, which `a` needs by `uts`, is not defined"],
    );
}

#[test]
fn every_file_is_checked_as_it_is_merged() {
    let case = Case::new("services: {a: {image: a, prots: [80]}}");
    let case = case.file("over.yml", "services: {a: {prots: !reset []}}").name("compose.yml").name("over.yml");
    assert!(case.drawn().contains("unknown key `prots`"), "{}", case.drawn());
}

#[test]
fn an_earlier_file_is_written_out_before_it_changes() {
    let case = |base: &str, over: &str| {
        let case = Case::new(base).file("o.yml", over).name("compose.yml").name("o.yml").drawn();
        case.lines().next().unwrap_or_default().to_owned()
    };
    let service = |keys: &str| format!("services: {{a: {{image: x, {keys}}}}}");
    let network = |keys: &str| format!("services: {{a: {{image: x}}}}\nnetworks: {{n: {{{keys}}}}}");
    let name = "external: {name: b}";
    assert_eq!(case(&network(name), &network("external: true")), "");
    assert!(case(&network(name), &network("external: {name: c}")).starts_with("error[conflict]"));
    assert!(case(&service("gpus: all"), &service("gpus: all")).starts_with("error[conflict]"));
    let ssh = "build: {context: ., ssh: [default]}";
    assert!(case(&service(ssh), &service(ssh)).starts_with("error[conflict]"));
    assert_eq!(case(&service(ssh), &service("build: {ssh: {default: ~}}")), "");
    let case = Case::new(&service("gpus: all")).file("o.yml", &service("gpus: [{count: 2}]"));
    let project = case.name("compose.yml").name("o.yml").project();
    assert_eq!(project.services["a"].resources.gpus.len(), 2);
}

#[test]
fn services_are_a_mapping_in_every_file() {
    let case = Case::new("services: {a: {image: x}}").file("compose.override.yml", "services:\n");
    assert_eq!(case.drawn().lines().next(), Some("error[wrong-type]: expected a mapping, found nothing"));
}

#[test]
fn documents_of_one_file_merge() {
    Case::new("services: {a: {image: a}}\n---\nservices: {a: {image: b}}\n").check_images(&["b"]);
}

#[test]
fn variables_come_from_files_then_from_the_service() {
    let case = Case::new("services: {a: {image: x, env_file: [a.env, b.env], environment: {D: d, P: , A: , N: }}}");
    let case =
        case.file("a.env", "A=1\nB=$A\n").file("b.env", "C=$B$D\nB=${P}2\nQ\n").variable("P", "p").variable("Q", "q");
    case.check_environment(&[
        ("A", None),
        ("B", Some("p2")),
        ("C", Some("1d")),
        ("Q", Some("q")),
        ("D", Some("d")),
        ("P", Some("p")),
        ("N", None),
    ]);
}

#[test]
fn a_raw_file_is_taken_as_it_is() {
    let case = Case::new("services: {a: {image: x, env_file: [{path: a.env, format: raw}]}}");
    case.file("a.env", "A=\"1\" # $X\n").check_environment(&[("A", Some("\"1\" # $X"))]);
}

#[test]
fn a_missing_env_file_is_a_mistake_unless_it_may_be_missing() {
    Case::new("services:\n  a:\n    image: x\n    env_file: a.env\n").check(
        "
error[unreadable-file]: cannot read `a.env`: there is no such file
 --> compose.yml:4:15
  |
4 |     env_file: a.env
  |               ^^^^^
  |
  = note: at services.a.env_file
  = help: create it, or write `required: false` beside its `path`
",
    );
    Case::new("services: {a: {image: x, env_file: [{path: a.env, required: false}]}}").check_environment(&[]);
    let case = Case::new("services: {a: {image: x, env_file: [{path: d, required: false}]}}").file("d/x", "");
    assert!(case.drawn().contains("cannot read `d`: it is a directory"), "{}", case.drawn());
}

#[test]
fn unknown_names_are_reported_all_at_once() {
    Case::new(
        "
services:
  web:
    image: x
    depends_on: [databse]
    networks: [front]
    volumes: [data:/data]
  database:
    user: u
volumes:
  date: {}
",
    )
    .check(
        "
error[undefined-name]: service `databse`, which `web` needs by `depends_on`, is not defined
 --> compose.yml:5:18
  |
5 |     depends_on: [databse]
  |                  ^^^^^^^
  |
  = note: at services.web.depends_on[0]
  = help: did you mean `database`?
error[undefined-name]: network `front` is not defined
 --> compose.yml:6:16
  |
6 |     networks: [front]
  |                ^^^^^
  |
  = note: at services.web.networks[0]
  = help: define it under `networks` at the top of the file
error[undefined-name]: volume `data` is not defined
 --> compose.yml:7:15
  |
7 |     volumes: [data:/data]
  |               ^^^^^^^^^^
  |
  = note: at services.web.volumes[0]
  = help: did you mean `date`?
error[missing-key]: service `database` has neither `image` nor `build`
 --> compose.yml:8:3
  |
8 |   database:
  |   ^^^^^^^^
  |
  = note: at services.database
",
    );
}

#[test]
fn an_inactive_service_is_named_with_its_profile() {
    let file = "services:\n  a:\n    image: x\n    depends_on: [b]\n  b:\n    image: x\n    profiles: [debug]\n";
    Case::new(file).check(
        "
error[undefined-name]: service `b`, which `a` needs by `depends_on`, is not active
 --> compose.yml:4:18
  |
4 |     depends_on: [b]
  |                  ^
  |
  = note: at services.a.depends_on[0]
  = help: it is active with `--profile debug`
  = help: it may be missing with `required: false`
",
    );
    let file = "services: {a: {image: x, depends_on: {b: {condition: service_started, required: false}}}, b: {image: x, profiles: [p]}}";
    Case::new(file).check_images(&["x"]);
}

#[test]
fn a_cycle_is_drawn_edge_by_edge() {
    Case::new(
        "
services:
  a:
    image: x
    depends_on: [b]
  b:
    image: x
    links: [c]
  c:
    image: x
    ipc: service:a
",
    )
    .check(
        "
error[cycle]: a service cannot depend on itself: a -> b -> c -> a
  --> compose.yml:11:10
   |
 5 |     depends_on: [b]
   |                  - `a` needs `b` by `depends_on`
...
 8 |     links: [c]
   |             - `b` needs `c` by `links`
...
11 |     ipc: service:a
   |          ^^^^^^^^^
   |
   = note: at services.c.ipc
",
    );
}

#[test]
fn long_chains_are_no_trouble() {
    let service = |index: u32| format!("  s{index}: {{image: x, depends_on: [s{}]}}\n", index + 1);
    let chain: String = (0..5000).map(service).collect();
    let file = format!("services:\n{chain}  s5000: {{image: x}}\n");
    assert_eq!(Case::new(&file).project().services.len(), 5001);
}

#[test]
fn names_of_containers_are_given_once() {
    let drawn =
        Case::new("services: {a: {image: x, container_name: it}, b: {image: x, container_name: it, scale: 2}}").drawn();
    assert!(drawn.contains("the container name `it` is taken"), "{drawn}");
    assert!(drawn.contains("`container_name: it` cannot be the name of all 2 replicas"), "{drawn}");
}
