//! Failure classes: the closed list of ways in which something can be not right.
//!
//! Budgets are counted per class, so the same trouble cannot come back for ever under another phase.

use std::fmt;
use std::str::FromStr;

use crate::id::{IdError, text_serde};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Declares the classes with their names, so that the list and the names cannot drift apart.
macro_rules! failure_classes {
    ($count:literal; $($variant:ident = $name:literal : $meaning:literal,)*) => {
        /// A way in which something can be not right.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FailureClass {
            $(#[doc = $meaning] $variant,)*
        }

        impl FailureClass {
            /// All classes.
            pub const ALL: [Self; $count] = [$(Self::$variant,)*];

            /// Returns the name that files and people use.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Returns what the class means, as half a sentence.
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Self::$variant => $meaning,)*
                }
            }
        }
    };
}

failure_classes! { 33;
    GateFailed = "gate_failed": "a check failed",
    SpecUnderspecified = "spec_underspecified": "the ticket leaves questions open",
    ContractViolation = "contract_violation": "the contracts are broken or contradict each other",
    TestDrift = "test_drift": "a frozen test was changed",
    LintError = "lint_error": "the linter complains",
    Typo = "typo": "a name or word is misspelled",
    FormatError = "format_error": "the code is not formatted",
    TestFilenameMismatch = "test_filename_mismatch": "a new test is outside the test paths",
    E2eNotRed = "e2e_not_red": "a new test does not fail by itself before the code exists",
    FlakyTest = "flaky_test": "a test of this run passes and fails by turns",
    ReviewFinding = "review_finding": "the reviewer objects",
    SecurityFinding = "security_finding": "a security check objects",
    AccessibilityFinding = "accessibility_finding": "an accessibility check objects",
    PerformanceRegression = "performance_regression": "something became slower or larger than allowed",
    RuntimeFailure = "runtime_failure": "the program does not start or does not answer",
    ScreenshotMismatch = "screenshot_mismatch": "a screen does not look as expected",
    RebaseConflict = "rebase_conflict": "the base has changes that conflict with this branch",
    AgentError = "agent_error": "the agent failed, or its model provider did",
    AgentTimeout = "agent_timeout": "the agent took too long",
    NoChange = "no_change": "the agent changed nothing",
    ProtectedPath = "protected_path": "a protected file was changed",
    FrozenFile = "frozen_file": "a frozen file was changed",
    BudgetExhausted = "budget_exhausted": "a budget is used up",
    LostRunner = "lost_runner": "the machine that did the work disappeared",
    AgentQuestion = "agent_question": "the agent asks",
    Contested = "contested": "the agent contests something it was given",
    GateUnavailable = "gate_unavailable": "a check could not run",
    Aborted = "aborted": "the work was interrupted",
    PushRejected = "push_rejected": "the remote refused the push",
    RoadmapInvalid = "roadmap_invalid": "the roadmap cannot be carried out",
    LedgerTampered = "ledger_tampered": "the record of the run was changed from outside",
    StopRequested = "stop_requested": "the run was asked to stop here",
    CiFailed = "ci_failed": "the checks of the repository failed on the pushed branch",
}

impl FailureClass {
    /// Returns the position in [`Self::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// Says whether a cheaper model may be used to repair it (`retry_tier_downshift`).
    pub fn is_cheap(self) -> bool {
        matches!(self, Self::LintError | Self::Typo | Self::FormatError | Self::TestFilenameMismatch)
    }
}

impl fmt::Display for FailureClass {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for FailureClass {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::ALL.into_iter().find(|class| class.name() == text).ok_or_else(|| IdError::new(text, "a failure class"))
    }
}

text_serde!(FailureClass);

/// One counter for each failure class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PerClass([u16; 33]);

impl Default for PerClass {
    fn default() -> Self {
        Self([0; 33])
    }
}

impl PerClass {
    /// Returns the counter of `class`.
    pub fn get(&self, class: FailureClass) -> u32 {
        self.0.get(class.index()).copied().unwrap_or(u16::MAX).into()
    }

    /// Adds one to the counter of `class` and returns the new value; a full counter stays full.
    pub fn add_one(&mut self, class: FailureClass) -> u32 {
        if let Some(counter) = self.0.get_mut(class.index()) {
            *counter = counter.saturating_add(1);
        }
        self.get(class)
    }

    /// Returns the classes whose counter is not zero, in order.
    pub fn iter(&self) -> impl Iterator<Item = (FailureClass, u32)> {
        FailureClass::ALL.into_iter().map(|class| (class, self.get(class))).filter(|(_, count)| *count > 0)
    }
}

/// Written as a map from names; counters at zero are left out.
impl Serialize for PerClass {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for PerClass {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let named = std::collections::BTreeMap::<FailureClass, u16>::deserialize(deserializer)?;
        let mut counters = Self::default();
        for (class, count) in named {
            if let Some(counter) = counters.0.get_mut(class.index()) {
                *counter = count;
            }
        }
        Ok(counters)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_has_one_name() {
        for (index, class) in FailureClass::ALL.into_iter().enumerate() {
            assert_eq!(class.index(), index);
            assert_eq!(class.name().parse::<FailureClass>(), Ok(class));
        }
        assert!("retry_budget_exhausted".parse::<FailureClass>().is_err());
    }

    #[test]
    fn counters_only_rise_and_read_back() {
        let mut counters = PerClass::default();
        assert_eq!(counters.add_one(FailureClass::LintError), 1);
        assert_eq!(counters.add_one(FailureClass::LintError), 2);
        let text = serde_json::to_string(&counters).unwrap();
        assert_eq!(text, r#"{"lint_error":2}"#);
        assert_eq!(serde_json::from_str::<PerClass>(&text).unwrap(), counters);
        let mut full: PerClass = serde_json::from_str(r#"{"typo":65535}"#).unwrap();
        assert_eq!(full.add_one(FailureClass::Typo), 65535);
    }
}
