//! What people want, and what happens to the machine that coordinates.

use std::sync::Arc;

use super::{Heard, Stepping};
use crate::actor::Actor;
use crate::escalation::{ApprovalSubject, Awaiting};
use crate::failure::FailureClass;
use crate::hash::ContentHash;
use crate::id::EscalationId;
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
        let is_replanned = match &escalation.awaiting {
            Awaiting::Approval { subject, hash } if approval != Some(*hash) => {
                let is_advice = *subject == ApprovalSubject::Roadmap && answer.is_some() && approval.is_none();
                if !is_advice {
                    return Err(ProgramRejection::ApprovalNeeded { hash: *hash });
                }
                true
            }
            Awaiting::Approval { .. } | Awaiting::Answer { .. } | Awaiting::Change | Awaiting::Budget { .. } => false,
        };
        self.go_on();
        match &escalation.cause {
            ProgramCause::RoadmapUnconfirmed { .. } if !is_replanned => self.confirm_roadmap(),
            ProgramCause::NothingCanGoOn { .. } => self.unblock(approval.is_some()),
            ProgramCause::Aborted { .. } | ProgramCause::CoordinatorLost { .. } => self.look_up_runs(),
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

    /// Lets the stories go on that held the program up: with an approval those that wait for a yes, else the others.
    fn unblock(&mut self, is_approved: bool) {
        if !is_approved {
            self.resume_stories();
            return;
        }
        for index in self.lane(Lane::Held) {
            self.change(index, |record| {
                if record.consent == Consent::Needed {
                    record.consent = Consent::Given;
                }
            });
        }
    }

    pub(super) fn stories_resumed(&mut self) -> Heard {
        if self.resume_stories() {
            Heard::Changed
        } else {
            Heard::Late
        }
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
                    self.look_up_runs();
                }
                Heard::Changed
            }
            ProgramState::Cancelling { .. } | ProgramState::Escalated { .. } | ProgramState::Complete => {
                self.look_up_runs();
                Heard::Changed
            }
            ProgramState::Pending | ProgramState::Failed { .. } | ProgramState::Cancelled { .. } => Heard::Late,
        }
    }

    fn look_up_runs(&mut self) {
        let stories: Vec<_> = self
            .lane(Lane::InFlight)
            .into_iter()
            .map(|index| self.id_of(index))
            .collect();
        if !stories.is_empty() {
            self.effect(ProgramEffect::LookUpRuns { stories });
        }
    }
}
