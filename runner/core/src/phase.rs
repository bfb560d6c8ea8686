//! The phases of a run: their order, their names, and what each one is made of.
//!
//! What happens when a gate fails is not here but in `run::step`.

use std::fmt;
use std::str::FromStr;

use crate::id::{IdError, text_serde};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One step of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    Init,
    Analyze,
    Contracts,
    Architect,
    Tdd,
    Implement,
    E2e,
    Ui,
    ScreenshotDiff,
    Review,
    Verify,
    RuntimeCheck,
    Rebase,
    /// `verify` again, on the rebased tree.
    Reverify,
    /// `runtime_check` again, on the rebased tree.
    Recheck,
    Finalize,
}

/// How the turns and gates of a phase are laid out over the units of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// One agent turn, then one gate.
    Single,
    /// One turn and one gate for each unit, one unit after another.
    UnitByUnit,
    /// Like `UnitByUnit`, but only for the units that have a user interface.
    UiUnitByUiUnit,
    /// All units take their turns at the same time; then one gate.
    SideBySide,
    /// No agent takes part.
    GateOnly,
}

impl Phase {
    /// All phases, in order.
    pub const ALL: [Self; 16] = [
        Self::Init,
        Self::Analyze,
        Self::Contracts,
        Self::Architect,
        Self::Tdd,
        Self::Implement,
        Self::E2e,
        Self::Ui,
        Self::ScreenshotDiff,
        Self::Review,
        Self::Verify,
        Self::RuntimeCheck,
        Self::Rebase,
        Self::Reverify,
        Self::Recheck,
        Self::Finalize,
    ];

    /// Returns the name that files, commands and people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Analyze => "analyze",
            Self::Contracts => "contracts",
            Self::Architect => "architect",
            Self::Tdd => "tdd",
            Self::Implement => "implement",
            Self::E2e => "e2e",
            Self::Ui => "ui",
            Self::ScreenshotDiff => "screenshot_diff",
            Self::Review => "review",
            Self::Verify => "verify",
            Self::RuntimeCheck => "runtime_check",
            Self::Rebase => "rebase",
            Self::Reverify => "reverify",
            Self::Recheck => "recheck",
            Self::Finalize => "finalize",
        }
    }

    /// Returns the position in the order of phases, from 0.
    pub fn index(self) -> usize {
        self as usize
    }

    /// Returns the phase that follows, or `None` after the last one.
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self.index() + 1).copied()
    }

    /// Returns how the turns and gates of the phase are laid out.
    pub fn layout(self) -> Layout {
        match self {
            Self::Analyze | Self::Contracts | Self::Review => Layout::Single,
            Self::Architect => Layout::SideBySide,
            Self::Tdd | Self::Implement => Layout::UnitByUnit,
            Self::E2e | Self::Ui => Layout::UiUnitByUiUnit,
            Self::Init
            | Self::ScreenshotDiff
            | Self::Verify
            | Self::RuntimeCheck
            | Self::Rebase
            | Self::Reverify
            | Self::Recheck
            | Self::Finalize => Layout::GateOnly,
        }
    }

    /// Says whether an agent takes turns in the phase.
    pub fn has_agent(self) -> bool {
        self.layout() != Layout::GateOnly
    }

    /// Says whether the phase exists only for units with a user interface.
    pub fn is_ui_only(self) -> bool {
        matches!(self, Self::E2e | Self::Ui | Self::ScreenshotDiff)
    }

    /// Says whether the phase proves new tests red.
    pub fn is_red(self) -> bool {
        matches!(self, Self::Tdd | Self::E2e)
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Phase {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::ALL
            .into_iter()
            .find(|phase| phase.name() == text)
            .ok_or_else(|| IdError::new(text, "a phase (init, analyze, contracts, … finalize)"))
    }
}

text_serde!(Phase);

/// One value for each phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PerPhase<T>([T; 16]);

impl<T: Copy + Default> Default for PerPhase<T> {
    fn default() -> Self {
        Self([T::default(); 16])
    }
}

impl<T> PerPhase<T> {
    /// Returns the value of `phase`.
    pub fn get(&self, phase: Phase) -> &T {
        let Self(values) = self;
        #[expect(clippy::indexing_slicing, reason = "a phase index is below the number of phases")]
        &values[phase.index()]
    }

    /// Returns the value of `phase`, to change it.
    pub fn get_mut(&mut self, phase: Phase) -> &mut T {
        let Self(values) = self;
        #[expect(clippy::indexing_slicing, reason = "a phase index is below the number of phases")]
        &mut values[phase.index()]
    }

    /// Returns all phases with their values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Phase, &T)> {
        Phase::ALL.into_iter().zip(&self.0)
    }
}

/// Written as a map from names; phases that have the default value are left out.
impl<T: Copy + Default + PartialEq + Serialize> Serialize for PerPhase<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().filter(|(_, value)| **value != T::default()))
    }
}

impl<'de, T: Copy + Default + Deserialize<'de>> Deserialize<'de> for PerPhase<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let named = std::collections::BTreeMap::<Phase, T>::deserialize(deserializer)?;
        let mut values = Self::default();
        for (phase, value) in named {
            *values.get_mut(phase) = value;
        }
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_phase_has_one_name_and_one_place() {
        for (index, phase) in Phase::ALL.into_iter().enumerate() {
            assert_eq!(phase.index(), index);
            assert_eq!(phase.name().parse::<Phase>(), Ok(phase));
            assert_eq!(phase.next(), Phase::ALL.get(index + 1).copied());
        }
        assert!("Verify".parse::<Phase>().is_err());
    }

    #[test]
    fn a_value_per_phase_reads_back_as_it_was_written() {
        let mut values = PerPhase::<u32>::default();
        *values.get_mut(Phase::Verify) = 3;
        let text = serde_json::to_string(&values).unwrap();
        assert_eq!(text, r#"{"verify":3}"#);
        assert_eq!(serde_json::from_str::<PerPhase<u32>>(&text).unwrap(), values);
    }

    #[test]
    fn ui_phases_are_for_units_with_a_user_interface() {
        let ui_only: Vec<_> = Phase::ALL.into_iter().filter(|phase| phase.is_ui_only()).map(Phase::name).collect();
        assert_eq!(ui_only, ["e2e", "ui", "screenshot_diff"]);
        let with_agent: Vec<_> = Phase::ALL.into_iter().filter(|phase| phase.has_agent()).map(Phase::name).collect();
        assert_eq!(with_agent, ["analyze", "contracts", "architect", "tdd", "implement", "e2e", "ui", "review"]);
        assert!(Phase::Tdd.is_red() && Phase::E2e.is_red() && !Phase::Implement.is_red());
    }
}
