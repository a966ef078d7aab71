//! What a service waits for: commands that block until others answer, health checks, and probes that images lack.

pub(crate) mod health_check;
pub(crate) mod host;
pub(crate) mod probe;
pub(crate) mod wait;
