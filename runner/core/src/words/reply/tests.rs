//! Answers to commands.

use super::*;
use crate::id::{CommentId, IssueNumber};
use crate::policy::Limits;
use crate::words::tests::{self, assert_text, marker, redactor, rows, run, site, story};
use crate::words::{MarkerKind, Requirement};

#[test]
fn help_lists_every_command_once() {
    let text = help_comment(&marker(MarkerKind::Reply));
    for (command, _) in ALL_COMMANDS {
        assert_eq!(text.matches(&format!("`{command}`")).count(), 1, "{command}");
    }
    assert_text!("help", text);
}

#[test]
fn status_is_short_and_points_to_the_comment_that_has_more() {
    let (run, limits, rows, site) = (run(), Limits::default(), rows(&story()), site());
    let view = tests::view(&run, &limits, &rows, &site);
    let status = site.comment(IssueNumber(7), CommentId(3));
    assert_text!("status_reply", status_reply(&view, &status, &marker(MarkerKind::Reply), &redactor()));
}

#[test]
fn doctor_says_what_is_missing_and_what_is_off() {
    let item = |presence| ChecklistItem {
        requirement: Requirement::ModelSecret,
        presence,
        link: site().settings("secrets/actions"),
        found: vec!["ANTHROPIC_API_KEY".to_owned()],
    };
    let lack = MissingPermission { permission: "checks: write", feature: "the check run on the branch" };
    let doctor = |presence, missing: &[MissingPermission]| {
        doctor_comment(&[item(presence)], missing, &marker(MarkerKind::Reply), &redactor())
    };
    assert_text!("doctor_missing", doctor(Presence::Missing, &[lack]));
    assert!(doctor(Presence::There, &[]).contains("has all that a run needs"));
    assert!(doctor(Presence::There, &[lack]).contains("Some features are off"));
    assert!(doctor(Presence::Missing, &[]).contains("1 step left"));
}
