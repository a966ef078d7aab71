//! Whether the images are there that are to be pulled from the account's registries.

use std::collections::BTreeSet;

use futures_util::{StreamExt, stream};
use serde_json::Value;

use super::AT_ONCE;
use crate::deploy::api::image::{DescribeImages, ImageId};
use crate::deploy::problem::Problem;
use crate::deploy::release::Release;
use crate::deploy::sdk::Reader;

/// An image in ECR.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct EcrImage<'a> {
    /// As it is written.
    text: &'a str,
    account: &'a str,
    repository: &'a str,
    /// `:tag` or `@digest`.
    version: Version<'a>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Version<'a> {
    Tag(&'a str),
    Digest(&'a str),
}

/// Finds the images of a release that ECR in this region does not have. Other registries are not asked; nor is ECR where
/// we are not allowed to ask: then ECS itself finds out.
pub(super) async fn missing(reader: &Reader, release: &Release) -> Vec<Problem> {
    let region = reader.region().unwrap_or_default();
    let containers = release.units.values().flat_map(|unit| unit.containers().iter().map(move |it| (unit, it)));
    let images: BTreeSet<(EcrImage<'_>, &str)> = containers
        .filter_map(|(unit, container)| {
            let image = container.get("image").and_then(Value::as_str)?;
            Some((parse(image, region)?, &*unit.name))
        })
        .collect();
    let asked = images.into_iter().map(|(image, unit)| async move {
        let id = match image.version {
            Version::Tag(tag) => ImageId::ImageTag(tag),
            Version::Digest(digest) => ImageId::ImageDigest(digest),
        };
        let (registry_id, repository_name) = (image.account, image.repository);
        let err = reader.read(&DescribeImages { registry_id, repository_name, image_ids: vec![id] }).await.err()?;
        let what = if err.is("RepositoryNotFoundException") {
            "the repository does not exist"
        } else if err.is("ImageNotFoundException") {
            "the repository has no such image"
        } else {
            return None;
        };
        let problem = Problem::new(format!("image `{}` of `{unit}` is missing: {what}", image.text));
        Some(problem.hint("build it and push it, or correct `image`, `--registry` or `--tag`"))
    });
    stream::iter(asked).buffered(AT_ONCE).filter_map(|problem| async { problem }).collect().await
}

/// An image in ECR of this region. <https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html>
fn parse<'a>(text: &'a str, region: &str) -> Option<EcrImage<'a>> {
    let (host, rest) = text.split_once('/')?;
    let (account, rest_of_host) = host.split_once(".dkr.ecr.")?;
    let in_region = rest_of_host.strip_prefix(region)?.starts_with('.');
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    if !in_region || !is_account {
        return None;
    }
    let (repository, version) = match (rest.split_once('@'), rest.rsplit_once(':')) {
        (Some((repository, digest)), _) => (repository, Version::Digest(digest)),
        (None, Some((repository, tag))) => (repository, Version::Tag(tag)),
        (None, None) => (rest, Version::Tag("latest")),
    };
    Some(EcrImage { text, account, repository, version })
}

#[cfg(test)]
mod tests {
    use super::{Version, parse};

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, Version<'_>)>) {
        let found = parse(text, "eu-west-1");
        assert_eq!(found.map(|image| (image.repository, image.version)), expected);
    }

    #[test]
    fn images_of_the_region_are_told_from_others() {
        let host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
        check(&format!("{host}/shop/api:1.9"), Some(("shop/api", Version::Tag("1.9"))));
        check(&format!("{host}/api"), Some(("api", Version::Tag("latest"))));
        check(&format!("{host}/api@sha256:0a"), Some(("api", Version::Digest("sha256:0a"))));
        check("123456789012.dkr.ecr.us-east-1.amazonaws.com/api:1", None);
        check("shop.dkr.ecr.eu-west-1.amazonaws.com/api:1", None);
        check("nginx:1", None);
        check("docker.io/library/nginx:1", None);
    }
}
