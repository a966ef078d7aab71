//! `env_file` and `label_file`: variables and labels of a container that stand in files.
//!
//! Files come first, in their order, and then `environment`. Variables without a value get that of the process.

use std::io;

use indexmap::IndexMap;

use super::discover::{reason, text};
use super::dotenv;
use super::paths;
use super::service::process::EnvFile;
use super::service::process::Process;
use super::variables::Variables;
use super::{Project, service};
use crate::diag::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use crate::world::World;
