//! Whatever the files of a project say, reading and translating it ends, and what is printed can be read.
#![no_main]

use compose2ecs::compose::load::{self, Loaded};
use compose2ecs::config::{self, ConfigOptions, Format};
use compose2ecs::diag::render::{Color, Renderer};
use compose2ecs::options::{LoadOptions, Options};
use compose2ecs::world::MemoryWorld;
use compose2ecs::{backend, translate};
use libfuzzer_sys::fuzz_target;

/// The files that an input is made of, in the order in which they stand in it.
const FILES: [&str; 5] = ["compose.yaml", "compose.override.yaml", ".env", "other.yaml", "web.env"];

/// What stands between two files.
const SEPARATOR: &[u8] = b"\n=====\n";

fuzz_target!(|bytes: &[u8]| {
    let world = world(bytes);
    let Loaded { sources, documents: _, reported } = load::load(&world, &[], &LoadOptions::default());
    let renderer = Renderer::new(Color::Never);
    for finding in &reported.diagnostics {
        assert!(!renderer.render(finding, &sources).is_empty());
    }
    let Some(project) = reported.product else {
        assert!(reported.diagnostics.has_errors(), "nothing says why there is no project");
        return;
    };
    let document = |format| config::document(&project, ConfigOptions { format, ..ConfigOptions::default() });
    let json = document(Format::Json);
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "no JSON: {json}");
    let _yaml = document(Format::Yaml);
    let translation = translate(&world, &[], &Options::default());
    if let Some(stack) = &translation.stack {
        let _document = backend::document(stack);
    }
});

/// The world in which the files of an input lie.
fn world(bytes: &[u8]) -> MemoryWorld {
    let mut rest = Some(bytes);
    let mut next = || {
        let whole = rest.take()?;
        let end = whole.windows(SEPARATOR.len()).position(|window| window == SEPARATOR);
        rest = end.map(|end| &whole[end + SEPARATOR.len()..]);
        Some(whole[..end.unwrap_or(whole.len())].to_vec())
    };
    let files = FILES.iter().map_while(|name| Some((format!("/srv/shop/{name}").into(), next()?))).collect();
    let variables = [("HOME", "/home/user"), ("TAG", "1.2"), ("EMPTY", "")];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    MemoryWorld { files, variables, current_dir: "/srv/shop".into(), ..MemoryWorld::default() }
}
