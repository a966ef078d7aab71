//! Secrets: files in Compose, variables on ECS.
//!
//! Official images read a password also from a file, named by a variable with `_FILE` behind its name. There the secret
//! becomes the variable itself, and nobody misses the file.

mod convention;
mod origin;

use std::borrow::Cow;

use super::fate::fate;
use crate::compose::extension::SecretVariables;
use crate::compose::service::Service;
use crate::compose::service::secrets::grant::FileGrant;
use crate::diag::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use convention::Pointer;

pub(super) use origin::{Origins, checked};

/// A variable whose value ECS reads from a secret store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SecretVariable {
    /// The variable.
    pub(super) name: String,
    /// Where its value is.
    pub(super) value_from: String,
    /// Where it comes from in the file.
    pub(super) span: Span,
}

/// What the secrets of a service become.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Granted<'a> {
    /// The variables that hold them.
    pub(super) variables: Vec<SecretVariable>,
    /// The variables that would name their files, of which there are none.
    pub(super) replaced: Vec<&'a str>,
}

/// Says which variables hold the secrets of a service. One whose origin is not known was reported.
pub(super) fn granted<'a>(service: &'a Service, origins: &Origins<'_>, diags: &mut Diagnostics) -> Granted<'a> {
    let mut granted = Granted::default();
    for grant in &service.secrets.secrets {
        report_ownership(&grant.value, diags);
        let Some(origin) = origins.get(&grant.value.source.value) else { continue };
        match origin.variables {
            SecretVariables::One { name, json_key } => {
                let value_from = origin.value_from(json_key.as_ref().map(|key| key.value.as_str()));
                let secret = Secret { service, grant, value_from: &value_from };
                secret.become_one(name.as_ref(), &mut granted, diags);
            }
            SecretVariables::ByKey(keys) => {
                let variable = |(name, key): (&String, &Spanned<String>)| SecretVariable {
                    name: name.clone(),
                    value_from: origin.value_from(Some(&key.value)),
                    span: grant.span,
                };
                granted.variables.extend(keys.iter().map(variable));
                let names: Vec<&str> = keys.keys().map(String::as_str).collect();
                report_variables((service, grant), &names, Chosen::ByTheUser(None), diags);
            }
        }
    }
    let direct = service.extension.own.secrets.iter().flat_map(|secrets| &secrets.value);
    granted.variables.extend(direct.filter_map(|(name, value_from)| direct_variable(name, value_from, diags)));
    granted
}

/// A variable that `x-ecs.secrets` of a service names.
fn direct_variable(name: &str, value_from: &Spanned<String>, diags: &mut Diagnostics) -> Option<SecretVariable> {
    let value_from = origin::checked(value_from, diags)?;
    Some(SecretVariable { name: name.to_owned(), value_from: value_from.value.to_owned(), span: value_from.span })
}

/// A secret on its way to one variable, or to one for each that names its file.
struct Secret<'a, 's> {
    service: &'a Service,
    grant: &'a Spanned<FileGrant>,
    value_from: &'s str,
}

impl<'a> Secret<'a, '_> {
    /// Adds the variable that has the given name, or those that the service expects, or one called like the file.
    fn become_one(&self, name: Option<&Spanned<String>>, granted: &mut Granted<'a>, diags: &mut Diagnostics) {
        let pointers = convention::pointers(self.service, &self.grant.value);
        let mut expected =
            pointers.iter().filter(|pointer| name.is_none_or(|name| name.value == pointer.variable)).peekable();
        if expected.peek().is_some() {
            for pointer in expected {
                self.report_pointer(pointer, diags);
                self.add(pointer.variable, pointer.span, granted);
                granted.replaced.push(pointer.name);
            }
            return;
        }
        let (name, span, chosen) = match name {
            Some(name) => (Cow::Borrowed(name.value.as_str()), name.span, Chosen::ByTheUser(Some(name.span))),
            None => (Cow::Owned(variable_name(&self.grant.value)), self.grant.span, Chosen::ByTheFile),
        };
        self.add(&name, span, granted);
        report_variables((self.service, self.grant), &[&name], chosen, diags);
    }

    /// Adds a variable.
    fn add(&self, name: &str, span: Span, granted: &mut Granted<'a>) {
        let value_from = self.value_from.to_owned();
        granted.variables.push(SecretVariable { name: name.to_owned(), value_from, span });
    }

    /// Says that a variable takes the place of one that names the file.
    fn report_pointer(&self, pointer: &Pointer<'_>, diags: &mut Diagnostics) {
        let Pointer { name, variable, span, is_known } = *pointer;
        let secret = &self.grant.value.source.value;
        let message =
            format!("`{variable}` holds the secret `{secret}`, in place of `{name}`: ECS makes no file of it");
        if is_known {
            diags.note(Code::Approximated, span, message);
            return;
        }
        let finding = diags
            .warn(Code::Approximated, span, message)
            .hint(format!("see that the image reads `{variable}` as well as `{name}`"));
        for place in mentions(self.service, &self.grant.value.secret_path()).filter(|place| *place != span) {
            finding.label(place, NAMES_THE_FILE);
        }
    }
}

