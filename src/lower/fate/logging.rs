//! Where output goes.

use super::Fate;
use super::row::{Row, Sample, exact, exception};

/// What becomes of each key.
pub(super) const ROWS: &[Row] = &[
    exact(
        "services.*.logging.driver",
        "containerDefinitions[].logConfiguration.logDriver",
        "without a word about it, `awslogs`; its group, region and prefix are filled in",
    )
    .service(
        "‹logging:\n  driver: splunk\n  options:\n    splunk-url: https://splunk.example.com\n    splunk-token: token›",
    )
    .except(&[
        exception(
            Fate::Approximated,
            "where it is `json-file` or `local`: `awslogs` stands in",
            Sample::Value("json-file"),
        ),
        exception(
            Fate::Exact,
            "where it is `fluentd`, `gelf`, `journald` or `syslog`, for which `awslogs` stands in",
            Sample::Value("journald"),
        )
        .fargate(Fate::Approximated),
        exception(Fate::Approximated, "where it is `none`", Sample::Value("none")).fargate(Fate::Exact),
        exception(
            Fate::Approximated,
            "where it is `awsfirelens` and no service of the task is a log router by `x-ecs.firelens`",
            Sample::Value("awsfirelens"),
        ),
        exception(Fate::Approximated, "where ECS does not have it: `awslogs` stands in", Sample::Value("etwlogs")),
    ]),
    exact(
        "services.*.logging.options",
        "containerDefinitions[].logConfiguration.options.awslogs-group",
        "as written where ECS knows them of the driver; others are left out with a warning each",
    )
    .service("logging:\n  driver: awslogs‹\n  options:\n    awslogs-group: web›")
    .except(&[exception(
        Fate::Lost,
        "where ECS does not know it of the driver",
        Sample::Service("logging:\n  driver: awslogs‹\n  options:\n    awslogs-endpoint: https://logs.example.com›"),
    )]),
];
