//! `.pipeline/out/<phase>[.<unit>].json`: what an agent says of its turn.
//!
//! Never evidence: gates look for themselves. It is how an agent asks, objects and reviews, and what reports
//! quote as its words.
//!
//! The shape is [`SCHEMA`], which prompts hand over; the reader carries that very schema out, so the two cannot
//! differ. Errors name the field and what was expected, to be quoted when the agent is asked to repair the file.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::Unit;
use crate::escalation::{ContestSubject, Question};
use crate::failure::FailureClass;
use crate::gate::{Finding, Severity};
use crate::hash::ContentHash;
use crate::id::QuestionId;
use crate::phase::Phase;
use crate::run::{Contest, TurnOutcome};

mod schema;

/// The JSON Schema of the file.
pub const SCHEMA: &str = include_str!("turn_output/schema.json");

/// Largest file that is read: everything at its longest would be larger, but no turn has that much to say.
pub const MAX_BYTES: usize = 512 * 1024;

/// How many errors are named at once; whoever repairs these sees the others next time.
const MAX_ERRORS: usize = 20;

/// What an agent says of its turn.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TurnOutput {
    pub status: TurnStatus,
    pub summary: String,
    #[serde(default)]
    pub requirements: Vec<String>,
    #[serde(default)]
    pub files: Vec<String>,
    #[serde(default)]
    pub commands: Vec<ClaimedCommand>,
    #[serde(default)]
    pub questions: Vec<String>,
    #[serde(default)]
    pub concerns: Vec<String>,
    #[serde(default)]
    pub contest: Option<ClaimedContest>,
    #[serde(default)]
    pub findings: Vec<ReviewFinding>,
}

/// How the turn ended, in the eyes of the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TurnStatus {
    Done,
    DoneWithConcerns,
    NeedsContext,
    Blocked,
    Contested,
}

/// A command that the agent says it ran.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimedCommand {
    pub cmd: String,
    pub exit: i64,
}

/// Something that the agent was given and says is wrong (RULES R5.6).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimedContest {
    pub subject: ContestSubject,
    pub id: String,
    pub reason: String,
    pub proposed_diff: String,
}

/// Something a review objects to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewFinding {
    pub severity: Severity,
    pub message: String,
    #[serde(default)]
    pub path: Option<String>,
    #[serde(default)]
    pub line: Option<u32>,
    #[serde(default)]
    pub requirement: Option<String>,
}

/// One thing that is wrong with the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: expected {expected}, found {found}", place = if field.is_empty() { "the file".to_owned() } else { format!("`{field}`") })]
pub struct TurnOutputError {
    /// Where, like `commands[0].exit`; empty for the whole file.
    pub field: String,
    pub expected: String,
    pub found: String,
}

/// Returns the path of the file, relative to `.pipeline/`.
pub fn path(phase: Phase, unit: Option<&Unit>) -> String {
    match unit {
        None => format!("out/{phase}.json"),
        Some(unit) => format!("out/{phase}.{unit}.json"),
    }
}

/// Reads a file, or says what is wrong with it, at most twenty things.
pub fn read(text: &str) -> Result<TurnOutput, Vec<TurnOutputError>> {
    let whole =
        |expected: &str, found: String| TurnOutputError { field: String::new(), expected: expected.to_owned(), found };
    if text.len() > MAX_BYTES {
        return Err(vec![whole(&format!("at most {MAX_BYTES} bytes"), format!("{} bytes", text.len()))]);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let not_json = |error: serde_json::Error| vec![whole("one JSON object and nothing else", error.to_string())];
    let value: Value = serde_json::from_str(text).map_err(not_json)?;
    let mut errors = schema::check(&value, SCHEMA, MAX_ERRORS);
    if errors.is_empty() {
        // Reads the text once more, because only this notices a field that is there twice.
        let output: TurnOutput = serde_json::from_str(text).map_err(not_json)?;
        errors.extend(output.contradiction());
        if errors.is_empty() {
            return Ok(output);
        }
    }
    Err(errors)
}

impl TurnOutput {
    /// Returns what the status and the other fields say differently.
    fn contradiction(&self) -> Option<TurnOutputError> {
        let may_ask = match self.status {
            TurnStatus::NeedsContext | TurnStatus::Blocked => true,
            TurnStatus::Done | TurnStatus::DoneWithConcerns | TurnStatus::Contested => false,
        };
        let wrong = |field: &str, expected: &str, found: &str| TurnOutputError {
            field: field.to_owned(),
            expected: expected.to_owned(),
            found: found.to_owned(),
        };
        match (self.status, &self.contest) {
            (TurnStatus::Contested, None) => {
                return Some(wrong("contest", "what is contested, because the status is `contested`", "nothing"));
            }
            (TurnStatus::Contested, Some(_)) | (_, None) => {}
            (_, Some(_)) => {
                return Some(wrong("status", "`contested`, because there is a contest", "another status"));
            }
        }
        if self.status == TurnStatus::NeedsContext && self.questions.is_empty() {
            return Some(wrong("questions", "at least one, because the status is `needs_context`", "none"));
        }
        if !may_ask && !self.questions.is_empty() {
            return Some(wrong(
                "status",
                "`needs_context` or `blocked`, because there are questions",
                "another status",
            ));
        }
        if self.status == TurnStatus::DoneWithConcerns && self.concerns.is_empty() {
            return Some(wrong("concerns", "at least one, because the status is `done_with_concerns`", "none"));
        }
        None
    }

    /// Returns how the turn ended; `diff` names the proposed change of what is contested, where it could be made.
    ///
    /// Whoever is blocked and asks nothing asks by what they say of the turn, so that a person learns why.
    pub fn outcome(&self, diff: Option<ContentHash>) -> TurnOutcome {
        match (self.status, &self.contest) {
            (TurnStatus::Contested, Some(contest)) => {
                let ClaimedContest { subject, id, reason, proposed_diff: _ } = contest;
                let (id, reason) = (id.as_str().into(), reason.as_str().into());
                TurnOutcome::Contested { contest: Contest { subject: *subject, id, reason, diff } }
            }
            // It cannot be read like that.
            (TurnStatus::Contested, None) => TurnOutcome::Failed,
            (TurnStatus::Done | TurnStatus::DoneWithConcerns, _) => TurnOutcome::Done,
            (TurnStatus::NeedsContext | TurnStatus::Blocked, _) if self.questions.is_empty() => {
                TurnOutcome::Asked { questions: numbered([&self.summary]) }
            }
            (TurnStatus::NeedsContext | TurnStatus::Blocked, _) => {
                TurnOutcome::Asked { questions: numbered(&self.questions) }
            }
        }
    }

    /// Returns the findings of a review as a gate has them.
    pub fn gate_findings(&self) -> Vec<Finding> {
        let finding = |finding: &ReviewFinding| Finding {
            class: FailureClass::ReviewFinding,
            severity: finding.severity,
            rule: finding.requirement.clone().unwrap_or_else(|| "review".to_owned()),
            message: finding.message.clone(),
            path: finding.path.clone(),
            line: finding.line,
            unit: None,
        };
        self.findings.iter().map(finding).collect()
    }
}

/// Numbers questions from 1.
fn numbered<'q>(questions: impl IntoIterator<Item = &'q String>) -> Vec<Question> {
    let question =
        |(text, number): (&String, u32)| Some(Question { id: QuestionId::new(number)?, text: text.as_str().into() });
    questions.into_iter().zip(1..).filter_map(question).collect()
}

#[cfg(test)]
mod tests;
