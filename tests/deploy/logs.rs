//! What `logs` reads, and that it reads each line once.

use std::time::Duration;

use compose2ecs::deploy::logs::{Line, Sources, Tail, of_project, streams};
use compose2ecs::deploy::standing::Place;
use compose2ecs_standin::{Aws, Behaviour, Fault, Of};
use serde_json::{Value, json};

use crate::bed::{Bed, release};

const PLACE: Place<'static> = Place { cluster: "shop", project: "shop" };

/// When the account begins, in milliseconds since 1970.
const EPOCH: i64 = 1_767_225_600_000;

const SHOP: &str = "
  migrate: {image: 'app:1', command: migrate}
  web: {image: 'nginx:1', depends_on: {migrate: {condition: service_completed_successfully}}}
";

/// An account in which containers write, and the sources of its project.
async fn writing() -> (Bed, Sources) {
    let bed = Bed::new();
    bed.aws(|aws| {
        let job = Behaviour::exits(Duration::from_secs(2), 0).says(Duration::ZERO, "migrated");
        aws.behave(Of::Image("app:1".to_owned()), [job]);
        let web = Behaviour::default().says(Duration::ZERO, "starting").says(Duration::from_mins(5), "ready");
        aws.behave(Of::Image("nginx:1".to_owned()), [web]);
    });
    bed.up_well(SHOP).await;
    let sources = of_project(&bed.reader, PLACE, Some(&release(SHOP))).await.unwrap();
    (bed, sources)
}

async fn read(bed: &Bed, tail: &mut Tail) -> Vec<String> {
    let lines = tail.read(&bed.reader).await.unwrap();
    lines.iter().map(|Line { unit, container, text, .. }| format!("{unit} {container}: {text}")).collect()
}

#[tokio::test(start_paused = true)]
async fn lines_are_read_as_they_come_in() {
    let (bed, sources) = writing().await;
    assert_eq!(sources.unread.len(), 0);
    let mut tail = Tail::new(sources.sources, EPOCH, None);
    assert_eq!(read(&bed, &mut tail).await, ["migrate migrate: migrated", "web web: starting"]);
    assert_eq!(read(&bed, &mut tail).await, [""; 0]);
    tokio::time::sleep(Duration::from_mins(5)).await;
    assert_eq!(read(&bed, &mut tail).await, ["web web: ready"]);
}

#[tokio::test(start_paused = true)]
async fn a_log_group_is_read_by_one_call() {
    let (bed, sources) = writing().await;
    bed.aws(Aws::forget_calls);
    read(&bed, &mut Tail::new(sources.sources, EPOCH, Some(EPOCH + 1))).await;
    let calls: Vec<Value> = bed.aws(|aws| aws.calls().iter().map(|call| call.input.clone()).collect());
    assert_eq!(calls, [json!({"logGroupName": "/ecs/shop", "startTime": EPOCH, "endTime": EPOCH + 1})]);
}

#[tokio::test(start_paused = true)]
async fn services_and_tasks_are_chosen() {
    let (bed, sources) = writing().await;
    let mut of_web = sources.clone();
    of_web.only(&["web".to_owned()]).unwrap();
    assert_eq!(read(&bed, &mut Tail::new(of_web.sources.clone(), EPOCH, None)).await, ["web web: starting"]);
    let mut of_none = Tail::new(of_web.sources, EPOCH, None).of(["another".to_owned()]);
    assert_eq!(read(&bed, &mut of_none).await, [""; 0]);
    let elsewhere = sources.clone().within(Some("us-east-1"));
    let why = "it writes to region eu-west-1: look there with `--region`";
    assert!(elsewhere.sources.is_empty() && elsewhere.unread.iter().all(|unread| unread.why == why));
    let problems = sources.clone().only(&["wep".to_owned()]).unwrap_err();
    assert_eq!(problems[0].message, "no container of `wep` ran here");
}

#[tokio::test(start_paused = true)]
async fn pages_are_read_to_the_last_and_a_late_line_is_read_once() {
    let (bed, mut sources) = writing().await;
    sources.only(&["web".to_owned()]).unwrap();
    let event = |id: u32, at: i64| json!({"eventId": id.to_string(), "logStreamName": "web/web/1", "timestamp": EPOCH + at, "message": id.to_string()});
    let pages = [
        json!({"events": [event(1, 1000)], "nextToken": "first"}),
        json!({"events": [], "nextToken": "second"}),
        json!({"events": [event(2, 20_000)]}),
        json!({"events": [event(2, 20_000), event(3, 12_000)]}),
    ];
    bed.aws(|aws| {
        for (page, number) in pages.into_iter().zip(1..) {
            aws.faults().on("FilterLogEvents").nth(number).then(Fault::Answer(page));
        }
        aws.forget_calls();
    });
    let mut tail = Tail::new(sources.sources, EPOCH, None);
    assert_eq!(read(&bed, &mut tail).await, ["web web: 1", "web web: 2"]);
    assert_eq!(read(&bed, &mut tail).await, ["web web: 3"]);
    let asked: Vec<Value> = bed.aws(|aws| aws.calls().iter().map(|call| call.input.clone()).collect());
    let common = json!({"logGroupName": "/ecs/shop", "logStreamNamePrefix": "web/web"});
    let expected = [
        json!({"startTime": EPOCH}),
        json!({"startTime": EPOCH, "nextToken": "first"}),
        json!({"startTime": EPOCH, "nextToken": "second"}),
        json!({"startTime": EPOCH + 10_000}),
    ];
    let expected = expected.map(|own| {
        let mut all = common.as_object().unwrap().clone();
        all.extend(own.as_object().unwrap().clone());
        Value::Object(all)
    });
    assert_eq!(asked, expected);
}

#[tokio::test(start_paused = true)]
async fn a_group_that_nobody_made_yet_has_no_lines() {
    let bed = Bed::new();
    let mut sources = Sources::default();
    sources.add("web", release(SHOP).units["web"].containers());
    assert_eq!(read(&bed, &mut Tail::new(sources.sources, EPOCH, None)).await, [""; 0]);
}

#[test]
fn what_cannot_be_read_says_why() {
    let check = |logging: Value, expected: &str| {
        assert_eq!(streams(&json!({"name": "web", "logConfiguration": logging})).unwrap_err(), expected);
    };
    check(json!({"logDriver": "splunk"}), "it writes to `splunk`: look there");
    let no_prefix = "without `awslogs-stream-prefix` its log streams have names that nobody knows";
    check(json!({"logDriver": "awslogs", "options": {"awslogs-group": "/shop"}}), no_prefix);
    assert_eq!(streams(&json!({"name": "web"})).unwrap_err(), "what it writes is not kept: it has no `logging`");
}
