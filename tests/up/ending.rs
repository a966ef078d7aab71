//! How the binary ends: exit codes, signals, the last line of JSON, and readers that have gone away.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use compose2ecs_standin::{Behaviour, Fault, Health, Of};
use serde_json::{Value, json};

use crate::{Bed, SHOP, without_times};

/// An account in which the first wave never ends.
fn stuck() -> Bed {
    let bed = Bed::new(SHOP);
    bed.aws.lock().unwrap().behave(Of::Image("redis:7".to_owned()), [Behaviour::health(Health::Unknown)]);
    bed
}

/// Runs `up`, and sends a signal once a line has some words. Gives back the exit code and all that was said.
#[track_caller]
fn interrupt(bed: &Bed, (form, signals): (&str, &[&str])) -> (i32, String) {
    let mut command = bed.command(&["up", "--poll-interval", "20ms", "--progress", form]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let (shown, mut other): (Box<dyn Read>, Box<dyn Read + Send>) =
        if form == "json" { (Box::new(out), Box::new(err)) } else { (Box::new(err), Box::new(out)) };
    // What nobody reads would hold the program up.
    let drained = std::thread::spawn(move || other.read_to_end(&mut Vec::new()).unwrap());
    let mut shown = BufReader::new(shown);
    let mut said = String::new();
    while !(said.contains("1/1 running") || said.contains("\"running\":1")) {
        assert_ne!(shown.read_line(&mut said).unwrap(), 0, "{said}");
    }
    for signal in signals {
        let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
    shown.read_to_string(&mut said).unwrap();
    drained.join().unwrap();
    (child.wait().unwrap().code().expect("it ends by itself"), said)
}

#[test]
fn interrupted_it_says_what_goes_on() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let bed = stuck();
        let (found, said) = interrupt(&bed, ("plain", &[signal]));
        assert_eq!(found, code, "{said}");
        let said = without_times(&said);
        let (_, last) = said.split_once("interrupted").unwrap();
        let expected = format!(
            ": ECS goes on by itself\n  db  shop-db:1  1 of 1 tasks run\n  not started: web\n  next    resume with \
             `compose2ecs up`, watch with `compose2ecs wait db`, undo with `compose2ecs rollback db`\n✘ shop -> shop: 1 not \
             started, 1 going on; exit {code} (TIME)\n"
        );
        assert_eq!(last, expected);
        let changes = ["CreateCluster", "RegisterTaskDefinition", "RegisterTaskDefinition", "CreateService"];
        assert_eq!(bed.changes(), changes, "nothing is stopped, deleted or rolled back");
    }
}

#[test]
fn interrupted_twice_it_ends_at_once() {
    let bed = stuck();
    let (code, said) = interrupt(&bed, ("plain", &["INT", "INT"]));
    assert_eq!(code, 130, "{said}");
}

#[test]
fn interrupted_the_last_line_of_json_is_the_summary() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let (found, said) = interrupt(&stuck(), ("json", &[signal]));
        let last = summary(&said);
        assert_eq!((found, &last["exit_code"]), (code, &json!(code)));
        assert_eq!(last["units"], json!({"db": "interrupted", "web": "not_started"}));
        assert_eq!((&last["interrupted"], &last["changed"]), (&json!(true), &json!(true)));
    }
}

/// The last line, which all others are objects before.
#[track_caller]
fn summary(said: &str) -> Value {
    let lines: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (last, others) = lines.split_last().unwrap();
    assert_eq!(last["type"], "summary");
    assert!(others.iter().all(|line| line["type"] != "summary" && line["type"].is_string()), "{said}");
    last.clone()
}

/// The exit code of `up`, and that the last line of JSON says the same.
#[track_caller]
fn check_code(bed: &Bed, args: &[&str], code: i32) -> Value {
    let up = bed.up(&[&["--progress", "json"], args].concat());
    let last = summary(&up.stdout);
    assert_eq!((up.code, last.get("exit_code")), (code, Some(&json!(code))), "{}{}", up.stdout, up.stderr);
    last
}

