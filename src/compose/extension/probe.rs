//! What is known of images.

use super::setting::{Disagree, Key, Setting, Settings, Takes, before, join, settings};
use crate::compose::service::image::reference::ImageReference;
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::keys::{Decode, Keys, wrong_type};
use crate::yaml::{Kind, Node};

settings! {
    /// What is known of images.
    Images {
        /// `probes`: the health checks that readiness waits need, by image: `postgres`, or with a tag. They go before those of known images, and behind `probe` of a service; without words, there is none.
        probes: Probes,
    }
}

/// Health checks by image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Probes(pub Vec<ImageProbe>);

/// The health check of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageProbe {
    /// The image; without a tag, of any tag.
    pub image: ImageReference,
    /// `CMD` and words, or `CMD-SHELL` and a line; nothing is none.
    pub words: Spanned<Vec<String>>,
}

impl Probes {
    /// What is said of an image: of its tag or digest before its name.
    pub(crate) fn of(&self, image: &ImageReference) -> Option<&Spanned<Vec<String>>> {
        let holds = |said: Option<&str>, found: Option<&str>| said.is_none() || said == found;
        let about = self.0.iter().filter(|probe| {
            probe.image.known_name() == image.known_name()
                && holds(probe.image.tag(), image.tag())
                && holds(probe.image.digest(), image.digest())
        });
        let precise = |probe: &&ImageProbe| (probe.image.digest().is_some(), probe.image.tag().is_some());
        about.max_by_key(precise).map(|probe| &probe.words)
    }
}

impl Setting for Probes {
    fn takes() -> Takes {
        Takes::Map(Box::new(Vec::<String>::takes()))
    }
}

impl Decode for Probes {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let Kind::Mapping(mapping) = &node.kind else {
            wrong_type(node, "a mapping", diags);
            return None;
        };
        let mut probes = Vec::new();
        for entry in mapping.entries() {
            let image = entry.key.parse().map_err(|err| {
                let message = format!("invalid image `{}`: {err}", entry.key);
                diags.error(Code::InvalidValue, entry.key_span, message);
            });
            let words = Spanned::decode(&entry.value, diags);
            probes.extend(image.ok().zip(words).map(|(image, words)| ImageProbe { image, words }));
        }
        Some(Self(probes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{decode, messages};

    /// What is said of an image, where these probes are given.
    #[track_caller]
    fn check(probes: &str, image: &str, expected: Option<&str>) {
        let (probes, diags) = decode::<Probes>(probes);
        assert_eq!(messages(&diags), "");
        let probes = probes.expect("probes");
        let found = probes.of(&image.parse().expect("an image"));
        assert_eq!(found.map(|words| words.value.join(" ")).as_deref(), expected);
    }

    #[test]
    fn a_name_is_of_every_tag_and_wherever_it_is_pulled_from() {
        check("{postgres: [CMD, a]}", "postgres", Some("CMD a"));
        check("{postgres: [CMD, a]}", "docker.io/library/postgres:16", Some("CMD a"));
        check("{postgres: [CMD, a]}", "mycorp/postgres", None);
        check("{ghcr.io/mycorp/postgres: []}", "ghcr.io/mycorp/postgres:1", Some(""));
    }

    #[test]
    fn a_tag_goes_before_a_name() {
        let probes = "{'postgres:16': [CMD, tag], postgres: [CMD, name]}";
        check(probes, "postgres:16", Some("CMD tag"));
        check(probes, "postgres:17", Some("CMD name"));
        check("{'postgres:16': [CMD, tag]}", "postgres", None);
    }

    #[test]
    fn a_key_is_an_image() {
        let (_, diags) = decode::<Probes>("{'a b': [CMD, c]}");
        assert_eq!(
            messages(&diags),
            "error[invalid-value]: invalid image `a b`: it is not an image's name: `[REGISTRY/]REPOSITORY[:TAG][@DIGEST]`"
        );
    }
}
