//! `security_opt`.

use crate::diag::{Code, Diagnostics};
use crate::lower::Target;
use crate::lower::fate::{fate, lost_as};
use crate::options::LaunchType;
use crate::source::Spanned;

/// Docker's security options that ECS hands on. Fargate hands on none.
pub(super) fn options(options: &[Spanned<String>], target: Target<'_>, diags: &mut Diagnostics) -> Vec<String> {
    options.iter().filter_map(|option| definition(option, target, diags)).collect()
}

/// One option. Docker takes `=` and, as it did at first, `:` between a name and its value; ECS takes `:`.
fn definition(option: &Spanned<String>, target: Target<'_>, diags: &mut Diagnostics) -> Option<String> {
    let text = option.value.as_str();
    let (name, value) = text.split_once(['=', ':']).unwrap_or((text, ""));
    let definition = match (name, value) {
        // What a container has anyway.
        ("no-new-privileges", "false") => return None,
        ("no-new-privileges", _) => Some(name.to_owned()),
        ("apparmor" | "label" | "credentialspec", value) => Some(format!("{name}:{value}")),
        _ => None,
    };
    match (definition, target.launch_type) {
        (Some(definition), LaunchType::Ec2) => Some(definition),
        (Some(_), LaunchType::Fargate) => {
            fate!("services.*.security_opt", target.launch_type).of(text).report(option.span, diags);
            None
        }
        (None, LaunchType::Ec2 | LaunchType::Fargate) => {
            lost_as(Code::WeakerIsolation, (text, option.span), "ECS has no such security option", diags);
            None
        }
    }
}
