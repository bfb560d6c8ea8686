//! The front matter of `STATE.md`.

use crate::domain::Unit;
use crate::log::LogEntry;
use crate::phase::Phase;
use crate::run::{Run, RunState};
use crate::state_md::{ActiveUnit, CompleteUnit, EscalationLine, FailedUnit, StateDocument};

/// What the state shows and the run does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told<'a> {
    /// Who takes the turns.
    pub agent: &'a str,
    /// All escalations so far in the words that people were told, oldest first; the open one is the last.
    pub escalations: &'a [EscalationLine],
}

/// Returns the state of `run`, whose story so far is `log`.
pub fn state_of(run: &Run, log: &[LogEntry], told: Told<'_>) -> StateDocument {
    let mut state = StateDocument {
        run_id: run.id,
        ticket: run.origin.ticket.reference().unwrap_or_default(),
        title: run.origin.ticket.title.to_string(),
        branch: Some(run.origin.branch.clone()),
        base_branch: Some(run.origin.base.clone()),
        started: run.started_at,
        updated: run.updated_at,
        phase: phase_of(run, log),
        status: run.status(),
        domains_active: Vec::new(),
        domains_complete: Vec::new(),
        domains_failed: Vec::new(),
        escalations: told.escalations.to_vec(),
        total_iterations: run.spend.iterations,
        retries_by_failure_class: run.spend.failures,
        tokens_in: run.spend.tokens_in,
        tokens_out: run.spend.tokens_out,
        cost_usd: run.spend.usd,
        agent: told.agent.to_owned(),
        pull_request: run.pull_request.map(|number| number.to_string()).unwrap_or_default(),
    };
    for (name, index) in run.units.iter().cloned().zip(0_u8..) {
        push_unit(&mut state, run, log, (name, index));
    }
    state
}

/// Adds a unit where it belongs: done with its code, at work, or given up. A cancelled run has given up nothing.
fn push_unit(state: &mut StateDocument, run: &Run, log: &[LogEntry], (name, index): (Unit, u8)) {
    let agent = state.agent.clone();
    let last_code_phase = if name.has_ui() { Phase::Ui } else { Phase::Implement };
    let times = || log.iter().filter(|entry| entry.unit.as_ref() == Some(&name)).map(|entry| entry.ts);
    let started = times().next().unwrap_or(run.started_at);
    let ended = times().next_back().unwrap_or(run.updated_at);
    if run.passed_units.get(last_code_phase).contains(index) {
        state.domains_complete.push(CompleteUnit { name, agent, ended, artifacts: Vec::new() });
        return;
    }
    match &run.state {
        RunState::Pending | RunState::Running { .. } | RunState::Escalated { .. } => {
            state.domains_active.push(ActiveUnit { name, agent, started });
        }
        RunState::Failed { reason, class } => state.domains_failed.push(FailedUnit {
            name,
            agent,
            ended,
            reason: reason.to_string(),
            retry_count: run.spend.failures.get(*class),
        }),
        RunState::Complete | RunState::Cancelled { .. } => {}
    }
}

/// Returns the phase that the run is in, was in, or will begin with.
fn phase_of(run: &Run, log: &[LogEntry]) -> Phase {
    match &run.state {
        RunState::Running { visit } | RunState::Escalated { visit, .. } => visit.phase,
        RunState::Pending | RunState::Complete | RunState::Failed { .. } | RunState::Cancelled { .. } => {
            log.iter().rev().find_map(|entry| entry.phase).unwrap_or(Phase::Init)
        }
    }
}
