use proptest::prelude::*;

use super::*;

fn glob(pattern: &str) -> Glob {
    Glob::parse(pattern).unwrap()
}

#[test]
fn a_pattern_covers_whole_paths_from_the_root() {
    for (pattern, matching, others) in [
        ("CODEOWNERS", &["CODEOWNERS"][..], &["docs/CODEOWNERS", "CODEOWNERS2", "xCODEOWNERS", ""][..]),
        ("*.rs", &["a.rs", ".rs", "a.b.rs"], &["src/a.rs", "a.rs/b", "a.rsx"]),
        ("a?c", &["abc", "a€c", "a.c"], &["ac", "abbc", "a/c"]),
        ("a*c", &["ac", "abc", "abbc"], &["a/c", "ab/c", "a"]),
        ("src/*/x", &["src/a/x"], &["src/x", "src/a/b/x"]),
        ("tests/**", &["tests/a", "tests/a/b", "tests/.c"], &["tests", "test/a", "x/tests/a"]),
        ("tests/", &["tests/a", "tests/a/b"], &["tests"]),
        ("/tests/**", &["tests/a"], &["x/tests/a"]),
        ("./a", &["a"], &["./a"]),
        ("**", &["a", "a/b"], &[""]),
        ("**/a", &["a", "x/a", "x/y/a"], &["xa", "x/ya", "a/x"]),
        ("a/**/b", &["a/b", "a/x/b", "a/x/y/b"], &["ab", "a/xb", "ax/b"]),
        ("**/*.test.ts", &["a.test.ts", "x/y/a.test.ts"], &["a.test.tsx", "a.tests.ts"]),
        ("a**b", &["ab", "axb"], &["a/b", "a/x/b"]),
        ("***/a", &["x/a"], &["a", "x/y/a"]),
        ("x/a**", &["x/a", "x/ab"], &["x/a/b"]),
    ] {
        let glob = glob(pattern);
        for path in matching {
            assert!(glob.matches(path), "{pattern} should cover {path}");
        }
        for path in others {
            assert!(!glob.matches(path), "{pattern} should not cover {path}");
        }
    }
}

#[test]
fn sets_and_alternatives_choose() {
    for (pattern, matching, others) in [
        ("[abc]x", &["ax", "cx"][..], &["dx", "x", "abx"][..]),
        ("[a-c0-9]", &["b", "5"], &["d", "-"]),
        ("[!a-c]", &["d", "€"], &["a", "c", "/"]),
        ("[^a]", &["b"], &["a", "/"]),
        ("[]a]", &["]", "a"], &["b"]),
        ("[a-]", &["a", "-"], &["b"]),
        ("{a,b}", &["a", "b"], &["", "ab", "c", "a,b"]),
        ("x.{ts,tsx,}", &["x.ts", "x.tsx", "x."], &["x.t"]),
        ("{a,{b,c}d}e", &["ae", "bde", "cde"], &["be", "ade"]),
        ("{src,test}/**/*.{js,ts}", &["src/a.js", "test/x/y.ts"], &["lib/a.js", "src/a.rs"]),
        ("{**/a,b}", &["a", "x/a", "b"], &["x/b"]),
        ("x/{**,y}", &["x/1/2", "x/y"], &["x"]),
        ("a,b}", &["a,b}"], &["a"]),
        ("\\*\\{a", &["*{a"], &["x{a"]),
        ("a\\", &["a\\"], &["a"]),
    ] {
        let glob = glob(pattern);
        for path in matching {
            assert!(glob.matches(path), "{pattern} should cover {path}");
        }
        for path in others {
            assert!(!glob.matches(path), "{pattern} should not cover {path}");
        }
    }
}

#[test]
fn case_counts_only_where_it_is_asked_for() {
    for (pattern, path) in [("claude.md", "CLAUDE.md"), ("[a-c]x", "BX"), ("[A-C]x", "bx"), ("É", "é")] {
        assert!(!glob(pattern).matches(path), "{pattern}");
        assert!(glob(pattern).matches_ignoring_case(path), "{pattern}");
    }
    assert!(!glob("claude.md").matches_ignoring_case("CLAUDE.mdx"));
    assert!(!glob("s").matches_ignoring_case("ß"));
    assert!(!glob("a").matches_ignoring_case("é"));
}

#[test]
fn ignoring_case_never_covers_less() {
    for (pattern, path) in [("[!A-Z]x", "ax"), ("[!a-z]x", "Ax"), ("[!a]", "A"), ("[!é]", "É")] {
        assert!(glob(pattern).matches(path) && glob(pattern).matches_ignoring_case(path), "{pattern}");
    }
    assert!(glob("[!A-Z]x").matches_ignoring_case("AX") && glob("[a-z]").matches_ignoring_case("\u{17f}"));
    assert!(!glob("[!Aa]").matches_ignoring_case("a") && !glob("[!a]").matches_ignoring_case("/"));
    assert!(!glob("[a-c]").matches_ignoring_case("D") && !glob("[!0-9]").matches_ignoring_case("5"));
}

#[test]
fn what_is_not_a_pattern_is_refused() {
    assert_eq!(Glob::parse(""), Err(GlobError::Empty));
    assert_eq!(Glob::parse("/"), Err(GlobError::Empty));
    for (pattern, opener) in [("{a", '{'), ("{a,{b}", '{'), ("[a", '['), ("[", '['), ("[]", '[')] {
        let pattern = pattern.to_owned();
        assert_eq!(Glob::parse(&pattern), Err(GlobError::Unclosed { opener, pattern }));
    }
    assert!(matches!(Glob::parse("!a"), Err(GlobError::Negated { .. })));
    assert!(Glob::parse(&"a".repeat(MAX_GLOB_BYTES)).is_ok());
    assert!(matches!(Glob::parse(&"a".repeat(MAX_GLOB_BYTES + 1)), Err(GlobError::TooLong { bytes: 513 })));
    assert!(Glob::parse(&format!("{}a{}", "{".repeat(8), "}".repeat(8))).is_ok());
    assert!(matches!(
        Glob::parse(&format!("{}a{}", "{".repeat(9), "}".repeat(9))),
        Err(GlobError::TooDeep { limit: 8, .. })
    ));
}

#[test]
fn patterns_that_make_other_matchers_explode_are_harmless() {
    let path = "a".repeat(5_000);
    assert!(!glob(&format!("{}b", "a*".repeat(40))).matches(&path));
    assert!(!glob(&format!("{}b", "{a,aa,*}".repeat(20))).matches(&path));
    assert!(!glob(&format!("{}b", "**/".repeat(40))).matches(&path));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_a_pattern_or_an_error_and_never_a_panic(pattern in "[a*?{},\\[\\]!^/\\\\€-]{0,24}|\\PC{0,24}", path in "\\PC{0,24}") {
        if let Ok(glob) = Glob::parse(&pattern) {
            glob.matches(&path);
            glob.matches_ignoring_case(&path);
            prop_assert_eq!(glob.to_string(), pattern);
        }
    }

    #[test]
    fn a_path_without_special_characters_is_its_own_pattern(path in "[a-z€.]{1,8}(/[a-z€.]{1,8}){0,3}") {
        prop_assume!(!path.starts_with("./"));
        let glob = glob(&path);
        prop_assert!(glob.matches(&path));
        let longer = format!("{path}x");
        prop_assert!(!glob.matches(&longer));
    }
}
