//! The status comment of a program.

use super::*;
use crate::words::MarkerKind;
use crate::words::tests::{assert_text, at, marker, redactor, run_id, site};

fn story(number: usize, standing: StoryStanding, depends_on: &[usize]) -> StoryView {
    let id = |number| format!("S-E001-{number:03}").parse().unwrap();
    StoryView {
        id: id(number),
        title: format!("Story | number {number}"),
        standing,
        depends_on: depends_on.iter().map(|parent| id(*parent)).collect(),
        issue: Some(IssueNumber(100 + number as u64)),
        pull_request: (standing == StoryStanding::Complete).then_some(IssueNumber(200)),
    }
}

fn rendered(standing: ProgramStanding, stories: &[StoryView], limit: Option<Usd>) -> String {
    let site = site();
    let view = ProgramView {
        id: ProgramId(run_id().0),
        standing,
        phase: "iterate",
        stories,
        spent: Usd::dollars(12),
        limit,
        cost_source: CostSource::Metered,
        site: &site,
        page: Some("https://pipemason.example/programs/1".parse().unwrap()),
        now: at("2026-05-04T10:00:00Z"),
    };
    program_comment(&view, &marker(MarkerKind::Status), &redactor())
}

#[test]
fn a_program_shows_its_stories_and_what_follows_what() {
    let standings = [
        StoryStanding::Complete,
        StoryStanding::InProgress,
        StoryStanding::Escalated,
        StoryStanding::Blocked,
        StoryStanding::Gated,
        StoryStanding::Pending,
        StoryStanding::Failed,
        StoryStanding::Cancelled,
    ];
    let depends = [vec![], vec![1], vec![1], vec![2, 3], vec![], vec![5, 99], vec![], vec![7]];
    let stories: Vec<_> =
        standings.iter().zip(&depends).zip(1..).map(|((standing, parents), n)| story(n, *standing, parents)).collect();
    assert_text!("program", rendered(ProgramStanding::Running, &stories, Some(Usd::dollars(100))));
}

#[test]
fn each_standing_has_its_words_and_its_commands() {
    let standings = [
        ProgramStanding::Pending,
        ProgramStanding::Running,
        ProgramStanding::Paused,
        ProgramStanding::Escalated,
        ProgramStanding::Complete,
        ProgramStanding::Failed,
        ProgramStanding::Cancelled,
    ];
    let said = standings.map(|standing| rendered(standing, &[story(1, StoryStanding::Complete, &[])], None));
    assert_text!("program_standings", said.join("\n\n"));
}

#[test]
fn sec_38_ten_thousand_stories_are_cut_to_a_table_that_fits() {
    let mut stories: Vec<_> = (1..=999).map(|number| story(number, StoryStanding::Pending, &[])).collect();
    for story in &mut stories {
        story.title = "\\".repeat(1000);
    }
    let text = rendered(ProgramStanding::Running, &stories, None);
    assert!(Limit::COMMENT.admits(&text));
    assert!(text.contains("S-E001-100") && !text.contains("S-E001-101"));
    assert!(text.contains("… and 899 stories more;"), "{}", text.len());
    assert!(!text.contains("```mermaid"));
    let graph = |count| rendered(ProgramStanding::Running, &stories[..count], None).contains("```mermaid");
    assert_eq!([graph(1), graph(2), graph(MAX_NODES), graph(MAX_NODES + 1)], [false, true, true, false]);
}
