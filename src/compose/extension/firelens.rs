//! `x-ecs.firelens`: a service that is the log router of its task.

use super::setting::{Key, Setting, Takes, Texts, words};
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::choice::choice;
use crate::yaml::keys::{Decode, Keys};

/// A service that is the log router of its task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firelens {
    /// `type`: the program.
    pub kind: Spanned<FirelensType>,
    /// `options`: where its configuration is, and whether ECS adds what it knows.
    pub options: Texts,
}

/// The program that a log router runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FirelensType {
    /// `fluentbit`.
    Fluentbit,
    /// `fluentd`.
    Fluentd,
}

impl Decode for Firelens {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let kind = keys.require("type", diags);
        let options = keys.take("options", diags).unwrap_or_default();
        keys.finish("`firelens`", diags);
        Some(Self { kind: kind?, options })
    }
}

words!(FirelensType: "fluentbit" => Self::Fluentbit, "fluentd" => Self::Fluentd);

impl Setting for Firelens {
    fn takes() -> Takes {
        let key = |name, about: &str, takes| Key { name, about: format!("{about}."), takes };
        Takes::Keys(vec![
            key("type", "`type`: the program that the log router runs", FirelensType::takes()),
            key("options", "`options`: where its configuration is, and whether ECS adds what it knows", Texts::takes()),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{decode, messages};

    /// What is found in `firelens`.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(messages(&decode::<Firelens>(text).1), expected);
    }

    #[test]
    fn a_log_router_is_one_of_two_programs() {
        check("{type: fluentbit, options: {enable-ecs-log-metadata: 'true'}}", "");
        check("{}", "error[missing-key]: `type` is missing");
        check("{type: vector}", "error[invalid-value]: invalid value `vector`: it must be `fluentbit` or `fluentd`");
    }
}
