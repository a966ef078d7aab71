//! The type of a scalar, as the YAML reader of Docker Compose (go-yaml 3) sees it.
//!
//! The rules are YAML 1.2's with leftovers of 1.1: `0755` is octal, `1_000` is a number, `yes` is a string.

use std::borrow::Cow;

use super::{Form, Scalar};

/// A scalar with its type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value<'a> {
    /// `~`, `null` or no text.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i128),
    /// A number with a fraction or an exponent, or a whole one beyond 64 bits.
    Float(f64),
    /// A date or a time, which Compose takes nowhere.
    Timestamp(&'a str),
    /// A string.
    String(&'a str),
}

impl Scalar {
    /// The value with its type. Only plain scalars can be anything but strings.
    #[must_use]
    pub(crate) fn value(&self) -> Value<'_> {
        match self.form {
            Form::Plain => plain(&self.text),
            Form::Quoted | Form::Substituted => Value::String(&self.text),
        }
    }
}

impl<'a> Value<'a> {
    /// The value as text, printed as Go's `%v` does. That is how Compose makes strings of numbers: `1.50` is `1.5`.
    #[must_use]
    pub(crate) fn to_go_string(self) -> Cow<'a, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Bool(true) => Cow::Borrowed("true"),
            Self::Bool(false) => Cow::Borrowed("false"),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Float(number) => Cow::Owned(go_float(number)),
            Self::Timestamp(text) | Self::String(text) => Cow::Borrowed(text),
        }
    }
}

/// A number as Go's `%v` prints it: the shortest digits that read back, with an exponent if it is below -4 or above 5.
fn go_float(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..EXPONENT_FROM).contains(&exponent) {
        return number.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
}

/// The exponent from which on it is written. It is 6 whatever the number of digits.
const EXPONENT_FROM: i32 = 6;

/// Resolves a plain scalar.
pub(crate) fn plain(text: &str) -> Value<'_> {
    let Some(first) = text.bytes().next() else { return Value::Null };
    match first {
        b'~' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' => word(text),
        b'.' => dotted(text),
        b'+' | b'-' | b'0'..=b'9' => number(text),
        _ => Value::String(text),
    }
}

/// The words that are not strings.
fn word(text: &str) -> Value<'_> {
    match text {
        "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => Value::String(text),
    }
}

/// What starts with a dot: a fraction, infinity, or not a number.
fn dotted(text: &str) -> Value<'_> {
    match text {
        ".inf" | ".Inf" | ".INF" => return Value::Float(f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Value::Float(f64::NAN),
        _ => {}
    }
    // Underscores separate digits only, here.
    let separated = text.split('_').skip(1).all(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()))
        && text.split('_').rev().skip(1).all(|before| before.ends_with(|digit: char| digit.is_ascii_digit()));
    let float = separated.then(|| float(&without_underscores(text))).flatten();
    float.map_or(Value::String(text), Value::Float)
}

/// What starts with a digit or a sign.
fn number(text: &str) -> Value<'_> {
    match text {
        "+.inf" | "+.Inf" | "+.INF" => return Value::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Value::Float(f64::NEG_INFINITY),
        _ => {}
    }
    if is_timestamp(text) {
        return Value::Timestamp(text);
    }
    let digits = without_underscores(text);
    integer(&digits)
        .map(Value::Integer)
        .or_else(|| float(&digits).map(Value::Float))
        .or_else(|| inner_sign(&digits).map(Value::Integer))
        .unwrap_or(Value::String(text))
}

/// The digits of a number, between which `_` may stand.
fn without_underscores(text: &str) -> Cow<'_, str> {
    if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) }
}

