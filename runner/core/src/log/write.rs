//! Writing lines of the log.

use std::fmt::Write as _;

use super::{LogEntry, VERSION};

/// Longest line, with its line end. Small enough to be read with any tool; a note that needs more belongs
/// into a file.
pub const MAX_LINE_BYTES: usize = 8192;

/// Longest name of an agent and longest outcome as written: one word or a few.
const MAX_WORD_BYTES: usize = 256;

/// Longest command as written: together with everything else it leaves more than half of the line to the notes.
const MAX_COMMAND_BYTES: usize = 2048;

pub(super) fn to_line(entry: &LogEntry) -> String {
    let mut line = LineWriter(format!("{{\"v\":{VERSION}"));
    line.number("seq", Some(entry.seq));
    line.word("ts", Some(entry.ts));
    line.word("run_id", entry.run_id);
    line.word("event", Some(entry.event));
    line.word("phase", entry.phase);
    line.word("domain", entry.unit.as_ref());
    line.text("agent", entry.agent.as_deref(), MAX_WORD_BYTES);
    line.text("outcome", entry.outcome.as_deref(), MAX_WORD_BYTES);
    line.word("failure_class", entry.failure_class);
    line.number("duration_ms", entry.duration_ms);
    line.text("command", entry.command.as_deref(), MAX_COMMAND_BYTES);
    line.word("commit_sha", entry.commit_sha);
    line.number("tokens_in", entry.tokens_in);
    line.number("tokens_out", entry.tokens_out);
    if let Some(cost) = entry.cost_usd {
        // As text, because JSON readers make floating point of numbers.
        let micros = cost.as_micros();
        line.word("cost_usd", Some(format_args!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)));
    }
    if !entry.notes.is_empty() {
        let frame = ",\"notes\":\"\"}\n".len();
        let left = MAX_LINE_BYTES.saturating_sub(line.0.len() + frame);
        line.text("notes", Some(&entry.notes), left);
    }
    line.0 + "}\n"
}

struct LineWriter(String);

impl LineWriter {
    fn number(&mut self, key: &str, value: Option<u64>) {
        if let Some(value) = value {
            self.push(format_args!(",\"{key}\":{value}"));
        }
    }

    /// Appends something that our own types write, which needs no escapes.
    fn word(&mut self, key: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            self.push(format_args!(",\"{key}\":\"{value}\""));
        }
    }

    fn text(&mut self, key: &str, value: Option<&str>, limit: usize) {
        if let Some(value) = value {
            self.push(format_args!(",\"{key}\":\""));
            push_escaped(&mut self.0, value, limit);
            self.0.push('"');
        }
    }

    fn push(&mut self, arguments: std::fmt::Arguments<'_>) {
        // Writing to a `String` cannot fail.
        let _: std::fmt::Result = self.0.write_fmt(arguments);
    }
}

/// Appends `text` with everything escaped that is not plainly printable, in at most `limit` bytes.
fn push_escaped(into: &mut String, text: &str, limit: usize) {
    const MARK: &str = "\\u2026";
    let start = into.len();
    let mut last_fit = start;
    for character in text.chars() {
        if into.len() - start + MARK.len() <= limit {
            last_fit = into.len();
        }
        push_character(into, character);
        if into.len() - start > limit {
            into.truncate(last_fit);
            into.push_str(MARK);
            return;
        }
    }
}

fn push_character(into: &mut String, character: char) {
    match character {
        '"' => into.push_str("\\\""),
        '\\' => into.push_str("\\\\"),
        '\n' => into.push_str("\\n"),
        '\r' => into.push_str("\\r"),
        '\t' => into.push_str("\\t"),
        ' ' | '!' | '#'..='~' => into.push(character),
        _ if character.is_alphanumeric() => into.push(character),
        _ => {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a `String` cannot fail.
                let _: std::fmt::Result = write!(into, "\\u{unit:04x}");
            }
        }
    }
}
