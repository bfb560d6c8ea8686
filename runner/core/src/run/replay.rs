//! A recorded history folded into a run again.

use jiff::Timestamp;

use crate::policy::Policy;
use crate::run::{Event, Rejection, Run, step};

/// A history that cannot have happened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {index} of the history cannot follow the ones before it: {rejection}")]
pub struct ReplayError {
    pub index: usize,
    pub rejection: Rejection,
}

/// Folds `history` into `run`; the same history always gives the same run.
pub fn replay<'a>(
    run: Run,
    history: impl IntoIterator<Item = (&'a Event, &'a Policy, Timestamp)>,
) -> Result<Run, ReplayError> {
    let mut run = run;
    for (index, (event, policy, now)) in history.into_iter().enumerate() {
        run = step(&run, event, policy, now).map_err(|rejection| ReplayError { index, rejection })?.run;
    }
    Ok(run)
}
