//! Reads YAML text into a tree.

use std::borrow::Cow;
use std::mem;
use std::ops::Range;
use std::rc::Rc;

use indexmap::{IndexMap, IndexSet};

use super::bounds::{Allowance, DEPTH};
use super::dialect;
use super::events::{Event, Events, Fault, FaultKind, Properties, Quotes, Start, Tag as Written};
use super::pairs::{Key, Pairs};
use super::resolve::{self, Value};
use super::rewrite::{Rewritten, rewritten, with_line_breaks};
use super::tabs::Surroundings;
use super::tagged::tagged;
use super::{Form, Kind, Node, Scalar, Tag};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{FileId, Span};

mod checks;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;

/// What a file says.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// Its documents. A file without a document, empty or of comments only, has none; an empty document is a null
    /// scalar.
    pub(crate) documents: Vec<Rc<Node>>,
    /// Whether that is all, without a mistake. Where it is not, what was reported is missing in the documents.
    pub(crate) is_sound: bool,
}

impl Parsed {
    /// The documents, unless there is a mistake in the file.
    #[cfg(test)]
    pub(crate) fn sound(self) -> Option<Vec<Rc<Node>>> {
        self.is_sound.then_some(self.documents)
    }
}

/// Reads all documents of a file.
pub(crate) fn parse(file: FileId, text: &str, diags: &mut Diagnostics) -> Parsed {
    let with_line_breaks = with_line_breaks(text);
    let as_written: Vec<&Rewritten> = with_line_breaks.iter().collect();
    let (mut documents, mut found) = read(file, text, &as_written);
    if found.iter().any(is_fault)
        && let Some(rewritten) = rewritten(with_line_breaks.as_ref().map_or(text, |rewritten| &rewritten.text))
    {
        let steps: Vec<&Rewritten> = with_line_breaks.iter().chain([&rewritten]).collect();
        let (again, found_again) = read(file, text, &steps);
        if !found_again.iter().any(is_fault) {
            (documents, found) = (again, found_again);
        }
    }
    let is_sound = !found.has_errors();
    diags.extend(found);
    Parsed { documents, is_sound }
}

/// Whether a finding says that a text is not YAML.
fn is_fault(finding: &Diagnostic) -> bool {
    finding.code == Code::Syntax
}

/// Reads the documents of a file as it is, or as it was rewritten step by step. A mistake ends the reading only where
/// nothing can be made of what follows.
fn read(file: FileId, text: &str, steps: &[&Rewritten]) -> (Vec<Rc<Node>>, Diagnostics) {
    let mut found = Diagnostics::default();
    let mut builder = Builder::new(file, text, &mut found);
    let _ended_early = builder.run(steps);
    let documents = mem::take(&mut builder.documents);
    (documents, found)
}

/// Makes a tree of events.
struct Builder<'t, 'd> {
    file: FileId,
    text: &'t str,
    diags: &'d mut Diagnostics,
    documents: Vec<Rc<Node>>,
    /// The lists and mappings that are open, from the outermost to the innermost.
    open: Vec<Collection>,
    /// What has a name. Names live on in later documents of the file, as with go-yaml.
    anchors: IndexMap<Cow<'t, str>, Anchor>,
    /// The keys that were seen, so that equal keys share their text.
    keys: IndexSet<Rc<str>>,
    allowance: Allowance,
    /// Where tabs may stand, if there are any.
    tabs: Option<Surroundings>,
}

/// What a name stands for.
#[derive(Clone)]
enum Anchor {
    /// The list or mapping that starts here and is still open.
    Open(Span),
    /// A whole node.
    Whole(Measured),
}

/// A node, and how much it is once its aliases are followed.
#[derive(Clone)]
struct Measured {
    node: Rc<Node>,
    nodes: usize,
    height: usize,
}

/// A list or mapping that is open.
struct Collection {
    content: Content,
    tag: Option<Tag>,
    anchor: Option<usize>,
    span: Span,
    /// Whether it, or one around it, stands in brackets.
    in_brackets: bool,
    nodes: usize,
    height: usize,
}

/// What a list or mapping holds so far.
enum Content {
    Sequence(Vec<Rc<Node>>),
    Mapping(Pairs),
}

/// `None` of a method means that reading cannot go on, for a reason that was reported.
impl<'t, 'd> Builder<'t, 'd> {
    /// A builder that has read nothing.
    fn new(file: FileId, text: &'t str, diags: &'d mut Diagnostics) -> Self {
        Self {
            file,
            text,
            diags,
            documents: Vec::new(),
            open: Vec::new(),
            anchors: IndexMap::new(),
            keys: IndexSet::new(),
            allowance: Allowance::new(text.len()),
            tabs: text.contains('\t').then(Surroundings::default),
        }
    }

