//! Files as agents write them.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::document::tests::{hostile_files, hostile_text};

fn errors(value: &Value) -> Vec<String> {
    match read(&value.to_string()) {
        Ok(output) => panic!("{output:?}"),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

fn with(more: &Value) -> Value {
    let mut value = json!({"status": "done", "summary": "x"});
    value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    value
}

#[test]
fn a_full_output_is_read() {
    let value = json!({
        "status": "contested", "summary": "The test is wrong.", "requirements": ["AC-1"], "files": ["src/a.rs"],
        "commands": [{"cmd": "cargo test", "exit": -1}], "questions": [], "concerns": ["slow"],
        "contest": {"subject": "test", "id": "a::b", "reason": "AC-1 says 404", "proposed_diff": ""},
        "findings": [{"severity": "high", "message": "m", "path": "src/a.rs", "line": 3, "requirement": "AC-1"}, {"severity": "info", "message": "n", "path": null}]
    });
    let output = read(&format!("\u{feff} {value}\n")).unwrap();
    assert_eq!(output.contest.as_ref().unwrap().subject, ContestSubject::Test);
    assert_eq!(output.commands[0].exit, -1);
    let findings = output.gate_findings();
    assert_eq!((findings[0].rule.as_str(), findings[0].line, findings[0].severity), ("AC-1", Some(3), Severity::High));
    assert_eq!(
        (findings[1].rule.as_str(), findings[1].path.as_deref(), findings[1].class),
        ("review", None, FailureClass::ReviewFinding)
    );
    assert!(read(&with(&json!({"contest": null})).to_string()).is_ok());
}

#[test]
fn errors_name_the_field_and_what_was_expected() {
    for (more, error) in [
        (
            json!({"status": "finished"}),
            "`status`: expected `done`, `done_with_concerns`, `needs_context`, `blocked`, `contested`, found \"finished\"",
        ),
        (json!({"summary": ""}), "`summary`: expected at least 1 characters, found 0"),
        (json!({"summary": 7}), "`summary`: expected a text, found 7"),
        (json!({"files": "a"}), "`files`: expected a list, found \"a\""),
        (json!({"files": ["a", null]}), "`files[1]`: expected a text, found null"),
        (json!({"commands": [{"cmd": "x", "exit": "0"}]}), "`commands[0].exit`: expected a whole number, found \"0\""),
        (json!({"commands": [{"cmd": "x", "exit": 0.5}]}), "`commands[0].exit`: expected a whole number, found 0.5"),
        (json!({"commands": [{"cmd": "x"}]}), "`commands[0].exit`: expected a value, found nothing"),
        (json!({"commands": ["x"]}), "`commands[0]`: expected an object, found \"x\""),
        (
            json!({"commands": [{"cmd": "x", "exit": 0, "ok": true}]}),
            "`commands[0]`: expected only the fields cmd, exit, found `ok`",
        ),
        (json!({"contest": []}), "`contest`: expected an object or null, found a list"),
        (
            json!({"findings": [{"severity": "high", "message": "m", "line": 0}]}),
            "`findings[0].line`: expected a number from 1 up, found 0",
        ),
        (
            json!({"findings": [{"severity": "high", "message": "m", "line": 4_294_967_296_u64}]}),
            "`findings[0].line`: expected a number up to 4294967295, found 4294967296",
        ),
        (
            json!({"findings": [{"severity": "blocker", "message": "m"}]}),
            "`findings[0].severity`: expected `info`, `low`, `medium`, `high`, `critical`, found \"blocker\"",
        ),
    ] {
        assert_eq!(errors(&with(&more)), [error]);
    }
    assert_eq!(
        errors(&json!({})),
        ["`status`: expected a value, found nothing", "`summary`: expected a value, found nothing"]
    );
    assert_eq!(errors(&json!([])), ["the file: expected an object, found a list"]);
    assert!(
        errors(&with(&json!({"passed": true})))[0]
            .starts_with("the file: expected only the fields commands, concerns, ")
    );
}

#[test]
fn status_and_fields_agree() {
    let contest = json!({"subject": "spec", "id": "AC-1", "reason": "r", "proposed_diff": "d"});
    for (more, error) in [
        (
            json!({"status": "contested"}),
            "`contest`: expected what is contested, because the status is `contested`, found nothing",
        ),
        (
            json!({"contest": contest}),
            "`status`: expected `contested`, because there is a contest, found another status",
        ),
        (
            json!({"status": "needs_context"}),
            "`questions`: expected at least one, because the status is `needs_context`, found none",
        ),
        (
            json!({"questions": ["which port?"]}),
            "`status`: expected `needs_context` or `blocked`, because there are questions, found another status",
        ),
        (
            json!({"status": "done_with_concerns"}),
            "`concerns`: expected at least one, because the status is `done_with_concerns`, found none",
        ),
    ] {
        assert_eq!(errors(&with(&more)), [error]);
    }
    for more in [
        json!({"status": "contested", "contest": contest}),
        json!({"status": "needs_context", "questions": ["which port?"]}),
        json!({"status": "blocked", "questions": ["which port?"]}),
        json!({"status": "blocked"}),
        json!({"status": "done_with_concerns", "concerns": ["slow"]}),
        json!({"concerns": ["slow"]}),
    ] {
        assert!(read(&with(&more).to_string()).is_ok(), "{more}");
    }
}

#[test]
fn an_exit_status_has_bounds() {
    let output = |exit: &Value| with(&json!({"commands": [{"cmd": "x", "exit": exit}]}));
    for exit in [json!(-2_147_483_648_i64), json!(4_294_967_295_u64)] {
        assert!(read(&output(&exit).to_string()).is_ok());
    }
    for exit in [json!(-2_147_483_649_i64), json!(4_294_967_296_u64), json!(u64::MAX)] {
        let errors = errors(&output(&exit)).concat();
        assert!(
            errors.starts_with("`commands[0].exit`: expected a number ") && errors.ends_with(&exit.to_string()),
            "{errors}"
        );
    }
}

#[test]
fn a_long_value_is_shown_by_its_start() {
    let shown = |length: usize| errors(&with(&json!({"status": "é".repeat(length)}))).concat();
    assert!(shown(60).ends_with(&format!("found \"{}\"", "é".repeat(60))));
    assert!(shown(61).ends_with(&format!("found \"{}…\"", "é".repeat(59))));
}

fn outcome(more: &Value) -> TurnOutcome {
    read(&with(more).to_string()).unwrap().outcome(Some(ContentHash::of(b"diff")))
}

#[test]
fn what_the_agent_says_is_how_its_turn_ended() {
    assert_eq!(outcome(&json!({})), TurnOutcome::Done);
    assert_eq!(outcome(&json!({"status": "done_with_concerns", "concerns": ["slow"]})), TurnOutcome::Done);
    let questions = |more: &Value| match outcome(more) {
        TurnOutcome::Asked { questions } => {
            questions.iter().map(|question| format!("{} {}", question.id, question.text)).collect::<Vec<_>>()
        }
        other => panic!("{other:?}"),
    };
    for status in ["needs_context", "blocked"] {
        assert_eq!(questions(&json!({"status": status, "questions": ["a?", "b?"]})), ["Q-1 a?", "Q-2 b?"]);
    }
    assert_eq!(
        questions(&json!({"status": "blocked", "summary": "There is no network."})),
        ["Q-1 There is no network."]
    );
}

#[test]
fn a_contest_is_bound_to_the_change_that_the_engine_made_of_it() {
    let claim = json!({"subject": "contract", "id": "a.yaml", "reason": "AC-1 says 404", "proposed_diff": "--- a"});
    let output = read(&with(&json!({"status": "contested", "contest": claim})).to_string()).unwrap();
    for diff in [None, Some(ContentHash::of(b"diff"))] {
        let contest =
            Contest { subject: ContestSubject::Contract, id: "a.yaml".into(), reason: "AC-1 says 404".into(), diff };
        assert_eq!(output.outcome(diff), TurnOutcome::Contested { contest });
    }
    let unreadable = TurnOutput { contest: None, ..output };
    assert_eq!(unreadable.outcome(None), TurnOutcome::Failed);
}

#[test]
fn sizes_are_bounded() {
    let summary = |length: usize| with(&json!({"summary": "é".repeat(length)}));
    assert!(read(&summary(4000).to_string()).is_ok());
    assert_eq!(errors(&summary(4001)), ["`summary`: expected at most 4000 characters, found 4001"]);
    let questions = |count: usize| with(&json!({"status": "blocked", "questions": vec!["?"; count]}));
    assert!(read(&questions(20).to_string()).is_ok());
    assert_eq!(errors(&questions(21)), ["`questions`: expected at most 20 items, found 21"]);
    assert_eq!(errors(&with(&json!({"files": vec![1; 100]}))).len(), MAX_ERRORS);
    let good = with(&json!({})).to_string();
    let padded = |bytes: usize| good.clone() + &" ".repeat(bytes - good.len());
    assert!(read(&padded(MAX_BYTES)).is_ok());
    assert_eq!(read(&padded(MAX_BYTES + 1)).unwrap_err()[0].found, "524289 bytes");
}

#[test]
fn what_is_not_one_object_is_refused() {
    let good = with(&json!({})).to_string();
    for text in [
        String::new(),
        "done".to_owned(),
        format!("```json\n{good}\n```"),
        format!("{good}{good}"),
        r#"{"status":"done","status":"blocked","summary":"x"}"#.to_owned(),
        r#"{"status":"done","summary":"x","commands":[{"cmd":"a","cmd":"b","exit":0}]}"#.to_owned(),
        format!("{good}\0"),
    ] {
        let errors = read(&text).unwrap_err();
        assert_eq!(errors[0].expected, "one JSON object and nothing else", "{text}");
    }
    for file in hostile_files(20_000) {
        assert!(read(&file).is_err());
    }
    assert!(read(&"{\"a\":".repeat(100_000)).is_err());
}

#[test]
fn the_file_is_named_after_phase_and_unit() {
    assert_eq!(path(Phase::Analyze, None), "out/analyze.json");
    assert_eq!(path(Phase::Tdd, Some(&"api.billing".parse().unwrap())), "out/tdd.api.billing.json");
}

proptest! {
    #[test]
    fn an_output_reads_back_as_it_was_written(texts in prop::collection::vec(hostile_text(), 8), exit in -2_147_483_648..=4_294_967_295_i64, line in prop::option::of(1..u32::MAX)) {
        let text = |index: usize| format!("x{}", texts[index]);
        let output = TurnOutput {
            status: TurnStatus::Blocked,
            summary: text(0),
            requirements: vec![text(1)],
            files: vec![text(2)],
            commands: vec![ClaimedCommand { cmd: text(3), exit }],
            questions: vec![text(4)],
            concerns: vec![text(5)],
            contest: None,
            findings: vec![ReviewFinding { severity: Severity::Low, message: text(6), path: Some(text(7)), line, requirement: None }],
        };
        let written = serde_json::to_string(&output).unwrap();
        prop_assert_eq!(read(&written), Ok(output));
    }
}
