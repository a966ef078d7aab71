//! What a service is an instance of.

mod build;

use super::Context;
use super::value::{Fields, Value};
use crate::compose::service::Service;
use crate::compose::service::image::{Image, PullPolicy};
use crate::options::Normalization;

/// The keys of the facet `image`.
pub(super) fn fields<'p>(service: &'p Service, context: &Context<'p>) -> Fields<'p> {
    // Docker Compose reads `pull_refresh_after`, and forgets it.
    let Image { image, build, platform, pull_policy, pull_refresh_after: _ } = &service.image;
    let mut fields = Fields::default();
    fields.put_written("image", image.as_ref());
    fields.put_some("build", build.as_ref().map(|build| build::fields(service, &build.value, context)));
    fields.put_written("platform", platform.as_ref());
    fields.put_some("pull_policy", pull_policy.as_ref().map(|policy| pull_policy_text(&policy.value, context)));
    fields
}

/// `pull_policy`, in today's words.
fn pull_policy_text<'p>(policy: &'p PullPolicy, context: &Context<'_>) -> Value<'p> {
    match (policy, context.options.normalization) {
        (PullPolicy::IfNotPresent, Normalization::Enabled) => PullPolicy::Missing.as_str().to_owned().into(),
        (policy, Normalization::Enabled | Normalization::Disabled) => policy.as_str().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::fields;
    use crate::config::testing::{JSON, PLAIN, printed};

    #[test]
    fn an_older_word_for_missing_is_filled_in() {
        let keys = "pull_policy: if_not_present, pull_refresh_after: 1d";
        assert_eq!(printed(keys, JSON, fields), r#"{"image":"x","pull_policy":"missing"}"#);
        assert_eq!(printed(keys, PLAIN, fields), r#"{"image":"x","pull_policy":"if_not_present"}"#);
        assert_eq!(printed("pull_policy: every_2d", JSON, fields), r#"{"image":"x","pull_policy":"every_2d"}"#);
    }
}
