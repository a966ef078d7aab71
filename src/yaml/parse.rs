//! Reads YAML text into a tree.

use std::borrow::Cow;
use std::mem;
use std::ops::Range;
use std::rc::Rc;

use indexmap::{IndexMap, IndexSet};

use super::events::{Event, Events, Fault, FaultKind, Properties, Quotes, Start, Tag as Written};
use super::resolve::Value;
use super::tagged::tagged;
use super::{Entry, Form, Kind, Mapping, Node, Scalar, Tag};
use crate::diag::{Code, Diagnostics};
use crate::source::{FileId, Span};

/// How deep lists and mappings may be nested, aliases counted. Whoever walks the tree may recurse that deep.
const DEPTH: usize = 512;

/// How many nodes aliases and merges may add, unless the text is longer than that. Docker Compose does not end on more.
const SHARED_NODES: usize = 500_000;

/// Up to how many keys are compared one by one.
const FEW: usize = 16;

/// Reads all documents of a file. `None` means that the reason was reported.
///
/// A file without a document, empty or of comments only, has none; an empty document is a null scalar.
pub fn parse(file: FileId, text: &str, diags: &mut Diagnostics) -> Option<Vec<Rc<Node>>> {
    let mut found = Diagnostics::default();
    let mut builder = Builder::new(file, text, &mut found);
    let whole = builder.run();
    let documents = mem::take(&mut builder.documents);
    let sound = whole.is_some() && !found.has_errors();
    diags.extend(found);
    sound.then_some(documents)
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
    /// How many nodes aliases and merges may still add.
    shared_nodes: usize,
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
    nodes: usize,
    height: usize,
}

/// What a list or mapping holds so far.
enum Content {
    Sequence(Vec<Rc<Node>>),
    Mapping(Pairs),
}

/// The pairs of a mapping so far.
#[derive(Default)]
struct Pairs {
    entries: Vec<Entry>,
    /// Where each key stands in `entries`, once there are more than a few.
    index: IndexMap<Rc<str>, usize>,
    /// `<<`, and what is merged in by it.
    merge: Option<(Span, Option<Rc<Node>>)>,
    /// The key whose value comes next.
    key: Option<Key>,
    /// Whether the last key took in the colon behind it.
    colon: bool,
}

/// A key whose value comes next.
#[derive(Clone)]
enum Key {
    /// A string.
    Text(Rc<str>, Span),
    /// `<<`.
    Merge(Span),
    /// One that was reported.
    Refused(Span),
}

impl Key {
    const fn span(&self) -> Span {
        match self {
            Self::Text(_, span) | Self::Merge(span) | Self::Refused(span) => *span,
        }
    }
}

impl<'t, 'd> Builder<'t, 'd> {
    fn new(file: FileId, text: &'t str, diags: &'d mut Diagnostics) -> Self {
        Self {
            file,
            text,
            diags,
            documents: Vec::new(),
            open: Vec::new(),
            anchors: IndexMap::new(),
            keys: IndexSet::new(),
            shared_nodes: SHARED_NODES.max(text.len()),
        }
    }

    /// Reads to the end. `None` means that it could not be reached.
    fn run(&mut self) -> Option<()> {
        let mut events = Events::new(self.text);
        while let Some(next) = events.next() {
            match next {
                Ok((event, range)) => self.event(event, range)?,
                Err(fault) => return self.fault(&fault),
            }
        }
        Some(())
    }

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

    fn document(&mut self, start: Start, span: Span) {
        match start {
            Start::Explicit => {}
            Start::Implicit if self.documents.is_empty() => {}
            Start::Implicit => {
                let message = "text behind the end of the document";
                let span = self.span(token_at(self.text, span.range().start));
                self.diags.error(Code::Syntax, span, message).hint("start another document with `---`");
            }
            Start::OtherVersion => {
                let message = "only `%YAML 1.1` is understood";
                self.diags.error(Code::Syntax, span, message).hint("remove the line with `%YAML`");
            }
        }
    }

