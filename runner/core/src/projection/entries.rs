//! Lines of `iterations.log`, column by column.

use crate::actor::Actor;
use crate::domain::Unit;
use crate::failure::FailureClass;
use crate::log::{LogEntry, LogEvent};
use crate::phase::Phase;
use crate::run::{Brief, PassKind, Record, Run, RunState, SkipReason};

/// Returns the lines for what one transition added to the story of `run`, which is the run after it.
///
/// `agent` is who takes the turns, `next_seq` the number of the first line. All happened when the transition did.
pub fn entries_of(records: &[Record], run: &Run, agent: &str, next_seq: u64) -> Vec<LogEntry> {
    let events = records.iter().flat_map(|record| {
        let opens_pull_request = matches!(record, Record::Published { pull_request: Some(_), .. });
        let also = opens_pull_request.then_some(LogEvent::PullRequest);
        std::iter::once(event_of(record)).chain(also).map(move |event| (event, record))
    });
    events.zip(next_seq..).map(|((event, record), seq)| entry(event, record, run, agent, seq)).collect()
}

fn entry(event: LogEvent, record: &Record, run: &Run, agent: &str, seq: u64) -> LogEntry {
    let (phase, unit) = place_of(record, run);
    let mut entry = LogEntry {
        run_id: Some(run.id),
        phase,
        unit: unit.cloned(),
        outcome: outcome_of(record, run),
        failure_class: class_of(record, run),
        notes: notes_of(record, run),
        ..LogEntry::new(run.updated_at, seq, event)
    };
    if matches!(record, Record::TurnStarted { .. } | Record::TurnEnded { .. }) {
        entry.agent = Some(agent.to_owned());
    }
    if let Record::TurnEnded { usd, tokens_in, tokens_out, .. } = record {
        (entry.tokens_in, entry.tokens_out, entry.cost_usd) = (Some(*tokens_in), Some(*tokens_out), *usd);
    }
    if let Record::Forfeited { usd, .. } = record {
        entry.cost_usd = Some(*usd);
    }
    if let Record::Published { commit, .. } = record {
        entry.commit_sha = Some(*commit);
    }
    entry
}

fn event_of(record: &Record) -> LogEvent {
    match record {
        Record::RunStarted => LogEvent::RunStarted,
        Record::PhaseEntered { .. } => LogEvent::PhaseEnter,
        Record::PhaseLeft { .. } | Record::UnitPassed { .. } => LogEvent::PhaseExit,
        Record::TurnStarted { .. } => LogEvent::AgentStart,
        Record::Contested { .. } | Record::Steered { .. } | Record::HandedOver => LogEvent::AgentProgress,
        Record::TurnEnded { .. } => LogEvent::AgentEnd,
        Record::GatePassed { .. } | Record::GateFailed { .. } | Record::Frozen { .. } => LogEvent::GateReport,
        Record::Retried { .. } | Record::RunnerLost { .. } => LogEvent::Retry,
        Record::LoopedBack { .. } | Record::Voided { .. } => LogEvent::LoopBack,
        Record::Violation { .. } => LogEvent::Violation,
        Record::Approved { .. } | Record::Answered { .. } => LogEvent::Answer,
        Record::Granted { .. }
        | Record::BudgetRaised { .. }
        | Record::BudgetWarned { .. }
        | Record::Forfeited { .. } => LogEvent::Budget,
        Record::Escalated { .. } => LogEvent::Escalation,
        Record::Resumed { .. } => LogEvent::Resume,
        Record::Published { .. } => LogEvent::Push,
        Record::RunEnded { .. } => LogEvent::RunEnded,
    }
}

