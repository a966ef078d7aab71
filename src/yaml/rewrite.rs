//! Writes a text anew so that a reader of YAML 1.2 reads in it what Docker Compose reads.
//!
//! Docker Compose takes some things that YAML 1.2 does not: `\'` in double quotes, quoted text that goes on at the left
//! margin, tabs before what stands in brackets, `#` right behind a quote, `[-]`. A text is read as it is first; only
//! one that is refused comes here. What is not understood stays, so that it is refused again.

/// A text that was written anew.
#[derive(Debug)]
pub(super) struct Rewritten {
    /// What to read.
    pub(super) text: String,
    /// Where the text goes on as it was: there, and in the text that it was made of.
    joints: Vec<(usize, usize)>,
}

impl Rewritten {
    /// The place in the original text of a place in the new one.
    pub(super) fn original(&self, place: usize) -> usize {
        let after = self.joints.partition_point(|(new, _)| *new <= place);
        let before = after.checked_sub(1).and_then(|index| self.joints.get(index));
        let place = before.map_or(place, |(new, original)| original + (place - new));
        self.joints.get(after).map_or(place, |(_, original)| place.min(*original))
    }
}

/// The text with U+0085 as a line break, which it is to Docker Compose; none if it holds none.
pub(super) fn with_line_breaks(text: &str) -> Option<Rewritten> {
    let mut rewriter = Rewriter::new(text);
    for (start, sign) in text.match_indices('\u{85}') {
        rewriter.replace(start, start + sign.len(), "\n");
    }
    rewriter.finish()
}

/// The text without what only Docker Compose takes; none if there is nothing of that.
pub(super) fn rewritten(text: &str) -> Option<Rewritten> {
    let mut rewriter = Rewriter::new(text);
    rewriter.run()?;
    rewriter.finish()
}

/// Up to which column a line is looked at for what further lines belong to.
const WIDTH: usize = 1_000;

/// Walks through a text, token by token.
struct Rewriter<'t> {
    text: &'t str,
    /// Where it is.
    position: usize,
    /// How many brackets are open.
    brackets: usize,
    /// The column from which on text belongs to what is being read.
    margin: usize,
    /// Where the line starts, as of the last token.
    line: usize,
    /// Up to where line breaks were looked for.
    seen: usize,
    /// Up to where the text was copied.
    copied: usize,
    result: Rewritten,
}

/// `None` of a method means that the text is not understood.
impl<'t> Rewriter<'t> {
    /// A rewriter at the start of a text.
    const fn new(text: &'t str) -> Self {
        let result = Rewritten { text: String::new(), joints: Vec::new() };
        Self { text, position: 0, brackets: 0, margin: 0, line: 0, seen: 0, copied: 0, result }
    }

    /// Puts other text in the place of a range.
    fn replace(&mut self, start: usize, end: usize, with: &str) {
        self.result.text.push_str(self.text.get(self.copied..start).unwrap_or_default());
        self.result.text.push_str(with);
        self.result.joints.push((self.result.text.len(), end));
        self.copied = end;
    }

    /// The whole text, if anything changed.
    fn finish(mut self) -> Option<Rewritten> {
        if self.result.joints.is_empty() {
            return None;
        }
        self.result.text.push_str(self.text.get(self.copied..).unwrap_or_default());
        Some(self.result)
    }

    /// Walks through the whole text.
    fn run(&mut self) -> Option<()> {
        while let Some(first) = self.rest().chars().next() {
            self.find_line();
            if self.brackets == 0 && self.line_before().len() <= WIDTH {
                self.margin = margin(self.line_before());
            }
            match first {
                ' ' | '\n' | '\r' | ':' => self.position += 1,
                '\t' => self.tab(),
                '#' => self.comment(),
                '\'' | '"' => self.quoted(first)?,
                '[' | '{' => {
                    self.brackets += 1;
                    self.position += 1;
                }
                ']' | '}' | ',' if self.brackets > 0 => {
                    self.brackets -= usize::from(first != ',');
                    self.position += 1;
                }
                '|' | '>' if self.brackets == 0 => self.block(),
                '-' if self.brackets > 0 && self.behind(1).starts_with([',', ']', '}']) => {
                    self.replace(self.position, self.position + 1, "'-'");
                    self.position += 1;
                }
                '-' | '?' if self.behind(1).starts_with(char::is_whitespace) => self.position += 1,
                '&' | '*' | '!' => {
                    let ends = |next: char| next.is_whitespace() || matches!(next, ',' | '[' | ']' | '{' | '}');
                    self.position += self.rest().find(ends).unwrap_or(self.rest().len()).max(1);
                }
                _ => self.plain()?,
            }
        }
        Some(())
    }

