//! Images in ECR.

use serde::{Deserialize, Serialize};

use super::{Call, Operation, Read};

/// Asks whether a repository has an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeImages<'a> {
    /// The account of the registry.
    pub registry_id: &'a str,
    /// The repository.
    pub repository_name: &'a str,
    /// The image.
    pub image_ids: Vec<ImageId<'a>>,
}

/// An image of a repository, by its tag or its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ImageId<'a> {
    /// By its tag.
    ImageTag(&'a str),
    /// By its digest.
    ImageDigest(&'a str),
}

/// The images.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Images {
    /// The images.
    #[serde(default)]
    pub image_details: Vec<Image>,
}

/// An image.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// Its digest.
    #[serde(default)]
    pub image_digest: String,
}

impl Call for DescribeImages<'_> {
    const OPERATION: Operation = Operation::DescribeImages;
    type Answer = Images;
}

impl Read for DescribeImages<'_> {}

/// An image's name, if it is in ECR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EcrImage<'a> {
    /// As it is written.
    pub text: &'a str,
    /// The account of the registry.
    pub account: &'a str,
    /// The region of the registry.
    pub region: &'a str,
    /// The repository.
    pub repository: &'a str,
    /// Which of the repository's images.
    pub version: ImageId<'a>,
}

impl<'a> EcrImage<'a> {
    /// Reads an image's name. <https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html>
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let (host, rest) = text.split_once('/')?;
        let (account, rest_of_host) = host.split_once(".dkr.ecr.")?;
        let (region, domain) = rest_of_host.split_once('.')?;
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        if !is_account || !domain.starts_with("amazonaws.") {
            return None;
        }
        let (repository, version) = match (rest.split_once('@'), rest.rsplit_once(':')) {
            (Some((repository, digest)), _) => {
                let repository = repository.split_once(':').map_or(repository, |(repository, _)| repository);
                (repository, ImageId::ImageDigest(digest))
            }
            (None, Some((repository, tag))) => (repository, ImageId::ImageTag(tag)),
            (None, None) => (rest, ImageId::ImageTag("latest")),
        };
        Some(Self { text, account, region, repository, version })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str, ImageId<'_>)>) {
        let found = EcrImage::parse(text);
        assert_eq!(found.map(|image| (image.region, image.repository, image.version)), expected);
    }

    #[test]
    fn images_in_ecr_are_told_from_others() {
        let host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
        let region = "eu-west-1";
        check(&format!("{host}/shop/api:1.9"), Some((region, "shop/api", ImageId::ImageTag("1.9"))));
        check(&format!("{host}/api"), Some((region, "api", ImageId::ImageTag("latest"))));
        let digest = ImageId::ImageDigest("sha256:0a");
        check(&format!("{host}/api@sha256:0a"), Some((region, "api", digest)));
        check(&format!("{host}/api:1@sha256:0a"), Some((region, "api", digest)));
        let other = "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/api:1";
        check(other, Some(("cn-north-1", "api", ImageId::ImageTag("1"))));
        check("shop.dkr.ecr.eu-west-1.amazonaws.com/api:1", None);
        check("123456789012.dkr.ecr.eu-west-1.example.com/api:1", None);
        check("nginx:1", None);
        check("docker.io/library/nginx:1", None);
    }
}
