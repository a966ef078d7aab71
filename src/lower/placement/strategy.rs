//! `deploy.placement.preferences`: over what tasks are spread.

use super::constraints::is_name;
use super::replicas::Replicas;
use crate::compose::service::Service;
use crate::compose::service::placement::constraint::{Attribute, Preference};
use crate::diag::{Code, Diagnostics};
use crate::ecs::service::{PlacementStrategy, PlacementStrategyType};
use crate::options::LaunchType;
use crate::source::Spanned;

/// Where a task runs, for ECS to spread over.
const INSTANCE: &str = "instanceId";

/// The data centre that an instance stands in.
const ZONE: &str = "attribute:ecs.availability-zone";

/// How many strategies ECS takes.
const MOST: usize = 5;

/// Where tasks of a unit had better run: spread as the file says, or else over zones; and always over instances.
///
/// Daemons and Fargate know no strategies: those run everywhere, and Fargate spreads over zones by itself.
pub(super) fn placement_strategy(
    members: &[&Service],
    replicas: Replicas,
    launch_type: LaunchType,
    diags: &mut Diagnostics,
) -> Vec<PlacementStrategy> {
    let preferences = members.iter().flat_map(|member| &member.placement.preferences);
    let chosen = match (launch_type, replicas) {
        (LaunchType::Ec2, Replicas::One | Replicas::Count(_)) => preferences,
        (LaunchType::Ec2, Replicas::OnEveryInstance) => {
            report_all(preferences, "a task runs on every instance, so there is nothing to spread", diags);
            return Vec::new();
        }
        (LaunchType::Fargate, Replicas::One | Replicas::Count(_) | Replicas::OnEveryInstance) => {
            report_all(
                preferences,
                "Fargate spreads tasks over the zones of its subnets, and over nothing else",
                diags,
            );
            return Vec::new();
        }
    };
    let mut fields: Vec<String> = Vec::new();
    for preference in chosen {
        let Some(field) = field(preference, diags) else { continue };
        if fields.contains(&field) {
            continue;
        }
        if fields.len() < MOST {
            fields.push(field);
        } else {
            diags.warn(Code::Placement, preference.span, format!("ECS spreads over {MOST} things at most"));
        }
    }
    if fields.is_empty() {
        fields.push(ZONE.to_owned());
    }
    if fields.len() < MOST && !fields.iter().any(|field| field == INSTANCE) {
        fields.push(INSTANCE.to_owned());
    }
    let spread = |field| PlacementStrategy { kind: PlacementStrategyType::Spread, field: Some(field) };
    fields.into_iter().map(spread).collect()
}

/// Reports preferences that have no effect. Empty ones say nothing anyway.
fn report_all<'a>(preferences: impl Iterator<Item = &'a Spanned<Preference>>, message: &str, diags: &mut Diagnostics) {
    for preference in preferences.filter(|preference| preference.value != Preference::Empty) {
        diags.warn(Code::Placement, preference.span, message);
    }
}

/// What ECS calls that over which tasks are spread; `None` if there is nothing, or the reason was reported.
fn field(preference: &Spanned<Preference>, diags: &mut Diagnostics) -> Option<String> {
    let attribute = match &preference.value {
        Preference::Spread(attribute, _) => attribute,
        Preference::SpreadOther(_) => {
            diags
                .warn(Code::Placement, preference.span, "this is not something that ECS could spread tasks over")
                .hint("write it like `node.labels.zone`");
            return None;
        }
        Preference::Empty => return None,
    };
    match attribute {
        Attribute::NodeId | Attribute::NodeHostname | Attribute::NodeIp => Some(INSTANCE.to_owned()),
        Attribute::PlatformOs => Some("attribute:ecs.os-type".to_owned()),
        Attribute::PlatformArch => Some("attribute:ecs.cpu-architecture".to_owned()),
        Attribute::NodeLabel(label) if is_name(label) => Some(format!("attribute:{label}")),
        Attribute::NodeRole | Attribute::NodeLabel(_) | Attribute::EngineLabel(_) => {
            diags
                .warn(Code::Placement, preference.span, format!("ECS does not know `{attribute}` of its instances"))
                .hint("give the instances an attribute, and write `spread: node.labels.NAME`");
            None
        }
    }
}
