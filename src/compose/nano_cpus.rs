//! CPUs as Docker writes them: `0.5`.

use std::str::FromStr;

use thiserror::Error;

use crate::diag::{Code, Diagnostics};
use crate::yaml::Node;
use crate::yaml::keys::{Decode, wrong_type};
use crate::yaml::resolve::Value;

/// A number of billionths of a CPU.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NanoCpus(pub i64);

/// Why a text is no number of CPUs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
pub enum NanoCpusError {
    /// It is no decimal number.
    #[error("a number of CPUs is written like `0.5`")]
    Form,
    /// More than nine billion CPUs.
    #[error("it is too large")]
    TooLarge,
}

/// How many digits behind the point count.
const DIGITS: i64 = 9;

impl FromStr for NanoCpus {
    type Err = NanoCpusError;

    /// Reads a decimal number, exactly; what is less than a billionth is dropped.
    fn from_str(text: &str) -> Result<Self, NanoCpusError> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = || whole.chars().chain(fraction.chars());
        let signless = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        let is_number = |digits: &str| digits.chars().all(|digit| digit.is_ascii_digit());
        if digits().next().is_none() || signless.is_empty() || ![whole, fraction, signless].into_iter().all(is_number) {
            return Err(NanoCpusError::Form);
        }
        let overflow = if exponent.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 };
        let exponent = exponent.parse().unwrap_or(overflow).clamp(i64::MIN / 2, i64::MAX / 2);
        // How many digits count: those in front of the point, as the exponent moves it, and nine behind it.
        let whole_digits = i64::try_from(whole.len()).map_err(|_| NanoCpusError::TooLarge)?;
        let mut missing = whole_digits + exponent + DIGITS;
        let mut nanos = 0_i64;
        for digit in digits().filter_map(|digit| digit.to_digit(10)) {
            if missing <= 0 {
                break;
            }
            missing -= 1;
            let shifted = nanos.checked_mul(10).and_then(|nanos| nanos.checked_add(i64::from(digit)));
            nanos = shifted.ok_or(NanoCpusError::TooLarge)?;
        }
        if nanos != 0 && missing > 0 {
            let factor = u32::try_from(missing).ok().and_then(|missing| 10_i64.checked_pow(missing));
            nanos = factor.and_then(|factor| nanos.checked_mul(factor)).ok_or(NanoCpusError::TooLarge)?;
        }
        Ok(Self(if negative { -nanos } else { nanos }))
    }
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
