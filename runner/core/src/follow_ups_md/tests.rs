use insta::{assert_debug_snapshot, assert_snapshot};
use proptest::prelude::*;

use super::*;
use crate::failure::FailureClass;
use crate::gate::Finding;

const ORIGINAL: &str = include_str!("../../tests/fixtures/original/FOLLOW-UPS.md");

fn finding(class: FailureClass, severity: Severity, message: &str) -> StoryFinding {
    StoryFinding {
        story: None,
        finding: Finding {
            class,
            severity,
            rule: String::from("naming"),
            message: message.to_owned(),
            path: Some(String::from("src/a.rs")),
            line: Some(7),
            unit: None,
        },
    }
}

fn empty() -> FollowUpsFile {
    FollowUpsFile { program_id: None, generated: Some("2026-03-01T12:00:00Z".parse().unwrap()), items: Vec::new() }
}

#[test]
fn follow_ups_of_the_original_product_load_with_all_their_flaws() {
    let read = read_follow_ups_md(ORIGINAL).unwrap();
    assert_debug_snapshot!(read);
    let again = read_follow_ups_md(&write_follow_ups_md(&read.value)).unwrap();
    assert_eq!((again.value, again.notes), (read.value, Vec::new()));
}

#[test]
fn findings_are_appended_with_the_next_ids_and_earlier_text_stays_as_it_is() {
    let mut file = empty();
    let at = "2026-03-02T12:00:00Z".parse().unwrap();
    file.append(&[finding(FailureClass::ReviewFinding, Severity::Medium, "two names")], at);
    let before = write_follow_ups_md(&file);
    let mut found = finding(FailureClass::SecurityFinding, Severity::Low, "an old library");
    found.story = Some("S-E001-001".parse().unwrap());
    found.finding.line = None;
    file.append(&[found.clone(), found], at);
    let after = write_follow_ups_md(&file);
    assert_snapshot!(after);
    let items = |text: &str| text.split_once("## Items").unwrap().1.to_owned();
    assert!(items(&after).starts_with(&items(&before)));
    let ids: Vec<_> = file.items.iter().map(|item| item.id.to_string()).collect();
    assert_eq!(ids, ["F-001", "F-002", "F-003"]);
}

#[test]
fn ids_are_read_strictly_and_never_given_twice() {
    for text in ["F-1", "F-0007", "F-4294967295"] {
        assert!(text.parse::<FollowUpId>().is_ok(), "{text}");
    }
    for text in ["F-", "F-+1", "F-4294967296", "f-1", "1", "F-1x", "F-é"] {
        assert!(text.parse::<FollowUpId>().is_err(), "{text}");
    }
    let mut file = empty();
    assert_eq!(file.next_id(), FollowUpId(1));
    file.append(&[finding(FailureClass::Typo, Severity::Info, "x")], Timestamp::UNIX_EPOCH);
    file.items[0].id = FollowUpId(41);
    assert_eq!(file.next_id(), FollowUpId(42));
}

#[test]
fn findings_are_sorted_by_what_they_are_about() {
    let item = |class, severity| {
        let item = FollowUp::of_finding(FollowUpId(1), &finding(class, severity, "x"), Timestamp::UNIX_EPOCH);
        (item.category.name(), item.severity.name())
    };
    assert_eq!(item(FailureClass::AccessibilityFinding, Severity::Critical), ("a11y", "high"));
    assert_eq!(item(FailureClass::PerformanceRegression, Severity::High), ("perf", "high"));
    assert_eq!(item(FailureClass::ScreenshotMismatch, Severity::Medium), ("ux", "med"));
    assert_eq!(item(FailureClass::Typo, Severity::Low), ("docs", "low"));
    assert_eq!(item(FailureClass::CiFailed, Severity::Info), ("infra", "low"));
    assert_eq!(item(FailureClass::GateFailed, Severity::Info), ("other", "low"));
    let long = FollowUp::of_finding(
        FollowUpId(1),
        &finding(FailureClass::Typo, Severity::Low, &"€".repeat(101)),
        Timestamp::UNIX_EPOCH,
    );
    assert_eq!((long.title.chars().count(), long.description.chars().count()), (100, 101));
}

#[test]
fn errors_carry_the_line_in_the_file() {
    for (body, message) in [
        ("## Items\n\n- id: F-001\n  severity: low\n", "line 6: `title`: is missing"),
        ("## Items\n- id: F-001\n  title: a\n- title: b\n", "line 7: `id`: is missing"),
        ("## Items\n- id: F-001\n  title: {}\n", "line 6: `title`: expected one value"),
        ("## Items\n```yaml\nid: one\n```\n", "line 6: `id`: `one` is not a follow-up like F-001"),
        ("## Items\n- id: F-001\n  title: \"a\n", "line "),
    ] {
        let error = read_follow_ups_md(&format!("---\nschema_version: 1\n---\n{body}")).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

#[test]
fn a_scaffolded_file_without_items_is_empty() {
    for body in ["", "## Items\n", "## Items\n\nNone yet.\n", "## Items\n\n<!-- append here -->\n"] {
        let read = read_follow_ups_md(&format!("---\nschema_version: 1\ntotal: 0\n---\n{body}")).unwrap();
        assert_eq!((read.value.items.len(), read.notes.len()), (0, 0), "{body}");
    }
}

#[test]
fn hostile_files_are_read_or_refused_quickly() {
    for body in ["- ".repeat(1 << 17), "- a: 1\n".repeat(1 << 15), "```yaml\n".repeat(1 << 17), "€\0\r".repeat(1 << 18)]
    {
        drop(read_follow_ups_md(&format!("---\nschema_version: 1\n---\n## Items\n{body}")));
        drop(read_follow_ups_md(&body));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn reading_back_gives_the_same_items_whatever_is_in_their_texts(
        texts in proptest::collection::vec("(\n---\n|\n```\n|\"|## Items\n|\\PC|[\\x00-\\x{10ffff}]){0,12}", 5),
        number in 0..9_usize,
    ) {
        let text = |place: usize| Arc::from(texts[place].as_str());
        let mut file = empty();
        let found = finding(FailureClass::Typo, Severity::Low, &texts[0]);
        file.append(&[found.clone(), found], Timestamp::UNIX_EPOCH);
        let item = &mut file.items[0];
        item.source = FollowUpSource::from(texts[1].as_str());
        item.title = text(2);
        item.suggested_action = text(3);
        item.evidence = vec![text(4); number % 3];
        item.category = FollowUpCategory::ALL[number];
        item.status = FollowUpStatus::ALL[number % 4];
        item.raised_at = None;
        let read = read_follow_ups_md(&write_follow_ups_md(&file)).unwrap();
        prop_assert_eq!(read.value, file);
        prop_assert_eq!(read.notes, Vec::new());
    }
}
