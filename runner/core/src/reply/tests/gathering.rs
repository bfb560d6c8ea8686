//! How long replies are gathered, and what they become.

use super::*;
use crate::escalation::ApprovalSubject;
use crate::run::{Answer, Edited, Event, Found, History, Taken};

#[test]
fn a_reply_is_ready_after_ninety_seconds_of_quiet() {
    let comments = [comment(101, 20, "8080")];
    let reply = |now| reading(&comments, asks(&[1]), now).reply;
    assert_eq!(reply(20), Reply::Waiting { until: at(110) });
    assert_eq!(reply(109), Reply::Waiting { until: at(110) });
    assert!(matches!(reply(110), Reply::Ready(_)));
    assert_eq!(reading(&[], asks(&[1]), 10_000).reply, Reply::Nothing);
}

#[test]
fn whoever_counts_and_does_something_starts_the_quiet_anew() {
    let until = |comments: &[Comment]| match reading(comments, asks(&[1]), 30).reply {
        Reply::Waiting { until } => until,
        other => panic!("{other:?}"),
    };
    let first = comment(101, 20, "8080");
    let second = comment(102, 60, "and TLS");
    assert_eq!(until(&[first.clone(), second.clone()]), at(150));
    assert_eq!(until(&[second.clone(), first.clone()]), at(150));
    let edited = Comment { edits: vec![change(WRITER, 70), change(WRITER, 65)], ..second.clone() };
    assert_eq!(until(&[first.clone(), edited]), at(160));
    let deleted = Comment { deleted: Some(change(WRITER, 80)), ..second };
    assert_eq!(until(&[first.clone(), deleted]), at(170));
    let deleted_by_another = Comment { deleted: Some(change(OTHER, 80)), ..comment(102, 60, "and TLS") };
    assert_eq!(until(&[first.clone(), deleted_by_another]), at(110), "its author did nothing");
    let outsider = Comment { author: user(99, Right::Read), ..comment(103, 90, "me too") };
    assert_eq!(until(&[first.clone(), outsider.clone()]), at(110));
    let deleted_by_outsider = Comment { deleted: Some(change(99, 100)), ..outsider };
    assert_eq!(until(&[first, deleted_by_outsider]), at(110));
}

#[test]
fn several_comments_become_one_answer_with_its_authors() {
    let other = Comment { author: user(OTHER, Right::Write), ..comment(102, 30, "and log it") };
    let answer = answer(&[other.clone(), comment(101, 20, "use 8080")]);
    assert_eq!(answer.remarks, "use 8080\n\nand log it");
    assert_eq!(answer.escalation, EscalationId::new(2).unwrap());
    assert_eq!((answer.by.clone(), answer.open.len()), (other.author.actor(), 0));
    let expected = [
        Taken { comment: CommentId(101), by: user(WRITER, Right::Write).actor(), hash: ContentHash::of(b"use 8080") },
        Taken { comment: CommentId(102), by: other.author.actor(), hash: ContentHash::of(b"and log it") },
    ];
    assert_eq!(answer.taken, expected);
}

#[test]
fn the_author_may_edit_and_delete_and_nobody_else() {
    let edited =
        |by| Comment { edits: vec![change(WRITER, 21), Change { by, at: at(22) }], ..comment(101, 20, "8080") };
    assert_eq!(taken(&answer(&[edited(Some(WRITER))])), [101]);
    for by in [Some(OTHER), None] {
        assert_eq!(reading(&[edited(by)], asks(&[1]), 10_000).reply, Reply::Nothing);
        assert_eq!(why_held(&[edited(by)]), [HeldWhy::EditedByAnother]);
    }
    for by in [WRITER, OTHER] {
        let deleted = Comment { deleted: Some(change(by, 30)), ..comment(101, 20, "8080") };
        let reading = reading(&[deleted], asks(&[1]), 10_000);
        assert_eq!((reading.reply, reading.held.len()), (Reply::Nothing, 0));
    }
}

#[test]
fn an_answer_is_split_by_question_and_the_rest_stays_open() {
    let say = |bodies: &[&str]| {
        let comments: Vec<_> = (101..).zip(bodies).map(|(id, body)| comment(id, 20, body)).collect();
        match reading(&comments, asks(&[1, 2, 3]), 10_000).reply {
            Reply::Ready(answer) => answer,
            other => panic!("{other:?}"),
        }
    };
    let partly = say(&["Thanks.\nQ-1: 8080\n- Q-3: no", "Q-1: or 8081"]);
    let expected = [(question(1), "8080\n\nor 8081".to_owned()), (question(3), "no".to_owned())];
    assert_eq!(partly.answers, expected.into());
    assert_eq!((partly.remarks.as_str(), partly.open), ("Thanks.", vec![question(2)]));

    let unnamed = say(&["use the defaults everywhere"]);
    assert_eq!((unnamed.answers.len(), unnamed.open.len()), (0, 0));
    assert_eq!(unnamed.remarks, "use the defaults everywhere");

    let unknown_too = say(&["Q-2: yes\nQ-9: what is that\n"]);
    assert_eq!(unknown_too.remarks, "Q-9: what is that");
    assert_eq!(unknown_too.open, [question(1), question(3)]);

    let remark_and_unknown = say(&["hello\n\nQ-9: x"]);
    assert_eq!(remark_and_unknown.open, [question(1), question(2), question(3)]);
}

