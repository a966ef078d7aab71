//! How many run, and where.

use super::value::{Fields, Value};
use super::{Context, Format, extension};
use crate::compose::service::Service;
use crate::compose::service::placement::Placement;
use crate::compose::service::placement::constraint::Preference;
use crate::compose::service::placement::update::{RestartPolicy, UpdateConfig};
use crate::source::Spanned;

/// The keys of the facet `placement`.
pub(super) fn fields<'p>(service: &'p Service, _context: &Context<'p>) -> Fields<'p> {
    let (scale, profiles) = (&service.placement.scale, &service.placement.profiles);
    let mut fields = Fields::default();
    fields.put_some("scale", scale.map(|scale| scale.value));
    fields.put_filled("profiles", profiles);
    fields
}

/// The part of `deploy` that the facet `placement` has.
pub(super) fn deploy_fields<'p>(service: &'p Service, context: &Context<'p>) -> Fields<'p> {
    let Placement {
        mode,
        scale: _,
        replicas: _,
        labels,
        endpoint_mode,
        update_config,
        rollback_config,
        restart_policy,
        constraints: _,
        preferences: _,
        max_replicas_per_node: _,
        profiles: _,
    } = &service.placement;
    // Docker Compose copies `scale` into a `deploy` that says no number.
    let replicas = service.placement.count();
    let own = |key| extension::fields(&["services", service.name.value.as_str(), "deploy", key], context);
    let update = |key, config: &'p Option<Spanned<UpdateConfig>>| {
        config.as_ref().map(|config| self::update_config(&config.value).with(own(key)))
    };
    let mut fields = Fields::default();
    fields.put_some("mode", mode.as_ref().map(|mode| mode.value.as_str()));
    fields.put_some("replicas", replicas.map(|replicas| replicas.value));
    fields.put_filled("labels", labels);
    fields.put_some("update_config", update("update_config", update_config));
    fields.put_some("rollback_config", update("rollback_config", rollback_config));
    fields.put_some(
        "restart_policy",
        restart_policy.as_ref().map(|policy| self::restart_policy(&policy.value).with(own("restart_policy"))),
    );
    let placement = self::placement(service, context).with(own("placement"));
    match context.options.format {
        Format::Yaml => fields.put_filled("placement", placement),
        Format::Json => fields.put("placement", placement),
    }
    fields.put_some("endpoint_mode", endpoint_mode.as_ref().map(|mode| mode.value.as_str()));
    fields
}

/// `placement`.
fn placement<'p>(service: &'p Service, context: &Context<'p>) -> Fields<'p> {
    // The rest is said beside it.
    let Placement {
        mode: _,
        scale: _,
        replicas: _,
        labels: _,
        endpoint_mode: _,
        update_config: _,
        rollback_config: _,
        restart_policy: _,
        constraints,
        preferences,
        max_replicas_per_node,
        profiles: _,
    } = &service.placement;
    let preference = |preference: &'p Spanned<Preference>| {
        let path = ["services", service.name.value.as_str(), "deploy", "placement", "preferences"];
        let mut fields = Fields::default();
        match &preference.value {
            Preference::Spread(_, spread) | Preference::SpreadOther(spread) => fields.put_text("spread", spread),
            Preference::Empty => {}
        }
        fields.with(extension::item_fields(&path, preference.span, context))
    };
    let mut fields = Fields::default();
    fields.put_filled("constraints", constraints.iter().map(|rule| rule.value.text()).collect::<Value<'_>>());
    fields.put_filled("preferences", preferences.iter().map(preference).collect::<Value<'_>>());
    let limit = max_replicas_per_node.map(|limit| limit.value);
    fields.put_some("max_replicas_per_node", limit.filter(|limit| *limit != 0));
    fields
}

/// `update_config` or `rollback_config`.
fn update_config(config: &UpdateConfig) -> Fields<'_> {
    let UpdateConfig { parallelism, delay, failure_action, monitor, max_failure_ratio, order } = config;
    let mut fields = Fields::default();
    fields.put_some("parallelism", parallelism.map(|parallelism| parallelism.value));
    fields.put_some("delay", delay.filter(|delay| delay.value.as_nanos() != 0).map(|delay| delay.value.to_string()));
    fields.put_some("failure_action", failure_action.as_ref().map(|action| action.value.as_str()));
    fields.put_some(
        "monitor",
        monitor.filter(|monitor| monitor.value.as_nanos() != 0).map(|monitor| monitor.value.to_string()),
    );
    #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "no other conversion exists")]
    let ratio = max_failure_ratio.map(|ratio| ratio.value as f32);
    fields.put_some("max_failure_ratio", ratio.filter(|ratio| *ratio != 0.0));
    fields.put_some("order", order.map(|order| order.value.as_str()));
    fields
}

/// `restart_policy`.
fn restart_policy(policy: &RestartPolicy) -> Fields<'_> {
    let RestartPolicy { condition, delay, max_attempts, window } = policy;
    let mut fields = Fields::default();
    fields.put_some("condition", condition.as_ref().map(|condition| condition.value.as_str()));
    fields.put_some("delay", delay.map(|delay| delay.value.to_string()));
    fields.put_some("max_attempts", max_attempts.map(|attempts| attempts.value));
    fields.put_some("window", window.map(|window| window.value.to_string()));
    fields
}
