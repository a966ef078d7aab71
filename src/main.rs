//! The command line: parses what was typed, runs it, and ends with its exit code.

use std::process::ExitCode;

use clap::Parser;

mod cli;

fn main() -> ExitCode {
    cli::run::run(cli::Arguments::parse()).into()
}