    /// Reads all events.
    fn run(&mut self, steps: &[&'t Rewritten]) -> Option<()> {
        let original = |place| steps.iter().rev().fold(place, |place, rewritten| rewritten.original(place));
        let mut events = Events::new(steps.last().map_or(self.text, |rewritten| &rewritten.text));
        while let Some(next) = events.next() {
            match next {
                Ok((event, range)) => self.event(event, original(range.start)..original(range.end))?,
                Err(fault) => return self.fault(&Fault { offset: original(fault.offset), ..fault }),
            }
        }
        self.check_tabs();
        Some(())
    }

    /// Takes in one event.
    fn event(&mut self, event: Event<'t>, range: Range<usize>) -> Option<()> {
        let span = self.span(range);
        match event {
            Event::Document(start) => self.document(start, span),
            Event::Scalar(text, quotes, properties) => self.scalar(text, quotes, properties, span),
            Event::Sequence(properties) => self.start(Content::Sequence(Vec::new()), properties, span)?,
            Event::Mapping(properties) => self.start(Content::Mapping(Pairs::default()), properties, span)?,
            Event::End => self.end(span)?,
            Event::Alias(name) => self.alias(&name, span)?,
        }
        Some(())
    }

    /// Starts a document.
    fn document(&mut self, start: Start, span: Span) {
        if start != Start::Implicit {
            self.check_directives(span);
        }
        let (message, hint) = match start {
            Start::Explicit => return,
            Start::Implicit if self.documents.is_empty() => return,
            Start::Implicit => ("text behind the end of the document", "start another document with `---`"),
            Start::OtherVersion => ("only `%YAML 1.1` is understood", "remove the line with `%YAML`"),
        };
        let span = self.span(token_at(self.text, span.range().start));
        self.diags.error(Code::Syntax, span, message).hint(hint);
    }

    /// Puts a scalar in its place, as a key or as a value.
    fn scalar(&mut self, text: Cow<'t, str>, quotes: Quotes, properties: Properties<'t>, span: Span) {
        let Properties { tag, anchor } = properties;
        self.check_anchor(anchor.as_deref(), span);
        let span = self.visible(span);
        self.check_scalar(&text, quotes, span);
        let merge = &*text == "<<" && matches!(tag, None | Some(Written::NonSpecific | Written::Merge));
        let (text, form) = tagged(text, quotes, tag).unwrap_or_else(|message| {
            self.diags.error(Code::WrongType, span, message);
            (Cow::Borrowed(""), Form::Quoted)
        });
        let tag = tag.and_then(meaning);
        let node = |text: Cow<'_, str>| Node { span, tag, kind: Kind::Scalar(Scalar { text: text.into(), form }) };
        if self.awaits_key() {
            if let Some(name) = anchor {
                self.anchors.insert(name, Anchor::Whole(Measured::scalar(node(text.clone()))));
            }
            let key = if merge && quotes == Quotes::Absent { Key::Merge(span) } else { self.key(&text, form, span) };
            self.expect_value(key);
            return;
        }
        let measured = Measured::scalar(node(text));
        if let Some(name) = anchor {
            self.anchors.insert(name, Anchor::Whole(measured.clone()));
        }
        self.place(measured, span);
    }

    /// The key of a scalar, unless that is anything but a string.
    fn key(&mut self, text: &str, form: Form, span: Span) -> Key {
        if form == Form::Plain && !matches!(resolve::plain(text), Value::String(_)) {
            let message = format!("non-string key `{}`", self.text.get(span.range()).unwrap_or_default());
            self.diags.error(Code::WrongType, span, message).hint("put the key in quotes");
            return Key::Refused(span);
        }
        if form == Form::Plain && self.has_colon(span) {
            return Key::Text(self.shared(&format!("{text}:")), Span { end: span.end + 1, ..span });
        }
        Key::Text(self.shared(text), span)
    }

    /// Whether the colon behind a plain key belongs to it: in `{A:, B: 1}` it does, as no space follows.
    fn has_colon(&self, span: Span) -> bool {
        let rest = self.text.get(span.range().end..).and_then(|rest| rest.strip_prefix(':'));
        rest.is_some_and(|rest| rest.starts_with([',', '}', ']']))
    }

    /// The one text that all equal keys share.
    fn shared(&mut self, key: &str) -> Rc<str> {
        if let Some(key) = self.keys.get(key) {
            return Rc::clone(key);
        }
        let key: Rc<str> = key.into();
        self.keys.insert(Rc::clone(&key));
        key
    }

    /// Remembers the key for which the next node is the value.
    fn expect_value(&mut self, key: Key) {
        if let Some(Collection { content: Content::Mapping(pairs), .. }) = self.open.last_mut() {
            pairs.expect_value(key, self.diags);
        }
    }

    /// Opens a list or a mapping.
    fn start(&mut self, content: Content, properties: Properties<'t>, span: Span) -> Option<()> {
        if self.open.len() >= DEPTH {
            return self.too_deep(span);
        }
        let Properties { tag, anchor } = properties;
        self.check_anchor(anchor.as_deref(), span);
        let anchor = anchor.map(|name| self.anchors.insert_full(name, Anchor::Open(span)).0);
        let in_brackets = self.in_brackets() || self.opens_bracket(span);
        let tag = tag.and_then(meaning);
        self.open.push(Collection { content, tag, anchor, span, in_brackets, nodes: 1, height: 0 });
        Some(())
    }

    /// Closes the innermost collection, and puts it in its place.
    fn end(&mut self, end: Span) -> Option<()> {
        let Collection { content, tag, anchor, span, in_brackets, nodes, height } = self.open.pop()?;
        // Only brackets have an end of their own. A block ends with what it holds.
        let span = if end.start < end.end { span.to(end) } else { span };
        if let Some(tabs) = &mut self.tabs
            && in_brackets
            && !self.open.last().is_some_and(|collection| collection.in_brackets)
        {
            tabs.brackets(span.range());
        }
        let kind = match content {
            Content::Sequence(items) => Kind::Sequence(items),
            Content::Mapping(pairs) => match self.lone_text(&pairs, span) {
                Some(text) => Kind::Scalar(Scalar { text, form: Form::Quoted }),
                None => Kind::Mapping(pairs.into_mapping(&mut self.allowance, self.diags)?),
            },
        };
        let measured = Measured { node: Rc::new(Node { span, tag, kind }), nodes, height: height + 1 };
        if let Some((_, place)) = anchor.and_then(|index| self.anchors.get_index_mut(index)) {
            *place = Anchor::Whole(measured.clone());
        }
        self.place(measured, span);
        Some(())
    }

    /// The text of what only looks like a mapping: `[A:, b]` is a list of two strings.
    fn lone_text(&self, pairs: &Pairs, span: Span) -> Option<Box<str>> {
        let key = pairs.lone_key()?;
        (self.text.get(span.range()) == Some(key) && key.ends_with(':') && self.within_brackets()).then(|| key.into())
    }

    /// Whether the innermost collection is a list in brackets.
    fn within_brackets(&self) -> bool {
        let Some(Collection { content: Content::Sequence(_), span, .. }) = self.open.last() else { return false };
        self.text.get(span.range().start..).is_some_and(|text| text.starts_with('['))
    }

    /// Puts what an alias names in its place.
    fn alias(&mut self, name: &str, span: Span) -> Option<()> {
        let Some(measured) = self.named(name, span) else {
            self.leave_out(span);
            return Some(());
        };
        self.allowance.share(measured.nodes, span, self.diags)?;
        if self.open.len() + measured.height > DEPTH {
            return self.too_deep(span);
        }
        match measured.node.as_scalar() {
            Some(scalar) if self.awaits_key() => {
                let key = self.key(&scalar.text, scalar.form, span);
                self.expect_value(key);
            }
            Some(_) | None => self.place(measured, span),
        }
        Some(())
    }

    /// What has a name.
    fn named(&mut self, name: &str, span: Span) -> Option<Measured> {
        match self.anchors.get(name).cloned() {
            Some(Anchor::Whole(measured)) => Some(measured),
            Some(Anchor::Open(start)) => {
                let message = "cycle detected: the alias stands within what it names";
                let start = self.first_line(start);
                self.diags.error(Code::Cycle, span, message).label(start, "this is what it names");
                None
            }
            None => {
                // The name is not told: it may be a secret that starts with `*` and should have been in quotes.
                let finding = self.diags.error(Code::UndefinedName, span, "unknown anchor");
                finding.hint("an anchor is written before its first use; a text that starts with `*`, in quotes");
                None
            }
        }
    }

    /// Puts a node where it belongs: in the innermost list or mapping, or at the top of a document.
    fn place(&mut self, measured: Measured, span: Span) {
        if self.awaits_key() {
            let message = "non-string key: a list or a mapping cannot be a key";
            self.diags.error(Code::WrongType, self.first_line(span), message);
            self.expect_value(Key::Refused(span));
            return;
        }
        let Measured { node, nodes, height } = measured;
        let Some(collection) = self.open.last_mut() else {
            self.documents.push(node);
            return;
        };
        collection.nodes = collection.nodes.saturating_add(nodes);
        collection.height = collection.height.max(height);
        collection.span = collection.span.to(span);
        match &mut collection.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping(pairs) => pairs.push(Some(node)),
        }
    }

