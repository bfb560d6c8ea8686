//! Why a run stopped, in sentences for comments, `STATE.md` and the terminal.
//!
//! The sentences hold only what we say ourselves, so they read the same everywhere. What agents, tools and people
//! said comes separately, as [`Detail`]s, because each reader has its own way of making it harmless.

use std::sync::Arc;

use crate::actor::Actor;
use crate::escalation::{ApprovalSubject, Awaiting, BudgetKind, Cause, ContestSubject, Escalation, Question};
use crate::money::Usd;
use crate::words::amount::counted;
use crate::words::markdown::{Line, line};

/// Says in a few words what a run waits for; fits into a title.
pub fn headline(escalation: &Escalation) -> Line {
    awaiting_headline(&escalation.awaiting, change_headline(&escalation.cause))
}

/// Says in a few words what is awaited; `change` is what it says where something has to change.
pub(crate) fn awaiting_headline(awaiting: &Awaiting, change: Line) -> Line {
    match awaiting {
        Awaiting::Answer { questions } if questions.is_empty() => line!("waiting for an answer"),
        Awaiting::Answer { questions } => line!("waiting for {}", counted(questions.len(), "answer")),
        Awaiting::Approval { .. } => line!("waiting for an approval"),
        Awaiting::Change => change,
        Awaiting::Budget { .. } => line!("waiting for more budget"),
    }
}

fn change_headline(cause: &Cause) -> Line {
    match cause {
        Cause::Aborted { .. } => line!("interrupted and ready to go on"),
        Cause::StopRequested => line!("resting as it was asked to"),
        Cause::RunnerLost { .. } | Cause::RemoteUnreachable { .. } => line!("waiting to try again"),
        Cause::ClassExhausted { .. }
        | Cause::PhaseExhausted { .. }
        | Cause::IterationsExhausted { .. }
        | Cause::TimeExhausted { .. } => line!("waiting for advice or a repair"),
        Cause::OpenQuestions { .. }
        | Cause::AgentAsked { .. }
        | Cause::Contested { .. }
        | Cause::BudgetExhausted { .. }
        | Cause::UnmeteredAgent
        | Cause::RebaseConflict
        | Cause::HighSecurityFinding
        | Cause::Disagreement
        | Cause::ProtectedPaths { .. }
        | Cause::GateUnavailable { .. }
        | Cause::UnitNotConfigured { .. }
        | Cause::PushRejected { .. }
        | Cause::UnsafePush { .. }
        | Cause::TooLarge { .. }
        | Cause::PreservingPlan
        | Cause::ProposedConfig
        | Cause::HistoryRewritten
        | Cause::CiFailed => line!("waiting for a change"),
    }
}

/// Says why the run stopped.
pub fn reason(escalation: &Escalation) -> Line {
    let phase = escalation.phase;
    match &escalation.cause {
        Cause::OpenQuestions { questions } => {
            line!("The ticket leaves {} open, and a guess could build the wrong thing.", counted_questions(questions))
        }
        Cause::AgentAsked { questions } if questions.is_empty() => {
            line!("The agent says that it cannot go on in `{}` without help.", phase)
        }
        Cause::AgentAsked { questions } => {
            line!("The agent cannot go on in `{}` without {}.", phase, counted(questions.len(), "answer"))
        }
        Cause::Contested { subject, .. } => {
            line!("The agent holds that {} is wrong, and that is for a person to decide.", contested(*subject))
        }
        Cause::ClassExhausted { class, failures } => line!(
            "The same trouble came back {}: {}. Another try of the same kind is unlikely to help.",
            counted(*failures as usize, "time"),
            class.meaning()
        ),
        Cause::PhaseExhausted { retries } => {
            line!("`{}` was repaired {}, and its gate still does not pass.", phase, counted(*retries as usize, "time"))
        }
        Cause::IterationsExhausted { iterations } => {
            line!("The run has taken all the iterations it may: {}.", *iterations)
        }
        Cause::TimeExhausted { minutes } => {
            line!("`{}` has used all its time: {}.", phase, counted(*minutes as usize, "minute"))
        }
        Cause::BudgetExhausted { budget, limit, .. } => budget_reason(*budget, *limit),
        Cause::UnmeteredAgent => {
            line!("The agent does not say what it costs, and the configuration does not allow that.")
        }
        Cause::RebaseConflict => {
            line!("The base has changes that conflict with this branch. The agent never resolves a conflict.")
        }
        Cause::HighSecurityFinding => line!("A security check found something too serious to go on with."),
        Cause::Disagreement => line!("The contracts, or the plans for the parts of the system, contradict each other."),
        Cause::ProtectedPaths { paths } => {
            line!("The agent changed {}, which needs a person's approval.", counted(paths.len(), "protected file"))
        }
        Cause::GateUnavailable { .. } => {
            line!("A check of `{}` could not run. What it would have said is unknown, so it does not pass.", phase)
        }
        Cause::UnitNotConfigured { unit } => {
            line!("The specification needs work on `{}`, and the configuration has no commands for it.", *unit)
        }
        Cause::Aborted { by } => aborted(by),
        Cause::RunnerLost { times } => {
            line!("The machine that did the work disappeared {}.", counted(*times as usize, "time"))
        }
        Cause::PushRejected { .. } => line!("The remote refused the push."),
        Cause::UnsafePush { .. } => {
            line!("The work did not pass the checks before a push, so nothing was pushed.")
        }
        Cause::RemoteUnreachable { .. } => line!("The remote did not answer, after several tries."),
        Cause::TooLarge { lines, limit } => {
            line!("{} lines are changed; the configuration allows {}, so that somebody can review it.", *lines, *limit)
        }
        Cause::PreservingPlan => {
            line!("The ticket promises to change no behavior. Its plan needs a yes before the work begins.")
        }
        Cause::ProposedConfig => {
            line!("There is no configuration yet. The plan proposes one, and it counts for this run when it has a yes.")
        }
        Cause::HistoryRewritten => {
            line!("The branch no longer contains the commits that the run recorded: its history was rewritten.")
        }
        Cause::StopRequested => line!("The run was asked to stop after `{}`.", phase),
        Cause::CiFailed => line!("The checks of the repository failed on the pushed branch."),
    }
}

