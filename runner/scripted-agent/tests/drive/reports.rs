//! A turn with its report: read, asked for again, or given up.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Duration;

use pipemason_agent::{AgentError, Bounds, Driver, NoReport, Reported, Talk, TurnRequest, take_turn};
use pipemason_core::money::Usd;
use pipemason_core::phase::Phase;
use pipemason_core::run::TurnOutcome;
use pipemason_core::turn_output::TurnStatus;
use tokio_util::sync::CancellationToken;

use crate::stage::{Stage, bounds, meta};

async fn ask(stage: &Stage, driver: &mut dyn Driver, bounds: Bounds) -> Reported {
    let meta = meta(Phase::Implement);
    let request = TurnRequest { prompt: "Do it.", meta: &meta, talk: Talk::New, bounds };
    take_turn(driver, &request, &stage.tree(), &stage.times, &CancellationToken::new()).await
}

async fn play(turns: &str) -> (Stage, Reported) {
    let stage = Stage::new();
    let mut driver = stage.play(turns);
    let reported = ask(&stage, &mut *driver, bounds()).await;
    driver.close().await;
    (stage, reported)
}

#[tokio::test]
async fn a_report_is_read() {
    let (_, reported) = play("turns: [{ out: { status: blocked, summary: no way } }]").await;
    let output = reported.output.expect("a report");
    assert_eq!((output.status, output.summary.as_str(), reported.repairs), (TurnStatus::Blocked, "no way", 0));
}