/// A whole number of 64 bits. Only numbers without a sign use the 64th bit for their size.
fn integer(text: &str) -> Option<i128> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (digits, radix) = match unsigned.strip_prefix('0') {
        None => (unsigned, 10),
        Some("") => return Some(0),
        Some(rest) => match rest.split_at_checked(1) {
            Some(("b" | "B", digits)) => (digits, 2),
            Some(("o" | "O", digits)) => (digits, 8),
            Some(("x" | "X", digits)) => (digits, 16),
            _ => (rest, 8),
        },
    };
    if !digits.starts_with(|digit: char| digit.is_digit(radix)) {
        return None;
    }
    let magnitude = i128::from(u64::from_str_radix(digits, radix).ok()?);
    let number = if text.starts_with('-') { -magnitude } else { magnitude };
    let signed = unsigned.len() < text.len();
    (!signed || i64::try_from(number).is_ok()).then_some(number)
}

/// A number with the sign behind the prefix, `0b-101`, which go-yaml happens to read.
fn inner_sign(text: &str) -> Option<i128> {
    let radix = match text.get(..2)? {
        "0b" => 2,
        "0o" => 8,
        _ => return None,
    };
    i64::from_str_radix(text.get(2..)?, radix).ok().map(i128::from)
}

/// A decimal number with a fraction or an exponent; one that is too large is none.
fn float(text: &str) -> Option<f64> {
    let numeric = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-');
    if !text.bytes().all(numeric) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Whether a text is `2006-1-2`, or that with a time.
fn is_timestamp(text: &str) -> bool {
    let mut rest = text;
    timestamp(&mut rest).is_some() && rest.is_empty()
}

/// Takes a date and a time, as far as there is one, from the front of a text.
fn timestamp(rest: &mut &str) -> Option<()> {
    let (year, behind) = rest.split_at_checked(4).filter(|(year, _)| year.bytes().all(|byte| byte.is_ascii_digit()))?;
    *rest = behind;
    literal(rest, '-')?;
    let month = up_to_two_digits(rest).filter(|month| (1..=12).contains(month))?;
    literal(rest, '-')?;
    let days = days(year.parse().ok()?, month);
    up_to_two_digits(rest).filter(|day| (1..=days).contains(day))?;
    let Some(separator) = rest.chars().next() else { return Some(()) };
    literal(rest, separator)?;
    up_to_two_digits(rest).filter(|hour| *hour < 24)?;
    for _ in ["minute", "second"] {
        literal(rest, ':')?;
        up_to_two_digits(rest).filter(|part| *part < 60)?;
    }
    if let Some(fraction) = rest.strip_prefix(['.', ',']).filter(|fraction| fraction.starts_with(is_digit)) {
        *rest = fraction.trim_start_matches(is_digit);
    }
    match separator {
        ' ' => Some(()),
        'T' | 't' => zone(rest),
        _ => None,
    }
}

/// Takes `Z`, or hours and minutes with a sign.
fn zone(rest: &mut &str) -> Option<()> {
    if literal(rest, 'Z').is_some() {
        return Some(());
    }
    literal(rest, '+').or_else(|| literal(rest, '-'))?;
    let (hours, behind) = rest.split_once(':')?;
    let (minutes, behind) = behind.split_at_checked(2)?;
    let part = |part: &str, limit: u32| {
        part.len() == 2 && part.chars().all(is_digit) && part.parse::<u32>().is_ok_and(|part| part <= limit)
    };
    *rest = behind;
    (part(hours, 24) && part(minutes, 60)).then_some(())
}

/// Takes one character.
fn literal(rest: &mut &str, wanted: char) -> Option<()> {
    *rest = rest.strip_prefix(wanted)?;
    Some(())
}

/// Takes a number of one or two digits.
fn up_to_two_digits(rest: &mut &str) -> Option<u32> {
    let length = rest.chars().take(2).take_while(|digit| is_digit(*digit)).count();
    let (digits, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    digits.parse().ok()
}

/// Whether a character is a decimal digit.
fn is_digit(character: char) -> bool {
    character.is_ascii_digit()
}

/// How many days a month has.
fn days(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What Docker Compose printed for the scalar as a value in `environment`, and the scalar's type.
    #[track_caller]
    fn check(kind: &str, scalars: &[(&str, &str)]) {
        for (text, printed) in scalars {
            let value = plain(text);
            let found = match value {
                Value::Null => "null",
                Value::Bool(_) => "bool",
                Value::Integer(_) => "integer",
                Value::Float(_) => "float",
                Value::Timestamp(_) => "timestamp",
                Value::String(_) => "string",
            };
            assert_eq!((found, &*value.to_go_string()), (kind, *printed), "{text}");
        }
    }

    /// The same for scalars that are printed as they are written.
    #[track_caller]
    fn check_unchanged(kind: &str, scalars: &[&str]) {
        let pairs: Vec<(&str, &str)> = scalars.iter().map(|text| (*text, *text)).collect();
        check(kind, &pairs);
    }

    #[test]
    fn words_are_null_or_boolean_only_in_three_spellings() {
        check("null", &[("", ""), ("~", ""), ("null", ""), ("Null", ""), ("NULL", "")]);
        check("bool", &[("true", "true"), ("True", "true"), ("TRUE", "true")]);
        check("bool", &[("false", "false"), ("False", "false"), ("FALSE", "false")]);
        check_unchanged(
            "string",
            &["yes", "no", "on", "off", "y", "n", "Yes", "NO", "tRue", "nUll", "~~", "nul", "trues"],
        );
    }

    #[test]
    fn whole_numbers_have_four_radices() {
        check(
            "integer",
            &[("0", "0"), ("-0", "0"), ("+0", "0"), ("00", "0"), ("12", "12"), ("+12", "12"), ("-12", "-12")],
        );
        check("integer", &[("0755", "493"), ("0o755", "493"), ("0O755", "493"), ("-0o17", "-15"), ("010", "8")]);
        check("integer", &[("0x1F", "31"), ("0X1F", "31"), ("-0x1F", "-31"), ("+0x1f", "31")]);
        check("integer", &[("0b101", "5"), ("0B11", "3"), ("-0b1", "-1"), ("+0b1", "1"), ("-0B11", "-3")]);
        check("integer", &[("0b-101", "-5"), ("0o-7", "-7"), ("0b+1", "1")]);
        check_unchanged("string", &["0x", "0b", "0o", "0b2", "0o8", "0xg", "-", "--1", "+-1", "0x-1"]);
    }

    #[test]
    fn underscores_in_numbers_are_ignored() {
        check("integer", &[("1_000", "1000"), ("1_", "1"), ("1__0", "10"), ("0x_1F", "31"), ("0x1_F", "31")]);
        check("integer", &[("+_1", "1"), ("-_1", "-1"), ("0b_1", "1"), ("0_1", "1")]);
        check("float", &[("685_230.15", "685230.15"), ("0_8", "8"), (".5_0", "0.5")]);
        check_unchanged("string", &["_1", "0x_", "._5", ".5_", ".5__0"]);
    }

    #[test]
    fn whole_numbers_have_64_bits() {
        check_unchanged("integer", &["9223372036854775807", "9223372036854775808", "18446744073709551615"]);
        check_unchanged("integer", &["-9223372036854775808"]);
        check(
            "integer",
            &[("0x8000000000000000", "9223372036854775808"), ("-0x8000000000000000", "-9223372036854775808")],
        );
        check("integer", &[("01777777777777777777777", "18446744073709551615")]);
        check("float", &[("18446744073709551616", "1.8446744073709552e+19"), ("99999999999999999999999", "1e+23")]);
        check("float", &[("+18446744073709551615", "1.8446744073709552e+19")]);
        check("float", &[("-9223372036854775809", "-9.223372036854776e+18"), ("02000000000000000000000", "2e+21")]);
        check_unchanged("string", &["0x10000000000000000", "0xFFFFFFFFFFFFFFFFF"]);
    }

    #[test]
    fn fractions_and_exponents_make_floats() {
        check("float", &[("1.0", "1"), ("1.10", "1.1"), ("3.8", "3.8"), ("1.", "1"), (".5", "0.5"), ("+.5", "0.5")]);
        check("float", &[("-.5", "-0.5"), ("+1.", "1"), ("1.e3", "1000"), (".5e3", "500"), ("1E3", "1000")]);
        check("float", &[("1e3", "1000"), ("12e03", "12000"), ("12e+03", "12000"), ("0e0", "0"), ("1e-400", "0")]);
        check(
            "float",
            &[("08", "8"), ("089", "89"), ("0888", "888"), ("08.5", "8.5"), ("0089.5", "89.5"), ("08e1", "80")],
        );
        check(
            "float",
            &[
                (".inf", "+Inf"),
                (".Inf", "+Inf"),
                ("+.INF", "+Inf"),
                ("-.inf", "-Inf"),
                (".nan", "NaN"),
                (".NaN", "NaN"),
            ],
        );
        check_unchanged("string", &[".", "..", ".e3", "1e", "9e", "1e+", "1e3.5", "0x1.8p1", "1.2.3", "0.0.0.0"]);
        check_unchanged("string", &["1e400", "-1e400", ".iNF", "+.nan", "nan", "inf", "Inf", "-inf", "infinity"]);
        check_unchanged("string", &["1:30", "22:22", "190:20:30", "1,5", "1-2", "-x", "80:80", "1.5g"]);
    }

    #[test]
    fn floats_print_as_in_go() {
        check("float", &[("1.50", "1.5"), ("1000000.0", "1e+06"), ("123456789.123", "1.23456789123e+08")]);
        check("float", &[("100000.5", "100000.5"), ("123456.0", "123456"), ("1e5", "100000"), ("1e6", "1e+06")]);
        check("float", &[("1e20", "1e+20"), ("1e21", "1e+21"), ("12345678.0", "1.2345678e+07"), ("2e300", "2e+300")]);
        check("float", &[("0.0001", "0.0001"), ("0.00001", "1e-05"), ("1e-7", "1e-07"), ("1.5e-10", "1.5e-10")]);
        check("float", &[("-0.0", "-0"), ("0.1", "0.1"), ("6.02e+23", "6.02e+23"), ("6.02e23", "6.02e+23")]);
    }

    #[test]
    fn dates_are_timestamps() {
        check_unchanged("timestamp", &["2001-12-14", "2001-1-1", "2004-02-29", "2000-2-29"]);
        check_unchanged("timestamp", &["2001-12-14T21:59:43Z", "2001-12-14t21:59:43.10-05:00", "2001-12-14T1:2:3Z"]);
        check_unchanged("timestamp", &["2001-12-14 21:59:43.10", "2001-12-14 21:59:43", "2001-12-14 1:2:3,5"]);
        check_unchanged("string", &["2001-13-1", "2001-2-29", "1900-2-29", "2001-001-1", "20010-1-1", "2001-1-1x"]);
        check_unchanged("string", &["2001-12-14 21:59:43.10 -5", "2001-12-14T21:59:43", "2001-12-14T21:59:43+0500"]);
        check_unchanged("string", &["2001-12-14T24:00:00Z", "2001-12-14T21:59:43+25:00", "2001-12-14 21:59:43Z"]);
        check_unchanged("string", &["2001-", "2001-1", "2001-1-", "2001-1-1 ", "2001-1-1T", "201é-1-1"]);
    }

    proptest! {
        #[test]
        fn resolving_never_panics(text in "\\PC*") {
            let _ = plain(&text).to_go_string();
        }

        #[test]
        fn resolving_numbers_never_panics(text in "[-+.0-9_:eExXbBoOTtZ ]{0,24}") {
            let _ = plain(&text).to_go_string();
        }

        #[test]
        fn floats_read_back(number: f64) {
            let printed = Value::Float(number).to_go_string();
            prop_assert!(printed.contains("Inf") || printed == "NaN" || printed.parse() == Ok(number));
        }
    }
}
