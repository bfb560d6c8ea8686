//! News of stories and their runs.

use super::{Heard, Stepping};
use crate::failure::FailureClass;
use crate::hash::CommitSha;
use crate::id::{BranchName, RunId};
use crate::program::{
    BranchOutcome, Ground, MigrationGate, Notice, ProgramEffect, ProgramRejection, StoryRecord, StoryReport,
    StoryState, Strategy, Work,
};
use crate::roadmap::StoryIndex;
use crate::status::RunStatus;

impl Stepping<'_> {
    pub(super) fn story_started(
        &mut self,
        index: StoryIndex,
        run: RunId,
        branch: &BranchName,
        parent_sha: Option<CommitSha>,
    ) -> Result<Heard, ProgramRejection> {
        let record = self.record(index);
        if record.run == Some(run) || record.earlier_runs.contains(&run) {
            return Ok(Heard::Late);
        }
        let Some(work) = work_of_a_new_run(record) else {
            let story = self.id_of(index);
            return Err(ProgramRejection::NotExpected { story });
        };
        self.change(index, |record| {
            if record.run.is_some() {
                follow(record);
            }
            record.state = StoryState::InFlight { work };
            record.run = Some(run);
            record.branch = Some(branch.clone());
            if work == Work::Start {
                // The branch is new, so it is where it was wanted.
                record.growth = record.aim.take();
            }
            if let (Some(growth), Some(parent_sha)) = (&mut record.growth, parent_sha) {
                growth.parent_sha = Some(parent_sha);
            }
        });
        // The parent may have moved since the story was dispatched.
        self.regrow(index);
        Ok(Heard::Changed)
    }

    pub(super) fn story_not_started(
        &mut self,
        index: StoryIndex,
        class: FailureClass,
    ) -> Result<Heard, ProgramRejection> {
        let record = self.record(index);
        match record.state {
            StoryState::InFlight { work } if record.run.is_none() || work == Work::Resume => {
                self.stop_story(index, StoryState::Escalated { then: work }, Some(class));
                Ok(Heard::Changed)
            }
            StoryState::InFlight { .. }
            | StoryState::Waiting { .. }
            | StoryState::Merging
            | StoryState::Complete
            | StoryState::Escalated { .. }
            | StoryState::Failed
            | StoryState::Cancelled => {
                let story = self.id_of(index);
                Err(ProgramRejection::NotExpected { story })
            }
        }
    }

    pub(super) fn story_reported(
        &mut self,
        index: StoryIndex,
        report: &StoryReport,
    ) -> Result<Heard, ProgramRejection> {
        let record = self.record(index);
        if record.earlier_runs.contains(&report.run) {
            return Ok(Heard::Late);
        }
        if record.run != Some(report.run) {
            return Err(ProgramRejection::UnknownRun { story: self.id_of(index), run: report.run });
        }
        let (unfinished, is_dearer) = (unfinished_work(record.state), report.cost > record.cost);
        let cost = self.spend(record.cost, report.cost);
        self.change(index, |record| record.cost = cost);
        let Some(work) = unfinished else {
            // The story has gone on without its run, but what the run has cost is spent.
            return Ok(if is_dearer { Heard::Changed } else { Heard::Late });
        };
        if let Some(parent_sha) = report.parent_sha {
            self.change(index, |record| record.learn_growth(parent_sha));
        }
        match report.status {
            RunStatus::Pending => {}
            RunStatus::Running => self.change(index, |record| {
                record.state = StoryState::InFlight { work };
                record.failure_class = None;
            }),
            RunStatus::Complete => self.story_finished(index, report),
            RunStatus::Escalated => {
                let state = StoryState::Escalated { then: Work::Resume };
                self.stop_story(index, state, report.failure_class);
            }
            RunStatus::Failed => self.stop_story(index, StoryState::Failed, report.failure_class),
            RunStatus::Cancelled => self.stop_story(index, StoryState::Cancelled, report.failure_class),
        }
        Ok(Heard::Changed)
    }

    fn stop_story(&mut self, index: StoryIndex, state: StoryState, class: Option<FailureClass>) {
        if self.record(index).state == state {
            return;
        }
        self.change(index, |record| {
            record.state = state;
            record.failure_class = class;
        });
        let story = self.id_of(index);
        self.effect(ProgramEffect::Announce { notice: Notice::StoryStopped { story, class } });
    }

    fn story_finished(&mut self, index: StoryIndex, report: &StoryReport) {
        self.change(index, |record| {
            record.head = report.head.or(record.head);
            record.conclude_growth();
        });
        match &self.program.order.strategy {
            Strategy::ProgramBranch { branch: _ } => self.merge(index),
            Strategy::Stacked => self.story_complete(index, None),
        }
    }

    /// Has the finished branch of a story merged into the program branch.
    pub(super) fn merge(&mut self, index: StoryIndex) {
        self.change(index, |record| record.state = StoryState::Merging);
        let record = self.record(index);
        let (branch, head) = (record.branch.clone(), record.head);
        let story = self.id_of(index);
        self.effect(ProgramEffect::MergeIntoProgramBranch { story, branch, head });
    }

    fn story_complete(&mut self, index: StoryIndex, landed: Option<Ground>) {
        let was_complete = self.record(index).is_complete();
        self.change(index, |record| {
            record.state = StoryState::Complete;
            record.failure_class = None;
            record.landed = landed.or(record.landed.take());
        });
        if !was_complete {
            let story = self.id_of(index);
            self.effect(ProgramEffect::Announce { notice: Notice::StoryComplete { story } });
        }
        self.regrow(index);
        self.regrow_above(index);
    }

    pub(super) fn story_merged(&mut self, index: StoryIndex) -> Result<Heard, ProgramRejection> {
        let record = self.record(index);
        if record.landed.is_some() && record.is_complete() {
            return Ok(Heard::Late);
        }
        if record.branch.is_none() {
            let story = self.id_of(index);
            return Err(ProgramRejection::NotExpected { story });
        }
        let ground = self.ground_of(index);
        self.change(index, |record| {
            record.aim = None;
            record.told = None;
        });
        self.story_complete(index, Some(ground));
        Ok(Heard::Changed)
    }

    pub(super) fn story_moved(&mut self, index: StoryIndex, head: CommitSha) -> Heard {
        let record = self.record(index);
        if record.head == Some(head) || !record.is_complete() {
            return Heard::Late;
        }
        self.change(index, |record| record.head = Some(head));
        self.regrow_above(index);
        Heard::Changed
    }

    pub(super) fn program_branch_reported(&mut self, index: StoryIndex, outcome: BranchOutcome) -> Heard {
        if self.record(index).state != StoryState::Merging {
            return Heard::Late;
        }
        match outcome {
            BranchOutcome::Merged => self.story_complete(index, Some(Ground::Base)),
            BranchOutcome::Conflict => {
                let state = StoryState::Escalated { then: Work::Merge };
                self.stop_story(index, state, Some(FailureClass::RebaseConflict));
            }
        }
        Heard::Changed
    }

    pub(super) fn migration_gate_reported(&mut self, index: StoryIndex, is_met: bool) -> Heard {
        let gate = if is_met { MigrationGate::Met } else { MigrationGate::Unmet };
        let record = self.record(index);
        if record.migration_gate == MigrationGate::None || record.migration_gate == gate {
            return Heard::Late;
        }
        self.change(index, |record| record.migration_gate = gate);
        Heard::Changed
    }
}

