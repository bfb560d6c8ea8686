//! What engine and agent said to each other, written down without secrets and without end.

use std::fmt;
use std::io::Write;

use pipemason_core::text::redact::{RedactedStream, Redactor};

/// Longest piece of one frame that is written down: a whole file may be in one.
const MAX_FRAME_BYTES: usize = 64 * 1024;

/// The last line of a log that has no more room.
const FULL: &[u8] = b"\n# the log is full\n";

/// Who said it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaker {
    Engine,
    Agent,
    /// The agent, where programs complain.
    Errors,
    /// Nobody: a remark of the log itself.
    Remark,
}

impl Speaker {
    fn mark(self) -> &'static str {
        match self {
            Self::Engine => "> ",
            Self::Agent => "< ",
            Self::Errors => "! ",
            Self::Remark => "# ",
        }
    }
}

/// A log of frames: redacted, and bounded in its length.
pub struct FrameLog {
    redactor: Redactor,
    stream: RedactedStream,
    into: Box<dyn Write + Send>,
    /// How many bytes may still be written.
    room: usize,
}

impl FrameLog {
    /// Writes at most `bytes` bytes into `into`, without what `redactor` knows to be secret.
    pub fn new(redactor: Redactor, bytes: usize, into: impl Write + Send + 'static) -> Self {
        let stream = RedactedStream::new(redactor.clone());
        Self { redactor, stream, into: Box::new(into), room: bytes }
    }

    /// Writes nothing down.
    pub fn none() -> Self {
        Self::new(Redactor::default(), 0, std::io::sink())
    }

    pub(crate) fn write(&mut self, speaker: Speaker, frame: &[u8]) {
        if self.room == 0 {
            return;
        }
        let kept = frame.get(..MAX_FRAME_BYTES).unwrap_or(frame);
        let left_out = frame.len() - kept.len();
        // One frame is one line, whatever it says.
        let kept = String::from_utf8_lossy(kept).replace(['\n', '\r'], "\u{2424}");
        let more = if left_out == 0 { String::new() } else { format!(" [… {left_out} bytes left out]") };
        let out = self.stream.push(&format!("{}{kept}{more}\n", speaker.mark()));
        self.put(&out);
    }

    /// Writes down what was held back.
    pub fn flush(&mut self) {
        let next = RedactedStream::new(self.redactor.clone());
        let out = std::mem::replace(&mut self.stream, next).finish();
        self.put(&out);
        let _unwritten = self.into.flush();
    }

    /// A log that cannot be written is no reason to stop an agent.
    fn put(&mut self, text: &str) {
        if text.is_empty() || self.room == 0 {
            return;
        }
        let start = text.get(..text.floor_char_boundary(self.room)).unwrap_or_default();
        let _unwritten = self.into.write_all(start.as_bytes());
        self.room = if start.len() == text.len() { self.room - start.len() } else { 0 };
        if self.room == 0 {
            let _unwritten = self.into.write_all(FULL);
        }
    }
}

impl fmt::Debug for FrameLog {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { redactor, stream: _, into: _, room } = self;
        formatter.debug_struct("FrameLog").field("redactor", redactor).field("room", room).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
