//! `ulimits`.

use indexmap::IndexMap;

use crate::compose::service::kernel::ulimit::Ulimit;
use crate::diag::{Code, Diagnostics};
use crate::ecs::container::Ulimit as UlimitDefinition;
use crate::ecs::word::ULIMITS;
use crate::lower::Target;
use crate::lower::fate::lost_at;
use crate::options::LaunchType;
use crate::source::Spanned;

/// Resource limits. Fargate sets all but the number of open files itself.
pub(super) fn ulimits(
    ulimits: &IndexMap<String, Spanned<Ulimit>>,
    target: Target<'_>,
    diags: &mut Diagnostics,
) -> Vec<UlimitDefinition> {
    let mut definitions = Vec::with_capacity(ulimits.len());
    for (name, limit) in ulimits {
        if !ULIMITS.contains(&name.as_str()) {
            lost_at(&format!("ulimits.{name}"), limit.span, "Linux has no limit of this name", diags);
        } else if target.launch_type == LaunchType::Fargate && name != "nofile" {
            lost_at(&format!("ulimits.{name}"), limit.span, "Fargate keeps its own limits but for `nofile`", diags);
        } else {
            definitions.push(definition(name, *limit, diags));
        }
    }
    definitions
}

/// One limit. ECS's numbers have 32 bits.
fn definition(name: &str, limit: Spanned<Ulimit>, diags: &mut Diagnostics) -> UlimitDefinition {
    let Spanned { value: Ulimit { is_single: _, soft, hard }, span } = limit;
    let bounded = |limit: i64| i32::try_from(limit).unwrap_or(if limit < 0 { -1 } else { i32::MAX });
    let definition = UlimitDefinition { name: name.to_owned(), soft_limit: bounded(soft), hard_limit: bounded(hard) };
    if i64::from(definition.soft_limit) != soft || i64::from(definition.hard_limit) != hard {
        let message = format!("the limit `{name}` becomes {}, the largest number that ECS takes", i32::MAX);
        diags.warn(Code::Approximated, span, message).hint("-1 stands for no limit");
    }
    definition
}
