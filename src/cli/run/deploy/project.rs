//! A project that is to be deployed, with the images that are built for it.

use std::collections::BTreeSet;

use compose2ecs::compose::Project;
use compose2ecs::deploy::options::{Pin, SubnetChoice};
use compose2ecs::deploy::pin::pin;
use compose2ecs::deploy::push::Registry;
use compose2ecs::deploy::push::recipe::Recipe;
use compose2ecs::deploy::release::Release;
use compose2ecs::deploy::sdk::Reader;
use compose2ecs::deploy::vpc::default_subnets;
use compose2ecs::diag::policy::Policy;
use compose2ecs::lower::{BuiltImage, built_images, subnets};
use compose2ecs::options::{AssignPublicIp, LowerOptions, Options};
use compose2ecs::world::World;
use compose2ecs::{Translation, draw};

use super::{refuse, tell};
use crate::cli::GlobalArguments;
use crate::cli::push::PinArguments;
use crate::cli::run::{Outcome, load_options, report};

/// A project that is to be deployed.
pub(super) struct Deployable {
    pub(super) project: Project,
    pub(super) release: Release,
    /// The account's own registry, where images go to it.
    pub(super) registry: Option<Registry>,
    lower: LowerOptions,
}

impl Deployable {
    /// Reads and translates a project, and says what was found. Images that are built here go to the account's own
    /// registry, unless somebody says where they go; and subnets that nobody names are looked up, if they are to be.
    pub(super) async fn read(
        reader: &Reader,
        global: GlobalArguments,
        (lower, policy, choice): (LowerOptions, Policy, SubnetChoice),
        world: &dyn World,
    ) -> Result<Self, Outcome> {
        let (files, load, form) = load_options(global);
        let mut options = Options { load, lower, policy, ..Options::default() };
        let (mut translation, mut graph) = draw(world, &files, &options);
        let mut registry = None;
        if choice == SubnetChoice::Default && has_no_subnets(&translation, &options.lower) {
            options.lower.subnets = default_subnets(reader).await.map_err(|problem| refuse(&[problem]))?;
            // They have no other way out.
            options.lower.public_address = AssignPublicIp::Enabled;
            (translation, graph) = draw(world, &files, &options);
        }
        if translation.stack.is_some() && needs_registry(&translation, &options.lower) {
            let own = Registry::of(reader).await.map_err(|problem| refuse(&[problem]))?;
            options.lower.registry = Some(own.host.clone());
            registry = Some(own);
            (translation, graph) = draw(world, &files, &options);
        }
        report(&translation.sources, &translation.diagnostics, form);
        let (Some(project), Some(stack), Some(graph)) = (translation.project, translation.stack, graph) else {
            return Err(refuse(&[]));
        };
        let host = registry.as_ref().map(|registry| registry.host.clone());
        let release = Release { registry: host, ..Release::of(&stack, &graph, &translation.sources) };
        Ok(Self { project, release, registry, lower: options.lower })
    }

    /// The images that are built for what is deployed.
    pub(super) fn built(&self) -> Vec<BuiltImage<'_>> {
        let mut built = built_images(&self.project, &self.lower);
        built.retain(|image| self.release.platform(&image.name).is_some());
        built
    }

    /// How images are built.
    pub(super) fn recipes<'d>(&'d self, built: &'d [BuiltImage<'d>]) -> Vec<Recipe<'d>> {
        let recipes = built.iter().filter_map(|BuiltImage { service, build, name, repository: _ }| {
            Some(Recipe { service: service.as_str(), build, name, platform: self.release.platform(name)? })
        });
        recipes.collect()
    }

    /// Names images by their digests.
    pub(super) async fn pin(&mut self, reader: &Reader, which: Pin) -> Result<(), Outcome> {
        let built: BTreeSet<String> = self.built().into_iter().map(|image| image.name).collect();
        let notes = pin(reader, &mut self.release, (which, &built)).await.map_err(|problems| refuse(&problems))?;
        for note in notes {
            tell(&format!("warning: {note}"));
        }
        Ok(())
    }
}

/// Whether nobody names subnets for the project as a whole.
fn has_no_subnets(translation: &Translation, lower: &LowerOptions) -> bool {
    translation.project.as_ref().is_some_and(|project| subnets(project, lower).is_empty())
}

/// Reads a project as `up` deploys it: with the images of the account's own registry, by their digests.
pub(super) async fn deployed(
    reader: &Reader,
    (global, lower): (GlobalArguments, LowerOptions),
    pin: PinArguments,
    world: &dyn World,
) -> Result<Release, Outcome> {
    let mut deployable = Deployable::read(reader, global, (lower, Policy::default(), pin.vpc.choice()), world).await?;
    deployable.pin(reader, pin.choice()).await?;
    Ok(deployable.release)
}

/// Whether there are images of which nothing says where they go.
fn needs_registry(translation: &Translation, lower: &LowerOptions) -> bool {
    let images = translation.project.iter().flat_map(|project| built_images(project, lower));
    images.into_iter().any(|image| image.repository.is_some())
}
