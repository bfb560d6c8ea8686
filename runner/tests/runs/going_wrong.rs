//! What cannot start, and what an agent must not get away with.

use crate::world::{ANALYZE, ARCHITECT, CONTRACTS, IMPLEMENT, REVIEW, TDD, World};

#[test]
fn a_tree_with_changes_is_refused_and_with_stash_they_come_back() {
    let world = World::new();
    world.script(&[ANALYZE, CONTRACTS, ARCHITECT, TDD, IMPLEMENT, REVIEW]);
    world.write("notes.txt", "mine\n");
    world.start(&[]).ends_with(2).says("notes.txt").says("--stash");
    world.start(&["--stash"]).ends_with(0).says("status  complete");
    assert_eq!(std::fs::read_to_string(world.repository().join("notes.txt")).unwrap(), "mine\n");
}

#[test]
fn a_wrong_configuration_is_explained_and_nothing_starts() {
    let world = World::new();
    world.script(&[]);
    world.write(".pipeline/config.yml", "version: 1\nlimits: { max_total_iterations: many }\n");
    world.commit("A wrong configuration");
    world.git(&["push", "--quiet", "origin", "main"]);
    world.start(&[]).ends_with(2).says("max_total_iterations").says("config.yml:2:33");
    assert!(!world.repository().join(".git/pipemason/runs").exists());
}

#[test]
fn a_base_whose_tests_prove_nothing_is_refused() {
    let world = World::new();
    world.script(&[]);
    world.write(".pipeline/config.yml", "version: 1\ncommands: { api: { test: \"exit 3\" } }\n");
    world.commit("No tests");
    world.git(&["push", "--quiet", "origin", "main"]);
    world.start(&[]).ends_with(4).says("the base branch");
}

#[test]
fn outside_of_a_repository_there_is_nothing_to_do() {
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    let said = world.git_in(folder.path(), &["--version"]);
    assert!(said.contains("git version"));
    world.pipemason(&["status"]).ends_with(2).says("there is no run");
}

#[test]
fn sec_47_frozen_tests_are_put_back_and_touching_them_counts() {
    let world = World::new();
    let weakens = IMPLEMENT.replace("when: { phase: implement }", "when: { phase: implement, attempt: 1 }").replace(
        "    do:\n",
        "    do:\n      - write: { path: tests/goodbye.test.sh, text: \"ok \\\"says goodbye by name\\\" same same\\n\" }\n",
    );
    let honest = "  - when: { phase: implement, attempt: 2 }\n    do:\n      - run: { cmd: \"true\" }\n";
    world.script(&[ANALYZE, CONTRACTS, ARCHITECT, TDD, &weakens, honest, REVIEW]);
    world.start(&[]).ends_with(0).says("status  complete");
    let test = world.git(&["show", "feature/say-goodbye:tests/goodbye.test.sh"]);
    assert!(test.contains("farewell world"), "{test}");
    let log = world.pipemason(&["log"]).output;
    assert!(log.contains("test_drift"), "{log}");
}

#[test]
fn sec_48_tests_that_pass_already_are_not_red() {
    let world = World::new();
    let green = "  - when: { phase: tdd }\n    times: 0\n    do:\n      - write: { path: tests/goodbye.test.sh, text: \
                 \"ok \\\"says goodbye by name\\\" same same\\n\" }\n";
    world.script(&[ANALYZE, CONTRACTS, ARCHITECT, green]);
    world.start(&[]).ends_with(1).says("Stopped in tdd");
}

#[test]
fn sec_49_an_agent_that_claims_success_without_a_change_gets_nowhere() {
    let world = World::new();
    let lies = "  - when: { phase: implement }\n    times: 0\n    lie: true\n    do:\n      - write: { path: greet.sh, \
                text: \"all tests pass\" }\n";
    world.script(&[ANALYZE, CONTRACTS, ARCHITECT, TDD, lies]);
    world.start(&[]).ends_with(1).says("Stopped in implement");
}

#[test]
fn a_cancelled_run_stays_cancelled() {
    let world = World::new();
    world.script(&[ANALYZE, CONTRACTS, ARCHITECT, TDD, IMPLEMENT, REVIEW]);
    world.start(&["--scope", "analyze"]).ends_with(0);
    world.pipemason(&["cancel"]).ends_with(0).says("cancelled");
    world.pipemason(&["cancel"]).ends_with(0).says("already");
    world.resume(&[]).ends_with(2).says("does not go on");
}

/// A run that stopped after its tests were red, and a base that has changed the same line since.
fn moved_base() -> World {
    let world = World::new();
    world.script(&[ANALYZE, CONTRACTS, ARCHITECT, TDD, IMPLEMENT, REVIEW, REVIEW]);
    world.start(&["--stop-after", "runtime_check"]).ends_with(0);
    world.write("greet.sh", "#!/bin/sh\n# Greets.\ngreet() { printf 'hello %s\\n' \"$1\"; }\n");
    world.commit("Print portably");
    world.git(&["push", "--quiet", "origin", "main"]);
    world
}

#[test]
fn a_conflict_with_the_base_stops_the_run_and_a_resolution_by_hand_is_verified_again() {
    let world = moved_base();
    world.resume(&[]).ends_with(1).says("Stopped in rebase").says("greet.sh");
    let branch = "feature/say-goodbye";
    world.git(&["switch", "--quiet", branch]);
    let merged = world.try_git(&["merge", "--quiet", "main"]);
    assert!(!merged, "there is a conflict to resolve");
    world.write(
        "greet.sh",
        "#!/bin/sh\n# Greets.\ngreet() { printf 'hello %s\\n' \"$1\"; }\nfarewell() { echo \"goodbye $1\"; }\n",
    );
    world.commit("Merge main");
    world.git(&["switch", "--quiet", "main"]);
    let said = world.resume(&[]);
    said.ends_with(0).says("status  complete").says("verify passed");
    assert!(world.clone_passes(branch));
    let script = world.git(&["show", &format!("{branch}:greet.sh")]);
    assert!(script.contains("printf") && script.contains("goodbye"), "{script}");
}

#[test]
fn a_base_that_moved_without_a_conflict_is_verified_again() {
    let world = World::new();
    world.script(&[ANALYZE, CONTRACTS, ARCHITECT, TDD, IMPLEMENT, REVIEW]);
    world.start(&["--stop-after", "runtime_check"]).ends_with(0);
    world.write("README.md", "Greets.\n");
    world.commit("Say what it is");
    world.git(&["push", "--quiet", "origin", "main"]);
    world.resume(&[]).ends_with(0).says("rebase passed").says("reverify passed");
    assert!(world.clone_passes("feature/say-goodbye"));
    assert_eq!(world.subjects("feature/say-goodbye").len(), 3);
    assert!(world.git(&["ls-tree", "--name-only", "feature/say-goodbye"]).contains("README.md"));
}
