//! The tree of a deployment as it is drawn on a terminal: never wider and never higher than that.

use std::time::Instant;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::board::{Board, Counts, Row, State};
use super::paint::Paint;
use super::plain::duration;

/// How large a terminal is, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

/// When a tree is drawn, and which picture it is of those that turn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) now: Instant,
    pub(super) turn: usize,
}

/// The pictures that turn while something is under way.
const TURNING: [&str; 8] = ["⠹", "⢸", "⣰", "⣤", "⣆", "⡇", "⠏", "⠛"];

/// How wide the column of times is.
const TIME: usize = 7;

/// How few characters are not worth to be shown of a longer text.
const LITTLE: usize = 10;

/// A line without colour: its mark, and what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    mark: Mark,
    text: String,
}

/// What a line begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Good,
    Bad,
    Busy(usize),
    Careful,
}

/// Draws a board. The last column stays free, where some terminals would begin a new line.
pub(super) fn draw(board: &Board, size: Size, moment: Moment, paint: Paint) -> Vec<String> {
    let width = size.columns.saturating_sub(1).max(1);
    let lines = lines(board, Size { columns: width, rows: size.rows }, moment);
    lines.into_iter().map(|line| line.painted(width, paint)).collect()
}

/// How many columns a text takes.
pub(super) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

impl Line {
    /// The line as it is written, cut to a width.
    fn painted(&self, width: usize, paint: Paint) -> String {
        let Self { mark, text } = self;
        let text = cut(text, width.saturating_sub(3));
        let text = text.trim_end();
        let line = match mark {
            Mark::None if text.is_empty() => String::new(),
            Mark::None => format!("   {text}"),
            Mark::Good => format!(" {} {text}", paint.good("✔")),
            Mark::Bad => format!(" {} {text}", paint.bad("✘")),
            Mark::Busy(turn) => {
                let picture = TURNING.get(turn % TURNING.len()).copied().unwrap_or_default();
                format!(" {} {text}", paint.busy(picture))
            }
            Mark::Careful => format!("   {} {}", paint.careful("!"), cut(text, width.saturating_sub(5))),
        };
        // What is so narrow holds no mark.
        if width < 7 { String::new() } else { line }
    }
}

/// The lines of a board: a header, and for each unit its own line and one for what is to be known of it beside.
fn lines(board: &Board, size: Size, moment: Moment) -> Vec<Line> {
    let columns = Columns::of(board, size.columns);
    let mut lines = vec![header(board, size.columns)];
    let blocks: Vec<Vec<Line>> = board.rows.iter().map(|row| block(row, &columns, moment)).collect();
    let room = size.rows.saturating_sub(lines.len() + 1);
    let all: usize = blocks.iter().map(Vec::len).sum();
    if all <= room {
        lines.extend(blocks.into_iter().flatten());
        return lines;
    }
    // What is under way or failed is shown first; what is done can be done without.
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    order.sort_by_key(|index| board.rows.get(*index).map(|row| weight(&row.state)));
    let mut left = room.saturating_sub(1);
    let mut shown: Vec<usize> = Vec::new();
    for index in order {
        let height = blocks.get(index).map_or(0, Vec::len);
        if height > left {
            break;
        }
        left -= height;
        shown.push(index);
    }
    shown.sort_unstable();
    let hidden = blocks.len() - shown.len();
    lines.extend(shown.into_iter().filter_map(|index| blocks.get(index)).flatten().cloned());
    lines.push(Line { mark: Mark::None, text: format!("… {hidden} more") });
    lines
}

/// How much a state asks to be shown; less is more.
const fn weight(state: &State) -> u8 {
    match state {
        State::Bad(_) => 0,
        State::Busy(_) => 1,
        State::Left(_) => 2,
        State::Waits(_) => 3,
        State::Good(_) => 4,
    }
}

/// The line above all units.
fn header(board: &Board, columns: usize) -> Line {
    let Board { project, cluster, rows, wave: (wave, waves), began: _ } = board;
    let left = format!("up {}/{}  {project} -> {cluster}", board.good(), rows.len());
    let right = if *waves > 1 && *wave > 0 { format!("wave {wave}/{waves}") } else { String::new() };
    Line { mark: Mark::None, text: justified(&left, &right, columns.saturating_sub(3)) }
}