/// Returns where it happened, if it happened in a phase or unit.
fn place_of<'r>(record: &'r Record, run: &'r Run) -> (Option<Phase>, Option<&'r Unit>) {
    match record {
        Record::PhaseEntered { phase }
        | Record::PhaseLeft { phase, .. }
        | Record::Retried { phase, .. }
        | Record::LoopedBack { from: phase, .. }
        | Record::Voided { phase, .. }
        | Record::Resumed { phase, .. } => (Some(*phase), None),
        Record::UnitPassed { phase, unit } => (Some(*phase), Some(unit)),
        Record::TurnStarted { phase, unit, .. }
        | Record::TurnEnded { phase, unit, .. }
        | Record::GatePassed { phase, unit }
        | Record::GateFailed { phase, unit, .. } => (Some(*phase), unit.as_ref()),
        Record::Published { .. } => (Some(Phase::Finalize), None),
        Record::Escalated { .. } => {
            let open = run.escalation();
            (open.map(|open| open.phase), open.and_then(|open| open.unit.as_ref()))
        }
        Record::RunStarted
        | Record::Violation { .. }
        | Record::Contested { .. }
        | Record::Frozen { .. }
        | Record::Approved { .. }
        | Record::Answered { .. }
        | Record::Granted { .. }
        | Record::BudgetRaised { .. }
        | Record::BudgetWarned { .. }
        | Record::Forfeited { .. }
        | Record::Steered { .. }
        | Record::HandedOver
        | Record::RunnerLost { .. }
        | Record::RunEnded { .. } => (None, None),
    }
}

fn class_of(record: &Record, run: &Run) -> Option<FailureClass> {
    match record {
        Record::TurnEnded { outcome, .. } => *outcome,
        Record::GateFailed { class, .. }
        | Record::Retried { class, .. }
        | Record::LoopedBack { class, .. }
        | Record::Violation { class, .. }
        | Record::Granted { class, .. }
        | Record::Escalated { class, .. } => Some(*class),
        Record::Contested { .. } => Some(FailureClass::Contested),
        Record::RunnerLost { .. } => Some(FailureClass::LostRunner),
        Record::RunEnded { .. } => match &run.state {
            RunState::Failed { class, .. } => Some(*class),
            RunState::Pending
            | RunState::Running { .. }
            | RunState::Escalated { .. }
            | RunState::Complete
            | RunState::Cancelled { .. } => None,
        },
        Record::RunStarted
        | Record::PhaseEntered { .. }
        | Record::PhaseLeft { .. }
        | Record::UnitPassed { .. }
        | Record::TurnStarted { .. }
        | Record::GatePassed { .. }
        | Record::Frozen { .. }
        | Record::Voided { .. }
        | Record::Approved { .. }
        | Record::Answered { .. }
        | Record::BudgetRaised { .. }
        | Record::BudgetWarned { .. }
        | Record::Forfeited { .. }
        | Record::Resumed { .. }
        | Record::Steered { .. }
        | Record::HandedOver
        | Record::Published { .. } => None,
    }
}

/// Returns how it went, in one word.
fn outcome_of(record: &Record, run: &Run) -> Option<String> {
    let word = match record {
        Record::RunStarted | Record::PhaseEntered { .. } | Record::TurnStarted { .. } => return None,
        Record::Retried { .. } | Record::LoopedBack { .. } | Record::Violation { .. } => return None,
        Record::Resumed { .. } => return None,
        Record::PhaseLeft { how, .. } => match how {
            PassKind::Passed => "passed",
            PassKind::Skipped { .. } => "skipped",
            PassKind::Unchanged => "unchanged",
        },
        Record::UnitPassed { .. } | Record::GatePassed { .. } => "passed",
        Record::TurnEnded { outcome, .. } => outcome.map_or("done", FailureClass::name),
        Record::GateFailed { .. } => "failed",
        Record::Contested { .. } => "contested",
        Record::Frozen { .. } => "frozen",
        Record::Voided { .. } => "void",
        Record::Approved { .. } => "approved",
        Record::Answered { .. } => "answered",
        Record::Granted { .. } => "granted",
        Record::BudgetRaised { .. } => "raised",
        Record::BudgetWarned { .. } => "warned",
        Record::Forfeited { .. } => "forfeited",
        Record::Escalated { .. } => return run.escalation().map(|open| open.awaiting.name().to_owned()),
        Record::Steered { .. } => "steered",
        Record::HandedOver => "handed_over",
        Record::RunnerLost { .. } => "runner_lost",
        Record::Published { remote: true, .. } => "pushed",
        Record::Published { remote: false, .. } => "local",
        Record::RunEnded { status } => status.name(),
    };
    Some(word.to_owned())
}

