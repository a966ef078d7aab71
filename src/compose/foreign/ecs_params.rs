//! `--ecs-params`: the file in which ecs-cli, which is retired, is told what Compose cannot say.
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cmd-ecs-cli-compose-ecsparams.html>
//!
//! As with ecs-cli, all services share a task, and what the file says of one goes before what the Compose files say.
//! `x-ecs` goes before both.

mod service;
mod size;
mod volume;

use std::rc::Rc;

use super::{Foreign, take};
use crate::compose::extension::TaskExtension;
use crate::compose::extension::hatch::{ServiceLayers, TaskDefinitionLayers};
use crate::compose::extension::setting::Setting;
use crate::compose::extension::size::TaskSize;
use crate::compose::name::ServiceName;
use crate::compose::paths::shown;
use crate::compose::{Places, Project};
use crate::diag::nearest::nearest;
use crate::diag::{Code, Diagnostics, Severity};
use crate::options::{Grouping, LoadOptions};
use crate::source::{Span, Spanned};
use crate::world::World;
use crate::yaml::choice::choice;
use crate::yaml::keys::{Decode, Keys, Room, StringOrNumber, wrong_type};
use crate::yaml::resolve::Value;
use crate::yaml::{Entry, Node};

/// Takes over what the file for ecs-cli says, if there is one.
pub(in crate::compose) fn adopt(project: &mut Project, diags: &mut Diagnostics) {
    let Some(root) = project.ecs_params.as_ref().map(Places::root) else { return };
    let Some(mut keys) = Keys::of(&root, diags) else { return };
    // There is but one, and it means nothing.
    let _: Option<StringOrNumber> = keys.take_nullable("version", diags);
    share_a_task(project, root.entries().first().map_or(root.span, |entry| entry.key_span), diags);
    let task_definition = keys.nested("task_definition", diags);
    of_task_definition(task_definition, project, diags);
    let run_params = keys.nested("run_params", diags);
    of_run_params(run_params, &mut project.extension.task, diags);
    finish(keys, "a file for ecs-cli", diags);
}

/// Says that a file for ecs-cli is not read: ecs-cli itself looks for it, under this name.
pub(crate) fn report_unread(world: &dyn World, options: &LoadOptions, project: &Project, diags: &mut Diagnostics) {
    let path = project.directory.join("ecs-params.yml");
    if options.ecs_params.is_none() && world.is_file(&path) {
        let name = shown(&world.current_dir(), &path);
        let message = format!("`{name}` is not read");
        diags.push(Severity::Note, Code::MissingOption, None, message).hint(format!("give `--ecs-params {name}`"));
    }
}

/// Puts all services in one task, as ecs-cli does, unless `x-ecs` says where they go.
fn share_a_task(project: &mut Project, span: Span, diags: &mut Diagnostics) {
    let slot = &mut project.extension.place.task_per;
    if slot.is_none() {
        let message = "all services share one task, as with ecs-cli: that is taken for `x-ecs.task_per`";
        diags.note(Code::Inferred, span, message).hint("write `x-ecs: {task_per: project}`");
        *slot = Some(Spanned::new(Grouping::SingleTask, span));
    }
}

/// Takes the keys of `task_definition`.
fn of_task_definition(mut keys: Keys<'_>, project: &mut Project, diags: &mut Diagnostics) {
    let task = &mut project.extension.task;
    take_as(&mut keys, ("ecs_network_mode", "network_mode: MODE"), &mut task.network.network_mode, diags);
    take_as(&mut keys, ("task_role_arn", "task_role: ARN"), &mut task.roles.task_role, diags);
    take_as(&mut keys, ("task_execution_role", "execution_role: ARN"), &mut task.roles.execution_role, diags);
    of_task_size(&mut keys, task, diags);
    let fields = [
        ("pid_mode", "pidMode", "task_definition: {pidMode: MODE}"),
        ("ipc_mode", "ipcMode", "task_definition: {ipcMode: MODE}"),
        (
            "placement_constraints",
            "placementConstraints",
            "task_definition: {placementConstraints: [{type: memberOf, expression: …}]}",
        ),
    ];
    for (key, field, form) in fields {
        let Some(entry) = given(&mut keys, key) else { continue };
        let slot = &mut task.hatches.task_definition;
        let layers = slot.get_or_insert_with(|| Spanned::new(TaskDefinitionLayers::default(), entry.value.span));
        Foreign::of(entry, form).lay(field, Rc::clone(&entry.value), &mut layers.value.0, diags);
    }
    for entry in keys.nested("services", diags).entries() {
        of_service(entry, project, diags);
    }
    volume::take_docker(&mut keys, project, diags);
    volume::take_efs(&mut keys, project, diags);
    finish(keys, "`task_definition`", diags);
}

