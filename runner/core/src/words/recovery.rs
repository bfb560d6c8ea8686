//! What lets a stopped run go on: in a sentence, and in the exact words to copy.

use crate::escalation::{ApprovalSubject, Awaiting, BudgetKind, Cause, ContestSubject, Escalation};
use crate::hash::ContentHash;
use crate::id::{QuestionId, RunId};
use crate::money::Usd;
use crate::phase::Phase;
use crate::run::RUNS_PER_TICKET;
use crate::words::markdown::{Line, line};
use crate::words::reason::approved_thing;

/// Says what would let the run go on.
pub fn recovery(escalation: &Escalation, run: RunId) -> Line {
    match &escalation.cause {
        Cause::OpenQuestions { .. } => {
            line!("Answer below; your answers go into the specification, and the run goes on from there.")
        }
        Cause::AgentAsked { .. } => line!("Answer in your own words; the agent goes on in the same phase with them."),
        Cause::Contested { subject, .. } => contest_recovery(*subject, &escalation.awaiting),
        Cause::ClassExhausted { .. }
        | Cause::PhaseExhausted { .. }
        | Cause::IterationsExhausted { .. }
        | Cause::TimeExhausted { .. } => exhausted_recovery(&escalation.cause),
        Cause::BudgetExhausted { budget, .. } => budget_recovery(*budget),
        Cause::UnmeteredAgent => line!(
            "Choose an agent that reports its cost, or set `cost_controls.allow_unmetered: true`, in `.pipeline/config.yml` on the base branch; then resume."
        ),
        Cause::RebaseConflict => {
            line!(
                "Merge the base into the branch or rebase the branch onto it, resolve the conflicts, push, and resume."
            )
        }
        Cause::HighSecurityFinding => {
            line!("Repair it on the branch and resume, or say what to do about it: advice buys one attempt.")
        }
        Cause::Disagreement => disagreement_recovery(escalation.phase, run),
        Cause::ProtectedPaths { .. } => {
            line!(
                "Approve exactly this change; or resume without approving, and the files are put back as the base has them."
            )
        }
        Cause::GateUnavailable { .. } => {
            line!(
                "Make the check run: install what it needs, or correct its command in `.pipeline/config.yml` on the base branch. Then resume."
            )
        }
        Cause::UnitNotConfigured { unit } => line!(
            "Add `commands.{}` to `.pipeline/config.yml` on the base branch, or take that part out of `.pipeline/runs/{}/spec.md` on the run's branch. Then resume.",
            unit.domain(),
            run
        ),
        Cause::Aborted { .. } => line!("Resume when it suits you; the run goes on in `{}`.", escalation.phase),
        Cause::RunnerLost { .. } => {
            line!("See whether the runner has enough memory, disk and time. A reply or advice buys one more try.")
        }
        Cause::PushRejected { .. } => {
            line!("Change the rule that refused it, or what it refused, and resume; the push is tried again.")
        }
        Cause::UnsafePush { .. } => {
            line!("Take out what was found, or say how to; then resume.")
        }
        Cause::RemoteUnreachable { .. } => line!("Resume when the remote answers again; a reply buys one more try."),
        Cause::TooLarge { .. } => line!(
            "Approve the size, make the change smaller on the branch and resume, or raise `finalize.max_diff_lines` in `.pipeline/config.yml` on the base branch."
        ),
        Cause::PreservingPlan => {
            line!(
                "Read `.pipeline/runs/{}/test-plan.md` on the run's branch. Approve it, or edit it there and resume.",
                run
            )
        }
        Cause::ProposedConfig => {
            line!("Read `.pipeline/config.yml` on the run's branch. Approve it, or edit it there and resume.")
        }
        Cause::HistoryRewritten => {
            line!("Put the recorded commits back on the branch and resume, or cancel and start a new run.")
        }
        Cause::StopRequested => line!("Look at what is there. Resume, and the run goes on with the next phase."),
        Cause::CiFailed => {
            line!("Say what to do about it, and the repair begins with that; or cancel to leave it as it is.")
        }
    }
}

