//! The story of a run folded into one row for each phase.

use std::time::Duration;

use jiff::Timestamp;

use crate::phase::Phase;
use crate::run::{PassKind, Record, SkipReason};

/// Where a phase stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not reached yet.
    Ahead,
    Working,
    /// Stopped here, waiting for a person.
    Waiting,
    Passed,
    Skipped {
        reason: SkipReason,
    },
    /// Passed before, and nothing that it reads has changed.
    Unchanged,
    /// Was reached, and will be looked at again because an earlier phase is at work again.
    Again,
    /// The run ended in this phase.
    Ended,
}

/// One phase of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseRow {
    pub phase: Phase,
    pub standing: Standing,
    /// How often the phase was entered.
    pub visits: u32,
    /// How many agent turns were taken in it.
    pub turns: u32,
    /// How often its gate sent the run back to an earlier phase.
    pub loops: u32,
    /// How long the run was in it; waiting for a person does not count.
    pub time: Duration,
}

/// Folds what happened into one row for each phase; `now` is where the time of a phase at work ends.
pub fn phase_rows<'a>(story: impl IntoIterator<Item = (Timestamp, &'a Record)>, now: Timestamp) -> Vec<PhaseRow> {
    let mut fold = Fold::new();
    for (at, record) in story {
        fold.take(at, record);
    }
    fold.stop_clock(now);
    fold.rows
}

struct Fold {
    rows: Vec<PhaseRow>,
    /// The phase at work, and since when.
    clock: Option<(Phase, Timestamp)>,
}

impl Fold {
    fn new() -> Self {
        let row =
            |phase| PhaseRow { phase, standing: Standing::Ahead, visits: 0, turns: 0, loops: 0, time: Duration::ZERO };
        Self { rows: Phase::ALL.map(row).into(), clock: None }
    }

    fn take(&mut self, at: Timestamp, record: &Record) {
        match record {
            Record::PhaseEntered { phase } => {
                self.enter(at, *phase);
                self.update(*phase, |row| row.visits = row.visits.saturating_add(1));
            }
            Record::Resumed { phase, .. } => self.enter(at, *phase),
            Record::PhaseLeft { phase, how } => {
                self.stop_clock(at);
                let standing = match how {
                    PassKind::Passed => Standing::Passed,
                    PassKind::Skipped { reason } => Standing::Skipped { reason: reason.clone() },
                    PassKind::Unchanged => Standing::Unchanged,
                };
                self.update(*phase, |row| row.standing = standing);
            }
            Record::TurnStarted { phase, .. } => self.update(*phase, |row| row.turns = row.turns.saturating_add(1)),
            Record::LoopedBack { from, .. } => self.update(*from, |row| row.loops = row.loops.saturating_add(1)),
            Record::Escalated { .. } => self.rest(at, &Standing::Waiting),
            Record::RunEnded { .. } => self.rest(at, &Standing::Ended),
            Record::RunStarted
            | Record::UnitPassed { .. }
            | Record::TurnEnded { .. }
            | Record::GatePassed { .. }
            | Record::GateFailed { .. }
            | Record::Retried { .. }
            | Record::Violation { .. }
            | Record::Contested { .. }
            | Record::Frozen { .. }
            | Record::Voided { .. }
            | Record::Approved { .. }
            | Record::Answered { .. }
            | Record::Granted { .. }
            | Record::BudgetRaised { .. }
            | Record::BudgetWarned { .. }
            | Record::Forfeited { .. }
            | Record::Steered { .. }
            | Record::HandedOver
            | Record::RunnerLost { .. }
            | Record::Published { .. } => {}
        }
    }

    /// The walk only goes forward, so whatever was reached after `phase` will be looked at again.
    fn enter(&mut self, at: Timestamp, phase: Phase) {
        self.stop_clock(at);
        self.clock = Some((phase, at));
        for row in &mut self.rows {
            let is_left = matches!(row.standing, Standing::Working | Standing::Waiting);
            let is_passed = matches!(row.standing, Standing::Passed | Standing::Unchanged);
            if is_left || is_passed && row.phase > phase {
                row.standing = Standing::Again;
            }
        }
        self.update(phase, |row| row.standing = Standing::Working);
    }

    /// Whatever is at work or waiting stops like this.
    fn rest(&mut self, at: Timestamp, standing: &Standing) {
        self.stop_clock(at);
        for row in &mut self.rows {
            if matches!(row.standing, Standing::Working | Standing::Waiting) {
                row.standing = standing.clone();
            }
        }
    }

    fn stop_clock(&mut self, at: Timestamp) {
        if let Some((phase, since)) = self.clock.take() {
            let time = Duration::try_from(at.duration_since(since)).unwrap_or_default();
            self.update(phase, |row| row.time = row.time.saturating_add(time));
        }
    }

    fn update(&mut self, phase: Phase, change: impl FnOnce(&mut PhaseRow)) {
        if let Some(row) = self.rows.get_mut(phase.index()) {
            change(row);
        }
    }
}

#[cfg(test)]
mod tests;
