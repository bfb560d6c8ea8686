use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn seen(text: &str) -> String {
    visible(text, |_| ())
}

#[test]
fn invisible_characters_are_taken_out_and_told() {
    let table = [
        ("a\u{0}b\u{7f}c\u{8}", RemovedKind::ControlCharacter, 3),
        ("a\u{ad}bc", RemovedKind::SoftHyphen, 1),
        ("a\u{202e}b\u{2066}c\u{61c}\u{200e}", RemovedKind::BidiControl, 4),
        ("a\u{200b}b\u{feff}c\u{2060}\u{3164}\u{200d}", RemovedKind::ZeroWidth, 5),
        ("a\u{fe0f}b\u{fe00}c\u{e0100}\u{180b}", RemovedKind::VariationSelector, 4),
        ("\u{e0000}a\u{e0041}bc\u{e007f}", RemovedKind::TagCharacter, 3),
        ("a\u{1b}[1;31mb\u{1b}]0;title\u{7}c\u{9b}0m\u{1b}]8;;u\u{1b}\\", RemovedKind::TerminalCode, 4),
        ("\u{1b}(Ba\u{1b}7b\u{9d}x\u{9c}c\u{1b}P1\u{9c}", RemovedKind::TerminalCode, 4),
    ];
    for (text, kind, count) in table {
        let mut removed = BTreeMap::new();
        let kept = visible(text, |kind| *removed.entry(kind).or_insert(0) += 1);
        assert_eq!(kept, "abc", "{text:?}");
        assert_eq!(removed, BTreeMap::from([(kind, count)]), "{text:?}");
    }
}

#[test]
fn joiners_stay_where_a_script_or_an_emoji_needs_them() {
    for text in [
        "👨\u{200d}👩\u{200d}👧",
        "❤\u{fe0f}",
        "❤\u{fe0f}\u{200d}🔥",
        "1\u{fe0f}\u{20e3}",
        "می\u{200c}خواهم",
        "क्\u{200d}ष",
        "👍🏽",
        "\t",
    ] {
        assert_eq!(seen(text), text);
    }
    assert_eq!(seen("👨\u{200d}\u{200d}👩"), "👨\u{200d}👩");
    assert_eq!(seen("👨\u{200d}a"), "👨a");
    assert_eq!(seen("1\u{fe0f}2"), "12");
}

#[test]
fn an_unfinished_terminal_string_hides_nothing() {
    assert_eq!(seen("\u{1b}]0;title\nb"), "0;title\nb");
    assert_eq!(seen("\u{1b}]0;title"), "0;title");
    assert_eq!(seen("\u{1b}]0;a\u{1b}[1mb\u{7}"), "0;ab");
    assert_eq!(seen("\u{1b}"), "");
    assert_eq!(seen("\u{1b}[31é"), "é");
}

#[test]
fn every_line_end_becomes_a_line_feed() {
    assert_eq!(seen("a\r\nb\rc\u{b}d\u{c}e\u{85}f\u{2028}g\u{2029}h\r\r\n"), "a\nb\nc\nd\ne\nf\ng\nh\n\n");
}

#[test]
fn marks_belong_to_the_character_before() {
    for mark in ['\u{301}', '\u{200d}', '\u{fe0f}', '\u{20e3}', '\u{1f3fd}'] {
        assert!(extends_previous(mark));
    }
    assert!(!extends_previous('a'));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_visible_text_stays(text in "([a1\r\n\u{1b}\\[\\]m;\u{7}\u{200c}\u{200d}\u{fe0f}\u{20e3}\u{70f}\u{627}\u{17b4}\u{1f469}\u{9d}\u{9c}\u{ad}]|\\PC){0,30}") {
        let once = seen(&text);
        let mut removed = 0;
        prop_assert_eq!(&visible(&once, |_| removed += 1), &once);
        prop_assert_eq!(removed, 0);
    }
}
