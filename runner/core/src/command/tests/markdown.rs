//! Where a command may stand, held against a Markdown parser.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options as MarkdownOptions, Parser, Tag};

use super::*;

/// Says whether Markdown shows `/pipemason` as the first text of the comment, as plain text of the page itself.
fn is_shown_first(comment: &str) -> bool {
    let mut events = Parser::new_ext(comment, MarkdownOptions::ENABLE_GFM).into_offset_iter();
    let Some((Event::Start(Tag::Paragraph | Tag::Heading { .. }), block)) = events.next() else {
        return false;
    };
    let Some((Event::Text(text), place)) = events.next() else {
        return false;
    };
    let is_first_line = !comment.get(..place.start).unwrap().contains(['\n', '\r']);
    is_first_line && block.start <= MAX_INDENT && text.starts_with(COMMAND_WORD)
}

#[test]
fn sec_21_a_command_in_code_quotes_html_links_or_lists_or_not_on_the_first_line_is_none() {
    for comment in [
        "```\n/pipemason cancel\n```",
        "~~~\n/pipemason cancel",
        "``` /pipemason cancel",
        "    /pipemason cancel",
        "\t/pipemason cancel",
        "  \t/pipemason cancel",
        "`/pipemason cancel`",
        "``/pipemason cancel",
        "> /pipemason cancel",
        ">/pipemason cancel",
        "> quoted\n/pipemason cancel",
        "<!-- /pipemason cancel -->",
        "<!--\n/pipemason cancel\n-->",
        "<details>\n/pipemason cancel\n</details>",
        "<details>/pipemason cancel</details>",
        "<pre>/pipemason cancel</pre>",
        "<b>/pipemason cancel</b>",
        "[/pipemason cancel](https://example.com)",
        "![/pipemason cancel](https://example.com/x.png)",
        "[x]: /pipemason",
        "[^1]: /pipemason cancel",
        "- /pipemason cancel",
        "* /pipemason cancel",
        "1. /pipemason cancel",
        "- [ ] /pipemason cancel",
        "# /pipemason cancel",
        "| /pipemason cancel |\n|---|",
        "**/pipemason cancel**",
        "\\/pipemason cancel",
        "&#47;pipemason cancel",
        "&sol;pipemason cancel",
        "On Monday, x <x@example.com> wrote:\n> /pipemason cancel",
        "please /pipemason cancel",
        "@pipemason /pipemason cancel",
        "\n/pipemason cancel",
        "\r\n/pipemason cancel",
        "first\n/pipemason cancel",
        "first\r/pipemason cancel",
        "",
        "/",
        "/pipe",
    ] {
        assert_eq!(parse(comment), None, "{comment:?}");
    }
}

#[test]
fn sec_22_look_alikes_are_not_commands() {
    for comment in [
        "／pipemason cancel",
        "\u{2215}pipemason cancel",
        "//pipemason cancel",
        "/pipe\u{200b}mason cancel",
        "/\u{ad}pipemason cancel",
        "/pіpemason cancel",
        "/pipemаson cancel",
        "\u{feff}/pipemason cancel",
        "\u{a0}/pipemason cancel",
        "\u{2003}/pipemason cancel",
        "\u{200b}/pipemason cancel",
        "\u{0}/pipemason cancel",
        "\u{b}/pipemason cancel",
        "/pipemasonx cancel",
        "/pipemasonе cancel",
        "/pipemason-dev cancel",
        "/pipemason_x cancel",
        "/pipemason/config cancel",
        "/pipemason.yml",
        "/ pipemason cancel",
        "pipemason cancel",
    ] {
        assert_eq!(parse(comment), None, "{comment:?}");
    }
    for comment in [
        "/pipemason;rm -rf /",
        "/pipemason\u{a0}cancel",
        "/pipemason\u{a0} cancel",
        "/pipemason\u{200b} cancel",
        "/pipemason\u{feff} cancel",
        "/pipemason\u{3000}cancel",
        "/pipemason\u{0}",
        "/pipemason, cancel",
        "/pipemason: cancel",
        "/pipemason\"cancel\"",
        "/Pipemason cancel",
        "/PIPEMASON",
    ] {
        assert_eq!(error(comment), CommandError::Misspelled, "{comment:?}");
    }
    for comment in [
        "/pipemason cancel\u{a0}",
        "/pipemason \u{a0}cancel",
        "/pipemason can\u{200b}cel",
        "/pipemason саncel",
        "/pipemason cancel;rm",
        "/pipemason CANCEL",
        "/pipemason \u{202e}cancel",
    ] {
        assert_eq!(error(comment).code(), "unknown_command", "{comment:?}");
    }
}

