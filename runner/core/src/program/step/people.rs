//! What people want, and what happens to the machine that coordinates.

use std::sync::Arc;

use super::{Heard, Stepping};
use crate::actor::Actor;
use crate::escalation::{ApprovalSubject, Awaiting};
use crate::failure::FailureClass;
use crate::hash::ContentHash;
use crate::id::{EscalationId, StoryId};
use crate::money::Usd;
use crate::program::board::Lane;
use crate::program::{
    Consent, MigrationGate, ProgramCause, ProgramEffect, ProgramPhase, ProgramRejection, ProgramState, StoryState, Work,
};
use crate::roadmap::StoryIndex;

impl Stepping<'_> {
    pub(super) fn resumed(
        &mut self,
        named: EscalationId,
        answer: Option<&Arc<str>>,
        approval: Option<ContentHash>,
        budget: Option<Usd>,
    ) -> Result<Heard, ProgramRejection> {
        let ProgramState::Escalated { escalation } = self.program.state.clone() else {
            return Err(ProgramRejection::NotEscalated);
        };
        let current = escalation.id;
        if named != current {
            return Err(ProgramRejection::StaleEscalation { named, current });
        }
        let spent = self.program.spend.total;
        match (budget, &escalation.awaiting) {
            (Some(budget), _) if budget > spent => self.program.spend.raise(budget),
            (None, Awaiting::Answer { .. } | Awaiting::Approval { .. } | Awaiting::Change) => {}
            (Some(_), _) | (None, Awaiting::Budget { .. }) => return Err(ProgramRejection::BudgetNeeded { spent }),
        }
        let is_approved = match &escalation.awaiting {
            Awaiting::Approval { hash, .. } if approval == Some(*hash) => true,
            // Advice on a roadmap is welcome instead of a yes; then it is planned again.
            Awaiting::Approval { subject: ApprovalSubject::Roadmap, .. } if approval.is_none() && answer.is_some() => {
                false
            }
            Awaiting::Approval { hash, .. } => return Err(ProgramRejection::ApprovalNeeded { hash: *hash }),
            Awaiting::Answer { .. } | Awaiting::Change | Awaiting::Budget { .. } => false,
        };
        self.go_on();
        match &escalation.cause {
            ProgramCause::RoadmapUnconfirmed { .. } if is_approved => self.confirm_roadmap(),
            ProgramCause::NothingCanGoOn { gated, .. } if is_approved => self.give_consent(gated),
            ProgramCause::NothingCanGoOn { .. } => {
                self.resume_stories();
            }
            ProgramCause::Aborted { .. } | ProgramCause::CoordinatorLost { .. } => self.pick_up_work(),
            ProgramCause::RoadmapUnconfirmed { .. }
            | ProgramCause::OpenQuestions { .. }
            | ProgramCause::RoadmapInvalid { .. }
            | ProgramCause::PhaseExhausted { .. }
            | ProgramCause::VerificationFailed { .. }
            | ProgramCause::BudgetExhausted { .. } => {}
        }
        if self.program.phase != ProgramPhase::Iterate {
            self.program.answer = answer.cloned();
        }
        Ok(Heard::Changed)
    }

    fn give_consent(&mut self, stories: &[StoryId]) {
        let roadmap = Arc::clone(self.program.board.roadmap());
        for index in stories.iter().filter_map(|story| roadmap.index_of(story)) {
            self.change(index, |record| record.consent = Consent::Given);
        }
    }

    pub(super) fn stories_resumed(&mut self) -> Heard {
        if self.resume_stories() { Heard::Changed } else { Heard::Late }
    }

    /// Has stopped stories go on when a slot is free, and unmet migration gates looked at again. What a person has
    /// cancelled stays cancelled. Says whether there was anything to do.
    fn resume_stories(&mut self) -> bool {
        let mut is_changed = false;
        for index in self.lane(Lane::Stopped) {
            let work = match self.record(index).state {
                StoryState::Escalated { then } => then,
                StoryState::Failed => Work::Retry,
                StoryState::Cancelled
                | StoryState::Waiting { .. }
                | StoryState::InFlight { .. }
                | StoryState::Merging
                | StoryState::Complete => continue,
            };
            self.change(index, |record| record.state = StoryState::Waiting { work });
            is_changed = true;
        }
        for index in self.lane(Lane::Held) {
            if self.record(index).migration_gate == MigrationGate::Unmet {
                self.change(index, |record| record.migration_gate = MigrationGate::Unchecked);
                is_changed = true;
            }
        }
        is_changed
    }

    fn lane(&self, lane: Lane) -> Vec<StoryIndex> {
        self.program.board.lane(lane).iter().collect()
    }

    pub(super) fn story_approved(&mut self, index: StoryIndex, hash: ContentHash) -> Result<Heard, ProgramRejection> {
        match self.record(index).consent {
            Consent::Given => return Ok(Heard::Late),
            Consent::NotNeeded => {
                let story = self.id_of(index);
                return Err(ProgramRejection::NotExpected { story });
            }
            Consent::Needed => {}
        }
        let wanted = self.program.board.roadmap().story_hash(index);
        if hash != wanted {
            return Err(ProgramRejection::ApprovalNeeded { hash: wanted });
        }
        self.change(index, |record| record.consent = Consent::Given);
        Ok(Heard::Changed)
    }

    pub(super) fn cancel_requested(&mut self, by: &Actor) -> Heard {
        self.stop_phase();
        self.program.state = ProgramState::Cancelling { by: by.clone() };
        Heard::Changed
    }

    pub(super) fn aborted(&mut self, by: &Actor) -> Heard {
        match self.program.state {
            ProgramState::Running | ProgramState::Paused { .. } => {
                self.stop_phase();
                let cause = ProgramCause::Aborted { by: by.clone() };
                self.escalate(FailureClass::Aborted, cause, Awaiting::Change);
                Heard::Changed
            }
            ProgramState::Pending
            | ProgramState::Cancelling { .. }
            | ProgramState::Escalated { .. }
            | ProgramState::Complete
            | ProgramState::Failed { .. }
            | ProgramState::Cancelled { .. } => Heard::Late,
        }
    }

    /// Goes on after a lost coordinator, unless that has happened too often.
    pub(super) fn coordinator_lost(&mut self) -> Heard {
        match self.program.state {
            ProgramState::Running | ProgramState::Paused { .. } => {
                self.stop_phase();
                self.program.lost_coordinators = self.program.lost_coordinators.saturating_add(1);
                let times = self.program.lost_coordinators;
                if times > self.policy.lost_coordinators {
                    let cause = ProgramCause::CoordinatorLost { times };
                    self.escalate(FailureClass::LostRunner, cause, Awaiting::Change);
                } else {
                    self.pick_up_work();
                }
                Heard::Changed
            }
            ProgramState::Cancelling { .. } | ProgramState::Escalated { .. } | ProgramState::Complete => {
                self.pick_up_work();
                Heard::Changed
            }
            ProgramState::Pending | ProgramState::Failed { .. } | ProgramState::Cancelled { .. } => Heard::Late,
        }
    }

    /// Asks anew for all news that may have been lost.
    fn pick_up_work(&mut self) {
        let in_flight = self.lane(Lane::InFlight);
        let (merging, running): (Vec<_>, Vec<_>) =
            in_flight.into_iter().partition(|index| self.record(*index).state == StoryState::Merging);
        for index in merging {
            self.merge(index);
        }
        for index in self.lane(Lane::Checking) {
            self.change(index, |record| record.migration_gate = MigrationGate::Unchecked);
        }
        if !running.is_empty() {
            let stories = running.into_iter().map(|index| self.id_of(index)).collect();
            self.effect(ProgramEffect::LookUpRuns { stories });
        }
    }
}
