//! Searches for what is dangerous: secrets in added lines, weaknesses in the code.

use std::collections::BTreeMap;

use pipemason_core::config::Security;
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::{Check, CheckOutcome, Finding, Severity};
use pipemason_core::sarif::read_sarif;
use pipemason_core::text::redact::{SecretKind, scan};
use pipemason_process::find_program;

use crate::command::execute;
use crate::error::{GateError, Stopped, made, settled, skipped};
use crate::log::Log;
use crate::objections::tail;
use crate::place::Place;
use crate::quality::{GateCommand, Origin, could_not_run};

/// The lines that a change adds: by path, and by number in the new file.
pub type AddedLines = BTreeMap<String, BTreeMap<u32, String>>;

/// Findings beyond this number say that a file is full of secrets, which a person sees without a list.
const MAX_FINDINGS: usize = 200;

/// Searches added lines for secrets. Nothing runs, and the findings do not show what was found.
pub fn secrets(place: &Place, wanted: &Security, added: &AddedLines) -> Check {
    const NAME: &str = "secrets";
    let unit = place.unit.as_ref();
    if !wanted.secret_scan {
        return skipped(NAME, unit, "`security.secret_scan` is false");
    }
    let findings: Vec<_> =
        added.iter().flat_map(|(path, lines)| in_file(place, path, lines)).take(MAX_FINDINGS).collect();
    let class = FailureClass::SecurityFinding;
    let result = if findings.is_empty() { CheckOutcome::Passed } else { CheckOutcome::Failed { class, findings } };
    made(NAME, unit, result)
}

fn in_file<'a>(place: &Place, path: &'a str, lines: &'a BTreeMap<u32, String>) -> Vec<Finding> {
    let numbers: Vec<u32> = lines.keys().copied().collect();
    // Together, because a key covers many lines; what was between them is not this change's.
    let text = lines.values().map(|line| line.trim_end_matches(['\n', '\r'])).collect::<Vec<_>>().join("\n");
    let finding = |found: &pipemason_core::text::redact::SecretFinding| {
        let index = usize::try_from(found.line).unwrap_or(usize::MAX).saturating_sub(1);
        Finding {
            class: FailureClass::SecurityFinding,
            severity: severity(found.kind),
            rule: format!("secrets/{}", found.kind.name().replace(' ', "-")),
            message: format!("this line adds what looks like a secret ({})", found.kind.name()),
            path: Some(path.to_owned()),
            line: numbers.get(index).copied(),
            unit: place.unit.clone(),
        }
    };
    scan(&text).iter().map(finding).collect()
}

/// Returns how bad it is: what only its surroundings make a secret may be none.
fn severity(kind: SecretKind) -> Severity {
    match kind {
        SecretKind::Assignment | SecretKind::UrlPassword | SecretKind::Authorization => Severity::Medium,
        SecretKind::KnownValue
        | SecretKind::PrivateKey
        | SecretKind::GitHubToken
        | SecretKind::ModelKey
        | SecretKind::CloudKey
        | SecretKind::ServiceToken
        | SecretKind::JsonWebToken => Severity::High,
    }
}

/// The analyzer that is looked for, and how it is asked for SARIF.
const ANALYZER: &str = "semgrep";
const ANALYSIS: &str = "semgrep scan --config auto --sarif --quiet";

/// Analyzes the code for weaknesses, where `security.sast` asks for it.
pub async fn static_analysis(place: &Place, wanted: &Security) -> Result<Check, Stopped> {
    const NAME: &str = "sast";
    let unit = place.unit.as_ref();
    if !wanted.sast {
        return Ok(skipped(NAME, unit, "`security.sast` is false"));
    }
    let path = place.environment.get("PATH").unwrap_or_default();
    if find_program(ANALYZER, path).is_none() {
        let reason = format!("`security.sast` asks for an analyzer, and `{ANALYZER}` is not installed");
        return Ok(made(NAME, unit, CheckOutcome::Unavailable { reason }));
    }
    settled(NAME, unit, analyze(place, NAME, ANALYSIS).await)
}

async fn analyze(place: &Place, name: &str, line: &str) -> Result<Check, GateError> {
    let mut log = Log::begin(place, name)?;
    let execution = execute(place, name, line, &mut log).await?;
    let text = execution.text();
    // Warnings may stand before the report.
    let json = text.find('{').and_then(|start| text.get(start..)).unwrap_or_default();
    let class = FailureClass::SecurityFinding;
    let command = GateCommand { line, origin: Origin::Configured };
    let result = match (could_not_run(&execution, command), read_sarif(json.as_bytes(), class, &place.folder_name())) {
        (Some(outcome), _) => outcome,
        (None, Ok(report)) if report.failed_runs.is_empty() => {
            let findings: Vec<_> = report.findings.into_iter().map(|finding| place.found(finding)).collect();
            if findings.is_empty() { CheckOutcome::Passed } else { CheckOutcome::Failed { class, findings } }
        }
        (None, Ok(report)) => CheckOutcome::Unavailable { reason: report.failed_runs.join("; ") },
        (None, Err(error)) => {
            CheckOutcome::Unavailable { reason: format!("`{line}`: {error}; it says: {}", tail(&text)) }
        }
    };
    Ok(Check { log: Some(log.path), ..made(name, place.unit.as_ref(), result) })
}
