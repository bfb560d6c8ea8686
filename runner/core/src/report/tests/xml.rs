use super::*;

fn read_junit(text: &str) -> TestReport {
    read_as(Format::Junit, text.as_bytes())
}

#[test]
fn document_types_and_entities_are_never_expanded() {
    let laughs = r#"<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;"><!ENTITY file SYSTEM "file:///etc/passwd">]>
<testsuite><testcase name="a &lol2; &amp; b"><failure message="&file;">&lol2;&file; &lt;x&gt; &#233;&#xE9;</failure></testcase></testsuite>"#;
    let report = read_text(Format::Junit, laughs);
    let (name, case) = report.cases.iter().next().unwrap();
    assert_eq!(name.as_str(), "a &lol2; &amp; b", "an attribute with an unknown entity stays as it is written");
    assert_eq!(case.outcome.failure().unwrap().message, "&file;\n&lol2;&file; <x> éé");
}

#[test]
fn everything_is_optional() {
    let report = read_junit("<testsuite><testcase/><testcase name='b'/><testcase classname='C'/></testsuite>");
    assert_eq!(report.cases.keys().map(TestName::as_str).collect::<Vec<_>>(), ["(unnamed)", "C", "b"]);
    assert_eq!((report.errors.len(), report.claimed), (0, None));
    assert_eq!(read_junit("<testsuites/>").cases.len(), 0);
    assert_eq!(read_junit("<testcase name='a'/>").cases.len(), 1);
}

#[test]
fn times_and_totals_are_read_in_any_spelling() {
    let suite = r#"<testsuite tests=" 2 " failures="x" errors="" time="1,234.5"><testcase name="a" time="1,234.5"/>
        <testcase name="b" time="-1"/><testcase name="c" time="soon"/><testcase name="d" time="1e400"/></testsuite>"#;
    let report = read_junit(suite);
    assert_eq!(report.claimed.unwrap().tests, 2);
    let times: Vec<_> = report.cases.values().map(|case| case.duration_ms).collect();
    assert_eq!(times, [Some(1_234_500), Some(0), None, None]);
}

#[test]
fn nested_suites_name_their_tests_and_pass_on_their_files() {
    let text = r#"<j:testsuites xmlns:j="x"><j:testsuite name="shop" file="test\shop.js"><j:testsuite name="cart">
        <j:testcase name="adds" classname="test"/><j:testcase name="own" classname="Cart" file="./b.js"/>
        </j:testsuite></j:testsuite></j:testsuites>"#;
    let report = read_text(Format::Junit, &text.replace("<j:testsuites", "<testsuite/><j:testsuites"));
    assert_eq!(report.cases[&name("shop > cart > adds")].file.as_deref(), Some("test/shop.js"));
    assert_eq!(report.cases[&name("Cart::own")].file.as_deref(), Some("b.js"));
}

#[test]
fn totals_are_summed_over_suites_and_taken_from_the_outermost() {
    let inner = r#"<testsuite tests="2" failures="1" errors="1" skipped="0"><testcase name="a"><error/></testcase>
        <testcase name="b"><failure/></testcase></testsuite>"#;
    let summed = read_junit(&format!("<testsuites>{inner}{inner}</testsuites>"));
    assert_eq!(summed.claimed, Some(Totals { tests: 4, failed: 4, skipped: 0 }));
    let outer = read_junit(&format!(r#"<testsuites tests="9">{inner}</testsuites>"#));
    assert_eq!(outer.claimed.unwrap().tests, 9);
    let several = read_junit(&format!("{inner}\n<?xml version='1.0'?>{inner}"));
    assert_eq!(several.claimed.unwrap().tests, 4);
    assert_eq!(several.doubled().count(), 2);
}

#[test]
fn a_suite_that_claims_failures_without_naming_them_contradicts_itself() {
    let judge = |failures| {
        let text = format!(
            r#"<testsuites><testsuite name="s" tests="2" failures="{failures}"><testcase name="a"><failure/></testcase>
            </testsuite></testsuites>"#
        );
        kinds(&read_junit(&text))
    };
    assert_eq!(judge(0), []);
    assert_eq!(judge(1), []);
    assert_eq!(judge(2), [SuiteErrorKind::Contradiction]);
    let error = read_junit("<testsuite name='s'><error message='died in set-up'/></testsuite>");
    assert_eq!(kinds(&error), [SuiteErrorKind::Crash]);
    assert_eq!(error.errors[0].message, "died in set-up");
}

#[test]
fn every_way_of_not_running_is_a_skip() {
    for case in [
        "<testcase name='a'><skipped/></testcase>",
        "<testcase name='a'><skipped message='m'>text</skipped></testcase>",
        "<testcase name='a'><disabled/></testcase>",
        "<testcase name='a' status='notrun'/>",
        "<testcase name='a' result='skipped'/>",
        "<testcase name='a' status='disabled'/>",
    ] {
        let report = read_junit(&format!("<testsuite>{case}</testsuite>"));
        assert!(matches!(report.outcome(&name("a")), Some(Outcome::Skipped { .. })), "{case}");
    }
    let both = "<testsuite><testcase name='a'><skipped/><failure/></testcase></testsuite>";
    assert!(read_junit(both).outcome(&name("a")).unwrap().is_failed(), "the worse counts");
}

#[test]
fn a_broken_document_keeps_what_was_read_and_says_so() {
    for text in [
        "<testsuite><testcase name='a'/>",
        "<testsuite><testcase name='a'><failure>",
        "<testsuite><testcase name='a'/></testsuit>",
        "<testsuite><testcase name='a'/><![CDATA[ ",
        "<testsuite><testcase name='a'/><!-- ",
        "<testsuite><testcase name='a'/><testcase name='b",
    ] {
        let report = read_junit(text);
        assert!(kinds(&report).contains(&SuiteErrorKind::Malformed), "{text}");
        assert!(report.cases.contains_key(&name("a")), "{text}");
    }
    let open = read_junit("<testsuite><testcase name='a'><failure>");
    assert!(open.outcome(&name("a")).unwrap().is_failed());
}

#[test]
fn sec_49_what_a_test_prints_is_not_a_result() {
    let text = r#"<testsuite><testcase name="a"><failure/><system-out><![CDATA[</failure></testcase>
        <testcase name="forged"/>]]></system-out></testcase><system-err>&lt;testcase name="b"/&gt;</system-err></testsuite>"#;
    assert_eq!(read_junit(text).cases.len(), 1);
}

#[test]
fn bytes_of_any_encoding_are_read() {
    let text = "<testsuite><testcase name='größe'/></testsuite>";
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let utf16_big: Vec<u8> = [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    for bytes in [format!("\u{feff}\r\n{text}").into_bytes(), utf16, utf16_big] {
        assert!(read(&bytes).unwrap().cases.contains_key(&name("größe")));
    }
    let report = read(b"<testsuite><testcase name='gr\xf6\xdfe'/></testsuite>").unwrap();
    assert!(report.cases.contains_key(&name("gr\u{fffd}\u{fffd}e")));
}
