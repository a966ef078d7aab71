//! `secrets` at the top of a file.

use indexmap::IndexMap;

use super::content::only_one;
use super::{driver_options, labels, name_and_external};
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::keys::{Decode, Keys};
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
        let (name, external) = name_and_external(&mut keys, diags);
        let secret = Self {
            content: content.and_then(|entry| SecretContent::read(entry, diags)),
            name,
            external,
            driver: keys.take("driver", diags),
            driver_opts: driver_options(&mut keys, diags),
            template_driver: keys.take("template_driver", diags),
            labels: labels(&mut keys, diags),
        };
        let elsewhere = secret.external.map_or(node.get("external").is_some(), |external| external.value);
        if content.is_none() && !elsewhere {
            let message = "a secret needs `file`, `environment` or `external: true`";
            diags.error(Code::MissingKey, keys.span, message);
        }
        keys.finish("a secret", diags);
        Some(secret)
    }
}

impl SecretContent {
    /// Reads `file` or `environment`.
    fn read(entry: &Entry, diags: &mut Diagnostics) -> Option<Self> {
        let value: Spanned<String> = Spanned::decode(&entry.value, diags)?;
        if &*entry.key == "file" {
            return Some(Self::File(value));
        }
        if value.value.is_empty() {
            diags.error(Code::InvalidValue, value.span, "the name of the variable is missing");
        }
        Some(Self::Environment(value))
    }
}
