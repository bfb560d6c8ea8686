//! What the engine writes down of a run, and what an agent says of its turn.

use std::fmt::Write as _;

use pipemason_core::hash::ContentHash;
use pipemason_core::lease::{Lease, Letter, unread};
use pipemason_core::ledger::{self, Circumstances, LedgerEntry};
use pipemason_core::log::{self, LogContent, LogEntry, MAX_LINE_BYTES};
use pipemason_core::policy::Policy;
use pipemason_core::run::{Run, step};
use pipemason_core::state_md::{self, Activity};
use pipemason_core::turn_output;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{PARTER, Promise, Target, parts, promise, round_trip, seeds, text};
use crate::machine::World;

pub(super) const STATE: Target = Target { name: "state_md", seeds: || seeds::of(seeds::STATES), run: run_state };

/// The state, and events for its body.
fn run_state(input: &[u8]) -> Promise {
    let text = text(input);
    let mut texts = parts(&text);
    let (file, events) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
    let Ok(read) = state_md::read(file) else { return Ok(()) };
    let events: Vec<LogEntry> = entries(events.as_bytes()).collect();
    let written = read.state.write(Activity { phases: &[], events: &events });
    promise(!written.contains(|sign: char| sign.is_control() && sign != '\n'), || {
        format!("{written:?} has control characters")
    })?;
    match state_md::read(&written) {
        Ok(again) => {
            promise(again.unknown.is_empty(), || format!("what was written is not known: {:?}", again.unknown))?;
            round_trip("STATE.md", &read.state, &again.state)
        }
        Err(error) => Err(format!("STATE.md: what was written cannot be read: {error}")),
    }
}

fn entries(log: &[u8]) -> impl Iterator<Item = LogEntry> {
    log::read(log).filter_map(|line| match line.content {
        LogContent::Entry(entry) => Some(*entry),
        LogContent::Foreign { .. } | LogContent::Torn { .. } => None,
    })
}

pub(super) const LOG: Target = Target { name: "iterations_log", seeds: || seeds::of(seeds::LOGS), run: run_log };

/// Texts are cut at most once: a line that was read and written is the same for ever.
fn run_log(input: &[u8]) -> Promise {
    for entry in entries(input) {
        let line = entry.to_line();
        promise(line.len() <= MAX_LINE_BYTES, || format!("a line of {} bytes", line.len()))?;
        let is_one_line = line.strip_suffix('\n').is_some_and(|line| !line.contains(char::is_control));
        promise(is_one_line, || format!("{line:?} is not one line"))?;
        let Some(again) = entries(line.as_bytes()).next() else {
            return Err(format!("{line:?} cannot be read"));
        };
        promise(again.to_line() == line, || format!("{line:?} reads back as {:?}", again.to_line()))?;
        // Nothing of that was cut.
        let is_short = |text: &Option<String>| text.as_ref().is_none_or(|text| text.len() < 20);
        if is_short(&entry.agent) && is_short(&entry.outcome) && is_short(&entry.command) && entry.notes.len() < 200 {
            round_trip("log", &entry, &again)?;
        }
    }
    Ok(())
}

pub(super) const TURN_OUTPUT: Target =
    Target { name: "turn_output", seeds: || seeds::of(seeds::TURN_OUTPUTS), run: run_turn_output };

fn run_turn_output(input: &[u8]) -> Promise {
    let text = text(input);
    let output = match turn_output::read(&text) {
        Ok(output) => output,
        Err(errors) => {
            let count = errors.len();
            return promise((1..=20).contains(&count), || format!("{count} errors"));
        }
    };
    let is_in = |text: &str, limit: usize| (1..=limit).contains(&text.chars().count());
    let is_bounded = is_in(&output.summary, 4000)
        && output.files.iter().all(|file| is_in(file, 1000))
        && output.questions.len() <= 20
        && output.questions.iter().all(|question| is_in(question, 2000))
        && output.findings.iter().all(|finding| is_in(&finding.message, 4000));
    promise(is_bounded, || "what was accepted is beyond its bounds".to_owned())?;
    promise(output.gate_findings().len() == output.findings.len(), || "findings get lost".to_owned())?;
    let again = serde_json::to_string(&output).map_err(|error| error.to_string())?;
    match turn_output::read(&again) {
        Ok(again) => round_trip("turn output", &output, &again),
        Err(errors) => Err(format!("what was accepted is refused: {errors:?}")),
    }
}

pub(super) const LEDGER: Target = Target { name: "ledger", seeds: ledgers, run: run_ledger };

