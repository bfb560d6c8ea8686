//! Escalations as people read them.

use super::*;
use crate::actor::Actor;
use crate::id::{EscalationId, QuestionId};
use crate::money::Usd;
use crate::words::MarkerKind;
use crate::words::tests::{
    alice, all_causes, assert_text, at, escalation_of, finding, hash, marker, mentions, redactor, run, site,
};

fn rendered(escalation: &Escalation, replies_count: bool) -> String {
    let (run, limits, site, notify) = (run(), Limits::default(), site(), mentions());
    let view = view(&run, escalation, &limits, &site, &notify, replies_count);
    escalation_comment(&view, &marker(MarkerKind::Escalation), &redactor())
}

fn view<'a>(
    run: &'a Run,
    escalation: &'a Escalation,
    limits: &'a Limits,
    site: &'a Site,
    notify: &'a [Mention],
    replies_count: bool,
) -> EscalationView<'a> {
    EscalationView { run, escalation, limits, site, page: None, notify, replies_count }
}

#[test]
fn each_cause_is_told_with_what_it_awaits_and_how_to_answer() {
    for (name, escalation) in all_causes("Should an empty cart be `null` or a list?") {
        assert_text!(format!("escalation_{name}"), rendered(&escalation, true));
    }
}

#[test]
fn without_replies_the_command_is_what_to_copy() {
    for name in ["open_questions", "agent_stuck", "class_exhausted", "contested_test"] {
        assert_text!(format!("escalation_by_command_{name}"), rendered(&escalation_of(name), false));
    }
}

#[test]
fn evidence_is_folded_and_goes_first_when_there_is_no_room() {
    let mut escalation = escalation_of("high_security_finding");
    escalation.evidence = vec![finding("src/query.rs"), finding("sql-injection")];
    assert_text!("escalation_with_evidence", rendered(&escalation, true));
    escalation.evidence = (0..400).map(|number| finding(&format!("{number}{}", "x".repeat(1000)))).collect();
    let full = rendered(&escalation, true);
    assert!(Limit::COMMENT.admits(&full));
    assert!(!full.contains("<details>"));
    assert!(full.contains("Not everything fits here"));
    assert!(full.contains("### How to answer") && full.contains("/pipemason resume"));
}

#[test]
fn sec_38_a_thousand_long_questions_leave_the_way_to_answer() {
    let mut escalation = escalation_of("open_questions");
    let question = |number| QuestionId::new(number).unwrap();
    let text: Arc<str> = Arc::from("\\".repeat(100_000));
    let questions = (1..=1000).map(|number| Question { id: question(number), text: Arc::clone(&text) });
    escalation.cause = crate::escalation::Cause::OpenQuestions { questions: questions.collect() };
    escalation.awaiting = Awaiting::Answer { questions: (1..=1000).map(question).collect() };
    let comment = rendered(&escalation, true);
    assert!(Limit::COMMENT.admits(&comment));
    assert!(comment.contains("Q-1: …\n") && comment.contains("Q-20: …\n") && !comment.contains("Q-21"));
    assert!(comment.contains("980 more questions come afterwards."));
    assert!(comment.contains("### How to answer"));
}

#[test]
fn a_resolved_escalation_says_by_whom_and_when() {
    let escalation = escalation_of("open_questions");
    let open = vec![QuestionId::new(2).unwrap()];
    let next = EscalationId::FIRST.next();
    let resolutions = [
        ("answered", Resolution::Answered { by: alice() }),
        ("approved", Resolution::Approved { by: alice(), hash: hash() }),
        ("budget_raised", Resolution::BudgetRaised { by: alice(), to: Usd::dollars(20) }),
        ("resumed", Resolution::Resumed { by: alice() }),
        ("partly_answered", Resolution::PartlyAnswered { by: alice(), open, next }),
        ("still_holds", Resolution::StillHolds { by: alice(), next }),
        ("by_itself", Resolution::ByItself),
        ("ended", Resolution::Ended { by: Actor::Engine }),
    ];
    for (name, resolution) in resolutions {
        let marker = marker(MarkerKind::Escalation);
        let text = resolved_comment(&escalation, &resolution, at("2026-05-04T12:30:00Z"), &marker, &redactor());
        assert_text!(format!("resolved_{name}"), text);
    }
}

#[test]
fn a_reminder_points_to_the_question() {
    let (run, limits, site, notify) = (run(), Limits::default(), site(), mentions());
    let escalation = escalation_of("open_questions");
    let view = view(&run, &escalation, &limits, &site, &notify, true);
    let asked = site.comment(crate::id::IssueNumber(7), crate::id::CommentId(99));
    let text = reminder_comment(&view, &asked, at("2026-05-11T10:00:00Z"), &marker(MarkerKind::Reminder));
    assert_text!("reminder", text);
}

#[test]
fn a_plain_yes_to_an_approval_or_a_budget_hears_which_command_counts() {
    let (run, limits, site) = (run(), Limits::default(), site());
    for name in ["protected_paths", "budget_usd_per_run"] {
        let escalation = escalation_of(name);
        let view = view(&run, &escalation, &limits, &site, &[], true);
        assert_text!(format!("command_hint_{name}"), command_hint(&view, &marker(MarkerKind::Reply)));
    }
}