/// Returns the rest, for people.
fn notes_of(record: &Record, run: &Run) -> String {
    match record {
        Record::RunStarted => run.origin.ticket.title.to_string(),
        Record::PhaseLeft { how: PassKind::Skipped { reason }, .. } => skipped(reason),
        Record::TurnStarted { attempt, iteration, brief, .. } => {
            format!("attempt {attempt}, iteration {iteration}: {}", occasion(*brief))
        }
        Record::GateFailed { counted: false, .. } => "not counted: nothing was tried since the last failure".to_owned(),
        Record::LoopedBack { to, .. } => format!("back to {to}"),
        Record::Violation { paths, .. } => paths.join(", "),
        Record::Contested { id } => id.to_string(),
        Record::Frozen { artifact, hash, before, by } => {
            let before = before.map(|before| format!(", before {}", before.short())).unwrap_or_default();
            format!("{artifact} {}{before}, {}", hash.short(), by_whom(by))
        }
        Record::Voided { by, .. } | Record::Granted { by, .. } => by_whom(by),
        Record::Approved { hash, by, escalation } => format!("{escalation}: {}, {}", hash.short(), by_whom(by)),
        Record::Answered { by, escalation } | Record::Resumed { escalation, by, .. } => {
            format!("{escalation}, {}", by_whom(by))
        }
        Record::BudgetRaised { to, by } => format!("the run may spend {to}, {}", by_whom(by)),
        Record::BudgetWarned { spent, limit } => format!("{spent} of {limit} are spent"),
        Record::Forfeited { turns, .. } => format!("set aside for {turns} turns that never reported"),
        Record::Escalated { escalation, .. } => escalation.to_string(),
        Record::Steered { id, by } => format!("comment {id}, {}", by_whom(by)),
        Record::RunnerLost { times } => format!("lost {times} times"),
        Record::Published { pull_request, .. } => pull_request.map(|number| number.to_string()).unwrap_or_default(),
        Record::RunEnded { .. } => ending(&run.state),
        Record::PhaseEntered { .. }
        | Record::PhaseLeft { how: PassKind::Passed | PassKind::Unchanged, .. }
        | Record::UnitPassed { .. }
        | Record::TurnEnded { .. }
        | Record::GatePassed { .. }
        | Record::GateFailed { counted: true, .. }
        | Record::Retried { .. }
        | Record::HandedOver => String::new(),
    }
}

fn by_whom(by: &Actor) -> String {
    format!("by {by}")
}

fn skipped(reason: &SkipReason) -> String {
    match reason {
        SkipReason::NoUserInterface => "no affected unit has a user interface".to_owned(),
        SkipReason::ReviewDisabled => "the review is turned off".to_owned(),
        SkipReason::NoCode => "the ticket changes no code".to_owned(),
        SkipReason::Preserving => "the ticket changes no behavior".to_owned(),
        SkipReason::NothingToCheck { why } => why.to_string(),
    }
}

fn occasion(brief: Brief) -> String {
    match brief {
        Brief::First => "first turn".to_owned(),
        Brief::Retry { class } => format!("again after {class}"),
        Brief::LoopBack { from, class } => format!("repairs {class} from {from}"),
        Brief::Advice => "with what a person said".to_owned(),
        Brief::SecondReview => "a second review".to_owned(),
    }
}

fn ending(state: &RunState) -> String {
    match state {
        RunState::Failed { reason, .. } => reason.to_string(),
        RunState::Cancelled { by, .. } => by_whom(by),
        RunState::Pending | RunState::Running { .. } | RunState::Escalated { .. } | RunState::Complete => String::new(),
    }
}
