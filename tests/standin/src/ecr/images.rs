//! The calls about images.

use serde_json::{Value, json};

use super::{Image, Repository};
use crate::aws::Aws;
use crate::input::Input;
use crate::page::Pages;
use crate::wire::{Answer, ApiError};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

pub(super) fn repository_missing(name: &str, account: &str) -> ApiError {
    let message = format!("The repository with name '{name}' does not exist in the registry with id '{account}'");
    ApiError::new("RepositoryNotFoundException", message)
}

impl Aws {
    fn repository_named(&self, input: Input<'_>) -> Result<&Repository, ApiError> {
        let name = input.text("repositoryName").unwrap_or_default();
        let account = input.text("registryId").unwrap_or(&self.settings.account);
        let own = self.registry.repositories.get(name).filter(|_| account == self.settings.account);
        own.ok_or_else(|| repository_missing(name, account))
    }

    pub(super) fn describe_images(&mut self, input: Input<'_>) -> Answer {
        let repository = self.repository_named(input)?;
        let mut chosen: Vec<&Image> = Vec::new();
        for id in input.items("imageIds") {
            let image = repository.image(id).ok_or_else(|| {
                let text = |name: &str| id.text(name).unwrap_or("null").to_owned();
                let message = format!(
                    "The image with imageId {{imageDigest:'{}', imageTag:'{}'}} does not exist within the repository \
                     with name '{}' in the registry with id '{}'",
                    text("imageDigest"),
                    text("imageTag"),
                    repository.name,
                    self.settings.account
                );
                ApiError::new("ImageNotFoundException", message)
            })?;
            chosen.push(image);
        }
        if !input.has("imageIds") {
            let wanted = input.below("filter").and_then(|filter| filter.text("tagStatus"));
            chosen.extend(repository.images.iter().filter(|image| image.has_status(wanted)));
        }
        let render = |image: &&Image| {
            json!({
                "registryId": self.settings.account,
                "repositoryName": repository.name,
                "imageDigest": image.digest,
                "imageTags": image.tags,
                "imageSizeInBytes": 10_000_000,
                "imagePushedAt": self.settings.time(image.pushed_at),
                "imageManifestMediaType": image.media_type(),
            })
        };
        self.page(chosen.iter().map(render).collect(), input, Pages { most: 1000, ..Pages::of("imageDetails") })
    }

    pub(super) fn list_images(&mut self, input: Input<'_>) -> Answer {
        let repository = self.repository_named(input)?;
        let wanted = input.below("filter").and_then(|filter| filter.text("tagStatus"));
        let ids = |image: &Image| -> Vec<Value> {
            if image.tags.is_empty() {
                return vec![json!({"imageDigest": image.digest})];
            }
            image.tags.iter().map(|tag| json!({"imageDigest": image.digest, "imageTag": tag})).collect()
        };
        let items = repository.images.iter().filter(|image| image.has_status(wanted)).flat_map(ids).collect();
        self.page(items, input, Pages { most: 1000, ..Pages::of("imageIds") })
    }

    pub(super) fn batch_get_image(&mut self, input: Input<'_>) -> Answer {
        let repository = self.repository_named(input)?;
        let (mut images, mut failures) = (Vec::new(), Vec::new());
        for id in input.items("imageIds") {
            match repository.image(id) {
                Some(image) => {
                    let mut found = id.0.clone();
                    if let Some(members) = found.as_object_mut() {
                        members.insert("imageDigest".to_owned(), json!(image.digest));
                    }
                    let pushed = self.registry.contents.manifest(&image.digest);
                    let made_up = image.manifest().to_string();
                    let (kind, manifest) = pushed.unwrap_or((image.media_type(), &made_up));
                    images.push(json!({
                        "registryId": self.settings.account,
                        "repositoryName": repository.name,
                        "imageId": found,
                        "imageManifest": manifest,
                        "imageManifestMediaType": kind,
                    }));
                }
                None => failures.push(json!({
                    "imageId": id.0,
                    "failureCode": "ImageNotFound",
                    "failureReason": "Requested image not found",
                })),
            }
        }
        Ok(json!({"images": images, "failures": failures}))
    }
}

impl Repository {
    /// The image of an `imageId`, which has a digest, a tag, or both.
    fn image(&self, id: Input<'_>) -> Option<&Image> {
        let (digest, tag) = (id.text("imageDigest"), id.text("imageTag"));
        let fits = |image: &&Image| {
            (digest.is_some() || tag.is_some())
                && digest.is_none_or(|digest| image.digest == digest)
                && tag.is_none_or(|tag| image.tags.iter().any(|other| other == tag))
        };
        self.images.iter().find(fits)
    }
}

impl Image {
    fn has_status(&self, wanted: Option<&str>) -> bool {
        match wanted {
            Some("TAGGED") => !self.tags.is_empty(),
            Some("UNTAGGED") => self.tags.is_empty(),
            _ => true,
        }
    }

    fn is_index(&self) -> bool {
        self.platforms.len() > 1
    }

    fn media_type(&self) -> &'static str {
        if self.is_index() { INDEX } else { MANIFEST }
    }

    fn manifest(&self) -> Value {
        let part = |kind: &str| json!({"mediaType": format!("application/vnd.oci.image.{kind}"), "size": 1000, "digest": self.digest});
        if !self.is_index() {
            return json!({
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "config": part("config.v1+json"),
                "layers": [part("layer.v1.tar+gzip")],
            });
        }
        let platform = |platform: &String| {
            let mut parts = platform.split('/');
            let mut next = || parts.next().unwrap_or_default().to_owned();
            let mut manifest = part("manifest.v1+json");
            if let Some(members) = manifest.as_object_mut() {
                members.insert("platform".to_owned(), json!({"os": next(), "architecture": next()}));
            }
            manifest
        };
        json!({
            "schemaVersion": 2,
            "mediaType": INDEX,
            "manifests": self.platforms.iter().map(platform).collect::<Value>(),
        })
    }
}
