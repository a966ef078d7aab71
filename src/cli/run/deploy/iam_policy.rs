//! `compose2ecs iam-policy`.

use compose2ecs::deploy::api::image::EcrImage;
use compose2ecs::deploy::options::SubnetChoice;
use compose2ecs::deploy::policy::{Place, policy};
use compose2ecs::deploy::release::Release;
use compose2ecs::draw;
use compose2ecs::lower::built_images;
use compose2ecs::options::Options;
use compose2ecs::world::World;

use crate::cli::GlobalArguments;
use crate::cli::deploy::IamPolicyArguments;
use crate::cli::run::{Outcome, finish, load_options, lower_options, print, report};

/// A subnet that stands for those that are looked up.
const ANY_SUBNET: &str = "subnet-00000000";

/// Prints what those who deploy a project must be allowed to do. AWS is not asked.
pub(in crate::cli::run) fn iam_policy(
    global: GlobalArguments,
    arguments: IamPolicyArguments,
    world: &dyn World,
) -> Outcome {
    let IamPolicyArguments { account, vpc, target } = arguments;
    let (files, load, form) = load_options(global);
    let mut lower = lower_options(target, world);
    if vpc.choice() == SubnetChoice::Default && lower.subnets.is_empty() {
        // Which they are is nothing that a policy says.
        lower.subnets.push(ANY_SUBNET.to_owned());
    }
    let options = Options { load, lower, ..Options::default() };
    let (translation, graph) = draw(world, &files, &options);
    report(&translation.sources, &translation.diagnostics, form);
    let (Some(project), Some(stack), Some(graph)) = (&translation.project, &translation.stack, &graph) else {
        return Outcome::Refused;
    };
    let place = Place { region: options.lower.region.as_deref(), account: account.as_deref() };
    let images = built_images(project, &options.lower).into_iter();
    let pushed: Vec<String> =
        images.filter_map(|image| image.repository.or_else(|| is_in_ecr(&image.name).then_some(image.name))).collect();
    let policy = policy(&Release::of(stack, graph, &translation.sources), place, (&pushed, vpc.choice()));
    finish(print(&format!("{policy:#}\n")))
}

/// Whether a name is one of ECR.
fn is_in_ecr(image: &str) -> bool {
    EcrImage::parse(image).is_some()
}
