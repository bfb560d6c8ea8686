//! `.pipeline/attempts/<phase>-<n>.md`: what the engine tells the next attempt about the last one, and how that
//! attempt is made.
//!
//! The same prompt is never sent twice: the report says what failed, what was tried and what must stay. Whether
//! there is a next attempt is not here; budgets decide that.

use std::collections::BTreeSet;

use crate::document::OneLine;
use crate::document::inline::{Spot, push_code, push_fenced, push_text};
use crate::domain::Unit;
use crate::failure::FailureClass;
use crate::gate::{CheckOutcome, Finding, GateReport};
use crate::hash::ContentHash;
use crate::phase::Phase;
use crate::text::bound::{Limit, shortened};

/// Lines shown of the start of an output, where tools say what they are about to do.
pub const FIRST_LINES: usize = 40;

/// Lines shown of the end of an output, where tools say what went wrong.
pub const LAST_LINES: usize = 120;

/// Longest line shown; longer ones are data, not messages.
const MAX_LINE: Limit = Limit::Characters(500);

/// Findings listed; the full log has them all.
const MAX_FINDINGS: usize = 50;

/// How an attempt is made, from cheap to strong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rung {
    /// The first attempt: a session of its own, without a report.
    First,
    /// The session of the last attempt goes on, with the report.
    SameSession,
    /// A new session, which knows of the last attempts only from the report.
    FreshSession,
    /// A new session with a stronger model or another agent.
    Stronger,
}

/// Returns how attempt `attempt` (counted from 1) is made.
///
/// When the last two attempts failed with the same fingerprint, going on like that is known not to help, so
/// one rung is left out.
pub fn rung(attempt: u32, same_fingerprint: bool) -> Rung {
    let step = if same_fingerprint { attempt.saturating_add(1) } else { attempt };
    match (attempt, step) {
        (0 | 1, _) => Rung::First,
        (_, 0..=2) => Rung::SameSession,
        (_, 3) => Rung::FreshSession,
        (_, 4..) => Rung::Stronger,
    }
}

/// Returns the hash of what failed in `report`: two attempts with the same one failed in the same way.
///
/// Only names count (check, unit, class, rule or test, file), because messages contain times, addresses and
/// ports. A check that names nothing has its messages instead, without their digits.
pub fn fingerprint(report: &GateReport) -> ContentHash {
    let mut failures = BTreeSet::new();
    for check in &report.checks {
        let unit = check.unit.as_ref().map(Unit::to_string).unwrap_or_default();
        let mut add = |class: &str, names: [String; 2]| {
            let [rule, path] = names;
            failures.insert([check.name.clone(), unit.clone(), class.to_owned(), rule, path]);
        };
        match &check.result {
            CheckOutcome::Failed { class, findings } if findings.is_empty() => add(class.name(), Default::default()),
            CheckOutcome::Failed { findings, .. } => {
                for finding in findings {
                    add(finding.class.name(), names_of(finding));
                }
            }
            CheckOutcome::Unavailable { .. } => add("unavailable", Default::default()),
            CheckOutcome::Passed | CheckOutcome::Skipped { .. } => {}
        }
    }
    ContentHash::of_parts(failures.iter().flatten().map(String::as_bytes))
}

fn names_of(finding: &Finding) -> [String; 2] {
    let rule = OneLine::from(finding.rule.as_str());
    let name = if rule.is_blank() {
        finding
            .message
            .split(|character: char| character.is_ascii_digit())
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("0")
    } else {
        rule.to_string()
    };
    [name, finding.path.clone().unwrap_or_default()]
}

/// What is known about an attempt that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt<'a> {
    pub phase: Phase,
    pub unit: Option<&'a Unit>,
    /// Which attempt failed, counted from 1.
    pub number: u32,
    pub class: FailureClass,
    /// The name of the check that decided.
    pub gate: &'a str,
    pub fingerprint: ContentHash,
    pub command: Option<&'a str>,
    pub exit_code: Option<i32>,
    pub findings: &'a [Finding],
    pub output: &'a str,
    /// Where the whole output is, relative to `.pipeline/`.
    pub log: Option<&'a str>,
    /// What each earlier attempt says it tried, oldest first.
    pub earlier: &'a [String],
    /// What is good and has to stay.
    pub keep: &'a [String],
    /// What must not be touched.
    pub off_limits: &'a [String],
}

