//! Markdown as a flat list of blocks, each with its text, its line and its place in the file.
//!
//! However agents and people lay out a document (items or tables, tight or loose, nested or not), what it says
//! arrives here as the same few kinds of blocks. Hidden text (HTML blocks and comments) is not read.

use std::ops::Range;
use std::rc::Rc;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::Place;

/// One piece of a document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Block {
    pub kind: BlockKind,
    /// How many lists the block is inside of.
    pub depth: usize,
    /// The text, code in single backticks, line ends as in the file; the cells of a row joined by ` — `.
    pub text: String,
    pub place: Place,
    /// Where the block is in the file; of an item all of it, with what is nested in it.
    pub range: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum BlockKind {
    /// From 1 (largest) to 6.
    Heading(u8),
    /// The first text of a list item.
    Item,
    /// A paragraph, also a later one inside an item.
    Paragraph,
    Code,
    Row(Row),
}

/// A row of a table, with the names of its columns in lower case.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    columns: Rc<[String]>,
    pub cells: Vec<Cell>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Cell {
    pub text: String,
    /// The content, where the cell holds one code span and nothing else.
    code: Option<String>,
}

impl Cell {
    /// Returns the content without the markup of code.
    pub(crate) fn plain(&self) -> &str {
        self.code.as_deref().unwrap_or(&self.text)
    }
}

impl Row {
    /// Returns the cell of the first column that has one of `names`.
    pub(crate) fn cell(&self, names: &[&str]) -> Option<&Cell> {
        let index = self.columns.iter().position(|column| names.contains(&column.as_str()))?;
        self.cells.get(index)
    }

    /// Says whether the column at `index` has one of `names`.
    pub(crate) fn is_column(&self, index: usize, names: &[&str]) -> bool {
        self.columns.get(index).is_some_and(|column| names.contains(&column.as_str()))
    }

    /// Says whether the table has a column with one of `names`.
    pub(crate) fn has(&self, names: &[&str]) -> bool {
        self.columns.iter().any(|column| names.contains(&column.as_str()))
    }
}

/// Splits `body`, which starts at byte `offset` of `file`, into blocks. Ranges are those of `file`.
pub(crate) fn read_blocks(file: &str, offset: usize) -> Vec<Block> {
    let body = file.get(offset..).unwrap_or_default();
    let line_ends = file.bytes().enumerate().filter_map(|(at, byte)| (byte == b'\n').then_some(at)).collect();
    let mut reader = BlockReader { offset, line_ends, ..BlockReader::default() };
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
    for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
        reader.take(event, &range);
    }
    reader.close();
    reader.blocks
}

#[derive(Default)]
struct BlockReader {
    blocks: Vec<Block>,
    offset: usize,
    line_ends: Vec<usize>,
    depth: usize,
    /// The range of an item of which no text has been seen.
    item: Option<Range<usize>>,
    open: Option<Block>,
    columns: Rc<[String]>,
    cells: Vec<Cell>,
    row_range: Range<usize>,
    cell: Option<Cell>,
    /// Where open links lead to.
    links: Vec<String>,
}

