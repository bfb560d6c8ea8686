//! Everything that can happen to a run while nobody looks after it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use pipemason_core::actor::Actor;
use pipemason_core::domain::Unit;
use pipemason_core::escalation::{BudgetKind, ContestSubject};
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::{Check, CheckOutcome, Finding, GateReport, Severity};
use pipemason_core::hash::ContentHash;
use pipemason_core::money::Usd;
use pipemason_core::phase::Phase;
use pipemason_core::policy::Policy;
use pipemason_core::run::{
    Contest, CostSource, Event, GateEvent, InitReport, Inputs, Learned, ProtectedChange, PublishReport, Run, RunState,
    Stage, TurnOutcome, TurnReport, UnitSet, Usage, Visit,
};
use pipemason_core::ticket::TicketKind;

use super::RETRIED;
use crate::machine::{commit, question, tree};

/// Returns the events; none where the run rests.
pub fn unattended(run: &Run, policy: &Policy) -> Vec<Event> {
    match &run.state {
        RunState::Pending => vec![Event::Started],
        RunState::Running { visit } => {
            let mut events = under_way(run, visit, policy);
            events.push(Event::RunnerLost);
            events.push(Event::Aborted { by: Actor::Engine });
            if !matches!(visit.stage, Stage::Parked { .. }) {
                events.push(Event::HandedOver);
            }
            events
        }
        RunState::Escalated { .. } | RunState::Complete | RunState::Failed { .. } | RunState::Cancelled { .. } => {
            Vec::new()
        }
    }
}

fn under_way(run: &Run, visit: &Visit, policy: &Policy) -> Vec<Event> {
    let asked = visit.asked;
    match &visit.stage {
        Stage::Initializing => vec![
            Event::Initialized {
                asked,
                report: InitReport::Ready { inputs: *run.inputs, cost_source: CostSource::Metered, facts: None },
            },
            Event::Initialized { asked, report: InitReport::Refused { reason: Arc::from("no tests") } },
        ],
        Stage::Reserving => {
            let (budget, spent, limit) = (BudgetKind::UsdPerDay, Usd::ZERO, Usd::ZERO);
            vec![Event::Reserved { asked }, Event::ReservationRefused { asked, budget, spent, limit }]
        }
        Stage::Turns { open, .. } => turns(asked, *open, visit.phase),
        Stage::Gate => gates(run, visit, policy),
        Stage::Publishing => publications(asked),
        Stage::Parked { .. } => vec![Event::RunnerReady],
    }
}

fn turns(asked: u64, open: UnitSet, phase: Phase) -> Vec<Event> {
    let Some(unit) = open.iter().next() else { return Vec::new() };
    let done = TurnReport {
        unit,
        outcome: TurnOutcome::Done,
        usage: Usage { usd: Some(Usd::ZERO), ..Usage::default() },
        repairs: 0,
        changed: true,
        duration: Duration::ZERO,
        drifted_tests: Vec::new(),
        touched_frozen: Vec::new(),
        protected: None,
    };
    let contest = |subject| {
        let contest = Contest { subject, id: Arc::from("it"), reason: Arc::from("wrong"), diff: None };
        TurnReport { outcome: TurnOutcome::Contested { contest }, ..done.clone() }
    };
    let mut reports = vec![
        done.clone(),
        TurnReport { changed: false, ..done.clone() },
        TurnReport { outcome: TurnOutcome::Asked { questions: Vec::new() }, ..done.clone() },
        TurnReport { outcome: TurnOutcome::Failed, ..done.clone() },
        TurnReport { outcome: TurnOutcome::OverBudget, ..done.clone() },
        TurnReport {
            protected: Some(ProtectedChange { paths: Vec::new(), hash: ContentHash::of(b"protected") }),
            ..done.clone()
        },
        contest(ContestSubject::Spec),
    ];
    if phase > Phase::Tdd {
        reports.push(TurnReport { drifted_tests: vec![Arc::from("tests/a")], ..done.clone() });
        reports.push(contest(ContestSubject::Finding));
    }
    reports.into_iter().map(|report| Event::TurnEnded { asked, report }).collect()
}

