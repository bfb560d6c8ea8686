//! Reports, fingerprints and the ladder.

use proptest::prelude::*;

use super::*;
use crate::document::blocks::{BlockKind, read_blocks};
use crate::document::tests::{hostile_files, hostile_text};
use crate::gate::{Check, Severity};

fn finding(rule: &str, message: &str) -> Finding {
    Finding {
        class: FailureClass::GateFailed,
        severity: Severity::High,
        rule: rule.to_owned(),
        message: message.to_owned(),
        path: Some("src/a.rs".to_owned()),
        line: Some(3),
        unit: None,
    }
}

fn failed(name: &str, findings: Vec<Finding>) -> Check {
    Check {
        name: name.to_owned(),
        unit: None,
        result: CheckOutcome::Failed { class: FailureClass::GateFailed, findings },
        log: None,
    }
}

fn print(checks: Vec<Check>) -> ContentHash {
    fingerprint(&GateReport { checks })
}

fn attempt() -> Attempt<'static> {
    Attempt {
        phase: Phase::Implement,
        unit: None,
        number: 2,
        class: FailureClass::GateFailed,
        gate: "tests",
        fingerprint: ContentHash::of(b"x"),
        command: Some("cargo test -- `x`"),
        exit_code: Some(101),
        findings: &[],
        output: "",
        log: None,
        earlier: &[],
        keep: &[],
        off_limits: &[],
    }
}

#[test]
fn each_attempt_climbs_and_the_same_failure_skips_a_rung() {
    use Rung::{First, FreshSession, SameSession, Stronger};
    let ladder = |same| [0, 1, 2, 3, 4, 5, u32::MAX].map(|attempt| rung(attempt, same));
    assert_eq!(ladder(false), [First, First, SameSession, FreshSession, Stronger, Stronger, Stronger]);
    assert_eq!(ladder(true), [First, First, FreshSession, Stronger, Stronger, Stronger, Stronger]);
}

#[test]
fn a_fingerprint_is_of_names_in_any_order() {
    let one = print(vec![failed("tests", vec![finding("a::b", "took 3 ms"), finding("c", "x")])]);
    assert_eq!(
        print(vec![failed("tests", vec![finding("c", "y"), finding(" a::b ", "took 4 ms"), finding("c", "z")])]),
        one
    );
    let passed = Check { result: CheckOutcome::Passed, ..failed("lint", Vec::new()) };
    assert_eq!(print(vec![passed, failed("tests", vec![finding("a::b", ""), finding("c", "")])]), one);
    for other in [
        vec![failed("lint", vec![finding("a::b", ""), finding("c", "")])],
        vec![failed("tests", vec![finding("a::b", "")])],
        vec![failed("tests", vec![finding("a::b", ""), finding("c2", "")])],
        vec![failed("tests", vec![finding("a::b", ""), Finding { path: None, ..finding("c", "") }])],
        vec![failed("tests", vec![finding("a::b", ""), Finding { class: FailureClass::Typo, ..finding("c", "") }])],
        vec![Check {
            unit: Some("api".parse().unwrap()),
            ..failed("tests", vec![finding("a::b", ""), finding("c", "")])
        }],
        vec![failed("tests", Vec::new())],
        vec![Check { result: CheckOutcome::Unavailable { reason: String::new() }, ..failed("tests", Vec::new()) }],
        vec![],
    ] {
        assert_ne!(print(other), one);
    }
}

#[test]
fn a_finding_without_a_name_is_known_by_its_words() {
    let one = |message: &str| print(vec![failed("tests", vec![finding("", message)])]);
    assert_eq!(one("port 8080 is taken after 12 ms"), one("port 9 is taken after 7 ms"));
    assert_ne!(one("port 8080 is taken"), one("host 8080 is taken"));
}

