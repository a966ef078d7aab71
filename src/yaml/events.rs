//! The events of a YAML text. This is the only file that knows the crate that finds them.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{ErrorKind, Event as Raw, Parser, ScalarStyle, ScanError, StrInput};

/// How deep block collections, and how deep flow collections, may be nested.
const NESTING: usize = 512;

/// Where the tags lie that YAML itself defines.
const YAML_TAGS: &str = "tag:yaml.org,2002:";

/// What comes next in a text.
#[derive(Debug)]
pub(super) enum Event<'t> {
    /// A document starts.
    Document(Start),
    /// A value.
    Scalar(Cow<'t, str>, Quotes, Properties<'t>),
    /// A list starts; its items follow.
    Sequence(Properties<'t>),
    /// A mapping starts; keys and values follow in turn.
    Mapping(Properties<'t>),
    /// The innermost list or mapping ends. A block ends where the next token starts, which its range says.
    End,
    /// What has this name stands here, too.
    Alias(Cow<'t, str>),
}

/// What may stand before a value.
#[derive(Debug)]
pub(super) struct Properties<'t> {
    /// `!…`: its tag.
    pub(super) tag: Option<Tag>,
    /// `&…`: its name.
    pub(super) anchor: Option<Cow<'t, str>>,
}

/// What stands at the start of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Start {
    /// Nothing.
    Implicit,
    /// `---`.
    Explicit,
    /// `%YAML` with a version other than 1.1, and `---`.
    OtherVersion,
}

/// Whether a scalar is written in a form that makes it a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// In quotes.
    Present,
    /// As a block, in which nothing is escaped.
    Block,
    /// Plain.
    Absent,
}

/// A tag, as far as go-yaml or Compose know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    /// `!!str`.
    Str,
    /// `!!int`.
    Int,
    /// `!!float`.
    Float,
    /// `!!bool`.
    Bool,
    /// `!!null`.
    Null,
    /// `!!binary`: bytes in base 64.
    Binary,
    /// `!!timestamp`.
    Timestamp,
    /// `!!merge`, the tag of `<<`.
    Merge,
    /// `!reset`.
    Reset,
    /// `!override`.
    Override,
    /// `!`, which changes nothing.
    NonSpecific,
    /// Any other, which makes a scalar a string.
    Other,
}

/// Why a text is not YAML.
#[derive(Debug)]
pub(super) struct Fault {
    /// Where it was noticed.
    pub(super) offset: usize,
    /// What is wrong there.
    pub(super) kind: FaultKind,
    /// What helps.
    pub(super) hint: Option<&'static str>,
}

/// What kind of fault it is.
#[derive(Debug)]
pub(super) enum FaultKind {
    /// The text is not YAML: why.
    Syntax(String),
    /// A tab stands where only spaces may.
    Tab,
    /// Collections are nested too deeply.
    Nesting,
}

/// The events of a text, each with the bytes it was read from.
pub(super) struct Events<'t> {
    parser: Parser<'t, StrInput<'t>>,
    text: &'t str,
}

impl<'t> Events<'t> {
    /// The events of a text without a byte order mark.
    pub(super) fn new(text: &'t str) -> Self {
        let options = granit_parser::options! {
            emit_anchor_events: true,
            emit_unresolved_aliases: true,
            flow_nesting_limit: NESTING,
            block_nesting_limit: NESTING,
        };
        Self { parser: Parser::new_from_str_with_options(text, options), text }
    }

    /// The next event.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the parser may add events that say nothing to us")]
    pub(super) fn next(&mut self) -> Option<Result<(Event<'t>, Range<usize>), Fault>> {
        loop {
            let (raw, span) = match self.parser.next_event()? {
                Ok(next) => next,
                Err(err) => return Some(Err(fault(&err, self.text))),
            };
            let range = span.byte_range().unwrap_or_default();
            let event = match raw {
                Raw::DocumentStart(explicit, version) => Event::Document(match version {
                    Some(version) if (version.major, version.minor) != (1, 1) => Start::OtherVersion,
                    _ if explicit => Start::Explicit,
                    _ => Start::Implicit,
                }),
                Raw::Scalar(text, style, anchor, tag) => {
                    let quotes = match style {
                        ScalarStyle::Plain => Quotes::Absent,
                        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Quotes::Present,
                        ScalarStyle::Literal | ScalarStyle::Folded => Quotes::Block,
                    };
                    // Where nothing is written, the parser says `~`.
                    let text = if quotes == Quotes::Absent && range.is_empty() { Cow::Borrowed("") } else { text };
                    Event::Scalar(text, quotes, self.properties(anchor, tag.as_deref()))
                }
                Raw::SequenceStart(_, anchor, tag) => Event::Sequence(self.properties(anchor, tag.as_deref())),
                Raw::MappingStart(_, anchor, tag) => Event::Mapping(self.properties(anchor, tag.as_deref())),
                Raw::SequenceEnd | Raw::MappingEnd => Event::End,
                Raw::UnresolvedAlias(name) => Event::Alias(name),
                Raw::Alias(_) => {
                    let name = self.text.get(range.clone()).and_then(|alias| alias.strip_prefix('*'));
                    Event::Alias(Cow::Borrowed(name.unwrap_or_default()))
                }
                // The start and the end of the text, and the end of a document, say nothing.
                _ => continue,
            };
            return Some(Ok((event, range)));
        }
    }

