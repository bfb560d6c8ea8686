//! Writing a specification in its canonical form.

use std::fmt::Write as _;

use crate::document::inline::{Spot, push_text};
use crate::document::{OneLine, Prose};
use crate::yaml::push_quoted;

use super::{SCHEMA_VERSION, Spec};

pub(super) fn write(spec: &Spec) -> String {
    let mut file = String::new();
    push_header(&mut file, spec);
    if !spec.title.as_str().is_empty() {
        file.push_str("\n# ");
        push_text(&mut file, spec.title.as_str(), Spot::Line);
        file.push('\n');
    }
    push_prose(&mut file, "Goal", &spec.goal);
    push_items(&mut file, "Non-goals", spec.non_goals.iter().map(|item| (String::new(), item)));
    push_items(&mut file, "User stories", spec.user_stories.iter().map(|item| (String::new(), item)));
    let criteria = spec.criteria.iter().map(|criterion| (format!("**{}**: ", criterion.id), &criterion.text));
    push_items(&mut file, "Acceptance criteria", criteria);
    push_items(&mut file, "Non-functional", spec.non_functional.iter().map(|item| (String::new(), item)));
    let affected = spec.affected.iter().map(|(unit, note)| {
        let separator = if note.as_str().is_empty() { "" } else { ": " };
        (format!("**{unit}**{separator}"), note)
    });
    push_items(&mut file, "Affected domains", affected);
    push_questions(&mut file, spec);
    let assumptions = spec.assumptions.iter().map(|assumption| (format!("**{}**: ", assumption.id), &assumption.text));
    push_items(&mut file, "Assumptions", assumptions);
    file
}

fn push_header(file: &mut String, spec: &Spec) {
    let units: Vec<String> = spec.affected.keys().map(ToString::to_string).collect();
    // Writing to a `String` cannot fail.
    let _: std::fmt::Result = write!(file, "---\nschema_version: {SCHEMA_VERSION}\nticket: ");
    push_quoted(file, spec.ticket.as_str());
    file.push_str("\ntitle: ");
    push_quoted(file, spec.title.as_str());
    let kind = spec.kind.name();
    let _: std::fmt::Result =
        write!(file, "\nkind: {kind}\ndomains: [{}]\nfrozen: {}\n---\n", units.join(", "), spec.frozen);
}

fn push_prose(file: &mut String, title: &str, prose: &Prose) {
    file.extend(["\n## ", title, "\n"]);
    prose.push_to(file);
}

/// Appends a section of items, each made of a label, which is ours, and a text.
fn push_items<'a>(file: &mut String, title: &str, items: impl Iterator<Item = (String, &'a OneLine)>) {
    file.extend(["\n## ", title, "\n\n"]);
    let before = file.len();
    for (label, text) in items {
        file.extend(["- ", &label]);
        push_text(file, text.as_str(), Spot::Line);
        file.push('\n');
    }
    if file.len() == before {
        file.push_str("None.\n");
    }
}

fn push_questions(file: &mut String, spec: &Spec) {
    file.push_str("\n## Open questions\n\n");
    for question in &spec.questions {
        file.extend(["- **", &question.id.to_string(), "**: "]);
        push_text(file, question.text.as_str(), Spot::Line);
        file.push('\n');
        if let Some(answer) = &question.answer {
            file.push_str("  - Answer: ");
            push_text(file, answer.as_str(), Spot::Line);
            file.push('\n');
        }
    }
    if spec.questions.is_empty() {
        file.push_str("None.\n");
    }
}
