//! `action.yml`, the release that it installs, and the hooks of pre-commit.

// The runner's scripts are for bash, on Windows too, but there is none to test them with.
#![cfg(unix)]
#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test reads what is there, and fails loudly"
)]

#[path = "support/binary.rs"]
mod binary;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use binary::{Run, compose2ecs, folder, run};
use serde_yaml::Value;
use tempfile::TempDir;

/// A file of the project, read as YAML.
#[track_caller]
fn yaml(path: &str) -> Value {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    serde_yaml::from_str(&text).unwrap_or_else(|err| panic!("{path}: {err}"))
}

/// The steps of the action.
fn steps() -> Vec<Value> {
    yaml("action.yml")["runs"]["steps"].as_sequence().unwrap().clone()
}

/// A step's script.
fn script(step: &Value) -> &str {
    step["run"].as_str().unwrap()
}

/// The archives that a release has, by the matrix of the workflow that makes it.
fn released() -> Vec<String> {
    let workflow = yaml(".github/workflows/release.yml");
    let matrix = workflow["jobs"]["archives"]["strategy"]["matrix"]["include"].as_sequence().unwrap().clone();
    matrix.iter().map(|entry| format!("compose2ecs-{}.tar.gz", entry["target"].as_str().unwrap())).collect()
}

/// A runner whose `curl` finds releases in the folder `web`, and notes what it was asked for.
struct Runner {
    folder: TempDir,
    platform: (&'static str, &'static str),
}

impl Runner {
    fn new(os: &'static str, arch: &'static str) -> Self {
        let curl = r#"curl() {
  while [ $# -gt 1 ]; do
    if [ "$1" = --output ]; then output=$2; fi
    shift
  done
  echo "$1" >> "$ROOT/asked"
  cp "$ROOT/web/${1##*/}" "$output" 2> /dev/null
}
"#;
        let folder = folder(&[("curl.bash", curl), ("asked", ""), ("path", ""), ("temp/.keep", ""), ("web/.keep", "")]);
        Self { folder, platform: (os, arch) }
    }

    /// Puts an archive with a program that prints its arguments into the release, with its checksum.
    fn release(&self, archive: &str) {
        let program = self.folder.path().join("compose2ecs");
        fs::write(&program, "#!/bin/bash\nprintf '<%s>' \"$@\"\n").unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let pack = "tar -czf \"web/$1\" compose2ecs && cd web && sha256sum \"$1\" > \"$1.sha256\" && rm ../compose2ecs";
        let status = Command::new("bash").args(["-c", pack, "pack", archive]).current_dir(self.folder.path()).status();
        assert!(status.unwrap().success());
    }

    /// Runs a step of the action as the runner does, with variables that its `env` would have.
    #[track_caller]
    fn run(&self, step: usize, variables: &[(&str, &str)]) -> Run {
        let root = self.folder.path();
        let path = format!("{}:/usr/bin:/bin", root.join("temp/compose2ecs").display());
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script(&steps()[step])]).env_clear();
        command.env("PATH", path).env("ROOT", root).current_dir(root);
        // A function, not a file: one that was written just now may still be open, and cannot be run.
        command.env("BASH_ENV", root.join("curl.bash"));
        command.env("RUNNER_OS", self.platform.0).env("RUNNER_ARCH", self.platform.1);
        command.env("RUNNER_TEMP", root.join("temp")).env("GITHUB_PATH", root.join("path"));
        run(command.envs(variables.iter().copied()))
    }

    /// Installs a version.
    #[track_caller]
    fn install(&self, version: &str, sha256: &str) -> Run {
        let (server, repository) = ("https://github.test", "owner/project");
        let variables = [("SERVER", server), ("REPOSITORY", repository), ("VERSION", version), ("SHA256", sha256)];
        self.run(0, &variables)
    }

    /// What `curl` was asked for.
    fn asked(&self) -> String {
        fs::read_to_string(self.folder.path().join("asked")).unwrap()
    }
}

#[test]
fn what_users_say_reaches_scripts_through_variables_only() {
    let action = yaml("action.yml");
    assert_eq!(action["runs"]["using"], "composite");
    let mut used = String::new();
    for step in steps() {
        assert_eq!(step["shell"], "bash");
        assert!(!script(&step).contains("${{"), "{}", script(&step));
        used += &serde_yaml::to_string(&step).unwrap();
    }
    for (input, about) in action["inputs"].as_mapping().unwrap() {
        let (name, is_required) = (input.as_str().unwrap(), about["required"] == true);
        assert!(about["description"].is_string(), "{name}");
        assert!(is_required != about["default"].is_string(), "{name}: it is required or has a default");
        assert!(used.contains(&format!("${{{{ inputs.{name} }}}}")), "{name} does nothing");
    }
}

#[test]
fn every_archive_of_a_release_is_installed_somewhere() {
    let platforms = [("Linux", "X64"), ("Linux", "ARM64"), ("macOS", "X64"), ("macOS", "ARM64"), ("Windows", "X64")];
    let asked = platforms.map(|(os, arch)| {
        let runner = Runner::new(os, arch);
        assert_eq!(runner.install("latest", "").code, 1, "there is nothing to install");
        runner.asked().trim_end().rsplit('/').next().unwrap().to_owned()
    });
    assert_eq!(asked.as_slice(), released());
    let workflow = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.github/workflows/release.yml")).unwrap();
    assert!(workflow.contains("archive=compose2ecs-$TARGET.tar.gz\n"));
}

