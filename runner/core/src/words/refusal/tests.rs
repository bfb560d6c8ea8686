//! Every refusal there is.

use super::*;
use crate::hash::ContentHash;
use crate::id::EscalationId;
use crate::money::Usd;
use crate::phase::Phase;
use crate::program::ProgramStatus;
use crate::roadmap::samples::story_id;
use crate::status::RunStatus;
use crate::trigger::tests::refusals::every_refusal as every_refusal_of_a_trigger;
use crate::words::MarkerKind;
use crate::words::tests::{assert_text, marker, run_id};

/// Returns one of each kind.
fn every_rejection_of_a_run() -> Vec<Rejection> {
    let hash = ContentHash::of(b"diff");
    let rejections = vec![
        Rejection::Ended { status: RunStatus::Complete },
        Rejection::AlreadyStarted,
        Rejection::NotStarted,
        Rejection::AlreadyRunning,
        Rejection::Late,
        Rejection::Waiting,
        Rejection::StaleEscalation { open: EscalationId::FIRST },
        Rejection::WrongHash { awaited: hash },
        Rejection::NothingToApprove,
        Rejection::NeedsApproval { hash },
        Rejection::NeedsBudget,
        Rejection::BudgetNotRaised { limit: Usd::dollars(10) },
        Rejection::BudgetAboveDay { day: Usd::dollars(40) },
        Rejection::PhaseTooLate { stopped: Phase::Verify },
        Rejection::Finalizing,
        Rejection::AlreadyHandled,
    ];
    // A new one does not compile before it stands above.
    for rejection in &rejections {
        match rejection {
            Rejection::Ended { .. }
            | Rejection::AlreadyStarted
            | Rejection::NotStarted
            | Rejection::AlreadyRunning
            | Rejection::Late
            | Rejection::Waiting
            | Rejection::StaleEscalation { .. }
            | Rejection::WrongHash { .. }
            | Rejection::NothingToApprove
            | Rejection::NeedsApproval { .. }
            | Rejection::NeedsBudget
            | Rejection::BudgetNotRaised { .. }
            | Rejection::BudgetAboveDay { .. }
            | Rejection::PhaseTooLate { .. }
            | Rejection::Finalizing
            | Rejection::AlreadyHandled => {}
        }
    }
    rejections
}

/// Returns one of each kind.
fn every_rejection_of_a_program() -> Vec<ProgramRejection> {
    let story = || story_id(3);
    let rejections = vec![
        ProgramRejection::NotStarted,
        ProgramRejection::AlreadyStarted,
        ProgramRejection::Ended { status: ProgramStatus::Cancelled },
        ProgramRejection::Cancelling,
        ProgramRejection::UnknownStory { story: story() },
        ProgramRejection::UnknownRun { story: story(), run: run_id() },
        ProgramRejection::UnknownAttempt { attempt: 4 },
        ProgramRejection::WrongOutcome,
        ProgramRejection::NotExpected { story: story() },
        ProgramRejection::NotEscalated,
        ProgramRejection::StaleEscalation { named: EscalationId::FIRST, current: EscalationId::FIRST.next() },
        ProgramRejection::ApprovalNeeded { hash: ContentHash::of(b"roadmap") },
        ProgramRejection::BudgetNeeded { spent: Usd::dollars(100) },
    ];
    // A new one does not compile before it stands above.
    for rejection in &rejections {
        match rejection {
            ProgramRejection::NotStarted
            | ProgramRejection::AlreadyStarted
            | ProgramRejection::Ended { .. }
            | ProgramRejection::Cancelling
            | ProgramRejection::UnknownStory { .. }
            | ProgramRejection::UnknownRun { .. }
            | ProgramRejection::UnknownAttempt { .. }
            | ProgramRejection::WrongOutcome
            | ProgramRejection::NotExpected { .. }
            | ProgramRejection::NotEscalated
            | ProgramRejection::StaleEscalation { .. }
            | ProgramRejection::ApprovalNeeded { .. }
            | ProgramRejection::BudgetNeeded { .. } => {}
        }
    }
    rejections
}

/// Returns one of each kind, and of each wording.
pub(crate) fn every_refusal() -> Vec<Refusal> {
    let of_triggers = every_refusal_of_a_trigger().into_iter().map(Refusal::Trigger);
    let of_runs = every_rejection_of_a_run().into_iter().map(Refusal::Run);
    let of_programs = every_rejection_of_a_program().into_iter().map(Refusal::Program);
    of_triggers.chain(of_runs).chain(of_programs).collect()
}

#[test]
fn each_refusal_is_one_sentence_with_a_code() {
    let mut lines = Vec::new();
    for refusal in every_refusal() {
        let (code, sentence) = (refusal.code(), refusal.sentence());
        let is_code = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        assert!(is_code, "{code}");
        let is_sentence = sentence.ends_with('.') && !sentence.contains('\n') && !sentence.contains("  ");
        assert!(is_sentence && sentence.len() < 240, "{code}: {sentence}");
        let comment = refusal_comment(&refusal, &marker(MarkerKind::Reply));
        assert_eq!(comment, format!("{}\n{sentence}\n\n<sub>`{code}`</sub>", marker(MarkerKind::Reply)));
        lines.push(format!("{code}: {sentence}"));
    }
    assert_text!("refusals", lines.join("\n"));
}
