//! The little of the shell's grammar that can be told apart for certain: simple commands, one after the other.
//!
//! Everything else ends the reading, and whoever asks learns that it did. Loops (`until nc -z …; do …; done`) would be
//! a second kind of [`Command`].

use std::iter::Peekable;
use std::str::CharIndices;

/// Words that begin something other than a simple command.
pub(super) const KEYWORDS: &[&str] = &[
    "!", "}", "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "select",
    "then", "time", "until", "while",
];

/// A shell's script, as far as it is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Script {
    /// Its commands, in order.
    pub(super) commands: Vec<Command>,
    /// Whether these are all of them.
    pub(super) end: End,
}

/// How the reading of a script ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// At the end of the text.
    Reached,
    /// Before something that is not understood.
    Unknown,
}

/// A simple command. It has at least one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    /// Its words.
    pub(super) words: Vec<Word>,
    /// What follows it.
    pub(super) joint: Joint,
}

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// What the program sees; nothing when the shell puts something else in its place first.
    pub(super) literal: Option<String>,
    /// Its first byte.
    pub(super) start: usize,
}

/// How a command is joined to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// `&&`: the next one runs if this one succeeds.
    And,
    /// `;` or a line break: the next one runs.
    Then,
    /// There is no next one.
    Last,
}

/// What a shell does when a command fails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Errors {
    /// It goes on.
    #[default]
    Ignored,
    /// It ends, as after `set -e`.
    Fatal,
}

/// Something that is not understood.
#[derive(Debug)]
struct Unknown;

/// Reads a script up to its end, or to the first command that is not understood.
pub(super) fn parse(text: &str) -> Script {
    let mut reader = Reader { chars: text.char_indices().peekable(), length: text.len() };
    let mut commands: Vec<Command> = Vec::new();
    loop {
        reader.skip(|letter| matches!(letter, ' ' | '\t' | '\n'));
        if reader.peek().is_none() {
            let end = match commands.last_mut().map(|command| &mut command.joint) {
                // `a &&` wants another command.
                Some(Joint::And) => End::Unknown,
                Some(joint @ (Joint::Then | Joint::Last)) => {
                    *joint = Joint::Last;
                    End::Reached
                }
                None => End::Reached,
            };
            return Script { commands, end };
        }
        match reader.command() {
            Ok(command) => commands.push(command),
            Err(Unknown) => return Script { commands, end: End::Unknown },
        }
    }
}

/// The characters of a script that are still to be read.
struct Reader<'a> {
    chars: Peekable<CharIndices<'a>>,
    length: usize,
}

