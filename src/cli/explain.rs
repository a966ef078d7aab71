//! What a user can type behind `explain`.

use clap::Args;

/// What is to be explained.
#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// The code of a finding, such as `lost`, or a key, such as `deploy.update_config` [default: a list of all codes]
    #[arg(value_name = "CODE|KEY")]
    pub(crate) subject: Option<String>,
}
