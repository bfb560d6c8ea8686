//! Output that arrives in pieces: a secret that is cut in two is found all the same.

use std::fmt;

use super::Redactor;

/// How much is held back to be seen together with what follows.
const HELD_BYTES: usize = 16 * 1024;

/// So much is held back at most, for a key that never ends.
const MAX_HELD_BYTES: usize = 1024 * 1024;

/// Redacts text that arrives in pieces. The last kilobytes come out only with [`RedactedStream::finish`].
///
/// `Debug` does not show what is held back.
#[derive(Clone)]
pub struct RedactedStream {
    redactor: Redactor,
    held: String,
    /// Not looked at again before so much is held.
    next_look: usize,
}

impl fmt::Debug for RedactedStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { redactor, held, next_look } = self;
        let mut shown = formatter.debug_struct("RedactedStream");
        shown.field("redactor", redactor).field("held_bytes", &held.len()).field("next_look", next_look).finish()
    }
}

impl RedactedStream {
    /// Begins a stream.
    pub fn new(redactor: Redactor) -> Self {
        Self { redactor, held: String::new(), next_look: 2 * HELD_BYTES }
    }

    /// Takes in `piece` and returns what can go out.
    pub fn push(&mut self, piece: &str) -> String {
        self.held.push_str(piece);
        if self.held.len() < self.next_look {
            return String::new();
        }
        let cut = self.safe_cut();
        let rest = self.held.split_off(cut);
        let out = std::mem::replace(&mut self.held, rest);
        // Looked at again when twice as much is there, so that the work stays in proportion.
        self.next_look = 2 * self.held.len().max(HELD_BYTES);
        self.redactor.redact(&out).into_owned()
    }

    /// Returns what was held back.
    pub fn finish(self) -> String {
        self.redactor.redact(&self.held).into_owned()
    }

    /// Returns where the text can be cut so that nothing before the cut means more with what follows.
    fn safe_cut(&self) -> usize {
        if self.held.len() > MAX_HELD_BYTES {
            return self.held.len();
        }
        let wanted = self.held.floor_char_boundary(self.held.len().saturating_sub(HELD_BYTES));
        let line = self.held.get(..wanted).and_then(|text| text.rfind('\n')).map_or(wanted, |end| end + 1);
        let secrets = self.redactor.secrets_in(&self.held);
        let crossing = secrets.iter().find(|secret| secret.place.start < line && line < secret.place.end);
        crossing.map_or(line, |secret| secret.place.start)
    }
}
