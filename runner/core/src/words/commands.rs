//! The commands, one line each: all of them for `help`, and those that work right now for everything else.

use crate::escalation::{ApprovalSubject, Awaiting, Escalation};
use crate::hash::ContentHash;
use crate::phase::Phase;
use crate::policy::Limits;
use crate::run::{Run, RunState};
use crate::words::markdown::{Line, line};
use crate::words::reason::approved_thing;
use crate::words::recovery::{Money, suggested_total, typed};

/// Something that people can say, and what it does: together a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// A command, or words for a plain comment.
    pub say: Line,
    pub is_command: bool,
    pub effect: Line,
}

impl Reply {
    pub(crate) fn command(say: Line, effect: Line) -> Self {
        Self { say, is_command: true, effect }
    }

    fn plain(effect: Line) -> Self {
        Self { say: line!("A comment"), is_command: false, effect }
    }

    /// Makes the sentence.
    pub(crate) fn line(self) -> Line {
        let Self { say, is_command, effect } = self;
        if is_command { line!("`{}` {}", say, effect) } else { line!("{} {}", say, effect) }
    }
}

/// All commands and what they do, in the order in which people need them.
pub const ALL_COMMANDS: [(&str, &str); 15] = [
    ("/pipemason start [text]", "starts a run from this issue; the text is added to the ticket"),
    ("/pipemason status", "says how the run is doing"),
    ("/pipemason resume [answer]", "lets a stopped run go on in the phase that stopped"),
    ("/pipemason resume --budget-usd N", "gives the run N dollars in all, and lets it go on"),
    ("/pipemason approve HASH", "approves exactly the change that the run asked about"),
    ("/pipemason retry [phase]", "goes back to that phase, or tries the one that stopped again"),
    ("/pipemason revise [text]", "on a pull request, goes on with its review on the same branch"),
    ("/pipemason cancel", "ends the run for good; the branch stays"),
    ("/pipemason doctor", "checks what this repository needs for a run"),
    ("/pipemason program start --mode MODE [text]", "plans a program of several stories and works through it"),
    ("/pipemason program status", "says how the program is doing"),
    ("/pipemason program resume [answer]", "lets a stopped program go on"),
    ("/pipemason program resume --budget-usd N", "gives the program N dollars in all, and lets it go on"),
    ("/pipemason program cancel", "starts no more stories; those under way end"),
    ("/pipemason help", "lists these commands"),
];

/// Returns what people can say to the run as it stands, likeliest first.
pub fn replies_now(run: &Run, limits: &Limits, replies_count: bool) -> Vec<Reply> {
    let cancel = || Reply::command(line!("/pipemason cancel"), line!("ends the run for good; the branch stays"));
    let start = || Reply::command(line!("/pipemason start [text]"), line!("starts a new run from this issue"));
    match &run.state {
        RunState::Pending => {
            let doctor = line!("checks what this repository needs for a run");
            vec![Reply::command(line!("/pipemason doctor"), doctor), cancel()]
        }
        RunState::Running { .. } if run.is_finalizing() => {
            vec![Reply::command(line!("/pipemason status"), line!("says how the run is doing"))]
        }
        RunState::Running { .. } => vec![Reply::plain(line!("reaches the agent at its next turn")), cancel()],
        RunState::Escalated { escalation, .. } => {
            let money = Money { limit: run.spend.usd_limit(limits), day: limits.usd_per_day };
            let mut replies = replies_to(escalation, money, replies_count);
            if escalation.phase > Phase::Analyze {
                let earlier = line!("goes back to an earlier phase instead");
                replies.push(Reply::command(line!("/pipemason retry PHASE"), earlier));
            }
            replies.push(cancel());
            replies
        }
        RunState::Complete if run.pull_request.is_some() && run.outcome.is_none() => {
            let effect = line!("on the pull request goes on with its review on the same branch");
            vec![Reply::command(line!("/pipemason revise [text]"), effect)]
        }
        RunState::Complete | RunState::Failed { .. } | RunState::Cancelled { .. } => vec![start()],
    }
}

fn replies_to(escalation: &Escalation, money: Money, replies_count: bool) -> Vec<Reply> {
    let resume = |effect| Reply::command(line!("/pipemason resume"), effect);
    let resume_with = |effect| Reply::command(line!("/pipemason resume [answer]"), effect);
    match &escalation.awaiting {
        Awaiting::Answer { .. } if replies_count => vec![Reply::plain(line!("answers"))],
        Awaiting::Answer { .. } => vec![resume_with(line!("answers"))],
        Awaiting::Change if replies_count => {
            let advice = Reply::plain(line!("is advice for the next attempt"));
            vec![advice, resume(line!("goes on after a repair"))]
        }
        Awaiting::Change => vec![resume_with(line!("goes on after a repair, or with advice"))],
        Awaiting::Approval { subject, hash } => approval_replies(*subject, *hash, replies_count),
        Awaiting::Budget { budget } => vec![match suggested_total(*budget, &escalation.cause, money) {
            Some(total) => {
                let say = line!("/pipemason resume --budget-usd {}", typed(total));
                Reply::command(say, line!("gives the run {} in all", total))
            }
            None => resume(line!("goes on when there is budget again")),
        }],
    }
}

/// Returns the yes to what awaits an approval, and what can be said instead.
pub(crate) fn approval_replies(subject: ApprovalSubject, hash: ContentHash, replies_count: bool) -> Vec<Reply> {
    let say = line!("/pipemason approve {}", Line::short_hash(hash));
    let approve = Reply::command(say, line!("approves {}", approved_thing(subject)));
    let resume = |effect| Some(Reply::command(line!("/pipemason resume"), effect));
    let other = match subject {
        ApprovalSubject::Contest if replies_count => Some(Reply::plain(line!("declines, and says why"))),
        ApprovalSubject::Contest => {
            Some(Reply::command(line!("/pipemason resume [answer]"), line!("declines, and says why")))
        }
        ApprovalSubject::ProtectedPaths => resume(line!("has the protected files put back instead")),
        ApprovalSubject::LargeChange => resume(line!("goes on after you have made the change smaller")),
        ApprovalSubject::PreservingPlan | ApprovalSubject::ProposedConfig => {
            resume(line!("goes on after you have edited it on the branch"))
        }
        ApprovalSubject::Roadmap => {
            let say = line!("/pipemason program resume [answer]");
            Some(Reply::command(say, line!("has it planned again, with what you say")))
        }
        ApprovalSubject::Stories => None,
    };
    [approve].into_iter().chain(other).collect()
}
