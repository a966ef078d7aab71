//! A tree on a terminal that moves: the board, drawn anew ten times a second.

use std::io::Write;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use compose2ecs::deploy::event::{Event, Reporter};
use compose2ecs::deploy::release::Release;

use super::board::Board;
use super::paint::Paint;
use super::screen::{Screen, size};
use super::tree::{self, Moment};
use super::{ending, plan};
use crate::cli::log_lines::origin;

/// Between two pictures.
const PAUSE: Duration = Duration::from_millis(100);

/// A tree on a terminal.
pub(crate) struct Live {
    tree: Arc<Mutex<Tree>>,
    /// Ends the drawing when it goes.
    end: Option<Sender<()>>,
    drawing: Option<JoinHandle<()>>,
}

/// What is drawn, and where.
struct Tree {
    board: Board,
    release: Release,
    screen: Screen,
    writer: Box<dyn Write + Send>,
    paint: Paint,
    turn: usize,
    /// Whether anything is under way: before that, the user may be asked something.
    moves: bool,
}

impl Live {
    /// Draws on a terminal, which is what standard error goes to.
    pub(super) fn new(release: &Release, writer: impl Write + Send + 'static, paint: Paint) -> Self {
        let (board, release, screen) = (Board::new(release), release.clone(), Screen::default());
        let tree = Tree { board, release, screen, writer: Box::new(writer), paint, turn: 0, moves: false };
        let tree = Arc::new(Mutex::new(tree));
        let (end, ended) = channel();
        let drawn = Arc::clone(&tree);
        let drawing = thread::spawn(move || draw_until(&ended, &drawn));
        Self { tree, end: Some(end), drawing: Some(drawing) }
    }
}

/// Draws until the other end of a channel is gone.
fn draw_until(ended: &Receiver<()>, tree: &Mutex<Tree>) {
    while ended.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
        tree.lock().unwrap_or_else(PoisonError::into_inner).draw();
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.end.take();
        // A thread that panicked draws no more, which is what is wanted.
        let _ended = self.drawing.take().map(JoinHandle::join);
    }
}

impl Reporter for Live {
    fn report(&self, event: &Event<'_>) {
        self.tree.lock().unwrap_or_else(PoisonError::into_inner).take(event);
    }
}

impl Tree {
    fn take(&mut self, event: &Event<'_>) {
        self.board.take(event, &self.release);
        let stays = match event {
            Event::Planned(plan) => plan::shown(plan, &self.release),
            Event::Note { unit, message } => {
                let of = unit.map(|unit| format!("{unit}: ")).unwrap_or_default();
                format!("{of}{message}")
            }
            Event::Warning { unit, message } => {
                let of = unit.map(|unit| format!("{unit}: ")).unwrap_or_default();
                format!("{} {of}{message}", self.paint.careful("!"))
            }
            Event::Log(line) => format!("{} | {}", origin(line), line.text.trim_end()),
            Event::Finished(outcome) => {
                self.moves = false;
                let moment = Moment { now: Instant::now(), turn: self.turn };
                // What stays may be higher than the terminal.
                let whole = tree::Size { rows: usize::MAX, ..size() };
                let mut lines = tree::draw(&self.board, whole, moment, self.paint);
                lines.extend(ending::lines(outcome, &self.board, (&self.release, self.paint)));
                lines.join("\n")
            }
            Event::ClusterCreated(_)
            | Event::Registered { .. }
            | Event::Wave(_)
            | Event::Creating(_)
            | Event::Updating(_)
            | Event::Running { .. }
            | Event::Waiting { .. }
            | Event::Progress(_)
            | Event::Service { .. }
            | Event::Stopped { .. }
            | Event::Done { .. }
            | Event::Failed { .. }
            | Event::Refused { .. }
            | Event::NotStarted { .. } => {
                self.moves = true;
                return;
            }
        };
        // Nobody looks any more; the deployment goes on, and the exit code still tells.
        let _closed = self.screen.leave(&stays, size(), &mut *self.writer);
    }

    /// Draws the next picture.
    fn draw(&mut self) {
        if !self.moves {
            return;
        }
        self.turn += 1;
        let (size, moment) = (size(), Moment { now: Instant::now(), turn: self.turn });
        let lines = tree::draw(&self.board, size, moment, self.paint);
        // Nobody looks any more; the deployment goes on, and the exit code still tells.
        let _closed = self.screen.replace(&lines, size, &mut *self.writer);
    }
}