impl Reader<'_> {
    /// The next character, which stays.
    fn peek(&mut self) -> Option<char> {
        self.chars.peek().map(|(_, letter)| *letter)
    }

    /// The next character.
    fn next(&mut self) -> Option<char> {
        self.chars.next().map(|(_, letter)| letter)
    }

    /// Where the next character stands.
    fn offset(&mut self) -> usize {
        self.chars.peek().map_or(self.length, |(offset, _)| *offset)
    }

    /// Passes over characters.
    fn skip(&mut self, unwanted: fn(char) -> bool) {
        while self.chars.next_if(|(_, letter)| unwanted(*letter)).is_some() {}
    }

    /// Reads one simple command with what joins it to the next.
    fn command(&mut self) -> Result<Command, Unknown> {
        let mut words = Vec::new();
        let joint = loop {
            self.skip(|letter| matches!(letter, ' ' | '\t'));
            match self.peek() {
                None => break Joint::Last,
                Some(';' | '\n') => {
                    self.next();
                    break Joint::Then;
                }
                Some('&') => {
                    self.next();
                    self.chars.next_if(|(_, letter)| *letter == '&').ok_or(Unknown)?;
                    break Joint::And;
                }
                Some('|' | '<' | '>' | '(' | ')' | '#') => return Err(Unknown),
                // A group, or a condition with a grammar of its own.
                Some('{' | '[') if words.is_empty() => return Err(Unknown),
                Some(_) => words.extend(self.word()?),
            }
        };
        let first: &Word = words.first().ok_or(Unknown)?;
        let keyword = first.literal.as_deref().is_some_and(|word| KEYWORDS.contains(&word));
        if keyword { Err(Unknown) } else { Ok(Command { words, joint }) }
    }

    /// Reads one word: quotes are taken off, backslashes too. A line that goes on in the next one is no word.
    fn word(&mut self) -> Result<Option<Word>, Unknown> {
        let (mut text, mut literal, mut start) = (String::new(), true, None);
        while let Some(letter) = self.peek() {
            if matches!(letter, ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' | '(' | ')') {
                break;
            }
            let offset = self.offset();
            self.next();
            if letter == '\\' && self.chars.next_if(|(_, letter)| *letter == '\n').is_some() {
                continue;
            }
            start = start.or(Some(offset));
            match letter {
                '\'' => loop {
                    match self.next().ok_or(Unknown)? {
                        '\'' => break,
                        letter => text.push(letter),
                    }
                },
                '"' => literal &= self.double_quoted(&mut text)?,
                '\\' => text.push(self.next().ok_or(Unknown)?),
                '$' => {
                    self.expansion()?;
                    literal = false;
                }
                '`' => return Err(Unknown),
                // Patterns, braces and home directories are the shell's to write out.
                '*' | '?' | '[' | '{' => literal = false,
                '~' if text.is_empty() => literal = false,
                letter => text.push(letter),
            }
        }
        Ok(start.map(|start| Word { literal: literal.then_some(text), start }))
    }

    /// Reads what stands in double quotes, and whether it stands for itself.
    fn double_quoted(&mut self, text: &mut String) -> Result<bool, Unknown> {
        let mut literal = true;
        loop {
            match self.next().ok_or(Unknown)? {
                '"' => return Ok(literal),
                '`' => return Err(Unknown),
                '$' => {
                    self.expansion()?;
                    literal = false;
                }
                '\\' => match self.next().ok_or(Unknown)? {
                    '\n' => {}
                    letter @ ('$' | '`' | '"' | '\\') => text.push(letter),
                    letter => text.extend(['\\', letter]),
                },
                letter => text.push(letter),
            }
        }
    }

    /// Reads what follows a `$`: a variable or a parameter, and nothing that runs, assigns, or tells of what ran before.
    fn expansion(&mut self) -> Result<(), Unknown> {
        let braced = self.chars.next_if(|(_, letter)| *letter == '{').is_some();
        let first = self.next().ok_or(Unknown)?;
        let more = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        match first {
            '@' | '*' | '0'..='9' => {}
            'a'..='z' | 'A'..='Z' => self.skip(more),
            // `$_` is the last word of the command before.
            '_' if self.peek().is_some_and(more) => self.skip(more),
            _ => return Err(Unknown),
        }
        if braced { self.chars.next_if(|(_, letter)| *letter == '}').map(|_| ()).ok_or(Unknown) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, proptest};

    use super::{End, Joint, parse};

    /// Draws a script: words in `[]`, `$` for those that the shell writes out, and `…` for what is not understood.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let script = parse(text);
        let mut drawn = String::new();
        for command in &script.commands {
            for word in &command.words {
                drawn.extend(["[", word.literal.as_deref().unwrap_or("$"), "]"]);
            }
            drawn += match command.joint {
                Joint::And => "&&",
                Joint::Then => ";",
                Joint::Last => "",
            };
        }
        drawn += match script.end {
            End::Reached => "",
            End::Unknown => "…",
        };
        assert_eq!(drawn, expected, "{text}");
    }

    #[test]
    fn simple_commands_follow_each_other() {
        check("", "");
        check(" \n ", "");
        check("a", "[a]");
        check("a b  c", "[a][b][c]");
        check("a && b; c\nd;", "[a]&&[b];[c];[d]");
        check("a &&\n\n b", "[a]&&[b]");
        check("a&&b;c", "[a]&&[b];[c]");
        check("a \\\n b\\\nc && \\\n d", "[a][bc]&&[d]");
    }

    #[test]
    fn quotes_and_backslashes_are_taken_off() {
        check(r#"echo 'a b' "c \"d\"" e\ f g'h'"i""#, r#"[echo][a b][c "d"][e f][ghi]"#);
        check(r#"echo "a\n" '\'"#, r"[echo][a\n][\]");
        check("echo '' \"\"", "[echo][][]");
        check("echo a#b", "[echo][a#b]");
    }

    #[test]
    fn what_the_shell_writes_out_is_not_literal() {
        check("npm start -p $PORT ${HOST} \"$@\" $1", "[npm][start][-p][$][$][$][$]");
        check("ls *.js ~/x a? [b] {c,d} \"*\"", "[ls][$][$][$][$][$][*]");
        check("A=b app", "[A=b][app]");
    }

    #[test]
    fn anything_else_ends_the_reading() {
        check("a && b | c", "[a]&&…");
        check("a || b", "…");
        check("a && b &", "[a]&&…");
        check("a; (b)", "[a];…");
        check("a; b > c", "[a];…");
        check("a; b 2>&1; c", "[a];…");
        check("a && { b; }", "[a]&&…");
        check("until a; do b; done", "…");
        check("if a; then b; fi", "…");
        check("a; ! b", "[a];…");
        check("a; b # c", "[a];…");
        check("a;; b", "[a];…");
        check("a && && b", "[a]&&…");
        check("a &&", "[a]&&…");
        check("; a", "…");
        check("a 'b", "…");
        check("a \"b", "…");
        check("a \\", "…");
    }

    #[test]
    fn what_runs_or_remembers_is_not_understood() {
        for word in [
            "$(b)", "`b`", "\"$(b)\"", "\"`b`\"", "$?", "$!", "$$", "$_", "${_}", "$-", "$((1))", "${A:-b}", "$'a'",
            "$",
        ] {
            check(&format!("a; echo {word}"), "[a];…");
        }
        check("echo $_A ${_A}", "[echo][$][$]");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1024))]

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            parse(&text);
        }

        #[test]
        fn no_script_makes_it_panic(text in "([ab \\\\'\"$&;|<>(){}#*\n`ü]|until|do )*") {
            parse(&text);
        }

        #[test]
        fn words_begin_where_they_say(text in "([a-c]{1,3}[ ;&'\"]{1,2})*") {
            for word in parse(&text).commands.iter().flat_map(|command| &command.words) {
                assert!(text.get(word.start..).is_some_and(|rest| !rest.starts_with(' ')), "{text}");
            }
        }
    }
}
