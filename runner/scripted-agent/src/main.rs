//! An agent that does what a script says: for tests, demonstrations and dry runs.
//!
//! It speaks the Agent Client Protocol over its standard input and output like any other agent, works in the folder it
//! is given, and is as honest or as rude as its script. It shares nothing with the engine but the protocol.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

mod output;
mod player;
mod raw;
mod scene;
mod script;
mod serve;
mod steps;

/// Where a list of the turns that nobody asked for is written to.
const REPORT: &str = "SCRIPTED_AGENT_REPORT";

const USAGE: &str = "usage: pipemason-scripted-agent [--check] FILE";

fn main() -> ExitCode {
    match run(&std::env::args_os().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            complain(&message);
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[std::ffi::OsString]) -> Result<(), String> {
    let (only_check, file) = match arguments {
        [file] => (false, file),
        [check, file] if check == "--check" => (true, file),
        _ => return Err(USAGE.to_owned()),
    };
    let script = script::load(Path::new(file)).map_err(|error| error.to_string())?;
    if only_check {
        return Ok(());
    }
    let report = std::env::var_os(REPORT).map(Into::into);
    let player = Arc::new(player::Player::new(script, report));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let served = runtime.map_err(|error| error.to_string())?.block_on(serve::serve(Arc::clone(&player)));
    player.report();
    // A client that goes away in the middle of something is the end, like any other.
    served.or_else(|error| if player.has_begun() { Ok(()) } else { Err(error.to_string()) })
}

#[expect(clippy::print_stderr, reason = "the only place that talks to people")]
fn complain(message: &str) {
    eprintln!("pipemason-scripted-agent: {message}");
}

#[cfg(test)]
mod tests;