    fn scalar(&mut self, text: Cow<'t, str>, quotes: Quotes, properties: Properties<'t>, span: Span) {
        let Properties { tag, anchor } = properties;
        let merge = &*text == "<<"
            && quotes == Quotes::Absent
            && matches!(tag, None | Some(Written::NonSpecific | Written::Merge));
        let span = self.visible(span);
        let scalar = tagged(text, quotes, tag).unwrap_or_else(|message| {
            self.diags.error(Code::WrongType, span, message);
            Scalar { text: "".into(), form: Form::Quoted }
        });
        if self.awaits_key() {
            self.key(scalar, anchor, merge, span);
            return;
        }
        let node = Rc::new(Node { span, tag: tag.and_then(meaning), kind: Kind::Scalar(scalar) });
        let measured = Measured { node, nodes: 1, height: 0 };
        if let Some(name) = anchor {
            self.anchors.insert(name, Anchor::Whole(measured.clone()));
        }
        self.place(measured, span);
    }

    fn key(&mut self, scalar: Scalar, anchor: Option<Cow<'t, str>>, merge: bool, span: Span) {
        let colon = scalar.form == Form::Plain && self.has_colon(span);
        let (scalar, span) = if colon {
            let text = format!("{}:", scalar.text).into();
            (Scalar { text, form: Form::Plain }, Span { end: span.end + 1, ..span })
        } else {
            (scalar, span)
        };
        let key = if merge && !colon { Key::Merge(span) } else { self.text_key(&scalar, span) };
        if let Some(name) = anchor {
            let node = Rc::new(Node::new(span, Kind::Scalar(scalar)));
            self.anchors.insert(name, Anchor::Whole(Measured { node, nodes: 1, height: 0 }));
        }
        self.expect_value(key);
        if let Some(Collection { content: Content::Mapping(pairs), .. }) = self.open.last_mut() {
            pairs.colon = colon;
        }
    }

    /// Whether the colon behind a plain key belongs to it: in `{A:, B: 1}` it does, as no space follows.
    fn has_colon(&self, span: Span) -> bool {
        let rest = self.text.get(span.range().end..).and_then(|rest| rest.strip_prefix(':'));
        rest.is_some_and(|rest| rest.starts_with([',', '}', ']']))
    }

    /// A key with a text, unless that is anything but a string.
    fn text_key(&mut self, scalar: &Scalar, span: Span) -> Key {
        let Value::String(text) = scalar.value() else {
            let shown = self.text.get(span.range()).unwrap_or_default();
            let message = format!("non-string key `{shown}`");
            self.diags.error(Code::WrongType, span, message).hint("put the key in quotes");
            return Key::Refused(span);
        };
        if let Some(key) = self.keys.get(text) {
            return Key::Text(Rc::clone(key), span);
        }
        let key: Rc<str> = text.into();
        self.keys.insert(Rc::clone(&key));
        Key::Text(key, span)
    }

    /// Keeps a key of the innermost mapping until its value comes, unless the mapping has it already.
    fn expect_value(&mut self, key: Key) {
        let Some(Collection { content: Content::Mapping(pairs), .. }) = self.open.last_mut() else { return };
        let earlier = match &key {
            Key::Text(text, _) => pairs.position(text).and_then(|index| Some(pairs.entries.get(index)?.key_span)),
            Key::Merge(_) => pairs.merge.as_ref().map(|(span, _)| *span),
            Key::Refused(_) => None,
        };
        let Some(earlier) = earlier else {
            pairs.key = Some(key);
            return;
        };
        pairs.key = Some(Key::Refused(key.span()));
        let text = match &key {
            Key::Text(text, _) => text,
            Key::Merge(_) | Key::Refused(_) => "<<",
        };
        let finding = self.diags.error(Code::DuplicateKey, key.span(), format!("duplicate key `{text}`"));
        finding.label(earlier, "first written here");
        if let Key::Merge(_) = key {
            finding.hint("merge several mappings with a list: `<<: [*one, *other]`");
        }
    }

    fn start(&mut self, content: Content, properties: Properties<'t>, span: Span) -> Option<()> {
        if self.open.len() >= DEPTH {
            return self.too_deep(span);
        }
        let Properties { tag, anchor } = properties;
        let anchor = anchor.map(|name| self.anchors.insert_full(name, Anchor::Open(span)).0);
        self.open.push(Collection { content, tag: tag.and_then(meaning), anchor, span, nodes: 1, height: 0 });
        Some(())
    }

