//! What Markdown and HTML do not show: found by a Markdown parser, so that code is told from markup.

use std::cmp::Reverse;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::{RemovedKind, entity};

mod html;

/// A place of a text, what is to stand there instead, and why.
pub(super) struct Edit {
    range: Range<usize>,
    instead: String,
    kind: RemovedKind,
}

/// Returns `text` without what it does not show, and tells `removed` about each thing.
pub(super) fn without(text: &str, mut removed: impl FnMut(RemovedKind)) -> String {
    let mut edits = Finder::read(text);
    edits.sort_by_key(|edit| (edit.range.start, Reverse(edit.range.end)));
    let mut kept = String::with_capacity(text.len());
    let mut end = 0;
    for edit in edits {
        // What lies within something taken out is gone with it, or is found by the next look.
        if edit.range.start < end {
            continue;
        }
        kept.push_str(text.get(end..edit.range.start).unwrap_or_default());
        kept.push_str(&edit.instead);
        end = edit.range.end;
        removed(edit.kind);
    }
    kept.push_str(text.get(end..).unwrap_or_default());
    kept
}

/// Link or image whose end was not read yet.
struct OpenLink {
    range: Range<usize>,
    /// Where the last thing within it ends.
    content_end: Option<usize>,
    is_image: bool,
    address: String,
    has_title: bool,
}

struct Finder<'a> {
    text: &'a str,
    edits: Vec<Edit>,
    /// Code and HTML, in the order of the text: neither codes of characters nor definitions are looked for in code, and
    /// no definitions in HTML.
    code: Vec<Range<usize>>,
    html: Vec<Range<usize>>,
    /// Plain text, in the order of the text: a definition is not plain text.
    plain: Vec<Range<usize>>,
    links: Vec<OpenLink>,
}

