//! `cap_add` and `cap_drop`.

use crate::diag::nearest::nearest;
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::Capabilities;
use crate::ecs::word::CAPABILITIES;
use crate::lower::Target;
use crate::options::LaunchType;
use crate::source::Spanned;

/// ECS's capabilities. One that cannot be given is refused; one that cannot be taken away is lost.
pub(super) fn capabilities(
    cap_add: &[Spanned<String>],
    cap_drop: &[Spanned<String>],
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> Option<Capabilities> {
    let add: Vec<String> = cap_add.iter().filter_map(|name| added(name, target, diags)).collect();
    let drop: Vec<String> = cap_drop.iter().filter_map(|name| dropped(name, diags)).collect();
    (!add.is_empty() || !drop.is_empty()).then_some(Capabilities { add, drop })
}

/// A capability as ECS writes it: in upper case and without `CAP_`.
fn normal(name: &str) -> String {
    let name = name.to_ascii_uppercase();
    name.strip_prefix("CAP_").unwrap_or(&name).to_owned()
}

/// A capability to give, if ECS has it and Fargate gives it.
fn added(written: &Spanned<String>, target: Target<'_>, diags: &mut Diagnostics) -> Option<String> {
    let name = normal(&written.value);
    if !CAPABILITIES.contains(&name.as_str()) {
        let message = format!("ECS cannot give the capability `{}`", written.value);
        let finding = diags.error(Code::Refused, written.span, message);
        match name.as_str() {
            "BPF" | "CHECKPOINT_RESTORE" | "PERFMON" => drop(finding.hint("`SYS_ADMIN` includes it")),
            _ => {
                if let Some(candidate) = nearest(&name, CAPABILITIES.iter().copied()) {
                    finding.hint(format!("did you mean `{candidate}`?"));
                }
            }
        }
        return None;
    }
    if target.launch_type == LaunchType::Fargate && name != "SYS_PTRACE" {
        diags
            .error(Code::Refused, written.span, format!("Fargate cannot give the capability `{}`", written.value))
            .hint("Fargate gives `SYS_PTRACE` only: translate for EC2 with `--launch-type ec2`");
        return None;
    }
    Some(name)
}

/// A capability to take away, if ECS has it.
fn dropped(written: &Spanned<String>, diags: &mut Diagnostics) -> Option<String> {
    let name = normal(&written.value);
    if CAPABILITIES.contains(&name.as_str()) {
        return Some(name);
    }
    diags.warn(Code::WeakerIsolation, written.span, format!("ECS cannot take away the capability `{}`", written.value));
    None
}
