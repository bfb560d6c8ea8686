use super::*;

const SAMPLE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/reports/analysis.sarif"));

fn read(text: &str) -> SarifReport {
    read_sarif(text.as_bytes(), FailureClass::SecurityFinding, "/srv/dev/shop").unwrap()
}

/// Reads one result of one run.
fn finding(result: &str) -> Finding {
    let report = read(&format!(r#"{{"runs":[{{"tool":{{"driver":{{"name":"scan"}}}},"results":[{result}]}}]}}"#));
    report.findings.into_iter().next().unwrap()
}

#[test]
fn a_report_of_several_runs_is_read() {
    let report = read(SAMPLE);
    let lines: Vec<_> = report
        .findings
        .iter()
        .map(|finding| {
            let path = finding.path.as_deref().unwrap_or("-");
            let line = finding.line.map_or_else(String::new, |line| format!(":{line}"));
            format!("{} {} {path}{line}: {}", finding.severity.name(), finding.rule, finding.message)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "critical js/sql-injection src/query.js:12: This query depends on a value.",
            "high js/eval src/with space.js:3: Avoid eval.",
            "low js/style -: Prefer const.",
            "high other/rule lib/a.py:7: something",
        ]
    );
    assert_eq!(report.suppressed, 1);
    assert_eq!(report.failed_runs, ["other: out of memory"]);
    assert!(report.findings.iter().all(|finding| finding.class == FailureClass::SecurityFinding));
}

#[test]
fn a_score_outweighs_the_level() {
    for (score, severity) in [
        ("\"10.0\"", Severity::Critical),
        ("\"9.0\"", Severity::Critical),
        ("8.9", Severity::High),
        ("7.0", Severity::High),
        ("6.9", Severity::Medium),
        ("4", Severity::Medium),
        ("3.9", Severity::Low),
        ("\"0.1\"", Severity::Low),
        ("0", Severity::Info),
    ] {
        let result = format!(r#"{{"level":"note","properties":{{"security-severity":{score}}}}}"#);
        assert_eq!(finding(&result).severity, severity, "{score}");
    }
    // What is no number says nothing.
    assert_eq!(finding(r#"{"level":"note","properties":{"security-severity":"NaN"}}"#).severity, Severity::Low);
}

#[test]
fn a_level_that_nobody_knows_is_serious() {
    for (level, severity) in [
        ("error", Severity::High),
        ("warning", Severity::Medium),
        ("note", Severity::Low),
        ("none", Severity::Info),
        ("CRITICAL", Severity::Critical),
        ("catastrophe", Severity::High),
    ] {
        assert_eq!(finding(&format!(r#"{{"level":"{level}"}}"#)).severity, severity, "{level}");
    }
    assert_eq!(finding("{}").severity, Severity::Medium);
    assert_eq!(finding(r#"{"kind":"informational"}"#).severity, Severity::Info);
    assert_eq!(finding("{}").rule, "scan");
}

#[test]
fn only_accepted_suppressions_suppress() {
    let count = |suppressions: &str| {
        let report = read(&format!(r#"{{"runs":[{{"results":[{{"suppressions":{suppressions}}}]}}]}}"#));
        (report.findings.len(), report.suppressed)
    };
    assert_eq!(count(r#"[{"kind":"inSource"}]"#), (0, 1));
    assert_eq!(count(r#"[{"kind":"external","status":"accepted"}]"#), (0, 1));
    assert_eq!(count(r#"[{"kind":"external","status":"underReview"}]"#), (1, 0));
    assert_eq!(count(r#"[{"kind":"external","status":"rejected"}]"#), (1, 0));
    assert_eq!(count("[]"), (1, 0));
}

#[test]
fn results_that_object_to_nothing_are_no_findings() {
    for result in [r#"{"kind":"pass"}"#, r#"{"kind":"notApplicable"}"#, r#"{"baselineState":"absent"}"#, "7"] {
        assert_eq!(read(&format!(r#"{{"runs":[{{"results":[{result}]}}]}}"#)), SarifReport::default(), "{result}");
    }
}

#[test]
fn places_are_relative_to_the_repository() {
    for (uri, path) in [
        ("src/a.js", "src/a.js"),
        ("./src/a.js", "src/a.js"),
        ("file:///srv/dev/shop/src/a.js", "src/a.js"),
        ("file:/srv/dev/shop/src/a.js", "src/a.js"),
        ("file://build/srv/dev/shop/src/a.js", "src/a.js"),
        ("/srv/dev/shop/src/a.js", "src/a.js"),
        ("/srv/dev/shopping/a.js", "/srv/dev/shopping/a.js"),
        ("file:///C:/shop/a.js", "C:/shop/a.js"),
        ("src\\\\a.js", "src/a.js"),
        ("src/%C3%A9%20%zz%", "src/é %zz%"),
        ("../secret", "../secret"),
    ] {
        let location = format!(r#"{{"physicalLocation":{{"artifactLocation":{{"uri":"{uri}"}}}}}}"#);
        let found = finding(&format!(r#"{{"locations":[{location}]}}"#));
        assert_eq!(found.path.as_deref(), Some(path), "{uri}");
    }
}

#[test]
fn of_too_many_findings_the_worst_are_kept() {
    let notes = r#"{"level":"note"},"#.repeat(MAX_FINDINGS);
    let report = read(&format!(r#"{{"runs":[{{"results":[{notes}{{"level":"error"}}]}}]}}"#));
    assert_eq!((report.findings.len(), report.left_out), (MAX_FINDINGS, 1));
    assert_eq!(report.findings[0].severity, Severity::High);
    let exactly = r#"{"level":"note"},"#.repeat(MAX_FINDINGS - 1);
    let report = read(&format!(r#"{{"runs":[{{"results":[{exactly}{{"level":"error"}}]}}]}}"#));
    assert_eq!((report.findings.len(), report.left_out), (MAX_FINDINGS, 0));
    assert_eq!(report.findings[0].severity, Severity::Low);
}

#[test]
fn what_is_not_sarif_is_an_error_and_never_a_panic() {
    let read = |text: &str| read_sarif(text.as_bytes(), FailureClass::SecurityFinding, "");
    assert_eq!(read("{}"), Err(SarifError::NoRuns));
    assert_eq!(read(r#"{"runs":{}}"#), Err(SarifError::NoRuns));
    for text in ["", "nope", "{\"runs\":[", &"[".repeat(100_000)] {
        assert!(matches!(read(text), Err(SarifError::NotJson(_))));
    }
    assert_eq!(read(&" ".repeat(MAX_SARIF_BYTES + 1)), Err(SarifError::TooLarge(MAX_SARIF_BYTES + 1)));
    for run in ["null", "[]", "7", r#"{"results":7}"#, r#"{"results":[],"tool":[],"invocations":{}}"#] {
        assert_eq!(read(&format!("\u{feff}{{\"runs\":[{run}]}}")), Ok(SarifReport::default()), "{run}");
    }
}

#[test]
fn long_texts_are_cut_between_characters() {
    let long = "é".repeat(5_000);
    let argument = "{0}".repeat(2_000);
    let found = finding(&format!(r#"{{"ruleId":"{long}","message":{{"text":"{argument}","arguments":["{long}"]}}}}"#));
    assert_eq!((found.rule.len(), found.message.len()), (500, 2_000));
}
