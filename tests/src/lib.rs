//! The test kit: what tests, benchmarks and generated pages share.
//!
//! Nothing here ships, and nothing depends on it but tests.

pub mod fuzz;
pub mod machine;
