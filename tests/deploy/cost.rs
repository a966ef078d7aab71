//! What a deployment costs: how many calls, and how long.

use std::collections::BTreeMap;
use std::time::Duration;

use compose2ecs::deploy::options::UpOptions;
use compose2ecs_standin::Fault;
use tokio::time::Instant;

use crate::bed::{Bed, Run};

/// So many services without a need of each other.
fn services(count: u32) -> String {
    let service = |number| format!("  s{number}: {{image: 'app:1'}}\n");
    (0..count).map(service).collect::<Vec<_>>().concat()
}

/// How often each operation was called.
fn counts(run: &Run) -> BTreeMap<&str, usize> {
    run.calls.iter().fold(BTreeMap::new(), |mut counts, call| {
        *counts.entry(&*call.operation).or_default() += 1;
        counts
    })
}

#[tokio::test(start_paused = true)]
async fn nothing_to_do_for_a_hundred_services_is_one_look_at_each_revision() {
    let bed = Bed::new();
    bed.up_well(&services(100)).await;
    let run = bed.up_well(&services(100)).await;
    let expected = BTreeMap::from([
        ("DescribeClusters", 1),
        ("DescribeServices", 10),
        // ECS describes one revision per call.
        ("DescribeTaskDefinition", 100),
        ("ListServices", 1),
    ]);
    assert_eq!(counts(&run), expected);
}

#[tokio::test(start_paused = true)]
async fn what_is_watched_is_described_ten_services_at_a_time() {
    let bed = Bed::new();
    let run = bed.up_well(&services(30)).await;
    let counts = counts(&run);
    assert_eq!((counts["RegisterTaskDefinition"], counts["CreateService"]), (30, 30));
    let sizes: Vec<_> =
        run.calls_of("DescribeServices").map(|call| call.input["services"].as_array().unwrap().len()).collect();
    assert!(sizes.iter().all(|size| *size == 10) && sizes.len() % 3 == 0, "{sizes:?}");
}

#[tokio::test(start_paused = true)]
async fn one_off_tasks_are_described_together() {
    let job = |number| format!("  j{number}: {{image: 'app:1', deploy: {{mode: replicated-job}}}}\n");
    let jobs = (0..20).map(job).collect::<Vec<_>>().concat();
    let bed = Bed::new();
    let run = bed.up_well(&jobs).await;
    let sizes: Vec<_> =
        run.calls_of("DescribeTasks").map(|call| call.input["tasks"].as_array().unwrap().len()).collect();
    assert!(sizes.len() < 20 && sizes.iter().all(|size| *size == 20), "{sizes:?}");
}

/// How long it takes to make 16 services when each change takes ten seconds, and how many are made at once.
async fn made(parallel: usize) -> (Duration, usize) {
    let bed = Bed::new();
    bed.aws(|aws| {
        for operation in ["RegisterTaskDefinition", "CreateService"] {
            aws.faults().on(operation).then(Fault::Delay(Duration::from_secs(9)));
        }
    });
    let options =
        UpOptions { parallel, waiting: compose2ecs::deploy::options::Waiting::Disabled, ..UpOptions::default() };
    let began = Instant::now();
    let run = bed.up(&services(16), &options).await;
    assert_eq!(run.exit, 0, "{run:#?}");
    (began.elapsed(), bed.line.most_writes())
}

#[tokio::test(start_paused = true)]
async fn changes_are_made_side_by_side_and_never_more_than_allowed() {
    let seconds = Duration::from_secs;
    assert_eq!(made(1).await, (seconds(2 * 16 * 9), 1));
    assert_eq!(made(3).await, (seconds(2 * 6 * 9), 3));
    assert_eq!(made(8).await, (seconds(2 * 2 * 9), 8));
    assert_eq!(made(100).await, (seconds(2 * 9), 16));
}
