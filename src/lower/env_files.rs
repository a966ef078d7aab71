//! `env_file`: files with variables, kept in S3 where `x-ecs` names a bucket.
//!
//! Without a bucket, the loader has made plain variables of what stands in them. With one, the files stay whole:
//! whoever reads the task definition does not read the values. Of a variable that stands in several files, Compose
//! takes the last value and ECS the first, so the order is turned around: ECS reads them from the top down, and its agent
//! sets a variable only where there is none yet (`MergeEnvironmentVariablesFromEnvfiles`).
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/use-environment-file.html>,
//! <https://github.com/aws/amazon-ecs-agent/blob/master/agent/api/container/container.go>

use std::collections::BTreeSet;

use super::Target;
use crate::compose::service::process::{EnvFile, Process};
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::{EnvironmentFile, EnvironmentFileType};
use crate::source::{Span, Spanned};

/// The files with variables that stay files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct KeptFiles {
    /// The files, the last of Compose's first.
    pub(super) files: Vec<EnvironmentFile>,
    /// Where they were named, which is the place of each of their variables.
    pub(super) spans: BTreeSet<Span>,
}

/// Finds the files that ECS reads from S3. One whose variables all stand elsewhere, too, is not needed.
pub(super) fn kept_files(process: &Process, target: Target<'_>, diags: &mut Diagnostics) -> KeptFiles {
    let mut kept = KeptFiles::default();
    let Some(bucket) = &target.project.extension.place.env_file_bucket else { return kept };
    let used: BTreeSet<Span> = process.environment.values().map(|variable| variable.span).collect();
    for file in process.env_file.iter().rev() {
        // The loader has looked whether it is there, and ECS reads one format only.
        let EnvFile { path, required: _, format: _ } = &file.value;
        if !used.contains(&path.span) || !kept.spans.insert(path.span) {
            continue;
        }
        let arn = object(&bucket.value, &path.value, target);
        report(path, &arn, bucket.span, diags);
        kept.files.push(EnvironmentFile { value: arn, kind: EnvironmentFileType::S3 });
    }
    kept
}

/// The ARN of the object that a file becomes: it is called like the file, below the project's name.
fn object(bucket: &str, path: &str, target: Target<'_>) -> String {
    let region = target.options.region.as_deref().unwrap_or_default();
    let partition = match region.split('-').next() {
        Some("cn") => "aws-cn",
        Some("us") if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    let bucket = if bucket.starts_with("arn:") { bucket.to_owned() } else { format!("arn:{partition}:s3:::{bucket}") };
    let words = path.split('/').filter(|word| !matches!(*word, "" | "." | "~"));
    let words: Vec<&str> = words.map(|word| if word == ".." { "_" } else { word }).collect();
    let ending = if path.strip_suffix(".env").is_some() { "" } else { ".env" };
    format!("{}/{}/{}{ending}", bucket.trim_end_matches('/'), target.project.name, words.join("/"))
}

/// Says where a file is expected.
fn report(path: &Spanned<String>, arn: &str, bucket: Span, diags: &mut Diagnostics) {
    let object = arn.rsplit(":::").next().unwrap_or_default();
    let file = &path.value;
    let message = format!("ECS reads `{file}` from S3, and takes what stands behind `=` as it is, quotes and all");
    diags
        .note(Code::Approximated, path.span, message)
        .label(bucket, "the bucket")
        .hint(format!("put it there: `aws s3 cp {file} s3://{object}`"))
        .hint("give the execution role `s3:GetObject` on it, and `s3:GetBucketLocation` on the bucket");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::LaunchType;
    use crate::testing::lower;

    /// The object that a file becomes.
    #[track_caller]
    fn check(bucket: &str, path: &str, expected: &str) {
        let (arn, _) =
            lower(LaunchType::Ec2, "services: {web: {image: x}}", |_, target, _| object(bucket, path, target));
        assert_eq!(arn, expected);
    }

    #[test]
    fn an_object_is_called_like_the_file() {
        check("b", "web.env", "arn:aws:s3:::b/shop/web.env");
        check("b/env/", "./conf/.env", "arn:aws:s3:::b/env/shop/conf/.env");
        check("arn:aws-cn:s3:::b", "/etc/web.env", "arn:aws-cn:s3:::b/shop/etc/web.env");
        check("b", "../web.env", "arn:aws:s3:::b/shop/_/web.env");
        check("b", ".env.production", "arn:aws:s3:::b/shop/.env.production.env");
    }

    #[test]
    fn without_a_bucket_no_file_is_kept() {
        let text = "services: {web: {image: x, env_file: [{path: a.env, required: false}]}}";
        let (kept, found) =
            lower(LaunchType::Ec2, text, |service, target, diags| kept_files(&service.process, target, diags));
        assert_eq!((kept, found.as_str()), (KeptFiles::default(), ""));
    }
}
