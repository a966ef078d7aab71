//! `models` of a service.

use crate::source::Spanned;

/// How a service learns about an AI model; both variables have names that follow from the model's where none is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelUse {
    /// `endpoint_var`: the variable that holds the address.
    pub endpoint_var: Option<Spanned<String>>,
    /// `model_var`: the variable that holds the model's name.
    pub model_var: Option<Spanned<String>>,
}
