use super::*;

fn words(text: &str) -> Vec<String> {
    let source = RustSource::new(text);
    assert_eq!(source.code.lines().count(), text.lines().count(), "{text}");
    assert_eq!(source.comments.lines().count(), text.lines().count(), "{text}");
    source.tokens().into_iter().map(|token| token.text).collect()
}

#[test]
fn comments_and_literals_are_no_code() {
    for hidden in [
        "// hidden",
        "/* hidden */",
        "/* a /* hidden */ hidden */",
        "//! hidden",
        r#""hidden""#,
        r#""\" hidden""#,
        r#""\\" /* hidden */"#,
        r#"r"hidden""#,
        r##"r#"" hidden"#"##,
        r###"br##""# hidden"##"###,
        "\"a\nhidden\"",
        "'h'",
        r"'\''",
        r"'\u{1F600}'",
        "'\"'",
    ] {
        let text = format!("before {hidden}\nafter");
        let words: Vec<_> = words(&text).into_iter().filter(|word| word != "b").collect();
        assert_eq!(words, ["before", "after"], "{hidden}");
    }
}

#[test]
fn comments_are_kept_apart_from_code_and_literals() {
    let source = RustSource::new("a(\"// b\"); // c /* \"d\"\n/* e\n f */ g");
    let comments: Vec<_> = source.comments.lines().map(str::trim).collect();
    assert_eq!(comments, ["// c /* \"d\"", "/* e", "f */"]);
}

#[test]
fn lifetimes_and_raw_identifiers_are_code() {
    assert_eq!(words("&'a str"), ["&", "'", "a", "str"]);
    assert_eq!(words("r#type"), ["r", "#", "type"]);
    assert_eq!(words("for\"x\" y"), ["for", "y"]);
    assert_eq!(words("f::<'a>('b')"), ["f", "::", "<", "'", "a", ">", "(", ")"]);
}

#[test]
fn tokens_know_their_lines() {
    let tokens = RustSource::new("use std::fs;\n\n/* x\n */ a_b: c").tokens();
    let found: Vec<_> = tokens.iter().map(|token| (token.line, token.text.as_str())).collect();
    let expected = [(1, "use"), (1, "std"), (1, "::"), (1, "fs"), (1, ";"), (4, "a_b"), (4, ":"), (4, "c")];
    assert_eq!(found, expected);
}

#[test]
fn paths_are_read_with_their_groups() {
    for (text, expected) in [
        ("use std::fs;", "std::fs"),
        ("std::fs::read(std::env)", "std::fs::read std::env"),
        (
            "use std::{fs, io::{self, Read as _, *}, env as e, a::b}; c::d",
            "std::fs std::io::self std::io::Read std::io::* std::env std::a::b",
        ),
        ("use std::{a::{b::{c}, d}, e}; std::f", "std::a::b::c std::a::d std::e std::f"),
        ("use std::{fs,}; f", "std::fs"),
        ("use std as s; f::g", "std"),
        ("fn a() -> std::b { c, d }", "std::b"),
        ("my_std::fs", ""),
        ("std::a, b::c", "std::a"),
        ("{ std::a } b", "std::a"),
        ("std::{a", "std::a"),
    ] {
        let tokens = RustSource::new(text).tokens();
        let found: Vec<_> = paths_from(&tokens, "std").into_iter().map(|(_, path)| path).collect();
        assert_eq!(found.join(" "), expected, "{text}");
    }
}

#[test]
fn text_that_never_closes_is_taken_apart_all_the_same() {
    for text in ["\"", "r#\"", "/*", "'", "'\\", "\"\\", "b'", "//", "/* /*", "é\"€", "r#", "r"] {
        RustSource::new(text).tokens();
    }
}

#[test]
fn test_modules_end_with_their_brace() {
    let text = "fn a() {}\n#[cfg(test)]\n#[expect(x)]\nmod tests {\n    fn b() {\n    }\n}\nfn c() {}\n";
    let source = RustSource::new(text);
    let flags: Vec<_> = (1..=8).map(|line| source.is_test_line(line)).collect();
    assert_eq!(flags, [false, true, true, true, true, true, true, false]);
    assert!(!source.is_test_line(0) && !source.is_test_line(9));
}

#[test]
fn a_test_module_in_its_own_file_ends_at_once() {
    let source = RustSource::new("#[cfg(test)]\nmod tests;\nfn a() {}\n");
    let flags: Vec<_> = (1..=3).map(|line| source.is_test_line(line)).collect();
    assert_eq!(flags, [true, true, false]);
}

#[test]
fn a_brace_in_a_literal_does_not_end_a_module() {
    let text = "#[cfg(test)]\nmod tests {\n    const A: &str = \"\n}\n\";\n}\nfn c() {}\n";
    let source = RustSource::new(text);
    assert!(source.is_test_line(5) && source.is_test_line(6) && !source.is_test_line(7));
}
