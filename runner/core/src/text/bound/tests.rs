use proptest::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

use super::*;

#[test]
fn a_text_within_the_limit_stays() {
    assert_eq!(cut("abc", Limit::Characters(3)), "abc");
    assert_eq!(shortened("äöü", Limit::Bytes(6)), "äöü");
    assert_eq!(markdown("abc\n", Limit::Characters(4)), "abc\n");
}

#[test]
fn a_shortened_text_ends_with_an_ellipsis() {
    assert_eq!(shortened("abcd", Limit::Characters(3)), "ab…");
    assert_eq!(shortened("äöü", Limit::Bytes(5)), "ä…");
    assert_eq!(shortened("abcd", Limit::Bytes(3)), "…");
    assert_eq!(shortened("abcd", Limit::Bytes(2)), "");
}

#[test]
fn sec_38_no_character_is_parted_from_its_marks() {
    assert_eq!(start_of("ae\u{301}b", Limit::Characters(2)), "a");
    assert_eq!(start_of("ae\u{301}b", Limit::Characters(3)), "ae\u{301}");
    assert_eq!(start_of("a👨\u{200d}👩", Limit::Characters(3)), "a");
    assert_eq!(start_of("a❤\u{fe0f}b", Limit::Bytes(5)), "a");
    let zalgo = format!("a{}", "\u{301}".repeat(100));
    assert_eq!(start_of(&zalgo, Limit::Characters(50)).chars().count(), 50);
}

#[test]
fn a_cut_text_says_how_much_is_missing() {
    let cut_text = cut(&"é".repeat(100), Limit::Characters(50)).into_owned();
    let kept = cut_text.chars().filter(|character| *character == 'é').count();
    assert_eq!(cut_text, format!("{}\n[cut here: {} characters left out]", "é".repeat(kept), 100 - kept));
    assert!(kept >= 12);
}

#[test]
fn an_excerpt_keeps_the_first_and_last_lines() {
    let rule = Excerpt { first_lines: 1, last_lines: 2, line_characters: 3 };
    assert_eq!(excerpt("1\n2\n3", rule), "1\n2\n3");
    assert_eq!(excerpt("1\n2\n3\n4\n5", rule), "1\n[2…\n4\n5");
    let rule = Excerpt { line_characters: 40, ..rule };
    assert_eq!(excerpt("1\n2\n3\n4\n5", rule), "1\n[2 lines left out]\n4\n5");
}

/// Says whether everything that `text` opens is closed in it, by adding a paragraph and looking where it lands.
fn is_closed(text: &str) -> bool {
    let text = format!("{text}\n\nprobe-after-all");
    let mut in_code = false;
    let mut html = String::new();
    let mut is_seen = false;
    for event in Parser::new_ext(&text, Options::all()) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => in_code = true,
            Event::End(pulldown_cmark::TagEnd::CodeBlock) => in_code = false,
            Event::Html(part) | Event::InlineHtml(part) => html.push_str(&part),
            Event::Text(part) if part.contains("probe-after-all") => is_seen = !in_code,
            _ => (),
        }
    }
    is_seen && html.matches("<details>").count() <= html.matches("</details>").count()
}

#[test]
fn sec_38_a_cut_markdown_is_closed_and_keeps_its_limit() {
    let table = [
        format!("a\n\n```rust\n{}```\nend", "let é = 1;\n".repeat(30)),
        format!("````\n```\n{}\n````", "one long line 👩 ".repeat(40)),
        format!("~~~~\n{}", "a\n```\n".repeat(60)),
        format!("> - ```\n{}", ">   code\n".repeat(60)),
        format!("1. ```\n{}   ```\n", "   code\n".repeat(60)),
        format!("<details>\n<summary>a</summary>\n\n{}</details>\n", "text\n".repeat(80)),
        format!("<details>\n\n```\n{}```\n</details>\n", "text\n".repeat(80)),
        format!("| a | b |\n|---|---|\n{}", "| é | 2 |\n".repeat(60)),
        format!("a\n\n<!-- {}-->", "b\n".repeat(200)),
        "é".repeat(400),
    ];
    for text in table {
        let total = text.chars().count();
        for amount in 40..=total + 2 {
            for limit in [Limit::Characters(amount), Limit::Bytes(amount)] {
                let cut = markdown(&text, limit);
                assert!(limit.admits(&cut), "{limit:?} {text:?}");
                assert!(cut.is_empty() || is_closed(&cut), "{limit:?}: {cut:?}");
                assert_eq!(cut.is_empty() || cut.contains("characters left out]"), !cut.starts_with(&text), "{cut:?}");
            }
        }
    }
}

#[test]
fn sec_38_a_table_is_cut_between_rows() {
    let text = format!("| a | b |\n|---|---|\n{}", "| 1 | 2 |\n".repeat(20));
    let cut = markdown(&text, Limit::Characters(100));
    let (rows, notice) = cut.split_once("\n\n").unwrap();
    assert!(rows.lines().count() > 2 && rows.lines().all(|row| row.ends_with('|')), "{cut}");
    assert!(notice.starts_with("[cut here: "));
}

#[test]
fn sec_38_hostile_markdown_takes_time_in_proportion() {
    for unit in ["<details>", "<!--", "> ", "```\n", "- ", "1. ", "<"] {
        let text = unit.repeat(200_000 / unit.len());
        assert!(Limit::COMMENT.admits(&markdown(&text, Limit::COMMENT)));
    }
    let text = format!("{}```\n{}", "> ".repeat(100_000), "\n".repeat(200_000));
    assert!(Limit::COMMENT.admits(&markdown(&text, Limit::COMMENT)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_cut_keeps_its_limit(
        text in "([a é👩\u{301}\u{200d}\n`~>|-]|```\n|<details>\n|<!--|\\PC){0,60}",
        less in 0_usize..40,
    ) {
        for limit in [Limit::Characters(text.chars().count()), Limit::Bytes(text.len())] {
            for limit in [limit.less(less), limit.less(1), limit, Limit::Bytes(limit.amount() + 1)] {
                prop_assert!(limit.admits(start_of(&text, limit)));
                prop_assert!(limit.admits(&shortened(&text, limit)));
                prop_assert!(limit.admits(&cut(&text, limit)));
                prop_assert!(limit.admits(&markdown(&text, limit)));
                prop_assert_eq!(shortened(&text, limit) == text, limit.admits(&text));
            }
        }
    }
}
