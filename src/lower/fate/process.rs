//! What runs in a container.

use super::Fate;
use super::row::{Row, Sample, exact, exception, lost};

/// What becomes of each key.
pub(super) const ROWS: &[Row] = &[
    exact(
        "services.*.command",
        "containerDefinitions[].command",
        "in words, as Compose splits them; a readiness wait that ECS does better is taken out",
    )
    .value("[nginx, -g, daemon off;]"),
    exact("services.*.entrypoint", "containerDefinitions[].entryPoint", "in words, as Compose splits them")
        .value("[/docker-entrypoint.sh, --quiet]")
        .except(&[exception(
            Fate::Lost,
            "where it is empty and no `command` replaces the image's words",
            Sample::Service("‹entrypoint: []›"),
        )]),
    exact(
        "services.*.environment",
        "containerDefinitions[].environment[].value",
        "a variable without a value that is set nowhere is left out, with a note",
    )
    .value("{LEVEL: debug}"),
    exact(
        "services.*.env_file",
        "containerDefinitions[].environment[].value",
        "read when translated, or kept in S3 with `x-ecs.env_file_bucket`; `environment` goes before it",
    )
    .value("web.env"),
    exact("services.*.env_file[].path", "containerDefinitions[].environment[].value", "as the short form")
        .service("env_file:\n  ‹- path: web.env›"),
    exact(
        "services.*.env_file[].required",
        "containerDefinitions[].environment[].value",
        "a file that need not be there and is not says nothing",
    )
    .service("env_file:\n  - path: web.env\n  - path: missing.env‹\n    required: false›"),
    exact(
        "services.*.env_file[].format",
        "containerDefinitions[].environment[].value",
        "`raw` takes every value as it stands",
    )
    .service("env_file:\n  - path: raw.env‹\n    format: raw›"),
    exact(
        "services.*.container_name",
        "services[].serviceConnectConfiguration.services[].clientAliases[].dnsName",
        "a name by which peers reach it; the container itself is called like its service",
    )
    .file(
        "services:\n  web:\n    image: nginx:1\n    environment:\n      API: http://backend:8080\n  api:\n    image: \
         example/api:1\n    expose: [8080]‹\n    container_name: backend›",
    ),
    exact("services.*.labels", "containerDefinitions[].dockerLabels", "as written").value("{com.example.tier: front}"),
    exact(
        "services.*.label_file",
        "containerDefinitions[].dockerLabels",
        "read when translated; `labels` goes before it",
    )
    .value("web.labels"),
    exact("services.*.user", "containerDefinitions[].user", "as written").value("\"1000:1000\""),
    lost("services.*.group_add", "a user's groups on ECS are those that the image gives it").value("[\"2000\"]"),
    exact("services.*.working_dir", "containerDefinitions[].workingDirectory", "as written").value("/srv"),
    exact("services.*.tty", "containerDefinitions[].pseudoTerminal", "as written").value("true"),
    exact("services.*.stdin_open", "containerDefinitions[].interactive", "as written").value("true"),
    exact(
        "services.*.restart",
        "containerDefinitions[].restartPolicy.enabled",
        "in its task where it ran for a minute; if not, the ECS service starts a new task; a one-off task runs once",
    )
    .value("always")
    .except(&[
        exception(
            Fate::Approximated,
            "where it is `no` or `on-failure`, and the service is no job",
            Sample::Service("‹restart: \"no\"›"),
        ),
        exception(
            Fate::Approximated,
            "where it is another than `no`, and the service is a job",
            Sample::Service("deploy:\n  mode: replicated-job‹\nrestart: always›"),
        ),
    ]),
    exact(
        "services.*.stop_grace_period",
        "containerDefinitions[].stopTimeout",
        "in whole seconds, rounded up; Fargate waits from 2 to 120",
    )
    .value("90s")
    .except(&[
        exception(Fate::Lost, "where it is negative", Sample::Value("-1s")),
        exception(Fate::Exact, "where it is longer than two minutes", Sample::Value("5m")).fargate(Fate::Approximated),
    ]),
    lost("services.*.stop_signal", "ECS sends the signal that the image names, or SIGTERM")
        .value("SIGQUIT")
        .except(&[exception(Fate::Exact, "where it is `SIGTERM`", Sample::Value("SIGTERM"))]),
    lost("services.*.post_start", "ECS runs nothing in a container beside its command")
        .parts(&["[].command", "[].user", "[].privileged", "[].working_dir", "[].environment"])
        .service(HOOKS),
    lost("services.*.pre_stop", "ECS runs nothing in a container beside its command")
        .parts(&["[].command", "[].user", "[].privileged", "[].working_dir", "[].environment"])
        .service(HOOKS_BEFORE),
];

/// A hook with all its keys.
const HOOKS: &str = "‹post_start:\n  - command: ./after.sh\n    user: root\n    privileged: true\n    working_dir: \
                     /srv\n    environment:\n      LEVEL: debug›";

/// A hook with all its keys.
const HOOKS_BEFORE: &str = "‹pre_stop:\n  - command: ./before.sh\n    user: root\n    privileged: true\n    \
                            working_dir: /srv\n    environment:\n      LEVEL: debug›";
