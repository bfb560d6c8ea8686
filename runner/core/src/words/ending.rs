//! How a run ended: one comment, the last one that notifies anybody.

use crate::failure::FailureClass;
use crate::run::{CancelCause, Outcome, Run, RunState};
use crate::text::bound::Limit;
use crate::text::redact::Redactor;
use crate::words::amount::{cost_of, counted, duration};
use crate::words::link::Link;
use crate::words::markdown::{Block, Line, Message, line};
use crate::words::marker::Marker;
use crate::words::mention::Mention;
use crate::words::mention::{addressed, name_of};
use crate::words::quote::Quote;
use crate::words::status::{RunView, cancelled_because};

/// What happened to the pull request that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PullRequestOutcome {
    /// As the run says: opened, or not asked for.
    AsRecorded,
    /// Opened, but not as a draft: the repository has no drafts.
    NoDrafts,
    /// The repository does not let us open one; this page does with a click.
    Forbidden { compare: Link },
}

/// Longest reason of a failure that is shown whole.
const MAX_REASON_CHARACTERS: usize = 1500;

/// Writes the comment about the end of a run; `None` while it has not ended.
pub fn ending_comment(
    view: &RunView<'_>,
    pull_request: &PullRequestOutcome,
    notify: &[Mention],
    marker: &Marker,
    redactor: &Redactor,
) -> Option<String> {
    let quote = Quote::without_secrets(redactor);
    let mut message = Message::marked(marker);
    let people = addressed(notify);
    match &view.run.state {
        RunState::Complete => complete(&mut message, view, pull_request, &people, quote),
        RunState::Failed { class, reason } => failed(&mut message, view.run, *class, reason, &people, quote),
        RunState::Cancelled { by, cause } => {
            let who = name_of(by, quote);
            message.essential(Block::paragraph(line!(
                "{}**Cancelled** by {}{}.",
                people,
                who,
                cancelled_because(*cause)
            )));
            message.essential(Block::paragraph(line!("{}", after_cancel(*cause))));
        }
        RunState::Pending | RunState::Running { .. } | RunState::Escalated { .. } => return None,
    }
    message.body(Block::small(&figures(view)));
    Some(message.finish(Limit::COMMENT))
}

fn complete(
    message: &mut Message,
    view: &RunView<'_>,
    pull_request: &PullRequestOutcome,
    people: &Line,
    quote: Quote<'_>,
) {
    let run = view.run;
    let branch = line!("{}", quote.code(run.origin.branch.as_str()));
    let branch = if run.pushed.is_some() { Line::link(&branch, &view.site.branch(&run.origin.branch)) } else { branch };
    match (run.pull_request, run.outcome, pull_request) {
        (Some(number), Some(Outcome::Merged), _) => {
            let link = Line::link(&line!("pull request {}", number), &view.site.pull_request(number));
            message.essential(Block::paragraph(line!("{}**Done:** {} is merged.", people, link)));
        }
        (_, Some(Outcome::Merged), _) => {
            message.essential(Block::paragraph(line!("{}**Done:** the work on {} is merged.", people, branch)));
        }
        (Some(number), _, outcome) => {
            let link = Line::link(&line!("pull request {}", number), &view.site.pull_request(number));
            message.essential(Block::paragraph(line!("{}**Done:** {} is ready for review.", people, link)));
            message.essential(Block::paragraph(line!(
                "It shows what was proven, and what was not. To have something changed, review it with `/pipemason revise` in the text."
            )));
            if *outcome == PullRequestOutcome::NoDrafts {
                message
                    .body(Block::paragraph(line!("This repository has no drafts, so it is an ordinary pull request.")));
            }
        }
        (None, _, PullRequestOutcome::Forbidden { compare }) => {
            message.essential(Block::paragraph(line!("{}**Done:** the branch {} is ready.", people, branch)));
            let link = Line::link(&line!("Open it yourself"), compare);
            message.essential(Block::paragraph(line!(
                "This repository does not let Pipemason open a pull request. {}: the page is filled in already.",
                link
            )));
        }
        (None, _, PullRequestOutcome::AsRecorded | PullRequestOutcome::NoDrafts) => {
            message.essential(Block::paragraph(line!("{}**Done:** the branch {} is ready.", people, branch)));
            message.essential(Block::paragraph(line!("No pull request was asked for, so none was opened.")));
        }
    }
}

fn failed(message: &mut Message, run: &Run, class: FailureClass, reason: &str, people: &Line, quote: Quote<'_>) {
    message.essential(Block::paragraph(line!("{}**Failed:** {}. The run cannot go on.", people, class.meaning())));
    message.body(quote.prose(reason, MAX_REASON_CHARACTERS).into());
    let kept = if run.pushed.is_some() { "The branch stays as it is. " } else { "" };
    message.essential(Block::paragraph(line!(
        "{}When that is put right, `/pipemason start` begins a new run from this issue.",
        kept
    )));
}

fn after_cancel(cause: CancelCause) -> &'static str {
    match cause {
        CancelCause::Command => {
            "The branch stays as it is, and nothing more is pushed. `/pipemason start` begins a new run."
        }
        CancelCause::IssueClosed => {
            "The branch stays as it is. Open the issue again and comment `/pipemason start` for a new run."
        }
        CancelCause::PullRequestClosed => {
            "The branch stays as it is. Comment `/pipemason start` on the issue for a new run."
        }
        CancelCause::BranchDeleted => "Comment `/pipemason start` on the issue for a new run on a new branch.",
        CancelCause::IssueDeleted
        | CancelCause::IssueTransferred
        | CancelCause::InstallationRemoved
        | CancelCause::InstallationSuspended
        | CancelCause::RepositoryDeleted => "The branch stays as it is, and nothing more is pushed.",
    }
}

fn figures(view: &RunView<'_>) -> Line {
    let run = view.run;
    let time = view.rows.iter().map(|row| row.time).sum();
    let pieces = [
        line!("Run {}", run.id),
        counted(run.spend.iterations as usize, "iteration"),
        line!("cost {}", cost_of(run.spend.usd, run.spend.usd_limit(view.limits), run.cost_source)),
        line!("{} of work", duration(time)),
    ];
    Line::joined(pieces, " · ")
}

#[cfg(test)]
mod tests;
