//! What things are called on ECS, which takes letters, digits, `-` and `_`.

use indexmap::{IndexMap, IndexSet};

use super::Target;
use crate::compose::name::ServiceName;
use crate::ecs::name::{ContainerName, Family, VolumeName};

/// How long a name can be.
const LONGEST: usize = 255;

/// How long the name of a port can be without the port's number behind it.
const LONGEST_STEM: usize = 58;

/// The name of a service's container.
pub(super) fn container(service: &ServiceName) -> ContainerName {
    ContainerName(name(service.as_str()))
}

/// The name of a task's family and service: behind the project's, so that projects stay apart.
pub(super) fn family(unit: &str, target: Target<'_>) -> Family {
    let project = target.project.name.as_str();
    Family(name(&if project == unit { project.to_owned() } else { format!("{project}-{unit}") }))
}

/// The name of a volume, made of a first word and the words of a path. Different paths make different names: where the
/// words do not say it all, a checksum does.
pub(super) fn volume_at(first: &str, path: &str) -> VolumeName {
    let rest = path.split('/').filter(|word| !matches!(*word, "" | "."));
    let words: Vec<&str> = std::iter::once(first).chain(rest).collect();
    let whole = words.iter().all(|word| word.chars().all(|character| is_plain(character) && character != '-'));
    distinct(&words.join("-"), whole, &words.join("/"))
}

/// The name of a volume that Docker knows by this one: the same, if ECS takes it, else one that is like it.
pub(super) fn volume_like(name: &str) -> VolumeName {
    distinct(name, name.chars().all(is_plain), name)
}

/// The text as a name, with a checksum of `full` behind it unless it is `whole` and short enough.
fn distinct(readable: &str, whole: bool, full: &str) -> VolumeName {
    VolumeName(if whole && (1..=LONGEST).contains(&readable.len()) {
        readable.to_owned()
    } else {
        with_checksum(&plain(readable), full, LONGEST)
    })
}

/// What the names of the ports of services begin with: lower-case letters, digits, `_` and `-`. No two are equal, as
/// the names of ports must differ within a namespace.
pub(super) fn port_stems<'a>(services: impl Iterator<Item = &'a ServiceName>) -> IndexMap<&'a ServiceName, String> {
    let mut taken = IndexSet::new();
    services
        .map(|name| {
            let stem = port_stem(name.as_str());
            let stem = if taken.contains(&stem) { with_checksum(&stem, name.as_str(), LONGEST_STEM) } else { stem };
            taken.insert(stem.clone());
            (name, stem)
        })
        .collect()
}

/// What the names of a service's ports begin with.
fn port_stem(name: &str) -> String {
    let stem = plain(&name.to_ascii_lowercase());
    let stem = stem.trim_start_matches('-');
    shortened(if stem.is_empty() { "port" } else { stem }, name, LONGEST_STEM)
}

/// Whether ECS takes a text as a name.
pub(super) fn is_taken(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && text.chars().all(is_plain)
}

/// A text as a name.
fn name(text: &str) -> String {
    shortened(&plain(text), text, LONGEST)
}

/// A text with `-` in place of what ECS does not take.
fn plain(text: &str) -> String {
    text.replace(|character| !is_plain(character), "-")
}

/// Whether ECS takes a character in a name.
const fn is_plain(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

/// A text, with a checksum of `full` in place of what is too long.
fn shortened(text: &str, full: &str, longest: usize) -> String {
    if text.len() <= longest { text.to_owned() } else { with_checksum(text, full, longest) }
}

/// A text with a checksum of `full` behind it, shortened where that is too long.
fn with_checksum(text: &str, full: &str, longest: usize) -> String {
    const CHECKSUM: usize = "-01234567".len();
    let start: String = text.chars().take(longest - CHECKSUM).collect();
    format!("{}-{:08x}", start.trim_end_matches('-'), checksum(full))
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
    fn ecs_takes_no_dots() {
        assert_eq!(container(&ServiceName::new("db.local_1")).as_str(), "db-local_1");
    }

    #[test]
    fn a_long_name_is_shortened_and_stays_distinct() {
        let (one, other) = (name(&format!("{}1", "a".repeat(300))), name(&format!("{}2", "a".repeat(300))));
        assert_eq!((one.len(), other.len()), (LONGEST, LONGEST));
        assert_ne!(one, other);
    }

    #[test]
    fn a_port_is_called_like_its_service() {
        for (name, expected) in [("web", "web"), ("Web.One", "web-one"), ("--a", "a"), ("--", "port"), ("_a", "_a")] {
            assert_eq!(port_stem(name), expected);
        }
        assert_eq!(port_stem(&"a".repeat(80)).len(), LONGEST_STEM);
    }

    #[test]
    fn plain_words_of_a_path_are_joined() {
        assert_eq!(volume_at("host", "/srv/data/").as_str(), "host-srv-data");
    }

    #[test]
    fn words_that_do_not_say_it_all_get_a_checksum() {
        assert_eq!(volume_at("host", "/run/docker.sock").as_str(), "host-run-docker-sock-ed14d4dc");
        assert_ne!(volume_at("a-b", "c"), volume_at("a", "b-c"));
    }

    #[test]
    fn a_volumes_name_that_ecs_takes_stays() {
        assert_eq!(volume_like("shop_db-data").as_str(), "shop_db-data");
        assert_eq!(volume_like("shop.db").as_str(), "shop-db-c13b5983");
        assert_eq!(volume_like("").as_str(), "-811c9dc5");
    }

    proptest! {
        #[test]
        fn ecs_takes_every_name(first in ".{0,150}", path in "(/.{0,150}){0,3}") {
            for VolumeName(name) in [volume_at(&first, &path), volume_like(&path)] {
                prop_assert!(name.chars().all(is_plain) && (1..=LONGEST).contains(&name.len()), "{}", name);
            }
        }
    }
}
