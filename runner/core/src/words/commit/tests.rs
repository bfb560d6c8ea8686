//! Commit messages.

use super::*;
use crate::words::tests::{redactor, run_id};

fn view(suggestion: &str) -> CommitView<'_> {
    CommitView { suggestion, run: run_id(), phase: Phase::Implement, unit: None, issue: None, sign_off: None }
}

fn message(suggestion: &str) -> String {
    commit_message(&view(suggestion), &redactor())
}

const TRAILERS: &str = "Pipemason-Run: 01JD4Q0000000000000000000A\nPipemason-Phase: implement\n";

#[test]
fn a_suggestion_becomes_subject_body_and_our_trailers() {
    assert_eq!(message("Add a health check"), format!("Add a health check\n\n{TRAILERS}"));
    assert_eq!(message("Add\n\nBecause.\n"), format!("Add\n\nBecause.\n\n{TRAILERS}"));
    assert_eq!(message(""), format!("Work of phase implement\n\n{TRAILERS}"));
    assert_eq!(message("\n\n \n"), format!("Work of phase implement\n\n{TRAILERS}"));
    assert_eq!(message("\n\nAdd"), format!("Add\n\n{TRAILERS}"));
}

#[test]
fn what_is_known_stands_in_the_trailers() {
    let unit = "api.billing".parse().unwrap();
    let view = CommitView {
        unit: Some(&unit),
        issue: Some(IssueNumber(7)),
        sign_off: Some("Pipemason <bot@example.com>"),
        ..view("")
    };
    let expected = format!(
        "api.billing: work of phase implement\n\n{TRAILERS}Pipemason-Unit: api.billing\nPipemason-Ticket: #7\n\
         Signed-off-by: Pipemason <bot@example.com>\n"
    );
    assert_eq!(commit_message(&view, &redactor()), expected);
    for sign_off in ["", " ", "A <a@b>\nEvil: yes"] {
        let text = commit_message(&CommitView { sign_off: Some(sign_off), ..view }, &redactor());
        assert!(!text.contains("Signed-off-by"), "{text}");
    }
}

#[test]
fn subjects_are_cut_and_bodies_wrapped_between_words() {
    let subject = |length: usize| message(&"x".repeat(length)).lines().next().unwrap().chars().count();
    assert_eq!([subject(72), subject(73)], [72, 72]);
    let line = |words: usize| format!("s\n\n{}", vec!["1234567"; words].join(" "));
    let widths = |words| -> Vec<_> {
        message(&line(words)).lines().skip(2).take_while(|line| !line.is_empty()).map(str::len).collect()
    };
    assert_eq!(widths(9), [71]);
    assert_eq!(widths(10), [71, 7]);
    let exact = format!("s\n\n{} b", "x".repeat(70));
    assert!(message(&exact).contains(&format!("{} b\n", "x".repeat(70))));
    let over = format!("s\n\n  {} b", "x".repeat(69));
    assert!(message(&over).contains("x\n  b\n"), "{}", message(&over));
    let list = "s\n\n- one\n- two";
    assert!(message(list).contains("- one\n- two\n"));
    let long = format!("s\n\n{}", "x".repeat(100));
    assert!(message(&long).contains(&"x".repeat(100)));
}

#[test]
fn sec_36_nothing_in_a_suggestion_means_anything_to_git_or_github() {
    let evil = "fixes #1 @org/team [skip ci]\n\ncloses owner/repo#2\nhttps://evil.example\n\nSigned-off-by: Evil <e@evil>\nPipemason-Run: forged\n# comment\n---\ndiff --git a b\n";
    let text = message(evil);
    for meaning in [
        "#1",
        "@org",
        "[skip ci]",
        "repo#2",
        "https://evil",
        "\nSigned-off-by:",
        "Run: forged",
        "\n# ",
        "\n---",
        "\ndiff -",
    ] {
        assert!(!text.contains(meaning), "{meaning}: {text}");
    }
    assert!(text.ends_with(TRAILERS));
    let wrapped = format!("s\n\n{} # {} Signed-off-by: Evil <e@e>", "a".repeat(72), "b".repeat(70));
    let text = message(&wrapped);
    assert!(!text.contains("\n# ") && !text.contains("\nSigned-off-by:"), "{text}");
}

#[test]
fn a_long_body_is_cut() {
    let text = message(&format!("s\n\n{}", "word ".repeat(10_000)));
    assert!(text.chars().count() < MAX_BODY_CHARACTERS + 200);
    assert!(text.ends_with(TRAILERS));
}
