//! References to images: `[REGISTRY/]REPOSITORY[:TAG][@DIGEST]`.

/// A reference to an image.
// Invariant: it is what `docker pull` takes; `registry` is absent when the reference names none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageReference {
    registry: Option<String>,
    repository: String,
    tag: Option<String>,
    digest: Option<String>,
}
