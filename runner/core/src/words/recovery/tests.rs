//! What to copy, and how much money to suggest.

use super::*;
use crate::words::reason::{headline, reason};
use crate::words::tests::{all_causes, assert_text, money, run_id};

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
