use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use super::*;

fn host(programs: &[&str], variables: &[&str]) -> (tempfile::TempDir, Environment) {
    let folder = tempfile::tempdir().unwrap();
    for program in programs {
        let path = folder.path().join(program);
        fs::write(&path, "").unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut host: Environment = variables.iter().map(|name| (name.into(), "value".into())).collect();
    host.insert("PATH".into(), folder.path().into());
    (folder, host)
}

#[test]
fn every_known_agent_can_be_started_and_says_who_pays() {
    let names: Vec<_> = all().iter().map(|preset| preset.name.as_str()).collect();
    let known = ["claude", "codex", "gemini", "opencode", "qwen", "goose", "copilot", "script", "custom", "command"];
    assert_eq!(names, known);
    for preset in all() {
        assert!(!preset.login.is_empty() && preset.login.parse::<Name>().is_err(), "{}", preset.name);
        assert!(preset.keys.iter().all(|key| preset.pass.contains(key)), "{}", preset.name);
        assert!(
            preset
                .pass
                .iter()
                .chain(preset.set.keys())
                .all(|name| name.parse::<pipemason_core::config::AgentVariable>().is_ok()),
            "{}",
            preset.name
        );
        assert_eq!(preset.modes.worker.is_empty(), preset.modes.reviewer.is_empty(), "{}", preset.name);
        let prices = &preset.prices;
        let Some(most) = prices.iter().find(|price| price.model.is_empty()) else {
            assert!(prices.is_empty(), "{}: no upper bound", preset.name);
            continue;
        };
        assert!(prices.iter().all(|price| price.input <= most.input && price.output <= most.output), "{}", preset.name);
    }
}

#[test]
fn the_first_that_is_installed_and_paid_for_is_taken() {
    let auto = |programs: &[&str], variables: &[&str]| {
        let (_folder, host) = host(programs, variables);
        choose(&Auto::Auto, &host).map(|chosen| chosen.preset.name.as_str())
    };
    let both = ["gemini", "claude-agent-acp"];
    assert_eq!(auto(&both, &["GEMINI_API_KEY", "ANTHROPIC_API_KEY"]), Ok("claude"));
    assert_eq!(auto(&both, &["GEMINI_API_KEY"]), Ok("gemini"));
    assert_eq!(auto(&["gemini"], &["GEMINI_API_KEY", "ANTHROPIC_API_KEY"]), Ok("gemini"));
    for (programs, variables) in
        [(&["gemini"][..], &["OPENAI_API_KEY"][..]), (&[], &["GEMINI_API_KEY"]), (&["pipemason-scripted-agent"], &[])]
    {
        let error = auto(programs, variables).unwrap_err();
        assert!(error.to_string().contains("`claude`, `codex`"), "{error}");
    }
    let (_folder, mut host) = host(&["gemini"], &[]);
    host.insert("GEMINI_API_KEY".into(), "".into());
    assert!(choose(&Auto::Auto, &host).is_err(), "an empty key pays for nothing");
}

#[test]
fn an_agent_can_be_named_with_what_it_needs() {
    let (folder, host) = host(&["pipemason-scripted-agent", "mine", "gemini"], &[]);
    let found = |name: &str| {
        named(name, &host).map(|chosen| {
            let program = chosen.program.strip_prefix(folder.path()).unwrap().to_owned();
            (program.to_str().unwrap().to_owned(), chosen.arguments.join(OsStr::new("|")).into_string().unwrap())
        })
    };
    let pair = |program: &str, arguments: &str| Ok((program.to_owned(), arguments.to_owned()));
    assert_eq!(found("gemini"), pair("gemini", "--acp"));
    assert_eq!(found("script:a b.yml"), pair("pipemason-scripted-agent", "a b.yml"));
    assert_eq!(found("custom:mine --acp  -v"), pair("mine", "--acp|-v"));
    assert_eq!(found("command: mine"), pair("mine", ""));
    for (name, expected) in [
        ("script", "`script:demo.yml`"),
        ("script: ", "`script:demo.yml`"),
        ("custom", "`custom:my-agent --flag`"),
        ("custom:./mine", "not in PATH"),
        ("codex", "npm install"),
        ("nobody", "known are `claude`"),
        ("", "known are"),
    ] {
        let error = found(name).unwrap_err().to_string();
        assert!(error.contains(expected), "{name}: {error}");
    }
}

#[test]
fn a_price_is_that_of_the_longest_name_that_fits() {
    let (_folder, host) = host(&["claude-agent-acp", "goose"], &[]);
    let chosen = named("claude", &host).unwrap();
    let none = Named::default();
    let input = |model: Option<&str>| chosen.price(model, &none).map(|price| price.input);
    assert_eq!(input(Some("claude-sonnet-4-5")), Some(Usd::dollars(6)));
    assert_eq!(input(Some("claude-nobody-knows")), input(None));
    assert_eq!(named("goose", &host).unwrap().price(None, &none), None);
}

#[test]
fn how_well_a_cost_will_be_known_is_said_before_anything_is_spent() {
    let (_folder, host) = host(&["claude-agent-acp", "codex-acp", "opencode", "qwen", "goose", "mine"], &[]);
    for (name, with_price, without) in [
        ("claude", CostSource::Reported, CostSource::Reported),
        ("codex", CostSource::Estimated, CostSource::Unknown),
        ("opencode", CostSource::Estimated, CostSource::Estimated),
        ("qwen", CostSource::Estimated, CostSource::Unknown),
        ("goose", CostSource::Estimated, CostSource::Unknown),
        ("command:mine", CostSource::Unknown, CostSource::Unknown),
    ] {
        let chosen = named(name, &host).unwrap();
        let price = Price { input: Usd::ZERO, output: Usd::ZERO, cached_input: None };
        assert_eq!((chosen.cost_source(Some(&price)), chosen.cost_source(None)), (with_price, without), "{name}");
    }
}
