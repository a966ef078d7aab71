//! What becomes of waits, in whole projects.

use crate::testing::{check_project, check_services};

#[test]
fn who_waited_for_a_waiter_waits_for_its_targets() {
    check_services(
        "  db: {image: 'postgres:15'}
  wait: {image: jwilder/dockerize, command: 'dockerize -wait tcp://db:5432 -timeout 50s', depends_on: [db]}
  web: {image: x, depends_on: [wait]}",
        "shop-db [bridge]: db(0:5432, check)
  db-5432 as db:5432
shop-web [bridge]: web
waves: db, web
wait | note[wait-removed]: `wait` only waits (dockerize): what waited for it waits for `db` to be healthy
'dockerize -wait tcp://db:5432 -timeout 50s' | note[inferred]: port 5432 of `db` is taken from this readiness wait
'postgres:15' | note[inferred]: `db` gets the health check that its image is known to answer to",
    );
}

#[test]
fn a_waiter_may_wait_for_a_waiter() {
    check_services(
        "  db: {image: 'postgres:15'}
  cache: {image: 'redis:7'}
  one: {image: jwilder/dockerize, command: 'dockerize -wait tcp://db:5432'}
  two: {image: jwilder/dockerize, command: 'dockerize -wait tcp://cache:6379', depends_on: [one]}
  web: {image: x, depends_on: [two]}",
        "shop-db [bridge]: db(0:5432, check)
  db-5432 as db:5432
shop-cache [bridge]: cache(0:6379, check)
  cache-6379 as cache:6379
shop-web [bridge]: web
waves: db cache, web
one | note[wait-removed]: `one` only waits (dockerize): what waited for it waits for `db` to be healthy
two | note[wait-removed]: `two` only waits (dockerize): what waited for it waits for `cache` to be healthy
'dockerize -wait tcp://db:5432' | note[inferred]: port 5432 of `db` is taken from this readiness wait
'postgres:15' | note[inferred]: `db` gets the health check that its image is known to answer to
'dockerize -wait tcp://cache:6379' | note[inferred]: port 6379 of `cache` is taken from this readiness wait
'redis:7' | note[inferred]: `cache` gets the health check that its image is known to answer to",
    );
}

#[test]
fn a_waiter_that_nobody_waits_for_is_left_out() {
    check_services(
        "  db: {image: x}
  wait: {image: jwilder/dockerize, command: 'dockerize -wait tcp://db:5432'}",
        "shop-db [bridge]: db
waves: db
wait | note[wait-removed]: `wait` only waits (dockerize): nothing waits for it, so it is left out",
    );
}

#[test]
fn two_waiters_stand_for_the_targets_of_both() {
    check_services(
        "  db: {image: 'postgres:15'}
  cache: {image: 'redis:7'}
  one: {image: jwilder/dockerize, command: 'dockerize -wait tcp://db:5432'}
  two: {image: jwilder/dockerize, command: 'dockerize -wait tcp://cache:6379'}
  web: {image: x, depends_on: [one, two]}",
        "shop-db [bridge]: db(0:5432, check)
  db-5432 as db:5432
shop-cache [bridge]: cache(0:6379, check)
  cache-6379 as cache:6379
shop-web [bridge]: web
waves: db cache, web
one | note[wait-removed]: `one` only waits (dockerize): what waited for it waits for `db` to be healthy
two | note[wait-removed]: `two` only waits (dockerize): what waited for it waits for `cache` to be healthy
'dockerize -wait tcp://db:5432' | note[inferred]: port 5432 of `db` is taken from this readiness wait
'postgres:15' | note[inferred]: `db` gets the health check that its image is known to answer to
'dockerize -wait tcp://cache:6379' | note[inferred]: port 6379 of `cache` is taken from this readiness wait
'redis:7' | note[inferred]: `cache` gets the health check that its image is known to answer to",
    );
}

