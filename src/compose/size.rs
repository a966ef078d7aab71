//! Sizes as Docker writes them: powers of 1024, `1.5g` is 1536 MiB.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::diag::{Code, Diagnostics};
use crate::yaml::Node;
use crate::yaml::keys::{Decode, wrong_type};
use crate::yaml::resolve::Value;

/// A number of bytes. Docker takes `-1` for "without limit" where it takes negative ones at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSize(pub i64);

/// Why a text is no size.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SizeError {
    /// There is no number, or more than one.
    #[error("a size is written like `512m`, `1.5g` or `64kb`")]
    Form,
    /// A unit that does not exist.
    #[error("`{0}` is not a unit; there are `b`, `k`, `m`, `g`, `t` and `p`, also with `b` or `ib` behind")]
    Unit(String),
    /// Less than nothing.
    #[error("it is negative")]
    Negative,
    /// No 64-bit float can hold it.
    #[error("it is too large")]
    TooLarge,
}

impl ByteSize {
    /// The number of bytes.
    #[must_use]
    pub const fn bytes(self) -> i64 {
        self.0
    }
}

impl FromStr for ByteSize {
    type Err = SizeError;

    /// Reads a number, at most one space, and a unit. Part of a byte is dropped; what exceeds 64 bits wraps round to
    /// the smallest number, as in the reference.
    fn from_str(text: &str) -> Result<Self, SizeError> {
        let last =
            text.rfind(|next: char| next.is_ascii_digit() || next == '.' || next == ' ').ok_or(SizeError::Form)?;
        let (number, unit) = text.split_at_checked(last + 1).ok_or(SizeError::Form)?;
        let number = number.strip_suffix(' ').unwrap_or(number);
        if !number.ends_with(|next: char| next.is_ascii_digit() || next == '.') {
            return Err(SizeError::Form);
        }
        let number: f64 = without_underscores(number).ok_or(SizeError::Form)?.parse().map_err(|_| SizeError::Form)?;
        if number.is_infinite() {
            return Err(SizeError::TooLarge);
        }
        if number < 0.0 {
            return Err(SizeError::Negative);
        }
        let factor = factor(unit).ok_or_else(|| SizeError::Unit(unit.to_owned()))?;
        Ok(Self(whole(number * factor)))
    }
}

/// Takes out the underscores of a number, each of which must stand between two digits.
pub(super) fn without_underscores(number: &str) -> Option<String> {
    let mut parts = number.split('_').peekable();
    let mut first = true;
    let mut result = String::new();
    while let Some(part) = parts.next() {
        let starts = first || part.starts_with(|next: char| next.is_ascii_digit());
        let ends = parts.peek().is_none() || part.ends_with(|next: char| next.is_ascii_digit());
        if !starts || !ends {
            return None;
        }
        first = false;
        result.push_str(part);
    }
    Some(result)
}

/// How many bytes a unit is.
fn factor(unit: &str) -> Option<f64> {
    const KIB: f64 = 1024.0;
    let unit = unit.to_ascii_lowercase();
    if unit == "b" {
        return Some(1.0);
    }
    let prefix = unit.strip_suffix("ib").or_else(|| unit.strip_suffix('b')).unwrap_or(&unit);
    match prefix {
        "" if unit.is_empty() => Some(1.0),
        "k" => Some(KIB),
        "m" => Some(KIB * KIB),
        "g" => Some(KIB * KIB * KIB),
        "t" => Some(KIB * KIB * KIB * KIB),
        "p" => Some(KIB * KIB * KIB * KIB * KIB),
        _ => None,
    }
}

/// A number without its fraction, or the smallest one where it is too large.
fn whole(number: f64) -> i64 {
    const TWO_TO_THE_63: f64 = 9_223_372_036_854_775_808.0;
    if number >= TWO_TO_THE_63 {
        return i64::MIN;
    }
    #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "no other conversion exists")]
    let whole = number as i64;
    whole
}

impl fmt::Display for ByteSize {
    /// Writes the number of bytes, as `docker compose config` does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Decode for ByteSize {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match node.value() {
            Some(Value::Integer(number)) => Some(i64::try_from(number).map_or_else(|_| lost(node, diags), Self)),
            Some(Value::Float(_)) => Some(lost(node, diags)),
            Some(Value::String(text)) => match text.parse() {
                Ok(size) => Some(size),
                Err(err) => {
                    diags.error(Code::InvalidValue, node.span, format!("invalid size `{text}`: {err}"));
                    None
                }
            },
            _ => {
                wrong_type(node, "a size", diags);
                None
            }
        }
    }
}

/// A size that, as a number, is a whole one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct WholeSize(pub(super) ByteSize);

impl Decode for WholeSize {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        if let Some(Value::Float(number)) = node.value()
            && number.fract() != 0.0
        {
            wrong_type(node, "a whole number or a size such as `64m`", diags);
            return None;
        }
        ByteSize::decode(node, diags).map(Self)
    }
}