#[test]
fn every_way_to_end_has_an_exit_code_and_a_summary() {
    let bed = Bed::new(SHOP);
    let last = check_code(&bed, &[], 0);
    assert_eq!((&last["changed"], &last["units"]), (&json!(true), &json!({"db": "deployed", "web": "deployed"})));
    let last = check_code(&bed, &[], 0);
    assert_eq!((&last["changed"], &last["units"]), (&json!(false), &json!({"db": "unchanged", "web": "unchanged"})));

    let last = check_code(&bed, &["--cluster", "other"], 1);
    assert_eq!((&last["changed"], &last["units"]), (&json!(false), &json!({})));
    assert!(last["error"].as_str().unwrap().starts_with("there is no cluster `other`"), "{last}");

    let bed = Bed::new(SHOP);
    bed.aws.lock().unwrap().faults().on("CreateService").then(Fault::AccessDenied);
    let last = check_code(&bed, &[], 1);
    assert_eq!(last["units"], json!({"db": "error", "web": "not_started"}));

    let bed = Bed::new(SHOP);
    let dies = Behaviour::exits(std::time::Duration::from_secs(5), 1);
    bed.aws.lock().unwrap().behave(Of::Image("redis:7".to_owned()), [dies]);
    let last = check_code(&bed, &[], 3);
    assert_eq!(last["units"], json!({"db": "failed", "web": "not_started"}));

    let last = check_code(&stuck(), &["--timeout", "300ms"], 4);
    assert_eq!(last["units"], json!({"db": "timed_out", "web": "not_started"}));
}

#[test]
fn a_reader_that_has_seen_enough_stops_nothing() {
    let bed = Bed::new(SHOP);
    for form in ["json", "plain"] {
        let mut command = bed.command(&["up", "--force-recreate", "--poll-interval", "20ms", "--progress", form]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop((child.stdout.take(), child.stderr.take()));
        assert_eq!(child.wait().unwrap().code(), Some(0), "{form}");
    }
    let mut command = bed.command(&["ps"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn colour_is_for_who_wants_it() {
    let bed = Bed::new(SHOP);
    let colour = |args: &[&str], variable: Option<&str>| {
        let mut command = bed.command(&[&["up", "--poll-interval", "20ms"], args].concat());
        command.envs(variable.map(|name| (name, "1")));
        let run = crate::binary::run(&mut command);
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr.contains('\u{1b}')
    };
    assert!(!colour(&[], None), "a pipe is no terminal");
    assert!(colour(&["--ansi", "always"], None));
    assert!(colour(&["--color", "always"], None));
    assert!(!colour(&["--ansi", "never"], Some("CLICOLOR_FORCE")));
    assert!(colour(&[], Some("CLICOLOR_FORCE")));
    assert!(!colour(&[], Some("NO_COLOR")));
}

#[test]
fn policies_hold_for_up_as_for_convert() {
    let bed = Bed::new("name: shop\nservices:\n  web: {image: 'nginx:1'}\n");
    bed.changes();
    let strict = bed.up(&["--deny", "default-memory-limit"]);
    assert_eq!(strict.code, 2, "there is no such code: {}", strict.stderr);
    let up = bed.up(&["--dry-run"]);
    assert_eq!(up.code, 0, "{}", up.stderr);
    let code = up.stderr.split_once('[').unwrap().1.split_once(']').unwrap().0.to_owned();
    let denied = bed.up(&["--deny", &code]);
    assert_eq!((denied.code, bed.changes()), (1, vec![]), "{}", denied.stderr);
    assert!(denied.stderr.starts_with(&format!("error[{code}]")), "{}", denied.stderr);
    assert!(denied.stderr.ends_with("nothing was changed\n"), "{}", denied.stderr);
    let allowed = bed.up(&["--allow", &code, "--dry-run"]);
    assert_eq!((allowed.code, &*allowed.stderr), (0, ""));
    let json = bed.up(&["--diagnostics", "json", "--dry-run"]);
    assert!(json.stderr.starts_with('{'), "{}", json.stderr);
}

#[test]
fn what_is_steady_must_stay_so_for_as_long_as_is_asked_for() {
    let bed = Bed::new("name: shop\nservices:\n  web: {image: 'nginx:1', mem_limit: 64m}\n");
    // Deployed once, it dies a minute later, and its successors with it.
    let dies = Behaviour::exits(std::time::Duration::from_mins(1), 1);
    bed.aws.lock().unwrap().behave(Of::Image("nginx:1".to_owned()), [dies]);
    let up = bed.up(&["--stable-for", "10m"]);
    assert_eq!(up.code, 3, "{}", up.stderr);
    assert!(up.stderr.contains("✘ web  its tasks end again and again"), "{}", up.stderr);
    let again = Bed::new("name: shop\nservices:\n  web: {image: 'nginx:1', mem_limit: 64m}\n");
    let up = again.up(&["--stable-for", "300ms"]);
    assert_eq!(up.code, 0, "{}", up.stderr);
    assert!(up.stderr.contains("✔ shop -> shop: 1 deployed"), "{}", up.stderr);
}
