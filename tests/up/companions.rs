//! The commands beside `up`: what they print, what they change, and with what they end.

use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, SystemTime};

use compose2ecs_standin::{Behaviour, Machine, Of, Pull};
use serde_json::{Value, json};

use super::push::Yard;
use crate::binary::{Run, compose2ecs, run};
use crate::{Bed, SHOP};

/// A file with a service of which nothing else is needed.
const WEB: &str = "name: shop\nservices:\n  web: {image: 'nginx:1', mem_limit: 64m}\n";

impl Bed {
    /// Has the account's clock show the time of this machine.
    fn set_to_now(&self) {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        self.aws.lock().unwrap().settings_mut().epoch = now;
    }

    /// Has containers of an image do these things, one after the other.
    fn behave(&self, image: &str, behaviours: impl IntoIterator<Item = Behaviour>) {
        self.aws.lock().unwrap().behave(Of::Image(image.to_owned()), behaviours);
    }

    /// The names of the tasks of a unit.
    fn tasks(&self, unit: &str) -> Vec<String> {
        let aws = self.aws.lock().unwrap();
        let own = aws.tasks().filter(|task| task.revision.family == format!("shop-{unit}"));
        own.map(|task| task.id.clone()).collect()
    }

    /// Runs a container once. What stands behind the command is the container's.
    fn run_once(&self, args: &[&str]) -> Run {
        let mut command = compose2ecs(self.folder.path(), &["run", "--endpoint-url", &self.server.url]);
        command.args(["--region", "eu-west-1"]).args(args);
        run(command.env("AWS_ACCESS_KEY_ID", "AKIDTESTED").env("AWS_SECRET_ACCESS_KEY", "secret"))
    }

    /// Starts a command whose output is read while it runs.
    fn spawn(&self, args: &[&str]) -> (Child, Lines<BufReader<ChildStdout>>) {
        let mut command = self.command(args);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        (child, lines)
    }
}

/// Asks a program to stop, as somebody does on a terminal.
fn interrupt(child: &Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn what_containers_wrote_is_printed_behind_their_names() {
    let bed = Bed::new(WEB);
    bed.behave("nginx:1", [Behaviour::default().says(Duration::ZERO, "starting").says(Duration::ZERO, "ready")]);
    assert_eq!(bed.up(&[]).code, 0);
    let task: String = bed.tasks("web")[0].chars().take(8).collect();
    let logs = |args: &[&str]| bed.run(&[&["logs", "--since", "2026-01-01"], args].concat());
    // `-f` follows: the file is named before the command, or in full.
    let all = run(bed.command(&["logs", "--since", "2026-01-01", "--file", "compose.yml"]).env("COMPOSE_FILE", "none"));
    assert_eq!((all.code, all.stdout), (0, format!("web/{task} | starting\nweb/{task} | ready\n")), "{}", all.stderr);
    assert_eq!(logs(&["web", "--no-log-prefix", "-n", "1"]).stdout, "ready\n");
    assert_eq!(logs(&["web", "--index", "1", "--tail", "all", "--no-log-prefix"]).stdout, "starting\nready\n");
    let timed = logs(&["-n1", "-t", "--no-log-prefix"]).stdout;
    assert!(timed.starts_with("2026-01-01T00:0") && timed.ends_with(" ready\n"), "{timed}");
    let painted = logs(&["-n1", "--color", "always"]).stdout;
    assert_eq!(painted, format!("\u{1b}[36mweb/{task} | \u{1b}[0mready\n"));
    assert_eq!(logs(&["-n1", "--color", "always", "--no-color"]).stdout, format!("web/{task} | ready\n"));
    let before = logs(&["--until", "2026-01-01"]);
    assert_eq!((before.code, &*before.stdout, &*before.stderr), (0, "", "no log events yet\n"));
    for (args, message) in [
        (&["wep"][..], "error: no container of `wep` ran here\n"),
        (&["web", "--index", "2"], "error: `web` has 1 tasks: there is no number 2\n"),
    ] {
        let refused = logs(args);
        assert_eq!(refused.code, 1);
        assert!(refused.stderr.starts_with(message), "{}", refused.stderr);
    }
}

#[test]
fn lines_are_followed_until_somebody_asks_to_stop() {
    let bed = Bed::new(WEB);
    bed.behave("nginx:1", [Behaviour::default().says(Duration::ZERO, "starting")]);
    assert_eq!(bed.up(&[]).code, 0);
    let stream = format!("web/web/{}", bed.tasks("web")[0]);
    let follow = ["logs", "-f", "--since", "2026-01-01", "--no-log-prefix", "web"];
    let (mut child, mut lines) = bed.spawn(&follow);
    assert_eq!(lines.next().unwrap().unwrap(), "starting");
    bed.aws.lock().unwrap().write_log("/ecs/shop", &stream, "later");
    assert_eq!(lines.next().unwrap().unwrap(), "later");
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));

    // Nobody reads any more, as with `head`.
    let (mut child, mut lines) = bed.spawn(&follow);
    assert_eq!(lines.next().unwrap().unwrap(), "starting");
    drop(lines);
    bed.aws.lock().unwrap().write_log("/ecs/shop", &stream, "unheard");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn what_containers_write_is_shown_beside_the_progress() {
    let bed = Bed::new(WEB);
    bed.set_to_now();
    bed.behave("nginx:1", [Behaviour::default().says(Duration::ZERO, "starting")]);
    let (mut child, _) = bed.spawn(&["up", "--follow", "--poll-interval", "20ms"]);
    let mut said = Vec::new();
    for line in BufReader::new(child.stderr.take().unwrap()).lines() {
        said.push(line.unwrap());
        let has = |text: &str| said.iter().any(|line| line.contains(text));
        if has("1 deployed") && has(" | starting") {
            break;
        }
    }
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said:#?}");
    assert_eq!(bed.tasks("web").len(), 1);
}

