//! Values that several keys of `x-ecs` take.

use super::setting::{Setting, Takes};
use crate::compose::duration::Duration;
use crate::compose::size::ByteSize;
use crate::diag::{Code, Diagnostics};
use crate::yaml::Node;
use crate::yaml::keys::Decode;

/// Declares whole numbers in a range.
macro_rules! number {
    ($($(#[$doc:meta])+ $name:ident = $first:literal..=$last:literal;)+) => {$(
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// The number, if it is in the range.
            #[must_use]
            pub fn new(number: u32) -> Option<Self> {
                ($first..=$last).contains(&number).then_some(Self(number))
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> u32 {
                self.0
            }
        }

        impl Decode for $name {
            fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
                let number = i64::decode(node, diags)?;
                let within = u32::try_from(number).ok().and_then(Self::new);
                if within.is_none() {
                    let message = format!("invalid value `{number}`: it must be from {} to {}", $first, $last);
                    diags.error(Code::InvalidValue, node.span, message);
                }
                within
            }
        }

        impl Setting for $name {
            fn takes() -> Takes {
                Takes::Number { first: $first, last: $last }
            }
        }
    )+};
}

number! {
    /// A share of a hundred.
    // Invariant: 0 to 100.
    Percent = 0..=100;
    /// A share of the tasks that are desired, of which there may be more for a while.
    // Invariant: 1 to 2147483647.
    MaximumPercent = 1..=2_147_483_647;
    /// A target for a metric.
    // Invariant: 1 to 100.
    Target = 1..=100;
    /// A number of tasks.
    // Invariant: 0 to 2147483647.
    TaskCount = 0..=2_147_483_647;
    /// Gibibytes of storage.
    // Invariant: 21 to 200.
    StorageGib = 21..=200;
    /// A port.
    // Invariant: 1 to 65535.
    PortNumber = 1..=65_535;
    /// How many tasks run with a capacity provider before others get any.
    // Invariant: 0 to 100000.
    Base = 0..=100_000;
    /// How many of the further tasks run with a capacity provider, in proportion.
    // Invariant: 0 to 1000.
    Weight = 0..=1_000;
}

impl Setting for Duration {
    fn takes() -> Takes {
        Takes::Duration
    }
}

impl Setting for ByteSize {
    fn takes() -> Takes {
        Takes::Size
    }
}