#[test]
fn a_waiter_knows_its_targets_by_its_links() {
    check_services(
        "  db: {image: 'postgres:15'}
  wait: {image: jwilder/dockerize, command: 'dockerize -wait tcp://database:5432', links: ['db:database']}
  web: {image: x, depends_on: [wait]}",
        "shop-db [bridge]: db(0:5432, check)
  db-5432 as db:5432
shop-web [bridge]: web
waves: db, web
wait | note[wait-removed]: `wait` only waits (dockerize): what waited for it waits for `db` to be healthy
'dockerize -wait tcp://database:5432' | note[inferred]: port 5432 of `db` is taken from this readiness wait
'postgres:15' | note[inferred]: `db` gets the health check that its image is known to answer to",
    );
}

#[test]
fn a_link_to_a_waiter_is_a_wait() {
    check_services(
        "  db: {image: 'postgres:15'}
  wait: {image: jwilder/dockerize, command: 'dockerize -wait tcp://db:5432'}
  web: {image: x, links: [wait]}",
        "shop-db [bridge]: db(0:5432, check)
  db-5432 as db:5432
shop-web [bridge]: web
waves: db, web
wait | note[wait-removed]: `wait` only waits (dockerize): what waited for it waits for `db` to be healthy
'dockerize -wait tcp://db:5432' | note[inferred]: port 5432 of `db` is taken from this readiness wait
'postgres:15' | note[inferred]: `db` gets the health check that its image is known to answer to",
    );
}

#[test]
fn nothing_links_to_a_waiter_that_has_ended() {
    check_services(
        "  app: {image: x}
  wait: {image: jwilder/dockerize, command: 'dockerize -wait tcp://app:80'}
  web: {image: x, links: [wait]}",
        "shop-app [bridge]: app(0:80)
  app-80 as app:80
shop-web [bridge]: web(success wait) wait!
waves: app, web
wait | note[wait-kept]: `wait` only waits (dockerize), and stays as a container of every task that needs it: no health check for `app` is known
'dockerize -wait tcp://app:80' | note[inferred]: port 80 of `app` is taken from this readiness wait",
    );
}

#[test]
fn a_target_may_have_any_name_of_a_service() {
    check_services(
        "  db: {image: 'postgres:15', container_name: pg, hostname: base, networks: {default: {aliases: [store]}}}
  a: {image: jwilder/dockerize, command: 'dockerize -wait tcp://pg:5432 -wait tcp://base:5432 -wait tcp://store:5432'}
  web: {image: x, depends_on: [a]}",
        "shop-db [bridge]: db(0:5432, check)
  db-5432 as db:5432
shop-web [bridge]: web
waves: db, web
a | note[wait-removed]: `a` only waits (dockerize): what waited for it waits for `db` to be healthy
'dockerize -wait tcp://pg:5432 -wait tcp://base:5432 -wait tcp://store:5432' | note[inferred]: port 5432 of `db` is taken from this readiness wait
store | warning[unresolved-name]: `store` does not resolve: Service Connect gives a port one name, `db`
'postgres:15' | note[inferred]: `db` gets the health check that its image is known to answer to",
    );
}

#[test]
fn who_waits_for_itself_does_so_alone() {
    check_services(
        "  web: {image: x, command: './wait-for-it.sh web:80 -- serve'}",
        "shop-web [bridge]: web
waves: web
'./wait-for-it.sh web:80 -- serve' | note[wait-kept]: the wait for `web:80` (wait-for-it) stays as written: `web:80` is no other service of this project",
    );
}

#[test]
fn a_waiter_for_something_else_stays_with_those_who_wait_for_it() {
    check_services(
        "  web: {image: x, depends_on: [wait]}
  wait: {image: jwilder/dockerize, command: 'dockerize -wait tcp://example.com:80'}",
        "shop-web [bridge]: web(success wait) wait!
waves: web
wait | note[wait-kept]: `wait` only waits (dockerize), and stays as a container of every task that needs it: `tcp://example.com:80` is no other service of this project",
    );
}

