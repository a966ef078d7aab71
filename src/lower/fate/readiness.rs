//! What a service waits for, and how others know that it is ready.

use super::Fate;
use super::row::{Row, Sample, exact, exception, lost};
use crate::diag::Code;

/// What becomes of each key.
pub(super) const ROWS: &[Row] = &[
    exact(
        "services.*.depends_on",
        "waves",
        "in one task `dependsOn`, between tasks a later wave",
    )
    .file("services:\n  web:\n    image: nginx:1‹\n    depends_on: [db]›\n  db:\n    image: postgres:16"),
    exact(
        "services.*.depends_on.*.condition",
        "containerDefinitions[].dependsOn[].condition",
        "`START`, `HEALTHY` or `SUCCESS` in one task; between tasks, `up` starts a wave when the one before has what is \
         asked for, and what must complete is a one-off task",
    )
    .file(
        "services:\n  web:\n    image: nginx:1\n    x-ecs: {task: shop}\n    depends_on:\n      db:\n        condition: \
         ‹service_healthy|service_started›\n  db:\n    image: postgres:16\n    x-ecs: {task: shop}\n    healthcheck:\n      \
         test: pg_isready\n      interval: 5s",
    ),
    exact("services.*.depends_on.*.required", "waves", "what need not be there and is not is not waited for").file(
        "services:\n  web:\n    image: nginx:1\n    depends_on:\n      db:\n        condition: service_started\n        \
         required: ‹false|true›\n  db:\n    image: postgres:16\n    profiles: [debug]",
    ),
    lost("services.*.depends_on.*.restart", "ECS starts nothing again because something else was")
        .hint("put both in one task with `x-ecs.task`: its containers start and stop together")
        .file(
            "services:\n  web:\n    image: nginx:1\n    depends_on:\n      db:\n        condition: \
             service_started‹\n        restart: true›\n  db:\n    image: postgres:16",
        )
        .except(&[exception(
            Fate::Exact,
            "where both are in one task",
            Sample::File(
                "services:\n  web:\n    image: nginx:1\n    x-ecs: {task: shop}\n    depends_on:\n      db:\n        \
                 condition: service_started‹\n        restart: true›\n  db:\n    image: postgres:16\n    x-ecs: \
                 {task: shop}",
            ),
        )]),
    exact("services.*.healthcheck.test", "containerDefinitions[].healthCheck.command", "as written")
        .value("[CMD, curl, -f, http://localhost/]"),
    exact(
        "services.*.healthcheck.interval",
        "containerDefinitions[].healthCheck.interval",
        "in whole seconds from 5 to 300; Docker's default where it is left out",
    )
    .service("healthcheck:\n  test: [CMD, 'true']‹\n  interval: 10s›")
    .except(&[exception(
        Fate::Approximated,
        "where it is out of these bounds",
        Sample::Service("healthcheck:\n  test: [CMD, 'true']‹\n  interval: 1s›"),
    )]),
    exact(
        "services.*.healthcheck.timeout",
        "containerDefinitions[].healthCheck.timeout",
        "in whole seconds from 2 to 60; Docker's default where it is left out",
    )
    .service("healthcheck:\n  test: [CMD, 'true']‹\n  timeout: 10s›")
    .except(&[exception(
        Fate::Approximated,
        "where it is out of these bounds",
        Sample::Service("healthcheck:\n  test: [CMD, 'true']‹\n  timeout: 5m›"),
    )]),
    exact(
        "services.*.healthcheck.retries",
        "containerDefinitions[].healthCheck.retries",
        "from 1 to 10; Docker's default where it is left out",
    )
    .service("healthcheck:\n  test: [CMD, 'true']‹\n  retries: 5›")
    .except(&[exception(
        Fate::Approximated,
        "where it is more",
        Sample::Service("healthcheck:\n  test: [CMD, 'true']‹\n  retries: 30›"),
    )]),
    exact(
        "services.*.healthcheck.start_period",
        "containerDefinitions[].healthCheck.startPeriod",
        "in whole seconds up to 300",
    )
    .service("healthcheck:\n  test: [CMD, 'true']‹\n  start_period: 30s›")
    .except(&[exception(
        Fate::Approximated,
        "where it is longer",
        Sample::Service("healthcheck:\n  test: [CMD, 'true']‹\n  start_period: 10m›"),
    )]),
    lost("services.*.healthcheck.start_interval", "ECS checks as often in the start period as later")
        .code(Code::HealthCheck).service("healthcheck:\n  test: [CMD, 'true']‹\n  start_interval: 5s›"),
    exact(
        "services.*.healthcheck.disable",
        "containerDefinitions[].healthCheck.command",
        "there is no check; ECS does not see that of the image",
    )
    .service("healthcheck:\n  test: [CMD, 'true']‹\n  disable: true›"),
];
