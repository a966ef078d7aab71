//! Scripts without their waits do what they did: real shells run both, with stand-ins for the programs, and write down
//! what was started.

#![cfg(unix)]
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads what is there, and fails loudly")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use compose2ecs::diag::Code;
use compose2ecs::options::{Grouping, LowerOptions, Options};
use compose2ecs::translate;
use compose2ecs::world::MemoryWorld;
use proptest::prelude::*;
use proptest::sample::select;

/// Programs that write down how they were started; the last one fails.
const PROGRAMS: &[&str] = &["alpha", "beta", "fails"];

/// Waits, all of them for a database that is there.
const WAITS: &[&str] = &[
    "until nc -z db 5432; do sleep 0; done",
    "while ! nc -w 1 -z db 5432\ndo\n  echo waiting\n  sleep 0\ndone",
    "until pg_isready -h db 2>/dev/null; do echo waiting && sleep 0; done",
    "for i in 1 2 3; do nc -z db 5432 && break; sleep 0; done",
    "while true; do (nc -z db 5432) >/dev/null 2>&1 && break || sleep 0; done",
    "timeout 9 sh -c 'until nc -z db 5432; do sleep 0; done'",
    "dockerize -wait tcp://db:5432",
    "dockerize -wait tcp://db:5432 -timeout 1m alpha behind",
    "wait-for db:5432",
    "wait-for db:5432 -- alpha behind",
    "wait-for 'db:5432' -t 9 -- wait-for \"db:5432\" -- alpha 'b c'",
];

/// What else a script may do.
const OTHERS: &[&str] =
    &["alpha", "beta 'x y' \"$HOME\"", "fails", "echo said", "cd /", "set -e", "export A=b", "sleep 0", "A=b alpha"];

/// Makes the programs in a folder.
fn make_programs(folder: &Path) {
    let make = |name: &str, script: &str| {
        let path = folder.join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    for program in PROGRAMS {
        let end = if *program == "fails" { "exit 3" } else { "exit 0" };
        make(program, &format!("printf '{program}' >> \"$LOG\"; printf '<%s>' \"$@\" >> \"$LOG\"; {end}"));
    }
    for probe in ["nc", "pg_isready"] {
        make(probe, "exit 0");
    }
    make("dockerize", "while [ \"${1#-}\" != \"$1\" ]; do shift 2; done\n[ $# = 0 ] || exec \"$@\"");
    make("wait-for", "while [ $# != 0 ] && [ \"$1\" != -- ]; do shift; done\n[ $# -lt 2 ] || { shift; exec \"$@\"; }");
}

/// The script that runs in place of this one, and whether a note says that a wait is gone.
fn translated(shell: &str, script: &str) -> (String, bool) {
    let quoted = serde_json::to_string(script).unwrap().replace('$', "$$");
    let compose =
        format!("services:\n  web: {{image: a, command: [{shell}, -c, {quoted}]}}\n  db: {{image: 'postgres:16'}}\n");
    let world = MemoryWorld {
        files: [("/srv/shop/compose.yaml".into(), compose.into())].into(),
        current_dir: "/srv/shop".into(),
        ..MemoryWorld::default()
    };
    let lower = LowerOptions { grouping: Some(Grouping::SingleTask), ..LowerOptions::default() };
    let translation = translate(&world, &[], &Options { lower, ..Options::default() });
    let definitions = translation.stack.unwrap().task_definitions;
    let mut containers = definitions.into_iter().flat_map(|definition| definition.container_definitions);
    let web = containers.find(|container| container.name.0 == "web").unwrap();
    let removed = translation.diagnostics.iter().any(|finding| finding.code == Code::WaitRemoved);
    (web.command.last().unwrap().clone(), removed)
}

/// What a script starts, and how it ends.
fn run(shell: &str, script: &str, programs: &Path) -> (String, Option<i32>) {
    let log = programs.join("log");
    fs::write(&log, "").unwrap();
    let path = format!("{}:/usr/bin:/bin", programs.display());
    let mut command = Command::new(shell);
    command.args(["-c", script]).env_clear().env("PATH", path).env("LOG", &log).env("HOME", "/root");
    let output = command.output().unwrap();
    (fs::read_to_string(&log).unwrap(), output.status.code())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_script_starts_the_same_programs(
        shell in select(vec!["sh", "bash"]),
        parts in proptest::collection::vec(
            (prop_oneof![3 => select(WAITS), 2 => select(OTHERS)], select(vec![" && ", "; ", "\n", " &&\n"])), 1..5,
        ),
        end in select(vec!["", "alpha end", "exec beta end", "beta end; alpha"]),
    ) {
        let mut script: String = parts.iter().flat_map(|(part, joint)| [*part, *joint]).collect();
        script.push_str(end);
        let (found, removed) = translated(shell, &script);
        prop_assert_eq!(found != script, removed, "{}\n{}", script, found);
        if found != script {
            let programs = tempfile::tempdir().unwrap();
            make_programs(programs.path());
            let expected = run(shell, &script, programs.path());
            prop_assert_eq!(run(shell, &found, programs.path()), expected, "{}\n{}", script, found);
        }
    }
}
