//! The little of the shell's grammar that can be told apart for certain: simple commands and loops that ask until
//! someone answers, one after the other.
//!
//! Everything else ends the reading, and whoever asks learns that it did.

mod redirection;
mod repeat;

use std::iter::Peekable;
use std::str::CharIndices;

use super::idiom::base_name;
use redirection::Redirections;
pub(super) use repeat::{Condition, Loop};

/// Words that begin something other than a simple command.
pub(super) const KEYWORDS: &[&str] = &[
    "!", "}", "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "select",
    "then", "time", "until", "while",
];

/// Stands in a word for what the shell writes out.
pub(super) const UNKNOWN: char = '\0';

/// Which shell reads a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `bash`.
    Bash,
    /// `sh`, of which only the standard is known.
    Posix,
}

impl Dialect {
    /// What a shell reads, by the name of its program.
    pub(super) fn of(program: &str) -> Option<Self> {
        match base_name(program) {
            "bash" => Some(Self::Bash),
            "sh" | "ash" | "dash" => Some(Self::Posix),
            _ => None,
        }
    }
}

/// A shell that runs a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shell {
    /// What it reads.
    pub(super) dialect: Dialect,
    /// What it does when a command fails.
    pub(super) errors: Errors,
    /// Whether a pipe fails with any of its commands.
    pub(super) pipes_fail: bool,
}

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

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    /// Its first byte.
    pub(super) start: usize,
    /// Where what joins it to the next one begins.
    pub(super) end: usize,
    /// What it does.
    pub(super) action: Action,
    /// What follows it.
    pub(super) joint: Joint,
}

/// What a command does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    /// A simple command, which has at least one word.
    Run(Vec<Word>),
    /// It asks again and again.
    Repeat(Loop),
}

/// A word of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// What the program sees, with [`UNKNOWN`] in place of what the shell writes out.
    pub(super) text: String,
    /// Its first byte.
    pub(super) start: usize,
}

impl Word {
    /// What the program sees, unless the shell writes out a part of it.
    pub(super) fn literal(&self) -> Option<&str> {
        (!self.text.contains(UNKNOWN)).then_some(&*self.text)
    }
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
pub(super) fn parse(text: &str, dialect: Dialect) -> Script {
    let mut reader = Reader::new(text, dialect);
    let mut commands: Vec<Command> = Vec::new();
    loop {
        reader.skip(is_white);
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

/// Reads a script that is nothing but one question, as the condition of a loop is.
pub(super) fn condition(text: &str, dialect: Dialect) -> Option<Condition> {
    let mut reader = Reader::new(text, dialect);
    reader.skip(is_white);
    let condition = reader.condition().ok()?;
    reader.skip(|letter| is_white(letter) || letter == ';');
    reader.peek().is_none().then_some(condition)
}

/// Whether a character is a blank.
const fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t')
}

/// Whether a character is a blank, or ends a line.
const fn is_white(letter: char) -> bool {
    is_blank(letter) || letter == '\n'
}

/// Whether a character ends a word.
const fn ends_word(letter: char) -> bool {
    is_white(letter) || matches!(letter, ';' | '&' | '|' | '<' | '>' | '(' | ')')
}

/// The characters of a script that are still to be read.
struct Reader<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
    dialect: Dialect,
}

impl<'a> Reader<'a> {
    /// All characters.
    fn new(text: &'a str, dialect: Dialect) -> Self {
        Self { text, chars: text.char_indices().peekable(), dialect }
    }

    /// The next character, which stays.
    fn peek(&mut self) -> Option<char> {
        self.chars.peek().map(|(_, letter)| *letter)
    }

    /// The next character.
    fn next(&mut self) -> Option<char> {
        self.chars.next().map(|(_, letter)| letter)
    }

    /// Passes over the next character if it is this one.
    fn take(&mut self, wanted: char) -> bool {
        self.chars.next_if(|(_, letter)| *letter == wanted).is_some()
    }

    /// Where the next character stands.
    fn offset(&mut self) -> usize {
        self.chars.peek().map_or(self.text.len(), |(offset, _)| *offset)
    }

    /// What is still to be read.
    fn rest(&mut self) -> &'a str {
        let offset = self.offset();
        self.text.get(offset..).unwrap_or_default()
    }

    /// Passes over characters.
    fn skip(&mut self, unwanted: impl Fn(char) -> bool) {
        while self.chars.next_if(|(_, letter)| unwanted(*letter)).is_some() {}
    }

    /// Passes over a word of the grammar if it comes next, as it stands and whole.
    fn keyword(&mut self, keyword: &str) -> bool {
        let found = self.rest().strip_prefix(keyword).is_some_and(|rest| rest.chars().next().is_none_or(ends_word));
        if found {
            keyword.chars().for_each(|_| {
                self.next();
            });
        }
        found
    }

