//! How fast the core decides, beside the limit that each figure has to keep.
//!
//! Run it with `cargo bench -p pipemason-tests`. Nothing here fails: a machine may be busy. What is
//! printed is the best of several rounds, since everything else on the machine only adds to it.

#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use pipemason_core::command;
use pipemason_core::failure::{FailureClass, PerClass};
use pipemason_core::id::EscalationId;
use pipemason_core::log::{LogEntry, LogEvent};
use pipemason_core::money::Usd;
use pipemason_core::phase::Phase;
use pipemason_core::run::step;
use pipemason_core::state_md::{self, Activity, EscalationLine, PhaseLine, PhaseOutcome, StateDocument};
use pipemason_core::status::RunStatus;
use pipemason_tests::machine::World;

/// Returns the shortest time of `rounds` rounds of `work`.
fn best_of(rounds: u32, mut work: impl FnMut()) -> Duration {
    let timed = (0..rounds).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    timed.min().unwrap_or_default()
}

fn show(what: &str, measured: &str, limit: &str, keeps: bool) {
    println!("{what:<64} {measured:>16}   limit {limit:<16} {}", if keeps { "kept" } else { "NOT KEPT" });
}

fn show_time(what: &str, measured: Duration, limit: Duration) {
    show(what, &format!("{measured:.3?}"), &format!("{limit:?}"), measured < limit);
}

/// A run that loops, retries and completes, replayed.
fn transitions_per_second() {
    let start = World::new(&["api", "web"]);
    let (first, policy) = (start.run.clone(), start.policy.clone());
    let world = start.fails(Phase::Implement, FailureClass::LintError).fails(Phase::Verify, FailureClass::GateFailed);
    let history = world.started().history;
    let rounds = 2_000;
    let time = best_of(10, || {
        for _ in 0..rounds {
            let mut run = first.clone();
            for (event, now) in &history {
                if let Ok(transition) = step(&run, event, &policy, *now) {
                    black_box(&transition.effects);
                    run = transition.run;
                }
            }
            black_box(&run);
        }
    });
    let transitions = rounds * history.len();
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let per_second = transitions as f64 / time.as_secs_f64();
    let measured = format!("{:.2} million/s", per_second / 1e6);
    show("transitions of the run machine, one core", &measured, "1 million/s", per_second >= 1e6);
}

fn comments() {
    let limit = Duration::from_millis(2);
    let long_text = format!("/pipemason start\n{}", "a line of text with `code` and *emphasis*\n".repeat(1_600));
    let long_line = format!("/pipemason start {}", "word \"quoted word\" ".repeat(3_650));
    let quotes = format!("/pipemason resume {}", "> ".repeat(32_700));
    let no_command = "> /pipemason start\n".repeat(3_450);
    for (what, text) in [
        ("a comment of 64 KB, text on many lines", long_text),
        ("a comment of 64 KB, all on one line", long_line),
        ("a comment of 64 KB, nested quotes", quotes),
        ("a comment of 64 KB without a command", no_command),
    ] {
        let time = best_of(50, || {
            black_box(command::parse(black_box(&text)).is_some());
        });
        show_time(what, time, limit);
    }
}

/// The state of a run that took two hundred iterations, with its phase log and last events.
fn state_of_a_long_run() {
    let iterations = 200;
    let now = Timestamp::UNIX_EPOCH;
    let line = |index: u32| PhaseLine {
        phase: Phase::Implement,
        unit: "api".parse().ok(),
        outcome: PhaseOutcome::Failed,
        agent: "an agent".to_owned(),
        started: now,
        ended: Some(now),
        artifacts: vec![format!("artifacts/gates/implement-api-{index}.log")],
        notes: "the tests of the cart still fail | with \"quotes\" and €".to_owned(),
    };
    let escalation = |index: u32| EscalationLine {
        id: EscalationId::new(index),
        ts: now,
        phase: Phase::Implement,
        failure_class: Some(FailureClass::GateFailed),
        reason: "The same check failed too often.".to_owned(),
        awaiting: "change".to_owned(),
        recovery: "Repair it, then reply.".to_owned(),
    };
    let phases: Vec<PhaseLine> = (0..iterations).map(line).collect();
    let events: Vec<LogEntry> = (0..10).map(|index| LogEntry::new(now, index, LogEvent::GateReport)).collect();
    let state = StateDocument {
        run_id: World::new(&["api"]).run.id,
        ticket: "#7".to_owned(),
        title: "Add a /healthz endpoint".to_owned(),
        branch: "feature/7-healthz".parse().ok(),
        base_branch: "main".parse().ok(),
        started: now,
        updated: now,
        phase: Phase::Implement,
        status: RunStatus::Running,
        domains_active: Vec::new(),
        domains_complete: Vec::new(),
        domains_failed: Vec::new(),
        escalations: (1..=50).map(escalation).collect(),
        total_iterations: iterations,
        retries_by_failure_class: PerClass::default(),
        tokens_in: 1_000_000,
        tokens_out: 100_000,
        cost_usd: Usd::dollars(9),
        agent: "an agent".to_owned(),
        pull_request: String::new(),
    };
    let time = best_of(50, || {
        let written = state.write(Activity { phases: &phases, events: &events });
        black_box(state_md::read(black_box(&written)).is_ok());
    });
    show_time("STATE.md of 200 iterations, written and read", time, Duration::from_millis(2));
}

fn main() {
    transitions_per_second();
    comments();
    state_of_a_long_run();
}
