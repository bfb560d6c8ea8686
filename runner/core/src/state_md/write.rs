//! Writing the front matter. Every text is double-quoted; what is not is a number, a time, or a word of ours.

use std::fmt::{Display, Write as _};

use crate::id::BranchName;
use crate::yaml::{push_quoted, quoted};

use super::{ActiveUnit, CompleteUnit, EscalationLine, FailedUnit, SCHEMA_VERSION, StateDocument};

pub(super) fn front_matter(state: &StateDocument) -> String {
    let mut yaml = YamlWriter(String::from("---\n"));
    yaml.word("schema_version", SCHEMA_VERSION);
    // Quoted, because a name of digits only would be a number.
    yaml.text("run_id", &state.run_id.to_string());
    yaml.text("ticket", &state.ticket);
    yaml.text("title", &state.title);
    yaml.text("branch", state.branch.as_ref().map_or("", BranchName::as_str));
    yaml.text("base_branch", state.base_branch.as_ref().map_or("", BranchName::as_str));
    yaml.word("started", state.started);
    yaml.word("updated", state.updated);
    yaml.word("phase", state.phase);
    yaml.word("status", state.status);
    yaml.list("domains_active", &state.domains_active, push_active);
    yaml.list("domains_complete", &state.domains_complete, push_complete);
    yaml.list("domains_failed", &state.domains_failed, push_failed);
    yaml.list("escalations", &state.escalations, push_escalation);
    yaml.word("total_iterations", state.total_iterations);
    let retries: Vec<String> =
        state.retries_by_failure_class.iter().map(|(class, count)| format!("{class}: {count}")).collect();
    yaml.word("retries_by_failure_class", format_args!("{{{}}}", retries.join(", ")));
    yaml.word("tokens_in", state.tokens_in);
    yaml.word("tokens_out", state.tokens_out);
    let micros = state.cost_usd.as_micros();
    // As text, because YAML readers make floating point of numbers.
    yaml.text("cost_usd", &format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000));
    yaml.text("agent", &state.agent);
    yaml.text("pull_request", &state.pull_request);
    yaml.0 + "---\n"
}

struct YamlWriter(String);

impl YamlWriter {
    /// Appends something that our own types write, which needs no quotes.
    fn word(&mut self, key: &str, value: impl Display) {
        // Writing to a `String` cannot fail.
        let _: std::fmt::Result = writeln!(self.0, "{key}: {value}");
    }

    fn text(&mut self, key: &str, text: &str) {
        self.0.extend([key, ": "]);
        push_quoted(&mut self.0, text);
        self.0.push('\n');
    }

    /// Appends a list of maps; `push` writes the keys of one, the first as `  - key` and the others aligned
    /// with it.
    fn list<T>(&mut self, key: &str, items: &[T], push: fn(&mut Self, &T)) {
        if items.is_empty() {
            self.word(key, "[]");
            return;
        }
        self.0.extend([key, ":\n"]);
        for item in items {
            push(self, item);
        }
    }
}

fn push_active(yaml: &mut YamlWriter, unit: &ActiveUnit) {
    yaml.word("  - name", &unit.name);
    yaml.text("    agent", &unit.agent);
    yaml.word("    started", unit.started);
}

fn push_complete(yaml: &mut YamlWriter, unit: &CompleteUnit) {
    yaml.word("  - name", &unit.name);
    yaml.text("    agent", &unit.agent);
    yaml.word("    ended", unit.ended);
    let artifacts: Vec<String> = unit.artifacts.iter().map(|artifact| quoted(artifact)).collect();
    yaml.word("    artifacts", format_args!("[{}]", artifacts.join(", ")));
}

fn push_failed(yaml: &mut YamlWriter, unit: &FailedUnit) {
    yaml.word("  - name", &unit.name);
    yaml.text("    agent", &unit.agent);
    yaml.word("    ended", unit.ended);
    yaml.text("    reason", &unit.reason);
    yaml.word("    retry_count", unit.retry_count);
}

fn push_escalation(yaml: &mut YamlWriter, escalation: &EscalationLine) {
    yaml.word("  - ts", escalation.ts);
    if let Some(id) = escalation.id {
        yaml.word("    id", id);
    }
    yaml.word("    phase", escalation.phase);
    if let Some(class) = escalation.failure_class {
        yaml.word("    failure_class", class);
    }
    yaml.text("    reason", &escalation.reason);
    yaml.text("    awaiting", &escalation.awaiting);
    yaml.text("    recovery", &escalation.recovery);
}
