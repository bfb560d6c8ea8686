//! The lines of an agent, bounded: how long one may be, and how many there may be in one turn.
//!
//! What is not one JSON object goes into the log and no further, so that the protocol's library sees messages only.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use futures_util::stream::{self, Stream};
use memchr::memchr;
use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _};

use super::ear::Ear;
use crate::log::Speaker;

/// Longest line that is read. Edits of large files are that long; what is longer is no message worth its memory.
const MAX_LINE_BYTES: usize = 4 * 1024 * 1024;

/// As much of a message as decides whether it is one.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    id: Option<IgnoredAny>,
    #[serde(default)]
    method: Option<IgnoredAny>,
}

struct Reading<R> {
    reader: R,
    ear: Arc<Ear>,
    line: Vec<u8>,
    /// Bytes of the line that were too many.
    left_out: usize,
}

/// Returns the messages in what `reader` gives.
pub(crate) fn messages<R>(reader: R, ear: Arc<Ear>) -> impl Stream<Item = io::Result<String>> + Send + 'static
where
    R: AsyncBufRead + Unpin + Send + 'static,
{
    let reading = Reading { reader, ear, line: Vec::new(), left_out: 0 };
    stream::unfold(reading, |mut reading| async move {
        // So that what was read is worked off before more is: the library queues without bound.
        tokio::task::yield_now().await;
        let message = reading.next().await?;
        Some((message, reading))
    })
}

impl<R: AsyncBufRead + Unpin> Reading<R> {
    /// Returns the next message; nothing at the end, or when the agent has said too much.
    async fn next(&mut self) -> Option<io::Result<String>> {
        loop {
            match self.fill().await {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(error)),
            }
            if let Some(message) = self.message() {
                return Some(Ok(message));
            }
            if self.ear.is_flooded() {
                // The turn ends because of it; until then nothing more is read.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Reads one line, or says that there is none.
    async fn fill(&mut self) -> io::Result<bool> {
        self.line.clear();
        self.left_out = 0;
        loop {
            let part = self.reader.fill_buf().await?;
            if part.is_empty() {
                return Ok(!self.line.is_empty());
            }
            let (piece, is_end) = match memchr(b'\n', part) {
                Some(end) => (part.get(..end).unwrap_or_default(), true),
                None => (part, false),
            };
            let room = MAX_LINE_BYTES.saturating_sub(self.line.len()).min(piece.len());
            self.line.extend_from_slice(piece.get(..room).unwrap_or_default());
            self.left_out += piece.len() - room;
            let used = piece.len() + usize::from(is_end);
            self.reader.consume(used);
            self.ear.heard(used);
            if is_end || self.ear.is_flooded() {
                return Ok(true);
            }
        }
    }

    /// Returns the line if it is a message.
    fn message(&mut self) -> Option<String> {
        if self.left_out > 0 {
            let remark = format!("a line of {} bytes was dropped", self.line.len() + self.left_out);
            self.ear.log(Speaker::Remark, remark.as_bytes());
            self.ear.odd(remark);
            // Its memory is not kept for the next one.
            self.line = Vec::new();
            return None;
        }
        self.ear.log(Speaker::Agent, &self.line);
        // Whatever begins otherwise is not worth a look.
        if !self.line.starts_with(b"{") {
            return None;
        }
        let text = std::str::from_utf8(&self.line).ok()?;
        let envelope: Envelope = serde_json::from_str(text).ok()?;
        if envelope.id.is_some() && envelope.method.is_some() {
            self.ear.was_asked();
        }
        Some(text.to_owned())
    }
}

/// The last lines of what an agent complains about.
#[derive(Debug, Default)]
pub(crate) struct LastLines(VecDeque<u8>);

impl LastLines {
    /// Enough for a stack trace.
    const MAX_BYTES: usize = 8 * 1024;

    pub(crate) fn take(&mut self, part: &[u8]) {
        self.0.extend(part);
        let surplus = self.0.len().saturating_sub(Self::MAX_BYTES);
        self.0.drain(..surplus);
    }

    pub(crate) fn text(&self) -> String {
        let bytes: Vec<u8> = self.0.iter().copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
