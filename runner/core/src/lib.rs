//! The decisions of Pipemason, and nothing but the decisions.
//!
//! This crate reads no file, opens no socket, starts no process, spawns no task, and asks no clock: what it
//! needs to know arrives as an argument, what should be done leaves as a value. The rest of the
//! workspace translates the outside world into [`run::Event`]s and carries out [`run::Effect`]s.
//!
//! Everything here is deterministic: the same arguments give the same answer, on every machine, for ever.

mod nearest;

pub mod actor;
pub mod attempt;
pub mod command;
pub mod config;
pub mod coverage;
pub mod decisions;
pub mod document;
pub mod domain;
pub mod escalation;
pub mod failure;
pub mod fields;
pub mod follow_ups_md;
pub mod gate;
pub mod glob;
pub mod hash;
pub mod id;
pub mod lease;
pub mod ledger;
pub mod log;
pub mod money;
pub mod naming;
pub mod paths;
pub mod permission;
pub mod phase;
pub mod policy;
pub mod program;
pub mod program_md;
pub mod projection;
pub mod proof;
pub mod reply;
pub mod report;
pub mod roadmap;
pub mod roadmap_md;
pub mod run;
pub mod sarif;
pub mod spec;
pub mod state_md;
pub mod status;
pub mod test_plan;
pub mod text;
pub mod ticket;
pub mod trigger;
pub mod turn_output;
pub mod words;
pub mod yaml;
