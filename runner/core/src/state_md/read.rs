//! Reading the front matter: ours, and that of the original product.

use std::collections::BTreeMap;
use std::str::FromStr;

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::document::header::{Header, scalar};
use crate::failure::PerClass;
use crate::id::RunId;
use crate::log::{class_of, usd_of};
use crate::money::Usd;
use crate::phase::Phase;
use crate::status::RunStatus;

use super::{ActiveUnit, CompleteUnit, EscalationLine, FailedUnit, SCHEMA_VERSION, StateDocument};

/// Why a file holds no state at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    #[error("STATE.md has no front matter")]
    Missing,
    #[error("STATE.md, line {line}: {message}")]
    Unreadable { line: u32, message: String },
    #[error("STATE.md has schema_version `{found}`; this pipemason reads {SCHEMA_VERSION}")]
    Version { found: String },
}

/// A state, and what of the file could not be taken into it: keys nobody knows, values that are not what they
/// should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateRead {
    pub state: StateDocument,
    pub unknown: Vec<String>,
}

/// Reads a file. What cannot be read has a default and is named.
pub fn read(file: &str) -> Result<StateRead, StateError> {
    let mut header = Header::read(file);
    if let Some((place, message)) = header.problem.take() {
        return Err(StateError::Unreadable { line: place.0, message });
    }
    let version = header.text("schema_version").ok_or(StateError::Missing)?;
    if version != SCHEMA_VERSION.to_string() {
        return Err(StateError::Version { found: version });
    }
    let mut reader = StateReader { header, unknown: Vec::new() };
    let state = reader.state();
    reader.unknown.extend(reader.header.rest().map(str::to_owned));
    Ok(StateRead { state, unknown: reader.unknown })
}

struct StateReader {
    header: Header,
    unknown: Vec<String>,
}

impl StateReader {
    fn state(&mut self) -> StateDocument {
        let started = self.parsed("started").unwrap_or(Timestamp::UNIX_EPOCH);
        StateDocument {
            run_id: self.parsed("run_id").unwrap_or(RunId(ulid::Ulid::nil())),
            ticket: self.text("ticket"),
            title: self.text("title"),
            branch: self.parsed("branch"),
            base_branch: self.parsed("base_branch"),
            started,
            updated: self.parsed("updated").unwrap_or(started),
            phase: self.value("phase", |value| phase_of(value.as_str()?)).unwrap_or(Phase::Init),
            status: self.parsed("status").unwrap_or(RunStatus::Pending),
            domains_active: self.items("domains_active", active),
            domains_complete: self.items("domains_complete", complete),
            domains_failed: self.items("domains_failed", failed),
            escalations: self.items("escalations", escalation),
            total_iterations: self.value("total_iterations", number).unwrap_or(0),
            retries_by_failure_class: self.retries(),
            tokens_in: self.value("tokens_in", Value::as_u64).unwrap_or(0),
            tokens_out: self.value("tokens_out", Value::as_u64).unwrap_or(0),
            cost_usd: self.value("cost_usd", usd_of).unwrap_or(Usd::ZERO),
            agent: self.text("agent"),
            pull_request: self.text("pull_request"),
        }
    }

    /// Takes the value of `key`; nothing and an empty text are no value.
    fn value<T>(&mut self, key: &str, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let value = self.header.value(key).filter(|value| !value.is_null() && value.as_str() != Some(""))?;
        let read = read(&value);
        if read.is_none() {
            self.unknown.push(key.to_owned());
        }
        read
    }

    fn parsed<T: FromStr>(&mut self, key: &str) -> Option<T> {
        self.value(key, |value| scalar(value)?.parse().ok())
    }

    fn text(&mut self, key: &str) -> String {
        self.value(key, scalar).unwrap_or_default()
    }

    fn items<T>(&mut self, key: &str, read: fn(&Map<String, Value>) -> Option<T>) -> Vec<T> {
        let values = self.header.list(key);
        let count = values.len();
        let items: Vec<T> = values.iter().filter_map(|value| read(value.as_object()?)).collect();
        if items.len() < count {
            self.unknown.push(key.to_owned());
        }
        items
    }

    fn retries(&mut self) -> PerClass {
        let key = "retries_by_failure_class";
        let Some(values) = self.value(key, |value| value.as_object().cloned()) else {
            return PerClass::default();
        };
        // Other packages can make `serde_json` keep the order of the file.
        let values: BTreeMap<_, _> = values.into_iter().collect();
        let mut counters = BTreeMap::new();
        for (name, value) in values {
            match (class_of(&Value::String(name.clone())), number(&value).and_then(|count| u16::try_from(count).ok())) {
                (Some(class), Some(count)) => {
                    counters.insert(class.name(), count);
                }
                _ => self.unknown.push(format!("{key}.{name}")),
            }
        }
        // Names of classes and small numbers always read back.
        serde_json::to_value(counters).and_then(serde_json::from_value).unwrap_or_default()
    }
}

/// Reads a phase; the original product has two more, for the end of a run.
fn phase_of(name: &str) -> Option<Phase> {
    match name {
        "done" | "failed" => Some(Phase::Finalize),
        name => name.parse().ok(),
    }
}

fn number(value: &Value) -> Option<u32> {
    value.as_u64()?.try_into().ok()
}

fn parsed<T: FromStr>(item: &Map<String, Value>, key: &str) -> Option<T> {
    scalar(item.get(key)?)?.parse().ok()
}

fn text(item: &Map<String, Value>, key: &str) -> String {
    item.get(key).and_then(scalar).unwrap_or_default()
}

fn active(item: &Map<String, Value>) -> Option<ActiveUnit> {
    Some(ActiveUnit { name: parsed(item, "name")?, agent: text(item, "agent"), started: parsed(item, "started")? })
}

fn complete(item: &Map<String, Value>) -> Option<CompleteUnit> {
    let artifacts = item.get("artifacts").and_then(Value::as_array);
    Some(CompleteUnit {
        name: parsed(item, "name")?,
        agent: text(item, "agent"),
        ended: parsed(item, "ended")?,
        artifacts: artifacts.into_iter().flatten().filter_map(scalar).collect(),
    })
}

fn failed(item: &Map<String, Value>) -> Option<FailedUnit> {
    Some(FailedUnit {
        name: parsed(item, "name")?,
        agent: text(item, "agent"),
        ended: parsed(item, "ended")?,
        reason: text(item, "reason"),
        retry_count: item.get("retry_count").and_then(number).unwrap_or(0),
    })
}

fn escalation(item: &Map<String, Value>) -> Option<EscalationLine> {
    Some(EscalationLine {
        id: parsed(item, "id"),
        ts: parsed(item, "ts")?,
        phase: phase_of(item.get("phase")?.as_str()?)?,
        failure_class: item.get("failure_class").and_then(class_of),
        reason: text(item, "reason"),
        awaiting: text(item, "awaiting"),
        recovery: text(item, "recovery"),
    })
}
