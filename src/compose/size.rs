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
        match node.as_scalar().map(crate::yaml::Scalar::value) {
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

/// Docker Compose takes numbers that it does not expect for 0, and so do we, but say so.
fn lost(node: &Node, diags: &mut Diagnostics) -> ByteSize {
    let message = "Docker Compose takes this number for 0: it has a fraction or an exponent, or more than 63 bits";
    diags.warn(Code::InvalidValue, node.span, message).hint("write a whole number, or one with a unit: `1.5m`");
    ByteSize(0)
}
