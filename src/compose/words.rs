//! Words of a command, split as Docker Compose splits them.
//!
//! It knows quotes and backslashes, but runs no shell: what follows the first operator outside of quotes is dropped.

use thiserror::Error;

/// Why a command cannot be split into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
pub enum WordsError {
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
pub fn split(text: &str) -> Result<Vec<String>, WordsError> {
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
    /// Within back-quotes; quotes keep their meaning there.
    back_quoted: bool,
    /// Within `$(…)`; nothing else has a meaning there.
    parenthesised: bool,
}

/// A kind of quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    Single,
    Double,
}

impl Word {
    /// Whether a separator would be part of the word.
    const fn is_open(&self) -> bool {
        self.escaped || self.quote.is_some() || self.back_quoted || self.parenthesised
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
        let unquoted = self.quote.is_none() && !self.back_quoted;
        match character {
            '\\' if self.quote != Some(Quote::Single) => self.escaped = true,
            // Between quotes, blanks alone do not make a word until the quote is closed, which makes no difference.
            '\'' if self.quote != Some(Quote::Double) && !self.parenthesised => self.toggle(Quote::Single),
            '"' if self.quote != Some(Quote::Single) && !self.parenthesised => self.toggle(Quote::Double),
            '`' if self.quote.is_none() && !self.parenthesised => {
                self.back_quoted = !self.back_quoted;
                self.append(character);
            }
            '(' if unquoted => {
                if self.parenthesised || !self.text.ends_with('$') {
                    return Err(WordsError::Parenthesis);
                }
                self.parenthesised = true;
                self.append(character);
            }
            // A lone `)` opens what the next one closes: an oddity of the reference.
            ')' if unquoted => {
                self.parenthesised = !self.parenthesised;
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

    /// Reports what is open when the text ends.
    const fn check_closed(&self) -> Result<(), WordsError> {
        if self.quote.is_some() {
            Err(WordsError::Quote)
        } else if self.back_quoted {
            Err(WordsError::BackQuote)
        } else if self.parenthesised {
            Err(WordsError::Parenthesis)
        } else if self.escaped {
            Err(WordsError::Backslash)
        } else {
            Ok(())
        }
    }
}
