use std::collections::BTreeSet;

use super::*;

fn names(tests: &[&str]) -> BTreeSet<TestName> {
    tests.iter().map(|test| name(test)).collect()
}

/// Judges a run over [`base`] in which `new` was red and `pending` is another unit's.
fn judge(first: &TestRun, repetitions: &[TestReport]) -> Green {
    let (red, pending) = (names(&["new"]), names(&["pending"]));
    let task = GreenTask { baseline: &base(), changes: &changes(&["new"]), red: &red, pending: &pending };
    prove_green(task, first, repetitions)
}

#[test]
fn all_red_and_all_base_tests_pass() {
    let green = judge(&run(&[("old", passed()), ("new", passed()), ("broken", failed()), ("flaky", failed())]), &[]);
    assert!(green.is_proven(), "{:?}", green.problems);
    assert_eq!(green.passed, 2);
}

#[test]
fn sec_47_a_red_test_that_is_skipped_missing_or_still_failing_is_not_green() {
    for (outcome, problem) in [
        (Some(failed()), "new: StillRed gate_failed"),
        (Some(skipped()), "new: Skipped test_drift"),
        (None, "new: Missing test_drift"),
    ] {
        let mut tests = vec![("old", passed())];
        tests.extend(outcome.map(|outcome| ("new", outcome)));
        let green = judge(&run(&tests), &[]);
        assert_eq!(render(&green.problems), [problem]);
        assert!(!green.is_proven());
    }
}

#[test]
fn sec_47_a_renamed_red_test_is_missing() {
    let green = judge(&run(&[("old", passed()), ("new_renamed", passed())]), &[]);
    assert_eq!(render(&green.problems), ["new: Missing test_drift"]);
}

#[test]
fn sec_47_a_base_test_that_is_skipped_missing_or_failing_is_not_green() {
    for (outcome, problem) in [
        (Some(failed()), "old: BaseBroken gate_failed"),
        (Some(skipped()), "old: Skipped test_drift"),
        (None, "old: Missing test_drift"),
    ] {
        let mut tests = vec![("new", passed())];
        tests.extend(outcome.map(|outcome| ("old", outcome)));
        assert_eq!(render(&judge(&run(&tests), &[]).problems), [problem]);
    }
}

#[test]
fn sec_47_a_test_command_that_does_nothing_proves_nothing() {
    let nothing = TestRun { exit: Exit::Status(0), report: TestReport::empty(Format::Junit) };
    let green = judge(&nothing, &[]);
    assert_eq!(render(&green.problems), ["new: Missing test_drift", "old: Missing test_drift"]);
}

#[test]
fn sec_49_a_report_of_success_from_a_command_that_failed_is_not_green() {
    let mut lying = run(&[("old", passed()), ("new", passed())]);
    lying.exit = Exit::Status(1);
    assert_eq!(render(&judge(&lying, &[]).problems), ["suite: FailedWithoutName gate_failed"]);
    lying.exit = Exit::Killed;
    assert_eq!(render(&judge(&lying, &[]).problems), ["suite: Suite { error: Crash } gate_failed"]);
    lying.exit = Exit::TimedOut;
    assert_eq!(render(&judge(&lying, &[]).problems), ["suite: CommandTimedOut gate_failed"]);
    let forged = with_error(SuiteErrorKind::Contradiction, run(&[("old", passed()), ("new", passed())]));
    assert_eq!(render(&judge(&forged, &[]).problems), ["suite: Suite { error: Contradiction } gate_failed"]);
}

#[test]
fn an_error_of_the_suite_is_told_with_its_file_where_the_runner_names_one() {
    for (place, path) in [("cart.rs", Some("cart.rs")), ("", None)] {
        let mut run = run(&[("old", passed()), ("new", passed())]);
        run.report.add_error(SuiteErrorKind::Collection, place, "no such import");
        let problems = judge(&run, &[]).problems;
        let told: Vec<_> = problems.iter().map(|problem| (problem.path.as_deref(), problem.detail.as_str())).collect();
        assert_eq!(told, [(path, "no such import")]);
    }
}

#[test]
fn a_name_seen_twice_counts_with_its_worse_outcome() {
    let green = judge(&run(&[("old", passed()), ("new", passed()), ("new", failed())]), &[]);
    assert_eq!(render(&green.problems), ["new: StillRed gate_failed"]);
}

