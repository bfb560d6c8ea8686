use super::*;

/// Judges three runs over [`base`]: `old` passes in all of them, and `new` has these outcomes.
fn judge(outcomes: [Outcome; 3]) -> Red {
    let runs = outcomes.map(|outcome| run(&[("old", passed()), ("new", outcome)]));
    prove_red(&base(), &changes(&["new"]), &paths(), &runs)
}

fn three(tests: &[(&str, Outcome)]) -> [TestRun; 3] {
    [run(tests), run(tests), run(tests)]
}

#[test]
fn a_test_that_fails_by_itself_three_times_is_red() {
    for cause in [FailureCause::Assertion, FailureCause::Stub] {
        let red = judge([failed_by(cause), failed_by(cause), failed_by(cause)]);
        assert!(red.is_proven(), "{:?}", red.problems);
        assert_eq!(red.tests[&name("new")].cause, cause);
        assert_eq!(red.tests[&name("new")].message, "words of the runner");
    }
}

#[test]
fn sec_48_a_failure_that_is_not_the_tests_own_is_not_red() {
    for cause in [FailureCause::MissingSymbol, FailureCause::Error, FailureCause::Timeout, FailureCause::Unknown] {
        for outcomes in [
            [failed_by(cause), failed_by(cause), failed_by(cause)],
            [failed(), failed(), failed_by(cause)],
            [failed_by(cause), failed(), failed()],
        ] {
            let red = judge(outcomes);
            assert_eq!(render(&red.problems), [format!("new: NotByItself {{ cause: {cause:?} }} e2e_not_red")]);
            assert!(red.tests.is_empty() && !red.is_proven());
        }
    }
}

#[test]
fn sec_48_a_test_that_passes_skips_or_flips_is_not_red() {
    for (outcomes, problem) in [
        ([passed(), passed(), passed()], "new: PassesAlready e2e_not_red"),
        ([skipped(), skipped(), skipped()], "new: Skipped e2e_not_red"),
        ([failed(), failed(), skipped()], "new: Skipped e2e_not_red"),
        ([failed(), failed(), passed()], "new: Flips flaky_test"),
        ([passed(), failed(), failed()], "new: Flips flaky_test"),
        ([failed(), failed(), failed_by(FailureCause::Flaky)], "new: Flips flaky_test"),
    ] {
        let red = judge(outcomes);
        assert_eq!(render(&red.problems), [problem]);
        assert!(!red.is_proven());
    }
}

#[test]
fn sec_48_zero_tests_or_missing_ones_are_not_red() {
    let empty = three(&[("old", passed())]);
    let red = prove_red(&base(), &changes(&["new"]), &paths(), &empty);
    assert_eq!(render(&red.problems), ["new: Missing e2e_not_red"]);
    let red = prove_red(&base(), &changes(&[]), &paths(), &empty);
    assert_eq!(render(&red.problems), ["suite: NoTests e2e_not_red"]);
    let mut sometimes = three(&[("old", passed()), ("new", failed())]);
    sometimes[2] = run(&[("old", passed())]);
    let red = prove_red(&base(), &changes(&["new"]), &paths(), &sometimes);
    assert_eq!(render(&red.problems), ["new: Missing e2e_not_red"]);
}

#[test]
fn sec_48_a_suite_that_does_not_compile_dies_or_hangs_is_not_red() {
    for error in
        [SuiteErrorKind::Collection, SuiteErrorKind::Crash, SuiteErrorKind::Malformed, SuiteErrorKind::Contradiction]
    {
        let mut runs = three(&[("old", passed()), ("new", failed())]);
        runs[2] = with_error(error, runs[2].clone());
        let red = prove_red(&base(), &changes(&["new"]), &paths(), &runs);
        assert_eq!(render(&red.problems), [format!("suite: Suite {{ error: {error:?} }} gate_failed")]);
        assert!(!red.is_proven());
    }
    let mut runs = three(&[("old", passed()), ("new", failed())]);
    runs[0].exit = Exit::TimedOut;
    let red = prove_red(&base(), &changes(&["new"]), &paths(), &runs);
    assert_eq!(render(&red.problems), ["suite: CommandTimedOut gate_failed"]);
    runs[0].exit = Exit::Killed;
    let red = prove_red(&base(), &changes(&["new"]), &paths(), &runs);
    assert_eq!(render(&red.problems), ["suite: Suite { error: Crash } gate_failed"]);
}

#[test]
fn two_runs_are_too_few_and_four_are_enough() {
    let runs = three(&[("old", passed()), ("new", failed())]);
    let red = prove_red(&base(), &changes(&["new"]), &paths(), &runs[..2]);
    assert_eq!(render(&red.problems), ["suite: TooFewRuns gate_failed"]);
    let four = [runs.to_vec(), vec![runs[0].clone()]].concat();
    assert!(prove_red(&base(), &changes(&["new"]), &paths(), &four).is_proven());
    assert!(!prove_red(&base(), &changes(&["new"]), &paths(), &[]).is_proven());
}

#[test]
fn sec_48_a_new_test_that_nobody_planned_must_be_red_too() {
    let runs = three(&[("old", passed()), ("new", failed()), ("extra", passed())]);
    let red = prove_red(&base(), &changes(&["new"]), &paths(), &runs);
    assert_eq!(render(&red.problems), ["extra: PassesAlready e2e_not_red"]);
    let runs = three(&[("old", passed()), ("new", failed()), ("extra", failed())]);
    let red = prove_red(&base(), &changes(&["new"]), &paths(), &runs);
    assert!(red.is_proven());
    assert_eq!(red.tests.len(), 2);
}

