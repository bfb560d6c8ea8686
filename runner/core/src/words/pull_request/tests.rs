//! Pull requests, and what people wrote around our part of them.

use std::sync::Arc;

use super::*;
use crate::config::Finalize;
use crate::domain::Unit;
use crate::failure::FailureClass;
use crate::ticket::TicketKind;
use crate::words::tests::{EVERY_PART, alice, assert_text, commit, redactor, run, run_of, site};

fn criterion(number: u32, tests: &[&str]) -> CriterionProof {
    let tests = tests.iter().map(|name| TestProof { name: (*name).to_owned(), red: commit('a'), green: commit('b') });
    CriterionProof {
        id: CriterionId::new(number).unwrap(),
        text: "WHEN the service runs THEN /healthz answers 200".to_owned(),
        tests: tests.collect(),
    }
}

fn check(name: &str, result: CheckOutcome) -> Check {
    Check { name: name.to_owned(), unit: None, result, log: None }
}

fn checks() -> Vec<Check> {
    let skipped = CheckOutcome::Skipped { reason: "no tool".to_owned() };
    let failed = CheckOutcome::Failed { class: FailureClass::LintError, findings: Vec::new() };
    let unavailable = CheckOutcome::Unavailable { reason: "no tool".to_owned() };
    let mut checks = vec![
        check("tests", CheckOutcome::Passed),
        check("sast", skipped),
        check("lint", failed),
        check("secrets", unavailable),
    ];
    checks[0].unit = Some("api".parse::<Unit>().unwrap());
    checks
}

