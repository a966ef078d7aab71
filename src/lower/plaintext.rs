//! Credentials in `environment`, where everybody can read them, and variables that few programs see.
//!
//! Variables are part of a task definition: whoever may describe it reads them, and every revision keeps them. It makes
//! no difference whether a value is written, interpolated or read from an `env_file`. A placeholder counts as well: it
//! is what would be deployed.

use crate::compose::conceal::told_name;
use crate::compose::service::Service;
use crate::diag::{Code, Diagnostics};
use crate::source::Spanned;

/// What ends the name of a credential, in capital letters.
const ENDINGS: &[&str] = &["PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "APIKEY"];

/// Words that are credentials at the end of a name of several.
const WORDS: &[&str] = &["PASS", "PWD", "CREDENTIALS"];

/// What stands before `KEY` in the name of a credential. Of other keys, many are public, or keys of a table.
const KEYS: &[&str] =
    &["ACCESS", "API", "APP", "AUTH", "ENCRYPTION", "JWT", "MASTER", "PRIVATE", "SECRET", "SESSION", "SIGNING"];

/// How tokens of well-known services begin, and how long they are at least.
const TOKENS: &[(&str, usize)] = &[
    ("AIza", 39),
    ("AKIA", 20),
    ("ASIA", 20),
    ("ghp_", 40),
    ("gho_", 40),
    ("ghs_", 40),
    ("github_pat_", 40),
    ("glpat-", 26),
    ("rk_live_", 24),
    ("sk_live_", 24),
    ("xoxb-", 24),
    ("xoxp-", 24),
];

/// Reports the variables of a service that had better be secrets, or be called otherwise.
pub(super) fn report(service: &Service, diags: &mut Diagnostics) {
    for (name, variable) in &service.process.environment {
        let Some(value) = &variable.value else { continue };
        if name.starts_with(|first: char| first.is_ascii_digit()) {
            let message =
                format!("a shell does not pass on the variable `{}`: its name begins with a digit", told_name(name));
            diags.warn(Code::EnvironmentName, variable.span, message).hint("let the name begin with a letter or `_`");
        }
        if let Some(reason) = suspicion(name, value) {
            report_credential(name, reason, variable, diags);
        }
    }
}

/// Reports a credential, whose value is never shown.
fn report_credential<T>(name: &str, reason: Reason, variable: &Spanned<T>, diags: &mut Diagnostics) {
    let name = told_name(name);
    let message = match reason {
        Reason::Name => {
            format!("`{name}` is a credential by its name: all who may see the task definition can read it")
        }
        Reason::Look(what) => format!("`{name}` holds {what}: all who may see the task definition can read it"),
    };
    // The hint does without the name: a part of it may be what a variable of the file says, which is not told.
    diags.warn(Code::HardcodedSecret, variable.span, message).hint(
        "keep it in Secrets Manager or as an SSM parameter, and have ECS set the variable: `x-ecs: {secrets: {NAME: ARN}}` \
         at the service",
    );
}

/// Why a value is taken for a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// The variable is called like one.
    Name,
    /// It looks like this.
    Look(&'static str),
}

/// Why a variable is taken for a credential, if it is.
fn suspicion(name: &str, value: &str) -> Option<Reason> {
    if let Some(what) = look(value) {
        return Some(Reason::Look(what));
    }
    (is_name_of_credential(name) && !is_harmless(value)).then_some(Reason::Name)
}

/// Whether a variable is called like a credential.
fn is_name_of_credential(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    if ENDINGS.iter().any(|ending| name.ends_with(ending)) || name.ends_with("SECRET_KEY_BASE") {
        return true;
    }
    let mut words = name.rsplit(|letter: char| !letter.is_ascii_alphanumeric());
    match (words.next(), words.next()) {
        (Some("KEY"), Some(before)) => KEYS.contains(&before),
        (Some(last), Some(_)) => WORDS.contains(&last),
        (_, _) => false,
    }
}

/// Whether a value is none of a credential, whatever the variable is called: nothing, a switch, or where the
/// credential is.
fn is_harmless(value: &str) -> bool {
    const SWITCHES: &[&str] = &["", "0", "1", "true", "false", "yes", "no", "on", "off"];
    let value = value.trim();
    SWITCHES.iter().any(|switch| switch.eq_ignore_ascii_case(value))
        || value.starts_with("/run/secrets/")
        || value.starts_with("arn:")
}

/// What a value looks like, if it looks like a credential.
fn look(value: &str) -> Option<&'static str> {
    if value.contains("-----BEGIN ") && value.contains("PRIVATE KEY-----") {
        Some("a private key")
    } else if value.split("://").skip(1).any(has_password) {
        Some("a password in a URL")
    } else if is_token(value.trim()) {
        Some("an access key")
    } else {
        None
    }
}

