//! Commands that take too much, see too little, or are interrupted.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::support::{Ground, say};
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::CheckOutcome;
use pipemason_core::id::CriterionId;
use pipemason_core::paths::{PathRole, PathRules};
use pipemason_core::phase::Phase;
use pipemason_core::proof::TestChanges;
use pipemason_gates::{
    BaselineFailure, CommandCheck, GateCommand, GreenWork, Ground as Base, Origin, Stopped, Suite, baseline,
    command_check, commands_green, commands_red, green, no_code,
};

fn checking(line: &str) -> CommandCheck<'_> {
    let command = Some(GateCommand { line, origin: Origin::Configured });
    CommandCheck { name: "lint", command, class: FailureClass::LintError, sarif: None }
}

fn suite(line: &str) -> Suite<'_> {
    Suite { name: "tests", line, junit: None }
}

#[tokio::test]
async fn sec_52_a_command_that_floods_its_output_leaves_a_small_log() {
    let ground = Ground::new([]);
    let place = ground.place(Phase::Verify);
    let check = command_check(&place, checking("head -c 1000000000 /dev/zero; echo the end; exit 1")).await;
    assert!(matches!(check.expect("nobody stops it").result, CheckOutcome::Failed { .. }));
    let log = ground.read(".pipeline/artifacts/gates/verify-lint.log");
    assert!(log.len() < 3 * 1024 * 1024 && log.contains("the end\n[exit status 1"), "{}", log.len());
}

#[tokio::test]
async fn sec_52_a_command_that_ignores_the_request_to_end_is_killed() {
    let ground = Ground::new([]);
    let mut place = ground.place(Phase::Verify);
    place.bounds.time = Duration::from_millis(200);
    place.bounds.patience.after_request = Duration::from_millis(100);
    let check = command_check(&place, checking("trap '' TERM INT HUP; while :; do :; done")).await;
    let check = check.expect("nobody stops it");
    assert!(
        matches!(&check.result, CheckOutcome::Unavailable { reason } if reason.contains("took too long")),
        "{check:?}"
    );
    let failure = baseline(&place, suite("trap '' TERM; while :; do :; done")).await.expect_err("it takes too long");
    assert!(matches!(failure, BaselineFailure::Refused(_)), "{failure}");
}

