//! What a service must not say aloud, and what it is told by files.

use super::Fate;
use super::row::{Row, Sample, approximated, exact, exception, irrelevant, lost, refused};

/// What a secret is on ECS.
const VARIABLE: &str = "a secret becomes a variable: ECS makes no file of it";

/// Why nobody owns a secret.
const NO_OWNER: &str = "ECS makes a variable of a secret, which has no owner and no permissions";

/// Why a config is lost.
const NO_FILE: &str = "ECS makes no file of text";

/// Why a config of a file keeps its owner.
const OWNER: &str = "a file has the owner and the permissions that it has where it comes from";

/// Why labels have no effect.
const NO_OBJECT: &str = "ECS has no object that they would be on";

/// Why drivers have no effect.
const NO_DRIVER: &str = "Docker Compose does not look at it either";

/// Where ECS reads accounts.
const IN_S3: &str = "ECS reads it from S3 or the Parameter Store only";

/// What to do about an account.
const PUT_IN_S3: &str = "put it into S3, write `credential_spec: {config: NAME}`, and at the top `configs: {NAME: \
                         {external: true, name: arn:aws:s3:::BUCKET/KEY}}`";

/// What to do about a config.
const COPY: &str = "copy it when the image is built";

/// The variables of secrets.
const VALUES: &str = "containerDefinitions[].secrets[].valueFrom";

/// The files of configs.
const FILES: &str = "containerDefinitions[].mountPoints[].containerPath";

/// A file with a secret that says something, and one without.
macro_rules! secret {
    ($what:literal) => {
        concat!("services:\n  web:\n    image: nginx:1‹\n    secrets: [password]›\nsecrets:\n  password:\n    ", $what)
    };
}

/// A file with a secret of a service that says something, and one without.
macro_rules! grant {
    ($what:literal) => {
        concat!(
            "services:\n  web:\n    image: nginx:1\n    secrets:\n      - source: password‹\n        ",
            $what,
            "›\nsecrets:\n  password:\n    external: true"
        )
    };
}

/// A file with a config that says something, and one without.
macro_rules! config {
    ($what:literal) => {
        concat!("services:\n  web:\n    image: nginx:1‹\n    configs: [settings]›\nconfigs:\n  settings:\n    ", $what)
    };
}

/// A file with a config of a service that says something, and one without.
macro_rules! config_grant {
    ($what:literal) => {
        concat!(
            "services:\n  web:\n    image: nginx:1\n    configs:\n      - source: settings‹\n        ",
            $what,
            "›\nconfigs:\n  settings:\n    file: ./settings.yml"
        )
    };
}

