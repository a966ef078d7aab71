//! Values as the types that keys take, with the casts of Docker Compose.

use std::fmt;

use indexmap::IndexMap;

use super::{Decode, wrong_type};
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::resolve::Value;
use crate::yaml::{Entry, Kind, Node};

impl Decode for String {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let Some(Value::String(text)) = node.value() else {
            wrong_type(node, "a string", diags);
            return None;
        };
        Some(text.to_owned())
    }
}

impl Decode for bool {
    /// A boolean, or one of the words for it in any case, which Compose turns into one.
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match node.value() {
            Some(Value::Bool(value)) => return Some(value),
            Some(Value::String(text)) => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "y" | "on" => return Some(true),
                "false" | "no" | "n" | "off" => return Some(false),
                _ => {}
            },
            _ => {}
        }
        wrong_type(node, "`true` or `false`", diags);
        None
    }
}

impl Decode for i64 {
    /// A whole number, also written as `1e3` or `2.0`, or a string of decimal digits, which Compose turns into one.
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let number = match node.value() {
            Some(Value::Integer(number)) => Self::try_from(number).ok(),
            Some(Value::Float(number)) if number.fract() == 0.0 => Some(whole_part(number)),
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        if number.is_none() {
            wrong_type(node, "a whole number", diags);
        }
        number
    }
}

/// A number of which Compose drops what is behind the point: `cpu_shares: 1.5` is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Truncated(pub(crate) i64);

impl Decode for Truncated {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match node.value() {
            Some(Value::Float(number)) => Some(Self(whole_part(number))),
            _ => i64::decode(node, diags).map(Self),
        }
    }
}

/// A number that is not negative, of which Compose drops what is behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TruncatedCount(pub(crate) u64);

impl Decode for TruncatedCount {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match node.value() {
            Some(Value::Float(number)) => unsigned_part(number, node, diags).map(Self),
            _ => u64::decode(node, diags).map(Self),
        }
    }
}

/// The digits before the point. Where they do not fit, it is the smallest number: what an x86 processor makes of it,
/// and so Docker Compose.
fn whole_part(number: f64) -> i64 {
    // A float prints without an exponent, so its whole part reads back exactly.
    format!("{:.0}", number.trunc()).parse().unwrap_or(i64::MIN)
}

/// The digits before the point of a number that is not negative; where they do not fit, the number in the middle.
fn unsigned_part(number: f64, node: &Node, diags: &mut Diagnostics) -> Option<u64> {
    if number < 0.0 {
        out_of_range(&number, u64::MAX, node, diags);
        return None;
    }
    Some(format!("{:.0}", number.trunc().abs()).parse().unwrap_or(1 << 63))
}

/// Reports a number that a key has no room for.
fn out_of_range(number: &dyn fmt::Display, last: u64, node: &Node, diags: &mut Diagnostics) {
    let message = format!("invalid value `{number}`: it must be from 0 to {last}");
    diags.error(Code::InvalidValue, node.span, message);
}

/// Implements [`Decode`] for unsigned numbers, which are whole numbers within a range.
macro_rules! decode_unsigned {
    ($($number:ty),+) => {$(
        impl Decode for $number {
            fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
                let number = match node.value() {
                    Some(Value::Integer(number)) => number,
                    Some(Value::Float(number)) if number.fract() == 0.0 => {
                        i128::from(unsigned_part(number, node, diags)?)
                    }
                    _ => i128::from(i64::decode(node, diags)?),
                };
                let converted = Self::try_from(number).ok();
                if converted.is_none() {
                    out_of_range(&number, u64::from(Self::MAX), node, diags);
                }
                converted
            }
        }
    )+};
}

decode_unsigned!(u16, u32, u64);

impl Decode for f64 {
    /// A number, or a string of one.
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let number = match node.value() {
            Some(Value::Integer(number)) => number.to_string().parse().ok(),
            Some(Value::Float(number)) => Some(number),
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        let number = number.filter(|number: &Self| number.is_finite());
        if number.is_none() {
            wrong_type(node, "a number", diags);
        }
        number
    }
}

/// A string or a number, as text: numbers are printed as Go does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct StringOrNumber(pub(crate) String);

impl Decode for StringOrNumber {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let value = node.value();
        let Some(value @ (Value::String(_) | Value::Integer(_) | Value::Float(_))) = value else {
            wrong_type(node, "a string or a number", diags);
            return None;
        };
        Some(Self(value.to_go_string().into_owned()))
    }
}

/// A string or a whole number, as text, where Compose has no place for a fraction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct StringOrInteger(pub(crate) String);

impl Decode for StringOrInteger {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match node.value() {
            Some(Value::Integer(number)) if i64::try_from(number).is_err() => {
                out_of_range(&number, i64::MAX.unsigned_abs(), node, diags);
                None
            }
            Some(value @ (Value::String(_) | Value::Integer(_))) => Some(Self(value.to_go_string().into_owned())),
            _ => {
                wrong_type(node, "a string or a whole number", diags);
                None
            }
        }
    }
}

