//! References to images: `[REGISTRY/]REPOSITORY[:TAG][@DIGEST]`.
//!
//! The grammar is that of <https://pkg.go.dev/github.com/distribution/reference>.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// Registries that hold what Docker Hub holds, under the same names.
const HUBS: &[&str] = &["docker.io", "index.docker.io", "registry-1.docker.io", "mirror.gcr.io"];

/// A reference to an image.
// Invariant: the parts have the form that `docker pull` takes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageReference {
    registry: Option<String>,
    repository: String,
    tag: Option<String>,
    digest: Option<String>,
}

/// A text that refers to no image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not an image's name: `[REGISTRY/]REPOSITORY[:TAG][@DIGEST]`")]
pub struct ImageReferenceError;

impl ImageReference {
    /// The registry, when one is named: `docker.io`, `localhost:5000`.
    #[must_use]
    pub fn registry(&self) -> Option<&str> {
        self.registry.as_deref()
    }

    /// The repository, as it is written: `postgres`, `library/postgres`.
    #[must_use]
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// The tag, when one is given.
    #[must_use]
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest, when one is given: `sha256:…`.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        self.digest.as_deref()
    }

    /// The name by which people know the image, wherever it is pulled from: `postgres`, `bitnami/kafka`,
    /// `quay.io/keycloak/keycloak`. Two images of one name are copies of each other.
    #[must_use]
    pub fn known_name(&self) -> Cow<'_, str> {
        let repository = self.repository.as_str();
        let registry = self.registry().filter(|registry| !HUBS.contains(registry));
        match (registry, repository.strip_prefix("docker/library/")) {
            (None, _) => Cow::Borrowed(repository.strip_prefix("library/").unwrap_or(repository)),
            (Some("public.ecr.aws"), Some(official)) => Cow::Borrowed(official),
            (Some(registry), _) => Cow::Owned(format!("{registry}/{repository}")),
        }
    }
}

impl FromStr for ImageReference {
    type Err = ImageReferenceError;

    fn from_str(text: &str) -> Result<Self, ImageReferenceError> {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (text, None),
        };
        let (name, tag) = match name.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (name, None),
        };
        let (registry, repository) = match name.split_once('/') {
            Some((registry, repository)) if is_registry(registry) => (Some(registry), repository),
            _ => (None, name),
        };
        let valid = registry.is_none_or(is_host)
            && repository.split('/').all(is_component)
            && tag.is_none_or(is_tag)
            && digest.is_none_or(is_digest);
        let owned = |part: Option<&str>| part.map(str::to_owned);
        valid
            .then(|| Self {
                registry: owned(registry),
                repository: repository.to_owned(),
                tag: owned(tag),
                digest: owned(digest),
            })
            .ok_or(ImageReferenceError)
    }
}

impl fmt::Display for ImageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { registry, repository, tag, digest } = self;
        if let Some(registry) = registry {
            write!(f, "{registry}/")?;
        }
        f.write_str(repository)?;
        if let Some(tag) = tag {
            write!(f, ":{tag}")?;
        }
        digest.iter().try_for_each(|digest| write!(f, "@{digest}"))
    }
}

/// Whether the first part of a name is a registry, as Docker tells: by a dot, a port, `localhost`, or capitals.
fn is_registry(part: &str) -> bool {
    part == "localhost" || part.contains(['.', ':']) || part.contains(|letter: char| letter.is_ascii_uppercase())
}

/// `HOST[:PORT]`.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (text, None),
    };
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let named = |label: &str| {
        label.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
            && !label.is_empty()
    };
    port.is_none_or(|port| !port.is_empty() && port.chars().all(|digit| digit.is_ascii_digit()))
        && address.map_or_else(
            || host.split('.').all(named),
            |address| address.chars().all(|letter| letter.is_ascii_hexdigit() || letter == ':'),
        )
}

/// One part of a repository's path: runs of small letters and digits between `.`, `_`, `__` or dashes.
fn is_component(text: &str) -> bool {
    let word = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let separator = |run: &str| matches!(run, "" | "." | "_" | "__") || run.chars().all(|letter| letter == '-');
    text.starts_with(word) && text.ends_with(word) && text.split(word).all(separator)
}

