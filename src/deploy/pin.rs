//! Digests in the place of tags: so a revision names the very image that it is about, whatever becomes of the tag.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};
use serde_json::Value;

use super::api::image::{DescribeImages, EcrImage, ImageId};
use super::error::{CallError, Trouble};
use super::observe::AT_ONCE;
use super::options::Pin;
use super::problem::Problem;
use super::release::{Release, Unit};
use super::sdk::Reader;

/// Pins the images of a release: those that are built here, or all. Gives back what is to be said about it.
///
/// An image that is not there stays as it is written, and is found missing later on.
///
/// # Errors
///
/// When an image cannot be pinned that has to be, or AWS does not answer.
pub async fn pin(
    reader: &Reader,
    release: &mut Release,
    (pin, built): (Pin, &BTreeSet<String>),
) -> Result<Vec<String>, Vec<Problem>> {
    let region = reader.region().unwrap_or_default().to_owned();
    let images: BTreeSet<String> = release
        .units
        .values()
        .flat_map(Unit::containers)
        .filter_map(|container| container.get("image").and_then(Value::as_str))
        .filter(|image| match pin {
            Pin::Auto => built.contains(*image),
            Pin::Always => !image.contains('@'),
            Pin::Never => false,
        })
        .map(str::to_owned)
        .collect();
    let (ours, others): (Vec<&String>, Vec<&String>) =
        images.iter().partition(|image| release.ecr_image(image, &region).is_some());
    if pin == Pin::Always && !others.is_empty() {
        let problem = |image: &&String| {
            Problem::new(format!("`{image}` cannot be pinned: only images in ECR of this region can"))
                .hint("name it by its digest, `image: NAME@sha256:…`, or leave `--pin` out")
        };
        return Err(others.iter().map(problem).collect());
    }
    let asked = ours.iter().filter_map(|text| Some((*text, release.ecr_image(text, &region)?)));
    let asked = asked.filter(|(_, image)| matches!(image.version, ImageId::ImageTag(_)));
    let answers: Vec<(&String, Result<Option<String>, CallError>)> =
        stream::iter(asked.map(|(text, image)| async move { (text, digest(reader, &image).await) }))
            .buffered(AT_ONCE)
            .collect()
            .await;
    let (mut digests, mut notes) = (BTreeMap::new(), Vec::new());
    for (image, answer) in answers {
        match answer {
            Ok(Some(digest)) => {
                digests.insert(image.clone(), digest);
            }
            Ok(None) => {}
            Err(err) if err.trouble == Trouble::Denied && pin == Pin::Auto => {
                notes.push(format!("`{image}` stays as it is written, without its digest: {err}"));
            }
            Err(err) => return Err(vec![err.into()]),
        }
    }
    release.pin(&digests, &region);
    Ok(notes)
}

/// The digest of an image, if it is there.
async fn digest(reader: &Reader, image: &EcrImage<'_>) -> Result<Option<String>, CallError> {
    let (registry_id, repository_name) = (image.account(), image.repository);
    match reader.read(&DescribeImages { registry_id, repository_name, image_ids: vec![image.version] }).await {
        Ok(images) => Ok(images.image_details.into_iter().next().map(|image| image.image_digest)),
        Err(err) if err.is("ImageNotFoundException") || err.is("RepositoryNotFoundException") => Ok(None),
        Err(err) => Err(err),
    }
}
