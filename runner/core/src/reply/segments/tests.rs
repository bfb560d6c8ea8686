//! Tests of answers by question.

use super::*;

fn split(text: &str) -> Vec<(Option<u32>, String)> {
    let found = segments(&Cleaned::of(text, "pipemason"));
    let number = |question: Option<QuestionId>| question.map(QuestionId::number);
    found.into_iter().map(|segment| (number(segment.question), segment.text)).collect()
}

#[test]
fn a_question_is_named_in_many_ways() {
    for line in [
        "Q-1: 8080",
        "Q-1:8080",
        "Q1: 8080",
        "q-1: 8080",
        "Q1. 8080",
        "Q-1) 8080",
        "Q-1 - 8080",
        "Q-1 – 8080",
        "Q-1 — 8080",
        "Q1 = 8080",
        "Q-1 8080",
        "- Q-1: 8080",
        "* Q-1: 8080",
        "+ Q1: 8080",
        "1. Q-1: 8080",
        "2) Q-1: 8080",
        "## Q-1: 8080",
        "  Q-1: 8080",
        "**Q-1:** 8080",
        "**Q-1**: 8080",
        "**Q-1.** 8080",
        "__Q-1__ 8080",
        "- **Q-1** 8080",
        "Q-1:\n8080",
        "Q-1\n\n8080",
        "> Q-1: which port?\n8080",
        "> - **Q-1** which port?\n>\n> or host?\n\n8080",
    ] {
        assert_eq!(split(line), [(Some(1), "8080".to_owned())], "{line:?}");
    }
}

#[test]
fn what_names_no_question_is_a_remark() {
    for line in [
        "8080",
        "Q1 numbers",
        "Q-0: x",
        "Q-x: y",
        "Q: x",
        "AQ-1: x",
        "see Q-1: x",
        "Q-99999999999: x",
        "-Q-1: x",
        "Q1",
        "Q-1.5",
        "Q-1a",
        "```\nQ-1: x\n```",
    ] {
        assert_eq!(split(line), [(None, line.to_owned())], "{line:?}");
    }
    for nothing in ["", "\n\n", "Q-1:", "Q-1:\nQ-2:", "> Q-1: x", "> Q-1: x\n\n"] {
        assert_eq!(split(nothing), [], "{nothing:?}");
    }
}

#[test]
fn an_answer_goes_on_until_the_next_question() {
    let text = "Hello\n\nQ-1: first\n  - indented\n\n```\nQ-9: code\n```\n- Q-2: second: with colon\nQ-3: -1";
    let expected = [
        (None, "Hello"),
        (Some(1), "first\n  - indented\n\n```\nQ-9: code\n```"),
        (Some(2), "second: with colon"),
        (Some(3), "-1"),
    ];
    let expected = expected.map(|(question, text)| (question, text.to_owned()));
    assert_eq!(split(text), expected);
    assert_eq!(split(&text.replace('\n', "\r\n")), expected);
    assert_eq!(split("Q-1: .5"), [(Some(1), ".5".to_owned())]);
    assert_eq!(split("Q-1: - item"), [(Some(1), "- item".to_owned())]);
    assert_eq!(split("\n    code\nx"), [(None, "    code\nx".to_owned())]);
}

#[test]
fn a_quote_of_one_question_says_what_is_answered_below_it() {
    let text = "> Q-1: port?\n8080\n\n> Q-2: host?\nlocalhost\n> unrelated\nstill the host";
    assert_eq!(split(text), [(Some(1), "8080".to_owned()), (Some(2), "localhost\nstill the host".to_owned())]);
    let several = "> Q-1: port?\n> Q-2: host?\nyes to all";
    assert_eq!(split(several), [(None, "yes to all".to_owned())]);
    let mixed = "Q-1: a\n> Q-2: b\n> Q-3: c\nboth";
    assert_eq!(split(mixed), [(Some(1), "a".to_owned()), (None, "both".to_owned())]);
}