#[test]
fn a_base_test_that_passes_when_repeated_is_reported_and_does_not_block() {
    let first = run(&[("old", failed()), ("new", passed())]);
    for repetitions in
        [vec![report(&[("old", passed())])], vec![report(&[("old", failed())]), report(&[("old", passed())])]]
    {
        let green = judge(&first, &repetitions);
        assert!(green.is_proven());
        assert_eq!(green.flaky_base, names(&["old"]));
    }
    let twice = [report(&[("old", failed())]), report(&[("old", failed())]), report(&[("old", passed())])];
    assert_eq!(render(&judge(&first, &twice).problems), ["old: BaseBroken gate_failed"], "the third does not count");
}

#[test]
fn a_test_of_this_run_that_flips_blocks() {
    let flips = ["new: Flips flaky_test"];
    let first = run(&[("old", passed()), ("new", failed())]);
    assert_eq!(render(&judge(&first, &[report(&[("new", passed())])]).problems), flips);
    let first = run(&[("old", passed()), ("new", passed())]);
    assert_eq!(render(&judge(&first, &[report(&[("new", failed())])]).problems), flips);
    let first = run(&[("old", passed()), ("new", failed_by(FailureCause::Flaky))]);
    assert_eq!(render(&judge(&first, &[]).problems), flips);
}

#[test]
fn a_repetition_that_is_not_readable_excuses_nothing() {
    let first = run(&[("old", failed()), ("new", passed())]);
    let mut broken = report(&[("old", passed())]);
    broken.add_error(SuiteErrorKind::Contradiction, "", "forged");
    let mut other = report(&[("old", passed())]);
    other.format = Format::Tap;
    assert_eq!(render(&judge(&first, &[broken, other]).problems), ["old: BaseBroken gate_failed"]);
}

#[test]
fn no_test_may_join_those_that_failed_before() {
    let old_and_new = [("old", passed()), ("new", passed())];
    let with = |test, outcome| run(&[&old_and_new[..], &[(test, outcome)]].concat());
    assert_eq!(render(&judge(&with("added", failed()), &[]).problems), ["added: NewFailure gate_failed"]);
    assert_eq!(render(&judge(&with("later", failed()), &[]).problems), ["later: NewFailure gate_failed"]);
    let passes = |test| [report(&[(test, passed())])];
    assert_eq!(render(&judge(&with("added", failed()), &passes("added")).problems), ["added: Flips flaky_test"]);
    assert_eq!(judge(&with("later", failed()), &passes("later")).flaky_base, names(&["later"]));
    assert!(judge(&with("added", passed()), &[]).is_proven());
    assert!(judge(&with("pending", failed()), &[]).is_proven());
    assert!(judge(&with("broken", skipped()), &[]).is_proven());
}

#[test]
fn tests_that_the_plan_removes_may_go_but_not_fail() {
    let mut changes = changes(&["new"]);
    changes.removed.insert(name("old"));
    let (red, none) = (names(&["new"]), BTreeSet::new());
    let base = base();
    let judge = |run: &TestRun| {
        let task = GreenTask { baseline: &base, changes: &changes, red: &red, pending: &none };
        render(&prove_green(task, run, &[]).problems)
    };
    assert!(judge(&run(&[("new", passed())])).is_empty());
    assert_eq!(judge(&run(&[("new", passed()), ("old", failed())])), ["old: NewFailure gate_failed"]);
}

#[test]
fn a_changed_base_test_is_green_by_its_red_proof() {
    let mut changes = changes(&[]);
    changes.changed.insert(name("old"));
    let (red, none) = (names(&["old"]), BTreeSet::new());
    let base = base();
    let task = GreenTask { baseline: &base, changes: &changes, red: &red, pending: &none };
    assert!(prove_green(task, &run(&[("old", passed())]), &[]).is_proven());
    let green = prove_green(task, &run(&[("old", failed())]), &[report(&[("old", passed())])]);
    assert_eq!(render(&green.problems), ["old: Flips flaky_test"]);
}

#[test]
fn a_change_that_preserves_behavior_loses_no_test() {
    let prove =
        |baseline: &Baseline, run: &TestRun| render(&prove_preserving(baseline, &changes(&[]), run, &[]).problems);
    assert!(prove(&base(), &run(&[("old", passed())])).is_empty());
    assert_eq!(prove(&base(), &run(&[("old", skipped())])), ["old: Skipped test_drift"]);
    let untested = Baseline::measure(&run(&[("a", skipped())]), &[]).unwrap();
    assert_eq!(prove(&untested, &run(&[("a", skipped())])), ["suite: NoTests e2e_not_red"]);
}

#[test]
fn sec_47_results_written_in_another_way_are_not_green() {
    let mut other = run(&[("old", passed()), ("new", passed())]);
    other.report.format = Format::CargoTest;
    assert_eq!(render(&judge(&other, &[]).problems), ["suite: OtherFormat gate_failed"]);
}
