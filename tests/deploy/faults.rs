//! What goes wrong. The names of the cases begin with their numbers in the catalogue of faults.

#[path = "faults/access.rs"]
mod access;
#[path = "faults/answers.rs"]
mod answers;
#[path = "faults/down.rs"]
mod down;
#[path = "faults/others.rs"]
mod others;
#[path = "faults/tasks.rs"]
mod tasks;
#[path = "faults/waves.rs"]
mod waves;

use std::time::Duration;

use compose2ecs::deploy::options::UpOptions;
use compose2ecs_standin::Aws;

use crate::bed::{Bed, Run};

const WEB: &str = "  web: {image: 'nginx:1'}\n";
const WEB_2: &str = "  web: {image: 'nginx:2'}\n";
const WITH_JOB: &str = "
  migrate: {image: 'app:1', command: migrate}
  web: {image: 'app:1', depends_on: {migrate: {condition: service_completed_successfully}}}
";

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// An account in which `web` runs revision 1.
async fn running() -> Bed {
    let bed = Bed::new();
    bed.up_well(WEB).await;
    bed
}

/// Runs `up` in a new account with this fault.
async fn first(fault: impl FnOnce(&mut Aws)) -> (Bed, Run) {
    let bed = Bed::new();
    bed.aws(fault);
    let run = bed.up(WEB, &UpOptions::default()).await;
    (bed, run)
}

/// Deploys a second revision with this fault.
async fn second(fault: impl FnOnce(&mut Aws)) -> (Bed, Run) {
    let bed = running().await;
    bed.aws(fault);
    let run = bed.up(WEB_2, &UpOptions::default()).await;
    (bed, run)
}
