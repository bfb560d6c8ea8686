//! Answers of people, put into the file as data.

use super::*;
use crate::document::tests::hostile_text;

fn question(number: u32) -> QuestionId {
    QuestionId::new(number).unwrap()
}

fn answer(file: &str, number: u32, text: &str) -> Answered {
    with_answers(file, &BTreeMap::from([(question(number), text.to_owned())]))
}

const LAYOUTS: [&str; 10] = [
    "- Q-1: port?\n- Q-2: host?",
    "- **Q-1** port?\n  - 8080\n  - 9090\n- **Q-2** host?",
    "1. Q-1 port?\n\n   More words.\n\n2. Q-2 host?",
    "10) Q-1 port?\n10) Q-2 host?",
    "### Q-1: port?\n\nMore words.\n\n### Q-2: host?",
    "Q-1: port?\nperhaps 8080\nQ-2: host?",
    "**Q-1** port?\n\nQ-2 host?",
    "| id | question |\n|---|---|\n| Q-1 | port? |\n| Q-2 | host? |",
    "| id | question | answer |\n|---|---|---|\n| Q-1 | port? | |\n| Q-2 | host? |  |",
    "> - Q-1: port?\n> - Q-2: host?",
];

#[test]
fn an_answer_stands_below_its_question() {
    let file = "## Open questions\n\n- **Q-1**: Which port?\n- **Q-2**: Which host?\n\n## Assumptions\n";
    let answers =
        BTreeMap::from([(question(1), "8080\n\n# not a heading".to_owned()), (question(2), "`localhost`".to_owned())]);
    let answered = with_answers(file, &answers);
    assert_eq!(answered.missing, []);
    assert_eq!(
        answered.file,
        "## Open questions\n\n- **Q-1**: Which port?\n  - Answer: 8080 \\# not a heading\n- **Q-2**: Which host?\n  - Answer: `localhost`\n\n\
         ## Assumptions\n"
    );
}

#[test]
fn questions_of_every_layout_can_be_answered() {
    for layout in LAYOUTS {
        for file in [
            file("- AC-1: WHEN a THEN b", &format!("## Open questions\n\n{layout}\n\n## Assumptions\n")),
            format!("## Open questions\n{layout}"),
        ] {
            for number in [1, 2] {
                let answered = answer(&file, number, "8080 | all");
                assert_eq!(answered.missing, [], "{file}");
                let spec = read_clean(&answered.file);
                let open: Vec<_> = spec.open_questions().iter().map(|question| question.id.number()).collect();
                assert_eq!(open, [3 - number], "{}", answered.file);
            }
        }
    }
}

#[test]
fn a_later_answer_supersedes_an_earlier_one() {
    let file = "## Open questions\n\n- Q-1: port?\n  - Answer: 80\n";
    let spec = Spec::read(&answer(file, 1, "8080").file).value;
    assert_eq!(spec.questions[0].answer(), Some("8080"));
}

#[test]
fn an_answer_that_has_no_place_changes_nothing() {
    for file in [
        "## Open questions\n\n- Q-1: port?\n",
        "## Goal\n\n- Q-2: port?\n",
        "## Open questions\n\n- Q-2: port?\n\n  ```\n  unclosed",
        "## Open questions\n\n- Q-2: port? Q-3\n  Q-3: host?\n",
    ] {
        let answered = answer(file, 2, "8080");
        assert_eq!((answered.file.as_str(), answered.missing), (file, vec![question(2)]));
    }
    let file = "## Open questions\n\n- Q-2: port?\n";
    assert_eq!(answer(file, 2, " … ").missing, [question(2)], "nothing is answered by an answer without words");
}

#[test]
fn a_long_answer_is_cut_with_a_mark() {
    let file = "## Open questions\n\n- Q-1: port?\n";
    let spec = Spec::read(&answer(file, 1, &"é".repeat(4000)).file).value;
    assert_eq!(spec.questions[0].answer().unwrap(), "é".repeat(4000));
    let spec = Spec::read(&answer(file, 1, &"é".repeat(4001)).file).value;
    assert_eq!(spec.questions[0].answer().unwrap(), "é".repeat(3999) + "…");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn sec_28_an_answer_says_nothing_but_the_answer(text in hostile_text(), layout in prop::sample::select(LAYOUTS.to_vec())) {
        let file = file("- AC-1: WHEN a THEN b", &format!("## Open questions\n\n{layout}\n\n## Assumptions\n\n- A-1: b. Reason: c\n"));
        let before = Spec::read(&file).value;
        let text = format!("x {text}");
        let answered = answer(&file, 1, &text);
        let line = OneLine::from(text);
        prop_assert_eq!(&answered.missing, &[], "{}", answered.file);
        let mut after = Spec::read(&answered.file).value;
        prop_assert_eq!(after.questions[0].answer(), Some(line.as_str()), "{}", answered.file);
        after.questions[0] = before.questions[0].clone();
        prop_assert_eq!(after, before);
    }
}
