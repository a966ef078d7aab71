//! `compose2ecs explain`.

use compose2ecs::diag::{Code, explain};

use super::{Outcome, finish, print};
use crate::cli::explain::ExplainArguments;

/// `compose2ecs explain`.
pub(super) fn explain(arguments: ExplainArguments) -> Outcome {
    let ExplainArguments { subject } = arguments;
    let Some(subject) = subject else { return finish(print(&explain::list())) };
    match subject.parse::<Code>() {
        Ok(code) => finish(print(&code.explained())),
        Err(err) => Outcome::Misused(format!("{err}; `compose2ecs explain` lists them all")),
    }
}
