//! Whether the cause of an escalation still holds, and what has to be asked to find out.

use crate::escalation::{Awaiting, Cause, Escalation, Question};
use crate::id::QuestionId;
use crate::run::ResumeRequest;

/// What has to be looked at to see whether the cause of an escalation still holds.
pub(super) enum Holds {
    /// The gate of the phase says.
    Gate,
    /// Only an answer, or a gate that passes all the same.
    Question,
    /// The counters, or the world: the next turn, gate or publication meets them by itself.
    Counters,
    /// The protected paths, which are approved or put back.
    Protected,
    /// Nothing: the walk just goes on.
    Nothing,
}

/// Returns what has to be asked about `cause`.
pub(super) fn what_holds(cause: &Cause) -> Holds {
    match cause {
        Cause::OpenQuestions { .. }
        | Cause::ClassExhausted { .. }
        | Cause::PhaseExhausted { .. }
        | Cause::RebaseConflict
        | Cause::HighSecurityFinding
        | Cause::Disagreement => Holds::Gate,
        Cause::AgentAsked { .. } | Cause::Contested { .. } => Holds::Question,
        Cause::IterationsExhausted { .. }
        | Cause::TimeExhausted { .. }
        | Cause::BudgetExhausted { .. }
        | Cause::UnmeteredAgent
        | Cause::GateUnavailable { .. }
        | Cause::UnitNotConfigured { .. }
        | Cause::Aborted { .. }
        | Cause::RunnerLost { .. }
        | Cause::HistoryRewritten
        | Cause::CiFailed
        | Cause::PushRejected { .. }
        | Cause::UnsafePush { .. }
        | Cause::RemoteUnreachable { .. }
        | Cause::TooLarge { .. } => Holds::Counters,
        Cause::ProtectedPaths { .. } => Holds::Protected,
        Cause::PreservingPlan | Cause::StopRequested => Holds::Nothing,
    }
}

/// Returns the escalation over the questions that an answer leaves open.
pub(super) fn still_open(request: &ResumeRequest, escalation: &Escalation) -> Option<Escalation> {
    let answer = request.answer.as_ref()?;
    let Awaiting::Answer { questions } = &escalation.awaiting else {
        return None;
    };
    let open: Vec<_> = questions.iter().copied().filter(|id| answer.leaves_open.contains(id)).collect();
    if open.is_empty() {
        return None;
    }
    let cause = if let Cause::OpenQuestions { questions } = &escalation.cause {
        Cause::OpenQuestions { questions: only(questions, &open) }
    } else if let Cause::AgentAsked { questions } = &escalation.cause {
        Cause::AgentAsked { questions: only(questions, &open) }
    } else {
        escalation.cause.clone()
    };
    Some(Escalation { cause, awaiting: Awaiting::Answer { questions: open }, ..escalation.clone() })
}

fn only(questions: &[Question], open: &[QuestionId]) -> Vec<Question> {
    questions.iter().filter(|question| open.contains(&question.id)).cloned().collect()
}
