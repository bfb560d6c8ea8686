//! The title and the body of a pull request: one screen on which a reviewer sees what to trust, and what not.
//!
//! Our part of the body stands between two hidden lines; the text of people around it is never touched.

use std::time::Duration;

use crate::config::BodyPart;
use crate::gate::{Check, CheckOutcome};
use crate::hash::CommitSha;
use crate::id::{CriterionId, IssueNumber};
use crate::policy::Limits;
use crate::run::Run;
use crate::text::bound::Limit;
use crate::text::redact::Redactor;
use crate::words::amount::{cost_of, counted, duration};
use crate::words::link::Site;
use crate::words::markdown::{Block, Line, Message, line};
use crate::words::quote::Quote;

mod not_proven;
mod surroundings;

pub use not_proven::NotProven;
pub use surroundings::Surroundings;

/// A test that failed before the code existed, and passes now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestProof {
    pub name: String,
    pub red: CommitSha,
    pub green: CommitSha,
}

/// How one acceptance criterion was proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CriterionProof {
    pub id: CriterionId,
    pub text: String,
    pub tests: Vec<TestProof>,
}

/// How many tests there are, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TestFigures {
    /// New tests that failed first and pass now.
    pub proven: usize,
    /// Tests of the base that still pass.
    pub base: usize,
    pub coverage_percent: Option<u32>,
}

/// A decision on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// `ADR-001`.
    pub id: String,
    pub title: String,
}

/// What the body of a pull request says.
#[derive(Clone, Debug)]
pub struct PullRequestView<'a> {
    pub run: &'a Run,
    pub limits: &'a Limits,
    pub site: &'a Site,
    /// The parts that the configuration chooses (`finalize.pr_body_includes`).
    pub parts: &'a [BodyPart],
    /// What changed, as the agent says.
    pub summary: &'a str,
    /// The goal of the specification.
    pub goal: &'a str,
    pub criteria: &'a [CriterionProof],
    pub tests: TestFigures,
    pub decisions: &'a [Decision],
    /// The checks of the last gate.
    pub checks: &'a [Check],
    pub not_proven: &'a [NotProven],
    pub closes: Option<IssueNumber>,
    pub time: Duration,
}

/// Longer titles are cut in lists of pull requests.
const MAX_TITLE_CHARACTERS: usize = 120;
/// Longest account of what changed; the diff has the rest.
const MAX_SUMMARY_CHARACTERS: usize = 1200;
/// As many rows as fit on the first screen; the others are folded.
const MAX_ROWS: usize = 12;
/// As many folded rows as fit into a body whatever is in them.
const MAX_FOLDED_ROWS: usize = 60;
/// More decisions than anybody reads here.
const MAX_DECISIONS: usize = 20;
/// Longest text of a criterion or name in a table.
const MAX_CELL_CHARACTERS: usize = 90;

/// Writes the title of a pull request from the title of its ticket.
pub fn pull_request_title(run: &Run, redactor: &Redactor) -> String {
    let title = Quote::without_secrets(redactor).plain_line(&run.origin.ticket.title, MAX_TITLE_CHARACTERS);
    if title.is_empty() { format!("Pipemason run {}", run.id) } else { title.as_str().to_owned() }
}

/// Writes the body of a pull request into what surrounds it.
pub fn pull_request_body(view: &PullRequestView<'_>, surroundings: &Surroundings<'_>, redactor: &Redactor) -> String {
    surroundings.with(|room| ours(view, redactor).finish(Limit::Characters(room)))
}

fn ours(view: &PullRequestView<'_>, redactor: &Redactor) -> Message {
    let quote = Quote::without_secrets(redactor);
    let mut message = Message::default();
    let has = |part| view.parts.contains(&part);
    if let Some(number) = view.closes {
        message.essential(Block::paragraph(line!("Closes {}", number)));
    }
    message.body(what_changed(view, quote));
    if has(BodyPart::AcceptanceCriteria) {
        criteria(&mut message, view, quote);
    }
    if has(BodyPart::TestSummary) {
        message.body(Block::paragraph(test_summary(view.tests)));
    }
    message.essential(not_proven::section(view.run.kind, view.not_proven, quote));
    if has(BodyPart::Gates) {
        message.body(gates(view.checks, quote));
    }
    message.essential(
        Block::paragraph(line!("Run the proof again, without agent, key or server:"))
            .followed_by(Block::copyable([line!("pipemason verify {}", view.run.id)])),
    );
    if has(BodyPart::SpecSummary) {
        let goal = quote.prose(view.goal, MAX_SUMMARY_CHARACTERS);
        message.evidence(Block::folded("Goal of the specification", 0, [goal.into()]));
    }
    if has(BodyPart::Decisions) {
        let decisions = view.decisions.iter().take(MAX_DECISIONS).map(|decision| {
            line!(
                "{} {}",
                quote.inline_up_to(&decision.id, 20),
                quote.inline_up_to(&decision.title, MAX_CELL_CHARACTERS)
            )
        });
        message.evidence(Block::folded("Decisions", view.decisions.len(), [Block::list(decisions)]));
    }
    if has(BodyPart::Cost) {
        message.body(Block::small(&cost(view)));
    }
    message
}