#[test]
fn sec_47_a_base_test_must_go_on_passing() {
    for (outcome, problem) in [
        (Some(failed()), "old: BaseBroken gate_failed"),
        (Some(skipped()), "old: Skipped test_drift"),
        (None, "old: Missing test_drift"),
    ] {
        let mut tests = vec![("new", failed())];
        tests.extend(outcome.map(|outcome| ("old", outcome)));
        let red = prove_red(&base(), &changes(&["new"]), &paths(), &three(&tests));
        assert_eq!(render(&red.problems), [problem]);
    }
}

#[test]
fn a_base_test_that_flips_is_reported_and_does_not_block() {
    let mut runs = three(&[("old", failed()), ("new", failed())]);
    runs[1] = run(&[("old", passed()), ("new", failed())]);
    let red = prove_red(&base(), &changes(&["new"]), &paths(), &runs);
    assert!(red.is_proven());
    assert_eq!(red.flaky_base.into_iter().collect::<Vec<_>>(), [name("old")]);
    let runs = three(&[("old", failed_by(FailureCause::Flaky)), ("new", failed())]);
    assert!(prove_red(&base(), &changes(&["new"]), &paths(), &runs).is_proven());
}

#[test]
fn tests_that_were_broken_before_never_block() {
    let runs = three(&[("old", passed()), ("broken", failed()), ("flaky", failed()), ("new", failed())]);
    assert!(prove_red(&base(), &changes(&["new"]), &paths(), &runs).is_proven());
}

#[test]
fn changed_tests_count_as_new_and_removed_ones_are_shown() {
    let mut changes = changes(&[]);
    changes.changed.insert(name("old"));
    let red = prove_red(&base(), &changes, &paths(), &three(&[("old", failed())]));
    assert!(red.is_proven() && red.tests.contains_key(&name("old")));
    let red = prove_red(&base(), &changes, &paths(), &three(&[("old", passed())]));
    assert_eq!(render(&red.problems), ["old: PassesAlready e2e_not_red"]);
    changes.changed.clear();
    changes.removed.insert(name("old"));
    let red = prove_red(&base(), &changes, &paths(), &three(&[("new", failed())]));
    assert!(red.is_proven());
    assert_eq!(red.removed, changes.removed);
}

#[test]
fn a_changed_test_is_one_of_the_base_however_the_plan_names_it() {
    let base = Baseline::measure(&run(&[("cart::adds", passed()), ("list::adds", passed())]), &[]).unwrap();
    let judge = |changed: &str, outcomes: [Outcome; 2]| {
        let mut changes = changes(&["new"]);
        changes.changed.insert(name(changed));
        let [cart, list] = outcomes;
        let runs = three(&[("cart::adds", cart), ("list::adds", list), ("new", failed())]);
        render(&prove_red(&base, &changes, &paths(), &runs).problems)
    };
    assert!(judge("cart.adds", [failed(), passed()]).is_empty());
    assert_eq!(judge("cart.adds", [passed(), passed()]), ["cart::adds: PassesAlready e2e_not_red"]);
    assert_eq!(judge("cart.adds", [failed(), failed()]), ["list::adds: BaseBroken gate_failed"]);
    assert!(judge("of_another_unit", [passed(), passed()]).is_empty());
    assert_eq!(
        judge("adds", [failed(), failed()]),
        ["adds: Ambiguous e2e_not_red", "cart::adds: BaseBroken gate_failed", "list::adds: BaseBroken gate_failed"]
    );
}

#[test]
fn a_new_test_outside_the_test_paths_is_misplaced() {
    let with_file = |file: Option<&str>| {
        let mut run = run(&[("old", passed()), ("new", failed())]);
        run.report.cases.get_mut(&name("new")).unwrap().file = file.map(ToOwned::to_owned);
        run
    };
    let judge = |reported: Option<&str>, planned: Option<&str>| {
        let mut changes = changes(&["new"]);
        changes.new.insert(name("new"), planned.map(ToOwned::to_owned));
        let runs = [with_file(reported), with_file(reported), with_file(reported)];
        render(&prove_red(&base(), &changes, &paths(), &runs).problems)
    };
    let misplaced = ["new: OutsideTestPaths test_filename_mismatch"];
    assert_eq!(judge(Some("src/new.py"), None), misplaced);
    assert_eq!(judge(Some("src/new.py"), Some("tests/new.py")), misplaced, "the report knows better than the plan");
    assert_eq!(judge(None, Some("src/new.py")), misplaced);
    for (reported, planned) in [(Some("tests/new.py"), None), (None, Some("tests/a/new.py")), (None, None)] {
        assert!(judge(reported, planned).is_empty());
    }
}

#[test]
fn planned_names_are_found_by_their_end_and_all_cases_must_be_red() {
    let runs = three(&[("old", passed()), ("cart::adds[1]", failed()), ("cart::adds[2]", failed())]);
    let red = prove_red(&base(), &changes(&["adds"]), &paths(), &runs);
    assert!(red.is_proven(), "{:?}", red.problems);
    assert_eq!(red.tests.len(), 2);
    let runs = three(&[("old", passed()), ("cart::adds", failed()), ("list::adds", failed())]);
    let red = prove_red(&base(), &changes(&["adds"]), &paths(), &runs);
    assert_eq!(render(&red.problems), ["adds: Ambiguous e2e_not_red"]);
}

#[test]
fn sec_47_results_written_in_another_way_than_at_the_base_are_no_proof() {
    let mut runs = three(&[("old", passed()), ("new", failed())]);
    for run in &mut runs {
        run.report.format = Format::Tap;
    }
    let red = prove_red(&base(), &changes(&["new"]), &paths(), &runs);
    assert_eq!(render(&red.problems), ["suite: OtherFormat gate_failed"]);
}
