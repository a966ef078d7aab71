//! Whatever a script says, looking for readiness waits in it ends, and nothing of it changes but what a note speaks of.
#![no_main]

use compose2ecs::diag::Code;
use compose2ecs::options::{Grouping, LowerOptions, Options, WaitPolicy};
use compose2ecs::world::MemoryWorld;
use compose2ecs::{Translation, translate};
use libfuzzer_sys::fuzz_target;

/// The shells that may run the script: the first byte chooses.
const SHELLS: [&str; 3] = ["sh", "bash", "dash"];

fuzz_target!(|input: &str| {
    let mut letters = input.chars();
    let shell = letters.next().map_or(SHELLS[0], |letter| SHELLS[letter as usize % SHELLS.len()]);
    let script = letters.as_str();
    if script.contains('\u{85}') {
        // It breaks lines, and in quotes those are folded.
        return;
    }
    let written = vec![shell.to_owned(), "-c".to_owned(), script.to_owned()];

    let kept = translation(&written, WaitPolicy::Kept);
    let Some(command) = command(&kept) else {
        assert!(kept.diagnostics.has_errors(), "nothing says why there is no container");
        return;
    };
    assert_eq!(command, written, "`--keep-waits` changes nothing");

    let replaced = translation(&written, WaitPolicy::Replaced);
    let found = self::command(&replaced).expect("a container whose waits are replaced is still there");
    if found == written {
        return;
    }
    assert!(replaced.diagnostics.iter().any(|finding| finding.code == Code::WaitRemoved), "nothing says what changed");
    let [first, second, rest] = found.as_slice() else { panic!("words are missing: {found:?}") };
    assert_eq!((first, second), (&written[0], &written[1]));
    let mut letters = script.chars();
    assert!(rest.chars().all(|letter| letters.any(|other| other == letter)), "something is new in `{rest}`");
});

/// What becomes of a service that runs these words beside a database.
fn translation(words: &[String], waits: WaitPolicy) -> Translation {
    let command = serde_json::to_string(words).expect("strings can be written").replace('$', "$$");
    let compose = format!("services:\n  web: {{image: a, command: {command}}}\n  db: {{image: 'postgres:16'}}\n");
    let world = MemoryWorld {
        files: [("/srv/shop/compose.yaml".into(), compose.into())].into(),
        current_dir: "/srv/shop".into(),
        ..MemoryWorld::default()
    };
    let lower = LowerOptions { grouping: Some(Grouping::SingleTask), waits, ..LowerOptions::default() };
    translate(&world, &[], &Options { lower, ..Options::default() })
}

/// The command of the service's container.
fn command(translation: &Translation) -> Option<Vec<String>> {
    let definitions = &translation.stack.as_ref()?.task_definitions;
    let mut containers = definitions.iter().flat_map(|definition| &definition.container_definitions);
    containers.find(|container| container.name.0 == "web").map(|container| container.command.clone())
}
