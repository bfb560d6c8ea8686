//! What is written down of a run, and in which order.
//!
//! 1. A transition and its effects are one line of the ledger, synced before anything is carried out. A line without
//!    an end was never committed: nothing was done about it, and it is cut off.
//! 2. An effect that costs something or takes long is *begun* (synced) before it starts, and its outcome is a file of
//!    its own (synced) before it is fed back. So a crash in the middle of a turn is told from one before or after it.
//! 3. An effect that was carried out is *done*. That line is not synced: carrying out an effect twice is harmless.
//!
//! Removing what a finished transition leaves behind is not needed: keys are never used again.

use std::collections::BTreeSet;
use std::fs;

use jiff::Timestamp;
use pipemason_core::ledger::{self, Circumstances, Head, Ledger, LedgerError};
use pipemason_core::policy::Policy;
use pipemason_core::run::{Effect, EffectKey, Event, Run, Transition};

use crate::files::{self, FileError, make_folder, read_if_there, sync_folder_of, write_new, write_whole};
use crate::folder::RunFolder;

/// The journal of a run that this process holds.
#[derive(Debug)]
pub struct Journal {
    folder: RunFolder,
    fencing: u64,
    head: Head,
    progress: Progress,
}

/// How far the effects of the last transition are.
#[derive(Debug, Default)]
struct Progress {
    begun: BTreeSet<(u64, u32)>,
    done: BTreeSet<(u64, u32)>,
    /// The last letter that was read.
    letter: u64,
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("there is already a run in {0}")]
    Taken(String),
    #[error("there is no run in {0}")]
    NoRun(String),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// How far an effect is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EffectState {
    /// Nothing was done about it.
    Waiting,
    /// It was begun, and nobody knows how it ended.
    Begun,
    /// It ended with this event, which the machine has not heard.
    Ended(Box<Event>),
    /// It was carried out.
    Done,
}

impl Journal {
    /// Begins the journal of `run`, which has not started.
    pub fn create(folder: &RunFolder, run: &Run, fencing: u64) -> Result<Self, JournalError> {
        make_folder(folder.root())?;
        let (line, head) = ledger::open(run);
        if !write_new(&folder.ledger(), line.as_bytes())? {
            return Err(JournalError::Taken(folder.root().display().to_string()));
        }
        sync_folder_of(folder.root())?;
        Ok(Self { folder: folder.clone(), fencing, head, progress: Progress::default() })
    }

    /// Takes up the journal of a run, and returns what it says.
    pub fn open(folder: &RunFolder, fencing: u64) -> Result<(Self, Ledger), JournalError> {
        let text = text_of(folder)?;
        let committed = committed(&text);
        if committed.len() < text.len() {
            write_whole(&folder.ledger(), committed.as_bytes())?;
        }
        let ledger = ledger::read(committed)?;
        let progress = Progress::read(&read_if_there(&folder.progress())?.unwrap_or_default());
        let journal = Self { folder: folder.clone(), fencing, head: ledger.head.clone(), progress };
        Ok((journal, ledger))
    }

    /// Writes down a transition and what it intends.
    pub fn commit(
        &mut self,
        event: &Event,
        transition: &Transition,
        policy: &Policy,
        at: Timestamp,
        letter: Option<u64>,
    ) -> Result<(), JournalError> {
        let circumstances = Circumstances { at, fencing: self.fencing, letter, policy };
        let (line, head) = ledger::append(&self.head, event, transition, &circumstances);
        files::append(&self.folder.ledger(), line.as_bytes())?;
        self.head = head;
        Ok(())
    }

    /// Writes down that an effect is about to be carried out that should not be repeated unseen.
    pub fn begin(&mut self, key: EffectKey) -> Result<(), JournalError> {
        files::append(&self.folder.progress(), format!("begun {} {}\n", key.seq, key.index).as_bytes())?;
        self.progress.begun.insert((key.seq, key.index));
        Ok(())
    }

    /// Returns where the outcome of an effect is kept until the machine has heard it.
    pub fn outcome(&self, key: EffectKey) -> Outcome {
        let folder = self.folder.outcomes();
        Outcome { path: folder.join(format!("{}-{}.json", key.seq, key.index)) }
    }

