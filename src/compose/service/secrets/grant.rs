//! Entries of `secrets` and `configs`: `db_password`, or `{source: db_password, target: /etc/pw, mode: 0440}`.

use std::borrow::Cow;
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use indexmap::IndexMap;

use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::keys::{Decode, Keys, wrong_type};
use crate::yaml::resolve::Value;
use crate::yaml::{Kind, Node, Scalar};

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

/// Of several entries with one path the last, in the place of the first.
pub(super) fn last_of_each(
    grants: Vec<Spanned<FileGrant>>,
    path: impl Fn(&FileGrant) -> Cow<'_, str>,
) -> Vec<Spanned<FileGrant>> {
    let by_path: IndexMap<String, Spanned<FileGrant>> =
        grants.into_iter().map(|grant| (path(&grant.value).into_owned(), grant)).collect();
    by_path.into_values().collect()
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
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}0{:o}", self.0.unsigned_abs())
    }
}

impl Decode for FileMode {
    /// A number, which is as YAML reads it, or a string of octal digits.
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        match node.as_scalar().map(Scalar::value) {
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
