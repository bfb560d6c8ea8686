//! Runs that come to their end.

use crate::world::{ANALYZE, ARCHITECT, CONTRACTS, IMPLEMENT, REVIEW, TDD, World};

const BRANCH: &str = "feature/say-goodbye";

#[test]
fn a_ticket_becomes_a_branch_with_tests_first() {
    let world = World::new();
    world.script(&[ANALYZE, CONTRACTS, ARCHITECT, TDD, IMPLEMENT, REVIEW]);
    world.start(&[]).ends_with(0).says("branch  feature/say-goodbye").says("status  complete");
    assert_eq!(world.subjects(BRANCH), ["api: work of phase tdd", "Say goodbye", "Record of the run"]);
    assert!(world.clone_passes(BRANCH));
    assert_eq!(world.git(&["branch", "--show-current"]), "main", "the checkout is never switched");
    assert_eq!(world.git(&["status", "--porcelain"]), "");
    let first = world.git(&["diff", "--name-only", "main", "feature/say-goodbye~2"]);
    assert_eq!(first, "greet.sh\ntests/goodbye.test.sh");
}

#[test]
fn a_run_without_a_remote_ends_with_a_local_branch() {
    let world = World::without_remote();
    world.script(&[ANALYZE, CONTRACTS, ARCHITECT, TDD, IMPLEMENT, REVIEW]);
    world.start(&[]).ends_with(0).says("there is no remote");
    assert_eq!(world.subjects(BRANCH).len(), 3);
}

#[test]
fn code_that_is_wrong_twice_is_tried_again_with_a_report() {
    let wrong = |attempt: u32| {
        format!(
            "  - when: {{ phase: implement, attempt: {attempt} }}\n    do:\n      - run: {{ cmd: \"sed -i 's/echo \
             .*written.*yet.*/echo \\\"wrong\\\"; }}/; s/wrong/wrong {attempt}/' greet.sh\" }}\n"
        )
    };
    let right = "  - when: { phase: implement, attempt: 3, prompt: \"attempts/implement.api-2.md\" }\n    do:\n      - \
                 require: { path: .pipeline/attempts/implement.api-2.md, contains: says goodbye }\n      - run: { cmd: \
                 \"printf 'greet() { echo \\\"hello $1\\\"; }\\\\nfarewell() { echo \\\"goodbye $1\\\"; }\\\\n' > greet.sh\" }\n";
    let world = World::new();
    world.script(&[ANALYZE, CONTRACTS, ARCHITECT, TDD, &wrong(1), &wrong(2), right, REVIEW]);
    world.start(&[]).ends_with(0).says("implement failed");
    assert!(world.clone_passes(BRANCH));
    let state = world.git(&["show", &format!("{BRANCH}:.pipeline/runs/")]);
    assert!(state.contains('/'), "{state}");
}

#[test]
fn a_run_goes_no_further_than_it_was_asked_to() {
    let world = World::new();
    world.script(&[ANALYZE, CONTRACTS, ARCHITECT, TDD, IMPLEMENT, REVIEW]);
    world.start(&["--scope", "architect"]).ends_with(0).says("status  escalated");
    world.resume(&[]).ends_with(0).says("status  complete");
    assert!(world.clone_passes(BRANCH));
}

#[test]
fn what_would_be_done_is_said_and_nothing_is_written() {
    let world = World::new();
    world.script(&[]);
    world.start(&["--dry-run"]).ends_with(0).says("branch  feature/say-goodbye from main").says("unit    api");
    assert_eq!(world.git(&["branch", "--list"]), "* main");
    assert!(!world.repository().join(".git/pipemason/runs").exists());
}

#[test]
fn a_configuration_to_begin_with_is_written_once_and_can_be_read() {
    let world = World::new();
    world.pipemason(&["init"]).ends_with(2).says("is there already");
    world.git(&["rm", "--quiet", "-r", ".pipeline"]);
    world.write("Cargo.toml", "[package]\nname = \"greeter\"\n");
    world.commit("A build that is known");
    world.pipemason(&["init"]).ends_with(0).says("commit it");
    world.commit("A configuration");
    world.git(&["push", "--quiet", "origin", "main"]);
    world.script(&[]);
    world.start(&["--dry-run"]).ends_with(0).says("unit    api");
}

#[test]
fn the_doctor_says_what_is_there_and_what_is_missing() {
    let world = World::new();
    world.script(&[]);
    let agent = world.agent();
    world.pipemason(&["doctor", "--agent", &agent]).ends_with(0).says("tests of api").says("sh tests/run.sh");
    world.pipemason(&["doctor", "--agent", "claude"]).ends_with(2).says("missing  claude");
}
