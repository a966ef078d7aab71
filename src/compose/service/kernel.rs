//! What of the kernel a service sees and may use.

use super::super::name::ServiceName;
use crate::source::Spanned;

/// What of the kernel a service sees and may use.
#[derive(Debug, Clone, Default)]
pub struct Kernel {
    /// `pid`: whose processes it sees.
    pub pid: Option<Spanned<Namespace>>,
    /// `ipc`: whose shared memory it sees.
    pub ipc: Option<Spanned<Namespace>>,
}

/// Whose namespace a service shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Namespace {
    /// `host`: the host's.
    Host,
    /// `service:NAME`: another service's.
    Service(ServiceName),
    /// `container:NAME`: that of a container outside the project.
    Container(String),
    /// Anything else: `private`, `shareable`, `none`.
    Other(String),
}
