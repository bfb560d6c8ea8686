use insta::{assert_debug_snapshot, assert_snapshot};
use proptest::prelude::*;

use super::*;
use crate::program::{PhaseOutcome, ProgramEvent, ProgramOrder, Strategy as Branches, step};

const ORIGINAL: &str = include_str!("../../tests/fixtures/original/PROGRAM.md");

fn program() -> Program {
    let order = ProgramOrder {
        id: "01JKXW3M5S9T7RZ2QH8V4B6N1C".parse().unwrap(),
        mode: Mode::BrownfieldExtension,
        intent: Arc::from("build \"it\"\n---\n"),
        base: "main".parse().unwrap(),
        strategy: Branches::Stacked,
        from: None,
    };
    let now = "2026-03-01T12:00:00Z".parse().unwrap();
    let policy = ProgramPolicy::default();
    let program = Program::new(order, now);
    let program = step(&program, &ProgramEvent::Started, &policy, now).unwrap().program;
    let passed = |outcome| ProgramEvent::PhaseReported { attempt: 1, cost: crate::money::Usd::ZERO, outcome };
    let program = step(&program, &passed(PhaseOutcome::Passed), &policy, now).unwrap().program;
    let by = crate::actor::Actor::Engine;
    step(&program, &ProgramEvent::Aborted { by }, &policy, now).unwrap().program
}

#[test]
fn a_program_of_the_original_product_loads_and_what_is_not_known_is_noted() {
    let read = read_program_md(ORIGINAL).unwrap();
    assert_debug_snapshot!(read);
    let again = read_program_md(&write_program_md(&read.value, &ProgramSections::default())).unwrap();
    assert_eq!((again.value, again.notes), (read.value, Vec::new()));
}

#[test]
fn the_file_is_readable_and_texts_in_it_mean_nothing() {
    let file = ProgramFile::of_program(&program(), &ProgramPolicy::default(), "interrupted", "resume");
    let sections = ProgramSections {
        audit: Some(Arc::from("# fine\r\n```\n<!-- @someone\u{1b}[2J -->\u{2028}fixes #1")),
        roadmap: Some(Arc::from(" \n")),
        log: vec![LogLine {
            at: "2026-03-01T13:00:00Z".parse().unwrap(),
            story: "S-E001-001".parse().unwrap(),
            action: LogAction::Complete,
            branch: Some("story-1".parse().unwrap()),
            pull_request: Some(Arc::from("https://github.com/a/b/pull/1")),
        }],
        ..ProgramSections::default()
    };
    let text = write_program_md(&file, &sections);
    assert_snapshot!(text);
    assert_eq!(read_program_md(&text).unwrap().value, file);
}

#[test]
fn status_and_phase_are_found_in_either_key() {
    let read = |keys: &str| {
        let text = format!("---\nschema_version: 1\nmode: greenfield-system\n{keys}---\n");
        let read = read_program_md(&text).unwrap();
        (read.value.status.name(), read.value.phase.name(), read.notes.len())
    };
    assert_eq!(read("status: paused\nphase: audit\n"), ("paused", "audit", 0));
    assert_eq!(read("status: iterate\n"), ("running", "iterate", 0));
    assert_eq!(read("status: pending\nphase: program_init\n"), ("pending", "program_init", 0));
    assert_eq!(read("phase: complete\n"), ("complete", "program_init", 1));
    assert_eq!(read("status: odd\nphase: odd\n"), ("pending", "program_init", 2));
}

#[test]
fn what_would_change_what_is_done_is_an_error_with_its_line() {
    for (keys, message) in [
        ("mode: odd\n", "line 3: `mode`: `odd` is not a mode"),
        ("", "line 2: `mode`: is missing"),
        ("mode: greenfield-system\nparallelism: many\n", "line 4: `parallelism`: invalid digit"),
        ("mode: greenfield-system\nbranch_strategy: x\n", "line 4: `branch_strategy`: `x` is not"),
        ("mode: greenfield-system\nallow_big_bang: 7\n", "line 4: `allow_big_bang`: "),
        ("mode: greenfield-system\ndeprecation_policy: 7\n", "line 4: expected `key: value` lines"),
        ("mode: greenfield-system\nescalations: [a]\n", "line 4: expected `key: value` lines"),
    ] {
        let error = read_program_md(&format!("---\nschema_version: 1\n{keys}---\n")).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

#[test]
fn hostile_files_are_read_or_refused_quickly() {
    for text in ["a: ".repeat(100_000), "[".repeat(100_000), "---\n".repeat(1 << 18), "€\0\r".repeat(1 << 18)] {
        drop(read_program_md(&text));
        drop(read_program_md(&format!("---\nmode: greenfield-system\n{text}")));
        drop(read_program_md(&format!("---\nmode: greenfield-system\nx: {text}\n---\n")));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn reading_back_gives_the_same_program_whatever_is_in_its_texts(
        texts in proptest::collection::vec("(\n---\n|```|\"|\\PC|[\\x00-\\x{10ffff}]){0,12}", 4),
        is_known in any::<bool>(),
        number in any::<u32>(),
    ) {
        let mut file = ProgramFile::of_program(&program(), &ProgramPolicy::default(), &texts[0], &texts[1]);
        file.intent = Arc::from(texts[1].as_str());
        file.escalations[0].phase = Arc::from(texts[2].as_str());
        file.escalations[0].awaiting = Arc::from(texts[3].as_str());
        file.escalations.push(file.escalations[0].clone());
        file.stories.blocked = number;
        file.pr_draft = is_known;
        file.allow_big_bang = is_known;
        file.deprecation_policy.notice_days = number;
        if is_known {
            file.last_completed_story = Some("S-E001-001".parse().unwrap());
            file.last_completed_at = file.started;
            file.branch_strategy = StrategyName::ProgramBranch;
        } else {
            (file.program_id, file.started, file.updated, file.default_base) = (None, None, None, None);
            (file.escalations[0].id, file.escalations[0].at) = (None, None);
        }
        let sections = ProgramSections { audit: Some(Arc::from(texts[1].as_str())), ..ProgramSections::default() };
        let read = read_program_md(&write_program_md(&file, &sections)).unwrap();
        prop_assert_eq!(read.value, file);
        prop_assert_eq!(read.notes, Vec::new());
    }
}
