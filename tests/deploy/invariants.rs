//! What holds whatever goes wrong: five invariants, tried on drawn projects, faults and interruptions.
//!
//! A schedule has a project, whether an earlier version of it runs already, what goes wrong with calls, what its
//! containers do, what others do meanwhile, and where the run is interrupted. `up` runs to its end, then once more
//! without faults, and then again. `PROPTEST_CASES` says how many schedules are tried.

#[path = "invariants/check.rs"]
mod check;
#[path = "invariants/project.rs"]
mod project;

use std::time::Duration;

use compose2ecs::deploy::options::{OnFailure, Rollback, UpOptions, Waiting};
use compose2ecs_standin::{Applied, Aws, Behaviour, Deed, Fault, Of, Request, Settings};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config;
use serde_json::json;

use crate::bed::{Bed, Interruption, release};
use check::Found;
use project::Project;

/// How many schedules are tried unless somebody says how many: as many as do not make the tests slow.
const USUAL: u32 = 32;

/// How often is looked where it does not matter.
const SELDOM: Duration = Duration::from_secs(15);

/// What is drawn.
#[derive(Debug, Clone)]
struct Schedule {
    project: Project,
    faults: Vec<Trouble>,
    deeds: Vec<(u64, Act)>,
    interruption: Interruption,
    options: UpOptions,
    /// How long what is made is unknown, in seconds.
    lag: u64,
}

/// What goes wrong with calls.
#[derive(Debug, Clone)]
struct Trouble {
    operation: &'static str,
    which: Which,
    fault: Fault,
}

/// With which calls it goes wrong.
#[derive(Debug, Clone, Copy)]
enum Which {
    Nth(u64),
    First(u64),
    From(u64),
    Every(u64),
}

/// What somebody else does, to the unit of this number.
#[derive(Debug, Clone, Copy)]
enum Act {
    Delete(usize),
    Scale(usize),
    Redeploy(usize),
    Deregister(usize),
    Untag(usize),
    Squat(usize),
}

impl Act {
    /// The unit that it is about.
    const fn unit(self) -> usize {
        match self {
            Self::Delete(unit)
            | Self::Scale(unit)
            | Self::Redeploy(unit)
            | Self::Deregister(unit)
            | Self::Untag(unit)
            | Self::Squat(unit) => unit,
        }
    }

    /// What happens to the account.
    fn deed(self) -> Deed {
        let service = format!("shop-u{}", self.unit());
        let request = match self {
            Self::Delete(_) => {
                Request::ecs("DeleteService", &json!({"cluster": "shop", "service": service, "force": true}))
            }
            Self::Scale(_) => {
                Request::ecs("UpdateService", &json!({"cluster": "shop", "service": service, "desiredCount": 3}))
            }
            Self::Redeploy(_) => {
                let forced = json!({"cluster": "shop", "service": service, "forceNewDeployment": true});
                Request::ecs("UpdateService", &forced)
            }
            Self::Deregister(_) => {
                Request::ecs("DeregisterTaskDefinition", &json!({"taskDefinition": format!("{service}:1")}))
            }
            Self::Untag(_) => {
                let arn = format!("arn:aws:ecs:eu-west-1:123456789012:task-definition/{service}:1");
                Request::ecs("UntagResource", &json!({"resourceArn": arn, "tagKeys": ["compose2ecs:hash"]}))
            }
            Self::Squat(_) => Request::ecs("CreateService", &check::foreign(&service)),
        };
        request.into()
    }
}

/// Draws what goes wrong with calls.
fn trouble() -> impl Strategy<Value = Trouble> {
    let operation = select(vec![
        "*",
        "Describe*",
        "List*",
        "DescribeServices",
        "DescribeTaskDefinition",
        "DescribeTasks",
        "DescribeServiceDeployments",
        "FilterLogEvents",
        "RegisterTaskDefinition",
        "CreateService",
        "UpdateService",
        "RunTask",
        "TagResource",
        "StopServiceDeployment",
    ]);
    let which = prop_oneof![
        (1..6_u64).prop_map(Which::Nth),
        (1..8_u64).prop_map(Which::First),
        (1..12_u64).prop_map(Which::From),
        (1..4_u64).prop_map(Which::Every),
    ];
    let fault = select(vec![
        Fault::Throttle,
        Fault::Reset { applied: Applied::Yes },
        Fault::Reset { applied: Applied::No },
        Fault::Timeout { applied: Applied::Yes },
        Fault::Timeout { applied: Applied::No },
        Fault::Unreachable,
        Fault::Truncated,
        Fault::server(),
        Fault::Status { status: 503, body: "<html>".to_owned() },
        Fault::AccessDenied,
        Fault::ExpiredToken,
        Fault::limit(),
        Fault::concurrent_revisions(),
        Fault::no_service_linked_role(),
        Fault::Delay(Duration::from_secs(7)),
        Fault::Delay(Duration::from_secs(25)),
    ]);
    (operation, which, fault).prop_map(|(operation, which, fault)| Trouble { operation, which, fault })
}

