//! Agents that break the protocol in every way: the engine survives, says what was wrong, and does not wait for them.

use pipemason_agent::{AgentError, AgentEvent, Stop, open};
use pipemason_core::run::TurnOutcome;

use crate::stage::{Stage, bounds, turn};

#[tokio::test]
async fn bad_frames_of_every_kind_do_not_disturb_a_turn() {
    for frame in [
        "noise",
        "not_utf8",
        "malformed_update",
        "unknown_update",
        "unknown_enum",
        "unknown_request",
        "file_request",
        "terminal_request",
        "stray_answer",
        "batch",
        "huge_line",
        "no_options",
    ] {
        let stage = Stage::new();
        let mut driver =
            stage.play(&format!("turns: [{{ times: 2, do: [{{ bad_frame: {frame} }}, {{ say: still here }}] }}]"));
        for _ in 0..2 {
            let end = turn(&mut *driver, bounds()).await;
            assert_eq!(end.ending.expect(frame), Stop::EndTurn);
            assert_eq!(end.words, "still here", "{frame}");
        }
        driver.close().await;
        assert!(stage.log().len() < 100_000, "{frame}: {} bytes of log", stage.log().len());
    }
}

#[tokio::test]
async fn files_and_terminals_are_refused_and_the_refusal_is_heard() {
    let stage = Stage::new();
    let mut driver = stage.play("turns: [{ do: [{ bad_frame: file_request }, { bad_frame: terminal_request }] }]");
    assert!(turn(&mut *driver, bounds()).await.ending.is_ok());
    driver.close().await;
    let log = stage.log();
    for method in ["fs/read_text_file", "terminal/create"] {
        let refusal =
            |line: &str| line.starts_with("> ") && line.contains(&format!("bad-{method}")) && line.contains("-32601");
        assert!(log.lines().any(refusal), "{method}: {log}");
        assert!(stage.events().iter().any(|event| matches!(event, AgentEvent::Odd(words) if words.contains(method))));
    }
}

#[tokio::test]
async fn an_agent_that_crashes_says_how_and_is_started_again() {
    let stage = Stage::new();
    let script =
        "turns: [{ when: { attempt: 1 }, do: [{ run: { cmd: 'echo out of memory >&2' } }], stop: { crash: 137 } }]";
    let mut driver = stage.play(script);
    for _ in 0..2 {
        let error = turn(&mut *driver, bounds()).await.ending.expect_err("a crash");
        assert_eq!(error.outcome(), Some(TurnOutcome::Failed));
        let words = error.to_string();
        assert!(words.contains("status 137") && words.contains("out of memory"), "{words}");
    }
    driver.close().await;
}

#[tokio::test]
async fn an_agent_that_is_killed_says_so() {
    let stage = Stage::new();
    let mut driver = open(stage.launch(stage.shell("greet; tool; kill -9 $$")));
    let error = turn(&mut *driver, bounds()).await.ending.expect_err("a crash");
    assert!(error.to_string().contains("killed by signal 9"), "{error}");
}

#[tokio::test]
async fn a_failure_of_the_provider_is_recognized_in_all_its_forms() {
    for (turn_of_script, status, again) in [
        ("{ stop: { error: 529 overloaded } }", Some(529), true),
        ("{ stop: { error: 'HTTP 400: no such model' } }", Some(400), false),
        ("{ usage: none, do: [{ say: 'stream error: 429 Too Many Requests' }] }", Some(429), true),
        ("{ usage: { input: 0 } }", None, true),
    ] {
        let stage = Stage::new();
        let mut driver = stage.play(&format!("turns: [{turn_of_script}, {{}}]"));
        let error = turn(&mut *driver, bounds()).await.ending.expect_err(turn_of_script);
        assert_eq!(error.may_be_tried_again(), again, "{error}");
        assert!(matches!(error, AgentError::Provider { status: found, .. } if found == status), "{error:?}");
        assert!(turn(&mut *driver, bounds()).await.ending.is_ok(), "the agent can be asked again");
        driver.close().await;
    }
}

#[tokio::test]
async fn an_agent_that_does_not_begin_is_told_apart_by_what_is_wrong() {
    for (script, expected) in [
        ("exit 41", "ended with status 41"),
        ("echo 'Invalid auth method' >&2; exit 41", "wants to know who pays"),
        ("hear; answer '{\"protocolVersion\":2}'; hear", "speaks version 2"),
        ("hear; answer '[]'; hear", "speaks version none"),
        (
            "hear; printf '{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":-32603,\"message\":\"broken\"}}\\n' \"$id\"; hear",
            "broken",
        ),
        ("hear; answer '{\"protocolVersion\":1}'; hear; answer '{}'; hear", "without a name"),
        (
            "hear; answer '{\"protocolVersion\":1}'; hear; printf '{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":-32000,\"message\":\"Authentication required\"}}\\n' \"$id\"; hear",
            "wants to know who pays",
        ),
    ] {
        let stage = Stage::new();
        let mut driver = open(stage.launch(stage.shell(script)));
        let end = turn(&mut *driver, bounds()).await;
        let words = end.ending.expect_err(script).to_string();
        assert!(words.contains(expected), "{script}: {words}");
        assert_eq!(end.usage.usd, Some(pipemason_core::money::Usd::ZERO), "nothing was asked of a model");
        driver.close().await;
    }
}

#[tokio::test]
async fn an_agent_that_never_introduces_itself_is_not_waited_for() {
    let mut stage = Stage::new();
    stage.times.handshake = std::time::Duration::from_millis(200);
    let mut driver = open(stage.launch(stage.shell("trap '' TERM; while :; do sleep 7104; done")));
    let error = turn(&mut *driver, bounds()).await.ending.expect_err("silence");
    assert!(matches!(error, AgentError::Handshake { .. }), "{error:?}");
}

#[tokio::test]
async fn what_is_not_installed_is_named() {
    let stage = Stage::new();
    let mut chosen = stage.scripted("turns: []");
    chosen.program = stage.path("no-such-program");
    let mut driver = open(stage.launch(chosen));
    let error = turn(&mut *driver, bounds()).await.ending.expect_err("no program");
    assert!(error.to_string().contains("no-such-program") && error.to_string().contains("doctor"), "{error}");
}

#[tokio::test]
async fn an_answer_for_another_conversation_is_nobodys() {
    let stage = Stage::new();
    let script = "greet; printf '%s\\n' '{\"jsonrpc\":\"2.0\",\"method\":\"session/update\",\"params\":{\"sessionId\":\"other\",\"update\":\
                  {\"sessionUpdate\":\"agent_message_chunk\",\"content\":{\"type\":\"text\",\"text\":\"not for you\"}}}}'; tool; end; hear";
    let mut driver = open(stage.launch(stage.shell(script)));
    let end = turn(&mut *driver, bounds()).await;
    assert_eq!((end.ending.expect("an end"), end.words.as_str()), (Stop::EndTurn, ""));
    driver.close().await;
}