#[test]
fn a_run_ends_as_its_container_does() {
    let bed = Bed::new(SHOP);
    bed.behave(
        "nginx:1",
        [
            Behaviour::default(),
            Behaviour::exits(Duration::from_secs(1), 7).says(Duration::ZERO, "migrating"),
            Behaviour::exits(Duration::from_secs(1), 0),
            Behaviour::out_of_memory(Duration::from_secs(1)),
            Behaviour::pulls(Pull::NotFound),
        ],
    );
    let early = bed.run_once(&["web", "rake", "db:migrate"]);
    assert_eq!(early.code, 125, "{}", early.stderr);
    assert!(early.stderr.contains("error: `web` needs `db`, which does not run\n"), "{}", early.stderr);
    assert_eq!(bed.up(&[]).code, 0);
    bed.set_to_now();
    bed.changes();

    let seven = bed.run_once(&["--rm", "-T", "-e", "A=b", "web", "rake", "db:migrate", "--trace"]);
    assert_eq!((seven.code, &*seven.stdout), (7, "migrating\n"), "{}", seven.stderr);
    let overrides = bed.aws.lock().unwrap().mutations().last().unwrap().input["overrides"].clone();
    let environment = json!([{"name": "A", "value": "b"}]);
    let expected = json!({"name": "web", "command": ["rake", "db:migrate", "--trace"], "environment": environment});
    assert_eq!(overrides, json!({"containerOverrides": [expected]}));
    assert_eq!(bed.changes(), ["RunTask"]);

    let fine = bed.run_once(&["--no-logs", "web"]);
    assert_eq!((fine.code, &*fine.stdout), (0, ""), "{}", fine.stderr);
    let killed = bed.run_once(&["--no-logs", "web"]);
    assert_eq!(killed.code, 137);
    assert!(killed.stderr.contains("used more memory than it may"), "{}", killed.stderr);
    let never = bed.run_once(&["--no-logs", "web"]);
    assert_eq!(never.code, 125);
    assert!(never.stderr.contains("error: container `web` never ran: CannotPullContainerError"), "{}", never.stderr);
    bed.changes();

    let misused = bed.run_once(&["--entrypoint", "sh", "web"]);
    assert_eq!((misused.code, bed.changes()), (2, vec![]), "{}", misused.stderr);
    let unknown = bed.run_once(&["wep"]);
    assert_eq!((unknown.code, bed.changes()), (125, vec![]), "{}", unknown.stderr);
}

