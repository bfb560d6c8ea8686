//! An agent that behaves: what it is asked, what it is answered, and what is heard of it.

use std::fs;

use pipemason_agent::{AgentEvent, Meta, PlanStep, Role, Stop, Talk, ToolKind, TurnRequest, Verdict, probe};
use pipemason_core::domain::{Domain, Unit};
use pipemason_core::money::Usd;
use pipemason_core::phase::Phase;
use pipemason_core::run::{Brief, CostSource, Usage};
use tokio_util::sync::CancellationToken;

use crate::stage::{Stage, bounds, meta, turn};

#[tokio::test]
async fn a_turn_works_in_the_tree_and_leaves_a_report() {
    let stage = Stage::new();
    fs::create_dir(stage.path("shared")).expect("a folder");
    fs::write(stage.path("shared/copied.txt"), "all of it").expect("a file");
    let mut driver = stage.play(
        r#"
turns:
  - name: everything
    when: { phase: implement, attempt: 1, role: worker, brief: first, prompt: "(?i)do IT" }
    do:
      - think: Hm.
      - say: I begin.
      - plan: [first, then]
      - write: { path: src/a.txt, text: "one two" }
      - replace: { path: src/a.txt, find: two, with: three }
      - require: { path: src/a.txt, contains: three }
      - write: { path: gone, text: "" }
      - delete: gone
      - files_from: shared
      - run: { cmd: "test -f copied.txt && echo ok > ran", expect: 0 }
    usage: { input: 100, output: 10, cached: 50, cost: 0.25 }
"#,
    );
    let end = turn(&mut *driver, bounds()).await;
    assert_eq!(end.ending.expect("an end"), Stop::EndTurn);
    assert_eq!(end.usage, Usage { tokens_in: 150, tokens_out: 10, usd: Some(Usd::micros(250_000)) });
    assert_eq!((end.cost_source, end.words.as_str(), end.steps), (CostSource::Reported, "I begin.", 7));
    assert_eq!((stage.read("src/a.txt").as_str(), stage.read("ran").as_str()), ("one three", "ok\n"));
    assert!(!stage.tree().join("gone").exists());
    assert!(stage.read(".pipeline/out/implement.json").contains(r#""status":"done""#));
    let events = stage.events();
    let step = |text: &str| PlanStep { text: text.into(), status: "pending".into() };
    for event in [
        AgentEvent::Thought("Hm.".into()),
        AgentEvent::Text("I begin.".into()),
        AgentEvent::Plan(vec![step("first"), step("then")]),
        AgentEvent::Tool { title: "Edit src/a.txt".into(), kind: ToolKind::Edit },
        AgentEvent::Usage(end.usage),
    ] {
        assert!(events.contains(&event), "{event:?} is not among {events:#?}");
    }
    assert!(matches!(&events[0], AgentEvent::Ready { name, .. } if name == "pipemason-scripted-agent"));
    driver.close().await;
    assert!(stage.log().contains(r#"> {"jsonrpc":"2.0""#) && stage.log().contains("< {"), "{}", stage.log());
}

#[tokio::test]
async fn a_script_knows_where_in_a_run_it_is_asked() {
    let stage = Stage::new();
    let mut driver = stage.play(
        r"
turns:
  - when: { phase: [tdd, implement], domain: web.shop, attempt: 3, iteration: 7, brief: advice, repair: 1, story: s-1,
            run: 01ARZ3NDEKTSV4RRFFQ69G5FAV, role: reviewer }
",
    );
    let unit = Unit::service_of(Domain::Web, "shop");
    let asked = Meta {
        story: Some("s-1".into()),
        unit,
        attempt: 3,
        iteration: 7,
        brief: Brief::Advice,
        repair: 1,
        role: Role::Reviewer,
        ..meta(Phase::Implement)
    };
    let stop = CancellationToken::new();
    let request = TurnRequest { prompt: "", meta: &asked, talk: Talk::New, bounds: bounds() };
    assert!(driver.turn(&request, &stop).await.ending.is_ok());
    assert!(stage.tree().join(".pipeline/out/implement.web.shop.json").exists());
    let end = driver.turn(&request, &stop).await.ending.expect_err("the turn is used up");
    assert!(end.to_string().contains(r#""phase":"implement""#), "{end}");
    driver.close().await;
}

#[tokio::test]
async fn a_conversation_goes_on_only_where_that_is_wanted_and_about_the_same() {
    let stage = Stage::new();
    let mut driver = stage.play("turns: [{ times: 0 }]");
    let (stop, implement, review) = (CancellationToken::new(), meta(Phase::Implement), meta(Phase::Review));
    for (meta, talk) in [
        (&implement, Talk::Continued),
        (&implement, Talk::Continued),
        (&review, Talk::Continued),
        (&review, Talk::New),
        (&review, Talk::Continued),
    ] {
        let request = TurnRequest { prompt: "p", meta, talk, bounds: bounds() };
        assert!(driver.turn(&request, &stop).await.ending.is_ok());
    }
    driver.close().await;
    let log = stage.log();
    let asked = log.lines().filter(|line| line.starts_with("> ") && line.contains("session/prompt"));
    let sessions: Vec<&str> =
        asked.filter_map(|line| line.split(r#""sessionId":"session-"#).nth(1)?.get(..1)).collect();
    assert_eq!(sessions, ["1", "1", "2", "3", "3"]);
    assert_eq!(log.matches(r#""method":"initialize""#).count(), 1);
}

#[tokio::test]
async fn the_cost_of_a_conversation_is_told_apart_by_turns() {
    let stage = Stage::new();
    let mut driver = stage.play("turns: [{ times: 0, usage: { input: 10, cost: 0.1 } }]");
    let (stop, meta) = (CancellationToken::new(), meta(Phase::Implement));
    for _ in 0..3 {
        let request = TurnRequest { prompt: "p", meta: &meta, talk: Talk::Continued, bounds: bounds() };
        assert_eq!(driver.turn(&request, &stop).await.usage.usd, Some(Usd::micros(100_000)));
    }
    driver.close().await;
}

#[tokio::test]
async fn the_mode_is_chosen_by_the_role() {
    for (role, mode) in [(Role::Worker, "work"), (Role::Reviewer, "plan")] {
        let mut stage = Stage::new();
        stage.role = role;
        let mut driver = stage.play(&format!("turns: [{{ when: {{ mode: {mode} }} }}]"));
        assert!(turn(&mut *driver, bounds()).await.ending.is_ok(), "{mode}");
        driver.close().await;
    }
}

#[tokio::test]
async fn permissions_are_given_by_a_table_and_at_once() {
    for (kind, path, verdict) in [
        ("edit", "src/a.rs", Verdict::Allowed),
        ("edit", "../outside", Verdict::Rejected),
        ("delete", "/etc/passwd", Verdict::Rejected),
        ("move", ".git/hooks/pre-commit", Verdict::Rejected),
        ("execute", "/usr/bin/cargo", Verdict::Allowed),
        ("switch_mode", "a", Verdict::Rejected),
    ] {
        let stage = Stage::new();
        let mut driver = stage.play(&format!(
            "turns: [{{ do: [{{ ask_permission: {{ title: may I, kind: {kind}, path: {path} }} }}, {{ write: {{ path: done, text: '' }} }}] }}]"
        ));
        assert!(turn(&mut *driver, bounds()).await.ending.is_ok());
        let asked = stage.events().into_iter().find_map(|event| match event {
            AgentEvent::Permission { title, verdict, .. } => Some((title, verdict)),
            _ => None,
        });
        assert_eq!(asked, Some(("may I".into(), verdict)), "{kind} {path}");
        assert_eq!(stage.tree().join("done").exists(), verdict == Verdict::Allowed, "{kind} {path}");
        driver.close().await;
    }
}

#[tokio::test]
async fn an_answer_is_chosen_by_its_kind_and_never_by_its_place() {
    for (options, verdict) in [
        ("[reject_once, allow_always, reject_always]", Verdict::Allowed),
        ("[allow_always, allow_once]", Verdict::Allowed),
        ("[reject_always]", Verdict::Rejected),
        ("[]", Verdict::Unanswerable),
    ] {
        let stage = Stage::new();
        let mut driver =
            stage.play(&format!("turns: [{{ do: [{{ ask_permission: {{ title: t, options: {options} }} }}] }}]"));
        assert!(turn(&mut *driver, bounds()).await.ending.is_ok());
        let asked =
            |event: &AgentEvent| matches!(event, AgentEvent::Permission { verdict: given, .. } if *given == verdict);
        assert!(stage.events().iter().any(asked), "{options}: {:?}", stage.events());
        driver.close().await;
    }
}

#[tokio::test]
async fn reasons_to_stop_are_told_apart() {
    for (word, stop) in [
        ("max_tokens", Stop::MaxTokens),
        ("max_turn_requests", Stop::MaxSteps),
        ("refusal", Stop::Refusal),
        ("{ unknown: boredom }", Stop::Other("boredom".into())),
    ] {
        let stage = Stage::new();
        let mut driver = stage.play(&format!("turns: [{{ stop: {word} }}]"));
        assert_eq!(turn(&mut *driver, bounds()).await.ending.expect("an end"), stop);
        driver.close().await;
    }
}

#[tokio::test]
async fn an_agent_is_looked_at_without_a_turn() {
    let stage = Stage::new();
    let launch = stage.launch(stage.scripted("turns: [{}]"));
    let found = probe(&launch, &CancellationToken::new()).await.expect("a working agent");
    assert_eq!(
        (found.name.as_str(), found.modes.as_slice()),
        ("pipemason-scripted-agent", &["work", "plan"].map(String::from)[..])
    );
    assert!(!found.is_old && !stage.log().contains("session/prompt"));
}

#[tokio::test]
async fn an_agent_commits_with_a_git_configuration_of_ours() {
    let stage = Stage::new();
    let mut driver = stage.play(
        r#"
turns:
  - do:
      - run: { cmd: "git init -q", expect: 0 }
      - write: { path: a, text: "1" }
      - commit: { message: "feat: a", paths: [a] }
      - run: { cmd: "git log --format=%s > log && git config --show-origin --get core.hooksPath > hooks", expect: 0 }
"#,
    );
    let end = turn(&mut *driver, bounds()).await;
    assert!(end.ending.is_ok(), "{end:?}");
    assert_eq!(stage.read("log"), "feat: a\n");
    assert!(stage.read("hooks").contains("pipemason.gitconfig"), "{}", stage.read("hooks"));
    driver.close().await;
}

#[tokio::test]
async fn turns_that_nobody_asked_for_are_reported() {
    let mut stage = Stage::new();
    let report = stage.path("report.json");
    stage.host.insert("SCRIPTED_AGENT_REPORT".into(), report.clone().into());
    let mut driver = stage.play("turns: [{ name: used }, { name: unused, when: { phase: tdd } }]");
    assert!(turn(&mut *driver, bounds()).await.ending.is_ok());
    driver.close().await;
    assert_eq!(fs::read_to_string(report).expect("a report"), r#"{"unused_turns":["unused"]}"#);
}

#[tokio::test]
async fn a_lie_changes_nothing() {
    let stage = Stage::new();
    let mut driver =
        stage.play("turns: [{ lie: true, do: [{ write: { path: a, text: b } }, { run: { cmd: touch c } }] }]");
    let end = turn(&mut *driver, bounds()).await;
    assert_eq!((end.ending.expect("an end"), end.steps), (Stop::EndTurn, 2));
    assert!(!stage.tree().join("a").exists() && !stage.tree().join("c").exists());
    assert!(stage.tree().join(".pipeline/out/implement.json").exists());
    driver.close().await;
}

#[tokio::test]
async fn a_plain_command_reads_its_prompt_and_ends() {
    let stage = Stage::new();
    let mut driver =
        pipemason_agent::open(stage.launch(stage.shell_as("command", "cat > heard; echo done; echo careful >&2")));
    let end = turn(&mut *driver, bounds()).await;
    assert_eq!((end.ending.expect("an end"), end.words.as_str()), (Stop::EndTurn, "done\n"));
    assert_eq!((end.usage.usd, end.cost_source), (None, CostSource::Unknown));
    assert_eq!(stage.read("heard"), "Do it.");
    assert!(stage.events().contains(&AgentEvent::Text("done\n".into())));
    driver.close().await;
    let mut driver = pipemason_agent::open(stage.launch(stage.shell_as("command", "echo broken >&2; exit 3")));
    let error = turn(&mut *driver, bounds()).await.ending.expect_err("a crash");
    assert!(error.to_string().contains("status 3") && error.to_string().contains("broken"), "{error}");
}
