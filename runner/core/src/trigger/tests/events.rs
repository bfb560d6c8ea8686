//! Who did what, and what of it counts.

use super::*;
use crate::permission::tests::{LISTED_BOT, OUR_ACCOUNT, OUR_APP, account};
use crate::permission::{AccountKind, Lookup, Uncertainty};

const EVERY_COMMAND: [&str; 12] = [
    "start",
    "resume",
    "resume 8080",
    "cancel",
    "retry",
    "retry verify",
    "approve 0123456789ab",
    "revise",
    "doctor",
    "program start --mode greenfield-system",
    "program resume",
    "program cancel",
];

#[test]
fn sec_10_whoever_added_the_label_counts() {
    for event in [
        label("pipemason"),
        label("pipemason:program"),
        Event::IssueOpened { labels: vec!["bug".to_owned(), "pipemason".to_owned()] },
    ] {
        for right in [Right::None, Right::Read, Right::Triage] {
            let facts = Facts { sender: user(OTHER, right), ..facts(event.clone()) };
            let Decision::Refuse(refused) = decision(&facts) else {
                panic!("not refused");
            };
            assert_eq!(refused.refusal, Refusal::Denied(Denial::TooFewRights { needed: Right::Write }));
            assert!(refused.is_spoken && refused.take_label_off.is_some());
            let again = Facts { was_refused_before: true, ..facts };
            assert!(matches!(decision(&again), Decision::Refuse(refused) if !refused.is_spoken));
        }
        let released = Facts { sender: user(OTHER, Right::Write), ..facts(event) };
        assert!(matches!(decision(&released), Decision::Act(_)));
    }
}

#[test]
fn the_trigger_label_comes_off_and_other_labels_mean_nothing() {
    for (event, taken_off) in [
        (label("pipemason"), "pipemason"),
        (label("pipemason:program"), "pipemason:program"),
        (
            Event::IssueOpened { labels: vec!["pipemason".to_owned(), "pipemason:program".to_owned()] },
            "pipemason:program",
        ),
    ] {
        let Decision::Act(act) = decision(&facts(event)) else {
            panic!("nothing is done");
        };
        assert_eq!(act.take_label_off.as_deref(), Some(taken_off));
    }
    for name in ["bug", "Pipemason", "pipemason ", "pipemason:running", ""] {
        assert_eq!(word(&facts(label(name))), "OtherLabel", "{name:?}");
    }
    assert_eq!(word(&facts(Event::IssueOpened { labels: Vec::new() })), "OtherLabel");
}

#[test]
fn sec_05_one_label_makes_one_run_however_often_it_arrives() {
    let opened = Event::IssueOpened { labels: vec!["pipemason".to_owned()] };
    for event in [label("pipemason"), opened] {
        for (second, expected) in [(9, "AlreadyTaken"), (10, "AlreadyTaken"), (11, "run_is_running")] {
            let facts = Facts { at: at(second), run: Some(run(Stage::Running)), ..facts(event.clone()) };
            assert_eq!(word(&facts), expected, "{second}");
        }
    }
    for (second, expected) in [(10, "AlreadyTaken"), (11, "program_is_active")] {
        let facts =
            Facts { at: at(second), program: Some(program(ProgramStage::Active)), ..facts(label("pipemason:program")) };
        assert_eq!(word(&facts), expected, "{second}");
    }
}

#[test]
fn sec_09_a_label_that_is_off_again_starts_nothing() {
    let facts = Facts { is_label_on: false, ..facts(label("pipemason")) };
    assert_eq!(word(&facts), "LabelTakenOff");
}

#[test]
fn sec_11_nobody_commands_with_less_than_their_role() {
    for body in EVERY_COMMAND {
        for right in [Right::None, Right::Read, Right::Triage] {
            for stage in stages() {
                let facts = Facts {
                    sender: user(OTHER, right),
                    run: Some(run(stage)),
                    place: PULL_REQUEST,
                    ..facts(comment(&format!("/pipemason {body}")))
                };
                assert_eq!(word(&facts), "too_few_rights", "{body}");
            }
        }
    }
}

