//! The long campaign: every target under fire until time is up, with other inputs than the bounded test.
//!
//! `cargo run --release -p pipemason-tests --example fuzz -- [--seconds N] [--target NAME] [--start SEED] [--markdown]`
//!
//! A failure is shown with the smallest input that still has it. Nothing is written: whoever repairs it adds
//! the input to `tests/fuzz/corpus/`.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::fmt::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use pipemason_tests::fuzz::{Failure, LARGE, TARGETS, Target, campaign, seeds_of, shapes, shrink, try_input};

/// Mutations between two looks at the clock.
const ROUNDS: u64 = 500;

/// Failures of one target that are looked at; more of them mostly say the same.
const MAX_FAILURES: usize = 3;

/// So much is shown of a failure on a large input.
const SHOWN_BYTES: usize = 400;

/// Where the bounded test starts; the campaign starts elsewhere.
const START_OF_THE_BOUNDED_TEST: u64 = 1;

/// What the command line asks for.
struct Wish {
    seconds: u64,
    target: Option<String>,
    start: u64,
    markdown: bool,
}

fn wish(mut arguments: impl Iterator<Item = String>) -> Result<Wish, String> {
    let mut wish = Wish { seconds: 60, target: None, start: START_OF_THE_BOUNDED_TEST + 1, markdown: false };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        let number = |text: String| text.parse::<u64>().map_err(|_| format!("`{text}` is not a number"));
        match argument.as_str() {
            "--seconds" => wish.seconds = number(value()?)?,
            "--start" => wish.start = number(value()?)?,
            "--target" => wish.target = Some(value()?),
            "--markdown" => wish.markdown = true,
            other => return Err(format!("`{other}` is not known; use --seconds, --target, --start or --markdown")),
        }
    }
    Ok(wish)
}

/// How a target did.
struct Row {
    target: &'static str,
    tried: u64,
    time: Duration,
    failures: Vec<Failure>,
}

impl Row {
    fn per_second(&self) -> u128 {
        u128::from(self.tried) * 1000 / self.time.as_millis().max(1)
    }
}

/// Returns the failure with the start of its input, to be shown.
fn shortened(mut failure: Failure) -> Failure {
    failure.input.truncate(SHOWN_BYTES);
    failure.why = failure.why.chars().take(SHOWN_BYTES).collect();
    failure
}

/// All shapes in their full size, then mutations until time is up.
fn fire_at(target: &Target, time: Duration, start: u64) -> Row {
    let begin = Instant::now();
    let mut row = Row { target: target.name, tried: 0, time, failures: Vec::new() };
    let seed = seeds_of(target).unwrap_or_default().into_iter().next().unwrap_or_default();
    for (_, input) in shapes(&String::from_utf8_lossy(&seed), LARGE) {
        row.tried += 1;
        // Large ones are not made smaller: that would take too long.
        row.failures.extend(try_input(target, input.as_bytes()).err().map(shortened));
    }
    let mutations_begin = Instant::now();
    for start in start.. {
        if mutations_begin.elapsed() >= time || row.failures.len() >= MAX_FAILURES {
            break;
        }
        match campaign(target, ROUNDS, start) {
            Ok(tried) => row.tried += tried,
            Err(failure) => row.failures.push(shrink(target, failure)),
        }
    }
    row.time = begin.elapsed();
    row
}

fn markdown(rows: &[Row], start: u64) -> String {
    let inputs: u64 = rows.iter().map(|row| row.tried).sum();
    let failures: usize = rows.iter().map(|row| row.failures.len()).sum();
    let seconds = rows.iter().map(|row| row.time).sum::<Duration>().as_secs();
    let mut page = format!(
        "# Fuzzing\n\nThe last long campaign, written by `tests/campaigns/fuzz.sh`: {} targets, {seconds} seconds \
         altogether,\nfirst start {start}: \
         each large shape of a megabyte, then mutations. A target takes text from\nstrangers; its promises are in \
         `tests/src/fuzz/targets/`.\n\n| Target | Inputs | Inputs per second | Failures |\n|---|---:|---:|---:|\n",
        rows.len()
    );
    for row in rows {
        // Writing to a `String` cannot fail.
        let _: std::fmt::Result =
            writeln!(page, "| {} | {} | {} | {} |", row.target, row.tried, row.per_second(), row.failures.len());
    }
    let _: std::fmt::Result = writeln!(page, "| together | {inputs} | | {failures} |");
    page
}

fn table(rows: &[Row]) -> String {
    let mut table = format!("{:<20} {:>12} {:>12} {:>9}\n", "target", "inputs", "per second", "failures");
    for row in rows {
        // Writing to a `String` cannot fail.
        let _: std::fmt::Result =
            writeln!(table, "{:<20} {:>12} {:>12} {:>9}", row.target, row.tried, row.per_second(), row.failures.len());
    }
    table
}

fn show(failure: &Failure) -> String {
    // Indented, so that it is a block of code in the page, too.
    let why = failure.why.escape_debug();
    format!("\n    {}: {why}\n    \"{}\"\n", failure.target, failure.input.escape_ascii())
}

fn main() -> ExitCode {
    let wish = match wish(std::env::args().skip(1)) {
        Ok(wish) => wish,
        Err(message) => {
            println!("{message}");
            return ExitCode::from(2);
        }
    };
    let targets: Vec<&Target> =
        TARGETS.iter().filter(|target| wish.target.as_deref().is_none_or(|name| name == target.name)).collect();
    if targets.is_empty() {
        println!(
            "there is no such target; there are {}",
            TARGETS.iter().map(|target| target.name).collect::<Vec<_>>().join(", ")
        );
        return ExitCode::from(2);
    }
    // A panic is a failure like others, and shrinking an input panics a thousand times.
    std::panic::set_hook(Box::new(|_| {}));
    let time = Duration::from_secs(wish.seconds) / u32::try_from(targets.len()).unwrap_or(u32::MAX);
    let rows: Vec<Row> = targets.iter().map(|target| fire_at(target, time, wish.start)).collect();
    print!("{}", if wish.markdown { markdown(&rows, wish.start) } else { table(&rows) });
    let failures: Vec<&Failure> = rows.iter().flat_map(|row| &row.failures).collect();
    for failure in &failures {
        print!("{}", show(failure));
    }
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
