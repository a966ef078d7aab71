//! What a user can type behind `completions`, and what comes of it.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Arguments;

/// Flags of `completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

/// The script by which a shell completes what a user types.
pub(crate) fn script(arguments: &CompletionsArguments) -> String {
    let CompletionsArguments { shell } = arguments;
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut Arguments::command(), "compose2ecs", &mut script);
    String::from_utf8(script).expect("names and help of flags are UTF-8")
}
