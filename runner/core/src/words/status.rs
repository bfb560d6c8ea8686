//! The one comment that says how a run is doing; it is edited in place and notifies nobody.

use jiff::Timestamp;

use crate::policy::Limits;
use crate::reply::HeldWhy;
use crate::run::{CancelCause, Outcome, Run, RunState, SkipReason, Visit};
use crate::text::bound::Limit;
use crate::text::redact::Redactor;
use crate::words::activity::phase_activity;
use crate::words::amount::{cost_of, counted, duration, moment, ordinal};
use crate::words::commands::{Reply, replies_now};
use crate::words::link::{Link, Site};
use crate::words::markdown::{Block, Line, Message, line};
use crate::words::marker::Marker;
use crate::words::mention::name_of;
use crate::words::progress::{PhaseRow, Standing};
use crate::words::quote::Quote;
use crate::words::reason::{headline, reason};
use crate::words::startup::StartProblem;

/// What the status comment needs to know beside the run.
#[derive(Clone, Debug)]
pub struct RunView<'a> {
    pub run: &'a Run,
    pub limits: &'a Limits,
    pub rows: &'a [PhaseRow],
    pub site: &'a Site,
    /// The run on the dashboard.
    pub page: Option<Link>,
    /// The job that works on it.
    pub job: Option<Link>,
    /// What keeps a runner from starting.
    pub problem: Option<StartProblem>,
    pub held: &'a [HeldComment],
    /// Whether a plain reply resumes (`github.resume_on_reply`).
    pub replies_count: bool,
    pub now: Timestamp,
}

/// A comment that was not taken as an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldComment {
    pub link: Link,
    pub author: String,
    pub why: HeldWhy,
}

/// More held comments than anybody looks through; the newest count.
const MAX_HELD: usize = 12;

/// Writes the status comment of a run.
pub fn status_comment(view: &RunView<'_>, marker: &Marker, redactor: &Redactor) -> String {
    let quote = Quote::without_secrets(redactor);
    let mut message = Message::marked(marker);
    message.essential(Block::paragraph(standing(view, quote)));
    if let Some(problem) = &view.problem {
        message.essential(Block::paragraph(problem.words(view.site)));
    }
    message.body(Block::list(phase_groups(view.rows)));
    message.body(Block::paragraph(figures(view, quote)));
    if view.run.spend.warned && !view.run.status().is_final() {
        message.body(Block::paragraph(budget_warning(view)));
    }
    message.body(held(view, quote));
    let replies = replies_now(view.run, view.limits, view.replies_count);
    message.essential(Block::paragraph(line!("What you can say now:")));
    message.essential(Block::list(replies.into_iter().map(Reply::line)));
    message.evidence(phase_table(view.rows));
    message.body(Block::small(&line!("Run {}, as of {}", view.run.id, moment(view.now))));
    message.finish(Limit::COMMENT)
}

/// Says in one sentence how the run is doing.
pub(crate) fn standing(view: &RunView<'_>, quote: Quote<'_>) -> Line {
    let run = view.run;
    match &run.state {
        RunState::Pending => line!("**Not started yet:** waiting for the repository or a runner to be ready."),
        RunState::Running { visit } => {
            line!("**Working on `{}`**{}: {}.", visit.phase, tries(view, visit), phase_activity(run, visit))
        }
        RunState::Escalated { escalation, .. } => {
            line!("**Stopped in `{}`, {}.** {}", escalation.phase, headline(escalation), reason(escalation))
        }
        RunState::Complete => completed(run),
        RunState::Failed { class, .. } => line!("**Failed:** {}.", class.meaning()),
        RunState::Cancelled { by, cause } => {
            line!("**Cancelled** by {}{}.", name_of(by, quote), cancelled_because(*cause))
        }
    }
}

fn completed(run: &Run) -> Line {
    match (run.outcome, run.pull_request) {
        (Some(Outcome::Merged), Some(number)) => line!("**Complete,** and pull request {} is merged.", number),
        (Some(Outcome::Merged), None) => line!("**Complete** and merged."),
        (Some(Outcome::Closed), _) => line!("**Complete;** the pull request was closed afterwards."),
        (Some(Outcome::Deleted), _) => line!("**Complete;** the branch was deleted afterwards."),
        (None, Some(number)) => line!("**Complete:** pull request {} is ready for review.", number),
        (None, None) => line!("**Complete:** the branch is ready."),
    }
}

