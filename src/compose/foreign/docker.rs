//! `x-aws-*`: the keys of Docker's own integration with ECS, which is retired.
//! <https://docs.docker.com/cloud/ecs-compose-features/>

use super::{Foreign, pull_credentials, take};
use crate::compose::Project;
use crate::compose::extension::ServiceExtension;
use crate::compose::extension::deployment::Deployment;
use crate::compose::extension::scaling::AutoScaling;
use crate::compose::name::ServiceName;
use crate::diag::Diagnostics;
use crate::source::Spanned;
use crate::yaml::keys::Decode;
use crate::yaml::{Entry, Node};

/// How security groups are written.
const GROUPS: &str = "security_groups: [sg-…]";

/// Takes over what the project and its services say.
pub(super) fn adopt(project: &mut Project, diags: &mut Diagnostics) {
    let root = project.places.root();
    of_project(project, &root, diags);
    let names: Vec<ServiceName> = project.services.keys().cloned().collect();
    for name in names {
        let node = root.get("services").and_then(|services| services.get(name.as_str()));
        let (Some(node), Some(service)) = (node, project.services.get_mut(&name)) else { continue };
        of_service(&mut service.extension, node, diags);
    }
    for network in root.get("networks").into_iter().flat_map(|networks| networks.entries()) {
        if let Some(entry) = own(&network.value, "x-aws-securitygroup")
            && let Some(group) = Spanned::decode(&entry.value, diags)
        {
            Foreign::of(entry, GROUPS).note(diags);
            of_network(project, &network.key, &group);
        }
    }
    let groups: Vec<(String, Spanned<String>)> = project
        .networks
        .iter()
        .filter_map(|(key, network)| Some((key.clone(), network.security_group()?.clone())))
        .collect();
    for (key, group) in groups {
        Foreign { name: &group.value, span: group.span, form: GROUPS }.note(diags);
        of_network(project, &key, &group);
    }
    for secret in root.get("secrets").into_iter().flat_map(|secrets| secrets.entries()) {
        if let Some(entry) = own(&secret.value, "x-aws-keys") {
            let hint = "name the key behind the secret's ARN: `name: arn:aws:secretsmanager:…:secret:NAME:KEY::`";
            Foreign::of(entry, "").lost("a variable is one key of a secret", hint, diags);
        }
    }
}

/// The entry of a key in a mapping.
fn own<'n>(node: &'n Node, key: &str) -> Option<&'n Entry> {
    node.as_mapping().and_then(|mapping| mapping.get(key)).filter(|entry| !entry.value.is_null())
}

/// The keys at the top of a file.
fn of_project(project: &mut Project, root: &Node, diags: &mut Diagnostics) {
    let extension = &mut project.extension;
    for entry in root.entries() {
        match &*entry.key {
            "x-aws-cluster" => take(entry, "cluster: NAME", &mut extension.place.cluster, diags),
            "x-aws-logs_retention" => {
                take(entry, "log_retention: DAYS", &mut extension.task.logs.log_retention, diags);
            }
            "x-aws-vpc" => {
                let hint = "name subnets of it: `x-ecs: {subnets: [subnet-…], security_groups: [sg-…]}`";
                Foreign::of(entry, "").lost("ECS is told of subnets, not of a VPC", hint, diags);
            }
            "x-aws-loadbalancer" => {
                let hint = "name its target group at the service: `x-ecs: {load_balancers: [{target_group: ARN}]}`";
                Foreign::of(entry, "").lost("ECS is told of target groups, not of load balancers", hint, diags);
            }
            "x-aws-cloudformation" => {
                let hint = "lay ECS's own fields over the result: `x-ecs: {task_definition: {…}, service: {…}}`";
                Foreign::of(entry, "").lost("there is no CloudFormation template to lay it over", hint, diags);
            }
            _ => {}
        }
    }
}

