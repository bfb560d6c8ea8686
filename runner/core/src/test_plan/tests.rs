//! Plans as architects write them, and what is wrong with bad ones.

use proptest::prelude::*;

use super::*;
use crate::document::tests::{hostile_files, one_line};
use crate::failure::FailureClass;
use crate::gate::Finding;
use crate::spec::Spec;

mod check;

const ORIGINAL: &str = include_str!("../../tests/fixtures/original/test-plan.md");

fn read_clean(file: &str) -> TestPlan {
    let read = TestPlan::read(file);
    assert_eq!(read.findings, [], "{file}");
    read.value
}

fn rules(findings: &[Finding]) -> Vec<(&str, Option<u32>)> {
    findings.iter().map(|finding| (finding.rule.as_str(), finding.line)).collect()
}

#[test]
fn the_original_plan_loads_without_findings() {
    let plan = read_clean(ORIGINAL);
    let rows: Vec<_> = plan
        .tests
        .iter()
        .map(|test| format!("{} {} {} {} {}", test.id, test.unit, test.kind.name(), test.status.name(), test.place.0))
        .collect();
    assert_eq!(
        rows,
        [
            "API-U-1 api unit green 26",
            "API-I-1 api integration green 32",
            "API-I-2 api integration flaky 33",
            "WEB-U-1 web unit planned 39",
            "WEB-E-1 web e2e green 45",
            "WEB-E-2 web e2e red 46"
        ]
    );
    assert_eq!(plan.tests[1].name.as_str(), "answers 201 | 400");
    assert_eq!(plan.tests[1].file.as_str(), "tests/links.test.ts");
    assert_eq!(plan.tests[2].criteria.len(), 2);
    let spec = Spec::read(include_str!("../../tests/fixtures/original/spec.md")).value;
    assert_eq!(plan.check(&spec), []);
    assert_eq!(read_clean(&plan.write()), plan);
    insta::assert_snapshot!(plan.write());
}

#[test]
fn rows_are_read_from_every_layout() {
    for table in [
        "| ID | AC | Unit | Kind | Test | File | Status |\n|---|---|---|---|---|---|---|\n| T-1 | AC-1/AC-2 | api | unit | `a` | b | red |",
        "| id | criteria | domain | type | test name | path | status |\n|:--|--:|---|---|---|---|---|\n| **T-1** | `AC-1`, ac2 | `api` | UNIT | a | `b` | Red",
        "### API — Unit tests\n\n| ID | AC | Test | File | Status |\n|---|---|---|---|---|\n| T-1 | AC-1<br>AC-2 | a | b | blue |",
    ] {
        for file in
            [format!("# Plan\n\n{table}\n"), format!("---\nschema_version: 1\n---\n{table}").replace('\n', "\r\n")]
        {
            let plan = read_clean(&file);
            let test = &plan.tests[0];
            let criteria: Vec<_> = test.criteria.iter().map(|criterion| criterion.number()).collect();
            assert_eq!((test.id.as_str(), test.name.as_str(), test.file.as_str()), ("T-1", "a", "b"));
            assert_eq!((criteria, test.kind, test.status), (vec![1, 2], TestKind::Unit, TestStatus::Red));
        }
    }
}

#[test]
fn base_tests_and_gate_inputs_have_their_sections() {
    let plan = read_clean(
        "## Base tests to change or remove\n\nThese:\n\n| Action | AC | Test | File |\n|---|---|---|---|\n| change | AC-1 | a | f |\n\
         | Removed | AC-2 | `b` | f |\n\n## Gate inputs\n\n| File | Reason |\n|---|---|\n| `conftest.py` | a fixture |\n",
    );
    assert_eq!(plan.tests, []);
    let actions: Vec<_> = plan.base_tests.iter().map(|test| (test.action.name(), test.name.as_str())).collect();
    assert_eq!(actions, [("change", "a"), ("remove", "b")]);
    assert_eq!(plan.gate_inputs[0].path.as_str(), "conftest.py");
    assert_eq!(plan.gate_inputs[0].reason.as_str(), "a fixture");
}

#[test]
fn what_cannot_be_read_is_said_with_its_line() {
    let head = "| ID | AC | Unit | Kind | Test | Status |\n|---|---|---|---|---|---|\n";
    for (row, expected) in [
        ("| T | AC-1 | desktop | unit | a | red |", vec![("plan/unit", Some(3)), ("plan/unit-and-kind", Some(3))]),
        ("| T | AC-1 | | unit | a | red |", vec![("plan/unit-and-kind", Some(3))]),
        ("| T | AC-1 | api | smoke | a | red |", vec![("plan/unit-and-kind", Some(3))]),
        ("| T | AC-1 | api | unit | a | purple |", vec![("plan/status", Some(3))]),
        ("| T | AC-0, foo, AC-1x | api | unit | a | red |", vec![("plan/criterion", Some(3)); 3]),
        ("| | | | | | |", vec![]),
        ("| — | none | — | — | n/a | — |", vec![]),
    ] {
        assert_eq!(rules(&TestPlan::read(&format!("{head}{row}\n")).findings), expected, "{row}");
    }
    let sections = "## Base tests\n\n- change a\n- none\n\n| Action | AC |\n|---|---|\n| keep | AC-1 |\n\n## Gate inputs\n\n- build.rs\n";
    let findings = TestPlan::read(sections).findings;
    assert_eq!(
        rules(&findings),
        [("plan/base-test", Some(3)), ("plan/base-test", Some(8)), ("plan/gate-input", Some(12))]
    );
    assert_eq!(rules(&TestPlan::read("---\nschema_version: 7\n---\n").findings), [("plan/schema-version", Some(2))]);
    assert_eq!(rules(&TestPlan::read("---\nx: [\n---\n").findings), [("plan/front-matter", Some(2))]);
}

