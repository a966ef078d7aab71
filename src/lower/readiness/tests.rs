//! What is recognised, and what remains without it.

mod commands;
mod documented;

use proptest::prelude::{ProptestConfig, any, proptest};

use super::recognise_process;
use super::wait::{Place, Recognised, Shape, Strictness};
use crate::compose::service::process::Process;
use crate::compose::words::split;
use crate::testing::{environment, words};

/// A process as `entrypoint` and `command` strings write it; `-` is a key that is not there.
fn process(entrypoint: &str, command: &str) -> Process {
    let read = |text: &str| (text != "-").then(|| words(&split(text).unwrap()));
    Process { entrypoint: read(entrypoint), command: read(command), ..Process::default() }
}

/// Draws what becomes of a process: what it runs without its waits, and then the waits.
fn draw(recognised: Option<Recognised>) -> String {
    let Some(Recognised { waits, place: _, shape, written: _ }) = recognised else { return "-".to_owned() };
    let words = |words: Option<Vec<String>>| words.map_or_else(|| "-".to_owned(), |words| words.join("|"));
    let mut drawn = match shape {
        Shape::Waiter => "waiter".to_owned(),
        Shape::Wrapper(rewritten) => format!("{} {}", words(rewritten.entrypoint), words(rewritten.command)),
        Shape::KeepOnly(reason) => format!("{reason:?}"),
    };
    for wait in waits {
        let lenient = if wait.strictness == Strictness::Lenient { " lenient" } else { "" };
        let timeout = wait.timeout.map_or_else(|| "for ever".to_owned(), |timeout| timeout.to_string());
        let targets: Vec<_> = wait.targets.iter().map(|target| target.text.as_str()).collect();
        drawn.extend([" <- ", wait.idiom, " ", &targets.join(" "), " ", &timeout, lenient]);
    }
    drawn
}

/// Checks a process in an image of which nothing is known.
#[track_caller]
fn check(entrypoint: &str, command: &str, expected: &str) {
    assert_eq!(draw(recognise_process(Some("mycorp/app"), &process(entrypoint, command))), expected);
}

/// Checks a command in a known image.
#[track_caller]
fn check_image(image: &str, entrypoint: &str, command: &str, expected: &str) {
    assert_eq!(draw(recognise_process(Some(image), &process(entrypoint, command))), expected);
}

/// Checks a script that `sh -c` runs.
#[track_caller]
fn check_script(script: &str, expected: &str) {
    let process = Process { command: Some(words(&["sh", "-c", script])), ..Process::default() };
    assert_eq!(draw(recognise_process(None, &process)).replacen("- sh|-c|", "", 1), expected, "{script}");
}

#[test]
fn dockerize_wraps_a_command() {
    let wait = "<- dockerize tcp://db:3306";
    check("-", "dockerize -wait tcp://db:3306 java -jar app.jar", &format!("- java|-jar|app.jar {wait} 10s"));
    check("-", "dockerize --wait=tcp://db:3306 --timeout=1m30s -- app -wait x", &format!("- app|-wait|x {wait} 1m30s"));
    check("-", "/usr/local/bin/dockerize -wait tcp://db:3306 app", &format!("- app {wait} 10s"));
    check(
        "-",
        "dockerize -wait tcp://db:3306 -wait-retry-interval 5s -poll -no-overwrite=false app",
        &format!("- app {wait} 10s"),
    );
    check("-", "dockerize -timeout 1s -wait tcp://db:3306 -timeout 20s app", &format!("- app {wait} 20s"));
    check(
        "-",
        "dockerize -wait tcp://db:5432 -wait http://api/health -wait-http-header 'A: b' -wait https://x:8443/ app",
        "- app <- dockerize tcp://db:5432 http://api/health https://x:8443/ 10s",
    );
    check(
        "-",
        "dockerize -wait file:///tmp/ready -wait unix:///run/x.sock -wait tcp4://a:1 -wait tcp6://[::1]:2 app",
        "- app <- dockerize file:///tmp/ready unix:///run/x.sock tcp4://a:1 tcp6://[::1]:2 10s",
    );
}

