//! `rabbitmq-diagnostics -n rabbit@host ping`: <https://www.rabbitmq.com/docs/monitoring#health-checks>.

use super::flags::{Flags, Order};
use super::idiom::{Endpoint, client};
use super::question::{Prober, Question};
use super::wait::{Scheme, Target};

/// `rabbitmqctl` and `rabbitmq-diagnostics`.
pub(super) const PROBER: Prober = Prober { name: "rabbitmqctl", replies: &[], recognise };

const FLAGS: Flags = Flags {
    switches: &["-q", "--quiet", "-s", "--silent"],
    valued: &["-n", "--node", "-t", "--timeout", "--erlang-cookie"],
    order: Order::Anywhere,
};

/// Commands that succeed on a node that runs.
const COMMANDS: &[&str] = &[
    "ping",
    "status",
    "check_running",
    "check_local_alarms",
    "check_port_connectivity",
    "await_startup",
    "await_online_nodes",
    "node_health_check",
    "cluster_status",
    "list_queues",
    "list_users",
];

/// It succeeds when the node answers. Without a node it is that of the container itself.
fn recognise(question: Question<'_>) -> Option<Target> {
    let line = FLAGS.read(question.arguments(&["rabbitmqctl", "rabbitmq-diagnostics"])?)?;
    let [command] = line.operands.as_slice() else { return None };
    let (_, host) = line.value(&["-n", "--node"])?.split_once('@')?;
    let target = client(Endpoint { scheme: Scheme::Amqp, host, port: None, default_port: 5672 });
    target.filter(|_| COMMANDS.contains(command))
}
