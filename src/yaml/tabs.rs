//! Tabs, which Docker Compose refuses at the start of a line wherever they could be taken for indentation.

use std::ops::Range;

use super::events::Quotes;

/// What a tab may stand in: found while a text that has tabs is read.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    /// The scalars, each with the column from which on its further lines may start; nothing says that any may be.
    scalars: Vec<(Range<usize>, Option<usize>)>,
    /// What stands in brackets.
    brackets: Vec<Range<usize>>,
}

impl Surroundings {
    /// Adds a scalar, in the order of the text. `block` is where the collection starts that it belongs to; in quotes, it
    /// does not matter.
    pub(super) fn scalar(&mut self, text: &str, range: Range<usize>, quotes: Quotes, block: Option<usize>) {
        let margin = (quotes != Quotes::Present).then(|| block.map_or(0, |start| column(text, start) + 1));
        self.scalars.push((range, margin));
    }

    /// Adds what stands in brackets, in the order of the text.
    pub(super) fn brackets(&mut self, range: Range<usize>) {
        self.brackets.push(range);
    }

    /// The place of the first tab that stands where only spaces may.
    pub(super) fn misplaced(&self, text: &str) -> Option<usize> {
        let mut start = 0;
        text.split_inclusive(['\n', '\r']).find_map(|line| {
            let place = leading_tab(line).map(|offset| start + offset);
            start += line.len();
            place.filter(|place| !self.allow(text, *place))
        })
    }

    /// Whether a tab may stand at a place to which only blanks and dashes lead.
    fn allow(&self, text: &str, place: usize) -> bool {
        let before = self.brackets.partition_point(|range| range.start < place);
        if before.checked_sub(1).and_then(|index| self.brackets.get(index)).is_some_and(|range| place < range.end) {
            return true;
        }
        let before = self.scalars.partition_point(|(range, _)| range.start < place);
        let Some((range, margin)) = before.checked_sub(1).and_then(|index| self.scalars.get(index)) else {
            return false;
        };
        let is_within = place < range.end;
        let is_behind = || text.get(range.end..place).is_some_and(|gap| gap.trim().is_empty());
        margin.map_or(is_within, |margin| (is_within || is_behind()) && column(text, place) >= margin)
    }
}

/// Where the first tab of a line stands, if nothing but blanks and the signs of lists and keys lead to it.
fn leading_tab(line: &str) -> Option<usize> {
    let offset = line.find('\t')?;
    let mut before = line.get(..offset)?.trim_start_matches(' ');
    while let Some(behind) =
        before.strip_prefix(['-', '?', ':']).filter(|rest| rest.is_empty() || rest.starts_with(' '))
    {
        before = behind.trim_start_matches(' ');
    }
    before.is_empty().then_some(offset)
}

/// The column of a place, from 0.
fn column(text: &str, place: usize) -> usize {
    let before = text.get(..place).unwrap_or_default();
    before.rfind(['\n', '\r']).map_or(before, |end| before.get(end + 1..).unwrap_or_default()).chars().count()
}
