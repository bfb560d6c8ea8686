//! States of every origin, with every text in them.

use proptest::prelude::*;

use super::*;
use crate::document::blocks::{BlockKind, read_blocks};
use crate::document::header::Header;
use crate::document::tests::{hostile_files, hostile_text};
use crate::log::LogEvent;

mod any;

const ORIGINAL: &str = include_str!("../../tests/fixtures/original/STATE.md");

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn some_state() -> StateDocument {
    StateDocument {
        run_id: "01JTCQ4Z8N3V5W6X7Y8Z9A0B1C".parse().unwrap(),
        ticket: "#7".to_owned(),
        title: "Shorten links".to_owned(),
        branch: Some("feature/7-shorten-links".parse().unwrap()),
        base_branch: Some("main".parse().unwrap()),
        started: at(1_777_885_800),
        updated: at(1_777_886_000),
        phase: Phase::Analyze,
        status: RunStatus::Escalated,
        domains_active: vec![ActiveUnit {
            name: "api".parse().unwrap(),
            agent: "claude".to_owned(),
            started: at(1_777_885_900),
        }],
        domains_complete: Vec::new(),
        domains_failed: Vec::new(),
        escalations: vec![EscalationLine {
            id: Some(EscalationId::FIRST),
            ts: at(1_777_886_000),
            phase: Phase::Analyze,
            failure_class: Some(FailureClass::SpecUnderspecified),
            reason: "Q-1 is open".to_owned(),
            awaiting: "an answer to Q-1".to_owned(),
            recovery: "reply to this comment".to_owned(),
        }],
        total_iterations: 2,
        retries_by_failure_class: PerClass::default(),
        tokens_in: 1200,
        tokens_out: 300,
        cost_usd: Usd::micros(412_345),
        agent: "claude".to_owned(),
        pull_request: String::new(),
    }
}

fn read_clean(file: &str) -> StateDocument {
    let read = read(file).unwrap();
    assert_eq!(read.unknown, Vec::<String>::new(), "{file}");
    read.state
}

#[test]
fn a_state_is_readable_on_its_page() {
    let notes = "wrote | spec.md\nwith 2 criteria".to_owned();
    let phases = [PhaseLine {
        phase: Phase::Init,
        unit: None,
        outcome: PhaseOutcome::Passed,
        agent: String::new(),
        started: at(1_777_885_800),
        ended: Some(at(1_777_885_807)),
        artifacts: vec!["STATE.md".to_owned()],
        notes: notes.clone(),
    }];
    let entry = LogEntry {
        phase: Some(Phase::Analyze),
        outcome: Some("done".to_owned()),
        notes,
        ..LogEntry::new(at(1_777_885_990), 3, LogEvent::AgentEnd)
    };
    let file = some_state().write(Activity { phases: &phases, events: &[entry] });
    insta::assert_snapshot!(file);
    assert_eq!(read_clean(&file), some_state());
}

#[test]
fn the_original_state_loads_and_its_strangers_are_named_once() {
    let read = read(ORIGINAL).unwrap();
    assert_eq!(read.unknown, ["scope", "stack"]);
    let state = read.state;
    assert_eq!((state.phase, state.status, state.total_iterations), (Phase::Finalize, RunStatus::Complete, 14));
    assert_eq!(state.run_id.to_string(), "01JTCQ4Z8N3V5W6X7Y8Z9A0B1C");
    assert_eq!(state.branch.as_ref().map(BranchName::as_str), Some("feature/link-shortener"));
    assert_eq!(state.domains_complete[0].artifacts, ["src/code.ts", "artifacts/gates/implement-api-test.log"]);
    assert_eq!(state.domains_failed[0].retry_count, 2);
    assert_eq!(state.escalations[0].awaiting, "an answer in spec.md");
    assert_eq!(state.current_escalation(), None, "the run is over");
    let retries: Vec<_> = state.retries_by_failure_class.iter().collect();
    assert_eq!(retries, [(FailureClass::LintError, 2), (FailureClass::E2eNotRed, 1)]);
    assert_eq!(read_clean(&state.write(Activity::default())), state);
}

#[test]
fn the_untouched_template_of_the_original_loads() {
    let file = "---\nschema_version: 1\nrun_id: \"\"\nticket: null\nbranch:\nstarted: \"\"\nphase: init\nstatus: pending\ndomains_active: []\nretries_by_failure_class: {}\n---\n";
    let state = read_clean(file);
    assert_eq!((state.phase, state.status, state.started), (Phase::Init, RunStatus::Pending, Timestamp::UNIX_EPOCH));
}

