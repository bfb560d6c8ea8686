//! The body of the file: what the front matter says, for people, and what happened lately.

use jiff::Timestamp;

use crate::document::OneLine;
use crate::document::inline::{Spot, push_text};
use crate::log::LogEntry;
use crate::text::bound::{Limit, shortened};

use super::{Activity, EscalationLine, PhaseLine, RECENT_EVENTS, StateDocument};

/// Longest text in a cell or a line of the body; what is longer is whole in the front matter or in the log.
const MAX_SHOWN: Limit = Limit::Characters(300);

pub(super) fn push_body(file: &mut String, state: &StateDocument, activity: Activity<'_>) {
    file.push_str("\n# ");
    let name = [state.ticket.as_str(), state.title.as_str()].join(" ");
    push_shown(file, if name == " " { "A run of pipemason" } else { &name }, Spot::Line);
    let facts = [
        format!("\n\n**{}** in phase **{}**", state.status, state.phase),
        format!(" · iteration {}", state.total_iterations),
        format!(" · {} tokens in, {} out · {} · times are UTC\n", state.tokens_in, state.tokens_out, state.cost_usd),
    ];
    file.extend(facts);
    push_escalation(file, state.current_escalation());
    push_phases(file, activity.phases);
    push_events(file, activity.events);
}

fn push_escalation(file: &mut String, escalation: Option<&EscalationLine>) {
    file.push_str("\n## Current escalation\n\n");
    let Some(escalation) = escalation else {
        file.push_str("None.\n");
        return;
    };
    if let Some(id) = escalation.id {
        file.extend([&id.to_string(), ", "]);
    }
    file.extend([&moment(escalation.ts), " in phase ", escalation.phase.name()]);
    if let Some(class) = escalation.failure_class {
        file.extend([" (`", class.name(), "`)"]);
    }
    file.push_str("\n\n");
    for (name, text) in
        [("Reason", &escalation.reason), ("Awaiting", &escalation.awaiting), ("Recovery", &escalation.recovery)]
    {
        if !text.is_empty() {
            file.extend(["- **", name, ":** "]);
            push_shown(file, text, Spot::Line);
            file.push('\n');
        }
    }
}

fn push_phases(file: &mut String, phases: &[PhaseLine]) {
    file.push_str("\n## Phase log\n\n");
    if phases.is_empty() {
        file.push_str("None yet.\n");
        return;
    }
    file.push_str("| # | Phase | Domain | Status | Agent | Started | Ended | Artifacts | Notes |\n");
    file.push_str("|---|---|---|---|---|---|---|---|---|\n");
    for (line, number) in phases.iter().zip(1..) {
        let cells = [
            number.to_string(),
            line.phase.to_string(),
            line.unit.as_ref().map_or_else(|| "—".to_owned(), ToString::to_string),
            line.outcome.name().to_owned(),
            line.agent.clone(),
            moment(line.started),
            line.ended.map(moment).unwrap_or_default(),
            line.artifacts.join(", "),
            line.notes.clone(),
        ];
        file.push('|');
        for cell in cells {
            file.push(' ');
            push_shown(file, &cell, Spot::Cell);
            file.push_str(" |");
        }
        file.push('\n');
    }
}

fn push_events(file: &mut String, events: &[LogEntry]) {
    file.push_str("\n## Recent activity\n\n");
    if events.is_empty() {
        file.push_str("None yet.\n");
    }
    let recent = events.get(events.len().saturating_sub(RECENT_EVENTS)..).unwrap_or(events);
    for event in recent {
        file.extend(["- ", &moment(event.ts), " **", event.event.name(), "**"]);
        for word in [event.phase.map(|phase| phase.to_string()), event.unit.as_ref().map(ToString::to_string)]
            .into_iter()
            .flatten()
        {
            file.extend([" ", &word]);
        }
        for (before, text) in [(" · ", event.outcome.as_deref().unwrap_or_default()), (": ", &event.notes)] {
            if !text.is_empty() {
                file.push_str(before);
                push_shown(file, text, Spot::Line);
            }
        }
        file.push('\n');
    }
}

fn push_shown(file: &mut String, text: &str, spot: Spot) {
    push_text(file, OneLine::from(&*shortened(text, MAX_SHOWN)).as_str(), spot);
}

/// Shows a time to the second; people compare these across columns.
fn moment(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M:%S").to_string()
}
