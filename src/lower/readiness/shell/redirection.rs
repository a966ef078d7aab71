//! Where a command of a shell reads and writes: only what leaves no trace is understood.

use super::{Dialect, Reader, Unknown, is_blank};

/// What the redirections of a command come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Redirections {
    /// The file `/dev/tcp/HOST/PORT` that it opens: bash makes a connection of it.
    pub(super) device: Option<String>,
    /// Whether it reads nothing.
    pub(super) reads_nothing: bool,
    /// Whether nobody sees its output.
    pub(super) is_silent: bool,
    /// Whether its errors go where its output goes.
    pub(super) joins_errors: bool,
}

impl Reader<'_> {
    /// Reads a redirection, if one comes next.
    pub(super) fn redirection(&mut self, all: &mut Redirections) -> Result<bool, Unknown> {
        let rest = self.rest();
        let digits = rest.len() - rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let (number, operator) = rest.split_at_checked(digits).ok_or(Unknown)?;
        let both = operator.starts_with("&>");
        if both && self.dialect == Dialect::Posix {
            // Other shells run the command in the background here.
            return Err(Unknown);
        }
        if !both && !operator.starts_with(['<', '>']) {
            return Ok(false);
        }
        let length = ["<>", "<&", ">&", ">>", "&>>", "&>", "<", ">"].into_iter().find(|known| {
            operator.strip_prefix(known).is_some_and(|behind| !behind.starts_with(['<', '>', '&', '|', '(']))
        });
        let operator = length.ok_or(Unknown)?;
        for _ in 0..number.len() + operator.len() {
            self.next();
        }
        self.skip(is_blank);
        let target = self.word()?.ok_or(Unknown)?;
        let target = target.literal().ok_or(Unknown)?;
        match (operator, target) {
            ("<&" | ">&", target) if !target.is_empty() && target.chars().all(|digit| digit.is_ascii_digit()) => {
                all.joins_errors |= number == "2" && target == "1";
            }
            ("<" | "<>" | ">" | ">>", target) if target.starts_with("/dev/tcp/") => {
                if self.dialect == Dialect::Posix || all.device.is_some() {
                    return Err(Unknown);
                }
                all.device = Some(target.to_owned());
            }
            ("<", "/dev/null") if matches!(number, "" | "0") => all.reads_nothing = true,
            (">" | ">>", "/dev/null") => all.is_silent |= matches!(number, "" | "1"),
            ("&>" | "&>>", "/dev/null") if number.is_empty() => all.is_silent = true,
            _ => return Err(Unknown),
        }
        Ok(true)
    }
}
