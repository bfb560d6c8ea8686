use proptest::prelude::*;

use super::*;

fn glob(text: &str) -> Glob {
    text.parse().unwrap()
}

#[test]
fn patterns_match_as_people_expect() {
    for (pattern, matching, other) in [
        ("tests/**", &["tests/a", "tests/a/b.rs"][..], &["test/a", "tests", "src/tests/a"][..]),
        ("tests/", &["tests/a", "tests/a/b"], &["tests", "a/tests/b"]),
        ("./tests/*", &["tests/a", "tests/"], &["tests/a/b"]),
        ("**/*.test.ts", &["a.test.ts", "x/a.test.ts", "x/y/.test.ts"], &["a.test.tsx", "test.ts"]),
        ("**/tests/**", &["tests/a", "x/tests/a", "x/y/tests/a/b"], &["x/mytests/a", "x/tests"]),
        ("src/*_test.go", &["src/a_test.go", "src/_test.go"], &["src/a/b_test.go", "src/a_test.gox"]),
        ("a?c", &["abc", "aéc", "a€c"], &["ac", "a/c", "abbc"]),
        ("a**c", &["ac", "abbc"], &["a/c"]),
        ("**", &["a", "a/b"], &[]),
        ("a/**/b", &["a/b", "a/x/b", "a/x/y/b"], &["a/xb", "ab", "a/b/c"]),
        ("größe/*.md", &["größe/ü.md"], &["grosse/a.md"]),
        ("a.b", &["a.b"], &["axb"]),
    ] {
        let glob = glob(pattern);
        for path in matching {
            assert!(glob.matches(path), "{pattern} should match {path}");
        }
        for path in other {
            assert!(!glob.matches(path), "{pattern} should not match {path}");
        }
    }
}

#[test]
fn what_is_not_supported_is_refused() {
    assert_eq!("".parse::<Glob>(), Err(GlobError::Empty));
    assert_eq!("./".parse::<Glob>(), Err(GlobError::Empty));
    for (text, character) in [("*.{js,ts}", '{'), ("[ab]", '['), ("!a", '!'), ("a\\b", '\\'), ("a\nb", '\n')] {
        assert_eq!(text.parse::<Glob>(), Err(GlobError::Unsupported(character)));
    }
    for text in ["/etc", "../a", "a/../b", "a/.."] {
        assert_eq!(text.parse::<Glob>(), Err(GlobError::Outside));
    }
    assert!("a".repeat(256).parse::<Glob>().is_ok());
    assert_eq!("a".repeat(257).parse::<Glob>(), Err(GlobError::TooLong));
}

#[test]
fn a_pattern_reads_back_as_it_was_written() {
    let paths = TestPaths(vec![glob("./tests/"), glob("**/*_test.go")]);
    let text = serde_json::to_string(&paths).unwrap();
    assert_eq!(text, r#"["./tests/","**/*_test.go"]"#);
    assert_eq!(serde_json::from_str::<TestPaths>(&text).unwrap(), paths);
    assert!(paths.contain("./tests/a") && paths.contain("x/a_test.go") && !paths.contain("src/a.go"));
    assert!(!TestPaths::default().contain("tests/a"));
}

#[test]
fn hostile_patterns_and_paths_take_linear_time() {
    let evil = glob(&"*a".repeat(100));
    assert!(!evil.matches(&format!("{}b", "a".repeat(5_000))));
    assert!(evil.matches(&"a".repeat(5_000)));
    let deep = glob("**/x/**/x/**/y");
    assert!(!deep.matches(&"x/".repeat(5_000)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn matching_never_panics_and_a_path_matches_itself(path in "[a-zé.]{1,5}(/[a-zé.]{1,5}){0,4}", any in ".{0,40}") {
        prop_assume!(!path.split('/').any(|part| part == "..") && path != "." && !path.starts_with("./"));
        let glob: Glob = path.parse().unwrap();
        prop_assert!(glob.matches(&path));
        glob.matches(&any);
    }
}
