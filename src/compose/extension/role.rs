//! In whose name AWS is called.

use super::setting::{Disagree, Key, Setting, Settings, before, join, settings};
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::keys::Keys;

settings! {
    /// In whose name AWS is called.
    Roles {
        /// `execution_role`: with which ECS pulls images, reads secrets and writes logs: an ARN, or a name.
        execution_role: String,
        /// `task_role`: with which the containers' own AWS calls are made: an ARN, or a name.
        task_role: String,
    }
}
