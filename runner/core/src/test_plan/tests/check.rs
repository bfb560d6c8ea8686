//! What a plan has to prove, and where several plans contradict each other.

use super::*;
use crate::gate::CheckOutcome;

fn spec(criteria: &[&str]) -> Spec {
    let items: Vec<String> =
        criteria.iter().zip(1..).map(|(text, number)| format!("- AC-{number}: {text}\n")).collect();
    let items = items.concat();
    Spec::read(&format!("---\ndomains: [api, web]\n---\n## Acceptance criteria\n\n{items}")).value
}

/// A plan of rows `id | criteria | unit | test | file | status | note`.
fn plan(rows: &[&str]) -> TestPlan {
    let head = "| ID | AC | Unit | Test | File | Status | Note | Kind |\n|---|---|---|---|---|---|---|---|\n";
    let rows: Vec<String> = rows.iter().map(|row| format!("| {row} | unit |\n")).collect();
    read_clean(&(head.to_owned() + &rows.concat()))
}

fn faults(criteria: &[&str], rows: &[&str]) -> Vec<(String, FailureClass)> {
    let findings = plan(rows).check(&spec(criteria));
    findings.into_iter().map(|finding| (finding.rule, finding.class)).collect()
}

fn broken(rule: &str) -> (String, FailureClass) {
    (rule.to_owned(), FailureClass::GateFailed)
}

#[test]
fn each_criterion_has_a_test_or_a_check() {
    let row = "T-1 | AC-1 | api | a | f | planned | ";
    assert_eq!(faults(&["WHEN a THEN b"], &[row]), []);
    assert_eq!(faults(&["WHEN a THEN b", "WHEN c THEN d"], &[row]), [broken("plan/uncovered")]);
    assert_eq!(faults(&["WHEN a THEN b", "WHEN c THEN d (proof: check `x`)"], &[row]), []);
    assert_eq!(faults(&["WHEN a THEN b"], &["T-1 | AC-1 | api | a | f | skipped | later"]), [broken("plan/uncovered")]);
    let mut no_code = spec(&["WHEN a THEN b"]);
    no_code.kind = crate::ticket::TicketKind::NoCode;
    assert_eq!(TestPlan::default().check(&no_code), []);
    no_code.kind = crate::ticket::TicketKind::Preserving;
    assert_eq!(rules(&TestPlan::default().check(&no_code)), [("plan/uncovered", None)]);
}

#[test]
fn each_row_is_complete_and_for_a_criterion() {
    let good = "T-1 | AC-1 | api | a | f | red | ";
    for (row, rule) in [
        ("T-2 | | api | b | f | red | ", "plan/no-criterion"),
        ("T-2 | AC-2 | api | b | f | red | ", "plan/unknown-criterion"),
        (" | AC-1 | api | b | f | red | ", "plan/row"),
        ("T-2 | AC-1 | api | | f | red | ", "plan/row"),
        ("T-2 | AC-1 | api | b | | red | ", "plan/row"),
        ("T-2 | AC-1 | db | b | f | red | ", "plan/row"),
        ("T-2 | AC-1 | api | b | f | skipped | ", "plan/row"),
        ("T-1 | AC-1 | api | b | f | red | ", "plan/doubled-id"),
    ] {
        assert_eq!(faults(&["WHEN a THEN b"], &[good, row]), [broken(rule)], "{row}");
    }
    let findings = plan(&[good, "T-2 | | api | b | f | red | "]).check(&spec(&["WHEN a THEN b"]));
    assert_eq!(findings[0].line, Some(4));
}

