//! Reading lines of the log: ours, the original product's, and what is neither.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::str::FromStr;

use jiff::Timestamp;
use serde_json::Value;

use crate::failure::FailureClass;
use crate::money::Usd;

use super::{LogEntry, LogEvent, VERSION};

/// Longest line that is looked into; ours are far shorter.
const MAX_READ_BYTES: usize = 1024 * 1024;

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine<'a> {
    /// Counted from 1.
    pub number: u64,
    pub content: LogContent<'a>,
}

/// What a line holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogContent<'a> {
    Entry(Box<LogEntry>),
    /// Something else, and why it is no entry. What is no UTF-8 in it is replaced.
    Foreign {
        text: Cow<'a, str>,
        why: String,
    },
    /// The start of an entry: the last line, when writing it was interrupted.
    Torn {
        text: Cow<'a, str>,
    },
}

/// Reads `log` line by line; empty lines are passed over.
pub fn read(log: &[u8]) -> impl Iterator<Item = LogLine<'_>> {
    let lines = log.split_inclusive(|byte| *byte == b'\n');
    lines.zip(1..).filter_map(|(line, number)| {
        let is_whole = line.ends_with(b"\n");
        let line = line.trim_ascii();
        (!line.is_empty()).then(|| LogLine { number, content: read_line(line, number, is_whole) })
    })
}

fn read_line(line: &[u8], number: u64, is_whole: bool) -> LogContent<'_> {
    match entry(line, number) {
        Ok(entry) => LogContent::Entry(Box::new(entry)),
        Err(_) if !is_whole => LogContent::Torn { text: String::from_utf8_lossy(line) },
        Err(why) => LogContent::Foreign { text: String::from_utf8_lossy(line), why },
    }
}

fn entry(line: &[u8], number: u64) -> Result<LogEntry, String> {
    if line.len() > MAX_READ_BYTES {
        return Err(format!("the line has {} bytes; at most {MAX_READ_BYTES} are read", line.len()));
    }
    let values: BTreeMap<String, Value> =
        serde_json::from_slice(line).map_err(|error| format!("no JSON object: {error}"))?;
    let mut fields = Fields { values, is_ours: true, kept: Vec::new() };
    match fields.values.remove("v") {
        None => fields.is_ours = false,
        Some(version) if version == VERSION => {}
        Some(version) => return Err(format!("`v` is {version}; this pipemason reads {VERSION}")),
    }
    fields.entry(number)
}

/// The fields of a line, being taken one by one.
struct Fields {
    values: BTreeMap<String, Value>,
    is_ours: bool,
    /// What a line of the original product has and ours have not.
    kept: Vec<String>,
}

impl Fields {
    fn entry(mut self, number: u64) -> Result<LogEntry, String> {
        let ts = self.parsed::<Timestamp>("ts")?.ok_or("`ts` is missing")?;
        let event = self.take("event", event_of)?.ok_or("`event` is missing or unknown")?;
        let seq = self.take("seq", Value::as_u64)?;
        let entry = LogEntry {
            run_id: self.parsed("run_id")?,
            phase: self.parsed("phase")?,
            unit: self.parsed("domain")?,
            agent: self.take("agent", text)?,
            outcome: self.outcome()?,
            failure_class: self.take("failure_class", class_of)?,
            duration_ms: self.take("duration_ms", Value::as_u64)?,
            command: self.take("command", text)?,
            commit_sha: self.parsed("commit_sha")?,
            tokens_in: self.take("tokens_in", Value::as_u64)?,
            tokens_out: self.take("tokens_out", Value::as_u64)?,
            cost_usd: self.take("cost_usd", usd_of)?,
            notes: self.take("notes", text)?.unwrap_or_default(),
            ..LogEntry::new(ts, 0, event)
        };
        match seq {
            None if self.is_ours => Err("`seq` is missing".to_owned()),
            seq => self.finish(LogEntry { seq: seq.unwrap_or(number), ..entry }),
        }
    }

    /// Takes the value of `key`. One that cannot be read makes a line of ours foreign, and is kept of others.
    fn take<T>(&mut self, key: &str, read: impl Fn(&Value) -> Option<T>) -> Result<Option<T>, String> {
        match self.values.remove(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match read(&value) {
                Some(value) => Ok(Some(value)),
                None if self.is_ours => Err(format!("`{key}` cannot be read")),
                None => {
                    self.keep(key, &value);
                    Ok(None)
                }
            },
        }
    }

    fn parsed<T: FromStr>(&mut self, key: &str) -> Result<Option<T>, String> {
        self.take(key, |value| value.as_str()?.parse().ok())
    }

    /// The original product calls the outcome of a phase `status`.
    fn outcome(&mut self) -> Result<Option<String>, String> {
        let outcome = self.take("outcome", text)?;
        if self.is_ours || outcome.is_some() { Ok(outcome) } else { self.take("status", text) }
    }

    fn keep(&mut self, key: &str, value: &Value) {
        // Other packages can make `serde_json` keep the order of a file.
        let mut value = value.clone();
        value.sort_all_objects();
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        self.kept.push(format!("{key}={value}"));
    }

    fn finish(mut self, mut entry: LogEntry) -> Result<LogEntry, String> {
        for (key, value) in std::mem::take(&mut self.values) {
            if self.is_ours {
                return Err(format!("`{key}` is not a field of the log"));
            }
            self.keep(&key, &value);
        }
        for kept in &self.kept {
            let separator = if entry.notes.is_empty() { "" } else { "; " };
            entry.notes.extend([separator, kept]);
        }
        Ok(entry)
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn event_of(value: &Value) -> Option<LogEvent> {
    match value.as_str()? {
        "progress" => Some(LogEvent::AgentProgress),
        name => name.parse().ok(),
    }
}

/// Reads a class; two have other names in the original product.
pub(crate) fn class_of(value: &Value) -> Option<FailureClass> {
    match value.as_str()? {
        "e2e_blue_missing" => Some(FailureClass::E2eNotRed),
        "retry_budget_exhausted" => Some(FailureClass::BudgetExhausted),
        name => name.parse().ok(),
    }
}

/// Reads an amount, from text or from a number with at most six decimals.
pub(crate) fn usd_of(value: &Value) -> Option<Usd> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.to_string().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
