//! What a text says to people who read it on GitHub: whom it mentions, whether it says anything, whether it only asks.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// What a text says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Content {
    /// Names after `@`, outside code, links and quotes; teams as `organization/team`.
    pub(super) mentions: Vec<String>,
    /// Whether there is a word or a piece of code; pictures, links and emoji are neither.
    pub(super) says_something: bool,
    /// Whether there are sentences, and each of them is a question.
    pub(super) only_asks: bool,
}

/// Stands for a piece of code within a line: a word, and no part of a name.
const CODE: char = '\u{e000}';

/// A line as long as this was broken by a mail program, not by a person.
const WRAPPED_LINE_BYTES: usize = 60;

impl Content {
    /// Reads `markdown`.
    pub(super) fn of(markdown: &str) -> Self {
        let options = Options::from_iter([Options::ENABLE_TABLES, Options::ENABLE_TASKLISTS]);
        let mut reader = Reader::default();
        for event in Parser::new_ext(markdown, options) {
            reader.take(event);
        }
        reader.end_line();
        Self { only_asks: reader.questions > 0 && reader.statements == 0, ..reader.content }
    }
}

#[derive(Default)]
struct Reader {
    content: Content,
    line: String,
    /// Where the line was last broken by a mail program.
    broken_at: usize,
    /// How deep in links, pictures and quotes.
    hidden_depth: usize,
    is_in_code_block: bool,
    /// Whether the open lists are numbered, the innermost last.
    lists: Vec<bool>,
    /// Whether a numbered item was opened and has no content yet: `1.` alone is an answer, not a list.
    is_bare_number: bool,
    questions: usize,
    statements: usize,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => self.hidden_depth += 1,
            Event::End(TagEnd::Link | TagEnd::Image) => self.hidden_depth -= 1,
            Event::Start(Tag::BlockQuote(_)) => {
                self.end_line();
                self.hidden_depth += 1;
            }
            Event::End(TagEnd::BlockQuote(_)) => self.hidden_depth -= 1,
            Event::Start(Tag::List(first)) => {
                self.end_line();
                self.lists.push(first.is_some());
                // A list that begins with another number is a sentence that does: `8080. Is that right?`
                if first.is_some_and(|first| first != 1) {
                    self.state();
                }
            }
            Event::End(TagEnd::List(_)) => {
                self.lists.pop();
            }
            Event::Start(Tag::Item) => {
                self.end_line();
                self.is_bare_number = self.lists.last() == Some(&true);
            }
            Event::End(TagEnd::Item) => {
                self.end_line();
                if std::mem::take(&mut self.is_bare_number) {
                    self.state();
                }
            }
            Event::Start(Tag::CodeBlock(_)) => self.is_in_code_block = true,
            Event::End(TagEnd::CodeBlock) => self.is_in_code_block = false,
            Event::Start(Tag::Emphasis | Tag::Strong) | Event::End(TagEnd::Emphasis | TagEnd::Strong) => {}
            Event::Start(_) | Event::End(_) | Event::HardBreak | Event::Rule => self.end_line(),
            Event::SoftBreak if self.line.len() - self.broken_at >= WRAPPED_LINE_BYTES => {
                self.line.push(' ');
                self.broken_at = self.line.len();
            }
            Event::SoftBreak => self.end_line(),
            _ if self.hidden_depth > 0 => {}
            Event::Text(text) if self.is_in_code_block => {
                self.is_bare_number = false;
                self.content.says_something |= text.contains(|character: char| !character.is_whitespace());
            }
            Event::Text(text) => self.line.push_str(&text),
            Event::Code(_) => self.line.push(CODE),
            Event::Html(html) => self.content.mentions.extend(mentions(&html)),
            Event::InlineHtml(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::FootnoteReference(_)
            | Event::TaskListMarker(_) => {}
        }
    }

    /// Judges the line that was read.
    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.broken_at = 0;
        self.content.mentions.extend(mentions(&line));
        let words: Vec<&str> = line.split_whitespace().filter(|word| !is_picture_or_link(word)).collect();
        let words = words.join(" ");
        for sentence in sentences(&words) {
            if !sentence.contains(is_word_character) {
                continue;
            }
            if is_question(sentence) {
                self.content.says_something = true;
                self.questions += 1;
            } else {
                self.state();
            }
            self.is_bare_number = false;
        }
    }

    /// Notes a sentence that is not a question.
    fn state(&mut self) {
        self.content.says_something = true;
        self.statements += 1;
    }
}

