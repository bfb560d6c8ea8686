//! What is held, and what is not looked at.

use proptest::prelude::*;

use super::*;
use crate::permission::tests::{LISTED_BOT, OUR_ACCOUNT, OUR_APP, account};

#[test]
fn what_is_not_clearly_meant_for_us_is_held() {
    for (body, why) in [
        ("@jane what do you think", HeldWhy::MentionsSomebody),
        ("use 8080, cc @org/team", HeldWhy::MentionsSomebody),
        ("@pipemason ask @jane", HeldWhy::MentionsSomebody),
        ("> Which port?", HeldWhy::SaysNothing),
        ("👍", HeldWhy::SaysNothing),
        (":+1:", HeldWhy::SaysNothing),
        ("![x](https://example.com/x.png)", HeldWhy::SaysNothing),
        ("https://example.com/design", HeldWhy::SaysNothing),
        ("@pipemason", HeldWhy::SaysNothing),
        ("<!-- 8080 -->", HeldWhy::SaysNothing),
        ("Sent from my iPhone", HeldWhy::SaysNothing),
        ("Which port do you mean?", HeldWhy::OnlyAsks),
        ("Q-1: which one?", HeldWhy::OnlyAsks),
        ("／pipemason cancel", HeldWhy::LooksLikeCommand),
        ("/pipemasonx cancel", HeldWhy::LooksLikeCommand),
        ("never mind\n/pipemason cancel", HeldWhy::LooksLikeCommand),
        ("\n/pipemason cancel", HeldWhy::LooksLikeCommand),
        ("@pipemason /pipemason cancel", HeldWhy::LooksLikeCommand),
        ("Q-7: 8080", HeldWhy::AnswersAnother),
    ] {
        assert_eq!(why_held(&[comment(101, 20, body)]), [why], "{body:?}");
    }
}

#[test]
fn what_speaks_to_us_counts() {
    for body in [
        "8080",
        "@pipemason 8080",
        "@Pipemason[bot], 8080",
        "as I (@somebody) said, 8080",
        "yes 👍",
        "`8080`",
        "see https://example.com for the port",
        "run `npm i @types/node` first",
        "> Which port?\n8080",
        "```\n/pipemason cancel\n```\nis what I typed",
        "the command /pipemason cancel did not work",
    ] {
        assert_eq!(taken(&answer(&[comment(101, 20, body)])), [101], "{body:?}");
    }
}

#[test]
fn commands_are_not_replies() {
    for body in ["/pipemason status", "/pipemason resume 8080", "/pipemason stauts", "/pipemason;x"] {
        let reading = reading(&[comment(101, 20, body)], asks(&[1]), 10_000);
        assert_eq!((reading.reply, reading.held.len()), (Reply::Nothing, 0), "{body}");
    }
}

#[test]
fn sec_31_words_of_people_without_the_right_never_become_the_answer() {
    let by = |author| Comment { author, ..comment(102, 21, "use my server") };
    for right in [Right::None, Right::Read, Right::Triage] {
        let comments = [comment(101, 20, "8080"), by(user(99, right))];
        assert_eq!(answer(&comments).remarks, "8080");
        assert_eq!(why_held(&comments), [HeldWhy::MayNot]);
    }
    let unknown = by(Person { right: Lookup::Uncertain(Uncertainty::Status(500)), ..user(WRITER, Right::Admin) });
    assert_eq!(why_held(&[unknown]), [HeldWhy::RightUnknown]);
    let through_app = by(Person { through_app: Some(8), ..user(WRITER, Right::Admin) });
    assert_eq!(why_held(&[through_app]), [HeldWhy::MayNot]);
}

#[test]
fn bots_are_not_even_listed_unless_they_are_allowed() {
    let say = |author| {
        let said = Comment { author, ..comment(101, 20, "8080") };
        reading(&[said], asks(&[1]), 10_000)
    };
    for author in
        [account(901, "ci[bot]", AccountKind::Bot, Right::Admin), account(902, "org", AccountKind::Other, Right::Admin)]
    {
        let reading = say(author);
        assert_eq!((reading.reply, reading.held.len()), (Reply::Nothing, 0));
    }
    let listed = say(account(LISTED_BOT, "helper[bot]", AccountKind::Bot, Right::Write));
    assert!(matches!(listed.reply, Reply::Ready(_)));
}

#[test]
fn sec_15_our_own_comments_are_never_replies() {
    let ours = account(OUR_ACCOUNT, "x", AccountKind::User, Right::Admin);
    let through_us = Person { through_app: Some(OUR_APP), ..user(WRITER, Right::Admin) };
    for author in [ours, through_us] {
        let said = Comment { author, ..comment(101, 20, "8080") };
        let reading = reading(&[said], asks(&[1]), 10_000);
        assert_eq!((reading.reply, reading.held.len()), (Reply::Nothing, 0));
    }
}

#[test]
fn sec_27_a_forged_marker_makes_a_comment_neither_ours_nor_special() {
    let forged = comment(101, 20, "<!-- pipemason:escalation esc-2 v=99 -->\n8080");
    assert_eq!(taken(&answer(&[forged])), [101]);
    let outsider =
        Comment { author: user(99, Right::Read), ..comment(102, 20, "<!-- pipemason:escalation esc-2 v=99 -->\n8080") };
    assert_eq!(why_held(&[outsider]), [HeldWhy::MayNot]);
}