fn what_changed(view: &PullRequestView<'_>, quote: Quote<'_>) -> Block {
    let summary = quote.prose(view.summary, MAX_SUMMARY_CHARACTERS);
    if summary.is_empty() {
        return Block::default();
    }
    Block::paragraph(line!("**What changed,** in the agent's words:")).followed_by(summary.into())
}

fn criteria(message: &mut Message, view: &PullRequestView<'_>, quote: Quote<'_>) {
    let rows: Vec<_> = view.criteria.iter().flat_map(|criterion| rows_of(criterion, view.site, quote)).collect();
    let header = ["Criterion", "Test", "Failed at", "Passes at"];
    message.body(Block::table(header, rows.iter().take(MAX_ROWS).cloned()));
    let folded = rows.len().saturating_sub(MAX_ROWS);
    let more = Block::table(header, rows.into_iter().skip(MAX_ROWS).take(MAX_FOLDED_ROWS));
    let unseen = match folded.saturating_sub(MAX_FOLDED_ROWS) {
        0 => Block::default(),
        unseen => Block::paragraph(line!("… and {}; the record has them all.", counted(unseen, "more row"))),
    };
    message.evidence(Block::folded("More criteria", folded, [more, unseen]));
}

/// One row for each test of a criterion; one that says so where there is none.
fn rows_of(criterion: &CriterionProof, site: &Site, quote: Quote<'_>) -> Vec<[Line; 4]> {
    let text = line!("{} {}", criterion.id, quote.inline_up_to(&criterion.text, MAX_CELL_CHARACTERS));
    let commit = |commit: CommitSha| Line::link(&line!("`{}`", Line::short_commit(commit)), &site.commit(commit));
    let mut rows: Vec<_> = criterion
        .tests
        .iter()
        .map(|test| {
            [line!("{}", criterion.id), line!("{}", quote.code(&test.name)), commit(test.red), commit(test.green)]
        })
        .collect();
    match rows.first_mut() {
        Some([first, ..]) => *first = text,
        None => rows.push([text, line!("none"), line!("–"), line!("–")]),
    }
    rows
}

fn test_summary(tests: TestFigures) -> Line {
    let coverage = match tests.coverage_percent {
        Some(percent) => line!(" Coverage is {} %.", percent),
        None => Line::default(),
    };
    line!(
        "{} failed first and pass now; {} of the base still pass.{}",
        counted(tests.proven, "new test"),
        counted(tests.base, "test"),
        coverage
    )
}

fn gates(checks: &[Check], quote: Quote<'_>) -> Block {
    let checks = checks.iter().take(MAX_FOLDED_ROWS).map(|check| {
        let unit = match &check.unit {
            Some(unit) => line!(" (`{}`)", unit.clone()),
            None => Line::default(),
        };
        let (mark, word) = outcome(&check.result);
        line!("{} {}{} {}", mark, quote.inline_up_to(&check.name, 40), unit, word)
    });
    let checks = Line::joined(checks, " · ");
    if checks.is_empty() { Block::default() } else { Block::paragraph(line!("**Gates:** {}", checks)) }
}

fn outcome(outcome: &CheckOutcome) -> (&'static str, &'static str) {
    match outcome {
        CheckOutcome::Passed => ("✓", "passed"),
        CheckOutcome::Skipped { .. } => ("–", "skipped"),
        CheckOutcome::Failed { .. } => ("✗", "failed"),
        CheckOutcome::Unavailable { .. } => ("✗", "could not run"),
    }
}

fn cost(view: &PullRequestView<'_>) -> Line {
    let run = view.run;
    let pieces = [
        line!("Cost {}", cost_of(run.spend.usd, run.spend.usd_limit(view.limits), run.cost_source)),
        counted(run.spend.iterations as usize, "iteration"),
        line!("{} of work", duration(view.time)),
        line!("run {}", run.id),
    ];
    Line::joined(pieces, " · ")
}

#[cfg(test)]
mod tests;
