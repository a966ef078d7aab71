//! Builds images and takes them to where ECS pulls them from: the repository first, and no credentials are left behind.

pub mod engine;
pub mod recipe;

mod login;
mod upload;

use std::time::Duration;

use indexmap::{IndexMap, IndexSet};

use super::api::image::{EcrImage, ImageId};
use super::api::repository::GetAuthorizationToken;
use super::down::Told;
use super::problem::Problem;
use super::sdk::{Reader, Writer};
use crate::compose::Project;
use engine::{Call, Engine, Output};
use login::Folder;
use recipe::Recipe;

pub use login::UserConfig;

/// How often a push is tried that the network breaks.
const ATTEMPTS: u32 = 3;

/// What engines say of networks that fail, in lower case. <https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html>
const NETWORK: &[&str] = &[
    "timeout",
    "timed out",
    "connection reset",
    "connection refused",
    "broken pipe",
    "unexpected eof",
    ": eof",
    "no such host",
    "temporary failure",
    "network is unreachable",
    "no route to host",
    "toomanyrequests",
    "500 internal server error",
    "502 bad gateway",
    "503 service unavailable",
    "504 gateway timeout",
];

/// One's own registry.
#[derive(Clone, PartialEq, Eq)]
pub struct Registry {
    /// Its host, and its port if it has one.
    pub host: String,
    /// The user and the password for it, in base 64.
    token: String,
}

impl Registry {
    /// Asks where one's own registry is, and for a way in.
    ///
    /// # Errors
    ///
    /// When AWS does not answer, or not allow to ask.
    pub async fn of(reader: &Reader) -> Result<Self, Problem> {
        let answer = reader.read(&GetAuthorizationToken {}).await?;
        let Some(own) = answer.authorization_data.into_iter().next() else {
            return Err(Problem::new("ECR names no registry").hint("say with `--registry` where images are pushed to"));
        };
        let host = own.proxy_endpoint.split_once("://").map_or(&*own.proxy_endpoint, |(_, host)| host);
        Ok(Self { host: host.trim_end_matches('/').to_owned(), token: own.authorization_token })
    }

    /// The password, which stands behind the user's name.
    fn password(&self) -> Option<String> {
        let bytes = base64(&self.token)?;
        String::from_utf8(bytes).ok()?.split_once(':').map(|(_, password)| password.to_owned())
    }
}

/// An image that is where ECS pulls it from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// The service whose image it is.
    pub service: String,
    /// Its name.
    pub image: String,
    /// Its digest.
    pub digest: String,
}

/// What is pushed, and with what.
pub struct Order<'p> {
    /// The images, all those of the project that are built.
    pub recipes: Vec<Recipe<'p>>,
    /// The services whose images are pushed; all if none is named.
    pub services: &'p [String],
    /// The project.
    pub project: &'p Project,
    /// What the user has configured for engines.
    pub user: &'p UserConfig,
    /// One's own registry, if it was asked for already.
    pub registry: Option<Registry>,
}

