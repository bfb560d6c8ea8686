//! Sections of a document, and the numbered entries in them (`AC-1`, `Q-2`, `A-3`), however they are laid out.

use super::blocks::{Block, BlockKind, Row};
use super::{OneLine, Place};

/// Returns the blocks under the headings whose title begins with one of `names` (letters only, lower case).
///
/// A section ends at the next heading of the same level or above, or at one that is a section itself; smaller
/// headings belong to it.
pub(crate) fn section<'b>(blocks: &'b [Block], names: &[&str], all_names: &[&str]) -> Vec<&'b Block> {
    let mut found = Vec::new();
    let mut open: Option<u8> = None;
    for block in blocks {
        if let BlockKind::Heading(level) = block.kind {
            let title = letters(&block.text);
            let is_one_of = |names: &[&str]| names.iter().any(|name| title.starts_with(name));
            if is_one_of(names) {
                open = Some(level);
                continue;
            }
            if open.is_some_and(|outer| level <= outer) || is_one_of(all_names) {
                open = None;
            }
        }
        if open.is_some() {
            found.push(block);
        }
    }
    found
}

/// Returns the letters of `text` in lower case: how a heading is compared, whatever its numbers and hyphens.
pub(crate) fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

/// Something that has an id, or stands where such things stand and has none.
#[derive(Clone, Debug)]
pub(crate) struct Entry<'b> {
    /// The number of the id; 0 is not a number an id can have.
    pub number: Option<u32>,
    /// The text after the id, and what belongs to it, line by line.
    pub lines: Vec<String>,
    pub place: Place,
    /// The last line that belongs to the entry.
    pub last: Place,
    /// Where the id was found.
    pub start: &'b Block,
}

impl Entry<'_> {
    /// Returns all lines as one.
    pub(crate) fn text(&self) -> OneLine {
        OneLine::from(self.lines.join(" "))
    }

    /// Returns the row that the entry is, if it is one.
    pub(crate) fn row(&self) -> Option<&Row> {
        match &self.start.kind {
            BlockKind::Row(row) => Some(row),
            BlockKind::Heading(_) | BlockKind::Item | BlockKind::Paragraph | BlockKind::Code => None,
        }
    }

    /// Says whether `block` continues this entry, which is the last one before it.
    fn holds(&self, block: &Block) -> bool {
        match &self.start.kind {
            BlockKind::Heading(level) => !matches!(block.kind, BlockKind::Heading(other) if other <= *level),
            BlockKind::Item => {
                block.depth > self.start.depth || (block.depth == self.start.depth && block.kind != BlockKind::Item)
            }
            BlockKind::Paragraph => !matches!(block.kind, BlockKind::Heading(_)),
            BlockKind::Row(_) | BlockKind::Code => false,
        }
    }
}

/// Splits a section into its entries: each line that begins with an id of `prefix` starts one.
///
/// Items, rows and paragraphs that belong to no entry are returned as entries without a number.
pub(crate) fn entries<'b>(section: &[&'b Block], prefix: &str) -> Vec<Entry<'b>> {
    let mut entries: Vec<Entry<'b>> = Vec::new();
    for block in section.iter().copied() {
        let is_continued = entries.last().is_some_and(|entry| entry.number.is_some() && entry.holds(block));
        let mut is_open = is_continued;
        for (index, line) in block.text.lines().enumerate() {
            let place = block.place.below(index);
            let id = split_id(line, prefix);
            if !is_open || id.is_some() {
                let number = id.map(|(number, _)| number);
                entries.push(Entry { number, lines: Vec::new(), place, last: place, start: block });
                is_open = true;
            }
            if let Some(entry) = entries.last_mut() {
                // The fences of a block of code are lines too.
                entry.last = if block.kind == BlockKind::Code { place.below(2) } else { place };
                entry.lines.push(id.map_or(line, |(_, rest)| rest).to_owned());
            }
        }
    }
    entries
}

/// Splits `AC-1: text` into the number and the text; the punctuation between is one mark at most.
///
/// The letters may be small, and the hyphen one that a word processor made, an underscore, or missing.
pub(crate) fn split_id<'t>(line: &'t str, prefix: &str) -> Option<(u32, &'t str)> {
    let line = line.trim_start().trim_start_matches(['(', '[', '`']);
    let head = line.get(..prefix.len()).filter(|head| head.eq_ignore_ascii_case(prefix))?;
    let rest = line.get(head.len()..)?;
    let rest = rest.strip_prefix(['-', '_', '‑', '–']).unwrap_or(rest);
    let after = rest.trim_start_matches(|character: char| character.is_ascii_digit());
    let number = rest.strip_suffix(after)?.parse().ok()?;
    if after.starts_with(|character: char| character.is_alphanumeric() || "-_".contains(character)) {
        return None;
    }
    let after = after.trim_start_matches([')', ']', '`']).trim_start();
    let after = after.strip_prefix([':', '.', '—', '–', '-']).unwrap_or(after);
    Some((number, after.trim()))
}

/// Says whether a text stands for "nothing here": `None`, `n/a`, a dash.
pub(crate) fn is_none(text: &str) -> bool {
    let word = letters(text);
    word.is_empty() || ["none", "na", "nothing"].contains(&word.as_str()) || word.starts_with("noopen")
}