    fn end(&mut self, span: Span) -> Option<()> {
        let Collection { content, tag, anchor, span: start, nodes, height } = self.open.pop()?;
        // A block ends with what it holds; where the next token starts, there may be comments between.
        let span = if span.start < span.end { start.to(span) } else { start };
        let kind = match content {
            Content::Sequence(items) => Kind::Sequence(items),
            Content::Mapping(pairs) => self.mapping(pairs, span)?,
        };
        let measured = Measured { node: Rc::new(Node { span, tag, kind }), nodes, height: height + 1 };
        if let Some((_, place)) = anchor.and_then(|index| self.anchors.get_index_mut(index)) {
            *place = Anchor::Whole(measured.clone());
        }
        self.place(measured, span);
        Some(())
    }

    /// What the pairs of a mapping make.
    fn mapping(&mut self, pairs: Pairs, span: Span) -> Option<Kind> {
        let braces = self.text.get(span.range()).is_some_and(|text| text.starts_with('{'));
        if let ([Entry { key, .. }], true, false) = (&*pairs.entries, pairs.colon, braces) {
            // `[A:, b]` is a list of two strings.
            return Some(Kind::Scalar(Scalar { text: (&**key).into(), form: Form::Plain }));
        }
        let merged = self.merged(&pairs)?;
        Some(Kind::Mapping(Mapping::new(pairs.entries, merged)))
    }

    /// The entries that `<<` brings into a mapping. What it has already stays.
    fn merged(&mut self, pairs: &Pairs) -> Option<Vec<Entry>> {
        let Some((span, Some(value))) = &pairs.merge else { return Some(Vec::new()) };
        let sources = match &value.kind {
            Kind::Sequence(items) => items.as_slice(),
            Kind::Mapping(_) | Kind::Scalar(_) => std::slice::from_ref(value),
        };
        let mut seen: IndexSet<&str> = pairs.entries.iter().map(|entry| &*entry.key).collect();
        let mut merged = Vec::new();
        for source in sources {
            let Kind::Mapping(mapping) = &source.kind else {
                self.diags.error(Code::WrongType, *span, "`<<` takes a mapping or a list of mappings");
                continue;
            };
            self.share(mapping.entries().len(), *span)?;
            merged.extend(mapping.entries().iter().filter(|entry| seen.insert(&entry.key)).cloned());
        }
        Some(merged)
    }

    fn alias(&mut self, name: &str, span: Span) -> Option<()> {
        let Some(measured) = self.named(name, span) else {
            self.refuse(span);
            return Some(());
        };
        self.share(measured.nodes, span)?;
        if self.open.len() + measured.height > DEPTH {
            return self.too_deep(span);
        }
        if !self.awaits_key() {
            self.place(measured, span);
        } else if let Some(scalar) = measured.node.as_scalar() {
            let key = self.text_key(scalar, span);
            self.expect_value(key);
        } else {
            self.refuse_key(span);
        }
        Some(())
    }

    /// What has a name.
    fn named(&mut self, name: &str, span: Span) -> Option<Measured> {
        match self.anchors.get(name).cloned() {
            Some(Anchor::Whole(measured)) => Some(measured),
            Some(Anchor::Open(start)) => {
                let message = format!("cycle detected: `*{name}` stands within what it names");
                let start = self.line(start);
                self.diags.error(Code::Cycle, span, message).label(start, "this is what it names");
                None
            }
            None => {
                let finding = self.diags.error(Code::UndefinedName, span, format!("unknown anchor `{name}`"));
                finding.hint(format!("an anchor is written before its first use: `&{name}`"));
                None
            }
        }
    }

    /// Puts a node where it belongs: in the innermost list or mapping, or at the top of a document.
    fn place(&mut self, measured: Measured, span: Span) {
        if self.awaits_key() {
            self.refuse_key(span);
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
            Content::Mapping(pairs) => match pairs.key.take() {
                Some(Key::Text(key, key_span)) => pairs.push(Entry { key, key_span, value: node }),
                Some(Key::Merge(key_span)) => pairs.merge = Some((key_span, Some(node))),
                Some(Key::Refused(_)) | None => {}
            },
        }
    }

