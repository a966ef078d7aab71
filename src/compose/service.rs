//! A service, split into facets: one per concern, each with a lowering pass of the same name.

pub(crate) mod edge;
pub mod ignored;
pub mod image;
pub mod kernel;
pub mod logging;
pub mod network;
pub mod placement;
pub mod process;
pub mod readiness;
pub mod resources;
pub mod secrets;
pub mod storage;

use super::extension::ServiceExtension;
use super::name::ServiceName;
use crate::diag::Diagnostics;
use crate::source::{Span, Spanned};
use crate::yaml::Node;
use crate::yaml::keys::Keys;

/// A service.
#[derive(Debug, Clone)]
pub struct Service {
    /// Its name, and where it was written.
    pub name: Spanned<ServiceName>,
    /// What it is an instance of.
    pub image: image::Image,
    /// What runs in it.
    pub process: process::Process,
    /// What it waits for, and how others know that it is ready.
    pub readiness: readiness::Readiness,
    /// How it reaches others, and they reach it.
    pub network: network::Network,
    /// What it keeps.
    pub storage: storage::Storage,
    /// Where its output goes.
    pub logging: logging::Logging,
    /// What it is told in confidence, and what it is configured with.
    pub secrets: secrets::Secrets,
    /// What of the kernel it sees and may use.
    pub kernel: kernel::Kernel,
    /// How much it may use.
    pub resources: resources::Resources,
    /// How many run, and where.
    pub placement: placement::Placement,
    /// What has no meaning on ECS.
    pub ignored: ignored::Ignored,
    /// `deploy`: where it was written, unless it has no value; what it says is spread over the facets.
    pub deploy: Option<Span>,
    /// `x-ecs`: what Compose cannot say.
    pub extension: ServiceExtension,
}

impl Service {
    /// Takes all keys of a service. `None` means that it is not a mapping, which was reported.
    pub(crate) fn take(name: Spanned<ServiceName>, node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        let mut keys = Keys::of(node, diags)?;
        let deploy_span = node.get("deploy").filter(|deploy| !deploy.is_null()).map(|deploy| deploy.span);
        let mut deploy = keys.nested("deploy", diags);
        let service = Self {
            name,
            image: image::Image::take(&mut keys, diags),
            process: process::Process::take(&mut keys, diags),
            readiness: readiness::Readiness::take(&mut keys, diags),
            network: network::Network::take(&mut keys, diags),
            storage: storage::Storage::take(&mut keys, diags),
            logging: logging::Logging::take(&mut keys, diags),
            secrets: secrets::Secrets::take(&mut keys, diags),
            kernel: kernel::Kernel::take(&mut keys, diags),
            resources: resources::Resources::take(&mut keys, &mut deploy, diags),
            placement: placement::Placement::take(&mut keys, &mut deploy, diags),
            ignored: ignored::Ignored::take(&mut keys, diags),
            deploy: deploy_span,
            extension: ServiceExtension::take_from(&mut keys, diags),
        };
        deploy.finish("`deploy`", diags);
        keys.finish("a service", diags);
        Some(service)
    }
}
