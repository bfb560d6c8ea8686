//! What can happen next to a program: the world around the machine, seen from its state alone.

use std::sync::Arc;

use jiff::Timestamp;
use pipemason_core::actor::Actor;
use pipemason_core::escalation::Awaiting;
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::{Check, CheckOutcome, GateReport};
use pipemason_core::hash::CommitSha;
use pipemason_core::id::{ProgramId, RunId, StoryId};
use pipemason_core::money::Usd;
use pipemason_core::program::{
    BranchOutcome, Consent, MigrationGate, Mode, PhaseOutcome, Program, ProgramEvent, ProgramOrder, ProgramPhase,
    ProgramPolicy, ProgramState, StoryRecord, StoryReport, StoryState, Strategy, Work,
};
use pipemason_core::roadmap::{Roadmap, RoadmapError, StoryIndex};
use pipemason_core::status::RunStatus;

/// A program, and the world that acts on it.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) mode: Mode,
    pub(crate) strategy: Strategy,
    pub(crate) roadmap: Arc<Roadmap>,
    pub(crate) policy: ProgramPolicy,
    /// What a run costs when it ends.
    pub(crate) run_cost: Usd,
    /// Whether the stories are all that is of interest.
    pub(crate) begins_with_stories: bool,
    /// How many runs of a story may go wrong, or be started by people; so people cannot keep it going for ever.
    pub(crate) most_turns: usize,
}

pub(crate) fn noon() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().expect("a time")
}

pub(crate) fn program_branch() -> Strategy {
    Strategy::ProgramBranch { branch: "program".parse().expect("a branch") }
}

pub(crate) fn person() -> Actor {
    Actor::Local { name: Arc::from("ada") }
}

/// Returns when `event` happens: a tick comes when the pause is over, everything else at noon.
pub(crate) fn time_of(program: &Program, event: &ProgramEvent) -> Timestamp {
    match (&program.state, event) {
        (ProgramState::Paused { until }, ProgramEvent::ClockTicked) => *until,
        _ => noon(),
    }
}

/// Returns a commit that is named by two numbers.
pub(crate) fn sha(story: usize, turn: usize) -> CommitSha {
    format!("{:040x}", story * 256 + turn + 1).parse().expect("a commit")
}

fn run_id(story: usize, turn: usize) -> RunId {
    RunId(ulid::Ulid::from((story * 256 + turn + 1) as u128))
}

impl World {
    pub(crate) fn new(mode: Mode, strategy: Strategy, roadmap: Arc<Roadmap>) -> Self {
        Self {
            mode,
            strategy,
            roadmap,
            policy: ProgramPolicy {
                confirm_roadmap: false,
                retries_per_phase: 1,
                lost_coordinators: 1,
                usd_per_day: None,
                ..ProgramPolicy::default()
            },
            run_cost: Usd::ZERO,
            begins_with_stories: true,
            most_turns: 2,
        }
    }

    /// Returns the program before anything has happened.
    pub(crate) fn program(&self) -> Program {
        let order = ProgramOrder {
            id: ProgramId(ulid::Ulid::from(1_u128)),
            mode: self.mode,
            intent: Arc::from("build it"),
            base: "main".parse().expect("a branch"),
            strategy: self.strategy.clone(),
            from: None,
        };
        Program::new(order, noon())
    }

    /// Returns all that can happen without a person.
    pub(crate) fn unattended(&self, program: &Program) -> Vec<ProgramEvent> {
        let mut events = Vec::new();
        match &program.state {
            ProgramState::Pending => events.push(ProgramEvent::Started),
            ProgramState::Running
            | ProgramState::Cancelling { .. }
            | ProgramState::Paused { .. }
            | ProgramState::Escalated { .. }
            | ProgramState::Complete => {
                if program.phase_is_under_way {
                    events.extend(self.phase_events(program));
                }
                for index in program.board.roadmap().indices() {
                    events.extend(self.story_events(program, index));
                }
            }
            ProgramState::Failed { .. } | ProgramState::Cancelled { .. } => {}
        }
        let is_coordinated = matches!(program.state, ProgramState::Running | ProgramState::Paused { .. });
        if is_coordinated && program.lost_coordinators <= self.policy.lost_coordinators {
            events.push(ProgramEvent::CoordinatorLost);
        }
        if matches!(program.state, ProgramState::Paused { .. }) {
            events.push(ProgramEvent::ClockTicked);
        }
        events
    }

