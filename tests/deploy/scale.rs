//! What `scale` changes, and when it is done.

use std::time::Duration;

use compose2ecs::deploy::observe::revision;
use compose2ecs::deploy::options::{Rollback, UpOptions};
use compose2ecs::deploy::scale::change;
use compose2ecs::deploy::standing::{Place, prepared, standing};
use compose2ecs_standin::{Applied, Behaviour, Fault, Of, Phase};
use serde_json::json;

use crate::bed::{Bed, Run};

const WEB: &str = "  web: {image: 'nginx:1'}\n";

const PLACE: Place<'static> = Place { cluster: "shop", project: "shop" };

/// An account in which `web` runs.
async fn running() -> Bed {
    let bed = Bed::new();
    bed.up_well(WEB).await;
    bed
}

/// Gives `web` so many tasks.
async fn scale(bed: &Bed, count: u32) -> Run {
    let mut services = standing(&bed.reader, PLACE, &["web".to_owned()]).await.unwrap();
    let service = services.remove(0);
    let current = revision(&bed.reader, &service.task_definition).await.unwrap().unwrap();
    let (release, plan) = prepared(PLACE, vec![change(service, current, count).unwrap()]);
    let options =
        UpOptions { rollback: Rollback::Disabled, timeout: Some(Duration::from_mins(3)), ..UpOptions::default() };
    bed.carry_out((&release, &options), Ok(plan)).await
}

/// How many tasks of `web` run.
fn running_tasks(bed: &Bed) -> usize {
    bed.aws(|aws| aws.tasks().filter(|task| task.phase == Phase::Running).count())
}

#[tokio::test(start_paused = true)]
async fn more_tasks_are_waited_for_and_so_are_fewer() {
    let bed = running().await;
    for (count, deployments) in [(3, 1), (1, 1), (0, 1)] {
        let run = scale(&bed, count).await;
        assert_eq!((run.exit, run.changes()), (0, vec!["UpdateService"]), "{:#?}", run.lines);
        assert_eq!(running_tasks(&bed), usize::try_from(count).unwrap());
        let history = bed.aws(|aws| aws.service("shop", "shop-web").unwrap().history.len());
        assert_eq!(history, deployments);
    }
    let run = scale(&bed, 0).await;
    assert_eq!(
        (run.exit, run.changes(), &*run.lines),
        (0, vec![], &["wave 0".to_owned(), "web no change".to_owned()][..])
    );
}

#[tokio::test(start_paused = true)]
async fn only_the_number_is_sent_and_a_lost_answer_does_no_harm() {
    let bed = running().await;
    bed.aws(|aws| aws.faults().on("UpdateService").nth(1).then(Fault::Reset { applied: Applied::Yes }));
    let run = scale(&bed, 2).await;
    assert_eq!(run.exit, 0, "{:#?}", run.lines);
    assert_eq!(running_tasks(&bed), 2);
    let input = json!({"cluster": "shop", "service": "shop-web", "desiredCount": 2});
    assert!(run.calls_of("UpdateService").all(|call| call.input == input));
}

#[tokio::test(start_paused = true)]
async fn what_ended_and_was_said_before_is_of_no_interest() {
    let bed = running().await;
    // The task that runs dies now and then; the ones that follow last.
    bed.aws(|aws| {
        let dies = Behaviour::exits(Duration::from_mins(2), 1);
        aws.behave(Of::Image("nginx:1".to_owned()), [dies.clone(), dies.clone(), dies, Behaviour::default()]);
    });
    let run = scale(&bed, 0).await;
    assert_eq!(run.exit, 0, "{:#?}", run.lines);
    let run = scale(&bed, 3).await;
    assert_eq!(run.exit, 0, "{:#?}", run.lines);
    tokio::time::sleep(Duration::from_mins(4)).await;
    let run = scale(&bed, 2).await;
    assert_eq!(run.exit, 0, "{:#?}", run.lines);
    assert_eq!(running_tasks(&bed), 2);
}
