//! The check run on the head of a branch, which mirrors phases and gates.

use crate::gate::{Finding, Severity};
use crate::run::RunState;
use crate::text::bound::Limit;
use crate::text::redact::Redactor;
use crate::words::escalation::evidence;
use crate::words::markdown::{Block, Line, Message, line};
use crate::words::quote::Quote;
use crate::words::reason::headline;
use crate::words::status::{RunView, figures, phase_groups, phase_table, standing};

/// How a check run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckRunState {
    InProgress,
    Success,
    ActionRequired,
    Neutral,
    Failure,
}

impl CheckRunState {
    /// Returns GitHub's word: a status while in progress, else a conclusion.
    pub fn name(self) -> &'static str {
        match self {
            Self::InProgress => "in_progress",
            Self::Success => "success",
            Self::ActionRequired => "action_required",
            Self::Neutral => "neutral",
            Self::Failure => "failure",
        }
    }
}

/// How loud an annotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnnotationLevel {
    Notice,
    Warning,
    Failure,
}

impl AnnotationLevel {
    /// Returns GitHub's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Warning => "warning",
            Self::Failure => "failure",
        }
    }

    fn of(severity: Severity) -> Self {
        match severity {
            Severity::Info | Severity::Low => Self::Notice,
            Severity::Medium => Self::Warning,
            Severity::High | Severity::Critical => Self::Failure,
        }
    }
}

/// A finding at its place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    pub path: String,
    pub line: u32,
    pub level: AnnotationLevel,
    pub title: String,
    pub message: String,
}

/// All that a check run shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckRun {
    pub state: CheckRunState,
    pub title: String,
    pub summary: String,
    pub text: String,
    pub annotations: Vec<Annotation>,
}

/// GitHub takes at most this many annotations in one request.
pub const MAX_ANNOTATIONS_PER_REQUEST: usize = 50;
/// More than these would bury the diff.
const MAX_ANNOTATIONS: usize = 200;
/// GitHub refuses longer titles of annotations.
const MAX_ANNOTATION_TITLE_CHARACTERS: usize = 200;
/// GitHub refuses messages of more than 64 KB; nobody reads that much.
const MAX_ANNOTATION_MESSAGE_CHARACTERS: usize = 2000;

impl CheckRun {
    /// Returns the annotations in portions that GitHub takes.
    pub fn batches(&self) -> impl Iterator<Item = &[Annotation]> {
        self.annotations.chunks(MAX_ANNOTATIONS_PER_REQUEST)
    }
}

/// Writes the check run of a run; `findings` are those of its latest gate.
pub fn check_run(view: &RunView<'_>, findings: &[Finding], redactor: &Redactor) -> CheckRun {
    let quote = Quote::without_secrets(redactor);
    let (state, title) = state_of(&view.run.state);
    let mut summary = Message::default();
    summary.essential(Block::paragraph(standing(view, quote)));
    summary.body(Block::list(phase_groups(view.rows)));
    summary.body(Block::paragraph(figures(view, quote)));
    let mut text = Message::default();
    text.body(phase_table(view.rows));
    text.evidence(evidence(findings, quote));
    CheckRun {
        state,
        title: title.to_string(),
        summary: summary.finish(Limit::CHECK_RUN),
        text: text.finish(Limit::CHECK_RUN),
        annotations: findings.iter().filter_map(|finding| annotation(finding, quote)).take(MAX_ANNOTATIONS).collect(),
    }
}

fn state_of(state: &RunState) -> (CheckRunState, Line) {
    match state {
        RunState::Pending => (CheckRunState::InProgress, line!("Not started yet")),
        RunState::Running { visit } => (CheckRunState::InProgress, line!("Working on {}", visit.phase)),
        RunState::Escalated { escalation, .. } => {
            let title = line!("Stopped in {}, {}", escalation.phase, headline(escalation));
            (CheckRunState::ActionRequired, title)
        }
        RunState::Complete => (CheckRunState::Success, line!("Complete")),
        RunState::Failed { .. } => (CheckRunState::Failure, line!("Failed")),
        RunState::Cancelled { .. } => (CheckRunState::Neutral, line!("Cancelled")),
    }
}

/// Makes an annotation of a finding that has a place, if its path is one that a repository can have.
fn annotation(finding: &Finding, quote: Quote<'_>) -> Option<Annotation> {
    // A path with a secret in it would lead nowhere once the secret is out.
    let is_shown = |path: &&str| is_repository_path(path) && quote.is_free_of_secrets(path);
    let path = finding.path.as_deref().filter(is_shown)?;
    Some(Annotation {
        path: path.to_owned(),
        line: finding.line.unwrap_or(1).max(1),
        level: AnnotationLevel::of(finding.severity),
        title: quote.plain_line(&finding.rule, MAX_ANNOTATION_TITLE_CHARACTERS).as_str().to_owned(),
        message: quote.plain(&finding.message, MAX_ANNOTATION_MESSAGE_CHARACTERS).as_str().to_owned(),
    })
}

/// Git and file systems know no longer paths.
const MAX_PATH_BYTES: usize = 4096;

fn is_repository_path(path: &str) -> bool {
    !path.is_empty()
        && path.len() <= MAX_PATH_BYTES
        && !path.contains(|character: char| character.is_control() || character == '\\')
        && path.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
}

/// Writes the summary of a job in GitHub Actions.
pub fn step_summary(view: &RunView<'_>, redactor: &Redactor) -> String {
    let quote = Quote::without_secrets(redactor);
    let mut message = Message::default();
    message.essential(Block::heading(&line!("Pipemason")));
    message.essential(Block::paragraph(standing(view, quote)));
    if let Some(escalation) = view.run.escalation() {
        message.essential(Block::paragraph(line!("The question is on the issue or the pull request.")));
        message.evidence(evidence(&escalation.evidence, quote));
    }
    message.body(Block::list(phase_groups(view.rows)));
    message.body(Block::paragraph(figures(view, quote)));
    message.body(phase_table(view.rows));
    message.finish(STEP_SUMMARY)
}

/// GitHub refuses summaries of more than a mebibyte.
const STEP_SUMMARY: Limit = Limit::Bytes(1_000_000);

#[cfg(test)]
mod tests;