    /// Reads one command with what joins it to the next.
    fn command(&mut self) -> Result<Command, Unknown> {
        let start = self.offset();
        let action = if let Some(repeat) = self.repeat()? {
            Action::Repeat(repeat)
        } else {
            let Simple { words, redirections } = self.simple()?;
            let first: &Word = words.first().ok_or(Unknown)?;
            let keyword = first.literal().is_some_and(|word| KEYWORDS.contains(&word));
            if keyword || redirections.device.is_some() {
                return Err(Unknown);
            }
            Action::Run(words)
        };
        self.skip(is_blank);
        let end = self.offset();
        let joint = self.joint()?;
        Ok(Command { start, end, action, joint })
    }

    /// Reads what joins a command to the next.
    fn joint(&mut self) -> Result<Joint, Unknown> {
        match self.next() {
            None => Ok(Joint::Last),
            Some(';' | '\n') => Ok(Joint::Then),
            Some('&') if self.take('&') => Ok(Joint::And),
            Some(_) => Err(Unknown),
        }
    }

    /// Reads the words and redirections of a simple command, up to what ends it.
    fn simple(&mut self) -> Result<Simple, Unknown> {
        let mut simple = Simple { words: Vec::new(), redirections: Redirections::default() };
        loop {
            self.skip(is_blank);
            if self.redirection(&mut simple.redirections)? {
                continue;
            }
            match self.peek() {
                None | Some(';' | '\n' | '&' | '|' | ')') => return Ok(simple),
                Some('(' | '#') => return Err(Unknown),
                // A group, or a condition with a grammar of its own.
                Some('{' | '[') if simple.words.is_empty() => return Err(Unknown),
                Some(_) => simple.words.extend(self.word()?),
            }
        }
    }

    /// Reads one word: quotes are taken off, backslashes too. A line that goes on in the next one is no word.
    fn word(&mut self) -> Result<Option<Word>, Unknown> {
        let (mut text, mut start) = (String::new(), None);
        while let Some(letter) = self.peek().filter(|letter| !ends_word(*letter)) {
            let offset = self.offset();
            self.next();
            if letter == '\\' && self.take('\n') {
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
                '"' => self.double_quoted(&mut text)?,
                '\\' => text.push(self.next().ok_or(Unknown)?),
                '$' => {
                    self.expansion()?;
                    text.push(UNKNOWN);
                }
                '`' => return Err(Unknown),
                // Patterns, braces and home directories are the shell's to write out.
                '*' | '?' | '[' | '{' => text.push(UNKNOWN),
                '~' if text.is_empty() => text.push(UNKNOWN),
                letter => text.push(letter),
            }
        }
        Ok(start.map(|start| Word { text, start }))
    }