#[test]
fn a_waiter_is_part_of_every_task_that_needs_it() {
    check_services(
        "  app: {image: x}
  wait: {image: jwilder/dockerize, command: 'dockerize -wait tcp://app:80'}
  web: {image: x, depends_on: [wait]}
  api: {image: x, depends_on: [wait]}",
        "shop-app [bridge]: app(0:80)
  app-80 as app:80
shop-web [bridge]: web(success wait) wait!
shop-api [bridge]: api(success wait) wait!
waves: app, web api
wait | note[wait-kept]: `wait` only waits (dockerize), and stays as a container of every task that needs it: no health check for `app` is known
'dockerize -wait tcp://app:80' | note[inferred]: port 80 of `app` is taken from this readiness wait",
    );
}

#[test]
fn a_waiter_whose_mounts_are_shared_stays() {
    check_services(
        "  db: {image: 'postgres:15'}
  wait: {image: jwilder/dockerize, command: 'dockerize -wait tcp://db:5432', volumes: [/a]}
  web: {image: x, depends_on: [wait], volumes_from: [wait]}",
        "shop-db [bridge]: db(0:5432, check)
  db-5432 as db:5432
shop-wait [bridge]: wait! web(start wait)
waves: db, wait
'dockerize -wait tcp://db:5432' | note[inferred]: port 5432 of `db` is taken from this readiness wait
'postgres:15' | note[inferred]: `db` gets the health check that its image is known to answer to
'dockerize -wait tcp://db:5432' | note[wait-kept]: the wait for `tcp://db:5432` (dockerize) stays as written: others share the mounts or namespaces of its container
/a | note[ephemeral-volume]: what a volume without a name holds is lost with its task",
    );
}

#[test]
fn a_wait_for_another_task_stays_and_orders() {
    check_services(
        "  db: {image: 'postgres:15'}
  web: {image: x, command: './wait-for-it.sh db:5432 -- serve'}",
        "shop-db [bridge]: db(0:5432, check)
  db-5432 as db:5432
shop-web [bridge]: web
waves: db, web
'./wait-for-it.sh db:5432 -- serve' | note[inferred]: port 5432 of `db` is taken from this readiness wait
'postgres:15' | note[inferred]: `db` gets the health check that its image is known to answer to
'./wait-for-it.sh db:5432 -- serve' | note[wait-kept]: the wait for `db:5432` (wait-for-it) stays as written: `db` is in another task, and may restart on its own",
    );
}

#[test]
fn a_wait_for_who_depends_on_it_is_a_mistake() {
    check_services(
        "  app: {image: x, depends_on: [web]}
  web: {image: x, command: './wait-for-it.sh app:80 -- serve'}",
        "web | error[cycle]: tasks wait for each other: app -> web -> app
'./wait-for-it.sh app:80 -- serve' | note[inferred]: port 80 of `app` is taken from this readiness wait
'./wait-for-it.sh app:80 -- serve' | note[wait-kept]: the wait for `app:80` (wait-for-it) stays as written: `app` is in another task, and may restart on its own",
    );
}

#[test]
fn what_stands_for_a_waiter_may_be_a_mistake() {
    check_services(
        "  db: {image: 'postgres:15', depends_on: [web]}
  wait: {image: jwilder/dockerize, command: 'dockerize -wait tcp://db:5432'}
  web: {image: x, depends_on: [wait]}",
        "wait | note[wait-removed]: `wait` only waits (dockerize): what waited for it waits for `db` to be healthy
web | error[cycle]: tasks wait for each other: db -> web -> db
'dockerize -wait tcp://db:5432' | note[inferred]: port 5432 of `db` is taken from this readiness wait
'postgres:15' | note[inferred]: `db` gets the health check that its image is known to answer to",
    );
}

