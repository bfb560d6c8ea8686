//! Whether the cause of an escalation still holds, and what has to be asked to find out.

use crate::escalation::{Awaiting, Cause, Escalation, Question};
use crate::id::QuestionId;
use crate::run::ResumeRequest;

/// What has to be looked at to see whether the cause of an escalation still holds.
pub(super) enum Holds {
    /// The gate of the phase says, and stops the run again by itself.
    Gate,
    /// The gate has not spoken yet: it is asked as it was asked before.
    Verdict,
    /// Only an answer, or a gate that passes all the same.
    Limit,
    /// The same, and the answer goes to the agent at once.
    Question,
    /// The counters, or the world: the next turn, gate or publication meets them by itself.
    Counters,
    /// Nothing: the walk just goes on.
    Nothing,
}

/// Returns what has to be asked about `cause`.
pub(super) fn what_holds(cause: &Cause) -> Holds {
    match cause {
        Cause::OpenQuestions { .. }
        | Cause::PhaseExhausted { .. }
        | Cause::RebaseConflict
        | Cause::HighSecurityFinding
        | Cause::Disagreement
        // Approved or put back already.
        | Cause::ProtectedPaths { .. } => Holds::Gate,
        Cause::GateUnavailable { .. } | Cause::UnitNotConfigured { .. } => Holds::Verdict,
        Cause::ClassExhausted { .. } => Holds::Limit,
        Cause::AgentAsked { .. } | Cause::Contested { .. } => Holds::Question,
        Cause::IterationsExhausted { .. }
        | Cause::TimeExhausted { .. }
        | Cause::BudgetExhausted { .. }
        | Cause::UnmeteredAgent
        | Cause::Aborted { .. }
        | Cause::RunnerLost { .. }
        | Cause::HistoryRewritten
        | Cause::CiFailed
        | Cause::PushRejected { .. }
        | Cause::UnsafePush { .. }
        | Cause::RemoteUnreachable { .. }
        | Cause::TooLarge { .. } => Holds::Counters,
        Cause::PreservingPlan | Cause::ProposedConfig | Cause::StopRequested => Holds::Nothing,
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