/// Says what buys another try, by what was used up.
fn exhausted_recovery(cause: &Cause) -> Line {
    if matches!(cause, Cause::IterationsExhausted { .. }) {
        return line!(
            "Advice buys one more iteration. For more, raise `limits.max_total_iterations` in `.pipeline/config.yml` on the base branch, then resume."
        );
    }
    if matches!(cause, Cause::TimeExhausted { .. }) {
        return line!(
            "Advice buys the phase its time once more. For good, raise `limits.per_phase_timeout_minutes` in `.pipeline/config.yml` on the base branch."
        );
    }
    line!(
        "Advice buys one more attempt. You can also repair it yourself: push to the branch and resume; the gate is asked first."
    )
}

fn contest_recovery(subject: ContestSubject, awaiting: &Awaiting) -> Line {
    match awaiting {
        Awaiting::Approval { .. } if subject == ContestSubject::Test => line!(
            "Approve the proposed change, and the changed test is proven to fail without the code first; or reply why the test is right."
        ),
        Awaiting::Approval { .. } => {
            line!("Approve exactly the proposed change, or reply why it should stay as it is.")
        }
        Awaiting::Answer { .. } | Awaiting::Change | Awaiting::Budget { .. } => {
            line!("Reply what should hold; the agent goes on with your decision.")
        }
    }
}

fn disagreement_recovery(phase: Phase, run: RunId) -> Line {
    if phase == Phase::Contracts {
        line!("Reply which side is right, or edit `.pipeline/runs/{}/contracts/` on the run's branch and resume.", run)
    } else {
        line!(
            "Reply which side is right, or edit `.pipeline/runs/{}/test-plan.md` on the run's branch and resume.",
            run
        )
    }
}

fn budget_recovery(budget: BudgetKind) -> Line {
    match budget {
        BudgetKind::UsdPerRun | BudgetKind::UsdPerTicket => {
            line!("Give the run a higher total, up to the budget of a day. The work so far is kept either way.")
        }
        BudgetKind::UsdPerDay => line!(
            "The next day's budget begins at midnight UTC; resume then. Or raise `cost_controls.max_usd_per_day` in `.pipeline/config.yml` on the base branch."
        ),
        BudgetKind::UsdPerProgram => {
            line!(
                "Raise `cost_controls.max_usd_per_program` in `.pipeline/config.yml` on the base branch, then resume."
            )
        }
        BudgetKind::UsdPerTurn => line!(
            "Reply how to go about it in smaller steps, or raise `cost_controls.max_usd_per_turn` in `.pipeline/config.yml` on the base branch; then resume."
        ),
        BudgetKind::TokensPerTurn => line!(
            "Raise `cost_controls.max_tokens_per_turn` in `.pipeline/config.yml` on the base branch, then resume."
        ),
        BudgetKind::TokensPerRun => {
            line!("Raise `cost_controls.max_tokens_per_run` in `.pipeline/config.yml` on the base branch, then resume.")
        }
        BudgetKind::TokensPerDay => line!(
            "The next day's tokens begin at midnight UTC; resume then. Or raise `cost_controls.max_tokens_per_day` in `.pipeline/config.yml` on the base branch."
        ),
    }
}

/// Where somebody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// In comments; `replies_count` unless the configuration wants a command (`github.resume_on_reply`).
    Comments { replies_count: bool },
    /// At a terminal.
    Terminal { run: RunId },
}

impl Channel {
    /// Spells a command: `/pipemason resume`, or `pipemason resume 01J…`.
    pub(crate) fn command(self, verb: &'static str) -> Line {
        match self {
            Self::Comments { .. } => line!("/pipemason {}", verb),
            Self::Terminal { run } => line!("pipemason {} {}", verb, run),
        }
    }
}

/// What the run may spend now, and what a day may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    pub limit: Usd,
    pub day: Usd,
}

/// One way to go on: what it does, and what to copy for it; a plain reply copies nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    pub what: Line,
    pub copy: Vec<Line>,
}

impl Way {
    fn saying(what: Line) -> Self {
        Self { what, copy: Vec::new() }
    }

    pub(crate) fn copying(what: Line, copy: Line) -> Self {
        Self { what, copy: vec![copy] }
    }
}

