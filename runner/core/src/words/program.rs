//! The one comment that says how a program is doing: its stories in a table and as a graph.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::id::{IssueNumber, ProgramId, StoryId};
use crate::money::Usd;
use crate::run::CostSource;
use crate::text::bound::Limit;
use crate::text::redact::Redactor;
use crate::words::amount::{cost, cost_of, moment};
use crate::words::link::{Link, Site};
use crate::words::markdown::{Block, Line, Message, line};
use crate::words::marker::Marker;
use crate::words::quote::Quote;

/// How a program is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgramStanding {
    Pending,
    Running,
    /// Waits for the next day's budget.
    Paused,
    Escalated,
    Complete,
    Failed,
    Cancelled,
}

/// How a story is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoryStanding {
    Pending,
    InProgress,
    Complete,
    Failed,
    Blocked,
    Gated,
    Cancelled,
    Escalated,
}

impl StoryStanding {
    /// A mark and words, so that neither is needed alone.
    fn words(self) -> &'static str {
        match self {
            Self::Pending => "next",
            Self::InProgress => "⏵ at work",
            Self::Complete => "✓ complete",
            Self::Failed => "✗ failed",
            Self::Blocked => "– blocked",
            Self::Gated => "⏸ waits for a yes",
            Self::Cancelled => "✗ cancelled",
            Self::Escalated => "⏸ waits for a person",
        }
    }
}

/// One story of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryView {
    pub id: StoryId,
    pub title: String,
    pub standing: StoryStanding,
    pub depends_on: Vec<StoryId>,
    pub issue: Option<IssueNumber>,
    pub pull_request: Option<IssueNumber>,
}

/// What the comment says about a program.
#[derive(Clone, Debug)]
pub struct ProgramView<'a> {
    pub id: ProgramId,
    pub standing: ProgramStanding,
    /// The phase, as it is named in commands and files.
    pub phase: &'static str,
    pub stories: &'a [StoryView],
    pub spent: Usd,
    pub limit: Option<Usd>,
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

/// Writes the status comment of a program.
pub fn program_comment(view: &ProgramView<'_>, marker: &Marker, redactor: &Redactor) -> String {
    let quote = Quote::without_secrets(redactor);
    let mut message = Message::marked(marker);
    message.essential(Block::paragraph(line!("**{}**", headline(view))));
    message.essential(Block::paragraph(figures(view)));
    message.body(table(view, quote));
    message.evidence(graph(view.stories));
    let commands = commands(view.standing);
    if !commands.is_empty() {
        message.essential(Block::list(commands.iter().map(|(say, effect)| line!("`{}` {}", *say, *effect))));
    }
    message.body(Block::small(&line!("Program {}, as of {}", view.id, moment(view.now))));
    message.finish(Limit::COMMENT)
}

fn headline(view: &ProgramView<'_>) -> Line {
    let phase = view.phase;
    match view.standing {
        ProgramStanding::Pending => line!("The program has not started yet."),
        ProgramStanding::Running => line!("The program is at work in `{}`.", phase),
        ProgramStanding::Paused => {
            line!("The program rests until midnight UTC: the budget of the day is used up. It goes on by itself.")
        }
        ProgramStanding::Escalated => line!("The program waits for a person, in `{}`.", phase),
        ProgramStanding::Complete => line!("The program is complete."),
        ProgramStanding::Failed => line!("The program failed in `{}`.", phase),
        ProgramStanding::Cancelled => line!("The program was cancelled. Finished stories keep their branches."),
    }
}

fn figures(view: &ProgramView<'_>) -> Line {
    let complete = view.stories.iter().filter(|story| story.standing == StoryStanding::Complete).count();
    let cost = match view.limit {
        Some(limit) => cost_of(view.spent, limit, view.cost_source),
        None => cost(view.spent, view.cost_source),
    };
    let page = view.page.as_ref().map(|page| Line::link(&line!("program page"), page));
    let pieces = [
        Some(line!("{} of {} complete", complete, counted_stories(view.stories.len()))),
        Some(line!("cost {}", cost)),
        page,
    ];
    Line::joined(pieces.into_iter().flatten(), " · ")
}

fn counted_stories(count: usize) -> Line {
    if count == 1 { line!("1 story") } else { line!("{} stories", count) }
}

fn table(view: &ProgramView<'_>, quote: Quote<'_>) -> Block {
    let rows = view.stories.iter().take(MAX_ROWS).map(|story| {
        let id = match story.issue {
            Some(issue) => Line::link(&line!("{}", story.id.clone()), &view.site.issue(issue)),
            None => line!("{}", story.id.clone()),
        };
        let pull_request = story.pull_request.map(|number| {
            let link = view.site.pull_request(number);
            Line::link(&line!("{}", number), &link)
        });
        let after = Line::joined(story.depends_on.iter().map(|id| line!("{}", id.clone())), ", ");
        let title = line!("{}", quote.inline_up_to(&story.title, MAX_TITLE_CHARACTERS));
        let nothing = || line!("–");
        let after = if after.is_empty() { nothing() } else { after };
        [id, title, line!("{}", story.standing.words()), after, pull_request.unwrap_or_else(nothing)]
    });
    let table = Block::table(["Story", "Title", "How it stands", "After", "Pull request"], rows);
    match view.stories.len().saturating_sub(MAX_ROWS) {
        0 => table,
        more => table.followed_by(Block::paragraph(line!(
            "… and {} more; `.pipeline/ROADMAP.md` has them all.",
            counted_stories(more)
        ))),
    }
}

/// Draws which story follows which. Titles are not in it: Mermaid has a language of its own.
fn graph(stories: &[StoryView]) -> Block {
    if stories.len() < 2 || stories.len() > MAX_NODES {
        return Block::default();
    }
    let numbers: BTreeMap<_, _> = stories.iter().zip(0_usize..).map(|(story, number)| (&story.id, number)).collect();
    let mut lines = vec![line!("flowchart LR")];
    for (story, number) in stories.iter().zip(0_usize..) {
        lines.push(line!("  s{}[\"{}<br/>{}\"]", number, story.id.clone(), story.standing.words()));
    }
    for (story, number) in stories.iter().zip(0_usize..) {
        let parents = story.depends_on.iter().filter_map(|parent| numbers.get(parent));
        lines.extend(parents.map(|parent| line!("  s{} --> s{}", *parent, number)));
    }
    Block::folded("What follows what", 0, [Block::diagram(lines)])
}

fn commands(standing: ProgramStanding) -> &'static [(&'static str, &'static str)] {
    const CANCEL: (&str, &str) = ("/pipemason program cancel", "starts no more stories; those under way end");
    const RESUME: (&str, &str) = ("/pipemason program resume", "goes on when what stopped it is put right");
    match standing {
        ProgramStanding::Pending | ProgramStanding::Running | ProgramStanding::Paused => &[CANCEL],
        ProgramStanding::Escalated => &[RESUME, CANCEL],
        ProgramStanding::Complete | ProgramStanding::Failed | ProgramStanding::Cancelled => &[],
    }
}

#[cfg(test)]
mod tests;
