use super::*;

#[test]
fn tap_plans_are_held_to() {
    for (text, kinds_of_errors) in [
        ("1..2\nok 1 - a\nok 2 - b\n", &[][..]),
        ("ok 1 - a\nok 2 - b\n1..2\n", &[]),
        ("TAP version 13\n1..0 # SKIP no database\n", &[]),
        ("1..3\nok 1 - a\nok 2 - b\n", &[SuiteErrorKind::Malformed]),
        ("1..1\nok 1 - a\nok 2 - b\n", &[SuiteErrorKind::Malformed]),
        ("ok 1 - a\n", &[SuiteErrorKind::Malformed]),
        ("1..2\nok 1 - a\nok 3 - b\n", &[SuiteErrorKind::Malformed]),
        ("1..2\nok 1 - a\nBail out! disk full\nok 2 - b\n", &[SuiteErrorKind::Crash]),
        ("TAP version 13\n1..1\nok 1\nTAP version 13\n1..1\nok 1 - b\n", &[]),
        ("TAP version 13\n1..2\nok 1\nTAP version 13\n1..1\nok 1 - b\n", &[SuiteErrorKind::Malformed]),
        ("1..1\nok 1 - a\n  ---\n  never: closed\n", &[]),
    ] {
        assert_eq!(kinds(&read_text(Format::Tap, text)), kinds_of_errors, "{text}");
    }
}

#[test]
fn tap_directives_and_words_are_told_apart() {
    let text = "1..6\nok 1 a # SKIP why\nok 2 b # skipped\nnot ok 3 c # todo later\nok 4 d # tomorrow\n\
                not ok 5 issue \\# skip\nok 6\nokay then\nok: fine\nnot okay\n";
    let rendered = render(&read_text(Format::Tap, text));
    assert_eq!(
        rendered,
        "Tap\n- a: skipped (why)\n- b: skipped (ped)\n- c: skipped (later)\n- d # tomorrow: passed\n\
         - issue # skip: Assertion ()\n- test 6: passed\n"
    );
}

#[test]
fn cargo_blocks_are_held_to_their_totals() {
    let block = |lines: &str, result: &str| {
        let text = format!("running 2 tests\n{lines}\ntest result: {result}; 0 measured; 0 filtered out\n");
        kinds(&read_text(Format::CargoTest, &text))
    };
    let fine = "ok. 2 passed; 0 failed; 0 ignored";
    assert_eq!(block("test a ... ok\ntest b ... ok", fine), []);
    assert_eq!(block("test a ... ok\ntest b ... ignored", "ok. 1 passed; 0 failed; 1 ignored"), []);
    for lines in [
        "test a ... ok",
        "test a ... ok\ntest b ... ok\ntest forged ... ok",
        "test a ... ok\ntest b ... FAILED",
        "test a ... ok\ntest b ... hello ok",
        "..",
    ] {
        assert_eq!(block(lines, fine), [SuiteErrorKind::Contradiction], "{lines}");
    }
}

#[test]
fn a_rust_test_that_prints_into_its_line_still_has_its_result() {
    let text = "running 2 tests\ntest a ... hello\nworld\nok\ntest b ... \nthread 'b' panicked at x.rs:1:1:\n\
                assertion failed: false\nFAILED\n\nfailures:\n\nfailures:\n    b\n\n\
                test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n";
    let report = read_text(Format::CargoTest, text);
    assert_eq!(report.errors, []);
    assert_eq!(report.outcome(&name("a")), Some(&Outcome::Passed));
    assert_eq!(report.outcome(&name("b")).unwrap().failure().unwrap().cause, FailureCause::Assertion);
}

#[test]
fn a_rust_binary_without_a_result_has_died() {
    let text = "running 2 tests\ntest a ... ok\nerror: test failed, to rerun pass `--lib`\n";
    let report = read_text(Format::CargoTest, text);
    assert_eq!(kinds(&report), [SuiteErrorKind::Crash]);
    let two = format!(
        "{text}     Running tests/b.rs (target/debug/deps/b-0123456789abcdef)\n\nrunning 0 tests\n\n\
                       test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n"
    );
    assert_eq!(kinds(&read_text(Format::CargoTest, &two)), [SuiteErrorKind::Crash]);
    let stray = "     Running x (target/x-1)\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured\n";
    assert_eq!(kinds(&read_text(Format::CargoTest, stray)), [SuiteErrorKind::Contradiction]);
}