#[test]
fn a_run_has_the_definition_that_the_file_says() {
    let bed = Bed::new(WEB);
    assert_eq!(bed.up(&[]).code, 0);
    bed.write(&WEB.replace("nginx:1", "nginx:2"));
    bed.changes();
    let new = bed.run_once(&["-d", "web"]);
    assert_eq!((new.code, bed.changes()), (0, vec!["RegisterTaskDefinition".to_owned(), "RunTask".to_owned()]));
    assert!(new.stdout.starts_with("arn:aws:ecs:eu-west-1:123456789012:task/shop/"), "{}", new.stdout);
    assert_eq!(new.stdout.lines().count(), 1);
    let latest = bed.run_once(&["-d", "--latest", "web"]);
    assert_eq!((latest.code, bed.changes()), (0, vec!["RunTask".to_owned()]), "{}", latest.stderr);
    let aws = bed.aws.lock().unwrap();
    let revisions: Vec<u64> = aws.tasks().map(|task| task.revision.number).collect();
    assert_eq!(revisions, [1, 2, 1]);
}

#[test]
fn who_interrupts_a_run_ends_it() {
    let bed = Bed::new(WEB);
    bed.set_to_now();
    let runs = Behaviour { life: compose2ecs_standin::Life::ForEver, ..Behaviour::default() };
    bed.behave("nginx:1", [runs.says(Duration::ZERO, "working")]);
    let (mut child, mut lines) = bed.spawn(&["run", "web"]);
    assert_eq!(lines.next().unwrap().unwrap(), "working");
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(143));
    let aws = bed.aws.lock().unwrap();
    let stop = aws.tasks().next().unwrap().stop.clone().unwrap();
    assert_eq!(stop.reason, "interrupted by user");
}

#[test]
fn a_service_gets_more_tasks_and_nothing_else() {
    let file = WEB.replace("mem_limit: 64m", "mem_limit: 64m, deploy: {replicas: 1}");
    let bed = Bed::new(&file);
    assert_eq!(bed.up(&[]).code, 0);
    bed.changes();
    let scale = |count: &str| bed.run(&["scale", count, "--poll-interval", "20ms"]);
    let more = scale("web=3");
    assert_eq!(more.code, 0, "{}", more.stderr);
    assert!(more.stderr.contains("  ~ web  desired count 1 -> 3  (in place)\n"), "{}", more.stderr);
    assert!(more.stderr.contains("web: warning: the file says 1: the next `compose2ecs up` sets it back to that\n"));
    let call = {
        let aws = bed.aws.lock().unwrap();
        let call = aws.mutations().last().unwrap();
        (call.operation.clone(), call.input.clone())
    };
    let input = json!({"cluster": "shop", "service": "shop-web", "desiredCount": 3});
    assert_eq!(call, ("UpdateService".to_owned(), input));
    let less = scale("web=0");
    assert_eq!((less.code, bed.changes().len()), (0, 2), "{}", less.stderr);
    let same = scale("web=0");
    assert_eq!((same.code, bed.changes()), (0, vec![]), "{}", same.stderr);
    assert_eq!(scale("wep=1").code, 1);
    assert_eq!(scale("web").code, 2);
}

