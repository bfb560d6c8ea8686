//! What others wrote, on its way into what we post.
//!
//! The only door for text of agents, tickets, tools and people: it takes out secrets, bounds and makes inert, in
//! that order, because a secret is found only in a text that is whole (SEC-37).

use crate::text::inert::{self, InertBlock, InertInline, InertProse, PlainLine, PlainText};
use crate::text::redact::Redactor;

/// Longest piece of foreign text within a line of ours; more is no longer read.
const MAX_INLINE_CHARACTERS: usize = 200;

/// Quotes what others wrote.
#[derive(Clone, Copy)]
pub(crate) struct Quote<'a> {
    redactor: &'a Redactor,
}

impl<'a> Quote<'a> {
    /// Quotes so that nothing that `redactor` knows gets out.
    pub(crate) fn without_secrets(redactor: &'a Redactor) -> Self {
        Self { redactor }
    }

    /// Says whether `text` holds nothing that has to be taken out.
    pub(crate) fn is_free_of_secrets(self, text: &str) -> bool {
        self.redactor.redact(text) == text
    }

    /// Quotes within a line or a table cell.
    pub(crate) fn inline(self, text: &str) -> InertInline {
        self.inline_up_to(text, MAX_INLINE_CHARACTERS)
    }

    /// Quotes within a line, with a bound of its own.
    pub(crate) fn inline_up_to(self, text: &str, max_characters: usize) -> InertInline {
        inert::inline(&self.redactor.redact(text), max_characters)
    }

    /// Quotes a path, a command, a branch or the name of a test.
    pub(crate) fn code(self, text: &str) -> InertInline {
        inert::inline_code(&self.redactor.redact(text), MAX_INLINE_CHARACTERS)
    }

    /// Quotes paragraphs.
    pub(crate) fn prose(self, text: &str, max_characters: usize) -> InertProse {
        inert::prose(&self.redactor.redact(text), max_characters)
    }

    /// Quotes output.
    pub(crate) fn block(self, text: &str, max_bytes: usize) -> InertBlock {
        inert::block(&self.redactor.redact(text), max_bytes)
    }

    /// Quotes a title, where there is no Markdown.
    pub(crate) fn plain_line(self, text: &str, max_characters: usize) -> PlainLine {
        inert::plain_line(&self.redactor.redact(text), max_characters)
    }

    /// Quotes lines, where there is no Markdown.
    pub(crate) fn plain(self, text: &str, max_characters: usize) -> PlainText {
        inert::plain(&self.redactor.redact(text), max_characters)
    }
}
