//! CPUs as Docker writes them: `0.5`.

use std::str::FromStr;

use thiserror::Error;

use super::size::without_underscores;
use crate::diag::{Code, Diagnostics};
use crate::yaml::Node;
use crate::yaml::keys::{Decode, wrong_type};
use crate::yaml::resolve::Value;

/// A number of billionths of a CPU.
///
/// Docker Compose keeps a float of 32 bits in its place, by which it compares and prints them.
#[derive(Debug, Clone, Copy, Default)]
pub struct NanoCpus {
    nanos: i64,
    // Invariant: it is finite.
    float: f32,
}

impl NanoCpus {
    /// The billionths; what is less than one is dropped.
    #[must_use]
    pub const fn nanos(self) -> i64 {
        self.nanos
    }

    /// The number of CPUs, as near as 32 bits can tell.
    #[must_use]
    pub const fn float(self) -> f32 {
        self.float
    }
}

impl PartialEq for NanoCpus {
    fn eq(&self, other: &Self) -> bool {
        self.float == other.float
    }
}

impl Eq for NanoCpus {}

/// Why a text is no number of CPUs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
pub enum NanoCpusError {
    /// It is no decimal number.
    #[error("a number of CPUs is written like `0.5`")]
    Form,
    /// No 32-bit float can hold it.
    #[error("it is too large")]
    TooLarge,
}

impl FromStr for NanoCpus {
    type Err = NanoCpusError;

    /// Reads a decimal number, exactly; what is less than a billionth is dropped, what exceeds 64 bits is cut.
    fn from_str(text: &str) -> Result<Self, NanoCpusError> {
        let text = without_underscores(text).ok_or(NanoCpusError::Form)?;
        let float: f64 = text.parse().map_err(|_| NanoCpusError::Form)?;
        if text.contains(|next: char| next.is_alphabetic() && !matches!(next, 'e' | 'E')) {
            return Err(NanoCpusError::Form);
        }
        if float.abs() > f64::from(f32::MAX) {
            return Err(NanoCpusError::TooLarge);
        }
        let nanos = nanos(text.trim_start_matches(['-', '+']));
        #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "no other conversion exists")]
        let float = float as f32;
        Ok(Self { nanos: if text.starts_with('-') { -nanos } else { nanos }, float })
    }
}

/// The billionths of a number of the form `1.5e3`.
fn nanos(number: &str) -> i64 {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    // An exponent that no 32 bits can hold is one of a number that is zero, or as good as that.
    let exponent = exponent.parse().unwrap_or(i32::MIN / 2).max(i32::MIN / 2);
    let length = i32::try_from(whole.len()).unwrap_or(i32::MAX / 2);
    // How many digits count: those in front of the point, as the exponent moves it, and nine behind it.
    let count = usize::try_from(length.saturating_add(exponent).saturating_add(9)).unwrap_or_default();
    let digits = whole.chars().chain(fraction.chars()).filter_map(|digit| digit.to_digit(10));
    let digits = digits.skip_while(|digit| *digit == 0);
    let zeros = whole.chars().chain(fraction.chars()).take_while(|digit| *digit == '0').count();
    let count = count.saturating_sub(zeros);
    if digits.clone().next().is_none() {
        return 0;
    }
    // Twenty digits exceed 64 bits in any case.
    let digits = digits.chain(std::iter::repeat(0)).take(count.min(20));
    digits.fold(0_i64, |nanos, digit| nanos.saturating_mul(10).saturating_add(i64::from(digit)))
}

impl Decode for NanoCpus {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let scalar = node.as_scalar();
        let parsed = match scalar.map(crate::yaml::Scalar::value) {
            Some(Value::Integer(number)) => number.to_string().parse(),
            // The text is exact, where the number is not.
            Some(Value::Float(_)) => scalar.map_or("", |scalar| &scalar.text).replace('_', "").parse(),
            Some(Value::String(text)) => text.parse(),
            _ => {
                wrong_type(node, "a number of CPUs", diags);
                return None;
            }
        };
        match parsed {
            Ok(cpus) => Some(cpus),
            Err(err) => {
                let text = scalar.map_or("", |scalar| &scalar.text);
                diags.error(Code::InvalidValue, node.span, format!("invalid number of CPUs `{text}`: {err}"));
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
    fn check(text: &str, expected: i64) {
        assert_eq!(text.parse().map(NanoCpus::nanos), Ok(expected), "from {text}");
    }

    #[test]
    fn cpus_are_counted_exactly() {
        check("0", 0);
        check("1", 1_000_000_000);
        check("0.5", 500_000_000);
        check(".5", 500_000_000);
        check("1.", 1_000_000_000);
        check("1e-1", 100_000_000);
        check("1E2", 100_000_000_000);
        check("1e3", 1_000_000_000_000);
        check("-1", -1_000_000_000);
        check("-0.5", -500_000_000);
        check("+1", 1_000_000_000);
        check("0.1", 100_000_000);
        check("0.001", 1_000_000);
        check("0.0001", 100_000);
        check("1.23456789", 1_234_567_890);
        check("0.123456789123", 123_456_789);
        check("1_0", 10_000_000_000);
        check("1e+2", 100_000_000_000);
        check("00.5", 500_000_000);
        check("1e10", i64::MAX);
        check("0e999999999999", 0);
        check("1e-999999999999", 0);
        check("0.000000000000000000000000000000000001e36", 1_000_000_000);
        check("123456789012345678901234567890e-25", 12_345_678_901_234);
    }

    #[test]
    fn what_docker_compose_refuses_is_refused() {
        for text in ["0x10", "inf", "nan", "1,5", "", "1.5.5", "e5", ".", "1e", " 1", "1 ", "1 0"] {
            assert_eq!(text.parse::<NanoCpus>(), Err(NanoCpusError::Form), "from {text}");
        }
        for text in ["1e40", "-1e40", "1e400"] {
            assert_eq!(text.parse::<NanoCpus>(), Err(NanoCpusError::TooLarge), "from {text}");
        }
    }

    proptest! {
        #[test]
        fn billionths_are_kept(whole in 0_i64..1_000_000, nanos in 0_i64..1_000_000_000) {
            let text = format!("{whole}.{nanos:09}");
            prop_assert_eq!(text.parse().map(NanoCpus::nanos), Ok(whole * 1_000_000_000 + nanos));
        }

        #[test]
        fn reading_never_panics(text in r"[+\-]?[0-9._]{0,40}(e[+\-]?[0-9]{0,20})?") {
            let _ = text.parse::<NanoCpus>();
        }
    }
}