/// Draws what others do to a project of so many units, and when, in seconds.
fn act() -> impl Strategy<Value = (u64, Act)> {
    let act = (0..6_usize, 0..5_usize).prop_map(|(act, unit)| match act {
        0 => Act::Delete(unit),
        1 => Act::Scale(unit),
        2 => Act::Redeploy(unit),
        3 => Act::Deregister(unit),
        4 => Act::Untag(unit),
        _ => Act::Squat(unit),
    });
    (0..90_u64, act)
}

fn interruption() -> impl Strategy<Value = Interruption> {
    prop_oneof![
        2 => Just(Interruption::Never),
        4 => (1..60_u64).prop_map(Interruption::KillAt),
        1 => (1..60_u64).prop_map(Interruption::AskAt),
        1 => (0..90_u64).prop_map(|seconds| Interruption::AskAfter(Duration::from_secs(seconds))),
    ]
}

fn options() -> impl Strategy<Value = UpOptions> {
    let drawn = (1..9_usize, any::<[bool; 4]>(), 60..400_u64);
    drawn.prop_map(|(parallel, [go_on, keep, detach, close], timeout)| UpOptions {
        parallel,
        failure: if go_on { OnFailure::GoOn } else { OnFailure::Stop },
        rollback: if keep { Rollback::Disabled } else { Rollback::Enabled },
        waiting: if detach { Waiting::Disabled } else { Waiting::Enabled },
        timeout: Some(Duration::from_secs(timeout)),
        poll: if close { Duration::from_secs(2) } else { SELDOM },
        ..UpOptions::default()
    })
}

fn schedule() -> impl Strategy<Value = Schedule> {
    let deeds = prop_oneof![3 => Just(Vec::new()), 1 => vec(act(), 1..3)];
    let lag = prop_oneof![4 => Just(0), 1 => 1..30_u64];
    (project::project(), vec(trouble(), 0..3), deeds, interruption(), options(), lag).prop_map(
        |(project, faults, deeds, interruption, options, lag)| {
            let count = project.units.len();
            let deeds = deeds.into_iter().filter(|(_, act)| act.unit() < count).collect();
            Schedule { project, faults, deeds, interruption, options, lag }
        },
    )
}

/// Tries a schedule.
#[track_caller]
fn check(schedule: &Schedule) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(play(schedule));
}

async fn play(schedule: &Schedule) {
    let Schedule { project, faults: _, deeds, interruption, options, lag } = schedule;
    let lag = Duration::from_secs(*lag);
    let bed = Bed::with(Settings { describe_lag: lag, list_lag: lag, ..Settings::default() });
    let found = Found { bed: &bed, project, touched: deeds.iter().map(|(_, act)| *act).collect() };
    found.settle_foreigners();
    let usual = UpOptions { poll: SELDOM, ..UpOptions::default() };
    let wanted = release(&project.text(project::Version::New));
    if let Some(old) = project.old() {
        let run = bed.up_until(&release(&old), &usual, Interruption::Never).await;
        assert_eq!((run.exit, &*run.problems), (0, &[][..]), "the earlier version: {run:#?}");
        tokio::time::sleep(lag).await;
    }

    bed.aws(|aws| begin(aws, schedule));
    let run = bed.up_until(&wanted, options, *interruption).await;
    found.check(&run, options);

    bed.aws(|aws| {
        aws.faults().clear();
        for (number, _) in project.units.iter().enumerate() {
            aws.behave(Of::Image(format!("u{number}:2")), [Behaviour::default()]);
        }
    });
    found.settle(&run).await;
    let again = bed.up_until(&wanted, &usual, Interruption::Never).await;
    assert_eq!((again.exit, &*again.problems), (0, &[][..]), "I3: {run:#?} {again:#?}");
    found.check_again(&again);
    let third = bed.up_until(&wanted, &usual, Interruption::Never).await;
    assert_eq!((third.exit, third.changes()), (0, vec![]), "I3: {third:#?}");
    found.check_registrations();
}

/// What goes wrong from now on.
fn begin(aws: &mut Aws, schedule: &Schedule) {
    for Trouble { operation, which, fault } in &schedule.faults {
        let on = aws.faults().on(operation);
        let on = match *which {
            Which::Nth(number) => on.nth(number),
            Which::First(count) => on.first(count),
            Which::From(first) => on.from(first),
            Which::Every(number) => on.every(number),
        };
        on.then(fault.clone());
    }
    for (number, unit) in schedule.project.units.iter().enumerate() {
        aws.behave(Of::Image(format!("u{number}:2")), unit.nature.behaviours());
    }
    let now = aws.now();
    for (seconds, act) in &schedule.deeds {
        aws.at(now + Duration::from_secs(*seconds), act.deed());
    }
}

/// As many schedules as somebody says, or the usual number.
fn config() -> Config {
    #[expect(clippy::disallowed_methods, reason = "proptest itself reads this variable")]
    let said = std::env::var_os("PROPTEST_CASES").is_some();
    let usual = Config::default();
    let cases = if said { usual.cases } else { USUAL };
    Config { cases, failure_persistence: None, max_shrink_iters: 400, ..usual }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn five_invariants_hold_whatever_goes_wrong(schedule in schedule()) {
        check(&schedule);
    }
}
