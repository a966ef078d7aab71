//! `healthcheck` as ECS says it, and how long a dependant waits for it.

use std::ops::RangeInclusive;

use crate::compose::duration::Duration;
use crate::compose::service::readiness::{Healthcheck, Test};
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::HealthCheck;
use crate::ecs::unit::Seconds;
use crate::lower::fate::fate;
use crate::options::LaunchType;
use crate::source::Spanned;

/// The longest `startTimeout` on Fargate, and the shortest that ECS takes there.
const START_TIMEOUT: RangeInclusive<u32> = 2..=120;

/// How long those who depend on a container wait for it to be healthy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::lower) enum StartTimeout {
    /// This long.
    Fits(Seconds),
    /// It would take this long, which Fargate does not take: nothing is set.
    TooLong(Seconds),
}

/// Translates a health check; `None` is none at all, which is also how ECS runs a container that asks for `NONE`.
///
/// What Compose leaves out gets Docker's defaults, as those of ECS are others.
pub(in crate::lower) fn health_check(
    healthcheck: &Spanned<Healthcheck>,
    diags: &mut Diagnostics,
) -> Option<HealthCheck> {
    let Healthcheck { test, interval, timeout, retries, start_period, start_interval, disable } = &healthcheck.value;
    if disable.is_some() {
        return None;
    }
    let Some(test) = test else {
        let times = [interval.is_some(), timeout.is_some(), retries.is_some(), start_period.is_some()];
        if times.contains(&true) || start_interval.is_some() {
            let message = "the times apply to the health check of the image, which ECS does not see";
            diags.warn(Code::HealthCheck, healthcheck.span, message).hint("copy the image's check into `test`");
        }
        return None;
    };
    let command = command(test, diags)?;
    if let Some(start_interval) = start_interval {
        fate!("services.*.healthcheck.start_interval").report(start_interval.span, diags);
    }
    Some(HealthCheck {
        command,
        interval: Some(seconds("interval", interval.as_ref(), Bounds { default: 30, range: 5..=300 }, diags)),
        timeout: Some(seconds("timeout", timeout.as_ref(), Bounds { default: 30, range: 2..=60 }, diags)),
        retries: Some(tries(retries.as_ref(), diags)),
        start_period: start_period
            .as_ref()
            .filter(|period| period.value != Duration::default())
            .map(|period| seconds("start_period", Some(period), Bounds { default: 0, range: 0..=300 }, diags)),
    })
}

/// How long dependants wait for a container to be healthy: as long as the check may take to say so, or as long as a
/// wait that it replaces would have waited.
///
/// Without a limit a container that never becomes healthy keeps its task pending for three hours.
pub(in crate::lower) fn start_timeout(
    check: &HealthCheck,
    wait: Option<Duration>,
    launch_type: LaunchType,
) -> StartTimeout {
    let HealthCheck { command: _, interval, timeout: _, retries, start_period } = check;
    let interval = interval.map_or(30, |interval| interval.0);
    let start_period = start_period.map_or(0, |period| period.0);
    let tries = retries.unwrap_or(3).saturating_add(1);
    let budget = interval.saturating_mul(tries).saturating_add(start_period).saturating_add(10);
    let wait = wait.map_or(0, Duration::whole_seconds);
    let seconds = budget.max(wait).max(*START_TIMEOUT.start());
    match launch_type {
        LaunchType::Fargate if seconds > *START_TIMEOUT.end() => StartTimeout::TooLong(Seconds(seconds)),
        LaunchType::Fargate | LaunchType::Ec2 => StartTimeout::Fits(Seconds(seconds)),
    }
}

