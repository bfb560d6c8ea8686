//! The decisions of Pipemason, and nothing but the decisions.
//!
//! This crate reads no file, opens no socket, starts no process, spawns no task, and asks no clock: what it
//! needs to know arrives as an argument, what should be done leaves as a value. The rest of the
//! workspace translates the outside world into [`run::Event`]s and carries out [`run::Effect`]s.
//!
//! Everything here is deterministic: the same arguments give the same answer, on every machine, for ever.

pub mod actor;
pub mod domain;
pub mod escalation;
pub mod failure;
pub mod gate;
pub mod hash;
pub mod id;
pub mod money;
pub mod phase;
pub mod policy;
pub mod run;
pub mod status;
pub mod ticket;
pub mod words;
pub mod yaml;
