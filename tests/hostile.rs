//! Files that mean harm, or that nobody meant to write: the real binary says what is wrong, soon and in little memory.

#![cfg(unix)]
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads what is there, and fails loudly")]

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a run may take, on a slow machine and without optimisation.
const TIME: Duration = Duration::from_mins(2);

/// Puts something at a path.
type Make = fn(&Path);

/// How many KiB of addresses a run may take.
const MEMORY: u32 = 3 << 20;

/// A folder with a Compose file in it.
fn folder(compose: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("compose.yaml"), compose).unwrap();
    folder
}

/// Runs `config` in a folder: how it ended, and what it wrote to stderr.
#[track_caller]
fn config(folder: &Path, args: &[&str]) -> (i32, String) {
    let limited = format!("ulimit -v {MEMORY} && exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &limited, env!("CARGO_BIN_EXE_compose2ecs"), "config"]).args(args);
    command.current_dir(folder).env_clear().env("HOME", "/home/user");
    let start = Instant::now();
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(start.elapsed() < TIME, "it took {:?}", start.elapsed());
    let code = output.status.code().expect("it ends by itself");
    (code, String::from_utf8(output.stderr).unwrap())
}

/// Checks that a folder is refused for a reason. What is said stays short.
#[track_caller]
fn refuse_folder(folder: &Path, expected: &str) {
    let (code, stderr) = config(folder, &[]);
    let start: String = stderr.chars().take(2_000).collect();
    assert!(stderr.contains(expected), "{start}");
    assert_eq!(code, 1, "{start}");
    assert!(stderr.len() < 64 << 10, "{} bytes: {start}", stderr.len());
}

/// Checks that a Compose file is refused for a reason, at a place.
#[track_caller]
fn refuse(compose: &str, expected: &str) {
    refuse_folder(folder(compose).path(), expected);
}

/// Checks that a Compose file is read.
#[track_caller]
fn accept(compose: &str) {
    let (code, stderr) = config(folder(compose).path(), &["--quiet"]);
    assert_eq!(code, 0, "{stderr}");
}

/// One text after the other.
fn repeat(count: usize, mut text: impl FnMut(usize, &mut String)) -> String {
    let mut all = String::new();
    (0..count).for_each(|number| text(number, &mut all));
    all
}

#[test]
fn aliases_do_not_multiply() {
    let lists = repeat(9, |number, text| {
        let aliases = format!("*a{number}, ").repeat(9);
        writeln!(text, "x-{}: &a{} [{aliases}]", number + 1, number + 1).unwrap();
    });
    refuse(&format!("x-0: &a0 [x]\n{lists}"), "--> compose.yaml:7:");
    let merges = repeat(30, |number, text| {
        writeln!(text, "x-{0}: &a{0} {{l: *a{number}, r: *a{number}}}", number + 1).unwrap();
    });
    refuse(&format!("x-0: &a0 {{x: 1}}\n{merges}"), "aliases repeat too much");
    refuse("x-a: &a [*a]\n", "cycle detected");
    accept(&format!(
        "x-a:\n{}services: {{a: {{image: b}}}}\n",
        repeat(5_000, |number, text| writeln!(text, "  k{number}: &k{number} {{a: b}}").unwrap())
    ));
}

#[test]
fn nesting_has_an_end() {
    refuse(&format!("x-a: {}", "[".repeat(200_000)), "nested too deeply");
    refuse(&"- ".repeat(200_000), "nested too deeply");
    refuse(&"? ".repeat(200_000), "nested too deeply");
    refuse(&repeat(5_000, |depth, text| writeln!(text, "{}a:", " ".repeat(depth)).unwrap()), "nested too deeply");
}

#[test]
fn values_may_be_huge() {
    let huge = "a b ".repeat(1 << 19);
    for value in
        [huge.clone(), format!("'{huge}'"), format!("|\n  {huge}"), format!("# {huge}"), "a\n ".repeat(1 << 18)]
    {
        accept(&format!("services: {{a: {{image: b}}}}\nx-a: {value}\n"));
    }
    refuse(&format!("services: {{a: {{image: '{huge}}}}}\n"), "a quote that is never closed");
    refuse(&format!("services: {{a: {{image: b, {}: 1}}}}\n", "k".repeat(1 << 20)), "compose.yaml:1:");
}

#[test]
fn one_line_may_hold_all() {
    let items = "-, \"it\\'s\", 'b'#\n\t, ".repeat(50_000);
    refuse(&format!("services: {{a: {{image: b}}}}\nx-a: [{items}\n"), "compose.yaml:");
    accept(&format!("services: {{a: {{image: b}}}}\nx-a: [{}-]\n", "-, a, \"it\\'s\", ".repeat(50_000)));
    refuse(&format!("services: {{a: {{image: b}}}}\nx-a: {}\n", "'a' ".repeat(100_000)), "behind the closing quote");
    refuse(&format!("services: {{a: {{image: b}}}}\nx-a:\n  {}@\n", "a: ".repeat(100_000)), "compose.yaml:3:");
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let folder = folder("");
    for (bytes, expected) in [
        (&b"a: \xFF"[..], "invalid UTF-8 at byte 3"),
        (b"a: \0", "control character U+0000 on line 1"),
        (b"\xFF\xFEa", "invalid UTF-16 at byte 2"),
        (b"\x7FELF\x02\x01\x01", "control character U+007F on line 1"),
        (b"", "the Compose file is empty"),
    ] {
        fs::write(folder.path().join("compose.yaml"), bytes).unwrap();
        refuse_folder(folder.path(), expected);
    }
}

#[test]
fn what_is_no_file_is_not_read() {
    let service = "services:\n  a:\n    image: b\n";
    for name in ["compose.yaml", ".env", "web.env"] {
        let not_there = "no such file";
        let make: [(Make, &str); 5] = [
            (|path| fs::create_dir(path).unwrap(), "it is a directory"),
            (|path| symlink("/dev/zero", path).unwrap(), "it is not a regular file"),
            (|path| symlink("/dev/full", path).unwrap(), "it is not a regular file"),
            (|path| symlink(path.file_name().unwrap(), path).unwrap(), not_there),
            (|path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success()), "it is not a regular file"),
        ];
        for (make, expected) in make {
            let folder = folder(&format!("{service}    env_file: web.env\n"));
            let path = folder.path().join(name);
            let _there_may_be_none = fs::remove_file(&path);
            make(&path);
            let (code, stderr) = config(folder.path(), &["-f", "compose.yaml"]);
            let expected = match (name, expected) {
                // A `.env` that is no file counts as none.
                (".env", _) => not_there,
                // The system has words of its own for links that go round.
                (_, "no such file") => "cannot read",
                (_, expected) => expected,
            };
            assert_eq!((code, stderr.contains(expected)), (1, true), "{name}: {expected}: {stderr}");
        }
    }
}

