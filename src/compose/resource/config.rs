//! `configs` at the top of a file.

use indexmap::IndexMap;

use super::content::only_one;
use super::name_and_open_external;
use crate::compose::value::take_distinct_texts;
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::keys::{Decode, Keys};
use crate::yaml::{Entry, Node};

/// A config.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// `file`, `environment` or `content`; absent when it is external.
    pub content: Option<ConfigContent>,
    /// `name`: what Docker calls it, if not by project and key; of an external one, also `external: {name: …}`.
    pub name: Option<Spanned<String>>,
    /// `external`: whether it is there already, made by somebody else.
    pub external: Option<Spanned<bool>>,
    /// `template_driver`: what fills in its placeholders.
    pub template_driver: Option<Spanned<String>>,
    /// `labels`.
    pub labels: IndexMap<String, Spanned<String>>,
}

/// Where a config's content is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigContent {
    /// `file`: in a file.
    File(Spanned<String>),
    /// `environment`: in a variable of whoever runs Compose.
    Environment(Spanned<String>),
    /// `content`: right here.
    Inline(Spanned<String>),
}

impl Config {
    /// Whether it is there already, made by somebody else.
    #[must_use]
    pub fn is_external(&self) -> bool {
        self.external.is_some_and(|external| external.value)
    }
}

impl Decode for Config {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let content = only_one(&mut keys, &["file", "environment", "content"], diags);
        let (name, external) = name_and_open_external(&mut keys, diags);
        // Docker Compose is content with `external: false`, and so with nothing at all.
        if content.is_none() && node.get("external").is_none() {
            let message = "a config needs `file`, `environment`, `content` or `external: true`";
            diags.error(Code::MissingKey, keys.span, message);
        }
        let config = Self {
            content: content.and_then(|entry| ConfigContent::read(entry, diags)),
            name,
            external,
            template_driver: keys.take("template_driver", diags),
            labels: take_distinct_texts(&mut keys, "labels", diags),
        };
        keys.finish("a config", diags);
        Some(config)
    }
}

impl ConfigContent {
    /// Reads `file`, `environment` or `content`.
    fn read(entry: &Entry, diags: &mut Diagnostics) -> Option<Self> {
        let value = Spanned::decode(&entry.value, diags)?;
        Some(match &*entry.key {
            "file" => Self::File(value),
            "environment" => Self::Environment(value),
            _ => Self::Inline(value),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{decode, messages};

    /// What is found in a config.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(messages(&decode::<Config>(text).1), expected);
    }

    #[test]
    fn a_config_has_one_source() {
        check("{file: ./c}", "");
        check("{environment: ''}", "");
        check("{content: 'a: b', name: c, labels: {a: 1}, template_driver: t}", "");
        check("{content: c, file: c}", "error[conflict]: `content` and `file` exclude each other");
        check("{}", "error[missing-key]: a config needs `file`, `environment`, `content` or `external: true`");
    }

    #[test]
    fn a_config_is_content_with_any_word_about_being_external() {
        check("{external: true}", "");
        check("{external: false}", "");
    }

    #[test]
    fn a_config_has_no_driver() {
        check("{file: c, driver: d}", "error[unknown-key]: unknown key `driver`: a config has no such key");
    }
}
