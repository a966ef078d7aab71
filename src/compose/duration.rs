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

/// Nanoseconds in a microsecond.
const MICROSECOND: i64 = 1_000;
/// Nanoseconds in a millisecond.
const MILLISECOND: i64 = 1_000 * MICROSECOND;
/// Nanoseconds in a second.
const SECOND: i64 = 1_000 * MILLISECOND;
/// Nanoseconds in a minute.
const MINUTE: i64 = 60 * SECOND;
/// Nanoseconds in an hour.
const HOUR: i64 = 60 * MINUTE;

impl Duration {
    /// A length in nanoseconds.
    #[must_use]
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// A length in seconds, as far as 64 bits of nanoseconds reach.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(SECOND.saturating_mul(seconds))
    }

    /// The length in nanoseconds.
    #[must_use]
    pub const fn as_nanos(self) -> i64 {
        self.0
    }

    /// Whole seconds, never less than asked for as far as 32 bits reach; a negative length is none.
    #[must_use]
    pub fn whole_seconds(self) -> u32 {
        let seconds = u64::try_from(self.0).unwrap_or_default().div_ceil(SECOND.unsigned_abs());
        u32::try_from(seconds).unwrap_or(u32::MAX)
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

/// Splits a text behind the digits that it starts with.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(text.parse::<Duration>().unwrap().to_string(), expected, "from {text}");
    }

    #[track_caller]
    fn refuse(text: &str, expected: &DurationError) {
        assert_eq!(&text.parse::<Duration>().unwrap_err(), expected, "from {text}");
    }

    /// What Docker Compose makes of texts.
    const CASES: &[(&str, &str)] = &[
        ("10s", "10s"),
        ("1m30s", "1m30s"),
        ("90s", "1m30s"),
        ("1h", "1h0m0s"),
        ("1d", "24h0m0s"),
        ("1w", "168h0m0s"),
        ("1w2d3h4m5s6ms7us8ns", "219h4m5.006007008s"),
        ("1.5h", "1h30m0s"),
        (".5s", "500ms"),
        ("5.s", "5s"),
        ("0", "0s"),
        ("+0", "0s"),
        ("-0", "0s"),
        ("0s", "0s"),
        ("-5s", "-5s"),
        ("+5s", "5s"),
        ("1us", "1µs"),
        ("1µs", "1µs"),
        ("1μs", "1µs"),
        ("1ns", "1ns"),
        ("1ms", "1ms"),
        ("100ms", "100ms"),
        ("1500ms", "1.5s"),
        ("1h30m", "1h30m0s"),
        ("1m1m", "2m0s"),
        ("0.000000001s", "1ns"),
        ("0.0000000001s", "0s"),
        ("1.0000000019s", "1.000000001s"),
        ("9223372036s", "2562047h47m16s"),
        ("9223372036.854775807s", "2562047h47m16.854775807s"),
        ("15250w", "2562000h0m0s"),
        ("106751d", "2562024h0m0s"),
        ("0.1s", "100ms"),
        ("0.333h", "19m58.8s"),
        ("1.123456789h", "1h7m24.4444404s"),
        ("00010s", "10s"),
        ("1d12h", "36h0m0s"),
        ("0.5d", "12h0m0s"),
        ("999us", "999µs"),
        ("1001us", "1.001ms"),
        ("1000000001ns", "1.000000001s"),
        ("2562047h47m16.854775807s", "2562047h47m16.854775807s"),
        ("1.00000000000000000000s", "1s"),
        ("0.100000000000000000000h", "6m0s"),
        ("1.0000001us", "1µs"),
        ("12.345us", "12.345µs"),
        ("0.5w", "84h0m0s"),
        ("3.14159d", "75h23m53.376s"),
        ("100000h", "100000h0m0s"),
        ("1h0.5ns", "1h0m0s"),
        ("-1m30s", "-1m30s"),
        ("-1.5h", "-1h30m0s"),
        ("-1ns", "-1ns"),
    ];

    #[test]
    fn durations_are_written_as_docker_compose_writes_them() {
        for (text, expected) in CASES {
            check(text, expected);
        }
    }

    #[test]
    fn what_docker_compose_refuses_is_refused() {
        refuse("10", &DurationError::NoUnit);
        refuse("", &DurationError::Form);
        refuse("1M", &DurationError::Unit("M".to_owned()));
        refuse("5sec", &DurationError::Unit("sec".to_owned()));
        refuse("1y", &DurationError::Unit("y".to_owned()));
        refuse("1.1.1s", &DurationError::NoUnit);
        refuse("s", &DurationError::Form);
        refuse(".", &DurationError::Form);
        refuse(".s", &DurationError::Form);
        refuse("1e3s", &DurationError::Unit("e".to_owned()));
        refuse("9223372037s", &DurationError::TooLong);
        refuse("9223372036.854775808s", &DurationError::TooLong);
        refuse("15251w", &DurationError::TooLong);
        refuse("106752d", &DurationError::TooLong);
        refuse("1H", &DurationError::Unit("H".to_owned()));
        refuse("1S", &DurationError::Unit("S".to_owned()));
        refuse("--1s", &DurationError::Form);
        refuse("1_0s", &DurationError::Unit("_".to_owned()));
        refuse("0x10s", &DurationError::Unit("x".to_owned()));
        refuse("99999999999999999999s", &DurationError::TooLong);
        refuse("1m 30s", &DurationError::Unit("m ".to_owned()));
        refuse(" 1s", &DurationError::Form);
        refuse("1s ", &DurationError::Unit("s ".to_owned()));
        refuse("1h 30m", &DurationError::Unit("h ".to_owned()));
        refuse("inf", &DurationError::Form);
        refuse("1s\n", &DurationError::Unit("s\n".to_owned()));
        refuse("1 s", &DurationError::Unit(" s".to_owned()));
    }

    #[test]
    fn seconds_are_rounded_up() {
        let seconds = |text: &str| text.parse::<Duration>().unwrap().whole_seconds();
        assert_eq!([seconds("0s"), seconds("1ns"), seconds("1s"), seconds("1.5s"), seconds("-5s")], [0, 1, 1, 2, 0]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(nanos in any::<i64>().prop_filter("has no opposite", |nanos| *nanos != i64::MIN)) {
            let duration = Duration::from_nanos(nanos);
            prop_assert_eq!(duration.to_string().parse(), Ok(duration));
        }

        #[test]
        fn reading_never_panics(text in r"[+\-]?([0-9]{0,20}\.?[0-9]{0,25}[a-zµ ]{0,2}){0,4}") {
            let _ = text.parse::<Duration>();
        }
    }
}
