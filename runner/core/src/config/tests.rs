use super::*;

mod hostile;
mod messages;
mod precedence;
mod rules;

const EVERY_KEY: &str = include_str!("../../tests/fixtures/config/valid/every_key.yml");
const COMMENTED: &str = include_str!("../../tests/fixtures/config/valid/commented.yml");
const ORIGINAL: &str = include_str!("../../tests/fixtures/original/config.yml");

/// Reads a configuration that has to be right.
fn loaded(text: &str) -> Loaded {
    read_config(text).unwrap_or_else(|error| panic!("{error}"))
}

fn config(text: &str) -> Config {
    loaded(text).config
}

#[test]
fn every_key_is_read_and_none_is_unknown() {
    let Loaded { config, warnings, notices } = loaded(EVERY_KEY);
    assert_eq!(warnings, []);
    assert_eq!(notices, []);
    for row in reference::rows() {
        let key = row.path.rsplit('.').next().unwrap();
        if !row.is_section && !key.contains(['<', '[']) {
            let is_written = EVERY_KEY.contains(&format!("{key}: ")) || EVERY_KEY.contains(&format!("{key}:\t"));
            assert!(is_written, "{} is not in the fixture", row.path);
        }
    }
    let setup = config.commands.get(&crate::domain::Domain::Api).unwrap().setup.clone().unwrap();
    assert_eq!(setup.run, "npm ci");
    assert_eq!(setup.env[0].as_str(), "NPM_TOKEN");
    assert_eq!(setup.inputs[0].as_str(), "package-lock.json");
    assert_eq!(config.screenshot.viewports[1].name.as_str(), "wide");
    assert_eq!(config.screenshot.viewports[1].height.get(), 1080);
    assert_eq!(config.github.allowed_bots, [49_699_333]);
    assert_eq!(config.cost_controls.max_usd_per_program, Some(crate::money::Usd::micros(100_500_000)));
}

#[test]
fn a_file_that_says_nothing_has_all_the_defaults() {
    for text in [
        "",
        "\n",
        "# nothing\n",
        "---\n",
        "{}",
        "null",
        "limits:\n",
        "limits: {}\ncommands: ~\n",
        "\u{feff}version: 1\r\n",
    ] {
        assert_eq!(config(text).to_yaml(), Config::default().to_yaml(), "{text:?}");
    }
}

#[test]
fn what_was_read_reads_back_from_what_is_written() {
    for text in ["", EVERY_KEY, COMMENTED, ORIGINAL] {
        let config = config(text);
        let written = config.to_yaml();
        assert_eq!(loaded(&written).config.to_yaml(), written);
        let stated = loaded(&written).config;
        assert_eq!(loaded(&stated.to_yaml()).config, stated);
    }
}

#[test]
fn a_file_written_by_people_is_read() {
    let Loaded { config, warnings, notices } = loaded(COMMENTED);
    assert_eq!((warnings, notices), (vec![], vec![]));
    let api = config.commands.get(&crate::domain::Domain::Api).unwrap();
    assert_eq!(api.test.as_deref(), Some("make database\ngo test ./...\n"));
    assert_eq!(api.lint, None);
    assert_eq!(config.github.label, "on");
    assert_eq!(config.branch.base.to_string(), "release/2.x");
    assert!(matches!(config.github.notify, Notify::Names(names) if names[1].as_str() == "acme/reviewers"));
    assert_eq!(read_config(&COMMENTED.replace('\n', "\r\n")).unwrap().config.branch, config.branch);
}

#[test]
fn the_configuration_of_the_original_product_loads() {
    let Loaded { config, warnings, notices } = loaded(ORIGINAL);
    assert_eq!(warnings, []);
    let notices: Vec<String> = notices.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(notices.join("\n"), @r#"
        `commands` (line 25): 1 key of the original product is not used (api.migrate)
        `models` (line 33): 13 keys of the original product are not used (default, architect, contracts, tdd, lead, e2e_lead, …)
        `parallelism` (line 56): a key of the original product that is not used
        `quality` (line 69): 1 key of the original product is not used (perf_baseline_path)
        `seo` (line 70): 4 keys of the original product are not used (canonical_origin, strict, skip_internal, lighthouse)
        `screenshot` (line 79): 5 keys of the original product are not used (expected_source, mobile.runner, mobile.capture_per_flow_step, on_mismatch, require_expected)
        `finalize` (line 98): 3 keys of the original product are not used (push_branch, pr_body_includes.jira_link, pr_body_includes.figma_link)
        `reporting` (line 108): 3 keys of the original product are not used (batch_test_events, errors_immediate, progress_interval_seconds)
        `stash` (line 114): 1 key of the original product is not used (tag_with_ticket)
        `fan_out` (line 123): 4 keys of the original product are not used (enabled, min_rows_for_fanout, max_per_phase, phases)
        `plan_then_execute` (line 130): 2 keys of the original product are not used (enabled, agents)
        `cost_controls` (line 134): 6 keys of the original product are not used (calibration_min_samples, curate_roster_by_domain, enabled, estimate_band_fraction, max_model_tier, max_thinking_tokens)
        `resource_controls` (line 143): 4 keys of the original product are not used (enabled, cleanup_simulators, max_concurrent_spawns, min_free_mem_warn_mb)
        `monitor_windowing` (line 148): 2 keys of the original product are not used (enabled, max_windows)
        `accessibility` (line 151): 4 keys of the original product are not used (enabled, standards, vpat, domains)
        `workspace` (line 163): 2 keys of the original product are not used (sub_repos, primary_repo)
        "#);
    let policy = config.policy(None);
    assert_eq!(policy.limits.usd_per_turn, crate::money::Usd::dollars(8));
    assert_eq!(policy.limits.usd_per_program, Some(crate::money::Usd::dollars(25)));
    assert_eq!(policy.limits.retries_per_phase, 3);
    assert_eq!(config.finalize.create_pr, Switch::No);
    assert_eq!(config.finalize.pr_body_includes.len(), 4);
    assert_eq!(config.screenshot.expected.unwrap().as_str(), ".pipeline/artifacts/expected/");
    assert_eq!(policy.units.iter().map(ToString::to_string).collect::<Vec<_>>(), ["api", "web"]);
}

#[test]
fn a_key_of_the_original_product_reaches_a_section_that_is_not_there() {
    let ceiling = |text: &str| config(text).cost_controls.max_usd_per_program;
    let expected = Some(crate::money::Usd::dollars(25));
    assert_eq!(ceiling("limits: {cost_ceiling_usd: 25}"), expected);
    assert_eq!(ceiling("limits: {cost_ceiling_usd: 25}\ncost_controls:\n"), expected);
    assert_eq!(ceiling("limits: {cost_ceiling_usd: 25}\ncost_controls: {max_usd_per_program: ~}"), expected);
    assert_eq!(
        ceiling("limits: {cost_ceiling_usd: ~}\ncost_controls: {max_usd_per_program: 3}"),
        Some(crate::money::Usd::dollars(3))
    );
    assert_eq!(ceiling("limits: {cost_ceiling_usd: ~}"), None);
}

#[test]
fn the_defaults_are_those_of_the_policy() {
    let detected = detect_commands(&FileFacts { names: ["go.mod".to_owned()].into(), ..FileFacts::default() });
    assert_eq!(Config::default().policy(Some(&detected)), crate::policy::Policy::default());
}

#[test]
fn the_reference_page_is_the_committed_one() {
    let committed = include_str!("../../../../docs/reference/config.md");
    assert!(
        reference_page() == committed,
        "run: cargo run -p pipemason-core --example config_reference > docs/reference/config.md"
    );
}
