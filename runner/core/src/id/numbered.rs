//! Names made of a prefix and a number: `AC-1`, `Q-2`, `A-3`, and the escalations of a run.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{IdError, text_serde};

/// Declares a name that is a prefix and a number from 1 up.
macro_rules! numbered_name {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl $name {
            /// Makes the name with number `number`; numbers start at 1.
            pub fn new(number: u32) -> Option<Self> {
                (number > 0).then_some(Self(number))
            }

            /// Returns the number.
            pub fn number(self) -> u32 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!($prefix, "{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                text.strip_prefix($prefix)
                    .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
                    .and_then(|digits| digits.parse().ok())
                    .and_then(Self::new)
                    .ok_or_else(|| IdError::new(text, $expected))
            }
        }

        text_serde!($name);
    };
}

numbered_name!(
    /// Names an acceptance criterion of a specification.
    CriterionId,
    "AC-",
    "an acceptance criterion like AC-1"
);
numbered_name!(
    /// Names an open question of a specification.
    QuestionId,
    "Q-",
    "a question like Q-1"
);
numbered_name!(
    /// Names an assumption of a specification.
    AssumptionId,
    "A-",
    "an assumption like A-1"
);
numbered_name!(
    /// Names an escalation within its run; the first one is `esc-1`.
    EscalationId,
    "esc-",
    "an escalation like esc-1"
);

impl EscalationId {
    /// The first escalation of a run.
    pub const FIRST: Self = Self(1);

    /// Returns the name of the escalation after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}