/// Builds images and pushes them, one after the other.
///
/// # Errors
///
/// When anything fails: what was pushed by then stays.
pub async fn push(
    writer: &Writer,
    engine: Engine,
    order: &Order<'_>,
    told: &mut Told<'_>,
) -> Result<Vec<Pushed>, Problem> {
    let chosen = chosen(order)?;
    let region = writer.reader().region().unwrap_or_default();
    let is_ecr = |recipe: &Recipe<'_>| EcrImage::parse(recipe.name).is_some_and(|image| is_in(&image, region));
    let is_own = |registry: &Registry, recipe: &Recipe<'_>| EcrImage::behind(&registry.host, recipe.name).is_some();
    let registry = match &order.registry {
        Some(registry) => Some(registry.clone()),
        None if chosen.iter().any(|recipe| is_ecr(recipe)) => Some(Registry::of(writer.reader()).await?),
        None => None,
    };
    let hosts: IndexSet<&str> = chosen
        .iter()
        .filter(|recipe| is_ecr(recipe) || registry.as_ref().is_some_and(|own| is_own(own, recipe)))
        .filter_map(|recipe| recipe.name.split_once('/').map(|(host, _)| host))
        .collect();
    let hosts: Vec<&str> = hosts.into_iter().collect();
    let (engine, _folder) = match &registry {
        Some(registry) if !hosts.is_empty() => log_in(engine, order.user, registry, &hosts).await?,
        Some(_) | None => (engine, None),
    };
    let images: IndexMap<&str, &str> = order.recipes.iter().map(|recipe| (recipe.service, recipe.name)).collect();
    let mut pushed = Vec::with_capacity(chosen.len());
    for recipe in chosen {
        let own = registry.as_ref().and_then(|registry| EcrImage::behind(&registry.host, recipe.name));
        let ecr = own.or_else(|| EcrImage::parse(recipe.name).filter(|image| is_in(image, region)));
        let call = recipe::call(recipe, order.project, engine.build(), &images)?;
        let upload = upload::Upload { writer, engine: &engine, recipe, ecr };
        if own.is_some() {
            upload.make_repository(&order.project.name.to_string(), told).await?;
        }
        told(&format!("{}: building {} for {}", recipe.service, recipe.name, recipe.platform));
        if !engine.run(&call, Output::Shown).await?.success {
            return Err(Problem::new(format!("the image of `{}` could not be built", recipe.service))
                .hint(format!("what `{}` wrote above says why", engine.program().as_str())));
        }
        let digest = upload.push(told).await?;
        pushed.push(Pushed { service: recipe.service.to_owned(), image: recipe.name.to_owned(), digest });
    }
    Ok(pushed)
}

/// Whether an image is in a registry of this region.
fn is_in(image: &EcrImage<'_>, region: &str) -> bool {
    image.home.is_some_and(|home| home.region == region)
}

/// The images that are to be pushed, those from which others start before them.
fn chosen<'o, 'p>(order: &'o Order<'p>) -> Result<Vec<&'o Recipe<'p>>, Problem> {
    let find = |name: &str| order.recipes.iter().find(|recipe| recipe.service == name);
    let mut open: Vec<&Recipe<'_>> = Vec::new();
    for name in order.services {
        let no_build = || {
            let is_service = order.project.services.keys().any(|service| service.as_str() == name);
            let why = if is_service { "has no `build`" } else { "is not in this project" };
            Problem::new(format!("there is no image of `{name}` to push: it {why}"))
        };
        open.push(find(name).ok_or_else(no_build)?);
    }
    if order.services.is_empty() {
        open.extend(&order.recipes);
    }
    let mut chosen: Vec<&Recipe<'_>> = Vec::new();
    for recipe in open {
        add(recipe, &find, (&mut chosen, &mut Vec::new()))?;
    }
    for recipe in &chosen {
        check_name(recipe)?;
    }
    Ok(chosen)
}

/// Adds an image behind those from which it starts.
fn add<'o, 'p: 'o>(
    recipe: &'o Recipe<'p>,
    find: &impl Fn(&str) -> Option<&'o Recipe<'p>>,
    (chosen, path): (&mut Vec<&'o Recipe<'p>>, &mut Vec<&'o str>),
) -> Result<(), Problem> {
    if chosen.iter().any(|other| other.service == recipe.service) {
        return Ok(());
    }
    if path.contains(&recipe.service) {
        return Err(Problem::new(format!("cycle found: {} -> {}", path.join(" -> "), recipe.service)));
    }
    path.push(recipe.service);
    for context in recipe.build.additional_contexts.values() {
        if let Some(other) = context.value.strip_prefix("service:").and_then(find) {
            add(other, find, (chosen, path))?;
        }
    }
    path.pop();
    chosen.push(recipe);
    Ok(())
}

