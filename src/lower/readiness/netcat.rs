//! `nc -z host port`: <https://man.openbsd.org/nc.1>.

use super::flags::{Flags, Order};
use super::idiom::tcp;
use super::question::{Prober, Question};
use super::wait::Target;

/// `nc`.
pub(super) const PROBER: Prober = Prober { name: "nc", replies: &["succeeded", "open"], recognise };

/// The options of its several kinds that do not change what success means.
const FLAGS: Flags =
    Flags { switches: &["-z", "-v", "-n", "-4", "-6", "-N"], valued: &["-w", "-G"], order: Order::First };

/// It succeeds when the port is open, provided that it does not wait for input.
fn recognise(question: Question<'_>) -> Option<Target> {
    let line = FLAGS.read(question.arguments(&["nc", "netcat", "ncat"])?)?;
    let [host, port] = line.operands.as_slice() else { return None };
    // The word `open` stands among what it says of errors, and only if it is asked to talk.
    let heard = question.reply.is_none_or(|_| question.condition.joins_errors && line.has(&["-v"]));
    let asks_only = line.has(&["-z"]) || question.condition.reads_nothing;
    tcp(host, port, &format!("{host}:{port}")).filter(|_| heard && asks_only)
}