#[test]
fn a_reply_to_a_stop_for_a_change_is_advice() {
    let Reply::Ready(answer) = reading(&[comment(101, 20, "rename it")], Awaiting::Change, 200).reply else {
        panic!("not ready");
    };
    assert_eq!(answer.remarks, "rename it");
    assert!(answer.open.is_empty());
}

#[test]
fn approvals_and_budgets_are_never_given_by_a_plain_comment() {
    let hash = ContentHash::of(b"diff");
    let approval = Awaiting::Approval { subject: ApprovalSubject::ProtectedPaths, hash };
    let budget = Awaiting::Budget { budget: BudgetKind::UsdPerRun };
    let raise = NeededCommand::RaiseBudget { budget: BudgetKind::UsdPerRun };
    for (awaiting, command) in [(approval, NeededCommand::Approve { hash }), (budget, raise)] {
        let rules = access();
        let mut escalation = escalation(awaiting);
        let comments = [comment(101, 20, "yes, approved"), comment(102, 21, "👍")];
        let read_with = |escalation: &OpenEscalation, comments: &[Comment], resume_on_reply| {
            let thread = Thread { comments, escalation, access: &rules, resume_on_reply };
            read(&thread, at(10_000))
        };
        let said = read_with(&escalation, &comments, true);
        assert_eq!(said.reply, Reply::SayCommand(command));
        let why: Vec<_> = said.held.iter().map(|held| held.why).collect();
        assert_eq!(why, [HeldWhy::TakesCommand, HeldWhy::SaysNothing]);
        assert_eq!(read_with(&escalation, &comments[1..], true).reply, Reply::Nothing);
        assert_eq!(read_with(&escalation, &comments, false).reply, Reply::Nothing);
        escalation.command_was_said = true;
        assert_eq!(read_with(&escalation, &comments, true).reply, Reply::Nothing);
    }
}

#[test]
fn where_replies_are_off_only_the_command_resumes() {
    let rules = access();
    let escalation = escalation(asks(&[1]));
    let comments = [comment(101, 20, "8080"), comment(102, 21, "which one?")];
    let thread = Thread { comments: &comments, escalation: &escalation, access: &rules, resume_on_reply: false };
    let reading = read(&thread, at(10_000));
    let why: Vec<_> = reading.held.iter().map(|held| (held.comment.0, held.why)).collect();
    assert_eq!(reading.reply, Reply::Nothing);
    assert_eq!(why, [(101, HeldWhy::RepliesOff), (102, HeldWhy::OnlyAsks)]);
}

#[test]
fn a_gathered_reply_is_the_answer_of_the_run_with_the_comments_it_came_from() {
    let other = Comment { author: user(OTHER, Right::Write), ..comment(102, 30, "Q-1: 8080\n\nQ-2: no") };
    let comments = [comment(101, 20, "Thanks.\n\nQ-1: or 8081"), other];
    let Reply::Ready(gathered) = reading(&comments, asks(&[1, 2, 3]), 10_000).reply else { panic!("not ready") };
    let answer = gathered.answer().unwrap();
    assert_eq!(&*answer.text, "Q-1: or 8081\n\n8080\n\nQ-2: no\n\nThanks.");
    assert_eq!((answer.leaves_open.as_slice(), &answer.by), (&[question(3)][..], &gathered.by));
    assert_eq!(answer.taken, gathered.taken);
    let found = Found { history: History::Continued, edited: Edited { spec: true, ..Edited::default() }, tree: None };
    let Event::ResumeRequested { request } = gathered.event(found) else { panic!("it resumes") };
    assert_eq!((request.escalation, &request.by, request.found), (gathered.escalation, &gathered.by, found));
    assert_eq!((request.approval, request.raise_usd, request.phase, request.stop_after), (None, None, None, None));
    assert_eq!(request.answer, Some(answer));
}

#[test]
fn whoever_resumes_without_a_word_answers_nothing() {
    let command = ResumeCommand {
        comment: CommentId(200),
        by: user(OTHER, Right::Write).actor(),
        body: Arc::from("/pipemason resume"),
        answer: None,
    };
    let (rules, escalation) = (access(), escalation(asks(&[1])));
    let thread = Thread { comments: &[], escalation: &escalation, access: &rules, resume_on_reply: true };
    assert_eq!(resume(&thread, &command, &[]).answer(), None);
}

#[test]
fn an_answer_reads_back_as_it_was_written() {
    let answer = answer(&[comment(101, 20, "Q-1: é🦀 \"x\"\n---\n\u{0}"), comment(102, 20, "more")]).answer().unwrap();
    let text = serde_json::to_string(&answer).unwrap();
    assert_eq!(serde_json::from_str::<Answer>(&text).unwrap(), answer);
}
