use super::*;
use FailureCause::{Assertion, Error, MissingSymbol, Stub, Timeout, Unknown};

#[test]
fn the_words_of_scripting_languages_are_understood() {
    check(&[
        // Python
        ("AssertionError: assert 1 == 2", Assertion),
        ("assert [] == [1]", Assertion),
        ("E   assert 1 == 2", Assertion),
        ("Failed: DID NOT RAISE <class 'ValueError'>", Assertion),
        ("NotImplementedError", Stub),
        ("NotImplementedError: later", Stub),
        ("NameError: name 'total' is not defined", MissingSymbol),
        ("ModuleNotFoundError: No module named 'cart'", MissingSymbol),
        ("ImportError: cannot import name 'total' from 'cart'", MissingSymbol),
        ("AttributeError: module 'cart' has no attribute 'total'", MissingSymbol),
        ("SyntaxError: invalid syntax", MissingSymbol),
        ("fixture 'cart' not found", MissingSymbol),
        ("ValueError: bad", Error),
        ("RuntimeError: TODO", Stub),
        ("Failed: Timeout (>1.0s) from pytest-timeout.", Timeout),
        ("[XPASS(strict)] bug 7", Error),
        // JavaScript
        ("AssertionError [ERR_ASSERTION]: 1 == 2", Assertion),
        ("Error: expect(received).toBe(expected) // Object.is equality", Assertion),
        ("Error: Timed out 5000ms waiting for expect(locator).toBeVisible()", Assertion),
        ("TestingLibraryElementError: Unable to find an element", Assertion),
        ("Error: not implemented", Stub),
        ("ReferenceError: total is not defined", MissingSymbol),
        ("ReferenceError [Error]: total is not defined", MissingSymbol),
        ("TypeError: cart.total is not a function", MissingSymbol),
        ("TypeError: Cannot read properties of undefined", Error),
        ("Error: Cannot find module './cart'", MissingSymbol),
        ("SyntaxError: The requested module './cart.js' does not provide an export named 'total'", MissingSymbol),
        ("thrown: \"Exceeded timeout of 5000 ms for a test.", Timeout),
        ("Error: Timeout of 2000ms exceeded.", Timeout),
        ("Test timeout of 30000ms exceeded.", Timeout),
    ]);
}

#[test]
fn the_words_of_compiled_languages_are_understood() {
    check(&[
        // Go
        ("panic: not implemented", Stub),
        ("panic: TODO", Stub),
        ("panic: runtime error: index out of range [1]", Error),
        ("panic: test timed out after 1s", Timeout),
        ("./cart_test.go:8:7: undefined: Total", MissingSymbol),
        // The JVM
        ("org.opentest4j.AssertionFailedError: expected: <1> but was: <2>", Assertion),
        ("org.junit.ComparisonFailure: expected:<[a]> but was:<[b]>", Assertion),
        ("java.lang.UnsupportedOperationException: later", Stub),
        ("kotlin.NotImplementedError: An operation is not implemented.", Stub),
        ("java.lang.NoClassDefFoundError: shop/Cart", MissingSymbol),
        ("java.lang.Error: Unresolved compilation problem:", MissingSymbol),
        ("java.lang.IllegalStateException: Not yet implemented", Stub),
        ("java.lang.NullPointerException", Error),
        ("org.opentest4j.AssertionFailedError: execution timed out after 10 ms", Timeout),
        // Others
        ("Minitest::Assertion: Expected: 1", Assertion),
        ("RSpec::Expectations::ExpectationNotMetError: expected 1", Assertion),
        ("NoMethodError: undefined method `total' for nil", MissingSymbol),
        ("NameError: uninitialized constant Cart", MissingSymbol),
        ("PHPUnit\\Framework\\ExpectationFailedException: Failed asserting", Assertion),
        ("Error: Call to undefined function total()", MissingSymbol),
        ("Xunit.Sdk.EqualException: Values differ", Assertion),
        ("System.NotImplementedException: The method", Stub),
    ]);
}

/// Checks what each text is taken for.
fn check(table: &[(&str, FailureCause)]) {
    for (words, cause) in table {
        assert_eq!(classify("", words), Some(*cause), "{words}");
    }
}

#[test]
fn words_that_tell_nothing_are_not_guessed_at() {
    for words in ["", "\n\n", "something", "at cart.js:3:1", "Failed"] {
        assert_eq!(classify("", words), None, "{words}");
    }
}

#[test]
fn an_assertion_about_missing_things_is_an_assertion() {
    for words in [
        "AssertionError: expected 'x is not defined' to equal 'y'",
        "assert 'No module named' in message",
        "AssertionError: NotImplementedError not raised",
        "AssertionError: expected a stub\nNameError: name 'x' is not defined",
    ] {
        assert_eq!(classify("", words), Some(Assertion), "{words}");
    }
}

#[test]
fn the_first_telling_line_decides_and_a_type_before_words() {
    assert_eq!(classify("", "in test_a\n\nNameError: x\nAssertionError"), Some(MissingSymbol));
    assert_eq!(classify("java.lang.AssertionError", "x is not defined"), Some(Assertion));
    assert_eq!(classify("NameError", "assert"), Some(MissingSymbol));
    assert_eq!(classify("testTimeoutFailure", "test timed out after 5ms"), Some(Timeout));
    assert_eq!(classify("test failure with exit code 101", ""), None);
    let late = |lines| format!("{}AssertionError: 1", "noise\n".repeat(lines));
    assert_eq!(classify("", &late(59)), Some(Assertion));
    assert_eq!(classify("", &late(60)), None);
}

#[test]
fn a_rust_panic_is_judged_by_its_words() {
    let panic = |words: &str| {
        let text = format!("thread 'a' (7) panicked at src/lib.rs:1:2:\n{words}\nnote: run with");
        classify("", &text).unwrap_or(Unknown)
    };
    for (words, cause) in [
        ("assertion `left == right` failed: sum", Assertion),
        ("assertion failed: x.is_empty()", Assertion),
        ("the cart should be empty: [1]", Assertion),
        ("not yet implemented", Stub),
        ("not implemented: discount", Stub),
        ("explicit panic", Stub),
        ("called `Option::unwrap()` on a `None` value", Error),
        ("called `Result::unwrap()` on an `Err` value: \"assertion\"", Error),
        ("index out of bounds: the len is 0 but the index is 1", Error),
        ("attempt to subtract with overflow", Error),
        ("internal error: entered unreachable code", Error),
        ("", Unknown),
    ] {
        assert_eq!(panic(words), cause, "{words}");
    }
    assert_eq!(classify("", "thread 'a' panicked at 'not yet implemented', src/lib.rs:1:2"), Some(Stub));
    assert_eq!(classify("", "note: test did not panic as expected"), Some(Assertion));
}

#[test]
fn only_assertions_and_stubs_are_a_tests_own_failure() {
    for cause in [Assertion, Stub] {
        assert!(cause.is_by_itself());
    }
    for cause in [MissingSymbol, Error, Timeout, FailureCause::Flaky, Unknown] {
        assert!(!cause.is_by_itself(), "{cause:?}");
    }
}