#[test]
fn doc_tests_are_called_without_the_lines_that_move() {
    let text = |line| {
        format!(
            "   Doc-tests shop\n\nrunning 1 test\ntest src/lib.rs - total (line {line}) - compile fail ... ok\n\n\
             test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n"
        )
    };
    let first = read_text(Format::CargoTest, &text(3));
    assert_eq!(first, read_text(Format::CargoTest, &text(30)));
    assert!(first.cases.contains_key(&name("shop::src/lib.rs - total")));
}

#[test]
fn go_parents_count_only_for_failures_of_their_own() {
    let line =
        |action: &str, test: &str| format!("{{\"Action\":\"{action}\",\"Package\":\"p\",\"Test\":\"{test}\"}}\n");
    let ended = |test: &str, end: &str| line("run", test) + &line(end, test);
    let cases = |text: &str| {
        let report = read_text(Format::GoTestJson, text);
        report.cases.keys().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(cases(&(ended("T/a", "pass") + &ended("T", "pass"))), ["p.T/a"]);
    assert_eq!(cases(&(ended("T/a", "fail") + &ended("T", "fail"))), ["p.T/a"]);
    assert_eq!(cases(&(ended("T/a", "pass") + &ended("T", "fail"))), ["p.T", "p.T/a"]);
    let twice = read_text(Format::GoTestJson, &(ended("T", "fail") + &ended("T", "pass")));
    assert!(twice.outcome(&name("p.T")).unwrap().is_failed());
    assert_eq!(twice.doubled().count(), 1);
    let open = read_text(Format::GoTestJson, &line("run", "T"));
    assert_eq!(kinds(&open), [SuiteErrorKind::Crash]);
    assert!(open.outcome(&name("p.T")).unwrap().is_failed());
}

#[test]
fn pytest_without_totals_is_cut_off() {
    let text = fixture!("pytest-verbose.txt");
    let (start, _) = text.split_once("=========================== short test").unwrap();
    assert_eq!(kinds(&read_text(Format::Pytest, start)), [SuiteErrorKind::Malformed]);
}

#[test]
fn pytest_repetitions_by_the_runner_are_flaky() {
    let text = "=== test session starts ===\nt.py::a RERUN [ 50%]\nt.py::a PASSED [ 50%]\nt.py::b PASSED [100%]\n\
                === 2 passed, 1 rerun in 0.01s ===\n";
    let report = read_text(Format::Pytest, text);
    assert_eq!(report.errors, []);
    assert_eq!(report.outcome(&name("t.py::a")).unwrap().failure().unwrap().cause, FailureCause::Flaky);
    assert_eq!(report.outcome(&name("t.py::b")), Some(&Outcome::Passed));
}

#[test]
fn a_pytest_tear_down_that_errs_makes_its_test_fail() {
    let text = "=== test session starts ===\nt.py::a PASSED [ 50%]\nt.py::a ERROR [ 50%]\n=== ERRORS ===\n\
                ___ ERROR at teardown of a ___\nE   AssertionError: left open\n=== 1 passed, 1 error in 0.01s ===\n";
    let report = read_text(Format::Pytest, text);
    assert_eq!(report.errors, []);
    assert_eq!(report.outcome(&name("t.py::a")).unwrap().failure().unwrap().cause, FailureCause::Error);
}

#[test]
fn node_totals_fit_when_nobody_forges() {
    let text = fixture!("node-spec.txt").replace("✔ totals (1ms)\n", "");
    let report = read_text(Format::NodeSpec, &text);
    assert_eq!(kinds(&report), [SuiteErrorKind::Collection]);
    assert_eq!(report.cases[&name("totals")].times_seen, 1);
}

#[test]
fn a_runner_that_names_no_passing_tests_is_not_enough() {
    let jest = "PASS test/cart.test.js\n\nTest Suites: 1 passed, 1 total\nTests:       3 passed, 3 total\n";
    assert_eq!(kinds(&read_text(Format::JavaScript, jest)), [SuiteErrorKind::Contradiction]);
    assert_eq!(kinds(&read_text(Format::Pytest, fixture!("pytest-plain.txt"))), [SuiteErrorKind::Contradiction]);
}
