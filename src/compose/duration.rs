//! Durations as Docker writes them: `1m30s`.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::diag::{Code, Diagnostics};
use crate::yaml::Node;
use crate::yaml::keys::Decode;

/// A length of time in nanoseconds. Docker accepts negative ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

/// Why a text is no duration.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DurationError {
    /// It does not have the form `1m30s`.
    #[error("a duration is written like `1m30s`")]
    Form,
    /// A number without a unit.
    #[error("the unit is missing")]
    NoUnit,
    /// A unit that does not exist.
    #[error("`{0}` is not a unit; there are `ns`, `us`, `ms`, `s`, `m`, `h`, `d` and `w`")]
    Unit(String),
    /// More than 292 years.
    #[error("it is too long")]
    TooLong,
}

const MICROSECOND: i64 = 1_000;
const MILLISECOND: i64 = 1_000 * MICROSECOND;
const SECOND: i64 = 1_000 * MILLISECOND;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

impl Duration {
    /// A length in nanoseconds.
    #[must_use]
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// The length in nanoseconds.
    #[must_use]
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// Whole seconds, never less than asked for; a negative length is none.
    #[must_use]
    pub fn whole_seconds_ceil(self) -> u64 {
        u64::try_from(self.0).unwrap_or_default().div_ceil(SECOND.unsigned_abs())
    }
}

impl FromStr for Duration {
    type Err = DurationError;

    /// Reads numbers with units, as Go does, which also knows days and weeks here.
    fn from_str(text: &str) -> Result<Self, DurationError> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if unsigned == "0" {
            return Ok(Self(0));
        }
        let mut rest = unsigned;
        let mut nanos = 0_i64;
        while !rest.is_empty() || unsigned.is_empty() {
            let (part, behind) = part(rest)?;
            nanos = nanos.checked_add(part).ok_or(DurationError::TooLong)?;
            rest = behind;
        }
        Ok(Self(if negative { -nanos } else { nanos }))
    }
}

/// Reads one number with its unit from the start of a text.
fn part(text: &str) -> Result<(i64, &str), DurationError> {
    let (whole, rest) = split_digits(text);
    let (fraction, rest) = rest.strip_prefix('.').map_or(("", rest), split_digits);
    if whole.is_empty() && fraction.is_empty() {
        return Err(DurationError::Form);
    }
    let length = rest.find(|next: char| next == '.' || next.is_ascii_digit()).unwrap_or(rest.len());
    let (name, rest) = rest.split_at_checked(length).unwrap_or_default();
    let unit = match name {
        "" => return Err(DurationError::NoUnit),
        "ns" => 1,
        "us" | "µs" | "μs" => MICROSECOND,
        "ms" => MILLISECOND,
        "s" => SECOND,
        "m" => MINUTE,
        "h" => HOUR,
        "d" => 24 * HOUR,
        "w" => 7 * 24 * HOUR,
        _ => return Err(DurationError::Unit(name.to_owned())),
    };
    let whole = if whole.is_empty() { Some(0) } else { whole.parse::<i64>().ok() };
    let nanos = whole.and_then(|whole| whole.checked_mul(unit)?.checked_add(fraction_of(unit, fraction)));
    Ok((nanos.ok_or(DurationError::TooLong)?, rest))
}

/// The part of a unit that the digits behind a point say; what is less than a nanosecond is dropped.
fn fraction_of(unit: i64, digits: &str) -> i64 {
    // 18 digits divide the largest unit finely enough.
    let (value, scale) = digits
        .chars()
        .take(18)
        .filter_map(|digit| digit.to_digit(10))
        .fold((0_i128, 1_i128), |(value, scale), digit| (value * 10 + i128::from(digit), scale * 10));
    i64::try_from(value * i128::from(unit) / scale).expect("a part of a unit is less than the unit")
}

fn split_digits(text: &str) -> (&str, &str) {
    let length = text.find(|next: char| !next.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(length).unwrap_or_default()
}

impl fmt::Display for Duration {
    /// Writes `1h0m0.5s` as Go does: hours at most, and one unit below a second.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let nanos = self.0.unsigned_abs();
        let [microsecond, millisecond, second, minute, hour] =
            [MICROSECOND, MILLISECOND, SECOND, MINUTE, HOUR].map(i64::unsigned_abs);
        if nanos == 0 {
            return f.write_str("0s");
        } else if nanos < microsecond {
            return write!(f, "{nanos}ns");
        } else if nanos < millisecond {
            return write!(f, "{}µs", Decimal { value: nanos, unit: microsecond });
        } else if nanos < second {
            return write!(f, "{}ms", Decimal { value: nanos, unit: millisecond });
        }
        if nanos >= hour {
            write!(f, "{}h", nanos / hour)?;
        }
        if nanos >= minute {
            write!(f, "{}m", nanos % hour / minute)?;
        }
        write!(f, "{}s", Decimal { value: nanos % minute, unit: second })
    }
}

/// A value in a unit that is a power of ten, with as many digits behind the point as it has.
struct Decimal {
    value: u64,
    unit: u64,
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { value, unit } = *self;
        write!(f, "{}", value / unit)?;
        if value % unit == 0 {
            return Ok(());
        }
        // A one in front keeps the zeros that follow the point.
        let digits = (unit + value % unit).to_string();
        write!(f, ".{}", digits.chars().skip(1).collect::<String>().trim_end_matches('0'))
    }
}

impl Decode for Duration {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let text = String::decode(node, diags)?;
        match text.parse() {
            Ok(duration) => Some(duration),
            Err(err) => {
                diags.error(Code::InvalidValue, node.span, format!("invalid duration `{text}`: {err}"));
                None
            }
        }
    }
}
