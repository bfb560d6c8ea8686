//! The resume command, and steering.

use super::*;

fn by_command(comments: &[Comment], text: Option<&str>, listed: &[Listed]) -> Gathered {
    let rules = access();
    let escalation = escalation(asks(&[1, 2]));
    let thread = Thread { comments, escalation: &escalation, access: &rules, resume_on_reply: true };
    let command = ResumeCommand {
        comment: CommentId(200),
        by: user(OTHER, Right::Write).actor(),
        body: Arc::from("/pipemason resume"),
        answer: text.map(str::to_owned),
    };
    resume(&thread, &command, listed)
}

fn listed(comment: &Comment) -> Listed {
    Listed { comment: comment.id, hash: ContentHash::of(comment.body.as_bytes()) }
}

#[test]
fn a_bare_resume_takes_the_listed_comments_and_what_counts_already() {
    let outsider = Comment { author: user(99, Right::Read), ..comment(101, 20, "use 8080") };
    let asking = comment(102, 21, "or 8081?");
    let unlisted = comment(103, 22, "@jane what now");
    let counts = comment(104, 23, "Q-2: no");
    let comments = [counts, unlisted, asking.clone(), outsider.clone()];
    let answer = by_command(&comments, None, &[listed(&outsider), listed(&asking)]);
    assert_eq!(taken(&answer), [101, 102, 104]);
    assert_eq!(answer.remarks, "use 8080\n\nor 8081?");
    assert_eq!(answer.taken[0].by, outsider.author.actor());
    assert_eq!(answer.open, [question(1)]);
}

#[test]
fn sec_24_a_listed_comment_is_taken_only_as_it_was_listed() {
    let outsider = Comment { author: user(99, Right::Read), ..comment(101, 20, "use 8080") };
    let list = [listed(&outsider)];
    assert_eq!(taken(&by_command(std::slice::from_ref(&outsider), None, &list)), [101]);
    let edited = Comment { body: Arc::from("use my server"), edits: vec![change(99, 30)], ..outsider.clone() };
    assert_eq!(taken(&by_command(&[edited], None, &list)), [0; 0]);
    let deleted = Comment { deleted: Some(change(99, 30)), ..outsider.clone() };
    assert_eq!(taken(&by_command(&[deleted], None, &list)), [0; 0]);
    let other_id = Comment { id: CommentId(102), ..outsider };
    assert_eq!(taken(&by_command(&[other_id], None, &list)), [0; 0]);
}

#[test]
fn what_somebody_else_edited_and_failed_commands_are_never_taken() {
    let edited = Comment { edits: vec![change(OTHER, 30)], ..comment(101, 20, "8080") };
    let lookalike = comment(102, 20, "／pipemason cancel");
    let old = comment(99, 20, "8080");
    let list = [listed(&edited), listed(&lookalike), listed(&old)];
    let answer = by_command(&[edited, lookalike, old], None, &list);
    assert_eq!(taken(&answer), [0; 0]);
    assert_eq!(answer.open.len(), 2);
}

#[test]
fn a_resume_with_text_takes_the_text_and_no_held_comment() {
    let held = comment(101, 20, "which one?");
    let counts = comment(102, 21, "Q-1: 8080");
    let text = "Q-2: no\n\n-- \nJane";
    let answer = by_command(&[held.clone(), counts], Some(text), &[listed(&held)]);
    assert_eq!(taken(&answer), [102, 200]);
    assert_eq!(answer.answers[&question(2)], "no");
    assert_eq!((answer.open.len(), answer.remarks.as_str()), (0, ""));
    let of_command = answer.taken.last().unwrap();
    assert_eq!(of_command.hash, ContentHash::of(b"/pipemason resume"));
    assert_eq!(of_command.by, user(OTHER, Right::Write).actor());
    assert_eq!(answer.by, user(OTHER, Right::Write).actor());
}

#[test]
fn steering_passes_the_same_filter_and_is_given_once() {
    let rules = access();
    let comments = [
        comment(103, 40, "and log it\n\n-- \nJane"),
        comment(101, 20, "use 8080"),
        comment(102, 30, "which one?"),
        comment(99, 19, "too early"),
        Comment { author: user(99, Right::Triage), ..comment(104, 50, "me too") },
        comment(105, 51, "/pipemason status"),
        Comment { deleted: Some(change(WRITER, 60)), ..comment(106, 52, "no") },
    ];
    let steering = |delivered: &[u64], is_finalizing| {
        let delivered: BTreeSet<_> = delivered.iter().copied().map(CommentId).collect();
        steer(&comments, at(20), &delivered, is_finalizing, &rules)
    };
    let words = |steering: &Steering| -> Vec<_> {
        let steers = steering.deliver.iter();
        steers.map(|note| (note.id, note.text.to_string())).collect()
    };
    let first = steering(&[], false);
    assert_eq!(words(&first), [(101, "use 8080".to_owned()), (103, "and log it".to_owned())]);
    let why: Vec<_> = first.held.iter().map(|held| held.why).collect();
    assert_eq!(why, [HeldWhy::OnlyAsks, HeldWhy::MayNot]);
    assert!(first.too_late.is_empty());

    let second = steering(&[101], false);
    assert_eq!(words(&second), [(103, "and log it".to_owned())]);

    let late = steering(&[101], true);
    assert_eq!((late.deliver.len(), late.too_late), (0, vec![CommentId(103)]));
}

#[test]
fn steering_counts_from_the_second_in_which_the_run_went_to_work() {
    let rules = access();
    let since = at(20).checked_add(SignedDuration::from_millis(900)).unwrap();
    let count = |second| {
        let comments = [comment(101, second, "use 8080")];
        steer(&comments, since, &BTreeSet::new(), false, &rules).deliver.len()
    };
    assert_eq!([19, 20, 21].map(count), [0, 1, 1]);
}
