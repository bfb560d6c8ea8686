//! The end of a run: its branch leaves the house.

use std::sync::Arc;

use super::Draft;
use crate::escalation::{ApprovalSubject, Awaiting, Cause};
use crate::failure::FailureClass;
use crate::phase::Phase;
use crate::run::{Effect, PassKind, PublishReport, Record, Rejection, RunState, Stage, Visit};

impl Draft<'_> {
    /// Begins the publication. From this transition on no cancel is accepted.
    pub(super) fn publish(&mut self, mut visit: Visit) {
        self.effect(Effect::Publish { pull_request: self.run.origin.opens_pull_request });
        visit.stage = Stage::Publishing;
        self.proceed(visit);
    }

    pub(super) fn published(&mut self, asked: u64, report: &PublishReport) -> Result<(), Rejection> {
        let visit = self.asked_in(asked)?;
        let Stage::Publishing = visit.stage else {
            return Err(Rejection::Late);
        };
        match report {
            PublishReport::Pushed { commit, pull_request } => {
                self.run.pull_request = pull_request.or(self.run.pull_request);
                self.record(Record::Published { commit: *commit, pull_request: *pull_request, remote: true });
                self.complete(*commit);
            }
            PublishReport::NoRemote { commit } => {
                self.record(Record::Published { commit: *commit, pull_request: None, remote: false });
                self.complete(*commit);
            }
            PublishReport::Rejected { words } => {
                let cause = Cause::PushRejected { words: Arc::clone(words) };
                self.escalate(visit, FailureClass::PushRejected, cause, Awaiting::Change);
            }
            PublishReport::Unsafe { words } => {
                let cause = Cause::UnsafePush { words: Arc::clone(words) };
                self.escalate(visit, FailureClass::SecurityFinding, cause, Awaiting::Change);
            }
            PublishReport::Unreachable { words } => self.unreachable(visit, words),
            PublishReport::TooLarge { lines, hash } => {
                let cause = Cause::TooLarge { lines: *lines, limit: self.policy.limits.diff_lines };
                let awaiting = Awaiting::Approval { subject: ApprovalSubject::LargeChange, hash: *hash };
                self.escalate(visit, FailureClass::GateFailed, cause, awaiting);
            }
        }
        Ok(())
    }

    fn complete(&mut self, commit: crate::hash::CommitSha) {
        self.run.pushed = Some(commit);
        self.record(Record::PhaseLeft { phase: Phase::Finalize, how: PassKind::Passed });
        self.end(RunState::Complete);
    }

    /// A remote that does not answer is tried again, then a person hears of it.
    fn unreachable(&mut self, visit: Visit, words: &Arc<str>) {
        let class = FailureClass::GateUnavailable;
        self.run.spend.failures.add_one(class);
        if self.class_has_room(class) {
            self.record(Record::Retried { phase: Phase::Finalize, class });
            self.publish(visit);
        } else {
            let cause = Cause::RemoteUnreachable { words: Arc::clone(words) };
            self.escalate(visit, class, cause, Awaiting::Change);
        }
    }
}
