//! Views of runs that were put together by hand.

use std::sync::Arc;

use jiff::Timestamp;

use super::*;
use crate::actor::Actor;
use crate::domain::Unit;
use crate::escalation::{Awaiting, Cause, Escalation};
use crate::failure::FailureClass;
use crate::hash::{CommitSha, ContentHash};
use crate::id::{EscalationId, IssueNumber};
use crate::log::{LogEntry, LogEvent};
use crate::money::Usd;
use crate::phase::Phase;
use crate::run::{
    Artifact, Brief, CancelCause, Opening, Origin, PassKind, Record, Run, RunState, SkipReason, Stage, Visit,
};
use crate::state_md::{PhaseLine, PhaseOutcome};
use crate::status::RunStatus;
use crate::ticket::{Source, Ticket};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn somebody() -> Actor {
    Actor::GitHub { id: 7, login: Arc::from("somebody") }
}

fn run(source: Source) -> Run {
    let ticket = Ticket {
        source,
        title: Arc::from("Shorten links"),
        body: Arc::from(""),
        requested_by: somebody(),
        accepted_at: at(0),
    };
    let origin = Origin {
        ticket,
        opening: Opening::Ticket,
        branch: "feature/7-shorten-links".parse().unwrap(),
        base: "main".parse().unwrap(),
        previous: None,
        spent_before: Usd::ZERO,
        opens_pull_request: true,
    };
    Run::new("01JTCQ4Z8N3V5W6X7Y8Z9A0B1C".parse().unwrap(), origin, None, at(0))
}

fn issue() -> Source {
    Source::Issue { repository_id: 1, repository: "acme/links".parse().unwrap(), number: IssueNumber(7) }
}

/// A run that waits in `verify` for a repair of its web unit.
fn escalated() -> Run {
    let mut run = run(issue());
    let escalation = Escalation {
        id: EscalationId::FIRST,
        phase: Phase::Verify,
        unit: Some(unit("web")),
        class: FailureClass::SecurityFinding,
        cause: Cause::HighSecurityFinding,
        awaiting: Awaiting::Change,
        at: at(9),
        tree: None,
        evidence: Vec::new(),
    };
    run.state = RunState::Escalated { escalation: Arc::new(escalation), visit: visit(Phase::Verify) };
    run.updated_at = at(9);
    run
}

fn visit(phase: Phase) -> Visit {
    Visit {
        phase,
        unit: 0,
        attempt: 1,
        used: std::time::Duration::ZERO,
        extensions: 0,
        brief: Brief::First,
        turns: crate::run::UnitSet::EMPTY,
        stage: Stage::Gate,
        recheck: crate::run::Recheck::No,
        edited_by: None,
        advised: false,
        asked: 1,
    }
}

fn unit(name: &str) -> Unit {
    name.parse().unwrap()
}

fn every_record() -> Vec<Record> {
    let (by, escalation, class) = (somebody(), EscalationId::FIRST, FailureClass::LintError);
    let (phase, hash) = (Phase::Implement, ContentHash::of(b"x"));
    let commit = CommitSha("0123456789abcdef0123456789abcdef01234567".parse().unwrap());
    let left = |reason| Record::PhaseLeft { phase, how: PassKind::Skipped { reason } };
    let started = |brief| Record::TurnStarted { phase, unit: Some(unit("api")), attempt: 2, iteration: 5, brief };
    let ended = |outcome| Record::TurnEnded {
        phase,
        unit: None,
        outcome,
        usd: Some(Usd::micros(1)),
        tokens_in: 2,
        tokens_out: 3,
    };
    let failed = |counted| Record::GateFailed { phase, unit: Some(unit("api")), class, counted };
    let frozen = |before| Record::Frozen { artifact: Artifact::Tests(unit("api")), hash, before, by: Actor::Engine };
    vec![
        Record::RunStarted,
        Record::PhaseEntered { phase },
        Record::PhaseLeft { phase, how: PassKind::Passed },
        Record::PhaseLeft { phase, how: PassKind::Unchanged },
        left(SkipReason::NoUserInterface),
        left(SkipReason::ReviewDisabled),
        left(SkipReason::NoCode),
        left(SkipReason::Preserving),
        left(SkipReason::NothingToCheck { why: Arc::from("no command") }),
        Record::UnitPassed { phase, unit: unit("api") },
        started(Brief::First),
        started(Brief::Retry { class }),
        started(Brief::LoopBack { from: Phase::Verify, class }),
        started(Brief::Advice),
        started(Brief::SecondReview),
        ended(None),
        ended(Some(FailureClass::AgentTimeout)),
        Record::GatePassed { phase, unit: None },
        failed(true),
        failed(false),
        Record::Retried { phase, class },
        Record::LoopedBack { from: Phase::Verify, to: phase, class },
        Record::Violation { class: FailureClass::TestDrift, paths: vec![Arc::from("a"), Arc::from("b")] },
        Record::Contested { id: Arc::from("a::b") },
        frozen(None),
        frozen(Some(ContentHash::of(b"y"))),
        Record::Voided { phase, by: by.clone() },
        Record::Approved { hash, by: by.clone(), escalation },
        Record::Answered { by: by.clone(), escalation },
        Record::Granted { class, by: by.clone() },
        Record::BudgetRaised { to: Usd::dollars(20), by: by.clone() },
        Record::BudgetWarned { spent: Usd::dollars(8), limit: Usd::dollars(10) },
        Record::Forfeited { turns: 2, usd: Usd::dollars(3) },
        Record::Escalated { escalation, class },
        Record::Resumed { escalation, by: by.clone(), phase },
        Record::Steered { id: 12, by },
        Record::HandedOver,
        Record::RunnerLost { times: 2 },
        Record::Published { commit, pull_request: Some(IssueNumber(8)), remote: true },
        Record::Published { commit, pull_request: None, remote: false },
        Record::RunEnded { status: RunStatus::Complete },
    ]
}

