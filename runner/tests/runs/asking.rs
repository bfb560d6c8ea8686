//! Runs that stop and ask, and go on with the answer.

use crate::world::{ANALYZE, ARCHITECT, CONTRACTS, IMPLEMENT, REVIEW, TDD, World};

/// The specification with two questions; with an answer it is written again without them.
fn analyze_with_questions() -> String {
    ANALYZE.replace("when: { phase: analyze }", "when: { phase: analyze, attempt: 1, brief: first }").replace(
        "## Open questions\n",
        "## Open questions\n\n            - **Q-1**: To whom?\n            - **Q-2**: How loud?\n",
    )
}

fn analyze_with_answers() -> String {
    ANALYZE.replace("when: { phase: analyze }", "when: { phase: analyze, brief: advice }").replace(
        "    do:\n",
        "    do:\n      - require: { path: .pipeline/inputs/answers.md, contains: to the world }\n",
    )
}

#[test]
fn open_questions_stop_the_run_and_the_answer_reaches_the_agent() {
    let world = World::new();
    world.script(&[&analyze_with_questions(), &analyze_with_answers(), CONTRACTS, ARCHITECT, TDD, IMPLEMENT, REVIEW]);
    world.start(&[]).ends_with(1).says("Q-1: To whom?").says("Q-2: How loud?").says("pipemason resume");
    world.pipemason(&["status"]).ends_with(0).says("escalated");
    world.resume(&["--answer", "Q-1: to the world\nQ-2: quietly"]).ends_with(0).says("status  complete");
    assert!(world.clone_passes("feature/say-goodbye"));
}

#[test]
fn an_answer_that_leaves_a_question_open_is_asked_for_the_rest() {
    let world = World::new();
    world.script(&[&analyze_with_questions()]);
    world.start(&[]).ends_with(1);
    let said = world.resume(&["--answer", "Q-1: to the world"]);
    said.ends_with(1).says("Q-2: How loud?");
}

#[test]
fn sec_46_a_protected_path_needs_an_approval_of_exactly_this_change() {
    let world = World::new();
    let evil = IMPLEMENT
        .replace("    do:\n", "    do:\n      - write: { path: .github/workflows/ci.yml, text: \"on: push\\n\" }\n");
    world.script(&[ANALYZE, CONTRACTS, ARCHITECT, TDD, &evil, REVIEW]);
    let said = world.start(&[]);
    said.ends_with(1).says(".github/workflows/ci.yml").says("pipemason approve");
    world.pipemason(&["approve", "000000000000"]).ends_with(2).says("asks about");
    let all = format!("{}{}", said.output, said.errors);
    let hash = all.lines().find_map(|line| line.split("pipemason approve ").nth(1)).expect("a hash");
    let hash = hash.split_whitespace().last().expect("a hash").trim_matches('`');
    world.pipemason(&["approve", hash]).ends_with(0).says("status  complete");
    let files = world.git(&["ls-tree", "-r", "--name-only", "feature/say-goodbye"]);
    assert!(files.contains(".github/workflows/ci.yml"), "{files}");
}

#[test]
fn sec_46_a_resume_without_approval_puts_the_protected_path_back() {
    let world = World::new();
    let evil = IMPLEMENT
        .replace("    do:\n", "    do:\n      - write: { path: .github/workflows/ci.yml, text: \"on: push\\n\" }\n");
    world.script(&[ANALYZE, CONTRACTS, ARCHITECT, TDD, &evil, REVIEW]);
    world.start(&[]).ends_with(1);
    world.resume(&[]).ends_with(0).says("status  complete");
    let files = world.git(&["ls-tree", "-r", "--name-only", "feature/say-goodbye"]);
    assert!(!files.contains(".github"), "{files}");
    assert!(world.clone_passes("feature/say-goodbye"));
}

#[test]
fn a_contested_test_is_changed_by_an_approval_and_frozen_anew() {
    let world = World::new();
    let diff = "--- a/tests/goodbye.test.sh\n+++ b/tests/goodbye.test.sh\n@@ -1 +1 @@\n-ok \"says goodbye by name\" \
                \"$(farewell world)\" \"goodbye world\"\n+ok \"says goodbye by name\" \"$(farewell world)\" \"farewell \
                world\"\n";
    let contest = format!(
        "  - when: {{ phase: implement, iteration: 5 }}\n    out:\n      status: contested\n      summary: The test is \
         wrong.\n      contest: {{ subject: test, id: says goodbye by name, reason: People say farewell., proposed_diff: \
         {} }}\n",
        serde_json::to_string(diff).unwrap()
    );
    let right = IMPLEMENT.replace("goodbye $1", "farewell $1");
    world.script(&[ANALYZE, CONTRACTS, ARCHITECT, TDD, &contest, &right, REVIEW]);
    let said = world.start(&[]);
    said.ends_with(1).says("People say farewell.");
    let all = format!("{}{}", said.output, said.errors);
    let hash = all.lines().find_map(|line| line.split("pipemason approve ").nth(1)).expect("a hash");
    let hash = hash.split_whitespace().last().expect("a hash").trim_matches('`');
    world.pipemason(&["approve", hash]).ends_with(0).says("status  complete");
    let test = world.git(&["show", "feature/say-goodbye:tests/goodbye.test.sh"]);
    assert!(test.contains("\"farewell world\""), "{test}");
    assert!(world.clone_passes("feature/say-goodbye"));
}
