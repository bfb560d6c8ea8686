//! What phases read, by hash; and which phase reads what.

use serde::{Deserialize, Serialize};

use crate::hash::{CommitSha, ContentHash, TreeHash};
use crate::phase::Phase;

/// Everything a phase can read, by hash. `None` where it does not exist yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inputs {
    /// The work tree of the run's branch without its record.
    pub tree: Option<TreeHash>,
    pub spec: Option<ContentHash>,
    pub contracts: Option<ContentHash>,
    /// `test-plan.md` and `decisions.md`.
    pub plan: Option<ContentHash>,
    /// The configuration that the first story of a greenfield program proposes, because there is none yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed_config: Option<ContentHash>,
    /// The configuration as read from the base.
    pub config: Option<ContentHash>,
    pub base: Option<CommitSha>,
}

impl Inputs {
    /// Returns only what `phase` reads, so that two values are equal exactly when `phase` would see no
    /// difference.
    ///
    /// The red phases read the specification, the contracts and the plan alone: a change of code never
    /// reopens them.
    #[must_use]
    pub fn read_by(&self, phase: Phase) -> Self {
        let nothing = Self::default();
        match phase {
            Phase::Init | Phase::Analyze => nothing,
            Phase::Contracts => Self { spec: self.spec, ..nothing },
            Phase::Architect => Self { spec: self.spec, contracts: self.contracts, ..nothing },
            Phase::Tdd | Phase::E2e => Self { spec: self.spec, contracts: self.contracts, plan: self.plan, ..nothing },
            Phase::Implement | Phase::Ui => Self { base: None, ..*self },
            Phase::Review => Self { tree: self.tree, spec: self.spec, contracts: self.contracts, ..nothing },
            Phase::ScreenshotDiff | Phase::RuntimeCheck | Phase::Recheck => {
                Self { tree: self.tree, config: self.config, ..nothing }
            }
            Phase::Verify | Phase::Reverify => {
                Self { tree: self.tree, config: self.config, base: self.base, ..nothing }
            }
            Phase::Rebase => Self { tree: self.tree, base: self.base, ..nothing },
            Phase::Finalize => *self,
        }
    }
}

/// Returns the phase under whose name a pass of `phase` is remembered: a phase that repeats an earlier one
/// on the rebased tree has nothing new to say where that tree and its base are the same.
pub(crate) fn pass_slot(phase: Phase) -> Phase {
    match phase {
        Phase::Reverify => Phase::Verify,
        Phase::Recheck => Phase::RuntimeCheck,
        Phase::Init
        | Phase::Analyze
        | Phase::Contracts
        | Phase::Architect
        | Phase::Tdd
        | Phase::Implement
        | Phase::E2e
        | Phase::Ui
        | Phase::ScreenshotDiff
        | Phase::Review
        | Phase::Verify
        | Phase::RuntimeCheck
        | Phase::Rebase
        | Phase::Finalize => phase,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the names of what makes a difference to `phase`.
    fn read(phase: Phase) -> Vec<&'static str> {
        let hash = Some(ContentHash::of(b"x"));
        let (tree, base) = ("1".repeat(40).parse().ok(), "2".repeat(40).parse().ok());
        let all = Inputs { tree, spec: hash, contracts: hash, plan: hash, proposed_config: hash, config: hash, base };
        let without = [
            ("tree", Inputs { tree: None, ..all }),
            ("spec", Inputs { spec: None, ..all }),
            ("contracts", Inputs { contracts: None, ..all }),
            ("plan", Inputs { plan: None, ..all }),
            ("proposed config", Inputs { proposed_config: None, ..all }),
            ("config", Inputs { config: None, ..all }),
            ("base", Inputs { base: None, ..all }),
        ];
        let differs = |inputs: &Inputs| inputs.read_by(phase) != all.read_by(phase);
        without.iter().filter(|(_, inputs)| differs(inputs)).map(|(name, _)| *name).collect()
    }

    #[test]
    fn each_phase_reads_what_it_judges_and_nothing_else_reopens_it() {
        for phase in Phase::ALL {
            let expected: &[&str] = match phase {
                Phase::Init | Phase::Analyze => &[],
                Phase::Contracts => &["spec"],
                Phase::Architect => &["spec", "contracts"],
                Phase::Tdd | Phase::E2e => &["spec", "contracts", "plan"],
                Phase::Implement | Phase::Ui => &["tree", "spec", "contracts", "plan", "proposed config", "config"],
                Phase::Review => &["tree", "spec", "contracts"],
                Phase::ScreenshotDiff | Phase::RuntimeCheck | Phase::Recheck => &["tree", "config"],
                Phase::Verify | Phase::Reverify => &["tree", "config", "base"],
                Phase::Rebase => &["tree", "base"],
                Phase::Finalize => &["tree", "spec", "contracts", "plan", "proposed config", "config", "base"],
            };
            assert_eq!(read(phase), expected, "{phase}");
        }
    }
}
