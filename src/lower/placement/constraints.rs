//! `deploy.placement.constraints` and `max_replicas_per_node`: where tasks must run.
//!
//! A label of a node is an attribute of a container instance:
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html>.

use super::replicas::Replicas;
use crate::compose::service::Service;
use crate::compose::service::placement::constraint::{Attribute, Constraint, Operator};
use crate::diag::{Code, Diagnostics};
use crate::ecs::service::{PlacementConstraint, PlacementConstraintType};
use crate::lower::fate::fate;
use crate::options::LaunchType;
use crate::source::{Span, Spanned};

/// Where tasks of a unit must run.
pub(super) fn placement_constraints(
    members: &[&Service],
    replicas: Replicas,
    launch_type: LaunchType,
    diags: &mut Diagnostics,
) -> Vec<PlacementConstraint> {
    let mut constraints: Vec<PlacementConstraint> = Vec::new();
    for member in members {
        let limit =
            member.placement.max_replicas_per_node.and_then(|limit| distinct(limit, replicas, launch_type, diags));
        let rules = &member.placement.constraints;
        let expressions = rules.iter().filter_map(|rule| member_of(rule, launch_type, diags)).collect::<Vec<_>>();
        for constraint in limit.into_iter().chain(expressions) {
            if !constraints.contains(&constraint) {
                constraints.push(constraint);
            }
        }
    }
    constraints
}

/// How many tasks may share an instance. ECS knows one or any number.
fn distinct(
    limit: Spanned<u64>,
    replicas: Replicas,
    launch_type: LaunchType,
    diags: &mut Diagnostics,
) -> Option<PlacementConstraint> {
    // On Fargate no two tasks share a machine, and of a daemon no two share an instance.
    if launch_type == LaunchType::Fargate || replicas == Replicas::OnEveryInstance {
        return None;
    }
    match limit.value {
        0 => None,
        1 => Some(PlacementConstraint { kind: PlacementConstraintType::DistinctInstance, expression: None }),
        _ => {
            diags
                .warn(Code::Placement, limit.span, "ECS cannot limit how many tasks share an instance, but to one")
                .hint("with `max_replicas_per_node: 1`, every task has an instance of its own");
            None
        }
    }
}

/// One constraint as an expression, if ECS can say it.
fn member_of(
    rule: &Spanned<Constraint>,
    launch_type: LaunchType,
    diags: &mut Diagnostics,
) -> Option<PlacementConstraint> {
    let Constraint::Compare { attribute, operator, value, text: _ } = &rule.value else {
        diags
            .warn(Code::Placement, rule.span, "this is not a constraint that ECS could be told")
            .hint("write it like `node.labels.disk == ssd`");
        return None;
    };
    let expression = expression(attribute, *operator, &Spanned::new(value.as_str(), rule.span), diags)?;
    match launch_type {
        LaunchType::Ec2 => {
            Some(PlacementConstraint { kind: PlacementConstraintType::MemberOf, expression: Some(expression) })
        }
        LaunchType::Fargate => {
            let finding = fate!("services.*.deploy.placement.constraints", launch_type).report(rule.span, diags);
            if matches!(attribute, Attribute::PlatformArch | Attribute::PlatformOs) {
                finding.hint("say it with `platform`, such as `platform: linux/arm64`");
            }
            None
        }
    }
}

/// A comparison in ECS's query language; `None` if there is nothing to say, or the reason was reported.
fn expression(
    attribute: &Attribute,
    operator: Operator,
    value: &Spanned<&str>,
    diags: &mut Diagnostics,
) -> Option<String> {
    let (name, value) = match attribute {
        Attribute::NodeLabel(label) if is_name(label) && is_value(value.value) => (label.as_str(), value.value),
        Attribute::PlatformArch => ("ecs.cpu-architecture", known(architecture(value.value), value.span, diags)?),
        Attribute::PlatformOs => ("ecs.os-type", known(operating_system(value.value), value.span, diags)?),
        Attribute::NodeRole => {
            report_role(operator, value, diags);
            return None;
        }
        Attribute::NodeLabel(_) => {
            diags
                .warn(Code::Placement, value.span, "an attribute of an instance cannot have this name or value")
                .hint("keep to letters, digits, `-`, `_`, `.`, `/`, and in the value also `@` and `:`");
            return None;
        }
        Attribute::NodeId | Attribute::NodeHostname | Attribute::NodeIp | Attribute::EngineLabel(_) => {
            diags
                .warn(Code::Placement, value.span, format!("ECS does not know `{attribute}` of its instances"))
                .hint("give the instance an attribute, and write `node.labels.NAME == VALUE`");
            return None;
        }
    };
    Some(format!("attribute:{name} {} {value}", operator.as_str()))
}

/// Passes on what ECS has a word for.
fn known(word: Option<&'static str>, span: Span, diags: &mut Diagnostics) -> Option<&'static str> {
    if word.is_none() {
        diags.warn(Code::Placement, span, "ECS has no instances of this platform");
    }
    word
}

/// All instances of ECS are workers, so nothing is lost where a worker is asked for.
fn report_role(operator: Operator, role: &Spanned<&str>, diags: &mut Diagnostics) {
    let is_worker = role.value.eq_ignore_ascii_case("worker");
    let asks_for_worker = match operator {
        Operator::Equal => is_worker,
        Operator::NotEqual => !is_worker,
    };
    if !asks_for_worker {
        diags
            .warn(Code::Placement, role.span, "ECS has no managers among its instances: any instance will do")
            .hint("to choose instances, give them an attribute, and write `node.labels.NAME == VALUE`");
    }
}

/// The processor by ECS's name.
fn architecture(name: &str) -> Option<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "x86_64" | "amd64" => Some("x86_64"),
        "aarch64" | "arm64" => Some("arm64"),
        _ => None,
    }
}

/// The operating system by ECS's name.
fn operating_system(name: &str) -> Option<&'static str> {
    match name.to_ascii_lowercase().as_str() {
        "linux" => Some("linux"),
        "windows" => Some("windows"),
        _ => None,
    }
}

/// Whether an attribute can have this name.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Attribute.html>
pub(super) fn is_name(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/' | '\\'))
}

/// Whether an attribute can have this value. Spaces, which it could have, would end it in an expression.
fn is_value(value: &str) -> bool {
    (1..=128).contains(&value.len())
        && value.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.@/\\:".contains(letter))
}
