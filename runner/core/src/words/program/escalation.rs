//! The comment by which a program asks a person, and what becomes of it.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::id::StoryId;
use crate::program::{Program, ProgramCause, ProgramEscalation};
use crate::text::bound::Limit;
use crate::text::redact::Redactor;
use crate::words::amount::moment;
use crate::words::escalation::{Asked, Resolution, shown, shown_way};
use crate::words::markdown::{Block, Line, Message, line};
use crate::words::marker::Marker;
use crate::words::mention::{Mention, addressed};
use crate::words::program::reason::{program_details, program_headline, program_reason};
use crate::words::program::recovery::{program_recovery, program_ways};
use crate::words::program::{
    MAX_ROWS, MAX_TITLE_CHARACTERS, ProgramView, Row, more_stories, parents, program_cost, progress, rows, table,
};
use crate::words::quote::Quote;

/// Writes the comment by which a program asks a person; the view is of the program as it stopped.
pub fn program_escalation_comment(
    view: &ProgramView<'_>,
    escalation: &ProgramEscalation,
    notify: &[Mention],
    marker: &Marker,
    redactor: &Redactor,
) -> String {
    let quote = Quote::without_secrets(redactor);
    let mut message = Message::marked(marker);
    let title = line!("**The program stopped in `{}`, {}.**", escalation.phase, program_headline(escalation));
    message.essential(Block::paragraph(line!("{}{}", addressed(notify), title)));
    message.essential(Block::paragraph(program_reason(escalation)));
    for (is_essential, block) in program_details(escalation).iter().map(|detail| shown(detail, quote)) {
        if is_essential { message.essential(block) } else { message.body(block) }
    }
    message.body(stories(view, &escalation.cause, quote));
    message.essential(Block::heading(&line!("How to answer")));
    message.essential(Block::paragraph(program_recovery(escalation)));
    for way in program_ways(escalation) {
        message.essential(shown_way(way));
    }
    message.essential(Block::paragraph(line!(
        "A plain reply does not count here, only the command. `/pipemason program cancel` starts no more stories; finished ones keep their branches."
    )));
    message.body(Block::small(&facts(view, escalation)));
    message.finish(Limit::COMMENT)
}

/// Shows the stories that `cause` is about.
fn stories(view: &ProgramView<'_>, cause: &ProgramCause, quote: Quote<'_>) -> Block {
    match cause {
        ProgramCause::RoadmapUnconfirmed { stories: _ } => plan(view.program, quote),
        ProgramCause::NothingCanGoOn { stopped, gated, unmet } => {
            concerned(view, stopped.iter().chain(gated).chain(unmet), quote)
        }
        ProgramCause::VerificationFailed { problem: _, stories } => concerned(view, stories.iter(), quote),
        ProgramCause::OpenQuestions { .. }
        | ProgramCause::RoadmapInvalid { .. }
        | ProgramCause::PhaseExhausted { .. }
        | ProgramCause::BudgetExhausted { .. }
        | ProgramCause::Aborted { .. }
        | ProgramCause::CoordinatorLost { .. } => Block::default(),
    }
}

fn concerned<'a>(view: &ProgramView<'_>, stories: impl Iterator<Item = &'a StoryId>, quote: Quote<'_>) -> Block {
    let stories: BTreeSet<_> = stories.collect();
    let rows = rows(view.program);
    table(&rows, |row| stories.contains(&row.story.id), view, quote)
}

/// Shows a roadmap as somebody reads it who is to say yes to it.
fn plan(program: &Program, quote: Quote<'_>) -> Block {
    let rows = rows(program);
    let shown = rows.iter().take(MAX_ROWS).map(|row| {
        let Row { story, .. } = row;
        let title = line!("{}", quote.inline_up_to(&story.title, MAX_TITLE_CHARACTERS));
        let (size, risk) = (story.size.name(), story.risk.name());
        [line!("{}", story.id.clone()), title, parents(row, &rows), line!("{}", size), line!("{}", risk)]
    });
    let table = Block::table(["Story", "Title", "After", "Size", "Risk"], shown);
    table.followed_by(more_stories(rows.len().saturating_sub(MAX_ROWS)))
}

/// Phase, class and figures for those who know them.
fn facts(view: &ProgramView<'_>, escalation: &ProgramEscalation) -> Line {
    let page = view.page.as_ref().map(|page| Line::link(&line!("program page"), page));
    let pieces = [
        Some(line!("{}", escalation.id)),
        Some(line!("phase `{}`", escalation.phase)),
        Some(line!("`{}`", escalation.class)),
        Some(line!("awaits {}", escalation.awaiting.name())),
        Some(progress(view.program)),
        Some(line!("cost {}", program_cost(view))),
        Some(moment(escalation.at)),
        page,
    ];
    Line::joined(pieces.into_iter().flatten(), " · ")
}

/// Writes what the comment of a program's escalation becomes once it is resolved.
pub fn resolved_program_comment(
    escalation: &ProgramEscalation,
    resolution: &Resolution,
    at: Timestamp,
    marker: &Marker,
    redactor: &Redactor,
) -> String {
    let asked = Asked {
        what: "program",
        id: escalation.id,
        phase: escalation.phase.name(),
        class: escalation.class,
        at: escalation.at,
        reason: program_reason(escalation),
        details: program_details(escalation),
        evidence: &[],
    };
    asked.resolved(resolution, at, marker, redactor)
}

#[cfg(test)]
mod tests;