/// The test in the two forms that ECS takes.
fn command(test: &Spanned<Test>, diags: &mut Diagnostics) -> Option<Vec<String>> {
    match &test.value {
        Test::None => None,
        Test::Shell(_) if test.value.is_none() => {
            let message = "Docker gives `NONE` to the shell, which fails: it is taken for no health check";
            diags.warn(Code::HealthCheck, test.span, message).hint("write `test: [NONE]`, or `disable: true`");
            None
        }
        Test::Command(words) if words.is_empty() => {
            diags.warn(Code::HealthCheck, test.span, "the health check has no command to run");
            None
        }
        Test::Command(words) => {
            Some(std::iter::once("CMD").chain(words.iter().map(String::as_str)).map(str::to_owned).collect())
        }
        Test::Shell(lines) => {
            let Some(line) = lines.first() else {
                diags.warn(Code::HealthCheck, test.span, "the health check has no line for the shell to run");
                return None;
            };
            if lines.len() > 1 {
                let message = "only the first word after `CMD-SHELL` is run";
                diags.warn(Code::HealthCheck, test.span, message).hint("write the whole line as one string");
            }
            Some(vec!["CMD-SHELL".to_owned(), line.clone()])
        }
    }
}

/// What ECS takes for a number, and what Docker does without one.
struct Bounds {
    default: u32,
    range: RangeInclusive<u32>,
}

/// A length of time in whole seconds, rounded up and brought within what ECS takes, both with a warning.
fn seconds(key: &str, duration: Option<&Spanned<Duration>>, bounds: Bounds, diags: &mut Diagnostics) -> Seconds {
    let Some(duration) = duration.filter(|duration| duration.value != Duration::default()) else {
        return Seconds(bounds.default);
    };
    let exact = duration.value;
    let rounded = exact.whole_seconds().clamp(*bounds.range.start(), *bounds.range.end());
    if Duration::from_seconds(rounded.into()) != exact {
        let (first, last) = bounds.range.into_inner();
        let message =
            format!("`{key}` becomes {rounded} s: ECS takes whole seconds from {first} to {last}, not {exact}");
        diags.warn(Code::HealthCheck, duration.span, message);
    }
    Seconds(rounded)
}

/// The number of failures in a row; Docker takes 0 for its default.
fn tries(retries: Option<&Spanned<u64>>, diags: &mut Diagnostics) -> u32 {
    let Some(retries) = retries.filter(|retries| retries.value != 0) else { return 3 };
    let clamped = retries.value.min(10);
    if clamped != retries.value {
        let message = format!("`retries` becomes {clamped}: ECS takes 1 to 10, not {}", retries.value);
        diags.warn(Code::HealthCheck, retries.span, message);
    }
    u32::try_from(clamped).unwrap_or(10)
}

#[cfg(test)]
mod tests {
    use super::{StartTimeout, health_check, start_timeout};
    use crate::compose::duration::Duration;
    use crate::compose::service::readiness::{Healthcheck, Test};
    use crate::diag::Diagnostics;
    use crate::ecs::unit::Seconds;
    use crate::options::LaunchType;
    use crate::source::Spanned;
    use crate::testing::span;

    fn written<T>(value: T) -> Spanned<T> {
        Spanned::new(value, span(0, 1))
    }

    fn time(text: &str) -> Spanned<Duration> {
        written(text.parse().unwrap())
    }

    fn line(line: &str) -> Spanned<Test> {
        written(Test::Shell(vec![line.to_owned()]))
    }

    /// Draws the check as `command | interval timeout retries start_period`, with the findings behind it.
    #[track_caller]
    fn check(healthcheck: Healthcheck, expected: &[&str]) {
        let mut diags = Diagnostics::default();
        let found = health_check(&written(healthcheck), &mut diags).map_or_else(
            || "-".to_owned(),
            |check| {
                let command = check.command.join(" ");
                let [interval, timeout, start] =
                    [check.interval, check.timeout, check.start_period].map(|time| time.map_or(0, |time| time.0));
                format!("{command} | {interval} {timeout} {} {start}", check.retries.unwrap_or_default())
            },
        );
        let findings = diags.iter().map(|finding| format!("{}: {}", finding.code.as_str(), finding.message));
        let drawn: Vec<String> = std::iter::once(found).chain(findings).collect();
        assert_eq!(drawn, expected);
    }

    #[test]
    fn what_is_left_out_is_as_docker_does_it() {
        check(
            Healthcheck { test: Some(line("curl x || exit 1")), ..Healthcheck::default() },
            &["CMD-SHELL curl x || exit 1 | 30 30 3 0"],
        );
        let test = Some(written(Test::Command(vec!["pg_isready".to_owned(), "-q".to_owned()])));
        check(
            Healthcheck { test, retries: Some(written(0)), interval: Some(time("0s")), ..Healthcheck::default() },
            &["CMD pg_isready -q | 30 30 3 0"],
        );
    }

