//! The engine's driver of agents, against an agent that does what a script says, and against ones that do not behave.
#![expect(clippy::expect_used, reason = "test helpers")]

mod dialects;
mod limits;
mod manners;
mod reports;
mod rude;
mod secrets;
mod stage;
