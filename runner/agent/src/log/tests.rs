use std::sync::{Arc, Mutex};

use super::*;

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, part: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn logged(bytes: usize, frames: &[&[u8]]) -> String {
    let shared = Shared::default();
    let mut log = FrameLog::new(Redactor::new(["hunter2-hunter2"]), bytes, shared.clone());
    for frame in frames {
        log.write(Speaker::Agent, frame);
    }
    log.flush();
    let bytes = shared.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_frame_is_a_line_whatever_it_says() {
    assert_eq!(
        logged(1000, &[b"a\r\n> forged\n", b"", "\u{1f600}\0\u{20ac}".as_bytes()]),
        "< a␤␤> forged␤\n< \n< \u{1f600}\0\u{20ac}\n"
    );
    assert_eq!(logged(1000, &[b"\xff\xfe"]), "< \u{fffd}\u{fffd}\n");
}

#[test]
fn sec_37_secrets_are_not_written_down() {
    let text = logged(1000, &[b"the password is hunter2-hunter2"]);
    assert!(text.contains("[redacted") && !text.contains("hunter2"), "{text}");
}

#[test]
fn sec_52_a_log_has_an_end_and_a_frame_too() {
    let frame = vec![b'x'; 1_000_000];
    let text = logged(10_000_000, &[&frame]);
    assert!(text.ends_with("x [… 934464 bytes left out]\n") && text.len() < 70_000, "{}", text.len());
    let text = logged(100, &[b"a".repeat(60).as_slice(), "€".repeat(60).as_bytes(), b"more"]);
    assert!(text.ends_with("€\n# the log is full\n") && text.len() <= 100 + FULL.len(), "{text}");
    assert_eq!(logged(0, &[b"a"]), "");
}
