//! A stack that keeps every rule, and changes that break one each.

mod cases;

use std::collections::BTreeSet;

use super::{Place, Rule, Violation, check};
use crate::ecs::sample;
use cases::{CASES, Case};

/// The field of a place; a task has none.
fn field(place: &Place) -> &'static str {
    match place {
        Place::Task { family: _ } => "",
        Place::Container { family: _, container: _, field }
        | Place::Service { service: _, field }
        | Place::RunTask { unit: _, field } => field,
        Place::Volume { family: _, volume: _ } => "volume",
        Place::Stack => "stack",
    }
}

/// What a broken stack breaks.
fn violations((_, _, change): &Case) -> Vec<Violation> {
    let mut stack = sample::stack();
    change(&mut stack);
    check(&stack)
}

#[test]
fn a_stack_that_uses_every_field_keeps_every_rule() {
    assert_eq!(check(&sample::stack()), []);
}

#[test]
fn every_broken_rule_is_found_at_its_field() {
    for (number, case) in CASES.iter().enumerate() {
        let (rule, at, _) = case;
        let violations = violations(case);
        let found = violations.iter().any(|violation| violation.rule == *rule && field(&violation.place) == *at);
        assert!(found, "case {number}: {rule} at {at}: {violations:#?}");
    }
}

#[test]
fn one_mistake_breaks_one_rule() {
    // What runs a task misses it under its old name.
    let also = |rule: Rule| if rule == Rule::Name { Some(Rule::SvcRef) } else { None };
    for (number, case) in CASES.iter().enumerate() {
        let (rule, _, _) = case;
        let others: BTreeSet<_> = violations(case).into_iter().map(|violation| violation.rule).collect();
        let others: Vec<_> = others.into_iter().filter(|other| other != rule && also(*rule) != Some(*other)).collect();
        assert_eq!(others, [], "case {number}: {rule}");
    }
}

#[test]
fn every_rule_has_a_case() {
    let cases: BTreeSet<_> = CASES.iter().map(|(rule, _, _)| *rule).collect();
    let without: Vec<_> = Rule::ALL.iter().filter(|rule| !cases.contains(rule)).collect();
    assert_eq!(without, Vec::<&Rule>::new());
}

#[test]
fn messages_quote_no_values() {
    for case in CASES {
        for Violation { place: _, rule: _, message, hint, other: _ } in violations(case) {
            assert!(!message.contains("hunter2") && !hint.unwrap_or_default().contains("hunter2"), "{message}");
            assert!(!message.ends_with('.') && !message.is_empty());
        }
    }
}
