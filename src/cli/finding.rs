//! What a user can type about findings.

use std::collections::BTreeMap;
use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Args, Command, Error, ValueEnum};
use compose2ecs::diag::Code;
use compose2ecs::diag::code::Nature;
use compose2ecs::diag::policy::{Level, Policy, Strictness};

/// Which findings are let pass, and of which errors are made.
#[derive(Debug, Args)]
#[command(next_help_heading = "Findings")]
pub(crate) struct PolicyArguments {
    /// Make errors of warnings: refuse what would not be as the file says
    #[arg(long)]
    pub(crate) strict: bool,
    /// Let warnings and notes of these codes pass, also with `--strict`; `compose2ecs explain` lists the codes
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = CodeParser(Level::Allow), hide_possible_values = true)]
    pub(crate) allow: Vec<Code>,
    /// Make errors of warnings and notes of these codes
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = CodeParser(Level::Deny), hide_possible_values = true)]
    pub(crate) deny: Vec<Code>,
}

impl PolicyArguments {
    /// The policy, or why there is none.
    pub(crate) fn policy(self) -> Result<Policy, String> {
        let Self { strict, allow, deny } = self;
        if let Some(code) = allow.iter().find(|code| deny.contains(code)) {
            return Err(format!("`{}` is both allowed and denied", code.as_str()));
        }
        let levels: BTreeMap<Code, Level> = allow
            .into_iter()
            .map(|code| (code, Level::Allow))
            .chain(deny.into_iter().map(|code| (code, Level::Deny)))
            .collect();
        Ok(Policy { strictness: if strict { Strictness::Strict } else { Strictness::Lenient }, levels })
    }
}

/// Reads a code of which something is said.
#[derive(Debug, Clone, Copy)]
struct CodeParser(Level);

impl TypedValueParser for CodeParser {
    type Value = Code;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<Code, Error> {
        let Self(level) = *self;
        let read = move |text: &str| {
            let code: Code = text.parse().map_err(|err| format!("{err}; `compose2ecs explain` lists them all"))?;
            match (level, code.nature()) {
                (Level::Allow, Nature::Mistake) => {
                    Err("it is always an error: there is nothing to let pass".to_owned())
                }
                (Level::Allow, Nature::Loss | Nature::Remark) | (Level::Deny, _) => Ok(code),
            }
        };
        TypedValueParser::parse_ref(&read, command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(Code::ALL.iter().map(|code| PossibleValue::new(code.as_str()))))
    }
}

/// `--diagnostics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiagnosticsFormat {
    /// For people: each at its line, in the manner of rustc
    Text,
    /// For programs: one JSON object per line
    Json,
    /// For GitHub Actions: workflow commands, shown beside the lines of a pull request
    Github,
    /// For code scanning and editors: one document of SARIF 2.1.0
    Sarif,
}