#[test]
fn every_record_is_a_line_of_its_own() {
    let entries = entries_of(&every_record(), &escalated(), "claude", 40);
    // A pull request is a line beside the push.
    assert_eq!(entries.len(), every_record().len() + 1);
    assert!(entries.iter().zip(40..).all(|(entry, seq)| entry.seq == seq && entry.ts == at(9)));
    let lines: Vec<_> = entries.iter().map(LogEntry::to_line).collect();
    let frame = [r#","run_id":"01JTCQ4Z8N3V5W6X7Y8Z9A0B1C""#, r#","ts":"2027-01-15T08:00:09Z""#];
    let lines = frame.into_iter().fold(lines.concat(), |lines, part| lines.replace(part, ""));
    insta::assert_snapshot!(lines);
}

#[test]
fn the_last_line_says_how_the_run_ended() {
    let last = |state: RunState| {
        let mut run = run(Source::CommandLine);
        run.state = state;
        let entry = entries_of(&[Record::RunEnded { status: run.status() }], &run, "", 1).remove(0);
        (entry.outcome.unwrap(), entry.failure_class, entry.notes)
    };
    assert_eq!(last(RunState::Complete), ("complete".to_owned(), None, String::new()));
    let cancelled = RunState::Cancelled { by: somebody(), cause: CancelCause::Command };
    assert_eq!(last(cancelled), ("cancelled".to_owned(), None, "by somebody".to_owned()));
    let class = FailureClass::LedgerTampered;
    let failed = RunState::Failed { class, reason: Arc::from("broken") };
    assert_eq!(last(failed), ("failed".to_owned(), Some(class), "broken".to_owned()));
}

#[test]
fn the_state_is_that_of_the_run() {
    let mut run = escalated();
    run.spend.iterations = 4;
    run.spend.failures.add_one(FailureClass::LintError);
    (run.spend.tokens_in, run.spend.tokens_out, run.spend.usd) = (5, 6, Usd::micros(7));
    run.pull_request = Some(IssueNumber(8));
    run.units = Arc::from([unit("api"), unit("web")]);
    run.passed_units.get_mut(Phase::Implement).insert(0);
    run.passed_units.get_mut(Phase::Implement).insert(1);
    let log = [
        LogEntry { unit: Some(unit("api")), ..LogEntry::new(at(3), 1, LogEvent::AgentStart) },
        LogEntry { unit: Some(unit("web")), ..LogEntry::new(at(4), 2, LogEvent::AgentStart) },
        LogEntry { unit: Some(unit("api")), ..LogEntry::new(at(5), 3, LogEvent::PhaseExit) },
    ];
    let state = state_of(&run, &log, Told { agent: "claude", escalations: &[] });
    assert_eq!((state.run_id, state.ticket.as_str(), state.title.as_str()), (run.id, "#7", "Shorten links"));
    assert_eq!(state.branch.unwrap().as_str(), "feature/7-shorten-links");
    assert_eq!(state.base_branch.unwrap().as_str(), "main");
    assert_eq!(
        (state.started, state.updated, state.phase, state.status),
        (at(0), at(9), Phase::Verify, RunStatus::Escalated)
    );
    assert_eq!((state.total_iterations, state.tokens_in, state.tokens_out, state.cost_usd), (4, 5, 6, Usd::micros(7)));
    assert_eq!(state.retries_by_failure_class, run.spend.failures);
    assert_eq!((state.agent.as_str(), state.pull_request.as_str()), ("claude", "#8"));
    let complete: Vec<_> = state.domains_complete.iter().map(|done| (done.name.to_string(), done.ended)).collect();
    let active: Vec<_> = state.domains_active.iter().map(|active| (active.name.to_string(), active.started)).collect();
    assert_eq!((complete, active), (vec![("api".to_owned(), at(5))], vec![("web".to_owned(), at(4))]));
    run.passed_units.get_mut(Phase::Ui).insert(1);
    assert_eq!(state_of(&run, &[], Told::default()).domains_complete[1].ended, at(9));
}

#[test]
fn a_run_that_is_nowhere_is_shown_where_its_story_stopped() {
    let mut run = run(Source::CommandLine);
    let state = state_of(&run, &[], Told::default());
    assert_eq!((state.phase, state.ticket.as_str(), state.pull_request.as_str()), (Phase::Init, "", ""));
    run.state = RunState::Complete;
    let log = [
        LogEntry { phase: Some(Phase::Ui), ..LogEntry::new(at(1), 1, LogEvent::PhaseExit) },
        LogEntry::new(at(2), 2, LogEvent::RunEnded),
    ];
    assert_eq!(state_of(&run, &log, Told::default()).phase, Phase::Ui);
}

/// Makes a log of `second event phase outcome` and reads the visits off it.
fn visits(log: &[(i64, LogEvent, Phase, &str)]) -> Vec<String> {
    let entries: Vec<_> = log
        .iter()
        .map(|(second, event, phase, outcome)| LogEntry {
            phase: Some(*phase),
            outcome: Some((*outcome).to_owned()),
            agent: (*event == LogEvent::AgentStart).then(|| "claude".to_owned()),
            ..LogEntry::new(at(*second), 1, *event)
        })
        .collect();
    phases_of(&entries).iter().map(visit_line).collect()
}

fn visit_line(line: &PhaseLine) -> String {
    let second = |time: Timestamp| time.as_second() - 1_800_000_000;
    let ended = line.ended.map(|time| second(time).to_string()).unwrap_or_default();
    format!("{} {} {}..{ended} {}", line.phase, line.outcome.name(), second(line.started), line.agent)
}

#[test]
fn the_phase_log_has_a_line_a_visit() {
    use LogEvent::{AgentStart, Escalation, GateReport, LoopBack, PhaseEnter, PhaseExit, Resume, Retry};
    use Phase::{Contracts, E2e, Implement, Review, Tdd, Verify};
    let log = [
        (1, PhaseEnter, Contracts, ""),
        (2, AgentStart, Contracts, ""),
        (3, PhaseExit, Contracts, "passed"),
        (3, PhaseExit, E2e, "skipped"),
        (3, PhaseExit, Tdd, "unchanged"),
        (3, PhaseEnter, Verify, ""),
        (4, GateReport, Verify, "failed"),
        (4, LoopBack, Verify, ""),
        (4, PhaseEnter, Implement, ""),
        (5, Retry, Implement, ""),
        (6, Escalation, Implement, "change"),
        (7, Resume, Implement, ""),
        (7, LoopBack, Contracts, "void"),
        (8, AgentStart, Implement, ""),
        (9, PhaseEnter, Review, ""),
    ];
    assert_eq!(
        visits(&log),
        [
            "contracts passed 1..3 claude",
            "e2e skipped 3..3 ",
            "tdd unchanged 3..3 ",
            "verify failed 3..4 ",
            "implement escalated 4..6 ",
            "implement failed 8..9 claude",
            "review running 9.. ",
        ]
    );
}

#[test]
fn a_unit_that_passed_does_not_end_the_visit() {
    let entry = |event, unit: Option<&str>| LogEntry {
        phase: Some(Phase::Tdd),
        unit: unit.map(|name| name.parse().unwrap()),
        ..LogEntry::new(at(1), 1, event)
    };
    let log = [entry(LogEvent::PhaseEnter, None), entry(LogEvent::PhaseExit, Some("api"))];
    assert_eq!(phases_of(&log)[0].outcome, PhaseOutcome::Running);
    let log = [entry(LogEvent::PhaseEnter, None), entry(LogEvent::PhaseExit, None)];
    assert_eq!(phases_of(&log)[0].outcome, PhaseOutcome::Passed);
    assert_eq!(phases_of(&[LogEntry::new(at(1), 1, LogEvent::PhaseEnter)]), []);
}