/// One value, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct OneOrMany<T>(pub(crate) Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Decode> Decode for OneOrMany<T> {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match &node.kind {
            Kind::Sequence(_) => Vec::decode(node, diags).map(Self),
            Kind::Scalar(_) | Kind::Mapping(_) => T::decode(node, diags).map(|value| Self(vec![value])),
        }
    }
}

/// `KEY=VALUE` pairs: a list of them, or a mapping. A key without a value has none; the last of equal keys wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KeyValues(pub(crate) IndexMap<String, Spanned<Option<String>>>);

impl Decode for KeyValues {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match &node.kind {
            Kind::Sequence(items) => Some(Self(items.iter().filter_map(|item| pair(item, diags)).collect())),
            Kind::Mapping(mapping) => {
                let entries = mapping.entries().iter();
                Some(Self(entries.filter_map(|entry| named_text(entry, diags)).collect()))
            }
            Kind::Scalar(_) => {
                wrong_type(node, "a mapping or a list of `KEY=VALUE`", diags);
                None
            }
        }
    }
}

/// A list's item: `KEY=VALUE`, or `KEY` alone.
fn pair(item: &Node, diags: &mut Diagnostics) -> Option<(String, Spanned<Option<String>>)> {
    let text = String::decode(item, diags)?;
    let (key, value) = match text.split_once('=') {
        Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
        None => (text, None),
    };
    Some((key, Spanned::new(value, item.span)))
}

/// A mapping's entry. Unlike a list's, it must have a name, for which line breaks alone are none.
fn named_text(entry: &Entry, diags: &mut Diagnostics) -> Option<(String, Spanned<Option<String>>)> {
    if entry.key.trim_matches('\n').is_empty() {
        diags.error(Code::InvalidValue, entry.key_span, "the name is missing");
    }
    Some((entry.key.to_string(), text(&entry.value, diags)?))
}

/// A mapping's value as text.
fn text(node: &Node, diags: &mut Diagnostics) -> Option<Spanned<Option<String>>> {
    let text = match node.value() {
        Some(Value::Null) => None,
        Some(value @ (Value::String(_) | Value::Bool(_) | Value::Integer(_) | Value::Float(_))) => {
            Some(value.to_go_string().into_owned())
        }
        Some(Value::Timestamp(_)) | None => {
            wrong_type(node, "a string, a number, a boolean or nothing", diags);
            return None;
        }
    };
    Some(Spanned::new(text, node.span))
}

impl<T: Decode> Decode for Spanned<T> {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        T::decode(node, diags).map(|value| Self::new(value, node.span))
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let Kind::Sequence(items) = &node.kind else {
            wrong_type(node, "a list", diags);
            return None;
        };
        Some(items.iter().filter_map(|item| T::decode(item, diags)).collect())
    }
}

