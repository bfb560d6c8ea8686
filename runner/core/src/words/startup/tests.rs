//! What a repository still needs, in words.

use super::*;
use crate::words::MarkerKind;
use crate::words::tests::{assert_text, marker, redactor, site};

fn item(requirement: Requirement, presence: Presence, found: &[&str]) -> ChecklistItem {
    let found = found.iter().map(ToString::to_string).collect();
    ChecklistItem { requirement, presence, link: site().settings("actions"), found }
}

fn items() -> Vec<ChecklistItem> {
    vec![
        item(Requirement::ActionsEnabled, Presence::There, &[]),
        item(Requirement::WorkflowOnDefaultBranch, Presence::Missing, &[".github/workflows/pipemason.yml"]),
        item(Requirement::ModelSecret, Presence::Missing, &["ANTHROPIC_API_KEY"]),
        item(Requirement::CommandsDetected, Presence::There, &["cargo test", "cargo clippy"]),
        item(Requirement::RunnerAvailable, Presence::Unknown, &[]),
    ]
}

#[test]
fn the_first_day_is_one_list_with_a_link_for_each_step() {
    let items = items();
    let marker = marker(MarkerKind::Checklist);
    assert_text!("checklist", checklist_comment(&items, &marker, &redactor()));
    let ready: Vec<_> = items.iter().map(|item| ChecklistItem { presence: Presence::There, ..item.clone() }).collect();
    let text = checklist_comment(&ready, &marker, &redactor());
    assert!(text.contains("**Everything is ready.**") && !text.contains("missing"), "{text}");
    let all = items.iter().map(|item| ChecklistItem { presence: Presence::Missing, ..item.clone() });
    assert_text!("checklist_all_missing", checklist_comment(&all.collect::<Vec<_>>(), &marker, &redactor()));
    let one: Vec<_> = items.into_iter().skip(2).collect();
    assert!(checklist_comment(&one, &marker, &redactor()).contains("1 step left"));
}

#[test]
fn each_problem_at_the_start_has_the_click_that_helps() {
    let problems = [
        StartProblem::Queued { minutes: 15 },
        StartProblem::StartupFailure,
        StartProblem::ActionRequired,
        StartProblem::WorkflowDisabled,
        StartProblem::WorkflowMissing,
        StartProblem::ActionsDisabled,
    ];
    let said: Vec<_> = problems.iter().map(|problem| problem.words(&site()).to_string()).collect();
    assert_text!("start_problems", said.join("\n"));
}

#[test]
fn a_long_list_of_findings_is_cut() {
    let found: Vec<_> = (0..10).map(|number| format!("command-{number}")).collect();
    let found: Vec<_> = found.iter().map(String::as_str).collect();
    let items = [item(Requirement::CommandsDetected, Presence::There, &found)];
    let text = checklist_comment(&items, &marker(MarkerKind::Checklist), &redactor());
    assert!(text.contains("command-5") && !text.contains("command-6"));
}
