//! `compose2ecs explain`.

use compose2ecs::diag::code::UnknownCode;
use compose2ecs::diag::{Code, explain};
use compose2ecs::explain::{key, nearest_key};

use super::{Outcome, finish, print};
use crate::cli::explain::ExplainArguments;

/// `compose2ecs explain`. No code is called like a key.
pub(super) fn explain(arguments: ExplainArguments) -> Outcome {
    let ExplainArguments { subject } = arguments;
    let Some(subject) = subject else { return finish(print(&explain::list())) };
    let text = match subject.parse::<Code>() {
        Ok(code) => code.explained(),
        Err(unknown) => match key(&subject) {
            Some(text) => text,
            None => return Outcome::Misused(reason(&subject, &unknown)),
        },
    };
    finish(print(&text))
}

/// Why there is nothing to explain.
fn reason(subject: &str, unknown: &UnknownCode) -> String {
    let code = unknown.nearest.map(|code| code.as_str().to_owned());
    let meant = code.or_else(|| nearest_key(subject)).map(|meant| format!(": did you mean `{meant}`?"));
    let meant = meant.unwrap_or_default();
    format!("`{subject}` is no code of a finding and no key of Compose{meant}; `compose2ecs explain` lists the codes")
}
