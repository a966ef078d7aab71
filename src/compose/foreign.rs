//! The keys by which other tools have said what Compose cannot: they become the values of `x-ecs` that they stand for,
//! each with a note that says how it is written there.

mod compose_x;
mod docker;
mod terraform;

pub(crate) use compose_x::LABELS;

use super::Project;
use super::extension::setting::Setting;
use crate::diag::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::Entry;
use crate::yaml::keys::Decode;

/// Takes over what the project says in the words of other tools. `x-ecs` goes before.
pub(crate) fn adopt(project: &mut Project, diags: &mut Diagnostics) {
    docker::adopt(project, diags);
    compose_x::adopt(project, diags);
    terraform::adopt(project, diags);
}

/// A value in the words of another tool.
struct Foreign<'e> {
    /// How it is called there.
    name: &'e str,
    /// Where that was written.
    span: Span,
    /// How it is written under `x-ecs`.
    form: &'static str,
}

impl<'e> Foreign<'e> {
    /// A key of another tool.
    fn of(entry: &'e Entry, form: &'static str) -> Self {
        Self { name: &entry.key, span: entry.key_span, form }
    }

    /// Puts the value where `x-ecs` would have put it, unless that says something.
    fn put<T>(&self, value: Option<Spanned<T>>, slot: &mut Option<Spanned<T>>, diags: &mut Diagnostics) {
        let Some(value) = value else { return };
        if let Some(own) = slot {
            let message = format!("`{}` is left out: `x-ecs` says it", self.name);
            diags.warn(Code::Lost, self.span, message).label(own.span, "this holds");
        } else {
            self.note(diags);
            *slot = Some(value);
        }
    }

    /// Says how it is written under `x-ecs`.
    fn note(&self, diags: &mut Diagnostics) {
        let message =
            format!("`{}` is taken for `x-ecs.{}`", self.name, self.form.split(':').next().unwrap_or_default());
        diags.note(Code::Inferred, self.span, message).hint(format!("write `x-ecs: {{{}}}`", self.form));
    }

    /// Says that it is no more than a label, and what to do. `form` is without meaning.
    fn stays_label(&self, why: &str, hint: &str, diags: &mut Diagnostics) {
        diags.warn(Code::Lost, self.span, format!("`{}` is a label and no more: {why}", self.name)).hint(hint);
    }

    /// Says that it cannot be taken over, and what to do. `form` is without meaning.
    fn lost(&self, why: &str, hint: &str, diags: &mut Diagnostics) {
        let message = format!("`{}` is left out: {why}", self.name);
        diags.warn(Code::Lost, self.span, message).hint(hint);
    }
}

/// Reads a key of another tool as the value that `x-ecs` has for it, and puts it there.
fn take<T: Setting>(entry: &Entry, form: &'static str, slot: &mut Option<Spanned<T>>, diags: &mut Diagnostics) {
    let value = Spanned::decode(&entry.value, diags);
    Foreign::of(entry, form).put(value, slot, diags);
}
