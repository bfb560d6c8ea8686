//! Free text of a section: paragraphs, items and code, in order.

use serde::{Deserialize, Serialize};

use super::OneLine;
use super::blocks::{Block, BlockKind};
use super::inline::{Spot, push_fenced, push_text};

/// One piece of free text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "text", rename_all = "snake_case")]
pub enum Passage {
    Paragraph(OneLine),
    Item(OneLine),
    /// A block of code, its lines as they are.
    Code(String),
}

/// The free text of a section.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Prose(Vec<Passage>);

impl Prose {
    /// Makes a text of `passages`, without the empty ones; lines of code lose control characters.
    pub fn new(passages: impl IntoIterator<Item = Passage>) -> Self {
        Self(passages.into_iter().filter_map(normal).collect())
    }

    /// Makes a text of one paragraph.
    pub fn paragraph(text: &str) -> Self {
        Self::new([Passage::Paragraph(OneLine::from(text))])
    }

    /// Returns the pieces.
    pub fn passages(&self) -> &[Passage] {
        &self.0
    }

    /// Says whether there is nothing to read.
    pub fn is_blank(&self) -> bool {
        self.0.iter().all(|passage| match passage {
            Passage::Paragraph(line) | Passage::Item(line) => line.is_blank(),
            Passage::Code(lines) => !lines.contains(char::is_alphanumeric),
        })
    }

    /// Reads the text of a section.
    pub(crate) fn read<'b>(blocks: impl IntoIterator<Item = &'b Block>) -> Self {
        Self::new(blocks.into_iter().map(|block| match &block.kind {
            BlockKind::Item | BlockKind::Row(_) => Passage::Item(OneLine::from(block.text.as_str())),
            BlockKind::Paragraph | BlockKind::Heading(_) => Passage::Paragraph(OneLine::from(block.text.as_str())),
            BlockKind::Code => Passage::Code(block.text.clone()),
        }))
    }

    /// Appends the text, with an empty line before each group of passages.
    pub(crate) fn push_to(&self, into: &mut String) {
        let mut was_item = false;
        for passage in &self.0 {
            let is_item = matches!(passage, Passage::Item(_));
            if !(was_item && is_item) {
                into.push('\n');
            }
            was_item = is_item;
            match passage {
                Passage::Paragraph(line) => push_text(into, line.as_str(), Spot::Line),
                Passage::Item(line) => {
                    into.push_str("- ");
                    push_text(into, line.as_str(), Spot::Line);
                }
                Passage::Code(lines) => push_fenced(into, lines),
            }
            if !into.ends_with('\n') {
                into.push('\n');
            }
        }
    }
}

fn normal(passage: Passage) -> Option<Passage> {
    match passage {
        Passage::Paragraph(line) | Passage::Item(line) if line.as_str().is_empty() => None,
        Passage::Paragraph(_) | Passage::Item(_) => Some(passage),
        Passage::Code(lines) => {
            let is_shown = |character: &char| !character.is_control() || "\t\n".contains(*character);
            let mut lines: String = lines.chars().filter(is_shown).collect();
            if !lines.is_empty() && !lines.ends_with('\n') {
                lines.push('\n');
            }
            (!lines.is_empty()).then_some(Passage::Code(lines))
        }
    }
}
