//! `tmpfs` of a service.

use std::fmt;

/// An entry of `tmpfs`: `PATH[:OPTION,…]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tmpfs {
    /// All of it, as written.
    pub text: String,
    /// Where it appears in the container.
    pub target: String,
    /// `size=…`: how large it may grow.
    pub size: Option<TmpfsSize>,
    /// The other options of `mount`, as written.
    pub options: Vec<String>,
}

/// How large a directory in memory may grow, in the kernel's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TmpfsSize {
    /// A number of bytes.
    Bytes(u64),
    /// A part of the machine's memory, or something that the kernel refuses.
    Other(String),
}

impl Tmpfs {
    /// Reads an entry. Compose takes any text; of several sizes, the last counts.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let (target, options) = text.split_once(':').unwrap_or((text, ""));
        let mut tmpfs = Self { text: text.to_owned(), target: target.to_owned(), size: None, options: Vec::new() };
        for option in options.split(',').filter(|option| !option.is_empty()) {
            match option.strip_prefix("size=") {
                Some(size) => tmpfs.size = Some(TmpfsSize::new(size)),
                None => tmpfs.options.push(option.to_owned()),
            }
        }
        tmpfs
    }
}

impl fmt::Display for Tmpfs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.size.iter().map(|size| format!("size={size}"));
        let options: Vec<String> = size.chain(self.options.iter().cloned()).collect();
        let colon = if options.is_empty() { "" } else { ":" };
        write!(f, "{}{colon}{}", self.target, options.join(","))
    }
}

impl TmpfsSize {
    /// The size that a text names: a whole number and a letter, in any case, for a power of 1024.
    /// A `b` at the end is not the kernel's way to write it, but can mean nothing else.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self::bytes(&text.to_ascii_lowercase()).map_or_else(|| Self::Other(text.to_owned()), Self::Bytes)
    }

    /// The number of bytes that a text in lower case names.
    fn bytes(text: &str) -> Option<u64> {
        let text = text.strip_suffix('b').unwrap_or(text);
        let units = [('k', 1), ('m', 2), ('g', 3), ('t', 4)];
        let unit = units.into_iter().find_map(|(unit, power)| Some((text.strip_suffix(unit)?, power)));
        let (number, power) = unit.unwrap_or((text, 0));
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| number.parse::<u64>().ok()).flatten()?.checked_mul(1024_u64.pow(power))
    }
}

impl fmt::Display for TmpfsSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => bytes.fmt(f),
            Self::Other(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, target: &str, size: Option<TmpfsSize>, options: &[&str]) {
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        assert_eq!(Tmpfs::new(text), Tmpfs { text: text.to_owned(), target: target.to_owned(), size, options });
    }

    #[test]
    fn a_path_stands_alone_or_before_options() {
        check("/run", "/run", None, &[]);
        check("/run:rw,noexec", "/run", None, &["rw", "noexec"]);
        check("/run:", "/run", None, &[]);
    }

    #[test]
    fn a_size_is_a_power_of_1024() {
        let mib = |mib: u64| Some(TmpfsSize::Bytes(mib << 20));
        check("/run:size=64m,mode=1777", "/run", mib(64), &["mode=1777"]);
        check("/run:size=64M", "/run", mib(64), &[]);
        check("/run:size=1gb", "/run", mib(1024), &[]);
        check("/run:size=1048576", "/run", mib(1), &[]);
        check("/run:size=1m,size=2m", "/run", mib(2), &[]);
    }

    #[test]
    fn a_size_that_is_no_number_of_bytes_stays_as_written() {
        let other = |text: &str| Some(TmpfsSize::Other(text.to_owned()));
        check("/run:size=50%", "/run", other("50%"), &[]);
        check("/run:size=", "/run", other(""), &[]);
        check("/run:size=99999999999999999999", "/run", other("99999999999999999999"), &[]);
    }

    proptest! {
        #[test]
        fn an_entry_round_trips(target in "/[a-z/]{0,9}", bytes: Option<u64>, options in prop::collection::vec("[a-r]{1,6}", 0..4)) {
            let tmpfs = Tmpfs { text: String::new(), target, size: bytes.map(TmpfsSize::Bytes), options };
            let text = tmpfs.to_string();
            prop_assert_eq!(Tmpfs::new(&text), Tmpfs { text, ..tmpfs });
        }

        #[test]
        fn reading_never_panics(text in "[a-z0-9:=,%/]{0,24}|.*") {
            let _ = Tmpfs::new(&text);
        }
    }
}
