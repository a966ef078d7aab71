//! The tree that moves, in a pseudo-terminal that a program reads.

use std::fs::File;
use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::time::Duration;

use compose2ecs_standin::{Behaviour, Fault, Health, Of};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::{Bed, SHOP, without_times};

/// What a terminal showed.
struct Shown {
    code: i32,
    /// Every picture that was on it.
    pictures: Vec<String>,
    /// Everything that was written to it, in the end: what has left it at the top, too.
    last: String,
    raw: String,
}

/// Both ends of a terminal of a size: the program's, and its reader's.
fn terminal((columns, rows): (u16, u16)) -> (File, OwnedFd) {
    let reader = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&reader).unwrap();
    unlockpt(&reader).unwrap();
    let name = ptsname(&reader, Vec::new()).unwrap().into_string().unwrap();
    let writer = std::fs::OpenOptions::new().read(true).write(true).open(name).unwrap();
    tcsetwinsize(&reader, Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
    (writer, reader)
}

/// Runs a command whose standard error is a terminal of a size, and reads what it draws.
fn run(command: &mut Command, size: (u16, u16)) -> Shown {
    let (writer, reader) = terminal(size);
    let mut child = command.env("TERM", "xterm").stdout(Stdio::null()).stderr(writer).spawn().unwrap();
    // The program's end is held by the program alone, so that reading ends with it.
    command.stderr(Stdio::null());
    let mut emulator = vt100::Parser::new(size.1, size.0, 1000);
    let mut reader = File::from(reader);
    let (mut pictures, mut raw, mut buffer) = (Vec::new(), Vec::new(), [0; 4096]);
    // A terminal whose other end is closed gives an error in place of an end.
    while let Ok(length) = reader.read(&mut buffer) {
        let Some(read) = buffer.get(..length).filter(|read| !read.is_empty()) else { break };
        raw.extend_from_slice(read);
        emulator.process(read);
        pictures.push(emulator.screen().contents());
    }
    let code = child.wait().unwrap().code().expect("it ends by itself");
    Shown { code, last: pictures.last().cloned().unwrap_or_default(), pictures, raw: String::from_utf8(raw).unwrap() }
}

impl Bed {
    /// Runs `up` in a terminal.
    fn up_in(&self, size: (u16, u16), args: &[&str]) -> Shown {
        run(&mut self.command(&[&["up", "--poll-interval", "150ms"], args].concat()), size)
    }
}

#[test]
fn a_tree_moves_and_what_it_came_to_stays() {
    let bed = Bed::new(SHOP);
    let slow = Behaviour::health(Health::After(Duration::from_mins(1)));
    bed.aws.lock().unwrap().behave(Of::Image("redis:7".to_owned()), [slow]);
    let shown = bed.up_in((100, 60), &["--allow", "inferred"]);
    assert_eq!(shown.code, 0, "{}", shown.last);
    let has = |words: &str| shown.pictures.iter().any(|picture| picture.contains(words));
    assert!(has("web  shop-web:1") && has("waits for db: healthy"), "{:#?}", shown.pictures);
    assert!(has("1/1 running  waits for its tasks to be healthy"), "{:#?}", shown.pictures);
    assert!(has("wave 1/2") && has("wave 2/2"), "{:#?}", shown.pictures);
    let last = shown.last.split_once("waves: ").unwrap().1;
    let expected = "1 db  2 web\n   up 2/2  shop -> shop  wave 2/2\n ✔ db shop-db:1 deployed TIME\n ✔ web shop-web:1 deployed \
                    TIME\n✔ shop -> shop: 2 deployed (TIME)\n";
    assert_eq!(squeezed(last), squeezed(expected));
}

/// A text in which spaces are one and times are none.
fn squeezed(text: &str) -> String {
    let is_time = |word: &str| word.ends_with('s') && word.starts_with(|letter: char| letter.is_ascii_digit());
    let line = |line: &str| {
        let words = line.split_whitespace().map(|word| if is_time(word) { "TIME" } else { word });
        words.collect::<Vec<_>>().join(" ")
    };
    without_times(text).lines().map(|text| line(text) + "\n").collect()
}

#[test]
fn a_narrow_and_low_terminal_is_drawn_on_without_breaking_lines() {
    let services = (0..20).map(|number| format!("  service{number}: {{image: 'nginx:1', mem_limit: 64m}}\n"));
    let bed = Bed::new(&format!("name: shop\nservices:\n{}", services.collect::<String>()));
    let shown = bed.up_in((30, 8), &["--color", "never"]);
    assert_eq!(shown.code, 0, "{}", shown.last);
    let frames: Vec<&str> = shown.raw.split("\u{1b}[J").collect();
    let (drawn, last) = frames[1..].split_at(frames.len() - 2);
    for frame in drawn {
        let lines: Vec<&str> = frame.split("\u{1b}[").next().unwrap().lines().collect();
        assert!(lines.len() < 8 && lines.iter().all(|line| line.chars().count() < 30), "{frame}");
    }
    assert!(drawn.iter().any(|frame| frame.contains(" more")), "{drawn:#?}");
    // In the end all of it is there.
    assert_eq!(last[0].matches('✔').count(), 21, "{last:?}");
}

#[test]
fn a_failure_is_told_below_the_tree() {
    let bed = Bed::new(SHOP);
    let dies = Behaviour::exits(Duration::from_secs(5), 1).says(Duration::from_secs(1), "FATAL: no such table");
    bed.aws.lock().unwrap().behave(Of::Image("redis:7".to_owned()), [dies]);
    bed.aws.lock().unwrap().faults().on("ListTasks").nth(1).then(Fault::server());
    let shown = bed.up_in((100, 60), &[]);
    assert_eq!(shown.code, 3, "{}", shown.last);
    let (_, block) = shown.last.split_once("\n✘ db  its tasks end").unwrap_or_else(|| panic!("{}", shown.last));
    assert!(block.contains("    why     container \"db\" exited with 1, in "), "{block}");
    assert!(block.contains("            | FATAL: no such table\n"), "{block}");
}

#[test]
fn a_terminal_that_cannot_draw_gets_lines() {
    let bed = Bed::new(SHOP);
    let (writer, reader) = terminal((80, 24));
    let mut command = bed.command(&["up", "--poll-interval", "20ms"]);
    let mut child = command.env("TERM", "dumb").stdout(Stdio::null()).stderr(writer).spawn().unwrap();
    command.stderr(Stdio::null());
    let (mut reader, mut read) = (File::from(reader), Vec::new());
    // A terminal whose other end is closed gives an error in place of an end.
    let _closed = reader.read_to_end(&mut read);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let said = String::from_utf8(read).unwrap();
    assert!(said.contains("db: creating the service") && !said.contains('\u{1b}'), "{said}");
}
