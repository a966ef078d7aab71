//! What a project says about findings.

use std::collections::BTreeMap;

use super::setting::{Disagree, Key, Setting, Settings, Takes, before, join, settings};
use crate::diag::code::Nature;
use crate::diag::policy::Level;
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

settings! {
    /// Which findings are let pass, and of which errors are made. What a flag says of a code goes before.
    Findings {
        /// `allow`: codes whose warnings and notes are let pass, also with `--strict`.
        allow: Vec<Code>,
        /// `deny`: codes whose warnings and notes are errors.
        deny: Vec<Code>,
    }
}

impl Findings {
    /// What is said of each code.
    pub(crate) fn levels(&self, diags: &mut Diagnostics) -> BTreeMap<Code, Level> {
        let Self { allow, deny } = self;
        let mut levels = BTreeMap::new();
        if let Some(codes) = allow {
            for code in &codes.value {
                if code.nature() == Nature::Mistake {
                    let message = format!("`{}` is always an error: there is nothing to let pass", code.as_str());
                    diags.error(Code::InvalidValue, codes.span, message);
                }
                levels.insert(*code, Level::Allow);
            }
        }
        if let Some(codes) = deny {
            for code in &codes.value {
                if let (Some(Level::Allow), Some(allow)) = (levels.insert(*code, Level::Deny), allow) {
                    let message = format!("`{}` is both allowed and denied", code.as_str());
                    diags.error(Code::Conflict, codes.span, message).label(allow.span, "it is allowed here");
                }
            }
        }
        levels
    }
}

impl Setting for Code {
    fn takes() -> Takes {
        Takes::Word(Self::ALL.iter().map(|code| code.as_str()).collect())
    }
}

impl Decode for Code {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let text = String::decode(node, diags)?;
        text.parse()
            .map_err(|err| {
                diags
                    .error(Self::InvalidValue, node.span, format!("invalid value `{text}`: {err}"))
                    .hint("`compose2ecs explain` lists the codes");
            })
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::extension::ProjectExtension;
    use crate::testing::{decode, messages};

    /// What is said of codes, and what is found about that.
    #[track_caller]
    fn check(text: &str, expected: &[(Code, Level)], expected_findings: &str) {
        let (extension, mut diags) = decode::<ProjectExtension>(text);
        let levels = extension.map(|extension| extension.findings.levels(&mut diags)).unwrap_or_default();
        assert_eq!((levels, messages(&diags).as_str()), (expected.iter().copied().collect(), expected_findings));
    }

    #[test]
    fn codes_are_allowed_and_denied() {
        check(
            "{allow: [lost, inferred], deny: [defaulted]}",
            &[(Code::Lost, Level::Allow), (Code::Inferred, Level::Allow), (Code::Defaulted, Level::Deny)],
            "",
        );
    }

    #[test]
    fn codes_that_make_no_sense_are_mistakes() {
        check(
            "{allow: [losst]}",
            &[],
            "error[invalid-value]: invalid value `losst`: there is no such code: did you mean `lost`?",
        );
        check(
            "{allow: [cycle]}",
            &[(Code::Cycle, Level::Allow)],
            "error[invalid-value]: `cycle` is always an error: there is nothing to let pass",
        );
        check(
            "{allow: [lost], deny: [lost]}",
            &[(Code::Lost, Level::Deny)],
            "error[conflict]: `lost` is both allowed and denied",
        );
    }
}