impl<T: Decode> Decode for IndexMap<String, T> {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let Kind::Mapping(mapping) = &node.kind else {
            wrong_type(node, "a mapping", diags);
            return None;
        };
        let entries = mapping.entries().iter();
        Some(entries.filter_map(|entry| Some((entry.key.to_string(), T::decode(&entry.value, diags)?))).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::*;
    use crate::testing;

    /// Decodes the value of the only key of a text. If anything is refused, the message says why.
    fn decode<T: Decode>(value: &str) -> Result<T, String> {
        let mut diags = Diagnostics::default();
        let decoded = T::decode(testing::node(&format!("key: {value}\n")).get("key").unwrap(), &mut diags);
        assert!(decoded.is_some() || diags.has_errors(), "{value}");
        diags.iter().next().map_or_else(|| Ok(decoded.unwrap()), |finding| Err(finding.message.clone()))
    }

    #[track_caller]
    fn check<T: Decode + Debug + PartialEq>(value: &str, expected: Result<T, &str>) {
        assert_eq!(decode::<T>(value), expected.map_err(str::to_owned), "{value}");
    }

    #[test]
    fn whole_numbers_are_cast_from_decimal_digits() {
        check::<i64>("5", Ok(5));
        check::<i64>("-1", Ok(-1));
        check::<i64>("0x10", Ok(16));
        check::<i64>("1e2", Ok(100));
        check::<i64>("1.0", Ok(1));
        check::<i64>("\"+5\"", Ok(5));
        check::<i64>("\"010\"", Ok(10));
        check::<i64>("1.5", Err("expected a whole number, found a number"));
        for text in ["\"0x10\"", "\"1_0\"", "\"\"", "\"1.5\"", "\" 5\"", "\"99999999999999999999\""] {
            check::<i64>(text, Err("expected a whole number, found a string"));
        }
        check::<i64>("true", Err("expected a whole number, found the boolean `true`"));
        check::<i64>("", Err("expected a whole number, found nothing"));
        check::<i64>("[1]", Err("expected a whole number, found a list"));
    }

    #[test]
    fn truncated_numbers_lose_their_fraction() {
        check("1.5", Ok(Truncated(1)));
        check("-1.5", Ok(Truncated(-1)));
        check("1e3", Ok(Truncated(1000)));
        check("7", Ok(Truncated(7)));
        check("\"7\"", Ok(Truncated(7)));
        check("1e30", Ok(Truncated(i64::MIN)));
        check(".nan", Ok(Truncated(i64::MIN)));
        check::<Truncated>("\"1.5\"", Err("expected a whole number, found a string"));
    }

    #[test]
    fn truncated_counts_are_not_negative() {
        check("1.5", Ok(TruncatedCount(1)));
        check("\"7\"", Ok(TruncatedCount(7)));
        check("1e19", Ok(TruncatedCount(10_000_000_000_000_000_000)));
        check(".inf", Ok(TruncatedCount(1 << 63)));
        check("-0.0", Ok(TruncatedCount(0)));
        check::<TruncatedCount>("-0.5", Err("invalid value `-0.5`: it must be from 0 to 18446744073709551615"));
        check::<TruncatedCount>("-1", Err("invalid value `-1`: it must be from 0 to 18446744073709551615"));
    }

    #[test]
    fn unsigned_numbers_have_a_range() {
        check::<u16>("65535", Ok(65535));
        check::<u16>("65536", Err("invalid value `65536`: it must be from 0 to 65535"));
        check::<u32>("-1", Err("invalid value `-1`: it must be from 0 to 4294967295"));
        check::<u64>("18446744073709551615", Ok(u64::MAX));
        check::<u64>("\"12\"", Ok(12));
        check::<u64>("2.0", Ok(2));
        check::<u64>("1e30", Ok(1 << 63));
        check::<u64>("1.5", Err("expected a whole number, found a number"));
    }

    #[test]
    fn numbers_may_be_strings() {
        check("1.5", Ok(1.5));
        check("2", Ok(2.0));
        check("\"0.50\"", Ok(0.5));
        check::<f64>("\"x\"", Err("expected a number, found a string"));
        check::<f64>(".inf", Err("expected a number, found a number"));
    }

    #[test]
    fn booleans_have_words_in_any_case() {
        for text in ["true", "\"tRUE\"", "yes", "\"Y\"", "ON"] {
            check(text, Ok(true));
        }
        for text in ["FALSE", "\"no\"", "n", "Off"] {
            check(text, Ok(false));
        }
        check::<bool>("1", Err("expected `true` or `false`, found a number"));
        check::<bool>("t", Err("expected `true` or `false`, found a string"));
    }

    #[test]
    fn strings_are_not_cast_from_numbers() {
        check("a", Ok("a".to_owned()));
        check("\"1\"", Ok("1".to_owned()));
        check::<String>("1", Err("expected a string, found a number"));
        check::<String>("2001-01-01", Err("expected a string, found a date"));
        check::<String>("", Err("expected a string, found nothing"));
        check("0x10", Ok(StringOrNumber("16".to_owned())));
        check("1.50", Ok(StringOrNumber("1.5".to_owned())));
        check::<StringOrNumber>("true", Err("expected a string or a number, found the boolean `true`"));
    }

    #[test]
    fn one_value_is_a_list_of_one() {
        check("a", Ok(OneOrMany(vec!["a".to_owned()])));
        check("[a, b]", Ok(OneOrMany(vec!["a".to_owned(), "b".to_owned()])));
        check("[]", Ok(OneOrMany::<String>(vec![])));
        check::<OneOrMany<String>>("1", Err("expected a string, found a number"));
    }

    #[track_caller]
    fn check_pairs(value: &str, expected: &[(&str, Option<&str>)]) {
        let KeyValues(pairs) = decode(value).unwrap();
        let pairs: Vec<(&str, Option<&str>)> =
            pairs.iter().map(|(key, value)| (&**key, value.value.as_deref())).collect();
        assert_eq!(pairs, expected, "{value}");
    }

    #[test]
    fn pairs_are_a_mapping_or_a_list() {
        check_pairs(
            "{a: b, c: 1.50, d: True, e: , f: \"\"}",
            &[("a", Some("b")), ("c", Some("1.5")), ("d", Some("true")), ("e", None), ("f", Some(""))],
        );
        check_pairs("[a=b, c, d=, e=f=g, a=2]", &[("a", Some("2")), ("c", None), ("d", Some("")), ("e", Some("f=g"))]);
        check_pairs("[=a, '']", &[("", None)]);
        check::<KeyValues>("{'': a}", Err("the name is missing"));
        check::<KeyValues>("a=b", Err("expected a mapping or a list of `KEY=VALUE`, found a string"));
        let wanted = "expected a string, a number, a boolean or nothing";
        check::<KeyValues>("{a: [b]}", Err(&format!("{wanted}, found a list")));
        check::<KeyValues>("{a: 2001-01-01}", Err(&format!("{wanted}, found a date")));
    }
}
