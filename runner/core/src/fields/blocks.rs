//! The headings, YAML blocks and plain lines of a Markdown file, in order.
//!
//! Only what these files need of Markdown: ATX headings, and fences of backticks or tildes. A text in a block that
//! we wrote is quoted on one line, so no line of it can close its fence.

use super::FileError;

/// A heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Heading<'t> {
    pub(crate) level: usize,
    pub(crate) text: &'t str,
}

/// The content of a fenced YAML block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block<'t> {
    pub(crate) text: &'t str,
    /// The line in the file where the content begins.
    pub(crate) first_line: u64,
}

/// A part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    Heading(Heading<'t>),
    Yaml(Block<'t>),
    Line { text: &'t str, line: u64 },
}

/// A fence that is open.
struct Fence {
    mark: char,
    length: usize,
    is_yaml: bool,
    opened_on: u64,
    content_start: usize,
}

/// Splits `body`, which begins on `first_line` of its file.
pub(crate) fn pieces(body: &str, first_line: u64) -> Result<Vec<Piece<'_>>, FileError> {
    let mut pieces = Vec::new();
    let mut open: Option<Fence> = None;
    let mut offset = 0;
    for (line, content) in (first_line..).zip(body.split_inclusive('\n')) {
        let start = offset;
        offset += content.len();
        let content = content.trim_end_matches(['\n', '\r']);
        if let Some(fence) = &open {
            if closes(content, fence) {
                if fence.is_yaml {
                    pieces.push(Piece::Yaml(Block {
                        text: body.get(fence.content_start..start).unwrap_or_default(),
                        first_line: fence.opened_on + 1,
                    }));
                }
                open = None;
            }
        } else if let Some(fence) = opens(content, line, offset) {
            open = Some(fence);
        } else if let Some(heading) = heading(content) {
            pieces.push(Piece::Heading(heading));
        } else {
            pieces.push(Piece::Line { text: content, line });
        }
    }
    match open {
        None => Ok(pieces),
        Some(fence) => Err(FileError {
            line: fence.opened_on,
            message: String::from("the block that begins here is never closed"),
        }),
    }
}

fn marks(content: &str) -> Option<(char, usize, &str)> {
    let content = content.trim_start_matches(' ');
    let mark = content.chars().next().filter(|mark| "`~".contains(*mark))?;
    let rest = content.trim_start_matches(mark);
    let length = content.len() - rest.len();
    (length >= 3).then_some((mark, length, rest.trim()))
}

fn opens(content: &str, line: u64, content_start: usize) -> Option<Fence> {
    let (mark, length, info) = marks(content).filter(|(_, _, info)| !info.contains('`'))?;
    let language = info.split_whitespace().next().unwrap_or_default();
    Some(Fence {
        mark,
        length,
        is_yaml: language.eq_ignore_ascii_case("yaml") || language.eq_ignore_ascii_case("yml"),
        opened_on: line,
        content_start,
    })
}

fn closes(content: &str, fence: &Fence) -> bool {
    marks(content).is_some_and(|(mark, length, info)| mark == fence.mark && length >= fence.length && info.is_empty())
}

fn heading(content: &str) -> Option<Heading<'_>> {
    let text = content.trim_start_matches('#');
    let level = content.len() - text.len();
    let is_heading = (1..=6).contains(&level) && text.starts_with(' ');
    is_heading.then_some(Heading { level, text: text.trim() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yaml_blocks_are_taken_and_their_first_line_is_known() {
        let body =
            "# one\ntext\n```yaml\na: 1\n# no heading\n```\n~~~~ YML x\n```\n~~~\nb\n~~~~\n````sh\n```yaml\n````\n";
        let found: Vec<_> = pieces(body, 10)
            .unwrap()
            .into_iter()
            .map(|piece| match piece {
                Piece::Heading(heading) => format!("{} {}", heading.level, heading.text),
                Piece::Yaml(block) => format!("{}: {:?}", block.first_line, block.text),
                Piece::Line { text, line } => format!("{line} {text}"),
            })
            .collect();
        let yaml = ["13: \"a: 1\\n# no heading\\n\"", "17: \"```\\n~~~\\nb\\n\""];
        assert_eq!(found, ["1 one", "11 text", yaml[0], yaml[1]]);
    }

    #[test]
    fn an_unclosed_block_is_an_error_on_its_first_line() {
        for body in ["a\n```yaml\nb\n", "a\n```yaml\nb\n``\n", "a\n```yaml\n~~~", "a\n````yaml\n```\n"] {
            assert_eq!(pieces(body, 1).unwrap_err().line, 2, "{body}");
        }
        assert!(pieces("```inline``` code\n####### no heading\n#no heading", 1).unwrap().len() == 3);
    }
}
