//! What a service is told in confidence, and what it is configured with.

use std::borrow::Cow;

use super::value::{Fields, Value};
use super::{Context, extension};
use crate::compose::service::Service;
use crate::compose::service::secrets::grant::FileGrant;
use crate::compose::service::secrets::{CredentialSpec, Secrets};
use crate::source::Spanned;

/// The keys of the facet `secrets`.
pub(super) fn fields<'p>(service: &'p Service, context: &Context<'p>) -> Fields<'p> {
    let Secrets { secrets, configs, credential_spec } = &service.secrets;
    let grants = |key: &str, grants: &'p [Spanned<FileGrant>], target: fn(&FileGrant) -> Cow<'_, str>| {
        let path = ["services", service.name.value.as_str(), key];
        let own = |grant: &Spanned<FileGrant>| extension::item_fields(&path, grant.span, context);
        grants
            .iter()
            .map(|grant| self::grant(&grant.value, target(&grant.value)).with(own(grant)))
            .collect::<Value<'p>>()
    };
    let mut fields = Fields::default();
    fields.put_filled("secrets", grants("secrets", secrets, secret_target));
    fields.put_filled("configs", grants("configs", configs, config_target));
    fields.put_some(
        "credential_spec",
        credential_spec.as_ref().map(|spec| {
            let path = ["services", service.name.value.as_str(), "credential_spec"];
            self::credential_spec(&spec.value).with(extension::fields(&path, context))
        }),
    );
    fields
}

/// Where a secret appears; an empty target stays one.
fn secret_target(grant: &FileGrant) -> Cow<'_, str> {
    match &grant.target {
        Some(target) => Cow::Borrowed(&target.value),
        None => Cow::Owned(format!("/run/secrets/{}", grant.source.value)),
    }
}

/// Where a config appears, if that is written.
fn config_target(grant: &FileGrant) -> Cow<'_, str> {
    Cow::Borrowed(grant.target.as_ref().map(|target| &*target.value).unwrap_or_default())
}

/// An entry of `secrets` or `configs`.
fn grant<'p>(grant: &'p FileGrant, target: Cow<'p, str>) -> Fields<'p> {
    let FileGrant { source, target: _, uid, gid, mode } = grant;
    let mut fields = Fields::default();
    fields.put_written("source", Some(source));
    fields.put_text("target", target);
    fields.put_written("uid", uid.as_ref());
    fields.put_written("gid", gid.as_ref());
    fields.put_some("mode", mode.map(|mode| mode.value.to_string()));
    fields
}

/// `credential_spec`.
fn credential_spec(spec: &CredentialSpec) -> Fields<'_> {
    let CredentialSpec { config, file, registry } = spec;
    let mut fields = Fields::default();
    fields.put_written("config", config.as_ref());
    fields.put_written("file", file.as_ref());
    fields.put_written("registry", registry.as_ref());
    fields
}
