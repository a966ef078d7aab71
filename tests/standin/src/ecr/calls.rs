//! The calls about repositories.

use std::time::Duration;

use serde_json::{Value, json};

use super::Repository;
use super::images::repository_missing;
use crate::aws::Aws;
use crate::input::Input;
use crate::page::Pages;
use crate::tags;
use crate::wire::{Answer, ApiError};

/// `AWS:` and the password, in base 64.
pub(super) const TOKEN: &str = "QVdTOnN0YW5kaW4=";

/// How long a token of the registry holds.
const TOKEN_LIFE: Duration = Duration::from_hours(12);

impl Aws {
    pub(crate) fn ecr(&mut self, operation: &str, input: Input<'_>) -> Answer {
        match operation {
            "DescribeRepositories" => self.describe_repositories(input),
            "CreateRepository" => self.create_repository(input),
            "DeleteRepository" => self.delete_repository(input),
            "DescribeImages" => self.describe_images(input),
            "BatchGetImage" => self.batch_get_image(input),
            "ListImages" => self.list_images(input),
            "GetAuthorizationToken" => Ok(self.authorization_token()),
            "TagResource" => self.tag_repository(input),
            "ListTagsForResource" => self.list_repository_tags(input),
            other => Err(ApiError::new("UnknownOperationException", format!("no such operation: {other}"))),
        }
    }

    fn describe_repositories(&mut self, input: Input<'_>) -> Answer {
        let names = input.texts("repositoryNames");
        let known = &self.registry.repositories;
        if let Some(name) = names.iter().find(|name| !known.contains_key(**name)) {
            return Err(repository_missing(name, &self.settings.account));
        }
        let chosen = known.values().filter(|one| names.is_empty() || names.contains(&one.name.as_str()));
        let items = chosen.map(|repository| self.render_repository(repository)).collect();
        self.page(items, input, Pages { most: 1000, ..Pages::of("repositories") })
    }

    fn create_repository(&mut self, input: Input<'_>) -> Answer {
        let name = input.text("repositoryName").unwrap_or_default();
        let account = self.settings.account.clone();
        if !is_repository_name(name) {
            let message = format!(
                "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression \
                 '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'': {name}"
            );
            return Err(ApiError::invalid(message));
        }
        if self.registry.repositories.contains_key(name) {
            let message =
                format!("The repository with name '{name}' already exists in the registry with id '{account}'");
            return Err(ApiError::new("RepositoryAlreadyExistsException", message));
        }
        let mut given = tags::Tags::new();
        tags::add(&mut given, input, ["Key", "Value"])?;
        let scanning = input.below("imageScanningConfiguration");
        let repository = self.add_repository(name);
        repository.tags = given;
        repository.immutable = input.text("imageTagMutability") == Some("IMMUTABLE");
        repository.scans = scanning.and_then(|one| one.flag("scanOnPush")) == Some(true);
        let repository = repository.clone();
        Ok(json!({"repository": self.render_repository(&repository)}))
    }

    fn delete_repository(&mut self, input: Input<'_>) -> Answer {
        let name = input.text("repositoryName").unwrap_or_default();
        let account = self.settings.account.clone();
        let repository = self.registry.repositories.get(name).ok_or_else(|| repository_missing(name, &account))?;
        if !repository.images.is_empty() && input.flag("force") != Some(true) {
            let message = format!(
                "The repository with name '{name}' in registry with id '{account}' cannot be deleted because it still \
                 contains images"
            );
            return Err(ApiError::new("RepositoryNotEmptyException", message));
        }
        let rendered = self.render_repository(repository);
        self.registry.repositories.remove(name);
        Ok(json!({"repository": rendered}))
    }

    fn authorization_token(&self) -> Value {
        let own = || format!("https://{}.dkr.ecr.{}.amazonaws.com", self.settings.account, self.settings.region);
        json!({"authorizationData": [{
            "authorizationToken": TOKEN,
            "expiresAt": self.settings.time(self.now + TOKEN_LIFE),
            "proxyEndpoint": self.settings.registry.clone().unwrap_or_else(own),
        }]})
    }

    fn tag_repository(&mut self, input: Input<'_>) -> Answer {
        let repository = self.repository_of(input)?;
        let mut changed = repository.tags.clone();
        tags::add(&mut changed, input, ["Key", "Value"])?;
        repository.tags = changed;
        Ok(json!({}))
    }

    fn list_repository_tags(&mut self, input: Input<'_>) -> Answer {
        let tags = self.repository_of(input)?.tags.clone();
        let tags: Value = tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        Ok(json!({"tags": tags}))
    }

    fn repository_of(&mut self, input: Input<'_>) -> Result<&mut Repository, ApiError> {
        let arn = input.text("resourceArn").unwrap_or_default();
        let name = arn.split_once(":repository/").map_or(arn, |(_, name)| name);
        let account = self.settings.account.clone();
        self.registry.repositories.get_mut(name).ok_or_else(|| repository_missing(name, &account))
    }

    fn render_repository(&self, repository: &Repository) -> Value {
        let (account, region, name) = (&self.settings.account, &self.settings.region, &repository.name);
        json!({
            "repositoryArn": format!("arn:aws:ecr:{region}:{account}:repository/{name}"),
            "registryId": account,
            "repositoryName": name,
            "repositoryUri": format!("{account}.dkr.ecr.{region}.amazonaws.com/{name}"),
            "createdAt": self.settings.time(repository.created_at),
            "imageTagMutability": if repository.immutable { "IMMUTABLE" } else { "MUTABLE" },
            "imageScanningConfiguration": {"scanOnPush": repository.scans},
            "encryptionConfiguration": {"encryptionType": "AES256"},
        })
    }
}

/// Lower case words that `.`, `_`, `-` or `/` hold together.
fn is_repository_name(name: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit());
    let parts = name.split('/').flat_map(|part| part.split(['.', '_', '-']));
    (2..=256).contains(&name.len()) && parts.into_iter().all(is_word)
}
