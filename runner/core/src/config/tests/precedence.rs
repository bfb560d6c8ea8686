use super::config;
use crate::config::{
    Config, DetectedCommands, EnvironmentError, FileFacts, Overrides, StashPolicy, Switch, Tokens, VARIABLES,
    detect_commands, read_config,
};
use crate::domain::Unit;
use crate::failure::FailureClass;
use crate::gate::Severity;
use crate::money::Usd;

fn environment(pairs: &[(&str, &str)]) -> Overrides {
    Overrides::from_environment(pairs.iter().copied()).unwrap()
}

fn detected() -> DetectedCommands {
    detect_commands(&FileFacts { names: ["go.mod".to_owned()].into(), ..FileFacts::default() })
}

fn usd_per_run(text: &str, overrides: Overrides) -> Usd {
    config(text).overridden(overrides).policy(None).limits.usd_per_run
}

#[test]
fn of_two_limits_that_somebody_asked_for_the_stricter_wins() {
    let asked = |dollars| Overrides { max_usd_per_run: Some(Usd::dollars(dollars)), ..Overrides::default() };
    assert_eq!(usd_per_run("", Overrides::default()), Usd::dollars(10));
    // A default is nobody's wish: it gives way in both directions.
    assert_eq!(usd_per_run("", asked(20)), Usd::dollars(20));
    assert_eq!(usd_per_run("", asked(5)), Usd::dollars(5));
    let stated = "cost_controls: {max_usd_per_run: 12}";
    assert_eq!(usd_per_run(stated, Overrides::default()), Usd::dollars(12));
    assert_eq!(usd_per_run(stated, asked(20)), Usd::dollars(12));
    assert_eq!(usd_per_run(stated, asked(5)), Usd::dollars(5));
    assert_eq!(usd_per_run("", asked(20).over(asked(15))), Usd::dollars(15));
    assert_eq!(usd_per_run("", asked(15).over(asked(20))), Usd::dollars(15));
    // Putting overrides on one after the other is the same.
    let twice = config("").overridden(asked(20)).overridden(asked(30));
    assert_eq!(twice.policy(None).limits.usd_per_run, Usd::dollars(20));
}

#[test]
fn each_variable_sets_its_key() {
    for variable in VARIABLES {
        let value = match variable.name {
            "PIPEMASON_AGENT" => "codex",
            "PIPEMASON_BASE" => "develop",
            "PIPEMASON_CREATE_PR" => "true",
            "PIPEMASON_STASH" => "stash",
            _ => "1",
        };
        let (section, key) = variable.key.split_once('.').unwrap();
        let written = config(&format!("{section}: {{{key}: {value}}}"));
        let set = Config::default().overridden(environment(&[(variable.name, value)]));
        assert_eq!(set, written, "{}", variable.name);
        // Over a laxer environment, and under a laxer flag, it is the same.
        let lax = match variable.name {
            "PIPEMASON_AGENT" | "PIPEMASON_BASE" | "PIPEMASON_CREATE_PR" | "PIPEMASON_STASH" => Overrides::default(),
            name => environment(&[(name, "2")]),
        };
        let strict = environment(&[(variable.name, value)]);
        assert_eq!(strict.clone().over(lax.clone()), strict, "{}", variable.name);
        assert_eq!(lax.over(strict.clone()), strict, "{}", variable.name);
    }
}

#[test]
fn a_flag_replaces_what_the_environment_wishes() {
    let lower = environment(&[
        ("PIPEMASON_AGENT", "codex"),
        ("PIPEMASON_CREATE_PR", "true"),
        ("PIPEMASON_BASE", "a"),
        ("PIPEMASON_STASH", "refuse"),
    ]);
    let flags = Overrides {
        create_pr: Some(Switch::No),
        stash: Some(StashPolicy::Stash),
        base: Some("b".parse().unwrap()),
        ..Overrides::default()
    };
    let config = config("agent: {name: claude}\nfinalize: {create_pr: auto}").overridden(flags.over(lower));
    assert_eq!(config.agent.name.to_string(), "codex");
    assert_eq!(config.finalize.create_pr, Switch::No);
    assert_eq!(config.branch.base.to_string(), "b");
    assert_eq!(config.stash.policy, StashPolicy::Stash);
    assert_eq!(config.overridden(environment(&[("PIPEMASON_AGENT", "auto")])).agent, Config::default().agent);
}

