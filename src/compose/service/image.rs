//! What a service is an instance of.

pub mod build;
pub mod reference;

use crate::compose::value::take_non_zero;
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};
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
    /// `missing`: when it is not on the machine.
    Missing,
    /// `if_not_present`: an older word for `missing`.
    IfNotPresent,
    /// `build`: it is built, whether it could be fetched or not.
    Build,
    /// `refresh`, `daily`, `weekly` or `every_…`: when the one on the machine is too old.
    Refresh(String),
    /// Anything else that Compose lets pass, as it only looks for one of the words within the text.
    Other(String),
}

impl Image {
    /// Takes the keys of the facet.
    pub(super) fn take(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> Self {
        Self {
            image: take_non_zero(keys, "image", diags),
            build: keys.take("build", diags),
            platform: take_non_zero(keys, "platform", diags),
            pull_policy: keys.take("pull_policy", diags),
            pull_refresh_after: take_non_zero(keys, "pull_refresh_after", diags),
        }
    }
}

impl Decode for PullPolicy {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let text = String::decode(node, diags)?;
        let policy = Self::parse(&text);
        if policy.is_none() {
            diags
                .error(Code::InvalidValue, node.span, format!("invalid pull policy `{text}`"))
                .hint("there are `always`, `never`, `missing`, `build`, `refresh`, `daily`, `weekly` and `every_12h`");
        }
        policy
    }
}

impl PullPolicy {
    /// Compose's word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Always => "always",
            Self::Never => "never",
            Self::Missing => "missing",
            Self::IfNotPresent => "if_not_present",
            Self::Build => "build",
            Self::Refresh(text) | Self::Other(text) => text,
        }
    }

    /// Reads a policy as Compose does, which takes any text with one of its words in it.
    fn parse(text: &str) -> Option<Self> {
        const WORDS: [&str; 8] =
            ["always", "never", "build", "if_not_present", "missing", "refresh", "daily", "weekly"];
        match text {
            "always" => Some(Self::Always),
            "never" => Some(Self::Never),
            "missing" => Some(Self::Missing),
            "if_not_present" => Some(Self::IfNotPresent),
            "build" => Some(Self::Build),
            "refresh" | "daily" | "weekly" => Some(Self::Refresh(text.to_owned())),
            _ if text.strip_prefix("every_").is_some_and(is_age) => Some(Self::Refresh(text.to_owned())),
            _ if WORDS.iter().any(|word| text.contains(word)) => Some(Self::Other(text.to_owned())),
            _ if text.split("every_").skip(1).any(starts_with_age) => Some(Self::Other(text.to_owned())),
            _ => None,
        }
    }
}

/// Whether a text is an age: `2d`, `1w12h`.
fn is_age(text: &str) -> bool {
    let mut parts = text.split_inclusive(|next: char| !next.is_ascii_digit()).peekable();
    parts.peek().is_some() && parts.all(starts_with_age)
}

/// Whether a text starts with digits and a unit of time.
fn starts_with_age(text: &str) -> bool {
    let behind = text.trim_start_matches(|next: char| next.is_ascii_digit());
    behind.len() < text.len() && behind.starts_with(['w', 'd', 'h', 'm', 's'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{findings, service, sound_service};

    #[track_caller]
    fn image(text: &str) -> Image {
        sound_service(text).image
    }

    #[track_caller]
    fn check(text: &str, expected: PullPolicy) {
        assert_eq!(image(&format!("pull_policy: {text}")).pull_policy.map(|policy| policy.value), Some(expected));
    }

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        assert_eq!(findings(text, &service(text).1), expected);
    }

    #[test]
    fn an_empty_text_is_none() {
        let image = image("{image: '', platform: '', pull_refresh_after: ''}");
        assert_eq!((image.image, image.platform, image.pull_refresh_after), (None, None, None));
    }

    #[test]
    fn a_pull_policy_is_one_of_its_words() {
        check("always", PullPolicy::Always);
        check("if_not_present", PullPolicy::IfNotPresent);
        check("daily", PullPolicy::Refresh("daily".to_owned()));
        check("every_1w12h", PullPolicy::Refresh("every_1w12h".to_owned()));
    }

    #[test]
    fn a_pull_policy_may_have_its_word_anywhere() {
        check("foonever", PullPolicy::Other("foonever".to_owned()));
        check("every_2dx", PullPolicy::Other("every_2dx".to_owned()));
        check("every_never", PullPolicy::Other("every_never".to_owned()));
    }

    #[test]
    fn other_pull_policies_are_refused() {
        refused("pull_policy: sometimes", "sometimes | error[invalid-value]: invalid pull policy `sometimes`");
        refused("pull_policy: every_2x", "every_2x | error[invalid-value]: invalid pull policy `every_2x`");
        refused("pull_policy: ''", "'' | error[invalid-value]: invalid pull policy ``");
    }

    #[test]
    fn numbers_are_no_images() {
        refused("image: 1.5", "1.5 | error[wrong-type]: expected a string, found a number");
        refused("image:", "image | error[wrong-type]: expected a string, found nothing");
    }

    proptest! {
        #[test]
        fn reading_a_policy_never_panics(text in ".*") {
            let _ = PullPolicy::parse(&text);
        }

        #[test]
        fn every_age_is_a_policy(age in "([0-9]{1,3}[wdhms]){1,3}") {
            let policy = format!("every_{age}");
            prop_assert_eq!(PullPolicy::parse(&policy), Some(PullPolicy::Refresh(policy)));
        }
    }
}
