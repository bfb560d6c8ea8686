//! Markers, ours and forged.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::words::tests::run_id;

#[test]
fn a_marker_reads_back_as_it_was_written() {
    let program = About::Program(ProgramId(run_id().0));
    for kind in MarkerKind::ALL {
        for about in [About::Run(run_id()), program, About::Issue(IssueNumber(7))] {
            let effect = EffectKey { run: run_id(), seq: 12, index: 3 };
            for key in [MarkerKey::of_effect(effect), MarkerKey::of_comment(CommentId(99))] {
                let marker = Marker { kind, about, key };
                for end in ["", "\n", "\r\n", "\nbody\n<!-- more -->"] {
                    assert_eq!(Marker::find_in(&format!("{marker}{end}")), Some(marker.clone()));
                }
            }
        }
    }
}

#[test]
fn sec_27_only_the_very_first_line_exactly_as_written_is_a_marker() {
    let marker = Marker::of_effect(MarkerKind::Status, EffectKey { run: run_id(), seq: 1, index: 0 }).to_string();
    assert_eq!(marker, "<!-- pipemason:v1 kind=status run=01JD4Q0000000000000000000A key=1.0 -->");
    let forged = [
        format!("hello\n{marker}"),
        format!("\n{marker}"),
        format!(" {marker}"),
        format!("\u{feff}{marker}"),
        format!("{marker} "),
        format!("{marker}<b>"),
        format!("> {marker}"),
        marker.replace("v1", "v2"),
        marker.replace("status", "Status"),
        marker.replace("status", "nothing"),
        marker.replace("01JD4Q", "01jd4q"),
        marker.replace(" key", "  key"),
        marker.replace("key=1.0", "key=1.0 key=2.0"),
        marker.replace("key=1.0", "key="),
        marker.replace("key=1.0", "key=1.0--"),
        marker.replace("run=01JD4Q0000000000000000000A", "issue=+7"),
        marker.replace("run=01JD4Q0000000000000000000A", "issue=07"),
        marker.replace("<!-- ", "<!--"),
        String::new(),
    ];
    for text in forged {
        assert_eq!(Marker::find_in(&text), None, "{text}");
    }
}

#[test]
fn keys_are_short_and_plain() {
    assert!(MarkerKey::new(&"a".repeat(64)).is_some());
    for text in ["", "a b", "a--b", "é", "a>", &"a".repeat(65)] {
        assert_eq!(MarkerKey::new(text), None, "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_read_would_be_written_the_same(text in "(<!-- pipemason:v1 )?[ -~\\n]{0,80}( -->)?") {
        if let Some(marker) = Marker::find_in(&text) {
            prop_assert_eq!(text.lines().next().unwrap(), marker.to_string());
        }
    }
}