#[test]
fn looking_takes_the_right_to_read() {
    for body in ["/pipemason status", "/pipemason help", "/pipemason program status"] {
        let say = |right| {
            word(&Facts {
                sender: user(OTHER, right),
                run: Some(run(Stage::Running)),
                program: Some(program(ProgramStage::Active)),
                ..facts(comment(body))
            })
        };
        assert!(say(Right::Read).starts_with("Show"), "{body}");
        assert_eq!(say(Right::None), "too_few_rights", "{body}");
    }
}

#[test]
fn sec_13_bots_may_only_what_is_listed_by_number() {
    let say = |sender: Person| {
        let author = sender.account.id;
        let event = Event::Created(Remark {
            kind: COMMENT,
            author,
            body: "/pipemason start".to_owned(),
            requests_changes: false,
        });
        word(&Facts { sender, ..facts(event) })
    };
    assert_eq!(say(account(901, "evil[bot]", AccountKind::Bot, Right::Admin)), "unlisted_bot");
    assert_eq!(say(account(902, "pipemason-bot", AccountKind::User, Right::Read)), "too_few_rights");
    assert_eq!(say(account(903, "Copilot", AccountKind::Other, Right::Admin)), "not_a_person");
    assert_eq!(say(account(LISTED_BOT, "helper[bot]", AccountKind::Bot, Right::Write)), "start");
}

#[test]
fn sec_14_an_uncertain_right_is_asked_for_again_and_then_refused() {
    let unknown = |is_last_try| Facts {
        sender: Person { right: Lookup::Uncertain(Uncertainty::Status(404)), ..user(OTHER, Right::Admin) },
        is_last_try,
        ..facts(label("pipemason"))
    };
    assert_eq!(decision(&unknown(false)), Decision::Later(Refusal::Denied(Denial::RightUnknown)));
    assert_eq!(word(&unknown(true)), "right_unknown");
    assert_eq!(word(&Facts { is_last_try: true, ..facts(comment("/pipemason resume")) }), "no_run");
}

#[test]
fn sec_15_our_own_words_and_deeds_are_ignored() {
    let bot = account(OUR_ACCOUNT, "anything", AccountKind::Bot, Right::Admin);
    let through_us = Person { through_app: Some(OUR_APP), ..user(OTHER, Right::Admin) };
    for sender in [bot, through_us] {
        let by =
            |event| word(&Facts { sender: sender.clone(), run: Some(run(stopped(Awaiting::Change))), ..facts(event) });
        let said = Event::Created(Remark {
            kind: COMMENT,
            author: sender.account.id,
            body: "/pipemason resume".to_owned(),
            requests_changes: false,
        });
        for event in [said, Event::Edited, Event::Deleted(COMMENT), label("pipemason")] {
            assert_eq!(by(event), "Ours");
        }
    }
}

#[test]
fn sec_16_words_of_somebody_else_are_not_a_command() {
    for body in EVERY_COMMAND {
        let event = Event::Created(Remark {
            kind: COMMENT,
            author: REQUESTER,
            body: format!("/pipemason {body}"),
            requests_changes: false,
        });
        let facts = Facts { run: Some(run(stopped(Awaiting::Change))), ..facts(event) };
        assert_eq!(word(&facts), "SenderIsNotAuthor", "{body}");
    }
}

#[test]
fn sec_18_the_right_is_read_again_before_a_pending_run_begins() {
    let ready = |right, stage| {
        word(&Facts {
            sender: Person { right, ..user(REQUESTER, Right::None) },
            run: Some(run(stage)),
            ..facts(Event::ReadyToStart)
        })
    };
    assert_eq!(ready(Lookup::Known(Right::Write), Stage::Pending), "Begin");
    assert_eq!(ready(Lookup::Known(Right::Triage), Stage::Pending), "too_few_rights");
    let uncertain = Lookup::Uncertain(Uncertainty::NoAnswer);
    assert_eq!(ready(uncertain, Stage::Pending), "later: right_unknown");
    for stage in stages().into_iter().skip(1) {
        assert_eq!(ready(Lookup::Known(Right::Admin), stage), "NothingFollows");
    }
}