pub(crate) fn cancelled_because(cause: CancelCause) -> &'static str {
    match cause {
        CancelCause::Command => "",
        CancelCause::IssueClosed => ": the issue was closed",
        CancelCause::IssueDeleted => ": the issue was deleted",
        CancelCause::IssueTransferred => ": the issue was moved to another repository",
        CancelCause::PullRequestClosed => ": the pull request was closed without a merge",
        CancelCause::BranchDeleted => ": the branch was deleted",
        CancelCause::InstallationRemoved => ": Pipemason was removed from the repository",
        CancelCause::InstallationSuspended => ": Pipemason was suspended in the repository",
        CancelCause::RepositoryDeleted => ": the repository was deleted",
    }
}

/// `2nd try, attempt 3 of 7`, as far as there is anything to count.
fn tries(view: &RunView<'_>, visit: &Visit) -> Line {
    let visits = view.rows.iter().find(|row| row.phase == visit.phase).map_or(1, |row| row.visits);
    let visits = if visits > 1 { line!("{} try", ordinal(visits)) } else { Line::default() };
    let attempt = if visit.attempt > 0 && visit.phase.has_agent() {
        line!("attempt {} of {}", visit.attempt, attempts_of(view, visit))
    } else {
        Line::default()
    };
    let tries = Line::joined([visits, attempt], ", ");
    if tries.is_empty() { tries } else { line!(" ({})", tries) }
}

/// Returns how many attempts this visit may take: those it took, and one for each failure the phase may still have.
fn attempts_of(view: &RunView<'_>, visit: &Visit) -> u32 {
    let spend = &view.run.spend;
    let left = spend.phase_limit(visit.phase, view.limits).saturating_sub(*spend.phase_failures.get(visit.phase));
    visit.attempt.saturating_add(left)
}

/// The groups of phases, each with a mark and a word, so that neither color nor shape is needed to read them.
pub(crate) fn phase_groups(rows: &[PhaseRow]) -> Vec<Line> {
    let group = |title: &'static str, belongs: fn(&Standing) -> bool| {
        let phases = rows.iter().filter(|row| belongs(&row.standing)).map(phase_words);
        let phases = Line::joined(phases, ", ");
        if phases.is_empty() { phases } else { line!("{} {}", title, phases) }
    };
    if rows.iter().all(|row| row.standing == Standing::Ahead) {
        return Vec::new();
    }
    let groups = [
        group("✓ **Done:**", |standing| matches!(standing, Standing::Passed | Standing::Unchanged)),
        group("– **Skipped:**", |standing| matches!(standing, Standing::Skipped { .. })),
        group("⏵ **Now:**", |standing| *standing == Standing::Working),
        group("⏸ **Waiting for you:**", |standing| *standing == Standing::Waiting),
        group("✗ **Ended in:**", |standing| *standing == Standing::Ended),
        group("↻ **Again after that:**", |standing| *standing == Standing::Again),
        group("**Next:**", |standing| *standing == Standing::Ahead),
    ];
    groups.into_iter().filter(|group| !group.is_empty()).collect()
}

fn phase_words(row: &PhaseRow) -> Line {
    if row.visits > 1 { line!("{} ({} try)", row.phase, ordinal(row.visits)) } else { line!("{}", row.phase) }
}

/// Iteration, cost and links in one line.
pub(crate) fn figures(view: &RunView<'_>, quote: Quote<'_>) -> Line {
    let (run, limits) = (view.run, view.limits);
    let cost = cost_of(run.spend.usd, run.spend.usd_limit(limits), run.cost_source);
    let branch = line!("{}", quote.code(run.origin.branch.as_str()));
    let branch = match run.pushed {
        Some(_) => Line::link(&branch, &view.site.branch(&run.origin.branch)),
        None => branch,
    };
    let pull_request = run.pull_request.map(|number| {
        let link = view.site.pull_request(number);
        Line::link(&line!("pull request {}", number), &link)
    });
    let page = view.page.as_ref().map(|page| Line::link(&line!("run page"), page));
    let job = view.job.as_ref().map(|job| Line::link(&line!("job"), job));
    let pieces = [
        Some(line!("Iteration {} of {}", run.spend.iterations, run.spend.iteration_limit(limits))),
        Some(line!("cost {}", cost)),
        Some(line!("branch {}", branch)),
        pull_request,
        page,
        job,
    ];
    Line::joined(pieces.into_iter().flatten(), " · ")
}

