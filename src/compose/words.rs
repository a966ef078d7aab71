//! Words of a command, split as Docker Compose splits them.
//!
//! It knows quotes and backslashes, but runs no shell: what follows the first operator outside of quotes is dropped.

use thiserror::Error;

/// Why a command cannot be split into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
pub(crate) enum WordsError {
    /// A quote that nothing closes.
    #[error("a quote is not closed")]
    Quote,
    /// A back-quote that nothing closes.
    #[error("a back-quote is not closed")]
    BackQuote,
    /// A parenthesis that does not follow a `$`, or stands within another, or is alone.
    #[error("a parenthesis stands outside of quotes")]
    Parenthesis,
    /// A backslash with nothing behind it.
    #[error("nothing follows the last backslash")]
    Backslash,
}

/// Splits a command into words.
///
/// # Errors
///
/// Refuses a text that ends within quotes, and parentheses outside of them.
pub(crate) fn split(text: &str) -> Result<Vec<String>, WordsError> {
    let mut words = Vec::new();
    let mut word = Word::default();
    for character in text.chars() {
        let separates = matches!(character, ' ' | '\t' | '\r' | '\n');
        let operates = matches!(character, '&' | ';' | '|' | '<' | '>');
        if !word.is_open() && separates {
            words.extend(word.take());
        } else if !word.is_open() && operates {
            // `2>` names a stream: it is no word, and neither is anything else that starts with a digit.
            if character == '>' && word.text.starts_with(|first: char| first.is_ascii_digit()) {
                return Ok(words);
            }
            break;
        } else {
            word.push(character)?;
        }
    }
    word.check_closed()?;
    words.extend(word.take());
    Ok(words)
}

/// The word that is being read.
#[derive(Debug, Default)]
struct Word {
    text: String,
    /// Whether it is one although it may have no text: `""`.
    exists: bool,
    escaped: bool,
    quote: Option<Quote>,
    substitution: Option<Substitution>,
}

/// A kind of quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    Single,
    Double,
}

/// What a shell would run; Compose keeps it as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Substitution {
    /// Back-quotes; quotes keep their meaning there.
    BackQuote,
    /// `$(…)`; nothing but a backslash has a meaning there.
    Parenthesis,
}

impl Word {
    /// Whether a separator would be part of the word.
    const fn is_open(&self) -> bool {
        self.escaped || self.quote.is_some() || self.substitution.is_some()
    }

    /// Takes the word away, if there is one.
    fn take(&mut self) -> Option<String> {
        let text = std::mem::take(&mut self.text);
        std::mem::take(&mut self.exists).then_some(text)
    }

    /// Reads one character of the word.
    fn push(&mut self, character: char) -> Result<(), WordsError> {
        if std::mem::take(&mut self.escaped) {
            self.append(character);
            return Ok(());
        }
        let parenthesised = self.substitution == Some(Substitution::Parenthesis);
        let unquoted = self.quote.is_none() && self.substitution != Some(Substitution::BackQuote);
        match character {
            '\\' if self.quote != Some(Quote::Single) => self.escaped = true,
            // Between quotes, blanks alone do not make a word until the quote is closed, which makes no difference.
            '\'' if self.quote != Some(Quote::Double) && !parenthesised => self.toggle(Quote::Single),
            '"' if self.quote != Some(Quote::Single) && !parenthesised => self.toggle(Quote::Double),
            '`' if self.quote.is_none() && !parenthesised => {
                self.toggle_substitution(Substitution::BackQuote);
                self.append(character);
            }
            '(' if unquoted => {
                if parenthesised || !self.text.ends_with('$') {
                    return Err(WordsError::Parenthesis);
                }
                self.toggle_substitution(Substitution::Parenthesis);
                self.append(character);
            }
            // A lone `)` opens what the next one closes: an oddity of the reference.
            ')' if unquoted => {
                self.toggle_substitution(Substitution::Parenthesis);
                self.append(character);
            }
            _ => self.append(character),
        }
        Ok(())
    }

    fn append(&mut self, character: char) {
        self.text.push(character);
        self.exists = true;
    }

    fn toggle(&mut self, quote: Quote) {
        self.exists |= self.quote.is_some();
        self.quote = if self.quote.is_some() { None } else { Some(quote) };
    }

    fn toggle_substitution(&mut self, substitution: Substitution) {
        self.substitution = if self.substitution.is_some() { None } else { Some(substitution) };
    }