/// Who chose the name of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Chosen {
    /// `x-ecs` says it, at this place if it says one only.
    ByTheUser(Option<Span>),
    /// The name of the secret's file is the nearest.
    ByTheFile,
}

/// What stands at the places that a finding is also about.
const NAMES_THE_FILE: &str = "this names the file";

/// Says which variables hold a secret, and who looks for its file.
fn report_variables(
    (service, grant): (&Service, &Spanned<FileGrant>),
    names: &[&str],
    chosen: Chosen,
    diags: &mut Diagnostics,
) {
    let (source, path) = (&grant.value.source.value, grant.value.secret_path());
    let quoted = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let what = if names.len() == 1 { "variable" } else { "variables" };
    let message = format!("the secret `{source}` becomes the {what} {quoted}: ECS makes no file `{path}`");
    let finding = match chosen {
        Chosen::ByTheUser(place) => {
            let finding = diags.note(Code::Approximated, grant.span, message);
            if let Some(place) = place {
                finding.label(place, "it is called so here");
            }
            finding
        }
        Chosen::ByTheFile => diags.warn(Code::Approximated, grant.span, message).hint(format!(
            "have the program read {quoted}, or name the variable: `x-ecs: {{variable: NAME}}` of the secret"
        )),
    };
    for place in mentions(service, &path) {
        finding.label(place, NAMES_THE_FILE);
    }
}

/// Where the variables and the words of a service name a file.
fn mentions<'a>(service: &'a Service, path: &'a str) -> impl Iterator<Item = Span> + use<'a> {
    let process = &service.process;
    let values = process.environment.values().filter_map(|value| Some((value.value.as_deref()?, value.span)));
    let words = process.entrypoint.iter().chain(&process.command).flat_map(|words| &words.value);
    let words = words.map(|word| (word.value.as_str(), word.span));
    values.chain(words).filter(move |(text, _)| text.contains(path)).map(|(_, span)| span)
}

/// Reports what concerns a file only.
fn report_ownership(grant: &FileGrant, diags: &mut Diagnostics) {
    let FileGrant { source: _, target: _, uid, gid, mode } = grant;
    fate!("services.*.secrets[].uid").report_if(uid.as_ref(), diags);
    fate!("services.*.secrets[].gid").report_if(gid.as_ref(), diags);
    fate!("services.*.secrets[].mode").report_if(mode.as_ref(), diags);
}