#[test]
fn what_differs_is_told_field_by_field() {
    let file = "name: shop\nservices:\n  web:\n    image: 'nginx:1'\n    mem_limit: 64m\n    environment:\n      \
                LOG_LEVEL: info\n      DB_PASSWORD: hunter2\n";
    let bed = Bed::new(file);
    let new = bed.run(&["diff"]);
    assert_eq!(new.code, 0, "{}", new.stderr);
    assert!(new.stdout.starts_with("+ web  create service  shop-web:new\n"), "{}", new.stdout);
    assert!(new.stdout.contains("    + containerDefinitions[web].image: \"nginx:1\"\n"), "{}", new.stdout);
    assert!(!new.stdout.contains("hunter2"), "{}", new.stdout);
    assert_eq!(bed.up(&[]).code, 0);
    bed.changes();
    let same = bed.run(&["diff", "--exit-code"]);
    assert_eq!((same.code, &*same.stdout), (0, "shop -> shop: no changes (1 services up to date)\n"));
    bed.write(
        &file
            .replace("info", "debug")
            .replace("hunter2", "hunter3")
            .replace("mem_limit: 64m", "mem_limit: 64m\n    tty: true"),
    );
    let differs = bed.run(&["diff", "--exit-code"]);
    let lines = "~ web  new revision of shop-web:1: environment[DB_PASSWORD], environment[LOG_LEVEL], pseudoTerminal  \
                 (new deployment)\n    ~ containerDefinitions[web].environment[DB_PASSWORD]: \"***\" -> \"***\"\n    ~ \
                 containerDefinitions[web].environment[LOG_LEVEL]: \"info\" -> \"debug\"\n    + \
                 containerDefinitions[web].pseudoTerminal: true\n";
    assert_eq!((differs.code, &*differs.stdout), (1, lines), "{}", differs.stderr);
    let shown = bed.run(&["diff", "--show-values"]);
    assert!(shown.stdout.contains("[DB_PASSWORD]: \"hunter2\" -> \"hunter3\"\n"), "{}", shown.stdout);
    let json: Value = serde_json::from_str(&bed.run(&["diff", "--format", "json"]).stdout).unwrap();
    let expected = json!({
        "cluster": "shop",
        "project": "shop",
        "creates_cluster": false,
        "units": [{
            "unit": "web",
            "wave": 0,
            "step": "update",
            "registers": true,
            "previous": "shop-web:1",
            "definition": [
                {"path": "containerDefinitions[web].environment[DB_PASSWORD]", "from": "***", "to": "***"},
                {"path": "containerDefinitions[web].environment[LOG_LEVEL]", "from": "info", "to": "debug"},
                {"path": "containerDefinitions[web].pseudoTerminal", "from": null, "to": true},
            ],
            "service": [],
        }],
        "orphans": [],
    });
    assert_eq!(json, expected);
    bed.write("services: {web: {image: 5}");
    assert_eq!(bed.run(&["diff", "--exit-code"]).code, 2);
    assert_eq!(bed.changes(), [""; 0]);
}

#[test]
fn tasks_are_shown_as_they_are() {
    let bed = Bed::new(SHOP);
    assert_eq!(bed.up(&[]).code, 0);
    let ps = |args: &[&str]| bed.run(&[&["ps"], args].concat());
    let (db, web) = (bed.tasks("db").remove(0), bed.tasks("web").remove(0));
    assert_eq!(ps(&["-q"]).stdout, format!("{db}\n{web}\n"));
    assert_eq!(ps(&["--filter", "status=stopped", "-q"]).stdout, "");
    assert_eq!(ps(&["--exit-code"]).code, 0);
    let table = ps(&[]).stdout;
    let head: Vec<&str> = table.lines().next().unwrap().split_whitespace().collect();
    let columns = ["SERVICE", "TASK", "REVISION", "STATUS", "HEALTH", "DESIRED/RUNNING", "STARTED", "IP", "EXIT"];
    assert_eq!(head, columns);
    let first: Vec<&str> = table.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!(first[..6], ["db", &*db, "shop-db:1", "RUNNING", "HEALTHY", "1/1"]);

    bed.behave("nginx:2", [Behaviour::exits(Duration::ZERO, 3)]);
    bed.write(
        &SHOP
            .replace("nginx:1", "nginx:2")
            .replace(
                "  db: {image: 'redis:7', mem_limit: 64m, healthcheck: {test: redis-cli ping, interval: 5s}}\n",
                "",
            )
            .replace(", depends_on: {db: {condition: service_healthy}}", ""),
    );
    assert_eq!(bed.up(&["--no-rollback"]).code, 3);
    let failed = ps(&["--exit-code", "--orphans=false"]);
    assert_eq!(failed.code, 3);
    let event = failed.stdout.lines().find(|line| line.starts_with("  ! ")).unwrap_or_default();
    assert!(event.contains("(service shop-web)"), "{}", failed.stdout);
    assert!(!failed.stdout.contains("db "), "{}", failed.stdout);
    let stopped = ps(&["--filter", "status=stopped", "--format", "json"]).stdout;
    let tasks: Vec<Value> = stopped.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let failed = tasks.iter().find(|task| task["exit_code"] == 3).unwrap();
    let shown = (&failed["service"], &failed["status"], &failed["revision"]);
    assert_eq!(shown, (&json!("web"), &json!("STOPPED"), &json!("shop-web:2")));
    assert_eq!(ps(&["--filter", "name=web"]).code, 2);
}