#[test]
fn in_one_task_a_waiter_becomes_a_condition() {
    check_project(
        "  db: {image: 'postgres:15'}
  wait: {image: jwilder/dockerize, command: 'dockerize -wait tcp://db:5432 -timeout 50s', depends_on: [db]}
  web: {image: x, depends_on: [wait]}",
        "shop [bridge]: db(check) web(healthy db, link db)
waves: shop
wait | note[wait-removed]: `wait` only waits (dockerize): what waited for it waits for `db` to be healthy
'postgres:15' | note[inferred]: `db` gets the health check that its image is known to answer to",
    );
}

#[test]
fn in_one_task_a_wait_becomes_a_condition() {
    check_project(
        "  db: {image: 'postgres:15'}
  web: {image: x, command: './wait-for-it.sh db:5432 -- serve'}",
        "shop [bridge]: db(check) web(healthy db, link db)
waves: shop
'postgres:15' | note[inferred]: `db` gets the health check that its image is known to answer to
'./wait-for-it.sh db:5432 -- serve' | note[wait-removed]: the wait for `db:5432` (wait-for-it) gives way to `dependsOn`",
    );
}

#[test]
fn in_one_task_a_waiter_that_stays_is_waited_for() {
    check_project(
        "  app: {image: x}
  wait: {image: jwilder/dockerize, command: 'dockerize -wait tcp://app:80'}
  web: {image: x, depends_on: [wait]}",
        "shop [bridge]: app web(success wait, start app, link app) wait!(start app, link app)
waves: shop
wait | note[wait-kept]: `wait` only waits (dockerize), and stays as a container of every task that needs it: no health check for `app` is known",
    );
}

#[test]
fn a_wait_with_a_target_elsewhere_stays_for_that() {
    check_services(
        "  db: {image: 'postgres:15', x-ecs: {task: web}}
  cache: {image: 'redis:7'}
  web: {image: x, command: 'dockerize -wait tcp://db:5432 -wait tcp://cache:6379 serve'}",
        "shop-web [bridge]: db(check) web(healthy db, link db)
shop-cache [bridge]: cache(0:6379, check)
  cache-6379 as cache:6379
waves: cache, web
'postgres:15' | note[inferred]: `db` gets the health check that its image is known to answer to
'dockerize -wait tcp://db:5432 -wait tcp://cache:6379 serve' | note[wait-rewritten]: the wait for `tcp://db:5432`, `tcp://cache:6379` (dockerize) stays without `tcp://db:5432`, as `dependsOn` waits for that: `cache` is in another task, and may restart on its own
'dockerize -wait tcp://db:5432 -wait tcp://cache:6379 serve' | note[inferred]: port 6379 of `cache` is taken from this readiness wait
'redis:7' | note[inferred]: `cache` gets the health check that its image is known to answer to",
    );
}

#[test]
fn a_wait_for_a_published_port_is_reported_once() {
    check_services(
        "  web: {image: x, ports: ['8080:80']}
  app: {image: x, command: './wait-for-it.sh web:8080 -- serve'}",
        "shop-web [bridge]: web(8080:80)
  web-80 as web:80
shop-app [bridge]: app
waves: web, app
'./wait-for-it.sh web:8080 -- serve' | warning[unresolved-name]: `web:8080` names the published port: `web` listens on another
'./wait-for-it.sh web:8080 -- serve' | note[wait-kept]: the wait for `web:8080` (wait-for-it) stays as written: `web` is in another task, and may restart on its own",
    );
}