/// Returns the ways to let the run go on, the likeliest first.
pub fn ways(escalation: &Escalation, channel: Channel, money: Money) -> Vec<Way> {
    match &escalation.awaiting {
        Awaiting::Answer { questions } => vec![answering(questions, channel)],
        Awaiting::Approval { subject, hash } => approving(*subject, *hash, channel),
        Awaiting::Change => repairing(&escalation.cause, channel),
        Awaiting::Budget { budget } => paying(*budget, &escalation.cause, channel, money),
    }
}

/// More lines than anybody fills in; the rest is asked again afterwards.
pub(crate) const MAX_QUESTIONS: usize = 20;

fn answering(questions: &[QuestionId], channel: Channel) -> Way {
    let template = questions.iter().take(MAX_QUESTIONS).map(|question| line!("{}: …", *question));
    match channel {
        Channel::Comments { replies_count: true } if questions.is_empty() => {
            Way::saying(line!("**Reply** to this comment in your own words."))
        }
        Channel::Comments { replies_count: true } => {
            Way { what: line!("**Reply** with your answers in place of the dots:"), copy: template.collect() }
        }
        Channel::Comments { replies_count: false } if questions.is_empty() => {
            Way::copying(line!("Comment, with your answer in place of the dots:"), line!("/pipemason resume …"))
        }
        Channel::Comments { replies_count: false } => Way {
            what: line!("Comment, with your answers in place of the dots:"),
            copy: [channel.command("resume")].into_iter().chain(template).collect(),
        },
        Channel::Terminal { .. } => {
            let template = Line::joined(template, " ");
            let template = if template.is_empty() { line!("…") } else { template };
            let command = line!("{} --answer \"{}\"", channel.command("resume"), template);
            Way::copying(line!("Answer, in place of the dots:"), command)
        }
    }
}

pub(crate) fn approving(subject: ApprovalSubject, hash: ContentHash, channel: Channel) -> Vec<Way> {
    let command = line!("{} {}", channel.command("approve"), Line::short_hash(hash));
    let yes = Way::copying(line!("To **approve** exactly {}:", approved_thing(subject)), command);
    let resume = |what| Way::copying(what, channel.command("resume"));
    let other = match subject {
        ApprovalSubject::ProtectedPaths => Some(resume(line!("To have the files put back instead:"))),
        ApprovalSubject::Contest => Some(declining(channel)),
        ApprovalSubject::PreservingPlan => {
            Some(resume(line!("To change the plan instead, edit it on the branch, and then:")))
        }
        ApprovalSubject::LargeChange => Some(resume(line!("To make it smaller instead, change the branch, and then:"))),
        ApprovalSubject::ProposedConfig => {
            Some(resume(line!("To change it instead, edit it on the branch, and then:")))
        }
        ApprovalSubject::Roadmap => Some(replanning(channel)),
        // Nothing else would let a program go on that has only these stories left.
        ApprovalSubject::Stories => None,
    };
    [yes].into_iter().chain(other).collect()
}

fn replanning(channel: Channel) -> Way {
    let command = match channel {
        Channel::Comments { .. } => line!("/pipemason program resume …"),
        Channel::Terminal { .. } => line!("pipemason program resume --answer \"…\""),
    };
    Way::copying(line!("To have it planned again, say in place of the dots what should be different:"), command)
}

fn declining(channel: Channel) -> Way {
    match channel {
        Channel::Comments { replies_count: true } => {
            Way::saying(line!("To decline, **reply** why it should stay as it is."))
        }
        Channel::Comments { replies_count: false } => {
            Way::copying(line!("To decline, comment why it should stay:"), line!("/pipemason resume …"))
        }
        Channel::Terminal { .. } => {
            let command = line!("{} --answer \"…\"", channel.command("resume"));
            Way::copying(line!("To decline, say why it should stay:"), command)
        }
    }
}

