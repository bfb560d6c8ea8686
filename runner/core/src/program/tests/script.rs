//! Scripted stories: what happens, told line by line, with what followed from it.

use std::fmt::Write as _;

use jiff::SignedDuration;

use super::names::{id, order, person, run_id, sha, tell_effect, tell_event, tell_program};
use crate::failure::FailureClass;
use crate::program::*;
use crate::roadmap::Roadmap;
use crate::status::RunStatus;

/// A program that things happen to.
pub(super) struct Script {
    pub(super) program: Program,
    pub(super) policy: ProgramPolicy,
    pub(super) now: Timestamp,
    told: String,
    next_run: u64,
    last_effects: Vec<ProgramEffect>,
}

impl Script {
    pub(super) fn new(mode: Mode, strategy: Strategy) -> Self {
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        Self {
            program: Program::new(order(mode, strategy), now),
            policy: ProgramPolicy { confirm_roadmap: false, ..ProgramPolicy::default() },
            now,
            told: String::new(),
            next_run: 1,
            last_effects: Vec::new(),
        }
    }

    /// A program whose stories have begun.
    pub(super) fn iterating(strategy: Strategy, roadmap: &Arc<Roadmap>) -> Self {
        Self::with_parallelism(strategy, roadmap, 2)
    }

    pub(super) fn with_parallelism(strategy: Strategy, roadmap: &Arc<Roadmap>, parallelism: u32) -> Self {
        let mut script = Self::new(Mode::GreenfieldSystem, strategy);
        script.policy.parallelism = parallelism.try_into().unwrap();
        script.reach_iterate(roadmap);
        script.told.clear();
        script.tell_last();
        script
    }

    pub(super) fn reach_iterate(&mut self, roadmap: &Arc<Roadmap>) {
        self.on(ProgramEvent::Started);
        self.phase(PhaseOutcome::Passed);
        self.planned(roadmap);
        self.phase(PhaseOutcome::Passed);
    }

    /// Lets `event` happen and tells what came of it.
    #[expect(clippy::needless_pass_by_value, reason = "a script reads better without references")]
    pub(super) fn on(&mut self, event: ProgramEvent) -> &mut Self {
        writeln!(self.told, "> {}", tell_event(&event)).unwrap();
        match step(&self.program, &event, &self.policy, self.now) {
            Ok(transition) if transition.program.seq == self.program.seq => {
                assert_eq!((transition.program, transition.effects), (self.program.clone(), Vec::new()));
                self.last_effects.clear();
                self.told.push_str("  late\n");
            }
            Ok(transition) => {
                let stored = serde_json::to_string(&transition).unwrap();
                assert_eq!(serde_json::from_str::<ProgramTransition>(&stored).unwrap(), transition);
                self.program = transition.program;
                self.last_effects = transition.effects;
                self.tell_last();
            }
            Err(rejection) => writeln!(self.told, "  refused: {rejection}").unwrap(),
        }
        self
    }

    fn tell_last(&mut self) {
        writeln!(self.told, "  {}", tell_program(&self.program)).unwrap();
        for effect in &self.last_effects {
            writeln!(self.told, "  - {}", tell_effect(effect)).unwrap();
        }
    }

    /// Returns everything told so far, and begins anew.
    pub(super) fn told(&mut self) -> String {
        std::mem::take(&mut self.told)
    }

    pub(super) fn effects(&self) -> &[ProgramEffect] {
        &self.last_effects
    }

    pub(super) fn phase(&mut self, outcome: PhaseOutcome) -> &mut Self {
        self.phase_for(Usd::dollars(1), outcome)
    }

    pub(super) fn phase_for(&mut self, cost: Usd, outcome: PhaseOutcome) -> &mut Self {
        let attempt = self.program.attempt;
        self.on(ProgramEvent::PhaseReported { attempt, cost, outcome })
    }

    pub(super) fn planned(&mut self, roadmap: &Arc<Roadmap>) -> &mut Self {
        let roadmap = Arc::clone(roadmap);
        self.phase(PhaseOutcome::Planned { roadmap })
    }

    pub(super) fn verified(&mut self) -> &mut Self {
        self.phase(PhaseOutcome::Verified {
            report: crate::gate::GateReport::default(),
            findings: Vec::new(),
            stories: Vec::new(),
        })
    }

    /// Gives a dispatched story the next free run.
    pub(super) fn starts(&mut self, story: usize) -> &mut Self {
        let run = run_id(self.next_run);
        self.next_run += 1;
        self.on(ProgramEvent::StoryStarted {
            story: id(story),
            run,
            branch: format!("story-{story}").parse().unwrap(),
            parent_sha: None,
        })
    }

    pub(super) fn record(&self, story: usize) -> &StoryRecord {
        let index = self.program.board.roadmap().index_of(&id(story)).unwrap();
        self.program.board.record(index)
    }

    /// A report of the newest run of a story.
    pub(super) fn report(&self, story: usize, status: RunStatus) -> StoryReport {
        StoryReport {
            run: self.record(story).run.unwrap_or(run_id(999)),
            status,
            failure_class: (status == RunStatus::Escalated || status == RunStatus::Failed)
                .then_some(FailureClass::GateFailed),
            head: None,
            parent_sha: None,
            cost: Usd::dollars(1),
        }
    }

    pub(super) fn reports(&mut self, story: usize, status: RunStatus) -> &mut Self {
        let report = self.report(story, status);
        self.on(ProgramEvent::StoryReported { story: id(story), report })
    }

    pub(super) fn completes(&mut self, story: usize, head: u32) -> &mut Self {
        let mut report = self.report(story, RunStatus::Complete);
        report.head = Some(sha(head));
        self.on(ProgramEvent::StoryReported { story: id(story), report })
    }

    pub(super) fn completes_on(&mut self, story: usize, head: u32, parent: u32) -> &mut Self {
        let mut report = self.report(story, RunStatus::Complete);
        report.head = Some(sha(head));
        report.parent_sha = Some(sha(parent));
        self.on(ProgramEvent::StoryReported { story: id(story), report })
    }

    pub(super) fn merged(&mut self, story: usize) -> &mut Self {
        self.on(ProgramEvent::StoryMerged { story: id(story) })
    }

    pub(super) fn resumes(&mut self) -> &mut Self {
        let escalation = self.program.last_escalation.unwrap();
        self.on(ProgramEvent::Resumed { escalation, by: person(), answer: None, approval: None, budget: None })
    }

    pub(super) fn cancel(&mut self) -> &mut Self {
        self.on(ProgramEvent::CancelRequested { by: person() })
    }

    pub(super) fn hours_pass(&mut self, hours: i64) -> &mut Self {
        self.now += SignedDuration::from_hours(hours);
        self.on(ProgramEvent::ClockTicked)
    }
}