/// Which columns there is room for, and how wide they are.
struct Columns {
    unit: usize,
    revision: Option<usize>,
    counts: Option<usize>,
    whole: usize,
}

impl Columns {
    /// Details go first, then counts, then revisions.
    fn of(board: &Board, columns: usize) -> Self {
        let longest = |text: &dyn Fn(&Row) -> String| board.rows.iter().map(|row| width(&text(row))).max().unwrap_or(0);
        let unit = longest(&|row| row.unit.clone());
        let revision = longest(&|row| row.revision.clone());
        let counts = longest(&counts);
        let whole = columns.saturating_sub(3);
        let base = unit + 2 + TIME;
        let with_revision = base + revision + 2;
        let with_counts = with_revision + counts + if counts > 0 { 2 } else { 0 };
        Self {
            unit,
            revision: (with_revision <= whole).then_some(revision),
            counts: (with_counts <= whole && counts > 0).then_some(counts),
            whole,
        }
    }
}

/// The lines of a unit.
fn block(row: &Row, columns: &Columns, moment: Moment) -> Vec<Line> {
    let (mark, words) = match &row.state {
        State::Waits(words) | State::Left(words) => (Mark::None, words),
        State::Busy(words) => (Mark::Busy(moment.turn), words),
        State::Good(words) => (Mark::Good, words),
        State::Bad(words) => (Mark::Bad, words),
    };
    let mut text = padded(&row.unit, columns.unit);
    if let Some(width) = columns.revision {
        text = format!("{text}  {}", padded(&row.revision, width));
    }
    if let Some(width) = columns.counts {
        text = format!("{text}  {}", padded(&counts(row), width));
    }
    let took = row.took.or_else(|| row.since.map(|since| moment.now.saturating_duration_since(since)));
    let took = took.map(duration).unwrap_or_default();
    let room = columns.whole.saturating_sub(width(&text) + 2 + TIME + 1);
    if room >= LITTLE || width(words) <= room {
        text = format!("{text}  {}", cut(words, room));
    }
    let mut lines = vec![Line { mark, text: justified(&text, &took, columns.whole) }];
    lines.extend(row.note.iter().map(|note| Line { mark: Mark::Careful, text: note.clone() }));
    lines
}

/// How many tasks of a unit do what.
fn counts(row: &Row) -> String {
    let Some(Counts { desired, running, pending, failed }) = row.counts else { return String::new() };
    let failed = if failed > 0 { format!(", {failed} failed") } else { String::new() };
    let pending = if pending > 0 { format!(", {pending} pending") } else { String::new() };
    format!("{running}/{desired} running{pending}{failed}")
}

/// A text on the left and one on the right; the one on the right goes if there is no room for both.
fn justified(left: &str, right: &str, columns: usize) -> String {
    let gap = columns.saturating_sub(width(left) + width(right));
    if right.is_empty() || gap == 0 { left.to_owned() } else { format!("{left}{}{right}", " ".repeat(gap)) }
}