impl<'a> Finder<'a> {
    fn read(text: &'a str) -> Vec<Edit> {
        let mut finder = Self { text, edits: vec![], code: vec![], html: vec![], plain: vec![], links: vec![] };
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_GFM;
        for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
            finder.event(event, range);
        }
        finder.edits.extend(html::hidden(text, &finder.html));
        finder.definitions();
        finder.codes_of_characters();
        finder.edits
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::Link { dest_url, title, .. }) => self.open_link(range, false, &dest_url, &title),
            Event::Start(Tag::Image { dest_url, title, .. }) => self.open_link(range, true, &dest_url, &title),
            Event::End(TagEnd::Link | TagEnd::Image) => self.close_link(),
            Event::Start(Tag::CodeBlock(kind)) => {
                if matches!(kind, CodeBlockKind::Fenced(_)) {
                    self.code_label(&range);
                }
                self.code.push(range);
            }
            Event::Start(Tag::HtmlBlock) => self.html.push(range),
            Event::InlineHtml(_) => {
                self.html.push(range.clone());
                self.content(&range);
            }
            Event::Code(_) => {
                self.code.push(range.clone());
                self.content(&range);
            }
            Event::Text(_) => {
                self.plain.push(range.clone());
                self.content(&range);
            }
            _ => self.content(&range),
        }
    }

    /// Tells the link around `range`, if there is one, that there is something in it.
    fn content(&mut self, range: &Range<usize>) {
        if let Some(link) = self.links.last_mut() {
            link.content_end = Some(link.content_end.map_or(range.end, |end| end.max(range.end)));
        }
    }

    fn open_link(&mut self, range: Range<usize>, is_image: bool, address: &str, title: &str) {
        let (address, has_title) = (written_address(address), !title.is_empty());
        self.links.push(OpenLink { range, content_end: None, is_image, address, has_title });
    }

    fn close_link(&mut self) {
        let Some(link) = self.links.pop() else {
            return;
        };
        self.content(&link.range);
        let OpenLink { range, content_end, is_image, address, has_title } = link;
        let edit = match content_end {
            Some(_) if is_image => Edit { range, instead: format!("![]({address})"), kind: RemovedKind::ImageText },
            None if is_image && has_title => {
                Edit { range, instead: format!("![]({address})"), kind: RemovedKind::LinkTitle }
            }
            None if !is_image => Edit { range, instead: String::new(), kind: RemovedKind::EmptyLink },
            Some(content_end) if has_title => {
                let after = self.text.get(content_end..range.end).unwrap_or_default();
                let start = content_end + after.find(']').unwrap_or(0);
                Edit { range: start..range.end, instead: format!("]({address})"), kind: RemovedKind::LinkTitle }
            }
            Some(_) | None => return,
        };
        self.edits.push(edit);
    }

    /// Leaves only a language after the fence of a code block.
    fn code_label(&mut self, block: &Range<usize>) {
        let line = self.text.get(block.clone()).unwrap_or_default().lines().next().unwrap_or_default();
        let label = line.trim_start_matches(['`', '~']);
        let language = label.split_whitespace().next().filter(|word| is_language(word)).unwrap_or_default();
        if label.trim() != language {
            let end = block.start + line.len();
            let range = end - label.len()..end;
            self.edits.push(Edit { range, instead: language.to_owned(), kind: RemovedKind::CodeLabel });
        }
    }

    /// Escapes the definitions of links and footnotes: `[label]: …` at the start of a line that is not shown.
    fn definitions(&mut self) {
        let mut candidates = Vec::new();
        let mut start = None;
        let mut is_line_start = true;
        let mut line_is_empty = true;
        let mut characters = self.text.char_indices().peekable();
        while let Some((offset, character)) = characters.next() {
            match character {
                '\n' => {
                    start = start.filter(|_| !line_is_empty);
                    is_line_start = true;
                    line_is_empty = true;
                    continue;
                }
                '[' => start = is_line_start.then_some(offset),
                ']' => {
                    let is_definition = characters.peek().is_some_and(|(_, next)| *next == ':');
                    candidates.extend(start.take().filter(|_| is_definition));
                }
                '\\' => {
                    characters.next_if(|(_, next)| *next != '\n');
                }
                _ => (),
            }
            line_is_empty &= character.is_whitespace();
            is_line_start &= character.is_whitespace() || character.is_ascii_digit() || ">-*+.)".contains(character);
        }
        for ranges in [&self.code, &self.html, &self.plain] {
            candidates = outside(candidates, ranges, |offset| *offset);
        }
        self.edits.extend(candidates.into_iter().map(|offset| Edit {
            range: offset..offset,
            instead: "\\".to_owned(),
            kind: RemovedKind::Definition,
        }));
    }

    fn codes_of_characters(&mut self) {
        let codes = outside(entity::hiding(self.text), &self.code, |(range, _)| range.start);
        let kind = RemovedKind::EncodedCharacter;
        self.edits.extend(codes.into_iter().map(|(range, instead)| Edit { range, instead, kind }));
    }
}

/// Returns the `things` that start in none of `ranges`; both are in the order of the text.
fn outside<T>(things: Vec<T>, ranges: &[Range<usize>], start: impl Fn(&T) -> usize) -> Vec<T> {
    let mut ranges = ranges.iter().peekable();
    let mut is_outside = |thing: &T| {
        let start = start(thing);
        while ranges.next_if(|range| range.end <= start).is_some() {}
        ranges.peek().is_none_or(|range| start < range.start)
    };
    things.into_iter().filter(|thing| is_outside(thing)).collect()
}

/// Longest name of a language that may follow a fence.
const MAX_LANGUAGE_BYTES: usize = 24;

fn is_language(word: &str) -> bool {
    word.len() <= MAX_LANGUAGE_BYTES
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-#._".contains(&byte))
}

/// Returns `address` without characters that could end it or hide something after it.
fn written_address(address: &str) -> String {
    let mut written = String::with_capacity(address.len());
    for character in address.chars() {
        match character {
            '<' => written.push_str("%3C"),
            '>' => written.push_str("%3E"),
            '(' => written.push_str("%28"),
            ')' => written.push_str("%29"),
            '\\' => written.push_str("%5C"),
            '"' => written.push_str("%22"),
            _ if character.is_whitespace() => written.push_str("%20"),
            _ if character.is_control() => (),
            _ => written.push(character),
        }
    }
    written
}
