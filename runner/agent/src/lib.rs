//! Coding agents: started, spoken to, stopped, and never believed.
//!
//! [`Driver`] is one agent in one tree; it takes turns. [`open`] makes one from what [`presets`] know about an agent,
//! and [`take_turn`] asks until there is a report that can be read. An agent gets a clean environment
//! ([`environment::build`]), bounds for time, silence, money and tokens, and an answer to everything it asks for.
//!
//! What is *not* here: prompts, what a report means, and what an agent did to its tree. Gates look for themselves.

mod acp;
mod command;
mod driver;
pub mod environment;
mod error;
mod log;
mod permission;
pub mod presets;
mod probe;
mod report;
mod usage;

pub use driver::{
    AgentEvent, Bounds, Driver, Folders, Launch, Listener, Meta, Pending, PlanStep, Role, Stop, Talk, Times, TurnEnd,
    TurnRequest, open,
};
pub use error::{AgentError, UsedUp};
pub use log::FrameLog;
pub use permission::{ToolKind, Verdict};
pub use probe::{Probe, probe};
pub use report::{NoReport, Reported, take_turn};
pub use usage::UsageKind;
