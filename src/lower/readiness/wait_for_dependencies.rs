//! `HOST:PORT…` to the image `dadarek/wait-for-dependencies`: <https://github.com/dadarek/docker-wait-for-dependencies>.

use super::idiom::{Idiom, Invocation, Match, host_and_port, whole_seconds};
use super::wait::Strictness;
use crate::compose::duration::Duration;

/// The image. Its entry point has no name by which anyone else could call it.
pub(super) const IDIOM: Idiom =
    Idiom { name: "dadarek/wait-for-dependencies", images: &["dadarek/wait-for-dependencies"], recognise };

/// How long it waits for each when it is not told.
const DEFAULT_TIMEOUT: Duration = Duration::from_seconds(300);

/// Every word is a target. It waits for one after the other, for each as long.
fn recognise(invocation: Invocation<'_>) -> Option<Match> {
    let (program, words) = invocation.words.split_first()?;
    (*program == IDIOM.name).then_some(())?;
    let targets: Vec<_> = words.iter().map(|word| host_and_port(word)).collect::<Option<_>>()?;
    let timeout = match invocation.environment.get("TIMEOUT_LENGTH").and_then(|value| value.value.as_deref()) {
        Some("") | None => DEFAULT_TIMEOUT,
        Some(seconds) => whole_seconds(seconds)?,
    };
    let (timeout, strictness) = (Some(timeout), Strictness::Strict);
    (!targets.is_empty()).then_some(Match {
        targets,
        timeout,
        strictness,
        used: invocation.words.len(),
        keep: None,
        parts: Vec::new(),
    })
}
