//! The real binary, deploying to a fake ECS over HTTP.

#![cfg(feature = "deploy")]
#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

#[path = "support/binary.rs"]
mod binary;
#[path = "up/companions.rs"]
mod companions;
#[path = "up/ending.rs"]
mod ending;
#[path = "up/failures.rs"]
mod failures;
#[path = "up/iam_policy.rs"]
mod iam_policy;
#[path = "up/prune.rs"]
mod prune;
#[path = "up/push.rs"]
mod push;
#[path = "up/readme.rs"]
mod readme;
#[path = "up/terminal.rs"]
mod terminal;
#[path = "up/vpc.rs"]
mod vpc;

use std::fs;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use binary::{Run, compose2ecs, folder, run};
use compose2ecs_standin::{Aws, Clock, LogGroups, Request, Server, Settings, Timings, serve};
use serde_json::{Value, json};
use tempfile::TempDir;

const SHOP: &str = "name: shop
services:
  db: {image: 'redis:7', mem_limit: 64m, healthcheck: {test: redis-cli ping, interval: 5s}}
  web: {image: 'nginx:1', mem_limit: 64m, depends_on: {db: {condition: service_healthy}}}
";

/// An account that is served, and a folder with a Compose file in it.
struct Bed {
    aws: Arc<Mutex<Aws>>,
    server: Server,
    folder: TempDir,
}

impl Bed {
    fn new(compose: &str) -> Self {
        let settings = Settings { log_groups: LogGroups::Made, timings: Timings::immediate(), ..Settings::default() };
        let mut aws = Aws::new(settings);
        aws.call(&Request::ecs("CreateCluster", &json!({"clusterName": "shop"})));
        aws.add_instance("shop", compose2ecs_standin::Machine::default());
        let aws = Arc::new(Mutex::new(aws));
        let server = serve(Arc::clone(&aws), Clock::Step(Duration::from_secs(5))).unwrap();
        Self { aws, server, folder: folder(&[("compose.yml", compose)]) }
    }

    /// The binary with credentials, and the account as its AWS.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = compose2ecs(self.folder.path(), args);
        command
            .args(["--endpoint-url", &self.server.url, "--region", "eu-west-1"])
            .env("AWS_ACCESS_KEY_ID", "AKIDTESTED")
            .env("AWS_SECRET_ACCESS_KEY", "secret");
        command
    }

    #[track_caller]
    fn run(&self, args: &[&str]) -> Run {
        run(&mut self.command(args))
    }

    #[track_caller]
    fn up(&self, args: &[&str]) -> Run {
        self.run(&[&["up", "--poll-interval", "20ms"], args].concat())
    }

    /// Puts another Compose file in the place of the first.
    fn write(&self, compose: &str) {
        fs::write(self.folder.path().join("compose.yml"), compose).unwrap();
    }

    /// Runs `up`, and compares what it says of the deployment with a snapshot.
    #[track_caller]
    fn check(&self, name: &str, code: i32, args: &[&str]) {
        let up = self.up(args);
        assert_eq!(up.code, code, "{}", up.stderr);
        let start = up.stderr.find("plan: ").or_else(|| up.stderr.find('✘')).unwrap_or_default();
        let said = up.stderr.get(start..).unwrap_or_default();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("up/snapshots");
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, without_times(said)));
    }

    /// The names of the mutating calls since the last time.
    fn changes(&self) -> Vec<String> {
        let mut aws = self.aws.lock().unwrap();
        let calls = aws.calls().iter();
        let changes = calls.filter(|call| call.effect == compose2ecs_standin::Effect::Mutates);
        let changes = changes.map(|call| call.operation.clone()).collect();
        aws.forget_calls();
        changes
    }
}

