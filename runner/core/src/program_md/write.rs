//! Writing `PROGRAM.md`.

use std::fmt::Write as _;
use std::sync::Arc;

use jiff::Timestamp;

use super::ProgramFile;
use crate::fields::{SCHEMA_VERSION, optional, plain, quoted};
use crate::id::{BranchName, StoryId};
use crate::roadmap::named_words;

named_words! {
    /// What happened to a story, in the log for people.
    LogAction, "an action (start, complete, failed, escalated, cancelled, gated, restack)";
    Start = "start",
    Complete = "complete",
    Failed = "failed",
    Escalated = "escalated",
    Cancelled = "cancelled",
    Gated = "gated",
    Restack = "restack",
}

/// One line of the log for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    pub at: Timestamp,
    pub story: StoryId,
    pub action: LogAction,
    pub branch: Option<BranchName>,
    pub pull_request: Option<Arc<str>>,
}

/// What sections 2 to 7 say; none where there is nothing yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramSections {
    pub audit: Option<Arc<str>>,
    pub roadmap: Option<Arc<str>>,
    pub migration: Option<Arc<str>>,
    pub design_system: Option<Arc<str>>,
    pub log: Vec<LogLine>,
    pub verification: Option<Arc<str>>,
}

pub(super) fn write(file: &ProgramFile, sections: &ProgramSections) -> String {
    let mut text = String::from("---\n");
    write_front_matter(&mut text, file);
    text.push_str("---\n\n# Program\n");
    section(&mut text, "1. Intent", Some(&file.intent));
    section(&mut text, "2. Audit summary", sections.audit.as_deref());
    section(&mut text, "3. Roadmap summary", sections.roadmap.as_deref());
    section(&mut text, "4. Migration summary", sections.migration.as_deref());
    section(&mut text, "5. Design system summary", sections.design_system.as_deref());
    let log: Vec<_> = sections.log.iter().map(log_line).collect();
    let log = log.join("\n");
    section(&mut text, "6. Iteration log", Some(log.as_str()).filter(|log| !log.is_empty()));
    section(&mut text, "7. Verification report", sections.verification.as_deref());
    text
}

fn write_front_matter(text: &mut String, file: &ProgramFile) {
    plain(text, "schema_version", SCHEMA_VERSION);
    optional(text, "program_id", file.program_id.as_ref());
    plain(text, "mode", file.mode);
    quoted(text, "intent", &file.intent);
    plain(text, "status", file.status);
    plain(text, "phase", file.phase);
    optional(text, "started", file.started.as_ref());
    optional(text, "updated", file.updated.as_ref());
    optional(text, "default_base", file.default_base.as_ref());
    plain(text, "branch_strategy", file.branch_strategy);
    plain(text, "parallelism", file.parallelism);
    plain(text, "pr_draft", file.pr_draft);
    plain(text, "allow_big_bang", file.allow_big_bang);
    let policy = file.deprecation_policy;
    text.push_str("deprecation_policy:\n");
    plain(text, "  notice_days", policy.notice_days);
    plain(text, "  dual_availability_days", policy.dual_availability_days);
    let counts = file.stories;
    for (name, count) in [
        ("total", counts.total),
        ("complete", counts.complete),
        ("in_progress", counts.in_progress),
        ("pending", counts.pending),
        ("blocked", counts.blocked),
        ("gated", counts.gated),
        ("escalated", counts.escalated),
        ("failed", counts.failed),
        ("cancelled", counts.cancelled),
    ] {
        plain(text, &format!("stories_{name}"), count);
    }
    optional(text, "last_completed_story", file.last_completed_story.as_ref());
    optional(text, "last_completed_at", file.last_completed_at.as_ref());
    text.push_str(if file.escalations.is_empty() { "escalations: []\n" } else { "escalations:\n" });
    for escalation in &file.escalations {
        text.push_str("  - ");
        optional(text, "id", escalation.id.as_ref());
        optional(text, "    ts", escalation.at.as_ref());
        quoted(text, "    phase", &escalation.phase);
        quoted(text, "    reason", &escalation.reason);
        quoted(text, "    awaiting", &escalation.awaiting);
        quoted(text, "    recovery", &escalation.recovery);
    }
}

fn log_line(line: &LogLine) -> String {
    let mut text = format!("{} {} {}", line.at, line.story, line.action);
    let extras = [line.branch.as_ref().map(BranchName::as_str), line.pull_request.as_deref()];
    for extra in extras.into_iter().flatten() {
        text.push(' ');
        text.push_str(extra);
    }
    text
}

/// Writes a section whose text may come from anybody: as an indented block, in which nothing means anything.
fn section(text: &mut String, heading: &str, content: Option<&str>) {
    // Writing to a `String` cannot fail.
    let _: Result<(), std::fmt::Error> = write!(text, "\n## {heading}\n\n");
    let Some(content) = content.filter(|content| !content.trim().is_empty()) else {
        text.push_str("None yet.\n");
        return;
    };
    for line in content.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        let line: String = line.chars().filter(|character| !character.is_control()).collect();
        if !line.trim().is_empty() {
            text.push_str("    ");
            text.push_str(line.trim_end());
        }
        text.push('\n');
    }
}
