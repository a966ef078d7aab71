//! Where things were written: files, byte ranges in them, and values that remember their range.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

/// Names one of the files in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A range of bytes in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The range as the standard library writes it, for slicing the file's text.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        let index = |offset: u32| usize::try_from(offset).expect("offsets fit in memory");
        index(self.start)..index(self.end)
    }

    /// Whether `other` lies within this range.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// The smallest range that holds both. Both are in one file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A value, and where it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Puts a value beside its place.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// The same place with a reference to the value.
    pub const fn as_ref(&self) -> Spanned<&T> {
        Spanned { value: &self.value, span: self.span }
    }

    /// The same place with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), span: self.span }
    }
}

/// The files that were read, in the order of their reading.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

/// One file that was read.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    text: Rc<str>,
    /// The offset at which each line starts.
    lines: Vec<u32>,
    /// How many characters stand before each stretch of a long text.
    stretches: OnceCell<Vec<u32>>,
    /// What is never shown: ranges that do not touch, each end by its start.
    concealed: BTreeMap<u32, u32>,
}

/// How many bytes of a line are counted for the place of one of them. A file may be one long line, with many findings.
const STRETCH: usize = 1 << 12;

/// A place as people count: lines and characters from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
}

impl Sources {
    /// Keeps a file's text under the name by which messages call it.
    ///
    /// A text of 4 GiB or more must be refused before this is called.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Rc<str>>) -> FileId {
        let text = text.into();
        let lines = line_starts(&text);
        let id = FileId(u32::try_from(self.files.len()).expect("nobody passes 4 billion files"));
        self.files.push(Source {
            name: name.into(),
            text,
            lines,
            stretches: OnceCell::new(),
            concealed: BTreeMap::new(),
        });
        id
    }

    /// Keeps a range from being shown: it holds a value that may be a secret.
    pub fn conceal(&mut self, span: Span) {
        let index = usize::try_from(span.file.0).expect("an index fits in memory");
        if let Some(source) = self.files.get_mut(index).filter(|_| span.start < span.end) {
            source.conceal(span.start, span.end);
        }
    }

    /// The file that was read first.
    #[must_use]
    pub fn first(&self) -> Option<&Source> {
        self.files.first()
    }

    /// The file that `id` names.
    #[must_use]
    pub fn get(&self, id: FileId) -> &Source {
        let index = usize::try_from(id.0).expect("an index fits in memory");
        self.files.get(index).expect("a file id comes from `add` of the same sources")
    }

    /// Where a range starts, as people count.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        self.get(span.file).position(span.start)
    }
}

impl Source {
    /// The name by which messages call the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &Rc<str> {
        &self.text
    }

    /// Where a byte lies, as people count.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let characters = self.characters_before(offset).saturating_sub(self.characters_before(start));
        Position { line: u32::try_from(line).unwrap_or(u32::MAX), column: characters.saturating_add(1) }
    }

    /// How many characters begin before a byte.
    fn characters_before(&self, offset: u32) -> u32 {
        let begins = |byte: &&u8| !matches!(byte, 0x80..=0xbf);
        let count = |bytes: &[u8]| u32::try_from(bytes.iter().filter(begins).count()).unwrap_or(u32::MAX);
        let bytes = self.text.as_bytes();
        let stretches = self.stretches.get_or_init(|| {
            let mut before = 0_u32;
            let stretch = |bytes: &[u8]| {
                let next = before.saturating_add(count(bytes));
                std::mem::replace(&mut before, next)
            };
            bytes.chunks(STRETCH).map(stretch).collect()
        });
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let stretch = (offset / STRETCH).min(stretches.len().saturating_sub(1));
        let counted = stretches.get(stretch).copied().unwrap_or_default();
        counted.saturating_add(bytes.get(stretch * STRETCH..offset).map_or(0, count))
    }

    /// A part of the text as it may be shown, from the start of a line on: what is concealed is as many `*`. Line breaks
    /// and indentation stay.
    #[must_use]
    pub fn shown(&self, range: Range<usize>) -> String {
        let offset = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let text = self.text.get(range.clone()).unwrap_or_default();
        let mut concealed = self.concealed_in(offset(range.start), offset(range.end)).peekable();
        let mut indents = true;
        let show = |(index, character): (usize, char)| {
            let position = offset(range.start + index);
            while concealed.next_if(|(_, end)| *end <= position).is_some() {}
            indents = matches!(character, '\n' | '\r') || indents && character.is_whitespace();
            let hidden = !indents && concealed.peek().is_some_and(|(start, _)| *start <= position);
            if hidden { '*' } else { character }
        };
        text.char_indices().map(show).collect()
    }

    /// The concealed ranges that a range meets, in their order.
    fn concealed_in(&self, start: u32, end: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let before = self.concealed.range(..start).next_back().filter(move |(_, last)| **last > start);
        before.into_iter().chain(self.concealed.range(start..end.max(start))).map(|(start, end)| (*start, *end))
    }

    /// Adds a range to those that are concealed, as one with those that it touches.
    fn conceal(&mut self, mut start: u32, mut end: u32) {
        while let Some((first, last)) = self.concealed.range(..=end).next_back().map(|(first, last)| (*first, *last))
            && last >= start
        {
            self.concealed.remove(&first);
            (start, end) = (start.min(first), end.max(last));
        }
        self.concealed.insert(start, end);
    }

    /// The offsets between which line `line` lies, its line break left out. Lines count from 1.
    #[must_use]
    pub fn line(&self, line: u32) -> Option<Range<u32>> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        let start = *self.lines.get(index)?;
        let end =
            self.lines.get(index + 1).copied().unwrap_or_else(|| u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        let line = self.text.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)?;
        let breaks = line.len() - line.trim_end_matches(['\n', '\r']).len();
        Some(start..end.saturating_sub(u32::try_from(breaks).ok()?))
    }
}

