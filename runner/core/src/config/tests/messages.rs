use insta::assert_snapshot;

use crate::config::read_config;

fn message(text: &str) -> String {
    read_config(text).unwrap_err().to_string()
}

fn warnings(text: &str) -> String {
    let warnings = read_config(text).unwrap().warnings;
    warnings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn all_mistakes_are_found_at_once_each_with_its_place() {
    assert_snapshot!(message(include_str!("../../../tests/fixtures/config/invalid/many_mistakes.yml")));
}

#[test]
fn what_a_configuration_may_not_contain_is_named() {
    assert_snapshot!(message(include_str!("../../../tests/fixtures/config/invalid/structure.yml")));
}

#[test]
fn a_file_of_another_version_is_not_judged_further() {
    assert_snapshot!(message(include_str!("../../../tests/fixtures/config/invalid/version.yml")), @r#"
        error: `version`: found `2`, expected 1
         --> .pipeline/config.yml:1:10
          |
        1 | version: 2
          |          ^
        "#);
}

#[test]
fn a_text_that_is_not_yaml_is_an_error_with_its_place() {
    assert_snapshot!(message(include_str!("../../../tests/fixtures/config/invalid/syntax.yml")), @r#"
        error: while parsing a block mapping, did not find expected key
         --> .pipeline/config.yml:3:2
          |
        3 |  bad: [1
          |  ^
        "#);
    assert_snapshot!(message("a: 1\n---\nb: 2\n"), @r#"
        error: a second document starts here; the file is one document
         --> .pipeline/config.yml:2:1
          |
        2 | ---
          | ^
        "#);
    assert_snapshot!(message("- a\n- b\n"), @r#"
        error: found a list, expected a map
         --> .pipeline/config.yml:1:1
          |
        1 | - a
          | ^
        "#);
}

#[test]
fn an_unknown_key_is_a_warning_with_the_nearest_known_one() {
    assert_snapshot!(warnings("limits: {maxtotal_iterations: 5}\nmax_total_iterations: 5\nzzzzzzzz: 1\n"), @r#"
        warning: `limits.maxtotal_iterations`: this key is not known, and ignored
         --> .pipeline/config.yml:1:10
          |
        1 | limits: {maxtotal_iterations: 5}
          |          ^^^^^^^^^^^^^^^^^^^
          = help: did you mean `limits.max_total_iterations`?

        warning: `max_total_iterations`: this key is not known, and ignored
         --> .pipeline/config.yml:2:1
          |
        2 | max_total_iterations: 5
          | ^^^^^^^^^^^^^^^^^^^^
          = help: did you mean `limits.max_total_iterations`?

        warning: `zzzzzzzz`: this key is not known, and ignored
         --> .pipeline/config.yml:3:1
          |
        3 | zzzzzzzz: 1
          | ^^^^^^^^
        "#);
    assert_snapshot!(warnings("commands: {api: {typchecks: x}, wep: {test: x}}\n"), @r#"
        warning: `commands.api.typchecks`: this key is not known, and ignored
         --> .pipeline/config.yml:1:18
          |
        1 | commands: {api: {typchecks: x}, wep: {test: x}}
          |                  ^^^^^^^^^
          = help: did you mean `commands.api.typecheck`?

        warning: `commands.wep`: this key is not known, and ignored
         --> .pipeline/config.yml:1:33
          |
        1 | commands: {api: {typchecks: x}, wep: {test: x}}
          |                                 ^^^
          = help: did you mean `commands.web`?
        "#);
}

#[test]
fn a_key_with_two_names_is_given_once() {
    assert_snapshot!(message("cost_controls:\n  max_usd_per_turn: 8\n  max_budget_usd_per_spawn: 9\n"), @r#"
        error: `cost_controls.max_budget_usd_per_spawn`: this is another name of `cost_controls.max_usd_per_turn`, which is given on line 2
         --> .pipeline/config.yml:3:3
          |
        3 |   max_budget_usd_per_spawn: 9
          |   ^^^^^^^^^^^^^^^^^^^^^^^^
          = help: leave one of them out
        "#);
}

#[test]
fn what_a_message_repeats_is_printable_and_short() {
    let text = format!("review: {{block_at: \"a\\eb\u{202e}c{}\"}} # {}", "x".repeat(200), "y".repeat(200));
    assert_snapshot!(message(&text), @r#"
        error: `review.block_at`: found the text "a�b�cxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…", expected `info`, `low`, `medium`, `high` or `critical`
         --> .pipeline/config.yml:1:20
          |
        1 | review: {block_at: "a\eb�cxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
          |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        "#);
    let text = format!("{{{}review: {{enabled: \t\u{e9}x}}}}", " ".repeat(200));
    assert_snapshot!(message(&text), @r#"
        error: `review.enabled`: found `éx`, expected `true` or `false`
         --> .pipeline/config.yml:1:221
          |
        1 | …                                         review: {enabled:  éx}}
          |                                                              ^^
        "#);
}