/// A text with spaces behind it.
fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The start of a text that fits, with a sign that there is more. Control characters are not for terminals.
fn cut(text: &str, columns: usize) -> String {
    let text: String = text.chars().filter(|letter| !letter.is_control()).collect();
    if width(&text) <= columns {
        return text;
    }
    let mut left = columns.saturating_sub(1);
    let fits = |letter: &char| {
        let width = letter.width().unwrap_or_default();
        let fits = width <= left;
        left = left.saturating_sub(width);
        fits
    };
    let start: String = text.chars().take_while(fits).collect();
    if columns == 0 { String::new() } else { format!("{start}…") }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use compose2ecs::diag::render::Color;

    use super::*;

    /// A unit in a state, with a revision, which took half a minute if it began.
    fn row(unit: &str, state: State, counts: Option<(u32, u32, u32)>) -> Row {
        let began = !matches!(state, State::Waits(_) | State::Left(_));
        Row {
            unit: unit.to_owned(),
            revision: format!("shop-{unit}:42"),
            state,
            counts: counts.map(|(desired, running, failed)| Counts {
                desired,
                running,
                pending: desired - running,
                failed,
            }),
            note: None,
            since: None,
            took: began.then_some(Duration::from_secs(30)),
        }
    }

    fn board() -> Board {
        let mut api = row("api", State::Busy("waits for 1 of 2 tasks to run".to_owned()), Some((2, 1, 1)));
        api.note = Some("task 9a1b ended: api exited with 1".to_owned());
        Board {
            project: "shop".to_owned(),
            cluster: "prod".to_owned(),
            rows: vec![
                row("db", State::Good("no change".to_owned()), None),
                row("migrate", State::Good("deployed".to_owned()), None),
                api,
                row("web", State::Waits("waits for api: healthy".to_owned()), None),
            ],
            wave: (3, 4),
            began: Instant::now(),
        }
    }

    #[track_caller]
    fn check(board: &Board, (columns, rows): (usize, usize), expected: &[&str]) {
        let moment = Moment { now: Instant::now(), turn: 0 };
        let drawn = draw(board, Size { columns, rows }, moment, Paint(Color::Never));
        assert!(drawn.iter().all(|line| width(line) < columns), "{drawn:#?}");
        assert!(drawn.len() < rows, "{drawn:#?}");
        assert_eq!(drawn, expected);
    }

    #[test]
    fn what_there_is_no_room_for_is_left_out_piece_by_piece() {
        let wide = [
            "   up 2/4  shop -> prod                                                                    wave 3/4",
            " ✔ db       shop-db:42                                         no change                      30.0s",
            " ✔ migrate  shop-migrate:42                                    deployed                       30.0s",
            " ⠹ api      shop-api:42      1/2 running, 1 pending, 1 failed  waits for 1 of 2 tasks to r…   30.0s",
            "   ! task 9a1b ended: api exited with 1",
            "   web      shop-web:42                                        waits for api: healthy",
        ];
        check(&board(), (100, 24), &wide);
        let narrow = [
            "   up 2/4  shop -> prod          wave 3/4",
            " ✔ db       shop-db:42              30.0s",
            " ✔ migrate  shop-migrate:42         30.0s",
            " ⠹ api      shop-api:42             30.0s",
            "   ! task 9a1b ended: api exited with 1",
            "   web      shop-web:42",
        ];
        check(&board(), (42, 24), &narrow);
        let narrower = [
            "   up 2/4  shop -> prod",
            " ✔ db             30.0s",
            " ✔ migrate        30.0s",
            " ⠹ api            30.0s",
            "   ! task 9a1b ended: …",
            "   web",
        ];
        check(&board(), (24, 24), &narrower);
    }

    #[test]
    fn what_is_under_way_is_shown_before_what_is_done() {
        let low = [
            "   up 2/4  shop -> prod               wave 3/4",
            " ⠹ api      shop-api:42                  30.0s",
            "   ! task 9a1b ended: api exited with 1",
            "   … 3 more",
        ];
        check(&board(), (47, 5), &low);
    }

    #[test]
    fn a_terminal_of_any_size_holds_it() {
        let mut board = board();
        board
            .rows
            .extend((0..40).map(|number| row(&format!("日本{number}"), State::Busy("x".repeat(99)), Some((9, 1, 3)))));
        board.rows.iter_mut().for_each(|row| row.note = Some("what it wrote\u{1b}[2J".to_owned()));
        for columns in 1..130 {
            for rows in 1..60 {
                let moment = Moment { now: Instant::now(), turn: 3 };
                let drawn = draw(&board, Size { columns, rows }, moment, Paint(Color::Never));
                assert!(drawn.iter().all(|line| width(line) < columns.max(2)), "{columns} {drawn:#?}");
                assert!(drawn.len() < rows.max(4), "{rows} {drawn:#?}");
                assert!(!drawn.concat().contains('\u{1b}'));
            }
        }
    }
}
