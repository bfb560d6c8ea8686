use super::*;

#[test]
fn each_test_has_a_standing_at_the_base() {
    let base = base();
    assert_eq!(base.standing(&name("old")), Some(Standing::Passes));
    assert_eq!(base.standing(&name("broken")), Some(Standing::Fails));
    assert_eq!(base.standing(&name("flaky")), Some(Standing::Flaky));
    assert_eq!(base.standing(&name("later")), Some(Standing::Skipped));
    assert_eq!(base.standing(&name("new")), None);
    assert_eq!(base.with(Standing::Passes).collect::<Vec<_>>(), [&name("old")]);
    let text = serde_json::to_string(&base).unwrap();
    assert_eq!(serde_json::from_str::<Baseline>(&text).unwrap(), base);
}

#[test]
fn a_failure_is_tried_three_times_in_all() {
    let first = run(&[("a", failed())]);
    let fails = report(&[("a", failed())]);
    let passes = report(&[("a", passed())]);
    let standing = |repetitions: &[TestReport]| Baseline::measure(&first, repetitions).unwrap().standing(&name("a"));
    assert_eq!(standing(&[]), Some(Standing::Fails));
    assert_eq!(standing(&[fails.clone(), fails.clone()]), Some(Standing::Fails));
    assert_eq!(standing(&[fails.clone(), passes.clone()]), Some(Standing::Flaky));
    assert_eq!(standing(&[fails.clone(), fails, passes]), Some(Standing::Fails), "the fourth does not count");
}

#[test]
fn a_test_that_fails_only_when_repeated_is_flaky_too() {
    let repetition = report(&[("a", failed())]);
    let base = Baseline::measure(&run(&[("a", passed()), ("b", failed())]), &[repetition]).unwrap();
    assert_eq!(base.standing(&name("a")), Some(Standing::Flaky));
    let base = Baseline::measure(&run(&[("a", failed_by(FailureCause::Flaky))]), &[]).unwrap();
    assert_eq!(base.standing(&name("a")), Some(Standing::Flaky));
}

#[test]
fn a_base_that_proves_nothing_is_refused() {
    let fine = || run(&[("a", passed())]);
    let of = |run: TestRun| match Baseline::measure(&run, &[]) {
        Ok(_) => panic!("it was accepted"),
        Err(error) => error.problems[0].reason.clone(),
    };
    for error in
        [SuiteErrorKind::Collection, SuiteErrorKind::Crash, SuiteErrorKind::Malformed, SuiteErrorKind::Contradiction]
    {
        assert_eq!(of(with_error(error, fine())), Reason::Suite { error });
    }
    let exits = |exit| of(TestRun { exit, ..fine() });
    assert_eq!(exits(Exit::Status(1)), Reason::FailedWithoutName);
    let error = SuiteErrorKind::Crash;
    assert_eq!(exits(Exit::Killed), Reason::Suite { error });
    assert_eq!(exits(Exit::TimedOut), Reason::CommandTimedOut);
}

#[test]
fn a_refusal_says_what_to_do() {
    let error = Baseline::measure(&with_error(SuiteErrorKind::Collection, run(&[])), &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the tests of the base branch prove nothing: tests do not compile, import or collect; repair that first: \
         it went wrong; repair that on the base branch and start again"
    );
}

#[test]
fn a_base_with_failures_that_have_names_is_accepted() {
    assert!(Baseline::measure(&run(&[("a", failed()), ("b", passed())]), &[]).is_ok());
    // `|| true` hides the status, not the names.
    let mut hidden = run(&[("a", failed())]);
    hidden.exit = Exit::Status(0);
    assert_eq!(Baseline::measure(&hidden, &[]).unwrap().standing(&name("a")), Some(Standing::Fails));
    assert!(Baseline::measure(&run(&[]), &[]).unwrap().tests.is_empty());
}