    fn phase_events(&self, program: &Program) -> Vec<ProgramEvent> {
        let passed = self.passed(program.phase);
        let is_short = self.begins_with_stories && program.phase < ProgramPhase::Iterate;
        let outcomes = if is_short { vec![passed] } else { self.outcomes(program, passed) };
        let event = |outcome| ProgramEvent::PhaseReported { attempt: program.attempt, cost: Usd::ZERO, outcome };
        outcomes.into_iter().map(event).collect()
    }

    fn passed(&self, phase: ProgramPhase) -> PhaseOutcome {
        match phase {
            ProgramPhase::ProgramInit | ProgramPhase::Audit | ProgramPhase::DesignSystem | ProgramPhase::Iterate => {
                PhaseOutcome::Passed
            }
            ProgramPhase::ProgramPlan => PhaseOutcome::Planned { roadmap: Arc::clone(&self.roadmap) },
            ProgramPhase::MigrationPlan => PhaseOutcome::MigrationPlanned {
                cutover: self.roadmap.stories().iter().take(1).map(|story| story.id.clone()).collect(),
            },
            ProgramPhase::ProgramVerify => verified(CheckOutcome::Passed),
        }
    }

    fn outcomes(&self, program: &Program, passed: PhaseOutcome) -> Vec<PhaseOutcome> {
        let phase = program.phase;
        if program.failures.get(&phase).is_some_and(|failures| *failures > self.policy.retries_per_phase) {
            return vec![passed];
        }
        let words: Arc<str> = Arc::from("no");
        let failed = PhaseOutcome::GateFailed { class: FailureClass::GateFailed, words: Arc::clone(&words) };
        let questions = PhaseOutcome::OpenQuestions { questions: Vec::new() };
        let mut outcomes = vec![passed, failed];
        match phase {
            ProgramPhase::ProgramInit => outcomes.push(PhaseOutcome::Refused { words }),
            ProgramPhase::Audit | ProgramPhase::DesignSystem | ProgramPhase::MigrationPlan => outcomes.push(questions),
            ProgramPhase::ProgramPlan => {
                outcomes.extend([questions, PhaseOutcome::RoadmapInvalid { error: RoadmapError::NoStories }]);
            }
            ProgramPhase::Iterate => {}
            ProgramPhase::ProgramVerify => outcomes.extend([
                PhaseOutcome::MergeConflict { stories: Vec::new() },
                verified(CheckOutcome::Unavailable { reason: String::from("no browser") }),
            ]),
        }
        outcomes
    }

    fn story_events(&self, program: &Program, index: StoryIndex) -> Vec<ProgramEvent> {
        let record = program.board.record(index);
        let story = id_of(program, index);
        match (record.state, record.run) {
            (StoryState::InFlight { work }, None) => vec![
                started(program, index),
                ProgramEvent::StoryNotStarted {
                    story,
                    class: if work == Work::Restack { FailureClass::PushRejected } else { FailureClass::GateFailed },
                },
            ],
            (StoryState::InFlight { .. }, Some(_)) => {
                let ends = if record.earlier_runs.len() < self.most_turns {
                    [RunStatus::Complete, RunStatus::Escalated, RunStatus::Failed, RunStatus::Cancelled].as_slice()
                } else {
                    [RunStatus::Complete].as_slice()
                };
                ends.iter().copied().filter_map(|status| self.report(program, index, status)).collect()
            }
            (StoryState::Merging, _) => [BranchOutcome::Merged, BranchOutcome::Conflict]
                .map(|outcome| ProgramEvent::ProgramBranchReported { story: story.clone(), outcome })
                .into(),
            (StoryState::Waiting { .. }, _) if record.migration_gate == MigrationGate::Checking => {
                [true, false].map(|is_met| ProgramEvent::MigrationGateReported { story: story.clone(), is_met }).into()
            }
            (
                StoryState::Waiting { .. }
                | StoryState::Complete
                | StoryState::Escalated { .. }
                | StoryState::Failed
                | StoryState::Cancelled,
                _,
            ) => Vec::new(),
        }
    }

