//! Examples of keys: whole files, with a key and without it.

use std::fmt::Write as _;

use super::row::Sample;

/// The files that examples name.
pub const FILES: &[(&str, &str)] = &[
    ("web.env", "LEVEL=debug\n"),
    ("raw.env", "LEVEL='debug'\n"),
    ("web.labels", "com.example.tier=front\n"),
    ("common.yml", "services:\n  base:\n    image: nginx:1\n    user: \"1000\"\n"),
    ("included/compose.yml", "services:\n  api:\n    image: \"example/api:${LEVEL:-info}\"\n"),
    ("included/env.yml", "services:\n  api:\n    image: example/api:1\n    env_file: web.env\n"),
];

/// A file in which a key stands, and the same file without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// With the key.
    pub with: String,
    /// Without it.
    pub without: String,
}

impl Sample {
    /// The files of an example of `key`.
    #[must_use]
    pub fn example(self, key: &str) -> Example {
        let text = match self {
            Self::Value(value) => around(key, value),
            Self::Service(keys) => {
                let has_image =
                    ["image:", "build:"].iter().any(|image| keys.lines().any(|line| line.starts_with(image)));
                let image = if has_image { "" } else { "    image: nginx:1\n" };
                format!("services:\n  web:\n{image}    {}", keys.replace('\n', "\n    "))
            }
            Self::File(text) => text.to_owned(),
        };
        cut(&text)
    }
}

/// Reads the marks of an example.
fn cut(text: &str) -> Example {
    let (mut with, mut without) = (String::new(), String::new());
    let mut rest = text;
    while let Some((before, (marked, after))) =
        rest.split_once('‹').and_then(|(before, after)| Some((before, after.split_once('›')?)))
    {
        let (there, instead) = marked.rsplit_once('|').unwrap_or((marked, ""));
        with.extend([before, there]);
        without.extend([before, instead]);
        rest = after;
    }
    for text in [&mut with, &mut without] {
        text.push_str(rest);
        text.push('\n');
    }
    Example { with, without }
}

/// A small file with a key that stands in mappings only, within its marks.
fn around(key: &str, value: &str) -> String {
    let segments: Vec<&str> = key.split('.').collect();
    let (before, known, after) = surroundings(key);
    let mut text = format!("{before}‹");
    let mut depth = known;
    for segment in segments.iter().skip(known) {
        let name =
            if *segment == "*" { name_in(segments.get(depth - 1).copied().unwrap_or_default()) } else { segment };
        let name = if name == "x-*" { "x-team" } else { name };
        let _ = write!(text, "\n{}{name}:", "  ".repeat(depth));
        depth += 1;
    }
    let indented = value.replace('\n', &format!("\n{}", "  ".repeat(known.max(depth - 1))));
    let space = if value.starts_with('\n') { "" } else { " " };
    let _ = write!(text, "{space}{indented}›{after}");
    // At the top there is no line before.
    text.replacen("‹\n", if before.is_empty() { "‹" } else { "‹\n" }, 1)
}

/// What stands before a key and behind it, and how many segments of its path that covers.
fn surroundings(key: &str) -> (&'static str, usize, &'static str) {
    const WEB: &str = "services:\n  web:\n    image: nginx:1";
    match key.split('.').next() {
        Some("services") if key.starts_with("services.*.networks.") => (WEB, 2, "\nnetworks:\n  front:"),
        Some("services") => (WEB, 2, ""),
        Some("networks") => {
            ("services:\n  web:\n    image: nginx:1\n    networks: [front]\nnetworks:\n  front:", 2, "")
        }
        Some("volumes") => {
            ("services:\n  web:\n    image: nginx:1\n    volumes: [\"data:/data\"]\nvolumes:\n  data:", 2, "")
        }
        Some("secrets") => (
            "services:\n  web:\n    image: nginx:1\n    secrets: [password]\nsecrets:\n  password:\n    external: true",
            2,
            "",
        ),
        Some("configs") => (
            "services:\n  web:\n    image: nginx:1\n    configs: [settings]\nconfigs:\n  settings:\n    external: true",
            2,
            "",
        ),
        _ => ("", 0, "\nservices:\n  web:\n    image: nginx:1"),
    }
}

/// A name of the user's own in a section.
fn name_in(section: &str) -> &'static str {
    match section {
        "networks" => "front",
        "ulimits" => "nofile",
        _ => "web",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(key: &str, sample: Sample, with: &str, without: &str) {
        let expected = Example { with: with.to_owned(), without: without.to_owned() };
        assert_eq!(sample.example(key), expected);
    }

    #[test]
    fn a_value_stands_where_its_path_leads() {
        let web = "services:\n  web:\n    image: nginx:1\n";
        let with = format!("{web}    deploy:\n      replicas: 3\n");
        check("services.*.deploy.replicas", Sample::Value("3"), &with, web);
        check("name", Sample::Value("shop"), &format!("name: shop\n{web}"), &format!("\n{web}"));
    }

    #[test]
    fn a_block_is_indented() {
        let web = "services:\n  web:\n    image: nginx:1\n";
        let with = format!("{web}    a:\n      b:\n        c: d\n");
        check("services.*.a.b", Sample::Value("\n  c: d"), &with, web);
    }

    #[test]
    fn a_mark_says_what_stands_in_its_place() {
        check("", Sample::File("a: ‹b|c›\nd: e"), "a: b\nd: e\n", "a: c\nd: e\n");
    }
}