/// Returns the lines of real ledgers without their hashes, which no mutation would survive.
fn ledgers() -> Vec<Vec<u8>> {
    let first = World::new(&["api", "web"]);
    let (mut run, policy) = (first.run.clone(), first.policy.clone());
    let (line, mut head) = ledger::open(&run);
    let mut lines = vec![line];
    for (event, at) in &first.started().history {
        let Ok(transition) = step(&run, event, &policy, *at) else { continue };
        let circumstances = Circumstances { at: *at, fencing: 1, letter: None, policy: &policy };
        let (line, new_head) = ledger::append(&head, event, &transition, &circumstances);
        (run, head) = (transition.run, new_head);
        lines.push(line);
    }
    let bare: Vec<&str> = lines.iter().filter_map(|line| Some(line.split_once(' ')?.1)).collect();
    let start = bare.get(..bare.len().min(6)).unwrap_or_default().concat();
    vec![bare.concat().into_bytes(), start.into_bytes(), b"{\"v\":1}\n".to_vec()]
}

/// The lines of the input are chained anew, so that what is wrong in them is looked at.
fn run_ledger(input: &[u8]) -> Promise {
    let text = text(input);
    drop(ledger::read(&text));
    let mut chained = String::new();
    let mut previous = [0; 32];
    for line in text.lines() {
        let hash = ContentHash::of_parts([previous.as_slice(), line.as_bytes()]);
        previous = *hash.as_bytes();
        // Writing to a `String` cannot fail.
        let _: std::fmt::Result = writeln!(chained, "{hash} {line}");
    }
    let read = ledger::read(&chained);
    promise(read == ledger::read(&chained), || "one ledger is read in two ways".to_owned())?;
    if let Ok(ledger) = &read {
        promise(ledger.hashes.len() == chained.lines().count(), || "lines get lost".to_owned())?;
        promise(ledger.run.seq >= u64::try_from(ledger.entries.len()).unwrap_or(0), || "steps get lost".to_owned())?;
    }
    relive(text.split(PARTER).next().unwrap_or_default());
    Ok(())
}

/// Feeds all events to the run, also those behind one that cannot have happened.
fn relive(text: &str) {
    let mut lines = text.lines();
    let opening = lines.next().and_then(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let run = opening.and_then(|mut opening| serde_json::from_value::<Run>(opening.get_mut("run")?.take()).ok());
    let Some(mut run) = run else { return };
    let mut policy = Policy::default();
    for entry in lines.filter_map(|line| serde_json::from_str::<LedgerEntry>(line).ok()) {
        policy = entry.policy.unwrap_or(policy);
        if let Ok(transition) = step(&run, &entry.event, &policy, entry.at) {
            run = transition.run;
        }
    }
}

pub(super) const STORED: Target = Target { name: "stored", seeds: stored, run: run_stored };

/// Returns runs, letters and leases as they are stored.
fn stored() -> Vec<Vec<u8>> {
    let world = World::new(&["api", "web"]);
    let lease = Lease { owner: "host 1".to_owned(), fencing: 3, expires: world.now };
    let world = world.started();
    let letters =
        world.history.iter().zip(1..).map(|((event, at), number)| Letter { number, at: *at, event: event.clone() });
    let letters: Vec<Letter> = letters.take(8).collect();
    let texts = [serde_json::to_vec(&world.run), serde_json::to_vec(&letters), serde_json::to_vec(&lease)];
    texts.into_iter().filter_map(Result::ok).collect()
}

/// What is stored as JSON reads back as it was.
fn run_stored(input: &[u8]) -> Promise {
    check_stored::<Run>(input)?;
    check_stored::<Lease>(input)?;
    let Some(letters) = check_stored::<Vec<Letter>>(input)? else { return Ok(()) };
    let numbers: Vec<u64> = letters.iter().map(|letter| letter.number).collect();
    for read in [0, 1, u64::MAX] {
        match unread(&letters, read) {
            Ok(rest) => {
                promise(rest.iter().all(|letter| letter.number > read), || format!("{numbers:?}: one is read twice"))?;
            }
            Err(missing) => promise(!numbers.contains(&missing), || format!("{missing} of {numbers:?} is not missed"))?,
        }
    }
    Ok(())
}

fn check_stored<T: DeserializeOwned + Serialize + PartialEq>(input: &[u8]) -> Result<Option<T>, String> {
    let Ok(value) = serde_json::from_slice::<T>(input) else { return Ok(None) };
    let json = serde_json::to_vec(&value).map_err(|error| error.to_string())?;
    let again = serde_json::from_slice::<T>(&json).map_err(|error| format!("cannot be read back: {error}"))?;
    round_trip("what is stored", &value, &again)?;
    Ok(Some(value))
}