    /// Goes on behind an alias that cannot be followed.
    fn leave_out(&mut self, span: Span) {
        match self.open.last_mut() {
            Some(Collection { content: Content::Mapping(pairs), .. }) if pairs.key().is_none() => {
                pairs.expect_value(Key::Refused(span), self.diags);
            }
            Some(Collection { content: Content::Mapping(pairs), .. }) => pairs.push(None),
            Some(Collection { content: Content::Sequence(_), .. }) | None => {}
        }
    }

    /// Reports that collections are nested beyond what is read.
    fn too_deep(&mut self, span: Span) -> Option<()> {
        let span = self.first_line(span);
        self.diags.error(Code::Limit, span, format!("nested too deeply: more than {DEPTH} levels"));
        None
    }

    /// Reports what is no YAML.
    fn fault(&mut self, fault: &Fault) -> Option<()> {
        let Fault { offset, kind, hint } = fault;
        let (span, message) = match kind {
            FaultKind::Nesting => return self.too_deep(self.span(token_at(self.text, *offset))),
            FaultKind::Syntax(message) => (self.span(token_at(self.text, *offset)), message.as_str()),
            FaultKind::Tab => (self.span(*offset..*offset + 1), checks::MISPLACED_TAB),
        };
        let bracket = self.open_bracket().filter(|bracket| !span.contains(*bracket));
        let finding = self.diags.error(Code::Syntax, span, message);
        if let Some(bracket) = bracket {
            finding.label(bracket, "this bracket is still open");
        }
        if let Some(hint) = hint {
            finding.hint(*hint);
        }
        None
    }

