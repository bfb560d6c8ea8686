//! Findings of static analysis, read from SARIF 2.1.0 as tools really write it.
//!
//! Nothing but the outermost shape is required: levels that the standard does not know, missing rules and
//! missing places are read as well as they can be, and what is unclear is taken for serious. What a tool
//! itself suppressed is counted, not shown, because a comment in the code can suppress anything.
//!
//! Which severity blocks is not here.

use std::cmp::Reverse;

use serde_json::Value;

use crate::failure::FailureClass;
use crate::gate::{Finding, Severity};
use crate::text::bound::{Limit, start_of};

mod place;

/// Larger than any report that a person would read; tools write about 1 KiB for each finding.
pub const MAX_SARIF_BYTES: usize = 32 * 1024 * 1024;
/// Of more findings the worst are kept.
pub const MAX_FINDINGS: usize = 1_000;
/// Longest message that is kept.
const MAX_MESSAGE_BYTES: usize = 2_000;
/// Longest rule name or path that is kept.
const MAX_NAME_BYTES: usize = 500;

/// Why a text is not SARIF.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SarifError {
    #[error("the report has {0} bytes; at most {MAX_SARIF_BYTES} are read")]
    TooLarge(usize),
    #[error("the report is not JSON: {0}")]
    NotJson(String),
    #[error("the report has no list `runs`, so it is not SARIF")]
    NoRuns,
}

/// What a SARIF file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SarifReport {
    pub findings: Vec<Finding>,
    /// Findings beyond [`MAX_FINDINGS`].
    pub left_out: usize,
    /// Findings that the tool was told to ignore.
    pub suppressed: usize,
    /// Runs that say of themselves that they failed: their findings are not all there are.
    pub failed_runs: Vec<String>,
}

/// Reads SARIF; `root` is the directory that was analyzed, and paths become relative to it.
pub fn read_sarif(bytes: &[u8], class: FailureClass, root: &str) -> Result<SarifReport, SarifError> {
    if bytes.len() > MAX_SARIF_BYTES {
        return Err(SarifError::TooLarge(bytes.len()));
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let log: Value = serde_json::from_str(text).map_err(|error| SarifError::NotJson(error.to_string()))?;
    let runs = log.get("runs").and_then(Value::as_array).ok_or(SarifError::NoRuns)?;
    let mut report = SarifReport::default();
    for run in runs {
        report.failed_runs.extend(failure_of(run));
        let results = list(run, "results").iter().map(|result| SarifResult { run, result });
        for result in results.filter(SarifResult::is_objection) {
            if result.is_suppressed() {
                report.suppressed += 1;
            } else {
                report.findings.push(result.finding(class, root));
            }
        }
    }
    if report.findings.len() > MAX_FINDINGS {
        report.left_out = report.findings.len() - MAX_FINDINGS;
        report.findings.sort_by_key(|finding| Reverse(finding.severity));
        report.findings.truncate(MAX_FINDINGS);
    }
    Ok(report)
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn words<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer).and_then(Value::as_str).filter(|words| !words.trim().is_empty())
}

/// Returns the entry of a list that `index` names.
fn entry<'a>(list: &'a [Value], index: Option<&Value>) -> Option<&'a Value> {
    let index = index.and_then(Value::as_u64)?;
    list.get(usize::try_from(index).ok()?)
}

fn cut(text: &str, bytes: usize) -> String {
    start_of(text, Limit::Bytes(bytes)).to_owned()
}

fn failure_of(run: &Value) -> Option<String> {
    let failed = list(run, "invocations")
        .iter()
        .find(|invocation| invocation.get("executionSuccessful") == Some(&Value::Bool(false)))?;
    let tool = words(run, "/tool/driver/name").unwrap_or("the tool");
    let mut notes = list(failed, "toolExecutionNotifications").iter();
    let note = notes.find_map(|note| words(note, "/message/text")).unwrap_or("no reason given");
    Some(cut(&format!("{tool}: {note}"), MAX_MESSAGE_BYTES))
}

/// One `result` and the run that it is in.
struct SarifResult<'a> {
    run: &'a Value,
    result: &'a Value,
}

