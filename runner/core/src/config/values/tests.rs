use super::*;
use crate::config::tree::parse;
use crate::money::Usd;

/// Reads `text` as a value, or says how many errors there are.
fn read<T: Setting>(text: &str) -> Result<T, usize> {
    let (node, faults) = parse(text).unwrap();
    assert!(faults.is_empty());
    let mut reader = Reader::new(text);
    let value = T::read(&mut reader, "key", &node);
    let (errors, _) = reader.finish();
    assert_eq!(value.is_none(), !errors.is_empty(), "{text}");
    value.ok_or(errors.len())
}

fn reads<T: Setting + PartialEq + fmt::Debug>(right: &[(&str, &str)], wrong: &[&str]) {
    for (text, written) in right {
        let value = read::<T>(text).unwrap_or_else(|_| panic!("{text} should be {}", T::expected()));
        assert_eq!(value.to_yaml(), *written);
        assert_eq!(read::<T>(written).unwrap(), value);
    }
    for text in wrong {
        assert_eq!(read::<T>(text).err(), Some(1), "{text} should not be {}", T::expected());
    }
}

#[test]
fn numbers_and_switches_are_written_plainly() {
    reads::<bool>(
        &[("true", "true"), ("false", "false")],
        &["yes", "True", "on", "1", "\"true\"", "[true]", "{a: true}", "''"],
    );
    reads::<Count<2, 5>>(
        &[("2", "2"), ("5", "5"), ("03", "3")],
        &["1", "6", "-3", "+3", "3.0", "0x3", "3_0", "\"3\"", "99999999999999999999", "three", "[3]"],
    );
    reads::<Tokens>(&[("1", "1"), ("1000000000000", "1000000000000")], &["0", "1000000000001", "1e6", "-1"]);
    reads::<u64>(&[("0", "0"), ("18446744073709551615", "18446744073709551615")], &["18446744073709551616", "-1"]);
    assert_eq!(Count::<2, 5>::new(1).get(), 2);
    assert_eq!(Count::<2, 5>::new(2).get(), 2);
    assert_eq!(Count::<2, 5>::new(5).get(), 5);
    assert_eq!(Count::<2, 5>::new(6).get(), 5);
}

#[test]
fn money_and_shares_have_decimals() {
    reads::<Usd>(
        &[("10", "10"), ("2.50", "2.5"), ("0", "0"), ("0.000001", "0.000001"), ("$3", "3"), ("100", "100")],
        &["-1", "1e3", ".5", "\"1\"", "ten", "1,5", "0.0000001"],
    );
    reads::<Percent>(
        &[
            ("0", "0"),
            ("100", "100"),
            ("100.00", "100"),
            ("99.99", "99.99"),
            ("0.25", "0.25"),
            ("0.5", "0.5"),
            ("80", "80"),
        ],
        &["100.01", "101", "-1", "0.125", "1.", ".5", "80%", "\"80\"", "1e1"],
    );
    assert_eq!(read::<Percent>("0.5").unwrap().as_hundredths(), 50);
    assert_eq!(read::<Percent>("0.05").unwrap().as_hundredths(), 5);
}

#[test]
fn a_text_that_yaml_takes_for_something_else_has_to_be_quoted() {
    reads::<String>(
        &[
            ("npm test", "\"npm test\""),
            ("a.b-c_d/e", "a.b-c_d/e"),
            ("\"true\"", "\"true\""),
            ("'8'", "\"8\""),
            ("\"null\"", "\"null\""),
            ("'NULL'", "\"NULL\""),
            ("'No'", "\"No\""),
            ("1.2.3", "\"1.2.3\""),
            ("nan", "nan"),
            ("-x", "\"-x\""),
            ("\" a\\n\"", "\" a\\n\""),
        ],
        &["true", "No", "ON", "8", "-8", "+1.5", ".5", "1e9", "''", "' '", "\"a\\0\"", "[a]", "{a: b}"],
    );
}

#[test]
fn names_paths_and_addresses_follow_their_rules() {
    let is = |is_right: bool| move |result: bool| assert_eq!(result, is_right);
    for (text, is_right) in
        [("gpt-5.1", true), ("acme/models:large", true), ("a b", false), ("a\tb", false), ("", false)]
    {
        is(is_right)(text.parse::<Name>().is_ok());
    }
    assert!("x".repeat(255).parse::<Name>().is_ok());
    assert!("x".repeat(256).parse::<Name>().is_err());
    for (text, is_right) in
        [("A", true), ("_a1", true), ("1A", false), ("A-B", false), ("A=B", false), ("É", false), ("", false)]
    {
        is(is_right)(text.parse::<VariableName>().is_ok());
        is(is_right)(text.parse::<AgentVariable>().is_ok());
    }
    for (text, is_right) in [
        ("src", true),
        ("a/b", true),
        ("a/b/", true),
        (".", true),
        (".pipeline/x", true),
        ("a..b", true),
        ("/a", false),
        ("a//b", false),
        ("a/b//", false),
        ("../a", false),
        ("a/../b", false),
        ("a/..", false),
        ("C:/a", false),
        ("a\\b", false),
        ("a\nb", false),
        ("/", false),
    ] {
        assert_eq!(text.parse::<RepoPath>().is_ok(), is_right, "{text}");
    }
    for (text, is_right) in [
        ("http://127.0.0.1:8080/healthz", true),
        ("https://localhost", true),
        ("localhost:8080", false),
        ("ftp://localhost", false),
        ("http://", false),
        ("http:///x", false),
        ("http://a b", false),
    ] {
        assert_eq!(text.parse::<HealthUrl>().is_ok(), is_right, "{text}");
    }
    assert_eq!("shop-2".parse::<ServiceName>().unwrap().unit(Domain::Web).to_string(), "web.shop-2");
    assert!("a.b".parse::<ServiceName>().is_err());
}

#[test]
fn sec_40_an_agent_never_gets_what_could_write_to_github() {
    for text in [
        "GITHUB_TOKEN",
        "GH_TOKEN",
        "gh_token",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "PIPEMASON_TOKEN",
        "Actions_Runtime_Token",
    ] {
        assert!(text.parse::<AgentVariable>().is_err(), "{text}");
    }
    for text in ["GH_TOKENS", "ACTION", "OPENAI_API_KEY", "COPILOT_GITHUB_TOKEN"] {
        assert!(text.parse::<AgentVariable>().is_ok(), "{text}");
    }
}

#[test]
fn limits_compete_only_if_somebody_asked_for_them() {
    let unstated = Limit::unstated(10);
    assert_eq!(unstated.or_stricter(None), unstated);
    let stated = |value| Limit { value, is_stated: true };
    assert_eq!(unstated.or_stricter(Some(20)), stated(20));
    assert_eq!(stated(10).or_stricter(Some(20)), stated(10));
    assert_eq!(stated(10).or_stricter(Some(5)), stated(5));
    assert_eq!(stated(10).or_stricter(None), stated(10));
}

#[test]
fn lists_and_named_things_keep_their_order() {
    reads::<Vec<String>>(&[("[b, a]", "[b, a]"), ("- b\n- a", "[b, a]"), ("[]", "[]")], &["a", "{a: b}"]);
    assert_eq!(read::<Named<Name, Name>>("{b: x, a: y}").unwrap().to_yaml(), "{b: x, a: y}");
    assert_eq!(read::<Named<Name, Name>>("[a]").err(), Some(1));
    let named = read::<Named<Name, Name>>("{b: x, a: y}").unwrap();
    assert_eq!(named.get(&Name::fixed("a")), Some(&Name::fixed("y")));
    assert_eq!(named.get(&Name::fixed("c")), None);
}
