//! What passes say of keys that share a fate.

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{Span, Spanned};

/// Reports a key that ECS cannot honour, if it is there. `why` ends the sentence that starts with the key.
pub(super) fn lost<T>(key: &str, value: Option<&Spanned<T>>, why: &str, diags: &mut Diagnostics) {
    if let Some(value) = value {
        lost_at(key, value.span, why, diags);
    }
}

/// Reports a key that ECS cannot honour. `why` ends the sentence that starts with the key.
pub(super) fn lost_at<'d>(key: &str, span: Span, why: &str, diags: &'d mut Diagnostics) -> &'d mut Diagnostic {
    lost_as(Code::Lost, (key, span), why, diags)
}

/// Reports a key that ECS cannot honour, and what kind of loss that is.
pub(super) fn lost_as<'d>(
    code: Code,
    (key, span): (&str, Span),
    why: &str,
    diags: &'d mut Diagnostics,
) -> &'d mut Diagnostic {
    diags.warn(code, span, format!("`{key}` is left out: {why}"))
}

/// Reports what Fargate cannot do and the service cannot do without.
pub(super) fn refused_on_fargate(span: Span, what: &str, diags: &mut Diagnostics) {
    diags
        .error(Code::Refused, span, format!("Fargate has no {what}"))
        .hint("translate for EC2 with `--launch-type ec2`, or do without it");
}