#[test]
fn dockerize_stands_in_the_entry_point_or_in_both_keys() {
    let entrypoint = "dockerize -wait tcp://db:3306 -timeout 20s docker-entrypoint.sh";
    check(entrypoint, "-", "docker-entrypoint.sh - <- dockerize tcp://db:3306 20s");
    check(entrypoint, "mysqld --x", "docker-entrypoint.sh mysqld|--x <- dockerize tcp://db:3306 20s");
    check("dockerize", "-wait tcp://db:1 app -x", "app|-x - <- dockerize tcp://db:1 10s");
    check(
        "dockerize -wait tcp://n:3000 -timeout 5m",
        "nginx -g 'daemon off;'",
        "nginx|-g|daemon off; - <- dockerize tcp://n:3000 5m0s",
    );
    check("tini -- dockerize -wait tcp://db:1", "app", "tini|-- app <- dockerize tcp://db:1 10s");
    check("tini -g dockerize", "-wait tcp://db:1 app", "tini|-g app <- dockerize tcp://db:1 10s");
    check("-", "dumb-init -- dockerize -wait tcp://db:1 app", "- dumb-init|--|app <- dockerize tcp://db:1 10s");
    check("-", "/usr/bin/env dockerize -wait tcp://db:1 app", "- /usr/bin/env|app <- dockerize tcp://db:1 10s");
    // Without an entry point, the image's own does not run either.
    check("", "dockerize -wait tcp://db:1 app", " app <- dockerize tcp://db:1 10s");
}

#[test]
fn a_service_that_only_waits_is_told_apart() {
    let waiter = "waiter <- dockerize tcp://db:5432 50s";
    let image = "jwilder/dockerize";
    check_image(image, "-", "dockerize -wait tcp://db:5432 -timeout 50s", waiter);
    check_image("docker.io/jwilder/dockerize:0.6.1", "-", "-wait tcp://db:5432 -timeout 50s", waiter);
    check_image(image, "-", "sh -c 'dockerize -wait tcp://db:5432 -timeout 50s && echo ready'", waiter);
    check_image(image, "dockerize -wait tcp://db:5432 -timeout 50s", "-", waiter);
    check_image(image, "-", "-wait tcp://db:5432 -timeout 50s echo ready", waiter);
    check("dockerize", "-wait tcp://db:5432 -timeout 50s", waiter);
    check_image("busybox", "-", "./wait-for db:5432 -t 50", "waiter <- wait-for db:5432 50s");
    // The rest runs in place of the image's own entry point.
    check_image(image, "-", "-wait tcp://db:5432 -timeout 50s app -x", "app|-x - <- dockerize tcp://db:5432 50s");
}

#[test]
fn a_wait_before_what_is_not_in_the_file_stays() {
    check("-", "dockerize -wait tcp://db:5432", "ImageEntrypoint <- dockerize tcp://db:5432 10s");
    check("-", "sh -c 'dockerize -wait tcp://db:5432'", "ImageEntrypoint <- dockerize tcp://db:5432 10s");
    check("dockerize -wait tcp://db:5432", "-", "NothingFollows <- dockerize tcp://db:5432 10s");
    check_image("mycorp/dockerize", "-", "-wait tcp://db:5432", "-");
}

#[test]
fn dockerize_that_does_more_than_wait_stays() {
    check("-", "dockerize -template a:b -wait tcp://db:1 app", "DoesMore <- dockerize tcp://db:1 10s");
    check("-", "dockerize -wait tcp://db:1 -stdout /log app", "DoesMore <- dockerize tcp://db:1 10s");
    check("-", "dockerize -template a:b app", "-");
}