fn repairing(cause: &Cause, channel: Channel) -> Vec<Way> {
    let resume = |what| Way::copying(what, channel.command("resume"));
    match cause {
        Cause::Aborted { .. } | Cause::StopRequested => vec![resume(line!("To go on:"))],
        Cause::RebaseConflict
        | Cause::HistoryRewritten
        | Cause::UnmeteredAgent
        | Cause::GateUnavailable { .. }
        | Cause::UnitNotConfigured { .. }
        | Cause::PushRejected { .. } => vec![resume(line!("When it is repaired:"))],
        Cause::OpenQuestions { .. }
        | Cause::AgentAsked { .. }
        | Cause::Contested { .. }
        | Cause::ClassExhausted { .. }
        | Cause::PhaseExhausted { .. }
        | Cause::IterationsExhausted { .. }
        | Cause::TimeExhausted { .. }
        | Cause::BudgetExhausted { .. }
        | Cause::HighSecurityFinding
        | Cause::Disagreement
        | Cause::ProtectedPaths { .. }
        | Cause::RunnerLost { .. }
        | Cause::UnsafePush { .. }
        | Cause::RemoteUnreachable { .. }
        | Cause::TooLarge { .. }
        | Cause::PreservingPlan
        | Cause::ProposedConfig
        | Cause::CiFailed => vec![advising(channel), resume(line!("After a repair of your own:"))],
    }
}

fn advising(channel: Channel) -> Way {
    match channel {
        Channel::Comments { replies_count: true } => {
            Way::saying(line!("**Reply** with advice; the agent gets it word for word."))
        }
        Channel::Comments { replies_count: false } => {
            Way::copying(line!("With advice in place of the dots:"), line!("/pipemason resume …"))
        }
        Channel::Terminal { .. } => {
            let command = line!("{} --answer \"…\"", channel.command("resume"));
            Way::copying(line!("With advice in place of the dots:"), command)
        }
    }
}

fn paying(budget: BudgetKind, cause: &Cause, channel: Channel, money: Money) -> Vec<Way> {
    let resume = |what| vec![Way::copying(what, channel.command("resume"))];
    match budget {
        BudgetKind::UsdPerRun | BudgetKind::UsdPerTicket => match suggested_total(budget, cause, money) {
            Some(total) => {
                let what = line!("To let the run spend up to {} in all (a day allows {}):", total, money.day);
                vec![Way::copying(what, line!("{} --budget-usd {}", channel.command("resume"), typed(total)))]
            }
            None => resume(line!(
                "The run has all that a day allows, {}. Raise `cost_controls.max_usd_per_day` and `cost_controls.max_usd_per_run` in `.pipeline/config.yml` on the base branch, and then:",
                money.day
            )),
        },
        BudgetKind::UsdPerDay | BudgetKind::TokensPerDay => {
            resume(line!("After midnight UTC, or when the limit is raised:"))
        }
        BudgetKind::UsdPerProgram | BudgetKind::UsdPerTurn | BudgetKind::TokensPerTurn | BudgetKind::TokensPerRun => {
            resume(line!("When the limit is raised:"))
        }
    }
}

/// Returns a total that lets the run go on: twice what it has, or what a day allows.
///
/// `None` where a day has no room, and for budgets that the run's own money does not help.
pub fn suggested_total(budget: BudgetKind, cause: &Cause, money: Money) -> Option<Usd> {
    let runs = match budget {
        BudgetKind::UsdPerRun => 1,
        BudgetKind::UsdPerTicket => RUNS_PER_TICKET,
        BudgetKind::UsdPerTurn
        | BudgetKind::UsdPerDay
        | BudgetKind::UsdPerProgram
        | BudgetKind::TokensPerTurn
        | BudgetKind::TokensPerRun
        | BudgetKind::TokensPerDay => return None,
    };
    let spent = if let Cause::BudgetExhausted { spent, .. } = cause { *spent } else { money.limit };
    let spent = Usd::micros(spent.as_micros() / runs);
    let enough = money.limit.times(2).max(spent.plus(Usd::dollars(1)));
    let total = whole_dollars(enough).min(money.day);
    (total > money.limit && total > spent).then_some(total)
}

/// Rounds up to whole dollars.
pub(crate) fn whole_dollars(amount: Usd) -> Usd {
    Usd::dollars(amount.as_micros().div_ceil(1_000_000))
}

/// Spells `amount` as the commands read it: `20`, `2.5`.
pub(crate) fn typed(amount: Usd) -> Line {
    let (whole, fraction) = (amount.as_micros() / 1_000_000, amount.as_micros() % 1_000_000);
    if fraction == 0 {
        return line!("{}", whole);
    }
    let digits = format!("{fraction:06}");
    Line::checked(format!("{whole}.{}", digits.trim_end_matches('0')))
}

#[cfg(test)]
mod tests;
