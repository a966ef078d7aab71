//! Findings about the user's files. What is found is collected; only the command line draws it.

use std::cmp::Ordering;

use crate::source::Span;

pub mod code;
pub mod explain;
pub mod github;
pub mod group;
pub mod json;
pub mod nearest;
pub mod place;
pub mod policy;
pub mod render;
pub mod sarif;
#[cfg(test)]
mod testing;

pub use code::Code;
use code::Nature;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is produced.
    Error,
    /// Something is not as the file says.
    Warning,
    /// Worth knowing: an inference, a default, a decision.
    Note,
}

impl Severity {
    /// The word that stands in messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// What kind it is.
    pub code: Code,
    /// Where; nowhere when it is about the command line or the whole project.
    pub span: Option<Span>,
    /// The Compose path of the place, such as `services.web.ports[0]`; filled in by [`crate::translate`].
    pub path: Option<String>,
    /// What happens, in one phrase.
    pub message: String,
    /// Further places, each with what it has to do with it.
    pub labels: Vec<(Span, String)>,
    /// What to do.
    pub hints: Vec<String>,
}

impl Diagnostic {
    /// Adds what to do.
    pub fn hint(&mut self, hint: impl Into<String>) -> &mut Self {
        self.hints.push(hint.into());
        self
    }

    /// Adds a further place.
    pub fn label(&mut self, span: Span, text: impl Into<String>) -> &mut Self {
        self.labels.push((span, text.into()));
        self
    }

    /// The order of the files; what has no place comes last.
    fn order(&self, other: &Self) -> Ordering {
        let place = |finding: &Self| (finding.span.is_none(), finding.span.map(|span| (span.file, span.start)));
        place(self).cmp(&place(other))
    }
}

/// Findings, in the order of their finding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Reports a mistake: nothing will be produced.
    pub fn error(&mut self, code: Code, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.push(Severity::Error, code, Some(span), message)
    }

    /// Reports that something will not be as the file says.
    pub fn warn(&mut self, code: Code, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.push(Severity::Warning, code, Some(span), message)
    }

    /// Reports something worth knowing.
    pub fn note(&mut self, code: Code, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.push(Severity::Note, code, Some(span), message)
    }

    /// Reports what has no place in a file, or may have none.
    pub fn push(
        &mut self,
        severity: Severity,
        code: Code,
        span: Option<Span>,
        message: impl Into<String>,
    ) -> &mut Diagnostic {
        debug_assert!(
            severity == Severity::Error || code.nature() != Nature::Mistake,
            "`{}` is declared as a mistake",
            code.as_str()
        );
        let (labels, hints) = (Vec::new(), Vec::new());
        self.list.push(Diagnostic { severity, code, span, path: None, message: message.into(), labels, hints });
        self.list.last_mut().expect("it was pushed just now")
    }

    /// Takes over the findings of another collection.
    pub fn extend(&mut self, other: Self) {
        self.list.extend(other.list);
    }

    /// Keeps the findings of which `keep` says so.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(keep);
    }

    /// Gives each finding that `change` returns the place of the one that it was given.
    pub fn replace(&mut self, change: impl FnMut(Diagnostic) -> Option<Diagnostic>) {
        self.list = std::mem::take(&mut self.list).into_iter().filter_map(change).collect();
    }

    /// Whether anything forbids to go on.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// The findings.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// The findings, to be changed.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Diagnostic> {
        self.list.iter_mut()
    }

    /// Puts the findings in the order of the files, each once.
    pub fn sort(&mut self) {
        self.list.sort_by(Diagnostic::order);
        self.list.dedup();
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for &'a mut Diagnostics {
    type Item = &'a mut Diagnostic;
    type IntoIter = std::slice::IterMut<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

/// Findings and, unless one of them is an error, what was made.
#[derive(Debug, Clone)]
pub struct Reported<T> {
    /// What was found.
    pub diagnostics: Diagnostics,
    /// What was made; there unless an error was found.
    pub product: Option<T>,
}

impl<T> Reported<T> {
    /// Gives the product away only when nothing forbids it.
    pub fn new(product: T, diagnostics: Diagnostics) -> Self {
        let product = (!diagnostics.has_errors()).then_some(product);
        Self { diagnostics, product }
    }

    /// The same findings with something else that was made.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Reported<U> {
        let Self { diagnostics, product } = self;
        Reported { diagnostics, product: product.map(change) }
    }
}