#[test]
fn what_cannot_be_read_is_named_and_has_a_default() {
    let file = "---\nschema_version: 1\nrun_id: 7\nbranch: \"-x\"\nstarted: soon\nphase: dreaming\nstatus: 1\ntokens_in: -1\ncost_usd: much\n\
        domains_active: [api]\ndomains_failed: [{name: x}]\nescalations: [{phase: done, ts: \"2026-01-02T03:04:05Z\"}]\nretries_by_failure_class: {x: 1, typo: 70000, lint_error: 65535}\ntitle: [a]\n---\n";
    let read = read(file).unwrap();
    assert_eq!(
        read.unknown,
        [
            "started",
            "run_id",
            "title",
            "branch",
            "phase",
            "status",
            "domains_active",
            "domains_failed",
            "retries_by_failure_class.typo",
            "retries_by_failure_class.x",
            "tokens_in",
            "cost_usd"
        ]
    );
    assert_eq!(read.state.escalations.len(), 1);
    assert_eq!(read.state.retries_by_failure_class.get(FailureClass::LintError), 65535);
}

#[test]
fn a_file_without_a_state_says_why() {
    assert_eq!(read("# State\n"), Err(StateError::Missing));
    assert_eq!(read("---\n---\n"), Err(StateError::Missing));
    assert_eq!(read("---\nschema_version: 2\n---\n"), Err(StateError::Version { found: "2".to_owned() }));
    let error = read("---\nschema_version: 1\nphase: a\nphase: b\n---\n").unwrap_err();
    assert!(error.to_string().starts_with("STATE.md, line 4: "), "{error}");
    for file in hostile_files(20_000) {
        let is_state = read(&file).is_ok();
        assert_eq!(is_state, file.starts_with("---\nschema_version: 1\n---\n"));
    }
}

#[test]
fn the_state_of_a_long_run_is_small_and_quick() {
    let mut state = some_state();
    let escalation = state.escalations[0].clone();
    state.escalations = vec![escalation; 20];
    let line = PhaseLine {
        phase: Phase::Implement,
        unit: Some("api".parse().unwrap()),
        outcome: PhaseOutcome::Failed,
        agent: "claude".to_owned(),
        started: at(0),
        ended: None,
        artifacts: vec!["artifacts/gates/implement-api-test.log".to_owned()],
        notes: "é *x* ".repeat(1000),
    };
    let event = LogEntry { notes: "x".repeat(1000), ..LogEntry::new(at(0), 1, LogEvent::Retry) };
    let file = state.write(Activity { phases: &vec![line; 200], events: &vec![event; 2000] });
    assert!(file.len() < 200_000, "{}", file.len());
    assert_eq!(read_clean(&file), state);
}

/// Returns the titles of the sections of the body.
fn headings(file: &str) -> Vec<String> {
    let blocks = read_blocks(file, Header::read(file).body);
    blocks.into_iter().filter(|block| block.kind == BlockKind::Heading(2)).map(|block| block.text).collect()
}

proptest! {
    #[test]
    fn sec_28_a_state_reads_back_as_it_was_whatever_text_is_in_it(state in any::state(), notes in hostile_text()) {
        let entry = LogEntry { outcome: Some(notes.clone()), notes: notes.clone(), ..LogEntry::new(at(0), 1, LogEvent::Answer) };
        let line = PhaseLine { phase: Phase::Ui, unit: None, outcome: PhaseOutcome::Running, agent: notes.clone(), started: at(0), ended: None, artifacts: vec![notes.clone()], notes };
        let file = state.write(Activity { phases: &[line], events: &[entry] });
        let read = read(&file).unwrap();
        prop_assert_eq!(read.unknown, Vec::<String>::new());
        prop_assert_eq!(read.state, state);
        prop_assert_eq!(headings(&file), ["Current escalation", "Phase log", "Recent activity"]);
    }
}

#[test]
fn long_texts_are_cut_in_the_body_only() {
    let file = |length: usize| {
        let state = StateDocument { title: "é".repeat(length), ..some_state() };
        let file = state.write(Activity::default());
        assert_eq!(read_clean(&file), state);
        file
    };
    // The reference `#7 ` comes before the title.
    assert!(file(297).contains(&format!("{}\n\n**escalated**", "é".repeat(297))));
    assert!(file(298).contains(&format!("{}…\n\n**escalated**", "é".repeat(296))));
}

#[test]
fn only_a_waiting_run_has_a_current_escalation() {
    for status in RunStatus::ALL {
        let state = StateDocument { status, ..some_state() };
        let is_shown = state.write(Activity::default()).contains("## Current escalation\n\nesc-1, ");
        assert_eq!(is_shown, status == RunStatus::Escalated);
        assert_eq!(state.current_escalation().is_some(), is_shown);
    }
}

#[test]
fn the_last_ten_events_are_shown() {
    let shown = |count: u64| {
        let events: Vec<_> = (1..=count)
            .map(|seq| LogEntry { notes: format!("event {seq}."), ..LogEntry::new(at(0), seq, LogEvent::Retry) })
            .collect();
        let file = some_state().write(Activity { phases: &[], events: &events });
        events.iter().filter(|event| file.contains(&event.notes)).map(|event| event.seq).collect::<Vec<_>>()
    };
    assert_eq!(shown(9), (1..=9).collect::<Vec<_>>());
    assert_eq!(shown(10), (1..=10).collect::<Vec<_>>());
    assert_eq!(shown(11), (2..=11).collect::<Vec<_>>());
}
