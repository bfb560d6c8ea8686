//! The one word that says how a run is doing.

use std::fmt;
use std::str::FromStr;

use crate::id::{IdError, text_serde};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How a run is doing. Derived from its state, never stored beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RunStatus {
    Pending,
    Running,
    Complete,
    Failed,
    /// Stopped and waiting for a person; not a failure.
    Escalated,
    Cancelled,
}

impl RunStatus {
    /// All statuses.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Running, Self::Complete, Self::Failed, Self::Escalated, Self::Cancelled];

    /// Returns the name that files and people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Complete => "complete",
            Self::Failed => "failed",
            Self::Escalated => "escalated",
            Self::Cancelled => "cancelled",
        }
    }

    /// Says whether nothing can change any more.
    pub fn is_final(self) -> bool {
        match self {
            Self::Complete | Self::Failed | Self::Cancelled => true,
            Self::Pending | Self::Running | Self::Escalated => false,
        }
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for RunStatus {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::ALL.into_iter().find(|status| status.name() == text).ok_or_else(|| {
            IdError::new(text, "a run status (pending, running, complete, failed, escalated, cancelled)")
        })
    }
}

text_serde!(RunStatus);
