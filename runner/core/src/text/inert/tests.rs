use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};

use super::*;

const LONG: usize = 10_000;

/// Texts that mean something on GitHub or in git.
const HOSTILE: [&str; 58] = [
    "@user",
    "@org/team",
    "hi @a-b!",
    "a@example.org",
    "fixes #1",
    "Closes: owner/repo#2",
    "GH-1",
    "gh-12",
    "resolve GH-3",
    "0123456789abcdef0123456789abcdef01234567",
    "deadbee",
    "owner/repo@deadbeef",
    "https://evil.example/?d=1",
    "http://a.b",
    "www.evil.example",
    "WWW.evil.example",
    "<https://evil.example>",
    "<mail@evil.example>",
    "![a](https://evil.example/x)",
    "[a](https://evil.example \"t\")",
    "[a][b]\n\n[b]: https://evil.example",
    "<b>bold</b>",
    "<img src=x onerror=y>",
    "<!-- pipemason:run -->",
    "<!--pipemason: x",
    "</details>",
    "/pipemason approve",
    "  /Pipemason go",
    "[^1]\n\n[^1]: note",
    "- [x] done",
    "- [ ] open",
    "* item",
    "+ item",
    "1. one",
    "1) one",
    "# heading",
    "###### heading #",
    "title\n=====",
    "title\n---",
    "***",
    "> quote",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "a | b",
    "${{ secrets.TOKEN }}",
    "```\ncode\n```",
    "~~~~\ncode\n~~~~",
    "`code` ``more``",
    "~~gone~~ **bold** _it_",
    "Signed-off-by: A <a@b.c>",
    "Co-authored-by : A <a@b.c>",
    "[skip ci]",
    "[CI Skip]",
    "[no ci]",
    "***NO_CI***",
    "skip-checks: true",
    "$x$ and $$y$$",
    ":tada: a\\|b \\*c\\* &lt;b&gt; &copy;",
    "a\u{202e}b\u{1b}[31mc\u{200b}d\\",
];

fn without_breaks(text: &str) -> String {
    text.replace('\u{200b}', "")
}

/// Returns what Markdown shows, and panics where it is more than text.
fn shown(markdown: &str) -> String {
    let mut shown = String::new();
    for event in Parser::new_ext(markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
        match event {
            Event::Text(text) | Event::Code(text) => shown.push_str(&text),
            Event::SoftBreak => shown.push('\n'),
            Event::Start(Tag::Paragraph) if !shown.is_empty() => shown.push_str("\n\n"),
            Event::Start(Tag::Paragraph | Tag::CodeBlock(_)) | Event::End(_) => (),
            event => panic!("{event:?} in {markdown:?}"),
        }
    }
    shown
}

/// Whether `text` holds `word`, and not as the end of a longer one, where it means nothing.
fn holds_word(text: &str, word: &str) -> bool {
    let is_end =
        |before: Option<&str>| before.is_some_and(|text| text.ends_with(|last: char| last.is_ascii_alphanumeric()));
    text.match_indices(word).any(|(at, _)| !is_end(text.get(..at)))
}

/// Panics if something that GitHub or git finds is left in `text`.
fn assert_means_nothing(text: &str) {
    let lower = text.to_ascii_lowercase();
    let characters: Vec<_> = text.chars().collect();
    for pair in characters.windows(2) {
        assert!(pair[0] != '@' || pair[1] == '\u{200b}' || pair[1].is_whitespace(), "mention in {text:?}");
        assert!(pair[0] != '#' || !pair[1].is_ascii_digit(), "reference in {text:?}");
    }
    for meaning in ["://", "www.", "<!-", "${{", "/pipemason", "[skip ci]", "[ci skip]", "[no ci]"] {
        assert!(!lower.contains(meaning), "{meaning} in {text:?}");
    }
    for meaning in ["gh-1", "gh-3", "skip-checks"] {
        assert!(!holds_word(&lower, meaning), "{meaning} in {text:?}");
    }
    for line in lower.lines() {
        let key = line.split(':').next().unwrap_or_default().trim_start();
        let is_token = key.chars().all(|character| character.is_ascii_alphanumeric() || character == '-');
        let is_key = is_token && key != line.trim_start();
        assert!(!is_key || !key.ends_with("-by"), "trailer in {text:?}");
    }
    for digits in lower.split(|character: char| !character.is_ascii_hexdigit()) {
        assert!(digits.len() < 7 || digits.bytes().all(|byte| byte.is_ascii_digit()), "commit in {text:?}");
    }
}

fn words(text: &str) -> Vec<String> {
    let text = visible(text, |_| ());
    without_breaks(&text).split_whitespace().map(str::to_owned).collect()
}

