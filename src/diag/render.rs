//! Draws findings with the source line they are about, in the manner of rustc.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Snippet, normalize_untrusted_str};

use super::group::Group as Findings;
use super::{Diagnostic, Diagnostics, Severity};
use crate::source::{FileId, Position, Source, Sources, Span};

/// Whether drawings are coloured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Color {
    /// Plain text.
    #[default]
    Never,
    /// With escape sequences for terminals.
    Always,
}

/// Draws findings.
#[derive(Debug, Clone)]
pub struct Renderer {
    inner: annotate_snippets::Renderer,
}

/// No piece goes over more lines than this: it costs as much as it has lines times marks.
const NEARBY_LINES: u32 = 50;

/// A line of more bytes is named but not drawn: every finding would cost as much as the line is long.
const LONG_LINE: usize = 10_000;

/// Of findings that say the same, this many are named beside the first.
const NAMED: usize = 3;

/// Of errors that say the same, so many are: they are to be mended.
const NAMED_ERRORS: usize = 20;

/// A place to underline, all on one line.
struct Mark<'a> {
    file: FileId,
    position: Position,
    /// The offsets in the file between which its line lies.
    line: Range<usize>,
    /// The offsets in the file that are underlined.
    underlined: Range<usize>,
    kind: AnnotationKind,
    label: Option<&'a str>,
}

/// A run of lines that is drawn in one piece, with the marks on it, in their order.
struct Piece<'a> {
    marks: Vec<Mark<'a>>,
}

impl Renderer {
    /// Draws with colours, or without.
    #[must_use]
    pub const fn new(color: Color) -> Self {
        let inner = match color {
            Color::Never => annotate_snippets::Renderer::plain(),
            Color::Always => annotate_snippets::Renderer::styled(),
        };
        Self { inner }
    }

    /// Draws a finding; the text ends with a line break.
    #[must_use]
    pub fn render(&self, diagnostic: &Diagnostic, sources: &Sources) -> String {
        self.draw(diagnostic, &[], sources)
    }

    /// Draws findings that say the same: the first, and where the others are. The text ends with a line break.
    #[must_use]
    pub fn render_group(&self, findings: &Findings<'_>, sources: &Sources) -> String {
        self.draw(findings.finding, &further_places(findings, sources), sources)
    }

    /// Draws one finding with notes below it.
    fn draw(&self, diagnostic: &Diagnostic, notes: &[String], sources: &Sources) -> String {
        let Diagnostic { severity, code, span, path, message, labels, hints } = diagnostic;
        let level = match severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let mut group = Group::with_title(level.primary_title(neutral(message)).id(code.as_str()));
        for piece in pieces(marks(*span, labels, sources)) {
            group = piece.draw(group, sources);
        }
        if let Some(path) = path {
            group = group.element(Level::NOTE.message(normalize_untrusted_str(&neutral(&format!("at {path}")))));
        }
        for note in notes {
            group = group.element(Level::NOTE.message(normalize_untrusted_str(&neutral(note))));
        }
        for hint in hints {
            group = group.element(Level::HELP.message(normalize_untrusted_str(&neutral(hint))));
        }
        let mut text = self.inner.render(&[group]);
        text.push('\n');
        text
    }
}

impl Default for Renderer {
    fn default() -> Self {
        Self::new(Color::default())
    }
}

/// Where findings are that are not drawn, a line each for the first of them.
fn further_places(findings: &Findings<'_>, sources: &Sources) -> Vec<String> {
    let Findings { finding, others } = findings;
    let most = if finding.severity == Severity::Error { NAMED_ERRORS } else { NAMED };
    let place = |other: &&Diagnostic| {
        let span = other.span?;
        let Position { line, column } = sources.position(span);
        let place = format!("also at {}:{line}:{column}", sources.get(span.file).name());
        Some(other.path.iter().fold(place, |place, path| place + ", " + path))
    };
    let named: Vec<String> = others.iter().take(most).filter_map(place).collect();
    let more = match others.len() - named.len() {
        0 => None,
        1 => Some("and at 1 more place".to_owned()),
        more => Some(format!("and at {more} more places")),
    };
    named.into_iter().chain(more).collect()
}

/// How many findings there are, such as `2 errors, 1 warning`; nothing when there are none.
#[must_use]
pub fn summary(diagnostics: &Diagnostics) -> Option<String> {
    let counted = |severity: Severity| {
        let count = diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        let plural = if count == 1 { "" } else { "s" };
        (count > 0).then(|| format!("{count} {}{plural}", severity.as_str()))
    };
    let counts: Vec<_> = [Severity::Error, Severity::Warning, Severity::Note].into_iter().filter_map(counted).collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}