#[test]
fn base_tests_and_gate_inputs_are_complete_and_for_a_criterion() {
    let text = "## Base tests\n\n| Action | AC | Test |\n|---|---|---|\n| change | | a |\n| remove | AC-9 | b |\n| remove | AC-1 | |\n\n\
        ## Gate inputs\n\n| File | Reason |\n|---|---|\n| | x |\n";
    let plan = read_clean(text);
    let found = plan.check(&spec(&["x (proof: check `y`)"]));
    let expected = [
        ("plan/no-criterion", Some(5)),
        ("plan/unknown-criterion", Some(6)),
        ("plan/base-test", Some(7)),
        ("plan/gate-input", Some(13)),
    ];
    assert_eq!(rules(&found), expected);
}

#[test]
fn units_that_claim_one_test_for_different_criteria_disagree() {
    let criteria = ["WHEN a THEN b", "WHEN c THEN d"];
    let first = "A-1 | AC-1, AC-2 | api | a | f | red | ";
    let between = |rule: &str| (rule.to_owned(), FailureClass::ContractViolation);
    assert_eq!(faults(&criteria, &[first, "W-1 | AC-2 | web | a | f | red | "]), [between("plan/contradiction")]);
    assert_eq!(faults(&criteria, &[first, "A-2 | AC-2 | api | a | f | red | "]), [broken("plan/contradiction")]);
    assert_eq!(faults(&criteria, &[first, "A-1 | AC-2 | web | b | f | red | "]), [between("plan/doubled-id")]);
    for agreed in [
        "W-1 | AC-2 AC-1 | web | a | f | red | ",
        "W-1 | AC-2 | web | a | g | red | ",
        "W-1 | AC-2 | web | b | f | red | ",
    ] {
        assert_eq!(faults(&criteria, &[first, agreed]), [], "{agreed}");
    }
}

#[test]
fn plans_are_joined_in_order_and_common_rows_once() {
    let base = "B-1 | AC-1 | api | base | f | green | ";
    let api = plan(&[base, "A-1 | AC-1 | api | a | f | red | ", "A-1 | AC-1 | api | a | f | red | "]);
    let web = plan(&["W-1 | AC-1 | web | w | f | red | ", base]);
    let ids = |plan: &TestPlan| plan.tests.iter().map(|test| test.id.to_string()).collect::<Vec<_>>();
    assert_eq!(
        ids(&TestPlan::merge([&api, &web])),
        ["B-1", "A-1", "A-1", "W-1"],
        "what one plan doubles stays for the check"
    );
    assert_eq!(ids(&TestPlan::merge([&web, &api])), ["W-1", "B-1", "A-1", "A-1"]);
    assert_eq!(TestPlan::merge([]), TestPlan::default());
}

#[test]
fn the_gate_names_what_cannot_be_read_and_what_is_not_proven() {
    let class = |rows: &str| {
        let head = "| ID | AC | Unit | Kind | Test | File | Status |\n|---|---|---|---|---|---|---|\n";
        let check = gate(&format!("{head}{rows}"), &spec(&["WHEN a THEN b", "WHEN c THEN d"]));
        assert_eq!((check.name.as_str(), check.unit), ("test_plan", None));
        match check.result {
            CheckOutcome::Passed => None,
            CheckOutcome::Failed { class, findings } => Some((class, findings.len())),
            other @ (CheckOutcome::Skipped { .. } | CheckOutcome::Unavailable { .. }) => panic!("{other:?}"),
        }
    };
    let both = "| A-1 | AC-1, AC-2 | api | unit | a | f | |\n";
    let at_odds = "| W-1 | AC-2 | web | unit | a | f | |\n";
    assert_eq!(class(both), None);
    assert_eq!(class(""), Some((FailureClass::GateFailed, 2)));
    assert_eq!(class(&format!("{both}| A-2 | AC-1 | api | smoke | b | f | |\n")), Some((FailureClass::GateFailed, 1)));
    assert_eq!(class(&format!("{both}{at_odds}")), Some((FailureClass::ContractViolation, 1)));
    let mistaken_too = format!("{both}{at_odds}| A-2 | | api | unit | b | f | |\n");
    assert_eq!(class(&mistaken_too), Some((FailureClass::GateFailed, 2)), "mistakes are repaired first");
}
