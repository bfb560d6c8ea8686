//! Records and effects as short lines, for snapshots that a person can read.

use pipemason_core::domain::Unit;
use pipemason_core::run::{Announcement, Brief, Effect, PassKind, Record, SkipReason};

fn of(unit: Option<&Unit>) -> String {
    unit.map(|unit| format!(" of {unit}")).unwrap_or_default()
}

fn tell_brief(brief: Brief) -> String {
    match brief {
        Brief::First => "first".to_owned(),
        Brief::Retry { class } => format!("retry after {class}"),
        Brief::LoopBack { from, class } => format!("back from {from}, {class}"),
        Brief::Advice => "with advice".to_owned(),
        Brief::SecondReview => "second review".to_owned(),
    }
}

fn tell_how(how: &PassKind) -> String {
    match how {
        PassKind::Passed => "passed".to_owned(),
        PassKind::Unchanged => "unchanged".to_owned(),
        PassKind::Skipped { reason } => match reason {
            SkipReason::NoUserInterface => "skipped: no user interface".to_owned(),
            SkipReason::ReviewDisabled => "skipped: review disabled".to_owned(),
            SkipReason::NoCode => "skipped: no code".to_owned(),
            SkipReason::Preserving => "skipped: preserving".to_owned(),
            SkipReason::NothingToCheck { why } => format!("skipped: {why}"),
        },
    }
}

/// Returns `record` as a line.
pub fn tell_record(record: &Record) -> String {
    match record {
        Record::RunStarted => "run started".to_owned(),
        Record::PhaseEntered { phase } => format!("{phase}:"),
        Record::PhaseLeft { phase, how } => format!("{phase} {}", tell_how(how)),
        Record::UnitPassed { phase, unit } => format!("  {phase} of {unit} passed"),
        Record::TurnStarted { unit, attempt, iteration, brief, .. } => {
            format!("  turn {attempt}{} (iteration {iteration}, {})", of(unit.as_ref()), tell_brief(*brief))
        }
        Record::TurnEnded { outcome: None, .. } => "  turn ended".to_owned(),
        Record::TurnEnded { outcome: Some(class), .. } => format!("  turn ended: {class}"),
        Record::GatePassed { unit, .. } => format!("  gate{} passed", of(unit.as_ref())),
        Record::GateFailed { unit, class, counted: true, .. } => format!("  gate{} failed: {class}", of(unit.as_ref())),
        Record::GateFailed { unit, class, counted: false, .. } => {
            format!("  gate{} still failed: {class}", of(unit.as_ref()))
        }
        Record::Retried { class, .. } => format!("  retry ({class})"),
        Record::LoopedBack { from, to, class } => format!("loop {from} -> {to} ({class})"),
        Record::Violation { class, .. } => format!("  violation: {class}"),
        Record::Contested { id } => format!("  contested: {id}"),
        Record::Frozen { artifact, before, by, .. } => {
            let word = if before.is_some() { "refrozen" } else { "frozen" };
            format!("  {word}: {artifact} by {by}")
        }
        Record::Voided { phase, by } => format!("void from {phase} by {by}"),
        Record::Approved { by, escalation, .. } => format!("approved by {by} ({escalation})"),
        Record::Answered { by, escalation } => format!("answered by {by} ({escalation})"),
        Record::Granted { class, by } => format!("granted one more ({class}) by {by}"),
        Record::BudgetRaised { to, by } => format!("budget raised to {to} by {by}"),
        Record::BudgetWarned { spent, limit } => format!("  warning: {spent} of {limit}"),
        Record::Forfeited { turns, usd } => format!("  forfeited: {turns} turns, {usd}"),
        Record::Escalated { escalation, class } => format!("ESCALATED {escalation} ({class})"),
        Record::Resumed { escalation, by, phase } => format!("resumed {escalation} in {phase} by {by}"),
        Record::Steered { id, by } => format!("steered by {by} ({id})"),
        Record::HandedOver => "handed over".to_owned(),
        Record::RunnerLost { times } => format!("runner lost ({times})"),
        Record::Published { remote, .. } => format!("  published{}", if *remote { "" } else { " (no remote)" }),
        Record::RunEnded { status } => format!("ENDED {status}"),
    }
}

/// Returns what is worth telling of `effect`, beyond the records.
pub fn tell_effect(effect: &Effect) -> Option<String> {
    match effect {
        Effect::Escalate { escalation } => {
            Some(format!("  asks for {} because {:?}", escalation.awaiting.name(), escalation.cause))
        }
        Effect::RestoreProtected => Some("  restore protected paths".to_owned()),
        Effect::ApplyContest { subject, .. } => Some(format!("  apply contest: {subject:?}")),
        Effect::RequestRunner => Some("  request a runner".to_owned()),
        Effect::Announce { announcement: Announcement::SteeringTooLate { notes } } => {
            Some(format!("  too late: {} notes", notes.len()))
        }
        Effect::Announce { announcement: Announcement::BudgetWarning { .. } | Announcement::Ended { .. } }
        | Effect::Initialize
        | Effect::Reserve { .. }
        | Effect::AskAgent { .. }
        | Effect::EvaluateGate { .. }
        | Effect::Freeze { .. }
        | Effect::Publish { .. }
        | Effect::Checkpoint
        | Effect::SaveWork
        | Effect::StopWork
        | Effect::ShowStatus
        | Effect::Close => None,
    }
}
