//! What people read about a program: how it is doing, and what it asks them.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::id::{IssueNumber, StoryId};
use crate::program::{Consent, Program, ProgramPolicy, ProgramState, StoryStatus};
use crate::roadmap::{Story, StoryIndex};
use crate::run::CostSource;
use crate::text::bound::Limit;
use crate::text::redact::Redactor;
use crate::words::amount::{cost, cost_of, moment};
use crate::words::commands::Reply;
use crate::words::link::{Link, Site};
use crate::words::markdown::{Block, Line, Message, line};
use crate::words::marker::Marker;
use crate::words::mention::name_of;
use crate::words::quote::Quote;

mod escalation;
mod reason;
mod recovery;

pub use escalation::{program_escalation_comment, resolved_program_comment};
pub use reason::{program_details, program_headline, program_reason};
pub use recovery::{program_recovery, program_replies_now, program_ways};

/// Where a story is on GitHub.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoryPlace {
    pub issue: Option<IssueNumber>,
    pub pull_request: Option<IssueNumber>,
}

/// What a comment about a program needs to know beside the program.
#[derive(Clone, Debug)]
pub struct ProgramView<'a> {
    pub program: &'a Program,
    pub policy: &'a ProgramPolicy,
    /// Where the stories are, as far as they are on GitHub.
    pub places: &'a BTreeMap<StoryId, StoryPlace>,
    pub cost_source: CostSource,
    pub site: &'a Site,
    /// The program on the dashboard.
    pub page: Option<Link>,
    pub now: Timestamp,
}

/// More rows than anybody reads, and few enough that the longest titles fit; `ROADMAP.md` has them all.
const MAX_ROWS: usize = 100;
/// Longest title in the table.
const MAX_TITLE_CHARACTERS: usize = 80;
/// A graph of more stories is a tangle.
const MAX_NODES: usize = 40;

/// Longest reason of a failure that is shown whole.
const MAX_REASON_CHARACTERS: usize = 1500;

/// Writes the status comment of a program.
pub fn program_comment(view: &ProgramView<'_>, marker: &Marker, redactor: &Redactor) -> String {
    let quote = Quote::without_secrets(redactor);
    let rows = rows(view.program);
    let mut message = Message::marked(marker);
    message.essential(Block::paragraph(standing(view, quote)));
    if let ProgramState::Failed { reason } = &view.program.state {
        message.body(quote.prose(reason, MAX_REASON_CHARACTERS).into());
    }
    message.essential(Block::paragraph(figures(view)));
    message.body(table(&rows, |_| true, view, quote));
    message.evidence(graph(&rows));
    let replies = program_replies_now(view.program);
    if !replies.is_empty() {
        message.essential(Block::paragraph(line!("What you can say now:")));
        message.essential(Block::list(replies.into_iter().map(Reply::line)));
    }
    message.body(Block::small(&line!("Program {}, as of {}", view.program.order.id, moment(view.now))));
    message.finish(Limit::COMMENT)
}

/// Says in one sentence how the program is doing.
fn standing(view: &ProgramView<'_>, quote: Quote<'_>) -> Line {
    let program = view.program;
    let phase = program.phase;
    match &program.state {
        ProgramState::Pending => line!("**The program has not started yet.**"),
        ProgramState::Running => line!("**The program is at work in `{}`.**", phase),
        ProgramState::Cancelling { by } => line!(
            "**The program is being cancelled** by {}: no more stories start, and {} under way will end.",
            name_of(by, quote),
            counted_stories(program.board.in_flight() as usize)
        ),
        ProgramState::Paused { until } => line!(
            "**The program rests until {}:** the budget of the day is used up. It goes on by itself.",
            moment(*until)
        ),
        ProgramState::Escalated { escalation } => line!(
            "**The program stopped in `{}`, {}.** {}",
            escalation.phase,
            program_headline(escalation),
            program_reason(escalation)
        ),
        ProgramState::Complete => line!("**The program is complete.**"),
        ProgramState::Failed { .. } => line!("**The program failed in `{}`.**", phase),
        ProgramState::Cancelled { by } => {
            line!("**The program was cancelled** by {}. Finished stories keep their branches.", name_of(by, quote))
        }
    }
}

fn figures(view: &ProgramView<'_>) -> Line {
    let page = view.page.as_ref().map(|page| Line::link(&line!("program page"), page));
    let pieces = [Some(progress(view.program)), Some(line!("cost {}", program_cost(view))), page];
    Line::joined(pieces.into_iter().flatten(), " · ")
}

