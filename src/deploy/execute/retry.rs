//! When a call that changes something is made again.

use std::time::Duration;

use tokio::sync::Semaphore;

use crate::deploy::api::Write;
use crate::deploy::error::{CallError, Trouble};
use crate::deploy::sdk::Writer;

use super::Execution;

/// How often a call is made at most.
pub(super) const ATTEMPTS: u32 = 6;

/// How long to wait before an attempt, counted from 0.
pub(super) fn pause(attempt: u32) -> Duration {
    Duration::from_secs(1 << attempt.min(4))
}

impl Execution<'_> {
    /// Makes a call that may be made twice without harm, until it succeeds or there is no hope.
    pub(super) async fn insist<W: Write>(&self, call: &W) -> Result<W::Answer, CallError> {
        repeat((self.writer, Some(&self.permits)), call, CallError::is_passing).await
    }

    /// Makes a call that must not be made twice: only what AWS surely did not carry out is made again.
    pub(super) async fn try_once<W: Write>(&self, call: &W) -> Result<W::Answer, CallError> {
        repeat((self.writer, Some(&self.permits)), call, |err| err.trouble == Trouble::Throttled).await
    }
}

/// Makes a call that may be made twice without harm, until it succeeds or there is no hope.
pub(in crate::deploy) async fn insist<W: Write>(writer: &Writer, call: &W) -> Result<W::Answer, CallError> {
    repeat((writer, None), call, CallError::is_passing).await
}

/// Makes a call again as long as its trouble allows it, no more of them at once than there are permits for.
async fn repeat<W: Write>(
    (writer, permits): (&Writer, Option<&Semaphore>),
    call: &W,
    allows: fn(&CallError) -> bool,
) -> Result<W::Answer, CallError> {
    let mut attempt = 0;
    loop {
        let permit = match permits {
            Some(permits) => permits.acquire().await.ok(),
            None => None,
        };
        let answer = writer.write(call).await;
        drop(permit);
        match answer {
            Err(err) if allows(&err) && attempt + 1 < ATTEMPTS => {
                tokio::time::sleep(pause(attempt)).await;
                attempt += 1;
            }
            answer => return answer,
        }
    }
}
