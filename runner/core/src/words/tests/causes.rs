//! Each cause of an escalation with what it awaits, as the run machine makes them.

use std::sync::Arc;

use super::{escalation, hash};
use crate::actor::Actor;
use crate::escalation::{ApprovalSubject, Awaiting, BudgetKind, Cause, ContestSubject, Escalation, Question};
use crate::failure::FailureClass as Class;
use crate::id::QuestionId;
use crate::money::Usd;
use crate::phase::Phase;

fn question(number: u32, text: &str) -> Question {
    Question { id: QuestionId::new(number).unwrap(), text: Arc::from(text) }
}

fn approval(subject: ApprovalSubject) -> Awaiting {
    Awaiting::Approval { subject, hash: hash() }
}

fn answer(numbers: &[u32]) -> Awaiting {
    Awaiting::Answer { questions: numbers.iter().filter_map(|number| QuestionId::new(*number)).collect() }
}

/// Returns the escalation of this name from [`all_causes`].
pub(in crate::words) fn escalation_of(name: &str) -> Escalation {
    let found = all_causes("some words").into_iter().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("there is no sample called {name}")).1
}

type Sample = (Phase, Class, Cause, Awaiting);

/// Returns every cause with what it awaits, and `text` wherever somebody else speaks.
pub(in crate::words) fn all_causes(text: &str) -> Vec<(String, Escalation)> {
    let samples = asking(text).into_iter().chain(contested(text)).chain(exhausted()).chain(repairs(text));
    let named =
        samples.map(|(name, (phase, class, cause, awaiting))| (name, escalation(phase, class, cause, awaiting)));
    named.chain(budgets()).collect()
}

fn asking(text: &str) -> Vec<(String, Sample)> {
    let questions = vec![question(1, text), question(2, "Which port does it listen on?")];
    let open = Cause::OpenQuestions { questions: questions.clone() };
    let one = Cause::OpenQuestions { questions: vec![question(3, text)] };
    let asked = Cause::AgentAsked { questions };
    let stuck = Cause::AgentAsked { questions: Vec::new() };
    let paths = vec![Arc::from(text), Arc::from(".github/workflows/ci.yml")];
    let protected = Cause::ProtectedPaths { paths };
    let (plan, config) = (Cause::PreservingPlan, Cause::ProposedConfig);
    let large = Cause::TooLarge { lines: 2001, limit: 2000 };
    [
        ("open_questions", (Phase::Analyze, Class::SpecUnderspecified, open, answer(&[1, 2]))),
        ("open_question", (Phase::Analyze, Class::SpecUnderspecified, one, answer(&[3]))),
        ("agent_asked", (Phase::Implement, Class::AgentQuestion, asked, answer(&[1, 2]))),
        ("agent_stuck", (Phase::Implement, Class::AgentQuestion, stuck, answer(&[]))),
        ("ci_failed", (Phase::Init, Class::CiFailed, Cause::CiFailed, answer(&[]))),
        (
            "protected_paths",
            (Phase::Implement, Class::ProtectedPath, protected, approval(ApprovalSubject::ProtectedPaths)),
        ),
        ("preserving_plan", (Phase::Architect, Class::GateFailed, plan, approval(ApprovalSubject::PreservingPlan))),
        (
            "proposed_config",
            (Phase::Architect, Class::ProtectedPath, config, approval(ApprovalSubject::ProposedConfig)),
        ),
        ("too_large", (Phase::Finalize, Class::GateFailed, large, approval(ApprovalSubject::LargeChange))),
    ]
    .map(|(name, sample)| (name.to_owned(), sample))
    .into()
}

fn contested(text: &str) -> Vec<(String, Sample)> {
    let subjects = [
        ("test", ContestSubject::Test),
        ("contract", ContestSubject::Contract),
        ("spec", ContestSubject::Spec),
        ("finding", ContestSubject::Finding),
    ];
    let sample = |subject, awaiting| {
        let cause = Cause::Contested { subject, id: Arc::from(text), reason: Arc::from(text) };
        (Phase::Implement, Class::Contested, cause, awaiting)
    };
    let approved = subjects
        .map(|(name, subject)| (format!("contested_{name}"), sample(subject, approval(ApprovalSubject::Contest))));
    let asked = subjects.map(|(name, subject)| (format!("contested_{name}_in_words"), sample(subject, answer(&[]))));
    approved.into_iter().chain(asked).collect()
}