/// Says how many of the stories are complete; nothing while there is no roadmap.
fn progress(program: &Program) -> Line {
    let counts = program.board.counts();
    match counts.total {
        0 => Line::default(),
        total => line!("{} of {} complete", counts.complete, counted_stories(total as usize)),
    }
}

fn program_cost(view: &ProgramView<'_>) -> Line {
    let spend = &view.program.spend;
    match spend.usd_limit(view.policy) {
        Some(limit) => cost_of(spend.total, limit, view.cost_source),
        None => cost(spend.total, view.cost_source),
    }
}

fn counted_stories(count: usize) -> Line {
    if count == 1 { line!("1 story") } else { line!("{} stories", count) }
}

/// A story, what it follows, and how it is doing.
struct Row<'a> {
    story: &'a Story,
    after: &'a [StoryIndex],
    /// A mark and words, so that neither is needed alone.
    standing: &'static str,
}

fn rows(program: &Program) -> Vec<Row<'_>> {
    let roadmap = program.board.roadmap();
    let stories = roadmap.indices().zip(roadmap.stories()).zip(program.board.statuses());
    let row = |((index, story), status)| Row {
        story,
        after: roadmap.dependencies(index),
        standing: story_standing(program, index, status),
    };
    stories.map(row).collect()
}

fn story_standing(program: &Program, index: StoryIndex, status: StoryStatus) -> &'static str {
    match status {
        StoryStatus::Pending => "next",
        StoryStatus::InProgress => "⏵ at work",
        StoryStatus::Complete => "✓ complete",
        StoryStatus::Failed => "✗ failed",
        StoryStatus::Blocked => "– blocked",
        StoryStatus::Gated if program.board.record(index).consent == Consent::Needed => "⏸ waits for a yes",
        StoryStatus::Gated => "⏸ waits for its migration gate",
        StoryStatus::Cancelled => "✗ cancelled",
        StoryStatus::Escalated => "⏸ waits for a person",
    }
}

/// Names a story, with a link to its issue.
fn story_name(story: &StoryId, view: &ProgramView<'_>) -> Line {
    let name = line!("{}", story.clone());
    match view.places.get(story).and_then(|place| place.issue) {
        Some(issue) => Line::link(&name, &view.site.issue(issue)),
        None => name,
    }
}

/// Shows the stories that are `wanted`.
fn table(rows: &[Row<'_>], wanted: impl Fn(&Row<'_>) -> bool, view: &ProgramView<'_>, quote: Quote<'_>) -> Block {
    let wanted: Vec<_> = rows.iter().filter(|row| wanted(row)).collect();
    let shown = wanted.iter().take(MAX_ROWS).map(|row| {
        let story = row.story;
        let pull_request = view.places.get(&story.id).and_then(|place| place.pull_request).map(|number| {
            let link = view.site.pull_request(number);
            Line::link(&line!("{}", number), &link)
        });
        let title = line!("{}", quote.inline_up_to(&story.title, MAX_TITLE_CHARACTERS));
        let pull_request = pull_request.unwrap_or_else(|| line!("–"));
        [story_name(&story.id, view), title, line!("{}", row.standing), parents(row, rows), pull_request]
    });
    let table = Block::table(["Story", "Title", "How it stands", "After", "Pull request"], shown);
    table.followed_by(more_stories(wanted.len().saturating_sub(MAX_ROWS)))
}

/// Names what a story follows.
fn parents(row: &Row<'_>, rows: &[Row<'_>]) -> Line {
    let parents = row.after.iter().filter_map(|index| rows.get(index.position()));
    let parents = Line::joined(parents.map(|parent| line!("{}", parent.story.id.clone())), ", ");
    if parents.is_empty() { line!("–") } else { parents }
}

fn more_stories(count: usize) -> Block {
    match count {
        0 => Block::default(),
        count => Block::paragraph(line!("… and {} more; `.pipeline/ROADMAP.md` has them all.", counted_stories(count))),
    }
}

/// Draws which story follows which. Titles are not in it: Mermaid has a language of its own.
fn graph(rows: &[Row<'_>]) -> Block {
    if rows.len() < 2 || rows.len() > MAX_NODES {
        return Block::default();
    }
    let mut lines = vec![line!("flowchart LR")];
    for (number, row) in rows.iter().enumerate() {
        lines.push(line!("  s{}[\"{}<br/>{}\"]", number, row.story.id.clone(), row.standing));
    }
    for (number, row) in rows.iter().enumerate() {
        lines.extend(row.after.iter().map(|parent| line!("  s{} --> s{}", parent.position(), number)));
    }
    Block::folded("What follows what", 0, [Block::diagram(lines)])
}

#[cfg(test)]
mod tests;
