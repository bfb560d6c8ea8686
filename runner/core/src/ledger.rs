//! The ledger: the engine's own record of a run, one line a transition, chained by hash.
//!
//! The ledger is the truth of a run. `STATE.md` and `iterations.log` are written from it and never read
//! back as authority. A line is `<hash> <json>`; the hash covers the line before it and the JSON as it
//! stands there, so no two programs have to agree on how JSON is written.
//!
//! What is *not* here: files, refs and fsync. And no secret: events are redacted before they reach the
//! machine, so that a replay of the ledger is the run.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::hash::{ContentHash, HashError};
use crate::policy::Policy;
use crate::run::{Effect, Event, Record, Rejection, Run, Transition, step};

mod reconcile;

pub use reconcile::{Reconciled, reconcile};

/// The version of the lines this module writes.
pub const LEDGER_FORMAT: u32 = 1;

/// What the first line says: the run before anything happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Opening {
    v: u32,
    run: Run,
}

/// One transition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerEntry {
    pub v: u32,
    pub seq: u64,
    pub at: Timestamp,
    /// The fencing number of the lease under which it was written.
    pub fencing: u64,
    /// The letter of the mailbox that the event came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub letter: Option<u64>,
    /// The policy, where it differs from that of the line before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    pub policy_hash: ContentHash,
    pub event: Event,
    pub effects: Vec<Effect>,
    pub records: Vec<Record>,
    /// The hash of the run afterwards.
    pub run_hash: ContentHash,
}

/// Why a ledger cannot be believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    #[error("the ledger is empty")]
    Empty,
    /// The last line has no end: whoever wrote it was interrupted, and nothing was done about it yet.
    #[error("line {line} of the ledger is not complete")]
    Torn { line: usize },
    #[error("line {line} of the ledger cannot be read: {message}")]
    Unreadable { line: usize, message: String },
    #[error("line {line} of the ledger is of version {version}; this program reads version {LEDGER_FORMAT}")]
    Version { line: usize, version: u32 },
    #[error("line {line} of the ledger does not follow from the line before it; the record was changed from outside")]
    Broken { line: usize },
    #[error("line {line} of the ledger says something that cannot have happened: {rejection}")]
    Impossible { line: usize, rejection: Rejection },
    #[error("line {line} of the ledger does not lead to the run it names; the record was changed from outside")]
    Differs { line: usize },
    #[error("line {line} of the ledger was written by a machine that no longer held the run")]
    Superseded { line: usize },
    #[error("line {line} of the ledger reads a letter of the mailbox a second time")]
    LetterTwice { line: usize },
}

/// The end of a ledger: all that is needed to add a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub hash: ContentHash,
    pub policy: Option<ContentHash>,
    /// The last letter of the mailbox that was read.
    pub letter: u64,
    /// The fencing number of the last line; no lower one may follow.
    pub fencing: u64,
}

/// A ledger that was read and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    pub run: Run,
    pub entries: Vec<LedgerEntry>,
    /// The hash of each line, the first line's first.
    pub hashes: Vec<ContentHash>,
    pub head: Head,
}

/// Under what circumstances a transition is written down.
#[derive(Clone, Debug)]
pub struct Circumstances<'a> {
    pub at: Timestamp,
    pub fencing: u64,
    pub letter: Option<u64>,
    pub policy: &'a Policy,
}

/// Returns the hash of `run` as a whole.
pub fn run_hash(run: &Run) -> ContentHash {
    // A run has only text keys and plain values, so writing it cannot fail.
    ContentHash::of(&serde_json::to_vec(run).unwrap_or_default())
}

/// Returns the first line of the ledger of `run`, which has not started, and its end.
pub fn open(run: &Run) -> (String, Head) {
    let opening = Opening { v: LEDGER_FORMAT, run: run.clone() };
    let json = serde_json::to_string(&opening).unwrap_or_default();
    let (line, hash) = chain(None, &json);
    (line, Head { hash, policy: None, letter: 0, fencing: 0 })
}

