//! Names of a task's volumes: letters, digits, `-` and `_`, up to 255 of them.

use super::super::name::checksum;
use crate::ecs::name::VolumeName;

/// How much of a name stays readable when it must be shortened.
const READABLE: usize = 200;

/// A name made of parts, such as the words of a path. Different parts make different names: where the words do not
/// say it all, a checksum does.
pub(super) fn of_parts(parts: &[&str]) -> VolumeName {
    let readable = parts.join("-");
    let whole = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'));
    distinct(&readable, whole, &parts.join("/"))
}

/// A name that Docker knows, if ECS takes it; else one that is like it.
pub(super) fn like(name: &str) -> VolumeName {
    let whole = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    distinct(name, whole, name)
}

/// The text as a name, with a checksum of `full` behind it unless it is `whole` and short enough.
fn distinct(readable: &str, whole: bool, full: &str) -> VolumeName {
    if whole && (1..=255).contains(&readable.len()) {
        return VolumeName(readable.to_owned());
    }
    let allowed = |letter: char| if letter.is_ascii_alphanumeric() || letter == '_' { letter } else { '-' };
    let readable: String = readable.chars().map(allowed).take(READABLE).collect();
    VolumeName(format!("{}-{:08x}", readable.trim_end_matches('-'), checksum(full)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_words_are_joined() {
        assert_eq!(of_parts(&["host", "srv", "data"]).as_str(), "host-srv-data");
    }

    #[test]
    fn words_that_do_not_say_it_all_get_a_checksum() {
        assert_eq!(of_parts(&["host", "run", "docker.sock"]).as_str(), "host-run-docker-sock-ed14d4dc");
        assert_ne!(of_parts(&["a-b", "c"]), of_parts(&["a", "b-c"]));
    }

    #[test]
    fn a_name_that_ecs_takes_stays() {
        assert_eq!(like("shop_db-data").as_str(), "shop_db-data");
        assert_eq!(like("shop.db").as_str(), "shop-db-c13b5983");
    }

    proptest! {
        #[test]
        fn ecs_takes_every_name(parts in prop::collection::vec(".{0,150}", 1..4)) {
            let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
            for VolumeName(name) in [of_parts(&parts), like(&parts.concat())] {
                let allowed = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
                prop_assert!(allowed && (1..=255).contains(&name.len()), "{}", name);
            }
        }
    }
}
