use super::*;
use crate::violation::expect;

/// A workflow that follows every rule, to be broken in one place at a time.
const GOOD: &str = "name: Checks
on:
  pull_request:
permissions: {}
jobs:
  check:
    permissions:
      contents: read
    timeout-minutes: 30
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@0123456789abcdef0123456789abcdef01234567 # v5.0.0
        with:
          persist-credentials: false
      - run: ./tests/run \"$STEPS\"
        env:
          STEPS: ${{ matrix.steps }}
";

fn check_text(text: &str) -> Vec<Violation> {
    check(&TextFile::new(".github/workflows/ci.yml", text))
}

#[track_caller]
fn expect_broken(from: &str, to: &str, rule: &str, line: usize) {
    let broken = GOOD.replacen(from, to, 1);
    assert_ne!(broken, GOOD, "{from}");
    expect::one(&check_text(&broken), rule, line);
}

#[test]
fn a_careful_workflow_has_no_violations() {
    expect::none(&check_text(GOOD));
}

#[test]
fn sec_71_an_action_is_pinned_by_hash() {
    for revision in [
        "@v5 # v5.0.0",
        "@main # v5.0.0",
        "@0123456 # v5.0.0",
        "@0123456789abcdef0123456789abcdef0123456 # v5.0.0",
        "@0123456789abcdef0123456789abcdef012345678 # v5.0.0",
        "@0123456789ABCDEF0123456789abcdef01234567 # v5.0.0",
        "@0123456789abcdef0123456789abcdef01234567",
        "@0123456789abcdef0123456789abcdef01234567 # latest",
    ] {
        expect_broken("@0123456789abcdef0123456789abcdef01234567 # v5.0.0", revision, "workflow-pin", 12);
    }
}

#[test]
fn sec_71_images_are_pinned_and_local_actions_need_no_pin() {
    let step = |uses: &str| format!("{GOOD}      - uses: {uses}\n");
    expect::none(&check_text(&step("./")));
    expect::none(&check_text(&step("./.github/actions/setup")));
    expect::none(&check_text(&step(&format!("docker://alpine@sha256:{} # v3.20", "a".repeat(64)))));
    expect::one(&check_text(&step("docker://alpine:3.20 # v3.20")), "workflow-pin", 18);
}

#[test]
fn sec_71_a_workflow_starts_without_permissions() {
    expect_broken("permissions: {}\n", "", "workflow-permissions", 1);
    expect_broken("permissions: {}", "permissions:\n  contents: read", "workflow-permissions", 1);
    expect_broken("    permissions:\n      contents: read\n", "", "workflow-permissions", 6);
    expect_broken(
        "    permissions:\n      contents: read\n",
        "    permissions: write-all\n",
        "workflow-permissions",
        7,
    );
}

#[test]
fn sec_71_a_checkout_leaves_no_token_behind() {
    expect_broken("persist-credentials: false", "persist-credentials: true", "workflow-credentials", 12);
    expect_broken("persist-credentials: false", "fetch-depth: 0", "workflow-credentials", 12);
}

#[test]
fn every_job_ends_some_day() {
    expect_broken("    timeout-minutes: 30\n", "", "workflow-timeout", 6);
    let caller = "  other:\n    permissions:\n      contents: read\n    uses: ./.github/workflows/other.yml\n";
    expect::none(&check_text(&format!("{GOOD}{caller}")));
}

#[test]
fn sec_71_an_expression_never_becomes_a_command() {
    expect_broken("\"$STEPS\"", "\"${{ matrix.steps }}\"", "workflow-injection", 15);
    expect_broken(
        "run: ./tests/run \"$STEPS\"",
        "run: |\n          echo a\n          echo ${{ github.event.issue.title }}",
        "workflow-injection",
        15,
    );
    expect_broken("run: ./tests/run", "run: >\n          ${{ a }}\n          b", "workflow-injection", 15);
}

#[test]
fn sec_71_strangers_get_no_token_that_writes() {
    expect_broken("  pull_request:", "  pull_request_target:", "workflow-trigger", 3);
    expect_broken("on:\n  pull_request:\n", "on: [push, pull_request_target]\n", "workflow-trigger", 2);
}

#[test]
fn what_the_rules_cannot_read_is_a_violation() {
    expect_broken("      - run: ./tests/run", "      - {run: a}\n      - run: ./tests/run", "workflow-form", 15);
    expect_broken("runs-on: ubuntu-24.04", "runs-on: &image ubuntu-24.04", "workflow-form", 10);
}

#[test]
fn the_rules_for_steps_hold_for_actions_too() {
    let action = "name: A\nruns:\n  using: composite\n  steps:\n    - run: echo ${{ inputs.text }}\n";
    expect::one(&check(&TextFile::new("action.yml", action)), "workflow-injection", 5);
    expect::one(&check(&TextFile::new(".github/actions/a/action.yaml", action)), "workflow-injection", 5);
    expect::none(&check(&TextFile::new("docs/example.yml", action)));
    expect::none(&check(&TextFile::new("tests/fixtures/action.yml", action)));
}
