//! One image on its way to its repository.

use serde_json::Value;

use super::engine::{Call, Engine, Output};
use super::recipe::Recipe;
use super::{ATTEMPTS, is_passing, last_line, pause, tag};
use crate::deploy::api::image::{BatchGetImage, DescribeImages, EcrImage, ImageId};
use crate::deploy::api::repository::{CreateRepository, DescribeRepositories, RepositoryTag, Scanning};
use crate::deploy::down::Told;
use crate::deploy::error::CallError;
use crate::deploy::problem::Problem;
use crate::deploy::release::{PROJECT, SERVICE};
use crate::deploy::sdk::Writer;

/// An image on its way.
#[derive(Clone, Copy)]
pub(super) struct Upload<'u> {
    pub(super) writer: &'u Writer,
    pub(super) engine: &'u Engine,
    pub(super) recipe: &'u Recipe<'u>,
    /// What it is called, if it goes to ECR in this region.
    pub(super) ecr: Option<EcrImage<'u>>,
}

impl Upload<'_> {
    /// Makes the image's repository, if it is not there.
    pub(super) async fn make_repository(&self, project: &str, told: &mut Told<'_>) -> Result<(), Problem> {
        let Some(image) = self.ecr else { return Ok(()) };
        if self.mutability(&image).await?.is_some() {
            return Ok(());
        }
        let tags = [(PROJECT, project), (SERVICE, self.recipe.service)];
        let call = CreateRepository {
            repository_name: image.repository,
            tags: tags.map(|(key, value)| RepositoryTag { key, value }).to_vec(),
            image_scanning_configuration: Scanning { scan_on_push: true },
        };
        match self.writer.write(&call).await {
            Ok(_) => told(&format!("{}: made the repository {}", self.recipe.service, image.repository)),
            // Somebody else was quicker; or it was made, and the answer was lost.
            Err(err) if err.is("RepositoryAlreadyExistsException") => {}
            Err(err) if err.is_ambiguous() && self.mutability(&image).await?.is_some() => {}
            Err(err) => return Err(err.into()),
        }
        Ok(())
    }

    /// Whether tags of the image's repository stay with their images; nothing if there is no repository.
    async fn mutability(&self, image: &EcrImage<'_>) -> Result<Option<bool>, CallError> {
        let call = DescribeRepositories { repository_names: vec![image.repository] };
        match self.writer.reader().read(&call).await {
            Ok(answer) => {
                let first = answer.repositories.into_iter().next();
                Ok(first.map(|repository| repository.image_tag_mutability.starts_with("IMMUTABLE")))
            }
            Err(err) if err.is("RepositoryNotFoundException") => Ok(None),
            Err(err) => Err(err),
        }
    }

    /// Pushes the image that was built; gives back its digest.
    pub(super) async fn push(&self, told: &mut Told<'_>) -> Result<String, Problem> {
        let Recipe { service, build: _, name, platform: _ } = *self.recipe;
        if let Some(image) = self.ecr
            && let Some(digest) = self.digest(&image).await?
        {
            if self.is_same(&image, &digest).await? {
                told(&format!("{service}: {name} is there already"));
                return Ok(digest);
            }
            // The repository of somebody else may not tell; then the push itself finds out.
            if image.account().is_none() && self.mutability(&image).await? == Some(true) {
                return Err(self.taken(&image));
            }
        }
        told(&format!("{service}: pushing {name}"));
        self.insist(told).await?;
        let Some(image) = self.ecr else { return self.digest_elsewhere().await };
        let missing = || Problem::new(format!("`{name}` was pushed, and ECR does not have it"));
        self.digest(&image).await?.ok_or_else(missing)
    }

    /// Pushes, and tries again while the network is in the way.
    async fn insist(&self, told: &mut Told<'_>) -> Result<(), Problem> {
        let Recipe { service, build: _, name, platform: _ } = *self.recipe;
        let call = Call { arguments: ["push", name].map(str::to_owned).to_vec(), ..Call::default() };
        let mut attempt = 1;
        loop {
            let ended = self.engine.run(&call, Output::Followed).await?;
            if ended.success {
                return Ok(());
            }
            let why = last_line(&ended.complaint);
            if is_passing(&ended.complaint) && attempt < ATTEMPTS {
                told(&format!("{service}: the push broke off, trying again: {why}"));
                tokio::time::sleep(pause(attempt)).await;
                attempt += 1;
                continue;
            }
            if let Some(image) = self.ecr.filter(|_| ended.complaint.contains("immutable")) {
                return Err(self.taken(&image));
            }
            let program = self.engine.program().as_str();
            return Err(Problem::new(format!("`{program}` cannot push `{name}`: {why}")));
        }
    }

    /// Says that another image has the tag.
    fn taken(&self, image: &EcrImage<'_>) -> Problem {
        let (tag, repository) = (tag(image), image.repository);
        Problem::new(format!(
            "tag `{tag}` of the repository `{repository}` belongs to another image, and cannot be moved"
        ))
        .hint(format!("push the image of `{}` under another `--tag`", self.recipe.service))
    }

    /// The digest of the image that ECR has under the tag.
    async fn digest(&self, image: &EcrImage<'_>) -> Result<Option<String>, CallError> {
        let (registry_id, repository_name) = (image.account(), image.repository);
        let call = DescribeImages { registry_id, repository_name, image_ids: vec![image.version] };
        match self.writer.reader().read(&call).await {
            Ok(images) => Ok(images.image_details.into_iter().next().map(|image| image.image_digest)),
            Err(err) if err.is("ImageNotFoundException") || err.is("RepositoryNotFoundException") => Ok(None),
            Err(err) => Err(err),
        }
    }

    /// Whether the image of this digest is the one that was built. On this machine it is known by its digest, or by
    /// that of its configuration.
    async fn is_same(&self, image: &EcrImage<'_>, digest: &str) -> Result<bool, Problem> {
        let words = self.engine.identify().iter().copied().chain([self.recipe.name]);
        let call = Call { arguments: words.map(str::to_owned).collect(), ..Call::default() };
        let ended = self.engine.run(&call, Output::Kept).await?;
        let own = ended.output.trim_start_matches("sha256:").to_owned();
        if !ended.success || own.is_empty() {
            return Ok(false);
        }
        let (registry_id, repository_name) = (image.account(), image.repository);
        let call = BatchGetImage { registry_id, repository_name, image_ids: vec![ImageId::ImageDigest(digest)] };
        let answer = self.writer.reader().read(&call).await?;
        let manifests = answer.images.iter().filter_map(|one| serde_json::from_str::<Value>(&one.image_manifest).ok());
        let configurations: Vec<String> = manifests
            .filter_map(|manifest| manifest.pointer("/config/digest").and_then(Value::as_str).map(str::to_owned))
            .collect();
        let mut known = configurations.iter().map(String::as_str).chain([digest]);
        Ok(known.any(|known| known.trim_start_matches("sha256:") == own))
    }

    /// The digest that an image has in a registry which is not ECR's.
    async fn digest_elsewhere(&self) -> Result<String, Problem> {
        let name = self.recipe.name;
        let words = self.engine.digests().iter().copied().chain([name]);
        let call = Call { arguments: words.map(str::to_owned).collect(), ..Call::default() };
        let ended = self.engine.run(&call, Output::Kept).await?;
        let untagged =
            name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(name, |(untagged, _)| untagged);
        let digests = ended.output.lines().filter_map(|line| line.trim().split_once('@'));
        let mut own = digests.filter(|(repository, _)| *repository == untagged).map(|(_, digest)| digest.to_owned());
        own.next().ok_or_else(|| Problem::new(format!("`{name}` was pushed, but its digest cannot be told")))
    }
}