/// Refuses names under which nothing can be pushed.
fn check_name(recipe: &Recipe<'_>) -> Result<(), Problem> {
    let Recipe { service, build: _, name, platform: _ } = recipe;
    if name.contains('@') {
        return Err(Problem::new(format!("the image of `{service}` is built, and named by a digest: `{name}`"))
            .hint("name it with a tag: what its digest is is known when it is pushed"));
    }
    let has_registry = name.split_once('/').is_some_and(|(host, _)| host.contains(['.', ':']) || host == "localhost");
    if has_registry {
        return Ok(());
    }
    Err(Problem::new(format!("nothing says to which registry `{name}`, the image of `{service}`, is pushed"))
        .hint(format!("name it with its registry, `image: REGISTRY/{name}`, or leave `image` out: then it goes to the account's own")))
}

/// Logs an engine in to registries, in a folder of its own; unless a helper of the user's does it.
async fn log_in(
    engine: Engine,
    user: &UserConfig,
    registry: &Registry,
    hosts: &[&str],
) -> Result<(Engine, Option<Folder>), Problem> {
    let program = engine.program();
    let Some(config) = login::config(user, program, hosts) else { return Ok((engine, None)) };
    let folder = Folder::new(user, &config, program)
        .map_err(|err| Problem::new(format!("cannot make a folder for the credentials of the registry: {err}")))?;
    let engine = engine.with(folder.variables(user, program));
    let password = registry.password().ok_or_else(|| Problem::new("ECR hands out a token that holds no password"))?;
    for host in hosts {
        let words = ["login", "--username", "AWS", "--password-stdin", host];
        let arguments = words.map(str::to_owned).to_vec();
        let call = Call { arguments, variables: Vec::new(), input: Some(password.clone()) };
        let ended = engine.run(&call, Output::Kept).await?;
        if !ended.success {
            let program = program.as_str();
            return Err(Problem::new(format!("`{program}` cannot log in to {host}: {}", last_line(&ended.complaint)))
                .hint(format!("is the engine of `{program}` running?")));
        }
    }
    Ok((engine, Some(folder)))
}

/// The last line that says something.
fn last_line(text: &str) -> &str {
    text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it does not say why").trim()
}

/// Whether what an engine complains about may go away.
fn is_passing(complaint: &str) -> bool {
    let complaint = complaint.to_lowercase();
    NETWORK.iter().any(|words| complaint.contains(words))
}

/// How long to wait before a push is tried again, behind this attempt.
fn pause(attempt: u32) -> Duration {
    Duration::from_secs(attempt.into())
}

/// The bytes of a text in base 64.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut bits) = (0_u32, 0_u32);
    for letter in text.trim_end_matches('=').bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = (held << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// Which of a repository's images a name means, as the tag that it is pushed under.
fn tag<'a>(image: &EcrImage<'a>) -> &'a str {
    match image.version {
        ImageId::ImageTag(text) | ImageId::ImageDigest(text) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_decoded() {
        assert_eq!(base64("QVdTOnN0YW5kaW4="), Some(b"AWS:standin".to_vec()));
        assert_eq!(base64("QQ=="), Some(b"A".to_vec()));
        assert_eq!(base64("QUI="), Some(b"AB".to_vec()));
        assert_eq!(base64(""), Some(Vec::new()));
        assert_eq!(base64("a b"), None);
        let registry = Registry { host: "h".to_owned(), token: "QVdTOnN0YW5kaW4=".to_owned() };
        assert_eq!(registry.password().as_deref(), Some("standin"));
    }

    #[test]
    fn a_broken_network_is_told_from_a_refusal() {
        for passing in
            ["Put \"https://h/v2/\": net/http: TLS handshake timeout", "write: broken pipe", "error: EOF: EOF"]
        {
            assert!(is_passing(passing), "{passing}");
        }
        for lasting in ["denied: not authorized", "no basic auth credentials", "name unknown: no such repository"] {
            assert!(!is_passing(lasting), "{lasting}");
        }
    }
}
