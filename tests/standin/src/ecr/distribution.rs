//! The registry itself, as container engines talk to it: the part of the OCI distribution protocol that a push needs.
//! <https://github.com/opencontainers/distribution-spec/blob/main/spec.md>

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::calls::TOKEN;
use crate::aws::Aws;
use crate::wire::{ApiError, Response};

/// What was pushed, by digest.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    blobs: BTreeMap<String, Vec<u8>>,
    manifests: BTreeMap<String, (String, Vec<u8>)>,
    /// Uploads under way.
    uploads: BTreeMap<String, Vec<u8>>,
}

impl Contents {
    /// The manifest of a digest, as it was pushed, and its media type.
    pub(super) fn manifest(&self, digest: &str) -> Option<(&str, &str)> {
        let (kind, body) = self.manifests.get(digest)?;
        Some((kind, std::str::from_utf8(body).ok()?))
    }
}

/// A request to the registry.
#[derive(Debug)]
pub(crate) struct Exchange<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) authorization: &'a str,
    pub(crate) content_type: &'a str,
    pub(crate) body: &'a [u8],
}

impl Aws {
    /// Answers a container engine that knows the password.
    pub(crate) fn distribute(&mut self, exchange: &Exchange<'_>) -> Response {
        if exchange.authorization != format!("Basic {TOKEN}") {
            let mut response = failure(401, "UNAUTHORIZED", "Not Authorized");
            response.headers.push(("www-authenticate", "Basic realm=\"registry\"".to_owned()));
            return response;
        }
        let path = exchange.path.trim_start_matches("/v2/");
        if path.is_empty() {
            return success(200, Vec::new());
        }
        let parts = ["/blobs/uploads/", "/blobs/", "/manifests/"];
        let found = parts.iter().find_map(|part| Some((*part, path.split_once(part)?)));
        let Some((part, (name, rest))) = found else { return failure(404, "UNSUPPORTED", "no such path") };
        if !self.registry.repositories.contains_key(name) {
            let message = format!("The repository with name '{name}' does not exist in the registry");
            return failure(404, "NAME_UNKNOWN", &message);
        }
        match (part, exchange.method) {
            ("/blobs/uploads/", "POST") => self.begin_upload(name),
            ("/blobs/uploads/", "PATCH" | "PUT") => self.upload((name, rest), exchange),
            ("/blobs/", "GET" | "HEAD") => match self.registry.contents.blobs.get(rest) {
                Some(blob) => found_content((rest, "application/octet-stream"), exchange, blob),
                None => failure(404, "BLOB_UNKNOWN", "blob unknown to registry"),
            },
            ("/manifests/", "GET" | "HEAD") => self.manifest((name, rest), exchange),
            ("/manifests/", "PUT") => self.put_manifest((name, rest), exchange),
            _ => failure(405, "UNSUPPORTED", "The operation is unsupported."),
        }
    }

    fn begin_upload(&mut self, name: &str) -> Response {
        let id = self.ids.uuid();
        let location = format!("/v2/{name}/blobs/uploads/{id}");
        self.registry.contents.uploads.insert(id, Vec::new());
        success(202, vec![("location", location), ("range", "0-0".to_owned())])
    }

    /// Takes a part of a blob; the last names the digest that the whole has to have.
    fn upload(&mut self, (name, id): (&str, &str), exchange: &Exchange<'_>) -> Response {
        let contents = &mut self.registry.contents;
        let Some(upload) = contents.uploads.get_mut(id) else {
            return failure(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
        };
        upload.extend_from_slice(exchange.body);
        if exchange.method == "PATCH" {
            let range = format!("0-{}", upload.len().saturating_sub(1));
            return success(202, vec![("location", format!("/v2/{name}/blobs/uploads/{id}")), ("range", range)]);
        }
        let blob = std::mem::take(upload);
        contents.uploads.remove(id);
        let wanted = exchange.query.split('&').find_map(|pair| pair.strip_prefix("digest="));
        let wanted = wanted.unwrap_or_default().replace("%3A", ":");
        let digest = digest_of(&blob);
        if wanted != digest {
            return failure(400, "DIGEST_INVALID", "provided digest did not match uploaded content");
        }
        contents.blobs.insert(digest.clone(), blob);
        let location = format!("/v2/{name}/blobs/{digest}");
        success(201, vec![("location", location), ("docker-content-digest", digest)])
    }

    /// The manifest of a tag or a digest.
    fn manifest(&self, (name, reference): (&str, &str), exchange: &Exchange<'_>) -> Response {
        let images = self.registry.repositories.get(name).map(|repository| &repository.images);
        let tagged = |tag: &str| images?.iter().find(|image| image.tags.iter().any(|other| other == tag));
        let digest = tagged(reference).map_or(reference, |image| image.digest.as_str());
        match self.registry.contents.manifests.get(digest) {
            Some((kind, body)) => found_content((digest, kind), exchange, body),
            None => failure(404, "MANIFEST_UNKNOWN", "Requested image not found"),
        }
    }

    fn put_manifest(&mut self, (name, reference): (&str, &str), exchange: &Exchange<'_>) -> Response {
        let digest = digest_of(exchange.body);
        let Ok(manifest) = serde_json::from_slice::<Value>(exchange.body) else {
            return failure(400, "MANIFEST_INVALID", "manifest invalid");
        };
        let platforms = self.platforms(&manifest);
        // What a list of manifests consists of is pushed by its digests, and is no image to speak of.
        if !reference.starts_with("sha256:") {
            let platforms: Vec<&str> = platforms.iter().map(String::as_str).collect();
            if let Err(ApiError { message, .. }) = self.push_image((name, reference), Some(&digest), &platforms) {
                return failure(400, "TAG_INVALID", &message);
            }
        }
        let content = (exchange.content_type.to_owned(), exchange.body.to_vec());
        self.registry.contents.manifests.insert(digest.clone(), content);
        let location = format!("/v2/{name}/manifests/{digest}");
        success(201, vec![("location", location), ("docker-content-digest", digest)])
    }

    /// What an image can run on: as its list of manifests says, or its configuration.
    fn platforms(&self, manifest: &Value) -> Vec<String> {
        let platform =
            |value: &Value| Some(format!("{}/{}", value.get("os")?.as_str()?, value.get("architecture")?.as_str()?));
        if let Some(list) = manifest.get("manifests").and_then(Value::as_array) {
            return list.iter().filter_map(|one| platform(one.get("platform")?)).collect();
        }
        let digest = manifest.pointer("/config/digest").and_then(Value::as_str).unwrap_or_default();
        let blob = self.registry.contents.blobs.get(digest);
        let configuration = blob.and_then(|blob| serde_json::from_slice(blob).ok());
        configuration.as_ref().and_then(platform).into_iter().collect()
    }
}

fn digest_of(content: &[u8]) -> String {
    let bytes = Sha256::digest(content);
    bytes.iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

fn success(status: u16, headers: Vec<(&'static str, String)>) -> Response {
    Response { status, headers, body: Vec::new() }
}

fn found_content((digest, kind): (&str, &str), exchange: &Exchange<'_>, content: &[u8]) -> Response {
    let headers = vec![("content-type", kind.to_owned()), ("docker-content-digest", digest.to_owned())];
    let body = if exchange.method == "HEAD" { Vec::new() } else { content.to_vec() };
    Response { status: 200, headers, body }
}

fn failure(status: u16, code: &str, message: &str) -> Response {
    let body = json!({"errors": [{"code": code, "message": message}]}).to_string().into_bytes();
    Response { status, headers: vec![("content-type", "application/json".to_owned())], body }
}
