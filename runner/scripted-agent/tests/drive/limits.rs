//! What a turn may use, and how it is ended when it does not end by itself.

use std::time::Duration;

use pipemason_agent::{AgentError, AgentEvent, Bounds, UsedUp, open};
use pipemason_core::money::Usd;
use pipemason_core::run::TurnOutcome;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::stage::{LONG, Stage, bounds, turn, turn_until};

const MOMENT: Duration = Duration::from_millis(300);

#[tokio::test]
async fn sec_81_a_turn_is_stopped_while_it_works_when_its_budget_is_used_up() {
    let usage = "{ usage: { input: 5000, cost: 2 } }";
    let tool = "{ run: { cmd: 'true' } }";
    for (steps, bounds, kind) in [
        (usage, Bounds { usd: Usd::dollars(1), ..bounds() }, UsedUp::Usd),
        (usage, Bounds { tokens: 4000, ..bounds() }, UsedUp::Tokens),
        (&[tool; 3].join(", "), Bounds { steps: 2, ..bounds() }, UsedUp::Steps),
    ] {
        let stage = Stage::new();
        let script =
            format!("turns: [{{ do: [{steps}, {{ sleep: 60000 }}, {{ write: {{ path: late, text: '' }} }}] }}, {{}}]");
        let mut driver = stage.play(&script);
        let end = turn(&mut *driver, bounds).await;
        let error = end.ending.expect_err("a budget");
        assert!(matches!(error, AgentError::Budget { kind: over, .. } if over == kind), "{error:?}");
        assert_eq!(error.outcome(), Some(TurnOutcome::OverBudget));
        assert!(!stage.tree().join("late").exists());
        if kind == UsedUp::Usd {
            assert_eq!(end.usage.usd, Some(Usd::dollars(2)), "what was used is told");
        }
        assert!(turn(&mut *driver, crate::stage::bounds()).await.ending.is_ok(), "the agent can be asked again");
        driver.close().await;
    }
}

#[tokio::test]
async fn a_turn_within_its_budget_is_not_stopped() {
    let stage = Stage::new();
    let mut driver = stage.play("turns: [{ usage: { input: 100, cost: 1 }, do: [{ run: { cmd: 'true' } }] }]");
    let for_ever = Bounds { time: Duration::MAX, silence: Duration::MAX, ..bounds() };
    let end = turn(&mut *driver, Bounds { usd: Usd::dollars(1), tokens: 100, steps: 1, ..for_ever }).await;
    assert!(end.ending.is_ok(), "{end:?}");
    driver.close().await;
}

#[tokio::test]
async fn silence_and_time_are_told_apart() {
    let stage = Stage::new();
    let mut driver = stage.play("turns: [{ times: 0, do: [{ sleep: 60000 }] }]");
    let error = turn(&mut *driver, Bounds { silence: MOMENT, ..bounds() }).await.ending.expect_err("silence");
    assert!(matches!(error, AgentError::Idle { .. }), "{error:?}");
    assert_eq!(error.outcome(), Some(TurnOutcome::TimedOut));
    let error = turn(&mut *driver, Bounds { time: 2 * MOMENT, ..bounds() }).await.ending.expect_err("a deadline");
    assert!(matches!(error, AgentError::Deadline { .. }), "{error:?}");
    driver.close().await;
}

#[tokio::test]
async fn an_agent_that_talks_is_not_silent() {
    let stage = Stage::new();
    let mut driver = stage.play("defaults: { chunk_ms: 100 }\nturns: [{ do: [{ say: 'a b c d e f g h i j k' }] }]");
    let end = turn(&mut *driver, Bounds { silence: Duration::from_millis(600), ..bounds() }).await;
    assert!(end.ending.is_ok(), "{end:?}");
    driver.close().await;
}

