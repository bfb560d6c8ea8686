//! Known weaknesses of dependencies, as the tools of each ecosystem report them.
//!
//! Which tool looks at which lock file, and where in its JSON the findings are, is a table. A tool that is not
//! installed, or does not reach its database, is something missing; anything else that it says is taken for what it is.

use std::collections::BTreeSet;

use pipemason_core::config::Security;
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::{Check, CheckOutcome, Finding, Severity};
use pipemason_process::find_program;
use serde_json::Value;

use crate::command::{Execution, execute};
use crate::error::{GateError, Stopped, made, settled, skipped};
use crate::log::Log;
use crate::objections::tail;
use crate::place::Place;
use crate::quality::{GateCommand, Origin, could_not_run};

const NAME: &str = "dependency_audit";

/// More findings than anybody repairs at once.
const MAX_FINDINGS: usize = 100;

/// A tool that knows the weaknesses of the packages in a lock file.
struct Auditor {
    /// Any of these files says that the tool is meant.
    locks: &'static [&'static str],
    program: &'static str,
    line: &'static str,
    read: fn(&Value) -> Option<Vec<Weakness>>,
}

/// The tools, in the order of their lock files.
const AUDITORS: [Auditor; 4] = [
    Auditor { locks: &["Cargo.lock"], program: "cargo-audit", line: "cargo audit --json", read: cargo },
    Auditor {
        locks: &["package-lock.json", "npm-shrinkwrap.json"],
        program: "npm",
        line: "npm audit --json",
        read: npm,
    },
    Auditor { locks: &["pnpm-lock.yaml"], program: "pnpm", line: "pnpm audit --json", read: pnpm },
    Auditor {
        locks: &["requirements.txt"],
        program: "pip-audit",
        line: "pip-audit --format json --requirement requirements.txt",
        read: pip,
    },
];

/// Lock files whose tools write nothing that is read here.
const UNREAD: [&str; 6] = ["yarn.lock", "go.sum", "uv.lock", "poetry.lock", "Pipfile.lock", "gradle.lockfile"];

/// Words of tools that do not reach their database.
const OFFLINE: [&str; 9] = [
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "couldn't fetch advisory database",
    "Could not resolve host",
    "Max retries exceeded",
    "audit endpoint returned an error",
];

/// One known weakness.
struct Weakness {
    severity: Severity,
    id: String,
    package: String,
    title: String,
}

/// Searches the dependencies of a unit for known weaknesses, if a file that names them was changed.
///
/// What the base depends on is not this change's to repair, so without a changed lock file nothing is searched.
pub async fn dependency_audit(
    place: &Place,
    wanted: &Security,
    origin: Origin,
    changed_files: &BTreeSet<String>,
) -> Result<Check, Stopped> {
    let unit = place.unit.as_ref();
    if !wanted.dep_audit {
        return Ok(skipped(NAME, unit, "`security.dep_audit` is false"));
    }
    let changed = |lock: &&str| changed_files.contains(&format!("{}{lock}", place.folder_in_tree()));
    let Some((auditor, lock)) = AUDITORS
        .iter()
        .find_map(|auditor| auditor.locks.iter().copied().find(|lock| changed(lock)).map(|lock| (auditor, lock)))
    else {
        let reason = match UNREAD.iter().find(|lock| changed(lock)) {
            Some(lock) => format!("no tool that is known here audits `{lock}`"),
            None => "no lock file was changed".to_owned(),
        };
        return Ok(skipped(NAME, unit, reason));
    };
    let path = place.environment.get("PATH").unwrap_or_default();
    if find_program(auditor.program, path).is_none() {
        let reason = format!("`{}` is not installed, so `{lock}` was not audited", auditor.program);
        return Ok(made(NAME, unit, origin.without(reason)));
    }
    settled(NAME, unit, run_audit(place, auditor, lock, origin).await)
}

async fn run_audit(place: &Place, auditor: &Auditor, lock: &str, origin: Origin) -> Result<Check, GateError> {
    let mut log = Log::begin(place, NAME)?;
    let execution = execute(place, NAME, auditor.line, &mut log).await?;
    let result = outcome(place, auditor, lock, origin, &execution);
    Ok(Check { log: Some(log.path), ..made(NAME, place.unit.as_ref(), result) })
}