    /// Puts nothing where an alias cannot be followed.
    fn refuse(&mut self, span: Span) {
        if self.awaits_key() {
            self.expect_value(Key::Refused(span));
            return;
        }
        if let Some(Collection { content: Content::Mapping(pairs), .. }) = self.open.last_mut()
            && let Some(Key::Merge(key_span)) = &pairs.key
        {
            pairs.merge = Some((*key_span, None));
            pairs.key = None;
            return;
        }
        let node = Rc::new(Node::new(span, Kind::Scalar(Scalar { text: "".into(), form: Form::Plain })));
        self.place(Measured { node, nodes: 1, height: 0 }, span);
    }

    /// Refuses a list or a mapping as a key.
    fn refuse_key(&mut self, span: Span) {
        self.diags.error(Code::WrongType, self.line(span), "non-string key: a list or a mapping cannot be a key");
        self.expect_value(Key::Refused(span));
    }

    /// Counts nodes that stand in another place, too. `None` means that there are too many.
    fn share(&mut self, nodes: usize, span: Span) -> Option<()> {
        if let Some(left) = self.shared_nodes.checked_sub(nodes) {
            self.shared_nodes = left;
            return Some(());
        }
        self.diags.error(Code::Limit, span, "aliases repeat too much: followed to the end, the file is huge");
        None
    }

    fn too_deep(&mut self, span: Span) -> Option<()> {
        let span = self.line(span);
        self.diags.error(Code::Limit, span, format!("nested too deeply: more than {DEPTH} levels"));
        None
    }

    fn fault(&mut self, fault: &Fault) -> Option<()> {
        let Fault { offset, kind, hint } = fault;
        let span = self.span(token_at(self.text, *offset));
        let FaultKind::Syntax(message) = kind else { return self.too_deep(span) };
        let bracket = |collection: &Collection| {
            let Span { start, .. } = collection.span;
            let bracket = Span { end: start + 1, ..collection.span };
            matches!(self.text.get(bracket.range()), Some("[" | "{")).then_some(bracket)
        };
        let bracket = self.open.last().and_then(bracket);
        let finding = self.diags.error(Code::Syntax, span, message);
        if let Some(bracket) = bracket.filter(|bracket| !span.contains(*bracket)) {
            finding.label(bracket, "this bracket is still open");
        }
        if let Some(hint) = hint {
            finding.hint(*hint);
        }
        None
    }

    /// Whether the innermost collection is a mapping that waits for a key.
    fn awaits_key(&self) -> bool {
        matches!(self.open.last(), Some(Collection { content: Content::Mapping(Pairs { key: None, .. }), .. }))
    }

    /// The place of something that is written, or else that of what it belongs to: its key, or the dashes before it.
    fn visible(&self, span: Span) -> Span {
        if span.start < span.end {
            return span;
        }
        if let Some(Collection { content: Content::Mapping(Pairs { key: Some(key), .. }), .. }) = self.open.last() {
            return key.span();
        }
        let before = self.text.get(..span.range().start).unwrap_or_default().trim_end_matches([' ', '\t']);
        let dash = before.trim_end_matches('-').len()..before.len();
        if dash.is_empty() { span } else { self.span(dash) }
    }

    /// The part of a place that lies on its first line.
    fn line(&self, span: Span) -> Span {
        let rest = self.text.get(span.range().start..).unwrap_or_default();
        let line = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let end = span.range().start + line;
        self.span(span.range().start..if span.start == span.end { end } else { end.min(span.range().end) })
    }

    fn span(&self, range: Range<usize>) -> Span {
        let offset = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        Span { file: self.file, start: offset(range.start), end: offset(range.end) }
    }
}

impl Pairs {
    /// Where the entry with a key stands.
    fn position(&self, key: &Rc<str>) -> Option<usize> {
        if self.entries.len() <= FEW {
            // Equal keys share their text.
            return self.entries.iter().position(|entry| Rc::ptr_eq(&entry.key, key));
        }
        self.index.get(key).copied()
    }

    fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
        if self.entries.len() > FEW {
            let missing = self.entries.iter().enumerate().skip(self.index.len());
            self.index.extend(missing.map(|(index, entry)| (Rc::clone(&entry.key), index)));
        }
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
    let end = before.trim_end().len();
    let start = before.get(..end).and_then(|before| before.rfind(char::is_whitespace)).map_or(0, |space| space + 1);
    let start = (start..=end).find(|start| text.is_char_boundary(*start)).unwrap_or(end);
    start..end
}
