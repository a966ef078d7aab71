//! Registers revisions. The call has no token: what may have been carried out is looked up before it is made again.

use crate::deploy::api::definition::{RegisterTaskDefinition, short};
use crate::deploy::error::CallError;
use crate::deploy::event::Event;
use crate::deploy::observe::{is_wanted, revision};
use crate::deploy::release::Unit;

use super::Execution;
use super::retry::{ATTEMPTS, pause};

/// What ECS says when two register a revision of one family at once.
const AT_ONCE: &str = "concurrent attempts to create a new revision";

impl Execution<'_> {
    /// The full name of the revision that a unit is to run: one that there is already, or a new one.
    ///
    /// # Errors
    ///
    /// When AWS refuses, or cannot be reached.
    pub async fn revision(&self, unit: &Unit) -> Result<String, CallError> {
        match self.registered(unit).await? {
            Some(arn) => Ok(arn),
            None => self.register(unit).await,
        }
    }

    /// Registers a unit's task definition; gives back its full name.
    pub(super) async fn register(&self, unit: &Unit) -> Result<String, CallError> {
        let call = RegisterTaskDefinition { document: &unit.definition };
        let mut attempt = 0;
        let arn = loop {
            let err = match self.try_once(&call).await {
                Ok(registered) => break registered.arn().to_owned(),
                Err(err) => err,
            };
            let again = err.is_ambiguous() || err.message.contains(AT_ONCE);
            if !again || attempt + 1 >= ATTEMPTS {
                return Err(err);
            }
            tokio::time::sleep(pause(attempt)).await;
            attempt += 1;
            // The same revision may be there by now: by our own call, or by that of somebody else.
            if let Some(arn) = self.registered(unit).await? {
                break arn;
            }
        };
        self.has_changed();
        self.reporter.report(&Event::Registered { unit: &unit.name, revision: short(&arn) });
        Ok(arn)
    }

    /// The newest revision of a unit's family, if it is what is wanted.
    async fn registered(&self, unit: &Unit) -> Result<Option<String>, CallError> {
        let newest = revision(self.writer.reader(), &unit.family).await?;
        let equal = newest.filter(|newest| is_wanted(newest, &unit.definition));
        Ok(equal.map(|newest| newest.arn().to_owned()))
    }
}