#[test]
fn what_dockerize_itself_would_refuse_is_not_recognised() {
    for arguments in [
        "app -wait tcp://db:1",
        "app",
        "-version -wait tcp://db:1",
        "-help",
        "-wait db:5432 app",
        "-wait localhost:18099 app",
        "-wait postgres://db:5432 app",
        "-wait udp://db:1 app",
        "-wait tcp://db app",
        "-wait tcp://db:0 app",
        "-wait tcp://db:99999 app",
        "-wait tcp://$$DB:1 app",
        "-wait tcp://u@db:1 app",
        "-wait",
        "-wait tcp://db:1 -timeout 2 app",
        "-wait tcp://db:1 -timeout 1d app",
        "-wait tcp://db:1 -timeout 0s app",
        "-wait tcp://db:1 -unknown app",
        "-wait tcp://db:1 -poll=maybe app",
        "---wait tcp://db:1 app",
        "-wait tcp://db:1 -- -x",
    ] {
        check("-", &format!("dockerize {arguments}"), "-");
    }
}

#[test]
fn wait_for_it_starts_what_follows_all_the_same() {
    check("-", "./wait-for-it.sh db:5432 -- npm start", "- npm|start <- wait-for-it db:5432 15s lenient");
    check("-", "wait-for-it db:5432 -t 60 --strict -- npm start", "- npm|start <- wait-for-it db:5432 1m0s");
    check("-", "/wait-for-it.sh -q -s --timeout=30 db:5432 -- a", "- a <- wait-for-it db:5432 30s");
    check("-", "wait-for-it.sh -h db -p 5432 -t 0 -- a", "- a <- wait-for-it db:5432 for ever lenient");
    check("-", "wait-for-it.sh --host=db --port=5432 -- a", "- a <- wait-for-it db:5432 15s lenient");
    // Only the last target counts.
    check("-", "wait-for-it.sh a:1 b:2 -- app", "- app <- wait-for-it b:2 15s lenient");
    check(
        "-",
        "wait-for-it.sh a:1 -- wait-for-it.sh b:2 -- app",
        "- app <- wait-for-it a:1 15s lenient <- wait-for-it b:2 15s lenient",
    );
    check("-", "bash /wait-for-it.sh db:5432 -- a b", "- a|b <- wait-for-it db:5432 15s lenient");
    check("/bin/sh wait-for db:5432 --", "app", "app - <- wait-for db:5432 15s");
    check("./wait-for-it.sh db:5432 --", "app", "app - <- wait-for-it db:5432 15s lenient");
    check("wait-for-it.sh", "db:5432 -t 9", "waiter <- wait-for-it db:5432 9s");
}

#[test]
fn scripts_of_that_name_with_another_grammar_are_left_alone() {
    for arguments in [
        "db 5432 app",
        "db:5432 app",
        "http://db:5432 -- app",
        "db:5432 -t 5s -- app",
        "db:5432 --timeout 5 -- app",
        "db:5432 -t -- app",
        "-s a:1 -s b:2 -- app",
        "postgres 5432",
        "db:x -- app",
        "db:5432:1 -- app",
        "$$DB:5432 -- app",
        "db:5432 -t 08 -- app",
        "-- app",
        "--help",
    ] {
        check("-", &format!("wait-for-it.sh {arguments}"), "-");
    }
    check("-", "wait-for-postgres.sh db:5432 -- app", "-");
    let environment = environment(&[("WAITFORIT_TIMEOUT", "1")]);
    let process = Process { environment, ..process("-", "wait-for-it.sh db:1 -- app") };
    assert_eq!(recognise_process(None, &process), None);
}

#[test]
fn wait_for_is_always_strict() {
    check("-", "./wait-for db:5432 -- npm start", "- npm|start <- wait-for db:5432 15s");
    check("-", "./wait-for.sh -q -t60 http://api/health -- a", "- a <- wait-for http://api/health 1m0s");
    check("-", "wait-for https://api:8443 --timeout=0 -- a", "- a <- wait-for https://api:8443 for ever");
    check("-", "wait-for a:1 b:2 -- app", "- app <- wait-for b:2 15s");
    check("-", "wait-for db:5432 app", "-");
    check("-", "wait-for -x db:5432 -- app", "-");
    check("-", "wait-for db -- app", "-");
}