/// What becomes of each key.
pub(super) const ROWS: &[Row] = &[
    approximated("services.*.secrets", "containerDefinitions[].secrets[].name", VARIABLE)
        .parts(&["[].source", "[].target"])
        .hint("name the variable: `x-ecs: {variable: NAME}` of the secret")
        .file(
            "services:\n  web:\n    image: nginx:1‹\n    secrets:\n      - source: password\n        target: \
             db_password›\nsecrets:\n  password:\n    external: true\n    name: /shop/password",
        )
        .except(&[exception(
            Fate::Exact,
            "where a variable `NAME_FILE` of a well-known image names the file: it becomes `NAME`",
            Sample::File(
                "services:\n  db:\n    image: postgres:16‹\n    environment:\n      POSTGRES_PASSWORD_FILE: \
                 /run/secrets/password\n    secrets: [password]›\nsecrets:\n  password:\n    external: true\n    \
                 name: /shop/password",
            ),
        )]),
    lost("services.*.secrets[].uid", NO_OWNER).file(grant!("uid: \"1000\"")),
    lost("services.*.secrets[].gid", NO_OWNER).file(grant!("gid: \"1000\"")),
    lost("services.*.secrets[].mode", NO_OWNER).file(grant!("mode: 0400")),
    approximated("secrets.*.external", VALUES, VARIABLE).at("services.*.secrets").file(secret!("external: true")),
    approximated("secrets.*.external.name", VALUES, VARIABLE)
        .at("services.*.secrets")
        .file(secret!("external:\n      name: /shop/password")),
    approximated("secrets.*.name", VALUES, VARIABLE)
        .at("services.*.secrets")
        .hint("write an ARN, or the name of a parameter: what is neither is refused")
        .file(secret!("name: /shop/password\n    external: true")),
    refused("secrets.*.file", "ECS cannot read a file of this machine")
        .hint("keep it in the Parameter Store or in Secrets Manager, and say where with `x-ecs`")
        .file(secret!("file: ./password.txt")),
    refused("secrets.*.environment", "a value of this machine must not be in the output")
        .hint("keep it in the Parameter Store or in Secrets Manager, and say where with `x-ecs`")
        .file(secret!("environment: PASSWORD")),
    irrelevant("secrets.*.driver", NO_DRIVER).value("vault"),
    irrelevant("secrets.*.driver_opts", NO_DRIVER).value("{path: kv}"),
    irrelevant("secrets.*.template_driver", NO_DRIVER).value("golang"),
    irrelevant("secrets.*.labels", NO_OBJECT).value("{tier: data}"),
    lost("services.*.configs", NO_FILE)
        .parts(&["[].source", "[].target"])
        .hint(COPY)
        .file(
            "services:\n  web:\n    image: nginx:1‹\n    configs:\n      - source: settings\n        target: \
             /etc/settings.yml›\nconfigs:\n  settings:\n    external: true",
        )
        .except(&[exception(
            Fate::Approximated,
            "where it comes from a file, which must be on every instance, too",
            Sample::File(config!("file: ./settings.yml")),
        )
        .fargate(Fate::Lost)]),
    lost("services.*.configs[].uid", OWNER).file(config_grant!("uid: \"1000\"")),
    lost("services.*.configs[].gid", OWNER).file(config_grant!("gid: \"1000\"")),
    lost("services.*.configs[].mode", OWNER).file(config_grant!("mode: 0400")),
    lost("configs.*.external", NO_FILE).at("services.*.configs").hint(COPY).file(config!("external: true")),
    lost("configs.*.external.name", NO_FILE)
        .at("services.*.configs")
        .hint(COPY)
        .file(config!("external:\n      name: shop_settings")),
    lost("configs.*.name", NO_FILE)
        .at("services.*.configs")
        .hint(COPY)
        .file(config!("name: shop_settings\n    external: true")),
    approximated("configs.*.file", FILES, "what is mounted must be there on every instance that may run the task")
        .fargate(Fate::Lost, "Fargate mounts no files of a machine")
        .at("services.*.configs")
        .hint(COPY)
        .file(config!("file: ./settings.yml")),
    lost("configs.*.environment", NO_FILE).at("services.*.configs").hint(COPY).file(config!("environment: SETTINGS")),
    lost("configs.*.content", NO_FILE).at("services.*.configs").hint(COPY).file(config!("content: \"level: debug\"")),
    irrelevant("configs.*.template_driver", NO_DRIVER).value("golang"),
    irrelevant("configs.*.labels", NO_OBJECT).value("{tier: data}"),
    lost("services.*.credential_spec.file", IN_S3).hint(PUT_IN_S3).value("spec.json"),
    lost("services.*.credential_spec.registry", IN_S3).hint(PUT_IN_S3).value("spec"),
    exact(
        "services.*.credential_spec.config",
        "containerDefinitions[].credentialSpecs",
        "the ARN that is the name of an external config, in S3 or the Parameter Store",
    )
    .file(
        "services:\n  web:\n    image: nginx:1‹\n    credential_spec:\n      config: spec›\nconfigs:\n  spec:\n    \
         external: true\n    name: arn:aws:s3:::shop/spec.json",
    )
    .except(&[exception(
        Fate::Lost,
        "where the config is another",
        Sample::File(
            "services:\n  web:\n    image: nginx:1‹\n    credential_spec:\n      config: spec›\nconfigs:\n  spec:\n    \
             file: ./spec.json",
        ),
    )]),
];
