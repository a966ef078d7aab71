//! `volumes` at the top of a file.

use indexmap::IndexMap;

use super::name_and_external;
use crate::compose::extension::volume::VolumeExtension;
use crate::compose::value::{take_distinct_texts, take_driver_options};
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

/// A volume.
#[derive(Debug, Clone, Default)]
pub struct Volume {
    /// `name`: what Docker calls it, if not by project and key; of an external one, also `external: {name: …}`.
    pub name: Option<Spanned<String>>,
    /// `driver`: what keeps it; Docker's own is `local`.
    pub driver: Option<Spanned<String>>,
    /// `driver_opts`: what the driver is told.
    pub driver_opts: IndexMap<String, Spanned<String>>,
    /// `external`: whether it is there already, made by somebody else.
    pub external: Option<Spanned<bool>>,
    /// `labels`.
    pub labels: IndexMap<String, Spanned<String>>,
    /// `x-ecs`: what Compose cannot say.
    pub extension: VolumeExtension,
}

impl Volume {
    /// Whether it is there already, made by somebody else.
    #[must_use]
    pub fn is_external(&self) -> bool {
        self.external.is_some_and(|external| external.value)
    }
}

impl Decode for Volume {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        if node.is_null() {
            return Some(Self::default());
        }
        let mut keys = Keys::of(node, diags)?;
        let (name, external) = name_and_external(&mut keys, diags);
        let volume = Self {
            name,
            driver: keys.take("driver", diags),
            driver_opts: take_driver_options(&mut keys, diags),
            external,
            labels: take_distinct_texts(&mut keys, "labels", diags),
            extension: VolumeExtension::take_from(&mut keys, diags),
        };
        if volume.is_external() {
            refuse_beside_external(node, diags);
        }
        keys.finish("a volume", diags);
        Some(volume)
    }
}

/// Refuses what would describe a volume that somebody else made.
fn refuse_beside_external(node: &Node, diags: &mut Diagnostics) {
    let Some(mapping) = node.as_mapping() else { return };
    for entry in ["driver", "driver_opts", "labels"].into_iter().filter_map(|key| mapping.get(key)) {
        let message = format!("`{}` and `external` exclude each other", entry.key);
        diags.error(Code::Conflict, entry.key_span, message).hint("an external volume is as it was made");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, load};

    /// The volume `data` as text, or what is wrong with it.
    #[track_caller]
    fn check(volume: &str, expected: &str) {
        let text = format!("{{services: {{web: {{image: x, volumes: ['data:/data']}}}}, volumes: {{data: {volume}}}}}");
        let (project, diags) = load(&text);
        let shown = project.and_then(|mut project| project.volumes.swap_remove("data")).map(|volume| {
            let is_external = volume.is_external();
            let Volume { name, driver, driver_opts, external: _, labels, extension: _ } = volume;
            let pairs = driver_opts.into_iter().chain(labels).map(|(name, text)| format!("{name}={}", text.value));
            let texts = name.into_iter().chain(driver).map(|text| text.value).chain(pairs);
            texts.chain(is_external.then(|| "external".to_owned())).collect::<Vec<_>>().join(" ")
        });
        assert_eq!(shown.unwrap_or_else(|| findings(&text, &diags)), expected);
    }

    #[test]
    fn a_volume_may_say_nothing() {
        check("", "");
        check("{}", "");
    }

    #[test]
    fn options_and_labels_are_texts() {
        check("{name: n, driver: d, driver_opts: {a: 1, b: 1.50}, labels: [c=d, e]}", "n d a=1 b=1.5 c=d e=");
        check("{labels: {a: , b: true, c: 1.0}}", "a= b=true c=1");
        check(
            "{driver_opts: {a: true}}",
            "true | error[wrong-type]: expected a string or a number, found the boolean `true`",
        );
    }

    #[test]
    fn an_external_volume_may_be_named_in_two_ways() {
        check("{external: true}", "external");
        check("{external: 'true', name: n}", "n external");
        check("{external: {name: n}}", "n external");
        check("{external: {name: n}, name: n}", "n external");
        check("{external: {name: n}, name: o}", "n | error[conflict]: `external.name` is not what `name` says");
    }

    #[test]
    fn an_external_volume_is_not_described() {
        check("{external: true, driver: d}", "driver | error[conflict]: `driver` and `external` exclude each other");
        check("{external: true, labels: {}}", "labels | error[conflict]: `labels` and `external` exclude each other");
        check("{external: false, driver: d}", "d");
    }
}