#[test]
fn a_report_says_everything_the_next_attempt_needs() {
    let report = Attempt {
        unit: Some(&"api".parse().unwrap()),
        findings: &[
            finding("a::b", "expected 201"),
            Finding { path: None, ..finding("c", "d") },
            Finding { line: None, ..finding("e", "f") },
        ],
        output: "running 2 tests\n\u{1b}[31mFAILED\u{1b}[0m a::b\r\n```\n",
        log: Some("artifacts/gates/implement-api-tests.log"),
        earlier: &["changed the status code".to_owned()],
        keep: &["src/lib.rs as it is".to_owned()],
        off_limits: &["tests/**".to_owned()],
        ..attempt()
    }
    .report();
    insta::assert_snapshot!(report);
}

#[test]
fn of_a_long_output_the_ends_are_shown() {
    let shown = |lines: usize| {
        let output: Vec<String> = (1..=lines).map(|line| format!("line {line}")).collect();
        excerpt(&output.join("\n")).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(shown(1), ["line 1"]);
    assert_eq!(shown(41).len(), 41);
    assert_eq!(shown(160).len(), 160);
    assert_eq!(shown(160)[40], "line 41");
    let cut = shown(161);
    assert_eq!(
        (cut.len(), cut[39].as_str(), cut[40].as_str(), cut[41].as_str()),
        (161, "line 40", "… 1 lines left out …", "line 42")
    );
    assert_eq!(cut.last().unwrap(), "line 161");
    assert_eq!(excerpt(&"é".repeat(500)), "é".repeat(500) + "\n");
    assert_eq!(excerpt(&"é".repeat(501)), "é".repeat(499) + "…\n");
}

#[test]
fn long_words_of_earlier_attempts_are_cut() {
    let tried = |length: usize| Attempt { earlier: &["é".repeat(length)], ..attempt() }.report();
    assert!(tried(500).ends_with(&format!("- {}\n", "é".repeat(500))));
    assert!(tried(501).ends_with(&format!("- {}…\n", "é".repeat(499))));
}

#[test]
fn escapes_of_terminals_are_removed() {
    for (line, plain) in [
        ("\u{1b}[1;31mred\u{1b}[0m", "red"),
        ("\u{1b}[?25lx", "x"),
        ("a\u{1b}", "a"),
        ("\u{1b}[", ""),
        ("\u{1b}[é", ""),
        ("a\tb\u{7}\u{9b}c", "a\tbc"),
    ] {
        assert_eq!(without_escapes(line), plain);
    }
}

#[test]
fn fifty_findings_are_listed() {
    let items = |count: usize| {
        let findings = vec![finding("a", "b"); count];
        let report = Attempt { findings: &findings, ..attempt() }.report();
        (report.matches("src/a.rs:3").count(), report.contains("… and 1 more"))
    };
    assert_eq!(items(50), (50, false));
    assert_eq!(items(51), (50, true));
}

#[test]
fn a_report_is_named_after_phase_unit_and_attempt() {
    assert_eq!(attempt().path(), "attempts/implement-2.md");
    assert_eq!(Attempt { unit: Some(&"web".parse().unwrap()), ..attempt() }.path(), "attempts/implement.web-2.md");
}

#[test]
fn hostile_outputs_are_shown_in_time() {
    for output in hostile_files(20_000) {
        let report = Attempt { output: &output, ..attempt() }.report();
        assert!(report.len() < 1_000_000);
    }
}

proptest! {
    #[test]
    fn sec_28_texts_in_a_report_are_text(texts in prop::collection::vec(hostile_text(), 5)) {
        let text = |index: usize| vec![format!("x{}", texts[index])];
        let (earlier, keep, off_limits) = (text(0), text(1), text(2));
        let output = text(3).concat();
        let report = Attempt { command: Some(&texts[4]), gate: &texts[4], output: &output, earlier: &earlier, keep: &keep, off_limits: &off_limits, ..attempt() }.report();
        let headings: Vec<_> = read_blocks(&report, 0).into_iter().filter(|block| matches!(block.kind, BlockKind::Heading(_))).map(|block| block.text).collect();
        prop_assert_eq!(headings, ["Attempt 2 at implement failed", "Output", "What earlier attempts tried", "Keep", "Off limits"], "{}", report);
    }
}
