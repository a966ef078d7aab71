//! `restart` and `deploy.restart_policy`: whether what ended is started again.
//!
//! Two of ECS start again what ended. The agent starts a container again in its task, which is what Docker does, but not
//! one that ran for less than a minute. A service starts a new task for any that ended, at pauses that grow: this cannot
//! be turned off, and catches what the agent does not. A task of its own is not started again.
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-restart-policy.html>

use super::Lifetime;
use super::fate::{fate, lost_as};
use crate::compose::duration::Duration;
use crate::compose::service::Service;
use crate::compose::service::placement::update::{RestartCondition, RestartPolicy as Policy};
use crate::compose::service::process::RestartPolicy as Word;
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::RestartPolicy;
use crate::ecs::unit::Seconds;
use crate::source::Spanned;

/// How long a container must have run at least to be started again in its task, and at most.
const PERIOD: std::ops::RangeInclusive<u32> = 60..=1800;

/// Why what is said of further starts has no effect.
const NOT_AGAIN: &str = "nothing is started again here";

/// When a container is started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum When {
    /// However it ended.
    Always,
    /// When it failed.
    OnFailure,
    /// Not at all.
    Never,
}

/// Says whether the agent starts a container again. As for Docker Compose, `deploy.restart_policy` goes before `restart`.
pub(super) fn restart_policy(service: &Service, lifetime: Lifetime, diags: &mut Diagnostics) -> Option<RestartPolicy> {
    if let Some(policy) = &service.placement.restart_policy {
        return of_deploy(&policy.value, lifetime, diags);
    }
    let restart = service.process.restart.as_ref()?;
    let (when, attempts) = match Word::parse(&restart.value) {
        Word::Always | Word::UnlessStopped => (When::Always, None),
        Word::No => (When::Never, None),
        Word::OnFailure { attempts } => (When::OnFailure, attempts),
        Word::Other => {
            let message = format!("`{}` is no restart policy; Docker would refuse it", restart.value);
            diags.warn(Code::RestartPolicy, restart.span, message);
            return None;
        }
    };
    report(Spanned::new(when, restart.span), lifetime, diags);
    let policy = policy(when, *PERIOD.start(), lifetime);
    if attempts.is_some() && policy.is_some() {
        fate!("services.*.deploy.restart_policy.max_attempts").of("on-failure:N").report(restart.span, diags);
    }
    policy
}

/// What `deploy.restart_policy` says.
fn of_deploy(written: &Policy, lifetime: Lifetime, diags: &mut Diagnostics) -> Option<RestartPolicy> {
    let Policy { condition, delay, max_attempts, window } = written;
    let when = match condition.as_ref().map(|condition| (&condition.value, condition.span)) {
        None => When::Always,
        Some((condition, span)) => {
            let when = match condition {
                RestartCondition::Any => When::Always,
                RestartCondition::OnFailure => When::OnFailure,
                RestartCondition::None => When::Never,
                RestartCondition::Other(_) => {
                    let message = "this condition is unknown: it must be `none`, `on-failure` or `any`";
                    diags.warn(Code::RestartPolicy, span, message);
                    return None;
                }
            };
            report(Spanned::new(when, span), lifetime, diags);
            when
        }
    };
    let delay = delay.filter(|delay| delay.value.as_nanos() != 0);
    fate!("services.*.deploy.restart_policy.delay").report_if(delay.as_ref(), diags);
    let starts_again = policy(when, *PERIOD.start(), lifetime).is_some();
    if let Some(attempts) = max_attempts {
        if starts_again {
            fate!("services.*.deploy.restart_policy.max_attempts").report(attempts.span, diags);
        } else {
            lost_as(Code::RestartPolicy, ("max_attempts", attempts.span), NOT_AGAIN, diags);
        }
    }
    let period = match window {
        Some(window) if starts_again => period(*window, diags),
        Some(window) => {
            lost_as(Code::RestartPolicy, ("window", window.span), NOT_AGAIN, diags);
            return None;
        }
        None => *PERIOD.start(),
    };
    policy(when, period, lifetime)
}

/// The agent's policy. A task of its own has none: what waits for its end must see it.
fn policy(when: When, period: u32, lifetime: Lifetime) -> Option<RestartPolicy> {
    let ignored_exit_codes = match (when, lifetime) {
        (When::Always, Lifetime::Service) => Vec::new(),
        (When::OnFailure, Lifetime::Service) => vec![0],
        (When::Never, Lifetime::Service) | (_, Lifetime::Task) => return None,
    };
    Some(RestartPolicy { enabled: true, ignored_exit_codes, restart_attempt_period: Seconds(period) })
}

/// `window` in whole seconds, rounded up, as far as ECS goes: what must have passed before a restart counts as a success
/// is what must have passed before there can be another.
fn period(window: Spanned<Duration>, diags: &mut Diagnostics) -> u32 {
    let seconds = window.value.whole_seconds();
    let within = seconds.clamp(*PERIOD.start(), *PERIOD.end());
    if within != seconds {
        let message = format!("`window` becomes {within} s: ECS takes from 60 to 1800 s");
        diags.warn(Code::RestartPolicy, window.span, message);
    }
    within
}

