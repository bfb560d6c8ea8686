//! The status comment of a program.

use std::sync::Arc;

use super::*;
use crate::program::{StoryRecord, StoryState};
use crate::words::MarkerKind;
use crate::words::tests::programs::{NEXT, colorful_program, program_of, record, with_view};
use crate::words::tests::{alice, all_program_causes, assert_text, at, marker, redactor};

fn rendered(program: &Program) -> String {
    with_view(program, |view| program_comment(view, &marker(MarkerKind::Status), &redactor()))
}

#[test]
fn a_program_shows_its_stories_and_what_follows_what() {
    let mut program = colorful_program("A story | with a bar");
    program.spend.raised = Some(crate::money::Usd::dollars(100));
    assert_text!("program", rendered(&program));
}

#[test]
fn each_standing_has_its_words_and_its_commands() {
    let (_, escalation) = all_program_causes("words").remove(0);
    let states = [
        ProgramState::Pending,
        ProgramState::Running,
        ProgramState::Cancelling { by: alice() },
        ProgramState::Paused { until: at("2026-05-05T00:00:00Z") },
        ProgramState::Escalated { escalation: Arc::new(escalation) },
        ProgramState::Complete,
        ProgramState::Failed { reason: Arc::from("There is no branch `main`.") },
        ProgramState::Cancelled { by: alice() },
    ];
    let program = program_of("A story", &[(&[], record(StoryState::Complete))]);
    let said = states.map(|state| rendered(&Program { state, ..program.clone() }));
    assert_text!("program_standings", said.join("\n\n"));
}

#[test]
fn sec_38_a_thousand_stories_are_cut_to_a_table_that_fits() {
    let stories = |count: usize| -> Vec<(&[usize], StoryRecord)> { vec![(&[], record(NEXT)); count] };
    let text = rendered(&program_of(&"\\".repeat(1000), &stories(999)));
    assert!(Limit::COMMENT.admits(&text));
    assert!(text.contains("S-E001-100") && !text.contains("S-E001-101"));
    assert!(text.contains("… and 899 stories more;"), "{}", text.len());
    assert!(!text.contains("```mermaid"));
    let graph = |count| rendered(&program_of("A story", &stories(count))).contains("```mermaid");
    assert_eq!([graph(1), graph(2), graph(MAX_NODES), graph(MAX_NODES + 1)], [false, true, true, false]);
}
