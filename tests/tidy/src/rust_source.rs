//! Rust text taken apart just far enough for rules: code without comments and literals, and which lines are tests.

use crate::violation::numbered_lines;

/// One source file, each part with the lines of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RustSource {
    /// The text with every comment and every literal blanked out.
    pub code: String,
    /// The text with everything else blanked out.
    pub comments: String,
    /// For each line, whether it belongs to a module that is compiled for tests only.
    is_test_line: Vec<bool>,
}

/// A word or a mark of the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Counted from 1.
    pub line: usize,
    /// A whole identifier, `::`, or one other character.
    pub text: String,
}

impl RustSource {
    /// Takes `text` apart.
    pub fn new(text: &str) -> Self {
        let (code, comments) = Splitter::new(text).run();
        let is_test_line = test_lines(&code);
        Self { code, comments, is_test_line }
    }

    /// Says whether line `line` (from 1) belongs to a module that is compiled for tests only.
    pub fn is_test_line(&self, line: usize) -> bool {
        line.checked_sub(1).and_then(|index| self.is_test_line.get(index)).copied().unwrap_or(false)
    }

    /// Returns the words and marks of the code, in order.
    pub fn tokens(&self) -> Vec<Token> {
        let is_word = |character: char| character.is_alphanumeric() || character == '_';
        let mut tokens = Vec::new();
        for (line, text) in numbered_lines(&self.code) {
            let mut rest = text.trim_start();
            while let Some(first) = rest.chars().next() {
                let length = if is_word(first) {
                    rest.find(|character| !is_word(character)).unwrap_or(rest.len())
                } else if rest.starts_with("::") {
                    2
                } else {
                    first.len_utf8()
                };
                let (token, after) = rest.split_at(length);
                tokens.push(Token { line, text: token.to_owned() });
                rest = after.trim_start();
            }
        }
        tokens
    }
}

/// Returns every path that begins with `root`, with its line; `use std::{a, b::c}` gives two.
pub fn paths_from(tokens: &[Token], root: &str) -> Vec<(usize, String)> {
    let starts = tokens.iter().enumerate().filter(|(_, token)| token.text == root);
    starts.flat_map(|(index, _)| paths_at(tokens.get(index..).unwrap_or_default())).collect()
}

/// Reads the paths that begin with the first token; a rename (`as`) is no part of one.
fn paths_at(tokens: &[Token]) -> Vec<(usize, String)> {
    let mut paths = Vec::new();
    // What stands before each open brace.
    let mut groups: Vec<String> = Vec::new();
    let mut path = String::new();
    let mut line = 0;
    for token in tokens {
        let is_open = path.is_empty() || path.ends_with("::");
        match token.text.as_str() {
            "::" => path.push_str("::"),
            "{" if is_open => groups.push(path.clone()),
            mark @ ("," | "}") => {
                if !is_open {
                    paths.push((line, path));
                }
                if mark == "}" {
                    groups.pop();
                }
                path = groups.last().cloned().unwrap_or_default();
                if path.is_empty() {
                    return paths;
                }
            }
            name if is_open => {
                path.push_str(name);
                line = token.line;
            }
            _ if groups.is_empty() => break,
            _ => {}
        }
    }
    paths.push((line, path));
    paths
}

/// What a character of the text belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Code,
    Comment,
    Literal,
}

/// Copies each character into the part it belongs to, and a space into the other; line ends go into both.
struct Splitter {
    input: Vec<char>,
    at: usize,
    code: String,
    comments: String,
}

impl Splitter {
    fn new(text: &str) -> Self {
        Self {
            input: text.chars().collect(),
            at: 0,
            code: String::with_capacity(text.len()),
            comments: String::with_capacity(text.len()),
        }
    }

