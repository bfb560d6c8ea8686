use std::time::Duration;

use pipemason_core::phase::Phase;
use pipemason_process::Capture;

use super::*;
use crate::place::Environment;

const SECRET: &str = "correct-horse-battery-staple";

fn logged(output: &[u8], kept_bytes: usize) -> String {
    let root = tempfile::tempdir().unwrap();
    let mut place = Place::new(root.path(), Phase::Tdd, Environment::default(), Duration::from_mins(1)).unwrap();
    place.redactor = Redactor::new([SECRET]);
    let mut capture = Capture::new(kept_bytes);
    capture.take(output);
    let mut log = Log::begin(&place, "lint").unwrap();
    let execution = Execution { exit: Exit::Status(1), output: capture.finish(), duration: Duration::ZERO };
    log.add("lint .", &execution).unwrap();
    assert_eq!(log.path, "artifacts/gates/tdd-lint.log");
    std::fs::read_to_string(root.path().join(".pipeline").join(log.path)).unwrap()
}

#[test]
fn a_log_says_what_ran_what_it_said_and_how_it_ended() {
    assert_eq!(logged(b"bad", 100), "$ lint .\nbad\n[exit status 1 after 0.0 s]\n\n");
    assert_eq!(
        logged("\u{1f600}\0\r\n\u{fffd}".as_bytes(), 100),
        "$ lint .\n\u{1f600}\0\r\n\u{fffd}\n[exit status 1 after 0.0 s]\n\n"
    );
    assert!(logged(b"\xff\xfe", 100).contains('\u{fffd}'));
}

#[test]
fn sec_37_a_log_holds_no_secret_wherever_it_was_cut() {
    assert!(!logged(format!("token {SECRET}\n").as_bytes(), 1000).contains(SECRET));
    for shift in (0..SECRET.len()).step_by(9) {
        let text = format!("{}{SECRET}{}", "x".repeat(150_000 - shift), "y\n".repeat(100_000));
        let log = logged(text.as_bytes(), 300_000);
        assert!(log.contains("bytes left out"));
        for end in 8..SECRET.len() {
            assert!(!log.contains(SECRET.get(..end).unwrap()), "{shift}");
            assert!(!log.contains(SECRET.get(SECRET.len() - end..).unwrap()), "{shift}");
        }
    }
}

#[test]
fn a_long_log_keeps_its_beginning_and_its_end() {
    let text = format!("begin\n{}end\n", "line\n".repeat(1_000_000));
    let log = logged(text.as_bytes(), 16 * 1024 * 1024);
    assert!(log.len() < MAX_KEPT_BYTES + 200);
    assert!(log.starts_with("$ lint .\nbegin\n") && log.contains("end\n[exit status"), "{}", log.len());
}