fn is_word_character(character: char) -> bool {
    // Letters in circles and squares are emoji.
    let is_emoji = matches!(character, '\u{24b6}'..='\u{24e9}' | '\u{1f100}'..='\u{1f1ff}');
    character == CODE || (character.is_alphanumeric() && !is_emoji)
}

/// Recognizes `:+1:`, keycaps like `1️⃣`, and addresses that GitHub makes links of.
fn is_picture_or_link(word: &str) -> bool {
    let is_short_code = word
        .strip_prefix(':')
        .and_then(|rest| rest.strip_suffix(':'))
        .is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte)));
    is_short_code
        || word.contains('\u{20e3}')
        || ["http://", "https://", "www."].iter().any(|start| word.starts_with(start))
}

const QUESTION_MARKS: [char; 3] = ['?', '？', '؟'];
const OTHER_ENDS: [char; 5] = ['!', '！', '。', '…', '.'];

/// Says whether there is a question mark among the marks at the end of `sentence`.
fn is_question(sentence: &str) -> bool {
    let is_mark = |character: &char| QUESTION_MARKS.contains(character) || OTHER_ENDS.contains(character);
    let mut marks = sentence.chars().rev().take_while(is_mark);
    marks.any(|mark| QUESTION_MARKS.contains(&mark))
}

/// Splits a line into sentences, each with the marks at its end.
fn sentences(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut characters = line.char_indices().peekable();
    while let Some((index, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let ends = QUESTION_MARKS.contains(&character) || OTHER_ENDS.contains(&character);
        let goes_on = next.is_some_and(|next| {
            is_word_character(next) || QUESTION_MARKS.contains(&next) || OTHER_ENDS.contains(&next)
        });
        if !ends || goes_on {
            continue;
        }
        let end = index + character.len_utf8();
        let sentence = line.get(start..end).unwrap_or_default();
        let rest = line.get(end..).unwrap_or_default();
        if character == '.' && is_abbreviation(sentence, rest) {
            continue;
        }
        found.push(sentence);
        start = end;
    }
    found.push(line.get(start..).unwrap_or_default());
    found
}

/// Says whether the dot at the end of `sentence` belongs to a word like `e.g.`, or the sentence goes on in `rest`.
fn is_abbreviation(sentence: &str, rest: &str) -> bool {
    let word = sentence.rsplit(' ').next().unwrap_or_default();
    let letters = word.trim_end_matches('.');
    let goes_on = rest.trim_start().starts_with(char::is_lowercase);
    letters.contains('.') && letters.split('.').all(|part| part.chars().count() == 1) || goes_on
}

/// Returns the names after `@`, as GitHub would notify them.
fn mentions(text: &str) -> Vec<String> {
    let is_name = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let mut found = Vec::new();
    let mut before = None;
    for (index, character) in text.char_indices() {
        let starts = character == '@' && !before.is_some_and(|before: char| before.is_alphanumeric() || before == '_');
        before = Some(character);
        if !starts {
            continue;
        }
        let rest = text.get(index + 1..).unwrap_or_default();
        let name = rest.get(..rest.find(|next| !is_name(next)).unwrap_or(rest.len())).unwrap_or_default();
        let team = rest.get(name.len()..).and_then(|rest| rest.strip_prefix('/')).map(|team| {
            let is_team = |character: char| is_name(character) || "_.".contains(character);
            team.get(..team.find(|next| !is_team(next)).unwrap_or(team.len())).unwrap_or_default()
        });
        match team {
            _ if name.is_empty() || name.starts_with('-') => {}
            Some(team) if !team.is_empty() => found.push(format!("{name}/{team}")),
            Some(_) | None => found.push(name.to_owned()),
        }
    }
    found
}

#[cfg(test)]
mod tests;