/// What the gate sees: after a turn or a rebase something that was never seen before, else what was there.
fn seen(run: &Run, visit: &Visit) -> Inputs {
    let new = ContentHash::of(b"new");
    let mut inputs = *run.inputs;
    let has_passed = run.passes.contains_key(&visit.phase);
    match visit.phase {
        Phase::Analyze => inputs.spec = Some(new),
        Phase::Contracts => inputs.contracts = Some(new),
        Phase::Architect => inputs.plan = Some(new),
        Phase::Tdd | Phase::Implement | Phase::E2e | Phase::Ui if !has_passed => inputs.tree = Some(tree(99)),
        Phase::Init
        | Phase::Tdd
        | Phase::Implement
        | Phase::E2e
        | Phase::Ui
        | Phase::ScreenshotDiff
        | Phase::Review
        | Phase::Verify
        | Phase::RuntimeCheck
        | Phase::Rebase
        | Phase::Reverify
        | Phase::Recheck
        | Phase::Finalize => {}
    }
    inputs
}

fn gates(run: &Run, visit: &Visit, policy: &Policy) -> Vec<Event> {
    let inputs = seen(run, visit);
    let event = |result: CheckOutcome, inputs: Inputs, learned: Learned| {
        let report = GateReport { checks: vec![Check { name: "check".to_owned(), unit: None, result, log: None }] };
        let report = GateEvent { report, inputs, learned, facts: None, duration: Duration::ZERO };
        Event::GateReported { asked: visit.asked, report }
    };
    let fails = |class: FailureClass, severity: Severity, unit: Option<Unit>| {
        let (rule, message) = (String::new(), String::new());
        let finding = Finding { class, severity, rule, message, path: None, line: None, unit };
        event(CheckOutcome::Failed { class, findings: vec![finding] }, inputs, Learned::default())
    };
    let mut events = vec![
        event(CheckOutcome::Unavailable { reason: String::new() }, inputs, Learned::default()),
        fails(RETRIED, Severity::Medium, None),
    ];
    match visit.phase {
        Phase::Analyze => {
            for kind in [TicketKind::Behavior, TicketKind::Preserving, TicketKind::NoCode] {
                for units in [policy.units.clone(), policy.units.iter().take(1).cloned().collect()] {
                    let learned = Learned { kind: Some(kind), units: Some(units), ..Learned::default() };
                    events.push(event(CheckOutcome::Passed, inputs, learned));
                }
            }
            let questions = question(1).into_iter().collect();
            let learned = Learned { questions, freeze: BTreeMap::new(), ..Learned::default() };
            events.push(event(CheckOutcome::Passed, inputs, learned));
            let unknown = Learned { units: "cloud".parse().ok().map(|unit| vec![unit]), ..Learned::default() };
            events.push(event(CheckOutcome::Passed, inputs, unknown));
        }
        Phase::Rebase => {
            events.push(event(CheckOutcome::Passed, inputs, Learned::default()));
            let moved = Inputs { tree: Some(tree(98)), base: Some(commit(98)), ..inputs };
            events.push(event(CheckOutcome::Passed, moved, Learned::default()));
        }
        Phase::Init
        | Phase::Contracts
        | Phase::Architect
        | Phase::Tdd
        | Phase::Implement
        | Phase::E2e
        | Phase::Ui
        | Phase::ScreenshotDiff
        | Phase::Review
        | Phase::Verify
        | Phase::RuntimeCheck
        | Phase::Reverify
        | Phase::Recheck
        | Phase::Finalize => events.push(event(CheckOutcome::Passed, inputs, Learned::default())),
    }
    if matches!(visit.phase, Phase::Contracts | Phase::Architect) {
        events.push(fails(FailureClass::ContractViolation, Severity::Medium, None));
    }
    if matches!(visit.phase, Phase::Verify | Phase::Reverify) {
        events.push(fails(FailureClass::SecurityFinding, Severity::High, None));
    }
    if matches!(visit.phase, Phase::Review | Phase::Verify | Phase::Reverify) {
        events.extend(run.units.iter().map(|unit| fails(RETRIED, Severity::Medium, Some(unit.clone()))));
    }
    if matches!(visit.phase, Phase::Contracts | Phase::ScreenshotDiff | Phase::RuntimeCheck | Phase::Recheck) {
        events.push(event(CheckOutcome::Skipped { reason: String::new() }, inputs, Learned::default()));
    }
    events
}

fn publications(asked: u64) -> Vec<Event> {
    let words = || Arc::from("");
    [
        PublishReport::Pushed { commit: commit(1), pull_request: None },
        PublishReport::NoRemote { commit: commit(1) },
        PublishReport::Rejected { words: words() },
        PublishReport::Unreachable { words: words() },
        PublishReport::Unsafe { words: words() },
        PublishReport::TooLarge { lines: 1, hash: ContentHash::of(b"large") },
    ]
    .into_iter()
    .map(|report| Event::Published { asked, report })
    .collect()
}
