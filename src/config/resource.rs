//! What services share: networks, volumes, secrets, configs and models, and the user's own keys.

use super::Context;
use super::value::Fields;

mod config;
mod model;
mod network;
mod secret;
mod volume;

/// The keys at the top of the model, but for `name` and `services`.
pub(super) fn fields<'p>(context: &Context<'p>) -> Fields<'p> {
    let mut fields = Fields::default();
    fields.put_filled("networks", network::value(context));
    fields.put_filled("volumes", volume::value(context));
    fields.put_filled("secrets", secret::value(context));
    fields.put_filled("configs", config::value(context));
    fields.put_filled("models", model::value(context));
    fields
}
