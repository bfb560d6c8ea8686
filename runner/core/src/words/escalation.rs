//! The comment by which a run asks a person, and what becomes of it.
//!
//! How to answer is essential: whatever has to go for lack of room, that stays.

use std::sync::Arc;

use jiff::Timestamp;

use crate::escalation::{ApprovalSubject, Awaiting, Escalation, Question};
use crate::gate::Finding;
use crate::policy::Limits;
use crate::run::Run;
use crate::text::bound::Limit;
use crate::text::redact::Redactor;
use crate::words::amount::{cost_of, counted, duration, moment};
use crate::words::link::{Link, Site};
use crate::words::markdown::{Block, Line, Message, line};
use crate::words::marker::Marker;
use crate::words::mention::{Mention, addressed};
use crate::words::quote::Quote;
use crate::words::reason::{Detail, details, headline, reason};
use crate::words::recovery::{Channel, MAX_QUESTIONS, Money, Way, recovery, ways};

mod resolution;

pub(crate) use resolution::Asked;
pub use resolution::{Resolution, resolved_comment};

/// What an escalation's comment needs to know beside the escalation.
#[derive(Clone, Debug)]
pub struct EscalationView<'a> {
    pub run: &'a Run,
    pub escalation: &'a Escalation,
    pub limits: &'a Limits,
    pub site: &'a Site,
    /// The run on the dashboard.
    pub page: Option<Link>,
    /// Who is notified.
    pub notify: &'a [Mention],
    /// Whether a plain reply resumes (`github.resume_on_reply`).
    pub replies_count: bool,
}

/// Longest question that is shown whole.
const MAX_QUESTION_CHARACTERS: usize = 400;
/// Longest reason of an agent that is shown whole.
const MAX_REASON_CHARACTERS: usize = 1500;
/// Longest output that is shown.
const MAX_OUTPUT_BYTES: usize = 4000;
/// More paths than anybody reads in a comment; all of them are in the diff.
const MAX_PATHS: usize = 30;

/// Writes the comment by which a run asks a person.
pub fn escalation_comment(view: &EscalationView<'_>, marker: &Marker, redactor: &Redactor) -> String {
    let quote = Quote::without_secrets(redactor);
    let EscalationView { run, escalation, .. } = view;
    let mut message = Message::marked(marker);
    let title = line!("**Stopped in `{}`, {}.**", escalation.phase, headline(escalation));
    message.essential(Block::paragraph(line!("{}{}", addressed(view.notify), title)));
    message.essential(Block::paragraph(reason(escalation)));
    for (is_essential, block) in details(escalation).iter().map(|detail| shown(detail, quote)) {
        if is_essential { message.essential(block) } else { message.body(block) }
    }
    message.essential(Block::heading(&line!("How to answer")));
    message.essential(Block::paragraph(recovery(escalation, run.id)));
    let channel = Channel::Comments { replies_count: view.replies_count };
    let money = Money { limit: run.spend.usd_limit(view.limits), day: view.limits.usd_per_day };
    for way in ways(escalation, channel, money) {
        message.essential(shown_way(way));
    }
    message.essential(Block::paragraph(place(view, quote)));
    message.evidence(evidence(&escalation.evidence, quote));
    message.body(Block::small(&facts(view)));
    message.finish(Limit::COMMENT)
}

pub(crate) fn shown_way(Way { what, copy }: Way) -> Block {
    let what = Block::paragraph(what);
    if copy.is_empty() { what } else { what.followed_by(Block::copyable(copy)) }
}

/// Where the work is, and how to leave.
fn place(view: &EscalationView<'_>, quote: Quote<'_>) -> Line {
    let branch = &view.run.origin.branch;
    let link = Line::link(&line!("{}", quote.code(branch.as_str())), &view.site.branch(branch));
    let replies = match (&view.escalation.awaiting, view.replies_count) {
        (Awaiting::Answer { .. } | Awaiting::Change, true) => " Replies are taken up after 90 seconds of quiet.",
        (Awaiting::Answer { .. } | Awaiting::Change, false) => "",
        (Awaiting::Approval { subject: ApprovalSubject::Contest, .. }, true) => {
            " A reply declines; only the command approves."
        }
        (Awaiting::Approval { .. } | Awaiting::Budget { .. }, _) => {
            " A plain yes does not count here, only the command."
        }
    };
    line!("The work so far is on the branch {}. `/pipemason cancel` ends the run.{}", link, replies)
}

/// Phase, class and figures for those who know them.
fn facts(view: &EscalationView<'_>) -> Line {
    let EscalationView { run, escalation, .. } = view;
    let unit = escalation.unit.as_ref().map(|unit| line!("`{}`", unit.clone()));
    let page = view.page.as_ref().map(|page| Line::link(&line!("run page"), page));
    let pieces = [
        Some(line!("{}", escalation.id)),
        Some(line!("phase `{}`", escalation.phase)),
        unit,
        Some(line!("`{}`", escalation.class)),
        Some(line!("awaits {}", escalation.awaiting.name())),
        Some(line!("cost {}", cost_of(run.spend.usd, run.spend.usd_limit(view.limits), run.cost_source))),
        Some(moment(escalation.at)),
        page,
    ];
    Line::joined(pieces.into_iter().flatten(), " · ")
}

