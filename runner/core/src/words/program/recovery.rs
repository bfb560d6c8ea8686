//! What lets a stopped program go on: in a sentence, and in the exact words to copy.
//!
//! Plain comments do not count for a program, so each way has its command.

use crate::escalation::Awaiting;
use crate::id::QuestionId;
use crate::money::Usd;
use crate::program::{Program, ProgramCause, ProgramEscalation, ProgramState, VerificationProblem};
use crate::words::commands::{Reply, approval_replies};
use crate::words::markdown::{Line, line};
use crate::words::recovery::{Channel, MAX_QUESTIONS, Way, approving, typed, whole_dollars};

/// Only runs take plain comments for answers.
const PLAIN_COMMENTS_COUNT: bool = false;

/// Says what would let the program go on.
pub fn program_recovery(escalation: &ProgramEscalation) -> Line {
    let phase = escalation.phase;
    match &escalation.cause {
        ProgramCause::OpenQuestions { .. } => line!("Answer below; `{}` is done again with your answers.", phase),
        ProgramCause::RoadmapInvalid { .. } => {
            line!("Say what should be different, and the roadmap is planned again.")
        }
        ProgramCause::RoadmapUnconfirmed { .. } => {
            line!("Approve exactly this roadmap; or say what should be different, and it is planned again.")
        }
        ProgramCause::PhaseExhausted { .. } => {
            line!("Each resume buys one more attempt; advice makes it a better one.")
        }
        ProgramCause::NothingCanGoOn { stopped, gated, unmet } => match &escalation.awaiting {
            Awaiting::Approval { .. } => line!("Your approval lets them begin, as soon as there is a free slot."),
            Awaiting::Answer { .. } | Awaiting::Change | Awaiting::Budget { .. } => {
                stories_recovery(!stopped.is_empty(), !gated.is_empty(), !unmet.is_empty())
            }
        },
        ProgramCause::VerificationFailed { problem, stories: _ } => verification_recovery(problem),
        ProgramCause::BudgetExhausted { .. } => {
            line!("Give the program a higher total. Stories under way end by their own budgets; what is done is kept.")
        }
        ProgramCause::Aborted { .. } => line!("Resume when it suits you; the program goes on in `{}`.", phase),
        ProgramCause::CoordinatorLost { .. } => {
            line!("See whether the runner has enough memory, disk and time; then resume.")
        }
    }
}

fn stories_recovery(has_stopped: bool, has_gated: bool, has_unmet: bool) -> Line {
    let stopped = line!(
        "Answer the stopped stories on their own issues: as soon as one goes on, so does the program. Or resume here: all that wait or failed are tried again; cancelled ones stay cancelled."
    );
    let unmet = line!("Where a migration gate is not met, meet it and resume; it is looked at again.");
    let gated = line!("What is too large to begin unasked is asked about after that.");
    let sentences = [(has_stopped, stopped), (has_unmet, unmet), (has_gated, gated)];
    Line::joined(sentences.into_iter().filter_map(|(is_said, sentence)| is_said.then_some(sentence)), " ")
}

fn verification_recovery(problem: &VerificationProblem) -> Line {
    match problem {
        VerificationProblem::MergeConflict
        | VerificationProblem::GateFailed { .. }
        | VerificationProblem::Findings { .. } => line!(
            "Comment `/pipemason revise` and what to do on the pull request of a story that causes it; when its run is complete, all is verified again by itself. Or repair it yourself and resume."
        ),
        VerificationProblem::GateUnavailable { .. } => line!(
            "Make the check run: install what it needs, or correct its command in `.pipeline/config.yml` on the base branch. Then resume."
        ),
    }
}

fn resume(what: Line) -> Way {
    Way::copying(what, line!("/pipemason program resume"))
}

fn resume_saying(what: Line) -> Way {
    Way::copying(what, line!("/pipemason program resume …"))
}

/// Returns the ways to let the program go on, the likeliest first.
pub fn program_ways(escalation: &ProgramEscalation) -> Vec<Way> {
    match &escalation.awaiting {
        Awaiting::Answer { questions } => vec![answering(questions)],
        Awaiting::Approval { subject, hash } => {
            approving(*subject, *hash, Channel::Comments { replies_count: PLAIN_COMMENTS_COUNT })
        }
        Awaiting::Change => repairing(&escalation.cause),
        Awaiting::Budget { budget: _ } => {
            let total = suggested_ceiling(&escalation.cause);
            let what = line!("To let the program spend up to {} in all:", total);
            vec![Way::copying(what, line!("/pipemason program resume --budget-usd {}", typed(total)))]
        }
    }
}