/// `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`.
fn is_tag(text: &str) -> bool {
    let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.starts_with(word)
        && text.len() <= 128
        && text.chars().all(|letter| word(letter) || letter == '.' || letter == '-')
}

/// `ALGORITHM:HEX`.
fn is_digest(text: &str) -> bool {
    text.split_once(':').is_some_and(|(algorithm, hex)| {
        algorithm.starts_with(|letter: char| letter.is_ascii_alphabetic())
            && algorithm.chars().all(|letter| letter.is_ascii_alphanumeric() || "+._-".contains(letter))
            && hex.len() >= 32
            && hex.chars().all(|letter| letter.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, proptest};

    use super::{ImageReference, ImageReferenceError};

    /// Compares `registry|repository|tag|digest|known name`.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let reference: ImageReference = text.parse().unwrap();
        let part = |part: Option<&str>| part.unwrap_or("-").to_owned();
        let found = [
            part(reference.registry()),
            reference.repository().to_owned(),
            part(reference.tag()),
            part(reference.digest()),
            reference.known_name().into_owned(),
        ];
        assert_eq!(found.join("|"), expected);
        assert_eq!(reference.to_string(), text);
    }

    #[track_caller]
    fn refused(text: &str) {
        assert_eq!(text.parse::<ImageReference>(), Err(ImageReferenceError), "{text}");
    }

    #[test]
    fn a_repository_may_stand_alone() {
        check("postgres", "-|postgres|-|-|postgres");
        check("postgres:16-alpine", "-|postgres|16-alpine|-|postgres");
        check("mycorp/postgres:1", "-|mycorp/postgres|1|-|mycorp/postgres");
    }

    #[test]
    fn copies_of_an_official_image_go_by_its_name() {
        check("docker.io/library/postgres:16", "docker.io|library/postgres|16|-|postgres");
        check("library/postgres", "-|library/postgres|-|-|postgres");
        check("docker.io/postgres", "docker.io|postgres|-|-|postgres");
        check("index.docker.io/bitnami/kafka", "index.docker.io|bitnami/kafka|-|-|bitnami/kafka");
        check("public.ecr.aws/docker/library/redis:7", "public.ecr.aws|docker/library/redis|7|-|redis");
        check("mirror.gcr.io/library/redis", "mirror.gcr.io|library/redis|-|-|redis");
    }

    #[test]
    fn images_of_others_keep_their_registry() {
        check("quay.io/keycloak/keycloak:24", "quay.io|keycloak/keycloak|24|-|quay.io/keycloak/keycloak");
        check("localhost:5000/postgres", "localhost:5000|postgres|-|-|localhost:5000/postgres");
        check("localhost/postgres", "localhost|postgres|-|-|localhost/postgres");
        check("public.ecr.aws/x/postgres", "public.ecr.aws|x/postgres|-|-|public.ecr.aws/x/postgres");
        check(
            "registry.example.com:443/a/b/c:v1",
            "registry.example.com:443|a/b/c|v1|-|registry.example.com:443/a/b/c",
        );
    }

    #[test]
    fn a_digest_follows_the_tag() {
        let digest = format!("sha256:{}", "0123456789abcdef".repeat(4));
        check(&format!("redis:7@{digest}"), &format!("-|redis|7|{digest}|redis"));
        check(&format!("redis@{digest}"), &format!("-|redis|-|{digest}|redis"));
    }

    #[test]
    fn other_texts_are_no_references() {
        ["", ":", "/", "a/", "/a", "a//b", "Postgres", "a b", "a:", "a:b c", "a@", "a@sha256:12", "-a", "a-", "a___b"]
            .into_iter()
            .for_each(refused);
        refused(&format!("a:{}", "t".repeat(129)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn what_is_read_is_written_back(text in "([a-zA-Z.:0-9-]{0,8}/)?[a-z0-9._/-]{0,12}(:[a-zA-Z0-9_.-]{0,6})?(@[a-z:0-9]{0,45})?") {
            if let Ok(reference) = text.parse::<ImageReference>() {
                assert_eq!(reference.to_string(), text);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = text.parse::<ImageReference>();
        }
    }
}
