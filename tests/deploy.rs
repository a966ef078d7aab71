//! Deploying to a fake ECS, in one process with it and on a clock that jumps from event to event.

#![cfg(feature = "deploy")]
#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

#[path = "deploy/bed.rs"]
mod bed;
#[path = "deploy/cost.rs"]
mod cost;
#[path = "deploy/faults.rs"]
mod faults;
#[path = "deploy/flags.rs"]
mod flags;
#[path = "deploy/invariants.rs"]
mod invariants;
#[path = "deploy/line.rs"]
mod line;
#[path = "deploy/logs.rs"]
mod logs;
#[path = "deploy/rollback.rs"]
mod rollback;
#[path = "deploy/run.rs"]
mod run;
#[path = "deploy/scale.rs"]
mod scale;
#[path = "deploy/up.rs"]
mod up;