/// Takes the size of the task.
fn of_task_size(keys: &mut Keys<'_>, task: &mut TaskExtension, diags: &mut Diagnostics) {
    let mut keys = keys.nested("task_size", diags);
    let (cpu, memory) = (given(&mut keys, "cpu_limit"), given(&mut keys, "mem_limit"));
    if cpu.or(memory).is_some() {
        let slot = task.size.task_size.get_or_insert_with(|| Spanned::new(TaskSize::default(), keys.span));
        if let Some(entry) = cpu {
            let value = size::cpus(&entry.value, diags);
            Foreign::of(entry, "task_size: {cpu: CPUS}").put(value, &mut slot.value.cpu, diags);
        }
        if let Some(entry) = memory {
            let value = size::memory(&entry.value, diags);
            Foreign::of(entry, "task_size: {memory: SIZE}").put(value, &mut slot.value.memory, diags);
        }
    }
    finish(keys, "`task_size`", diags);
}

/// Takes the keys of a service, which must be one of the Compose files. Of one that is not active, nobody asks.
fn of_service(entry: &Entry, project: &mut Project, diags: &mut Diagnostics) {
    let name = ServiceName::new(&*entry.key);
    if let Some(service) = project.services.get_mut(&name) {
        service::adopt(service, &entry.value, diags);
    }
    if project.services.contains_key(&name) || project.inactive.contains_key(&name) {
        return;
    }
    let message = format!("service `{}` is not defined in the Compose files", entry.key);
    let finding = diags.error(Code::UndefinedName, entry.key_span, message);
    let names = project.services.keys().chain(project.inactive.keys()).map(ServiceName::as_str);
    if let Some(name) = nearest(&entry.key, names) {
        finding.hint(format!("did you mean `{name}`?"));
    }
}

/// Takes the keys of `run_params`.
fn of_run_params(mut keys: Keys<'_>, task: &mut TaskExtension, diags: &mut Diagnostics) {
    let mut network = keys.nested("network_configuration", diags);
    let mut interface = network.nested("awsvpc_configuration", diags);
    let slots = &mut task.network;
    take_as(&mut interface, ("subnets", "subnets: [subnet-…]"), &mut slots.subnets, diags);
    take_as(&mut interface, ("security_groups", "security_groups: [sg-…]"), &mut slots.security_groups, diags);
    if let Some(entry) = given(&mut interface, "assign_public_ip") {
        let value = switch(&entry.value, diags);
        let form = flag(value, ["assign_public_ip: false", "assign_public_ip: true"]);
        Foreign::of(entry, form).put(value, &mut slots.assign_public_ip, diags);
    }
    finish(interface, "`awsvpc_configuration`", diags);
    finish(network, "`network_configuration`", diags);
    of_task_placement(&mut keys, task, diags);
    of_service_discovery(&mut keys, diags);
    finish(keys, "`run_params`", diags);
}

/// Takes where tasks are placed.
fn of_task_placement(keys: &mut Keys<'_>, task: &mut TaskExtension, diags: &mut Diagnostics) {
    let mut keys = keys.nested("task_placement", diags);
    let fields = [
        ("strategy", "placementStrategy", "service: {placementStrategy: [{type: spread, field: …}]}"),
        ("constraints", "placementConstraints", "service: {placementConstraints: [{type: memberOf, expression: …}]}"),
    ];
    for (key, field, form) in fields {
        let Some(entry) = given(&mut keys, key) else { continue };
        let slot = &mut task.hatches.service;
        let layers = slot.get_or_insert_with(|| Spanned::new(ServiceLayers::default(), entry.value.span));
        Foreign::of(entry, form).lay(field, Rc::clone(&entry.value), &mut layers.value.0, diags);
    }
    finish(keys, "`task_placement`", diags);
}

/// Reads what ecs-cli makes in Cloud Map, and says that nothing is made there.
fn of_service_discovery(keys: &mut Keys<'_>, diags: &mut Diagnostics) {
    let Some(entry) = given(keys, "service_discovery") else { return };
    let why = "nothing is made in Cloud Map: services reach each other through Service Connect, or in their task";
    let hint = "for a registry that is there: `x-ecs: {service: {serviceRegistries: [{registryArn: ARN}]}}`";
    Foreign::of(entry, "").lost(why, hint, diags);
    let Some(mut keys) = Keys::of(&entry.value, diags) else { return };
    read_texts(&mut keys, &["container_name"], diags);
    let _: Option<u16> = keys.take_nullable("container_port", diags);
    let mut private = keys.nested("private_dns_namespace", diags);
    read_texts(&mut private, &["id", "name", "vpc", "description"], diags);
    finish(private, "`private_dns_namespace`", diags);
    let mut public = keys.nested("public_dns_namespace", diags);
    read_texts(&mut public, &["id", "name"], diags);
    finish(public, "`public_dns_namespace`", diags);
    let mut service = keys.nested("service_discovery_service", diags);
    read_texts(&mut service, &["name", "description"], diags);
    let mut dns = service.nested("dns_config", diags);
    read_texts(&mut dns, &["type"], diags);
    let _: Option<u32> = dns.take_nullable("ttl", diags);
    finish(dns, "`dns_config`", diags);
    let mut check = service.nested("healthcheck_custom_config", diags);
    let _: Option<u32> = check.take_nullable("failure_threshold", diags);
    finish(check, "`healthcheck_custom_config`", diags);
    finish(service, "`service_discovery_service`", diags);
    finish(keys, "`service_discovery`", diags);
}