/// Whether what follows `://` begins with `USER:PASSWORD@`.
fn has_password(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#', ' ', '\n']).next().unwrap_or_default();
    let user = authority.rsplit_once('@').map(|(user, _)| user);
    user.and_then(|user| user.split_once(':')).is_some_and(|(_, password)| !password.is_empty())
}

/// Whether a value is a token of a well-known service.
fn is_token(value: &str) -> bool {
    let is_long = |(start, length): &(&str, usize)| value.starts_with(start) && value.len() >= *length;
    let is_plain = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'-');
    TOKENS.iter().any(is_long) && value.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::LowerOptions;
    use crate::testing::lower_service;

    /// The names of variables that are taken for credentials by their names.
    #[track_caller]
    fn check_names(names: &[&str], expected: bool) {
        for name in names {
            assert_eq!(suspicion(name, "hunter2").is_some(), expected, "{name}");
        }
    }

    #[test]
    fn credentials_have_telling_names() {
        check_names(&["POSTGRES_PASSWORD", "PGPASSWORD", "db_password", "spring.mail.password", "DB_PASS"], true);
        check_names(&["JWT_SECRET", "clientSecret", "GITHUB_TOKEN", "SENTRY_APIKEY", "SECRET_KEY_BASE"], true);
        check_names(&["OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY", "MINIO_ACCESS_KEY", "SECRET_KEY", "APP_KEY"], true);
    }

    #[test]
    fn other_names_tell_nothing() {
        check_names(&["PWD", "PASS", "KEY", "CACHE_KEY", "PUBLIC_KEY", "POSTGRES_PASSWORD_FILE"], false);
        check_names(&["TOKEN_LIFETIME", "PASSWORD_MIN_LENGTH", "MAX_TOKENS", "COMPASS", "AWS_ACCESS_KEY_ID"], false);
    }

    #[test]
    fn nothing_switches_and_places_are_no_credentials() {
        for value in ["", " ", "yes", "False", "0", "/run/secrets/db", "arn:aws:secretsmanager:eu-west-1:1:secret:x"] {
            assert_eq!(suspicion("DB_PASSWORD", value), None, "{value}");
        }
        assert_eq!(suspicion("DB_PASSWORD", "changeme"), Some(Reason::Name));
    }

    /// What a value looks like.
    #[track_caller]
    fn check_look(value: &str, expected: Option<&str>) {
        assert_eq!(look(value), expected, "{value}");
    }

    #[test]
    fn some_values_tell_whatever_they_are_called() {
        check_look("AKIAIOSFODNN7EXAMPLE", Some("an access key"));
        check_look("-----BEGIN RSA PRIVATE KEY-----\nMII", Some("a private key"));
        check_look("postgres://app:hunter2@db:5432/app", Some("a password in a URL"));
        check_look("amqp://a@x,amqp://b:hunter2@y", Some("a password in a URL"));
        check_look("https://user:p@ss@host/", Some("a password in a URL"));
    }

    #[test]
    fn others_look_alike_and_are_none() {
        check_look("postgres://app@db:5432/a:b@c", None);
        check_look("postgres://app:@db/app", None);
        check_look("AKIA", None);
        check_look("sk_live_", None);
        check_look("AKIA is where all keys of AWS begin", None);
        check_look("-----BEGIN PUBLIC KEY-----", None);
    }

    #[test]
    fn what_is_found_never_shows_the_value() {
        let text =
            "environment: {DB_PASSWORD: hunter2, URL: 'x://a:hunter2@b', 1PASSWORD_VAULT: main, A: b, B_TOKEN: }";
        let ((), found) = lower_service(&LowerOptions::default(), text, |service, _, diags| report(service, diags));
        assert_eq!(
            found,
            "hunter2 | warning[hardcoded-secret]: `DB_PASSWORD` is a credential by its name: all who may see the task \
             definition can read it\n\
             'x://a:hunter2@b' | warning[hardcoded-secret]: `URL` holds a password in a URL: all who may see the task \
             definition can read it\n\
             main | warning[environment-name]: a shell does not pass on the variable `1PASSWORD_VAULT`: its name begins \
             with a digit"
        );
    }
}
