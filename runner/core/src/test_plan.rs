//! `test-plan.md`: which tests prove which criterion, and what of the base has to change for that.
//!
//! The inventory is what counts. The coverage matrix above it is written from it, for people, and not read.
//! The architects of several units write one plan each; [`TestPlan::merge`] joins them in the order of the
//! configuration, and [`TestPlan::check`] finds what they disagree about.
//!
//! Whether a test is really red is not here: the gates of `tdd` see that.

use crate::document::{OneLine, Place, Read};
use crate::domain::Unit;
use crate::id::CriterionId;
use crate::phase::Phase;
use crate::proof::TestChanges;
use crate::report::TestName;

mod check;
mod read;
mod write;

pub use check::gate;

/// Where the file is, as findings name it.
pub const PATH: &str = ".pipeline/test-plan.md";

/// The version of the format, as the original product wrote it too.
pub const SCHEMA_VERSION: u32 = 1;

/// Which tests prove which criterion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestPlan {
    pub tests: Vec<PlannedTest>,
    /// Tests of the base that the ticket makes wrong (RULES R5.4).
    pub base_tests: Vec<BaseTest>,
    /// Files that decide how tests run and may change in `tdd` (RULES R5.5).
    pub gate_inputs: Vec<GateInput>,
}

/// One test of the inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedTest {
    /// `API-U-1`, `WEB-E-2`: whatever the architect calls it, once.
    pub id: OneLine,
    pub criteria: Vec<CriterionId>,
    pub unit: Unit,
    pub kind: TestKind,
    /// The name that the test runner will report.
    pub name: OneLine,
    pub file: OneLine,
    pub status: TestStatus,
    /// Why it is skipped, and whatever else there is to say.
    pub note: OneLine,
    pub place: Place,
}

/// How much of the program a test runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TestKind {
    Unit,
    Integration,
    EndToEnd,
}

impl TestKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Unit, Self::Integration, Self::EndToEnd];

    /// Returns the phase that writes such tests and proves them red.
    pub fn written_in(self) -> Phase {
        match self {
            Self::Unit | Self::Integration => Phase::Tdd,
            Self::EndToEnd => Phase::E2e,
        }
    }

    /// Returns the name that files and people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Integration => "integration",
            Self::EndToEnd => "e2e",
        }
    }
}

/// How a planned test is doing, as the plan says; gates look for themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TestStatus {
    #[default]
    Planned,
    Red,
    Green,
    Flaky,
    Skipped,
}

impl TestStatus {
    /// All statuses.
    pub const ALL: [Self; 5] = [Self::Planned, Self::Red, Self::Green, Self::Flaky, Self::Skipped];

    /// Returns the name that files and people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Red => "red",
            Self::Green => "green",
            Self::Flaky => "flaky",
            Self::Skipped => "skipped",
        }
    }
}

/// What is to happen to a test of the base.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BaseTestAction {
    /// Its new form counts as a new test: it has to be red.
    Change,
    Remove,
}

impl BaseTestAction {
    /// Returns the name that files and people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Remove => "remove",
        }
    }
}

/// A test of the base that the ticket makes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseTest {
    pub action: BaseTestAction,
    /// The criteria that ask for it.
    pub criteria: Vec<CriterionId>,
    pub name: OneLine,
    pub file: OneLine,
    pub place: Place,
}

/// A file that decides how tests run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateInput {
    pub path: OneLine,
    pub reason: OneLine,
    pub place: Place,
}

impl TestPlan {
    /// Reads the file.
    pub fn read(file: &str) -> Read<Self> {
        read::read(file)
    }

    /// Writes the file in its canonical form.
    pub fn write(&self) -> String {
        write::write(self)
    }

    /// Returns what the tests of `unit`, or of all units, that `phase` writes are, as far as proofs need to know. The
    /// tests of the base are those of all units.
    pub fn changes(&self, phase: Phase, unit: Option<&Unit>) -> TestChanges {
        let name = |name: &OneLine| TestName::new(name.as_str());
        let is_meant = |test: &&PlannedTest| {
            let is_written = test.status != TestStatus::Skipped && test.kind.written_in() == phase;
            is_written && unit.is_none_or(|unit| test.unit == *unit)
        };
        let file = |file: &OneLine| Some(file.as_str().to_owned()).filter(|file| !file.is_empty());
        let of_base = |action: BaseTestAction| {
            let tests = self.base_tests.iter().filter(move |test| test.action == action);
            tests.map(|test| name(&test.name)).collect()
        };
        TestChanges {
            new: self.tests.iter().filter(is_meant).map(|test| (name(&test.name), file(&test.file))).collect(),
            changed: of_base(BaseTestAction::Change),
            removed: of_base(BaseTestAction::Remove),
        }
    }

    /// Joins the plans of several units, in the order given; what is in more than one of them is there once.
    pub fn merge<'a>(plans: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut merged = Self::default();
        for plan in plans {
            push_new(&mut merged.tests, &plan.tests);
            push_new(&mut merged.base_tests, &plan.base_tests);
            push_new(&mut merged.gate_inputs, &plan.gate_inputs);
        }
        merged
    }
}

/// Appends what of `items` is not in `list` yet; what `items` doubles itself is left for the check.
fn push_new<T: Clone + PartialEq>(list: &mut Vec<T>, items: &[T]) {
    let known = list.len();
    for item in items {
        if !list.iter().take(known).any(|other| other == item) {
            list.push(item.clone());
        }
    }
}

#[cfg(test)]
mod tests;
