//! Why tasks end, in words that help: what it comes to, which key of the Compose file it is about, and what to do.

use compose2ecs::deploy::problem::Permission;
use compose2ecs::deploy::release::Unit;
use compose2ecs::deploy::watch::{Kind, Reason};
use compose2ecs::graph::Part;

/// Why tasks of a unit end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cause {
    /// Why, in a sentence.
    pub(super) why: String,
    /// What of the container it is about.
    pub(super) part: Part,
    /// What to do about it.
    pub(super) remedy: String,
}

impl Cause {
    fn new(part: Part, why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { why: why.into(), part, remedy: remedy.into() }
    }
}

/// What a reason comes to for a unit.
pub(super) fn cause(unit: &Unit, reason: &Reason) -> Cause {
    let container = reason.container.as_deref();
    let named = container.map(|name| format!("container \"{name}\" ")).unwrap_or_default();
    match (reason.kind, reason.exit_code) {
        (Kind::Image, _) => image(unit, reason),
        (Kind::Resources, _) => resources(unit, &reason.message),
        (Kind::Memory, _) => {
            let limit = definition(unit, container).and_then(|container| container.get("memory")?.as_u64());
            let limit = limit.map(|limit| format!(", {limit} MiB")).unwrap_or_default();
            Cause::new(Part::Memory, format!("{named}used more memory than it may{limit}"), "give it more memory")
        }
        (Kind::Health, _) if reason.message.contains("ELB") => Cause::new(
            Part::Ports,
            "the load balancer does not find it healthy",
            "look at the path and the port of the target group's health check, and at the security groups",
        ),
        (Kind::Health, _) => Cause::new(
            Part::HealthCheck,
            format!("the health check of {}keeps failing", if named.is_empty() { "a container " } else { &named }),
            "see that the command of the check is in the image, as it runs inside the container, and answers in time",
        ),
        (Kind::Start, _) => start(unit, reason, &named),
        (Kind::Exit, Some(code)) => {
            let hint = exit_hint(code);
            Cause::new(Part::Whole, format!("{named}exited with {code}{hint}"), "mend it")
        }
        (Kind::Exit, None) => Cause::new(Part::Whole, format!("{named}ended"), "mend it"),
        (Kind::Machine, _) => Cause::new(Part::Whole, "AWS took the machine away", "wait, or use other machines"),
        (Kind::Told, _) => Cause::new(Part::Whole, "it was told to end", "see who did"),
        (Kind::Other, _) => Cause::new(Part::Whole, "its tasks ended", "look at what ECS says"),
    }
}

/// A container's definition.
pub(super) fn definition<'u>(unit: &'u Unit, container: Option<&str>) -> Option<&'u serde_json::Value> {
    let named = |definition: &&serde_json::Value| definition.get("name").and_then(|name| name.as_str()) == container;
    unit.containers().iter().find(named).or_else(|| unit.containers().first())
}

/// A text in a container's definition.
pub(super) fn text<'u>(unit: &'u Unit, container: Option<&str>, key: &str) -> Option<&'u str> {
    definition(unit, container)?.get(key)?.as_str()
}

/// Why an image cannot be pulled.
fn image(unit: &Unit, reason: &Reason) -> Cause {
    let message = reason.message.to_lowercase();
    let has = |words: &str| message.contains(words);
    let image = text(unit, reason.container.as_deref(), "image").unwrap_or_default();
    let (why, remedy) = if has("not found") || has("manifest unknown") || has("does not exist") {
        let push = format!("push it with `compose2ecs push {}`, or correct `image`", unit.name);
        let own = image.contains(".dkr.ecr.");
        ("the repository has no such image", if own { push } else { "correct `image`".to_owned() })
    } else if has("denied") || has("unauthorized") || has("no basic auth") {
        let role = "for ECR, give an execution role that may read the repository; for another private registry, \
                    `x-ecs: {container_definition: {repositoryCredentials: {credentialsParameter: ARN}}}`";
        ("the registry refuses", role.to_owned())
    } else if has("timeout") || has("timed out") || has("no route") || has("connection refused") {
        let way = "give its subnets a NAT gateway or VPC endpoints, or its tasks public addresses with \
                   `x-ecs: {assign_public_ip: true}`";
        let private = assigns_no_address(unit);
        let why = if private {
            "the registry cannot be reached, and the task has no public address"
        } else {
            "the registry cannot be reached"
        };
        (why, way.to_owned())
    } else if has("toomanyrequests") || has("rate limit") {
        let limit = "log in to Docker Hub, or pull through a cache in ECR";
        ("Docker Hub wants fewer pulls from this address", limit.to_owned())
    } else if has("no matching manifest") || has("platform") {
        let build = "build it for that platform, or set `platform`";
        ("the image is not built for the platform of the task", build.to_owned())
    } else {
        ("the image cannot be pulled", "look at what ECS says".to_owned())
    };
    Cause::new(Part::Image, why, remedy)
}

