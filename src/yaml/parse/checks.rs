//! Refuses what Docker Compose refuses although it is YAML.

use super::{Builder, Code, Quotes, Span, dialect};

/// What is said of a tab that indents.
pub(super) const MISPLACED_TAB: &str = "a tab where only spaces may indent";

impl Builder<'_, '_> {
    /// Reports what Docker Compose refuses, at a place.
    pub(super) fn refuse(&mut self, span: Span, refusal: Option<dialect::Refusal>) {
        if let Some((message, hint)) = refusal {
            self.diags.error(Code::Syntax, span, message).hint(hint);
        }
    }

    /// Checks a scalar before it is put in its place.
    pub(super) fn check_scalar(&mut self, text: &str, quotes: Quotes, span: Span) {
        let written = self.text.get(span.range()).unwrap_or_default();
        if quotes == Quotes::Present && written.starts_with('"') {
            self.refuse(span, dialect::double_quoted(written));
        }
        if self.in_brackets() {
            self.refuse(span, dialect::in_brackets(text, quotes));
            if self.awaits_key() {
                let before = self.text.get(..span.range().start).unwrap_or_default();
                self.refuse(self.first_line(span), dialect::key_in_brackets(written, before));
            }
        }
        let block = self.open.last().map(|collection| collection.span.range().start);
        if let Some(tabs) = &mut self.tabs
            && !span.range().is_empty()
        {
            tabs.scalar(self.text, span.range(), quotes, block);
        }
    }

    /// Checks the name of an anchor before something at a place, be it nothing.
    pub(super) fn check_anchor(&mut self, name: Option<&str>, span: Span) {
        let Some(name) = name else { return };
        if let Some(refusal) = dialect::anchor(name) {
            let before = self.text.get(..span.range().end).unwrap_or_default();
            let start = before.rfind(&format!("&{name}"));
            let span = start.map_or(span, |start| self.span(start..start + 1 + name.len()));
            self.refuse(span, Some(refusal));
        }
    }

    /// Checks the directives before a document.
    pub(super) fn check_directives(&mut self, document: Span) {
        let before = self.text.get(..document.range().start).unwrap_or_default();
        if let Some(range) = dialect::unknown_directive(before) {
            self.refuse(self.span(range), Some(("an unknown directive", "remove the line")));
        }
    }

    /// Checks the tabs of the whole text.
    pub(super) fn check_tabs(&mut self) {
        if let Some(place) = self.tabs.as_ref().and_then(|tabs| tabs.misplaced(self.text)) {
            let refusal = (MISPLACED_TAB, "indent with spaces");
            self.refuse(self.span(place..place + 1), Some(refusal));
        }
    }

    /// Whether the innermost collection, or one around it, stands in brackets.
    pub(super) fn in_brackets(&self) -> bool {
        self.open.last().is_some_and(|collection| collection.in_brackets)
    }

    /// Whether a collection starts with a bracket.
    pub(super) fn opens_bracket(&self, span: Span) -> bool {
        self.text.get(span.range().start..).is_some_and(|text| text.starts_with(['[', '{']))
    }
}