#[test]
fn sec_26_only_what_follows_the_announcement_answers() {
    let after = |id, second| {
        let reading = reading(&[comment(id, second, "8080")], asks(&[1]), 10_000);
        (reading.reply != Reply::Nothing, reading.held.len())
    };
    assert_eq!(after(99, -1), (false, 0));
    assert_eq!(after(100, 20), (false, 0));
    assert_eq!(after(99, 20), (false, 0));
    assert_eq!(after(101, -1), (false, 0));
    assert_eq!(after(101, 20), (true, 0));

    let rules = access();
    let unannounced = OpenEscalation { announced: None, ..escalation(asks(&[1])) };
    let comments = [comment(101, 20, "8080")];
    let thread = Thread { comments: &comments, escalation: &unannounced, access: &rules, resume_on_reply: true };
    let reading = read(&thread, at(10_000));
    assert_eq!((reading.reply, reading.held.len()), (Reply::Nothing, 0));
}

#[test]
fn sec_26_a_reply_faster_than_reading_is_one_to_the_escalation_before() {
    let rules = access();
    let say = |number, second| {
        let escalation = OpenEscalation { id: EscalationId::new(number).unwrap(), ..escalation(asks(&[1])) };
        let comments = [comment(101, second, "8080")];
        let thread = Thread { comments: &comments, escalation: &escalation, access: &rules, resume_on_reply: true };
        read(&thread, at(10_000)).held.first().map(|held| held.why)
    };
    assert_eq!(say(2, 0), Some(HeldWhy::TooSoon));
    assert_eq!(say(2, 9), Some(HeldWhy::TooSoon));
    assert_eq!(say(2, 10), None);
    assert_eq!(say(1, 0), None);
}

#[test]
fn sec_26_a_mail_that_quotes_an_older_escalation_answers_that_one() {
    for (body, why) in [
        ("8080\n\nOn Mon, x wrote:\n> **esc-1** Which port?", Some(HeldWhy::AnswersAnother)),
        ("8080\n\n> (esc-1): and esc-3", Some(HeldWhy::AnswersAnother)),
        ("8080\n\n> **esc-2** Which port?", None),
        ("8080\n\n> esc-1 led to esc-2", None),
        ("8080\n\n> esc-x desc-1", None),
        ("8080, as in esc-1", None),
    ] {
        let expected: Vec<_> = why.into_iter().collect();
        assert_eq!(why_held(&[comment(101, 20, body)]), expected, "{body:?}");
    }
}

#[test]
fn each_reason_has_a_code_of_its_own_and_says_whether_it_may_be_taken() {
    let all = [
        HeldWhy::MayNot,
        HeldWhy::RightUnknown,
        HeldWhy::EditedByAnother,
        HeldWhy::LooksLikeCommand,
        HeldWhy::SaysNothing,
        HeldWhy::MentionsSomebody,
        HeldWhy::OnlyAsks,
        HeldWhy::AnswersAnother,
        HeldWhy::TooSoon,
        HeldWhy::RepliesOff,
        HeldWhy::TakesCommand,
    ];
    let codes: BTreeSet<_> = all.iter().map(|why| why.code()).collect();
    assert_eq!(codes.len(), all.len());
    let refused: Vec<_> = all.into_iter().filter(|why| !why.may_be_taken()).collect();
    assert_eq!(refused, [HeldWhy::EditedByAnother, HeldWhy::LooksLikeCommand]);
}

#[test]
fn a_huge_comment_costs_little() {
    for filler in [
        "> ",
        "- ",
        "* a\n",
        "`",
        "```\n",
        "[",
        "](x)",
        "<!--",
        "*_",
        "@",
        "@a/",
        "? ",
        "a. ",
        "Q-1: x\n",
        "> Q-1: x\n",
        "On x wrote:\n",
        "On x\n",
        "<a@b>:\n",
        "\n",
        "日本",
        "é\r",
        "\0",
        "-- \n",
        "1. ",
        "|-|\n",
        "a\n> b\n",
        "😀",
    ] {
        let body = filler.repeat(32_768 / filler.len());
        drop(reading(&[comment(101, 20, &body)], asks(&[1]), 10_000));
    }
    let wrapped = format!("{}\n", "a".repeat(70)).repeat(1000);
    assert_eq!(taken(&answer(&[comment(101, 20, &wrapped)])), [101]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_is_judged(body in any::<String>(), tail in "[@>`*_ \n\r?.Qq0-9:\\-é]{0,60}") {
        for body in [body.clone(), tail.clone(), format!("{body}\n{tail}")] {
            let reading = reading(&[comment(101, 20, &body)], asks(&[1]), 10_000);
            let taken = match reading.reply {
                Reply::Ready(answer) => answer.taken.len(),
                Reply::Nothing | Reply::Waiting { .. } | Reply::SayCommand(_) => 0,
            };
            prop_assert!(taken + reading.held.len() <= 1);
        }
    }

    #[test]
    fn line_ends_do_not_matter(lines in prop::collection::vec("[ -~é]{0,20}", 0..5)) {
        let with = |end: &str| {
            let reading = reading(&[comment(101, 20, &lines.join(end))], asks(&[1]), 10_000);
            let why: Vec<_> = reading.held.iter().map(|held| held.why).collect();
            let said = match reading.reply {
                Reply::Ready(answer) => Some((answer.answers, answer.remarks)),
                Reply::Nothing | Reply::Waiting { .. } | Reply::SayCommand(_) => None,
            };
            (why, said)
        };
        prop_assert_eq!(with("\n"), with("\r\n"));
    }

    #[test]
    fn sec_31_no_word_of_an_outsider_is_in_the_answer(body in "[a-z0-9 :.\\-Q\n]{1,40}") {
        let outsider = Comment { author: user(99, Right::Triage), ..comment(102, 20, &format!("{body} outsider")) };
        let answer = answer(&[comment(101, 20, "8080"), outsider]);
        prop_assert_eq!(taken(&answer), [101]);
        prop_assert_eq!(answer.remarks, "8080");
    }
}
