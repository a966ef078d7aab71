//! What a service must not say aloud, and what it is told by files.

use super::row::{Row, irrelevant, lost};

/// Why a secret is lost for now.
const UNTRANSLATED: &str = "it is not translated yet";

/// Why labels have no effect.
const NO_OBJECT: &str = "ECS has no object that they would be on";

/// The keys of a grant.
const GRANT: &[&str] = &["[].source", "[].target", "[].uid", "[].gid", "[].mode"];

/// A file with a secret that says something, and one without.
macro_rules! secret {
    ($what:literal) => {
        concat!("services:\n  web:\n    image: nginx:1‹\n    secrets: [password]›\nsecrets:\n  password:\n    ", $what)
    };
}

/// A file with a config that says something, and one without.
macro_rules! config {
    ($what:literal) => {
        concat!("services:\n  web:\n    image: nginx:1‹\n    configs: [settings]›\nconfigs:\n  settings:\n    ", $what)
    };
}

/// What becomes of each key.
pub(super) const ROWS: &[Row] = &[
    lost("services.*.secrets", UNTRANSLATED).parts(GRANT).file(
        "services:\n  web:\n    image: nginx:1‹\n    secrets:\n      - source: password\n        target: \
         db_password\n        uid: \"1000\"\n        gid: \"1000\"\n        mode: 0400›\nsecrets:\n  password:\n    \
         external: true",
    ),
    lost("secrets.*.external", UNTRANSLATED).at("services.*.secrets").file(secret!("external: true")),
    lost("secrets.*.external.name", UNTRANSLATED)
        .at("services.*.secrets")
        .file(secret!("external:\n      name: shop/password")),
    lost("secrets.*.name", UNTRANSLATED)
        .at("services.*.secrets")
        .file(secret!("name: shop/password\n    external: true")),
    lost("secrets.*.file", UNTRANSLATED).at("services.*.secrets").file(secret!("file: ./password.txt")),
    lost("secrets.*.environment", UNTRANSLATED).at("services.*.secrets").file(secret!("environment: PASSWORD")),
    lost("secrets.*.driver", UNTRANSLATED)
        .at("services.*.secrets")
        .file(secret!("driver: vault\n    file: ./password.txt")),
    lost("secrets.*.driver_opts", UNTRANSLATED)
        .at("services.*.secrets")
        .file(secret!("driver_opts: {path: kv}\n    file: ./password.txt")),
    lost("secrets.*.template_driver", UNTRANSLATED)
        .at("services.*.secrets")
        .file(secret!("template_driver: golang\n    file: ./password.txt")),
    irrelevant("secrets.*.labels", NO_OBJECT).file(
        "services:\n  web:\n    image: nginx:1\nsecrets:\n  password:\n    file: ./password.txt‹\n    labels: {tier: \
         data}›",
    ),
    lost("services.*.configs", UNTRANSLATED).parts(GRANT).file(
        "services:\n  web:\n    image: nginx:1‹\n    configs:\n      - source: settings\n        target: \
         /etc/settings.yml\n        uid: \"1000\"\n        gid: \"1000\"\n        mode: 0400›\nconfigs:\n  \
         settings:\n    external: true",
    ),
    lost("configs.*.external", UNTRANSLATED).at("services.*.configs").file(config!("external: true")),
    lost("configs.*.external.name", UNTRANSLATED)
        .at("services.*.configs")
        .file(config!("external:\n      name: shop_settings")),
    lost("configs.*.name", UNTRANSLATED)
        .at("services.*.configs")
        .file(config!("name: shop_settings\n    external: true")),
    lost("configs.*.file", UNTRANSLATED).at("services.*.configs").file(config!("file: ./settings.yml")),
    lost("configs.*.environment", UNTRANSLATED).at("services.*.configs").file(config!("environment: SETTINGS")),
    lost("configs.*.content", UNTRANSLATED).at("services.*.configs").file(config!("content: \"level: debug\"")),
    lost("configs.*.template_driver", UNTRANSLATED)
        .at("services.*.configs")
        .file(config!("template_driver: golang\n    file: ./settings.yml")),
    irrelevant("configs.*.labels", NO_OBJECT).file(
        "services:\n  web:\n    image: nginx:1\nconfigs:\n  settings:\n    file: ./settings.yml‹\n    labels: {tier: \
         data}›",
    ),
    lost("services.*.credential_spec.file", UNTRANSLATED).value("spec.json"),
    lost("services.*.credential_spec.registry", UNTRANSLATED).value("spec"),
    lost("services.*.credential_spec.config", UNTRANSLATED).file(
        "services:\n  web:\n    image: nginx:1‹\n    credential_spec:\n      config: spec›\nconfigs:\n  spec:\n    \
         file: ./spec.json",
    ),
];