    /// Reports what is open when the text ends.
    const fn check_closed(&self) -> Result<(), WordsError> {
        match self.substitution {
            _ if self.quote.is_some() => Err(WordsError::Quote),
            Some(Substitution::BackQuote) => Err(WordsError::BackQuote),
            Some(Substitution::Parenthesis) => Err(WordsError::Parenthesis),
            None if self.escaped => Err(WordsError::Backslash),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(split(text).unwrap(), expected);
    }

    #[track_caller]
    fn refuse(text: &str, expected: WordsError) {
        assert_eq!(split(text), Err(expected));
    }

    #[test]
    fn words_are_those_of_docker_compose() {
        check("a b", &["a", "b"]);
        check("a && b", &["a"]);
        check("a&b", &["a"]);
        check("x 2>&1", &["x"]);
        check("x 12>&1", &["x"]);
        check("x 1a>y", &["x"]);
        check("x a1>y", &["x", "a1"]);
        check("2>y", &[]);
        check("\"2\">y", &[]);
        check("x \"2\">y", &["x"]);
        check("x 2\"\">y", &["x"]);
        check("a;b", &["a"]);
        check("a|b", &["a"]);
        check("a<b", &["a"]);
        check("echo \"a b\" c", &["echo", "a b", "c"]);
        check("echo 'a b' c", &["echo", "a b", "c"]);
        check("echo \"a'b\" 'c\"d'", &["echo", "a'b", "c\"d"]);
        check("a\\ b", &["a b"]);
        check("a\\nb", &["anb"]);
        check("a\\tb", &["atb"]);
        check("\"a\\nb\"", &["anb"]);
        check("\"a\\tb\"", &["atb"]);
        check("\"a\\\\b\"", &["a\\b"]);
        check("\"a\\\"b\"", &["a\"b"]);
        check("'a\\nb'", &["a\\nb"]);
        check("'a\\'b", &["a\\b"]);
        check("a\\'b", &["a'b"]);
        check("$(x y)", &["$(x y)"]);
        check("$(x) y", &["$(x)", "y"]);
        check("a$(x y)b", &["a$(x y)b"]);
        check("\"$(x y)\"", &["$(x y)"]);
        check("$(x \"y z\" 'w')", &["$(x \"y z\" 'w')"]);
        check("a)b)c d", &["a)b)c", "d"]);
        check("a ) b ) c", &["a", ") b )", "c"]);
        check(") b c ) d e", &[") b c )", "d", "e"]);
        check("`a b`", &["`a b`"]);
        check("`a b` c", &["`a b`", "c"]);
        check("a`b c`d", &["a`b c`d"]);
        check("`a \"b c\" d`", &["`a b c d`"]);
        check("\"a `b c`\"", &["a `b c`"]);
        check("'`a`'", &["`a`"]);
        check("`a $(b)`", &["`a $(b)`"]);
        check("$(a `b c`)", &["$(a `b c`)"]);
        check("# c", &["#", "c"]);
        check("a # c", &["a", "#", "c"]);
        check("a #c", &["a", "#c"]);
        check("\"\"", &[""]);
        check("''", &[""]);
        check("a \"\" b", &["a", "", "b"]);
        check("a '' b", &["a", "", "b"]);
        check("\"\" \"\"", &["", ""]);
        check("a\"\"b", &["ab"]);
        check("a\"b\"c", &["abc"]);
        check("\"a b\"'c d'", &["a bc d"]);
        check("a  b", &["a", "b"]);
        check(" a b ", &["a", "b"]);
        check(">x", &[]);
        check("a >x", &["a"]);
        check("a '>' b", &["a", ">", "b"]);
        check("a \\> b", &["a", ">", "b"]);
        check("a \\& b", &["a", "&", "b"]);
        check("a \">b\"", &["a", ">b"]);
        check("\"a\"&b", &["a"]);
        check("\\$(x y)", &["$(x y)"]);
        check("a$", &["a$"]);
        check("$", &["$"]);
        check("$()", &["$()"]);
        check("${A}", &["${A}"]);
        check("~/x", &["~/x"]);
        check("*.txt", &["*.txt"]);
        check("é ü", &["é", "ü"]);
        check("a\\é", &["aé"]);
        check("a\\ ", &["a "]);
        check("a\\\\", &["a\\"]);
        check("a\\\\ b", &["a\\", "b"]);
        check("\"\\a\"", &["a"]);
        check("a=b c=d", &["a=b", "c=d"]);
        check("http://x/?a=1&b=2", &["http://x/?a=1"]);
        check("'http://x/?a=1&b=2'", &["http://x/?a=1&b=2"]);
        check("sh -c \"a && b\"", &["sh", "-c", "a && b"]);
        check("sh -c 'a; b'", &["sh", "-c", "a; b"]);
        check("a 3>b", &["a"]);
        check("a3>b", &["a3"]);
        check("a 33x>b", &["a"]);
        check("a x33>b", &["a", "x33"]);
        check("a\tb", &["a", "b"]);
        check("a\nb", &["a", "b"]);
        check("a\rb", &["a", "b"]);
        check("a\u{b}b", &["a\u{b}b"]);
        check("a\u{a0}b", &["a\u{a0}b"]);
        check("\"a\nb\"", &["a\nb"]);
        check("a\\\nb", &["a\nb"]);
        check("a \\\n b", &["a", "\n", "b"]);
        check("`a\nb`", &["`a\nb`"]);
        check("", &[]);
        check("   ", &[]);
        check("\n", &[]);
        check("a \"b\tc\"", &["a", "b\tc"]);
    }

    #[test]
    fn what_is_open_at_the_end_is_refused() {
        refuse("$(x", WordsError::Parenthesis);
        refuse("$(x $(y))", WordsError::Parenthesis);
        refuse("(a b)", WordsError::Parenthesis);
        refuse("a(b)", WordsError::Parenthesis);
        refuse("a)b", WordsError::Parenthesis);
        refuse("`a", WordsError::BackQuote);
        refuse("`a \"b`", WordsError::Quote);
        refuse("\\", WordsError::Backslash);
        refuse("a\\", WordsError::Backslash);
        refuse("\"a", WordsError::Quote);
        refuse("'a", WordsError::Quote);
        refuse("a'b", WordsError::Quote);
        refuse("$ (x)", WordsError::Parenthesis);
        refuse("\"\\", WordsError::Quote);
    }

    proptest! {
        #[test]
        fn splitting_never_panics(text in r#"[ab `'"\\$()&;|<>0-9 \n]{0,30}"#) {
            let _ = split(&text);
        }

        #[test]
        fn quoted_words_come_back(words in prop::collection::vec("[^']{0,8}", 0..5)) {
            let text: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
            prop_assert_eq!(split(&text.join(" ")).unwrap(), words);
        }
    }
}
