//! Time passes the same, however one looks.

use std::time::Duration;

use serde_json::json;

use crate::testing::{Bed, definition, seconds};
use crate::{Aws, Behaviour, Of, Settings, Timings};

/// A busy account after ten minutes that pass in such steps.
fn busy(step: Duration) -> Vec<String> {
    let mut bed = Bed::new();
    bed.aws.behave(Of::Revision("web:2/web".to_owned()), [Behaviour::exits(seconds(2), 1)]);
    let breaker = json!({"deploymentCircuitBreaker": {"enable": true, "rollback": true}});
    bed.create("web", 3, json!({"deploymentConfiguration": breaker}));
    bed.create("db", 1, json!({}));
    let wait = |bed: &mut Bed, time: Duration| {
        let end = bed.aws.now() + time;
        while bed.aws.now() < end {
            bed.aws.advance(step.min(end.saturating_sub(bed.aws.now())));
        }
    };
    wait(&mut bed, seconds(100));
    bed.ok("RegisterTaskDefinition", definition("web"));
    bed.ok("UpdateService", json!({"cluster": "prod", "service": "web", "taskDefinition": "web:2"}));
    wait(&mut bed, seconds(500));
    let services = bed.aws.services().flat_map(|service| service.events.iter().map(|event| format!("{event:?}")));
    let tasks = bed.aws.tasks().map(|task| format!("{task:?}"));
    services.chain(tasks).collect()
}

#[test]
fn the_length_of_steps_does_not_matter() {
    let once = busy(seconds(1000));
    assert_eq!(busy(Duration::from_millis(700)), once);
    assert_eq!(busy(seconds(13)), once);
}

#[test]
fn everything_can_be_immediate() {
    let mut bed = Bed::with(Settings { timings: Timings::immediate(), ..Settings::default() });
    bed.create("web", 2, json!({}));
    bed.aws.advance(Duration::ZERO);
    assert_eq!(bed.service("web").deployments.first().unwrap().rollout.as_str(), "COMPLETED");
    bed.aws.behave(Of::Image("web".to_owned()), [Behaviour::exits(Duration::ZERO, 1)]);
    bed.ok("UpdateService", json!({"cluster": "prod", "service": "web", "forceNewDeployment": true}));
    bed.aws.advance(seconds(3600));
    bed.ok("DeleteService", json!({"cluster": "prod", "service": "web", "force": true}));
    bed.aws.advance(Duration::ZERO);
    assert_eq!(bed.service("web").status.as_str(), "INACTIVE");
}

#[test]
fn an_account_can_go_to_another_thread() {
    fn check<T: Send>() {}
    check::<Aws>();
}

/// Deployments of five services, each watched by thirty calls, are a matter of milliseconds.
#[test]
fn an_account_is_cheap() {
    for seed in 0..20 {
        let mut bed = Bed::with(Settings { seed, ..Settings::default() });
        for number in 0..5 {
            bed.create(&format!("web-{number}"), 3, json!({}));
        }
        for _ in 0..30 {
            bed.aws.advance(seconds(5));
            let names: Vec<String> = (0..5).map(|number| format!("web-{number}")).collect();
            bed.ok("DescribeServices", json!({"cluster": "prod", "services": names}));
        }
        assert!(bed.aws.services().all(|service| service.steady));
    }
}