#[test]
fn the_release_is_installed_and_found() {
    let archive = &released()[0];
    for (version, release) in
        [("latest", "latest/download"), ("0.1.0", "download/v0.1.0"), ("v0.1.0", "download/v0.1.0")]
    {
        let runner = Runner::new("Linux", "X64");
        runner.release(archive);
        let run = runner.install(version, "");
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
        let url = format!("https://github.test/owner/project/releases/{release}/{archive}");
        assert_eq!(runner.asked(), format!("{url}\n{url}.sha256\n"));
        let folder = runner.folder.path().join("temp/compose2ecs");
        assert_eq!(fs::read_to_string(runner.folder.path().join("path")).unwrap(), format!("{}\n", folder.display()));
        assert!(folder.join("compose2ecs").is_file());
    }
}

#[test]
fn another_checksum_installs_nothing() {
    let runner = Runner::new("Linux", "X64");
    runner.release(&released()[0]);
    for (sha256, published) in [("0123", None), ("", Some("4567 *compose2ecs.tar.gz\n"))] {
        if let Some(published) = published {
            fs::write(runner.folder.path().join("web").join(released()[0].clone() + ".sha256"), published).unwrap();
        }
        let run = runner.install("latest", sha256);
        assert_eq!(run.code, 1);
        assert!(run.stdout.starts_with("::error::"), "{}", run.stdout);
        assert!(!runner.folder.path().join("temp/compose2ecs/compose2ecs").exists());
        assert_eq!(fs::read_to_string(runner.folder.path().join("path")).unwrap(), "");
    }
}

#[test]
fn a_platform_or_a_version_that_there_is_not_is_named() {
    let run = Runner::new("Linux", "X86").install("latest", "");
    assert_eq!((run.code, run.stdout.as_str()), (1, "::error::there is no release of compose2ecs for Linux on X86\n"));
    for version in ["", "../../../evil", "1 2", "$(id)"] {
        let run = Runner::new("Linux", "X64").install(version, "");
        assert_eq!((run.code, run.stdout.as_str()), (1, "::error::the input version is no version\n"), "{version}");
    }
}

#[test]
fn inputs_become_arguments_word_for_word() {
    let runner = Runner::new("Linux", "X64");
    runner.release(&released()[0]);
    runner.install("latest", "");
    let check = |path: &str, files: &str, arguments: &str| {
        let run = runner.run(1, &[("CHECKED", path), ("FILES", files), ("ARGUMENTS", arguments)]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        run.stdout
    };
    let start = "<convert><--color><always><--diagnostics><github>";
    assert_eq!(check("ecs", "", ""), format!("{start}<--check=ecs>"));
    assert_eq!(
        check("my ecs; id", "a b.yml\n\n  $(id).yml\n", " --region eu-west-1\n--strict\n * `id`"),
        format!(
            "{start}<--check=my ecs; id><--file=a b.yml><--file=$(id).yml><--region><eu-west-1><--strict><*><`id`>"
        )
    );
}

#[test]
fn the_check_of_the_action_is_that_of_the_program() {
    let runner = Runner::new("Linux", "X64");
    let root = runner.folder.path();
    fs::create_dir(root.join("temp/compose2ecs")).unwrap();
    symlink(env!("CARGO_BIN_EXE_compose2ecs"), root.join("temp/compose2ecs/compose2ecs")).unwrap();
    fs::write(root.join("web.yml"), "name: shop\nservices: {web: {image: x, mem_limit: 64m}}\n").unwrap();
    let variables = [("CHECKED", "ecs"), ("FILES", "web.yml"), ("ARGUMENTS", "--region eu-west-1")];
    let differs = runner.run(1, &variables);
    assert_eq!(differs.code, 1);
    assert!(differs.stdout.contains("+++ b/ecs/waves.json"), "{}", differs.stdout);
    let update = ["convert", "--check", "ecs", "--file", "web.yml", "--region", "eu-west-1", "--update"];
    assert_eq!(run(&mut compose2ecs(root, &update)).code, 0);
    let equal = runner.run(1, &variables);
    assert_eq!((equal.code, equal.stdout.as_str()), (0, ""), "{}", equal.stderr);
}

#[test]
fn hooks_run_what_there_is() {
    let folder = folder(&[("compose.yml", "name: shop\nservices: {web: {image: x, mem_limit: 64m}}\n")]);
    let hooks = yaml(".pre-commit-hooks.yaml");
    let ids: Vec<&str> = hooks.as_sequence().unwrap().iter().map(|hook| hook["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["compose2ecs-check", "compose2ecs-config"]);
    for hook in hooks.as_sequence().unwrap() {
        assert_eq!((&hook["language"], &hook["pass_filenames"]), (&"rust".into(), &false.into()));
        let entry: Vec<&str> = hook["entry"].as_str().unwrap().split(' ').collect();
        assert_eq!(entry[0], "compose2ecs");
        let needs_path = entry.ends_with(&["--check"]);
        let arguments = if needs_path { &["new.json", "--update"][..] } else { &[] };
        let run = run(compose2ecs(folder.path(), &entry[1..]).args(arguments));
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
}

#[test]
fn hooks_run_when_compose_files_change() {
    let expected = [
        ("compose.yaml", true),
        ("docker-compose.yml", true),
        ("deploy/compose.prod.yml", true),
        ("docker-compose-test.yaml", true),
        (".env", true),
        ("src/compose.rs", false),
        ("decompose.yml", false),
        ("compose.yml.md", false),
        ("composer/x.yml", false),
    ];
    for hook in yaml(".pre-commit-hooks.yaml").as_sequence().unwrap() {
        for (name, matches) in expected {
            let pattern = hook["files"].as_str().unwrap();
            let status = Command::new("bash").args(["-c", "[[ $1 =~ $2 ]]", "match", name, pattern]).status().unwrap();
            assert_eq!(status.success(), matches, "{name}");
        }
    }
}
