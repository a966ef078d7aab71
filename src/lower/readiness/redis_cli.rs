//! `redis-cli -h host ping`: <https://redis.io/docs/latest/develop/tools/cli/>.

use super::flags::{Flags, Order};
use super::idiom::{Endpoint, client, url, url_of};
use super::question::{Prober, Question};
use super::wait::{Scheme, Target};

/// `redis-cli`, which Valkey calls `valkey-cli`.
pub(super) const PROBER: Prober = Prober { name: "redis-cli", replies: &["PONG", "pong"], recognise };

const FLAGS: Flags = Flags {
    switches: &["--no-auth-warning", "--raw", "-4", "-6"],
    valued: &["-h", "-p", "-a", "--pass", "--user", "-n", "-u", "-t"],
    order: Order::First,
};

/// It succeeds when the server answers.
fn recognise(question: Question<'_>) -> Option<Target> {
    let line = FLAGS.read(question.arguments(&["redis-cli", "valkey-cli"])?)?;
    let ["ping" | "PING"] = line.operands.as_slice() else { return None };
    if let Some(address) = line.value(&["-u"]) {
        return url_of(address, &["redis", "rediss"]).and_then(|rest| url(rest, Scheme::Redis, 6379));
    }
    let (host, port) = (line.value(&["-h"])?, line.value(&["-p"]));
    client(Endpoint { scheme: Scheme::Redis, host, port, default_port: 6379 })
}
