//! Whatever a value says of variables, and whatever those are, replacing them ends, and text without `$` stays.
#![no_main]

use compose2ecs::compose::load;
use compose2ecs::diag::render::{Color, Renderer};
use compose2ecs::options::LoadOptions;
use compose2ecs::world::MemoryWorld;
use libfuzzer_sys::fuzz_target;

/// What stands between the value, what the variable `A` is, and the file of variables.
const SEPARATOR: &str = "\n=====\n";

fuzz_target!(|input: &str| {
    let (template, rest) = input.split_once(SEPARATOR).unwrap_or((input, ""));
    let (set, file) = rest.split_once(SEPARATOR).unwrap_or((rest, ""));
    let quoted = serde_json::to_string(template).expect("a string can be written");
    let compose = format!("services:\n  web:\n    image: a\n    environment:\n      T: {quoted}\n");
    let files = [("/srv/shop/compose.yaml", compose.as_str()), ("/srv/shop/.env", file)];
    let world = MemoryWorld {
        files: files.map(|(path, text)| (path.into(), text.into())).into(),
        variables: [("A".to_owned(), set.to_owned()), ("E".to_owned(), String::new())].into(),
        current_dir: "/srv/shop".into(),
        ..MemoryWorld::default()
    };
    let loaded = load::load(&world, &[], &LoadOptions::default());
    let renderer = Renderer::new(Color::Never);
    for finding in &loaded.reported.diagnostics {
        assert!(!renderer.render(finding, &loaded.sources).is_empty());
    }
    let Some(project) = loaded.reported.product else {
        assert!(loaded.reported.diagnostics.has_errors(), "nothing says why there is no project");
        return;
    };
    let web = project.services.values().next().expect("the file has a service");
    let value = web.process.environment.get("T").and_then(|value| value.value.as_deref());
    // U+0085 breaks lines, and in quotes those are folded.
    if !template.contains(['$', '\u{85}']) {
        assert_eq!(value, Some(template));
    }
});
