//! Markdown cut between two lines, with everything closed that was open there.

use std::borrow::Cow;
use std::rc::Rc;

use super::{Limit, notice, start_of};

/// Returns `text` within `limit`, with its fences, `<details>` and comments closed.
///
/// The cut is between two lines, because half a line may turn what was code or escaped into something else; only
/// inside a fence a line is cut in the middle. Where the limit has no room for the notice, nothing is left.
pub fn markdown(text: &str, limit: Limit) -> String {
    let mut open = Open::default();
    let mut used = 0;
    let total = text.chars().count();
    let notice_room = limit.measure(&notice(total)) + 2;
    let mut best = (0, Open::default());
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if used + open.closing_room() + notice_room <= limit.amount() {
            best = (offset, open.clone());
        }
        used += limit.measure(line);
        offset += line.len();
        open.read(line);
    }
    if used + open.closing_room() <= limit.amount() {
        return open.close(Cow::Borrowed(text)).into_owned();
    }
    let (end, open) = best;
    let mut start = Cow::Borrowed(text.get(..end).unwrap_or_default());
    let room = limit.amount().saturating_sub(limit.measure(&start) + open.closing_room() + notice_room);
    if open.fence.is_some() && room > 0 {
        start.to_mut().push_str(inside_of_fence(text.get(end..).unwrap_or_default(), limit, room));
    }
    let left_out = total - start.chars().count();
    let mut cut = open.close(start).into_owned();
    if !cut.is_empty() {
        cut.truncate(cut.trim_end_matches('\n').len());
        cut.push_str("\n\n");
    }
    cut.push_str(&notice(left_out));
    if limit.admits(&cut) { cut } else { String::new() }
}

/// Returns what still fits of the line that a cut falls into, inside a fence.
fn inside_of_fence(rest: &str, limit: Limit, room: usize) -> &str {
    let line = rest.lines().next().unwrap_or_default();
    let room = room.saturating_sub(1);
    start_of(line, limit.less(limit.amount().saturating_sub(room)))
}

/// What is open at the end of a line.
#[derive(Clone, Debug, Default)]
struct Open {
    fence: Option<Fence>,
    is_in_comment: bool,
    details: usize,
}

/// A code fence that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fence {
    /// What stands before the fence in its line: quote marks and the indentation of a list.
    prefix: Rc<str>,
    mark: char,
    length: usize,
}

impl Open {
    /// Takes in one more line.
    fn read(&mut self, line: &str) {
        if let Some(fence) = &self.fence {
            if fence.is_closed_by(line) {
                self.fence = None;
            }
            return;
        }
        if !self.is_in_comment {
            self.fence = Fence::opened_by(line);
            if self.fence.is_some() {
                return;
            }
        }
        self.read_html(line);
    }

    /// Follows comments and `<details>` through a line outside of fences.
    fn read_html(&mut self, line: &str) {
        let mut rest = line;
        loop {
            if self.is_in_comment {
                let Some((_, after)) = rest.split_once("-->") else {
                    return;
                };
                self.is_in_comment = false;
                rest = after;
            }
            let Some((before, tag)) = rest.split_once('<') else {
                return;
            };
            let is_escaped = before.ends_with('\\');
            rest = tag;
            if is_escaped {
                continue;
            }
            if let Some(after) = tag.strip_prefix("!--") {
                self.is_in_comment = true;
                rest = after;
            } else if starts_with_word(tag, "details") {
                self.details += 1;
            } else if starts_with_word(tag, "/details") {
                self.details = self.details.saturating_sub(1);
            }
        }
    }

    /// Returns how much [`Self::close`] may add, in characters as in bytes: all of it is ASCII.
    fn closing_room(&self) -> usize {
        let fence = self.fence.as_ref().map_or(0, |fence| fence.closing_room() + 1);
        let comment = if self.is_in_comment { COMMENT_END.len() + 1 } else { 0 };
        let details = if self.details > 0 { self.details * DETAILS_END.len() + 2 } else { 0 };
        fence + comment + details
    }

    /// Appends what closes everything that is open.
    fn close<'a>(&self, text: Cow<'a, str>) -> Cow<'a, str> {
        let mut text = text;
        if self.is_in_comment {
            start_line(text.to_mut());
            text.to_mut().push_str(COMMENT_END);
        }
        if let Some(fence) = &self.fence {
            start_line(text.to_mut());
            text.to_mut().push_str(&fence.closing());
        }
        if self.details > 0 {
            start_line(text.to_mut());
            text.to_mut().push('\n');
            text.to_mut().push_str(&DETAILS_END.repeat(self.details));
        }
        text
    }
}

const COMMENT_END: &str = "-->";
const DETAILS_END: &str = "</details>";

fn start_line(text: &mut String) {
    if !text.ends_with('\n') {
        text.push('\n');
    }
}

/// Says whether `text` starts with `word`, in any case, and the word ends there.
fn starts_with_word(text: &str, word: &str) -> bool {
    let head = text.get(..word.len());
    let next = text.get(word.len()..).and_then(|rest| rest.chars().next());
    head.is_some_and(|head| head.eq_ignore_ascii_case(word)) && !next.is_some_and(|next| next.is_ascii_alphanumeric())
}

impl Fence {
    /// Returns the fence that `line` opens.
    fn opened_by(line: &str) -> Option<Self> {
        let content = line.trim_start_matches(|character: char| character.is_ascii_whitespace() || character == '>');
        let content = skip_list_marks(content);
        let prefix = line.strip_suffix(content)?;
        let mark = content.chars().next().filter(|mark| "`~".contains(*mark))?;
        let length = run_length(content, mark);
        let is_code_span = mark == '`' && content.get(length..).is_some_and(|label| label.contains('`'));
        (length >= 3 && !is_code_span).then(|| Self {
            // A list mark opens an item only once; what follows is indented as deep.
            prefix: prefix.chars().map(|mark| if mark == '>' { '>' } else { ' ' }).collect::<String>().into(),
            mark,
            length,
        })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let content = line.trim_start_matches(|character: char| character.is_ascii_whitespace() || character == '>');
        let length = run_length(content, self.mark);
        length >= self.length && content.get(length..).is_some_and(|rest| rest.trim().is_empty())
    }

    /// Returns the length of [`Self::closing`] without writing it, because it is asked for at every line.
    fn closing_room(&self) -> usize {
        self.prefix.len() + self.length
    }

    fn closing(&self) -> String {
        let Self { prefix, mark, length } = self;
        format!("{prefix}{}", String::from(*mark).repeat(*length))
    }
}

/// Skips list marks like `- ` and `12. ` and the space after them.
fn skip_list_marks(content: &str) -> &str {
    let mut content = content;
    loop {
        let after = content.trim_start_matches(|character: char| character.is_ascii_digit());
        let marks: &[char] = if after.len() == content.len() { &['-', '*', '+'] } else { &['.', ')'] };
        match after.strip_prefix(marks).filter(|rest| rest.starts_with(' ')) {
            Some(rest) => content = rest.trim_start_matches(' '),
            None => return content,
        }
    }
}

fn run_length(text: &str, mark: char) -> usize {
    text.chars().take_while(|character| *character == mark).count()
}
