//! What a gate saw: checks, findings, and the one verdict that follows from them.
//!
//! Running the checks is not here, and neither is what follows from a verdict.

use serde::{Deserialize, Serialize};

use crate::domain::Unit;
use crate::failure::FailureClass;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    /// Returns the name that files and people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// One thing that a check objects to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    pub class: FailureClass,
    pub severity: Severity,
    /// The rule, test or tool that objects, as it calls itself.
    pub rule: String,
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The unit that the file belongs to, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
}

/// How one check ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
pub enum CheckOutcome {
    Passed,
    /// There was nothing to check, and this is why.
    Skipped {
        reason: String,
    },
    /// The check ran and objects; `findings` may be empty where the tool says nothing usable.
    Failed {
        class: FailureClass,
        findings: Vec<Finding>,
    },
    /// The check should have run and could not. That is never a pass.
    Unavailable {
        reason: String,
    },
}

/// One check of a gate.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// `tests`, `lint`, `secrets`, …
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    pub result: CheckOutcome,
    /// Where the full output is, relative to `.pipeline/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
}

/// Everything one gate saw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GateReport {
    pub checks: Vec<Check>,
}

/// The one answer of a gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    Passed,
    /// Nothing to check; the reason of the first check, or that there was none.
    Skipped {
        reason: &'a str,
    },
    /// The failed check that decides what happens next: see [`GateReport::verdict`].
    Failed {
        class: FailureClass,
        check: &'a Check,
    },
    /// A check that should have run and could not.
    Unavailable {
        check: &'a Check,
        reason: &'a str,
    },
}

impl GateReport {
    /// Returns the one answer of the gate.
    ///
    /// A check that could not run outweighs everything, because what it would have said is unknown. Of
    /// several failed checks the first one counts that is not cheap to repair: whoever repairs a
    /// broken test will touch the formatting again.
    pub fn verdict(&self) -> Verdict<'_> {
        let unavailable = self.checks.iter().find_map(|check| match &check.result {
            CheckOutcome::Unavailable { reason } => Some(Verdict::Unavailable { check, reason }),
            CheckOutcome::Passed | CheckOutcome::Skipped { .. } | CheckOutcome::Failed { .. } => None,
        });
        unavailable.or_else(|| self.worst_failure()).unwrap_or_else(|| self.without_failure())
    }

    fn worst_failure(&self) -> Option<Verdict<'_>> {
        let failures = self.checks.iter().filter_map(|check| match &check.result {
            CheckOutcome::Failed { class, .. } => Some((class.is_cheap(), *class, check)),
            CheckOutcome::Passed | CheckOutcome::Skipped { .. } | CheckOutcome::Unavailable { .. } => None,
        });
        failures.min_by_key(|(is_cheap, ..)| *is_cheap).map(|(_, class, check)| Verdict::Failed { class, check })
    }

    fn without_failure(&self) -> Verdict<'_> {
        let mut reason = "there is nothing to check";
        for check in self.checks.iter().rev() {
            match &check.result {
                CheckOutcome::Skipped { reason: why } => reason = why,
                CheckOutcome::Passed | CheckOutcome::Failed { .. } | CheckOutcome::Unavailable { .. } => {
                    return Verdict::Passed;
                }
            }
        }
        Verdict::Skipped { reason }
    }

    /// Returns all findings of all failed checks, in order.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.checks.iter().flat_map(|check| match &check.result {
            CheckOutcome::Failed { findings, .. } => findings.as_slice(),
            CheckOutcome::Passed | CheckOutcome::Skipped { .. } | CheckOutcome::Unavailable { .. } => &[],
        })
    }
}
