//! A word out of a closed set.

use super::Node;
use super::keys::Decode;
use crate::diag::nearest::nearest;
use crate::diag::{Code, Diagnostics};

/// Reads one of the words of a closed set as what it stands for.
pub(crate) fn choice<T: Copy>(node: &Node, choices: &[(&str, T)], diags: &mut Diagnostics) -> Option<T> {
    let text = String::decode(node, diags)?;
    let chosen = choices.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    if chosen.is_none() {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let message = format!("invalid value `{text}`: it must be {}", alternatives(&words));
        let finding = diags.error(Code::InvalidValue, node.span, message);
        if let Some(word) = nearest(&text, words) {
            finding.hint(format!("did you mean `{word}`?"));
        }
    }
    chosen
}

/// The words as one would say them: `` `a`, `b` or `c` ``.
fn alternatives(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_listed_as_one_would_say_them() {
        assert_eq!(alternatives(&["a"]), "`a`");
        assert_eq!(alternatives(&["a", "b"]), "`a` or `b`");
        assert_eq!(alternatives(&["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
