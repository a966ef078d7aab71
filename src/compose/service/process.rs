//! What runs in a container.

pub mod hook;

use indexmap::IndexMap;

use super::super::duration::Duration;
use super::super::words;
use super::value::{take_non_zero, take_texts, take_variables};
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use hook::Hook;

/// What runs in a container.
#[derive(Debug, Clone, Default)]
pub struct Process {
    /// `command`: the words that replace the image's command; none with `command: []`.
    pub command: Option<Spanned<Vec<Spanned<String>>>>,
    /// `entrypoint`: the words that replace the image's entry point.
    pub entrypoint: Option<Spanned<Vec<Spanned<String>>>>,
    /// `environment`, over what `env_file` says; `None` is a variable that is named, but has no value anywhere.
    pub environment: IndexMap<String, Spanned<Option<String>>>,
    /// `env_file`: files with more variables, for the loader to read.
    pub env_file: Vec<Spanned<EnvFile>>,
    /// `container_name`: the name of the container, which peers can use as a host name.
    pub container_name: Option<Spanned<String>>,
    /// `labels`: of the container.
    pub labels: IndexMap<String, Spanned<String>>,
    /// `label_file`: files with more labels, for the loader to read.
    pub label_file: Vec<Spanned<String>>,
    /// `user`: who runs it: `user[:group]`, by name or number.
    pub user: Option<Spanned<String>>,
    /// `group_add`: further groups that the user belongs to.
    pub group_add: Vec<Spanned<String>>,
    /// `working_dir`: the directory in which it runs.
    pub working_dir: Option<Spanned<String>>,
    /// `tty`: whether it has a terminal.
    pub tty: Option<Spanned<bool>>,
    /// `stdin_open`: whether standard input stays open.
    pub stdin_open: Option<Spanned<bool>>,
    /// `restart`: `no`, `always`, `on-failure[:N]`, `unless-stopped`.
    pub restart: Option<Spanned<String>>,
    /// `stop_grace_period`: how long it may take to stop.
    pub stop_grace_period: Option<Spanned<Duration>>,
    /// `stop_signal`: what tells it to stop.
    pub stop_signal: Option<Spanned<String>>,
    /// `post_start`: what runs in it once it has started.
    pub post_start: Vec<Spanned<Hook>>,
    /// `pre_stop`: what runs in it before it is stopped.
    pub pre_stop: Vec<Spanned<Hook>>,
}

/// An entry of `env_file`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvFile {
    /// `path`: the file.
    pub path: Spanned<String>,
    /// `required`: whether it is a mistake when the file is not there.
    pub required: bool,
    /// `format`: how the file is read; as Compose reads `.env` where none is given.
    pub format: Option<Spanned<String>>,
}