    /// Returns the code and the comments.
    fn run(mut self) -> (String, String) {
        while let Some(character) = self.peek(0) {
            match (character, self.peek(1)) {
                ('/', Some('/')) => self.line_comment(),
                ('/', Some('*')) => self.block_comment(),
                ('"', _) => self.string(),
                ('r', _) if self.raw_hashes().is_some() => self.raw_string(),
                ('\'', _) => self.quote(),
                _ => self.take(Part::Code, 1),
            }
        }
        (self.code, self.comments)
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.input.get(self.at + ahead).copied()
    }

    fn take(&mut self, part: Part, count: usize) {
        for _ in 0..count {
            let Some(character) = self.peek(0) else { return };
            let copy_if = |is_this: bool| if is_this || character == '\n' { character } else { ' ' };
            self.code.push(copy_if(part == Part::Code));
            self.comments.push(copy_if(part == Part::Comment));
            self.at += 1;
        }
    }

    fn line_comment(&mut self) {
        while self.peek(0).is_some_and(|character| character != '\n') {
            self.take(Part::Comment, 1);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0_usize;
        while let Some(character) = self.peek(0) {
            match (character, self.peek(1)) {
                ('/', Some('*')) => {
                    depth += 1;
                    self.take(Part::Comment, 2);
                }
                ('*', Some('/')) => {
                    depth = depth.saturating_sub(1);
                    self.take(Part::Comment, 2);
                }
                _ => self.take(Part::Comment, 1),
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.take(Part::Literal, 1);
        while let Some(character) = self.peek(0) {
            match character {
                '\\' => self.take(Part::Literal, 2),
                '"' => return self.take(Part::Literal, 1),
                _ => self.take(Part::Literal, 1),
            }
        }
    }

    /// Returns the number of `#` if a raw string starts here, and not a word that only contains an `r`.
    fn raw_hashes(&self) -> Option<usize> {
        // `br"…"` and `cr"…"` are raw strings as well.
        let mut before = self.at.checked_sub(1).and_then(|at| self.input.get(at));
        if matches!(before, Some('b' | 'c')) {
            before = self.at.checked_sub(2).and_then(|at| self.input.get(at));
        }
        if before.is_some_and(|character| character.is_alphanumeric() || *character == '_') {
            return None;
        }
        let rest = self.input.get(self.at + 1..)?;
        let hashes = rest.iter().take_while(|character| **character == '#').count();
        (rest.get(hashes) == Some(&'"')).then_some(hashes)
    }

    fn raw_string(&mut self) {
        let hashes = self.raw_hashes().unwrap_or(0);
        self.take(Part::Literal, hashes + 2);
        while let Some(character) = self.peek(0) {
            let closes = character == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == Some('#'));
            if closes {
                return self.take(Part::Literal, hashes + 1);
            }
            self.take(Part::Literal, 1);
        }
    }

    /// A quote starts a character or a lifetime; only the character has a second quote where one ends.
    fn quote(&mut self) {
        if self.peek(1) == Some('\\') {
            self.take(Part::Literal, 3);
            while self.peek(0).is_some_and(|character| character != '\'') {
                self.take(Part::Literal, 1);
            }
            self.take(Part::Literal, 1);
        } else if self.peek(2) == Some('\'') {
            self.take(Part::Literal, 3);
        } else {
            self.take(Part::Code, 1);
        }
    }
}

/// Finds the bodies of modules under `#[cfg(test)]`; in formatted code a body ends at the brace that has its indentation.
fn test_lines(code: &str) -> Vec<bool> {
    let mut flags = Vec::new();
    let mut is_marked = false;
    let mut until: Option<String> = None;
    for line in code.lines() {
        let start = line.trim_start();
        if let Some(end) = &until {
            flags.push(true);
            if line.trim_end() == end {
                until = None;
            }
            continue;
        }
        is_marked |= start.starts_with("#[cfg(test)]");
        flags.push(is_marked);
        let is_attribute = start.is_empty() || start.starts_with('#');
        if is_marked && !is_attribute {
            is_marked = false;
            if line.trim_end().ends_with('{') {
                let indentation = line.len() - start.len();
                until = Some(format!("{}}}", " ".repeat(indentation)));
            }
        }
    }
    flags
}

#[cfg(test)]
mod tests;
