//! From the text of a pattern to the steps of its automaton.

use super::{GlobError, MAX_GLOB_BYTES, Matcher, Step};

/// Alternatives within alternatives within …; two levels are already rare.
const MAX_DEPTH: usize = 8;

pub(super) fn compile(text: &str) -> Result<Vec<Step>, GlobError> {
    if text.len() > MAX_GLOB_BYTES {
        return Err(GlobError::TooLong { bytes: text.len() });
    }
    let pattern = text.strip_prefix("./").unwrap_or(text);
    let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
    if pattern.is_empty() {
        return Err(GlobError::Empty);
    }
    if pattern.starts_with('!') {
        return Err(GlobError::Negated { pattern: text.to_owned() });
    }
    let everything_below = if pattern.ends_with('/') { "**" } else { "" };
    let mut compiler =
        Compiler { text, rest: pattern.chars().chain(everything_below.chars()).collect(), at: 0, steps: Vec::new() };
    compiler.sequence(0, true)?;
    Ok(compiler.steps)
}

struct Compiler<'a> {
    text: &'a str,
    rest: Vec<char>,
    at: usize,
    steps: Vec<Step>,
}

impl Compiler<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest.get(self.at + ahead).copied()
    }

    /// Compiles up to the end of the pattern, or of the alternative when `depth` is above 0.
    ///
    /// `starts_name` says whether a name of the path starts here, where `**` is more than a `*`.
    fn sequence(&mut self, depth: usize, mut starts_name: bool) -> Result<(), GlobError> {
        while let Some(character) = self.peek(0) {
            if depth > 0 && matches!(character, ',' | '}') {
                return Ok(());
            }
            self.at += 1;
            match character {
                '*' => self.star(depth, starts_name),
                '?' => self.steps.push(Step::Take(Matcher::WithinName)),
                '[' => self.set()?,
                '{' => self.alternatives(depth + 1, starts_name)?,
                '\\' => {
                    let literal = self.peek(0).unwrap_or('\\');
                    self.at += 1;
                    self.steps.push(Step::Take(Matcher::Exactly(literal)));
                }
                _ => self.steps.push(Step::Take(Matcher::Exactly(character))),
            }
            starts_name = self.rest.get(self.at.wrapping_sub(1)) == Some(&'/');
        }
        if depth > 0 { Err(self.unclosed('{')) } else { Ok(()) }
    }

    /// Compiles `*`, `**` and `**/`; the first star has been taken.
    fn star(&mut self, depth: usize, starts_name: bool) {
        let mut stars = 1;
        while self.peek(0) == Some('*') {
            self.at += 1;
            stars += 1;
        }
        let is_whole_name = starts_name && stars == 2;
        match self.peek(0) {
            Some('/') if is_whole_name => {
                self.at += 1;
                // Either nothing, or anything that ends with a slash.
                let fork = self.fork();
                self.any_number_of(Matcher::Anything);
                self.steps.push(Step::Take(Matcher::Exactly('/')));
                self.land(fork);
            }
            next if is_whole_name && (next.is_none() || (depth > 0 && matches!(next, Some(',' | '}')))) => {
                self.steps.push(Step::Take(Matcher::Anything));
                self.any_number_of(Matcher::Anything);
            }
            _ => self.any_number_of(Matcher::WithinName),
        }
    }

    fn any_number_of(&mut self, matcher: Matcher) {
        let fork = self.fork();
        self.steps.push(Step::Take(matcher));
        self.steps.push(Step::Jump(fork));
        self.land(fork);
    }

    /// Adds a fork (or a jump) whose target is not known yet, and returns its place.
    fn fork(&mut self) -> usize {
        self.steps.push(Step::Fork(0));
        self.steps.len() - 1
    }

    /// Lets the fork or jump at `place` lead to the next step.
    fn land(&mut self, place: usize) {
        let target = self.steps.len();
        if let Some(Step::Fork(other) | Step::Jump(other)) = self.steps.get_mut(place) {
            *other = target;
        }
    }

    /// Compiles `{a,b}`; the brace has been taken.
    fn alternatives(&mut self, depth: usize, starts_name: bool) -> Result<(), GlobError> {
        if depth > MAX_DEPTH {
            return Err(GlobError::TooDeep { limit: MAX_DEPTH, pattern: self.text.to_owned() });
        }
        let mut exits = Vec::new();
        loop {
            let fork = self.fork();
            self.sequence(depth, starts_name)?;
            let is_last = self.peek(0) == Some('}');
            self.at += 1;
            self.steps.push(Step::Jump(0));
            exits.push(self.steps.len() - 1);
            self.land(fork);
            if is_last {
                break;
            }
        }
        // Coming out of the last fork means that no alternative was chosen: a dead end, an empty set.
        self.steps.push(Step::Take(Matcher::Set { is_negated: false, ranges: Vec::new() }));
        for exit in exits {
            self.land(exit);
        }
        Ok(())
    }

    /// Compiles `[a-z]`; the bracket has been taken.
    fn set(&mut self) -> Result<(), GlobError> {
        let is_negated = matches!(self.peek(0), Some('!' | '^'));
        if is_negated {
            self.at += 1;
        }
        let mut ranges = Vec::new();
        loop {
            let first = self.peek(0).ok_or_else(|| self.unclosed('['))?;
            self.at += 1;
            // A closing bracket right after the opening one is a member of the set.
            if first == ']' && !ranges.is_empty() {
                break;
            }
            let last = match (self.peek(0), self.peek(1)) {
                (Some('-'), Some(last)) if last != ']' => {
                    self.at += 2;
                    last
                }
                _ => first,
            };
            ranges.push((first, last));
        }
        self.steps.push(Step::Take(Matcher::Set { is_negated, ranges }));
        Ok(())
    }

    fn unclosed(&self, opener: char) -> GlobError {
        GlobError::Unclosed { opener, pattern: self.text.to_owned() }
    }
}
