//! Why there is no answer.

use pipemason_core::domain::Unit;
use pipemason_core::gate::{Check, CheckOutcome};
use pipemason_core::proof::BaselineError;

/// The checks were interrupted, which says nothing about the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the checks were interrupted before they ended")]
pub struct Stopped;

/// Why there is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineFailure {
    /// The tests ran, and are no ground to build on.
    #[error(transparent)]
    Refused(#[from] BaselineError),
    /// The tests could not run.
    #[error("the tests of the base branch could not run: {reason}")]
    Unavailable { reason: String },
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Why a check ends early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GateError {
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// It could not run, and this is why.
    #[error("{0}")]
    Unavailable(String),
}

impl From<GateError> for BaselineFailure {
    fn from(error: GateError) -> Self {
        match error {
            GateError::Stopped(stopped) => Self::Stopped(stopped),
            GateError::Unavailable(reason) => Self::Unavailable { reason },
        }
    }
}

/// Makes a check that was not able to run one that says so.
pub(crate) fn settled(name: &str, unit: Option<&Unit>, check: Result<Check, GateError>) -> Result<Check, Stopped> {
    check.or_else(|error| match error {
        GateError::Stopped(stopped) => Err(stopped),
        GateError::Unavailable(reason) => Ok(made(name, unit, CheckOutcome::Unavailable { reason })),
    })
}

/// Makes a check without a log.
pub(crate) fn made(name: &str, unit: Option<&Unit>, result: CheckOutcome) -> Check {
    Check { name: name.to_owned(), unit: unit.cloned(), result, log: None }
}

/// Makes a check of something that there was no reason to look at.
pub(crate) fn skipped(name: &str, unit: Option<&Unit>, reason: impl Into<String>) -> Check {
    made(name, unit, CheckOutcome::Skipped { reason: reason.into() })
}