    /// Writes down that an effect was carried out.
    pub fn done(&mut self, key: EffectKey) -> Result<(), JournalError> {
        let path = self.folder.progress();
        let line = format!("done {} {}\n", key.seq, key.index);
        let failed = |error| FileError::new(&path, "written", error);
        let mut file = fs::OpenOptions::new().append(true).create(true).open(&path).map_err(failed)?;
        std::io::Write::write_all(&mut file, line.as_bytes()).map_err(failed)?;
        self.progress.done.insert((key.seq, key.index));
        Ok(())
    }

    /// Says how far an effect is.
    pub fn state_of(&self, key: EffectKey) -> Result<EffectState, JournalError> {
        let place = (key.seq, key.index);
        if self.progress.done.contains(&place) {
            return Ok(EffectState::Done);
        }
        if let Some(event) = self.outcome(key).read()? {
            return Ok(EffectState::Ended(Box::new(event)));
        }
        let is_begun = self.progress.begun.contains(&place);
        Ok(if is_begun { EffectState::Begun } else { EffectState::Waiting })
    }

    /// Returns the number of the last letter that was read.
    pub fn last_letter(&self) -> u64 {
        self.progress.letter.max(self.head.letter)
    }

    /// Writes down that a letter was read, also where nothing followed from it.
    pub fn read_letter(&mut self, number: u64) -> Result<(), JournalError> {
        if number > self.last_letter() {
            files::append(&self.folder.progress(), format!("read {number} 0\n").as_bytes())?;
            self.progress.letter = number;
        }
        Ok(())
    }

    /// Returns the folder of the run.
    pub fn folder(&self) -> &RunFolder {
        &self.folder
    }
}

/// The place for the outcome of one effect.
#[derive(Clone, Debug)]
pub struct Outcome {
    path: std::path::PathBuf,
}

impl Outcome {
    /// Writes down how the effect ended.
    pub fn write(&self, event: &Event) -> Result<(), FileError> {
        make_folder(self.path.parent().unwrap_or(&self.path))?;
        // An event has only plain values, so writing it cannot fail.
        write_whole(&self.path, &serde_json::to_vec(event).unwrap_or_default())
    }

    /// Returns how the effect ended. A file that cannot be read says as much as none.
    fn read(&self) -> Result<Option<Event>, FileError> {
        Ok(read_if_there(&self.path)?.and_then(|text| serde_json::from_str(&text).ok()))
    }
}

impl Progress {
    /// Reads the lines that are whole; whatever else is there was not finished.
    fn read(text: &str) -> Self {
        let mut progress = Self::default();
        for line in committed(text).lines() {
            let mut words = line.split(' ');
            let (Some(kind), Some(seq), Some(index)) = (words.next(), words.next(), words.next()) else { continue };
            let (Ok(seq), Ok(index)) = (seq.parse(), index.parse()) else { continue };
            match kind {
                "begun" => _ = progress.begun.insert((seq, index)),
                "done" => _ = progress.done.insert((seq, index)),
                "read" => progress.letter = progress.letter.max(seq),
                _ => {}
            }
        }
        progress
    }
}

/// Reads the ledger of a run that somebody else may hold: what they are writing just now is left out.
pub fn look(folder: &RunFolder) -> Result<Ledger, JournalError> {
    Ok(ledger::read(committed(&text_of(folder)?))?)
}

fn text_of(folder: &RunFolder) -> Result<String, JournalError> {
    let text = read_if_there(&folder.ledger())?;
    text.ok_or_else(|| JournalError::NoRun(folder.root().display().to_string()))
}

/// Returns the lines that have an end.
fn committed(text: &str) -> &str {
    let end = text.rfind('\n').map_or(0, |index| index + 1);
    text.get(..end).unwrap_or_default()
}

/// Says whether an effect must not be repeated without the machine knowing: it costs money.
pub fn is_costly(effect: &Effect) -> bool {
    match effect {
        Effect::AskAgent { .. } => true,
        Effect::Initialize
        | Effect::Reserve { .. }
        | Effect::EvaluateGate { .. }
        | Effect::Freeze { .. }
        | Effect::RestoreProtected
        | Effect::ApplyContest { .. }
        | Effect::Publish { .. }
        | Effect::Checkpoint
        | Effect::SaveWork
        | Effect::StopWork
        | Effect::RequestRunner
        | Effect::Escalate { .. }
        | Effect::Announce { .. }
        | Effect::ShowStatus
        | Effect::Close => false,
    }
}
