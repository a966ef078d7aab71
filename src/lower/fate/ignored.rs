//! What has no meaning on ECS.

use super::Fate;
use super::row::{Row, Sample, exception, irrelevant, lost, refused};

/// What becomes of each key.
pub(super) const ROWS: &[Row] = &[
    lost("services.*.annotations", "ECS passes no annotations to the container runtime").value("{com.example.note: text}"),
    irrelevant("services.*.attach", "it speaks to the terminal of `docker compose up`").value("false"),
    irrelevant("services.*.develop", "it speaks to `docker compose watch`")
        .parts(&[
            ".watch",
            ".watch[].action",
            ".watch[].path",
            ".watch[].target",
            ".watch[].ignore",
            ".watch[].include",
            ".watch[].initial_sync",
            ".watch[].exec",
            ".watch[].exec.command",
            ".watch[].exec.user",
            ".watch[].exec.privileged",
            ".watch[].exec.working_dir",
            ".watch[].exec.environment",
        ])
        .value(
            "\n  watch:\n    - action: sync+exec\n      path: ./app\n      target: /app\n      ignore: \
             [node_modules/]\n      include: [\"*.js\"]\n      initial_sync: true\n      exec:\n        command: ./reload.sh\n        \
             user: root\n        privileged: true\n        working_dir: /app\n        environment: {LEVEL: debug}",
        ),
    lost("services.*.models", "ECS runs no models of Docker's")
        .parts(&[
            ".*.endpoint_var",
            ".*.model_var",
            "models.*.model",
            "models.*.name",
            "models.*.context_size",
            "models.*.runtime_flags",
        ])
        .hint("run the model elsewhere, and give its address in `environment`")
        .file(
            "services:\n  web:\n    image: nginx:1‹\n    models:\n      llm:\n        endpoint_var: \
             LLM_URL\n        model_var: LLM_MODEL›\nmodels:\n  llm:\n    name: llm\n    model: ai/example\n    \
             context_size: 1024\n    runtime_flags: [--verbose]",
        )
        .except(&[exception(
            Fate::Exact,
            "where the service sets the variables itself",
            Sample::File(
                "services:\n  web:\n    image: nginx:1\n    environment: {LLM_URL: \"http://llm\", LLM_MODEL: \
                 small}‹\n    models: [llm]›\nmodels:\n  llm:\n    model: ai/example",
            ),
        )]),
    refused("services.*.provider", "ECS runs containers, not a program that stands in for a service")
        .parts(&[".type", ".options"])
        .hint("create what it provides beforehand, and put the service into a profile that is not active here")
        .file(
            "services:\n  web:\n    image: nginx:1\n  db:\n    ‹provider:\n      type: cloud\n      options:\n        \
             size: small|image: postgres:16›",
        ),
    lost("services.*.use_api_socket", "ECS does not hand Docker's socket and credentials to a container")
        .fargate(Fate::Refused, "Fargate has no Docker engine that a container could speak to")
        .hint("mount the socket on EC2: `- /var/run/docker.sock:/var/run/docker.sock`")
        .value("true")
        .except(&[exception(Fate::Exact, "where it is `false`", Sample::Value("false"))]),
];
