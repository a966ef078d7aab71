//! Lists in pages.

use serde_json::{Value, json};

use crate::testing::{Bed, creation, definition, with};
use crate::{EmptyPages, Settings};

/// How many services there are on each page.
fn pages(settings: Settings, services: u64, more: &Value) -> Vec<usize> {
    let mut bed = Bed::with(settings);
    bed.ok("RegisterTaskDefinition", definition("web"));
    for number in 0..services {
        bed.ok("CreateService", with(creation("web", 0), json!({"serviceName": format!("web-{number:03}")})));
    }
    let (mut pages, mut names, mut token) = (Vec::new(), Vec::new(), Value::Null);
    loop {
        let input = with(json!({"cluster": "prod", "nextToken": token}), more.clone());
        let answer = bed.ok("ListServices", input);
        let page = answer["serviceArns"].as_array().unwrap().clone();
        pages.push(page.len());
        names.extend(page.into_iter().map(|arn| arn.to_string()));
        token = answer["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    names.sort();
    names.dedup();
    assert_eq!(u64::try_from(names.len()), Ok(services));
    pages
}

#[test]
fn lists_come_in_pages() {
    let usual = Settings::default;
    assert_eq!(pages(usual(), 0, &json!({})), [0]);
    assert_eq!(pages(usual(), 10, &json!({})), [10]);
    assert_eq!(pages(usual(), 23, &json!({})), [10, 10, 3]);
    assert_eq!(pages(usual(), 230, &json!({"maxResults": 100})), [100, 100, 30]);
    let empty = Settings { empty_pages: EmptyPages::First, ..usual() };
    assert_eq!(pages(empty, 12, &json!({})), [0, 10, 2]);
}

#[test]
fn a_new_service_takes_a_while_to_be_seen() {
    let lag = crate::testing::seconds(20);
    let mut bed = Bed::with(Settings { describe_lag: lag, list_lag: lag, ..Settings::default() });
    bed.create("web", 0, json!({}));
    let mut check = |expected: (usize, usize)| {
        let described = bed.ok("DescribeServices", json!({"cluster": "prod", "services": ["web"]}));
        let listed = bed.ok("ListServices", json!({"cluster": "prod"}));
        let count = |value: &Value| value.as_array().unwrap().len();
        assert_eq!((count(&described["services"]), count(&listed["serviceArns"])), expected);
        bed.aws.advance(lag);
    };
    check((0, 0));
    check((1, 1));
}
