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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(ProjectName::normalise(text).as_ref().map(ProjectName::as_str), expected);
    }

    #[test]
    fn a_project_is_named_after_what_is_allowed_of_a_text() {
        check("web", Some("web"));
        check("My.App", Some("myapp"));
        check("_a", Some("a"));
        check("-a", Some("a"));
        check("a_", Some("a_"));
        check("A B", Some("ab"));
        check("ÄB", Some("b"));
        check("123", Some("123"));
        check("K1", Some("k1"));
        check("İx", Some("ix"));
        check("a--b", Some("a--b"));
        check("..", None);
        check("_-", None);
        check("日本", None);
        check("", None);
    }

    #[test]
    fn a_given_name_must_be_one() {
        for text in ["web", "a_", "123", "a--b", "a__b"] {
            assert_eq!(text.parse::<ProjectName>().unwrap().as_str(), text);
        }
        for text in ["My.App", "_a", "-a", "A B", "ÄB", "..", "Web-1", ""] {
            assert_eq!(text.parse::<ProjectName>(), Err(ProjectNameError));
        }
    }

    #[test]
    fn a_service_is_named_with_letters_digits_and_three_signs() {
        assert!(["a", "A", "-a", "_a", ".a", "a.b", "1", "x-a"].into_iter().all(ServiceName::is_valid));
        assert!(!["a b", "ä", "a/b", "", "a$"].into_iter().any(ServiceName::is_valid));
    }

    proptest! {
        #[test]
        fn what_was_made_a_name_is_one(text in ".{0,20}") {
            if let Some(name) = ProjectName::normalise(&text) {
                prop_assert_eq!(name.as_str().parse::<ProjectName>(), Ok(name.clone()));
                prop_assert_eq!(ProjectName::normalise(name.as_str()), Some(name));
            }
        }
    }
}