    /// Reads what stands in double quotes.
    fn double_quoted(&mut self, text: &mut String) -> Result<(), Unknown> {
        loop {
            match self.next().ok_or(Unknown)? {
                '"' => return Ok(()),
                '`' => return Err(Unknown),
                '$' => {
                    self.expansion()?;
                    text.push(UNKNOWN);
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
        let braced = self.take('{');
        let first = self.next().ok_or(Unknown)?;
        let more = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        match first {
            '@' | '*' | '0'..='9' => {}
            'a'..='z' | 'A'..='Z' => self.skip(more),
            // `$_` is the last word of the command before.
            '_' if self.peek().is_some_and(more) => self.skip(more),
            _ => return Err(Unknown),
        }
        if !braced || self.take('}') { Ok(()) } else { Err(Unknown) }
    }
}

/// A simple command, or the part of one that comes before a pipe.
struct Simple {
    words: Vec<Word>,
    redirections: Redirections,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, proptest};

    use super::{Action, Condition, Dialect, End, Joint, Loop, UNKNOWN, Word, parse};

    /// Draws a script: words in `[]`, `$` for those that the shell writes out, and `…` for what is not understood.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        check_in(Dialect::Posix, text, expected);
    }

    /// The same in some shell. A loop is `{…}`, with what is asked, `!N` for its limit, `<` for a device and `|` for a filter.
    #[track_caller]
    fn check_in(dialect: Dialect, text: &str, expected: &str) {
        let script = parse(text, dialect);
        let mut drawn = String::new();
        for command in &script.commands {
            match &command.action {
                Action::Run(words) => draw(words, &mut drawn),
                Action::Repeat(Loop { condition, limit }) => {
                    let Condition { words, device, reads_nothing, joins_errors, filter, bytes: _ } = condition;
                    drawn.push('{');
                    draw(words, &mut drawn);
                    drawn.extend(device.iter().flat_map(|device| ["<", device]));
                    drawn += if *reads_nothing { " null" } else { "" };
                    drawn += if *joins_errors { " 2>&1" } else { "" };
                    if let Some(words) = filter {
                        drawn.push('|');
                        draw(words, &mut drawn);
                    }
                    drawn.extend(limit.map(|limit| format!(" !{limit}")));
                    drawn.push('}');
                }
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

    /// Draws words.
    fn draw(words: &[Word], drawn: &mut String) {
        for word in words {
            let text = if word.text == UNKNOWN.to_string() { "$".to_owned() } else { word.text.replace(UNKNOWN, "$") };
            drawn.extend(["[", &text, "]"]);
        }
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
        check("ls *.js ~/x a? [b] {c,d} \"*\"", "[ls][$.js][$/x][a$][$b]][$c,d}][*]");
        check("A=b app", "[A=b][app]");
    }

    #[test]
    fn anything_else_ends_the_reading() {
        check("a && b | c", "[a]&&…");
        check("a || b", "…");
        check("a && b &", "[a]&&…");
        check("a; (b)", "[a];…");
        check("a; b > c", "[a];…");
        check("a; b 2>log; c", "[a];…");
        check("a; b &>/dev/null; c", "[a];…");
        check("a; b <<EOF; c", "[a];…");
        check("a; b </dev/tcp/c/1", "[a];…");
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
    fn what_leaves_no_trace_may_go_anywhere() {
        check("a >/dev/null 2>&1; >&2 b; c 2> /dev/null </dev/null", "[a];[b];[c]");
        check_in(Dialect::Bash, "a &>/dev/null; b", "[a];[b]");
    }

    #[test]
    fn a_loop_asks_one_question() {
        check("until a -b; do sleep 1; done; c", "{[a][-b]};[c]");
        check("while ! a\ndo\n echo x\n sleep 1\ndone\nc", "{[a]};[c]");
        check("until a 2>/dev/null; do echo $x && sleep 1; done && c", "{[a]}&&[c]");
        check("until (a >/dev/null) 2>&1; do :; done", "{[a] 2>&1}");
        check("while ! a 2>&1 | grep 52; do sleep 1; done; c", "{[a] 2>&1|[grep][52]};[c]");
        check("until a </dev/null; do printf .; sleep 1s; done; c", "{[a] null};[c]");
        check_in(Dialect::Bash, "while ! </dev/tcp/a/1; do sleep 1; done", "{</dev/tcp/a/1}");
        check_in(Dialect::Bash, "until (echo > /dev/tcp/a/1) 2>/dev/null; do sleep 1; done", "{[echo]</dev/tcp/a/1}");
        check_in(Dialect::Bash, "until a &>/dev/null; do sleep 1; done", "{[a]}");
    }

    #[test]
    fn a_loop_may_give_up() {
        check("for i in $(seq 60); do a && break; sleep 2; done; b", "{[a] !2m0s};[b]");
        check("for i in `seq 1 5`; do a && break || sleep 1; done", "{[a] !5s}");
        check("for i in 1 2 3; do echo $i; a && break; sleep 1; done", "{[a] !3s}");
        check_in(Dialect::Bash, "for i in {1..30}; do a && break; sleep 1; done", "{[a] !30s}");
        check("while true; do a && break; sleep 1; done; b", "{[a]};[b]");
    }

    #[test]
    fn a_loop_that_does_more_is_not_understood() {
        for script in [
            "until a && b; do sleep 1; done",
            "until a || b; do sleep 1; done",
            "until a; do b; done",
            "until a; do sleep 1; done &",
            "until a; do sleep $x; done",
            "until a; do sleep 1; echo x > log; done",
            "until a; do sleep 1 & done",
            "until a; do done",
            "until a; do sleep 1",
            "until a; sleep 1; done",
            "until ! a; do sleep 1; done",
            "while a; do sleep 1; done",
            "until { a; }; do sleep 1; done",
            "until [ -f a ]; do sleep 1; done",
            "until a | b | c; do sleep 1; done",
            "until exec a; do sleep 1; done",
            "until a; do sleep 1; break; done",
            "until a; do b && break; sleep 1; done",
            "while true; do sleep 1; done",
            "while true; do a && break; b && break; done",
            "for i in {1..3}; do a && break; done",
            "for i in $x; do a && break; done",
            "for i in; do a && break; done",
            "for i in $(seq 5 1); do a && break; done",
            "until a &>/dev/null; do sleep 1; done",
            "while ! </dev/tcp/a/1; do sleep 1; done",
        ] {
            check(script, "…");
        }
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
            parse(&text, Dialect::Bash);
        }

        #[test]
        fn no_script_makes_it_panic(text in "([ab \\\\'\"$&;|<>(){}#*\n`ü]|until|do )*") {
            parse(&text, Dialect::Bash);
        }

        #[test]
        fn words_begin_where_they_say(text in "([a-c]{1,3}[ ;&'\"]{1,2})*") {
            let script = parse(&text, Dialect::Posix);
            let words = script.commands.iter().filter_map(|command| match &command.action {
                Action::Run(words) => Some(words),
                Action::Repeat(_) => None,
            });
            for word in words.flatten() {
                assert!(text.get(word.start..).is_some_and(|rest| !rest.starts_with(' ')), "{text}");
            }
        }
    }
}
