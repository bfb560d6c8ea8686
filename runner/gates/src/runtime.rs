//! A program that boots, answers and goes.
//!
//! The port has to be free before the program starts, so that what answers is the program and not somebody else, and
//! free again afterwards, so that nothing of it is left.

use std::time::Duration;

use pipemason_core::config::HealthUrl;
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::{Check, CheckOutcome, Finding, Severity};
use pipemason_core::proof::Exit;
use pipemason_process::Ended;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::command::{Execution, execute_until, exit_of};
use crate::error::{GateError, Stopped, made, settled, skipped};
use crate::log::Log;
use crate::objections::tail;
use crate::place::{Place, Progress};
use crate::quality::{GateCommand, could_not_run};

mod health;

use health::{HealthAddress, free_port, is_released, is_taken};

const NAME: &str = "runtime_check";

/// Time between two questions whether the program is well.
const BETWEEN_QUESTIONS: Duration = Duration::from_millis(50);

/// A program to be started.
#[derive(Clone, Copy, Debug)]
pub struct RuntimeCommand<'a> {
    pub command: GateCommand<'a>,
    /// Where it answers when it is well; may contain `$PORT`.
    pub health: Option<&'a HealthUrl>,
    /// How long a program without such an address has to stay up.
    pub stay_up: Duration,
}

/// Starts a program, waits until it is well, and ends it with everything that it started.
///
/// The time for it to become well is that of [`Place::bounds`]. A program without an address is well if it stays up,
/// or does its work and ends with success.
pub async fn runtime_check(place: &Place, wanted: Option<RuntimeCommand<'_>>) -> Result<Check, Stopped> {
    let unit = place.unit.as_ref();
    let Some(wanted) = wanted else {
        return Ok(skipped(NAME, unit, "there is no command `run`"));
    };
    settled(NAME, unit, boot(place, wanted).await)
}

async fn boot(place: &Place, wanted: RuntimeCommand<'_>) -> Result<Check, GateError> {
    let line = wanted.command.line;
    let mut log = Log::begin(place, NAME)?;
    let free = free_port().await?;
    let address = wanted.health.map(|url| HealthAddress::read(url, free)).transpose()?;
    let port = address.as_ref().map_or(free, |address| address.port);
    if is_taken(port).await {
        let words = format!("port {port} is already in use by another program; end that program, or use another port");
        return Err(GateError::Unavailable(words));
    }
    let environment = place.environment.clone().with("PORT", port.to_string());
    let enough = place.stop.child_token();
    (place.watch)(Progress::Started { check: NAME, line });
    let running = async {
        let ended = execute_until(place, line, &environment, &enough).await;
        enough.cancel();
        ended
    };
    let (seen, ended) = tokio::join!(watch(place, wanted, address.as_ref(), &enough), running);
    let Ended { ending, output, duration, .. } = ended?;
    if place.stop.is_cancelled() {
        return Err(Stopped.into());
    }
    let exit = exit_of(ending);
    let execution = Execution { exit: exit.unwrap_or(Exit::Status(0)), output, duration };
    (place.watch)(Progress::Ended { check: NAME, line, exit, duration });
    match exit {
        Some(_) => log.add(line, &execution)?,
        None => log.add_as(line, &execution, "ended from here")?,
    }
    let mut result = outcome(place, wanted, (seen, exit), &execution);
    if result == CheckOutcome::Passed && !is_released(port).await {
        result = failure(place, &format!("something still listens on port {port} after the program was ended"));
    }
    Ok(Check { log: Some(log.path), ..made(NAME, place.unit.as_ref(), result) })
}

/// What was seen of a program while it ran.
#[derive(Debug)]
enum Seen {
    /// It answered, or stayed up for long enough.
    Well,
    /// Why it is not well, as far as it was asked.
    NotWell(String),
    /// It ended by itself.
    Over,
}

async fn watch(
    place: &Place,
    wanted: RuntimeCommand<'_>,
    address: Option<&HealthAddress>,
    enough: &CancellationToken,
) -> Seen {
    let seen = tokio::select! {
        biased;
        () = enough.cancelled() => Seen::Over,
        seen = wait_until_well(place, wanted, address) => seen,
    };
    enough.cancel();
    seen
}

async fn wait_until_well(place: &Place, wanted: RuntimeCommand<'_>, address: Option<&HealthAddress>) -> Seen {
    // A little earlier than the command itself would be ended, so that there is a reason.
    let time = place.bounds.time.saturating_sub(BETWEEN_QUESTIONS);
    let Some(address) = address else {
        sleep(wanted.stay_up.min(time)).await;
        return Seen::Well;
    };
    let deadline = Instant::now() + time;
    let mut last = "nothing answers".to_owned();
    while Instant::now() < deadline {
        match address.ask().await {
            Ok(()) => return Seen::Well,
            Err(words) => last = words,
        }
        sleep(BETWEEN_QUESTIONS).await;
    }
    Seen::NotWell(format!("{last} at {}, for as long as was waited", address.shown))
}

/// Judges what was seen, and how the program ended where that was by itself.
fn outcome(
    place: &Place,
    wanted: RuntimeCommand<'_>,
    (seen, exit): (Seen, Option<Exit>),
    execution: &Execution,
) -> CheckOutcome {
    let said = execution.text();
    let words = match (seen, exit) {
        (Seen::Well, None | Some(Exit::Status(0))) => return CheckOutcome::Passed,
        (Seen::Over | Seen::NotWell(_), Some(Exit::Status(0))) if wanted.health.is_none() => {
            return CheckOutcome::Passed;
        }
        (Seen::NotWell(words), _) => words,
        (_, Some(Exit::Status(status))) => {
            if let Some(outcome) = could_not_run(execution, wanted.command) {
                return outcome;
            }
            format!("it ended with status {status} before it was well")
        }
        (_, Some(Exit::Killed)) => "it died before it was well".to_owned(),
        (_, Some(Exit::TimedOut)) | (Seen::Over, None) => "it was not well in time".to_owned(),
    };
    let said = tail(&said);
    let words = if said.is_empty() { words } else { format!("{words}; it said: {said}") };
    failure(place, &words)
}

fn failure(place: &Place, words: &str) -> CheckOutcome {
    let class = FailureClass::RuntimeFailure;
    let finding = Finding {
        class,
        severity: Severity::High,
        rule: NAME.to_owned(),
        message: place.redactor.redact(words).into_owned(),
        path: None,
        line: None,
        unit: place.unit.clone(),
    };
    CheckOutcome::Failed { class, findings: vec![finding] }
}
