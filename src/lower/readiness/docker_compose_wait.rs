//! `/wait`, which is told by variables what to wait for: <https://github.com/ufoscout/docker-compose-wait>.

use super::idiom::{Environment, Idiom, Invocation, Match, base_name, host_and_port};
use super::wait::{Reason, Scheme, Strictness, Target};
use crate::compose::duration::Duration;

/// `docker-compose-wait`.
pub(super) const IDIOM: Idiom = Idiom { name: "docker-compose-wait", images: &[], recognise };

/// The variable that names the hosts.
pub(in crate::lower) const HOSTS: &str = "WAIT_HOSTS";

/// How many seconds it waits for all hosts together when it is not told.
const DEFAULT_TIMEOUT: u32 = 30;

/// Recognises a call: the program takes no arguments.
fn recognise(invocation: Invocation<'_>) -> Option<Match> {
    let (program, rest) = invocation.words.split_first()?;
    // A shell's own `wait` is another.
    let named = matches!(base_name(program), "wait" | "docker-compose-wait") && program.contains('/');
    (named && rest.is_empty()).then(|| wait(invocation.environment))?
}

/// What the variables say.
pub(super) fn wait(environment: &Environment) -> Option<Match> {
    let value = |name: &str| environment.get(name).and_then(|value| value.value.as_deref());
    let seconds = |names: [&str; 2], default| {
        // The older names still count.
        let written = names.into_iter().find_map(value);
        written.map_or(default, |text| text.trim().parse::<u32>().unwrap_or(default))
    };
    let hosts = value(HOSTS).filter(|hosts| !hosts.trim().is_empty())?;
    let mut targets = hosts.split(',').map(|host| host_and_port(host.trim())).collect::<Option<Vec<_>>>()?;
    let paths = value("WAIT_PATHS").into_iter().flat_map(|paths| paths.split(','));
    let paths = paths.filter(|path| !path.trim().is_empty());
    targets.extend(paths.map(|_| Target { scheme: Scheme::File, host: None, port: None, text: String::new() }));
    // A variable's value is not told.
    for target in &mut targets {
        let name = if target.host.is_some() { HOSTS } else { "WAIT_PATHS" };
        name.clone_into(&mut target.text);
    }
    let sleeps = [["WAIT_BEFORE", "WAIT_BEFORE_HOSTS"], ["WAIT_AFTER", "WAIT_AFTER_HOSTS"]];
    let does_more = value("WAIT_COMMAND").is_some_and(|command| !command.is_empty())
        || sleeps.into_iter().any(|names| seconds(names, 0) > 0);
    let timeout = seconds(["WAIT_TIMEOUT", "WAIT_HOSTS_TIMEOUT"], DEFAULT_TIMEOUT);
    Some(Match {
        targets,
        timeout: Some(Duration::from_seconds(timeout.into())),
        strictness: Strictness::Strict,
        used: 1,
        keep: does_more.then_some(Reason::DoesMore),
        parts: Vec::new(),
    })
}
