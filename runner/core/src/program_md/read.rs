//! Reading the front matter of `PROGRAM.md`.

use std::sync::Arc;

use serde_json::Value;

use super::{DeprecationPolicy, EscalationEntry, ProgramFile, StrategyName};
use crate::fields::{Fields, FileError, Mapping, Noted, read_front_matter};
use crate::program::{Mode, ProgramPhase, ProgramStatus, StoryCounts};

pub(super) fn read(text: &str) -> Result<Noted<ProgramFile>, FileError> {
    let mut notes = Vec::new();
    let (mut front, _, _) = read_front_matter(text, &mut notes)?;
    let mode: Mode = front.parsed("mode")?.ok_or_else(|| front.error("mode", "is missing"))?;
    let (status, phase) = status_and_phase(&mut front)?;
    let (deprecation, deprecation_line) = (front.take("deprecation_policy"), front.line_of("deprecation_policy"));
    let (escalations, escalations_line) = (front.take("escalations"), front.line_of("escalations"));
    let mut file = ProgramFile {
        program_id: front.lenient("program_id"),
        mode,
        intent: Arc::from(front.text("intent")?.unwrap_or_default()),
        status,
        phase,
        started: front.lenient("started"),
        updated: front.lenient("updated"),
        default_base: front.lenient("default_base"),
        branch_strategy: front.parsed("branch_strategy")?.unwrap_or(StrategyName::Stacked),
        parallelism: front.parsed("parallelism")?.unwrap_or(2),
        pr_draft: front.parsed("pr_draft")?.unwrap_or(true),
        allow_big_bang: front.parsed("allow_big_bang")?.unwrap_or(false),
        deprecation_policy: DeprecationPolicy::default(),
        stories: counts(&mut front),
        last_completed_story: front.lenient("last_completed_story"),
        last_completed_at: front.lenient("last_completed_at"),
        escalations: Vec::new(),
    };
    front.finish();
    if let Some(value) = deprecation {
        let mut fields = Fields::of(Mapping::of_value(value, deprecation_line)?, &mut notes);
        let default = DeprecationPolicy::default();
        file.deprecation_policy = DeprecationPolicy {
            notice_days: fields.parsed("notice_days")?.unwrap_or(default.notice_days),
            dual_availability_days: fields.parsed("dual_availability_days")?.unwrap_or(default.dual_availability_days),
        };
        fields.finish();
    }
    let entries = match escalations {
        None => Vec::new(),
        Some(Value::Array(entries)) => entries,
        Some(other) => vec![other],
    };
    for entry in entries {
        let mut fields = Fields::of(Mapping::of_value(entry, escalations_line)?, &mut notes);
        file.escalations.push(escalation(&mut fields)?);
        fields.finish();
    }
    Ok(Noted { value: file, notes })
}

/// The original product had one list of words for both: there a running program had its phase as its status.
fn status_and_phase(front: &mut Fields<'_>) -> Result<(ProgramStatus, ProgramPhase), FileError> {
    let status = front.text("status")?;
    let phase = front.text("phase")?;
    let as_phase = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<ProgramPhase>().ok());
    let as_status = |text: &Option<String>| text.as_deref().and_then(|text| text.parse::<ProgramStatus>().ok());
    let found_phase = as_phase(&phase).or(as_phase(&status));
    let found_status = as_status(&status).or(as_phase(&status).map(|_| ProgramStatus::Running)).or(as_status(&phase));
    if found_status.is_none() {
        front.note("status", String::from("`status` is missing or not known; read as pending"));
    }
    if found_phase.is_none() {
        front.note("phase", String::from("`phase` is missing or not known; read as program_init"));
    }
    let status = found_status.unwrap_or(ProgramStatus::Pending);
    Ok((status, found_phase.unwrap_or(ProgramPhase::ProgramInit)))
}

fn counts(front: &mut Fields<'_>) -> StoryCounts {
    StoryCounts {
        total: front.lenient_or("stories_total", 0),
        pending: front.lenient_or("stories_pending", 0),
        in_progress: front.lenient_or("stories_in_progress", 0),
        complete: front.lenient_or("stories_complete", 0),
        failed: front.lenient_or("stories_failed", 0),
        blocked: front.lenient_or("stories_blocked", 0),
        gated: front.lenient_or("stories_gated", 0),
        cancelled: front.lenient_or("stories_cancelled", 0),
        escalated: front.lenient_or("stories_escalated", 0),
    }
}

fn escalation(fields: &mut Fields<'_>) -> Result<EscalationEntry, FileError> {
    Ok(EscalationEntry {
        id: fields.lenient("id"),
        at: fields.lenient("ts"),
        phase: Arc::from(fields.text("phase")?.unwrap_or_default()),
        reason: Arc::from(fields.text("reason")?.unwrap_or_default()),
        awaiting: Arc::from(fields.text("awaiting")?.unwrap_or_default()),
        recovery: Arc::from(fields.text("recovery")?.unwrap_or_default()),
    })
}
