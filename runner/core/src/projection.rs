//! The views of a run that people and agents read, made from the run and the story of its transitions.
//!
//! A view is never read back as authority: the ledger is. So the functions here only translate, and know nothing
//! that the run machine does not say: [`entries_of`] gives lines of `iterations.log`, [`state_of`] and
//! [`phases_of`] what `STATE.md` shows.
//!
//! The words that people are told about an escalation are not made here, and nothing is written.

mod entries;
mod phases;
mod state;

pub use entries::entries_of;
pub use phases::phases_of;
pub use state::{Told, state_of};

#[cfg(test)]
mod tests;
