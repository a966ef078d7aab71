//! How an image is built: what Compose says, as arguments of an engine.

use indexmap::IndexMap;

use super::engine::Call;
use crate::compose::Project;
use crate::compose::resource::SecretContent;
use crate::compose::service::image::build::{Build, BuildSecret, Dockerfile, is_remote};
use crate::deploy::problem::Problem;

/// Variables that engines themselves listen to: a value for them cannot be handed over as a variable.
const TAKEN: &[&str] = &["HOME", "PATH", "SHELL", "TERM", "TMPDIR", "USER"];

/// The same, by how they begin.
const TAKEN_STARTS: &[&str] =
    &["BUILDAH_", "BUILDKIT_", "BUILDX_", "CONTAINERS_", "DOCKER_", "LD_", "REGISTRY_", "SSH_", "STORAGE_", "XDG_"];

/// An image that is built.
#[derive(Debug, Clone, Copy)]
pub struct Recipe<'p> {
    /// The service whose image it is.
    pub service: &'p str,
    /// How it is built.
    pub build: &'p Build,
    /// What it is called where it is pushed to.
    pub name: &'p str,
    /// What it is for: `linux/amd64`.
    pub platform: &'static str,
}

/// What an engine is told to build an image: `verb` begins it. Contexts that are other services' images are named by
/// `images`.
///
/// # Errors
///
/// When something is asked for that is not there.
pub fn call(
    recipe: &Recipe<'_>,
    project: &Project,
    verb: &[&str],
    images: &IndexMap<&str, &str>,
) -> Result<Call, Problem> {
    let Recipe { service, build, name, platform } = recipe;
    let Build {
        context,
        dockerfile,
        args,
        // Their values are among `args`, where there are any.
        open_args: _,
        target,
        additional_contexts,
        labels,
        tags,
        // ECS runs what the task's platform says.
        platforms: _,
        network,
        extra_hosts,
        ssh,
        secrets,
        ulimits,
        shm_size,
        cache_from,
        cache_to,
        no_cache,
        pull,
        privileged,
        entitlements,
        isolation,
        provenance,
        sbom,
    } = build;
    let mut words = Words { words: verb.iter().map(|word| (*word).to_owned()).collect(), variables: Vec::new() };
    words.add("--platform", platform);
    words.add("--tag", name);
    words.add_each("--tag", tags.iter().map(|tag| &*tag.value));
    let context = place(context, project);
    let input = words.add_steps(dockerfile, &context);
    for (name, value) in args {
        if let Some(value) = &value.value {
            words.add_argument(name, value);
        }
    }
    words.add_some("--target", target.as_deref());
    for (name, other) in additional_contexts {
        let other = match other.value.strip_prefix("service:") {
            Some(other) => format!("docker-image://{}", image_of(service, other, images)?),
            None => place(&other.value, project),
        };
        words.add("--build-context", &format!("{name}={other}"));
    }
    labels.iter().for_each(|(name, value)| words.add("--label", &format!("{name}={}", value.value)));
    words.add_some("--network", network.as_deref());
    for host in extra_hosts {
        words.add("--add-host", &format!("{}:{}", host.value.host, host.value.address));
    }
    for (name, agent) in ssh {
        match agent.as_deref().filter(|agent| !agent.is_empty()) {
            Some(agent) => words.add("--ssh", &format!("{name}={agent}")),
            None => words.add("--ssh", name),
        }
    }
    for given in secrets {
        words.add("--secret", &secret(&given.value, service, project)?);
    }
    for (name, limit) in ulimits {
        words.add("--ulimit", &format!("{name}={}:{}", limit.value.soft, limit.value.hard));
    }
    words.add_some("--shm-size", shm_size.map(|size| size.bytes().to_string()).as_deref());
    words.add_each("--cache-from", cache_from.iter().map(String::as_str));
    words.add_each("--cache-to", cache_to.iter().map(String::as_str));
    words.add_if("--no-cache", *no_cache);
    words.add_if("--pull", *pull);
    if *privileged {
        words.add("--allow", "security.insecure");
    }
    words.add_each("--allow", entitlements.iter().map(String::as_str));
    words.add_some("--isolation", isolation.as_deref());
    for (flag, attestation) in [("--provenance", provenance), ("--sbom", sbom)] {
        if let Some(attestation) = attestation {
            words.words.push(format!("{flag}={attestation}"));
        }
    }
    words.words.push(context);
    Ok(Call { arguments: words.words, variables: words.variables, input })
}

