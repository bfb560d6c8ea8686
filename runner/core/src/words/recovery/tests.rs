//! What to copy, and how much money to suggest.

use std::sync::Arc;

use super::*;
use crate::command::{self, Command};
use crate::policy::{Limits, Policy};
use crate::run::{Answer, Brief, Edited, Event, Found, History, ResumeRequest, Run, RunState, Stage, step};
use crate::words::commands::replies_now;
use crate::words::reason::{headline, reason};
use crate::words::tests::{alice, all_causes, assert_text, at, hash, money, run, run_id, visit};

#[test]
fn each_cause_has_a_reason_and_a_recovery_that_read_as_plain_text_too() {
    let mut lines = Vec::new();
    for (name, escalation) in all_causes("@evil fixes #1") {
        let texts = [headline(&escalation), reason(&escalation), recovery(&escalation, run_id())];
        for text in &texts {
            assert!(
                !text.as_str().contains("evil") && !text.as_str().contains(['*', '[', '<', '\n']),
                "{name}: {text}"
            );
        }
        assert!(texts.iter().skip(1).all(|text| text.as_str().ends_with('.')), "{name}");
        lines.push(format!("{name}\n  {}\n  {}\n  {}", texts[0], texts[1], texts[2]));
    }
    assert_text!("reasons_and_recoveries", lines.join("\n"));
}

#[test]
fn at_a_terminal_the_commands_name_the_run() {
    let mut lines = Vec::new();
    for (name, escalation) in all_causes("words") {
        for Way { what, copy } in ways(&escalation, Channel::Terminal { run: run_id() }, money()) {
            assert!(!copy.is_empty(), "{name}: {what}");
            lines.extend(copy.iter().map(|copy| format!("{name}: {copy}")));
        }
    }
    assert!(lines.iter().all(|line| line.contains(": pipemason ")));
    assert_text!("ways_at_a_terminal", lines.join("\n"));
}

#[test]
fn a_suggested_total_is_above_what_is_spent_and_within_a_day() {
    let usd = Usd::dollars;
    let total = |budget, spent, limit, day| {
        let cause = Cause::BudgetExhausted { budget, spent, limit };
        suggested_total(budget, &cause, Money { limit, day })
    };
    let run = BudgetKind::UsdPerRun;
    assert_eq!(total(run, usd(10), usd(10), usd(40)), Some(usd(20)));
    assert_eq!(total(run, usd(10), usd(10), usd(15)), Some(usd(15)));
    assert_eq!(total(run, usd(10), usd(10), usd(11)), Some(usd(11)));
    assert_eq!(total(run, usd(10), usd(10), usd(10)), None);
    assert_eq!(total(run, usd(30), usd(10), usd(40)), Some(usd(31)));
    assert_eq!(total(run, usd(40), usd(10), usd(40)), None);
    assert_eq!(total(run, Usd::micros(1_250_000), Usd::micros(1_250_000), usd(40)), Some(usd(3)));
    let cause = Cause::BudgetExhausted { budget: BudgetKind::UsdPerTicket, spent: usd(90), limit: usd(30) };
    let money = Money { limit: usd(10), day: usd(40) };
    assert_eq!(suggested_total(BudgetKind::UsdPerTicket, &cause, money), Some(usd(31)));
    assert_eq!(suggested_total(BudgetKind::UsdPerDay, &cause, money), None);
}

#[test]
fn an_amount_is_spelled_as_the_command_reads_it() {
    for (micros, text) in [(20_000_000, "20"), (2_500_000, "2.5"), (1, "0.000001"), (0, "0")] {
        assert_eq!(typed(Usd::micros(micros)).as_str(), text);
        assert_eq!(text.parse(), Ok(Usd::micros(micros)));
    }
}

/// Returns what a comment with this body asks of a run that has stopped.
fn said(body: &str, escalation: &Escalation) -> Event {
    let found = Found { history: History::Continued, edited: Edited::default(), tree: None };
    let request = ResumeRequest::new(alice(), escalation.id, found);
    let answer =
        |text: String| Answer { text: Arc::from(text), leaves_open: Vec::new(), by: alice(), taken: Vec::new() };
    let request = match command::parse(body) {
        Some(Ok(Command::Resume { answer: text, budget_usd })) => {
            ResumeRequest { answer: text.map(answer), raise_usd: budget_usd, ..request }
        }
        Some(Ok(Command::Retry { phase })) => ResumeRequest { phase, ..request },
        Some(Ok(Command::Approve { hash: typed })) => {
            ResumeRequest { approval: Some(hash()).filter(|hash| typed.names(hash)), ..request }
        }
        None => ResumeRequest { answer: Some(answer(body.to_owned())), ..request },
        other => panic!("{body}: {other:?}"),
    };
    Event::ResumeRequested { request }
}

#[test]
fn whatever_people_are_told_to_say_is_accepted_by_the_run() {
    let limits = Limits::default();
    // What copies nothing is said in a plain comment.
    let spoken =
        |way: Way| if way.copy.is_empty() { "words".to_owned() } else { Line::joined(way.copy, "\n").to_string() };
    for (name, escalation) in all_causes("words") {
        let visit = visit(escalation.phase, Stage::Gate, Brief::First);
        let state = RunState::Escalated { escalation: Arc::new(escalation.clone()), visit };
        let run = Run { state, ..run() };
        for replies_count in [true, false] {
            let ways = ways(&escalation, Channel::Comments { replies_count }, money()).into_iter().map(spoken);
            let replies = replies_now(&run, &limits, replies_count).into_iter();
            let replies =
                replies.map(|reply| if reply.is_command { reply.say.to_string() } else { "words".to_owned() });
            let bodies = ways.chain(replies).filter(|body| body != "/pipemason cancel");
            for body in bodies.map(|body| body.replace("PHASE", "analyze")) {
                let event = said(&body, &escalation);
                let transition = step(&run, &event, &Policy::default(), at("2026-05-04T11:00:00Z"));
                assert!(transition.is_ok(), "{name}: {body}: {transition:?}");
            }
        }
    }
}