impl BlockReader {
    fn take(&mut self, event: Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.push(&text, range),
            Event::Code(code) => {
                let is_alone = self.cell.as_ref().is_some_and(|cell| cell.text.is_empty() && cell.code.is_none());
                for part in ["`", &code, "`"] {
                    self.push(part, range);
                }
                if let Some(cell) = self.cell.as_mut().filter(|_| is_alone) {
                    cell.code = Some(code.into_string());
                }
            }
            Event::SoftBreak | Event::HardBreak => self.push("\n", range),
            Event::InlineHtml(html) if is_line_break(&html) => self.push("\n", range),
            Event::InlineHtml(html) if html.starts_with("<!") => {}
            Event::InlineHtml(html) => self.push(&html, range),
            Event::Rule => self.close(),
            Event::Html(_)
            | Event::TaskListMarker(_)
            | Event::FootnoteReference(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::Paragraph => self.close(),
            Tag::Heading { level, .. } => self.open(BlockKind::Heading(level_number(level)), range),
            Tag::CodeBlock(_) => self.open(BlockKind::Code, range),
            Tag::List(_) => {
                self.close();
                self.depth += 1;
            }
            Tag::Item => {
                self.close();
                self.item = Some(range.clone());
            }
            Tag::TableHead | Tag::TableRow => {
                self.close();
                self.cells.clear();
                self.row_range = range.clone();
            }
            Tag::TableCell => self.cell = Some(Cell::default()),
            Tag::Link { dest_url, .. } => self.links.push(dest_url.into_string()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock => self.close(),
            TagEnd::Item => {
                self.close();
                self.item = None;
            }
            TagEnd::List(_) => {
                self.close();
                self.depth = self.depth.saturating_sub(1);
            }
            TagEnd::TableCell => self.cells.extend(self.cell.take()),
            TagEnd::TableHead => {
                let names = self.cells.drain(..).map(|cell| cell.text.trim().to_lowercase());
                self.columns = names.collect();
            }
            TagEnd::TableRow => self.end_row(),
            TagEnd::Link => self.end_link(),
            _ => {}
        }
    }

    fn end_row(&mut self) {
        let cells = std::mem::take(&mut self.cells);
        let texts: Vec<String> = cells.iter().map(|cell| cell.text.replace('\n', " ")).collect();
        let text = texts.join(" — ");
        let row = Row { columns: Rc::clone(&self.columns), cells };
        let range = self.row_range.clone();
        let place = self.place_of(range.start);
        let range = range.start + self.offset..range.end + self.offset;
        self.blocks.push(Block { kind: BlockKind::Row(row), depth: self.depth, text, place, range });
    }

    /// Keeps where a link leads to, unless its text says so already.
    fn end_link(&mut self) {
        let Some(url) = self.links.pop().filter(|url| !url.is_empty()) else {
            return;
        };
        let text = match (&mut self.cell, &mut self.open) {
            (Some(cell), _) => &mut cell.text,
            (None, Some(block)) => &mut block.text,
            (None, None) => return,
        };
        if !text.ends_with(&url) {
            text.extend([" (", &url, ")"]);
        }
    }

    fn open(&mut self, kind: BlockKind, range: &Range<usize>) {
        self.close();
        let (kind, range) = match self.item.take() {
            Some(item) if kind == BlockKind::Paragraph => (BlockKind::Item, item),
            _ => (kind, range.clone()),
        };
        let place = self.place_of(range.start);
        let range = range.start + self.offset..range.end + self.offset;
        self.open = Some(Block { kind, depth: self.depth, text: String::new(), place, range });
    }

    fn close(&mut self) {
        if let Some(block) = self.open.take() {
            self.blocks.push(block);
        }
    }

    fn push(&mut self, text: &str, range: &Range<usize>) {
        if let Some(cell) = &mut self.cell {
            // More than the one code span: the cell is a text that holds code.
            cell.code = None;
            cell.text.push_str(text);
            return;
        }
        if self.open.is_none() {
            self.open(BlockKind::Paragraph, range);
        }
        if let Some(block) = &mut self.open {
            block.text.push_str(text);
            block.range.end = block.range.end.max(range.end + self.offset);
        }
    }

    /// Returns the line of byte `at` of the body.
    fn place_of(&self, at: usize) -> Place {
        let before = self.line_ends.partition_point(|end| *end < at + self.offset);
        Place(u32::try_from(before + 1).unwrap_or(u32::MAX))
    }
}

/// Says whether `html` is `<br>`, which stands for a line end in the cells of tables.
fn is_line_break(html: &str) -> bool {
    html.trim_end_matches(['>', '/', ' ']).eq_ignore_ascii_case("<br")
}

fn level_number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