/// Whether the tasks of a unit have no public address although they have an address of their own.
fn assigns_no_address(unit: &Unit) -> bool {
    let network = unit.document().get("networkConfiguration").and_then(|network| network.get("awsvpcConfiguration"));
    network.is_some_and(|network| network.get("assignPublicIp").and_then(|public| public.as_str()) != Some("ENABLED"))
}

/// Why a task cannot be initialised.
fn resources(unit: &Unit, message: &str) -> Cause {
    let lower = message.to_lowercase();
    let has = |words: &str| lower.contains(words);
    let is_log = has("logging driver") || has("log group") || has("log stream");
    let part = if is_log { Part::Logging } else { Part::Secrets };
    let Permission { action, resource, principal: _ } = Permission::of(message);
    if let Some(action) = action {
        let role = unit.definition.get("executionRoleArn").and_then(|role| role.as_str());
        let role = role.map(|role| role.rsplit('/').next().unwrap_or(role));
        let who = role.map_or_else(|| "the role of the instance".to_owned(), |role| format!("execution role {role}"));
        let on = resource.map(|resource| format!(" on {resource}")).unwrap_or_default();
        return Cause::new(part, format!("{who} lacks {action}{on}"), format!("allow `{action}` to it"));
    }
    if is_log && (has("not exist") || has("notfound")) {
        return Cause::new(part, "its log group does not exist", "make the group, or correct `logging`");
    }
    if has("efs") {
        return Cause::new(
            Part::Whole,
            "its file system cannot be mounted",
            "look at the file system's mount targets and at the security groups",
        );
    }
    if has("timeout") || has("timed out") || has("no route") || has("deadline") {
        let why = "its subnets have no way to Secrets Manager, the Parameter Store or CloudWatch Logs";
        return Cause::new(part, why, "give its subnets a NAT gateway or VPC endpoints");
    }
    if has("notfound") || has("not found") || has("can't find") {
        return Cause::new(part, "a secret of it does not exist", "make it, or correct its name");
    }
    Cause::new(part, "secrets, logs or a file system cannot be had", "look at what ECS says")
}

/// Why a container cannot be started.
fn start(unit: &Unit, reason: &Reason, named: &str) -> Cause {
    let message = reason.message.to_lowercase();
    let has = |words: &str| message.contains(words);
    if has("exec format error") {
        let platform = unit.definition.get("runtimePlatform").and_then(|it| it.get("cpuArchitecture")?.as_str());
        let platform = platform.unwrap_or("X86_64");
        return Cause::new(
            Part::Image,
            format!("its image is built for another processor than {platform}"),
            "build it for that processor, or set `platform`",
        );
    }
    if has("no such file") || has("not found") || has("permission denied") {
        return Cause::new(
            Part::Command,
            format!("{named}cannot run its command"),
            "correct `command` or `entrypoint`",
        );
    }
    let code = reason.exit_code.map(|code| format!(", with exit code {code}{}", exit_hint(code))).unwrap_or_default();
    Cause::new(Part::Command, format!("{named}cannot be started{code}"), "look at what ECS says")
}

/// What an exit code usually means. <https://tldp.org/LDP/abs/html/exitcodes.html>
const fn exit_hint(code: i32) -> &'static str {
    match code {
        126 => " (the command cannot be executed)",
        127 => " (the command was not found)",
        137 => " (killed: out of memory, or slow to stop)",
        139 => " (a segmentation fault)",
        143 => " (it was asked to end)",
        _ => "",
    }
}
