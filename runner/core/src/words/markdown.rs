//! Markdown made of two kinds of text that cannot be mixed up.
//!
//! [`Line`] holds what we say ourselves: sentences that stand in this program, with numbers and names whose
//! spelling is checked by their types. What agents, tickets and tools wrote enters it only as one of the inert
//! texts of [`crate::text::inert`]; a `&str` does not fit. [`Block`]s are lines that stand by themselves, and a
//! [`Message`] is a row of blocks that knows which of them to give up first when there is no room.

use std::fmt;

use crate::domain::{Domain, Unit};
use crate::failure::FailureClass;
use crate::hash::{CommitSha, ContentHash};
use crate::id::{CriterionId, EscalationId, IssueNumber, ProgramId, QuestionId, RunId, StoryId};
use crate::money::Usd;
use crate::phase::Phase;
use crate::program::ProgramPhase;
use crate::status::RunStatus;
use crate::text::bound::{self, Limit};
use crate::text::inert::{InertBlock, InertInline, InertProse};
use crate::words::link::Link;
use crate::words::marker::Marker;
use crate::words::mention::Mention;
use crate::words::refusal::Refusal;

/// What may stand in our Markdown as it is.
pub(crate) trait Ours: fmt::Display {}

/// Declares types whose text form holds nothing that Markdown or GitHub would act on, or only what we want.
macro_rules! ours {
    ($($type:ty),* $(,)?) => {$(
        impl Ours for $type {}
    )*};
}

