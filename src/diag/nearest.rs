//! What somebody who misspelt a word may have meant.

/// The candidate that a misspelt word is nearest to, if one is near.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let limit = (length / 3).max(1);
    candidates
        .into_iter()
        // As many letters at least are put in or taken out as the words differ in length.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= limit)
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be put in, taken out, replaced or swapped with the next to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    // The row above the last one, and the letter of the last one.
    let mut above_last: Option<(char, Vec<usize>)> = None;
    for (index, letter) in one.chars().enumerate() {
        let mut next = vec![index + 1];
        let mut before: Option<char> = None;
        for (column, ((beside, above), candidate)) in row.iter().zip(row.iter().skip(1)).zip(&other).enumerate() {
            let left = next.last().copied().unwrap_or_default();
            let swapped = match (&above_last, before) {
                (Some((upper, row)), Some(before)) if upper == candidate && before == letter => row.get(column - 1),
                _ => None,
            };
            let changed = (beside + usize::from(*candidate != letter)).min(above + 1).min(left + 1);
            next.push(swapped.map_or(changed, |edits| changed.min(edits + 1)));
            before = Some(*candidate);
        }
        above_last = Some((letter, std::mem::replace(&mut row, next)));
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_distance(one: &str, other: &str, expected: usize) {
        assert_eq!((distance(one, other), distance(other, one)), (expected, expected), "{one} {other}");
    }

    #[test]
    fn two_letters_that_change_places_are_one_mistake() {
        check_distance("prots", "ports", 1);
        check_distance("iamge", "image", 1);
        check_distance("ba", "ab", 1);
        check_distance("abc", "cba", 2);
        check_distance("ports", "ports", 0);
        check_distance("port", "ports", 1);
        check_distance("", "ab", 2);
        assert_eq!(nearest("prots", ["expose", "ports"]), Some("ports"));
        assert_eq!(nearest("iamge", ["image", "pid"]), Some("image"));
    }
}
