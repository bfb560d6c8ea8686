//! Escalations of programs as people read them, and whether what they are told to say works.

use std::sync::Arc;

use super::*;
use crate::command::{self, Command, ProgramCommand};
use crate::money::Usd;
use crate::program::{ProgramEvent, ProgramPolicy, ProgramState, StoryRecord, step};
use crate::words::MarkerKind;
use crate::words::program::recovery::program_replies_now;
use crate::words::tests::programs::{NEXT, all_program_causes, colorful_program, program_of, record, with_view};
use crate::words::tests::{alice, assert_text, at, hash, marker, mentions, redactor};

/// Returns a program that has stopped like this.
fn stopped(escalation: &ProgramEscalation) -> Program {
    let mut program = colorful_program("A story | with a bar");
    if let ProgramCause::BudgetExhausted { spent, limit } = &escalation.cause {
        (program.spend.total, program.spend.raised) = (*spent, Some(*limit));
    }
    let state = ProgramState::Escalated { escalation: Arc::new(escalation.clone()) };
    Program { state, phase: escalation.phase, last_escalation: Some(escalation.id), ..program }
}

fn rendered(program: &Program, escalation: &ProgramEscalation) -> String {
    let marker = marker(MarkerKind::Escalation);
    with_view(program, |view| program_escalation_comment(view, escalation, &mentions(), &marker, &redactor()))
}

#[test]
fn each_cause_is_told_with_what_it_awaits_and_how_to_answer() {
    for (name, escalation) in all_program_causes("Which of the two shops is the `old` one?") {
        assert_text!(format!("program_escalation_{name}"), rendered(&stopped(&escalation), &escalation));
    }
}

#[test]
fn reasons_and_recoveries_read_as_plain_text_too() {
    let mut lines = Vec::new();
    for (name, escalation) in all_program_causes("@evil fixes #1") {
        let texts = [program_headline(&escalation), program_reason(&escalation), program_recovery(&escalation)];
        for text in &texts {
            assert!(
                !text.as_str().contains("evil") && !text.as_str().contains(['*', '[', '<', '\n']),
                "{name}: {text}"
            );
        }
        assert!(texts.iter().skip(1).all(|text| text.as_str().ends_with('.')), "{name}");
        lines.push(format!("{name}\n  {}\n  {}\n  {}", texts[0], texts[1], texts[2]));
    }
    assert_text!("program_reasons_and_recoveries", lines.join("\n"));
}

/// Returns what a comment with this body makes of a program that has stopped.
fn said(body: &str, escalation: &ProgramEscalation) -> ProgramEvent {
    let resumed = |answer: Option<String>, approval, budget| ProgramEvent::Resumed {
        escalation: escalation.id,
        by: alice(),
        answer: answer.map(Arc::from),
        approval,
        budget,
    };
    match command::parse(body) {
        Some(Ok(Command::Program(ProgramCommand::Resume { answer, budget_usd }))) => resumed(answer, None, budget_usd),
        Some(Ok(Command::Program(ProgramCommand::Cancel))) => ProgramEvent::CancelRequested { by: alice() },
        Some(Ok(Command::Approve { hash: typed })) => {
            let approved = Some(hash()).filter(|hash| typed.names(hash));
            resumed(None, approved, None)
        }
        other => panic!("{body}: {other:?}"),
    }
}

#[test]
fn whatever_people_are_told_to_say_lets_the_program_go_on() {
    for (name, escalation) in all_program_causes("words") {
        let program = stopped(&escalation);
        let ways = program_ways(&escalation).into_iter().map(|way| {
            assert!(!way.copy.is_empty(), "{name}: {}", way.what);
            Line::joined(way.copy, "\n").to_string()
        });
        let replies = program_replies_now(&program).into_iter().map(|reply| {
            assert!(reply.is_command, "{name}");
            reply.say.to_string()
        });
        for body in ways.chain(replies) {
            let event = said(&body, &escalation);
            let transition = step(&program, &event, &ProgramPolicy::default(), at("2026-05-04T11:00:00Z"));
            let after = transition.unwrap_or_else(|rejection| panic!("{name}: {body}: {rejection}")).program;
            assert_ne!(after.escalation(), Some(&escalation), "{name}: {body}");
        }
    }
}

#[test]
fn a_command_that_a_program_would_refuse_is_not_offered() {
    for (name, escalation) in all_program_causes("words") {
        let program = stopped(&escalation);
        let plain = said("/pipemason program resume", &escalation);
        let is_accepted = step(&program, &plain, &ProgramPolicy::default(), at("2026-05-04T11:00:00Z")).is_ok();
        let is_offered = program_ways(&escalation)
            .iter()
            .any(|way| way.copy.iter().map(Line::as_str).eq(["/pipemason program resume"]));
        assert!(is_accepted || !is_offered, "{name}");
    }
}

#[test]
fn a_program_asks_for_more_money_than_it_has_spent() {
    let (_, mut escalation) = all_program_causes("words").into_iter().find(|(name, _)| name == "budget").unwrap();
    for (spent, limit, total) in [(100, 100, "200"), (100, 30, "101"), (0, 0, "1")] {
        let (spent, limit) = (Usd::dollars(spent), Usd::dollars(limit));
        escalation.cause = ProgramCause::BudgetExhausted { spent, limit };
        let copied: Vec<_> =
            program_ways(&escalation).into_iter().flat_map(|way| way.copy).map(|copy| copy.to_string()).collect();
        assert_eq!(copied, [format!("/pipemason program resume --budget-usd {total}")]);
    }
}

#[test]
fn sec_38_a_thousand_stories_leave_the_way_to_answer() {
    let records: Vec<(&[usize], StoryRecord)> = vec![(&[], record(NEXT)); 999];
    let program = program_of(&"\\".repeat(1000), &records);
    for (name, mut escalation) in all_program_causes(&"\\".repeat(100_000)) {
        if let ProgramCause::NothingCanGoOn { stopped, .. } = &mut escalation.cause {
            *stopped = program.board.roadmap().stories().iter().map(|story| story.id.clone()).collect();
        }
        let comment = rendered(&program, &escalation);
        assert!(Limit::COMMENT.admits(&comment), "{name}");
        assert!(comment.contains("\n### How to answer\n"), "{name}");
        for way in program_ways(&escalation) {
            assert!(way.copy.iter().all(|copy| comment.contains(copy.as_str())), "{name}");
        }
    }
}

#[test]
fn a_resolved_escalation_says_by_whom_and_when() {
    let (_, escalation) = all_program_causes("Which of the two shops is the `old` one?").remove(0);
    let resolutions = [
        ("answered", Resolution::Answered { by: alice() }),
        ("by_itself", Resolution::ByItself),
        ("ended", Resolution::Ended { by: alice() }),
    ];
    let texts = resolutions.map(|(name, resolution)| {
        let marker = marker(MarkerKind::Escalation);
        let at = at("2026-05-04T12:30:00Z");
        format!("{name}\n{}", resolved_program_comment(&escalation, &resolution, at, &marker, &redactor()))
    });
    assert_text!("program_resolved", texts.join("\n\n"));
}