#[test]
fn a_script_loses_its_waits_and_nothing_else() {
    let wait = "<- dockerize tcp://db:3306 10s";
    check_script("dockerize -wait tcp://db:3306 && npm start", &format!("npm start {wait}"));
    check_script("  dockerize -wait 'tcp://db:3306'  &&   npm  start ", &format!("  npm  start  {wait}"));
    check_script(
        "exec dockerize -wait tcp://db:3306 npm start -p \"$PORT\"",
        &format!("exec npm start -p \"$PORT\" {wait}"),
    );
    check_script(
        "dockerize -wait tcp://db:3306;\nnpm run x; npm start",
        &format!("npm run x; npm start {wait} lenient"),
    );
    check_script("set -e; dockerize -wait tcp://db:3306; npm start", &format!("set -e; npm start {wait}"));
    check_script("cd /app && dockerize -wait tcp://db:3306 && npm start", &format!("cd /app && npm start {wait}"));
    check_script("cd /app && dockerize -wait tcp://db:3306; npm start", &format!("cd /app ; npm start {wait} lenient"));
    check_script("echo hi; sleep 5 && dockerize -wait tcp://db:3306 && a", &format!("echo hi; sleep 5 && a {wait}"));
    check_script("dockerize -wait tcp://db:3306 && A=b c && d 'e\\'", &format!("A=b c && d 'e\\' {wait}"));
    check_script(
        "./wait-for-it.sh db:1 -- echo up && ./wait-for-it.sh mq:2 && app",
        "echo up && app <- wait-for-it db:1 15s lenient <- wait-for-it mq:2 15s",
    );
    check("sh -ec", "'wait-for a:1; app'", "sh|-ec app <- wait-for a:1 15s");
    check("-", "bash -l -c 'wait-for a:1 && app' x y", "- bash|-l|-c|app|x|y <- wait-for a:1 15s");
    check("-", "tini -- sh -c 'wait-for a:1 && app'", "- tini|--|sh|-c|app <- wait-for a:1 15s");
    check("wait-for a:1 --", "sh -c 'wait-for b:2 && app'", "sh|-c|app - <- wait-for a:1 15s <- wait-for b:2 15s");
}

#[test]
fn a_script_that_needs_its_wait_keeps_it() {
    let wait = "Script <- wait-for db:1 15s";
    check_script("wait-for db:1 && a | b", wait);
    check_script("wait-for db:1 && a || b", wait);
    check_script("wait-for db:1 && a &", wait);
    check_script("wait-for db:1 && (a)", wait);
    check_script("wait-for db:1 && a > log", wait);
    check_script("wait-for db:1 && a $(b)", wait);
    check_script("wait-for db:1 && if a; then b; fi", wait);
    check_script("wait-for db:1 -- $CMD", wait);
    check_script("dockerize -wait tcp://db:1 $APP", "Script <- dockerize tcp://db:1 10s");
    check_script("wait-for db:1 -- cd /app", wait);
    check_script("wait-for db:1 -- ! a", wait);
    check_script("set -e; cd /app && wait-for db:1; a", wait);
    check_script("wait-for db:1 && sleep 5 && wait-for b:2", &format!("{wait} <- wait-for b:2 15s"));
}

#[test]
fn a_script_that_does_something_else_first_is_left_alone() {
    for script in [
        "",
        "npm run migrate && wait-for db:1 && npm start",
        "wait-for db:1 || exit 1",
        "wait-for db:1 & a",
        "wait-for db:1 | a",
        "wait-for db:1 > log && a",
        "wait-for $DB:1 && a",
        "wait-for db:1 $OPTIONS a",
        "dockerize $WAITS app",
        "dockerize -wait tcp://$DB:1 app",
        "A=b wait-for db:1 && a",
        "if wait-for db:1; then a; fi",
        "until wait-for db:1; do sleep 1; done; a",
        "exec wait-for db:1 && a",
        "(wait-for db:1) && a",
        "{ wait-for db:1; } && a",
        "[ -f x ] && wait-for db:1 && a",
        "wait-for db:1 # comment",
        "echo $(a) && wait-for db:1 && b",
        "npm start",
    ] {
        check_script(script, "-");
    }
    check("-", "sh -x wait-for.sh db:1 -- a", "-");
    check("-", "python wait-for.sh db:1 -- a", "-");
    check("-", "sh -c", "-");
    check("-", "bash -x script.sh", "-");
    check("-", "-", "-");
    check("-", "rails server", "-");
}