/// Reports a policy that differs from what ECS does.
fn report(when: Spanned<When>, lifetime: Lifetime, diags: &mut Diagnostics) {
    let Spanned { value: when, span } = when;
    match (when, lifetime) {
        (When::Always, Lifetime::Service) | (When::Never, Lifetime::Task) => {}
        (When::OnFailure, Lifetime::Service) => {
            let message = "an ECS service starts a new task when the container succeeds, too";
            diags.warn(Code::RestartPolicy, span, message);
        }
        (When::Never, Lifetime::Service) => {
            diags.warn(Code::RestartPolicy, span, "an ECS service starts a new task when the container ends").hint(
                "to run it once per deployment, write `deploy: {mode: replicated-job}`, or let others wait for it with \
                 `condition: service_completed_successfully`",
            );
        }
        (When::Always | When::OnFailure, Lifetime::Task) => {
            let message = "the container runs once: ECS does not start it again when it fails";
            diags.warn(Code::RestartPolicy, span, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::LaunchType;
    use crate::testing::lower;

    /// The agent's policy for a service with some keys, as JSON, and what is found.
    #[track_caller]
    fn check(lifetime: Lifetime, keys: &str, expected: &str, findings: &str) {
        let text = format!("{{services: {{web: {{image: x, {keys}}}}}}}");
        let (policy, found) =
            lower(LaunchType::Ec2, &text, |service, _, diags| restart_policy(service, lifetime, diags));
        let shown = policy.map(|policy| serde_json::to_string(&policy).unwrap()).unwrap_or_default();
        assert_eq!((shown.as_str(), found.as_str()), (expected, findings));
    }

    const ALWAYS: &str = r#"{"enabled":true,"restartAttemptPeriod":60}"#;
    const ON_FAILURE: &str = r#"{"enabled":true,"ignoredExitCodes":[0],"restartAttemptPeriod":60}"#;

    /// What is said of a service that starts again when it succeeds.
    const TOO: &str = "warning[restart-policy]: an ECS service starts a new task when the container succeeds, too";
    const ATTEMPTS: &str = "is left out: ECS does not give up on a task that ends again and again";
    const ONCE: &str = "warning[restart-policy]: the container runs once: ECS does not start it again when it fails";

    #[test]
    fn the_agent_starts_again_what_docker_would() {
        check(Lifetime::Service, "ports: []", "", "");
        check(Lifetime::Service, "restart: always", ALWAYS, "");
        check(Lifetime::Service, "restart: unless-stopped", ALWAYS, "");
        check(Lifetime::Service, "restart: on-failure", ON_FAILURE, &format!("on-failure | {TOO}"));
        let both = format!("on-failure:3 | {TOO}\non-failure:3 | warning[restart-policy]: `on-failure:N` {ATTEMPTS}");
        check(Lifetime::Service, "restart: on-failure:3", ON_FAILURE, &both);
        let message = "warning[restart-policy]: an ECS service starts a new task when the container ends";
        check(Lifetime::Service, "restart: 'no'", "", &format!("'no' | {message}"));
    }

    #[test]
    fn a_task_of_its_own_runs_once() {
        check(Lifetime::Task, "restart: 'no'", "", "");
        check(Lifetime::Task, "restart: on-failure:3", "", &format!("on-failure:3 | {ONCE}"));
        check(Lifetime::Task, "deploy: {restart_policy: {condition: any}}", "", &format!("any | {ONCE}"));
        check(Lifetime::Task, "deploy: {restart_policy: {condition: none}}", "", "");
    }

    #[test]
    fn deploy_goes_before() {
        check(Lifetime::Service, "restart: 'no', deploy: {restart_policy: {}}", ALWAYS, "");
        let failure = "restart: always, deploy: {restart_policy: {condition: on-failure}}";
        check(Lifetime::Service, failure, ON_FAILURE, &format!("on-failure | {TOO}"));
    }

    #[test]
    fn a_window_is_a_period() {
        let window = |window: &str| format!("deploy: {{restart_policy: {{condition: any, window: {window}}}}}");
        check(Lifetime::Service, &window("119.5s"), r#"{"enabled":true,"restartAttemptPeriod":120}"#, "");
        let clamped = |text: &str, to: u32| {
            format!("{text} | warning[restart-policy]: `window` becomes {to} s: ECS takes from 60 to 1800 s")
        };
        check(Lifetime::Service, &window("5s"), ALWAYS, &clamped("5s", 60));
        let longest = r#"{"enabled":true,"restartAttemptPeriod":1800}"#;
        check(Lifetime::Service, &window("1h"), longest, &clamped("1h", 1800));
    }

    #[test]
    fn what_ecs_lacks_is_lost() {
        check(
            Lifetime::Service,
            "deploy: {restart_policy: {delay: 5s, max_attempts: 3}}",
            ALWAYS,
            &format!(
                "5s | warning[restart-policy]: `delay` is left out: ECS itself decides how long it pauses before it starts a \
                 task anew\n3 | warning[restart-policy]: `max_attempts` {ATTEMPTS}"
            ),
        );
        check(Lifetime::Service, "deploy: {restart_policy: {delay: 0s}}", ALWAYS, "");
        check(
            Lifetime::Task,
            "deploy: {restart_policy: {condition: none, max_attempts: 3, window: 5s}}",
            "",
            "3 | warning[restart-policy]: `max_attempts` is left out: nothing is started again here\n\
             5s | warning[restart-policy]: `window` is left out: nothing is started again here",
        );
    }

    #[test]
    fn a_word_that_is_none_is_lost() {
        let message = "sometimes | warning[restart-policy]: `sometimes` is no restart policy; Docker would refuse it";
        check(Lifetime::Service, "restart: sometimes", "", message);
        let message = "warning[restart-policy]: this condition is unknown: it must be `none`, `on-failure` or `any`";
        let condition = "deploy: {restart_policy: {condition: sometimes}}";
        check(Lifetime::Service, condition, "", &format!("sometimes | {message}"));
    }
}
