//! How everything ended: what failed and why, what goes on, and a line that says it all.

use compose2ecs::deploy::outcome::{ExitCode, Outcome, UnitFailure, UnitOutcome};
use compose2ecs::deploy::release::Release;

use super::board::{Board, Counts, Row};
use super::failure;
use super::paint::Paint;
use super::plain::duration;

/// Draws an ending: a block for each unit that failed, what goes on where somebody asked to stop, and the summary.
pub(super) fn lines(outcome: &Outcome, board: &Board, (release, paint): (&Release, Paint)) -> Vec<String> {
    let mut lines = failures(outcome, release, paint);
    if outcome.interrupted.is_some() {
        lines.extend(interrupted(outcome, board));
    }
    lines.extend(outcome.error.as_ref().map(|error| format!("{} {error}", paint.bad("error:"))));
    lines.push(summary(outcome, board, paint));
    lines
}

/// A block for each unit that failed.
pub(super) fn failures(outcome: &Outcome, release: &Release, paint: Paint) -> Vec<String> {
    let failed = outcome.units.iter().filter_map(|(name, unit)| match unit {
        UnitOutcome::Failed(failure) | UnitOutcome::TimedOut(failure) => Some((name, failure)),
        UnitOutcome::Unchanged
        | UnitOutcome::Deployed
        | UnitOutcome::Ongoing
        | UnitOutcome::Error(_)
        | UnitOutcome::Refused(_)
        | UnitOutcome::NotStarted(_)
        | UnitOutcome::NotReached
        | UnitOutcome::Interrupted => None,
    });
    failed.flat_map(|(name, failure)| block(name, failure, (release, paint))).collect()
}

/// A failure, with the unit's own line first.
fn block(name: &str, failure: &UnitFailure, (release, paint): (&Release, Paint)) -> Vec<String> {
    let headline = format!("{} {name}  {} ({})", '✘', failure::headline(failure), duration(failure.took));
    let mut lines = vec![paint.bad(&headline)];
    lines.extend(release.units.get(name).into_iter().flat_map(|unit| failure::block(unit, failure)));
    lines
}

/// What goes on, and what was not begun.
fn interrupted(outcome: &Outcome, board: &Board) -> Vec<String> {
    let those = |is: fn(&UnitOutcome) -> bool| -> Vec<&String> {
        outcome.units.iter().filter(|(_, unit)| is(unit)).map(|(name, _)| name).collect()
    };
    let going = those(|unit| matches!(unit, UnitOutcome::Interrupted));
    let waiting = those(|unit| matches!(unit, UnitOutcome::NotReached | UnitOutcome::NotStarted(_)));
    let mut lines = vec![if going.is_empty() {
        "interrupted: nothing is under way".to_owned()
    } else {
        "interrupted: ECS goes on by itself".to_owned()
    }];
    let width = going.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    for name in &going {
        let row = board.row(name);
        let revision = row.map(|row| &*row.revision).unwrap_or_default();
        lines.push(format!("  {name:width$}  {revision}{}", row.map(counts).unwrap_or_default()));
    }
    if !waiting.is_empty() {
        let names: Vec<&str> = waiting.iter().map(|name| name.as_str()).collect();
        lines.push(format!("  not started: {}", names.join(", ")));
    }
    let names: Vec<&str> = going.iter().map(|name| name.as_str()).collect();
    let names = names.join(" ");
    lines.push(match &*names {
        "" => "  next    resume with `compose2ecs up`".to_owned(),
        names => format!(
            "  next    resume with `compose2ecs up`, watch with `compose2ecs wait {names}`, undo with `compose2ecs \
             rollback {names}`"
        ),
    });
    lines
}

/// How many tasks of a unit run.
fn counts(row: &Row) -> String {
    row.counts.map(|Counts { desired, running, .. }| format!("  {running} of {desired} tasks run")).unwrap_or_default()
}

/// How everything ended, in a line.
fn summary(outcome: &Outcome, board: &Board, paint: Paint) -> String {
    let Outcome { units, changed, interrupted: _, error: _ } = outcome;
    let count = |is: fn(&UnitOutcome) -> bool| units.values().filter(|unit| is(unit)).count();
    let unchanged = count(|unit| matches!(unit, UnitOutcome::Unchanged));
    let parts = [
        (
            count(|unit| matches!(unit, UnitOutcome::Failed(_) | UnitOutcome::Error(_) | UnitOutcome::Refused(_))),
            "failed",
        ),
        (count(|unit| matches!(unit, UnitOutcome::TimedOut(_))), "timed out"),
        (count(|unit| matches!(unit, UnitOutcome::NotStarted(_) | UnitOutcome::NotReached)), "not started"),
        (count(|unit| matches!(unit, UnitOutcome::Interrupted | UnitOutcome::Ongoing)), "going on"),
        (count(|unit| matches!(unit, UnitOutcome::Deployed)), "deployed"),
        (unchanged, "unchanged"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let code = outcome.exit_code();
    let (is_done, is_unchanged) = (code == ExitCode::Done, unchanged == units.len());
    let what = match (is_done && is_unchanged, unchanged) {
        (true, 1) => "no changes (1 service up to date)".to_owned(),
        (true, unchanged) => format!("no changes ({unchanged} services up to date)"),
        (false, _) => parts.join(", "),
    };
    let changed = if *changed || is_done { "" } else { "; nothing was changed" };
    let mark = if is_done { paint.good("✔") } else { paint.bad("✘") };
    let exit = if is_done { String::new() } else { format!("; exit {}", code.number()) };
    let Board { project, cluster, rows: _, wave: _, began } = board;
    format!("{mark} {project} -> {cluster}: {what}{changed}{exit} ({})", duration(began.elapsed()))
}
