//! Images in ECR.

use serde::{Deserialize, Serialize};

use super::{Call, Operation, Read};

/// Asks whether a repository has an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeImages<'a> {
    /// The account of the registry; without it, one's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry_id: Option<&'a str>,
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

/// Asks for the manifests of images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchGetImage<'a> {
    /// The account of the registry; without it, one's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry_id: Option<&'a str>,
    /// The repository.
    pub repository_name: &'a str,
    /// The images.
    pub image_ids: Vec<ImageId<'a>>,
}

/// The manifests of those images that there are.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Manifests {
    /// The manifests.
    #[serde(default)]
    pub images: Vec<Manifest>,
}

/// The manifest of an image.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Its JSON, as a text.
    #[serde(default)]
    pub image_manifest: String,
}

impl Call for BatchGetImage<'_> {
    const OPERATION: Operation = Operation::BatchGetImage;
    type Answer = Manifests;
}

impl Read for BatchGetImage<'_> {}

/// An image's name, if it is in ECR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EcrImage<'a> {
    /// As it is written.
    pub text: &'a str,
    /// Where its registry is, as its name says.
    pub home: Option<Home<'a>>,
    /// The repository.
    pub repository: &'a str,
    /// Which of the repository's images.
    pub version: ImageId<'a>,
}

/// Where a registry of ECR is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Home<'a> {
    /// The account.
    pub account: &'a str,
    /// The region.
    pub region: &'a str,
}

impl<'a> EcrImage<'a> {
    /// Reads an image's name behind a registry of which it is known that it is one's own.
    #[must_use]
    pub fn behind(host: &str, text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix(host)?.strip_prefix('/')?;
        let (repository, version) = parts(rest);
        Some(Self { text, home: None, repository, version })
    }

    /// The account of its registry, unless it is one's own.
    #[must_use]
    pub fn account(&self) -> Option<&'a str> {
        self.home.map(|home| home.account)
    }

    /// The name without its tag and its digest.
    #[must_use]
    pub fn untagged(&self) -> &'a str {
        let end = self.text.find(self.repository).map(|start| start + self.repository.len());
        end.and_then(|end| self.text.get(..end)).unwrap_or(self.text)
    }

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
        let (repository, version) = parts(rest);
        Some(Self { text, home: Some(Home { account, region }), repository, version })
    }
}

/// The repository in what follows a registry, and which of its images is meant.
fn parts(text: &str) -> (&str, ImageId<'_>) {
    match (text.split_once('@'), text.rsplit_once(':')) {
        (Some((repository, digest)), _) => {
            let repository = repository.split_once(':').map_or(repository, |(repository, _)| repository);
            (repository, ImageId::ImageDigest(digest))
        }
        (None, Some((repository, tag))) => (repository, ImageId::ImageTag(tag)),
        (None, None) => (text, ImageId::ImageTag("latest")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str, ImageId<'_>)>) {
        let found = EcrImage::parse(text);
        let parts = |image: EcrImage<'_>| (image.home.unwrap().region.to_owned(), image.repository.to_owned());
        let expected_parts = expected.map(|(region, repository, _)| (region.to_owned(), repository.to_owned()));
        assert_eq!(found.map(parts), expected_parts);
        assert_eq!(found.map(|image| image.version), expected.map(|(_, _, version)| version));
    }

    #[test]
    fn an_image_of_a_registry_of_another_name_has_its_parts() {
        let image = EcrImage::behind("127.0.0.1:5000", "127.0.0.1:5000/shop/api:1").unwrap();
        assert_eq!((image.repository, image.version), ("shop/api", ImageId::ImageTag("1")));
        assert_eq!((image.untagged(), image.account()), ("127.0.0.1:5000/shop/api", None));
        assert_eq!(EcrImage::behind("127.0.0.1:50", "127.0.0.1:5000/shop/api:1"), None);
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
