//! The rules of this repository about itself: pure functions from text to violations.
//!
//! Nothing here reads a file. The test `repository` reads the tree and hands it over; the unit tests hand over
//! small broken trees, one for each rule, because a rule that cannot fail protects nothing. The package uses no other
//! package of the workspace, so that it is built and run in seconds.

pub mod core_purity;
pub mod dependencies;
pub mod documents;
pub mod exceptions;
pub mod links;
pub mod lockfile;
pub mod manifests;
pub mod outline;
pub mod rust_files;
pub mod rust_source;
pub mod text_files;
pub mod violation;
pub mod workflows;
