//! How many of a service run, where, and how a new revision takes over.

use super::Fate;
use super::row::{Row, Sample, exact, exception, lost};
use crate::diag::Code;

/// How updates are counted.
const PERCENT: &str = "with `parallelism` and `order`, the percentages within which tasks are replaced";

/// What becomes of each key.
pub(super) const ROWS: &[Row] = &[
    exact(
        "services.*.deploy.mode",
        "services[].schedulingStrategy",
        "`global` is `DAEMON`; a job is run once per deployment",
    )
    .fargate(Fate::Refused, "Fargate has no instances, so nothing can run on every one of them")
    .hint("use `--launch-type ec2`, or say how many with `replicas`")
    .value("global")
    .except(&[exception(Fate::Exact, "where it is `replicated-job`", Sample::Value("replicated-job"))]),
    exact("services.*.deploy.replicas", "services[].desiredCount", "as written; `count` of a one-off task").value("3"),
    exact("services.*.scale", "services[].desiredCount", "as written").value("3"),
    exact(
        "services.*.deploy.labels",
        "services[].tags[].value",
        "tags of the service; `ecs.task.family` names the task that services share",
    )
    .value("{team: web}")
    .except(&[exception(Fate::Lost, "where AWS takes no such tag", Sample::Value("{\"aws:team\": web}"))]),
    exact("services.*.deploy.endpoint_mode", "", "`vip` is what Service Connect does")
        .value("vip")
        .except(&[exception(Fate::Approximated, "where it is `dnsrr`", Sample::Value("dnsrr"))]),
    exact(
        "services.*.deploy.update_config.parallelism",
        "services[].deploymentConfiguration.minimumHealthyPercent",
        PERCENT,
    )
    .service("deploy:\n  replicas: 4‹\n  update_config:\n    parallelism: 2›"),
    exact("services.*.deploy.update_config.order", "services[].deploymentConfiguration.maximumPercent", PERCENT)
        .value("start-first"),
    exact(
        "services.*.deploy.update_config.failure_action",
        "services[].deploymentConfiguration.deploymentCircuitBreaker.rollback",
        "`rollback`, which is the default here, `pause` without a rollback, `continue` without a circuit breaker",
    )
    .value("pause"),
    lost("services.*.deploy.update_config.delay", "ECS does not pause between one group of tasks and the next")
        .code(Code::Rollout)
        .value("10s"),
    lost("services.*.deploy.update_config.monitor", "ECS itself decides how long it watches a new task")
        .code(Code::Rollout)
        .value("30s"),
    lost(
        "services.*.deploy.update_config.max_failure_ratio",
        "ECS's circuit breaker has a limit of its own for tasks that fail",
    )
    .code(Code::Rollout)
    .value("0.2"),
    lost("services.*.deploy.rollback_config", "ECS goes back to the revision before by the rules of `update_config`")
        .code(Code::Rollout)
        .parts(&[".parallelism", ".delay", ".failure_action", ".monitor", ".max_failure_ratio", ".order"])
        .value(
            "\n  parallelism: 1\n  delay: 1s\n  failure_action: pause\n  monitor: 5s\n  max_failure_ratio: 0.1\n  \
             order: stop-first",
        ),
    exact("services.*.deploy.restart_policy.condition", "containerDefinitions[].restartPolicy.enabled", "as `restart`")
        .value("any")
        .except(&[exception(Fate::Approximated, "where it is `none` or `on-failure`", Sample::Value("on-failure"))]),
    lost(
        "services.*.deploy.restart_policy.delay",
        "ECS itself decides how long it pauses before it starts a task anew",
    )
    .code(Code::RestartPolicy)
    .value("5s"),
    lost("services.*.deploy.restart_policy.max_attempts", "ECS does not give up on a task that ends again and again")
        .code(Code::RestartPolicy)
        .hint("during a deployment, the circuit breaker gives up")
        .value("3"),
    exact(
        "services.*.deploy.restart_policy.window",
        "containerDefinitions[].restartPolicy.restartAttemptPeriod",
        "in whole seconds, rounded up, from 60 to 1800: how long a container must have run to be started again",
    )
    .code(Code::RestartPolicy)
    .value("120s")
    .except(&[exception(Fate::Approximated, "where it is shorter or longer", Sample::Value("10s"))]),
    exact(
        "services.*.deploy.placement.constraints",
        "services[].placementConstraints[].expression",
        "a label of a node is an attribute of an instance",
    )
    .code(Code::Placement)
    .fargate(Fate::Lost, "Fargate has no instances to choose from")
    .value("[node.labels.disk == ssd]")
    .except(&[exception(
        Fate::Lost,
        "where ECS does not know what is compared",
        Sample::Value("[node.role == manager]"),
    )]),
    exact(
        "services.*.deploy.placement.preferences",
        "services[].placementStrategy[].field",
        "spread over an attribute of instances, then over instances",
    )
    .code(Code::Placement)
    .fargate(Fate::Lost, "Fargate spreads tasks over the zones of its subnets, and over nothing else")
    .parts(&["[].spread"])
    .value("[{spread: node.labels.zone}]"),
    exact(
        "services.*.deploy.placement.max_replicas_per_node",
        "services[].placementConstraints[].type",
        "1 is `distinctInstance`; on Fargate no two tasks share a machine",
    )
    .fargate_field("")
    .value("1")
    .except(&[exception(Fate::Lost, "where it is more", Sample::Value("2")).fargate(Fate::Exact)]),
];
