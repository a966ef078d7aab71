//! Options of command lines, as most clients read them.

/// The options that a program takes, as far as they are known here.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flags {
    /// Those without a value.
    pub(super) switches: &'static [&'static str],
    /// Those with one: `-h HOST`, `-hHOST`, `--host HOST`, `--host=HOST`.
    pub(super) valued: &'static [&'static str],
    /// Where they stand.
    pub(super) order: Order,
}

/// Where options stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Before everything else.
    First,
    /// Anywhere before `--`.
    Anywhere,
}

/// A command line that was understood.
#[derive(Debug, Default)]
pub(super) struct Line<'a> {
    /// The options in order, with their values.
    options: Vec<(&'static str, &'a str)>,
    /// The other words.
    pub(super) operands: Vec<&'a str>,
}

impl<'a> Line<'a> {
    /// The value of an option, the last one if it is given several times.
    pub(super) fn value(&self, names: &[&str]) -> Option<&'a str> {
        self.options.iter().rev().find(|(name, _)| names.contains(name)).map(|(_, value)| *value)
    }

    /// Whether an option is given.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.value(names).is_some()
    }
}

impl Flags {
    /// Reads the words behind a program's name. `None` when one of them is no option that is known.
    pub(super) fn read<'a>(self, words: &[&'a str]) -> Option<Line<'a>> {
        let mut line = Line::default();
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            let is_option = word.len() > 1 && word.starts_with('-');
            if word == "--" {
                line.operands.extend(words);
                break;
            }
            if !is_option {
                line.operands.push(word);
                if self.order == Order::First {
                    line.operands.extend(words);
                    break;
                }
                continue;
            }
            if let Some(switch) = known(self.switches, word) {
                line.options.push((switch, ""));
            } else if let Some(option) = known(self.valued, word) {
                line.options.push((option, words.next()?));
            } else if word.starts_with("--") {
                let (name, value) = word.split_once('=')?;
                line.options.push((known(self.valued, name)?, value));
            } else {
                self.cluster(word, &mut words, &mut line)?;
            }
        }
        Some(line)
    }

    /// Reads several short options in one word: `-zvw3`.
    fn cluster<'a>(self, word: &'a str, words: &mut impl Iterator<Item = &'a str>, line: &mut Line<'a>) -> Option<()> {
        for (at, letter) in word.char_indices().skip(1) {
            let name = format!("-{letter}");
            if let Some(switch) = known(self.switches, &name) {
                line.options.push((switch, ""));
                continue;
            }
            let option = known(self.valued, &name)?;
            let value = word.get(at + letter.len_utf8()..).filter(|value| !value.is_empty());
            line.options.push((option, value.or_else(|| words.next())?));
            break;
        }
        Some(())
    }
}

/// The option of this name.
fn known(names: &'static [&'static str], word: &str) -> Option<&'static str> {
    names.iter().copied().find(|name| *name == word)
}

#[cfg(test)]
mod tests {
    use super::{Flags, Order};

    /// Draws a command line: its options with their values, and then its operands.
    #[track_caller]
    fn check(words: &str, expected: &str) {
        let flags = Flags { switches: &["-z", "-v", "--quiet"], valued: &["-w", "--host"], order: Order::Anywhere };
        let words: Vec<&str> = words.split(' ').collect();
        let drawn = flags.read(&words).map(|line| {
            let options = line.options.iter().map(|(name, value)| format!("{name}={value}"));
            options.chain([line.operands.join(",")]).collect::<Vec<_>>().join(" ")
        });
        assert_eq!(drawn.as_deref().unwrap_or("-"), expected);
    }

    #[test]
    fn options_stand_alone_or_together() {
        check("-z -v db 1", "-z= -v= db,1");
        check("-zvw3 db", "-z= -v= -w=3 db");
        check("-zw 3 db", "-z= -w=3 db");
        check("--quiet --host=a --host b c", "--quiet= --host=a --host=b c");
        check("a -- -z", "a,-z");
        check("- a", " -,a".trim_start());
    }

    #[test]
    fn what_is_not_known_is_not_understood() {
        check("-x", "-");
        check("-zx", "-");
        check("--quiet=1", "-");
        check("--hos a", "-");
        check("-w", "-");
    }
}