#[tokio::test]
async fn sec_56_commands_see_no_variable_of_whoever_runs_them() {
    let ground = Ground::new([]);
    let place = ground.place(Phase::Verify);
    command_check(&place, checking("env > seen")).await.expect("nobody stops it");
    let seen = ground.read("seen");
    let names: BTreeSet<&str> = seen.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    let known = [
        "CI",
        "HOME",
        "LANG",
        "NO_COLOR",
        "PATH",
        "PIPEMASON_PROGRAM",
        "PWD",
        "PYENV_ROOT",
        "RUSTUP_HOME",
        "TERM",
        "TMPDIR",
    ];
    let noise = ["OLDPWD", "SHLVL", "_"];
    let unknown: Vec<_> = names.iter().filter(|name| !known.contains(name) && !noise.contains(name)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert!(seen.contains(&format!("HOME={}", ground.folder.path().join("home").display())));
}

#[tokio::test]
async fn an_interruption_is_no_answer() {
    let ground = Ground::new([]);
    let place = ground.place(Phase::Verify);
    let stop = place.stop.clone();
    let mut watched = place.clone();
    watched.watch = std::sync::Arc::new(move |_| stop.cancel());
    assert_eq!(command_check(&watched, checking("sleep 60")).await, Err(Stopped));
    let failure = baseline(&place, suite("true")).await.expect_err("it was stopped");
    assert!(matches!(failure, BaselineFailure::Stopped(Stopped)));
}

#[tokio::test]
async fn a_log_that_cannot_be_written_is_no_pass() {
    let ground = Ground::new([]);
    let mut place = ground.place(Phase::Verify);
    ground.write("file", "");
    place.records = place.tree().join("file");
    let check = command_check(&place, checking("true")).await.expect("nobody stops it");
    assert!(
        matches!(&check.result, CheckOutcome::Unavailable { reason } if reason.contains("cannot be written")),
        "{check:?}"
    );
}

#[tokio::test]
async fn a_base_whose_tests_prove_nothing_is_refused_with_a_sentence() {
    let ground = Ground::new([]);
    let place = ground.place(Phase::Init);
    for line in ["exit 1", "printf 'TAP version 13\\n1..2\\nok 1 - a\\n'", "kill -9 $$"] {
        let failure = baseline(&place, suite(line)).await.expect_err(line);
        assert!(failure.to_string().starts_with("the tests of the base branch prove nothing: "), "{line}: {failure}");
    }
    let failure = baseline(&place, suite("no-such-runner")).await.expect_err("there is no runner");
    assert!(matches!(&failure, BaselineFailure::Unavailable { reason } if reason.contains("not found")), "{failure}");
    assert_eq!(baseline(&place, suite("true")).await.expect("a weak ground"), Base::Weak);
}

#[tokio::test]
async fn a_change_that_preserves_behavior_keeps_what_passed() {
    let ground = Ground::new([("results", "TAP version 13\n1..2\nok 1 - a\nok 2 - b\n")]);
    let place = ground.place(Phase::Init);
    let base = baseline(&place, suite("cat results")).await.expect("a baseline");
    let (changes, pending) = (TestChanges::default(), BTreeSet::new());
    let work = GreenWork { ground: &base, changes: &changes, red: None, pending: &pending };
    let kept = green(&place, suite("cat results"), work).await.expect("nobody stops it");
    assert_eq!((&kept.check.result, kept.passed), (&CheckOutcome::Passed, 2));
    ground.write("results", "TAP version 13\n1..1\nok 1 - a\n");
    let lost = green(&place, suite("cat results"), work).await.expect("nobody stops it");
    assert!(matches!(lost.check.result, CheckOutcome::Failed { class: FailureClass::TestDrift, .. }), "{lost:?}");
}

#[tokio::test]
async fn a_criterion_can_be_proven_by_a_command() {
    let ground = Ground::new([]);
    let place = ground.place(Phase::Tdd);
    let command = [(CriterionId::new(1).expect("a number"), "test -e done".to_owned())];
    assert_eq!(commands_red(&place, &command).await.expect("nobody stops it").result, CheckOutcome::Passed);
    assert!(matches!(
        commands_green(&place, &command).await.expect("nobody stops it").result,
        CheckOutcome::Failed { .. }
    ));
    ground.write("done", "");
    assert_eq!(commands_green(&place, &command).await.expect("nobody stops it").result, CheckOutcome::Passed);
    let absent = [(CriterionId::new(2).expect("a number"), "no-such-program".to_owned())];
    assert!(matches!(
        commands_red(&place, &absent).await.expect("nobody stops it").result,
        CheckOutcome::Failed { .. }
    ));
    assert!(matches!(commands_red(&place, &[]).await.expect("nobody stops it").result, CheckOutcome::Skipped { .. }));
    assert_eq!(no_code(&place, ["README.md"]).result, CheckOutcome::Passed);
    assert!(matches!(no_code(&place, ["build.rs"]).result, CheckOutcome::Failed { .. }));
}

/// What can make every test pass is not free to change after the tests are written; the engine looks at the role.
#[test]
fn sec_47_set_up_files_are_inputs_of_the_gates() {
    let rules = PathRules::with_protected(&[]);
    for path in
        ["conftest.py", "a/conftest.py", "build.rs", "jest.setup.js", "vitest.config.ts", ".config/nextest.toml"]
    {
        assert_eq!(rules.role_of_path(path), PathRole::GateInput, "{path}");
    }
    for path in ["package.json", "Makefile", "Cargo.toml"] {
        assert_eq!(rules.role_of_path(path), PathRole::Manifest, "{path}");
    }
}

#[tokio::test]
async fn a_gate_costs_little_more_than_its_command() {
    let ground = Ground::new([]);
    let place = ground.place(Phase::Verify);
    let mut times = Vec::new();
    for _ in 0..20 {
        let begun = Instant::now();
        command_check(&place, checking("true")).await.expect("nobody stops it");
        times.push(begun.elapsed());
    }
    times.sort();
    say(&format!("a gate with `true` takes {:.1?} (median of 20)", times[10]));
    assert!(times[10] < Duration::from_millis(500), "{times:?}");
}
