//! Which services a service needs.

use super::Service;
use super::kernel::Namespace;
use super::network::{Attachment, NetworkMode};
use super::readiness::Dependency;
use super::storage::VolumesSource;
use crate::compose::name::ServiceName;
use crate::source::{Span, Spanned};

/// That a service needs another one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edge<'p> {
    /// The other service.
    pub(crate) target: &'p ServiceName,
    /// The key that says so.
    pub(crate) key: &'static str,
    /// Where it says so.
    pub(crate) span: Span,
    /// What is asked of the other service.
    pub(crate) dependency: Dependency,
}

impl Service {
    /// The services that it needs, by all keys that can say so; where several say so of one, the first decides.
    pub(crate) fn edges(&self) -> impl Iterator<Item = Edge<'_>> {
        let depends_on = self.readiness.depends_on.iter().map(|(target, dependency)| Edge {
            target,
            key: "depends_on",
            span: dependency.span,
            dependency: dependency.value,
        });
        // What shares more than files with another service restarts with it.
        let close = |key, target, span| Edge {
            target,
            key,
            span,
            dependency: Dependency { restart: true, ..Dependency::default() },
        };
        let links = self.network.links.iter().map(move |link| close("links", &link.value.service, link.span));
        let network_mode = match &self.network.attachment {
            Attachment::Mode(Spanned { value: NetworkMode::Service(target), span }) => {
                Some(close("network_mode", target, *span))
            }
            Attachment::Mode(_) | Attachment::Networks(_) => None,
        };
        let namespaces = [("ipc", &self.kernel.ipc), ("pid", &self.kernel.pid), ("uts", &self.kernel.uts)];
        let namespaces = namespaces.into_iter().filter_map(move |(key, namespace)| match namespace.as_ref()? {
            Spanned { value: Namespace::Service(target), span } => Some(close(key, target, *span)),
            Spanned { value: Namespace::Host | Namespace::Container(_) | Namespace::Other(_), span: _ } => None,
        });
        let volumes_from = self.storage.volumes_from.iter().filter_map(move |from| match &from.value.source {
            VolumesSource::Service(target) => {
                Some(Edge { target, key: "volumes_from", span: from.span, dependency: Dependency::default() })
            }
            VolumesSource::Container(_) => None,
        });
        depends_on.chain(links).chain(network_mode).chain(namespaces).chain(volumes_from)
    }
}
