//! A fresh tree, made ready before any agent code runs in it (RULES R7.1).

use pipemason_core::config::Setup;
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::{Check, CheckOutcome};
use pipemason_core::hash::ContentHash;
use pipemason_core::text::redact::Redactor;

use crate::command::execute_with;
use crate::error::{GateError, Stopped, made, settled, skipped};
use crate::files;
use crate::log::Log;
use crate::objections::objections;
use crate::place::{Environment, Place};
use crate::quality::{GateCommand, Origin, could_not_run};

const NAME: &str = "setup";

/// Larger than any lock file.
const MAX_INPUT_BYTES: u64 = 64 * 1024 * 1024;

/// What a set-up gets.
#[derive(Clone, Copy, Debug)]
pub struct SetupWork<'a> {
    pub setup: &'a Setup,
    pub origin: Origin,
    /// The variables that `setup.env` names, with their values.
    pub variables: &'a Environment,
    /// What the set-up depends on at the base; see [`setup_inputs`].
    pub base: ContentHash,
    /// What it depended on when it last ran well in this tree.
    pub last: Option<ContentHash>,
}

/// The check of a set-up, and what it depended on, if it ran well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupGate {
    pub check: Check,
    pub inputs: Option<ContentHash>,
}

/// Hashes what a set-up depends on: its command and its input files, by path and content.
pub fn setup_inputs(place: &Place, setup: &Setup) -> std::io::Result<ContentHash> {
    let mut parts = vec![setup.run.clone().into_bytes()];
    let folder = place.folder_in_tree();
    for glob in &setup.inputs {
        let covers = |path: &str| glob.matches(path) || glob.matches(place.path_in_folder(path));
        for start in [String::new(), folder.to_owned()] {
            let start = format!("{start}{}", files::start_of(glob));
            for path in files::find(place.tree(), &start, covers)? {
                // A link counts by being there: what it leads to is not a part of the tree.
                let bytes = files::read(&place.tree().join(&path), MAX_INPUT_BYTES).unwrap_or_default();
                parts.extend([path.into_bytes(), bytes]);
            }
        }
    }
    Ok(ContentHash::of_parts(parts.iter().map(Vec::as_slice)))
}

/// Runs the set-up, unless nothing that it depends on has changed since it ran here.
///
/// Its variables may be secret. A tree whose inputs are not those of the base does not see them: a changed lock file
/// could name a package that sends them away.
pub async fn setup(place: &Place, work: SetupWork<'_>) -> Result<SetupGate, Stopped> {
    let unit = place.unit.as_ref();
    let inputs = match setup_inputs(place, work.setup) {
        Ok(inputs) => inputs,
        Err(error) => {
            let reason = format!("the files that the set-up depends on cannot be read: {error}");
            return Ok(SetupGate { check: made(NAME, unit, CheckOutcome::Unavailable { reason }), inputs: None });
        }
    };
    if work.last == Some(inputs) {
        let reason = "nothing that the set-up depends on has changed";
        return Ok(SetupGate { check: skipped(NAME, unit, reason), inputs: Some(inputs) });
    }
    let check = settled(NAME, unit, run_setup(place, work, inputs == work.base).await)?;
    let is_ready = check.result == CheckOutcome::Passed;
    Ok(SetupGate { check, inputs: is_ready.then_some(inputs) })
}

async fn run_setup(place: &Place, work: SetupWork<'_>, is_of_base: bool) -> Result<Check, GateError> {
    let mut log = Log::begin(place, NAME)?;
    let line = work.setup.run.as_str();
    let values: Vec<_> = work.variables.iter().filter_map(|(_, value)| value.to_str()).collect();
    let redactor = Redactor::new(values);
    log.redact(redactor.clone());
    let environment = if is_of_base { place.environment.and(work.variables) } else { place.environment.clone() };
    let execution = execute_with(place, NAME, line, &environment, &mut log).await?;
    let command = GateCommand { line, origin: work.origin };
    let result = match could_not_run(&execution, command) {
        Some(outcome) => outcome,
        None if execution.exit.is_success() => CheckOutcome::Passed,
        // Nobody has changed anything yet, so nothing that a turn could repair.
        None if is_of_base => {
            let words = redactor.redact(&execution.text()).into_owned();
            let reason = objections(place, FailureClass::GateFailed, NAME, &words);
            let words = reason.first().map(|finding| finding.message.clone()).unwrap_or_default();
            CheckOutcome::Unavailable { reason: format!("the set-up `{line}` fails at the base: {words}") }
        }
        None => {
            let class = FailureClass::GateFailed;
            CheckOutcome::Failed { class, findings: objections(place, class, NAME, &execution.text()) }
        }
    };
    Ok(Check { log: Some(log.path), ..made(NAME, place.unit.as_ref(), result) })
}
