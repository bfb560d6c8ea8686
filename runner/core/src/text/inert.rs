//! Text of agents, tickets and tools, made harmless inside what we post (SEC-36).
//!
//! Each form is a type that only this module makes, so whoever builds a comment, a commit message or a
//! title cannot forget: [`InertInline`] for a table cell, a heading or a list item, [`InertProse`] for
//! paragraphs, [`InertBlock`] for logs and diffs, [`PlainLine`] and [`PlainText`] where there is no Markdown.
//!
//! Two means are used. Markdown is escaped, so that the text shows what was written. What GitHub and git find
//! *after* rendering (mentions, references, addresses, directives, trailers) is broken by one
//! invisible character: the text looks the same and means nothing. No address stays a link, not even one to a
//! host that is trusted: a link to an issue notifies people there, and closes it after the right word. Links are
//! written by us.
//!
//! Secrets are not looked for here; redact first, for an escaped secret is not recognized.

use crate::text::bound::{self, Limit};
use crate::text::invisible::visible;

mod breaks;
mod escape;

/// Declares a text that only this module makes.
macro_rules! inert_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// Returns the text as it goes out.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Says whether there is nothing to see.
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

inert_text!(
    /// One line of Markdown that is nothing but text or code; fits into a table cell.
    InertInline
);
inert_text!(
    /// Markdown paragraphs that are nothing but text; stands on lines of its own.
    InertProse
);
inert_text!(
    /// A closed code block in Markdown; stands on lines of its own.
    InertBlock
);
inert_text!(
    /// One line without markup: a title, or the first line of a commit message.
    PlainLine
);
inert_text!(
    /// Lines without markup: the body of a commit message.
    PlainText
);

/// Returns `text` as one line of escaped Markdown that shows at most `max_characters`.
pub fn inline(text: &str, max_characters: usize) -> InertInline {
    let line = one_line(text, max_characters);
    InertInline(escape::line(&breaks::all(&line)))
}

/// Returns `text` as a code span that shows at most `max_characters`; for paths, commands and names of tests.
///
/// A text with `|` becomes escaped Markdown instead: no spelling of it is the same code inside and outside of a
/// table.
pub fn inline_code(text: &str, max_characters: usize) -> InertInline {
    let line = one_line(text, max_characters);
    if line.contains('|') {
        return InertInline(escape::line(&breaks::all(&line)));
    }
    InertInline(escape::code_span(&breaks::in_code(&line)))
}

/// Returns `text` as escaped Markdown paragraphs that show at most `max_characters` of it.
pub fn prose(text: &str, max_characters: usize) -> InertProse {
    let text = visible(text, |_| ());
    let text = bound::cut(text.trim(), Limit::Characters(max_characters));
    InertProse(escape::paragraphs(&breaks::all(&text)))
}

/// Returns `text` as a closed code block of at most `max_bytes`, fences included; empty if not even these fit.
pub fn block(text: &str, max_bytes: usize) -> InertBlock {
    let text = breaks::in_code(visible(text, |_| ()).trim_end());
    let text = text.trim_start_matches('\n');
    let fence = escape::fence(text);
    let around = 2 * fence.len() + 2;
    let Some(room) = max_bytes.checked_sub(around) else {
        return InertBlock::default();
    };
    let text = bound::cut(text, Limit::Bytes(room));
    InertBlock(format!("{fence}\n{text}\n{fence}"))
}

/// Returns `text` as one line without markup that shows at most `max_characters`.
pub fn plain_line(text: &str, max_characters: usize) -> PlainLine {
    PlainLine(breaks::in_message(&one_line(text, max_characters)))
}

/// Returns `text` as lines without markup that show at most `max_characters` of it.
pub fn plain(text: &str, max_characters: usize) -> PlainText {
    let text = visible(text, |_| ());
    let lines: Vec<_> = text.lines().map(str::trim_end).collect();
    let text = lines.join("\n");
    let text = bound::cut(text.trim_matches('\n'), Limit::Characters(max_characters));
    PlainText(breaks::in_message(&text))
}

/// Returns the visible part of `text` as one line, words parted by single spaces.
fn one_line(text: &str, max_characters: usize) -> String {
    let text = visible(text, |_| ());
    let words: Vec<_> = text.split_whitespace().collect();
    bound::shortened(&words.join(" "), Limit::Characters(max_characters)).into_owned()
}

#[cfg(test)]
mod tests;
