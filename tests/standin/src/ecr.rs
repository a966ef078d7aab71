//! Amazon ECR: repositories and images.

mod calls;
pub(crate) mod distribution;
mod images;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::aws::Aws;
use crate::behaviour::{Behaviour, Pull};
use crate::tags::Tags;
use crate::wire::ApiError;

/// The password that `GetAuthorizationToken` hands out for the user `AWS`.
pub const PASSWORD: &str = "standin";

/// The repositories, by their names.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    pub(crate) repositories: BTreeMap<String, Repository>,
    /// What was pushed over HTTP.
    contents: distribution::Contents,
}

/// A repository.
#[derive(Debug, Clone)]
pub struct Repository {
    /// Its name.
    pub name: String,
    /// Whether a tag stays with its image.
    pub immutable: bool,
    /// Whether images are scanned when they are pushed.
    pub scans: bool,
    /// Its tags.
    pub tags: Tags,
    /// Its images, oldest first.
    pub images: Vec<Image>,
    pub(crate) created_at: Duration,
}

/// An image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// `sha256:` and 64 digits.
    pub digest: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// What it can run on, such as `linux/amd64`. With more than one, it is a list of manifests.
    pub platforms: Vec<String>,
    /// When it was pushed.
    pub pushed_at: Duration,
}

impl Aws {
    /// A repository.
    #[must_use]
    pub fn repository(&self, name: &str) -> Option<&Repository> {
        self.registry.repositories.get(name)
    }

    /// Makes a repository, if it is not there.
    pub fn add_repository(&mut self, name: &str) -> &mut Repository {
        let created_at = self.now;
        self.registry.repositories.entry(name.to_owned()).or_insert_with(|| Repository {
            name: name.to_owned(),
            immutable: false,
            scans: false,
            tags: Tags::new(),
            images: Vec::new(),
            created_at,
        })
    }

    /// Pushes an image under a tag, with this digest or one that is made up, and gives the digest.
    ///
    /// # Errors
    ///
    /// When there is no such repository, or the tag stays with another image.
    pub fn push_image(
        &mut self,
        (repository, tag): (&str, &str),
        digest: Option<&str>,
        platforms: &[&str],
    ) -> Result<String, ApiError> {
        let digest = digest.map_or_else(|| format!("sha256:{}{}", self.ids.hex(), self.ids.hex()), str::to_owned);
        let (now, account) = (self.now, self.settings.account.clone());
        let missing = || images::repository_missing(repository, &account);
        let repository = self.registry.repositories.get_mut(repository).ok_or_else(missing)?;
        let has_tag = |image: &Image| image.tags.iter().any(|other| other == tag);
        if let Some(image) = repository.images.iter_mut().find(|image| has_tag(image)) {
            if image.digest == digest {
                return Ok(digest);
            }
            if repository.immutable {
                let message = format!(
                    "The image tag '{tag}' already exists in the '{}' repository and cannot be overwritten because the \
                     repository is immutable.",
                    repository.name
                );
                return Err(ApiError::new("ImageTagAlreadyExistsException", message));
            }
            image.tags.retain(|other| other != tag);
        }
        match repository.images.iter_mut().find(|image| image.digest == digest) {
            Some(image) => image.tags.push(tag.to_owned()),
            None => repository.images.push(Image {
                digest: digest.clone(),
                tags: vec![tag.to_owned()],
                platforms: platforms.iter().map(|one| (*one).to_owned()).collect(),
                pushed_at: now,
            }),
        }
        Ok(digest)
    }

    /// A behaviour whose pull fails when the image would come from this registry and is not there.
    pub(crate) fn with_registry(&self, behaviour: Arc<Behaviour>, image: &str) -> Arc<Behaviour> {
        let own = format!("{}.dkr.ecr.{}.amazonaws.com", self.settings.account, self.settings.region);
        let served =
            self.settings.registry.as_ref().map(|url| url.split_once("://").map_or(url.as_str(), |(_, host)| host));
        let host = |host: &str| image.strip_prefix(host)?.strip_prefix('/');
        let is_usual = matches!(behaviour.pull, Pull::Works | Pull::Takes(_));
        match host(&own).or_else(|| host(served?)) {
            Some(reference) if is_usual && !self.registry.has(reference) => {
                Arc::new(Behaviour { pull: Pull::NotFound, ..(*behaviour).clone() })
            }
            _ => behaviour,
        }
    }
}

impl Registry {
    /// Whether `repository:tag` or `repository@digest` is there.
    fn has(&self, reference: &str) -> bool {
        let find = |name: &str, fits: &dyn Fn(&Image) -> bool| {
            self.repositories.get(name).is_some_and(|repository| repository.images.iter().any(fits))
        };
        if let Some((name, digest)) = reference.split_once('@') {
            let name = name.split_once(':').map_or(name, |(name, _)| name);
            return find(name, &|image| image.digest == digest);
        }
        let (name, tag) = reference.split_once(':').unwrap_or((reference, "latest"));
        find(name, &|image| image.tags.iter().any(|other| other == tag))
    }
}
