//! The user's own keys, `x-*`, with values of any form.
//!
//! JSON has those at the top of the file only; YAML has them wherever Compose takes them.

use super::value::{Fields, Value};
use super::yaml::order::natural;
use super::{Context, Format};
use crate::source::Span;
use crate::yaml::resolve::Value as Resolved;
use crate::yaml::{Kind, Node, Scalar};

/// The user's own keys at the top of the file.
pub(super) fn project<'p>(context: &Context<'p>) -> Fields<'p> {
    context.project.places.node(&[]).map(|node| of(node, context)).unwrap_or_default()
}

/// The user's own keys in the mapping under a path.
pub(super) fn fields<'p>(path: &[&str], context: &Context<'p>) -> Fields<'p> {
    inner(context.project.places.node(path), context)
}

/// The user's own keys in a mapping that stands in the list under a path.
pub(super) fn item_fields<'p>(path: &[&str], place: Span, context: &Context<'p>) -> Fields<'p> {
    inner(context.project.places.item(path, place), context)
}

/// The user's own keys in a mapping somewhere in the file.
pub(super) fn inner<'p>(node: Option<&'p Node>, context: &Context<'p>) -> Fields<'p> {
    match context.options.format {
        Format::Yaml => node.map(|node| of(node, context)).unwrap_or_default(),
        Format::Json => Fields::default(),
    }
}

/// The user's own keys in a mapping.
fn of<'p>(node: &'p Node, context: &Context<'p>) -> Fields<'p> {
    let own = node.entries().iter().filter(|entry| entry.key.starts_with("x-"));
    let mut fields = Fields::default();
    for (key, node) in natural(own.map(|entry| (&*entry.key, &*entry.value))) {
        fields.put(key, value(node, context));
    }
    fields
}

/// A value of any form, with the types that YAML gives to what is written without quotes.
fn value<'p>(node: &'p Node, context: &Context<'p>) -> Value<'p> {
    match &node.kind {
        Kind::Scalar(scalar) => self::scalar(scalar),
        // Docker Compose keeps no list where there is nothing to be listed, which its JSON tells apart.
        Kind::Sequence(items) if items.is_empty() && context.options.format == Format::Json => Value::Null,
        Kind::Sequence(items) => Value::List(items.iter().map(|item| value(item, context)).collect()),
        Kind::Mapping(mapping) => {
            Value::sorted(mapping.entries().iter().map(|entry| (&*entry.key, value(&entry.value, context))))
        }
    }
}

/// A scalar, with the type that YAML gives it.
pub(super) fn scalar(scalar: &Scalar) -> Value<'_> {
    match scalar.value() {
        Resolved::Null => Value::Null,
        Resolved::Bool(flag) => Value::Bool(flag),
        Resolved::Integer(number) => Value::Integer(number),
        Resolved::Float(number) => Value::Float(number),
        Resolved::Timestamp(text) => Value::Timestamp(moment(text)),
        Resolved::String(text) => text.into(),
    }
}

/// A date, or a date and a time, in the form of RFC 3339: two digits for each part, no zeros at the end of a fraction.
fn moment(text: &str) -> String {
    let (date, time) = text.split_once(['T', 't', ' ']).unwrap_or((text, "0:0:0"));
    let (clock, zone) = match time.find(['Z', '+', '-']) {
        Some(start) => time.split_at(start),
        None => (time, "Z"),
    };
    let zone = if zone.ends_with("00:00") { "Z" } else { zone };
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, ""));
    let fraction = fraction.get(..9).unwrap_or(fraction).trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    let two_digits = |parts: &str, separator: char| {
        let parts = parts.split(separator).map(|part| format!("{part:0>2}"));
        parts.collect::<Vec<_>>().join(&separator.to_string())
    };
    format!("{}T{}{point}{fraction}{zone}", two_digits(date, '-'), two_digits(clock, ':'))
}

#[cfg(test)]
mod tests {
    use crate::config::{ConfigOptions, Format, document};
    use crate::testing::load;

    /// The end of the model of a file with some keys at its top, from the first of the user's own on.
    #[track_caller]
    fn check(text: &str, format: Format, expected: &str) {
        let (project, _) = load(&format!("{text}\nservices: {{a: {{image: x}}}}"));
        let options = ConfigOptions { format, ..ConfigOptions::default() };
        let printed = document(&project.expect("the file is sound"), options);
        let start = printed.find("\"x-").expect("keys are printed");
        let own = printed.get(start..).unwrap_or_default();
        assert_eq!(own.split_whitespace().collect::<String>(), format!("{expected}}}"));
    }

    #[test]
    fn values_have_the_types_of_yaml() {
        check("x-a: [yes, true, 0755, 1_000, ~, '1']", Format::Json, r#""x-a":["yes",true,493,1000,null,"1"]"#);
        check("x-a: {b: 1.0, a: 1e6, c: .5}", Format::Json, r#""x-a":{"a":1000000,"b":1,"c":0.5}"#);
    }

    #[test]
    fn a_size_decides_on_the_exponent() {
        check("x-a: [1e20, 1e21, -1.5e300]", Format::Json, r#""x-a":[100000000000000000000,1e+21,-1.5e+300]"#);
        check("x-a: [1e-6, 1.5e-7, -0.0]", Format::Json, r#""x-a":[0.000001,1.5e-7,-0]"#);
    }

    #[test]
    fn moments_are_written_in_one_form() {
        check("x-a: [2001-12-14, 2001-1-2]", Format::Json, r#""x-a":["2001-12-14T00:00:00Z","2001-01-02T00:00:00Z"]"#);
        check("x-a: 2001-12-14t1:59:43.10-05:00", Format::Json, r#""x-a":"2001-12-14T01:59:43.1-05:00""#);
        check("x-a: 2001-12-14T21:59:43.000+00:00", Format::Json, r#""x-a":"2001-12-14T21:59:43Z""#);
        check("x-a: 2001-12-14 21:59:43.123", Format::Json, r#""x-a":"2001-12-14T21:59:43.123Z""#);
    }

    #[test]
    fn json_has_no_empty_lists() {
        check("x-a: [[], {}]", Format::Json, r#""x-a":[null,{}]"#);
        check("x-b: \nx-a: []", Format::Json, r#""x-a":null,"x-b":null"#);
    }
}
