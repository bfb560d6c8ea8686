//! News of the phases that are carried out as a whole: all but `iterate`.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Heard, Stepping};
use crate::escalation::{ApprovalSubject, Awaiting, Question};
use crate::failure::FailureClass;
use crate::gate::{GateReport, Verdict};
use crate::id::StoryId;
use crate::money::Usd;
use crate::program::{
    Board, Ground, MigrationGate, PhaseOutcome, ProgramCause, ProgramEffect, ProgramPhase, ProgramRejection,
    ProgramState, ProgramStatus, StoryFinding, StoryState, Strategy, VerificationProblem,
};
use crate::roadmap::{Roadmap, RoadmapError, StoryIndex};

impl Stepping<'_> {
    pub(super) fn phase_reported(
        &mut self,
        attempt: u32,
        cost: Usd,
        outcome: &PhaseOutcome,
    ) -> Result<Heard, ProgramRejection> {
        if attempt > self.program.attempt {
            return Err(ProgramRejection::UnknownAttempt { attempt });
        }
        if attempt < self.program.attempt || !self.program.phase_is_under_way {
            return Ok(Heard::Late);
        }
        if !can_end_with(self.program.phase, outcome) {
            return Err(ProgramRejection::WrongOutcome);
        }
        self.program.attempt_cost = self.spend(self.program.attempt_cost, cost);
        self.program.phase_is_under_way = matches!(outcome, PhaseOutcome::UnderWay);
        match outcome {
            PhaseOutcome::UnderWay => {}
            PhaseOutcome::Refused { words } => self.fail(words),
            PhaseOutcome::Passed => self.advance(),
            PhaseOutcome::Planned { roadmap } => self.planned(roadmap),
            PhaseOutcome::RoadmapInvalid { error } => self.roadmap_invalid(error.clone()),
            PhaseOutcome::MigrationPlanned { cutover } => self.migration_planned(cutover),
            PhaseOutcome::OpenQuestions { questions } => self.open_questions(questions),
            PhaseOutcome::GateFailed { class, words } => self.gate_failed(*class, words),
            PhaseOutcome::MergeConflict { stories } => {
                let class = FailureClass::RebaseConflict;
                self.verification_failed(class, VerificationProblem::MergeConflict, stories.clone());
            }
            PhaseOutcome::Verified { report, findings, stories } => self.verified(report, findings, stories),
        }
        Ok(Heard::Changed)
    }

    fn advance(&mut self) {
        if let Some(next) = self.program.order.mode.phase_after(self.program.phase) {
            self.program.phase = next;
        }
    }

    fn planned(&mut self, roadmap: &Arc<Roadmap>) {
        let done_before = match self.check_plan(roadmap) {
            Ok(done_before) => done_before,
            Err(error) => return self.roadmap_invalid(error),
        };
        self.program.board = Board::new(Arc::clone(roadmap));
        for index in done_before {
            self.change(index, |record| {
                record.state = StoryState::Complete;
                record.landed = Some(Ground::Base);
            });
        }
        if self.policy.confirm_roadmap {
            let cause = ProgramCause::RoadmapUnconfirmed { stories: u32::try_from(roadmap.len()).unwrap_or(u32::MAX) };
            let awaiting = Awaiting::Approval { subject: ApprovalSubject::Roadmap, hash: roadmap.freeze_hash() };
            // Not a failure; of the classes this one says where to look.
            self.escalate(FailureClass::StopRequested, cause, awaiting);
        } else {
            self.confirm_roadmap();
        }
    }

    /// Checks what the roadmap alone cannot know, and returns the stories that are merged already.
    fn check_plan(&self, roadmap: &Roadmap) -> Result<BTreeSet<StoryIndex>, RoadmapError> {
        if roadmap.is_empty() {
            return Err(RoadmapError::NoStories);
        }
        let order = roadmap.dispatch_order().iter();
        let done_before: BTreeSet<_> = match &self.program.order.from {
            None => BTreeSet::new(),
            Some(from) => {
                let unknown = || RoadmapError::UnknownStart { story: from.clone() };
                let start = roadmap.index_of(from).ok_or_else(unknown)?;
                order.copied().take_while(|index| *index != start).collect()
            }
        };
        match &self.program.order.strategy {
            Strategy::Stacked => roadmap.check_stacked(|index| done_before.contains(&index))?,
            Strategy::ProgramBranch { branch: _ } => {}
        }
        Ok(done_before)
    }

    pub(super) fn confirm_roadmap(&mut self) {
        let hash = self.program.board.roadmap().freeze_hash();
        self.program.frozen = Some(hash);
        self.effect(ProgramEffect::FreezeRoadmap { hash });
        self.effect(ProgramEffect::CreateStoryIssues);
        self.advance();
    }

    fn roadmap_invalid(&mut self, error: RoadmapError) {
        let cause = ProgramCause::RoadmapInvalid { error };
        self.escalate(FailureClass::RoadmapInvalid, cause, Awaiting::Change);
    }

    fn migration_planned(&mut self, cutover: &[StoryId]) {
        let board = &self.program.board;
        let unknown = cutover.iter().find(|story| board.roadmap().index_of(story).is_none());
        if let Some(story) = unknown.cloned() {
            return self.roadmap_invalid(RoadmapError::UnknownCutover { story });
        }
        let stories: Vec<_> = cutover.iter().filter_map(|story| board.roadmap().index_of(story)).collect();
        for index in stories {
            self.change(index, |record| record.migration_gate = MigrationGate::Unchecked);
        }
        self.advance();
    }

    fn open_questions(&mut self, questions: &[Question]) {
        let cause = ProgramCause::OpenQuestions { questions: questions.to_vec() };
        let awaiting = Awaiting::Answer { questions: questions.iter().map(|question| question.id).collect() };
        self.escalate(FailureClass::SpecUnderspecified, cause, awaiting);
    }

    /// Tries the phase again, or escalates after the last retry. Later each resume grants one more attempt.
    fn gate_failed(&mut self, class: FailureClass, words: &Arc<str>) {
        let counter = self.program.failures.entry(self.program.phase).or_default();
        *counter = counter.saturating_add(1);
        let failures = *counter;
        if failures > self.policy.retries_per_phase {
            let cause = ProgramCause::PhaseExhausted { failures, words: Arc::clone(words) };
            self.escalate(class, cause, Awaiting::Change);
        } else {
            self.program.answer = Some(Arc::clone(words));
        }
    }

    fn verified(&mut self, report: &GateReport, findings: &[StoryFinding], stories: &[StoryId]) {
        match report.verdict() {
            Verdict::Unavailable { check, .. } => {
                let check = Arc::from(check.name.as_str());
                let problem = VerificationProblem::GateUnavailable { check };
                return self.verification_failed(FailureClass::GateUnavailable, problem, stories.to_vec());
            }
            Verdict::Failed { class, check } => {
                let check = Arc::from(check.name.as_str());
                return self.verification_failed(class, VerificationProblem::GateFailed { check }, stories.to_vec());
            }
            Verdict::Passed | Verdict::Skipped { .. } => {}
        }
        let blocking = findings.iter().filter(|found| found.finding.severity >= self.policy.review_block_at);
        let blocking: Vec<_> = blocking.collect();
        if !blocking.is_empty() {
            let stories: BTreeSet<_> = blocking.iter().filter_map(|found| found.story.clone()).collect();
            let problem = VerificationProblem::Findings { count: u32::try_from(blocking.len()).unwrap_or(u32::MAX) };
            return self.verification_failed(FailureClass::ReviewFinding, problem, stories.into_iter().collect());
        }
        if !findings.is_empty() {
            self.effect(ProgramEffect::WriteFollowUps { findings: findings.to_vec() });
        }
        self.program.state = ProgramState::Complete;
        self.effect(ProgramEffect::Close { status: ProgramStatus::Complete });
    }

    fn verification_failed(&mut self, class: FailureClass, problem: VerificationProblem, stories: Vec<StoryId>) {
        let cause = ProgramCause::VerificationFailed { problem, stories };
        self.escalate(class, cause, Awaiting::Change);
    }
}

/// Says whether an attempt at `phase` can be reported as `outcome`.
fn can_end_with(phase: ProgramPhase, outcome: &PhaseOutcome) -> bool {
    use ProgramPhase::{Audit, DesignSystem, MigrationPlan, ProgramInit, ProgramPlan, ProgramVerify};
    let phases: &[ProgramPhase] = match outcome {
        PhaseOutcome::UnderWay | PhaseOutcome::GateFailed { .. } => return true,
        PhaseOutcome::Refused { .. } => &[ProgramInit],
        PhaseOutcome::Passed => &[ProgramInit, Audit, DesignSystem],
        PhaseOutcome::Planned { .. } | PhaseOutcome::RoadmapInvalid { .. } => &[ProgramPlan],
        PhaseOutcome::MigrationPlanned { .. } => &[MigrationPlan],
        PhaseOutcome::OpenQuestions { .. } => &[Audit, ProgramPlan, MigrationPlan, DesignSystem],
        PhaseOutcome::MergeConflict { .. } | PhaseOutcome::Verified { .. } => &[ProgramVerify],
    };
    phases.contains(&phase)
}
