//! `secrets` at the top of a file.

use indexmap::IndexMap;

use super::content::only_one;
use super::name_and_open_external;
use crate::compose::extension::SecretExtension;
use crate::compose::value::take_distinct_texts;
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::keys::{Decode, Keys, StringOrInteger};
use crate::yaml::{Entry, Node};

/// A secret.
#[derive(Debug, Clone, Default)]
pub struct Secret {
    /// `file` or `environment`; absent when it is external, or a driver's.
    pub content: Option<SecretContent>,
    /// `name`: what Docker calls it, if not by project and key; of an external one, also `external: {name: …}`.
    pub name: Option<Spanned<String>>,
    /// `external`: whether it is there already, made by somebody else.
    pub external: Option<Spanned<bool>>,
    /// `driver`: what keeps it.
    pub driver: Option<Spanned<String>>,
    /// `driver_opts`: what the driver is told.
    pub driver_opts: IndexMap<String, Spanned<String>>,
    /// `template_driver`: what fills in its placeholders.
    pub template_driver: Option<Spanned<String>>,
    /// `labels`.
    pub labels: IndexMap<String, Spanned<String>>,
    /// `x-ecs`: what Compose cannot say.
    pub extension: SecretExtension,
}

/// Where a secret's content is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretContent {
    /// `file`: in a file.
    File(Spanned<String>),
    /// `environment`: in a variable of whoever runs Compose.
    Environment(Spanned<String>),
}

impl Secret {
    /// Whether it is there already, made by somebody else.
    #[must_use]
    pub fn is_external(&self) -> bool {
        self.external.is_some_and(|external| external.value)
    }
}

impl Decode for Secret {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let content = only_one(&mut keys, &["file", "environment"], diags);
        let (name, external) = name_and_open_external(&mut keys, diags);
        let secret = Self {
            content: content.and_then(|entry| SecretContent::read(entry, diags)),
            name,
            external,
            driver: keys.take("driver", diags),
            driver_opts: take_options(&mut keys, diags),
            template_driver: keys.take("template_driver", diags),
            labels: take_distinct_texts(&mut keys, "labels", diags),
            extension: keys.take_nullable("x-ecs", diags).unwrap_or_default(),
        };
        let elsewhere = secret.external.map_or(node.get("external").is_some(), |external| external.value);
        match &secret.content {
            Some(SecretContent::Environment(name)) if name.value.is_empty() && !elsewhere => {
                diags.error(Code::InvalidValue, name.span, "the name of the variable is missing");
            }
            None if content.is_none() && !elsewhere => {
                let message = "a secret needs `file`, `environment` or `external: true`";
                diags.error(Code::MissingKey, keys.span, message);
            }
            Some(SecretContent::Environment(_) | SecretContent::File(_)) | None => {}
        }
        keys.finish("a secret", diags);
        Some(secret)
    }
}

/// Takes `driver_opts`: of a secret, strings and whole numbers.
fn take_options(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> IndexMap<String, Spanned<String>> {
    let options: IndexMap<String, Spanned<StringOrInteger>> = keys.take("driver_opts", diags).unwrap_or_default();
    options.into_iter().map(|(name, option)| (name, option.map(|StringOrInteger(text)| text))).collect()
}

impl SecretContent {
    /// Reads `file` or `environment`.
    fn read(entry: &Entry, diags: &mut Diagnostics) -> Option<Self> {
        let value = Spanned::decode(&entry.value, diags)?;
        Some(if &*entry.key == "file" { Self::File(value) } else { Self::Environment(value) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{decode, messages};

    /// What is found in a secret.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(messages(&decode::<Secret>(text).1), expected);
    }

    const MISSING: &str = "error[missing-key]: a secret needs `file`, `environment` or `external: true`";

    #[test]
    fn a_secret_has_one_source() {
        check("{file: ./s}", "");
        check("{environment: S}", "");
        check("{file: s, environment: S}", "error[conflict]: `file` and `environment` exclude each other");
        check("{}", MISSING);
        check("{environment: ''}", "error[invalid-value]: the name of the variable is missing");
        check(
            "{content: s}",
            &format!("{MISSING}\nerror[unknown-key]: unknown key `content`: a secret has no such key"),
        );
    }

    #[test]
    fn an_external_secret_may_have_a_source_but_needs_none() {
        check("{external: true}", "");
        check("{external: {name: s}}", "");
        check("{external: true, environment: ''}", "");
        check("{external: {nam: s}}", "warning[unknown-key]: unknown key `nam`: `external` has no such key");
        check("{external: true, file: s, labels: [a=b], driver: d, driver_opts: {a: 1}, template_driver: t}", "");
        check(
            "{external: true, driver_opts: {a: 1.5}}",
            "error[wrong-type]: expected a string or a whole number, found a number",
        );
        check("{external: false}", MISSING);
        check("{external: 1}", "error[wrong-type]: expected `true` or `false`, found a number");
    }

    #[test]
    fn the_older_name_of_an_external_secret_is_its_name() {
        let (secret, _) = decode::<Secret>("{external: {name: s}}");
        let secret = secret.expect("it is a secret");
        assert!(secret.is_external());
        assert_eq!(secret.name.expect("it has a name").value, "s");
    }

    #[test]
    fn nothing_is_not_a_secret() {
        check("~", "error[wrong-type]: expected a mapping, found nothing");
    }
}
