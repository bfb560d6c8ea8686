//! What an agent can see, and what it can reach.

use std::fs;

use pipemason_agent::open;

use crate::stage::{Stage, bounds, turn};

const TOKEN: &str = "ghs_16C7e42F292c6912E7710c838347Ae178B4a";

#[tokio::test]
async fn sec_40_the_environment_of_an_agent_holds_nothing_but_what_is_allowed() {
    let mut stage = Stage::new();
    for name in [
        "GITHUB_TOKEN",
        "GH_TOKEN",
        "ACTIONS_RUNTIME_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "PIPEMASON_APP_KEY",
        "WEBHOOK_SECRET",
        "AWS_SECRET_ACCESS_KEY",
        "SSH_AUTH_SOCK",
        "ANTHROPIC_API_KEY",
    ] {
        stage.host.insert(name.into(), TOKEN.into());
    }
    stage.host.insert("LANG".into(), "C.UTF-8".into());
    stage.host.insert("TZ".into(), "UTC".into());
    let mut driver = stage.play("turns: [{ do: [{ run: { cmd: 'env > environment; tr \"\\\\0\" \"\\\\n\" < /proc/self/environ > own', expect: 0 } }] }]");
    let end = turn(&mut *driver, bounds()).await;
    assert!(end.ending.is_ok(), "{end:?}");
    driver.close().await;
    for file in ["environment", "own"] {
        let shown = stage.read(file);
        assert!(!shown.contains(TOKEN), "{shown}");
        let mut names: Vec<&str> = shown.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
        names.retain(|name| !["PWD", "OLDPWD", "SHLVL", "_"].contains(name));
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "GIT_ASKPASS",
                "GIT_CONFIG_GLOBAL",
                "GIT_CONFIG_NOSYSTEM",
                "GIT_TERMINAL_PROMPT",
                "HOME",
                "LANG",
                "NO_COLOR",
                "PATH",
                "PIPEMASON_PROGRAM",
                "SSH_ASKPASS",
                "TMPDIR",
                "TZ"
            ]
        );
    }
}

#[tokio::test]
async fn sec_42_an_agent_does_not_know_the_command_files_of_a_job() {
    let mut stage = Stage::new();
    let names =
        ["GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_EVENT_PATH", "RUNNER_TEMP"];
    let file = stage.path("commands");
    fs::write(&file, "").expect("a file");
    for name in names {
        stage.host.insert(name.into(), file.clone().into());
    }
    let writes = names.map(|name| format!("echo x >> \\\"${{{name}:-/dev/null}}\\\"")).join("; ");
    let turns = format!(
        "turns: [{{ do: [{{ run: {{ cmd: \"{writes}; echo '::set-env name=A::b'\" }} }}, {{ say: '::stop-commands::x' }}] }}]"
    );
    let mut driver = stage.play(&turns);
    let end = turn(&mut *driver, bounds()).await;
    assert!(end.ending.is_ok(), "{end:?}");
    driver.close().await;
    assert_eq!(fs::read_to_string(file).expect("a file"), "");
    // What it says is in a log whose every line begins with who said it.
    assert!(stage.log().lines().all(|line| !line.starts_with("::")), "{}", stage.log());
}

#[tokio::test]
async fn sec_43_programs_that_an_agent_plants_are_not_started_in_its_place() {
    let mut stage = Stage::new();
    let tree = stage.tree();
    let mut path = std::env::split_paths(&stage.host[std::ffi::OsStr::new("PATH")]).collect::<Vec<_>>();
    path.splice(0..0, [".".into(), "bin".into(), tree.join("bin"), tree.clone()]);
    stage.host.insert("PATH".into(), std::env::join_paths(path).expect("a path"));
    stage.host.insert("BASH_ENV".into(), tree.join("evil").into());
    stage.host.insert("LD_PRELOAD".into(), tree.join("evil.so").into());
    let plant = "for program in pipemason-scripted-agent git; do mkdir -p bin; \
                 printf '#!/bin/sh\\\\ntouch %s/planted\\\\n' \\\"$PWD\\\" > bin/$program; cp bin/$program $program; chmod +x bin/$program $program; done";
    let turns = format!(
        "turns: [{{ do: [{{ run: {{ cmd: \"{plant}\", expect: 0 }} }}], stop: {{ crash: 1 }} }}, \
         {{ when: {{ phase: review }} }}]"
    );
    let chosen = stage.scripted(&turns);
    let mut driver = open(stage.launch(chosen));
    assert!(turn(&mut *driver, bounds()).await.ending.is_err());
    assert!(stage.tree().join("bin/pipemason-scripted-agent").exists());
    // Started again, in a tree that has one of the same name.
    fs::write(
        stage.path("script.yml"),
        "version: 1\nturns: [{ do: [{ run: { cmd: 'git --version; env > environment' } }] }]",
    )
    .expect("a script");
    let end = turn(&mut *driver, bounds()).await;
    assert!(end.ending.is_ok(), "{end:?}");
    driver.close().await;
    assert!(!stage.tree().join("planted").exists());
    let environment = stage.read("environment");
    assert!(!environment.contains("LD_PRELOAD") && !environment.contains("BASH_ENV"), "{environment}");
}

#[tokio::test]
async fn sec_55_addresses_of_providers_are_taken_from_nobody_but_who_starts_the_engine() {
    let stage = Stage::new();
    for name in [".env", ".claude/settings.json", ".mcp.json"] {
        let path = stage.tree().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, "ANTHROPIC_BASE_URL=http://evil.invalid").expect("a file");
    }
    let mut driver = stage.play("turns: [{ do: [{ run: { cmd: 'env > environment' } }] }]");
    assert!(turn(&mut *driver, bounds()).await.ending.is_ok());
    driver.close().await;
    assert!(!stage.read("environment").contains("BASE_URL"));
}

#[tokio::test]
async fn sec_37_what_is_said_is_written_down_without_secrets() {
    let mut stage = Stage::new();
    stage.secrets = vec!["hunter2-hunter2"];
    let mut driver = stage.play(&format!(
        "turns: [{{ do: [{{ say: 'the token is {TOKEN}' }}, {{ run: {{ cmd: 'echo the password is hunter2-hunter2 >&2' }} }}] }}]"
    ));
    assert!(turn(&mut *driver, bounds()).await.ending.is_ok());
    driver.close().await;
    let log = stage.log();
    assert!(!log.contains(TOKEN) && !log.contains("hunter2"), "{log}");
    assert!(log.contains("the token is [redacted") && log.contains("! the password is [redacted"), "{log}");
}