#[test]
fn permissions_are_missing() {
    let folder = folder("services: {a: {image: b}}\n");
    let path = folder.path().join("compose.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).unwrap();
    // The superuser reads everything.
    if fs::read(&path).is_err() {
        refuse_folder(folder.path(), "permission denied");
    }
}

#[test]
fn a_device_is_no_standard_input_without_end() {
    let folder = folder("");
    let (code, stderr) = config(folder.path(), &["-f", "/dev/zero"]);
    assert_eq!((code, stderr.contains("it is not a regular file")), (1, true), "{stderr}");
}

#[test]
fn many_mistakes_are_not_all_told() {
    refuse(
        &format!("services:\n{}", repeat(20_000, |number, text| writeln!(text, "  s{number}: {{imag: a}}").unwrap())),
        "too many mistakes: from here on, no service is read",
    );
    let twice = repeat(20_000, |_, text| text.push_str("  a: b\n"));
    refuse(&format!("services: {{a: {{image: b}}}}\nx-a:\n{twice}"), "duplicate key `a`");
    let numbers = repeat(20_000, |number, text| writeln!(text, "  {number}: b").unwrap());
    refuse(&format!("services: {{a: {{image: b}}}}\nx-a:\n{numbers}"), "non-string key");
}

#[test]
fn ranges_of_ports_have_an_end() {
    let all = repeat(3, |number, text| write!(text, "\"127.0.0.{number}:1-65535:1-65535\", ").unwrap());
    refuse(&format!("services: {{a: {{image: b, ports: [{all}]}}}}\n"), "more than 131072 ports of a service");
    let services = repeat(20, |number, text| writeln!(text, "  s{number}: {{image: a, ports: *p}}").unwrap());
    refuse(&format!("x-p: &p ['1-65535']\nservices:\n{services}"), "too many ports");
    accept("services: {a: {image: b, ports: ['1-65535'], expose: ['1-65535/udp']}}\n");
}

#[test]
fn names_may_be_many() {
    let profiles = repeat(500, |number, text| write!(text, "p{number}, ").unwrap());
    let services = repeat(100, |number, text| writeln!(text, "  s{number}: {{image: a, profiles: *p}}").unwrap());
    accept(&format!("x-p: &p [{profiles}]\nservices:\n  a: {{image: b}}\n{services}"));
    let chain = repeat(500, |number, text| {
        writeln!(text, "  s{}: {{image: a, depends_on: [s{number}], links: [s{}]}}", number + 1, number / 2).unwrap();
    });
    accept(&format!("services:\n  s0: {{image: a}}\n{chain}"));
}

#[test]
fn values_of_variables_do_not_multiply() {
    let doubled =
        |last: usize| repeat(last, |number, text| writeln!(text, "A{}=$A{number}$A{number}", number + 1).unwrap());
    let message = "the values of variables add up to more than 64 MiB";
    let bomb = folder("services: {a: {image: b}}\n");
    fs::write(bomb.path().join(".env"), format!("A0=aaaaaaaa\n{}", doubled(60))).unwrap();
    refuse_folder(bomb.path(), &format!("cannot read `.env`: line 24: {message}"));

    let bomb = folder("services: {a: {image: b, env_file: web.env}}\n");
    fs::write(bomb.path().join("web.env"), format!("A0=aaaaaaaa\n{}", doubled(60))).unwrap();
    refuse_folder(bomb.path(), &format!("cannot read `web.env`: line 24: {message}"));

    let values = repeat(1_000, |number, text| writeln!(text, "  k{number}: '{}'", "$A10".repeat(1_000)).unwrap());
    let bomb = folder(&format!("services: {{a: {{image: b}}}}\nx-a:\n{values}"));
    fs::write(bomb.path().join(".env"), format!("A0=aaaaaaaa\n{}", doubled(10))).unwrap();
    refuse_folder(bomb.path(), message);
}

#[test]
fn operands_nest_to_an_end() {
    for depth in [101, 10_000, 100_000] {
        let nested = format!("{}x{}", "${U:-".repeat(depth), "}".repeat(depth));
        refuse(&format!("services: {{a: {{image: '{nested}'}}}}\n"), "more than 100 deep");
    }
    refuse(&format!("services: {{a: {{image: '{}'}}}}\n", "${U:-{".repeat(100_000)), "`${` is not closed");
}

#[test]
fn files_of_variables_may_be_huge() {
    let folder = folder("services: {a: {image: b, env_file: web.env}}\n");
    let lines = repeat(100_000, |number, text| writeln!(text, "A{number}=x").unwrap());
    fs::write(folder.path().join("web.env"), lines).unwrap();
    let (code, stderr) = config(folder.path(), &["--quiet"]);
    assert_eq!(code, 0, "{stderr}");
    fs::write(folder.path().join("web.env"), format!("A=\"{}", "x\n".repeat(1 << 20))).unwrap();
    refuse_folder(folder.path(), "cannot read `web.env`: line 1: the quote around the value of `A` is not closed");
}

#[test]
fn files_do_not_go_round() {
    let round = |what: &str, count: usize| {
        let folder = folder(&what.replace("NEXT", "0.yaml"));
        for number in 0..count {
            let next = what.replace("NEXT", &format!("{}.yaml", (number + 1) % count));
            fs::write(folder.path().join(format!("{number}.yaml")), next).unwrap();
        }
        folder
    };
    let include = "include: [NEXT]\nservices: {a: {image: b}}\n";
    let extends = "services:\n  a:\n    image: b\n    extends: {file: NEXT, service: a}\n";
    for count in [1, 2, 20] {
        refuse_folder(round(include, count).path(), "error[cycle]");
        refuse_folder(round(extends, count).path(), "error[cycle]");
    }
    refuse("services: {a: {image: b, extends: {service: a}}}\n", "error[cycle]");
    refuse("include: [compose.yaml]\n", "error[cycle]");
}

#[test]
fn many_files_that_include_many_end() {
    let folder = folder("include: [0.yaml]\nservices: {a: {image: b}}\n");
    for number in 0..30 {
        let next = format!("include: [{0}.yaml, {0}.yaml, {0}.yaml]\n", number + 1);
        fs::write(folder.path().join(format!("{number}.yaml")), next).unwrap();
    }
    fs::write(folder.path().join("30.yaml"), "services: {c: {image: d}}\n").unwrap();
    refuse_folder(folder.path(), "more than 1000 projects are included");
}