#[test]
fn up_to_three_spaces_may_stand_before_a_command() {
    for (spaces, is_command) in [(0, true), (1, true), (3, true), (4, false)] {
        let comment = format!("{}/pipemason cancel", " ".repeat(spaces));
        assert_eq!(parse(&comment).is_some(), is_command, "{spaces}");
    }
}

#[test]
fn nothing_after_the_first_line_takes_a_command_away() {
    for rest in ["===", "---", "-- \nJane", "```", "<!--", "> quoted", "| a |\n|---|", "    code"] {
        assert_eq!(command(&format!("/pipemason cancel\n{rest}")), Command::Cancel, "{rest:?}");
    }
}

#[test]
fn look_alikes_are_recognized_so_that_they_are_no_answers() {
    for line in [
        "/pipemason cancel",
        "  ／pipemason cancel",
        "\u{2215}pipemason",
        "/pipe\u{200b}ma\u{ad}son cancel",
        "/ріреmаѕоп cancel",
        "/PIPEMАSON cancel",
        "\u{feff}\u{a0}/pipemason",
        "\\/pipemason",
        "`/pipemason cancel`",
        "**/pipemason cancel**",
        "/ｐｉｐｅｍａｓｏｎ",
        "/\u{e0041}pipemason",
        "/pipe\u{0}mason",
        "/pipe\u{7f}mason",
        "/pipemasonx",
    ] {
        assert!(resembles_command(line), "{line:?}");
    }
    for line in
        ["", "/", "/pipe", "use /pipemason cancel", "pipemason", "/pipe mason", "/pipe\tmason", "/deploy", "8080"]
    {
        assert!(!resembles_command(line), "{line:?}");
    }
}

#[test]
fn a_huge_comment_costs_little() {
    for filler in ["> ", "- ", "`", "[", "<!--", "*_", "a\\\"'", "\u{200b}", "日", " ", "\0", "\r", "\"a\" "] {
        let filler = filler.repeat(100_000);
        assert_eq!(parse(&filler), None);
        drop(parse(&format!("/pipemason start {filler}")));
        assert!(parse(&format!("/pipemason start x\n{filler}")).unwrap().is_ok());
        assert_eq!(command(&format!("/pipemason cancel\n{filler}")), Command::Cancel);
        let _ = resembles_command(&filler);
    }
}

/// Texts made of what commands and Markdown are made of.
fn comments() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "/pipemason",
        "start",
        "resume",
        "cancel",
        "approve",
        "program",
        "--base",
        "--",
        "=",
        " ",
        "  ",
        "    ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "'",
        "\\",
        "`",
        "```",
        "> ",
        "- ",
        "1. ",
        "<!--",
        "-->",
        "<details>",
        "[",
        "](x)",
        "# ",
        "===",
        "---",
        "|",
        "\u{a0}",
        "\u{200b}",
        "\u{feff}",
        "é",
        "🦀",
        "a",
        "&#47;",
        "~~~",
        "\0",
    ]);
    prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_parsed(comment in any::<String>(), tail in comments()) {
        drop(parse(&comment));
        drop(parse(&format!("/pipemason {tail}{comment}")));
        let _ = resembles_command(&comment);
    }

    #[test]
    fn a_command_is_what_markdown_shows_first(head in prop::sample::select(vec!["", " ", "   ", "/pipemason "]), tail in comments()) {
        let comment = format!("{head}{tail}");
        if matches!(parse(&comment), Some(Ok(_))) {
            prop_assert!(is_shown_first(&comment), "{comment:?}");
        }
    }

    #[test]
    fn a_wrapped_comment_is_no_command(tail in comments()) {
        let comment = format!("/pipemason start {tail}");
        let quoted = format!("> {}", comment.replace(['\n', '\r'], "\n> "));
        for wrapped in [
            quoted,
            format!("```\n{comment}\n```"),
            format!("~~~~\n{comment}"),
            format!("<!-- {comment} -->"),
            format!("<details>\n{comment}\n</details>"),
            format!("- {comment}"),
            format!("    {comment}"),
            format!("`{comment}`"),
            format!("[{comment}](https://example.com)"),
            format!("\n{comment}"),
        ] {
            prop_assert_eq!(parse(&wrapped), None);
        }
    }

    #[test]
    fn line_ends_do_not_matter(lines in prop::collection::vec("[ -~é]{0,20}", 0..5)) {
        let with = |end: &str| parse(&format!("/pipemason start {}", lines.join(end)));
        prop_assert_eq!(with("\n"), with("\r\n"));
        prop_assert_eq!(with("\n"), with("\r"));
    }

    #[test]
    fn quoted_text_comes_through_whole(text in "[^\r\n']{1,40}") {
        prop_assume!(!text.trim().is_empty());
        let Some(Ok(Command::Start { text: found, .. })) = parse(&format!("/pipemason start '{text}'")) else {
            return Err(TestCaseError::fail("not a start"));
        };
        prop_assert_eq!(found, Some(text));
    }
}
