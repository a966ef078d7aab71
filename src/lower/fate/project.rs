//! The project itself.

use super::row::{Row, exact, irrelevant};

/// What becomes of each key.
pub(super) const ROWS: &[Row] = &[
    irrelevant("version", "Docker Compose does not look at it either").value("\"3.9\""),
    exact("name", "cluster.clusterName", "the cluster, the families and the namespace are called by it")
        .value("storefront"),
    exact("include", "family", "as Docker Compose reads it").value("[included/compose.yml]"),
    exact("include[].path", "family", "as the short form")
        .file("‹include:\n  - path: included/compose.yml›\nservices:\n  web:\n    image: nginx:1"),
    exact("include[].env_file", "containerDefinitions[].image", "in place of the `.env` beside the included file")
        .file(
            "include:\n  - path: included/compose.yml‹\n    env_file: web.env›\nservices:\n  web:\n    image: nginx:1",
        ),
    exact(
        "include[].project_directory",
        "containerDefinitions[].environment[].value",
        "what relative paths of the included files start from",
    )
    .file("include:\n  - path: included/env.yml‹\n    project_directory: .›\nservices:\n  web:\n    image: nginx:1"),
    exact("services.*.extends", "containerDefinitions[].image", "as Docker Compose reads it")
        .file("services:\n  web:\n    extends: ‹api›\n  api:\n    image: example/api:1"),
    exact("services.*.extends.service", "containerDefinitions[].user", "as the short form")
        .file("services:\n  web:\n    image: nginx:1‹\n    extends:\n      service: base\n      file: common.yml›"),
    exact("services.*.extends.file", "containerDefinitions[].user", "relative to the file in which it is written")
        .file("services:\n  web:\n    image: nginx:1‹\n    extends:\n      service: base\n      file: common.yml›"),
    exact("services.*.profiles", "family", "a service whose profiles are not active is not there")
        .file("services:\n  web:\n    image: nginx:1\n  tools:\n    image: busybox:1‹\n    profiles: [debug]›"),
    irrelevant("x-*", "nobody looks at it but aliases to what it holds").remark("`x-ecs` is looked at").value("{a: b}"),
];
