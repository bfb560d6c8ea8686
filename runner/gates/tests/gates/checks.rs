//! Linters, coverage, audits and set-ups: one command, one check.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt as _;

use pipemason_core::config::{Commands, Config, Quality, Security, Setup, read_config};
use pipemason_core::domain::{Domain, Unit};
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::{Check, CheckOutcome, Severity};
use pipemason_core::glob::Glob;
use pipemason_core::phase::Phase;
use pipemason_gates::{
    AddedLines, CommandCheck, Environment, GateCommand, Origin, Place, SetupWork, accessibility, command_check,
    coverage_check, dependency_audit, measure_coverage, performance, secrets, setup, setup_inputs, static_analysis,
};

use crate::support::{Ground, findings};

fn config(text: &str) -> Config {
    read_config(text).expect("a configuration").config
}

fn lint(line: &str, origin: Origin) -> CommandCheck<'_> {
    CommandCheck {
        name: "lint",
        command: Some(GateCommand { line, origin }),
        class: FailureClass::LintError,
        sarif: None,
    }
}

async fn linted(ground: &Ground, line: &str, origin: Origin) -> Check {
    command_check(&ground.place(Phase::Implement), lint(line, origin)).await.expect("nobody stops it")
}

fn reason(check: &Check) -> &str {
    match &check.result {
        CheckOutcome::Skipped { reason } | CheckOutcome::Unavailable { reason } => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_linter_objects_by_its_exit_status_and_its_words_are_read() {
    let ground = Ground::new([("src/a.py", "x\n")]);
    let good = linted(&ground, "true", Origin::Configured).await;
    assert_eq!(good.result, CheckOutcome::Passed);
    let line = "printf '%s\\n' 'src/a.py:3:5: F401 unused' 'other.py:1:1: no such file' 'Found 1 error'; exit 1";
    let bad = linted(&ground, line, Origin::Detected).await;
    assert_eq!(bad.log.as_deref(), Some("artifacts/gates/implement-lint.log"));
    assert!(ground.read(".pipeline/artifacts/gates/implement-lint.log").contains("Found 1 error\n[exit status 1"));
    let [finding] = findings(&bad) else { panic!("{bad:?}") };
    assert_eq!(
        (finding.class, finding.path.as_deref(), finding.line),
        (FailureClass::LintError, Some("src/a.py"), Some(3))
    );
    assert_eq!(finding.message, "F401 unused");
    let bare = linted(&ground, "echo 'it is all wrong'; exit 1", Origin::Configured).await;
    assert_eq!(findings(&bare)[0].message, "it is all wrong");
}

#[tokio::test]
async fn a_missing_tool_is_skipped_where_it_was_recognized_and_missed_where_it_was_asked_for() {
    let ground = Ground::new([]);
    let recognized = linted(&ground, "no-such-linter .", Origin::Detected).await;
    assert!(matches!(recognized.result, CheckOutcome::Skipped { .. }), "{recognized:?}");
    let asked = linted(&ground, "no-such-linter .", Origin::Configured).await;
    assert!(matches!(asked.result, CheckOutcome::Unavailable { .. }), "{asked:?}");
    assert!(reason(&asked).contains("no-such-linter"), "{asked:?}");
    let dead = linted(&ground, "kill -9 $$", Origin::Detected).await;
    assert!(matches!(dead.result, CheckOutcome::Unavailable { .. }), "{dead:?}");
    let wanted = CommandCheck { command: None, ..lint("", Origin::Detected) };
    let none = command_check(&ground.place(Phase::Verify), wanted).await.expect("nobody stops it");
    assert!(reason(&none).contains("no command `lint`"));
}

#[tokio::test]
async fn errors_in_sarif_object_also_where_the_linter_ends_well() {
    let sarif = |level: &str| {
        format!(
            r#"{{"runs":[{{"tool":{{"driver":{{"name":"x"}}}},"results":[{{"ruleId":"R1","level":"{level}","message":{{"text":"bad"}},"locations":[{{"physicalLocation":{{"artifactLocation":{{"uri":"src/a.c"}},"region":{{"startLine":7}}}}}}]}}]}}]}}"#
        )
    };
    let glob = Glob::parse("out/*.sarif").expect("a pattern");
    for (level, is_good) in [("error", false), ("warning", true)] {
        let ground = Ground::new([("next", sarif(level).as_str()), ("out/old.sarif", sarif("error").as_str())]);
        let wanted = CommandCheck { sarif: Some(&glob), ..lint("cp next out/new.sarif", Origin::Configured) };
        let check = command_check(&ground.place(Phase::Verify), wanted).await.expect("nobody stops it");
        assert_eq!(check.result == CheckOutcome::Passed, is_good, "{check:?}");
        if !is_good {
            assert_eq!((findings(&check).len(), findings(&check)[0].line), (1, Some(7)));
        }
    }
    let ground = Ground::new([]);
    let wanted =
        CommandCheck { sarif: Some(&glob), ..lint("mkdir out; echo nothing > out/new.sarif", Origin::Configured) };
    let check = command_check(&ground.place(Phase::Verify), wanted).await.expect("nobody stops it");
    assert!(matches!(check.result, CheckOutcome::Unavailable { .. }), "{check:?}");
}

#[tokio::test]
async fn a_service_works_in_its_folder_and_its_findings_are_seen_from_the_root() {
    let ground = Ground::new([("services/billing/a.py", "x\n")]);
    let config = config("services: {billing: {path: services/billing, commands: {test: x}}}");
    let (_, service) = config.services.iter().next().expect("a service");
    let mut place = ground.place(Phase::Implement).in_service(&service.path);
    place.unit = Unit::service_of(Domain::Api, "billing");
    let line = "echo \"$(pwd -P)/a.py:2:1: bad\"; exit 1";
    let check = command_check(&place, lint(line, Origin::Configured)).await.expect("nobody stops it");
    assert_eq!(findings(&check)[0].path.as_deref(), Some("services/billing/a.py"));
    assert_eq!(check.log.as_deref(), Some("artifacts/gates/implement-api.billing-lint.log"));
}

const LCOV: &str = "SF:src/a.rs\nDA:1,1\nDA:2,1\nDA:3,0\nDA:4,1\nend_of_record\n";

#[tokio::test]
async fn coverage_is_what_the_report_of_this_run_says() {
    let ground = Ground::new([("next", LCOV), ("lcov.info", "SF:src/a.rs\nDA:1,1\nend_of_record\n")]);
    let place = ground.place(Phase::Verify);
    let required =
        |text: &str| config(&format!("quality: {{require_coverage_pct: {text}}}")).quality.require_coverage_pct;
    // Tests that fail are the business of another check.
    let command = GateCommand { line: "cp next lcov.info; exit 1", origin: Origin::Detected };
    for (threshold, is_good) in [("75", true), ("75.01", false)] {
        let check = coverage_check(&place, Some(command), None, required(threshold)).await.expect("nobody stops it");
        assert_eq!(check.result == CheckOutcome::Passed, is_good, "{check:?}");
    }
    let off = coverage_check(&place, Some(command), None, required("0")).await.expect("nobody stops it");
    assert!(matches!(off.result, CheckOutcome::Skipped { .. }));
    let silent = GateCommand { line: "true", origin: Origin::Detected };
    let stale = coverage_check(&place, Some(silent), None, required("1")).await.expect("nobody stops it");
    assert!(reason(&stale).contains("wrote no LCOV file"), "{stale:?}");
    let measured = measure_coverage(&place, command, None).await.expect("nobody stops it");
    let touched = BTreeMap::from([("src/a.rs".to_owned(), BTreeSet::from([3, 4]))]);
    assert_eq!(measured.of_touched(&touched).expect("coverage").covered.to_string(), "50.0 %");
}

#[test]
fn secrets_in_added_lines_are_found_and_not_shown() {
    let ground = Ground::new([]);
    let place = ground.place(Phase::Verify);
    let token = format!("ghp_{}", "a1B2c3D4e5".repeat(4));
    let lines = |text: &str| {
        AddedLines::from([("src/a.rs".to_owned(), BTreeMap::from([(3, "fn a() {}".to_owned()), (9, text.to_owned())]))])
    };
    let check = secrets(&place, &Security::default(), &lines(&format!("let t = \"{token}\";")));
    let [finding] = findings(&check) else { panic!("{check:?}") };
    assert_eq!(
        (finding.class, finding.severity, finding.line),
        (FailureClass::SecurityFinding, Severity::High, Some(9))
    );
    assert!(!format!("{check:?}").contains(&token));
    assert_eq!(secrets(&place, &Security::default(), &lines("let t = 1;")).result, CheckOutcome::Passed);
    let off = config("security: {secret_scan: false}").security;
    assert!(matches!(secrets(&place, &off, &lines(&token)).result, CheckOutcome::Skipped { .. }));
}

/// Puts a program of this name where programs are looked for first.
fn with_program(ground: &Ground, mut place: Place, name: &str, script: &str) -> Place {
    let folder = ground.folder.path().join("programs");
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a program");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("rights");
    place.environment = place.environment.with("PATH", format!("{}:/usr/bin:/bin", folder.display()));
    place
}

async fn audited(lock: &str, program: &str, script: &str, origin: Origin) -> Check {
    let ground = Ground::new([(lock, "")]);
    let place = with_program(&ground, ground.place(Phase::Verify), program, script);
    let changed = BTreeSet::from([lock.to_owned()]);
    dependency_audit(&place, &Security::default(), origin, &changed).await.expect("nobody stops it")
}

#[tokio::test]
async fn known_weaknesses_of_changed_dependencies_are_found() {
    let npm = r#"echo 'npm warn x'; echo '{"vulnerabilities":{"a":{"via":["b"]},"b":{"via":[{"severity":"moderate","url":"https://example.com/1","title":"Bad"}]}}}'; exit 1"#;
    let check = audited("package-lock.json", "npm", npm, Origin::Detected).await;
    let [finding] = findings(&check) else { panic!("{check:?}") };
    assert_eq!(
        (finding.severity, finding.message.as_str(), finding.path.as_deref()),
        (Severity::Medium, "b: Bad", Some("package-lock.json"))
    );
    let pip = r#"echo '{"dependencies":[{"name":"a","vulns":[]},{"name":"b","vulns":[{"id":"PYSEC-1","description":"Bad"}]}]}'; exit 1"#;
    assert_eq!(findings(&audited("requirements.txt", "pip-audit", pip, Origin::Detected).await)[0].rule, "PYSEC-1");
    let pnpm =
        r#"echo '{"advisories":{"1":{"severity":"critical","module_name":"a","title":"Bad","url":"u"}}}'; exit 1"#;
    assert_eq!(
        findings(&audited("pnpm-lock.yaml", "pnpm", pnpm, Origin::Detected).await)[0].severity,
        Severity::Critical
    );
    let cargo = r#"echo '{"vulnerabilities":{"list":[]}}'"#;
    // Cargo finds `audit` beside itself, and so does the look for it.
    let ground = Ground::new([("Cargo.lock", "")]);
    let place = with_program(&ground, ground.place(Phase::Verify), "cargo-audit", "true");
    let place = with_program(&ground, place, "cargo", cargo);
    let changed = BTreeSet::from(["Cargo.lock".to_owned()]);
    let check = dependency_audit(&place, &Security::default(), Origin::Detected, &changed).await;
    assert_eq!(check.expect("nobody stops it").result, CheckOutcome::Passed);
}

#[tokio::test]
async fn an_audit_that_cannot_run_is_never_a_pass() {
    let offline = "echo 'npm error audit request failed, reason: getaddrinfo ENOTFOUND registry' >&2; exit 1";
    let recognized = audited("package-lock.json", "npm", offline, Origin::Detected).await;
    assert!(matches!(recognized.result, CheckOutcome::Skipped { .. }), "{recognized:?}");
    let asked = audited("package-lock.json", "npm", offline, Origin::Configured).await;
    assert!(matches!(asked.result, CheckOutcome::Unavailable { .. }), "{asked:?}");
    let confused = audited("package-lock.json", "npm", "echo '{}'; exit 1", Origin::Detected).await;
    assert!(matches!(confused.result, CheckOutcome::Unavailable { .. }), "{confused:?}");
    let absent = audited("requirements.txt", "other", "true", Origin::Detected).await;
    assert!(reason(&absent).contains("`pip-audit` is not installed"), "{absent:?}");
    let ground = Ground::new([("package-lock.json", "")]);
    let place = ground.place(Phase::Verify);
    let nothing = dependency_audit(&place, &Security::default(), Origin::Detected, &BTreeSet::new()).await;
    assert!(reason(&nothing.expect("nobody stops it")).contains("no lock file was changed"));
}

#[tokio::test]
async fn checks_that_nothing_can_make_are_skipped_unless_they_are_asked_for() {
    let ground = Ground::new([]);
    let place = with_program(&ground, ground.place(Phase::Verify), "semgrep", "echo '{\"runs\":[]}'");
    let asked = config("security: {sast: true}\nquality: {require_perf_clean: true}");
    assert!(matches!(accessibility(&place).result, CheckOutcome::Skipped { .. }));
    assert!(matches!(performance(&place, &Quality::default()).result, CheckOutcome::Skipped { .. }));
    assert!(matches!(performance(&place, &asked.quality).result, CheckOutcome::Unavailable { .. }));
    let analyzed = static_analysis(&place, &asked.security).await.expect("nobody stops it");
    assert_eq!(analyzed.result, CheckOutcome::Passed);
    let without = with_program(&Ground::new([]), ground.place(Phase::Verify), "other", "true");
    let analyzed = static_analysis(&without, &asked.security).await.expect("nobody stops it");
    assert!(matches!(analyzed.result, CheckOutcome::Unavailable { .. }));
}

fn set_up(run: &str) -> Setup {
    let text =
        format!("commands: {{api: {{setup: {{run: \"{run}\", env: [NPM_TOKEN], inputs: [package-lock.json]}}}}}}");
    let config = config(&text);
    let Commands { setup, .. } = config.commands.get(&Domain::Api).expect("commands").clone();
    setup.expect("a set-up")
}

#[tokio::test]
async fn sec_56_only_a_set_up_of_the_base_sees_its_secrets() {
    let ground = Ground::new([("package-lock.json", "1")]);
    let place = ground.place(Phase::Init);
    let setup_of = set_up("env > seen; echo $NPM_TOKEN");
    let variables = Environment::default().with("NPM_TOKEN", "correct-horse-battery");
    let base = setup_inputs(&place, &setup_of).expect("inputs");
    let work = SetupWork { setup: &setup_of, origin: Origin::Configured, variables: &variables, base, last: None };
    let first = setup(&place, work).await.expect("nobody stops it");
    assert_eq!((&first.check.result, first.inputs), (&CheckOutcome::Passed, Some(base)));
    assert!(ground.read("seen").contains("NPM_TOKEN=correct-horse-battery"));
    let log = ground.read(".pipeline/artifacts/gates/init-setup.log");
    assert!(!log.contains("correct-horse-battery") && log.contains("[redacted"), "{log}");
    assert!(!format!("{work:?}").contains("correct-horse-battery"));

    let again = setup(&place, SetupWork { last: first.inputs, ..work }).await.expect("nobody stops it");
    assert!(matches!(again.check.result, CheckOutcome::Skipped { .. }));

    ground.write("package-lock.json", "2");
    let changed = setup(&place, SetupWork { last: first.inputs, ..work }).await.expect("nobody stops it");
    assert_eq!(changed.check.result, CheckOutcome::Passed);
    assert_ne!(changed.inputs, first.inputs);
    assert!(!ground.read("seen").contains("NPM_TOKEN"));
}

#[tokio::test]
async fn a_set_up_that_fails_is_nobodys_fault_at_the_base_and_somebodys_later() {
    let ground = Ground::new([("package-lock.json", "1")]);
    let place = ground.place(Phase::Init);
    let setup_of = set_up("exit 1");
    let base = setup_inputs(&place, &setup_of).expect("inputs");
    let variables = Environment::default();
    let work = SetupWork { setup: &setup_of, origin: Origin::Configured, variables: &variables, base, last: None };
    let gate = setup(&place, work).await.expect("nobody stops it");
    assert!(matches!(gate.check.result, CheckOutcome::Unavailable { .. }) && gate.inputs.is_none(), "{gate:?}");
    ground.write("package-lock.json", "2");
    let gate = setup(&place, work).await.expect("nobody stops it");
    assert!(matches!(gate.check.result, CheckOutcome::Failed { .. }), "{gate:?}");
}
