//! `deploy.placement`: `node.labels.disk == ssd`.
//!
//! Docker Compose lets any text pass; the words are Swarm's:
//! <https://docs.docker.com/reference/cli/docker/service/create/#constraint>.

use std::fmt;

use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

/// The keys of `deploy.placement`.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    pub(super) constraints: Vec<Spanned<Constraint>>,
    pub(super) preferences: Vec<Spanned<Preference>>,
    pub(super) max_replicas_per_node: Option<Spanned<u64>>,
}

/// Where containers must run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Constraint {
    /// An attribute and what it must be, or must not be.
    Compare {
        /// What is compared.
        attribute: Attribute,
        /// How.
        operator: Operator,
        /// With what.
        value: String,
        /// All of it, as written.
        text: String,
    },
    /// Anything else, which Docker Compose lets pass.
    Other(String),
}

/// What Swarm knows of a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attribute {
    /// `node.id`.
    NodeId,
    /// `node.hostname`.
    NodeHostname,
    /// `node.ip`.
    NodeIp,
    /// `node.role`: `manager` or `worker`.
    NodeRole,
    /// `node.platform.os`: `linux` or `windows`.
    PlatformOs,
    /// `node.platform.arch`: `x86_64`, `aarch64`.
    PlatformArch,
    /// `node.labels.NAME`: a label that somebody gave the machine.
    NodeLabel(String),
    /// `engine.labels.NAME`: a label of the machine's Docker engine.
    EngineLabel(String),
}

/// How an attribute is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
}

/// Over what containers had better be spread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Preference {
    /// `spread: ATTRIBUTE`: evenly over the attribute's values; behind it the attribute as written.
    Spread(Attribute, String),
    /// `spread` over anything else, which Docker Compose lets pass.
    SpreadOther(String),
    /// An empty preference, which says nothing.
    Empty,
}

impl From<String> for Constraint {
    fn from(text: String) -> Self {
        let compare = [("==", Operator::Equal), ("!=", Operator::NotEqual)].into_iter().find_map(|(sign, operator)| {
            let (attribute, value) = text.split_once(sign)?;
            let (attribute, value) = (Attribute::parse(attribute.trim())?, value.trim().to_owned());
            (!value.is_empty()).then(|| Self::Compare { attribute, operator, value, text: text.clone() })
        });
        compare.unwrap_or(Self::Other(text))
    }
}

impl Constraint {
    /// All of it, as written.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Compare { attribute: _, operator: _, value: _, text } | Self::Other(text) => text,
        }
    }
}

impl Attribute {
    /// The attribute of a name; Swarm reads names in either case.
    fn parse(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "node.id" => Self::NodeId,
            "node.hostname" => Self::NodeHostname,
            "node.ip" => Self::NodeIp,
            "node.role" => Self::NodeRole,
            "node.platform.os" => Self::PlatformOs,
            "node.platform.arch" => Self::PlatformArch,
            _ => {
                let label = |prefix: &str| {
                    let (start, rest) = name.split_at_checked(prefix.len())?;
                    (start.eq_ignore_ascii_case(prefix) && !rest.is_empty()).then(|| rest.to_owned())
                };
                let node_label = label("node.labels.").map(Self::NodeLabel);
                return node_label.or_else(|| label("engine.labels.").map(Self::EngineLabel));
            }
        })
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare { attribute, operator, value, text: _ } => {
                write!(f, "{attribute} {} {value}", operator.as_str())
            }
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NodeId => f.write_str("node.id"),
            Self::NodeHostname => f.write_str("node.hostname"),
            Self::NodeIp => f.write_str("node.ip"),
            Self::NodeRole => f.write_str("node.role"),
            Self::PlatformOs => f.write_str("node.platform.os"),
            Self::PlatformArch => f.write_str("node.platform.arch"),
            Self::NodeLabel(name) => write!(f, "node.labels.{name}"),
            Self::EngineLabel(name) => write!(f, "engine.labels.{name}"),
        }
    }
}

impl Operator {
    /// The sign, which is the same in Swarm and in ECS.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
        }
    }
}

impl Decode for Rules {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let rules = Self {
            constraints: keys.take("constraints", diags).unwrap_or_default(),
            preferences: keys.take("preferences", diags).unwrap_or_default(),
            max_replicas_per_node: keys.take("max_replicas_per_node", diags),
        };
        keys.finish("`placement`", diags);
        Some(rules)
    }
}

impl Decode for Constraint {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        String::decode(node, diags).map(Self::from)
    }
}

impl Decode for Preference {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let spread: Option<String> = keys.take("spread", diags);
        keys.finish("a placement preference", diags);
        Some(match spread {
            None => Self::Empty,
            Some(text) => match Attribute::parse(text.trim()) {
                Some(attribute) => Self::Spread(attribute, text),
                None => Self::SpreadOther(text),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &Constraint) {
        let constraint = Constraint::from(text.to_owned());
        assert_eq!((constraint.text(), constraint.to_string()), (text, expected.to_string()));
    }

    fn compare(attribute: Attribute, operator: Operator, value: &str) -> Constraint {
        Constraint::Compare { attribute, operator, value: value.to_owned(), text: String::new() }
    }

    #[test]
    fn spaces_around_the_sign_do_not_matter() {
        let expected = compare(Attribute::NodeRole, Operator::Equal, "manager");
        check("node.role==manager", &expected);
        check("node.role == manager", &expected);
        check(" node.role  ==  manager ", &expected);
    }

    #[test]
    fn names_are_read_in_either_case_but_labels_keep_theirs() {
        check("Node.Platform.OS == linux", &compare(Attribute::PlatformOs, Operator::Equal, "linux"));
        let label = Attribute::NodeLabel("Disk".to_owned());
        check("NODE.LABELS.Disk != SSD", &compare(label, Operator::NotEqual, "SSD"));
        let label = Attribute::EngineLabel("os".to_owned());
        check("engine.labels.os == ubuntu 14.04", &compare(label, Operator::Equal, "ubuntu 14.04"));
    }

    #[test]
    fn what_is_no_comparison_stays_as_it_is() {
        for text in
            ["", "node=foo", "node.role ==", "== x", "node.labels. == x", "node.size == 3", "nöde.labels.x == y"]
        {
            check(text, &Constraint::Other(text.to_owned()));
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(text in "(node|engine)\\.(id|role|labels\\.[a-z]{1,3}) ?(==|!=) ?[a-z=! ]{0,5}") {
            let printed = Constraint::from(text).to_string();
            prop_assert_eq!(Constraint::from(printed.clone()).to_string(), printed);
        }

        #[test]
        fn any_text_is_read(text in ".*") {
            let _ = Constraint::from(text);
        }
    }
}
