//! Any state, with hostile texts in all its fields.

use super::*;

fn time() -> impl Strategy<Value = Timestamp> {
    (0..4_000_000_000_000_i64).prop_map(|millisecond| Timestamp::from_millisecond(millisecond).unwrap())
}

fn phase() -> impl Strategy<Value = Phase> {
    prop::sample::select(Phase::ALL.to_vec())
}

fn unit() -> impl Strategy<Value = Unit> {
    prop::sample::select(vec!["api", "web.a-b_2", "game-rn"]).prop_map(|unit| unit.parse().unwrap())
}

fn active() -> impl Strategy<Value = ActiveUnit> {
    (unit(), hostile_text(), time()).prop_map(|(name, agent, started)| ActiveUnit { name, agent, started })
}

fn complete() -> impl Strategy<Value = CompleteUnit> {
    let artifacts = prop::collection::vec(hostile_text(), 0..3);
    (unit(), hostile_text(), time(), artifacts).prop_map(|(name, agent, ended, artifacts)| CompleteUnit {
        name,
        agent,
        ended,
        artifacts,
    })
}

fn failed() -> impl Strategy<Value = FailedUnit> {
    (unit(), hostile_text(), time(), hostile_text(), any::<u32>())
        .prop_map(|(name, agent, ended, reason, retry_count)| FailedUnit { name, agent, ended, reason, retry_count })
}

fn escalation() -> impl Strategy<Value = EscalationLine> {
    let class = prop::option::of(prop::sample::select(FailureClass::ALL.to_vec()));
    let words = (hostile_text(), hostile_text(), hostile_text());
    (any::<u32>(), time(), phase(), class, words).prop_map(
        |(id, ts, phase, failure_class, (reason, awaiting, recovery))| EscalationLine {
            id: EscalationId::new(id),
            ts,
            phase,
            failure_class,
            reason,
            awaiting,
            recovery,
        },
    )
}

/// Any of the state but its lists.
fn facts() -> impl Strategy<Value = StateDocument> {
    let words = (hostile_text(), hostile_text(), hostile_text(), hostile_text());
    let status = prop::sample::select(RunStatus::ALL.to_vec());
    let numbers = (any::<u128>(), 0..128_u32, any::<u32>(), any::<u64>(), any::<u64>(), any::<u64>());
    (words, status, phase(), time(), time(), numbers).prop_map(
        |((ticket, title, agent, pull_request), status, phase, started, updated, numbers)| {
            StateDocument {
                // Also names that are digits only.
                run_id: RunId(ulid::Ulid(numbers.0 >> numbers.1)),
                ticket,
                title,
                started,
                updated,
                phase,
                status,
                total_iterations: numbers.2,
                tokens_in: numbers.3,
                tokens_out: numbers.4,
                cost_usd: Usd::micros(numbers.5),
                agent,
                pull_request,
                ..some_state()
            }
        },
    )
}

/// Any state.
pub(super) fn state() -> impl Strategy<Value = StateDocument> {
    let lists = (
        prop::collection::vec(active(), 0..2),
        prop::collection::vec(complete(), 0..2),
        prop::collection::vec(failed(), 0..2),
        prop::collection::vec(escalation(), 0..2),
        prop::collection::vec(prop::sample::select(FailureClass::ALL.to_vec()), 0..5),
    );
    (facts(), lists).prop_map(|(facts, (domains_active, domains_complete, domains_failed, escalations, failures))| {
        let mut retries_by_failure_class = PerClass::default();
        for class in failures {
            retries_by_failure_class.add_one(class);
        }
        StateDocument {
            domains_active,
            domains_complete,
            domains_failed,
            escalations,
            retries_by_failure_class,
            ..facts
        }
    })
}
