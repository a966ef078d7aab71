//! Services.

use serde_json::{Map, Value};

use super::canonical::Rules;
use super::difference::{Difference, differences};
use crate::deploy::api::service::Service;

/// What `UpdateService` changes, and what a service keeps for life.
const SETTINGS: &[&str] = &[
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
    "launchType",
    "loadBalancers",
    "networkConfiguration",
    "placementConstraints",
    "placementStrategy",
    "platformVersion",
    "propagateTags",
    "schedulingStrategy",
    "serviceConnectConfiguration",
    "serviceRegistries",
    "volumeConfigurations",
];

/// What no update changes. <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html>
const FOR_LIFE: &[&str] = &["launchType", "schedulingStrategy"];

/// What starts a new deployment when it changes.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html>
const DEPLOYING: &[&str] = &[
    "loadBalancers",
    "networkConfiguration",
    "platformVersion",
    "serviceConnectConfiguration",
    "serviceRegistries",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
];

/// What must change for a service to be what is wanted, beside its revision and how many tasks it has.
#[must_use]
pub fn compare(there: &Service, wanted: &Map<String, Value>) -> Vec<Difference> {
    let mut settings: Map<String, Value> = pick(&there.settings);
    if let Some(connect) = there.primary().and_then(|primary| primary.service_connect_configuration.clone()) {
        settings.insert("serviceConnectConfiguration".to_owned(), connect);
    }
    let wanted = pick(wanted);
    // Where capacity providers are used, ECS answers with a launch type all the same.
    if wanted.contains_key("capacityProviderStrategy") {
        settings.remove("launchType");
    }
    // Its default depends on when the service was made; and some of a deployment's settings are ECS's to fill in.
    if !wanted.contains_key("availabilityZoneRebalancing") {
        settings.remove("availabilityZoneRebalancing");
    }
    only_what_is_wanted(&mut settings, &wanted, "deploymentConfiguration");
    let rules = Rules { is_default, order };
    differences(&rules.canonical(&settings), &rules.canonical(&wanted), order)
}

/// Whether a difference cannot be mended by an update.
#[must_use]
pub fn is_for_life(difference: &Difference) -> bool {
    FOR_LIFE.contains(&setting(difference))
}

/// Whether mending a difference starts a new deployment.
#[must_use]
pub fn is_deploying(difference: &Difference) -> bool {
    DEPLOYING.contains(&setting(difference))
}

/// The setting in which a difference is.
#[must_use]
pub fn setting(difference: &Difference) -> &str {
    difference.path.split(['.', '[']).next().unwrap_or_default()
}

/// The settings of a document.
fn pick(document: &Map<String, Value>) -> Map<String, Value> {
    SETTINGS.iter().filter_map(|key| Some(((*key).to_owned(), document.get(*key)?.clone()))).collect()
}

/// Takes out of a setting what nobody wants anything of, but for what can be taken away.
fn only_what_is_wanted(settings: &mut Map<String, Value>, wanted: &Map<String, Value>, key: &str) {
    const REMOVABLE: &[&str] = &["alarms", "deploymentCircuitBreaker", "maximumPercent", "minimumHealthyPercent"];
    let wanted = wanted.get(key).and_then(Value::as_object);
    let Some(there) = settings.get_mut(key).and_then(Value::as_object_mut) else { return };
    let is_wanted = |name: &str| wanted.is_some_and(|wanted| wanted.contains_key(name));
    there.retain(|name, _| is_wanted(name) || REMOVABLE.contains(&&**name));
    let breaker = "deploymentCircuitBreaker";
    let wanted = wanted.and_then(|wanted| wanted.get(breaker)).and_then(Value::as_object);
    if let Some(there) = there.get_mut(breaker).and_then(Value::as_object_mut) {
        let is_wanted = |name: &str| wanted.is_some_and(|wanted| wanted.contains_key(name));
        there.retain(|name, _| is_wanted(name) || matches!(&**name, "enable" | "rollback"));
    }
}

/// What a service means without saying it.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html>
fn is_default(path: &[&str], value: &Value) -> bool {
    let (number, text) = (value.as_u64(), value.as_str());
    match path {
        ["platformVersion"] => text == Some("LATEST"),
        ["schedulingStrategy"] => text == Some("REPLICA"),
        ["propagateTags"] => text == Some("NONE"),
        ["healthCheckGracePeriodSeconds"] | ["capacityProviderStrategy", "base"] => number == Some(0),
        ["deploymentConfiguration", "maximumPercent"] => number == Some(200),
        ["deploymentConfiguration", "minimumHealthyPercent"] => number == Some(100),
        ["networkConfiguration", "awsvpcConfiguration", "assignPublicIp"] => text == Some("DISABLED"),
        // What is not switched on is off.
        _ => *value == Value::Bool(false),
    }
}

/// By what the objects of lists without an order are known.
fn order(path: &[&str]) -> Option<&'static [&'static str]> {
    match path {
        ["capacityProviderStrategy"] => Some(&["capacityProvider"]),
        ["loadBalancers"] => Some(&["targetGroupArn", "loadBalancerName", "containerName", "containerPort"]),
        ["placementConstraints"] => Some(&["type", "expression"]),
        ["serviceConnectConfiguration", "services"] => Some(&["portName"]),
        [.., "subnets" | "securityGroups"] => Some(&[]),
        _ => None,
    }
}
