//! What the plan says about tests.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::report::TestName;

/// A test that the plan wants written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedTest {
    /// As the plan calls it; found in a report by [`crate::report::TestReport::resolve`].
    pub name: TestName,
    /// The file that the plan gives for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// What the plan says about tests, as far as proofs need it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TestPlan {
    pub new: Vec<PlannedTest>,
    /// Tests of the base that will say something else; they count as new and must be red.
    pub changed: BTreeSet<TestName>,
    /// Tests of the base that will go; shown to the reviewer.
    pub removed: BTreeSet<TestName>,
}

impl TestPlan {
    /// Says whether a test of the base has to pass all the time.
    pub fn protects(&self, name: &TestName) -> bool {
        !self.changed.contains(name) && !self.removed.contains(name)
    }
}
