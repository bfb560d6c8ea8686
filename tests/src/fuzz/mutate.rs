//! Changes inputs: a little, a lot, and with things that parsers trip over.

use std::ops::Range;

/// Texts that mean something to one parser or another.
const WORDS: &[&str] = &[
    "---\n",
    "\n%%\n",
    "```",
    "````",
    "~~~",
    "<!--",
    "-->",
    "<details>",
    "> ",
    "- ",
    "# ",
    "| ",
    "\n\n",
    "\r\n",
    "\u{feff}",
    "\0",
    "€",
    "👩‍👩‍👧",
    "\u{202e}",
    "\u{200b}",
    "\u{e0041}",
    "\u{1b}[31m",
    "&amp;lt;",
    "]]>",
    "<![CDATA[",
    "<testsuite>",
    "</",
    "{\"",
    "\\u0000",
    "\\",
    "\"",
    "'",
    "/pipemason ",
    "@org/team",
    "fixes #1",
    "https://",
    "![](",
    "${{ }}",
    "Q-1: ",
    "AC-1",
    "S-E001-001",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "2026-01-01T00:00:00Z",
    "&a ",
    "*a",
    "!!binary ",
    ": ",
    "[",
    "{",
    "ok 1 - ",
    "not ok 2",
    "1..",
    "test a ... ok\n",
    "PASSED",
    "-1",
    "1e999",
    "18446744073709551616",
    "NaN",
    "null",
];

/// Longest input it makes; longer ones are the business of the shapes.
const MAX_BYTES: usize = 16 * 1024;

/// Makes inputs from seeds; the same start makes the same inputs.
#[derive(Clone, Debug)]
pub struct Mutator {
    state: u64,
}

impl Mutator {
    /// Starts at `start`.
    pub fn new(start: u64) -> Self {
        Self { state: start.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 }
    }

    /// The generator xorshift64*: small, fast, and good enough to throw dice.
    fn dice(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.dice() % limit).unwrap_or(0)
    }

    /// Returns a mutation of one of `seeds`.
    pub fn mutation_of(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut input = self.one_of(seeds).to_vec();
        // Few changes leave most of a seed alive, so that more than the first look is tested.
        let most = self.below(8) + 1;
        for _ in 0..=self.below(most) {
            self.mutate(&mut input, seeds);
        }
        input.truncate(MAX_BYTES);
        input
    }

    fn one_of<'a>(&mut self, seeds: &'a [Vec<u8>]) -> &'a [u8] {
        let index = self.below(seeds.len());
        seeds.get(index).map(Vec::as_slice).unwrap_or_default()
    }

    fn word(&mut self) -> &'static str {
        let index = self.below(WORDS.len());
        WORDS.get(index).copied().unwrap_or_default()
    }

    fn mutate(&mut self, input: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let at = self.below(input.len() + 1);
        match self.below(12) {
            0 => {
                let bit = 1 << self.below(8);
                if let Some(byte) = input.get_mut(at) {
                    *byte ^= bit;
                }
            }
            1 => {
                let word = self.word();
                input.splice(at..at, word.bytes());
            }
            2 => {
                let end = at + self.below(input.len() - at + 1);
                input.drain(at..end);
            }
            3 => {
                let end = at + self.below((input.len() - at + 1).min(256));
                let piece: Vec<u8> = input.get(at..end).unwrap_or_default().to_vec();
                let times = self.below(16);
                input.splice(at..at, piece.repeat(times));
            }
            4 => {
                let other = self.one_of(seeds);
                let from = self.below(other.len() + 1);
                let to = from + self.below(other.len() - from + 1);
                input.splice(at..at, other.get(from..to).unwrap_or_default().iter().copied());
            }
            5 => {
                let word = self.word();
                let times = self.below(300);
                input.splice(at..at, word.repeat(times).bytes());
            }
            6 => {
                let byte = u8::try_from(self.below(256)).unwrap_or(0);
                input.insert(at, byte);
            }
            7 => {
                let character = u32::try_from(self.below(0x11_0000)).ok().and_then(char::from_u32);
                input.splice(at..at, character.unwrap_or('\u{2028}').to_string().bytes());
            }
            8 => drop(input.drain(line_at(input, at))),
            9 => {
                let line: Vec<u8> = input.get(line_at(input, at)).unwrap_or_default().to_vec();
                let place = self.below(input.len() + 1);
                let start = line_at(input, place).start;
                input.splice(start..start, line);
            }
            10 => {
                let other = self.one_of(seeds);
                let place = self.below(other.len() + 1);
                let line = other.get(line_at(other, place)).unwrap_or_default();
                let start = line_at(input, at).start;
                input.splice(start..start, line.iter().copied());
            }
            _ => {
                let word = self.word();
                input.splice(token_at(input, at), word.bytes());
            }
        }
    }
}

/// Returns where the line is that holds `at`, with its end.
fn line_at(input: &[u8], at: usize) -> Range<usize> {
    let before = input.get(..at).unwrap_or_default();
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let rest = input.get(at..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'\n').map_or(input.len(), |end| at + end + 1);
    start..end
}

/// Returns where the letters and digits are that begin behind `at`.
fn token_at(input: &[u8], at: usize) -> Range<usize> {
    let rest = input.get(at..).unwrap_or_default();
    let start = rest.iter().position(u8::is_ascii_alphanumeric).unwrap_or(rest.len());
    let token = rest.get(start..).unwrap_or_default();
    let end = token.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(token.len());
    at + start..at + start + end
}
