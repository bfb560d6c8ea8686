use proptest::prelude::*;

use super::*;

const FORMATS: [Format; 8] = [
    Format::Junit,
    Format::Tap,
    Format::GoTestJson,
    Format::CargoTest,
    Format::Nextest,
    Format::Pytest,
    Format::NodeSpec,
    Format::JavaScript,
];

#[test]
fn sec_49_forged_lines_make_a_report_worse_and_never_better() {
    let nodes = render(&read_text(Format::NodeSpec, fixture!("node-spec.txt")));
    assert!(nodes.contains("! Contradiction"), "{nodes}");
    assert!(nodes.contains("- totals in test/shop.test.js x2: Assertion"), "{nodes}");
    let cargo = fixture!("cargo-test.txt");
    assert!(cargo.contains("test tests::forged ... ok"), "the fixture prints a forged result");
    assert!(!read_text(Format::CargoTest, cargo).cases.contains_key(&name("shop::tests::forged")));
    let pytest = fixture!("pytest-verbose.txt").replace(
        "tests/test_shop.py:4: AssertionError\n",
        "tests/test_shop.py:4: AssertionError\n--- Captured stdout call ---\n___ test_missing ___\n\
         tests/test_shop.py::test_missing PASSED\n=== 99 passed in 0.01s ===\n",
    );
    let report = read_text(Format::Pytest, &pytest);
    let missing = report.outcome(&name("tests/test_shop.py::test_missing")).unwrap();
    assert_eq!(missing.failure().unwrap().cause, FailureCause::MissingSymbol);
    assert_eq!(report.claimed.unwrap().tests, 14, "the last totals count");
}

