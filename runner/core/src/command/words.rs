//! Splits the line of a command into words, as a shell would where people expect it.
//!
//! Only ASCII spaces and tabs separate words. A quote opens at the start of a word, or after the `=` of a flag;
//! within a word it is an apostrophe, so that `don't` needs no care. Each word remembers where it stood, so
//! that text can be taken as it was typed.

use std::ops::Range;

use super::CommandError;

/// One word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// The word without its quotes and backslashes.
    pub(super) text: String,
    /// Where it stood, with its quotes.
    span: Range<usize>,
    /// Whether it is one quoted text from end to end.
    is_quoted: bool,
}

/// The words of a line, and the line.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    source: &'a str,
    words: std::collections::VecDeque<Word>,
}

impl<'a> Line<'a> {
    /// Splits `source`.
    pub(super) fn split(source: &'a str) -> Result<Self, CommandError> {
        let mut words = std::collections::VecDeque::new();
        let mut reader = Reader { source, at: 0 };
        while let Some(word) = reader.next_word()? {
            words.push_back(word);
        }
        Ok(Self { source, words })
    }

    /// Takes the first word away and returns its text.
    pub(super) fn take_first(&mut self) -> Option<String> {
        self.words.pop_front().map(|word| word.text)
    }

    /// Takes the next word away.
    pub(super) fn next(&mut self) -> Option<Word> {
        self.words.pop_front()
    }

    /// Returns the next word.
    pub(super) fn peek(&self) -> Option<&Word> {
        self.words.front()
    }

    /// Returns `word` as it was typed.
    pub(super) fn raw(&self, word: &Word) -> &'a str {
        self.source.get(word.span.clone()).unwrap_or_default()
    }

    /// Returns the text that `words` stood for: one quoted word without its quotes, anything else as it was
    /// typed, with a space in place of what was taken out between.
    pub(super) fn text_of(&self, words: &[Word]) -> String {
        if let [word] = words
            && word.is_quoted
        {
            return word.text.clone();
        }
        let mut text = String::new();
        let mut end = None;
        for word in words {
            let gap = end.and_then(|end| self.source.get(end..word.span.start));
            match gap {
                None => {}
                Some(blank) if blank.bytes().all(is_blank) => text.push_str(blank),
                Some(_) => text.push(' '),
            }
            text.push_str(self.raw(word));
            end = Some(word.span.end);
        }
        text
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.source.get(self.at..).and_then(|rest| rest.chars().next())
    }

    fn take(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }

    fn next_word(&mut self) -> Result<Option<Word>, CommandError> {
        while matches!(self.peek(), Some(' ' | '\t')) {
            self.take();
        }
        let start = self.at;
        let mut text = String::new();
        let mut quotes_end = None;
        while let Some(character) = self.peek() {
            match character {
                ' ' | '\t' => break,
                '\'' | '"' if self.may_open_quote(start) => {
                    let is_first = self.at == start;
                    self.take();
                    self.quoted(character, &mut text)?;
                    quotes_end = is_first.then_some(self.at);
                }
                '\\' => {
                    self.take();
                    text.push(self.take().unwrap_or('\\'));
                }
                _ => text.extend(self.take()),
            }
        }
        let is_quoted = quotes_end == Some(self.at);
        Ok((self.at > start).then_some(Word {
            text,
            span: start..self.at,
            is_quoted,
        }))
    }

    fn may_open_quote(&self, word_start: usize) -> bool {
        let before = self.source.get(word_start..self.at).unwrap_or_default();
        before.is_empty() || (before.starts_with("--") && before.ends_with('='))
    }

    /// Reads up to the closing `quote`; within double quotes a backslash escapes a quote or a backslash.
    fn quoted(&mut self, quote: char, text: &mut String) -> Result<(), CommandError> {
        while let Some(character) = self.take() {
            let escaped = self.peek().filter(|next| matches!(next, '"' | '\\'));
            match (character, escaped) {
                (closing, _) if closing == quote => return Ok(()),
                ('\\', Some(next)) if quote == '"' => {
                    self.take();
                    text.push(next);
                }
                (other, _) => text.push(other),
            }
        }
        Err(CommandError::UnclosedQuote { quote })
    }
}