/// Moves on to a run that is not known yet.
pub(super) fn follow(record: &mut StoryRecord) {
    record.earlier_runs.extend(record.run.take());
    record.cost = crate::money::Usd::ZERO;
    record.failure_class = None;
    record.aim = None;
    record.told = None;
}

/// Says what a new run of the story is for; `None` if the story should have none now.
fn work_of_a_new_run(record: &StoryRecord) -> Option<Work> {
    match record.state {
        StoryState::InFlight { work } if record.run.is_none() => Some(work),
        StoryState::Escalated { then } if record.run.is_none() => Some(then),
        // A person had it go on: by `revise`, or by starting the ticket anew.
        StoryState::Complete | StoryState::Failed | StoryState::Cancelled if record.branch.is_some() => {
            Some(Work::Retry)
        }
        StoryState::Waiting { work: Work::Restack | Work::Retry } => Some(Work::Retry),
        StoryState::InFlight { .. }
        | StoryState::Escalated { .. }
        | StoryState::Complete
        | StoryState::Failed
        | StoryState::Cancelled
        | StoryState::Merging
        | StoryState::Waiting { work: Work::Start | Work::Resume | Work::Merge } => None,
    }
}

/// Returns what the story's run is for, as long as it has not ended.
fn unfinished_work(state: StoryState) -> Option<Work> {
    match state {
        StoryState::InFlight { work } => Some(work),
        StoryState::Escalated { then: Work::Resume } | StoryState::Waiting { work: Work::Resume } => Some(Work::Resume),
        StoryState::Escalated { then: Work::Start | Work::Retry | Work::Restack | Work::Merge }
        | StoryState::Waiting { work: Work::Start | Work::Retry | Work::Restack | Work::Merge }
        | StoryState::Merging
        | StoryState::Complete
        | StoryState::Failed
        | StoryState::Cancelled => None,
    }
}
