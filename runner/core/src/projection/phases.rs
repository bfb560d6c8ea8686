//! The phase log of `STATE.md`.

use crate::log::{LogEntry, LogEvent};
use crate::phase::Phase;
use crate::state_md::{PhaseLine, PhaseOutcome};

/// Returns the visits to phases that `log` tells of, oldest first.
///
/// A visit begins with the first thing that happens in its phase; it ends when the phase is left, or something
/// begins in another one.
pub fn phases_of(log: &[LogEntry]) -> Vec<PhaseLine> {
    let mut lines = Vec::new();
    for entry in log {
        // A unit that is done does not end the visit.
        let Some(phase) = entry.phase.filter(|_| entry.event != LogEvent::PhaseExit || entry.unit.is_none()) else {
            continue;
        };
        match entry.event {
            LogEvent::PhaseEnter | LogEvent::GateReport => {
                open(&mut lines, phase, entry);
            }
            LogEvent::AgentStart => open(&mut lines, phase, entry).agent = entry.agent.clone().unwrap_or_default(),
            LogEvent::PhaseExit => close(open(&mut lines, phase, entry), exit(entry), entry),
            LogEvent::Escalation => close(open(&mut lines, phase, entry), PhaseOutcome::Escalated, entry),
            LogEvent::LoopBack => {
                // What a person's edit voids was left long before.
                if let Some(line) = lines.last_mut().filter(|line| is_open_in(line, phase)) {
                    close(line, PhaseOutcome::Failed, entry);
                }
            }
            LogEvent::RunStarted
            | LogEvent::AgentProgress
            | LogEvent::AgentEnd
            | LogEvent::TestRun
            | LogEvent::Commit
            | LogEvent::Retry
            | LogEvent::Answer
            | LogEvent::Resume
            | LogEvent::Budget
            | LogEvent::Violation
            | LogEvent::Push
            | LogEvent::PullRequest
            | LogEvent::RunEnded => {}
        }
    }
    lines
}

/// Begins a visit to `phase` unless one is under way, and returns it.
fn open<'l>(lines: &'l mut Vec<PhaseLine>, phase: Phase, entry: &LogEntry) -> &'l mut PhaseLine {
    let last = lines.pop_if(|line| is_open_in(line, phase));
    if let Some(left) = lines.last_mut().filter(|line| last.is_none() && line.ended.is_none()) {
        close(left, PhaseOutcome::Failed, entry);
    }
    lines.push_mut(last.unwrap_or_else(|| PhaseLine {
        phase,
        unit: None,
        outcome: PhaseOutcome::Running,
        agent: String::new(),
        started: entry.ts,
        ended: None,
        artifacts: Vec::new(),
        notes: String::new(),
    }))
}

fn is_open_in(line: &PhaseLine, phase: Phase) -> bool {
    line.phase == phase && line.ended.is_none()
}

fn close(line: &mut PhaseLine, outcome: PhaseOutcome, entry: &LogEntry) {
    line.outcome = outcome;
    line.ended = Some(entry.ts);
    line.notes.clone_from(&entry.notes);
}

/// Returns how a phase was left.
fn exit(entry: &LogEntry) -> PhaseOutcome {
    match entry.outcome.as_deref() {
        Some("skipped") => PhaseOutcome::Skipped,
        Some("unchanged") => PhaseOutcome::Unchanged,
        _ => PhaseOutcome::Passed,
    }
}
