//! What services share: networks, volumes, secrets, configs, models.

mod config;
mod content;
mod model;
mod network;
mod secret;
mod volume;

use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;
use crate::yaml::keys::{Decode, Keys, Room};

pub use config::{Config, ConfigContent};
pub use model::Model;
pub use network::{AddressPool, Ipam, Network};
pub use secret::{Secret, SecretContent};
pub use volume::Volume;

/// Takes `name` and `external`, which may hold the name of an external resource too.
fn name_and_external(keys: &mut Keys<'_>, diags: &mut Diagnostics) -> (Option<Spanned<String>>, Option<Spanned<bool>>) {
    settle_name(keys.take("name", diags), keys.take("external", diags), diags)
}

/// Takes `name` and `external` of a secret or config, where Compose lets any keys of `external` pass.
fn name_and_open_external(
    keys: &mut Keys<'_>,
    diags: &mut Diagnostics,
) -> (Option<Spanned<String>>, Option<Spanned<bool>>) {
    let external: Option<Spanned<OpenExternal>> = keys.take("external", diags);
    let external = external.map(|external| external.map(|OpenExternal(external)| external));
    settle_name(keys.take("name", diags), external, diags)
}

/// Settles which of two names counts, and whether it is that of an external resource.
fn settle_name(
    name: Option<Spanned<String>>,
    external: Option<Spanned<External>>,
    diags: &mut Diagnostics,
) -> (Option<Spanned<String>>, Option<Spanned<bool>>) {
    let external_name = external.as_ref().and_then(|external| external.value.name.clone());
    if let (Some(name), Some(other)) = (&name, &external_name)
        && name.value != other.value
    {
        diags
            .error(Code::Conflict, other.span, "`external.name` is not what `name` says")
            .label(name.span, "it says so here")
            .hint("keep `name` and write `external: true`");
    }
    (name.or(external_name), external.map(|external| external.map(|External { is, name: _ }| is)))
}

/// `external`: a boolean, or a mapping with the name, which is an older way to write it.
struct External {
    is: bool,
    name: Option<Spanned<String>>,
}

impl Decode for External {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        Self::read(node, Room::Extensions, diags)
    }
}

/// `external` of a secret or config.
struct OpenExternal(External);

impl Decode for OpenExternal {
    fn decode(node: &Node, diags: &mut Diagnostics) -> Option<Self> {
        External::read(node, Room::Anything, diags).map(Self)
    }
}

impl External {
    /// Reads either form.
    fn read(node: &Node, room: Room, diags: &mut Diagnostics) -> Option<Self> {
        if node.as_mapping().is_none() {
            return bool::decode(node, diags).map(|is| Self { is, name: None });
        }
        let mut keys = Keys::of(node, diags)?;
        let name = keys.take("name", diags);
        keys.finish_with(room, "`external`", diags);
        Some(Self { is: true, name })
    }
}
