//! `FOLLOW-UPS.md`: what a program leaves to be done. Items are only ever appended.
//!
//! Each item is a YAML block of its own below `## Items`. A file of the original product loads too, whatever its
//! `total` says, and with items that lack a status.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;

use crate::fields::{FileError, Noted};
use crate::gate::Severity;
use crate::id::{IdError, ProgramId, StoryId};
use crate::program::StoryFinding;
use crate::roadmap::named_words;

mod codec;

named_words! {
    /// How much a follow-up matters.
    FollowUpSeverity, "a severity (low, med, high)";
    Low = "low",
    Med = "med",
    High = "high",
}

named_words! {
    /// What a follow-up is about.
    FollowUpCategory, "a category (design-token-drift, tech-debt, a11y, perf, security, docs, infra, ux, other)";
    DesignTokenDrift = "design-token-drift",
    TechDebt = "tech-debt",
    Accessibility = "a11y",
    Performance = "perf",
    Security = "security",
    Docs = "docs",
    Infra = "infra",
    Ux = "ux",
    Other = "other",
}

named_words! {
    /// What became of a follow-up.
    FollowUpStatus, "a status (open, in_progress, done, wont_fix)";
    Open = "open",
    InProgress = "in_progress",
    Done = "done",
    WontFix = "wont_fix",
}

/// Names a follow-up: `F-001`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FollowUpId(pub u32);

impl fmt::Display for FollowUpId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "F-{:03}", self.0)
    }
}

impl FromStr for FollowUpId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let digits = text.strip_prefix("F-").filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        let number = digits.and_then(|digits| digits.parse().ok());
        number.map(Self).ok_or_else(|| IdError::new(text, "a follow-up like F-001"))
    }
}

/// Who raised a follow-up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FollowUpSource {
    /// The verification of the whole program.
    ProgramVerifier,
    Story(StoryId),
    /// A person.
    Manual,
    /// Somebody this product does not know.
    Other(Arc<str>),
}

impl fmt::Display for FollowUpSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ProgramVerifier => formatter.write_str("program-verifier"),
            Self::Story(story) => fmt::Display::fmt(story, formatter),
            Self::Manual => formatter.write_str("manual"),
            Self::Other(name) => formatter.write_str(name),
        }
    }
}

impl From<&str> for FollowUpSource {
    fn from(name: &str) -> Self {
        match name {
            "program-verifier" => Self::ProgramVerifier,
            "manual" => Self::Manual,
            other => other.parse().map_or_else(|_| Self::Other(Arc::from(other)), Self::Story),
        }
    }
}

/// One thing left to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    pub id: FollowUpId,
    pub source: FollowUpSource,
    pub raised_at: Option<Timestamp>,
    pub severity: FollowUpSeverity,
    pub category: FollowUpCategory,
    pub title: Arc<str>,
    pub description: Arc<str>,
    pub evidence: Vec<Arc<str>>,
    pub suggested_action: Arc<str>,
    pub status: FollowUpStatus,
}

/// Longest title made from a finding; the rest is in the description.
const MAX_TITLE_CHARACTERS: usize = 100;

impl FollowUp {
    /// Makes the follow-up of a finding of the verification.
    pub fn of_finding(id: FollowUpId, found: &StoryFinding, raised_at: Timestamp) -> Self {
        let finding = &found.finding;
        let place = match (&finding.path, finding.line) {
            (Some(path), Some(line)) => Some(format!("{path}:{line}")),
            (Some(path), None) => Some(path.clone()),
            (None, _) => None,
        };
        Self {
            id,
            source: found.story.clone().map_or(FollowUpSource::ProgramVerifier, FollowUpSource::Story),
            raised_at: Some(raised_at),
            severity: match finding.severity {
                Severity::Info | Severity::Low => FollowUpSeverity::Low,
                Severity::Medium => FollowUpSeverity::Med,
                Severity::High | Severity::Critical => FollowUpSeverity::High,
            },
            category: category_of(finding.class),
            title: finding.message.chars().take(MAX_TITLE_CHARACTERS).collect::<String>().into(),
            description: Arc::from(finding.message.as_str()),
            evidence: [Some(finding.rule.clone()), place].into_iter().flatten().map(Arc::from).collect(),
            suggested_action: Arc::from(""),
            status: FollowUpStatus::Open,
        }
    }
}

fn category_of(class: crate::failure::FailureClass) -> FollowUpCategory {
    use crate::failure::FailureClass as Class;
    match class {
        Class::SecurityFinding => FollowUpCategory::Security,
        Class::AccessibilityFinding => FollowUpCategory::Accessibility,
        Class::PerformanceRegression => FollowUpCategory::Performance,
        Class::ScreenshotMismatch => FollowUpCategory::Ux,
        Class::LintError | Class::FormatError | Class::ReviewFinding => FollowUpCategory::TechDebt,
        Class::Typo => FollowUpCategory::Docs,
        Class::CiFailed | Class::GateUnavailable | Class::LostRunner => FollowUpCategory::Infra,
        Class::GateFailed
        | Class::SpecUnderspecified
        | Class::ContractViolation
        | Class::TestDrift
        | Class::TestFilenameMismatch
        | Class::E2eNotRed
        | Class::FlakyTest
        | Class::RuntimeFailure
        | Class::RebaseConflict
        | Class::AgentError
        | Class::AgentTimeout
        | Class::NoChange
        | Class::ProtectedPath
        | Class::FrozenFile
        | Class::BudgetExhausted
        | Class::AgentQuestion
        | Class::Contested
        | Class::Aborted
        | Class::PushRejected
        | Class::RoadmapInvalid
        | Class::LedgerTampered
        | Class::StopRequested => FollowUpCategory::Other,
    }
}

/// Everything in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUpsFile {
    pub program_id: Option<ProgramId>,
    pub generated: Option<Timestamp>,
    pub items: Vec<FollowUp>,
}

impl FollowUpsFile {
    /// Returns the id of the next item: above all that were ever given.
    pub fn next_id(&self) -> FollowUpId {
        let last = self.items.iter().map(|item| item.id.0).max();
        FollowUpId(last.unwrap_or(0).saturating_add(1))
    }

    /// Appends the findings of a verification.
    pub fn append(&mut self, findings: &[StoryFinding], raised_at: Timestamp) {
        let mut id = self.next_id();
        for found in findings {
            self.items.push(FollowUp::of_finding(id, found, raised_at));
            id = FollowUpId(id.0.saturating_add(1));
        }
    }
}

/// Reads the file; what was read over comes with it.
pub fn read_follow_ups_md(text: &str) -> Result<Noted<FollowUpsFile>, FileError> {
    codec::read(text)
}

/// Writes the file.
pub fn write_follow_ups_md(file: &FollowUpsFile) -> String {
    codec::write(file)
}

#[cfg(test)]
mod tests;
