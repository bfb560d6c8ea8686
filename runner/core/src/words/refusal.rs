//! The answer to somebody who asked for what cannot be: a sentence, and a code in small print.
//!
//! Who refuses also says why; here the refusals of all of them come together.

use std::fmt;

use crate::program::ProgramRejection;
use crate::run::Rejection;
use crate::text::bound::Limit;
use crate::trigger;
use crate::words::markdown::{Block, Message, line};
use crate::words::marker::Marker;

/// Why what somebody asked for was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The command, the person or a limit stood against it, before any run or program heard of it.
    Trigger(trigger::Refusal),
    /// The run refused it.
    Run(Rejection),
    /// The program refused it.
    Program(ProgramRejection),
}

impl Refusal {
    /// Returns the name of the refusal that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Trigger(refusal) => refusal.code(),
            Self::Run(rejection) => rejection.code(),
            Self::Program(rejection) => rejection.code(),
        }
    }

    /// Returns why not, and what to do next.
    pub fn sentence(&self) -> String {
        match self {
            Self::Trigger(refusal) => refusal.sentence(),
            Self::Run(rejection) => rejection.sentence(),
            Self::Program(rejection) => rejection.sentence(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sentence())
    }
}

/// Writes a refusal; it is spoken once per person and issue.
pub fn refusal_comment(refusal: &Refusal, marker: &Marker) -> String {
    let mut message = Message::marked(marker);
    message.essential(Block::paragraph(line!("{}", refusal.clone())));
    message.body(Block::small(&line!("`{}`", refusal.code())));
    message.finish(Limit::COMMENT)
}

#[cfg(test)]
pub(crate) mod tests;
