//! What a readiness wait is: who is waited for, for how long, and what becomes of the command around it.

use std::fmt;
use std::ops::Range;

use super::docker_compose_wait;
use crate::compose::duration::Duration;
use crate::lower::process::Words;
use crate::source::Span;

/// The readiness waits with which a service's process begins, and what can be done about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lower) struct Recognised {
    /// The waits, in the order in which they run. There is at least one.
    pub(in crate::lower) waits: Vec<Wait>,
    /// The key that holds the first of them.
    pub(in crate::lower) place: Place,
    /// What can be done about them.
    pub(in crate::lower) shape: Shape,
    /// The words that they were found in, and the keys that those stand under.
    pub(in crate::lower) written: Vec<(String, Option<Place>)>,
}

/// A command that blocks until others answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lower) struct Wait {
    /// The name of its idiom.
    pub(in crate::lower) idiom: &'static str,
    /// Those who must answer, all of them. There is at least one.
    pub(in crate::lower) targets: Vec<Target>,
    /// How long it waits: what is written, or the tool's default. `None` is for ever.
    pub(in crate::lower) timeout: Option<Duration>,
    /// Whether what follows starts when time is up.
    pub(in crate::lower) strictness: Strictness,
    /// Where it was written.
    pub(in crate::lower) span: Span,
    /// What it is written in.
    pub(in crate::lower) stretch: Stretch,
    /// What each target is written in, if the others can do without it; else nothing.
    pub(in crate::lower) parts: Vec<Stretch>,
}

impl Wait {
    /// Whether its hosts stand in a variable, `WAIT_HOSTS`, and not in its words.
    pub(in crate::lower) fn is_told_by_variable(&self) -> bool {
        self.idiom == docker_compose_wait::IDIOM.name
    }
}

/// A stretch of the words of a process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::lower) struct Stretch {
    /// The words.
    pub(in crate::lower) words: Range<usize>,
    /// The bytes, if it is a part of one word.
    pub(in crate::lower) bytes: Option<Range<usize>>,
}

/// Someone or something that is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lower) struct Target {
    /// How it is asked.
    pub(in crate::lower) scheme: Scheme,
    /// The host, when it is asked over the network; IPv6 addresses stand without brackets.
    pub(in crate::lower) host: Option<String>,
    /// The port, when it is asked over the network: what is written, or the scheme's default.
    pub(in crate::lower) port: Option<u16>,
    /// The target as it is written: `tcp://db:5432`, `db:5432`.
    pub(in crate::lower) text: String,
}

/// How a target is asked whether it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::lower) enum Scheme {
    /// A TCP connection.
    Tcp,
    /// A TCP connection over IPv4.
    Tcp4,
    /// A TCP connection over IPv6.
    Tcp6,
    /// A connection to a Unix socket.
    Unix,
    /// A file that exists.
    File,
    /// A request over HTTP that is answered well.
    Http,
    /// A request over HTTPS that is answered well.
    Https,
    /// A look-up of its name.
    Dns,
    /// By a client of `postgres`.
    Postgres,
    /// By a client of `mysql` or `mariadb`.
    Mysql,
    /// By a client of Redis or Valkey.
    Redis,
    /// By a client of `mongo`.
    Mongo,
    /// By a client of `rabbitmq`.
    Amqp,
    /// By a client of Kafka.
    Kafka,
    /// By a client of Cassandra.
    Cassandra,
    /// By a client of Temporal.
    Temporal,
}

impl Scheme {
    /// What stands before `://` in a URL that means it.
    pub(in crate::lower) const fn as_str(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Tcp4 => "tcp4",
            Self::Tcp6 => "tcp6",
            Self::Unix => "unix",
            Self::File => "file",
            Self::Http => "http",
            Self::Https => "https",
            Self::Dns => "dns",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Redis => "redis",
            Self::Mongo => "mongodb",
            Self::Amqp => "amqp",
            Self::Kafka => "kafka",
            Self::Cassandra => "cassandra",
            Self::Temporal => "temporal",
        }
    }
}

/// What happens when time is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::lower) enum Strictness {
    /// What follows does not start.
    Strict,
    /// What follows starts all the same.
    Lenient,
}

/// Where a wait stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::lower) enum Place {
    /// In `entrypoint`.
    Entrypoint,
    /// In `command`.
    Command,
    /// In `environment`.
    Environment,
}

/// What can be done about the waits of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lower) enum Shape {
    /// The service does nothing but wait: others can wait for the targets in its place.
    Waiter,
    /// Something runs after the waits: these are its words.
    Wrapper(Words),
    /// They must stay as they are written, but the service does wait for the targets.
    KeepOnly(Reason),
}

/// Why a wait cannot be taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::lower) enum Reason {
    /// The tool does more than wait.
    DoesMore,
    /// It asks for more than an answer.
    AsksMore,
    /// Variables say what to wait for, and nothing in the file calls the tool.
    VariablesAlone,
    /// Nothing follows it in the file, and what the image's entry point does with it is unknown.
    ImageEntrypoint,
    /// Nothing follows it: behind an entry point of the file, an image's own command does not run.
    NothingFollows,
    /// What follows it in a shell's script is not understood well enough.
    Script,
}

impl Recognised {
    /// Those who must answer before the service goes on, over all waits.
    pub(in crate::lower) fn targets(&self) -> impl Iterator<Item = &Target> {
        self.waits.iter().flat_map(|wait| &wait.targets)
    }

    /// The words of the process without its waits, when something remains and nothing else changes by it.
    pub(in crate::lower) const fn without_wait(&self) -> Option<&Words> {
        match &self.shape {
            Shape::Wrapper(rewritten) => Some(rewritten),
            Shape::Waiter | Shape::KeepOnly(_) => None,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DoesMore => "the tool does more here than wait",
            Self::AsksMore => "it asks for more than that someone answers",
            Self::VariablesAlone => "nothing in the file says where the tool is called",
            Self::ImageEntrypoint => "what the image's entry point makes of it is unknown",
            Self::NothingFollows => "nothing runs after it, as the image's own command does not behind an `entrypoint`",
            Self::Script => "what follows it in the script cannot be told apart from it safely",
        })
    }
}