impl<'a> SarifResult<'a> {
    fn finding(&self, class: FailureClass, root: &str) -> Finding {
        let rule = self.rule();
        let driver = words(self.run, "/tool/driver/name");
        let rule_id = words(self.result, "/ruleId")
            .or_else(|| words(self.result, "/rule/id"))
            .or_else(|| rule.and_then(|rule| words(rule, "/id")));
        let place = place::of(self.run, self.result, root);
        Finding {
            class,
            severity: self.severity(rule),
            rule: cut(rule_id.or(driver).unwrap_or("unnamed rule"), MAX_NAME_BYTES),
            message: cut(&self.message(rule), MAX_MESSAGE_BYTES),
            path: place.path.map(|path| cut(&path, MAX_NAME_BYTES)),
            line: place.line,
            unit: None,
        }
    }

    /// Says whether the result objects to something, rather than reporting that all is well or is gone.
    fn is_objection(&self) -> bool {
        let is_good = matches!(words(self.result, "/kind"), Some("pass" | "notApplicable"));
        let is_gone = words(self.result, "/baselineState") == Some("absent");
        self.result.is_object() && !is_good && !is_gone
    }

    fn is_suppressed(&self) -> bool {
        let mut suppressions = list(self.result, "suppressions").iter();
        suppressions.any(|suppression| matches!(words(suppression, "/status"), None | Some("accepted")))
    }

    /// Finds the rule by index or id, in the tool itself or in one of its extensions.
    fn rule(&self) -> Option<&'a Value> {
        let extensions = self.run.pointer("/tool/extensions").and_then(Value::as_array);
        let extensions = extensions.map_or(&[][..], Vec::as_slice);
        let component = entry(extensions, self.result.pointer("/rule/toolComponent/index"));
        let driver = self.run.pointer("/tool/driver");
        let home = component.or(driver);
        let index = self.result.get("ruleIndex").or_else(|| self.result.pointer("/rule/index"));
        let by_index = home.and_then(|home| entry(list(home, "rules"), index));
        by_index.or_else(|| {
            let id = words(self.result, "/ruleId").or_else(|| words(self.result, "/rule/id"))?;
            let components = driver.into_iter().chain(extensions);
            let mut rules = components.flat_map(|component| list(component, "rules"));
            rules.find(|rule| words(rule, "/id") == Some(id))
        })
    }

    fn severity(&self, rule: Option<&Value>) -> Severity {
        let score = std::iter::once(self.result)
            .chain(rule)
            .find_map(|value| score(value.pointer("/properties/security-severity")?));
        if let Some(score) = score {
            return severity_of_score(score);
        }
        if words(self.result, "/kind") == Some("informational") {
            return Severity::Info;
        }
        let level = words(self.result, "/level");
        let level = level.or_else(|| rule.and_then(|rule| words(rule, "/defaultConfiguration/level")));
        severity_of_level(level.unwrap_or("warning"))
    }

    fn message(&self, rule: Option<&Value>) -> String {
        let by_id = || {
            let id = words(self.result, "/message/id")?;
            words(rule?.get("messageStrings")?.get(id)?, "/text")
        };
        let text = words(self.result, "/message/text")
            .or_else(by_id)
            .or_else(|| words(self.result, "/message/markdown"))
            .or_else(|| rule.and_then(|rule| words(rule, "/shortDescription/text")))
            .or_else(|| rule.and_then(|rule| words(rule, "/fullDescription/text")))
            .unwrap_or("the tool gives no message");
        let mut text = cut(text, MAX_MESSAGE_BYTES);
        let arguments = self.result.pointer("/message/arguments").and_then(Value::as_array);
        for (index, argument) in arguments.into_iter().flatten().take(10).enumerate() {
            let argument = argument.as_str().unwrap_or_default();
            text = cut(&text.replace(&format!("{{{index}}}"), &cut(argument, MAX_NAME_BYTES)), MAX_MESSAGE_BYTES);
        }
        text
    }
}

/// Reads `"8.1"` or `8.1`.
fn score(value: &Value) -> Option<f64> {
    let score = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    score.is_finite().then_some(score)
}

/// The bounds of CVSS 3.
fn severity_of_score(score: f64) -> Severity {
    if score >= 9.0 {
        Severity::Critical
    } else if score >= 7.0 {
        Severity::High
    } else if score >= 4.0 {
        Severity::Medium
    } else if score > 0.0 {
        Severity::Low
    } else {
        Severity::Info
    }
}

/// The four levels of the standard, the words that tools use instead, and anything else as high.
fn severity_of_level(level: &str) -> Severity {
    match level.to_ascii_lowercase().as_str() {
        "critical" => Severity::Critical,
        "warning" | "medium" | "moderate" => Severity::Medium,
        "note" | "low" => Severity::Low,
        "none" | "info" | "informational" => Severity::Info,
        _ => Severity::High,
    }
}

#[cfg(test)]
mod tests;
