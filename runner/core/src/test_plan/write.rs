//! Writing a plan in its canonical form.

use std::collections::BTreeMap;

use crate::document::inline::{Spot, push_code, push_text};
use crate::id::CriterionId;

use super::{PlannedTest, SCHEMA_VERSION, TestKind, TestPlan, TestStatus};

pub(super) fn write(plan: &TestPlan) -> String {
    let mut file = format!("---\nschema_version: {SCHEMA_VERSION}\n---\n\n# Test plan\n");
    push_matrix(&mut file, plan);
    push_table(
        &mut file,
        "Test inventory",
        &["ID", "AC", "Unit", "Kind", "Test", "File", "Status", "Note"],
        &plan.tests,
        |row, test| {
            row.text(test.id.as_str());
            row.text(&names(&test.criteria));
            row.text(&test.unit.to_string());
            row.text(test.kind.name());
            row.code(test.name.as_str());
            row.code(test.file.as_str());
            row.text(test.status.name());
            row.text(test.note.as_str());
        },
    );
    push_table(
        &mut file,
        "Base tests to change or remove",
        &["Action", "AC", "Test", "File"],
        &plan.base_tests,
        |row, test| {
            row.text(test.action.name());
            row.text(&names(&test.criteria));
            row.code(test.name.as_str());
            row.code(test.file.as_str());
        },
    );
    push_table(&mut file, "Gate inputs", &["File", "Reason"], &plan.gate_inputs, |row, input| {
        row.code(input.path.as_str());
        row.text(input.reason.as_str());
    });
    file
}

/// A row that is being written.
struct RowWriter<'f>(&'f mut String);

impl RowWriter<'_> {
    fn text(&mut self, text: &str) {
        self.0.push(' ');
        push_text(self.0, text, Spot::Cell);
        self.0.push_str(" |");
    }

    fn code(&mut self, code: &str) {
        self.0.push(' ');
        push_code(self.0, code, Spot::Cell);
        self.0.push_str(" |");
    }
}

fn push_table<T>(file: &mut String, title: &str, columns: &[&str], items: &[T], push: impl Fn(&mut RowWriter<'_>, &T)) {
    file.extend(["\n## ", title, "\n\n"]);
    if items.is_empty() {
        file.push_str("None.\n");
        return;
    }
    file.extend(["| ", &columns.join(" | "), " |\n|", &"---|".repeat(columns.len()), "\n"]);
    for item in items {
        file.push('|');
        push(&mut RowWriter(file), item);
        file.push('\n');
    }
}

/// Appends criterion × kind, with the ids of the tests and the least advanced of their statuses.
fn push_matrix(file: &mut String, plan: &TestPlan) {
    let mut rows: BTreeMap<CriterionId, Vec<&PlannedTest>> = BTreeMap::new();
    for test in &plan.tests {
        for criterion in &test.criteria {
            rows.entry(*criterion).or_default().push(test);
        }
    }
    let rows: Vec<_> = rows.into_iter().collect();
    push_table(
        file,
        "Coverage matrix",
        &["AC", "Unit", "Integration", "E2E", "Status"],
        &rows,
        |row, (criterion, tests)| {
            row.text(&criterion.to_string());
            for kind in TestKind::ALL {
                let ids: Vec<_> = tests.iter().filter(|test| test.kind == kind).map(|test| test.id.as_str()).collect();
                row.text(&if ids.is_empty() { "—".to_owned() } else { ids.join(", ") });
            }
            let worst = tests.iter().map(|test| test.status).max_by_key(|status| concern(*status));
            row.text(worst.unwrap_or_default().name());
        },
    );
}

/// Orders statuses by how far they are from being a proof.
fn concern(status: TestStatus) -> u8 {
    match status {
        TestStatus::Green => 0,
        TestStatus::Red => 1,
        TestStatus::Planned => 2,
        TestStatus::Flaky => 3,
        TestStatus::Skipped => 4,
    }
}

fn names(criteria: &[CriterionId]) -> String {
    let names: Vec<_> = criteria.iter().map(ToString::to_string).collect();
    names.join(", ")
}