/// Reads keys that take texts.
fn read_texts(keys: &mut Keys<'_>, names: &[&'static str], diags: &mut Diagnostics) {
    for name in names {
        let _: Option<StringOrNumber> = keys.take_nullable(name, diags);
    }
}

/// Takes the entry of a key. ecs-cli does not tell a key without a value from none.
fn given<'n>(keys: &mut Keys<'n>, key: &'static str) -> Option<&'n Entry> {
    keys.entry(key).filter(|entry| !entry.value.is_null())
}

/// Takes a key as the value that `x-ecs` has for it, and puts it there.
fn take_as<T: Setting>(
    keys: &mut Keys<'_>,
    (key, form): (&'static str, &'static str),
    slot: &mut Option<Spanned<T>>,
    diags: &mut Diagnostics,
) {
    if let Some(entry) = given(keys, key) {
        take(entry, form, slot, diags);
    }
}

/// Takes the entries of a list. Anything else is reported.
fn items<'n>(entry: &'n Entry, diags: &mut Diagnostics) -> &'n [Rc<Node>] {
    let items = entry.value.as_sequence();
    if items.is_none() {
        wrong_type(&entry.value, "a list", diags);
    }
    items.unwrap_or_default()
}

/// Reads a text by its name: whatever is one value.
fn text(entry: &Entry, diags: &mut Diagnostics) -> Option<(String, Spanned<String>)> {
    let text = match entry.value.value() {
        Some(value @ (Value::Bool(_) | Value::Integer(_) | Value::Float(_))) => value.to_go_string().into_owned(),
        _ => String::decode(&entry.value, diags)?,
    };
    Some((entry.key.to_string(), Spanned::new(text, entry.value.span)))
}

/// Reads ECS's words for on and off.
fn switch(node: &Node, diags: &mut Diagnostics) -> Option<Spanned<bool>> {
    let on = choice(node, &[("ENABLED", true), ("DISABLED", false)], diags)?;
    Some(Spanned::new(on, node.span))
}

/// The form for a boolean: that for `false`, or that for `true`.
fn flag(value: Option<Spanned<bool>>, [off, on]: [&'static str; 2]) -> &'static str {
    if value.is_some_and(|value| value.value) { on } else { off }
}

/// Reports what ecs-cli would not have read, and would not have told.
fn finish(keys: Keys<'_>, what: &str, diags: &mut Diagnostics) {
    keys.finish_with(Room::Nothing, what, diags);
}

#[cfg(test)]
mod tests {
    use crate::compose::load;
    use crate::options::LoadOptions;
    use crate::testing::messages;
    use crate::world::MemoryWorld;

    /// What is found when a file for ecs-cli stands beside services.
    #[track_caller]
    fn check(services: &str, ecs_params: &str, expected: &[&str]) {
        let compose = format!("services: {services}");
        let files = [("compose.yaml", compose.as_str()), ("ecs-params.yml", ecs_params)];
        let world = MemoryWorld {
            files: files.map(|(name, text)| (format!("/srv/shop/{name}").into(), text.into())).into(),
            current_dir: "/srv/shop".into(),
            ..MemoryWorld::default()
        };
        let options = LoadOptions { ecs_params: Some("ecs-params.yml".into()), ..LoadOptions::default() };
        let found = messages(&load::load(&world, &[], &options).reported.diagnostics);
        let found: Vec<&str> = found.lines().filter(|line| !line.contains("as with ecs-cli")).collect();
        assert_eq!(found, expected);
    }

    const WEB: &str = "{web: {image: x}, debug: {image: x, profiles: [debug]}}";

    #[test]
    fn a_file_may_say_nothing() {
        check(WEB, "", &[]);
        check(WEB, "version: 1\ntask_definition:\nrun_params:\n  network_configuration:\n", &[]);
        check(WEB, "task_definition: {task_role_arn: , services: {web: , debug: {essentail: 1}}}", &[]);
    }

    #[test]
    fn what_ecs_cli_would_not_have_read_is_a_mistake() {
        check(
            WEB,
            "{task_definition: {task_rol: r, services: {wbe: {}, web: {cpu: 1}}}, x-run: {}}",
            &[
                "error[unknown-key]: unknown key `task_rol`: `task_definition` has no such key",
                "error[undefined-name]: service `wbe` is not defined in the Compose files",
                "error[unknown-key]: unknown key `cpu`: a service of `task_definition` has no such key",
                "error[unknown-key]: unknown key `x-run`: a file for ecs-cli has no such key",
            ],
        );
        check(WEB, "[]", &["error[wrong-type]: expected a mapping, found a list"]);
        check(WEB, "{}\n---\n{}", &["error[invalid-value]: a file for ecs-cli is one document: this is another"]);
    }

    #[test]
    fn names_are_those_of_the_compose_files() {
        check(
            WEB,
            "task_definition: {services: {web: {depends_on: [{container_name: db, condition: HEALTHY}]}}}",
            &[
                "note[inferred]: `depends_on` is taken for `depends_on` of the service",
                "error[undefined-name]: service `db`, which `web` needs by `depends_on`, is not defined",
            ],
        );
    }
}