/// What is said, without the times of this run: stamps, what stands in brackets at the end, and what is behind `after`.
fn without_times(said: &str) -> String {
    let is_stamp = |word: &str| word.len() == 20 && word.starts_with("20") && word.ends_with('Z');
    let is_duration = |word: &str| {
        let digits = word.starts_with(|letter: char| letter.is_ascii_digit()) && word.ends_with('s');
        digits && word.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | 'm' | 's'))
    };
    let line = |line: &str| {
        let mut words: Vec<String> = Vec::new();
        for word in line.split(' ') {
            let bracketed = word.strip_prefix('(').and_then(|word| word.strip_suffix(')'));
            let is_behind = words.last().is_some_and(|before| before == "after");
            let shown = match (bracketed, word.strip_suffix(':').unwrap_or(word)) {
                (Some(inner), _) if is_duration(inner) => "(TIME)".to_owned(),
                (None, bare) if is_behind && is_duration(bare) => word.replace(bare, "TIME"),
                _ if is_stamp(word) => "TIME".to_owned(),
                _ => word.to_owned(),
            };
            words.push(shown);
        }
        words.join(" ") + "\n"
    };
    said.lines().map(line).collect()
}

#[test]
fn a_project_goes_up_is_seen_and_goes_down() {
    let bed = Bed::new(SHOP);
    bed.changes();
    let up = bed.up(&[]);
    assert_eq!(up.code, 0, "{}", up.stderr);
    assert_eq!(up.stdout, "");
    assert!(up.stderr.contains("  + db   create service  shop-db:new\n"), "{}", up.stderr);
    assert!(up.stderr.contains("waves: 1 db  2 web\n"), "{}", up.stderr);
    assert!(without_times(&up.stderr).ends_with("✔ shop -> shop: 2 deployed (TIME)\n"), "{}", up.stderr);
    assert_eq!(bed.changes(), ["RegisterTaskDefinition", "RegisterTaskDefinition", "CreateService", "CreateService"]);

    let again = bed.up(&[]);
    assert_eq!((again.code, bed.changes()), (0, vec![]), "{}", again.stderr);
    let nothing = "✔ shop -> shop: no changes (2 services up to date) (TIME)\n";
    assert!(without_times(&again.stderr).ends_with(nothing), "{}", again.stderr);

    let ps = bed.run(&["ps"]);
    let services: Vec<_> = ps.stdout.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!((ps.code, services), (0, vec!["SERVICE", "db", "web"]), "{}", ps.stderr);
    let json = bed.run(&["ps", "--format", "json"]).stdout;
    let first: Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!((&first["service"], &first["revision"]), (&json!("db"), &json!("shop-db:1")));

    let asked = bed.run(&["down"]);
    assert_eq!((asked.code, bed.changes()), (2, vec![]), "{}", asked.stderr);
    let down = bed.run(&["down", "--yes"]);
    assert_eq!(down.code, 0, "{}", down.stderr);
    assert_eq!(bed.changes(), ["DeleteService", "DeleteService"]);
    let nothing = bed.run(&["down", "--yes"]);
    assert_eq!((nothing.code, &*nothing.stderr), (0, "no resource found to remove\n"));
}

#[test]
fn a_project_is_rolled_back() {
    let bed = Bed::new(SHOP);
    assert_eq!(bed.up(&[]).code, 0);
    fs::write(bed.folder.path().join("compose.yml"), SHOP.replace("nginx:1", "nginx:2")).unwrap();
    assert_eq!(bed.up(&[]).code, 0);
    bed.changes();
    let rollback = |args: &[&str]| bed.run(&[&["rollback", "--poll-interval", "20ms"], args].concat());
    let asked = rollback(&[]);
    assert_eq!((asked.code, bed.changes()), (2, vec![]), "{}", asked.stderr);
    let done = rollback(&["--yes"]);
    assert_eq!((done.code, bed.changes()), (0, vec!["UpdateService".to_owned()]), "{}", done.stderr);
    assert!(done.stderr.contains("  ~ web  shop-web:2 -> shop-web:1  (new deployment)\n"), "{}", done.stderr);
    assert!(done.stderr.contains("web: back to shop-web:1: it was deployed successfully at 2026-01-01T"));
    assert!(done.stderr.contains("shop: service `db` has no earlier successful deployment: it stays\n"));
    assert!(done.stderr.contains("the next `compose2ecs up` deploys what the file says again\n"));
    let refused = rollback(&["db", "--yes"]);
    assert_eq!((refused.code, bed.changes()), (1, vec![]), "{}", refused.stderr);
    assert!(refused.stderr.starts_with("error: service `db` has no earlier successful deployment\n"));
    let misused = rollback(&["--to", "1", "--yes"]);
    assert_eq!((misused.code, bed.changes()), (2, vec![]), "{}", misused.stderr);
}

