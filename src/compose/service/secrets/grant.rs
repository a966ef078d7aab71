//! Entries of `secrets` and `configs`: `db_password`, or `{source: db_password, target: /etc/pw, mode: 0440}`.

use std::borrow::Cow;
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::keys::{Decode, Keys, wrong_type};
use crate::yaml::resolve::Value;
use crate::yaml::{Kind, Node};

/// A secret or config that appears as a file in the container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileGrant {
    /// `source`: the key of the top-level secret or config.
    pub source: Spanned<String>,
    /// `target`: the file's path.
    pub target: Option<Spanned<String>>,
    /// `uid`: whose file it is.
    pub uid: Option<Spanned<String>>,
    /// `gid`: whose group's file it is.
    pub gid: Option<Spanned<String>>,
    /// `mode`: its permissions.
    pub mode: Option<Spanned<FileMode>>,
}

/// Permissions of a file: the number behind `0440`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileMode(pub i64);

impl FileGrant {
    /// Where a secret appears: `/run/secrets/SOURCE`, if nothing else is said.
    #[must_use]
    pub fn secret_path(&self) -> Cow<'_, str> {
        match self.target() {
            Some(target) if target.starts_with('/') => Cow::Borrowed(target),
            Some(name) => Cow::Owned(format!("/run/secrets/{name}")),
            None => Cow::Owned(format!("/run/secrets/{}", self.source.value)),
        }
    }

    /// Where a config appears: `/SOURCE`, if nothing else is said.
    #[must_use]
    pub fn config_path(&self) -> Cow<'_, str> {
        match self.target() {
            Some(target) if target.starts_with('/') => Cow::Borrowed(target),
            Some(name) => Cow::Owned(format!("/{name}")),
            None => Cow::Owned(format!("/{}", self.source.value)),
        }
    }

    /// The target, if one is written; an empty one says nothing.
    fn target(&self) -> Option<&str> {
        self.target.as_ref().map(|target| target.value.as_str()).filter(|target| !target.is_empty())
    }
}

impl Decode for FileGrant {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let Kind::Mapping(_) = &node.kind else {
            let source = Spanned::decode(node, diags)?;
            return Some(Self { source, target: None, uid: None, gid: None, mode: None });
        };
        let mut keys = Keys::of(node, diags)?;
        let source = keys.require("source", diags);
        let (target, uid, gid) = (keys.take("target", diags), keys.take("uid", diags), keys.take("gid", diags));
        let mode = keys.take("mode", diags);
        keys.finish("a secret or config of a service", diags);
        Some(Self { source: source?, target, uid, gid, mode })
    }
}

impl FromStr for FileMode {
    type Err = ParseIntError;

    /// Reads octal digits, with or without a leading zero.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        i64::from_str_radix(text, 8).map(Self)
    }
}

impl fmt::Display for FileMode {
    /// Writes the digits behind a zero; a sign stands between, as in the reference.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "0{sign}{:o}", self.0.unsigned_abs())
    }
}

impl Decode for FileMode {
    /// A number, which is as YAML reads it, or a string of octal digits.
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match node.value() {
            Some(Value::Integer(number)) => {
                if let Ok(number) = i64::try_from(number) {
                    return Some(Self(number));
                }
            }
            Some(Value::String(text)) => {
                let mode = text.parse();
                if mode.is_err() {
                    let message = format!("invalid value `{text}`: permissions are octal digits, such as `0440`");
                    diags.error(Code::InvalidValue, node.span, message);
                }
                return mode.ok();
            }
            _ => {}
        }
        wrong_type(node, "permissions, such as `0440`", diags);
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{messages, service};

    /// The paths and modes of a service's secrets, or what is found in them.
    #[track_caller]
    fn check(secrets: &str, expected: &str) {
        let (service, diags) = service(&format!("secrets: {secrets}"));
        let show = |grant: &Spanned<FileGrant>| {
            let FileGrant { source, target: _, uid, gid, mode } = &grant.value;
            let owner =
                |id: &Option<Spanned<String>>| id.as_ref().map(|id| format!(" {}", id.value)).unwrap_or_default();
            let mode = mode.map(|mode| format!(" {}", mode.value)).unwrap_or_default();
            format!("{}={}{}{}{mode}", source.value, grant.value.secret_path(), owner(uid), owner(gid))
        };
        let shown = service.secrets.secrets.iter().map(show).collect::<Vec<_>>().join(", ");
        assert_eq!(if diags.iter().next().is_some() { messages(&diags) } else { shown }, expected);
    }

    #[test]
    fn a_secret_appears_under_run_secrets() {
        check("[s]", "s=/run/secrets/s");
        check("[{source: s}]", "s=/run/secrets/s");
        check("[{source: s, target: ''}]", "s=/run/secrets/s");
        check("[{source: s, target: t}]", "s=/run/secrets/t");
        check("[{source: s, target: /etc/t}]", "s=/etc/t");
    }

    #[test]
    fn a_mode_is_a_number_or_octal_digits() {
        check("[{source: s, uid: '5', gid: '6', mode: 0440}]", "s=/run/secrets/s 5 6 0440");
        check("[{source: s, mode: '0440'}]", "s=/run/secrets/s 0440");
        check("[{source: s, mode: 440}]", "s=/run/secrets/s 0670");
        check("[{source: s, mode: '+7'}]", "s=/run/secrets/s 07");
        check("[{source: s, mode: 0}]", "s=/run/secrets/s 00");
        check(
            "[{source: s, mode: '292'}]",
            "error[invalid-value]: invalid value `292`: permissions are octal digits, such as `0440`",
        );
        check("[{source: s, mode: 2.0}]", "error[wrong-type]: expected permissions, such as `0440`, found a number");
    }

    #[test]
    fn an_owner_is_a_string() {
        check("[{source: s, uid: 5}]", "error[wrong-type]: expected a string, found a number");
    }

    #[test]
    fn a_source_is_there() {
        check("[{target: t}]", "error[missing-key]: `source` is missing");
        check("[5]", "error[wrong-type]: expected a string, found a number");
    }

    #[test]
    fn a_config_appears_at_the_root() {
        let text = "configs: [c, {source: d, target: e}, {source: f, target: /etc/f}]";
        let configs = service(text).0.secrets.configs;
        let paths: Vec<Cow<'_, str>> = configs.iter().map(|grant| grant.value.config_path()).collect();
        assert_eq!(paths, ["/c", "/e", "/etc/f"]);
    }

    proptest! {
        #[test]
        fn a_mode_that_is_printed_reads_back(number in 0_i64..) {
            let mode = FileMode(number);
            prop_assert_eq!(mode.to_string().parse(), Ok(mode));
        }

        #[test]
        fn any_text_is_a_mode_or_none(text in ".*") {
            let _ = text.parse::<FileMode>();
        }
    }
}