    /// The bracket with which the innermost collection starts, if it does.
    fn open_bracket(&self) -> Option<Span> {
        let span = self.open.last()?.span;
        let bracket = Span { end: span.start + 1, ..span };
        matches!(self.text.get(bracket.range()), Some("[" | "{")).then_some(bracket)
    }

    /// Whether the innermost collection is a mapping in which a key comes next.
    fn awaits_key(&self) -> bool {
        match self.open.last() {
            Some(Collection { content: Content::Mapping(pairs), .. }) => pairs.key().is_none(),
            Some(Collection { content: Content::Sequence(_), .. }) | None => false,
        }
    }

    /// The place of something that is written, or else that of what it belongs to: its key, or the dashes before it.
    fn visible(&self, span: Span) -> Span {
        if span.start < span.end {
            return span;
        }
        if let Some(Collection { content: Content::Mapping(pairs), .. }) = self.open.last()
            && let Some(key) = pairs.key()
        {
            return key.span();
        }
        let before = self.text.get(..span.range().start).unwrap_or_default().trim_end_matches([' ', '\t']);
        let dashes = before.trim_end_matches('-').len()..before.len();
        if dashes.is_empty() { span } else { self.span(dashes) }
    }

    /// The part of a place that lies on its first line, or the rest of that line where nothing is written.
    fn first_line(&self, span: Span) -> Span {
        let Range { start, end } = span.range();
        let rest = self.text.get(start..).unwrap_or_default();
        let line = start + rest.find(['\n', '\r']).unwrap_or(rest.len());
        self.span(start..if start < end { line.min(end) } else { line })
    }

    /// A range of the file.
    fn span(&self, range: Range<usize>) -> Span {
        let offset = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        Span { file: self.file, start: offset(range.start), end: offset(range.end) }
    }
}

impl Measured {
    /// A scalar, which is one node.
    fn scalar(node: Node) -> Self {
        Self { node: Rc::new(node), nodes: 1, height: 0 }
    }
}

/// The tag's meaning for the merging of files.
fn meaning(tag: Written) -> Option<Tag> {
    match tag {
        Written::Reset => Some(Tag::Reset),
        Written::Override => Some(Tag::Override),
        Written::Str
        | Written::Int
        | Written::Float
        | Written::Bool
        | Written::Null
        | Written::Binary
        | Written::Timestamp
        | Written::Merge
        | Written::NonSpecific
        | Written::Other => None,
    }
}

/// The word at a place in a text, or else the one before it.
fn token_at(text: &str, offset: usize) -> Range<usize> {
    let offset = (0..=offset.min(text.len())).rev().find(|offset| text.is_char_boundary(*offset)).unwrap_or_default();
    let (before, rest) = text.split_at_checked(offset).unwrap_or_default();
    let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
    if length > 0 {
        return offset..offset + length;
    }
    let before = before.trim_end();
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    before.len() - word.len()..before.len()
}
