//! Reviews that request changes, where they stand for a command.

use super::*;

const REVIEW: RemarkKind = RemarkKind::Review(ReviewId(7));
const INLINE: RemarkKind = RemarkKind::Inline { comment: CommentId(8), review: ReviewId(7) };

fn review(kind: RemarkKind, body: &str, requests_changes: bool) -> Facts {
    let event = Event::Created(Remark { kind, author: OTHER, body: body.to_owned(), requests_changes });
    Facts { run: Some(run(Stage::Ended(End::Complete))), place: PULL_REQUEST, ..facts(event) }
}

fn decide_with(revise_on: ReviseTrigger, facts: &Facts) -> Decision {
    decide(facts, &TriggerRules { revise_on, ..rules() }).decision
}

fn by_review(facts: &Facts) -> Decision {
    decide_with(ReviseTrigger::ChangesRequested, facts)
}

const PLAIN: Decision = Decision::Ignore(Ignored::PlainReview);

#[test]
fn a_review_that_requests_changes_revises_only_where_the_repository_says_so() {
    let asks = review(REVIEW, " rename it\n", true);
    let Decision::Act(act) = by_review(&asks) else { panic!("it is no command") };
    let revise = |text: Option<&str>| Intent::Revise {
        text: text.map(str::to_owned),
        previous: run(Stage::Pending).id,
        review: Some(ReviewId(7)),
    };
    assert_eq!((act.intent, act.acknowledge), (revise(Some("rename it")), Some(REVIEW)));
    let Decision::Act(wordless) = by_review(&review(REVIEW, " \n", true)) else { panic!("it is no command") };
    assert_eq!(wordless.intent, revise(None));
    assert_eq!(decide_with(ReviseTrigger::Command, &asks), PLAIN);
    assert_eq!(by_review(&review(REVIEW, "rename it", false)), PLAIN);
    assert_eq!(by_review(&review(INLINE, "rename it", true)), PLAIN);
    assert_eq!(by_review(&Facts { run: None, ..asks }), PLAIN);
}

#[test]
fn a_command_in_a_review_is_a_command_whatever_the_review_says() {
    for revise_on in [ReviseTrigger::Command, ReviseTrigger::ChangesRequested] {
        let Decision::Act(act) = decide_with(revise_on, &review(REVIEW, "/pipemason status", true)) else {
            panic!("it is a command")
        };
        assert_eq!(act.intent, Intent::ShowStatus);
    }
}

#[test]
fn one_review_revises_once() {
    let mut asks = review(REVIEW, "rename it", true);
    asks.run.as_mut().unwrap().review = Some(ReviewId(7));
    assert_eq!(by_review(&asks), Decision::Ignore(Ignored::ReviewAlreadyTaken));
}

#[test]
fn a_review_without_a_command_is_never_refused_in_words() {
    let outsider = Facts { sender: user(OTHER, Right::Triage), ..review(REVIEW, "rename it", true) };
    assert_eq!(by_review(&outsider), PLAIN);
    let working = Facts { run: Some(run(Stage::Running)), ..review(REVIEW, "rename it", true) };
    let Decision::Refuse(refused) = by_review(&working) else { panic!("it is not refused") };
    assert_eq!((refused.refusal, refused.is_spoken), (Refusal::RunIsRunning, false));
    assert_eq!(refused.confused_at, Some(REVIEW));
    let unsure = Person {
        right: crate::permission::Lookup::Uncertain(crate::permission::Uncertainty::NoAnswer),
        ..user(OTHER, Right::Admin)
    };
    let unsure = Facts { sender: unsure, ..review(REVIEW, "rename it", true) };
    assert!(matches!(by_review(&unsure), Decision::Later(_)));
    assert_eq!(by_review(&Facts { is_last_try: true, ..unsure }), PLAIN);
}
