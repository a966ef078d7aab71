//! Names of tasks, containers and ports, as ECS takes them.

use indexmap::{IndexMap, IndexSet};

use super::grouping::Units;
use crate::compose::name::ServiceName;

/// How long a name can be.
const LONGEST: usize = 255;

/// How long the name of a port can be without the port's number behind it.
const LONGEST_STEM: usize = 58;

/// Whether ECS takes a name as it is.
pub(super) fn is_ecs_name(name: &str) -> bool {
    name.len() <= LONGEST && name.chars().all(is_taken)
}

/// Whether ECS takes a letter in names.
const fn is_taken(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '-'
}

/// A name with `-` in place of what ECS does not take, which is `.` only.
pub(super) fn ecs_name(name: &str) -> String {
    shortened(&name.replace(|letter| !is_taken(letter), "-"), name, LONGEST)
}

/// What the names of the ports of services begin with: lower-case letters, digits, `_` and `-`. No two are equal, as
/// the names of ports must differ within a namespace.
pub(super) fn port_stems<'a>(units: &Units<'a>) -> IndexMap<&'a ServiceName, String> {
    let mut taken = IndexSet::new();
    let services = units.list.iter().flat_map(|unit| unit.services.iter().copied());
    let names = services.map(|service| &service.name.value);
    names
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
    let letter = |letter: char| match letter.to_ascii_lowercase() {
        letter @ ('a'..='z' | '0'..='9' | '_' | '-') => letter,
        _ => '-',
    };
    let stem: String = name.chars().map(letter).collect();
    let stem = stem.trim_start_matches('-');
    shortened(if stem.is_empty() { "port" } else { stem }, name, LONGEST_STEM)
}

/// A text, with a checksum of `full` in place of what is too long.
fn shortened(text: &str, full: &str, longest: usize) -> String {
    if text.len() <= longest { text.to_owned() } else { with_checksum(text, full, longest) }
}

/// A text with a checksum of `full` behind it, shortened where that is too long.
fn with_checksum(text: &str, full: &str, longest: usize) -> String {
    const CHECKSUM: usize = "-01234567".len();
    let start: String = text.chars().take(longest - CHECKSUM).collect();
    format!("{start}-{:08x}", checksum(full))
}

/// FNV-1a, of 32 bits. <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>
pub(super) fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ecs_takes_no_dots() {
        assert_eq!(ecs_name("shop-db.local_1"), "shop-db-local_1");
    }

    #[test]
    fn a_long_name_is_shortened_and_stays_distinct() {
        let (one, other) = (ecs_name(&format!("{}1", "a".repeat(300))), ecs_name(&format!("{}2", "a".repeat(300))));
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
}
