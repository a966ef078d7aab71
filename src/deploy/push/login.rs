//! The way into a registry for an engine, in a folder that is gone afterwards. The user's own configuration stays as it is.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::engine::Program;

/// What the user has configured for engines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserConfig {
    /// The folder of Docker's configuration.
    pub docker_folder: Option<PathBuf>,
    /// The folder in which buildx keeps its builders.
    pub builders: Option<PathBuf>,
    /// The configuration of Docker, if there is one.
    pub docker: Option<String>,
    /// The credentials of Podman and Buildah, if there are any.
    pub containers: Option<String>,
    /// Where temporary folders are made.
    pub temporary: PathBuf,
}

/// A folder with credentials. It is gone when this is dropped.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be deleted holds for twelve hours, and only its owner can read it.
        let _left = fs::remove_dir_all(&self.0);
    }
}

impl Folder {
    /// Makes a folder in which an engine finds what the user configured, and keeps new credentials for these registries.
    pub(super) fn new(user: &UserConfig, config: &Value, program: Program) -> io::Result<Self> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
        let path = user.temporary.join(format!("compose2ecs-{}-{now}", std::process::id()));
        DirBuilder::new().mode(0o700).create(&path)?;
        let folder = Self(path);
        fs::write(folder.file(), config.to_string())?;
        if let (Program::Docker, Some(own)) = (program, &user.docker_folder) {
            for part in ["cli-plugins", "contexts"] {
                link(&own.join(part), &folder.0.join(part))?;
            }
        }
        Ok(folder)
    }

    /// The file with the credentials.
    fn file(&self) -> PathBuf {
        self.0.join("config.json")
    }

    /// The variables by which a program finds it.
    pub(super) fn variables(&self, user: &UserConfig, program: Program) -> Vec<(String, String)> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        match program {
            Program::Docker => {
                let builders = user.builders.as_ref().map(|folder| ("BUILDX_CONFIG".to_owned(), text(folder)));
                [("DOCKER_CONFIG".to_owned(), text(&self.0))].into_iter().chain(builders).collect()
            }
            Program::Podman | Program::Buildah => vec![("REGISTRY_AUTH_FILE".to_owned(), text(&self.file()))],
        }
    }
}

/// Makes something of the user's be found in a folder.
fn link(original: &Path, link: &Path) -> io::Result<()> {
    if original.is_dir() { symlink(original, link) } else { Ok(()) }
}

/// The configuration with which a program logs in to registries; none if a helper of the user's does that already.
///
/// A store of credentials would keep what is logged in to, so it serves only the registries that it has already.
pub(super) fn config(user: &UserConfig, program: Program, hosts: &[&str]) -> Option<Value> {
    let text = match program {
        Program::Docker => user.docker.as_ref(),
        Program::Podman | Program::Buildah => user.containers.as_ref().or(user.docker.as_ref()),
    };
    let own: Option<Value> = text.and_then(|text| serde_json::from_str(text).ok());
    let mut config: Map<String, Value> = own.and_then(|own| own.as_object().cloned()).unwrap_or_default();
    let store = config.remove("credsStore").and_then(|store| store.as_str().map(str::to_owned));
    let helper = |host: &str| config.get("credHelpers")?.get(host)?.as_str();
    if hosts.iter().all(|host| helper(host).or(store.as_deref()) == Some("ecr-login")) {
        return None;
    }
    let mut known = object(config.remove("auths"));
    let mut helpers = object(config.remove("credHelpers"));
    if let Some(store) = &store {
        for host in known.keys().filter(|host| !hosts.contains(&host.as_str())) {
            helpers.entry(host.clone()).or_insert_with(|| json!(store));
        }
    }
    for host in hosts {
        helpers.remove(*host);
        // Without an entry, Docker looks for a store on the machine and keeps the password there.
        known.insert((*host).to_owned(), json!({}));
    }
    config.insert("auths".to_owned(), Value::Object(known));
    config.insert("credHelpers".to_owned(), Value::Object(helpers));
    Some(Value::Object(config))
}

/// A mapping, or an empty one.
fn object(value: Option<Value>) -> Map<String, Value> {
    value.and_then(|value| value.as_object().cloned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(docker: Option<&str>, expected: Option<&Value>) {
        let user = UserConfig { docker: docker.map(str::to_owned), ..UserConfig::default() };
        assert_eq!(config(&user, Program::Docker, &["ecr"]).as_ref(), expected);
    }

    #[test]
    fn nothing_is_kept_in_a_store() {
        check(None, Some(&json!({"auths": {"ecr": {}}, "credHelpers": {}})));
        check(Some("no JSON"), Some(&json!({"auths": {"ecr": {}}, "credHelpers": {}})));
        check(
            Some(r#"{"auths": {"ghcr.io": {}, "ecr": {}}, "credsStore": "desktop", "currentContext": "colima"}"#),
            Some(&json!({
                "currentContext": "colima", "auths": {"ghcr.io": {}, "ecr": {}}, "credHelpers": {"ghcr.io": "desktop"},
            })),
        );
    }

    #[test]
    fn a_helper_of_the_users_goes_first() {
        check(Some(r#"{"credHelpers": {"ecr": "ecr-login"}}"#), None);
        check(Some(r#"{"credsStore": "ecr-login"}"#), None);
        let other = r#"{"credHelpers": {"ecr": "pass", "ghcr.io": "ecr-login"}}"#;
        check(Some(other), Some(&json!({"auths": {"ecr": {}}, "credHelpers": {"ghcr.io": "ecr-login"}})));
    }
}
