//! What a service is an instance of.

use crate::source::Spanned;

/// What a service is an instance of.
#[derive(Debug, Clone, Default)]
pub struct Image {
    /// `image`: the image's reference.
    pub image: Option<Spanned<String>>,
    /// `build`: how the image is made.
    pub build: Option<Spanned<Build>>,
    /// `platform`: the operating system and processor, such as `linux/arm64`.
    pub platform: Option<Spanned<String>>,
}

/// How an image is made.
#[derive(Debug, Clone, Default)]
pub struct Build {
    /// `context`: the absolute directory, or the URL, that the build sees.
    pub context: String,
}
