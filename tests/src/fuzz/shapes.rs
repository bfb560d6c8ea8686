//! Large inputs of shapes that have hurt parsers before.

/// How large the shapes are that no parser may take long for.
pub const LARGE: usize = 1_000_000;

/// Returns the shapes, each with a name and of about `bytes` bytes; the nested ones go a tenth of that deep.
/// `around` is put before some of them, so that a parser gets past its first look.
pub fn shapes(around: &str, bytes: usize) -> Vec<(&'static str, String)> {
    let filled = |piece: &str| piece.repeat(bytes / piece.len().max(1));
    let nested = |open: &str, close: &str| format!("{}x{}", open.repeat(bytes / 10), close.repeat(bytes / 10));
    let runs = (2 * bytes).isqrt();
    let lines = around.split_inclusive('\n').map(|line| {
        // What parts a file stays single, so that the lines stay in their places.
        let is_fence = line.starts_with("---") || line.starts_with("```");
        line.repeat(if is_fence { 1 } else { bytes / around.len().max(1) })
    });
    let key = |keys: String, number: usize| keys + "key" + &number.to_string() + ": 1\n";
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
        ("backtick runs of growing length", (1..runs).map(|length| "`".repeat(length) + "a").collect()),
        ("many table rows", filled("| a | b |\n")),
        ("many table columns", filled("|a")),
        ("many mentions", filled("@a/b ")),
        ("many entities", filled("&amp;")),
        ("many escapes", filled("\\n")),
        ("many colored words", filled("\u{1b}[31mred\u{1b}[0m")),
        ("many invisible characters", filled("\u{200b}\u{202e}\u{e0041}")),
        ("many keys", (0..bytes / 16).fold(String::new(), key)),
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
        ("the seed many times", filled(around)),
        ("each line of the seed many times", lines.collect()),
        ("the seed and a long line", format!("{around}{}", filled("é"))),
        ("the seed and deep nesting", format!("{around}{}", nested("[", "]"))),
    ]
}