    /// Returns a report of the newest run of a story, if it has one.
    pub(crate) fn report(&self, program: &Program, index: StoryIndex, status: RunStatus) -> Option<ProgramEvent> {
        let record = program.board.record(index);
        let class = matches!(status, RunStatus::Escalated | RunStatus::Failed).then_some(FailureClass::GateFailed);
        let has_moved = status == RunStatus::Complete;
        Some(ProgramEvent::StoryReported {
            story: id_of(program, index),
            report: StoryReport {
                run: record.run?,
                status,
                failure_class: class,
                head: has_moved.then(|| sha(index.position(), record.earlier_runs.len())),
                parent_sha: None,
                cost: self.run_cost,
            },
        })
    }

    /// Returns what people can do, besides cancelling and interrupting.
    pub(crate) fn attended(&self, program: &Program) -> Vec<ProgramEvent> {
        let mut events = vec![ProgramEvent::StoriesResumed { by: person() }];
        if let Some(escalation) = program.escalation() {
            let (approval, budget) = match &escalation.awaiting {
                Awaiting::Approval { hash, .. } => (Some(*hash), None),
                Awaiting::Budget { .. } => (None, Some(program.spend.total.plus(Usd::dollars(1)))),
                Awaiting::Answer { .. } | Awaiting::Change => (None, None),
            };
            events.push(ProgramEvent::Resumed {
                escalation: escalation.id,
                by: person(),
                answer: None,
                approval,
                budget,
            });
        }
        for index in program.board.roadmap().indices() {
            events.extend(self.story_wishes(program, index));
        }
        events
    }

    fn story_wishes(&self, program: &Program, index: StoryIndex) -> Vec<ProgramEvent> {
        let record = program.board.record(index);
        let story = id_of(program, index);
        let mut events = Vec::new();
        if record.branch.is_some() {
            events.push(ProgramEvent::StoryMerged { story: story.clone() });
        }
        match record.state {
            StoryState::Escalated { .. } => events.extend(self.report(program, index, RunStatus::Running)),
            StoryState::Failed | StoryState::Cancelled => events.push(started(program, index)),
            StoryState::Complete => {
                if record.earlier_runs.len() + 1 < self.most_turns {
                    events.push(started(program, index));
                }
                let head = sha(index.position(), 128 + record.earlier_runs.len());
                events.push(ProgramEvent::StoryMoved { story, head });
            }
            StoryState::Waiting { .. } if record.consent == Consent::Needed => {
                let hash = program.board.roadmap().story_hash(index);
                let by = person();
                events.push(ProgramEvent::StoryApproved { story, hash, by });
            }
            StoryState::Waiting { .. } | StoryState::InFlight { .. } | StoryState::Merging => {}
        }
        events
    }
}

fn verified(result: CheckOutcome) -> PhaseOutcome {
    PhaseOutcome::Verified {
        report: GateReport { checks: vec![Check { name: String::from("tests"), unit: None, result, log: None }] },
        findings: Vec::new(),
        stories: Vec::new(),
    }
}

pub(crate) fn id_of(program: &Program, index: StoryIndex) -> StoryId {
    program.board.roadmap().story(index).expect("a story").id.clone()
}

/// The next run of a story; its number follows from those before it.
pub(crate) fn started(program: &Program, index: StoryIndex) -> ProgramEvent {
    let record: &StoryRecord = program.board.record(index);
    let number = index.position();
    let turn = record.earlier_runs.len() + usize::from(record.run.is_some());
    ProgramEvent::StoryStarted {
        story: id_of(program, index),
        run: run_id(number, turn),
        branch: format!("story-{number}").parse().expect("a branch"),
        parent_sha: None,
    }
}
