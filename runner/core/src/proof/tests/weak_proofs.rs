use super::change::{prove_command_green, prove_command_red, prove_no_code};
use super::weak::{OpaqueRun, TestFiles, WeakRed, check_base};
use super::*;
use crate::hash::ContentHash;

fn files(names: &[&str]) -> TestFiles {
    names.iter().map(|path| ((*path).to_owned(), ContentHash::of(path.as_bytes()))).collect()
}

fn opaque(exit: Exit, output: &str) -> OpaqueRun {
    OpaqueRun { exit, output: output.to_owned() }
}

fn red(exits: &[Exit], output: &str) -> Vec<String> {
    let runs: Vec<_> = exits.iter().map(|exit| opaque(*exit, output)).collect();
    render(&weak::prove_red(files(&["tests/a.sh"]), &paths(), &runs).problems)
}

const FAILS: Exit = Exit::Status(1);
const PASSES: Exit = Exit::Status(0);

#[test]
fn without_names_the_base_has_to_pass() {
    assert_eq!(check_base(PASSES), Ok(()));
    for exit in [FAILS, Exit::Killed, Exit::TimedOut] {
        assert!(check_base(exit).is_err());
    }
}

#[test]
fn without_names_three_failures_are_red() {
    assert!(red(&[FAILS, FAILS, FAILS], "not what I wanted").is_empty());
    assert!(red(&[FAILS, FAILS, FAILS], "assertion failed").is_empty());
    assert!(red(&[FAILS, FAILS, FAILS], "Error: disk full").is_empty());
}

#[test]
fn sec_48_without_names_everything_else_is_not_red() {
    assert_eq!(red(&[FAILS, FAILS], ""), ["suite: TooFewRuns gate_failed"]);
    assert_eq!(red(&[PASSES, PASSES, PASSES], ""), ["suite: PassesAlready e2e_not_red"]);
    assert_eq!(red(&[FAILS, PASSES, FAILS], ""), ["suite: Flips flaky_test"]);
    assert_eq!(red(&[FAILS, FAILS, Exit::TimedOut], ""), ["suite: CommandTimedOut gate_failed"]);
    assert_eq!(red(&[FAILS, Exit::Status(127), FAILS], ""), ["suite: CommandNotRed e2e_not_red"]);
    assert_eq!(red(&[FAILS, Exit::Killed, FAILS], ""), ["suite: CommandNotRed e2e_not_red"]);
    let missing = ["suite: NotByItself { cause: MissingSymbol } e2e_not_red"];
    assert_eq!(red(&[FAILS, FAILS, FAILS], "a.c:1: undefined reference to `total'"), missing);
    let runs = [opaque(FAILS, ""), opaque(FAILS, ""), opaque(FAILS, "")];
    let problems = weak::prove_red(TestFiles::new(), &paths(), &runs).problems;
    assert_eq!(render(&problems), ["suite: NoTests e2e_not_red"]);
    let problems = weak::prove_red(files(&["src/a.sh"]), &paths(), &runs).problems;
    assert_eq!(render(&problems), ["suite: OutsideTestPaths test_filename_mismatch"]);
}

#[test]
fn sec_47_without_names_the_same_files_have_to_pass() {
    let red = WeakRed { files: files(&["tests/a.sh", "tests/b.sh"]), problems: Vec::new() };
    let judge = |files: &TestFiles, exit| render(&weak::prove_green(&red, files, exit));
    assert!(judge(&red.files, PASSES).is_empty());
    assert!(judge(&files(&["tests/a.sh", "tests/b.sh", "tests/c.sh"]), PASSES).is_empty());
    assert_eq!(judge(&red.files, FAILS), ["suite: FailedWithoutName gate_failed"]);
    assert_eq!(judge(&red.files, Exit::TimedOut), ["suite: CommandTimedOut gate_failed"]);
    assert_eq!(judge(&files(&["tests/a.sh"]), PASSES), ["suite: FileChanged test_drift"]);
    let mut weakened = red.files.clone();
    weakened.insert("tests/b.sh".to_owned(), ContentHash::of(b"true"));
    assert_eq!(judge(&weakened, PASSES), ["suite: FileChanged test_drift"]);
}

#[test]
fn a_change_of_documents_touches_no_code() {
    let documents =
        ["README.md", "docs/guide/Start.MD", "LICENSE", "LICENSE-MIT", "CHANGELOG.txt", "docs/a.png", "README.de.md"];
    assert!(prove_no_code(documents).is_empty());
    for path in [
        "src/main.rs",
        "docs/conf.py",
        "docs/page.mdx",
        "requirements.txt",
        "CMakeLists.txt",
        ".github/README.md",
        "docs/.hidden/a.md",
        "Makefile",
        "README.rs",
        "README.md/evil.js",
        "LICENSE.sh",
        "",
    ] {
        let problems = prove_no_code(["README.md", path]);
        assert_eq!(problems.len(), 1, "{path}");
        assert_eq!(problems[0].path.as_deref(), Some(path));
        assert_eq!(problems[0].class, FailureClass::GateFailed);
    }
}

#[test]
fn a_command_proves_a_criterion_only_red_before_and_green_after() {
    assert_eq!(prove_command_red("make lint-docs", FAILS), None);
    for exit in [PASSES, Exit::Status(126), Exit::Status(127), Exit::Killed, Exit::TimedOut] {
        let problem = prove_command_red("make lint-docs", exit).unwrap();
        assert_eq!((problem.class, problem.detail.as_str()), (FailureClass::E2eNotRed, "make lint-docs"));
    }
    assert_eq!(prove_command_green("make lint-docs", PASSES), None);
    for exit in [FAILS, Exit::Killed, Exit::TimedOut] {
        assert_eq!(prove_command_green("x", exit).unwrap().class, FailureClass::GateFailed);
    }
}
