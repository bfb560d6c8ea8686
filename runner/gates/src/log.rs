//! What commands said, kept for people: without secrets, and bounded.

use std::fs::File;
use std::io::Write as _;

use pipemason_core::proof::Exit;
use pipemason_core::text::redact::Redactor;
use pipemason_process::Captured;

use crate::command::Execution;
use crate::error::GateError;
use crate::files;
use crate::place::Place;

/// Longer than anybody reads of one command; the telling parts are at the beginning and the end.
const MAX_KEPT_BYTES: usize = 2 * 1024 * 1024;

/// Longer than any secret. As much is cut off where an output was cut already, because half of a secret is not
/// recognized.
const MARGIN_BYTES: usize = 64 * 1024;

/// The log of one check; each command adds to it.
#[derive(Debug)]
pub(crate) struct Log {
    /// Relative to the records.
    pub(crate) path: String,
    file: File,
    redactors: Vec<Redactor>,
}

impl Log {
    /// Begins the log of a check; an earlier one is gone.
    pub(crate) fn begin(place: &Place, check: &str) -> Result<Self, GateError> {
        let path = place.log_of(check);
        match files::create(&place.records, &path) {
            Ok(file) => Ok(Self { path, file, redactors: vec![place.redactor.clone()] }),
            Err(error) => Err(unwritable(&path, &error)),
        }
    }

    /// Makes the log know more secrets.
    pub(crate) fn redact(&mut self, redactor: Redactor) {
        self.redactors.push(redactor);
    }

    /// Adds what a command said, and how it ended.
    pub(crate) fn add(&mut self, line: &str, execution: &Execution) -> Result<(), GateError> {
        let ending = match execution.exit {
            Exit::Status(status) => format!("exit status {status}"),
            Exit::Killed => "killed by a signal".to_owned(),
            Exit::TimedOut => "ended because it took too long".to_owned(),
        };
        self.add_as(line, execution, &ending)
    }

    /// Adds what a command said, and these words about its end.
    pub(crate) fn add_as(&mut self, line: &str, execution: &Execution, ending: &str) -> Result<(), GateError> {
        let text = self.text(&execution.output);
        let newline = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        let seconds = execution.duration.as_secs_f32();
        let line = self.redacted(line);
        let entry = format!("$ {line}\n{text}{newline}[{ending} after {seconds:.1} s]\n\n");
        self.file.write_all(entry.as_bytes()).map_err(|error| unwritable(&self.path, &error))
    }

    fn redacted(&self, text: &str) -> String {
        self.redactors.iter().fold(text.to_owned(), |text, redactor| redactor.redact(&text).into_owned())
    }

    fn text(&self, output: &Captured) -> String {
        let half = MAX_KEPT_BYTES / 2;
        let (first, last) = (String::from_utf8_lossy(&output.first), String::from_utf8_lossy(&output.last));
        if output.left_out == 0 {
            let text = self.redacted(&format!("{first}{last}"));
            if text.len() <= MAX_KEPT_BYTES {
                return text;
            }
            let (start, end) = (cut_at(&text, half), cut_at(&text, text.len() - half));
            return shortened(text.get(..start), text.get(end..), (end - start) as u64);
        }
        let (first, last) = (self.redacted(&first), self.redacted(&last));
        let start = cut_at(&first, half.min(first.len().saturating_sub(MARGIN_BYTES)));
        let end = cut_at(&last, last.len().saturating_sub(half).max(MARGIN_BYTES.min(last.len())));
        let left_out = output.left_out + (first.len() - start + end) as u64;
        shortened(first.get(..start), last.get(end..), left_out)
    }
}

fn cut_at(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

fn shortened(first: Option<&str>, last: Option<&str>, left_out: u64) -> String {
    format!("{}\n[… {left_out} bytes left out …]\n{}", first.unwrap_or_default(), last.unwrap_or_default())
}

fn unwritable(path: &str, error: &std::io::Error) -> GateError {
    GateError::Unavailable(format!("the log `{path}` cannot be written: {error}; make room or give the right to write"))
}

#[cfg(test)]
mod tests;