/// Returns the line that follows `head`, and the new end.
pub fn append(
    head: &Head,
    event: &Event,
    transition: &Transition,
    circumstances: &Circumstances<'_>,
) -> (String, Head) {
    let policy_hash = circumstances.policy.hash();
    let is_new_policy = head.policy != Some(policy_hash);
    let entry = LedgerEntry {
        v: LEDGER_FORMAT,
        seq: transition.run.seq,
        at: circumstances.at,
        fencing: circumstances.fencing,
        letter: circumstances.letter,
        policy: is_new_policy.then(|| circumstances.policy.clone()),
        policy_hash,
        event: event.clone(),
        effects: transition.effects.clone(),
        records: transition.records.clone(),
        run_hash: run_hash(&transition.run),
    };
    let json = serde_json::to_string(&entry).unwrap_or_default();
    let (line, hash) = chain(Some(&head.hash), &json);
    let letter = entry.letter.unwrap_or(head.letter);
    (line, Head { hash, policy: Some(policy_hash), letter, fencing: entry.fencing })
}

fn chain(previous: Option<&ContentHash>, json: &str) -> (String, ContentHash) {
    let nothing = [0; 32];
    let previous = previous.map_or(&nothing, ContentHash::as_bytes);
    let hash = ContentHash::of_parts([previous.as_slice(), json.as_bytes()]);
    (format!("{hash} {json}\n"), hash)
}

/// Reads a ledger, checks its chain, and lives the run again.
pub fn read(text: &str) -> Result<Ledger, LedgerError> {
    let mut lines = text.split_inclusive('\n').enumerate().map(|(index, line)| (index + 1, line));
    let (number, first) = lines.next().ok_or(LedgerError::Empty)?;
    let (hash, opening) = read_line::<Opening>(number, first, None)?;
    check_version(number, opening.v)?;
    let head = Head { hash, policy: None, letter: 0, fencing: 0 };
    let mut ledger = Ledger { run: opening.run, entries: Vec::new(), hashes: vec![hash], head };
    let mut policy = Policy::default();
    for (number, line) in lines {
        let (hash, entry) = read_line::<LedgerEntry>(number, line, Some(&ledger.head.hash))?;
        check_version(number, entry.v)?;
        if let Some(new) = &entry.policy {
            policy = new.clone();
        }
        relive(&mut ledger, number, hash, entry, &policy)?;
    }
    Ok(ledger)
}

fn relive(
    ledger: &mut Ledger,
    line: usize,
    hash: ContentHash,
    entry: LedgerEntry,
    policy: &Policy,
) -> Result<(), LedgerError> {
    if policy.hash() != entry.policy_hash {
        return Err(LedgerError::Differs { line });
    }
    if entry.fencing < ledger.head.fencing {
        return Err(LedgerError::Superseded { line });
    }
    if entry.letter.is_some_and(|letter| letter <= ledger.head.letter) {
        return Err(LedgerError::LetterTwice { line });
    }
    let transition = step(&ledger.run, &entry.event, policy, entry.at)
        .map_err(|rejection| LedgerError::Impossible { line, rejection })?;
    let is_same = transition.run.seq == entry.seq
        && run_hash(&transition.run) == entry.run_hash
        && transition.effects == entry.effects
        && transition.records == entry.records;
    if !is_same {
        return Err(LedgerError::Differs { line });
    }
    ledger.run = transition.run;
    ledger.head.hash = hash;
    ledger.head.policy = Some(entry.policy_hash);
    ledger.head.letter = entry.letter.unwrap_or(ledger.head.letter);
    ledger.head.fencing = entry.fencing;
    ledger.hashes.push(hash);
    ledger.entries.push(entry);
    Ok(())
}

fn check_version(line: usize, version: u32) -> Result<(), LedgerError> {
    if version == LEDGER_FORMAT { Ok(()) } else { Err(LedgerError::Version { line, version }) }
}

fn read_line<T: serde::de::DeserializeOwned>(
    line: usize,
    text: &str,
    previous: Option<&ContentHash>,
) -> Result<(ContentHash, T), LedgerError> {
    let unreadable = |message: String| LedgerError::Unreadable { line, message };
    let text = text.strip_suffix('\n').ok_or(LedgerError::Torn { line })?;
    let (named, json) = text.split_once(' ').ok_or_else(|| unreadable("it has no hash".to_owned()))?;
    let named: ContentHash = named.parse().map_err(|error: HashError| unreadable(error.to_string()))?;
    let (_, hash) = chain(previous, json);
    if hash != named {
        return Err(LedgerError::Broken { line });
    }
    let value = serde_json::from_str(json).map_err(|error| unreadable(error.to_string()))?;
    Ok((hash, value))
}

#[cfg(test)]
mod tests;