#[tokio::test]
async fn a_cancelled_turn_ends_soon_and_the_agent_goes_on() {
    let mut stage = Stage::new();
    stage.times.after_cancel = LONG;
    let stop = stop_when(&mut stage, |event| matches!(event, AgentEvent::Text(_)));
    let mut driver = stage.play("turns: [{ do: [{ say: begun }, { sleep: 60000 }] }, {}]");
    let begun = Instant::now();
    let end = turn_until(&mut *driver, bounds(), &stop).await;
    assert!(matches!(end.ending, Err(AgentError::Cancelled { .. })), "{end:?}");
    assert!(begun.elapsed() < LONG / 2);
    assert!(turn(&mut *driver, bounds()).await.ending.is_ok());
    driver.close().await;
}

#[tokio::test]
async fn sec_52_an_agent_that_ignores_every_request_to_end_is_killed_with_what_it_started() {
    pipemason_process::adopt_orphans();
    let stage = Stage::new();
    let script = "trap '' TERM INT HUP; greet\n\
                  setsid sleep 7101 & setsid sh -c 'trap \"\" TERM; sleep 7102; :' &\n\
                  tool; echo ready > ready; while :; do sleep 7103; done\n";
    let mut driver = open(stage.launch(stage.shell(script)));
    let end = turn(&mut *driver, Bounds { silence: MOMENT, ..bounds() }).await;
    assert!(matches!(end.ending, Err(AgentError::Idle { .. })), "{end:?}");
    assert!(stage.tree().join("ready").exists());
    for time in ["7101", "7102", "7103"] {
        assert!(!is_running(&format!("sleep\0{time}\0")), "`sleep {time}` is alive");
    }
}

#[tokio::test]
async fn sec_52_an_agent_that_writes_without_end_is_stopped_and_its_words_are_not_kept() {
    let stage = Stage::new();
    let mut driver = open(stage.launch(stage.shell("greet; yes \"$(printf '%4000s' '')\"\n")));
    let end = turn(&mut *driver, bounds()).await;
    assert!(matches!(end.ending, Err(AgentError::Protocol { .. })), "{end:?}");
    assert!(stage.log().len() < 1_100_000 && stage.log().ends_with("# the log is full\n"));
    assert!(end.words.is_empty());
}

#[tokio::test]
async fn sec_52_a_command_that_writes_without_end_is_stopped() {
    let stage = Stage::new();
    let mut driver = open(stage.launch(stage.shell_as("command", "yes \"$(printf '%4000s' '')\"")));
    let end = turn(&mut *driver, bounds()).await;
    assert!(matches!(end.ending, Err(AgentError::Protocol { .. })), "{:?}", end.ending);
    assert!(end.words.len() < 20_000);
}

#[tokio::test]
async fn sec_52_an_agent_that_asks_without_end_and_never_listens_is_stopped() {
    let stage = Stage::new();
    let script = "greet; while :; do printf '%s\\n' '{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"fs/read_text_file\",\"params\":{}}'; done\n";
    let mut driver = open(stage.launch(stage.shell(script)));
    let end = turn(&mut *driver, bounds()).await;
    assert!(matches!(end.ending, Err(AgentError::Protocol { .. })), "{end:?}");
    let odd = stage.events().iter().filter(|event| matches!(event, AgentEvent::Odd(_))).count();
    assert!((1..=20).contains(&odd), "{odd}");
}

/// Returns a token that is cancelled by the first event that `is_it`.
fn stop_when(stage: &mut Stage, is_it: fn(&AgentEvent) -> bool) -> CancellationToken {
    let stop = CancellationToken::new();
    let token = stop.clone();
    stage.on_event = Some(std::sync::Arc::new(move |event: &AgentEvent| {
        if is_it(event) {
            token.cancel();
        }
    }));
    stop
}

/// Says whether a process with exactly these words is alive.
fn is_running(words: &str) -> bool {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .into_iter()
        .any(|entry| std::fs::read_to_string(entry.path().join("cmdline")).is_ok_and(|found| found == words))
}