#[test]
fn the_rails_application_goes_up_is_changed_goes_back_and_goes_down() {
    let file = include_str!("../../testdata/apps/rails/compose.yml");
    let yard = Yard::new(&format!("name: rails\n{file}"));
    let bed = &yard.bed;
    bed.aws.lock().unwrap().add_instance("shop", Machine::default());
    let listens = Behaviour::default().says(Duration::ZERO, "Listening on http://0.0.0.0:3000");
    bed.aws.lock().unwrap().behave(Of::Container("rails-websvc/websvc".to_owned()), [listens]);
    let here = |command: &str| {
        let words: Vec<&str> = command.split(' ').chain(["--cluster", "shop"]).collect();
        yard.run(&words)
    };
    let runs = || bed.aws.lock().unwrap().service("shop", "rails-websvc").unwrap().revision.number;

    let up = here("up --build --poll-interval 20ms");
    assert_eq!(up.code, 0, "{}", up.stderr);
    assert!(up.stderr.contains("waves: 1 websvcdb  2 websvc\n"), "{}", up.stderr);
    assert!(up.stderr.contains("2 deployed"), "{}", up.stderr);
    bed.changes();
    let again = here("up --poll-interval 20ms");
    assert_eq!((again.code, bed.changes()), (0, vec![]), "{}", again.stderr);
    let ps = here("ps");
    let services: Vec<_> = ps.stdout.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(services, ["SERVICE", "websvcdb", "websvc"]);
    let logs = here("logs websvc --since 2026-01-01 --no-log-prefix");
    assert_eq!(logs.stdout, "Listening on http://0.0.0.0:3000\n", "{}", logs.stderr);

    bed.write(&format!("name: rails\n{}", file.replace("- PORT=3000", "- PORT=3000\n      - RAILS_LOG_LEVEL=debug")));
    let diff = here("diff --exit-code");
    assert_eq!((diff.code, bed.changes()), (1, vec![]), "{}", diff.stderr);
    let lines: Vec<&str> = diff.stdout.lines().collect();
    let field = "    + containerDefinitions[websvc].environment[RAILS_LOG_LEVEL]: ";
    assert!(lines.len() == 2 && lines[0].starts_with("~ websvc  ") && lines[1].starts_with(field), "{}", diff.stdout);
    let changed = here("up --poll-interval 20ms");
    assert_eq!((changed.code, runs()), (0, 2), "{}", changed.stderr);
    assert!(changed.stderr.contains("1 deployed, 1 unchanged"), "{}", changed.stderr);
    assert_eq!(bed.changes(), ["RegisterTaskDefinition", "UpdateService"]);

    let back = here("rollback websvc --yes --poll-interval 20ms");
    assert_eq!((back.code, bed.changes()), (0, vec!["UpdateService".to_owned()]), "{}", back.stderr);
    assert_eq!(runs(), 1);
    let forward = here("up --poll-interval 20ms");
    assert_eq!((forward.code, runs()), (0, 2), "{}", forward.stderr);

    let down = here("down --yes");
    assert_eq!(down.code, 0, "{}", down.stderr);
    assert!(down.stderr.ends_with("rails-websvcdb: gone\n"), "{}", down.stderr);
    assert_eq!(here("down --yes").stderr, "no resource found to remove\n");
}
