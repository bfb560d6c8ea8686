use serde_json::json;

use super::*;

const PRICE: Price =
    Price { input: Usd::dollars(3), output: Usd::dollars(15), cached_input: Some(Usd::micros(300_000)) };

fn meter(kind: UsageKind, price: Option<Price>) -> Meter {
    Meter::new(kind, price, Totals::default(), 1000)
}

fn cost(amount: f64) -> Value {
    json!({ "used": 5000, "size": 200_000, "cost": { "amount": amount, "currency": "USD" } })
}

fn bounds(usd: Usd, tokens: u64) -> Bounds {
    use std::time::Duration;
    Bounds { time: Duration::MAX, silence: Duration::MAX, usd, tokens, steps: 1 }
}

#[test]
fn tokens_of_a_turn_are_taken_as_they_are_told() {
    let mut meter = meter(UsageKind::Turn, None);
    meter.ended(&json!({ "usage": { "totalTokens": 1, "inputTokens": 100, "outputTokens": 20, "thoughtTokens": 5,
        "cachedReadTokens": 1000, "cachedWriteTokens": 7 } }));
    let (usage, source) = meter.used();
    assert_eq!((usage.tokens_in, usage.tokens_out, usage.usd, source), (1107, 25, None, CostSource::Unknown));
}

#[test]
fn a_price_makes_a_cost_of_tokens_and_the_source_says_so() {
    let mut meter = meter(UsageKind::Turn, Some(PRICE));
    meter.ended(
        &json!({ "usage": { "inputTokens": 1_000_000, "outputTokens": 100_000, "cachedReadTokens": 1_000_001 } }),
    );
    // 3.00 + 1.50 + 0.3000003, rounded up.
    assert_eq!(
        meter.used(),
        (Usage { tokens_in: 2_000_001, tokens_out: 100_000, usd: Some(Usd::micros(4_800_001)) }, CostSource::Estimated)
    );
}

#[test]
fn a_told_cost_is_that_of_the_conversation() {
    let mut first = meter(UsageKind::SessionTotal, None);
    first.updated(&cost(0.1));
    first.updated(&cost(0.25));
    first.updated(&cost(0.2));
    first.ended(&json!({ "usage": { "inputTokens": 100, "outputTokens": 10 } }));
    assert_eq!(
        first.used(),
        (Usage { tokens_in: 100, tokens_out: 10, usd: Some(Usd::micros(250_000)) }, CostSource::Reported)
    );
    let mut second = Meter::new(UsageKind::SessionTotal, None, first.totals(), 10);
    second.updated(&cost(0.3));
    second.ended(&json!({ "usage": { "inputTokens": 150, "outputTokens": 30 } }));
    assert_eq!(
        second.used(),
        (Usage { tokens_in: 50, tokens_out: 20, usd: Some(Usd::micros(50_000)) }, CostSource::Reported)
    );
}

#[test]
fn what_tells_of_its_last_step_only_is_estimated() {
    let mut meter = meter(UsageKind::LastStep, None);
    meter.updated(&json!({ "used": 9000, "size": 1 }));
    meter.updated(&cost(0.5));
    meter.ended(&json!({ "usage": { "inputTokens": 200, "outputTokens": 30, "cachedReadTokens": 1000 } }));
    assert_eq!(
        meter.used(),
        (Usage { tokens_in: 9000, tokens_out: 30, usd: Some(Usd::micros(500_000)) }, CostSource::Estimated)
    );
}

#[test]
fn tokens_in_the_metadata_hold_the_cached_ones() {
    let mut meter = meter(UsageKind::GeminiMeta, Some(PRICE));
    meter.ended(&json!({ "_meta": { "quota": { "token_count": { "input_tokens": 1000, "output_tokens": 10, "cached_tokens": 400 } } } }));
    let (usage, source) = meter.used();
    assert_eq!((usage.tokens_in, usage.tokens_out, source), (1000, 10, CostSource::Estimated));
    // 600 × 3 + 400 × 0.3 + 10 × 15
    assert_eq!(usage.usd, Some(Usd::micros(1800 + 120 + 150)));
}

#[test]
fn where_nothing_is_told_bytes_give_an_upper_bound() {
    let mut meter = meter(UsageKind::None, Some(PRICE));
    meter.said(400);
    meter.stepped(600);
    meter.saw(10_000);
    meter.stepped(100);
    meter.ended(&json!({ "usage": { "inputTokens": 1, "outputTokens": 1 } }));
    let (usage, source) = meter.used();
    // The prompt, and what was said, done and seen until each call; and what nobody sees, three times.
    let read = 1000 + 2000 + 12_100 + 3 * UNSEEN_BYTES;
    assert_eq!((usage.tokens_in, usage.tokens_out, source), (read / 2, 550, CostSource::Estimated));
    assert!(usage.usd > Some(Usd::ZERO));
}

#[test]
fn a_turn_that_ended_before_it_told_is_bounded_from_above() {
    let mut meter = meter(UsageKind::Turn, None);
    meter.said(1_000_000);
    let (usage, source) = meter.used();
    assert_eq!((usage.tokens_out, source), (500_000, CostSource::Unknown));
    assert!(usage.tokens_in >= UNSEEN_BYTES / 2);
}

#[test]
fn sec_81_a_budget_is_crossed_by_what_is_known_at_the_moment() {
    let mut told = meter(UsageKind::SessionTotal, Some(PRICE));
    told.said(1_000_000);
    assert_eq!(told.over(&bounds(Usd::dollars(1), 10_000)), None, "an upper bound is no proof");
    told.updated(&cost(1.0));
    assert_eq!(told.over(&bounds(Usd::dollars(1), 5000)), None);
    assert_eq!(told.over(&bounds(Usd::dollars(1), 4999)), Some(UsedUp::Tokens));
    told.updated(&cost(1.000_001));
    assert_eq!(told.over(&bounds(Usd::dollars(1), 5000)), Some(UsedUp::Usd));
    let mut mute = meter(UsageKind::None, Some(PRICE));
    mute.said(1_000_000);
    assert_eq!(mute.over(&bounds(Usd::dollars(1), 1_000_000)), Some(UsedUp::Usd), "nothing else is known");
}

#[test]
fn amounts_that_are_none_are_not_counted() {
    for amount in [json!(-1.0), json!("1"), json!(null), json!({})] {
        let mut meter = meter(UsageKind::Turn, None);
        meter.updated(&json!({ "used": "many", "cost": { "amount": amount, "currency": "USD" } }));
        assert_eq!(meter.used_by_now(), Usage::default(), "{amount}");
    }
    let mut meter = meter(UsageKind::Turn, None);
    meter.updated(&json!({ "cost": { "amount": 5.0, "currency": "EUR" } }));
    meter.ended(&json!({ "usage": { "inputTokens": -1, "outputTokens": 2 } }));
    assert_eq!((meter.used().0.usd, meter.has_told()), (None, false));
    assert_eq!((usd(f64::NAN), usd(f64::INFINITY), usd(1e300)), (None, None, Some(Usd::micros(u64::MAX))));
    assert_eq!((usd(0.1 + 0.2), usd(0.000_000_4)), (Some(Usd::micros(300_000)), Some(Usd::micros(1))));
}
