//! What a service is told in confidence, and what it is configured with.

pub mod grant;

use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};
use grant::FileGrant;

/// What a service is told in confidence, and what it is configured with.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    /// `secrets`: top-level secrets that appear as files.
    pub secrets: Vec<Spanned<FileGrant>>,
    /// `configs`: top-level configs that appear as files.
    pub configs: Vec<Spanned<FileGrant>>,
    /// `credential_spec`: the account under which a Windows container runs.
    pub credential_spec: Option<Spanned<CredentialSpec>>,
}

/// The account under which a Windows container runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CredentialSpec {
    /// `config`: a top-level config that holds it.
    pub config: Option<Spanned<String>>,
    /// `file`: a file that holds it.
    pub file: Option<Spanned<String>>,
    /// `registry`: a value in the host's registry that holds it.
    pub registry: Option<Spanned<String>>,
}

impl Secrets {
    /// Takes `secrets`, `configs` and `credential_spec`.
    pub(super) fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        Self {
            secrets: keys.take("secrets", diags).unwrap_or_default(),
            configs: keys.take("configs", diags).unwrap_or_default(),
            credential_spec: keys.take("credential_spec", diags),
        }
    }
}

impl Decode for CredentialSpec {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let spec = Self {
            config: keys.take("config", diags),
            file: keys.take("file", diags),
            registry: keys.take("registry", diags),
        };
        keys.finish("a credential spec", diags);
        Some(spec)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{messages, service};

    /// What is found in a service.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(messages(&service(text).1), expected);
    }

    #[test]
    fn a_credential_spec_may_have_several_sources() {
        check("credential_spec: {}", "");
        check("credential_spec: {config: a, file: b, registry: c, x-why: d}", "");
        check("credential_spec: a", "error[wrong-type]: expected a mapping, found a string");
        check("credential_spec: {fle: a}", "error[unknown-key]: unknown key `fle`: a credential spec has no such key");
    }

    #[test]
    fn secrets_and_configs_are_lists() {
        check("secrets: []", "");
        check("secrets: s", "error[wrong-type]: expected a list, found a string");
        check("configs: ", "error[wrong-type]: expected a list, found nothing");
    }
}
