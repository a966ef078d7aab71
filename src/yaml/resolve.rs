//! The type of a scalar, as the YAML reader of Docker Compose (go-yaml 3) sees it.

use super::{Form, Scalar};

/// A scalar with its type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
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
    pub fn value(&self) -> Value<'_> {
        match self.form {
            Form::Plain => plain(&self.text),
            Form::Quoted | Form::Substituted => Value::String(&self.text),
        }
    }
}

/// Resolves a plain scalar.
fn plain(text: &str) -> Value<'_> {
    Value::String(text)
}