fn answering(questions: &[QuestionId]) -> Way {
    if questions.is_empty() {
        return resume_saying(line!("Comment, with your answer in place of the dots:"));
    }
    let template = questions.iter().take(MAX_QUESTIONS).map(|question| line!("{}: …", *question));
    let copy = [line!("/pipemason program resume")].into_iter().chain(template).collect();
    Way { what: line!("Comment, with your answers in place of the dots:"), copy }
}

fn repairing(cause: &ProgramCause) -> Vec<Way> {
    match cause {
        ProgramCause::RoadmapInvalid { .. } => vec![resume_saying(line!("With advice in place of the dots:"))],
        ProgramCause::PhaseExhausted { .. } => {
            vec![resume_saying(line!("With advice in place of the dots:")), resume(line!("To try once more as it is:"))]
        }
        ProgramCause::NothingCanGoOn { .. } => vec![resume(line!("To have all of it tried again:"))],
        ProgramCause::VerificationFailed { .. } => vec![resume(line!("To have it verified again:"))],
        ProgramCause::OpenQuestions { .. }
        | ProgramCause::RoadmapUnconfirmed { .. }
        | ProgramCause::BudgetExhausted { .. }
        | ProgramCause::Aborted { .. }
        | ProgramCause::CoordinatorLost { .. } => vec![resume(line!("To go on:"))],
    }
}

/// Returns a total that lets the program go on: twice what it had, and more than it has spent.
fn suggested_ceiling(cause: &ProgramCause) -> Usd {
    let (spent, limit) = if let ProgramCause::BudgetExhausted { spent, limit } = cause {
        (*spent, *limit)
    } else {
        (Usd::ZERO, Usd::ZERO)
    };
    whole_dollars(limit.times(2).max(spent.plus(Usd::dollars(1))))
}

/// Returns what people can say to the program as it stands, likeliest first.
pub fn program_replies_now(program: &Program) -> Vec<Reply> {
    let cancel = || {
        let effect = line!("starts no more stories; those under way end");
        Reply::command(line!("/pipemason program cancel"), effect)
    };
    match &program.state {
        ProgramState::Pending | ProgramState::Running | ProgramState::Paused { .. } => vec![cancel()],
        ProgramState::Escalated { escalation } => {
            let mut replies = replies_to(escalation);
            replies.push(cancel());
            replies
        }
        ProgramState::Cancelling { .. } | ProgramState::Complete => Vec::new(),
        ProgramState::Failed { .. } | ProgramState::Cancelled { .. } => {
            let say = line!("/pipemason program start --mode MODE [text]");
            vec![Reply::command(say, line!("starts a new program from this issue"))]
        }
    }
}

fn replies_to(escalation: &ProgramEscalation) -> Vec<Reply> {
    let resume = |effect| Reply::command(line!("/pipemason program resume"), effect);
    let resume_saying = |effect| Reply::command(line!("/pipemason program resume [answer]"), effect);
    match &escalation.awaiting {
        Awaiting::Answer { .. } => vec![resume_saying(line!("answers"))],
        Awaiting::Approval { subject, hash } => approval_replies(*subject, *hash, PLAIN_COMMENTS_COUNT),
        Awaiting::Change => vec![match &escalation.cause {
            ProgramCause::RoadmapInvalid { .. } => resume_saying(line!("has it planned again, with what you say")),
            ProgramCause::PhaseExhausted { .. } => resume_saying(line!("tries once more, with your advice")),
            ProgramCause::NothingCanGoOn { .. } => resume(line!("tries again what stopped, except what was cancelled")),
            ProgramCause::VerificationFailed { .. } => resume(line!("verifies all branches again")),
            ProgramCause::OpenQuestions { .. }
            | ProgramCause::RoadmapUnconfirmed { .. }
            | ProgramCause::BudgetExhausted { .. }
            | ProgramCause::Aborted { .. }
            | ProgramCause::CoordinatorLost { .. } => resume(line!("goes on")),
        }],
        Awaiting::Budget { budget: _ } => {
            let total = suggested_ceiling(&escalation.cause);
            let say = line!("/pipemason program resume --budget-usd {}", typed(total));
            vec![Reply::command(say, line!("gives the program {} in all", total))]
        }
    }
}