impl Attempt<'_> {
    /// Returns the path of the report, relative to `.pipeline/`.
    pub fn path(&self) -> String {
        match self.unit {
            None => format!("attempts/{}-{}.md", self.phase, self.number),
            Some(unit) => format!("attempts/{}.{unit}-{}.md", self.phase, self.number),
        }
    }

    /// Returns the report. Texts of agents and tools in it are inert.
    pub fn report(&self) -> String {
        let unit = self.unit.map(|unit| format!(" of {unit}")).unwrap_or_default();
        let mut report = format!("# Attempt {} at {}{unit} failed\n\n", self.number, self.phase);
        let facts = [
            ("Gate", Some(inert(self.gate))),
            ("Failure", Some(format!("{}: {}", self.class, self.class.meaning()))),
            ("Fingerprint", Some(self.fingerprint.short())),
            ("Command", self.command.map(inert_code)),
            ("Exit status", self.exit_code.map(|code| code.to_string())),
        ];
        for (name, fact) in facts {
            if let Some(fact) = fact {
                report.extend(["- **", name, ":** ", &fact, "\n"]);
            }
        }
        self.push_findings(&mut report);
        self.push_output(&mut report);
        push_list(&mut report, "What earlier attempts tried", self.earlier);
        push_list(&mut report, "Keep", self.keep);
        push_list(&mut report, "Off limits", self.off_limits);
        report
    }

    fn push_findings(&self, report: &mut String) {
        let shown = self.findings.iter().take(MAX_FINDINGS);
        let mut lines: Vec<String> = shown
            .map(|finding| {
                let place = match (&finding.path, finding.line) {
                    (Some(path), Some(line)) => format!("{path}:{line} "),
                    (Some(path), None) => format!("{path} "),
                    (None, _) => String::new(),
                };
                format!("{place}{} ({}): {}", finding.rule, finding.severity.name(), finding.message)
            })
            .collect();
        let left = self.findings.len().saturating_sub(MAX_FINDINGS);
        if left > 0 {
            lines.push(format!("… and {left} more"));
        }
        push_list(report, "Findings", &lines);
    }

    fn push_output(&self, report: &mut String) {
        if self.output.trim().is_empty() {
            return;
        }
        report.push_str("\n## Output\n\n");
        push_fenced(report, &excerpt(self.output));
        if let Some(log) = self.log {
            report.extend(["\nAll of it is in ", &inert_code(log), ".\n"]);
        }
    }
}

/// Returns the first and the last lines of `output`, without control characters.
fn excerpt(output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    let left_out = lines.len().saturating_sub(FIRST_LINES + LAST_LINES);
    let mut shown = String::new();
    let last = if left_out == 0 { FIRST_LINES } else { lines.len() - LAST_LINES };
    for line in lines.iter().take(FIRST_LINES) {
        push_output_line(&mut shown, line);
    }
    if left_out > 0 {
        shown.extend(["… ", &left_out.to_string(), " lines left out …\n"]);
    }
    for line in lines.iter().skip(last) {
        push_output_line(&mut shown, line);
    }
    shown
}

fn push_output_line(shown: &mut String, line: &str) {
    let line = without_escapes(line);
    shown.extend([&shortened(&line, MAX_LINE), "\n"]);
}

/// Removes control characters, and the sequences by which terminals are colored (`ESC [ … letter`).
fn without_escapes(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(
            part.trim_start_matches(|character: char| character.is_ascii_digit() || ";?".contains(character))
                .get(1..)
                .unwrap_or_default(),
        );
    }
    plain.retain(|character| character == '\t' || !character.is_control());
    plain
}

fn push_list(report: &mut String, title: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    report.extend(["\n## ", title, "\n\n"]);
    for item in items {
        report.extend(["- ", &inert(item), "\n"]);
    }
}

fn inert(text: &str) -> String {
    let mut line = String::new();
    push_text(&mut line, OneLine::from(&*shortened(text, MAX_LINE)).as_str(), Spot::Line);
    line
}

fn inert_code(text: &str) -> String {
    let mut code = String::new();
    push_code(&mut code, OneLine::from(text).as_str(), Spot::Line);
    code
}

#[cfg(test)]
mod tests;