fn exhausted() -> Vec<(String, Sample)> {
    let class = Cause::ClassExhausted { class: Class::LintError, failures: 4 };
    [
        ("class_exhausted", (Phase::Implement, Class::LintError, class, Awaiting::Change)),
        ("phase_exhausted", (Phase::Tdd, Class::E2eNotRed, Cause::PhaseExhausted { retries: 6 }, Awaiting::Change)),
        (
            "iterations_exhausted",
            (Phase::Ui, Class::BudgetExhausted, Cause::IterationsExhausted { iterations: 25 }, Awaiting::Change),
        ),
        ("time_exhausted", (Phase::Ui, Class::AgentTimeout, Cause::TimeExhausted { minutes: 30 }, Awaiting::Change)),
        ("unmetered_agent", (Phase::Analyze, Class::BudgetExhausted, Cause::UnmeteredAgent, Awaiting::Change)),
    ]
    .map(|(name, sample)| (name.to_owned(), sample))
    .into()
}

fn repairs(text: &str) -> Vec<(String, Sample)> {
    let words = || Arc::from(text);
    let unavailable = Cause::GateUnavailable { check: words(), why: words() };
    let unit = Cause::UnitNotConfigured { unit: "web".parse().unwrap() };
    let by_person = Cause::Aborted { by: Actor::GitHub { id: 9, login: words() } };
    let by_engine = Cause::Aborted { by: Actor::Engine };
    [
        ("rebase_conflict", (Phase::Rebase, Class::RebaseConflict, Cause::RebaseConflict)),
        ("high_security_finding", (Phase::Verify, Class::SecurityFinding, Cause::HighSecurityFinding)),
        ("contracts_disagree", (Phase::Contracts, Class::ContractViolation, Cause::Disagreement)),
        ("plans_disagree", (Phase::Architect, Class::ContractViolation, Cause::Disagreement)),
        ("gate_unavailable", (Phase::Verify, Class::GateUnavailable, unavailable)),
        ("unit_not_configured", (Phase::Analyze, Class::SpecUnderspecified, unit)),
        ("aborted_by_person", (Phase::Implement, Class::Aborted, by_person)),
        ("aborted_by_engine", (Phase::Implement, Class::Aborted, by_engine)),
        ("runner_lost", (Phase::Verify, Class::LostRunner, Cause::RunnerLost { times: 4 })),
        ("push_rejected", (Phase::Finalize, Class::PushRejected, Cause::PushRejected { words: words() })),
        ("unsafe_push", (Phase::Finalize, Class::SecurityFinding, Cause::UnsafePush { words: words() })),
        ("remote_unreachable", (Phase::Finalize, Class::GateUnavailable, Cause::RemoteUnreachable { words: words() })),
        ("history_rewritten", (Phase::Review, Class::GateFailed, Cause::HistoryRewritten)),
        ("stop_requested", (Phase::Tdd, Class::StopRequested, Cause::StopRequested)),
    ]
    .map(|(name, (phase, class, cause))| (name.to_owned(), (phase, class, cause, Awaiting::Change)))
    .into()
}

fn budgets() -> impl Iterator<Item = (String, Escalation)> {
    let kinds = [
        ("usd_per_run", BudgetKind::UsdPerRun, 10),
        ("usd_per_day", BudgetKind::UsdPerDay, 40),
        ("usd_per_ticket", BudgetKind::UsdPerTicket, 30),
        ("usd_per_program", BudgetKind::UsdPerProgram, 100),
        ("usd_per_turn", BudgetKind::UsdPerTurn, 10),
        ("tokens_per_turn", BudgetKind::TokensPerTurn, 10),
        ("tokens_per_run", BudgetKind::TokensPerRun, 10),
        ("tokens_per_day", BudgetKind::TokensPerDay, 10),
    ];
    kinds.into_iter().map(|(name, budget, limit)| {
        let limit = Usd::dollars(limit);
        let cause = Cause::BudgetExhausted { budget, spent: limit, limit };
        // A turn over its own budget awaits smaller steps, not more money.
        let awaiting = if budget == BudgetKind::UsdPerTurn { Awaiting::Change } else { Awaiting::Budget { budget } };
        let class = Class::BudgetExhausted;
        (format!("budget_{name}"), escalation(Phase::Implement, class, cause, awaiting))
    })
}