#[test]
fn all_wrong_variables_are_named_and_others_are_not_ours() {
    let pairs = [
        ("PIPEMASON_MAX_USD_PER_RUN", "many"),
        ("PATH", "/bin"),
        ("PIPEMASON_TOKEN", "x"),
        ("PIPEMASON_MAX_TOTAL_ITERATIONS", "1001"),
        ("PIPEMASON_PER_PHASE_TIMEOUT_MINUTES", ""),
        ("PIPEMASON_MAX_TOKENS_PER_RUN", "0"),
        ("PIPEMASON_CREATE_PR", "yes"),
    ];
    let errors = Overrides::from_environment(pairs).unwrap_err();
    let messages: Vec<String> = errors.iter().map(EnvironmentError::to_string).collect();
    insta::assert_snapshot!(messages.join("\n"), @r#"
        the environment variable PIPEMASON_MAX_USD_PER_RUN is `many`, expected dollars like 10 or 2.50
        the environment variable PIPEMASON_MAX_TOTAL_ITERATIONS is `1001`, expected a whole number from 1 to 1000
        the environment variable PIPEMASON_MAX_TOKENS_PER_RUN is `0`, expected a number of tokens like 1500000
        the environment variable PIPEMASON_CREATE_PR is `yes`, expected `auto`, `true` or `false`
        "#);
    assert_eq!(environment(&pairs[1..3]), Overrides::default());
}

#[test]
fn the_policy_has_what_the_configuration_says() {
    let policy = config(
        "limits: {max_retries_per_failure_class: 1, max_retries_per_phase: 2, max_total_iterations: 3, per_phase_timeout_minutes: 4}\n\
         cost_controls: {max_usd_per_turn: 5, max_usd_per_run: 6, max_usd_per_day: 7, max_usd_per_program: 8, \
           max_tokens_per_turn: 9, max_tokens_per_day: 11, allow_unmetered: true}\n\
         finalize: {max_diff_lines: 12}\nreview: {enabled: false, block_at: low}\n\
         security: {block_on_high: false}\nquality: {preserving: allow}\n\
         retry_tier_downshift: {failure_classes: [typo]}",
    )
    .policy(None);
    insta::assert_debug_snapshot!(policy.limits, @r#"
        Limits {
            retries_per_class: 1,
            retries_per_phase: 2,
            iterations: 3,
            phase_time: 240s,
            usd_per_turn: Usd(
                5000000,
            ),
            usd_per_run: Usd(
                6000000,
            ),
            usd_per_day: Usd(
                7000000,
            ),
            usd_per_program: Some(
                Usd(
                    8000000,
                ),
            ),
            tokens_per_turn: Some(
                9,
            ),
            tokens_per_run: Some(
                1500000,
            ),
            tokens_per_day: Some(
                11,
            ),
            allow_unmetered: true,
            diff_lines: 12,
        }
        "#);
    assert!(!policy.review_enabled && !policy.block_on_high && policy.preserving_allowed);
    assert_eq!(policy.review_block_at, Severity::Low);
    assert_eq!(policy.cheap_classes, [FailureClass::Typo].into());
    assert_eq!(config("retry_tier_downshift: {enabled: false}").policy(None).cheap_classes, [].into());
}

#[test]
fn two_keys_that_limit_the_tokens_of_a_run_are_one_limit() {
    let tokens = |text: &str| config(text).policy(None).limits.tokens_per_run;
    assert_eq!(tokens(""), Some(1_500_000));
    assert_eq!(tokens("limits: {context_budget_tokens: 7}"), Some(7));
    assert_eq!(tokens("cost_controls: {max_tokens_per_run: 2000000}"), Some(2_000_000));
    assert_eq!(tokens("limits: {context_budget_tokens: 7}\ncost_controls: {max_tokens_per_run: 8}"), Some(7));
    assert_eq!(tokens("limits: {context_budget_tokens: 9}\ncost_controls: {max_tokens_per_run: 8}"), Some(8));
    let overrides = Overrides { max_tokens_per_run: Some(Tokens(6)), ..Overrides::default() };
    let config = config("limits: {context_budget_tokens: 7}").overridden(overrides);
    assert_eq!(config.policy(None).limits.tokens_per_run, Some(6));
}

#[test]
fn a_domain_is_on_if_it_is_listed_and_has_commands() {
    let units = |text: &str, detected: Option<&DetectedCommands>| -> Vec<String> {
        config(text).units(detected).iter().map(ToString::to_string).collect()
    };
    let detected = detected();
    let both = "domains: [web, api]\ncommands: {api: {test: x}, web: {test: x}, db: {test: x}}";
    assert_eq!(units(both, None), ["web", "api"]);
    assert_eq!(units("domains: [web, api]\ncommands: {api: {test: x}}", None), ["api"]);
    assert_eq!(units("domains: [web, api]\ncommands: {api: {test: x}}", Some(&detected)), ["web", "api"]);
    assert_eq!(units("", None), [""; 0]);
    assert_eq!(units("", Some(&detected)), ["api"]);
    assert_eq!(units("", Some(&DetectedCommands::default())), [""; 0]);
    assert_eq!(units("domains: []", Some(&detected)), [""; 0]);
    assert_eq!(units("domains: [api, api]", Some(&detected)), ["api"]);
    let services = "domains: [api]\nservices: {shop: {path: s}, billing: {path: b}, site: {path: w, domain: web}}";
    assert_eq!(units(services, None), ["api.shop", "api.billing"]);
    assert_eq!(units(services, Some(&detected)), ["api.shop", "api.billing"]);
    let all = format!("{services}\ncommands: {{api: {{test: x}}}}");
    assert_eq!(units(&all, None), ["api", "api.shop", "api.billing"]);
}

#[test]
fn the_commands_of_a_unit_are_those_of_its_entry_or_the_detected_ones() {
    let config = config(
        "commands: {web: {test: web test}, db: {setup: {run: db setup}}}\n\
         services: {shop: {path: s, domain: web, commands: {test: shop test}}, bare: {path: b}}",
    );
    let detected = detected();
    let commands = |unit: &str, detected: Option<&DetectedCommands>| {
        let unit: Unit = unit.parse().unwrap();
        let commands = config.commands_of(&unit, detected)?;
        Some((commands.test, commands.lint, commands.setup.map(|setup| setup.run)))
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(commands("api", None), None);
    assert_eq!(
        commands("api", Some(&detected)),
        Some((text("go test -json ./..."), text("go vet ./..."), text("go mod download")))
    );
    assert_eq!(commands("web", None), Some((text("web test"), None, None)));
    assert_eq!(commands("web", Some(&detected)), Some((text("web test"), None, text("go mod download"))));
    assert_eq!(commands("db", Some(&detected)), Some((None, None, text("db setup"))));
    assert_eq!(commands("web.shop", Some(&detected)), Some((text("shop test"), None, None)));
    assert_eq!(commands("api.bare", Some(&detected)), Some((None, None, None)));
    assert_eq!(commands("api.shop", None), None);
    assert_eq!(commands("web.none", None), None);
}

#[test]
fn tests_are_where_the_configuration_says_or_where_they_were_found() {
    let paths = |text: &str, detected: Option<&DetectedCommands>| -> Vec<String> {
        config(text).test_paths(detected).0.iter().map(ToString::to_string).collect()
    };
    let detected = detected();
    assert_eq!(paths("", None), [""; 0]);
    assert_eq!(paths("", Some(&detected)), ["**/*_test.go", "**/testdata/**"]);
    assert_eq!(paths("tests: {paths: [checks/]}", Some(&detected)), ["checks/"]);
    assert_eq!(paths("tests: {paths: []}", Some(&detected)), [""; 0]);
}

#[test]
fn a_configuration_that_is_wrong_makes_no_policy() {
    assert!(read_config("cost_controls: {max_usd_per_run: unlimited}").is_err());
}
