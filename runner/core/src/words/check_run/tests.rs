//! Check runs, annotations, and the summary of a job.

use std::sync::Arc;

use super::*;
use crate::actor::Actor;
use crate::failure::FailureClass;
use crate::phase::Phase;
use crate::policy::Limits;
use crate::run::{Brief, CancelCause, Run, Stage};
use crate::words::tests::{self, assert_text, escalation_of, finding, redactor, rows, run, site, story, visit};

fn rendered(run: &Run, findings: &[Finding]) -> CheckRun {
    let (limits, rows, site) = (Limits::default(), rows(&story()), site());
    check_run(&tests::view(run, &limits, &rows, &site), findings, &redactor())
}

fn escalated() -> Run {
    let mut escalation = escalation_of("high_security_finding");
    escalation.evidence = vec![finding("src/query.rs")];
    let visit = visit(Phase::Verify, Stage::Gate, Brief::First);
    Run { state: RunState::Escalated { escalation: Arc::new(escalation), visit }, ..run() }
}

#[test]
fn each_state_of_a_run_has_its_conclusion() {
    let class = FailureClass::LedgerTampered;
    let states = [
        (RunState::Pending, "in_progress", "Not started yet"),
        (run().state, "in_progress", "Working on implement"),
        (escalated().state, "action_required", "Stopped in verify, waiting for a change"),
        (RunState::Complete, "success", "Complete"),
        (RunState::Failed { class, reason: Arc::from("why") }, "failure", "Failed"),
        (RunState::Cancelled { by: Actor::Engine, cause: CancelCause::Command }, "neutral", "Cancelled"),
    ];
    for (state, conclusion, title) in states {
        let check = rendered(&Run { state, ..run() }, &[]);
        assert_eq!((check.state.name(), check.title.as_str()), (conclusion, title));
    }
}

#[test]
fn summary_and_text_mirror_phases_and_findings() {
    let check = rendered(&escalated(), &[finding("src/query.rs")]);
    assert_text!("check_run", format!("{}\n\n---\n\n{}", check.summary, check.text));
    assert_eq!(check.annotations.len(), 1);
}

#[test]
fn a_jobs_summary_says_how_the_run_stands() {
    let (limits, rows, site) = (Limits::default(), rows(&story()), site());
    let (working, stopped) = (run(), escalated());
    let summary = |run| step_summary(&tests::view(run, &limits, &rows, &site), &redactor());
    assert_text!("step_summary", format!("{}\n\n---\n\n{}", summary(&working), summary(&stopped)));
}

#[test]
fn findings_with_a_place_become_annotations() {
    let at = |path: Option<&str>, line, severity| Finding {
        path: path.map(str::to_owned),
        line,
        severity,
        ..finding("rule")
    };
    let annotate = |finding: &Finding| {
        let check = rendered(&run(), std::slice::from_ref(finding));
        check.annotations.first().map(|annotation| (annotation.line, annotation.level.name()))
    };
    assert_eq!(annotate(&at(Some("a/b.rs"), Some(3), Severity::Info)), Some((3, "notice")));
    assert_eq!(annotate(&at(Some("a/b.rs"), Some(0), Severity::Low)), Some((1, "notice")));
    assert_eq!(annotate(&at(Some("a b.rs"), None, Severity::Medium)), Some((1, "warning")));
    assert_eq!(annotate(&at(Some(".a"), None, Severity::High)), Some((1, "failure")));
    assert_eq!(annotate(&at(Some("ä"), None, Severity::Critical)), Some((1, "failure")));
    assert_eq!(annotate(&at(None, Some(3), Severity::High)), None);
}

#[test]
fn sec_36_a_path_that_no_repository_has_is_no_annotation() {
    for path in ["", "/etc/passwd", "../a", "a/../b", "./a", "a//b", "a\\b", "a\nb", "a\0b", "a/"] {
        let finding = Finding { path: Some(path.to_owned()), ..finding("rule") };
        assert_eq!(rendered(&run(), &[finding]).annotations, [], "{path:?}");
    }
    let long = |length| Finding { path: Some("a".repeat(length)), ..finding("rule") };
    assert_eq!(rendered(&run(), &[long(MAX_PATH_BYTES), long(MAX_PATH_BYTES + 1)]).annotations.len(), 1);
}

#[test]
fn annotations_come_in_portions_that_github_takes() {
    let findings = |count| vec![finding("src/a.rs"); count];
    let sizes = |count| -> Vec<_> { rendered(&run(), &findings(count)).batches().map(<[_]>::len).collect() };
    assert_eq!(sizes(0), Vec::<usize>::new());
    assert_eq!(sizes(50), [50]);
    assert_eq!(sizes(51), [50, 1]);
    assert_eq!(sizes(500), [50, 50, 50, 50]);
}

#[test]
fn sec_38_a_check_run_keeps_to_its_bytes() {
    let findings: Vec<_> = (0..300).map(|_| finding(&"\u{1F600}@".repeat(1000))).collect();
    let check = rendered(&escalated(), &findings);
    assert!(Limit::CHECK_RUN.admits(&check.summary) && Limit::CHECK_RUN.admits(&check.text));
    assert!(check.title.chars().count() <= 255);
    assert!(check.text.contains("Each phase"));
}
