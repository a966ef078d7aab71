//! What tests of printing have in common.

use super::value::{Fields, Value};
use super::{ConfigOptions, Context, Format};
use crate::compose::service::Service;
use crate::options::Normalization;
use crate::testing::load;

/// JSON.
pub(super) const JSON: ConfigOptions = options(Format::Json, Normalization::Enabled);
/// YAML; here it is shown in JSON, too.
pub(super) const YAML: ConfigOptions = options(Format::Yaml, Normalization::Enabled);
/// JSON in which nothing is filled in.
pub(super) const PLAIN: ConfigOptions = options(Format::Json, Normalization::Disabled);

/// Options that say two things.
const fn options(format: Format, normalization: Normalization) -> ConfigOptions {
    ConfigOptions { format, normalization, paths: super::PathResolution::Enabled }
}

/// What a function prints of the service `web` with some keys, in compact JSON. There are services `a` and `b`, a
/// network `n` and a secret `s` beside it, and the project is `/srv/shop`.
#[track_caller]
pub(super) fn printed(
    keys: &str,
    options: ConfigOptions,
    print: impl for<'p> FnOnce(&'p Service, &Context<'p>) -> Fields<'p>,
) -> String {
    let others = "networks: {n: {}}\nsecrets: {s: {file: s}}";
    let text = format!("services: {{web: {{image: x, {keys}}}, a: {{image: x}}, b: {{image: x}}}}\n{others}");
    let (project, diags) = load(&text);
    let project = project.unwrap_or_else(|| panic!("the file is sound: {diags:?}"));
    let service = project.services.get("web").expect("the service is active");
    let fields = print(service, &Context { project: &project, options });
    serde_json::to_string(&Value::from(fields)).expect("all keys are strings")
}