fn budget_warning(view: &RunView<'_>) -> Line {
    let (run, limit) = (view.run, view.run.spend.usd_limit(view.limits));
    line!(
        "Most of the budget is gone: {}. At {} the run stops before the next turn, keeps its work, and asks.",
        cost_of(run.spend.usd, limit, run.cost_source),
        limit
    )
}

fn held(view: &RunView<'_>, quote: Quote<'_>) -> Block {
    let newest = || view.held.iter().rev().take(MAX_HELD);
    let shown = |comment: &HeldComment| {
        let link = Line::link(&line!("comment"), &comment.link);
        line!("{} by {}: {}", link, quote.inline(&comment.author), held_because(comment.why))
    };
    let listed = |title: Line, may_be_taken: bool| {
        let lines = newest().filter(|comment| comment.why.may_be_taken() == may_be_taken).map(shown);
        let list = Block::list(lines);
        if list == Block::default() { list } else { Block::paragraph(title).followed_by(list) }
    };
    let taken = listed(line!("Not taken as an answer; a bare `/pipemason resume` takes them along:"), true);
    taken.followed_by(listed(line!("Not taken as an answer; please write anew what should count:"), false))
}

/// Says why a comment was not taken as an answer.
pub fn held_because(why: HeldWhy) -> &'static str {
    match why {
        HeldWhy::MentionsSomebody => "speaks to somebody else",
        HeldWhy::SaysNothing => "has no words of its own",
        HeldWhy::OnlyAsks => "only asks a question",
        HeldWhy::MayNot => "comes from somebody who may not resume",
        HeldWhy::RightUnknown => "comes from somebody whose rights could not be looked up",
        HeldWhy::EditedByAnother => "was edited by somebody else",
        HeldWhy::LooksLikeCommand => "looks like a command, but is none",
        HeldWhy::AnswersAnother => "answers another question",
        HeldWhy::TooSoon => "came before anybody could have read the question",
        HeldWhy::RepliesOff => "is a plain comment, and here only commands count",
        HeldWhy::TakesCommand => "is a plain comment, and this takes a command",
    }
}

pub(crate) fn phase_table(rows: &[PhaseRow]) -> Block {
    let reached = rows.iter().filter(|row| row.standing != Standing::Ahead);
    let cells = reached.map(|row| {
        let time = if row.time.is_zero() { line!("–") } else { duration(row.time) };
        let turns = if row.turns == 0 { line!("–") } else { line!("{}", row.turns) };
        [line!("{}", row.phase), standing_words(row), turns, time]
    });
    let table = Block::table(["Phase", "How it stands", "Agent turns", "Time"], cells);
    Block::folded("Each phase", 0, [table])
}

fn standing_words(row: &PhaseRow) -> Line {
    let standing = match &row.standing {
        Standing::Ahead => line!("ahead"),
        Standing::Working => line!("⏵ at work"),
        Standing::Waiting => line!("⏸ waiting for you"),
        Standing::Passed => line!("✓ passed"),
        Standing::Skipped { reason } => line!("– skipped: {}", skipped_because(reason)),
        Standing::Unchanged => line!("✓ unchanged since it passed"),
        Standing::Again => line!("↻ will be looked at again"),
        Standing::Ended => line!("✗ the run ended here"),
    };
    if row.loops == 0 {
        return standing;
    }
    line!("{} (sent the run back {})", standing, counted(row.loops as usize, "time"))
}

/// Says why a phase was skipped. What a gate said about it is in the record.
pub fn skipped_because(reason: &SkipReason) -> &'static str {
    match reason {
        SkipReason::NoUserInterface => "nothing here has a user interface",
        SkipReason::ReviewDisabled => "the configuration turned the review off",
        SkipReason::NoCode => "the ticket changes no code",
        SkipReason::Preserving => "the ticket changes no behavior, and the existing tests have to show it",
        SkipReason::NothingToCheck { .. } => "there was nothing to check",
    }
}

#[cfg(test)]
mod tests;
