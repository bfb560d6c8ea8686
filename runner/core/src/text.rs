//! The functions that every text passes through on its way in and on its way out.
//!
//! - [`clean`]: text of tickets and comments, before an agent reads it.
//! - [`redact`]: secrets taken out of text that leaves the machine, or reported in text that should be pushed.
//! - [`bound`]: text cut to what a reader or an API accepts.
//! - [`inert`]: text of agents, tickets and tools, made harmless inside what we post.
//!
//! On the way out the order is redact, bound, inert: a secret is found only in text that was neither cut nor
//! escaped. All of it takes time in proportion to the length of the text, whatever the text is.
//!
//! Slugs and branch names are not here, and neither are the sentences that we write ourselves.

pub mod bound;
pub mod clean;
pub mod inert;
pub mod redact;

mod invisible;