/// Shows what others said; questions are essential, because nobody can answer without them.
pub(crate) fn shown(detail: &Detail, quote: Quote<'_>) -> (bool, Block) {
    match detail {
        Detail::Questions(questions) => (true, shown_questions(questions, quote)),
        Detail::Paths(paths) => (false, shown_paths(paths, quote)),
        Detail::Name { what, text } => (false, Block::paragraph(line!("{}: {}", *what, quote.code(text)))),
        Detail::Words { what, text } => {
            let title = Block::paragraph(line!("{}:", *what));
            (false, title.followed_by(quote.prose(text, MAX_REASON_CHARACTERS).into()))
        }
        Detail::Output { what, text } => {
            let title = Block::paragraph(line!("{}:", *what));
            (false, title.followed_by(quote.block(text, MAX_OUTPUT_BYTES).into()))
        }
    }
}

fn shown_questions(questions: &[Question], quote: Quote<'_>) -> Block {
    let shown = questions
        .iter()
        .take(MAX_QUESTIONS)
        .map(|question| line!("**{}** {}", question.id, quote.inline_up_to(&question.text, MAX_QUESTION_CHARACTERS)));
    let list = Block::list(shown);
    match questions.len().saturating_sub(MAX_QUESTIONS) {
        0 => list,
        more => list.followed_by(Block::paragraph(line!("{} come afterwards.", counted(more, "more question")))),
    }
}

fn shown_paths(paths: &[Arc<str>], quote: Quote<'_>) -> Block {
    let list = Block::list(paths.iter().take(MAX_PATHS).map(|path| line!("{}", quote.code(path))));
    match paths.len().saturating_sub(MAX_PATHS) {
        0 => list,
        more => list.followed_by(Block::paragraph(line!("… and {}.", counted(more, "more file")))),
    }
}

/// Folds findings away in a table.
pub(crate) fn evidence(findings: &[Finding], quote: Quote<'_>) -> Block {
    let rows = findings.iter().map(|finding| {
        let place = match (&finding.path, finding.line) {
            (Some(path), Some(number)) => line!("{} line {}", quote.code(path), number),
            (Some(path), None) => line!("{}", quote.code(path)),
            (None, _) => line!("–"),
        };
        let rule = line!("{}", quote.code(&finding.rule));
        [line!("{}", finding.severity.name()), rule, place, line!("{}", quote.inline_up_to(&finding.message, 300))]
    });
    let table = Block::table(["Severity", "Rule", "Where", "What"], rows);
    if findings.is_empty() { Block::default() } else { Block::folded("Evidence", findings.len(), [table]) }
}

/// Writes the one reminder of an escalation that nobody answered; `asked` is its comment.
pub fn reminder_comment(view: &EscalationView<'_>, asked: &Link, now: Timestamp, marker: &Marker) -> String {
    let mut message = Message::marked(marker);
    let waiting = std::time::Duration::try_from(now.duration_since(view.escalation.at)).unwrap_or_default();
    message.essential(Block::paragraph(line!(
        "{}this run stopped in `{}` {} ago, {}.",
        addressed(view.notify),
        view.escalation.phase,
        duration(waiting),
        headline(view.escalation)
    )));
    let link = Line::link(&line!("The question says how to answer"), asked);
    message.essential(Block::paragraph(line!("{}. To leave it at that, comment `/pipemason cancel`.", link)));
    message.body(Block::small(&line!("This is the only reminder.")));
    message.finish(Limit::COMMENT)
}

/// Writes the one hint for a plain reply to something that only a command can give.
pub fn command_hint(view: &EscalationView<'_>, marker: &Marker) -> String {
    let mut message = Message::marked(marker);
    let channel = Channel::Comments { replies_count: view.replies_count };
    let money = Money { limit: view.run.spend.usd_limit(view.limits), day: view.limits.usd_per_day };
    let what = match &view.escalation.awaiting {
        Awaiting::Approval { .. } => "Thank you. An approval names exactly what it approves, so a reply is not enough.",
        Awaiting::Budget { .. } => {
            "Thank you. More money needs a command that says how much, so a reply is not enough."
        }
        Awaiting::Answer { .. } | Awaiting::Change => "Thank you. Here a command is needed.",
    };
    message.essential(Block::paragraph(line!("{}", what)));
    for way in ways(view.escalation, channel, money) {
        message.essential(shown_way(way));
    }
    message.finish(Limit::COMMENT)
}

#[cfg(test)]
mod tests;
