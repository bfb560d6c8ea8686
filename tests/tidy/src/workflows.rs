//! Workflows and actions: what they run is fixed by hash, what they may do is little, and nobody's text becomes a command.
//!
//! The auditor for workflows that runs beside these rules knows more; these hold wherever the tests run.

use crate::outline::{self, Entry, Outline};
use crate::violation::{TextFile, Violation};

/// Checks one file; files that are neither a workflow nor an action have no violations.
pub fn check(file: &TextFile) -> Vec<Violation> {
    let is_yaml = file.has_extension("yml") || file.has_extension("yaml");
    let is_workflow = is_yaml && file.folder() == ".github/workflows";
    let is_action = is_yaml && file.name().starts_with("action.") && !file.is_fixture();
    if !is_workflow && !is_action {
        return Vec::new();
    }
    let outline = outline::read(&file.text);
    let mut found: Vec<_> = outline
        .strange
        .iter()
        .map(|(line, why)| file.violation("workflow-form", *line, format!("{why}; write blocks, one value a line")))
        .collect();
    found.extend(outline.entries.iter().flat_map(|entry| check_entry(file, entry)));
    found.extend(check_checkouts(file, &outline));
    if is_workflow {
        found.extend(check_workflow(file, &outline));
    }
    found
}

fn check_entry(file: &TextFile, entry: &Entry) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut add = |rule, message: &str| found.push(file.violation(rule, entry.line, message));
    if entry.key() == "uses" && !is_pinned(&entry.value) {
        add("workflow-pin", "an action that is not pinned by a full hash");
    }
    if entry.key() == "uses" && !entry.value.starts_with("./") && !names_a_version(&entry.comment) {
        add("workflow-pin", "a pin without its version (`# v1.2.3`)");
    }
    if matches!(entry.key(), "run" | "script") && entry.value.contains("${{") {
        add("workflow-injection", "an expression inside a script; hand it over in `env:`");
    }
    if entry.key() == "permissions" && matches!(entry.value.as_str(), "write-all" | "read-all") {
        add("workflow-permissions", "permissions that nobody counted");
    }
    let is_trigger = entry.path.first().is_some_and(|key| key == "on");
    if is_trigger && (entry.key() == "pull_request_target" || entry.value.contains("pull_request_target")) {
        add("workflow-trigger", "a trigger that gives strangers a token that writes");
    }
    found
}

/// Local actions are part of the commit already; images are pinned by their digest.
fn is_pinned(uses: &str) -> bool {
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    if uses.starts_with("./") {
        return true;
    }
    if let Some(image) = uses.strip_prefix("docker://") {
        return image.split_once("@sha256:").is_some_and(|(_, digest)| is_hex(digest, 64));
    }
    uses.split_once('@').is_some_and(|(_, revision)| is_hex(revision, 40))
}

fn names_a_version(comment: &str) -> bool {
    comment.trim_start_matches('v').starts_with(|character: char| character.is_ascii_digit())
}

fn check_checkouts(file: &TextFile, outline: &Outline) -> Vec<Violation> {
    let checkouts =
        outline.entries.iter().filter(|entry| entry.key() == "uses" && entry.value.starts_with("actions/checkout@"));
    checkouts
        .filter(|checkout| {
            let mut wanted = checkout.path.clone();
            wanted.pop();
            wanted.extend(["with".to_owned(), "persist-credentials".to_owned()]);
            !outline.entries.iter().any(|entry| entry.path == wanted && entry.value == "false")
        })
        .map(|checkout| {
            let message = "a checkout that leaves the token on disk; set `persist-credentials: false`";
            file.violation("workflow-credentials", checkout.line, message)
        })
        .collect()
}

fn check_workflow(file: &TextFile, outline: &Outline) -> Vec<Violation> {
    let mut found = Vec::new();
    let find = |path: &[&str]| outline.entries.iter().find(|entry| entry.is_at(path));
    if find(&["permissions"]).is_none_or(|entry| entry.value != "{}") {
        found.push(file.violation("workflow-permissions", 1, "`permissions: {}` is missing at the top"));
    }
    for job in outline.entries.iter().filter(|entry| entry.path.len() == 2) {
        let [jobs, name] = job.path.as_slice() else { continue };
        if jobs != "jobs" {
            continue;
        }
        if find(&["jobs", name, "permissions"]).is_none() {
            found.push(file.violation("workflow-permissions", job.line, format!("job `{name}` has no `permissions`")));
        }
        let calls_a_workflow = find(&["jobs", name, "uses"]).is_some();
        if !calls_a_workflow && find(&["jobs", name, "timeout-minutes"]).is_none() {
            found.push(file.violation("workflow-timeout", job.line, format!("job `{name}` has no `timeout-minutes`")));
        }
    }
    found
}

#[cfg(test)]
mod tests;
