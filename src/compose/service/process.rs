//! What runs in a container.

use indexmap::IndexMap;

use super::super::duration::Duration;
use crate::source::Spanned;

/// What runs in a container.
#[derive(Debug, Clone, Default)]
pub struct Process {
    /// `command`: the words that replace the image's command; none with `command: []`.
    pub command: Option<Spanned<Vec<Spanned<String>>>>,
    /// `entrypoint`: the words that replace the image's entry point.
    pub entrypoint: Option<Spanned<Vec<Spanned<String>>>>,
    /// `environment`, over what `env_file` says; `None` is a variable that is named, but has no value anywhere.
    pub environment: IndexMap<String, Spanned<Option<String>>>,
    /// `container_name`: the name of the container, which peers can use as a host name.
    pub container_name: Option<Spanned<String>>,
    /// `labels`: of the container.
    pub labels: IndexMap<String, Spanned<String>>,
    /// `restart`: `no`, `always`, `on-failure[:N]`, `unless-stopped`.
    pub restart: Option<Spanned<String>>,
    /// `stop_grace_period`: how long it may take to stop.
    pub stop_grace_period: Option<Spanned<Duration>>,
}