/// The keys of a service, and those in its other keys.
fn of_service(extension: &mut ServiceExtension, node: &Node, diags: &mut Diagnostics) {
    for entry in node.entries() {
        match &*entry.key {
            "x-aws-pull_credentials" => pull_credentials(entry, extension, diags),
            "x-aws-role" | "x-aws-policies" => {
                let hint = "make a role with these policies, and name it: `x-ecs: {task_role: ARN}`";
                Foreign::of(entry, "").lost("no roles are made here", hint, diags);
            }
            "x-aws-logs_retention" => {
                take(entry, "log_retention: DAYS", &mut extension.task.logs.log_retention, diags);
            }
            "x-aws-min_percent" | "x-aws-max_percent" => percent(extension, entry, diags),
            "ports" => of_ports(&entry.value, diags),
            _ => {}
        }
    }
    let Some(deploy) = node.get("deploy") else { return };
    if let Some(entry) = own(deploy, "x-aws-autoscaling") {
        autoscaling(extension, entry, diags);
    }
    for entry in deploy.get("update_config").into_iter().flat_map(|config| config.entries()) {
        percent(extension, entry, diags);
    }
}

/// The bounds of a deployment.
fn percent(extension: &mut ServiceExtension, entry: &Entry, diags: &mut Diagnostics) {
    let slot = extension.task.deploying.deployment.get_or_insert_with(|| {
        // An empty one says nothing.
        Spanned::new(Deployment::default(), entry.value.span)
    });
    match &*entry.key {
        "x-aws-min_percent" => take(entry, "deployment: {min_percent: NUMBER}", &mut slot.value.min_percent, diags),
        "x-aws-max_percent" => take(entry, "deployment: {max_percent: NUMBER}", &mut slot.value.max_percent, diags),
        _ => {}
    }
}

/// The number of tasks by their load, which has the same keys here.
fn autoscaling(extension: &mut ServiceExtension, entry: &Entry, diags: &mut Diagnostics) {
    let form = "scaling: {min: NUMBER, max: NUMBER, cpu: PERCENT}";
    let value = AutoScaling::decode(&entry.value, diags).map(|scaling| Spanned::new(scaling, entry.value.span));
    Foreign::of(entry, form).put(value, &mut extension.task.scaling.scaling, diags);
}

/// What a load balancer speaks on a port.
fn of_ports(ports: &Node, diags: &mut Diagnostics) {
    for port in ports.as_sequence().unwrap_or_default() {
        if let Some(entry) = own(port, "x-aws-protocol") {
            let hint = "a load balancer's listener says what is spoken there; `app_protocol` is for Service Connect";
            Foreign::of(entry, "").lost("no load balancers are made here", hint, diags);
        }
    }
}

/// The security group of a network, which those services get that are on it.
fn of_network(project: &mut Project, network: &str, group: &Spanned<String>) {
    for service in project.services.values_mut() {
        if !service.network.attachment.networks().any(|name| name == network) {
            continue;
        }
        let slot = &mut service.extension.task.network.security_groups;
        let groups = slot.get_or_insert_with(|| Spanned::new(Vec::new(), group.span));
        if !groups.value.contains(&group.value) {
            groups.value.push(group.value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::compose::foreign;
    use crate::diag::Diagnostics;
    use crate::testing::{findings, load};

    /// What is found in a project.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let (project, _) = load(text);
        let mut diags = Diagnostics::default();
        foreign::adopt(&mut project.expect("a project"), &mut diags);
        assert_eq!(findings(text, &diags), expected);
    }

    #[test]
    fn what_ecs_is_not_told_is_lost() {
        check(
            "{x-aws-vpc: v, services: {web: {image: x, x-aws-policies: [p]}}}",
            "x-aws-vpc | warning[lost]: `x-aws-vpc` is left out: ECS is told of subnets, not of a VPC\n\
             x-aws-policies | warning[lost]: `x-aws-policies` is left out: no roles are made here",
        );
    }

    #[test]
    fn an_external_network_may_be_a_security_group() {
        check(
            "{networks: {n: {external: true, name: sg-0123456789abcdef0}, m: {external: true, name: sg-ours}}, \
             services: {web: {image: x, networks: [n, m]}}}",
            "sg-0123456789abcdef0 | note[inferred]: `sg-0123456789abcdef0` is taken for `x-ecs.security_groups`",
        );
    }

    #[test]
    fn what_x_ecs_says_goes_before() {
        check(
            "{x-aws-cluster: a, x-ecs: {cluster: b}, services: {web: {image: x}}}",
            "x-aws-cluster | warning[lost]: `x-aws-cluster` is left out: `x-ecs` says it",
        );
        check(
            "{x-aws-cluster: a, services: {web: {image: x}}}",
            "x-aws-cluster | note[inferred]: `x-aws-cluster` is taken for `x-ecs.cluster`",
        );
    }
}
