//! What the file for ecs-cli says of volumes.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::{finish, given, items, switch, text};
use crate::compose::Project;
use crate::compose::extension::volume::{FileSystem, VolumeScope};
use crate::compose::foreign::Foreign;
use crate::diag::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys};

/// Takes `docker_volumes`: volumes of the instance's Docker.
pub(super) fn take_docker(keys: &mut Keys<'_>, project: &mut Project, diags: &mut Diagnostics) {
    let Some(entry) = given(keys, "docker_volumes") else { return };
    let mounted = mounted(project);
    for item in items(entry, diags) {
        let Some(volume) = Docker::decode(item, diags).filter(|volume| is_used(&volume.name, &mounted, diags)) else {
            continue;
        };
        volume.adopt(project, diags);
    }
}

/// Takes `efs_volumes`: file systems on EFS.
pub(super) fn take_efs(keys: &mut Keys<'_>, project: &mut Project, diags: &mut Diagnostics) {
    let Some(entry) = given(keys, "efs_volumes") else { return };
    let mounted = mounted(project);
    for item in items(entry, diags) {
        let Some((name, file_system)) = efs(item, diags).filter(|(name, _)| is_used(name, &mounted, diags)) else {
            continue;
        };
        let volume = project.volumes.entry(name.value.clone()).or_default();
        let foreign = Foreign { name: &name.value, span: name.span, form: "efs: {file_system: ID}" };
        foreign.put(Some(Spanned::new(file_system, item.span)), &mut volume.extension.efs, diags);
    }
}

/// A volume of Docker.
struct Docker {
    name: Spanned<String>,
    /// What says whose it is, and whose.
    scope: Option<(Span, Spanned<VolumeScope>)>,
    autoprovision: bool,
    driver: Option<Spanned<String>>,
    driver_opts: IndexMap<String, Spanned<String>>,
    labels: IndexMap<String, Spanned<String>>,
}

impl Decode for Docker {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let name = keys.require("name", diags);
        let scope = given(&mut keys, "scope");
        let scope = scope.and_then(|entry| Some((entry.key_span, Spanned::decode(&entry.value, diags)?)));
        let autoprovision = keys.take_nullable("autoprovision", diags).unwrap_or_default();
        let driver = keys.take_nullable("driver", diags);
        let (driver_opts, labels) = (texts(&mut keys, "driver_opts", diags), texts(&mut keys, "labels", diags));
        finish(keys, "a volume of Docker", diags);
        Some(Self { name: name?, scope, autoprovision, driver, driver_opts, labels })
    }
}

impl Docker {
    /// Whether Docker makes it when it is missing. That of a task is always made.
    fn is_made(&self) -> bool {
        self.autoprovision || self.scope.as_ref().is_some_and(|(_, scope)| scope.value == VolumeScope::Task)
    }

    /// Puts it in the place of what the Compose file says. Docker knows it by the name that it has here.
    fn adopt(self, project: &mut Project, diags: &mut Diagnostics) {
        let is_made = self.is_made();
        let Self { name, scope, autoprovision: _, driver, driver_opts, labels } = self;
        let volume = project.volumes.entry(name.value.clone()).or_default();
        let message = format!("`{}` is taken for a volume of the Compose file", name.value);
        let finding = diags.note(Code::Inferred, name.span, message);
        let own = volume.name.iter().chain(&volume.driver);
        for own in own.chain(volume.driver_opts.values()).chain(volume.labels.values()) {
            finding.label(own.span, "it goes before this");
        }
        let form = if is_made { "name: NAME, driver: DRIVER" } else { "name: NAME, external: true" };
        finding.hint(format!("write `volumes: {{{}: {{{form}}}}}` at the top of the Compose file", name.value));
        volume.external = Some(Spanned::new(!is_made, name.span));
        volume.name = Some(name);
        volume.driver = driver;
        volume.driver_opts = driver_opts;
        volume.labels = labels;
        // Being shared is usual.
        if let Some((span, scope)) = scope.filter(|(_, scope)| scope.value == VolumeScope::Task) {
            let foreign = Foreign { name: "scope", span, form: "scope: task" };
            foreign.put(Some(scope), &mut volume.extension.scope, diags);
        }
    }
}

/// Takes texts by their names; whatever is one value is a text.
fn texts(keys: &mut Keys<'_>, key: &'static str, diags: &mut Diagnostics) -> IndexMap<String, Spanned<String>> {
    keys.nested(key, diags).entries().filter_map(|entry| text(entry, diags)).collect()
}

/// Reads a file system on EFS, and what it is called.
fn efs(node: &Node, diags: &mut Diagnostics) -> Option<(Spanned<String>, FileSystem)> {
    let mut keys = Keys::of(node, diags)?;
    let name = keys.require("name", diags);
    let file_system: Option<Spanned<String>> = keys.require("filesystem_id", diags);
    let mut on = |key, diags: &mut Diagnostics| given(&mut keys, key).and_then(|entry| switch(&entry.value, diags));
    let (transit_encryption, iam) = (on("transit_encryption", diags), on("iam", diags));
    let read = FileSystem {
        access_point: keys.take_nullable("access_point", diags),
        root_directory: keys.take_nullable("root_directory", diags),
        transit_encryption,
        transit_encryption_port: keys.take_nullable("transit_encryption_port", diags),
        iam,
        file_system,
    };
    finish(keys, "a volume on EFS", diags);
    name.filter(|_| read.file_system.is_some()).map(|name| (name, read))
}

/// The volumes that services mount.
fn mounted(project: &Project) -> BTreeSet<String> {
    let mounts = project.services.values().flat_map(|service| &service.storage.volumes);
    mounts.filter_map(|mount| mount.value.source.volume().map(ToOwned::to_owned)).collect()
}

/// Whether a service mounts a volume. If none does, ECS has no use for it, which is reported.
fn is_used(name: &Spanned<String>, mounted: &BTreeSet<String>, diags: &mut Diagnostics) -> bool {
    let is_used = mounted.contains(&name.value);
    if !is_used {
        let foreign = Foreign { name: &name.value, span: name.span, form: "" };
        foreign.lost("no service mounts it", "mount it: `volumes: [NAME:/directory]` at a service", diags);
    }
    is_used
}
