//! Programs as the program machine makes them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{at, hash, run_id, site};
use crate::actor::Actor;
use crate::escalation::{ApprovalSubject, Awaiting, BudgetKind, Question};
use crate::failure::FailureClass as Class;
use crate::id::{EscalationId, IssueNumber, ProgramId, QuestionId, StoryId};
use crate::money::Usd;
use crate::program::{
    Board, Consent, MigrationGate, Mode, Program, ProgramCause, ProgramEscalation, ProgramOrder, ProgramPhase,
    ProgramPolicy, ProgramState, StoryRecord, StoryState, Strategy, VerificationProblem, Work,
};
use crate::roadmap::samples::{plan_of, story, story_id};
use crate::roadmap::{Roadmap, RoadmapError, Size, Story};
use crate::run::CostSource;
use crate::words::{ProgramView, Site, StoryPlace};

/// Returns a program of which nothing is known yet.
pub(in crate::words) fn empty_program() -> Program {
    let order = ProgramOrder {
        id: ProgramId(run_id().0),
        mode: Mode::GreenfieldSystem,
        intent: Arc::from("build a shop"),
        base: "main".parse().unwrap(),
        strategy: Strategy::Stacked,
        from: None,
    };
    let mut program = Program::new(order, at("2026-05-04T09:00:00Z"));
    program.spend.total = Usd::dollars(12);
    program.state = ProgramState::Running;
    program
}

/// Returns a program in `iterate`, with a story for each of `records`; each depends on the stories of these numbers.
pub(in crate::words) fn program_of(title: &str, records: &[(&[usize], StoryRecord)]) -> Program {
    let stories = records.iter().zip(1..).map(|((after, record), number)| {
        let size = if record.consent == Consent::NotNeeded { Size::M } else { Size::Xl };
        let title = Arc::from(title);
        Story { title, ..story(number, None, after, size) }
    });
    let roadmap = Roadmap::new(plan_of(stories.collect())).unwrap();
    let records: Vec<_> = records.iter().map(|(_, record)| record).collect();
    let board: Board = serde_json::from_value(serde_json::json!({ "roadmap": roadmap, "stories": records })).unwrap();
    Program { phase: ProgramPhase::Iterate, board, ..empty_program() }
}

/// Returns the record of a story that needs nobody's yes.
pub(in crate::words) fn record(state: StoryState) -> StoryRecord {
    StoryRecord {
        state,
        run: None,
        earlier_runs: Vec::new(),
        branch: None,
        head: None,
        growth: None,
        aim: None,
        told: None,
        landed: None,
        failure_class: None,
        cost: Usd::ZERO,
        consent: Consent::NotNeeded,
        migration_gate: MigrationGate::None,
    }
}

/// A story that waits for nothing but its turn.
pub(in crate::words) const NEXT: StoryState = StoryState::Waiting { work: Work::Start };

/// Returns a program with a story of each standing.
pub(in crate::words) fn colorful_program(title: &str) -> Program {
    let gated = StoryRecord { consent: Consent::Needed, ..record(NEXT) };
    let unmet = StoryRecord { migration_gate: MigrationGate::Unmet, ..record(NEXT) };
    let records: [(&[usize], StoryRecord); 9] = [
        (&[], record(StoryState::Complete)),
        (&[1], record(StoryState::InFlight { work: Work::Start })),
        (&[1], record(StoryState::Escalated { then: Work::Start })),
        (&[2, 3], record(NEXT)),
        (&[], gated),
        (&[5], record(NEXT)),
        (&[], record(StoryState::Failed)),
        (&[7], record(StoryState::Cancelled)),
        (&[], unmet),
    ];
    program_of(title, &records)
}

/// Returns where the stories of `program` are: each has an issue, the first one a pull request.
pub(in crate::words) fn places(program: &Program) -> BTreeMap<StoryId, StoryPlace> {
    let stories = program.board.roadmap().stories().iter().zip(101..);
    let place = |number| StoryPlace {
        issue: Some(IssueNumber(number)),
        pull_request: (number == 101).then_some(IssueNumber(200)),
    };
    stories.map(|(story, number)| (story.id.clone(), place(number))).collect()
}

fn cause(phase: ProgramPhase, class: Class, cause: ProgramCause, awaiting: Awaiting) -> ProgramEscalation {
    ProgramEscalation { id: EscalationId::FIRST, phase, class, cause, awaiting, at: at("2026-05-04T10:00:00Z") }
}

/// Returns every cause with what it awaits, as [`colorful_program`] would stop, and `text` wherever somebody else
/// speaks.
pub(in crate::words) fn all_program_causes(text: &str) -> Vec<(String, ProgramEscalation)> {
    let planning = planning_causes(text);
    let iterating = iterating_causes();
    let verifying = verifying_causes(text);
    let interrupted = interrupted_causes(text);
    let named = planning.into_iter().chain(iterating).chain(verifying).chain(interrupted);
    named.map(|(name, escalation)| (name.to_owned(), escalation)).collect()
}

