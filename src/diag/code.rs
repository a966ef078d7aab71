//! Stable names for kinds of findings, by which users allow and deny them, and what is to be said of each.

use std::str::FromStr;

use thiserror::Error;

use super::explain::Explanation;
use super::nearest::nearest;

/// What a kind of finding is about, and so what users may make of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nature {
    /// What cannot be translated: always an error.
    Mistake,
    /// What is not as the file says: mostly a warning.
    Loss,
    /// What is worth knowing: mostly a note. At some places it is a loss, or a mistake.
    Remark,
}

/// Declares [`Code`], its texts and its natures, so that a code stands in one place.
macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident = $text:literal: $nature:ident,)+) => {
        /// What kind of finding it is. The text of a code never changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])+ $name,)+ }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable text by which users name the code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            /// What is to be said of it.
            #[must_use]
            pub fn explanation(self) -> Explanation {
                match self { $(Self::$name => Explanation::of(include_str!(concat!("explain/", $text, ".md"))),)+ }
            }

            /// What findings of the code are about.
            #[must_use]
            pub const fn nature(self) -> Nature {
                match self { $(Self::$name => Nature::$nature,)+ }
            }
        }
    };
}

codes! {
    // Reading.
    /// The file is not YAML.
    Syntax = "syntax": Mistake,
    /// A file that is named cannot be read.
    Unreadable = "unreadable-file": Mistake,
    /// Nesting or aliases go beyond the bound.
    Limit = "limit": Mistake,
    /// A key stands twice in one mapping.
    DuplicateKey = "duplicate-key": Mistake,
    /// A `${…}` that cannot be understood, or a required variable that is missing.
    Interpolation = "interpolation": Mistake,
    /// A variable that is not set stands for nothing.
    UnsetVariable = "unset-variable": Loss,
    /// A key that Compose does not know.
    UnknownKey = "unknown-key": Remark,
    /// A value of another type than the key takes.
    WrongType = "wrong-type": Mistake,
    /// A value of the right type that makes no sense.
    InvalidValue = "invalid-value": Remark,
    /// A key that must be there.
    MissingKey = "missing-key": Remark,
    /// Keys that exclude each other, or contradict each other.
    Conflict = "conflict": Remark,
    /// A name that nothing defines.
    UndefinedName = "undefined-name": Mistake,
    /// Services that depend on themselves.
    Cycle = "cycle": Mistake,

    // Translating: what becomes of a key.
    /// ECS does something else that is close to it.
    Approximated = "approximated": Loss,
    /// ECS cannot do it; it is left out.
    Lost = "lost": Loss,
    /// A key has no effect on a service that is deployed.
    Irrelevant = "irrelevant": Remark,
    /// It cannot be left out without breaking the service.
    Refused = "refused": Mistake,

    // Translating: losses that somebody may take more or less seriously than the others.
    /// What a volume holds is gone when its task ends.
    EphemeralVolume = "ephemeral-volume": Loss,
    /// What a mount holds lies on one instance, and does not follow the task to another.
    InstanceStorage = "instance-storage": Loss,
    /// Something is reached, or may do things, from which the file keeps it.
    WeakerIsolation = "weaker-isolation": Loss,
    /// A port is published otherwise than the file says.
    PublishedPort = "published-port": Loss,
    /// ECS starts a container again when the file would not, or does not when the file would.
    RestartPolicy = "restart-policy": Loss,
    /// Output goes elsewhere than the file says.
    LogDriver = "log-driver": Loss,
    /// A health check runs otherwise than the file says, or not at all.
    HealthCheck = "health-check": Loss,
    /// An update or a rollback goes otherwise than the file says.
    Rollout = "rollout": Loss,
    /// A task may run where the file would not have it.
    Placement = "placement": Loss,
    /// Something does not wait for what it should wait for.
    LostOrder = "lost-order": Loss,
    /// An image that ECS has nowhere to pull from.
    UnpullableImage = "unpullable-image": Loss,

    // Translating: what the user may want to look at.
    /// A credential stands in `environment`, where everybody can read it.
    HardcodedSecret = "hardcoded-secret": Loss,
    /// A variable whose name many programs do not see.
    EnvironmentName = "environment-name": Loss,
    /// Something was concluded that the file does not say.
    Inferred = "inferred": Remark,
    /// A default stands in for what the file does not say.
    Defaulted = "defaulted": Remark,
    /// A source mount for development is left out.
    DevelopmentMount = "development-mount": Remark,
    /// A name of a peer that will not resolve.
    UnresolvedName = "unresolved-name": Loss,
    /// Which services share a task cannot be settled.
    Grouping = "grouping": Mistake,
    /// A readiness wait was replaced by ordering.
    WaitRemoved = "wait-removed": Remark,
    /// A readiness wait stays as written.
    WaitKept = "wait-kept": Remark,
    /// A readiness wait stays, and asks something else.
    WaitRewritten = "wait-rewritten": Remark,
    /// What AWS needs to know and no flag says.
    MissingOption = "missing-option": Remark,
    /// What is committed is not what the project translates to.
    OutOfDate = "out-of-date": Mistake,
    /// The result would break a rule of ECS.
    EcsRule = "ecs-rule": Mistake,
}

/// There is no such code.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no such code{}", nearest.map(|code| format!(": did you mean `{}`?", code.as_str())).unwrap_or_default())]
pub struct UnknownCode {
    /// The code that was meant, it seems.
    pub nearest: Option<Code>,
}

impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let find = |text: &str| Self::ALL.iter().copied().find(|code| code.as_str() == text);
        let suggested = || nearest(text, Self::ALL.iter().map(|code| code.as_str())).and_then(find);
        find(text).ok_or_else(|| UnknownCode { nearest: suggested() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_by_its_text() {
        for code in Code::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
        }
    }

    #[test]
    fn a_misspelt_code_is_told_what_is_near() {
        let message = |text: &str| text.parse::<Code>().unwrap_err().to_string();
        assert_eq!(message("losst"), "there is no such code: did you mean `lost`?");
        assert_eq!(message("colour"), "there is no such code");
    }

    #[test]
    fn codes_are_words_with_hyphens() {
        for code in Code::ALL {
            let text = code.as_str();
            assert!(
                text.split('-').all(|word| !word.is_empty() && word.bytes().all(|letter| letter.is_ascii_lowercase()))
            );
        }
    }
}
