//! What the tests of this module build their inputs with.

use super::idiom::Environment;
use crate::source::{Sources, Span, Spanned};

/// A place in a file of its own.
pub(super) fn span(start: usize, end: usize) -> Span {
    let file = Sources::default().add("compose.yml", "");
    let offset = |offset: usize| u32::try_from(offset).unwrap();
    Span { file, start: offset(start), end: offset(end) }
}

/// Words, each at the place of its own number.
pub(super) fn words<T: AsRef<str>>(words: &[T]) -> Spanned<Vec<Spanned<String>>> {
    let spanned = |(at, word): (usize, &T)| Spanned::new(word.as_ref().to_owned(), span(at, at + 1));
    Spanned::new(words.iter().enumerate().map(spanned).collect(), span(0, words.len()))
}

/// Variables with values.
pub(super) fn environment(variables: &[(&str, &str)]) -> Environment {
    let variable =
        |(name, value): &(&str, &str)| ((*name).to_owned(), Spanned::new(Some((*value).to_owned()), span(0, 1)));
    variables.iter().map(variable).collect()
}
