//! Start, end and interruption of a run.

use std::sync::Arc;

use super::{Draft, push_shared};
use crate::actor::Actor;
use crate::escalation::{Awaiting, Cause};
use crate::failure::FailureClass;
use crate::phase::Phase;
use crate::run::{
    Announcement, CancelCause, Effect, Event, Handed, InitReport, Interrupted, Opening, Outcome, PassKind, Record,
    Rejection, RunState, Stage, SteeringNote, Visit,
};
use crate::status::RunStatus;

impl Draft<'_> {
    pub(super) fn start(&mut self) -> Result<(), Rejection> {
        let RunState::Pending = self.run.state else {
            return Err(Rejection::AlreadyStarted);
        };
        self.record(Record::RunStarted);
        self.record(Record::PhaseEntered { phase: Phase::Init });
        self.initialize();
        self.effect(Effect::ShowStatus);
        Ok(())
    }

    pub(super) fn initialize(&mut self) {
        self.effect(Effect::Initialize);
        self.proceed(Visit::new(Phase::Init, Stage::Initializing));
    }

    pub(super) fn initialized(&mut self, asked: u64, report: &InitReport) -> Result<(), Rejection> {
        let visit = self.asked_in(asked)?;
        let Stage::Initializing = visit.stage else {
            return Err(Rejection::Late);
        };
        match report {
            InitReport::Refused { reason } => {
                self.end(RunState::Failed { class: FailureClass::GateFailed, reason: Arc::clone(reason) });
            }
            InitReport::Ready { inputs, cost_source, facts } => {
                self.run.inputs = Arc::new(*inputs);
                self.run.facts = *facts;
                self.run.cost_source = *cost_source;
                self.leave_init(&visit);
            }
        }
        Ok(())
    }

    /// Takes the first step after `init`.
    fn leave_init(&mut self, visit: &Visit) {
        match self.run.origin.opening {
            Opening::Ticket | Opening::CiFailure => self.leave(visit, PassKind::Passed),
            Opening::Restack => {
                self.record(Record::PhaseLeft { phase: Phase::Init, how: PassKind::Passed });
                self.walk(Phase::Rebase);
            }
            Opening::CiFailureAskFirst => {
                let visit = Visit::new(Phase::Analyze, Stage::Gate);
                let awaiting = Awaiting::Answer { questions: Vec::new() };
                self.escalate(visit, FailureClass::CiFailed, Cause::CiFailed, awaiting);
            }
        }
    }

    pub(super) fn steered(&mut self, note: &SteeringNote) -> Result<(), Rejection> {
        if let RunState::Escalated { .. } = self.run.state {
            return Err(Rejection::Waiting);
        }
        if !Arc::make_mut(&mut self.run.steered).insert(note.id) {
            return Err(Rejection::AlreadyHandled);
        }
        self.record(Record::Steered { id: note.id, by: note.by.clone() });
        push_shared(&mut self.run.steering, note.clone());
        if self.run.is_finalizing() {
            self.turn_steering_away();
        }
        Ok(())
    }

    /// Tells those whose words no turn of this run will hear.
    pub(super) fn turn_steering_away(&mut self) {
        if !self.run.steering.is_empty() {
            let notes = std::mem::take(&mut self.run.steering);
            self.effect(Effect::Announce { announcement: Announcement::SteeringTooLate { notes } });
        }
    }

    pub(super) fn cancel(&mut self, by: &Actor, cause: CancelCause) -> Result<(), Rejection> {
        if self.run.is_finalizing() {
            return Err(Rejection::Finalizing);
        }
        self.end(RunState::Cancelled { by: by.clone(), cause });
        Ok(())
    }

    pub(super) fn merged(&mut self) {
        self.run.outcome = Some(Outcome::Merged);
        self.end(RunState::Complete);
    }

    pub(super) fn tampered(&mut self) {
        let reason = Arc::from("the record of the run was changed from outside");
        self.end(RunState::Failed { class: FailureClass::LedgerTampered, reason });
    }

    /// Ends the run: exactly one of these happens in a run's life.
    pub(super) fn end(&mut self, state: RunState) {
        self.lose_turns();
        self.run.state = state;
        let status = self.run.status();
        self.turn_steering_away();
        self.record(Record::RunEnded { status });
        if status != RunStatus::Complete || self.run.outcome.is_some() {
            self.effect(Effect::StopWork);
        }
        self.effect(Effect::Announce { announcement: Announcement::Ended { status } });
        self.effect(Effect::ShowStatus);
        self.effect(Effect::Close);
    }

    /// After its end a run only learns what became of the work.
    pub(super) fn after_the_end(&mut self, event: &Event) -> Result<(), Rejection> {
        let outcome = match event {
            Event::Merged { .. } => Outcome::Merged,
            Event::CancelRequested { cause, .. } => match cause {
                CancelCause::IssueClosed | CancelCause::PullRequestClosed => Outcome::Closed,
                CancelCause::BranchDeleted | CancelCause::IssueDeleted | CancelCause::RepositoryDeleted => {
                    Outcome::Deleted
                }
                CancelCause::Command
                | CancelCause::IssueTransferred
                | CancelCause::InstallationSuspended
                | CancelCause::InstallationRemoved => {
                    return Err(Rejection::Ended { status: self.run.status() });
                }
            },
            Event::Started
            | Event::Initialized { .. }
            | Event::Reserved { .. }
            | Event::ReservationRefused { .. }
            | Event::TurnEnded { .. }
            | Event::GateReported { .. }
            | Event::Published { .. }
            | Event::ResumeRequested { .. }
            | Event::Steered { .. }
            | Event::Aborted { .. }
            | Event::HandedOver
            | Event::RunnerLost
            | Event::RunnerReady
            | Event::LedgerTampered => {
                return Err(Rejection::Ended { status: self.run.status() });
            }
        };
        // A merged pull request is closed and its branch often deleted: merged is what counts.
        if self.run.outcome >= Some(outcome) {
            return Err(Rejection::AlreadyHandled);
        }
        self.run.outcome = Some(outcome);
        self.effect(Effect::ShowStatus);
        Ok(())
    }

    pub(super) fn abort(&mut self, by: &Actor) -> Result<(), Rejection> {
        let visit = self.running()?;
        self.lose_turns();
        self.effect(Effect::StopWork);
        let cause = Cause::Aborted { by: by.clone() };
        self.escalate(visit, FailureClass::Aborted, cause, Awaiting::Change);
        Ok(())
    }

    pub(super) fn handed_over(&mut self) -> Result<(), Rejection> {
        let visit = self.running()?;
        self.record(Record::HandedOver);
        self.park(visit);
        Ok(())
    }

    pub(super) fn runner_lost(&mut self) -> Result<(), Rejection> {
        let visit = self.running()?;
        let times = self.run.spend.failures.add_one(FailureClass::LostRunner);
        self.record(Record::RunnerLost { times });
        if self.class_has_room(FailureClass::LostRunner) {
            self.park(visit);
        } else {
            self.lose_turns();
            let cause = Cause::RunnerLost { times };
            self.escalate(visit, FailureClass::LostRunner, cause, Awaiting::Change);
        }
        Ok(())
    }

    fn park(&mut self, mut visit: Visit) {
        self.lose_turns();
        let interrupted = match visit.stage {
            Stage::Initializing => Interrupted::Initializing,
            Stage::Reserving | Stage::Turns { .. } => Interrupted::Turn,
            Stage::Gate => Interrupted::Gate,
            Stage::Publishing => Interrupted::Publishing,
            Stage::Parked { interrupted } => interrupted,
        };
        visit.stage = Stage::Parked { interrupted };
        self.effect(Effect::Checkpoint);
        self.effect(Effect::RequestRunner);
        self.effect(Effect::ShowStatus);
        self.proceed(visit);
    }

    pub(super) fn runner_ready(&mut self) -> Result<(), Rejection> {
        let mut visit = self.running()?;
        let Stage::Parked { interrupted } = visit.stage else {
            return Err(Rejection::AlreadyRunning);
        };
        match interrupted {
            Interrupted::Initializing => self.initialize(),
            Interrupted::Turn => {
                let brief = visit.brief;
                self.begin_turn(visit, brief);
            }
            Interrupted::Gate => self.evaluate_gate(visit),
            Interrupted::Publishing => {
                visit.stage = Stage::Publishing;
                self.publish(visit);
            }
        }
        Ok(())
    }

    /// Counts in full the turns that will never report, and takes back what they were told.
    fn lose_turns(&mut self) {
        let turns = self.run.spend.reserved.turns;
        if turns > 0 {
            let usd = self.run.spend.reserved.usd_each.times(turns.into());
            self.run.spend.forfeit();
            self.record(Record::Forfeited { turns, usd });
        }
        let RunState::Running { visit } = &self.run.state else {
            return;
        };
        if let Stage::Turns { handed, .. } = &visit.stage {
            let handed = handed.clone();
            self.take_back(&handed);
        }
    }

    /// Takes back what turns were told that nobody may have heard.
    pub(super) fn take_back(&mut self, handed: &Handed) {
        let answers = handed.answers.iter().chain(self.run.answers.iter()).cloned().collect();
        let steering = handed.steering.iter().chain(self.run.steering.iter()).cloned().collect();
        (self.run.answers, self.run.steering) = (answers, steering);
    }
}
