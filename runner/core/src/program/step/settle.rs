//! What follows from a situation, by whatever event it came about.

use super::Stepping;
use crate::escalation::{ApprovalSubject, Awaiting};
use crate::failure::FailureClass;
use crate::hash::ContentHash;
use crate::id::StoryId;
use crate::money::Usd;
use crate::program::board::Lane;
use crate::program::spend::midnight_after;
use crate::program::{
    Consent, MigrationGate, Notice, ProgramCause, ProgramEffect, ProgramPhase, ProgramState, ProgramStatus,
};
use crate::roadmap::StoryIndex;

impl Stepping<'_> {
    pub(super) fn settle(&mut self) {
        self.warn();
        self.reopen();
        match self.program.state.clone() {
            ProgramState::Pending | ProgramState::Failed { .. } | ProgramState::Cancelled { .. } => {}
            ProgramState::Cancelling { by } => {
                if self.program.board.in_flight() == 0 {
                    self.program.state = ProgramState::Cancelled { by };
                    self.effect(ProgramEffect::Close { status: ProgramStatus::Cancelled });
                }
            }
            ProgramState::Complete => {
                if self.may_spend() {
                    self.dispatch();
                }
            }
            ProgramState::Escalated { escalation } => {
                if escalation.cause.ends_by_itself() && self.program.phase == ProgramPhase::Iterate && self.can_go_on()
                {
                    self.go_on();
                    self.run();
                }
            }
            ProgramState::Paused { .. } => {
                if self.program.spend.reached_day_ceiling(self.policy).is_none() {
                    self.go_on();
                    self.run();
                } else {
                    self.stop_at_program_ceiling();
                }
            }
            ProgramState::Running => self.run(),
        }
    }

    fn warn(&mut self) {
        for ceiling in self.program.spend.take_warnings(self.policy) {
            self.effect(ProgramEffect::Announce {
                notice: Notice::BudgetNear { budget: ceiling.budget, spent: ceiling.spent, limit: ceiling.limit },
            });
        }
    }

    /// Goes back to the stories, if one of them goes on after all were complete.
    fn reopen(&mut self) {
        let is_verifying = self.program.phase == ProgramPhase::ProgramVerify && !self.program.status().is_final();
        if is_verifying && !self.program.board.is_complete() {
            self.stop_phase();
            self.program.phase = ProgramPhase::Iterate;
        }
    }

    fn may_spend(&self) -> bool {
        let spend = &self.program.spend;
        spend.reached_program_ceiling(self.policy).is_none() && spend.reached_day_ceiling(self.policy).is_none()
    }

    fn stop_at_program_ceiling(&mut self) -> bool {
        let Some(ceiling) = self.program.spend.reached_program_ceiling(self.policy) else {
            return false;
        };
        let cause = ProgramCause::BudgetExhausted { spent: ceiling.spent, limit: ceiling.limit };
        let awaiting = Awaiting::Budget { budget: ceiling.budget };
        self.escalate(FailureClass::BudgetExhausted, cause, awaiting);
        true
    }

    /// Does what is to be done next, as long as nothing forbids it.
    fn run(&mut self) {
        if self.stop_at_program_ceiling() {
            return;
        }
        if self.program.spend.reached_day_ceiling(self.policy).is_some() {
            let until = midnight_after(self.program.spend.day, self.now);
            self.program.state = ProgramState::Paused { until };
            self.effect(ProgramEffect::Pause { until });
            return;
        }
        if self.program.phase == ProgramPhase::Iterate {
            self.iterate();
        }
        let is_running = self.program.state == ProgramState::Running;
        if is_running && self.program.phase != ProgramPhase::Iterate && !self.program.phase_is_under_way {
            self.run_phase();
        }
    }

    fn run_phase(&mut self) {
        self.program.attempt = self.program.attempt.saturating_add(1);
        self.program.attempt_cost = Usd::ZERO;
        self.program.phase_is_under_way = true;
        let answer = self.program.answer.take();
        self.effect(ProgramEffect::RunPhase { phase: self.program.phase, attempt: self.program.attempt, answer });
    }

    fn iterate(&mut self) {
        self.check_migration_gates();
        self.dispatch();
        if self.program.board.is_complete() {
            self.program.phase = ProgramPhase::ProgramVerify;
        } else if !self.can_go_on() {
            self.nothing_can_go_on();
        }
    }

    fn check_migration_gates(&mut self) {
        let to_check: Vec<_> = self.program.board.lane(Lane::ToCheck).iter().collect();
        for index in to_check {
            self.change(index, |record| record.migration_gate = MigrationGate::Checking);
            let story = self.id_of(index);
            self.effect(ProgramEffect::CheckMigrationGate { story });
        }
    }

    /// Says whether anything happens without a person.
    fn can_go_on(&self) -> bool {
        let board = &self.program.board;
        let lanes = [Lane::InFlight, Lane::Ready, Lane::ToCheck, Lane::Checking];
        board.is_complete() || lanes.into_iter().any(|lane| !board.lane(lane).is_empty())
    }

    fn nothing_can_go_on(&mut self) {
        let board = &self.program.board;
        let ids = |stories: &mut dyn Iterator<Item = StoryIndex>| -> Vec<StoryId> {
            stories.map(|index| board.story_id(index).clone()).collect()
        };
        let stopped = ids(&mut board.lane(Lane::Stopped).iter());
        let needs_yes = |index: &StoryIndex| board.record(*index).consent == Consent::Needed;
        let asked: Vec<_> = board.lane(Lane::Held).iter().filter(needs_yes).collect();
        let gated = ids(&mut asked.iter().copied());
        let unmet = ids(&mut board.lane(Lane::Held).iter().filter(|index| !needs_yes(index)));
        // A yes is asked for where only a yes is missing; else something has to be repaired first.
        let awaiting = if stopped.is_empty() && unmet.is_empty() {
            Awaiting::Approval {
                subject: ApprovalSubject::Stories,
                hash: consent_hash(asked.iter().map(|index| board.roadmap().story_hash(*index))),
            }
        } else {
            Awaiting::Change
        };
        let class = self.class_of_stop(&stopped);
        let cause = ProgramCause::NothingCanGoOn { stopped, gated, unmet };
        self.escalate(class, cause, awaiting);
    }

    /// Returns the class of the first stopped story that has one.
    fn class_of_stop(&self, stopped: &[StoryId]) -> FailureClass {
        let indices = stopped.iter().filter_map(|story| self.program.board.roadmap().index_of(story));
        let mut classes = indices.filter_map(|index| self.record(index).failure_class);
        classes.next().unwrap_or(FailureClass::StopRequested)
    }
}

/// Returns the hash that one yes to several stories is bound to; for one story it is that of the story.
fn consent_hash(stories: impl Iterator<Item = ContentHash>) -> ContentHash {
    let hashes: Vec<_> = stories.collect();
    match hashes.as_slice() {
        [only] => *only,
        several => ContentHash::of_parts(several.iter().map(|hash| hash.as_bytes().as_slice())),
    }
}
