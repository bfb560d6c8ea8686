//! What an agent is told: small, and by paths rather than pasted text.
//!
//! The words are files beside this module. Text of people and tools never becomes part of a prompt; it lies in files below
//! `.pipeline/inputs/`, and the prompt says where.

use pipemason_core::domain::Unit;
use pipemason_core::id::{BranchName, RunId};
use pipemason_core::phase::Phase;
use pipemason_core::run::{Brief, Turn};

/// What a prompt is made of, beside the turn.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    pub run: RunId,
    pub branch: &'a BranchName,
    /// All units that are configured.
    pub units: &'a [Unit],
    pub test_paths: &'a [String],
    pub commands: Commands<'a>,
    /// The report of the last attempt, relative to `.pipeline/`, where there is one.
    pub report: Option<&'a str>,
}

/// The commands that a prompt names.
#[derive(Clone, Copy, Debug, Default)]
pub struct Commands<'a> {
    pub test: Option<&'a str>,
    pub lint: Option<&'a str>,
    pub typecheck: Option<&'a str>,
    pub e2e: Option<&'a str>,
}

const COMMON: &str = include_str!("prompts/common.md");
const RETRY: &str = include_str!("prompts/retry.md");
const LOOP_BACK: &str = include_str!("prompts/loop_back.md");
const ADVICE: &str = include_str!("prompts/advice.md");
const STEERING: &str = include_str!("prompts/steering.md");
const SECOND_REVIEW: &str = include_str!("prompts/second_review.md");

/// Returns the task of a phase; nothing for one that no agent takes part in.
fn task(phase: Phase) -> &'static str {
    match phase {
        Phase::Analyze => include_str!("prompts/analyze.md"),
        Phase::Contracts => include_str!("prompts/contracts.md"),
        Phase::Architect => include_str!("prompts/architect.md"),
        Phase::Tdd => include_str!("prompts/tdd.md"),
        Phase::Implement => include_str!("prompts/implement.md"),
        Phase::E2e => include_str!("prompts/e2e.md"),
        Phase::Ui => include_str!("prompts/ui.md"),
        Phase::Review => include_str!("prompts/review.md"),
        Phase::Init
        | Phase::ScreenshotDiff
        | Phase::Verify
        | Phase::RuntimeCheck
        | Phase::Rebase
        | Phase::Reverify
        | Phase::Recheck
        | Phase::Finalize => "",
    }
}

/// Returns what the agent is told for `turn`.
pub fn prompt(turn: &Turn, surroundings: &Surroundings<'_>) -> String {
    let is_second_review = turn.brief == Brief::SecondReview;
    let mut parts = vec![if is_second_review { SECOND_REVIEW } else { task(turn.phase) }];
    match turn.brief {
        Brief::First | Brief::SecondReview => {}
        Brief::Retry { .. } if surroundings.report.is_some() => parts.push(RETRY),
        Brief::LoopBack { .. } if surroundings.report.is_some() => parts.push(LOOP_BACK),
        Brief::Retry { .. } | Brief::LoopBack { .. } | Brief::Advice => {}
    }
    if !turn.answers.is_empty() {
        parts.push(ADVICE);
    }
    if !turn.steering.is_empty() {
        parts.push(STEERING);
    }
    parts.push(COMMON);
    filled(&parts.join("\n"), turn, surroundings)
}

fn filled(text: &str, turn: &Turn, surroundings: &Surroundings<'_>) -> String {
    let Surroundings { run, branch, units, test_paths, commands, report } = surroundings;
    let names: Vec<String> = units.iter().map(Unit::to_string).collect();
    let unit = turn.unit.as_ref().map(Unit::to_string);
    let first_unit = unit.as_ref().or(names.first()).cloned().unwrap_or_default();
    let from = if let Brief::LoopBack { from, .. } = turn.brief { from.name() } else { "" };
    let paths = test_paths.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ");
    let out = pipemason_core::turn_output::path(turn.phase, turn.unit.as_ref());
    let draft_folder = unit.as_ref().map_or_else(|| turn.phase.to_string(), |unit| format!("{}.{unit}", turn.phase));
    let missing = "(no such command)";
    let values = [
        ("run", run.to_string()),
        ("phase", turn.phase.to_string()),
        ("attempt", turn.attempt.to_string()),
        ("branch", branch.to_string()),
        ("unit", unit.map(|unit| format!(" for unit `{unit}`")).unwrap_or_default()),
        ("units", names.join(", ")),
        ("first_unit", first_unit),
        ("test_paths", if paths.is_empty() { "wherever the repository has them".to_owned() } else { paths }),
        ("test_command", commands.test.unwrap_or(missing).to_owned()),
        ("lint_command", commands.lint.unwrap_or(missing).to_owned()),
        ("typecheck_command", commands.typecheck.unwrap_or(missing).to_owned()),
        ("e2e_command", commands.e2e.unwrap_or(missing).to_owned()),
        ("report", report.unwrap_or_default().to_owned()),
        ("from", from.to_owned()),
        ("out", out.trim_start_matches("out/").to_owned()),
        ("draft_folder", draft_folder),
    ];
    fill(text, &values)
}

/// Puts values in place of `{{name}}`, in one pass, so that a value cannot bring a name along.
fn fill(text: &str, values: &[(&str, String)]) -> String {
    let mut parts = text.split("{{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let value = part.split_once("}}").and_then(|(name, rest)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((value, rest))
        });
        match value {
            Some((value, rest)) => filled.extend([value.as_str(), rest]),
            None => filled.extend(["{{", part]),
        }
    }
    filled
}

#[cfg(test)]
mod tests;
