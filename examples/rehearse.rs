//! Shows a deployment to someone who has no AWS account: starts a fake ECS in this process, and runs `compose2ecs` against
//! it, with all that is typed behind `--`.
//!
//! ```sh
//! cargo run --example rehearse -- up -f testdata/apps/rails/compose.yml
//! ```
//!
//! Time passes twenty times as fast there, and the account is gone when the command ends. Several commands, one after
//! the other in the same account, are joined by `then`: `up -f FILE then ps -f FILE then down --yes -f FILE`.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use compose2ecs_standin::{Aws, Clock, LogGroups, Machine, Request, Settings, serve};
use serde_json::json;

/// How many times as fast time passes.
const SPEED: f64 = 20.0;

/// The commands that look at services again and again.
const WATCHING: [&str; 3] = ["up", "rollback", "scale"];

fn main() -> io::Result<ExitCode> {
    let typed: Vec<String> = std::env::args().skip(1).collect();
    // Who reads logs asks for those of the last hour.
    let epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let mut aws = Aws::new(Settings { epoch, log_groups: LogGroups::Made, ..Settings::default() });
    aws.call(&Request::ecs("CreateCluster", &json!({"clusterName": "rehearsal"})));
    for _ in 0..2 {
        aws.add_instance("rehearsal", Machine::default());
    }
    let server = serve(Arc::new(Mutex::new(aws)), Clock::Real(SPEED))?;
    let poll = Duration::from_secs(2).div_f64(SPEED);
    for command in typed.split(|word| word == "then") {
        writeln!(io::stdout(), "$ compose2ecs {}", command.join(" "))?;
        let status = Command::new(binary()?)
            .args(command)
            .args(["--cluster", "rehearsal", "--region", "eu-west-1", "--endpoint-url", &server.url])
            // Nothing is built here: images are taken to be in a registry that nobody looks into.
            .args(["--registry", "registry.example.com"])
            .args(
                command
                    .first()
                    .filter(|name| WATCHING.contains(&&***name))
                    .map(|_| format!("--poll-interval={}ms", poll.as_millis())),
            )
            .env("AWS_ACCESS_KEY_ID", "AKIDREHEARSAL")
            .env("AWS_SECRET_ACCESS_KEY", "rehearsal")
            .env_remove("AWS_PROFILE")
            .status()?;
        if !status.success() {
            return Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The program, which cargo builds beside its examples.
fn binary() -> io::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own.parent().and_then(|examples| examples.parent());
    let folder = folder.ok_or_else(|| io::Error::other("an example is in a folder of the target"))?;
    Ok(folder.join(format!("compose2ecs{}", std::env::consts::EXE_SUFFIX)))
}
