//! What happens in the account beside the calls that are tested.

use std::fmt;
use std::sync::Arc;

use crate::aws::Aws;
use crate::wire::Request;

/// Something that somebody else does, or that befalls the account.
#[derive(Clone)]
pub enum Deed {
    /// Another caller's call, which no fault hits.
    Call(Request),
    /// Whatever a test can do.
    Do(Arc<dyn Fn(&mut Aws) + Send + Sync>),
}

impl Deed {
    /// Whatever a test can do.
    pub fn new(deed: impl Fn(&mut Aws) + Send + Sync + 'static) -> Self {
        Self::Do(Arc::new(deed))
    }
}

impl fmt::Debug for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(request) => f.debug_tuple("Call").field(&request.target).finish(),
            Self::Do(_) => f.write_str("Do"),
        }
    }
}

impl From<Request> for Deed {
    fn from(request: Request) -> Self {
        Self::Call(request)
    }
}
