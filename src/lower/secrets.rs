//! Secrets and configs, whose translation is still to come: each is reported, so that nobody misses one unknowingly.

use crate::compose::service::secrets::Secrets;
use crate::diag::{Code, Diagnostics};

/// What to do about a secret for now.
const SECRET_HINT: &str = "keep it in Secrets Manager, and add it by hand to `secrets` of the container definition, which makes it a variable";

/// Reports every secret and config of a service.
pub(super) fn report(secrets: &Secrets, diags: &mut Diagnostics) {
    let Secrets { secrets, configs, credential_spec } = secrets;
    for grant in secrets {
        let source = &grant.value.source.value;
        let message = format!(
            "secret `{source}` is not translated yet: there is no `{}` in the container",
            grant.value.secret_path()
        );
        diags.warn(Code::Untranslated, grant.span, message).hint(SECRET_HINT);
    }
    for grant in configs {
        let source = &grant.value.source.value;
        let message = format!(
            "config `{source}` is not translated yet: there is no `{}` in the container",
            grant.value.config_path()
        );
        diags.warn(Code::Untranslated, grant.span, message).hint("copy the file into the image");
    }
    if let Some(spec) = credential_spec {
        diags.warn(Code::Untranslated, spec.span, "`credential_spec` is not translated yet: the account is missing");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{messages, service};

    #[test]
    fn each_secret_and_config_is_reported_with_the_file_that_is_missing() {
        let text = "secrets: [db, {source: key, target: /etc/key}]\nconfigs: [nginx]\ncredential_spec: {file: f}";
        let (service, mut diags) = service(text);
        report(&service.secrets, &mut diags);
        assert_eq!(
            messages(&diags),
            "warning[untranslated]: secret `db` is not translated yet: there is no `/run/secrets/db` in the container\n\
             warning[untranslated]: secret `key` is not translated yet: there is no `/etc/key` in the container\n\
             warning[untranslated]: config `nginx` is not translated yet: there is no `/nginx` in the container\n\
             warning[untranslated]: `credential_spec` is not translated yet: the account is missing",
        );
    }
}
