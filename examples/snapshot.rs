//! Holds the translation of a project against a snapshot, in a test: what ECS will be told changes only knowingly.
//!
//! The test belongs into `tests/` of a project of yours, with `compose2ecs` and `insta` (feature `json`) under
//! `[dev-dependencies]`. `cargo insta review` shows what a change in `compose.yml` makes of the snapshot, and takes it.
//! Here, `cargo run --example snapshot` prints what the snapshot holds.

use std::collections::BTreeMap;
use std::io::{self, Write as _};

use compose2ecs::ecs::Stack;
use compose2ecs::options::{LowerOptions, Options};
use compose2ecs::world::SystemWorld;
use compose2ecs::{backend, translate};

/// The project on ECS, whatever the variables of the machine are.
fn stack() -> io::Result<Stack> {
    let world = SystemWorld::new()?.with_variables(BTreeMap::from([("TAG".to_owned(), "1.4".to_owned())]));
    let lower = LowerOptions { region: Some("eu-west-1".to_owned()), ..LowerOptions::default() };
    let translation = translate(&world, &["examples/compose.yml".into()], &Options { lower, ..Options::default() });
    let findings: Vec<String> = translation.diagnostics.iter().map(|finding| finding.message.clone()).collect();
    translation.stack.ok_or_else(|| io::Error::other(findings.join("\n")))
}

fn main() -> io::Result<()> {
    io::stdout().write_all(backend::document(&stack()?).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_translates_as_it_did() {
        insta::assert_json_snapshot!(stack().unwrap());
    }

    #[test]
    fn the_api_starts_first() {
        insta::assert_json_snapshot!(stack().unwrap().waves, @r#"
        [
          [
            "api"
          ],
          [
            "web"
          ]
        ]
        "#);
    }
}