/// Where lines start: at 0, and behind each `\n`, `\r\n` or lone `\r`.
fn line_starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    for (byte, next) in bytes.iter().zip(1_u32..) {
        // Nearly all bytes are beyond the controls, so that one comparison is enough for them.
        if *byte <= b'\r' && (*byte == b'\n' || *byte == b'\r' && !is_line_feed(bytes, next)) {
            starts.push(next);
        }
    }
    starts
}

/// Whether the byte at an offset is a line feed, to which a carriage return before it belongs.
fn is_line_feed(bytes: &[u8], offset: u32) -> bool {
    usize::try_from(offset).is_ok_and(|offset| bytes.get(offset) == Some(&b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of a text, each with the place of its last character.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut sources = Sources::default();
        let file = sources.add("compose.yml", text);
        let source = sources.get(file);
        let lines: Vec<Range<u32>> = (1..).map_while(|line| source.line(line)).collect();
        let shown: Vec<&str> = lines
            .iter()
            .map(|line| text.get(Span { file, start: line.start, end: line.end }.range()).unwrap())
            .collect();
        assert_eq!(shown, expected);
        for (line, number) in lines.iter().zip(1..) {
            assert_eq!(source.position(line.start), Position { line: number, column: 1 });
            assert_eq!(source.position(line.end).line, number);
        }
    }

    #[test]
    fn lines_end_in_any_of_three_ways() {
        check("", &[""]);
        check("a", &["a"]);
        check("a\n", &["a", ""]);
        check("a\r\nb\rc\nd", &["a", "b", "c", "d"]);
        check("\r\r\n\n", &["", "", "", ""]);
    }

    #[test]
    fn columns_count_characters() {
        let mut sources = Sources::default();
        let file = sources.add("compose.yml", "é: ü\n");
        assert_eq!(sources.position(Span { file, start: 4, end: 6 }), Position { line: 1, column: 4 });
    }

    #[test]
    fn columns_go_on_behind_a_stretch() {
        let text = "é".repeat(STRETCH) + "\nü";
        let mut sources = Sources::default();
        let file = sources.add("compose.yml", text.as_str());
        for (start, line, column) in [(4094, 1, 2048), (4096, 1, 2049), (8190, 1, 4096), (8192, 1, 4097), (8193, 2, 1)]
        {
            assert_eq!(sources.position(Span { file, start, end: start }), Position { line, column }, "{start}");
        }
        assert_eq!(sources.position(Span { file, start: 8195, end: 8195 }), Position { line: 2, column: 2 });
    }

    /// Shows a text of which ranges are concealed.
    #[track_caller]
    fn check_shown(text: &str, concealed: &[(u32, u32)], expected: &str) {
        let mut sources = Sources::default();
        let file = sources.add("compose.yml", text);
        for &(start, end) in concealed {
            sources.conceal(Span { file, start, end });
        }
        assert_eq!(sources.get(file).shown(0..text.len()), expected, "{concealed:?}");
    }

    #[test]
    fn what_is_concealed_is_stars() {
        check_shown("a: secret # b", &[(3, 9)], "a: ****** # b");
        check_shown("a: secret # b", &[(6, 9), (3, 6)], "a: ****** # b");
        check_shown("a: secret # b", &[(3, 5), (7, 9), (4, 8)], "a: ****** # b");
        check_shown("a: secret # b", &[(0, 13), (3, 9)], "*************");
        check_shown("a: b", &[(3, 3)], "a: b");
        check_shown("a: 日本 b", &[(3, 9)], "a: ** b");
        check_shown("a: |\n  b c\r\n\n  d\ne: f", &[(3, 16)], "a: *\n  ***\r\n\n  *\ne: f");
    }
}