    /// The properties of what was just read. The name of an anchor, a number above 0, is an event of its own.
    fn properties(&mut self, anchor: usize, tag: Option<&granit_parser::Tag>) -> Properties<'t> {
        let next = if anchor == 0 { None } else { self.parser.next_event() };
        let anchor = match next {
            Some(Ok((Raw::Anchor(_, name), _))) => Some(name),
            _ => None,
        };
        Properties { tag: tag.map(known), anchor }
    }
}

/// The tag, if it is one of those that matter.
fn known(tag: &granit_parser::Tag) -> Tag {
    match tag.parts() {
        ("", "!") => return Tag::NonSpecific,
        ("!", "reset") => return Tag::Reset,
        ("!", "override") => return Tag::Override,
        _ => {}
    }
    match tag.suffix_in_namespace(YAML_TAGS).as_deref() {
        Some("str") => Tag::Str,
        Some("int") => Tag::Int,
        Some("float") => Tag::Float,
        Some("bool") => Tag::Bool,
        Some("null") => Tag::Null,
        Some("binary") => Tag::Binary,
        Some("timestamp") => Tag::Timestamp,
        Some("merge") => Tag::Merge,
        _ => Tag::Other,
    }
}

/// The fault in our own terms.
fn fault(err: &ScanError, text: &str) -> Fault {
    let offset = err.marker().byte_offset().unwrap_or_default();
    if let Some(offset) = tab_before(text, offset).filter(|_| is_about_a_tab(err.kind())) {
        return Fault { offset, kind: FaultKind::Tab, hint: Some("indent with spaces") };
    }
    if *err.kind() == ErrorKind::RecursionLimitExceeded {
        return Fault { offset, kind: FaultKind::Nesting, hint: None };
    }
    let (message, hint) = words(err.kind());
    Fault { offset, kind: FaultKind::Syntax(message), hint }
}

/// Whether the parser stopped at a tab.
const fn is_about_a_tab(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart
    )
}

/// The first tab of the line, behind which the parser notices it.
fn tab_before(text: &str, offset: usize) -> Option<usize> {
    let before = text.get(..offset).unwrap_or_default();
    let start = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
    let tab = text.get(start..).and_then(|line| line.find('\t')).map(|tab| start + tab);
    tab.filter(|tab| *tab <= offset)
}

/// What a fault is called, and what helps. The rarest keep the parser's words.
#[expect(clippy::wildcard_enum_match_arm, reason = "the parser knows a hundred kinds of faults, and may add some")]
fn words(kind: &ErrorKind) -> (String, Option<&'static str>) {
    const QUOTE: Option<&str> = Some("put the value in quotes");
    const BACKSLASH: Option<&str> = Some("write a backslash as `\\\\`, or use single quotes");
    let (message, hint) = match kind {
        ErrorKind::UnclosedQuotedScalar | ErrorKind::DocumentIndicatorInQuotedScalar => {
            ("a quote that is never closed", None)
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            ("text behind the closing quote", Some("put all of the value in quotes, or none of it"))
        }
        ErrorKind::UnknownQuotedScalarEscape => ("an escape sequence that YAML does not have", BACKSLASH),
        ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => ("an escape sequence that stands for no character", BACKSLASH),
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => (
            "a `:` that cannot stand here",
            Some("quote the text if the `:` is part of it; else check the indentation, here and on the line before"),
        ),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            ("a key without a `:` behind it", Some("write `key: value`, with a space behind the colon"))
        }
        ErrorKind::BlockSequenceEntryNotAllowed => {
            ("a list item where none may stand", Some("start the list on a line of its own"))
        }
        ErrorKind::ExpectedBlockMappingKey | ErrorKind::InvalidIndentation => {
            ("no key where one was expected", Some("check the indentation of this line and the one before"))
        }
        ErrorKind::ExpectedBlockSequenceEntry => {
            ("no list item where one was expected", Some("check the indentation of this line and the one before"))
        }
        ErrorKind::InvalidQuotedScalarIndent => {
            ("a quote that is never closed, or text in quotes that is not indented", None)
        }
        ErrorKind::UnexpectedCharacter { character: '`' } => ("a backtick cannot start a value", QUOTE),
        ErrorKind::UnexpectedCharacter { character } => {
            return (format!("`{}` cannot start a value", character.escape_debug()), QUOTE);
        }
        ErrorKind::UnclosedFlowCollection { open } => return (format!("a `{open}` that is never closed"), None),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            return (format!("a `{open}` that is closed by `{close}`"), None);
        }
        ErrorKind::MisplacedFlowCollectionEnd => ("a closing bracket that nothing opens", QUOTE),
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::UnexpectedEofFlowMapping => {
            ("neither `,` nor `}` behind the value", None)
        }
        ErrorKind::ExpectedFlowSequenceSeparator | ErrorKind::UnexpectedEofFlowSequence => {
            ("neither `,` nor `]` behind the value", None)
        }
        ErrorKind::ExpectedNodeContent | ErrorKind::UnexpectedEofImplicitFlowMapping => {
            ("no value where one was expected", None)
        }
        ErrorKind::CommentNotSeparated => ("a `#` without a space before it", Some("put a space before the comment")),
        ErrorKind::InvalidBlockScalarHeader => ("text behind the sign that starts a block of text", QUOTE),
        ErrorKind::PlainScalarStartsWithDashFlowIndicator => ("a lone `-` between brackets", QUOTE),
        ErrorKind::BlockEntryInFlowCollection => ("a list with dashes between brackets", None),
        ErrorKind::UndeclaredTagHandle => ("a tag whose prefix is not declared", None),
        ErrorKind::ExpectedDocumentStart => ("text behind the end of the document", None),
        kind => return (kind.to_string().to_lowercase(), None),
    };
    (message.to_owned(), hint)
}
