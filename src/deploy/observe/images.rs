//! Whether the images are there that are to be pulled from the account's registries.

use std::collections::BTreeSet;

use futures_util::{StreamExt, stream};
use serde_json::Value;

use super::AT_ONCE;
use crate::deploy::api::image::{DescribeImages, EcrImage};
use crate::deploy::problem::Problem;
use crate::deploy::release::Release;
use crate::deploy::sdk::Reader;

/// Finds the images of a release that ECR in this region does not have. Other registries are not asked; nor is ECR where
/// we are not allowed to ask: then ECS itself finds out.
pub(super) async fn missing(reader: &Reader, release: &Release) -> Vec<Problem> {
    let region = reader.region().unwrap_or_default();
    let containers = release.units.values().flat_map(|unit| unit.containers().iter().map(move |it| (unit, it)));
    let images: BTreeSet<(EcrImage<'_>, &str)> = containers
        .filter_map(|(unit, container)| {
            let image = container.get("image").and_then(Value::as_str)?;
            if release.pinned.contains(image) {
                return None;
            }
            Some((release.ecr_image(image, region)?, &*unit.name))
        })
        .collect();
    let asked = images.into_iter().map(|(image, unit)| async move {
        let (registry_id, repository_name) = (image.account(), image.repository);
        let err = reader
            .read(&DescribeImages { registry_id, repository_name, image_ids: vec![image.version] })
            .await
            .err()?;
        let what = if err.is("RepositoryNotFoundException") {
            "the repository does not exist"
        } else if err.is("ImageNotFoundException") {
            "the repository has no such image"
        } else {
            return None;
        };
        let problem = Problem::new(format!("image `{}` of `{unit}` is missing: {what}", image.text));
        Some(problem.hint("build and push it with `compose2ecs push`, or correct `image`, `--registry` or `--tag`"))
    });
    stream::iter(asked).buffered(AT_ONCE).filter_map(|problem| async { problem }).collect().await
}
