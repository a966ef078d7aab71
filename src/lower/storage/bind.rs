//! Bind mounts: directories and files of the machine that runs the container.

use camino::Utf8Path;

use super::Mounted;
use crate::compose::service::storage::mount::{BindOptions, Recursive};
use crate::diag::{Code, Diagnostics};
use crate::ecs::name::VolumeName;
use crate::ecs::task::{HostVolume, Volume, VolumeKind};
use crate::lower::fate::fate;
use crate::lower::{Target, name};
use crate::options::LaunchType;
use crate::source::{Span, Spanned};

/// Paths that mean the same on every Linux machine with Docker; of most, also what lies below.
const SYSTEM_PATHS: &[&str] =
    &["/proc", "/sys", "/dev", "/run", "/var/run", "/var/lib/docker", "/var/log", "/lib/modules", "/etc/localtime"];

/// A directory of the instance. The source is as written.
pub(in crate::lower) fn directory(
    source: &Spanned<&String>,
    options: &BindOptions,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> Option<Mounted> {
    let Spanned { value: source, span } = *source;
    if is_windows(source) {
        let message = format!("`{source}` is a path of Windows: ECS runs this on Linux");
        diags.error(Code::Refused, span, message).hint("mount a path of the instance, or use a named volume");
        return None;
    }
    match target.launch_type {
        LaunchType::Fargate => {
            refuse_on_fargate(source, span, diags);
            None
        }
        LaunchType::Ec2 => {
            lost_options(options, diags);
            let path = target.project.resolve(source).into_string();
            note_instance(source, &path, (span, target), diags);
            let name = volume_name(source);
            let kind = VolumeKind::Host(HostVolume { source_path: path });
            Some(Mounted { volume: Volume { name, kind }, read_only: false })
        }
    }
}

/// The name of the volume that a source becomes: what is not absolute is called alike on every machine.
fn volume_name(source: &str) -> VolumeName {
    let in_home = source.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/'));
    match in_home {
        Some(rest) => name::volume_at("home", rest),
        None if source.starts_with('/') => name::volume_at("host", source),
        None => name::volume_at("project", source),
    }
}

/// Whether a path starts with a drive or with the name of a machine.
fn is_windows(path: &str) -> bool {
    let drive = path.split_once(':').is_some_and(|(drive, _)| drive.chars().count() == 1);
    drive || path.starts_with(r"\\")
}

/// Refuses a bind mount where there is no instance.
fn refuse_on_fargate(source: &str, span: Span, diags: &mut Diagnostics) {
    if source.ends_with("/docker.sock") {
        diags
            .error(Code::Refused, span, format!("there is no Docker behind `{source}` on Fargate"))
            .hint("leave it out if the service can do without it, or translate with `--launch-type ec2`");
        return;
    }
    diags
        .error(Code::Refused, span, format!("a task on Fargate cannot mount `{source}`: there is no instance"))
        .hint("bake files into the image, pass secrets as `secrets`, or keep data in a volume on EFS")
        .hint("or translate with `--launch-type ec2`");
}

/// Says that the instance's directory is not this machine's.
pub(super) fn note_instance(source: &str, path: &str, (span, target): (Span, Target<'_>), diags: &mut Diagnostics) {
    if path == "/" || SYSTEM_PATHS.iter().any(|system| Utf8Path::new(path).starts_with(system)) {
        return;
    }
    let finding = fate!("services.*.volumes[].source", LaunchType::Ec2).report(span, diags);
    if !source.starts_with(['/', '~']) {
        let start = &target.project.directory;
        finding
            .hint(format!("relative paths start at `{start}` of the instance; `--project-directory` says otherwise"));
    }
}

/// Reports options that ECS does not pass to Docker.
///
/// `selinux` does nothing on the machines that AWS offers for ECS, as they enforce no labels.
fn lost_options(options: &BindOptions, diags: &mut Diagnostics) {
    const EC2: LaunchType = LaunchType::Ec2;
    let BindOptions { propagation, create_host_path, recursive, selinux: _ } = options;
    let propagation = propagation.as_ref().filter(|propagation| propagation.value != "rprivate");
    fate!("services.*.volumes[].bind.propagation", EC2).report_if(propagation, diags);
    let create_host_path = create_host_path.filter(|flag| !flag.value);
    fate!("services.*.volumes[].bind.create_host_path", EC2).report_if(create_host_path.as_ref(), diags);
    let recursive = recursive.filter(|recursive| recursive.value != Recursive::Enabled);
    fate!("services.*.volumes[].bind.recursive", EC2).report_if(recursive.as_ref(), diags);
}