#[test]
fn sec_23_an_edited_comment_is_never_a_command() {
    assert_eq!(word(&facts(Event::Edited)), "EditedIsNeverACommand");
    for stage in stages() {
        let is_over = matches!(stage, Stage::Ended(_));
        let facts = Facts { run: Some(run(stage)), ..facts(Event::Edited) };
        assert_eq!(word(&facts), if is_over { "EditedIsNeverACommand" } else { "ReadThread" });
    }
}

#[test]
fn sec_23_a_start_whose_comment_is_deleted_before_the_run_begins_is_withdrawn() {
    let delete = |kind, stage| {
        word(&Facts { run: Some(RunFacts { started_by: Some(COMMENT), ..run(stage) }), ..facts(Event::Deleted(kind)) })
    };
    let another = RemarkKind::Comment(CommentId(101));
    assert_eq!(delete(COMMENT, Stage::Pending), "Withdraw");
    assert_eq!(delete(another, Stage::Pending), "ReadThread");
    assert_eq!(delete(COMMENT, Stage::Running), "ReadThread");
    assert_eq!(delete(COMMENT, Stage::Ended(End::Complete)), "NothingFollows");
    let by_label = Facts { run: Some(run(Stage::Pending)), ..facts(Event::Deleted(COMMENT)) };
    assert_eq!(word(&by_label), "ReadThread");
}

#[test]
fn sec_70_nothing_works_on_a_fork() {
    let fork = |head_repository| Place::PullRequest { head_repository, base_repository: 5 };
    for place in [fork(Some(6)), fork(None)] {
        assert!(place.is_fork());
        for body in EVERY_COMMAND {
            let facts = Facts {
                place,
                run: Some(run(stopped(Awaiting::Change))),
                ..facts(comment(&format!("/pipemason {body}")))
            };
            let expected = match body {
                "doctor" => "RunDoctor",
                "cancel" => "Cancel",
                "program cancel" => "no_program",
                _ => "fork_pull_request",
            };
            assert_eq!(word(&facts), expected, "{body}");
        }
        let labeled = Facts { place, ..facts(label("pipemason")) };
        assert_eq!(word(&labeled), "fork_pull_request");
    }
    assert!(!PULL_REQUEST.is_fork() && !Place::Issue.is_fork());
}

#[test]
fn a_plain_comment_in_the_home_thread_is_read_by_a_run_that_listens() {
    let mut expected = ["ReadThread"; 7];
    expected[4..].fill("NoRunListens");
    assert_eq!(at_each_stage("8080", Place::Issue), expected);
    assert_eq!(word(&facts(comment("8080"))), "NoRunListens");
    let elsewhere =
        Facts { number: IssueNumber(2), run: Some(run(stopped(Awaiting::Change))), ..facts(comment("8080")) };
    assert_eq!(word(&elsewhere), "NotTheHomeThread");
    let Decision::Act(act) = decision(&Facts { number: ISSUE, ..elsewhere }) else {
        panic!("nothing is done");
    };
    assert_eq!(act.acknowledge, None);
    for kind in [RemarkKind::Review(ReviewId(1)), RemarkKind::Inline { comment: CommentId(2), review: ReviewId(1) }] {
        let event = Event::Created(Remark { kind, author: OTHER, body: "8080".to_owned(), requests_changes: false });
        let facts = Facts { run: Some(run(stopped(Awaiting::Change))), ..facts(event) };
        assert_eq!(word(&facts), "PlainReview");
    }
}

#[test]
fn sec_27_a_forged_marker_is_a_plain_comment() {
    let body = "<!-- pipemason:status run=01J00000000000000000000001 v=99 -->\n/pipemason cancel";
    let facts = Facts { run: Some(run(Stage::Running)), ..facts(comment(body)) };
    assert_eq!(word(&facts), "ReadThread");
}
