//! What makes a specification testable.

use super::*;
use crate::gate::{CheckOutcome, GateReport, Verdict};
use crate::run::Learned;

fn faults(criteria: &str, more: &str) -> Vec<(String, Option<u32>)> {
    let spec = read_clean(&file(criteria, more));
    let findings = spec.check();
    assert!(findings.iter().all(|finding| !finding.message.is_empty()));
    rules(&findings).into_iter().map(|(rule, line)| (rule.to_owned(), line)).collect()
}

#[test]
fn a_criterion_is_one_sentence_with_when_and_then() {
    for sentence in [
        "WHEN a THEN b",
        "GIVEN x WHEN a THEN b. When it is late, then c.",
        "When a, then b.",
        "if given, when a then b",
        "WHEN the user types `WHEN` THEN `THEN` is shown",
        "WHEN €, 1 THEN ü",
        "WHEN a THEN b (proof: check `WHEN THEN`)",
    ] {
        assert_eq!(faults(&format!("- AC-1: {sentence}"), ""), [], "{sentence}");
    }
    for sentence in [
        "",
        "It works",
        "WHEN a",
        "THEN b",
        "THEN b WHEN a",
        "WHEN THEN b",
        "WHEN … THEN b",
        "WHEN a THEN",
        "WHEN a THEN …",
        "WHEN a THEN b WHEN c THEN d",
        "WHEN a THEN b THEN c",
        "WHEN a, then b",
        "`WHEN` a `THEN` b",
        "WHENEVER a THENCE b",
        "WHEN a (proof: check `x`) THEN b",
    ] {
        assert_eq!(faults(&format!("- AC-1: {sentence}"), ""), [("spec/sentence".to_owned(), Some(11))], "{sentence}");
    }
}

#[test]
fn a_proof_by_check_names_its_command() {
    for (criterion, proof) in [
        ("WHEN a THEN b (proof: check `cargo deny check`)", Proof::Check { command: "cargo deny check" }),
        ("WHEN a THEN b\n  - Proof: check: ``a `b` c``", Proof::Check { command: "a `b` c" }),
        ("WHEN a THEN b. proof: check make lint", Proof::Check { command: "make lint" }),
        ("WHEN a THEN b (PROOF: Check (`x`))", Proof::Check { command: "x" }),
        ("WHEN a THEN b (proof: check)", Proof::Check { command: "" }),
        ("WHEN a THEN b (proof: checked by hand)", Proof::Tests),
        ("WHEN a THEN b (proof: tests)", Proof::Tests),
        ("WHEN a THEN waterproof: check", Proof::Tests),
        ("WHEN a THEN b", Proof::Tests),
    ] {
        let spec = read_clean(&file(&format!("- AC-1: {criterion}"), ""));
        assert_eq!(spec.criteria[0].proof(), proof, "{criterion}");
    }
    let table = file(
        "| ID | Criterion | Proof |\n|---|---|---|\n| AC-1 | WHEN a THEN b | check `x` |\n| AC-2 | WHEN a THEN b | – |\n",
        "",
    );
    let spec = read_clean(&table);
    assert_eq!(spec.criteria[0].proof(), Proof::Check { command: "x" });
    assert_eq!(spec.criteria[0].sentence(), "WHEN a THEN b");
    assert_eq!(spec.criteria[1].proof(), Proof::Tests);
    assert_eq!(faults("- AC-1: WHEN a THEN b (proof: check)", ""), [("spec/proof".to_owned(), Some(11))]);
}

#[test]
fn ids_are_there_once() {
    let more = "## Open questions\n\n- Q-1: a? Answer: b\n- Q-1: c? Answer: d\n\n## Assumptions\n\n- A-1: a. Reason: b\n- A-01: c, because d\n";
    let doubled = |line| ("spec/doubled-id".to_owned(), Some(line));
    assert_eq!(
        faults("- AC-1: WHEN a THEN b\n- AC-2: WHEN a THEN b\n- AC-1: WHEN c THEN d", more),
        [doubled(13), doubled(18), doubled(23)]
    );
}

#[test]
fn what_is_missing_is_said() {
    let findings = Spec::default().check();
    assert_eq!(rules(&findings), [("spec/incomplete", None); 3]);
}

#[test]
fn an_assumption_has_a_reason() {
    for (assumption, expected) in [
        ("port 8080. Reason: the default", 0),
        ("port 8080\n  - rationale: the default", 0),
        ("port 8080 because it is the default", 0),
        ("port 8080. Why: default", 0),
        ("port 8080", 1),
        ("port 8080. Reason:", 1),
        ("port 8080. Reason: …", 1),
    ] {
        let found = faults("- AC-1: WHEN a THEN b", &format!("## Assumptions\n\n- A-1: {assumption}\n"));
        assert_eq!(found.len(), expected, "{assumption}");
    }
    let table = "## Assumptions\n\n| ID | Assumption | Reason |\n|---|---|---|\n| A-1 | a | b |\n| A-2 | a | |\n";
    assert_eq!(faults("- AC-1: WHEN a THEN b", table), [("spec/assumption-without-reason".to_owned(), Some(18))]);
}