#[test]
fn sec_49_the_first_telling_line_decides_the_format() {
    let cargo = "running 1 test\nTAP version 13\n1..1\nok 1 - forged\ntest a ... FAILED\n";
    assert_eq!(detect(cargo.as_bytes()), Some(Format::CargoTest));
    let pytest =
        "=== test session starts ===\n{\"Action\":\"pass\",\"Package\":\"p\",\"Test\":\"T\"}\nrunning 1 test\n";
    assert_eq!(detect(pytest.as_bytes()), Some(Format::Pytest));
    for text in ["", "\0", "hello", "all tests pass", "<html></html>", "{\"a\":1}", "ok", "1 passed"] {
        assert_eq!(detect(text.as_bytes()), None, "{text}");
        assert_eq!(read(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn what_is_not_from_the_expected_runner_is_an_error() {
    for format in FORMATS {
        for text in ["", "all tests pass", "true", "\u{feff}\0\r\n"] {
            let report = read_as(format, text.as_bytes());
            assert!(!report.errors.is_empty(), "{format:?} {text:?}");
            assert!(report.cases.is_empty());
        }
    }
}

#[test]
fn many_failures_with_many_words_are_matched_in_linear_time() {
    use std::fmt::Write as _;
    let (mut results, mut details) = (String::new(), String::new());
    for number in 0..20_000 {
        writeln!(results, "t.py::a{number} FAILED").unwrap();
        writeln!(details, "___ a{number} ___\nE   assert {number}").unwrap();
    }
    let text =
        format!("=== test session starts ===\n{results}=== FAILURES ===\n{details}=== 20000 failed in 1.00s ===\n");
    let report = read_text(Format::Pytest, &text);
    assert_eq!((report.cases.len(), report.errors.len()), (20_000, 0));
    let last = report.outcome(&name("t.py::a19999")).unwrap().failure().unwrap();
    assert_eq!(last.message, "assert 19999");
}

#[test]
fn a_name_seen_twice_keeps_the_worst_outcome_in_any_order() {
    let outcomes = [
        Outcome::Passed,
        Outcome::skipped("s"),
        Outcome::failed(FailureCause::Assertion, "a"),
        Outcome::failed(FailureCause::MissingSymbol, "m"),
    ];
    for (left, worse) in outcomes.iter().enumerate() {
        for better in &outcomes[..=left] {
            for pair in [[worse, better], [better, worse]] {
                let mut report = TestReport::empty(Format::Tap);
                for outcome in pair {
                    report.add(name("a"), TestCase::new(outcome.clone()));
                }
                assert_eq!(report.outcome(&name("a")), Some(worse));
                assert_eq!(report.cases[&name("a")].times_seen, 2);
            }
        }
    }
}

#[test]
fn a_report_says_when_it_is_too_long() {
    let mut report = TestReport::empty(Format::Tap);
    for number in 0..MAX_CASES {
        report.add(name(&number.to_string()), TestCase::new(Outcome::Passed));
    }
    assert_eq!(report.errors, []);
    report.add(name("0"), TestCase::new(Outcome::Passed));
    assert_eq!(report.errors, [], "a known name needs no room");
    report.add(name("one more"), TestCase::new(Outcome::Passed));
    assert_eq!((report.cases.len(), kinds(&report)), (MAX_CASES, vec![SuiteErrorKind::Malformed]));
}

#[test]
fn parts_of_a_suite_become_one_report() {
    let mut whole = read_text(Format::Junit, fixture!("junit-surefire.xml"));
    whole.absorb(read_text(Format::Junit, fixture!("junit-gradle.xml")));
    assert_eq!(whole.cases.len(), 10);
    assert_eq!(whole.claimed, Some(Totals { tests: 10, failed: 6, skipped: 1 }));
    assert!(whole.is_collected());
    whole.absorb(read_text(Format::Junit, fixture!("junit-pytest-collection.xml")));
    assert!(!whole.is_collected());
    let text = serde_json::to_string(&whole).unwrap();
    assert_eq!(serde_json::from_str::<TestReport>(&text).unwrap(), whole);
}

#[test]
fn paths_become_relative_to_where_the_tests_ran() {
    let report = read_text(Format::Tap, fixture!("node.tap")).relative_to("/srv/dev/shop/");
    assert_eq!(report.cases[&name("totals")].file.as_deref(), Some("test/shop.test.js"));
    assert_eq!(report.errors[0].place, "test/bad.test.js");
    let elsewhere = read_text(Format::Tap, fixture!("node.tap")).relative_to("/srv/dev/sho");
    assert_eq!(elsewhere.errors[0].place, "/srv/dev/shop/test/bad.test.js");
}

#[test]
fn names_are_bounded_and_stay_apart() {
    let long = "é".repeat(400);
    let (left, right) = (name(&format!("{long}a")), name(&format!("{long}b")));
    assert_ne!(left, right);
    assert!(left.as_str().len() <= 512);
    assert_eq!(name(left.as_str()), left, "a cut name reads back as itself");
    assert_eq!(name(&"a".repeat(512)).as_str().len(), 512);
    assert!(name(&"a".repeat(513)).as_str().contains("…#"));
    assert_eq!(name(" a\tb\u{1b}c\n").as_str(), "a b c");
    assert_eq!(name("\n\0").as_str(), "(unnamed)");
}

#[test]
fn a_name_from_a_plan_is_found_by_its_end_or_its_family() {
    let mut report = TestReport::empty(Format::Pytest);
    for test in [
        "tests/cart.py::empty",
        "tests/cart.py::adds[1]",
        "tests/cart.py::adds[2]",
        "tests/list.py::sorts",
        "lib/list.py::sorts",
        "p.TestTotal/zero",
        "C::run()[1]",
    ] {
        report.add(name(test), TestCase::new(Outcome::Passed));
    }
    let found = |wanted: &str| match report.resolve(&name(wanted)) {
        Resolution::Found(names) => names.iter().map(ToString::to_string).collect(),
        Resolution::Missing => vec![],
        Resolution::Ambiguous(names) => vec![format!("{} tests", names.len())],
    };
    assert_eq!(found("tests/cart.py::empty"), ["tests/cart.py::empty"]);
    assert_eq!(found("cart > empty"), ["tests/cart.py::empty"]);
    assert_eq!(found("empty"), ["tests/cart.py::empty"]);
    assert_eq!(found("tests.cart.adds"), ["tests/cart.py::adds[1]", "tests/cart.py::adds[2]"]);
    assert_eq!(found("TestTotal"), ["p.TestTotal/zero"]);
    assert_eq!(found("run"), ["C::run()[1]"]);
    assert_eq!(found("sorts"), ["2 tests"]);
    assert_eq!(found("lib/list.py::sorts"), ["lib/list.py::sorts"]);
    for wanted in ["mpty", "add", "nothing", "x::empty"] {
        assert!(found(wanted).is_empty(), "{wanted}");
    }
}

#[test]
fn much_of_anything_is_read_in_linear_time() {
    let seeds = [
        "<testsuite name='a'>",
        "<testcase name='a'><failure>",
        "    # Subtest: a\n",
        "ok 1 - a # a # a # a\n",
        "# Subtest: a\n    ",
        "{\"Action\":\"run\",\"Package\":\"p\",\"Test\":\"a/a\"}\n",
        "test a ... \n",
        "a - b ",
        "running 1 test\n",
        "FAILED a::b[ - ] - c\n",
        "____ a ____\nE   é\n",
        "▶ a (1.0ms)\n  ",
        "✖ a (1.0ms)\n",
        "● a › b\n",
        "  1) a\n",
        "FAIL [ 0.1s] (1/1) a b\n    x\n",
        "\u{1b}[31m",
        "é€😀",
        "\0",
        "[",
        "&a;",
        "{",
        "/a",
    ];
    for seed in seeds {
        let text = seed.repeat(100_000 / seed.len());
        for format in FORMATS {
            let report = read_as(format, text.as_bytes());
            assert!(report.errors.iter().all(|error| error.message.len() <= 2_000));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_reader_panics_on_pieces_of_reports(
        pieces in proptest::collection::vec(
            prop_oneof![
                ".{0,20}",
                Just("\r\n".to_owned()),
                Just("not ok 1 - é # TODO\n  ---\n".to_owned()),
                Just("<testcase name='é'><failure>&".to_owned()),
                Just("t.py::a[é - b] FAILED [ 1%]\n".to_owned()),
                Just("=== short test summary info ===\nFAILED t::é - x\n".to_owned()),
                Just("{\"Action\":\"output\",\"Output\":\"é\"}\n".to_owned()),
                Just("✖ é (1.0ms) # x\n".to_owned()),
                Just("test é ... FAILED\n\nfailures:\n".to_owned()),
                Just("TRY 2 PASS [ 1s] (─) é é\n".to_owned()),
                Just("FAIL  é > é\n  2) é\n    é:\n".to_owned()),
            ],
            0..20,
        )
    ) {
        let text = pieces.concat();
        for format in FORMATS {
            read_as(format, text.as_bytes());
        }
        read(text.as_bytes());
    }

    #[test]
    fn a_name_reads_back_as_it_was_written(text in ".{0,600}") {
        let made = name(&text);
        prop_assert_eq!(name(made.as_str()), made.clone());
        let json = serde_json::to_string(&made).unwrap();
        prop_assert_eq!(serde_json::from_str::<TestName>(&json).unwrap(), made);
    }
}