fn outcome(place: &Place, auditor: &Auditor, lock: &str, origin: Origin, execution: &Execution) -> CheckOutcome {
    let text = execution.text();
    let command = GateCommand { line: auditor.line, origin };
    if let Some(outcome) = could_not_run(execution, command) {
        return outcome;
    }
    let weaknesses = first_object(&text).as_ref().and_then(auditor.read);
    let Some(weaknesses) = weaknesses else {
        let words = place.redactor.redact(tail(&text)).into_owned();
        let is_offline = OFFLINE.iter().any(|words| text.contains(words));
        let reason = if is_offline {
            format!("`{}` does not reach its database, so `{lock}` was not audited", auditor.line)
        } else {
            format!("`{}` says nothing that can be read: {words}", auditor.line)
        };
        return if is_offline { origin.without(reason) } else { CheckOutcome::Unavailable { reason } };
    };
    let class = FailureClass::SecurityFinding;
    let finding = |weakness: Weakness| Finding {
        class,
        severity: weakness.severity,
        rule: weakness.id,
        message: format!("{}: {}", weakness.package, weakness.title),
        path: Some(format!("{}{lock}", place.folder_in_tree())),
        line: None,
        unit: place.unit.clone(),
    };
    let findings: Vec<_> = weaknesses.into_iter().take(MAX_FINDINGS).map(finding).collect();
    if findings.is_empty() { CheckOutcome::Passed } else { CheckOutcome::Failed { class, findings } }
}

/// Returns the first JSON object in a text; tools write warnings around it.
fn first_object(text: &str) -> Option<Value> {
    let start = text.find('{')?;
    serde_json::Deserializer::from_str(text.get(start..)?).into_iter().next()?.ok()
}

fn words(value: &Value, pointer: &str) -> String {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Reads the words that tools use; none of them is a serious one.
fn severity(word: &str) -> Severity {
    match word {
        "critical" => Severity::Critical,
        "moderate" | "medium" => Severity::Medium,
        "low" => Severity::Low,
        "info" | "none" => Severity::Info,
        _ => Severity::High,
    }
}

fn cargo(report: &Value) -> Option<Vec<Weakness>> {
    let list = report.pointer("/vulnerabilities/list")?.as_array()?;
    let weakness = |entry: &Value| Weakness {
        // The severity of the database is a CVSS vector, or nothing.
        severity: Severity::High,
        id: words(entry, "/advisory/id"),
        package: words(entry, "/package/name"),
        title: words(entry, "/advisory/title"),
    };
    Some(list.iter().map(weakness).collect())
}

fn npm(report: &Value) -> Option<Vec<Weakness>> {
    let packages = report.get("vulnerabilities")?.as_object()?;
    let of_package = |(name, entry): (&String, &Value)| {
        // What is weak only because of another package is listed there.
        let causes: Vec<_> = entry.get("via").and_then(Value::as_array).into_iter().flatten().cloned().collect();
        let name = name.clone();
        causes.into_iter().filter(Value::is_object).map(move |via| Weakness {
            severity: severity(&words(&via, "/severity")),
            id: words(&via, "/url"),
            package: name.clone(),
            title: words(&via, "/title"),
        })
    };
    Some(packages.iter().flat_map(of_package).collect())
}

fn pnpm(report: &Value) -> Option<Vec<Weakness>> {
    let advisories = report.get("advisories")?.as_object()?;
    let weakness = |entry: &Value| Weakness {
        severity: severity(&words(entry, "/severity")),
        id: words(entry, "/url"),
        package: words(entry, "/module_name"),
        title: words(entry, "/title"),
    };
    Some(advisories.values().map(weakness).collect())
}

fn pip(report: &Value) -> Option<Vec<Weakness>> {
    let packages = report.get("dependencies")?.as_array()?;
    let of_package = |package: &Value| {
        let name = words(package, "/name");
        let weaknesses: Vec<_> =
            package.get("vulns").and_then(Value::as_array).into_iter().flatten().cloned().collect();
        weaknesses.into_iter().map(move |entry| Weakness {
            severity: Severity::High,
            id: words(&entry, "/id"),
            package: name.clone(),
            title: words(&entry, "/description").lines().next().unwrap_or_default().to_owned(),
        })
    };
    Some(packages.iter().flat_map(of_package).collect())
}
