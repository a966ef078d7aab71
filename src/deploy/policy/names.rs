//! The full names of what a release is made of, as far as they are known offline; `*` stands for the rest.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::deploy::api::image::EcrImage;
use crate::deploy::release::{Release, Unit};

/// Where a release is, as far as the user says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place<'a> {
    /// The region.
    pub region: Option<&'a str>,
    /// The account.
    pub account: Option<&'a str>,
}

/// The names that permissions are about.
#[derive(Debug)]
pub(super) struct Names<'r> {
    partition: String,
    region: String,
    account: String,
    /// The cluster's name.
    pub(super) cluster: &'r str,
    /// Patterns of the services' names.
    pub(super) services: BTreeSet<String>,
    /// Patterns of the families' names.
    pub(super) families: BTreeSet<String>,
    /// Full names of repositories.
    pub(super) repositories: BTreeSet<String>,
    /// Full names of those of the images that are pushed.
    pub(super) own_repositories: BTreeSet<String>,
    /// Full names of log groups.
    pub(super) log_groups: BTreeSet<String>,
    /// Full names of the roles with which tasks run.
    pub(super) task_roles: BTreeSet<String>,
    /// Full names of the roles with which ECS acts for services.
    pub(super) service_roles: BTreeSet<String>,
}

impl<'r> Names<'r> {
    /// The names of a release.
    pub(super) fn of(release: &'r Release, place: Place<'_>, pushed: &[String]) -> Self {
        let units = || release.units.values();
        let task_roles = roles(release, &["executionRoleArn", "taskRoleArn"]);
        let service_roles = roles(release, &["roleArn"]);
        let known = || task_roles.iter().chain(&service_roles).filter_map(|role| Arn::parse(role));
        let region = place.region.unwrap_or("*");
        let partition = known().next().map_or_else(|| partition(region), |arn| arn.partition);
        let images: BTreeSet<EcrImage<'_>> = images(release).filter_map(EcrImage::parse).collect();
        let account = place.account.or_else(|| known().next().map(|arn| arn.account));
        let account = account.or_else(|| images.iter().find_map(EcrImage::account)).unwrap_or("*");
        let mut names = Self {
            partition: partition.to_owned(),
            region: region.to_owned(),
            account: account.to_owned(),
            cluster: &release.cluster,
            services: patterns(&format!("{}-", release.project), units().filter_map(Unit::service)),
            families: patterns(&format!("{}-", release.project), units().map(|unit| &*unit.family)),
            repositories: BTreeSet::new(),
            own_repositories: BTreeSet::new(),
            log_groups: BTreeSet::new(),
            task_roles: BTreeSet::new(),
            service_roles: BTreeSet::new(),
        };
        names.own_repositories = pushed.iter().map(|image| names.own_repository(image)).collect();
        names.repositories = images.iter().map(|image| names.repository(image)).collect();
        names.repositories.extend(names.own_repositories.iter().cloned());
        names.log_groups = log_groups(release).map(|(group, region)| names.log_group(group, region)).collect();
        names.task_roles = task_roles.iter().map(|role| names.role(role)).collect();
        names.service_roles = service_roles.iter().map(|role| names.role(role)).collect();
        names
    }

    /// The full name of a resource of ECS.
    pub(super) fn ecs(&self, resource: &str) -> String {
        let Self { partition, region, account, .. } = self;
        format!("arn:{partition}:ecs:{region}:{account}:{resource}")
    }

    /// The cluster's full name.
    pub(super) fn cluster_arn(&self) -> String {
        self.ecs(&format!("cluster/{}", self.cluster))
    }

    /// The full name of a role, which may be named in full already.
    pub(super) fn role(&self, role: &str) -> String {
        if Arn::parse(role).is_some() {
            return role.to_owned();
        }
        format!("arn:{}:iam::{}:role/{role}", self.partition, self.account)
    }

    fn repository(&self, image: &EcrImage<'_>) -> String {
        let (account, region) = image.home.map_or((&*self.account, &*self.region), |home| (home.account, home.region));
        format!("arn:{}:ecr:{region}:{account}:repository/{}", self.partition, image.repository)
    }

    /// Of an image that is pushed, which may be named by its repository alone.
    fn own_repository(&self, pushed: &str) -> String {
        let own = || format!("arn:{}:ecr:{}:{}:repository/{pushed}", self.partition, self.region, self.account);
        EcrImage::parse(pushed).map_or_else(own, |image| self.repository(&image))
    }

    /// Of a log group, with the streams in it.
    fn log_group(&self, group: &str, region: Option<&str>) -> String {
        let region = region.unwrap_or(&self.region);
        format!("arn:{}:logs:{region}:{}:log-group:{group}:*", self.partition, self.account)
    }
}

/// The parts of a full name that tell where something is.
struct Arn<'a> {
    partition: &'a str,
    account: &'a str,
}

impl<'a> Arn<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.strip_prefix("arn:")?.split(':');
        let partition = parts.next()?;
        Some(Self { partition, account: parts.nth(2)? })
    }
}

/// The part of AWS in which a region is. <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
fn partition(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "aws-cn",
        Some("us") if region.starts_with("us-gov-") => "aws-us-gov",
        Some(_) | None => "aws",
    }
}

/// One pattern for all names that begin as those of the project do: so a policy holds for what the file has next, and
/// for what it had before and is to be deleted. Other names stand for themselves.
fn patterns<'n>(prefix: &str, names: impl Iterator<Item = &'n str>) -> BTreeSet<String> {
    names.map(|name| if name.starts_with(prefix) { format!("{prefix}*") } else { name.to_owned() }).collect()
}

/// The images of a release.
fn images(release: &Release) -> impl Iterator<Item = &str> {
    let containers = release.units.values().flat_map(Unit::containers);
    containers.filter_map(|container| container.get("image").and_then(Value::as_str))
}

/// The groups to which containers write, and in which regions they are.
fn log_groups(release: &Release) -> impl Iterator<Item = (&str, Option<&str>)> {
    let containers = release.units.values().flat_map(Unit::containers);
    containers.filter_map(|container| {
        let option = |name: &str| container.pointer("/logConfiguration/options")?.get(name)?.as_str();
        Some((option("awslogs-group")?, option("awslogs-region")))
    })
}

/// What stands under keys, anywhere in the documents of a release.
fn roles(release: &Release, keys: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for unit in release.units.values() {
        let mut open: Vec<&Value> = unit.document().values().chain([&unit.definition]).collect();
        while let Some(value) = open.pop() {
            match value {
                Value::Object(members) => {
                    let roles = keys.iter().filter_map(|key| members.get(*key)).filter_map(Value::as_str);
                    found.extend(roles.map(str::to_owned));
                    open.extend(members.values());
                }
                Value::Array(items) => open.extend(items),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_tells_its_partition() {
        let partitions = ["eu-west-1", "cn-north-1", "us-gov-west-1", "us-east-1", "*"].map(partition);
        assert_eq!(partitions, ["aws", "aws-cn", "aws-us-gov", "aws", "aws"]);
    }

    #[test]
    fn names_of_a_project_are_one_pattern() {
        let names = patterns("shop-", ["shop-web", "shop-api", "shop", "other"].into_iter());
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["other", "shop", "shop-*"]);
    }
}
