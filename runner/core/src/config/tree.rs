//! The text of a configuration as a tree in which everything knows its place.
//!
//! Reading YAML is the parser's business; here its events become nodes. Doubled keys, keys that are not
//! text, aliases, tags and further documents are faults, each with its place, and reading goes on
//! after them, so that one look finds them all. What a value means is not here.

use std::collections::BTreeMap;

use granit_parser::{Event, Marker, Parser, ScalarStyle, Span, StrInput};

/// Maps in lists in maps: a configuration needs six levels, hostile texts want a hundred thousand.
const MAX_NESTING: usize = 24;

/// Where something is in the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Counted from 1.
    pub(super) line: usize,
    /// Counted in characters, from 1.
    pub(super) column: usize,
    /// Counted in bytes, from 0.
    pub(super) offset: usize,
    /// How many characters are meant, at least 1.
    pub(super) width: usize,
}

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) value: Value,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// `is_plain` says that it was written without quotes, so that `true` and `8` are not texts.
    Scalar {
        text: String,
        is_plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// One key of a map, and its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) place: Place,
    pub(super) node: Node,
}

/// Something in the text that is not as it has to be.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) place: Place,
    pub(super) message: String,
}

impl Node {
    /// Makes the value that is not there.
    fn null(place: Place) -> Self {
        Self { place, value: Value::Scalar { text: String::new(), is_plain: true } }
    }

    /// Says whether nothing was written, which is the same as leaving the key out.
    pub(super) fn is_null(&self) -> bool {
        match &self.value {
            Value::Scalar { text, is_plain } => {
                *is_plain && matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL")
            }
            Value::List(_) | Value::Map(_) => false,
        }
    }
}

/// Reads one document; the faults do not keep the tree from being whole.
pub(super) fn parse(text: &str) -> Result<(Node, Vec<Fault>), Fault> {
    let options = granit_parser::options! {
        disallow_directives: true,
        emit_comments: false,
        flow_nesting_limit: MAX_NESTING,
        block_nesting_limit: MAX_NESTING,
    };
    let mut builder = Builder { parser: Parser::new_from_str_with_options(text, options), faults: Vec::new() };
    let root = builder.document()?;
    Ok((root, builder.faults))
}

struct Builder<'a> {
    parser: Parser<'a, StrInput<'a>>,
    faults: Vec<Fault>,
}

impl<'a> Builder<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Fault> {
        match self.parser.next_event() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => Err(Fault { place: place_at(error.marker()), message: error.info() }),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn document(&mut self) -> Result<Node, Fault> {
        let root = loop {
            match self.next()? {
                (Event::StreamStart | Event::DocumentStart(..), _) => {}
                (Event::StreamEnd, _) => return Ok(Node::null(FIRST_PLACE)),
                (event, span) => break self.node(event, span)?,
            }
        };
        loop {
            match self.next()? {
                (Event::StreamEnd, _) => return Ok(root),
                (Event::DocumentStart(..), span) => {
                    return Err(Fault {
                        place: place_at(&span.start),
                        message: "a second document starts here; the file is one document".to_owned(),
                    });
                }
                _ => {}
            }
        }
    }

    /// Builds the node that starts with `event`. The parser bounds how deep this goes.
    fn node(&mut self, event: Event<'a>, span: Span) -> Result<Node, Fault> {
        let place = place_of(span);
        if span.tag_start().is_some() {
            self.fault(place, "tags (words that start with `!`) mean nothing here; leave the tag out");
        }
        let value = match event {
            Event::Scalar(text, style, ..) => {
                Value::Scalar { text: text.into_owned(), is_plain: style == ScalarStyle::Plain }
            }
            Event::SequenceStart(..) => Value::List(self.list()?),
            Event::MappingStart(..) => Value::Map(self.map()?),
            _ => {
                self.fault(place, "aliases (words that start with `*`) are not followed; write the value out");
                return Ok(Node::null(place));
            }
        };
        Ok(Node { place, value })
    }

    fn list(&mut self) -> Result<Vec<Node>, Fault> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd | Event::StreamEnd, _) => return Ok(items),
                (event, span) => items.push(self.node(event, span)?),
            }
        }
    }

    fn map(&mut self) -> Result<Vec<Entry>, Fault> {
        let mut entries = Vec::new();
        let mut lines = BTreeMap::new();
        loop {
            let key = match self.next()? {
                (Event::MappingEnd | Event::StreamEnd, _) => return Ok(entries),
                (event, span) => self.node(event, span)?,
            };
            let (event, span) = self.next()?;
            let node = self.node(event, span)?;
            let place = key.place;
            let Value::Scalar { text: key, .. } = key.value else {
                self.fault(place, "a key is a word, not a list or a map");
                continue;
            };
            if let Some(first) = lines.insert(key.clone(), place.line) {
                let message = format!("`{}` is given twice, first on line {first}", super::problem::shown(&key));
                self.fault(place, &message);
                continue;
            }
            entries.push(Entry { key, place, node });
        }
    }

    fn fault(&mut self, place: Place, message: &str) {
        self.faults.push(Fault { place, message: message.to_owned() });
    }
}

/// The place of what concerns the whole file.
pub(super) const FIRST_PLACE: Place = Place { line: 1, column: 1, offset: 0, width: 1 };

fn place_at(marker: &Marker) -> Place {
    Place { line: marker.line().max(1), column: marker.col() + 1, offset: marker.byte_offset().unwrap_or(0), width: 1 }
}

fn place_of(span: Span) -> Place {
    let is_one_line = span.start.line() == span.end.line();
    let width = if is_one_line { span.end.col().saturating_sub(span.start.col()) } else { 1 };
    Place { width: width.max(1), ..place_at(&span.start) }
}