/// What is underlined: the place of the finding first, then its labels.
fn marks<'a>(span: Option<Span>, labels: &'a [(Span, String)], sources: &Sources) -> Vec<Mark<'a>> {
    let place = span.map(|span| Mark::new(span, AnnotationKind::Primary, None, sources));
    let labels = labels.iter().map(|(span, text)| Mark::new(*span, AnnotationKind::Context, Some(text), sources));
    place.into_iter().chain(labels).collect()
}

/// Puts marks that are near each other in one piece. The piece with the place of the finding comes first, as its head
/// is where people look for the line; pieces of other files follow those of its file.
fn pieces(mut marks: Vec<Mark<'_>>) -> Vec<Piece<'_>> {
    let Some(home) = marks.first().map(|mark| mark.file) else { return Vec::new() };
    marks.sort_by_key(|mark| (mark.file != home, mark.file, mark.underlined.start));
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    for mark in marks {
        match pieces.last_mut().filter(|piece| piece.reaches(&mark)) {
            Some(piece) => piece.marks.push(mark),
            None => pieces.push(Piece { marks: vec![mark] }),
        }
    }
    pieces.sort_by_key(|piece| !piece.holds_the_place());
    pieces
}

impl<'a> Mark<'a> {
    /// Underlines a range, or the part of it that lies on its first line.
    fn new(span: Span, kind: AnnotationKind, label: Option<&'a str>, sources: &Sources) -> Self {
        let source = sources.get(span.file);
        let text = source.text();
        let Range { start, end } = span.range();
        let start = text.floor_char_boundary(start);
        let line = line_around(source, start);
        let start = start.min(line.end);
        let end = text.ceil_char_boundary(end).clamp(start, line.end);
        let position = source.position(u32::try_from(start).unwrap_or(u32::MAX));
        Self { file: span.file, position, line, underlined: start..end, kind, label }
    }

    /// Whether its line is too long to be drawn.
    fn is_long(&self) -> bool {
        self.line.len() > LONG_LINE
    }
}

impl Piece<'_> {
    /// Whether a mark that comes after is near enough to be drawn in this piece.
    fn reaches(&self, mark: &Mark<'_>) -> bool {
        self.marks.first().is_some_and(|first| {
            let near = mark.position.line.saturating_sub(first.position.line) <= NEARBY_LINES;
            first.file == mark.file && near && !first.is_long() && !mark.is_long()
        })
    }

    /// Whether the place of the finding itself is here.
    fn holds_the_place(&self) -> bool {
        self.marks.iter().any(|mark| mark.kind == AnnotationKind::Primary)
    }

    /// Adds the lines, under the place of the first mark.
    fn draw<'b>(self, group: Group<'b>, sources: &Sources) -> Group<'b> {
        let (Some(first), Some(last)) = (self.marks.first(), self.marks.last()) else { return group };
        let source = sources.get(first.file);
        let path = neutral(source.name());
        if first.is_long() {
            let Position { line, column } = first.position;
            return group.element(Origin::path(path).line(number(line)).char_column(number(column)));
        }
        let drawn = |range: Range<usize>| neutral(&source.shown(range));
        let start = first.line.start;
        let annotations = self.marks.iter().map(|mark| {
            let Range { start: from, end: to } = mark.underlined.clone();
            mark.kind.span(drawn(start..from).len()..drawn(start..to).len()).label(mark.label.map(neutral))
        });
        let text = drawn(start..last.line.end);
        let line = number(first.position.line);
        group.element(Snippet::source(text).path(path).line_start(line).annotations(annotations))
    }
}

/// The offsets between which the line of a byte lies, its line break left out.
fn line_around(source: &Source, offset: usize) -> Range<usize> {
    let line = source.position(u32::try_from(offset).unwrap_or(u32::MAX)).line;
    let Range { start, end } = source.line(line).unwrap_or_default();
    let (start, end) = (number(start), number(end));
    let carriage_return = source.text().get(start..end).is_some_and(|line| line.ends_with('\r'));
    start..end - usize::from(carriage_return)
}

/// A text without what a terminal could take for a command and annotate-snippets lets through.
fn neutral(text: &str) -> String {
    let is_command = |character: char| matches!(character, '\u{80}'..='\u{9f}');
    text.chars().map(|character| if is_command(character) { char::REPLACEMENT_CHARACTER } else { character }).collect()
}

