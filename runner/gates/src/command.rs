//! One command of the repository, from its start to its end.

use std::time::Duration;

use pipemason_core::proof::Exit;
use pipemason_process::{Captured, Ended, Ending, Program, StartError, run};
use tokio_util::sync::CancellationToken;

use crate::error::{GateError, Stopped};
use crate::log::Log;
use crate::place::{Environment, Place, Progress};

/// What runs the commands of the configuration, each of which is one line of shell.
const SHELL: &str = "/bin/sh";

/// Runs its argument with both outputs in one pipe. Two pipes lose the order of what is said, and some test runners
/// announce on one what they report on the other.
const IN_ONE_PIPE: &str = r#"exec /bin/sh -c "$0" 2>&1"#;

/// A command that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Execution {
    pub(crate) exit: Exit,
    /// What it said and what it complained about, in order.
    pub(crate) output: Captured,
    pub(crate) duration: Duration,
}

impl Execution {
    /// Returns what it said; where it said too much, the beginning and the end.
    pub(crate) fn text(&self) -> String {
        self.output.text()
    }
}

/// Runs `line` in the folder of `place`, with its variables and nothing else, and adds it to the log.
pub(crate) async fn execute(place: &Place, check: &str, line: &str, log: &mut Log) -> Result<Execution, GateError> {
    execute_with(place, check, line, &place.environment, log).await
}

/// Like [`execute`], with other variables.
pub(crate) async fn execute_with(
    place: &Place,
    check: &str,
    line: &str,
    environment: &Environment,
    log: &mut Log,
) -> Result<Execution, GateError> {
    (place.watch)(Progress::Started { check, line });
    let ended = run(&program(place, line, environment), b"", &place.bounds, &place.stop, |_, _| ()).await;
    let execution = execution(ended)?;
    let Execution { exit, duration, .. } = execution;
    (place.watch)(Progress::Ended { check, line, exit: Some(exit), duration });
    log.add(line, &execution)?;
    Ok(execution)
}

/// Runs `line` until it ends or `enough` is cancelled; being cancelled is no error.
pub(crate) async fn execute_until(
    place: &Place,
    line: &str,
    environment: &Environment,
    enough: &CancellationToken,
) -> Result<Ended, GateError> {
    run(&program(place, line, environment), b"", &place.bounds, enough, |_, _| ())
        .await
        .map_err(|error| unstarted(&error))
}

fn program(place: &Place, line: &str, environment: &Environment) -> Program {
    Program::new(SHELL, place.folder())
        .arguments(["-c", IN_ONE_PIPE, line])
        .variables(environment.iter().map(|(name, value)| (name.clone(), value.clone())))
}

fn execution(ended: Result<Ended, StartError>) -> Result<Execution, GateError> {
    let Ended { ending, output, errors: _, duration } = ended.map_err(|error| unstarted(&error))?;
    let exit = exit_of(ending).ok_or(Stopped)?;
    Ok(Execution { exit, output, duration })
}

/// Returns how a command ended by itself; nothing if it was stopped.
pub(crate) fn exit_of(ending: Ending) -> Option<Exit> {
    match ending {
        // The shell's words for a program that was killed by signal n are 128 + n.
        Ending::Exited(129..=159) | Ending::Killed(_) => Some(Exit::Killed),
        Ending::Exited(status) => Some(Exit::Status(status)),
        Ending::TimedOut | Ending::Silent => Some(Exit::TimedOut),
        Ending::Stopped => None,
    }
}

fn unstarted(error: &StartError) -> GateError {
    GateError::Unavailable(error.to_string())
}
