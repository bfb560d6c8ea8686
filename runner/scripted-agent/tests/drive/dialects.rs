//! Agents that are right in their own way, and texts and paths of every kind.

use std::fs;

use pipemason_agent::presets::{Chosen, Modes, Preset};
use pipemason_agent::{AgentError, AgentEvent, Bounds, Stop, Talk, TurnRequest, open};
use pipemason_core::phase::Phase;
use pipemason_core::yaml::read_yaml;
use tokio_util::sync::CancellationToken;

use crate::stage::{Stage, bounds, meta, turn};

/// Returns `chosen` with a preset of its own.
fn with_preset(chosen: &Chosen, change: impl FnOnce(&mut Preset)) -> Chosen {
    let mut preset = chosen.preset.clone();
    change(&mut preset);
    Chosen { preset: Box::leak(Box::new(preset)), ..chosen.clone() }
}

#[tokio::test]
async fn an_agent_that_wants_a_login_first_gets_it_where_the_preset_knows_how() {
    let stage = Stage::new();
    let script = "hear; answer '{\"protocolVersion\":1,\"authMethods\":[{\"id\":\"web\"},{\"id\":\"key\"}]}'; hear\n\
        printf '{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":-32000,\"message\":\"Authentication required\"}}\\n' \"$id\"\n\
        hear; echo \"$line\" > login; answer '{}'; hear; answer '{\"sessionId\":\"s\"}'; hear; tool; end; hear";
    let chosen = stage.shell(script);
    for (method, expected) in [(Some("key"), true), (Some("other"), false), (None, false)] {
        let chosen = with_preset(&chosen, |preset| preset.authenticate = method.map(str::to_owned));
        let mut driver = open(stage.launch(chosen));
        let end = turn(&mut *driver, bounds()).await;
        assert_eq!(end.ending.is_ok(), expected, "{method:?}: {:?}", end.ending);
        assert_eq!(matches!(end.ending, Err(AgentError::Auth { .. })), !expected, "{method:?}");
        driver.close().await;
    }
    assert!(stage.read("login").contains(r#""methodId":"key""#));
}

#[tokio::test]
async fn modes_and_models_are_chosen_in_the_way_that_the_agent_offers() {
    let options = r#"{"sessionId":"s","configOptions":[{"id":"model"},{"id":"mode","options":[{"value":"ask"},{"value":"full"}]}]}"#;
    let modes = r#"{"sessionId":"s","modes":{"currentModeId":"ask","availableModes":[{"id":"ask"},{"id":"full"}]}}"#;
    for (offer, expected) in [
        (
            options,
            r#""method":"session/set_config_option","params":{"sessionId":"s","configId":"mode","value":"full"}"#,
        ),
        (modes, r#""method":"session/set_mode","params":{"sessionId":"s","modeId":"full"}"#),
    ] {
        let stage = Stage::new();
        let script = format!(
            "hear; answer '{{\"protocolVersion\":1}}'; hear; answer '{offer}'\n\
             for i in 1 2; do hear; echo \"$line\" >> chosen; answer '{{}}'; done; hear; tool; end; hear"
        );
        let chosen = with_preset(&stage.shell(&script), |preset| {
            preset.modes = read_yaml::<Modes>("worker: [yolo, full, ask]").expect("modes");
            preset.model = read_yaml("{ option: model }").expect("an option");
        });
        let mut launch = stage.launch(chosen);
        launch.model = Some("large".to_owned());
        let mut driver = open(launch);
        assert!(turn(&mut *driver, bounds()).await.ending.is_ok());
        let chosen = stage.read("chosen");
        assert!(chosen.contains(expected) && chosen.contains(r#""configId":"model","value":"large""#), "{chosen}");
        driver.close().await;
    }
}

#[tokio::test]
async fn a_choice_that_the_agent_does_not_take_is_told_and_does_no_harm() {
    let stage = Stage::new();
    let script = "hear; answer '{\"protocolVersion\":1}'; hear; answer '{\"sessionId\":\"s\"}'; hear\n\
        printf '{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":-32602,\"message\":\"no such model\"}}\\n' \"$id\"\n\
        hear; tool; end; hear";
    let chosen = with_preset(&stage.shell(script), |preset| {
        preset.modes = read_yaml::<Modes>("worker: [yolo]").expect("modes");
        preset.model = read_yaml("{ option: model }").expect("an option");
    });
    let mut launch = stage.launch(chosen);
    launch.model = Some("small".to_owned());
    let mut driver = open(launch);
    assert!(turn(&mut *driver, bounds()).await.ending.is_ok());
    let odd: Vec<_> = stage
        .events()
        .into_iter()
        .filter_map(|event| match event {
            AgentEvent::Odd(words) => Some(words),
            _ => None,
        })
        .collect();
    assert!(odd[0].contains("none of the modes yolo") && odd[1].contains("no such model"), "{odd:?}");
    driver.close().await;
}

#[tokio::test]
async fn a_model_reaches_an_agent_by_a_variable_or_an_argument() {
    for (by, expected) in [("{ variable: MODEL }", "large -"), ("{ argument: --model }", "- --model large")] {
        let stage = Stage::new();
        let chosen = with_preset(&stage.shell_as("command", "echo \"${MODEL:--} ${*:--}\""), |preset| {
            preset.model = read_yaml(by).expect("a way");
        });
        let mut launch = stage.launch(chosen);
        launch.model = Some("large".to_owned());
        let mut driver = open(launch);
        assert_eq!(turn(&mut *driver, bounds()).await.words.trim(), expected);
    }
}

#[tokio::test]
async fn prompts_of_every_kind_arrive_whole() {
    let stage = Stage::new();
    let mut driver = stage.play("turns: [{ when: { prompt: \"(?s)^\\\\x00<!-- \\u20ac\\r\\nx+\\U0001F600$\" } }]");
    let prompt = format!("\0<!-- €\r\n{}\u{1f600}", "x".repeat(1_000_000));
    let (meta, stop) = (meta(Phase::Implement), CancellationToken::new());
    let request = TurnRequest { prompt: &prompt, meta: &meta, talk: Talk::New, bounds: bounds() };
    assert_eq!(driver.turn(&request, &stop).await.ending.expect("the turn that is meant"), Stop::EndTurn);
    driver.close().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_tree_whose_name_is_no_text_is_an_error_and_no_panic() {
    use std::os::unix::ffi::OsStrExt as _;

    let stage = Stage::new();
    let mut launch = stage.launch(stage.scripted("turns: [{}]"));
    launch.folders.tree.push(std::ffi::OsStr::from_bytes(b"\xff"));
    fs::create_dir(&launch.folders.tree).expect("a folder");
    let mut driver = open(launch);
    let error = turn(&mut *driver, bounds()).await.ending.expect_err("no text");
    assert!(matches!(error, AgentError::Prepare { .. }), "{error}");
}

#[tokio::test]
async fn a_turn_without_time_is_not_begun() {
    let stage = Stage::new();
    let mut driver = stage.play("turns: [{}]");
    let error =
        turn(&mut *driver, Bounds { time: std::time::Duration::ZERO, ..bounds() }).await.ending.expect_err("no time");
    assert!(matches!(error, AgentError::Deadline { .. }), "{error:?}");
    assert!(!stage.log().contains("session/prompt"));
}

#[tokio::test]
async fn who_stops_before_anything_began_is_heard() {
    let stage = Stage::new();
    let stop = CancellationToken::new();
    stop.cancel();
    let mut driver = stage.play("turns: [{}]");
    let end = crate::stage::turn_until(&mut *driver, bounds(), &stop).await;
    assert!(matches!(end.ending, Err(AgentError::Cancelled { .. })), "{end:?}");
    assert_eq!(end.ending.expect_err("cancelled").outcome(), None);
    driver.close().await;
}
