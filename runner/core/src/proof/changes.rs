//! The tests that a run adds, changes and removes, as far as proofs need to know.

use std::collections::{BTreeMap, BTreeSet};

use super::Baseline;
use crate::report::{Resolution, TestName};

/// The tests that a run adds, changes and removes; [`crate::test_plan::TestPlan::changes`] makes it.
///
/// Names are as the plan has them; reports are searched by [`crate::report::TestReport::resolve`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestChanges {
    /// The tests to be written, with the file that the plan gives for each.
    pub new: BTreeMap<TestName, Option<String>>,
    /// Tests of the base that will say something else; they count as new and must be red.
    pub changed: BTreeSet<TestName>,
    /// Tests of the base that will go; shown to the reviewer.
    pub removed: BTreeSet<TestName>,
}

impl TestChanges {
    /// Returns the changes with the names that the base has. A plan is for all units, so what this base does not
    /// have is none of its business; a name that could mean several tests unprotects none of them.
    pub(super) fn in_base(&self, baseline: &Baseline) -> Self {
        let meant = |names: &BTreeSet<TestName>| {
            let meant = names.iter().flat_map(|name| match name.resolve(baseline.tests.keys()) {
                Resolution::Found(names) => names,
                Resolution::Missing => Vec::new(),
                Resolution::Ambiguous(_) => vec![name.clone()],
            });
            meant.collect()
        };
        Self { new: self.new.clone(), changed: meant(&self.changed), removed: meant(&self.removed) }
    }

    /// Says whether a test of the base has to pass all the time.
    pub(super) fn protects(&self, name: &TestName) -> bool {
        !self.changed.contains(name) && !self.removed.contains(name)
    }
}
