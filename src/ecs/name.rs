//! Names that ECS accepts.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Declares a name of 1 to 255 letters, digits, `-` and `_`.
macro_rules! name {
    ($(#[$doc:meta])+ $name:ident) => {
        $(#[$doc])+
        ///
        /// May break ECS's rules when it comes from a Compose file; [`super::check`] finds that.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// The family of a task definition's revisions.
    Family
);
name!(
    /// A container within a task definition.
    ContainerName
);
name!(
    /// A volume within a task definition.
    VolumeName
);
name!(
    /// A service within a cluster.
    ServiceName
);