#[test]
fn a_wait_knows_its_place() {
    let found = recognise_process(None, &process("tini --", "dockerize -wait tcp://db:1 app")).unwrap();
    assert_eq!(found.place, Place::Command);
    let span = found.waits.first().unwrap().span;
    assert_eq!((span.start, span.end), (0, 3));
    assert_eq!(
        recognise_process(None, &process("dockerize", "-wait tcp://db:1 app")).unwrap().place,
        Place::Entrypoint
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn no_words_make_it_panic(command in proptest::collection::vec(
        "dockerize|wait-for-it.sh|wait-for|sh|-c|-ec|--|-wait|-t|tcp://db:1|db:1|exec|tini|-timeout|5|5s|.*", 0..9,
    ), image in any::<bool>()) {
        let process = Process { command: Some(words(&command)), ..Process::default() };
        recognise_process(image.then_some("jwilder/dockerize"), &process);
    }

    #[test]
    fn what_follows_a_wait_stays_byte_for_byte(rest in proptest::collection::vec("[a-z][ -~]{0,12}", 1..6)) {
        let command: Vec<_> = ["dockerize", "-wait", "tcp://db:1"].into_iter().chain(rest.iter().map(String::as_str)).collect();
        let process = Process { command: Some(words(&command)), ..Process::default() };
        let found = recognise_process(None, &process).unwrap();
        if let Some(rewritten) = found.without_wait() {
            assert_eq!(rewritten.command.as_ref(), Some(&rest));
        }
    }

    #[test]
    fn a_script_only_ever_loses_bytes(parts in proptest::collection::vec(
        "until |while ! |nc -z db 1|pg_isready -h db|; do |sleep 1|; done|&& |; |app|[()]|[|] grep 52|2>&1|>/dev/null|\
         for i in 1 2|break|\n|['\"]|[$]x| |wait-for db:1|dockerize -wait tcp://db:1 |exec |echo a|</dev/tcp/db/1|.",
        0..12,
    ), bash in any::<bool>()) {
        let script = parts.concat();
        let shell = if bash { "bash" } else { "sh" };
        let process = Process { command: Some(words(&[shell, "-c", &script])), ..Process::default() };
        if let Some(rewritten) = recognise_process(None, &process).as_ref().and_then(Recognised::without_wait) {
            let command = rewritten.command.as_ref().unwrap();
            assert_eq!(&command[..2], &[shell, "-c"]);
            let mut letters = script.chars();
            assert!(command[2].chars().all(|letter| letters.any(|other| other == letter)), "{script:?}: {command:?}");
        }
    }

    #[test]
    fn what_follows_a_wait_in_a_script_stays_byte_for_byte(rest in "[a-z0-9 '\"\\\\$&;|<>(){}#\n-]{1,24}") {
        let script = format!("wait-for db:1 && {rest}");
        let process = Process { command: Some(words(&["sh", "-c", &script])), ..Process::default() };
        if let Some(rewritten) = recognise_process(None, &process).as_ref().and_then(Recognised::without_wait) {
            let remaining = rewritten.command.as_ref().unwrap().last().unwrap();
            // Blanks, and lines that go on in the next one, may go with the wait.
            let gap = rest.strip_suffix(remaining.as_str()).unwrap();
            assert!(gap.chars().all(|letter| " \\\n".contains(letter)), "{gap:?}");
        }
    }
}
