//! Patterns over paths: `tests/**`, `**/*.test.ts`.
//!
//! `*` and `?` stay within one part of a path, `**` as a whole part stands for any number of parts. Nothing
//! else is special, and what other dialects treat as special is refused rather than misread.
//! Matching takes time in proportion to the path, whatever the pattern.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::id::text_serde;

/// Longer than any path that a person writes down; it bounds the time for each character of a path.
const MAX_GLOB_BYTES: usize = 256;

/// Why a text is not a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GlobError {
    #[error("a path pattern must not be empty")]
    Empty,
    #[error("a path pattern has at most {MAX_GLOB_BYTES} bytes")]
    TooLong,
    #[error("`{0}` in a path pattern is not supported; only `**`, `*` and `?` are")]
    Unsupported(char),
    #[error("a path pattern is relative to the repository and has no `..`")]
    Outside,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Token {
    Literal(char),
    /// `?`
    One,
    /// `*`
    Many,
    /// `**/`
    Parts,
    /// `**` at the end.
    Rest,
}

/// A pattern over paths relative to the repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Glob {
    text: String,
    tokens: Vec<Token>,
}

impl Glob {
    /// Says whether `path`, with `/` between its parts, fits the pattern.
    pub fn matches(&self, path: &str) -> bool {
        let mut live = vec![false; self.tokens.len() + 1];
        if let Some(first) = live.first_mut() {
            *first = true;
        }
        self.skip_empty(&mut live, true);
        for character in path.chars() {
            let mut next = vec![false; live.len()];
            for (index, token) in self.tokens.iter().enumerate() {
                if live.get(index) != Some(&true) {
                    continue;
                }
                let to = match token {
                    Token::Literal(literal) if *literal == character => index + 1,
                    Token::One if character != '/' => index + 1,
                    Token::Many if character != '/' => index,
                    Token::Parts | Token::Rest => index,
                    Token::Literal(_) | Token::One | Token::Many => continue,
                };
                if let Some(state) = next.get_mut(to) {
                    *state = true;
                }
            }
            self.skip_empty(&mut next, character == '/');
            live = next;
        }
        live.last() == Some(&true)
    }

    /// Goes past tokens that can stand for nothing; `**/` only where a part begins.
    fn skip_empty(&self, live: &mut [bool], is_start_of_part: bool) {
        for (index, token) in self.tokens.iter().enumerate() {
            let can_be_empty = match token {
                Token::Literal(_) | Token::One => false,
                Token::Many | Token::Rest => true,
                Token::Parts => is_start_of_part,
            };
            if can_be_empty
                && live.get(index) == Some(&true)
                && let Some(state) = live.get_mut(index + 1)
            {
                *state = true;
            }
        }
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut parts = text.split('/').peekable();
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        if part == "**" {
            tokens.push(if is_last { Token::Rest } else { Token::Parts });
            continue;
        }
        for character in part.chars() {
            match character {
                '*' if tokens.last() == Some(&Token::Many) => {}
                '*' => tokens.push(Token::Many),
                '?' => tokens.push(Token::One),
                _ => tokens.push(Token::Literal(character)),
            }
        }
        if !is_last {
            tokens.push(Token::Literal('/'));
        }
    }
    tokens
}

impl FromStr for Glob {
    type Err = GlobError;

    fn from_str(text: &str) -> Result<Self, GlobError> {
        let relative = text.strip_prefix("./").unwrap_or(text);
        if relative.is_empty() {
            return Err(GlobError::Empty);
        }
        if text.len() > MAX_GLOB_BYTES {
            return Err(GlobError::TooLong);
        }
        if let Some(character) =
            relative.chars().find(|character| "[]{}!\\".contains(*character) || character.is_control())
        {
            return Err(GlobError::Unsupported(character));
        }
        if relative.starts_with('/') || relative.split('/').any(|part| part == "..") {
            return Err(GlobError::Outside);
        }
        // `tests/` means everything below it.
        let whole = if relative.ends_with('/') { format!("{relative}**") } else { relative.to_owned() };
        Ok(Self { tokens: tokens(&whole), text: text.to_owned() })
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

text_serde!(Glob);

/// The places where test files are: `tests.paths`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TestPaths(pub Vec<Glob>);

impl TestPaths {
    /// Says whether a file is where tests are.
    pub fn contain(&self, path: &str) -> bool {
        let path = path.strip_prefix("./").unwrap_or(path);
        self.0.iter().any(|glob| glob.matches(path))
    }
}