#[tokio::test]
async fn a_report_that_cannot_be_read_is_asked_for_again_with_what_is_wrong() {
    let (stage, reported) = play(
        r#"
turns:
  - { when: { repair: 0 }, out: none, usage: { input: 10, cost: 1 } }
  - { when: { repair: 1, prompt: "(?s)out/implement.json.*it is not there" }, out: '{"status": "fine"', usage: { input: 10, cost: 1 } }
  - { when: { repair: 2, prompt: "one JSON object" }, out: { status: done, summary: at last }, usage: { input: 10, cost: 1 } }
"#,
    )
    .await;
    assert_eq!(reported.output.expect("a report").summary, "at last");
    assert_eq!((reported.repairs, reported.usage.tokens_in, reported.usage.usd), (2, 30, Some(Usd::dollars(3))));
    assert_eq!(stage.log().matches(r#""method":"session/new""#).count(), 1, "it is the same conversation");
}

#[tokio::test]
async fn after_two_repairs_the_turn_has_failed() {
    let (_, reported) = play("turns: [{ times: 0, out: { status: great, summary: x } }]").await;
    let error = reported.output.expect_err("no report");
    assert_eq!((reported.repairs, error.outcome()), (2, Some(TurnOutcome::Failed)));
    assert!(error.to_string().contains("`status`"), "{error}");
}

#[tokio::test]
async fn a_refusal_is_not_argued_with() {
    let (_, reported) = play("turns: [{ stop: refusal }]").await;
    assert!(matches!(reported.output, Err(NoReport::Unreadable { .. })), "{reported:?}");
    assert_eq!(reported.repairs, 0);
}

#[tokio::test]
async fn a_failing_provider_is_asked_again_and_that_is_no_repair() {
    let (_, reported) =
        play("turns: [{ times: 2, stop: { error: 529 overloaded } }, { out: { status: done, summary: s } }]").await;
    assert!(reported.output.is_ok(), "{reported:?}");
    assert_eq!(reported.repairs, 0);
    let (_, reported) = play("turns: [{ times: 4, stop: { error: 529 overloaded } }, {}]").await;
    assert!(matches!(reported.output, Err(NoReport::Agent(AgentError::Provider { .. }))), "{reported:?}");
    let (_, reported) = play("turns: [{ stop: { error: 400 bad request } }, {}]").await;
    assert!(reported.output.is_err(), "what cannot work is not tried again");
}

#[tokio::test]
async fn a_provider_is_not_waited_for_longer_than_the_turn_may_take() {
    let mut stage = Stage::new();
    stage.times.provider = [Duration::from_hours(1); 3];
    let mut driver = stage.play("turns: [{ stop: { error: 529 overloaded } }]");
    let reported = ask(&stage, &mut *driver, bounds()).await;
    assert!(matches!(reported.output, Err(NoReport::Agent(AgentError::Provider { .. }))), "{reported:?}");
    driver.close().await;
}

#[tokio::test]
async fn repairs_count_on_the_budget_of_the_turn() {
    let stage = Stage::new();
    let mut driver =
        stage.play("turns: [{ out: none, usage: { cost: 3 } }, { do: [{ usage: { cost: 3 } }, { sleep: 60000 }] }]");
    let reported = ask(&stage, &mut *driver, Bounds { usd: Usd::dollars(5), ..bounds() }).await;
    assert!(matches!(reported.output, Err(NoReport::Agent(AgentError::Budget { .. }))), "{reported:?}");
    assert_eq!(reported.usage.usd, Some(Usd::dollars(6)));
    driver.close().await;
}

#[tokio::test]
async fn the_report_of_an_earlier_turn_is_not_taken_for_this_one() {
    let stage = Stage::new();
    fs::create_dir_all(stage.tree().join(".pipeline/out")).expect("a folder");
    fs::write(stage.tree().join(".pipeline/out/implement.json"), r#"{"status":"done","summary":"old"}"#)
        .expect("a file");
    let mut driver = stage.play("turns: [{ times: 0, out: none }]");
    assert!(ask(&stage, &mut *driver, bounds()).await.output.is_err());
    driver.close().await;
}

#[tokio::test]
async fn a_report_that_is_no_plain_file_is_not_followed() {
    for (making, expected) in [
        ("ln -s ../../elsewhere/implement.json .pipeline/out/implement.json", "the file"),
        ("mkfifo .pipeline/out/implement.json", "not a plain file"),
        ("mkdir .pipeline/out/implement.json", "not a plain file"),
        ("head -c 600000 /dev/zero | tr '\\0' ' ' > .pipeline/out/implement.json", "at most"),
        ("printf '\\377\\376' > .pipeline/out/implement.json", "not UTF-8"),
        ("rmdir .pipeline/out && ln -s ../../nowhere .pipeline/out", "not there"),
        ("rmdir .pipeline/out && ln -s ../../elsewhere .pipeline/out", "leads out of the tree"),
    ] {
        let stage = Stage::new();
        fs::create_dir(stage.path("elsewhere")).expect("a folder");
        fs::write(stage.path("elsewhere/implement.json"), r#"{"status":"done","summary":"s"}"#).expect("a file");
        fs::create_dir_all(stage.tree().join(".pipeline/out")).expect("a folder");
        fs::write(stage.path("make.sh"), making).expect("a script");
        let turns = "turns: [{ out: none, do: [{ run: { cmd: sh ../make.sh, expect: 0 } }] }, { times: 0, out: none }]";
        let mut driver = stage.play(turns);
        let reported = ask(&stage, &mut *driver, bounds()).await;
        driver.close().await;
        let error = reported.output.expect_err(making).to_string();
        assert!(error.contains(expected), "{making}: {error}");
        assert!(stage.path("elsewhere/implement.json").exists(), "{making}");
    }
}

#[tokio::test]
async fn a_folder_for_reports_that_leads_elsewhere_is_seen_before_anything_is_removed() {
    let stage = Stage::new();
    fs::create_dir_all(stage.path("elsewhere/out")).expect("a folder");
    fs::write(stage.path("elsewhere/out/implement.json"), "precious").expect("a file");
    symlink(stage.path("elsewhere"), stage.tree().join(".pipeline")).expect("a link");
    let mut driver = stage.play("turns: [{ out: none }]");
    assert!(ask(&stage, &mut *driver, bounds()).await.output.is_err());
    assert!(stage.path("elsewhere/out/implement.json").exists());
    driver.close().await;
}

#[tokio::test]
async fn an_agent_without_a_memory_hears_the_whole_prompt_again() {
    let stage = Stage::new();
    let script = "cat > heard; if grep -q 'cannot be read' heard; then mkdir -p .pipeline/out; grep -c 'Do it' heard; \
                  echo '{\"status\":\"done\",\"summary\":\"s\"}' > .pipeline/out/implement.json; fi";
    let mut driver = pipemason_agent::open(stage.launch(stage.shell_as("command", script)));
    let reported = ask(&stage, &mut *driver, bounds()).await;
    assert!(reported.output.is_ok(), "{reported:?}");
    assert_eq!((reported.repairs, reported.usage.usd, reported.words.as_str()), (1, None, "1\n"));
}