fn planning_causes(text: &str) -> [(&'static str, ProgramEscalation); 5] {
    use ProgramPhase::{Audit, ProgramPlan};
    let number = |number| QuestionId::new(number).unwrap();
    let question = |id, text: &str| Question { id: number(id), text: Arc::from(text) };
    let questions = vec![question(1, text), question(2, "Which customers keep the old shop?")];
    let answer = Awaiting::Answer { questions: vec![number(1), number(2)] };
    let open = ProgramCause::OpenQuestions { questions };
    let ring = RoadmapError::Ring { ring: vec![story_id(1), story_id(2)] };
    let not_stacked = RoadmapError::NotStacked { story: story_id(3), dependency: story_id(1) };
    let invalid = |error| ProgramCause::RoadmapInvalid { error };
    let approval = Awaiting::Approval { subject: ApprovalSubject::Roadmap, hash: hash() };
    let unconfirmed = ProgramCause::RoadmapUnconfirmed { stories: 9 };
    let exhausted = ProgramCause::PhaseExhausted { failures: 4, words: Arc::from(text) };
    [
        ("open_questions", cause(Audit, Class::SpecUnderspecified, open, answer)),
        ("roadmap_ring", cause(ProgramPlan, Class::RoadmapInvalid, invalid(ring), Awaiting::Change)),
        ("roadmap_not_stacked", cause(ProgramPlan, Class::RoadmapInvalid, invalid(not_stacked), Awaiting::Change)),
        ("roadmap_unconfirmed", cause(ProgramPlan, Class::StopRequested, unconfirmed, approval)),
        ("phase_exhausted", cause(ProgramPlan, Class::GateFailed, exhausted, Awaiting::Change)),
    ]
}

fn iterating_causes() -> [(&'static str, ProgramEscalation); 4] {
    let nothing = |stopped: &[usize], gated: &[usize], unmet: &[usize], awaiting| {
        let ids = |numbers: &[usize]| numbers.iter().copied().map(story_id).collect();
        let nothing = ProgramCause::NothingCanGoOn { stopped: ids(stopped), gated: ids(gated), unmet: ids(unmet) };
        cause(ProgramPhase::Iterate, Class::StopRequested, nothing, awaiting)
    };
    let approval = Awaiting::Approval { subject: ApprovalSubject::Stories, hash: hash() };
    [
        ("stories_stopped", nothing(&[3, 7, 8], &[], &[], Awaiting::Change)),
        ("stories_gated", nothing(&[], &[5], &[], approval)),
        ("stories_unmet", nothing(&[], &[], &[9], Awaiting::Change)),
        ("stories_all", nothing(&[3], &[5], &[9], Awaiting::Change)),
    ]
}

fn verifying_causes(text: &str) -> [(&'static str, ProgramEscalation); 4] {
    let failed = |class, problem, stories: &[usize]| {
        let stories = stories.iter().copied().map(story_id).collect();
        let failed = ProgramCause::VerificationFailed { problem, stories };
        cause(ProgramPhase::ProgramVerify, class, failed, Awaiting::Change)
    };
    let check = || Arc::from(text);
    let failing = VerificationProblem::GateFailed { check: check() };
    let unavailable = VerificationProblem::GateUnavailable { check: check() };
    let findings = VerificationProblem::Findings { count: 3 };
    [
        ("verify_conflict", failed(Class::RebaseConflict, VerificationProblem::MergeConflict, &[1, 2])),
        ("verify_failed", failed(Class::GateFailed, failing, &[1])),
        ("verify_unavailable", failed(Class::GateUnavailable, unavailable, &[])),
        ("verify_findings", failed(Class::ReviewFinding, findings, &[1, 2])),
    ]
}

fn interrupted_causes(text: &str) -> [(&'static str, ProgramEscalation); 4] {
    use ProgramPhase::Iterate;
    let money = Usd::dollars(100);
    let budget = ProgramCause::BudgetExhausted { spent: money, limit: money };
    let awaiting = Awaiting::Budget { budget: BudgetKind::UsdPerProgram };
    let by_person = ProgramCause::Aborted { by: Actor::GitHub { id: 9, login: Arc::from(text) } };
    let by_engine = ProgramCause::Aborted { by: Actor::Engine };
    let lost = ProgramCause::CoordinatorLost { times: 4 };
    [
        ("budget", cause(Iterate, Class::BudgetExhausted, budget, awaiting)),
        ("aborted_by_person", cause(Iterate, Class::Aborted, by_person, Awaiting::Change)),
        ("aborted_by_engine", cause(Iterate, Class::Aborted, by_engine, Awaiting::Change)),
        ("coordinator_lost", cause(Iterate, Class::LostRunner, lost, Awaiting::Change)),
    ]
}

/// Calls `write` with a view of `program`.
pub(in crate::words) fn with_view<T>(program: &Program, write: impl FnOnce(&ProgramView<'_>) -> T) -> T {
    let (policy, places, site): (_, _, Site) = (ProgramPolicy::default(), places(program), site());
    write(&ProgramView {
        program,
        policy: &policy,
        places: &places,
        cost_source: CostSource::Metered,
        site: &site,
        page: Some("https://github.com/acme/shop/pipemason".parse().unwrap()),
        now: at("2026-05-04T10:00:00Z"),
    })
}
