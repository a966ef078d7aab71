//! The committed schema and page of `x-ecs` are what the program makes.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads what is there, and fails loudly")]

use std::{env, fs};

use compose2ecs::schema;

/// Compares a committed file with what is made today, or writes it with `UPDATE_DOCS=1`.
#[track_caller]
fn check(file: &str, expected: &str) {
    let path = format!("{}/docs/{file}", env!("CARGO_MANIFEST_DIR"));
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, expected).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == expected, "docs/{file} is out of date: run `UPDATE_DOCS=1 cargo test --test schema`");
}

#[test]
fn the_schema_is_that_of_the_keys() {
    check("x-ecs.schema.json", &schema::schema());
}

#[test]
fn the_page_is_that_of_the_keys() {
    check("x-ecs.md", &schema::page());
}
