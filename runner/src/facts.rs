//! What the engine found out about a run and needs again: commits, results of tests at the base, proofs.
//!
//! The file lies beside the ledger, and the ledger names its hash: what was changed from outside is not believed.

use std::collections::BTreeMap;

use pipemason_core::domain::Unit;
use pipemason_core::hash::{CommitSha, ContentHash};
use pipemason_core::phase::Phase;
use pipemason_gates::{Ground, RedProof};
use serde::{Deserialize, Serialize};

use crate::files::{FileError, read_if_there, write_whole};
use crate::folder::RunFolder;

/// The version of the file.
const FORMAT: u32 = 1;

/// What the engine knows of a run beside its state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    v: u32,
    /// Who takes the turns, if that was said when the run was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// Where the branch grows from.
    pub base: CommitSha,
    /// The base as it was fetched last; `rebase` goes there.
    pub target: CommitSha,
    /// The commits of phases that passed.
    pub head: CommitSha,
    /// What the tests of each unit do at the base.
    pub grounds: BTreeMap<Unit, Ground>,
    /// What was proven red: unit tests, and end-to-end tests.
    pub red: BTreeMap<Unit, RedProof>,
    pub end_to_end_red: BTreeMap<Unit, RedProof>,
    /// What the set-up of each unit depends on at the base.
    pub setups: BTreeMap<Unit, ContentHash>,
    /// How the attempts of the visit under way failed, the oldest first.
    pub failures: Vec<Failure>,
}

/// One attempt that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    pub phase: Phase,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    pub attempt: u32,
    pub fingerprint: ContentHash,
    /// The report for the next attempt, relative to `.pipeline/`.
    pub report: String,
    /// What the agent says it tried.
    pub tried: String,
}

/// Why the facts of a run cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("what the engine knew about the run was changed from outside")]
    Tampered,
    #[error("what the engine knew about the run cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    #[error("what the engine knew about the run is of version {0}; this program reads version {FORMAT}")]
    Version(u32),
}

impl Facts {
    /// Begins with a base, and with who was named to take the turns.
    pub fn new(base: CommitSha, agent: Option<String>) -> Self {
        Self {
            v: FORMAT,
            agent,
            base,
            target: base,
            head: base,
            grounds: BTreeMap::new(),
            red: BTreeMap::new(),
            end_to_end_red: BTreeMap::new(),
            setups: BTreeMap::new(),
            failures: Vec::new(),
        }
    }

    /// Returns the hash that the ledger names.
    pub fn hash(&self) -> ContentHash {
        ContentHash::of(&self.to_bytes())
    }

    /// Writes the facts; the hash goes into the ledger with the next event.
    pub fn write(&self, folder: &RunFolder) -> Result<ContentHash, FileError> {
        let bytes = self.to_bytes();
        write_whole(&folder.facts(self.hash()), &bytes)?;
        Ok(ContentHash::of(&bytes))
    }

    /// Reads the facts that the ledger names.
    pub fn read(folder: &RunFolder, hash: ContentHash) -> Result<Self, FactsError> {
        let text = read_if_there(&folder.facts(hash))?.ok_or(FactsError::Tampered)?;
        if ContentHash::of(text.as_bytes()) != hash {
            return Err(FactsError::Tampered);
        }
        let facts: Self = serde_json::from_str(&text)?;
        if facts.v == FORMAT { Ok(facts) } else { Err(FactsError::Version(facts.v)) }
    }

    fn to_bytes(&self) -> Vec<u8> {
        // Keys are texts and values are plain, so writing cannot fail.
        serde_json::to_vec(self).unwrap_or_default()
    }
}