/// Arguments that grow.
struct Words {
    words: Vec<String>,
    variables: Vec<(String, String)>,
}

impl Words {
    fn add(&mut self, flag: &str, value: &str) {
        self.words.extend([flag.to_owned(), value.to_owned()]);
    }

    fn add_each<'v>(&mut self, flag: &str, values: impl Iterator<Item = &'v str>) {
        for value in values {
            self.add(flag, value);
        }
    }

    fn add_some(&mut self, flag: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.add(flag, value);
        }
    }

    fn add_if(&mut self, flag: &str, is_wanted: bool) {
        if is_wanted {
            self.words.push(flag.to_owned());
        }
    }

    /// Adds where the steps of the build are; or gives them back, to be read from standard input.
    fn add_steps(&mut self, dockerfile: &Dockerfile, context: &str) -> Option<String> {
        let is_here = !is_remote(context);
        match dockerfile {
            Dockerfile::Inline(steps) => {
                self.add("--file", "-");
                return Some(steps.clone());
            }
            Dockerfile::Path(path) if !path.is_empty() => {
                let is_whole = !is_here || path.starts_with('/');
                let path = if is_whole { path.clone() } else { format!("{}/{path}", context.trim_end_matches('/')) };
                self.add("--file", &path);
            }
            // Podman would look for another name first.
            Dockerfile::Path(_) | Dockerfile::Implied if is_here => {
                self.add("--file", &format!("{}/Dockerfile", context.trim_end_matches('/')));
            }
            Dockerfile::Path(_) | Dockerfile::Implied => {}
        }
        None
    }

    /// Adds a value of an `ARG`: as a variable, which no other user of the machine sees, wherever that can be.
    fn add_argument(&mut self, name: &str, value: &str) {
        let is_taken = TAKEN.contains(&name)
            || TAKEN_STARTS.iter().any(|start| name.starts_with(start))
            || name.to_ascii_lowercase().ends_with("_proxy");
        if is_taken || name.is_empty() || name.contains('=') || value.contains('\0') {
            self.add("--build-arg", &format!("{name}={value}"));
        } else {
            self.add("--build-arg", name);
            self.variables.push((name.to_owned(), value.to_owned()));
        }
    }
}

/// Where a context is: a directory of this machine, or what stands elsewhere.
fn place(context: &str, project: &Project) -> String {
    if is_remote(context) { context.to_owned() } else { project.resolve(context).into_string() }
}

/// The image of a service from which another one's starts.
fn image_of<'i>(service: &str, other: &str, images: &IndexMap<&str, &'i str>) -> Result<&'i str, Problem> {
    images.get(other).copied().ok_or_else(|| {
        Problem::new(format!("the image of `{service}` starts from that of `{other}`, which is not built"))
            .hint(format!("give `{other}` a `build`, or push it, too"))
    })
}

/// A file or a variable that the steps of a build may read. Who may read it there is the `Dockerfile`'s to say.
fn secret(given: &BuildSecret, service: &str, project: &Project) -> Result<String, Problem> {
    let BuildSecret { source, target, uid: _, gid: _, mode: _ } = given;
    let id = target.as_deref().unwrap_or(source);
    match project.secrets.get(source).and_then(|secret| secret.content.as_ref()) {
        Some(SecretContent::File(path)) => Ok(format!("id={id},src={}", project.resolve(&path.value))),
        Some(SecretContent::Environment(variable)) => Ok(format!("id={id},env={}", variable.value)),
        None => Err(Problem::new(format!("the build of `{service}` cannot read the secret `{source}`"))
            .hint(format!("give `{source}` a `file` or an `environment`"))),
    }
}