/// An offset or a line as annotate-snippets counts.
fn number(number: u32) -> usize {
    usize::try_from(number).expect("offsets fit in memory")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::Index;

    use super::*;
    use crate::diag::Code;
    use crate::diag::testing::Case;

    const COMPOSE: &str = "services:\n  web:\n    imagee: base:1\n  db:\n    image: postgres\n";

    impl Case {
        fn error(&mut self, span: Span) -> &mut Diagnostic {
            self.diags.error(Code::UnknownKey, span, "unknown key `imagee`")
        }

        #[track_caller]
        fn check(&self, expected: &[&str]) {
            let renderer = Renderer::default();
            let drawn: String = self.diags.iter().map(|finding| renderer.render(finding, &self.sources)).collect();
            assert_eq!(drawn, format!("{}\n", expected.join("\n")), "\n{drawn}");
        }
    }

    /// Draws one finding about a range of a file; its title is left out.
    #[track_caller]
    fn check(text: &str, range: Range<usize>, expected: &[&str]) {
        let mut case = Case::new(&[text]);
        case.error(case.span(0, range));
        case.check(&[&["error[unknown-key]: unknown key `imagee`"], expected].concat());
    }

    #[test]
    fn a_finding_shows_its_line_its_path_and_what_to_do() {
        let mut case = Case::new(&[COMPOSE]);
        let finding = case.error(case.find(0, "imagee"));
        finding.hint("did you mean `image`?").hint("or `x-imagee`?").path = Some("services.web.imagee".into());
        case.check(&[
            "error[unknown-key]: unknown key `imagee`",
            " --> compose.yml:3:5",
            "  |",
            "3 |     imagee: base:1",
            "  |     ^^^^^^",
            "  |",
            "  = note: at services.web.imagee",
            "  = help: did you mean `image`?",
            "  = help: or `x-imagee`?",
        ]);
    }

    #[test]
    fn a_finding_without_a_place_is_its_title() {
        let mut case = Case::new(&[COMPOSE]);
        case.diags.push(Severity::Warning, Code::MissingOption, None, "no region").hint("pass `--region`");
        case.diags.push(Severity::Note, Code::Defaulted, None, "the cluster is `default`");
        case.check(&[
            "warning[missing-option]: no region",
            " |",
            " = help: pass `--region`",
            "note[defaulted]: the cluster is `default`",
        ]);
    }

    #[test]
    fn labels_nearby_are_drawn_together() {
        let mut case = Case::new(&[COMPOSE]);
        let (first, second) = (case.find(0, "web"), case.find(0, "db"));
        case.error(second).label(first, "first here");
        case.check(&[
            "error[unknown-key]: unknown key `imagee`",
            " --> compose.yml:4:3",
            "  |",
            "2 |   web:",
            "  |   --- first here",
            "3 |     imagee: base:1",
            "4 |   db:",
            "  |   ^^",
        ]);
    }

    #[test]
    fn labels_far_away_are_drawn_apart() {
        let text = format!("web: 1\n{}web: 2\n", "#\n".repeat(1000));
        let mut case = Case::new(&[&text]);
        let (first, second) = (case.span(0, 0..3), case.span(0, text.len() - 7..text.len() - 4));
        case.error(second).label(first, "first here");
        case.check(&[
            "error[unknown-key]: unknown key `imagee`",
            "    --> compose.yml:1002:1",
            "     |",
            "1002 | web: 2",
            "     | ^^^",
            "     |",
            "    ::: compose.yml:1:1",
            "     |",
            "   1 | web: 1",
            "     | --- first here",
        ]);
    }

    #[test]
    fn labels_in_other_files_follow() {
        let mut case = Case::new(&[COMPOSE, "a: 1\nb: &x 2\n"]);
        let (place, label) = (case.find(0, "imagee"), case.find(1, "&x"));
        case.error(place).label(label, "from here");
        case.check(&[
            "error[unknown-key]: unknown key `imagee`",
            " --> compose.yml:3:5",
            "  |",
            "3 |     imagee: base:1",
            "  |     ^^^^^^",
            "  |",
            " ::: other.yml:2:4",
            "  |",
            "2 | b: &x 2",
            "  |    -- from here",
        ]);
    }

    #[test]
    fn of_several_lines_the_first_is_underlined() {
        check(COMPOSE, 12..40, &[" --> compose.yml:2:3", "  |", "2 |   web:", "  |   ^^^^"]);
    }

    #[test]
    fn an_empty_range_is_a_caret() {
        check(COMPOSE, 12..12, &[" --> compose.yml:2:3", "  |", "2 |   web:", "  |   ^"]);
        check("a: b", 4..4, &[" --> compose.yml:1:5", "  |", "1 | a: b", "  |     ^"]);
        check("a: b\n", 5..5, &[" --> compose.yml:2:1", "  |", "2 |", "  | ^"]);
        check("", 0..0, &[" --> compose.yml:1:1", "  |", "1 |", "  | ^"]);
    }

    #[test]
    fn windows_line_breaks_are_not_drawn() {
        check("a: 1\r\nb: 2\r\n", 0..12, &[" --> compose.yml:1:1", "  |", "1 | a: 1", "  | ^^^^"]);
    }

    #[test]
    fn tabs_and_wide_characters_keep_the_underline_in_place() {
        check("a:\t\"日本\" x", 3..11, &[" --> compose.yml:1:4", "  |", "1 | a:    \"日本\" x", "  |       ^^^^^^"]);
    }

    #[test]
    fn commands_to_the_terminal_are_not_passed_on() {
        check(
            "a: \u{1b}[31m\u{9b}31m\u{202e} x",
            3..8,
            &[" --> compose.yml:1:4", "  |", "1 | a: ␛[31m�31m� x", "  |    ^^^^^"],
        );
    }

    #[test]
    fn a_long_line_is_cut_around_its_mark() {
        let text = format!("{}: imagee, {}\n", "a".repeat(1000), "b".repeat(1000));
        check(
            &text,
            1002..1008,
            &[
                " --> compose.yml:1:1003",
                "  |",
                "1 | ...aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: imagee, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb...",
                "  |                                                                  ^^^^^^",
            ],
        );
    }

    #[test]
    fn a_very_long_line_is_named_only() {
        let text = format!("{}: imagee\n", "a".repeat(10_000));
        check(&text, 10_002..10_008, &["--> compose.yml:1:10003"]);
    }

    #[test]
    fn a_colour_is_an_escape_sequence() {
        let mut case = Case::new(&[COMPOSE]);
        case.error(case.find(0, "imagee"));
        let drawn = Renderer::new(Color::Always).render(case.diags.iter().next().unwrap(), &case.sources);
        assert!(drawn.contains("\u{1b}["), "{drawn}");
    }

    #[test]
    fn findings_that_say_the_same_are_drawn_once() {
        let mut case = Case::new(&["a\nb\nc\nd\ne\nf\n", "a\n"]);
        for name in ["a", "b", "c", "d", "e", "f"] {
            let span = case.find(0, name);
            let finding = case.diags.warn(Code::Lost, span, "gone");
            finding.hint("stay").path = Some(format!("x.{name}"));
        }
        let span = case.find(1, "a");
        case.diags.warn(Code::Lost, span, "gone").hint("stay");
        let groups = case.diags.grouped();
        let drawn: String = groups.iter().map(|group| Renderer::default().render_group(group, &case.sources)).collect();
        let expected = [
            "warning[lost]: gone",
            " --> compose.yml:1:1",
            "  |",
            "1 | a",
            "  | ^",
            "  |",
            "  = note: at x.a",
            "  = note: also at compose.yml:2:1, x.b",
            "  = note: also at compose.yml:3:1, x.c",
            "  = note: also at compose.yml:4:1, x.d",
            "  = note: and at 3 more places",
            "  = help: stay",
            "",
        ];
        assert_eq!(drawn, expected.join("\n"), "\n{drawn}");
    }

    #[test]
    fn findings_are_counted_by_severity() {
        let mut case = Case::new(&[COMPOSE]);
        assert_eq!(summary(&case.diags), None);
        let span = case.find(0, "web");
        case.error(span);
        assert_eq!(summary(&case.diags).as_deref(), Some("1 error"));
        case.error(span);
        case.diags.warn(Code::Lost, span, "gone");
        assert_eq!(summary(&case.diags).as_deref(), Some("2 errors, 1 warning"));
        let mut notes = Diagnostics::default();
        notes.note(Code::Inferred, span, "a").label(span, "b");
        assert_eq!(summary(&notes).as_deref(), Some("1 note"));
    }

    proptest! {
        #[test]
        fn no_range_of_any_text_is_too_much(
            text in "([a-z: é日\u{80}\u{1b}\u{202e}]|\r\n|\n|\r|\t|b{300}){0,40}",
            ranges in proptest::collection::vec((any::<Index>(), any::<Index>()), 1..4),
        ) {
            let mut case = Case::new(&[&text]);
            for (first, second) in ranges {
                let (first, second) = (first.index(text.len() + 1), second.index(text.len() + 1));
                let span = case.span(0, first.min(second)..first.max(second));
                case.error(span).label(span, "here\nand here\u{9b}");
            }
            let renderer = Renderer::default();
            for finding in &case.diags {
                let drawn = renderer.render(finding, &case.sources);
                prop_assert!(drawn.ends_with('\n'));
                let passed_on = drawn.contains(['\u{1b}', '\u{9b}', '\r']);
                prop_assert!(!passed_on);
            }
        }
    }
}
