//! `</dev/tcp/host/port`, which bash makes a connection of:
//! <https://www.gnu.org/software/bash/manual/html_node/Redirections.html>.

use super::idiom::tcp;
use super::question::{Prober, Question};
use super::wait::Target;

/// `/dev/tcp`.
pub(super) const PROBER: Prober = Prober { name: "/dev/tcp", replies: &[], recognise };

/// The command itself only has to be one that does nothing else.
fn recognise(question: Question<'_>) -> Option<Target> {
    let (host, port) = question.condition.device.as_deref()?.strip_prefix("/dev/tcp/")?.split_once('/')?;
    let idle = match question.words {
        [] | ["exec"] => question.assignments.is_empty(),
        ["cat"] => question.condition.reads_nothing,
        ["echo" | "printf" | "true" | ":", ..] => true,
        _ => false,
    };
    tcp(host, port, &format!("{host}:{port}")).filter(|_| idle)
}