    #[test]
    fn a_check_that_is_off_is_none() {
        check(Healthcheck { test: Some(written(Test::None)), ..Healthcheck::default() }, &["-"]);
        check(Healthcheck { test: Some(line("x")), disable: Some(span(0, 1)), ..Healthcheck::default() }, &["-"]);
    }

    #[test]
    fn numbers_are_brought_within_what_ecs_takes() {
        let check_of = |interval, timeout, start_period, retries| Healthcheck {
            test: Some(line("x")),
            interval: Some(time(interval)),
            timeout: Some(time(timeout)),
            start_period: Some(time(start_period)),
            retries: Some(written(retries)),
            ..Healthcheck::default()
        };
        check(check_of("10s", "5s", "1m", 5), &["CMD-SHELL x | 10 5 5 60"]);
        check(
            check_of("2s", "1s", "10m", 30),
            &[
                "CMD-SHELL x | 5 2 10 300",
                "health-check: `interval` becomes 5 s: ECS takes whole seconds from 5 to 300, not 2s",
                "health-check: `timeout` becomes 2 s: ECS takes whole seconds from 2 to 60, not 1s",
                "health-check: `retries` becomes 10: ECS takes 1 to 10, not 30",
                "health-check: `start_period` becomes 300 s: ECS takes whole seconds from 0 to 300, not 10m0s",
            ],
        );
        check(
            check_of("9500ms", "5s", "0s", 3),
            &[
                "CMD-SHELL x | 10 5 3 0",
                "health-check: `interval` becomes 10 s: ECS takes whole seconds from 5 to 300, not 9.5s",
            ],
        );
    }

    #[test]
    fn what_ecs_cannot_say_is_reported() {
        let words = ["curl x", "|", "grep UP"].map(str::to_owned).to_vec();
        check(
            Healthcheck {
                test: Some(written(Test::Shell(words))),
                start_interval: Some(time("1s")),
                ..Healthcheck::default()
            },
            &[
                "CMD-SHELL curl x | 30 30 3 0",
                "health-check: only the first word after `CMD-SHELL` is run",
                "health-check: `start_interval` is left out: ECS checks as often in the start period as later",
            ],
        );
        check(
            Healthcheck { interval: Some(time("10s")), ..Healthcheck::default() },
            &["-", "health-check: the times apply to the health check of the image, which ECS does not see"],
        );
        check(
            Healthcheck { test: Some(written(Test::Command(Vec::new()))), ..Healthcheck::default() },
            &["-", "health-check: the health check has no command to run"],
        );
    }

    #[test]
    fn dependants_wait_until_the_check_has_said_its_last() {
        let check = |interval, retries, start_period| {
            let healthcheck = Healthcheck {
                test: Some(line("x")),
                interval: Some(time(interval)),
                retries: Some(written(retries)),
                start_period: Some(time(start_period)),
                ..Healthcheck::default()
            };
            health_check(&written(healthcheck), &mut Diagnostics::default()).unwrap()
        };
        let seconds = |seconds| Some(Duration::from_seconds(seconds));
        let quick = check("10s", 5, "30s");
        assert_eq!(start_timeout(&quick, None, LaunchType::Fargate), StartTimeout::Fits(Seconds(100)));
        assert_eq!(start_timeout(&quick, seconds(50), LaunchType::Fargate), StartTimeout::Fits(Seconds(100)));
        assert_eq!(start_timeout(&quick, seconds(110), LaunchType::Fargate), StartTimeout::Fits(Seconds(110)));
        assert_eq!(start_timeout(&quick, seconds(300), LaunchType::Fargate), StartTimeout::TooLong(Seconds(300)));
        assert_eq!(start_timeout(&quick, seconds(300), LaunchType::Ec2), StartTimeout::Fits(Seconds(300)));
        let slow = check("10s", 10, "1m");
        assert_eq!(start_timeout(&slow, None, LaunchType::Fargate), StartTimeout::TooLong(Seconds(180)));
    }
}
