//! What is refused, and in which words.

use std::collections::BTreeSet;

use super::*;

/// Returns one error of each kind, and of each wording.
pub(crate) fn every_command_error() -> Vec<CommandError> {
    [
        "/PipeMason status",
        "/pipemason @org/team",
        "/pipemason stauts",
        "/pipemason program",
        "/pipemason program lunch",
        "/pipemason program starts",
        "/pipemason retry verfy",
        "/pipemason retry everything",
        "/pipemason start --bse main",
        "/pipemason start --unheard-of",
        "/pipemason start --@everyone",
        "/pipemason start --skip-gate lint",
        "/pipemason start --pr --pr",
        "/pipemason start --base",
        "/pipemason start --budget-usd lots",
        "/pipemason program start a shop",
        "/pipemason approve",
        "/pipemason approve yes",
        "/pipemason start \"open",
        "/pipemason start 'open",
        "/pipemason cancel now",
        "/pipemason cancel\n/pipemason start",
    ]
    .map(error)
    .into()
}

#[test]
fn each_mistake_has_its_code() {
    for (comment, code) in [
        ("/pipemason: status", "command_misspelled"),
        ("/pipemason lunch", "unknown_command"),
        ("/pipemason Status", "unknown_command"),
        ("/pipemason 'status now'", "unknown_command"),
        ("/pipemason pause", "unknown_command"),
        ("/pipemason program", "unknown_program_command"),
        ("/pipemason program list", "unknown_program_command"),
        ("/pipemason retry Verify", "unknown_phase"),
        ("/pipemason start --nope", "unknown_flag"),
        ("/pipemason start use the --force flag", "unknown_flag"),
        ("/pipemason start —pr", "unknown_flag"),
        ("/pipemason start –base main", "unknown_flag"),
        ("/pipemason start -pr", "unknown_flag"),
        ("/pipemason resume -budget-usd=5", "unknown_flag"),
        ("/pipemason resume --base main", "unknown_flag"),
        ("/pipemason revise --base main", "unknown_flag"),
        ("/pipemason cancel --now", "unknown_flag"),
        ("/pipemason program start --mode brownfield-upgrade --pr", "unknown_flag"),
        ("/pipemason start --base a --base b", "repeated_flag"),
        ("/pipemason start --base --pr", "missing_value"),
        ("/pipemason start --base=", "missing_value"),
        ("/pipemason start --base ''", "missing_value"),
        ("/pipemason start --base --", "missing_value"),
        ("/pipemason start --base=--upload-pack=x", "bad_value"),
        ("/pipemason start --base '$(touch x)'", "bad_value"),
        ("/pipemason start --base ../x", "bad_value"),
        ("/pipemason start --scope review", "bad_value"),
        ("/pipemason start --stop-after red-green", "bad_value"),
        ("/pipemason start --domain api,", "bad_value"),
        ("/pipemason start --domain nope", "bad_value"),
        ("/pipemason start --pr=yes", "bad_value"),
        ("/pipemason resume --budget-usd -1", "bad_value"),
        ("/pipemason program start --mode other", "bad_value"),
        ("/pipemason program start --parallelism 0", "bad_value"),
        ("/pipemason program start --parallelism 65", "bad_value"),
        ("/pipemason program start --parallelism -1", "bad_value"),
        ("/pipemason program start", "missing_mode"),
        ("/pipemason approve", "missing_hash"),
        ("/pipemason approve 0123456789a", "not_a_hash"),
        ("/pipemason approve 0123456789abcdef yes", "unexpected_text"),
        ("/pipemason approve esc-1", "not_a_hash"),
        ("/pipemason retry verify please", "unexpected_text"),
        ("/pipemason help me", "unexpected_text"),
        ("/pipemason doctor who", "unexpected_text"),
        ("/pipemason program status now", "unexpected_text"),
        ("/pipemason resume 'tis fine", "unclosed_quote"),
        ("/pipemason resume \"fine\\\"", "unclosed_quote"),
        ("/pipemason start --base=\"main", "unclosed_quote"),
        ("/pipemason status\nthen\r\n  /pipemason cancel", "second_command"),
        ("/pipemason\n/pipemason cancel", "second_command"),
    ] {
        assert_eq!(error(comment).code(), code, "{comment}");
    }
}

#[test]
fn flags_of_the_command_line_are_refused_by_name() {
    for flag in [
        "--stash",
        "--spec",
        "--skip-gate",
        "--dry-run",
        "--agent",
        "--label",
        "--no-cloud",
        "--json",
        "--answer",
        "--answer-file",
        "--watch",
        "--branch-strategy",
        "--from",
        "--force-new",
    ] {
        for comment in [format!("/pipemason start {flag} x"), format!("/pipemason program start {flag}=x")] {
            assert_eq!(error(&comment), CommandError::CommandLineOnly { flag }, "{comment}");
        }
    }
}

#[test]
fn the_bounds_of_parallelism_are_exact() {
    for (count, is_accepted) in [(0, false), (1, true), (64, true), (65, false)] {
        let comment = format!("/pipemason program start --mode greenfield-system --parallelism {count}");
        assert_eq!(parse(&comment).unwrap().is_ok(), is_accepted, "{count}");
    }
}

#[test]
fn a_mistake_names_what_was_probably_meant() {
    for (comment, sentence) in [
        (
            "/pipemason stauts",
            "I do not know `stauts`; write `/pipemason status` if you meant that, or see `/pipemason help`.",
        ),
        (
            "/pipemason program strat",
            "I do not know `program strat`; write `/pipemason program start` if you meant that, or see `/pipemason help`.",
        ),
        ("/pipemason lunch", "I do not know `lunch`; see `/pipemason help`."),
        (
            "/pipemason start -pr",
            "This command does not know `-pr`; write `--pr` if you meant that, or put text that looks like a flag in \
             quotes or on the next line.",
        ),
        ("/pipemason retry verfy", "There is no such phase; write `/pipemason retry verify` if you meant that one."),
    ] {
        assert_eq!(error(comment).sentence(), sentence, "{comment}");
    }
}

#[test]
fn each_error_has_a_code_of_its_own_and_a_sentence() {
    let errors = every_command_error();
    let codes: BTreeSet<_> = errors.iter().map(CommandError::code).collect();
    assert_eq!(codes.len(), 15, "{codes:?}");
    for error in errors {
        let sentence = error.sentence();
        assert!(sentence.ends_with('.') && !sentence.contains('\n'), "{sentence}");
        assert!(sentence.starts_with(|first: char| first.is_uppercase() || first == '`'), "{sentence}");
    }
}

#[test]
fn what_somebody_typed_is_repeated_only_when_it_is_harmless() {
    let long = "x".repeat(41);
    for typed in ["@org/team", "`code`", "<b>", "fixes#1", "https://evil.example", "a\u{202e}b", "日本", &long] {
        let unknown = error(&format!("/pipemason {typed}")).sentence();
        assert_eq!(unknown, "I do not know that command; see `/pipemason help`.", "{typed}");
        let flag = error(&format!("/pipemason start --{typed}")).sentence();
        assert!(flag.starts_with("This command does not know one of the flags; "), "{flag}");
    }
    let shown = "x".repeat(40);
    assert!(error(&format!("/pipemason {shown}")).sentence().contains(&shown));
}
