//! What things are called on ECS, which takes letters, digits, `-` and `_`, up to 255 of them.

use super::Target;
use crate::compose::name::ServiceName;
use crate::ecs::name::{ContainerName, Family, VolumeName};

/// How much of a name stays readable when it must be shortened.
const READABLE: usize = 200;

/// The name of a service's container.
pub(super) fn container(service: &ServiceName) -> ContainerName {
    ContainerName(plain(service.as_str()))
}

/// The name of a task's family and service: behind the project's, so that projects stay apart.
pub(super) fn family(unit: &str, target: Target<'_>) -> Family {
    let project = target.project.name.as_str();
    Family(plain(&if project == unit { project.to_owned() } else { format!("{project}-{unit}") }))
}

/// The name of a service's port, which is in lower case and does not start with `-`.
pub(super) fn port(service: &ServiceName, port: u16) -> String {
    format!("{}-{port}", plain(&service.as_str().to_ascii_lowercase()).trim_start_matches('-'))
}

/// The name of a volume, made of a first word and the words of a path. Different paths make different names: where the
/// words do not say it all, a checksum does.
pub(super) fn volume_at(first: &str, path: &str) -> VolumeName {
    let words: Vec<&str> = std::iter::once(first).chain(path.split('/').filter(|word| !word.is_empty())).collect();
    let whole = words.iter().all(|word| word.chars().all(|character| is_plain(character) && character != '-'));
    distinct(&words.join("-"), whole, &words.join("/"))
}

/// The name of a volume that Docker knows by this one: the same, if ECS takes it, else one that is like it.
pub(super) fn volume_like(name: &str) -> VolumeName {
    let whole = name.chars().all(is_plain);
    distinct(name, whole, name)
}

/// The text as a name, with a checksum of `full` behind it unless it is `whole` and short enough.
fn distinct(readable: &str, whole: bool, full: &str) -> VolumeName {
    if whole && (1..=255).contains(&readable.len()) {
        return VolumeName(readable.to_owned());
    }
    let readable: String = plain(readable).chars().take(READABLE).collect();
    VolumeName(format!("{}-{:08x}", readable.trim_end_matches('-'), checksum(full)))
}

/// The text with `-` in place of what ECS does not take.
fn plain(text: &str) -> String {
    text.replace(|character| !is_plain(character), "-")
}

/// Whether ECS takes a character in a name.
const fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

/// FNV-1a, of 32 bits. <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>
fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_dot_becomes_a_dash() {
        let service = ServiceName::new("-Web.v1");
        assert_eq!(container(&service).as_str(), "-Web-v1");
        assert_eq!(port(&service, 80), "web-v1-80");
    }

    #[test]
    fn plain_words_are_joined() {
        assert_eq!(volume_at("host", "/srv/data/").as_str(), "host-srv-data");
    }

    #[test]
    fn words_that_do_not_say_it_all_get_a_checksum() {
        assert_eq!(volume_at("host", "/run/docker.sock").as_str(), "host-run-docker-sock-ed14d4dc");
        assert_ne!(volume_at("a-b", "c"), volume_at("a", "b-c"));
    }

    #[test]
    fn a_name_that_ecs_takes_stays() {
        assert_eq!(volume_like("shop_db-data").as_str(), "shop_db-data");
        assert_eq!(volume_like("shop.db").as_str(), "shop-db-c13b5983");
    }

    proptest! {
        #[test]
        fn ecs_takes_every_name(first in ".{0,150}", path in "(/.{0,150}){0,3}") {
            for VolumeName(name) in [volume_at(&first, &path), volume_like(&path)] {
                prop_assert!(name.chars().all(is_plain) && (1..=255).contains(&name.len()), "{}", name);
            }
        }
    }
}
