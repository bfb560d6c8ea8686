//! The command line.

use std::process::ExitCode;

use clap::Parser as _;
use pipemason::cli::Arguments;

fn main() -> ExitCode {
    pipemason::cli::run(Arguments::parse())
}