    /// The text from here on.
    fn rest(&self) -> &'t str {
        self.behind(0)
    }

    /// The text some bytes from here on.
    fn behind(&self, bytes: usize) -> &'t str {
        self.text.get(self.position + bytes..).unwrap_or_default()
    }

    /// Finds out where the line of this place starts.
    fn find_line(&mut self) {
        let passed = self.text.get(self.seen..self.position).unwrap_or_default();
        if let Some(end) = passed.rfind(['\n', '\r']) {
            self.line = self.seen + end + 1;
        }
        self.seen = self.position;
    }

    /// The part of the line that stands before this token.
    fn line_before(&self) -> &'t str {
        self.text.get(self.line..self.position).unwrap_or_default()
    }

    /// Goes to the end of the line.
    fn skip_line(&mut self) {
        self.position += self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
    }

    /// Goes to the next text that is not blank, and says at which column of its line it stands.
    fn skip_blank_lines(&mut self) -> usize {
        let mut column = 0;
        for byte in self.rest().bytes() {
            match byte {
                b'\n' | b'\r' => column = 0,
                b' ' => column += 1,
                _ => break,
            }
            self.position += 1;
        }
        column
    }

    /// A tab; before what stands in brackets, it is as good as a space.
    fn tab(&mut self) {
        if self.brackets > 0 && self.line_before().chars().all(is_blank) {
            self.replace(self.position, self.position + 1, " ");
        }
        self.position += 1;
    }

    /// A comment, which needs no space before it.
    fn comment(&mut self) {
        if self.line_before().ends_with(|before: char| !before.is_whitespace()) {
            self.replace(self.position, self.position, " ");
        }
        self.skip_line();
    }

    /// Text in quotes.
    fn quoted(&mut self, quote: char) -> Option<()> {
        let indentation = " ".repeat(self.margin + 1);
        self.position += 1;
        loop {
            self.position += self.rest().find([quote, '\\', '\n', '\r'])?;
            let next = self.behind(1).chars().next();
            match self.rest().chars().next()? {
                '\\' if quote == '"' => {
                    if next == Some('\'') {
                        self.replace(self.position, self.position + 1, "");
                    }
                    // The line break behind a backslash is looked at, for what the next line starts with.
                    let escaped = next.filter(|next| !matches!(next, '\n' | '\r'));
                    self.position += 1 + escaped.map_or(0, char::len_utf8);
                }
                '\\' => self.position += 1,
                '\n' | '\r' => self.continuation(&indentation)?,
                _ if quote == '\'' && next == Some(quote) => self.position += 2,
                _ => break,
            }
        }
        self.position += 1;
        Some(())
    }

    /// The start of a further line of quoted text, whose blanks mean nothing. What separates documents cannot stand
    /// there.
    fn continuation(&mut self, indentation: &str) -> Option<()> {
        self.position += 1;
        let marker = self.rest().strip_prefix("---").or_else(|| self.rest().strip_prefix("..."));
        if marker.is_some_and(|behind| behind.starts_with(char::is_whitespace)) {
            return None;
        }
        let blanks = self.rest().chars().take_while(|next| is_blank(*next)).count();
        let leading = self.rest().get(..blanks).unwrap_or_default();
        if leading.contains('\t') || blanks < indentation.len() && !self.behind(blanks).starts_with(['\n', '\r']) {
            self.replace(self.position, self.position + blanks, indentation);
        }
        self.position += blanks;
        Some(())
    }

    /// A block of text, which goes on as long as lines are indented.
    fn block(&mut self) {
        let start = self.position;
        self.skip_line();
        let header = self.text.get(start..self.position).unwrap_or_default();
        if let Some((before, _)) = header.split_once('#').filter(|(before, _)| !before.ends_with(is_blank)) {
            self.replace(start + before.len(), start + before.len(), " ");
        }
        while self.skip_blank_lines() >= self.margin && !self.rest().is_empty() {
            self.skip_line();
        }
    }

    /// Text without quotes, with its further lines.
    fn plain(&mut self) -> Option<()> {
        loop {
            self.plain_line();
            if !self.rest().starts_with(['\n', '\r']) {
                return Some(());
            }
            let column = self.skip_blank_lines();
            // Behind text without quotes, a tab cannot indent.
            if self.rest().starts_with('\t') && column < self.margin {
                return None;
            }
            if self.brackets > 0 || column < self.margin || self.rest().starts_with('#') || self.rest().is_empty() {
                return Some(());
            }
        }
    }

    /// The part of text without quotes that stands on one line.
    fn plain_line(&mut self) {
        let in_brackets = self.brackets > 0;
        let mut before = 'a';
        for (offset, sign) in self.rest().char_indices() {
            let behind = self.behind(offset + sign.len_utf8());
            let ends = match sign {
                '\n' | '\r' => true,
                ':' => {
                    behind.is_empty()
                        || behind.starts_with(char::is_whitespace)
                        || in_brackets && behind.starts_with([',', ']', '}'])
                }
                '#' => is_blank(before),
                ',' | '[' | ']' | '{' | '}' => in_brackets,
                _ => false,
            };
            if ends {
                self.position += offset;
                return;
            }
            before = sign;
        }
        self.position = self.text.len();
    }
}

/// The column from which on further lines belong to what starts behind a part of a line: one more than that of its key,
/// or else that of the dash before it.
fn margin(before: &str) -> usize {
    let mut rest = before.trim_start_matches(is_blank);
    let mut column = before.len() - rest.len();
    let mut margin = column;
    while let Some(behind) = rest.strip_prefix(['-', '?', ':']).filter(|behind| behind.starts_with(is_blank)) {
        margin = column + 1;
        rest = behind.trim_start_matches(is_blank);
        column = before.len() - rest.len();
    }
    if rest.contains(':') { column + 1 } else { margin }
}

/// Whether a character is a space or a tab.
const fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}
