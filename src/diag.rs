//! Findings about the user's files. What is found is collected; only the command line draws it.

use std::cmp::Ordering;

use crate::source::Span;

pub mod group;
pub mod render;

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

/// Declares [`Code`] and its texts, so that a code stands in one place.
macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident = $text:literal,)+) => {
        /// What kind of finding it is. The text of a code never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])+ $name,)+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable text by which users name the code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

codes! {
    // Reading.
    /// The file is not YAML.
    Syntax = "syntax",
    /// A file that is named cannot be read.
    Unreadable = "unreadable-file",
    /// Nesting or aliases go beyond the bound.
    Limit = "limit",
    /// A key stands twice in one mapping.
    DuplicateKey = "duplicate-key",
    /// A `${…}` that cannot be understood, or a required variable that is missing.
    Interpolation = "interpolation",
    /// A variable that is not set stands for nothing.
    UnsetVariable = "unset-variable",
    /// A key that Compose does not know.
    UnknownKey = "unknown-key",
    /// A value of another type than the key takes.
    WrongType = "wrong-type",
    /// A value that the key does not take.
    InvalidValue = "invalid-value",
    /// A key that must be there.
    MissingKey = "missing-key",
    /// Keys that exclude each other, or contradict each other.
    Conflict = "conflict",
    /// A name that nothing defines.
    UndefinedName = "undefined-name",
    /// Services that depend on themselves.
    Cycle = "cycle",

    // Translating: what becomes of a key.
    /// ECS does something else that is close to it.
    Approximated = "approximated",
    /// ECS cannot do it; it is left out.
    Lost = "lost",
    /// A key has no effect on a service that is deployed.
    Irrelevant = "irrelevant",
    /// It cannot be left out without breaking the service.
    Refused = "refused",
    /// A key that is not translated yet; it is left out.
    Untranslated = "untranslated",
    /// Something was concluded that the file does not say.
    Inferred = "inferred",
    /// A default stands in for what the file does not say.
    Defaulted = "defaulted",
    /// A source mount for development is left out.
    DevelopmentMount = "development-mount",
    /// A name of a peer that will not resolve.
    UnresolvedName = "unresolved-name",
    /// Which services share a task cannot be settled.
    Grouping = "grouping",
    /// A readiness wait was replaced by ordering.
    WaitRemoved = "wait-removed",
    /// A readiness wait stays as written.
    WaitKept = "wait-kept",
    /// A readiness wait stays, and asks something else.
    WaitRewritten = "wait-rewritten",
    /// What AWS needs to know and no flag says.
    MissingOption = "missing-option",
    /// What is committed is not what the project translates to.
    OutOfDate = "out-of-date",
    /// The result would break a rule of ECS.
    EcsRule = "ecs-rule",
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