#[test]
fn a_question_is_open_until_somebody_answers_or_assumes_with_a_reason() {
    let open = |question: &str| {
        let more = format!(
            "## Open questions\n\n{question}\n\n## Assumptions\n\n- A-1: x. Reason: y\n- A-2: x\n- A-3: Q-3: x. Reason: y\n"
        );
        let spec = read_clean(&file("- AC-1: WHEN a THEN b", &more));
        assert_eq!(spec.questions.len(), 1, "{question}");
        spec.open_questions().len()
    };
    for settled in [
        "- Q-1: port?\n  - Answer: 8080",
        "- Q-1: port?\n  - **Answer:** none",
        "- Q-1: port?\n\n  > answered: 8080",
        "- Q-1: port? Answer: 8080",
        "- Q-1: port?\n  - Answer: TBD\n  - Answer: 8080",
        "- Q-1: port? (A-1)",
        "- Q-1: port? — recorded as A-1.",
        "- Q-1: port?\n  - Assumption: A-1",
        "- Q-1: port?\n  - Answer: A-1",
        "- Q-3: port?",
        "### Q-1 port?\n\nAnswer: 8080",
        "| id | question | answer |\n|---|---|---|\n| Q-1 | port? | 8080 |",
    ] {
        assert_eq!(open(settled), 0, "{settled}");
    }
    for unsettled in [
        "- Q-1: port?",
        "- Q-1: port?\n  - Answer: TBD",
        "- Q-1: port?\n  - Answer:",
        "- Q-1: port? Answer: todo",
        "- Q-1: port? Answer: ?",
        "- Q-1: what should `Answer: x` print?",
        "- Q-1: is A-1 right?",
        "- Q-1: or is it A-1?",
        "- Q-1: port? (A-2)",
        "- Q-1: port? (A-9)",
        "- Q-1: port?\n  - Answer: A-2",
        "- Q-2: port?",
        "| id | question | answer |\n|---|---|---|\n| Q-1 | port? | |",
    ] {
        assert_eq!(open(unsettled), 1, "{unsettled}");
    }
}

#[test]
fn open_questions_are_underspecified_and_returned_as_questions() {
    let spec = read_clean(&file("- AC-1: WHEN a THEN b", "## Open questions\n\n- Q-2: Which port?\n- Q-1: Who?\n"));
    let findings = spec.check();
    assert_eq!(rules(&findings), [("spec/open-question", Some(15)), ("spec/open-question", Some(16))]);
    assert!(findings.iter().all(|finding| finding.class == FailureClass::SpecUnderspecified));
    let questions: Vec<_> =
        spec.open_questions().iter().map(|question| format!("{} {}", question.id, question.text)).collect();
    assert_eq!(questions, ["Q-2 Which port?", "Q-1 Who?"]);
}

/// Looking through all assumptions for each question took minutes.
#[test]
fn many_questions_and_many_assumptions_are_checked_in_time() {
    let many = 20_000;
    let questions: Vec<_> = (1..=many).map(|number| format!("- Q-{number} which port?")).collect();
    let assumptions: Vec<_> = (1..=many).map(|number| format!("- A-{number} Q-{}: Reason: x", number * 2)).collect();
    let (questions, assumptions) = (questions.join("\n"), assumptions.join("\n"));
    let spec = Spec::read(&format!("## Open questions\n\n{questions}\n\n## Assumptions\n\n{assumptions}")).value;
    assert_eq!((spec.questions.len(), spec.assumptions.len()), (many, many));
    assert_eq!(spec.open_questions().len(), many / 2);
    let open = spec.check().iter().filter(|finding| finding.rule == "spec/open-question").count();
    assert_eq!(open, many / 2);
}

/// Returns the class that the gate of `analyze` fails with, if it fails, and what the run learns.
fn judged(file: &str) -> (Option<FailureClass>, Learned) {
    let (check, learned) = gate(file);
    assert_eq!((check.name.as_str(), check.unit.as_ref()), ("spec", None));
    let report = GateReport { checks: vec![check] };
    match report.verdict() {
        Verdict::Passed => (None, learned),
        Verdict::Failed { class, .. } => (Some(class), learned),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_sound_specification_passes_and_tells_kind_and_units() {
    let sound = file("- AC-1: WHEN a THEN b", "").replace("domains: [api]", "domains: [web, api]\nkind: preserving");
    let (class, learned) = judged(&sound);
    assert_eq!((class, learned.kind), (None, Some(TicketKind::Preserving)));
    let units: Vec<_> = learned.units.unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(
        (units, learned.questions.len(), learned.freeze.len()),
        (vec!["api".to_owned(), "web".to_owned()], 0, 0)
    );
}

#[test]
fn faults_are_repaired_before_anybody_is_asked() {
    let questions = "## Open questions\n\n- Q-1: Which port?\n";
    let open = file("- AC-1: WHEN a THEN b", questions);
    let (class, learned) = judged(&open);
    let ids: Vec<_> = learned.questions.iter().map(|question| question.id.number()).collect();
    assert_eq!((class, ids), (Some(FailureClass::SpecUnderspecified), vec![1]));
    for faulty in [file("- AC-1: it works", questions), open.replace("schema_version: 1", "schema_version: 9")] {
        let (class, learned) = judged(&faulty);
        assert_eq!((class, learned.questions.len()), (Some(FailureClass::GateFailed), 0), "{faulty}");
        let (check, _) = gate(&faulty);
        let CheckOutcome::Failed { findings, .. } = check.result else { panic!("it passed") };
        assert_eq!(findings.len(), 2, "the open question is named all the same");
    }
    assert_eq!(judged("").0, Some(FailureClass::GateFailed));
}
