//! What is frozen: named by hash, restored when an agent touches it.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::domain::Unit;
use crate::hash::{BlobHash, ContentHash};
use crate::id::{IdError, text_serde};
use serde::{Deserializer, Serializer};
use std::fmt;
use std::str::FromStr;

/// Something that is frozen as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Artifact {
    Spec,
    Contracts,
    Plan,
    /// The red tests of a unit.
    Tests(Unit),
    /// The end-to-end tests of a unit.
    EndToEndTests(Unit),
}

impl fmt::Display for Artifact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spec => formatter.write_str("spec"),
            Self::Contracts => formatter.write_str("contracts"),
            Self::Plan => formatter.write_str("plan"),
            Self::Tests(unit) => write!(formatter, "tests:{unit}"),
            Self::EndToEndTests(unit) => write!(formatter, "e2e:{unit}"),
        }
    }
}

impl FromStr for Artifact {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.split_once(':') {
            None if text == "spec" => Ok(Self::Spec),
            None if text == "contracts" => Ok(Self::Contracts),
            None if text == "plan" => Ok(Self::Plan),
            Some(("tests", unit)) => unit.parse().map(Self::Tests),
            Some(("e2e", unit)) => unit.parse().map(Self::EndToEndTests),
            _ => Err(IdError::new(text, "an artifact (spec, contracts, plan, tests:<unit>, e2e:<unit>)")),
        }
    }
}

text_serde!(Artifact);

/// One file of something frozen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenFile {
    pub path: Arc<str>,
    /// The mode as git writes it: `100644`, `100755`.
    pub mode: u32,
    pub blob: BlobHash,
}

/// What something looked like when it was frozen, and who said so.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frozen {
    pub hash: ContentHash,
    pub files: Arc<[FrozenFile]>,
    pub by: Actor,
    pub at: Timestamp,
}
