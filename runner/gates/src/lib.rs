//! Checks that the engine runs itself.
//!
//! Everything here runs a command of the repository or reads files of a tree, and answers with values of the core:
//! checks, baselines, proofs. What they mean is decided there; what an agent says is no argument anywhere.
//!
//! - [`Place`]: where commands run and what they get, which is never a secret (SEC-56).
//! - [`setup()`]: a fresh tree, made ready.
//! - [`baseline`], [`red`], [`green`], [`commands_red`], [`commands_green`]: what test runs prove (RULES R5).
//! - [`command_check`], [`coverage_check`]: one command, one check.
//! - [`secrets`], [`dependency_audit`], [`static_analysis`]: searches for what is dangerous.
//! - [`runtime_check`]: a program that boots, answers and goes.
//! - [`contracts`]: files that parse and fit together.
//!
//! A check that could not run is never a pass. Only an interruption is no answer: see [`Stopped`].
//!
//! What is *not* here: git. Which paths and lines changed comes as an argument, and restoring frozen files is
//! somebody else's.

mod absent;
mod audit;
mod command;
pub mod contracts;
mod coverage;
mod error;
mod files;
mod log;
mod objections;
mod place;
mod proofs;
mod quality;
mod reports;
mod runtime;
mod security;
mod setup;
mod suite;

pub use audit::dependency_audit;
pub use coverage::{Measured, coverage_check, measure_coverage};
pub use error::{BaselineFailure, Stopped};
pub use place::{Environment, Place, Progress, Watch};
pub use proofs::{
    GreenGate, GreenWork, Ground, RedGate, RedProof, RedWork, baseline, commands_green, commands_red, green, no_code,
    red,
};
pub use quality::{
    CommandCheck, GateCommand, Origin, accessibility, command_check, performance, screenshot_diff, search_engines,
};
pub use runtime::{RuntimeCommand, runtime_check};
pub use security::{AddedLines, secrets, static_analysis};
pub use setup::{SetupGate, SetupWork, setup, setup_inputs};
pub use suite::Suite;
