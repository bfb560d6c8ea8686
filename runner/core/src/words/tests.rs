//! What the tests of all texts share: samples, and the way texts are compared with what was reviewed.

use std::sync::Arc;

use jiff::Timestamp;

use super::quote::Quote;
use super::{Marker, MarkerKind, Mention, Money, PhaseRow, RunView, Site, phase_rows};
use crate::actor::Actor;
use crate::config::BodyPart;
use crate::escalation::{Awaiting, Cause, Escalation};
use crate::failure::FailureClass;
use crate::gate::{Finding, Severity};
use crate::hash::{CommitSha, ContentHash};
use crate::id::{EscalationId, IssueNumber, RunId};
use crate::money::Usd;
use crate::phase::Phase;
use crate::policy::Limits;
use crate::run::{
    Brief, CostSource, EffectKey, Opening, Origin, PassKind, Recheck, Record, Run, RunState, SkipReason, Stage,
    UnitSet, Visit,
};
use crate::text::redact::Redactor;
use crate::ticket::{Source, Ticket};

mod causes;
mod hostile;
pub(super) mod programs;

pub(super) use causes::{all_causes, escalation_of};
pub(super) use programs::all_program_causes;

/// Compares `text` with the reviewed one of this name.
macro_rules! assert_text {
    ($name:expr, $text:expr) => {
        insta::with_settings!({
            snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/src/words/snapshots"),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, { insta::assert_snapshot!($name, $text) })
    };
}
pub(super) use assert_text;

/// All parts of a pull request's text.
pub(super) static EVERY_PART: [BodyPart; 6] = [
    BodyPart::SpecSummary,
    BodyPart::AcceptanceCriteria,
    BodyPart::TestSummary,
    BodyPart::Decisions,
    BodyPart::Gates,
    BodyPart::Cost,
];

pub(super) fn redactor() -> Redactor {
    Redactor::default()
}

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn run_id() -> RunId {
    "01JD4Q0000000000000000000A".parse().unwrap()
}

pub(super) fn marker(kind: MarkerKind) -> Marker {
    Marker::of_effect(kind, EffectKey { run: run_id(), seq: 12, index: 0 })
}

pub(super) fn site() -> Site {
    Site::new("https://github.com".parse().unwrap(), "acme/shop".parse().unwrap())
}

pub(super) fn alice() -> Actor {
    Actor::GitHub { id: 1, login: Arc::from("alice") }
}

pub(super) fn mentions() -> Vec<Mention> {
    vec!["alice".parse().unwrap()]
}

pub(super) fn commit(digit: char) -> CommitSha {
    digit.to_string().repeat(40).parse().unwrap()
}

pub(super) fn money() -> Money {
    Money { limit: Usd::dollars(10), day: Usd::dollars(40) }
}

/// A run that has just started to implement.
pub(super) fn run() -> Run {
    run_of("Add a health check")
}

/// A run whose ticket and branch are called like this, as far as a branch can be.
pub(super) fn run_of(title: &str) -> Run {
    let ticket = Ticket {
        source: Source::Issue { repository_id: 1, repository: "acme/shop".parse().unwrap(), number: IssueNumber(7) },
        title: Arc::from(title),
        body: Arc::from(title),
        requested_by: alice(),
        accepted_at: at("2026-05-04T09:00:00Z"),
    };
    let origin = Origin {
        ticket,
        opening: Opening::Ticket,
        branch: "feature/7-health-check".parse().unwrap(),
        base: "main".parse().unwrap(),
        previous: None,
        spent_before: Usd::ZERO,
        opens_pull_request: true,
    };
    let mut run = Run::new(run_id(), origin, None, at("2026-05-04T09:00:00Z"));
    run.units = Arc::from(["api".parse().unwrap()]);
    run.spend.iterations = 7;
    run.spend.usd = Usd::micros(3_200_000);
    run.cost_source = CostSource::Reported;
    run.state = RunState::Running { visit: visit(Phase::Implement, working(), Brief::First) };
    run
}

pub(super) fn working() -> Stage {
    Stage::Turns { open: UnitSet::of(0), handed: crate::run::Handed::default(), trouble: Arc::default() }
}

pub(super) fn visit(phase: Phase, stage: Stage, brief: Brief) -> Visit {
    Visit {
        phase,
        unit: 0,
        attempt: 1,
        used: std::time::Duration::ZERO,
        extensions: 0,
        brief,
        turns: UnitSet::EMPTY,
        stage,
        recheck: Recheck::No,
        edited_by: None,
        advised: false,
        asked: 1,
    }
}

pub(super) fn escalation(phase: Phase, class: FailureClass, cause: Cause, awaiting: Awaiting) -> Escalation {
    Escalation {
        id: EscalationId::FIRST,
        phase,
        unit: None,
        class,
        cause,
        awaiting,
        at: at("2026-05-04T10:00:00Z"),
        tree: None,
        evidence: Vec::new(),
    }
}

pub(super) fn finding(text: &str) -> Finding {
    Finding {
        class: FailureClass::GateFailed,
        severity: Severity::High,
        rule: text.to_owned(),
        message: text.to_owned(),
        path: Some(text.to_owned()),
        line: Some(12),
        unit: None,
    }
}

pub(super) fn hash() -> ContentHash {
    ContentHash::of(b"diff")
}

/// What happened to a run that was sent back from `verify` to `implement`, one minute after the other.
pub(super) fn story() -> Vec<Record> {
    let passed = |phase| Record::PhaseLeft { phase, how: PassKind::Passed };
    let skipped = |phase| Record::PhaseLeft { phase, how: PassKind::Skipped { reason: SkipReason::NoUserInterface } };
    let entered = |phase| Record::PhaseEntered { phase };
    let turn = |phase, attempt, brief| Record::TurnStarted { phase, unit: None, attempt, iteration: attempt, brief };
    let back = Brief::LoopBack { from: Phase::Verify, class: FailureClass::GateFailed };
    vec![
        Record::RunStarted,
        entered(Phase::Init),
        passed(Phase::Init),
        entered(Phase::Analyze),
        turn(Phase::Analyze, 1, Brief::First),
        passed(Phase::Analyze),
        entered(Phase::Contracts),
        passed(Phase::Contracts),
        entered(Phase::Architect),
        passed(Phase::Architect),
        entered(Phase::Tdd),
        turn(Phase::Tdd, 1, Brief::First),
        passed(Phase::Tdd),
        entered(Phase::Implement),
        turn(Phase::Implement, 1, Brief::First),
        passed(Phase::Implement),
        skipped(Phase::E2e),
        skipped(Phase::Ui),
        skipped(Phase::ScreenshotDiff),
        entered(Phase::Review),
        passed(Phase::Review),
        entered(Phase::Verify),
        Record::LoopedBack { from: Phase::Verify, to: Phase::Implement, class: FailureClass::GateFailed },
        entered(Phase::Implement),
        turn(Phase::Implement, 1, back),
    ]
}

pub(super) fn rows(story: &[Record]) -> Vec<PhaseRow> {
    let start = at("2026-05-04T09:00:00Z").as_second();
    let times = (0..).map(|minute| Timestamp::from_second(start + 60 * minute).unwrap());
    phase_rows(times.zip(story), at("2026-05-04T10:00:00Z"))
}

pub(super) fn view<'a>(run: &'a Run, limits: &'a Limits, rows: &'a [PhaseRow], site: &'a Site) -> RunView<'a> {
    RunView {
        run,
        limits,
        rows,
        site,
        page: None,
        job: None,
        problem: None,
        held: &[],
        replies_count: true,
        now: at("2026-05-04T10:00:00Z"),
    }
}

#[test]
fn people_are_named_without_being_notified() {
    let redactor = redactor();
    let quote = Quote::without_secrets(&redactor);
    let local = Actor::Local { name: Arc::from("@bob") };
    let names = [Actor::Engine, alice(), local].map(|actor| super::mention::name_of(&actor, quote).to_string());
    assert_eq!(names[0], "Pipemason");
    assert_eq!(names[1], "alice");
    assert!(!names[2].contains("@bob"), "{}", names[2]);
}

#[test]
fn only_names_that_can_be_notified_become_mentions() {
    for text in ["alice", "a-b_c", "acme/core-team"] {
        assert_eq!(text.parse::<Mention>().unwrap().to_string(), format!("@{text}"));
    }
    for text in ["", "@alice", "evil[bot]", "a/b/c", "a b", "-a", "/a", "a/", "a\nb", "é"] {
        assert!(text.parse::<Mention>().is_err(), "{text}");
    }
    let bot = Actor::GitHub { id: 2, login: Arc::from("evil[bot]") };
    assert_eq!(Mention::of(&bot), None);
    assert_eq!(Mention::of(&Actor::Engine), None);
    assert_eq!(Mention::of(&alice()), Some("alice".parse().unwrap()));
}
