//! Where output goes, and how long it is kept.

use super::setting::{Disagree, Key, Setting, Settings, Takes, before, join, settings};
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

settings! {
    /// Where output goes, and how long it is kept.
    Logs {
        /// `log_group`: the group in CloudWatch Logs, in place of `/ecs/PROJECT`.
        log_group: String,
        /// `log_retention`: after how many days CloudWatch Logs forgets what is in the group.
        log_retention: RetentionDays,
    }
}

/// After how many days output is forgotten.
// Invariant: one of `CHOICES`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RetentionDays(u32);

/// What CloudWatch Logs takes.
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
#[rustfmt::skip]
const CHOICES: &[u32] = &[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

impl RetentionDays {
    /// The number of days.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Decode for RetentionDays {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let days = u32::decode(node, diags)?;
        if CHOICES.contains(&days) {
            return Some(Self(days));
        }
        let message = format!("invalid value `{days}`: CloudWatch Logs does not take this number of days");
        let next = CHOICES.iter().find(|choice| **choice > days).or(CHOICES.last()).copied().unwrap_or_default();
        diags.error(Code::InvalidValue, node.span, message).hint(format!("the next that it takes is {next}"));
        None
    }
}

impl Setting for RetentionDays {
    fn takes() -> Takes {
        Takes::Numbers(CHOICES)
    }
}
