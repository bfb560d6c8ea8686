//! Splits the line of a command into words, as a shell would where people expect it.
//!
//! Only ASCII spaces and tabs separate words. A quote opens at the start of a word, or after the `=` of a flag;
//! within a word it is an apostrophe, so that `don't` needs no care. A word is only where it stands: text is
//! taken as it was typed, and quotes are taken off where a value is wanted.

use std::collections::VecDeque;
use std::ops::Range;

use super::CommandError;

/// One word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Where it stands, with its quotes.
    span: Range<usize>,
    /// Whether it is one quoted text from end to end.
    is_quoted: bool,
}

/// The words of a line, and the line.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    source: &'a str,
    words: VecDeque<Word>,
}

impl<'a> Line<'a> {
    /// Splits `source`.
    pub(super) fn split(source: &'a str) -> Result<Self, CommandError> {
        let mut words = VecDeque::new();
        let mut reader = Reader { source, at: 0 };
        while let Some(word) = reader.next_word(|_| {})? {
            words.push_back(word);
        }
        Ok(Self { source, words })
    }

    /// Takes the first word away and returns its text.
    pub(super) fn take_first(&mut self) -> Option<String> {
        let word = self.next()?;
        Some(self.text(&word))
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

    /// Returns `word` without its quotes and backslashes.
    pub(super) fn text(&self, word: &Word) -> String {
        let mut text = String::new();
        let mut reader = Reader { source: self.raw(word), at: 0 };
        // It was read before, so every quote in it is closed.
        reader.next_word(|character| text.push(character)).ok();
        text
    }

    /// Returns the text that `words` stood for: one quoted word without its quotes, anything else as it was
    /// typed, with a space in place of what was taken out between.
    pub(super) fn text_of(&self, words: &[Word]) -> String {
        if let [word] = words
            && word.is_quoted
        {
            return self.text(word);
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

    /// Reads the next word and hands out its characters without quotes and backslashes.
    fn next_word(&mut self, mut emit: impl FnMut(char)) -> Result<Option<Word>, CommandError> {
        while matches!(self.peek(), Some(' ' | '\t')) {
            self.take();
        }
        let start = self.at;
        let mut quotes_end = None;
        while let Some(character) = self.peek() {
            match character {
                ' ' | '\t' => break,
                '\'' | '"' if self.may_open_quote(start) => {
                    let is_first = self.at == start;
                    self.take();
                    self.quoted(character, &mut emit)?;
                    quotes_end = is_first.then_some(self.at);
                }
                '\\' => {
                    self.take();
                    emit(self.take().unwrap_or('\\'));
                }
                _ => {
                    self.take();
                    emit(character);
                }
            }
        }
        let is_quoted = quotes_end == Some(self.at);
        Ok((self.at > start).then_some(Word { span: start..self.at, is_quoted }))
    }

    fn may_open_quote(&self, word_start: usize) -> bool {
        let before = self.source.get(word_start..self.at).unwrap_or_default();
        before.is_empty() || (before.starts_with("--") && before.ends_with('='))
    }

    /// Reads up to the closing `quote`; within double quotes a backslash escapes a quote or a backslash.
    fn quoted(&mut self, quote: char, emit: &mut impl FnMut(char)) -> Result<(), CommandError> {
        while let Some(character) = self.take() {
            let escaped = self.peek().filter(|next| matches!(next, '"' | '\\'));
            match (character, escaped) {
                (closing, _) if closing == quote => return Ok(()),
                ('\\', Some(next)) if quote == '"' => {
                    self.take();
                    emit(next);
                }
                (other, _) => emit(other),
            }
        }
        Err(CommandError::UnclosedQuote { quote })
    }
}