fn rendered(change: impl FnOnce(&mut PullRequestView<'_>)) -> String {
    body(&run(), &[criterion(1, &["health::answers", "health::is_fast"]), criterion(2, &[])], &[], change)
}

fn body(
    run: &Run,
    criteria: &[CriterionProof],
    not_proven: &[NotProven],
    change: impl FnOnce(&mut PullRequestView<'_>),
) -> String {
    let (limits, site, checks) = (Limits::default(), site(), checks());
    let decision = Decision { id: "ADR-001".to_owned(), title: "One endpoint, no framework".to_owned() };
    let mut view = PullRequestView {
        run,
        limits: &limits,
        site: &site,
        parts: &EVERY_PART,
        summary: "Adds a health check.\n\nIt answers without touching the database.",
        goal: "Operators see whether the service is alive.",
        criteria,
        tests: TestFigures { proven: 2, base: 40, coverage_percent: Some(87) },
        decisions: &[decision],
        checks: &checks,
        not_proven,
        closes: Some(IssueNumber(7)),
        time: Duration::from_mins(40),
    };
    change(&mut view);
    pull_request_body(&view, &Surroundings::Nothing, &redactor())
}

fn everything_not_proven() -> Vec<NotProven> {
    let criterion = CriterionId::new(2).unwrap();
    let test = || "cart::is_empty".to_owned();
    vec![
        NotProven::CheckSkipped { check: "sast".to_owned(), reason: "semgrep is not installed".to_owned() },
        NotProven::CheckWaived { check: "accessibility".to_owned(), by: alice() },
        NotProven::WeakProof { criterion },
        NotProven::NoTest { criterion },
        NotProven::FailsOnBase { test: test() },
        NotProven::FlakyOnBase { test: test() },
        NotProven::TestRemoved { test: test(), criterion },
        NotProven::PersonsCommit { commit: commit('c'), by: alice() },
        NotProven::SelfApproved { by: alice() },
        NotProven::NoDrafts,
    ]
}

#[test]
fn the_body_shows_what_changed_what_is_proven_and_what_is_not() {
    assert_text!("pull_request", rendered(|_| ()));
    let everything = everything_not_proven();
    assert_text!("pull_request_not_proven", body(&run(), &[criterion(1, &["a"])], &everything, |_| ()));
}

#[test]
fn parts_that_are_not_wanted_are_left_out_but_never_what_is_not_proven() {
    let text = rendered(|view| view.parts = &[]);
    assert_text!("pull_request_without_parts", text);
    for part in EVERY_PART.chunks(1) {
        assert!(body(&run(), &[criterion(1, &["a"])], &[], |view| view.parts = part).len() > text.len());
    }
    assert_eq!(Finalize::default().pr_body_includes, EVERY_PART);
}

#[test]
fn a_kind_other_than_behavior_is_shown() {
    for (kind, word) in [(TicketKind::Preserving, "`preserving`"), (TicketKind::NoCode, "`no_code`")] {
        let run = Run { kind, ..run() };
        assert!(body(&run, &[], &[], |_| ()).contains(word));
    }
    assert!(rendered(|_| ()).contains("**Not proven:** nothing that the gates know of"));
}

#[test]
fn many_names_are_counted() {
    let fails = |count: usize| -> Vec<_> {
        (0..count).map(|number| NotProven::FailsOnBase { test: format!("test_{number}") }).collect()
    };
    assert!(!body(&run(), &[], &fails(8), |_| ()).contains(" more"));
    assert!(body(&run(), &[], &fails(9), |_| ()).contains("`test_7` and 1 more"));
}

#[test]
fn rows_beyond_the_first_screen_are_folded() {
    let criteria = |count| (1..=count).map(|number| criterion(number, &["a"])).collect::<Vec<_>>();
    assert!(!body(&run(), &criteria(12), &[], |_| ()).contains("More criteria"));
    assert!(body(&run(), &criteria(13), &[], |_| ()).contains("More criteria (1)"));
    let text = body(&run(), &criteria(100), &[], |_| ());
    assert!(text.contains("More criteria (88)") && text.contains("… and 28 more rows;"));
    assert!(text.contains("AC-72") && !text.contains("AC-73"));
}

#[test]
fn nothing_is_closed_that_we_do_not_close_ourselves() {
    assert!(rendered(|_| ()).contains("Closes #7\n"));
    assert!(!rendered(|view| view.closes = None).contains("Closes"));
}

#[test]
fn the_title_is_the_ticket_as_plain_text() {
    assert_eq!(pull_request_title(&run(), &redactor()), "Add a health check");
    assert_eq!(pull_request_title(&run_of(" \n "), &redactor()), "Pipemason run 01JD4Q0000000000000000000A");
    assert_eq!(pull_request_title(&run_of(&"x".repeat(300)), &redactor()).chars().count(), MAX_TITLE_CHARACTERS);
    let evil = pull_request_title(&run_of("fixes #1 @evil"), &redactor());
    assert!(!evil.contains("#1") && !evil.contains("@evil"));
}

fn within(surroundings: Surroundings<'_>) -> String {
    surroundings.with(|_| "OURS".to_owned())
}

const OURS: &str = "<!-- pipemason:begin -->\nOURS\n<!-- pipemason:end -->";

#[test]
fn a_template_keeps_its_text_with_our_part_in_its_place_or_on_top() {
    assert_eq!(within(Surroundings::Nothing), OURS);
    assert_eq!(within(Surroundings::Template("## Checklist\r\n- [ ] a")), format!("{OURS}\n\n## Checklist\r\n- [ ] a"));
    let placed = "## What\r\n<!-- pipemason -->\r\n## Checklist";
    assert_eq!(within(Surroundings::Template(placed)), format!("## What\r\n{OURS}\r\n## Checklist"));
}

#[test]
fn an_update_replaces_our_part_and_nothing_else() {
    let body = format!("Hello\r\n{}\r\nBye <!-- pipemason:end -->\r\n", OURS.replace("OURS", "OLD\nOLD"));
    assert_eq!(within(Surroundings::Body(&body)), format!("Hello\r\n{OURS}\r\nBye <!-- pipemason:end -->\r\n"));
    let once = within(Surroundings::Body("people's text"));
    assert_eq!(once, format!("{OURS}\n\npeople's text"));
    assert_eq!(within(Surroundings::Body(&once)), once);
}

#[test]
fn lines_like_ours_in_peoples_text_do_not_move_our_part() {
    for template in [
        "<!-- pipemason:begin -->\n<!-- pipemason -->\nafter",
        "<!-- pipemason:begin -->\n<!-- pipemason:end -->\n<!-- pipemason -->\nafter",
        "<!-- pipemason:end -->\n<!-- pipemason -->\n<!-- pipemason:end -->",
    ] {
        let first = within(Surroundings::Template(template));
        assert_eq!(first.matches("OURS").count(), 1);
        assert_eq!(within(Surroundings::Body(&first)), first, "{template}");
    }
    let placed = within(Surroundings::Template("<!-- pipemason:begin -->\n<!-- pipemason -->\nafter"));
    assert_eq!(placed, format!("<!-- pipemason:begin -->\n{OURS}\nafter"));
}

#[test]
fn our_part_comes_back_on_top_where_a_mark_is_gone() {
    for body in [
        "<!-- pipemason:begin -->\ntext",
        "text\n<!-- pipemason:end -->",
        "<!-- pipemason:end -->\n<!-- pipemason:begin -->",
    ] {
        assert_eq!(within(Surroundings::Body(body)), format!("{OURS}\n\n{body}"));
    }
}

#[test]
fn where_people_left_no_room_their_text_stays() {
    let frame = OURS.len() - "OURS".len();
    let body = |characters| "é".repeat(characters);
    let fits = body(65_000 - frame - "\n\n".len());
    let room = Surroundings::Body(&fits).with(|room| room.to_string());
    assert_eq!(room, format!("{}\n\n{fits}", OURS.replace("OURS", "0")));
    let full = format!("{fits}é");
    assert_eq!(within(Surroundings::Body(&full)), full);
}

#[test]
fn sec_38_a_body_full_of_peoples_text_leaves_us_what_room_there_is() {
    let people = "é".repeat(64_000);
    let everything = everything_not_proven();
    let (run, limits, site) = (run(), Limits::default(), site());
    let text: Arc<str> = Arc::from("\\@".repeat(50_000));
    let view = PullRequestView {
        run: &run,
        limits: &limits,
        site: &site,
        parts: &EVERY_PART,
        summary: &text,
        goal: &text,
        criteria: &[],
        tests: TestFigures::default(),
        decisions: &[],
        checks: &[],
        not_proven: &everything,
        closes: None,
        time: Duration::ZERO,
    };
    let body = pull_request_body(&view, &Surroundings::Body(&people), &redactor());
    assert!(Limit::COMMENT.admits(&body), "{}", body.chars().count());
    assert!(body.ends_with(&people));
    let alone = pull_request_body(&view, &Surroundings::Nothing, &redactor());
    assert!(Limit::COMMENT.admits(&alone));
    assert!(alone.contains("**Not proven:**") && alone.contains("pipemason verify 01JD4Q"));
}