ours!(u32, u64, usize, Usd, Phase, ProgramPhase, FailureClass, RunStatus, Domain, Unit, RunId, ProgramId, StoryId);
ours!(EscalationId, QuestionId, CriterionId, IssueNumber, CommitSha, Refusal, Line, InertInline, Mention);
// Only text that stands in this program lives for ever.
ours!(&'static str);

impl<T: Ours> Ours for &T {}

/// Lets `value` through if it is [`Ours`]; the check is the type's.
pub(crate) fn ours<T: Ours>(value: &T) -> &T {
    value
}

/// Makes a [`Line`] like `format!` makes a text, from values that are [`Ours`].
///
/// `concat!` keeps names of variables out of the literal, so no value gets around the check.
macro_rules! line {
    ($format:literal $(, $argument:expr)* $(,)?) => {
        $crate::words::markdown::Line::checked(
            format!(concat!($format) $(, $crate::words::markdown::ours(&$argument))*)
        )
    };
}
pub(crate) use line;

/// A piece of one line that we say ourselves. Reads well as plain text too, where nothing inert is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line(String);

impl Line {
    /// Wraps what the `line!` macro has checked; nothing else calls this.
    pub(crate) fn checked(text: String) -> Self {
        Self(text)
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Says whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the digits of a hash that people see and type.
    pub(crate) fn short_hash(hash: ContentHash) -> Self {
        Self(hash.short())
    }

    /// Returns the digits of a commit that people see.
    pub(crate) fn short_commit(commit: CommitSha) -> Self {
        Self(commit.short())
    }

    /// Makes a link.
    pub(crate) fn link(text: &Self, link: &Link) -> Self {
        Self(format!("[{text}]({link})"))
    }

    /// Joins the pieces that are not empty.
    pub(crate) fn joined(pieces: impl IntoIterator<Item = Self>, separator: &'static str) -> Self {
        let pieces: Vec<_> = pieces.into_iter().filter(|piece| !piece.is_empty()).map(|Self(text)| text).collect();
        Self(pieces.join(separator))
    }
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Markdown that stands on lines of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Block(String);

impl Block {
    /// Makes a paragraph.
    pub(crate) fn paragraph(line: Line) -> Self {
        Self(line.0)
    }

    /// Makes a heading of the third level; larger ones shout in a comment.
    pub(crate) fn heading(line: &Line) -> Self {
        Self(format!("### {line}"))
    }

    /// Makes a list of one line each.
    pub(crate) fn list(lines: impl IntoIterator<Item = Line>) -> Self {
        let lines: Vec<_> = lines.into_iter().map(|line| format!("- {line}")).collect();
        Self(lines.join("\n"))
    }

    /// Makes a code block for people to copy from.
    pub(crate) fn copyable(lines: impl IntoIterator<Item = Line>) -> Self {
        let lines: Vec<_> = lines.into_iter().map(|Line(line)| line).collect();
        Self(format!("```text\n{}\n```", lines.join("\n")))
    }

    /// Makes a table; nothing without rows.
    pub(crate) fn table<const COLUMNS: usize>(
        header: [&'static str; COLUMNS],
        rows: impl IntoIterator<Item = [Line; COLUMNS]>,
    ) -> Self {
        let rows: Vec<_> = rows.into_iter().map(|cells| row(&cells.map(|Line(cell)| cell))).collect();
        if rows.is_empty() {
            return Self::default();
        }
        let header = row(&header.map(str::to_owned));
        let rule = row(&[(); COLUMNS].map(|()| "---".to_owned()));
        Self(format!("{header}\n{rule}\n{}", rows.join("\n")))
    }

    /// Folds `blocks` away under a title of ours. What stands in the title is HTML, so no inert text fits there.
    pub(crate) fn folded(title: &'static str, count: usize, blocks: impl IntoIterator<Item = Self>) -> Self {
        let inner = joined(blocks.into_iter().map(|Self(text)| text));
        if inner.is_empty() {
            return Self::default();
        }
        let count = if count == 0 { String::new() } else { format!(" ({count})") };
        Self(format!("<details><summary>{title}{count}</summary>\n\n{inner}\n\n</details>"))
    }

    /// Puts `next` below, as one block: neither stays without the other.
    pub(crate) fn followed_by(self, Self(next): Self) -> Self {
        Self(joined([self.0, next].into_iter()))
    }

    /// Makes a paragraph in small print.
    pub(crate) fn small(line: &Line) -> Self {
        Self(format!("<sub>{line}</sub>"))
    }

    /// Draws a diagram; each line is one of Mermaid's.
    pub(crate) fn diagram(lines: impl IntoIterator<Item = Line>) -> Self {
        let lines: Vec<_> = lines.into_iter().map(|Line(line)| line).collect();
        Self(format!("```mermaid\n{}\n```", lines.join("\n")))
    }
}

impl From<InertProse> for Block {
    fn from(prose: InertProse) -> Self {
        let quoted: Vec<_> = prose.as_str().lines().map(|line| format!("> {line}")).collect();
        Self(quoted.join("\n"))
    }
}

impl From<InertBlock> for Block {
    fn from(block: InertBlock) -> Self {
        Self(block.as_str().to_owned())
    }
}

fn row<const COLUMNS: usize>(cells: &[String; COLUMNS]) -> String {
    format!("| {} |", cells.join(" | "))
}

fn joined(texts: impl Iterator<Item = String>) -> String {
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// How dear a block is; what is less dear is given up first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keep {
    Evidence,
    Body,
    Essential,
}

/// A text in the making.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    marker: Option<Marker>,
    blocks: Vec<(Keep, Block)>,
}

impl Message {
    /// Begins a comment that is found again by its first line.
    pub(crate) fn marked(marker: &Marker) -> Self {
        Self { marker: Some(marker.clone()), blocks: Vec::new() }
    }

    /// Adds what has to arrive whatever else does: what happened, and how to answer.
    pub(crate) fn essential(&mut self, block: Block) {
        self.blocks.push((Keep::Essential, block));
    }

    /// Adds what people read.
    pub(crate) fn body(&mut self, block: Block) {
        self.blocks.push((Keep::Body, block));
    }

    /// Adds what is given up first.
    pub(crate) fn evidence(&mut self, block: Block) {
        self.blocks.push((Keep::Evidence, block));
    }

    /// Returns the text within `limit`.
    pub(crate) fn finish(mut self, limit: Limit) -> String {
        let mut text = self.text();
        for keep in [Keep::Evidence, Keep::Body] {
            while !limit.admits(&text)
                && let Some(last) = self.blocks.iter().rposition(|(how_dear, _)| *how_dear == keep)
            {
                self.blocks.remove(last);
                let notice = line!("Not everything fits here; the record of the run has the rest.");
                let notice = (Keep::Essential, Block::small(&notice));
                if !self.blocks.contains(&notice) {
                    self.blocks.push(notice);
                }
                text = self.text();
            }
        }
        if limit.admits(&text) { text } else { bound::markdown(&text, limit) }
    }

    fn text(&self) -> String {
        let blocks = joined(self.blocks.iter().map(|(_, Block(text))| text.clone()));
        match &self.marker {
            Some(marker) => format!("{marker}\n{blocks}"),
            None => blocks,
        }
    }
}

#[cfg(test)]
mod tests;
