//! The tools whose command lines are readiness waits, and the programs that loops make waits of.

use super::idiom::Idiom;
use super::question::Prober;
use super::{
    cqlsh, curl, dev_tcp, docker_compose_wait, dockerize, mongo, mysql, netcat, postgres, rabbitmq, redis_cli, timeout,
    wait_for, wait_for_dependencies, wait_for_it, wait_port, wait4x, wget,
};

/// Every idiom. A new one is a file with an `IDIOM`, and a name in this list.
pub(super) const IDIOMS: &[Idiom] = &[
    dockerize::IDIOM,
    wait_for_it::IDIOM,
    wait_for::IDIOM,
    docker_compose_wait::IDIOM,
    wait4x::IDIOM,
    wait_port::IDIOM,
    wait_for_dependencies::IDIOM,
    timeout::IDIOM,
];

/// Every program that a loop may ask with. A new one is a file with a `PROBER`, and a name in this list.
pub(super) const PROBERS: &[Prober] = &[
    netcat::PROBER,
    dev_tcp::PROBER,
    postgres::PG_ISREADY,
    postgres::PSQL,
    mysql::MYSQLADMIN,
    mysql::MYSQL,
    redis_cli::PROBER,
    mongo::PROBER,
    curl::PROBER,
    wget::PROBER,
    cqlsh::PROBER,
    rabbitmq::PROBER,
];
