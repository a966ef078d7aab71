//! `memswap_limit` and `mem_swappiness`.

use crate::compose::size::ByteSize;
use crate::diag::Diagnostics;
use crate::ecs::unit::MemoryMib;
use crate::lower::Target;
use crate::lower::fate::{fate, lost_at};
use crate::options::LaunchType;
use crate::source::Spanned;

/// What ECS is told of swapping.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Swap {
    /// How much may be swapped.
    pub(super) max_swap: Option<MemoryMib>,
    /// How readily, from 0 to 100.
    pub(super) swappiness: Option<u32>,
}

/// Says how much is swapped, and how readily: both on EC2 only, the latter only with the former.
pub(super) fn swap(
    memory: Option<&Spanned<ByteSize>>,
    with_swap: Option<&Spanned<ByteSize>>,
    swappiness: Option<&Spanned<i64>>,
    (target, diags): (Target<'_>, &mut Diagnostics),
) -> Swap {
    // -1 is Docker's word for saying nothing.
    let swappiness = swappiness.filter(|swappiness| swappiness.value != -1);
    if target.launch_type == LaunchType::Fargate {
        fate!("services.*.memswap_limit", target.launch_type).report_if(with_swap, diags);
        fate!("services.*.mem_swappiness", target.launch_type).report_if(swappiness, diags);
        return Swap::default();
    }
    let max_swap = with_swap.and_then(|with_swap| max_swap(memory, with_swap, diags));
    let swappiness = swappiness.and_then(|swappiness| {
        let within = u32::try_from(swappiness.value).ok().filter(|swappiness| *swappiness <= 100);
        if within.is_none() {
            lost_at("mem_swappiness", swappiness.span, "it is not from 0 to 100", diags);
        } else if max_swap.is_none() {
            lost_at("mem_swappiness", swappiness.span, "ECS heeds it only where swap has a limit", diags)
                .hint("write `memswap_limit`, too");
        }
        within.filter(|_| max_swap.is_some())
    });
    Swap { max_swap, swappiness }
}

/// What may be swapped beyond the memory: Compose counts both together. Rounded up to whole MiB.
fn max_swap(
    memory: Option<&Spanned<ByteSize>>,
    with_swap: &Spanned<ByteSize>,
    diags: &mut Diagnostics,
) -> Option<MemoryMib> {
    let total = with_swap.value.bytes();
    let memory = memory.map(|memory| memory.value.bytes()).filter(|memory| *memory > 0);
    let reason = match memory {
        _ if total < 0 => "ECS leaves it to the instance how much a container without a limit swaps",
        None => "it needs a limit of memory beside it",
        Some(memory) if total < memory => "it is less than the limit of memory, which it includes",
        Some(memory) => return Some(MemoryMib::holding(total.saturating_sub(memory))),
    };
    lost_at("memswap_limit", with_swap.span, reason, diags);
    None
}