fn counted_questions(questions: &[Question]) -> Line {
    counted(questions.len(), "question")
}

pub(crate) fn aborted(by: &Actor) -> Line {
    match by {
        Actor::Engine => line!("The work was interrupted by the machine it ran on. What was done is kept."),
        Actor::GitHub { .. } | Actor::Local { .. } => {
            line!("The work was interrupted by a person. What was done is kept.")
        }
    }
}

/// Names what is contested.
pub(crate) fn contested(subject: ContestSubject) -> &'static str {
    match subject {
        ContestSubject::Test => "a frozen test",
        ContestSubject::Contract => "a contract",
        ContestSubject::Spec => "the specification",
        ContestSubject::Finding => "a finding",
    }
}

/// Names what an approval is for.
pub(crate) fn approved_thing(subject: ApprovalSubject) -> &'static str {
    match subject {
        ApprovalSubject::ProtectedPaths => "this change of protected files",
        ApprovalSubject::PreservingPlan => "this plan",
        ApprovalSubject::Contest => "the proposed change",
        ApprovalSubject::LargeChange => "this change, large as it is",
        ApprovalSubject::ProposedConfig => "this configuration",
        ApprovalSubject::Roadmap => "this roadmap",
        ApprovalSubject::Stories => "these stories",
    }
}

/// Names the limit only: what was spent is shown elsewhere, with the word that says how it is known.
pub(crate) fn budget_reason(budget: BudgetKind, limit: Usd) -> Line {
    match budget {
        BudgetKind::UsdPerTurn => line!("One agent turn used up all that a turn may cost."),
        BudgetKind::UsdPerRun => line!("The budget of the run, {}, is used up.", limit),
        BudgetKind::UsdPerDay => line!("The budget of the day, {}, is used up.", limit),
        BudgetKind::UsdPerTicket => line!("The runs of this ticket have used up what a ticket may cost, {}.", limit),
        BudgetKind::UsdPerProgram => line!("The budget of the program, {}, is used up.", limit),
        BudgetKind::TokensPerTurn => line!("One agent turn used up all the tokens that a turn may use."),
        BudgetKind::TokensPerRun => line!("The run has used all the tokens it may."),
        BudgetKind::TokensPerDay => line!("The tokens of the day are used up."),
    }
}

/// What somebody else said about an escalation; it has to be made harmless before it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Numbered questions.
    Questions(Vec<Question>),
    /// Paths of files.
    Paths(Vec<Arc<str>>),
    /// A name, and what it is.
    Name { what: &'static str, text: Arc<str> },
    /// Some sentences, and what they are.
    Words { what: &'static str, text: Arc<str> },
    /// Output, and what it is.
    Output { what: &'static str, text: Arc<str> },
}

/// Returns what others said about why the run stopped.
pub fn details(escalation: &Escalation) -> Vec<Detail> {
    let name = |what, text: &Arc<str>| Detail::Name { what, text: Arc::clone(text) };
    let words = |what, text: &Arc<str>| Detail::Words { what, text: Arc::clone(text) };
    let output = |what, text: &Arc<str>| vec![Detail::Output { what, text: Arc::clone(text) }];
    match &escalation.cause {
        Cause::OpenQuestions { questions } | Cause::AgentAsked { questions } => {
            vec![Detail::Questions(questions.clone())]
        }
        Cause::Contested { id, reason, .. } => {
            vec![name("What is contested", id), words("The agent's reason", reason)]
        }
        Cause::ProtectedPaths { paths } => vec![Detail::Paths(paths.clone())],
        Cause::GateUnavailable { check, why } => vec![name("The check", check), words("What is in the way", why)],
        Cause::Aborted { by: Actor::GitHub { login: person, .. } | Actor::Local { name: person } } => {
            vec![name("Interrupted by", person)]
        }
        Cause::PushRejected { words } => output("What the remote said", words),
        Cause::UnsafePush { words } => output("What the checks found", words),
        Cause::RemoteUnreachable { words } => output("What came back", words),
        Cause::Aborted { by: Actor::Engine }
        | Cause::ClassExhausted { .. }
        | Cause::PhaseExhausted { .. }
        | Cause::IterationsExhausted { .. }
        | Cause::TimeExhausted { .. }
        | Cause::BudgetExhausted { .. }
        | Cause::UnmeteredAgent
        | Cause::RebaseConflict
        | Cause::HighSecurityFinding
        | Cause::Disagreement
        | Cause::UnitNotConfigured { .. }
        | Cause::RunnerLost { .. }
        | Cause::TooLarge { .. }
        | Cause::PreservingPlan
        | Cause::ProposedConfig
        | Cause::HistoryRewritten
        | Cause::StopRequested
        | Cause::CiFailed => Vec::new(),
    }
}
