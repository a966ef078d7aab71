//! `ulimits`: resource limits.

use crate::compose::value::integer;
use crate::diag::{Code, Diagnostics};
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

/// A resource limit; -1 is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ulimit {
    /// Whether one number was written for both.
    pub is_single: bool,
    /// `soft`: the limit that a process may raise.
    pub soft: i64,
    /// `hard`: the limit that it may not.
    pub hard: i64,
}

impl Decode for Ulimit {
    /// Reads one number for both limits, or a mapping.
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        if node.as_mapping().is_none() {
            let limit = integer(node, diags)?;
            return Some(Self { is_single: true, soft: limit, hard: limit });
        }
        let mut keys = Keys::of(node, diags)?;
        let mut limit = |key| {
            let limit = keys.node(key);
            if limit.is_none() {
                diags.error(Code::MissingKey, node.span, format!("`{key}` is missing"));
            }
            limit.and_then(|limit| integer(limit, diags))
        };
        let (soft, hard) = (limit("soft"), limit("hard"));
        keys.finish("a limit", diags);
        Some(Self { is_single: false, soft: soft?, hard: hard? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::service::kernel::Kernel;
    use crate::testing::{findings, service, sound_service};

    #[track_caller]
    fn kernel(text: &str) -> Kernel {
        sound_service(text).kernel
    }

    #[track_caller]
    fn check(text: &str, soft: i64, hard: i64) {
        let kernel = kernel(&format!("ulimits: {{nofile: {text}}}"));
        let is_single = !text.starts_with('{');
        assert_eq!(kernel.ulimits.get("nofile").map(|limit| limit.value), Some(Ulimit { is_single, soft, hard }));
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        let text = format!("ulimits: {{nofile: {text}}}");
        assert_eq!(findings(&text, &service(&text).1), expected);
    }

    #[test]
    fn one_number_is_both_limits() {
        check("65535", 65535, 65535);
        check("'5'", 5, 5);
        check("-1", -1, -1);
    }

    #[test]
    fn a_mapping_has_both_limits() {
        check("{soft: 1, hard: '2', x-note: 3}", 1, 2);
        check("{soft: 5, hard: 2}", 5, 2);
        refused("{soft: 1}", "{soft: 1} | error[missing-key]: `hard` is missing");
        refused(
            "{soft: 1, hard: 2, other: 3}",
            "other | error[unknown-key]: unknown key `other`: a limit has no such key",
        );
    }

    #[test]
    fn a_limit_is_a_whole_number() {
        refused("1.5", "1.5 | error[wrong-type]: expected a whole number, found a number");
        refused("1.0", "1.0 | error[wrong-type]: expected a whole number, found a number");
        refused("x", "x | error[wrong-type]: expected a whole number, found a string");
    }
}
