//! The order of names in YAML: `web2` stands before `web10`.

use std::cmp::Ordering;

/// Entries in the order of their keys.
pub(in crate::config) fn natural<'v, V>(
    entries: impl Iterator<Item = (&'v str, V)>,
) -> impl Iterator<Item = (&'v str, V)> {
    let mut sorted: Vec<(&str, V)> = Vec::new();
    // The order has circles, for which the sorting of the standard library may panic.
    for entry in entries {
        let index = sorted.partition_point(|(other, _)| compare(other, entry.0).is_le());
        sorted.insert(index, entry);
    }
    sorted.into_iter()
}

/// Compares names as go-yaml does: digits as the number that they are, letters behind all else, but before it where
/// a number ends.
fn compare(one: &str, other: &str) -> Ordering {
    let (first, second): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let Some(index) = first.iter().zip(&second).position(|(one, other)| one != other) else {
        return first.len().cmp(&second.len());
    };
    let (common, first) = first.split_at(index);
    let second = second.get(index..).unwrap_or_default();
    let (Some(one), Some(other)) = (first.first(), second.first()) else { return Ordering::Equal };
    match (one.is_alphabetic(), other.is_alphabetic()) {
        (true, true) => one.cmp(other),
        (false, false) => {
            let zero = *one == '0' || *other == '0';
            let start = u64::from(zero && goes_on(common));
            let (first, first_length) = number(start, first);
            let (second, second_length) = number(start, second);
            first.cmp(&second).then(first_length.cmp(&second_length)).then(one.cmp(other))
        }
        (letter, _) => {
            let behind_number = common.last().is_some_and(char::is_ascii_digit);
            if letter == behind_number { Ordering::Less } else { Ordering::Greater }
        }
    }
}

/// Whether a zero that follows is part of a number that has begun.
fn goes_on(common: &[char]) -> bool {
    common.iter().rev().take_while(|letter| letter.is_ascii_digit()).any(|digit| *digit != '0')
}

/// The number at the front of a text behind the digits that were before it, and the number of its digits.
fn number(start: u64, text: &[char]) -> (u64, usize) {
    let digits = text.iter().map_while(|letter| letter.to_digit(10));
    digits.fold((start, 0), |(number, length), digit| {
        (number.wrapping_mul(10).wrapping_add(u64::from(digit)), length + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str]) {
        let mut shuffled = names.to_vec();
        shuffled.sort_by_key(|name| name.chars().rev().collect::<String>());
        let sorted: Vec<&str> = natural(shuffled.into_iter().map(|name| (name, ()))).map(|(name, ())| name).collect();
        assert_eq!(sorted, names);
    }

    #[test]
    fn names_stand_as_docker_compose_prints_them() {
        check(&["_x", "1a", "9", "10b", "A3", "a", "a 1", "a-b", "a.b", "a1b", "a01", "a2", "a10", "aa", "ab", "é"]);
        check(&["", " ", "!a", "'", "---", "-1:30", "-a", "...", ".5", ":", "<&>", "1:5.5", "1:05.", "1:30", "a", "b"]);
        check(&["web", "web-1", "web-2", "web-10", "web1", "web2", "web10", "webs"]);
    }
}