fn check(text: &str) {
    let line = inline(text, LONG);
    assert!(!line.as_str().contains('\n'));
    assert_means_nothing(&shown(line.as_str()));
    assert_eq!(words(&shown(line.as_str())), words(text), "{line}");

    let code = inline_code(text, LONG);
    assert_eq!(words(&shown(code.as_str())), words(text), "{code}");
    for cell in [line.as_str(), code.as_str()] {
        let table = format!("| a | b |\n|---|---|\n| {cell} | last |");
        let cells =
            Parser::new_ext(&table, Options::ENABLE_TABLES).filter(|event| *event == Event::Start(Tag::TableCell));
        assert_eq!(cells.count(), 4, "{table}");
        assert!(table.ends_with(" | last |"));
    }

    let paragraphs = prose(text, LONG);
    assert_means_nothing(&shown(paragraphs.as_str()));
    assert_eq!(words(&shown(paragraphs.as_str())), words(text), "{paragraphs}");

    let code = block(text, LONG);
    assert_eq!(words(&shown(code.as_str())), words(text), "{code}");
    assert!(!code.as_str().contains("<!-- pipemason"));
    assert!(!holds_word(&code.as_str().to_lowercase(), "fixes #"));

    for message in [plain_line(text, LONG).to_string(), plain(text, LONG).to_string()] {
        assert_means_nothing(&message);
        assert_eq!(words(&message), words(text));
    }
}

#[test]
fn sec_36_hostile_texts_are_shown_and_mean_nothing() {
    for text in HOSTILE {
        check(text);
        check(&format!("a {text} b"));
        check(&format!("first\n{text}\nlast"));
    }
}

#[test]
fn sec_36_closing_words_mean_nothing_in_code() {
    for (text, expected) in [
        ("fixes #1", "f\u{200b}ixes #1"),
        ("Closed: https://github.com/a/b/issues/1", "C\u{200b}losed: https://github.com/a/b/issues/1"),
        ("resolve GH-1", "r\u{200b}esolve GH-1"),
        ("prefixes #1", "prefixes #1"),
        ("fixed it", "fixed it"),
        ("fix#1", "fix#1"),
    ] {
        assert_eq!(block(text, LONG).as_str(), format!("```\n{expected}\n```"));
    }
}

#[test]
fn lines_of_a_message_start_nothing_in_git() {
    for line in ["# comment", "---", "diff --git a b", "From abc", "fixup! a", "squash! a", "amend! a"] {
        assert!(plain(&format!("a\n{line}"), LONG).as_str().contains(&format!("\n\u{200b}{line}")), "{line}");
        assert!(plain_line(line, LONG).as_str().starts_with('\u{200b}'));
    }
}

#[test]
fn sec_36_no_text_closes_its_block() {
    for length in [1, 2, 3, 4, 15, 16, 17, 40] {
        for mark in ["`", "~"] {
            let text = format!("a\n{}\n# b", mark.repeat(length));
            let shown = shown(block(&text, LONG).as_str());
            assert_eq!(without_breaks(&shown), format!("{text}\n"));
        }
    }
}

#[test]
fn a_block_keeps_its_limit_at_every_size() {
    let text = "é line\n```\n".repeat(20);
    for max_bytes in 0..text.len() + 12 {
        let block = block(&text, max_bytes);
        assert!(block.as_str().len() <= max_bytes);
        assert_eq!(block.is_empty(), max_bytes < 10);
        shown(block.as_str());
    }
}

#[test]
fn texts_are_shortened_before_they_are_escaped() {
    assert_eq!(inline("****", 4).as_str(), "\\*\\*\\*\\*");
    assert_eq!(inline("*****", 4).as_str(), "\\*\\*\\*…");
    assert_eq!(inline_code("abcde", 4).as_str(), "`abc…`");
    assert_eq!(inline_code("", 4).as_str(), "");
    assert!(prose(&"*".repeat(100), 60).as_str().ends_with("characters left out\\]"));
    assert_eq!(plain_line("a\nb  c", 10).as_str(), "a b c");
    assert_eq!(plain("a  \n\n b\n\n", 10).as_str(), "a\n\n b");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sec_36_combinations_mean_nothing(pieces in prop::collection::vec(
        prop_oneof![
            prop::sample::select(&HOSTILE[..]),
            prop::sample::select(vec!["\n", " ", "\n\n", "\\", "`", "a", "1", "#", "@", "<", "|", "-", "=", ":", "~", "$", "[", "]", "(", "&", "é"]),
        ], 0..12)) {
        check(&pieces.concat());
    }
}
