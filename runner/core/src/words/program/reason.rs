//! Why a program stopped, in sentences for comments, `PROGRAM.md` and the terminal.
//!
//! As for runs, the sentences hold only what we say ourselves; what others said comes as [`Detail`]s. Which stories
//! are concerned is not in the sentences: there may be thousands.

use std::sync::Arc;

use crate::actor::Actor;
use crate::escalation::{Awaiting, BudgetKind};
use crate::program::{ProgramCause, ProgramEscalation, VerificationProblem};
use crate::words::amount::counted;
use crate::words::markdown::{Line, line};
use crate::words::program::counted_stories;
use crate::words::reason::{Detail, aborted, awaiting_headline, budget_reason};

/// Says in a few words what a program waits for; fits into a title.
pub fn program_headline(escalation: &ProgramEscalation) -> Line {
    let change = match &escalation.cause {
        ProgramCause::RoadmapInvalid { .. } | ProgramCause::PhaseExhausted { .. } => "waiting for advice",
        ProgramCause::NothingCanGoOn { .. } => "waiting for its stories",
        ProgramCause::Aborted { .. } => "interrupted and ready to go on",
        ProgramCause::CoordinatorLost { .. } => "waiting to try again",
        ProgramCause::OpenQuestions { .. }
        | ProgramCause::RoadmapUnconfirmed { .. }
        | ProgramCause::VerificationFailed { .. }
        | ProgramCause::BudgetExhausted { .. } => "waiting for a change",
    };
    awaiting_headline(&escalation.awaiting, line!("{}", change))
}

/// Says why the program stopped.
pub fn program_reason(escalation: &ProgramEscalation) -> Line {
    let phase = escalation.phase;
    match &escalation.cause {
        ProgramCause::OpenQuestions { questions } => line!(
            "`{}` leaves {} open, and a guess could lead every story astray.",
            phase,
            counted(questions.len(), "question")
        ),
        ProgramCause::RoadmapInvalid { error: _ } => line!("The roadmap cannot be carried out as it was planned."),
        ProgramCause::RoadmapUnconfirmed { stories } => line!(
            "The roadmap is planned: {}. Nothing is built before a person has said yes to it.",
            counted_stories(*stories as usize)
        ),
        ProgramCause::PhaseExhausted { failures, words: _ } => line!(
            "The gate of `{}` failed {}. Another try of the same kind is unlikely to help.",
            phase,
            counted(*failures as usize, "time")
        ),
        ProgramCause::NothingCanGoOn { gated, .. } => nothing_can_go_on(&escalation.awaiting, gated.len()),
        ProgramCause::VerificationFailed { problem, stories: _ } => verification_failed(problem),
        ProgramCause::BudgetExhausted { spent: _, limit } => budget_reason(BudgetKind::UsdPerProgram, *limit),
        ProgramCause::Aborted { by } => aborted(by),
        ProgramCause::CoordinatorLost { times } => {
            line!("The machine that coordinates the program disappeared {}.", counted(*times as usize, "time"))
        }
    }
}

fn nothing_can_go_on(awaiting: &Awaiting, gated: usize) -> Line {
    match awaiting {
        Awaiting::Approval { .. } => {
            let verb = if gated == 1 { "is" } else { "are" };
            line!(
                "No story is at work, and {} {} too large to begin without a person's yes.",
                counted_stories(gated),
                verb
            )
        }
        Awaiting::Answer { .. } | Awaiting::Change | Awaiting::Budget { .. } => {
            line!("No story is at work, and none can start before something changes.")
        }
    }
}

fn verification_failed(problem: &VerificationProblem) -> Line {
    match problem {
        VerificationProblem::MergeConflict => {
            line!("All stories are complete, but their branches cannot be merged together.")
        }
        VerificationProblem::GateFailed { check: _ } => {
            line!("All stories are complete, but a check fails on all their branches together.")
        }
        VerificationProblem::GateUnavailable { check: _ } => line!(
            "All stories are complete, but a check of all their branches together could not run. What it would have said is unknown, so it does not pass."
        ),
        VerificationProblem::Findings { count } => line!(
            "All stories are complete, but the review of all their branches together has {} too serious to leave.",
            counted(*count as usize, "finding")
        ),
    }
}

/// Returns what others said about why the program stopped.
pub fn program_details(escalation: &ProgramEscalation) -> Vec<Detail> {
    let name = |what, text: &Arc<str>| vec![Detail::Name { what, text: Arc::clone(text) }];
    match &escalation.cause {
        ProgramCause::OpenQuestions { questions } => vec![Detail::Questions(questions.clone())],
        ProgramCause::RoadmapInvalid { error } => {
            vec![Detail::Words { what: "What is in the way", text: Arc::from(error.to_string()) }]
        }
        ProgramCause::PhaseExhausted { failures: _, words } => {
            vec![Detail::Output { what: "What the gate said last", text: Arc::clone(words) }]
        }
        ProgramCause::VerificationFailed { problem, stories: _ } => match problem {
            VerificationProblem::GateFailed { check } | VerificationProblem::GateUnavailable { check } => {
                name("The check", check)
            }
            VerificationProblem::MergeConflict | VerificationProblem::Findings { .. } => Vec::new(),
        },
        ProgramCause::Aborted { by: Actor::GitHub { login: person, .. } | Actor::Local { name: person } } => {
            name("Interrupted by", person)
        }
        ProgramCause::Aborted { by: Actor::Engine }
        | ProgramCause::RoadmapUnconfirmed { .. }
        | ProgramCause::NothingCanGoOn { .. }
        | ProgramCause::BudgetExhausted { .. }
        | ProgramCause::CoordinatorLost { .. } => Vec::new(),
    }
}