/// The variable that a file's name comes nearest to: `db-password.txt` becomes `DB_PASSWORD_TXT`.
fn variable_name(grant: &FileGrant) -> String {
    let path = grant.secret_path();
    let name = path.rsplit('/').next().unwrap_or_default();
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' };
    let name: String = name.chars().map(letter).collect();
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::LaunchType;
    use crate::testing::lower;

    const SECRETS: &str = "db: {external: true, name: /shop/db},
        rds: {file: f, x-ecs: {arn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds-AbCdEf',
              variables: {USER: username, PASSWORD: password}}},
        named: {environment: E, x-ecs: {parameter: /shop/named, variable: NAMED}}";

    /// The variables of a service with some keys, those that are left out behind a `!`, and what is found.
    #[track_caller]
    fn check(keys: &str, expected: &[&str], findings: &[&str]) {
        let image = if keys.starts_with("image:") { "" } else { "image: x, " };
        let text = format!("{{services: {{web: {{{image}{keys}}}}}, secrets: {{{SECRETS}}}}}");
        let (shown, found) = lower(LaunchType::Ec2, &text, |service, target, diags| {
            let origins = Origins::find(target, diags);
            let Granted { variables, replaced } = granted(service, &origins, diags);
            let shown = variables.into_iter().map(|variable| format!("{}={}", variable.name, variable.value_from));
            shown.chain(replaced.iter().map(|name| format!("!{name}"))).collect::<Vec<_>>()
        });
        assert_eq!(shown, expected);
        assert_eq!(found, findings.join("\n"));
    }

    #[test]
    fn a_variable_of_a_well_known_image_takes_the_place_of_its_file() {
        check(
            "image: 'postgres:16', environment: {POSTGRES_PASSWORD_FILE: /run/secrets/db}, secrets: [db]",
            &["POSTGRES_PASSWORD=/shop/db", "!POSTGRES_PASSWORD_FILE"],
            &["/run/secrets/db | note[approximated]: `POSTGRES_PASSWORD` holds the secret `db`, in place of \
               `POSTGRES_PASSWORD_FILE`: ECS makes no file of it"],
        );
    }

    #[test]
    fn of_other_images_nobody_knows() {
        check(
            "environment: {TOKEN_FILE: /etc/token}, secrets: [{source: db, target: /etc/token}]",
            &["TOKEN=/shop/db", "!TOKEN_FILE"],
            &[
                "/etc/token | warning[approximated]: `TOKEN` holds the secret `db`, in place of `TOKEN_FILE`: ECS makes \
               no file of it",
            ],
        );
    }

    #[test]
    fn a_secret_that_nothing_names_is_called_like_its_file() {
        check(
            "secrets: [{source: db, target: db-password.txt}]",
            &["DB_PASSWORD_TXT=/shop/db"],
            &["{source: db, target: db-password.txt} | warning[approximated]: the secret `db` becomes the variable \
               `DB_PASSWORD_TXT`: ECS makes no file `/run/secrets/db-password.txt`"],
        );
    }

    #[test]
    fn the_file_says_what_it_is_called() {
        check(
            "secrets: [named], environment: {OTHER_FILE: /run/secrets/named}",
            &["NAMED=/shop/named"],
            &["named | note[approximated]: the secret `named` becomes the variable `NAMED`: ECS makes no file \
               `/run/secrets/named`"],
        );
    }

    #[test]
    fn an_object_becomes_several_variables() {
        let arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:rds-AbCdEf";
        check(
            "secrets: [rds]",
            &[&format!("USER={arn}:username::"), &format!("PASSWORD={arn}:password::")],
            &["rds | note[approximated]: the secret `rds` becomes the variables `USER`, `PASSWORD`: ECS makes no \
               file `/run/secrets/rds`"],
        );
    }

    #[test]
    fn a_variable_has_no_owner() {
        check(
            "secrets: [{source: db, uid: '0', mode: 0440}], environment: {DB_FILE: db}",
            &["DB=/shop/db", "!DB_FILE"],
            &[
                "'0' | warning[lost]: `uid` is left out: ECS makes a variable of a secret, which has no owner and no \
                 permissions",
                "0440 | warning[lost]: `mode` is left out: ECS makes a variable of a secret, which has no owner and no \
                 permissions",
                "db | warning[approximated]: `DB` holds the secret `db`, in place of `DB_FILE`: ECS makes no file of it",
            ],
        );
    }

    #[test]
    fn a_service_may_name_variables_itself() {
        check("x-ecs: {secrets: {TOKEN: /shop/token}}", &["TOKEN=/shop/token"], &[]);
        check(
            "x-ecs: {secrets: {TOKEN: shop/token}}",
            &[],
            &["shop/token | error[invalid-value]: `shop/token` is neither an ARN nor the name of a parameter"],
        );
    }
}
