//! `compose2ecs iam-policy`.

use compose2ecs::deploy::policy::{Place, policy};
use compose2ecs::world::World;

use super::release;
use crate::cli::GlobalArguments;
use crate::cli::deploy::IamPolicyArguments;
use crate::cli::run::{Outcome, finish, lower_options, print};

/// Prints what those who deploy a project must be allowed to do. AWS is not asked.
pub(in crate::cli::run) fn iam_policy(
    global: GlobalArguments,
    arguments: IamPolicyArguments,
    world: &dyn World,
) -> Outcome {
    let IamPolicyArguments { account, target } = arguments;
    let options = lower_options(target, world);
    let region = options.region.clone();
    let Some(release) = release(global, options, world) else { return Outcome::Refused };
    let policy = policy(&release, Place { region: region.as_deref(), account: account.as_deref() });
    finish(print(&format!("{policy:#}\n")))
}
