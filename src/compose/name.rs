//! Names that Compose gives to things.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The name of a service.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceName(String);

/// The name of a project: `[a-z0-9][a-z0-9_-]*`.
// Invariant: it has that form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectName(String);

/// Why a text is no name of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
#[error("a project's name consists of `a` to `z`, digits, `-` and `_`, and starts with a letter or a digit")]
pub struct ProjectNameError;

impl ServiceName {
    /// A service's name, as the file writes it.
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// Whether Compose takes a text for the name of a service: letters of any case, digits, `.`, `_` and `-`.
    #[must_use]
    pub fn is_valid(name: &str) -> bool {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for ServiceName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ServiceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ProjectName {
    /// Makes a name of a directory or of `name:`, by leaving out what a name cannot hold; nothing may be left.
    #[must_use]
    pub fn normalise(text: &str) -> Option<Self> {
        let lower = text.to_lowercase();
        let allowed: String = lower.chars().filter(|next| is_inner(*next)).collect();
        allowed.trim_start_matches(['-', '_']).parse().ok()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a project's name may hold a character behind its first.
fn is_inner(character: char) -> bool {
    matches!(character, 'a'..='z' | '0'..='9' | '-' | '_')
}

impl FromStr for ProjectName {
    type Err = ProjectNameError;

    /// Takes a name that is one already, from `-p` or `COMPOSE_PROJECT_NAME`.
    fn from_str(text: &str) -> Result<Self, ProjectNameError> {
        let valid = text.chars().all(is_inner) && !text.is_empty() && !text.starts_with(['-', '_']);
        valid.then(|| Self(text.to_owned())).ok_or(ProjectNameError)
    }
}

impl fmt::Display for ProjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
