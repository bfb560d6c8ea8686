//! What the driver needs of the world and cannot compute: the time, and names that nobody else has.

use jiff::Timestamp;
use pipemason_core::id::RunId;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Returns the time.
    fn now(&self) -> Timestamp;
}

/// Makes names that nobody else makes.
pub trait IdSource: Send + Sync {
    /// Returns the name of a new run.
    fn run_id(&self, now: Timestamp) -> Result<RunId, IdSourceError>;
}

/// The machine has no randomness to give.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this machine gives no random numbers: {0}")]
pub struct IdSourceError(String);

/// The clock of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the port that everybody else asks")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Names from the time and the randomness of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl IdSource for SystemIds {
    fn run_id(&self, now: Timestamp) -> Result<RunId, IdSourceError> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| IdSourceError(error.to_string()))?;
        let milliseconds = u64::try_from(now.as_millisecond()).unwrap_or(0);
        Ok(RunId(ulid::Ulid::from_parts(milliseconds, u128::from_le_bytes(bytes))))
    }
}