/// Docker Compose takes numbers that it does not expect for 0, and so do we, but say so.
fn lost(node: &Node, diags: &mut Diagnostics) -> ByteSize {
    let message = "Docker Compose takes this number for 0: it has a fraction or an exponent, or more than 63 bits";
    diags.warn(Code::InvalidValue, node.span, message).hint("write a whole number, or one with a unit: `1.5m`");
    ByteSize(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::span;
    use crate::yaml::{Form, Kind, Scalar};

    #[track_caller]
    fn check(text: &str, expected: i64) {
        assert_eq!(text.parse(), Ok(ByteSize(expected)), "from {text}");
    }

    #[track_caller]
    fn refuse(text: &str, expected: SizeError) {
        assert_eq!(text.parse::<ByteSize>(), Err(expected), "from {text}");
    }

    fn node(text: &str, form: Form) -> Node {
        Node::new(span(0, 0), Kind::Scalar(Scalar { text: text.into(), form }))
    }

    /// What Docker Compose makes of texts.
    const CASES: &[(&str, i64)] = &[
        ("0", 0),
        ("1", 1),
        ("1b", 1),
        ("1B", 1),
        ("1k", 1_024),
        ("1K", 1_024),
        ("1kb", 1_024),
        ("1KB", 1_024),
        ("1kib", 1_024),
        ("1KiB", 1_024),
        ("1m", 1_048_576),
        ("1mb", 1_048_576),
        ("1MiB", 1_048_576),
        ("1g", 1_073_741_824),
        ("1gb", 1_073_741_824),
        ("1gib", 1_073_741_824),
        ("1t", 1_099_511_627_776),
        ("1tb", 1_099_511_627_776),
        ("1p", 1_125_899_906_842_624),
        ("1pb", 1_125_899_906_842_624),
        ("64MB", 67_108_864),
        ("1.5g", 1_610_612_736),
        (".5m", 524_288),
        ("5.m", 5_242_880),
        ("1e3", 1_000),
        ("1e3k", 1_024_000),
        ("1E3k", 1_024_000),
        ("1e-1k", 102),
        ("-0", 0),
        ("+5", 5),
        ("+5k", 5_120),
        ("1_000", 1_000),
        ("1.1k", 1_126),
        ("1.999", 1),
        ("0.0001k", 0),
        ("9223372036854775807", i64::MIN),
        ("9223372036854775808", i64::MIN),
        ("9999p", i64::MIN),
        ("8191p", 9_222_246_136_947_933_184),
        ("8192p", i64::MIN),
        ("8193p", i64::MIN),
        ("8388608t", i64::MIN),
        ("007", 7),
        ("64 MB", 67_108_864),
        ("64 ", 64),
        ("1 k", 1_024),
        ("1 ", 1),
        ("1. k", 1_024),
    ];

    #[test]
    fn sizes_are_those_of_docker_compose() {
        for (text, expected) in CASES {
            check(text, *expected);
        }
    }

    #[test]
    fn what_docker_compose_refuses_is_refused() {
        refuse("1e", SizeError::Unit("e".to_owned()));
        refuse("1eb", SizeError::Unit("eb".to_owned()));
        refuse("1ki", SizeError::Unit("ki".to_owned()));
        refuse("1Mi", SizeError::Unit("Mi".to_owned()));
        refuse("1kk", SizeError::Unit("kk".to_owned()));
        refuse("1bb", SizeError::Unit("bb".to_owned()));
        refuse("1kbb", SizeError::Unit("kbb".to_owned()));
        refuse("1ib", SizeError::Unit("ib".to_owned()));
        refuse("1bi", SizeError::Unit("bi".to_owned()));
        refuse("1kibb", SizeError::Unit("kibb".to_owned()));
        refuse("1e400", SizeError::TooLarge);
        refuse("-1", SizeError::Negative);
        refuse("-1k", SizeError::Negative);
        refuse("1,5g", SizeError::Form);
        refuse("0x10", SizeError::Form);
        refuse("inf", SizeError::Form);
        refuse("nan", SizeError::Form);
        refuse("inf5", SizeError::Form);
        refuse("1.5.5k", SizeError::Form);
        refuse(".", SizeError::Form);
        refuse(".k", SizeError::Form);
        refuse("k", SizeError::Form);
        refuse("b", SizeError::Form);
        refuse("1k1", SizeError::Form);
        refuse("infinity", SizeError::Form);
        refuse("NaN", SizeError::Form);
        refuse("1é", SizeError::Unit("é".to_owned()));
        refuse("64  MB", SizeError::Form);
        refuse(" 64m", SizeError::Form);
        refuse("64m ", SizeError::Form);
        refuse("", SizeError::Form);
        refuse(" ", SizeError::Form);
        refuse("1\tk", SizeError::Unit("\tk".to_owned()));
        refuse("- 1", SizeError::Form);
        refuse("1 024k", SizeError::Form);
        refuse("1k b", SizeError::Form);
    }

    #[test]
    fn strings_are_decoded() {
        let mut diags = Diagnostics::default();
        assert_eq!(ByteSize::decode(&node("1k", Form::Quoted), &mut diags), Some(ByteSize(1024)));
        assert_eq!(ByteSize::decode(&node("1 q", Form::Quoted), &mut diags), None);
        let messages: Vec<&str> = diags.iter().map(|finding| finding.message.as_str()).collect();
        let expected = "invalid size `1 q`: `q` is not a unit; there are `b`, `k`, `m`, `g`, `t` and `p`, \
                        also with `b` or `ib` behind";
        assert_eq!(messages, [expected]);
    }

    #[test]
    fn some_keys_take_no_fraction() {
        let size = |text: &str| WholeSize::decode(&node(text, Form::Plain), &mut Diagnostics::default());
        assert_eq!(size("12"), Some(WholeSize(ByteSize(12))));
        assert_eq!(size("1.5k"), Some(WholeSize(ByteSize(1536))));
        assert_eq!(size("1e3"), Some(WholeSize(ByteSize(0))));
        assert_eq!([size("1.5"), size("0.0001"), size(".inf"), size(".nan")], [None; 4]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(bytes in 0_i64..1 << 53) {
            prop_assert_eq!(ByteSize(bytes).to_string().parse(), Ok(ByteSize(bytes)));
        }

        #[test]
        fn reading_never_panics(text in r"[+\-]?[0-9._e]{0,20} ?[a-zA-Zµ]{0,3}.?") {
            let _ = text.parse::<ByteSize>();
        }
    }
}