#[test]
fn a_chain_of_waits_stays_whole() {
    check_services(
        "  db: {image: 'postgres:15', x-ecs: {task: web}}
  cache: {image: 'redis:7'}
  web: {image: x, command: './wait-for db:5432 -- ./wait-for cache:6379 -- serve'}",
        "shop-web [bridge]: db(check) web(healthy db, link db)
shop-cache [bridge]: cache(0:6379, check)
  cache-6379 as cache:6379
waves: cache, web
'postgres:15' | note[inferred]: `db` gets the health check that its image is known to answer to
'./wait-for db:5432 -- ./wait-for cache:6379 -- serve' | note[wait-kept]: the wait for `db:5432`, `cache:6379` (wait-for) stays as written: `cache` is in another task, and may restart on its own
'./wait-for db:5432 -- ./wait-for cache:6379 -- serve' | note[inferred]: port 6379 of `cache` is taken from this readiness wait
'redis:7' | note[inferred]: `cache` gets the health check that its image is known to answer to",
    );
}

mod kept {
    use std::fmt::Write;

    use proptest::prelude::*;
    use proptest::sample::select;

    use crate::lower::lower;
    use crate::options::{Grouping, LaunchType, LowerOptions, WaitPolicy};
    use crate::testing::load;

    /// What may run in a service.
    const WORDS: &[&str] = &[
        "['dockerize', '-wait', 'tcp://db:5432', './api']",
        "'dockerize -wait tcp://db:5432 -wait tcp://other:1 ./api'",
        "'./wait-for-it.sh db:5432 -- ./api'",
        r#"['sh', '-c', 'until nc -z db 5432; do sleep 1; done; ./api "$$@"', '--']"#,
        "['bash', '-c', 'dockerize -wait tcp://db:5432 && ./a && ./b']",
        "'-wait tcp://db:5432'",
        "'tcp db:5432 -t 30s'",
        "'/wait'",
        "['./api', '']",
    ];

    /// What it may be.
    const IMAGES: &[&str] = &["x", "jwilder/dockerize", "atkrad/wait4x", "busybox"];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn every_word_stays(
            services in proptest::collection::vec(
                (select(IMAGES), proptest::option::of(select(WORDS)), proptest::option::of(select(WORDS)), any::<bool>()),
                1..5,
            ),
            fargate in any::<bool>(),
            single in any::<bool>(),
        ) {
            let mut text = "services:\n  db: {image: 'postgres:16'}\n".to_owned();
            for (index, (image, entrypoint, command, depends)) in services.iter().enumerate() {
                let key = |name: &str, words: Option<&str>| {
                    words.map(|words| format!(", {name}: {words}")).unwrap_or_default()
                };
                let (entrypoint, command) = (key("entrypoint", *entrypoint), key("command", *command));
                let depends = if *depends && index > 0 { format!(", depends_on: [s{}]", index - 1) } else { String::new() };
                writeln!(text, "  s{index}: {{image: {image}{entrypoint}{command}{depends}, environment: {{WAIT_HOSTS: 'db:5432'}}}}").unwrap();
            }
            let project = load(&text).0.unwrap();
            let options = LowerOptions {
                launch_type: Some(if fargate { LaunchType::Fargate } else { LaunchType::Ec2 }),
                grouping: Some(if single { Grouping::SingleTask } else { Grouping::OnePerService }),
                subnets: vec!["subnet-1".to_owned()],
                waits: WaitPolicy::Kept,
                ..LowerOptions::default()
            };
            let stack = lower(&project, &options).product;
            let Some(stack) = stack else { return Ok(()) };
            let containers: Vec<_> =
                stack.task_definitions.iter().flat_map(|definition| &definition.container_definitions).collect();
            for service in project.services.values() {
                let words = |words: &Option<crate::source::Spanned<Vec<crate::source::Spanned<String>>>>| -> Vec<String> {
                    words.iter().flat_map(|words| &words.value).map(|word| word.value.clone()).collect()
                };
                let name = service.name.value.as_str();
                let mut seen = 0;
                for container in containers.iter().filter(|container| container.name.as_str() == name) {
                    seen += 1;
                    prop_assert_eq!(&container.entry_point, &words(&service.process.entrypoint));
                    prop_assert_eq!(&container.command, &words(&service.process.command));
                }
                prop_assert!(seen > 0, "{} is gone:\n{}", name, text);
            }
        }
    }
}
