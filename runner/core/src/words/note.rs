//! What people hear about a branch beside its run: late comments, the repository's own checks, a moved parent.

use crate::hash::CommitSha;
use crate::id::{BranchName, IssueNumber};
use crate::text::bound::Limit;
use crate::text::redact::Redactor;
use crate::words::amount::counted;
use crate::words::link::{Link, Site};
use crate::words::markdown::{Block, Line, Message, line};
use crate::words::marker::Marker;
use crate::words::quote::Quote;

/// Writes the answer to comments that came too late for a run.
pub fn steering_too_late(pull_request: Option<IssueNumber>, marker: &Marker) -> String {
    let mut message = Message::marked(marker);
    let words = match pull_request {
        Some(number) => line!(
            "This came too late for the run: its branch was already being published. To have it taken up, comment `/pipemason revise` and the text on {}.",
            number
        ),
        None => line!(
            "This came too late for the run: its branch was already being published. To have it taken up, comment `/pipemason start` and the text here."
        ),
    };
    message.essential(Block::paragraph(words));
    message.finish(Limit::COMMENT)
}

/// One failed check of the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedCheck {
    pub name: String,
    pub link: Option<Link>,
}

/// What the repository's own checks say about a pushed head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CiReport {
    /// No check appeared within some minutes.
    NoChecks { minutes: u32 },
    /// GitHub waits for somebody to allow the checks.
    ActionRequired,
    /// GitHub could not start them.
    StartupFailure,
    /// These failed; on the base they pass.
    Failed { checks: Vec<FailedCheck> },
    /// These failed, and they fail on the base too.
    FailedOnBaseToo { checks: Vec<FailedCheck> },
}

/// More failed checks than anybody looks through; the page has them all.
const MAX_CHECKS: usize = 15;

/// Writes what the repository's own checks say, with the click that helps.
pub fn ci_comment(report: &CiReport, head: CommitSha, site: &Site, marker: &Marker, redactor: &Redactor) -> String {
    let quote = Quote::without_secrets(redactor);
    let mut message = Message::marked(marker);
    let head_link = Line::link(&line!("`{}`", Line::short_commit(head)), &site.commit(head));
    let jobs = Line::link(&line!("Open the jobs"), &site.actions());
    match report {
        CiReport::NoChecks { minutes } => message.essential(Block::paragraph(line!(
            "No check has started on {} within {}. If this repository has checks, they may not run for pushes of Apps. {} and start them by hand, or push an empty commit.",
            head_link,
            counted(*minutes as usize, "minute"),
            jobs
        ))),
        CiReport::ActionRequired => message.essential(Block::paragraph(line!(
            "The checks on {} wait for somebody to allow them. {} and choose *Approve and run*.",
            head_link,
            jobs
        ))),
        CiReport::StartupFailure => message.essential(Block::paragraph(line!(
            "GitHub could not start the checks on {}. {}: the newest one says what is wrong with its file.",
            head_link,
            jobs
        ))),
        CiReport::Failed { checks } => {
            let title = line!("**{} of this repository failed** on {}.", counted(checks.len(), "check"), head_link);
            message.essential(Block::paragraph(title));
            message.body(failed_checks(checks, quote));
            message.essential(Block::paragraph(line!(
                "To have it repaired on this branch, comment `/pipemason revise` and what to do about it."
            )));
        }
        CiReport::FailedOnBaseToo { checks } => {
            let title = line!(
                "{} of this repository failed on {}, and on the base as well. This branch did not cause it, so nothing is done about it here.",
                counted(checks.len(), "check"),
                head_link
            );
            message.essential(Block::paragraph(title));
            message.body(failed_checks(checks, quote));
        }
    }
    message.finish(Limit::COMMENT)
}

fn failed_checks(checks: &[FailedCheck], quote: Quote<'_>) -> Block {
    Block::list(checks.iter().take(MAX_CHECKS).map(|check| {
        let name = line!("{}", quote.code(&check.name));
        match &check.link {
            Some(link) => Line::link(&name, link),
            None => name,
        }
    }))
}

/// Says that a branch was put on its moved parent, and how to follow in a checkout.
pub fn restack_note(
    parent: &BranchName,
    before: CommitSha,
    after: CommitSha,
    redactor: &Redactor,
    marker: &Marker,
) -> String {
    let quote = Quote::without_secrets(redactor);
    let mut message = Message::marked(marker);
    message.essential(Block::paragraph(line!(
        "The parent branch {} has moved, so this branch was put on top of it again and all its gates were run again. Its history was rewritten: the head was `{}` and is `{}` now.",
        quote.code(parent.as_str()),
        Line::short_commit(before),
        Line::short_commit(after)
    )));
    message.body(Block::paragraph(line!(
        "If you have it checked out: `git fetch`, then `git reset --hard @{{upstream}}`; commits of your own go on top with `git rebase`."
    )));
    message.finish(Limit::COMMENT)
}

#[cfg(test)]
mod tests;
