//! Configs: text that appears as a file.
//!
//! Docker Compose mounts the file of a config into the container, which ECS can do on instances. It knows no text that
//! becomes a file, and no files on Fargate: there the image has to bring what it reads.

use super::Target;
use super::fate::fate;
use super::storage::bind;
use crate::compose::resource::{Config, ConfigContent};
use crate::compose::service::Service;
use crate::compose::service::secrets::grant::FileGrant;
use crate::compose::service::storage::mount::BindOptions;
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::MountPoint;
use crate::ecs::task::Volume;
use crate::options::LaunchType;
use crate::source::Spanned;

/// What the configs of a service become.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ConfigsDefinition {
    /// Where their files appear in the container.
    pub(super) mount_points: Vec<MountPoint>,
    /// The volumes of the task that hold them.
    pub(super) volumes: Vec<Volume>,
}

/// Says what becomes of the configs of a service.
pub(super) fn configs(service: &Service, target: Target<'_>, diags: &mut Diagnostics) -> ConfigsDefinition {
    let mut definition = ConfigsDefinition::default();
    for grant in &service.secrets.configs {
        report_ownership(&grant.value, diags);
        // The loader has seen to it that there is one.
        let Some(config) = target.project.configs.get(&grant.value.source.value) else { continue };
        let Some((volume, mount_point)) = mounted(grant, config, target, diags) else { continue };
        if !definition.volumes.contains(&volume) {
            definition.volumes.push(volume);
        }
        definition.mount_points.push(mount_point);
    }
    definition
}

/// The file of a config, where ECS can mount it; else it is reported.
fn mounted(
    grant: &Spanned<FileGrant>,
    config: &Config,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> Option<(Volume, MountPoint)> {
    // Docker Compose knows no template drivers, and labels are for configs that it makes.
    let Config { content, name: _, external: _, template_driver: _, labels: _ } = config;
    let path = grant.value.config_path();
    let from = match content {
        _ if config.is_external() => "Docker's store, which ECS does not know",
        Some(ConfigContent::File(file)) => match target.launch_type {
            LaunchType::Ec2 => return mount(grant, file, target, diags),
            LaunchType::Fargate => "a file of this machine, and Fargate mounts none",
        },
        Some(ConfigContent::Environment(_)) => "a variable of this machine, and ECS makes no file of text",
        Some(ConfigContent::Inline(_)) => "the Compose file, and ECS makes no file of text",
        // The loader is content with a config that says nothing.
        None => return None,
    };
    let source = &grant.value.source.value;
    let message = format!("there is no `{path}` in the container: the config `{source}` comes from {from}");
    let finding = diags.warn(Code::Lost, grant.span, message);
    let file = match content {
        Some(ConfigContent::File(file)) => {
            finding.label(file.span, "its file");
            file.value.strip_prefix("./").unwrap_or(&file.value)
        }
        Some(ConfigContent::Environment(_) | ConfigContent::Inline(_)) | None => source,
    };
    finding
        .hint(format!("copy it when the image is built: `COPY {file} {path}` in the Dockerfile"))
        .hint("or have the program read it from a variable, or from a volume");
    None
}

/// A file of the instance, which nobody writes to.
fn mount(
    grant: &Spanned<FileGrant>,
    file: &Spanned<String>,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> Option<(Volume, MountPoint)> {
    let source = Spanned::new(&file.value, grant.span);
    let volume = bind::directory(&source, &BindOptions::default(), target, diags)?.volume;
    let container_path = grant.value.config_path().into_owned();
    let mount_point = MountPoint { source_volume: volume.name.clone(), container_path, read_only: Some(true) };
    Some((volume, mount_point))
}

/// Reports an owner and permissions, which a file of the instance has already.
fn report_ownership(grant: &FileGrant, diags: &mut Diagnostics) {
    let FileGrant { source: _, target: _, uid, gid, mode } = grant;
    fate!("services.*.configs[].uid").report_if(uid.as_ref(), diags);
    fate!("services.*.configs[].gid").report_if(gid.as_ref(), diags);
    fate!("services.*.configs[].mode").report_if(mode.as_ref(), diags);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::lower;

    const CONFIGS: &str =
        "file: {file: ./conf/app.yml}, text: {content: 'a: 1'}, variable: {environment: V}, swarm: {external: true}";

    /// The mounts of the configs of a service, and what is found.
    #[track_caller]
    fn check(launch_type: LaunchType, configs: &str, expected: &str, findings: &str) {
        let text = format!("{{services: {{web: {{image: x, configs: {configs}}}}}, configs: {{{CONFIGS}}}}}");
        let (shown, found) = lower(launch_type, &text, |service, target, diags| {
            let ConfigsDefinition { mount_points, volumes } = super::configs(service, target, diags);
            let mounts =
                mount_points.iter().map(|mount| format!("{} at {}", mount.source_volume, mount.container_path));
            mounts.chain(volumes.iter().map(|volume| serde_json::to_string(volume).unwrap())).collect::<Vec<_>>()
        });
        assert_eq!((shown.join("\n").as_str(), found.as_str()), (expected, findings));
    }

    #[test]
    fn a_file_is_mounted_on_instances() {
        check(
            LaunchType::Ec2,
            "[file, {source: file, target: /etc/app.yml}]",
            r#"project-conf-app-yml-de079331 at /file
project-conf-app-yml-de079331 at /etc/app.yml
{"name":"project-conf-app-yml-de079331","host":{"sourcePath":"/srv/shop/conf/app.yml"}}"#,
            "file | warning[instance-storage]: what is mounted must be there on every instance that may run the task\n\
             {source: file, target: /etc/app.yml} | warning[instance-storage]: \
             what is mounted must be there on every instance that may run the task",
        );
        check(
            LaunchType::Fargate,
            "[file]",
            "",
            "file | warning[lost]: there is no `/file` in the container: the config `file` comes from a file of this \
             machine, and Fargate mounts none",
        );
    }

    #[test]
    fn ecs_makes_no_file_of_text() {
        check(
            LaunchType::Ec2,
            "[text, {source: variable, target: v}, swarm]",
            "",
            "text | warning[lost]: there is no `/text` in the container: the config `text` comes from the Compose \
             file, and ECS makes no file of text\n\
             {source: variable, target: v} | warning[lost]: there is no `/v` in the container: the config `variable` \
             comes from a variable of this machine, and ECS makes no file of text\n\
             swarm | warning[lost]: there is no `/swarm` in the container: the config `swarm` comes from Docker's \
             store, which ECS does not know",
        );
    }

    #[test]
    fn a_file_keeps_its_owner() {
        let lost = "is left out: a file has the owner and the permissions that it has where it comes from";
        check(
            LaunchType::Fargate,
            "[{source: text, uid: '1', gid: '2', mode: 0440}]",
            "",
            &format!(
                "'1' | warning[lost]: `uid` {lost}\n'2' | warning[lost]: `gid` {lost}\n0440 | warning[lost]: `mode` {lost}\n\
                 {{source: text, uid: '1', gid: '2', mode: 0440}} | warning[lost]: there is no `/text` in the \
                 container: the config `text` comes from the Compose file, and ECS makes no file of text"
            ),
        );
    }
}
