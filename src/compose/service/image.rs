//! What a service is an instance of.

pub mod build;
pub mod reference;

use crate::source::Spanned;
use build::Build;

/// What a service is an instance of.
#[derive(Debug, Clone, Default)]
pub struct Image {
    /// `image`: the image's reference.
    pub image: Option<Spanned<String>>,
    /// `build`: how the image is made.
    pub build: Option<Spanned<Build>>,
    /// `platform`: the operating system and processor, such as `linux/arm64`.
    pub platform: Option<Spanned<String>>,
    /// `pull_policy`: when the image is fetched.
    pub pull_policy: Option<Spanned<PullPolicy>>,
    /// `pull_refresh_after`: how old an image may be with `pull_policy: refresh`.
    pub pull_refresh_after: Option<Spanned<String>>,
}

/// `pull_policy`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullPolicy {
    /// `always`: whenever a container starts.
    Always,
    /// `never`: it must be on the machine.
    Never,
    /// `missing` or `if_not_present`: when it is not on the machine.
    Missing,
    /// `build`: it is built, whether it could be fetched or not.
    Build,
    /// `refresh`, `daily`, `weekly` or `every_…`: when the one on the machine is too old.
    Refresh(String),
    /// Anything else that Compose lets pass.
    Other(String),
}
