//! As much of an output as is kept: its beginning and its end.

use std::collections::VecDeque;

/// What was kept of an output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captured {
    /// The first bytes.
    pub first: Vec<u8>,
    /// The last bytes, as far as they are not among the first.
    pub last: Vec<u8>,
    /// How many bytes there were between the two.
    pub left_out: u64,
}

impl Captured {
    /// Returns everything that was kept as text, with a line that says what is missing.
    pub fn text(&self) -> String {
        let first = String::from_utf8_lossy(&self.first);
        let last = String::from_utf8_lossy(&self.last);
        if self.left_out == 0 {
            format!("{first}{last}")
        } else {
            format!("{first}\n[… {} bytes left out …]\n{last}", self.left_out)
        }
    }

    /// Returns the bytes, where nothing is missing.
    pub fn whole(self) -> Option<Vec<u8>> {
        let Self { mut first, last, left_out } = self;
        first.extend(last);
        (left_out == 0).then_some(first)
    }
}

/// Keeps the beginning and the end of an output of any length.
#[derive(Clone, Debug)]
pub struct Capture {
    half: usize,
    first: Vec<u8>,
    last: VecDeque<u8>,
    left_out: u64,
}

impl Capture {
    /// Makes a capture that keeps at most `bytes`.
    pub fn new(bytes: usize) -> Self {
        Self { half: bytes / 2, first: Vec::new(), last: VecDeque::new(), left_out: 0 }
    }

    /// Takes the next part of the output.
    pub fn take(&mut self, part: &[u8]) {
        let room = self.half.saturating_sub(self.first.len()).min(part.len());
        let (first, rest) = part.split_at_checked(room).unwrap_or((part, &[]));
        self.first.extend_from_slice(first);
        self.last.extend(rest);
        let surplus = self.last.len().saturating_sub(self.half);
        self.last.drain(..surplus);
        self.left_out = self.left_out.saturating_add(surplus as u64);
    }

    /// Returns what was kept.
    pub fn finish(self) -> Captured {
        Captured { first: self.first, last: self.last.into(), left_out: self.left_out }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn captured(bytes: usize, parts: &[&str]) -> Captured {
        let mut capture = Capture::new(bytes);
        for part in parts {
            capture.take(part.as_bytes());
        }
        capture.finish()
    }

    #[test]
    fn a_short_output_is_kept_whole() {
        let kept = captured(8, &["abc", "defgh"]);
        assert_eq!((kept.left_out, kept.text()), (0, "abcdefgh".to_owned()));
        assert_eq!(kept.whole(), Some(b"abcdefgh".to_vec()));
    }

    #[test]
    fn of_a_long_output_the_beginning_and_the_end_are_kept() {
        let kept = captured(8, &["abcde", "fghij", "kl"]);
        assert_eq!((kept.first.as_slice(), kept.last.as_slice(), kept.left_out), (&b"abcd"[..], &b"ijkl"[..], 4));
        assert_eq!(kept.text(), "abcd\n[… 4 bytes left out …]\nijkl");
        assert_eq!(kept.whole(), None);
    }
}
