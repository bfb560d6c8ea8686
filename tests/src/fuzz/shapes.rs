//! Large inputs of shapes that have hurt parsers before.

/// How large the inputs are.
const BYTES: usize = 1_000_000;

/// How deep the nested ones go.
const DEPTH: usize = 100_000;

fn filled(piece: &str) -> String {
    piece.repeat(BYTES / piece.len())
}

/// Returns the shapes, each with a name. `around` is put before and after some of them, so that a parser gets
/// past its first look.
pub fn shapes(around: &str) -> Vec<(&'static str, String)> {
    let nested = |open: &str, close: &str| format!("{}x{}", open.repeat(DEPTH), close.repeat(DEPTH));
    vec![
        ("one long line", filled("a")),
        ("one long line of multi-byte text", filled("€👩‍👩‍👧é")),
        ("many short lines", filled("a\n")),
        ("many empty lines", filled("\r\n")),
        ("many spaces", filled(" ")),
        ("many zero bytes", filled("\0")),
        ("nested brackets", nested("[", "]")),
        ("nested braces", nested("{\"a\":", "}")),
        ("nested quotes", nested("> ", "")),
        ("nested lists", nested("- ", "")),
        ("nested elements", nested("<a>", "</a>")),
        ("nested test suites", nested("<testsuite>", "</testsuite>")),
        ("nested links", nested("[", "](x)")),
        ("nested emphasis", nested("*_", "_*")),
        ("open comments", filled("<!--")),
        ("open fences", filled("```\n")),
        ("open elements", filled("<b ")),
        ("open strings", filled("\"a\\")),
        ("many backticks", filled("`")),
        ("backtick runs of growing length", (1..1400).map(|length| "`".repeat(length) + "a").collect()),
        ("many table rows", filled("| a | b |\n")),
        ("many table columns", filled("|a")),
        ("many mentions", filled("@a/b ")),
        ("many entities", filled("&amp;")),
        ("many escapes", filled("\\n")),
        ("many colored words", filled("\u{1b}[31mred\u{1b}[0m")),
        ("many invisible characters", filled("\u{200b}\u{202e}\u{e0041}")),
        ("many keys", (0..60_000).fold(String::new(), |keys, number| keys + "key" + &number.to_string() + ": 1\n")),
        ("many list items", filled("- a\n")),
        ("many front matter fences", filled("---\n")),
        ("many questions", filled("Q-1: a\n")),
        ("many urls", filled("https://example.com/a ")),
        ("many addresses", filled("a@b.example ")),
        ("many tokens", filled("ghp_0123456789abcdef0123456789abcdef0123 ")),
        ("almost tokens", filled("eyJ.eyJ.")),
        ("many test lines", filled("test a::b ... ok\n")),
        ("many tap lines", filled("not ok 1 - a\n")),
        ("many json lines", filled("{\"Action\":\"run\",\"Test\":\"A\"}\n")),
        ("the seed many times", if around.is_empty() { String::new() } else { filled(around) }),
        ("the seed and a long line", format!("{around}{}", filled("é"))),
        ("the seed and deep nesting", format!("{around}{}", nested("[", "]"))),
    ]
}
