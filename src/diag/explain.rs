//! What a code means, why it is reported, and what to do about it, with an example of what is found.
//!
//! The texts stand in `explain/CODE.md`: a line that sums up, what is to be said, and an example: a file, the command
//! that translates it, and what it finds. `tests/explain.rs` runs every example.

use std::fmt::Write as _;

use super::Code;
use super::code::Nature;

/// What is to be said of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// In one line.
    pub summary: &'static str,
    /// In full, as Markdown.
    pub text: &'static str,
}

impl Explanation {
    /// Takes the first line of a text for its summary.
    pub(super) fn of(text: &'static str) -> Self {
        let (summary, text) = text.split_once('\n').unwrap_or((text, ""));
        Self { summary, text: text.trim() }
    }

    /// The text for those who see no Markdown: what stands in fences is indented.
    #[must_use]
    pub fn plain(&self) -> String {
        let (mut plain, mut is_example) = (String::new(), false);
        for line in self.text.lines() {
            if line.starts_with("```") {
                is_example = !is_example;
            } else if is_example && !line.is_empty() {
                plain.push_str("    ");
                plain.push_str(line);
                plain.push('\n');
            } else {
                plain.push_str(line);
                plain.push('\n');
            }
        }
        plain
    }
}

impl Code {
    /// All that `explain` prints of the code.
    #[must_use]
    pub fn explained(self) -> String {
        let summary = self.explanation().summary;
        let (code, weight) = (self.as_str(), self.weight());
        format!("{code}: {summary}\n\n{weight}\n\n{}", self.explanation().plain())
    }

    /// How much findings of the code matter, and what changes that.
    fn weight(self) -> String {
        let code = self.as_str();
        match self.nature() {
            Nature::Mistake => "severity: always an error".to_owned(),
            Nature::Loss | Nature::Remark => {
                let severity =
                    if self.nature() == Nature::Loss { "a warning or a note" } else { "what the finding says" };
                format!(
                    "severity: {severity}; `--strict` makes an error of a warning, `--deny {code}` of\nboth, and \
                     `--allow {code}` lets them pass"
                )
            }
        }
    }
}

/// Every code, with its line.
#[must_use]
pub fn list() -> String {
    let width = Code::ALL.iter().map(|code| code.as_str().len()).max().unwrap_or_default();
    let mut list = String::new();
    for code in Code::ALL {
        writeln!(list, "{:width$}  {}", code.as_str(), code.explanation().summary).expect("a string takes all");
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_indented_where_no_markdown_is_shown() {
        let explanation = Explanation::of("Gone\n\nIt is gone.\n\n```yaml\na:\n\n  b\n```\n\nStay.\n");
        assert_eq!(explanation.summary, "Gone");
        assert_eq!(explanation.plain(), "It is gone.\n\n    a:\n\n      b\n\nStay.\n");
    }

    #[test]
    fn a_summary_is_a_phrase_on_one_line() {
        for code in Code::ALL {
            let summary = code.explanation().summary;
            let is_phrase = !summary.is_empty() && summary.len() <= 100 && !summary.ends_with('.');
            assert!(is_phrase, "{}: {summary:?}", code.as_str());
        }
    }
}
