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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
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