#[test]
fn a_rehearsal_changes_nothing() {
    let bed = Bed::new(SHOP);
    bed.changes();
    let rehearsal = bed.up(&["--dry-run"]);
    assert_eq!((rehearsal.code, bed.changes()), (0, vec![]), "{}", rehearsal.stderr);
    let plan = "plan: cluster shop, project shop\n  + db   create service  shop-db:new\n  + web  create service  \
                shop-web:new\nwaves: 1 db  2 web\n";
    assert_eq!(rehearsal.stdout, plan);
}

#[test]
fn what_ecs_cli_is_told_is_deployed() {
    let bed = Bed::new(SHOP);
    fs::write(bed.folder.path().join("ecs-params.yml"), "task_definition: {services: {web: {cpu_shares: 128}}}")
        .unwrap();
    let up = bed.up(&["--ecs-params", "ecs-params.yml"]);
    assert_eq!(up.code, 0, "{}", up.stderr);
    assert!(
        up.stderr.contains("note[inferred]: `cpu_shares` is taken for `cpu_shares` of the service\n"),
        "{}",
        up.stderr
    );
    assert!(up.stderr.contains("  + shop  create service  shop:new\n"), "{}", up.stderr);
    let ps = bed.run(&["ps", "--ecs-params", "ecs-params.yml"]);
    assert_eq!(ps.code, 0, "{}", ps.stderr);
    let down = bed.run(&["down", "--yes", "--ecs-params", "ecs-params.yml"]);
    assert_eq!(down.code, 0, "{}", down.stderr);
}

#[test]
fn each_line_of_json_is_an_object_and_the_last_is_the_summary() {
    let bed = Bed::new(SHOP);
    let up = bed.up(&["--progress", "json"]);
    assert_eq!(up.code, 0, "{}", up.stderr);
    let lines: Vec<Value> = up.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = lines.last().unwrap();
    assert_eq!(last["type"], "summary");
    assert_eq!(last["units"], json!({"db": "deployed", "web": "deployed"}));
    assert_eq!(last["exit_code"], 0);
}

#[test]
fn what_is_missing_is_said_before_anything_else() {
    let bed = Bed::new(SHOP);
    bed.changes();
    let no_region = run(compose2ecs(bed.folder.path(), &["up"]).env("AWS_EC2_METADATA_DISABLED", "true"));
    assert_eq!(no_region.code, 1);
    assert!(no_region.stderr.starts_with("error: the AWS region is not known\n"), "{}", no_region.stderr);
    let mut command = compose2ecs(bed.folder.path(), &["up", "--region", "eu-west-1"]);
    let no_credentials =
        run(command.args(["--endpoint-url", &bed.server.url]).env("AWS_EC2_METADATA_DISABLED", "true"));
    assert_eq!((no_credentials.code, bed.changes()), (1, vec![]));
    assert!(no_credentials.stderr.contains("no AWS credentials"), "{}", no_credentials.stderr);
    let no_cluster = bed.up(&["--cluster", "other"]);
    assert_eq!((no_cluster.code, bed.changes()), (1, vec![]));
    assert!(no_cluster.stderr.contains("error: there is no cluster `other`\n"), "{}", no_cluster.stderr);
    assert!(no_cluster.stderr.ends_with("nothing was changed\n"), "{}", no_cluster.stderr);
}