#[test]
fn proofs_learn_what_each_phase_writes_for_each_unit() {
    let plan = read_clean(
        "| ID | AC | Unit | Kind | Test | File | Status | Note |\n|---|---|---|---|---|---|---|---|\n\
         | A-1 | AC-1 | api | unit | `a` | f | red | |\n| A-2 | AC-1 | api | integration | b | | planned | |\n\
         | A-3 | AC-1 | api | unit | c | f | skipped | later |\n| W-1 | AC-1 | web | unit | d | g | planned | |\n\
         | W-2 | AC-1 | web | e2e | e | h | planned | |\n\n\
         ## Base tests\n\n| Action | AC | Test |\n|---|---|---|\n| change | AC-1 | x |\n| remove | AC-1 | y |\n",
    );
    let new = |phase, unit: Option<&str>| {
        let unit = unit.map(|unit| unit.parse().unwrap());
        let changes = plan.changes(phase, unit.as_ref());
        assert!(changes.changed.iter().map(TestName::as_str).eq(["x"]));
        assert!(changes.removed.iter().map(TestName::as_str).eq(["y"]));
        let new = changes.new.iter().map(|(name, file)| format!("{name} {}", file.as_deref().unwrap_or("-")));
        new.collect::<Vec<_>>()
    };
    assert_eq!(new(Phase::Tdd, Some("api")), ["a f", "b -"]);
    assert_eq!(new(Phase::Tdd, Some("web")), ["d g"]);
    assert_eq!(new(Phase::Tdd, None), ["a f", "b -", "d g"]);
    assert_eq!(new(Phase::E2e, Some("web")), ["e h"]);
    assert_eq!(new(Phase::E2e, Some("api")), [""; 0]);
    assert_eq!(new(Phase::Implement, None), [""; 0]);
}

fn some_plan() -> impl Strategy<Value = TestPlan> {
    let place = Place::default();
    let criteria = || {
        prop::collection::vec(1..u32::MAX, 0..3)
            .prop_map(|numbers| numbers.into_iter().filter_map(CriterionId::new).collect::<Vec<_>>())
    };
    // A row in which nothing is named is not a row.
    let id = || one_line().prop_map(|line| OneLine::from(format!("T{line}")));
    let unit = prop::sample::select(vec!["api", "web.x_y", "game-console"]).prop_map(|unit| unit.parse().unwrap());
    let kind = (prop::sample::select(TestKind::ALL.to_vec()), prop::sample::select(TestStatus::ALL.to_vec()));
    let test = (id(), criteria(), unit, kind, one_line(), one_line(), one_line()).prop_map(
        move |(id, criteria, unit, (kind, status), name, file, note)| PlannedTest {
            id,
            criteria,
            unit,
            kind,
            name,
            file,
            status,
            note,
            place,
        },
    );
    let action = prop::sample::select(vec![BaseTestAction::Change, BaseTestAction::Remove]);
    let base_test = (action, criteria(), one_line(), one_line())
        .prop_map(move |(action, criteria, name, file)| BaseTest { action, criteria, name, file, place });
    let input = (id(), one_line()).prop_map(move |(path, reason)| GateInput { path, reason, place });
    (prop::collection::vec(test, 0..3), prop::collection::vec(base_test, 0..2), prop::collection::vec(input, 0..2))
        .prop_map(|(tests, base_tests, gate_inputs)| TestPlan { tests, base_tests, gate_inputs })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn sec_28_a_plan_reads_back_as_it_was_written(plan in some_plan()) {
        let file = plan.write();
        let read = TestPlan::read(&file);
        prop_assert_eq!(read.findings, [], "{}", file);
        prop_assert_eq!(read.value, plan, "{}", file);
    }
}

#[test]
fn hostile_files_are_read_in_time() {
    for file in hostile_files(20_000) {
        let plan = TestPlan::read(&file).value;
        assert!(plan.tests.is_empty(), "rows without unit and kind are not tests");
    }
}

#[test]
fn a_plan_too_long_to_be_one_is_cut_and_says_so() {
    let table = |rows: usize| {
        let head = "## Base tests

| Action | AC | Test |
|---|---|---|
";
        head.to_owned() + &"| change | AC-1 | a |\n".repeat(rows)
    };
    assert_eq!(read_clean(&table(5000)).base_tests.len(), 5000);
    let read = TestPlan::read(&table(5001));
    assert_eq!(read.value.base_tests.len(), 5000);
    assert_eq!(rules(&read.findings), [("plan/too-long", Some(5005))]);
}
