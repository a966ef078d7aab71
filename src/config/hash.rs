//! A hash of the configuration of a service, by which Docker Compose knows that a container is out of date.

use thiserror::Error;

use super::value::{Fields, Value};
use super::{ConfigOptions, Context, Format, json, path, service};
use crate::compose::name::ServiceName;
use crate::compose::service::Service;
use crate::compose::service::process::EnvFile;
use crate::diag::nearest::nearest;
use crate::digest::sha256;

/// Why a service has no hash.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HashError {
    /// Nothing defines it.
    #[error("service `{name}`, whose hash is asked for, is not defined{}", suggestion(nearest.as_deref()))]
    Undefined {
        /// What was asked for.
        name: String,
        /// What might have been meant.
        nearest: Option<String>,
    },
    /// None of its profiles is active.
    #[error("service `{name}`, whose hash is asked for, is not active: it is with `--profile {profile}`")]
    Inactive {
        /// What was asked for.
        name: String,
        /// A profile that makes it active.
        profile: String,
    },
}

/// What might have been meant, behind a message.
fn suggestion(nearest: Option<&str>) -> String {
    nearest.map(|name| format!(": did you mean `{name}`?")).unwrap_or_default()
}

/// What a hash does not depend on: how the image is made, and how many run, and when.
const WITHOUT: &[&str] = &["build", "pull_policy", "scale", "depends_on", "profiles"];

/// The services and their hashes, sorted; all without `names`.
pub(super) fn hashes(names: &[String], context: &Context<'_>) -> Result<Vec<(String, String)>, HashError> {
    let project = context.project;
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    if names.is_empty() {
        names.extend(project.services.keys().map(ServiceName::as_str));
    }
    names.sort_unstable();
    let hash_of = |name: &str| match (project.services.get(name), project.inactive.get(name)) {
        (Some(service), _) => Ok((name.to_owned(), hash(service, context))),
        (None, Some(profiles)) => {
            let profile = profiles.first().cloned().unwrap_or_default();
            Err(HashError::Inactive { name: name.to_owned(), profile })
        }
        (None, None) => {
            let candidates = project.services.keys().chain(project.inactive.keys()).map(ServiceName::as_str);
            let nearest = nearest(name, candidates).map(str::to_owned);
            Err(HashError::Undefined { name: name.to_owned(), nearest })
        }
    };
    names.into_iter().map(hash_of).collect()
}

/// The hash of a service: of its JSON, in which the files of variables stand by their names.
fn hash(service: &Service, context: &Context<'_>) -> String {
    let context = Context { options: ConfigOptions { format: Format::Json, ..context.options }, ..*context };
    let mut hashed = service::fields(service, &context).without(WITHOUT);
    if let Some(deploy) = hashed.get("deploy").and_then(Value::fields) {
        let deploy = deploy.clone().without(&["replicas"]);
        hashed = hashed.without(&["deploy"]);
        hashed.put("deploy", deploy);
    }
    let env_files = service.process.env_file.iter().map(|file| env_file(&file.value, &context));
    hashed.put_filled("env_file", env_files.collect::<Value<'_>>());
    let text = json::compact(&service::in_order(hashed).into());
    sha256(text.as_bytes())
}

/// A file of variables: its path, unless there is more to say.
fn env_file<'p>(file: &'p EnvFile, context: &Context<'p>) -> Value<'p> {
    let EnvFile { path, required, format } = file;
    let path = path::of_linux(&path.value, context);
    if *required {
        return path.into();
    }
    let mut fields = Fields::default();
    fields.put("path", path);
    fields.put("required", false);
    fields.put_some("format", format.as_ref().map(|format| format.value.as_str()));
    fields.into()
}
