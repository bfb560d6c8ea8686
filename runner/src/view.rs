//! What people and agents read of a run: `STATE.md` and `iterations.log`, written from the ledger and never read back.

use std::path::PathBuf;

use pipemason_core::ledger::LedgerEntry;
use pipemason_core::log::LogEntry;
use pipemason_core::projection::{Told, entries_of, phases_of, state_of};
use pipemason_core::run::{Effect, Record, Run};
use pipemason_core::state_md::{Activity, EscalationLine};
use pipemason_core::words;

use crate::files::{FileError, append, make_folder, write_whole};

/// The view of one run, kept up to date.
#[derive(Debug)]
pub struct View {
    folder: PathBuf,
    agent: String,
    log: Vec<LogEntry>,
    /// How many lines of the log are in the file.
    written: usize,
    escalations: Vec<EscalationLine>,
}

impl View {
    /// Makes the view of a run of which nothing is told yet, in `folder`; `agent` is who takes the turns.
    pub fn new(folder: PathBuf, agent: &str) -> Self {
        Self { folder, agent: agent.to_owned(), log: Vec::new(), written: 0, escalations: Vec::new() }
    }

    /// Takes up what a transition added, `run` being the run after it.
    pub fn take(&mut self, run: &Run, effects: &[Effect], records: &[Record]) {
        let next = self.log.last().map_or(1, |entry| entry.seq.saturating_add(1));
        self.log.extend(entries_of(records, run, &self.agent, next));
        for effect in effects {
            if let Effect::Escalate { escalation } = effect {
                self.escalations.push(EscalationLine {
                    id: Some(escalation.id),
                    ts: escalation.at,
                    phase: escalation.phase,
                    failure_class: Some(escalation.class),
                    reason: words::reason(escalation).as_str().to_owned(),
                    awaiting: escalation.awaiting.name().to_owned(),
                    recovery: words::recovery(escalation, run.id).as_str().to_owned(),
                });
            }
        }
    }

    /// Takes up what a ledger says of `run` from its first line on.
    pub fn take_all(&mut self, run: &Run, entries: &[LedgerEntry]) {
        for entry in entries {
            // Only the time and the name of the run are looked at, and those of an older transition are in its entry.
            let then = Run { updated_at: entry.at.max(run.started_at), ..run.clone() };
            self.take(&then, &entry.effects, &entry.records);
        }
    }

    /// Writes what is new.
    pub fn write(&mut self, run: &Run) -> Result<(), FileError> {
        make_folder(&self.folder)?;
        let log = self.folder.join("iterations.log");
        let new = self.log.get(self.written..).unwrap_or_default();
        let lines: String = new.iter().map(LogEntry::to_line).collect();
        if self.written == 0 {
            write_whole(&log, lines.as_bytes())?;
        } else {
            append(&log, lines.as_bytes())?;
        }
        self.written = self.log.len();
        write_whole(&self.folder.join("STATE.md"), self.state(run).as_bytes())
    }

    /// Returns `STATE.md`.
    pub fn state(&self, run: &Run) -> String {
        let told = Told { agent: &self.agent, escalations: &self.escalations };
        let phases = phases_of(&self.log);
        state_of(run, &self.log, told).write(Activity { phases: &phases, events: &self.log })
    }

    /// Returns the lines of the log.
    pub fn log(&self) -> &[LogEntry] {
        &self.log
    }
}
