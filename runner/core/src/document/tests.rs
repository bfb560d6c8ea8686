//! Texts that try to become more than text.

use proptest::prelude::*;

use super::blocks::read_blocks;
use super::inline::{Spot, push_code, push_text};
use super::*;

/// Any text, with more than its share of what Markdown, YAML and our own formats could trip over.
pub(crate) fn hostile_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[\\x00-\\x{10ffff}]{0,4}",
        "[ `*_\\[\\]<>&~#|:\\\\.()!=+\\-0-9a]{0,12}",
        prop::sample::select(vec![
            "AC-1",
            "Q-1",
            "A-1:",
            "WHEN",
            "THEN",
            "\n---\n",
            "\r\n",
            "```",
            "# ",
            "## Goal",
            "- ",
            "1. ",
            "> ",
            "Answer:",
            "| a | b |",
            "|---|---|",
            "<!--",
            "-->",
            "<br>",
            "</details>",
            "&amp;",
            "&#10;",
            "\\|",
            "proof: check `x`",
            "[a](b)",
            "![",
            "\u{2028}",
            "\u{feff}",
            "\u{85}",
            "é",
            "😀",
            "\\",
            "`a|b`",
            "`` ` ``",
            "Reason:",
            "None",
            "http://x.y/_z_",
            "${{ x }}",
            "\t",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

/// Any text that an item can hold.
pub(crate) fn one_line() -> impl Strategy<Value = OneLine> {
    hostile_text().prop_map(OneLine::from)
}

/// Texts that break careless readers, most of them something repeated `many` times.
pub(crate) fn hostile_files(many: usize) -> Vec<String> {
    let deep = [
        "> ",
        "- ",
        "[",
        "![",
        "*",
        "_a ",
        "`",
        "<",
        "&",
        "| ",
        "# \n",
        "\n- x\n\n",
        "a\\",
        "😀€",
        "\r\n",
        "(",
        "<!--",
        "~~~\n",
        "1. ",
    ];
    let mut files: Vec<String> = deep.iter().map(|piece| piece.repeat(many)).collect();
    files.extend(
        deep.iter().map(|piece| format!("---\nschema_version: 1\n---\n## Acceptance criteria\n{}", piece.repeat(many))),
    );
    files.extend(
        [
            "",
            "\u{feff}",
            "---",
            "---\n",
            "---\n---",
            "---\n\0\n---\n\0",
            "---\na: [\n---\n",
            "\0\0",
            "|\n|-|\n|",
            "- ```\n",
        ]
        .map(str::to_owned),
    );
    files.push("| id | test |\n|---|---|\n".to_owned() + &"| a | b |\n".repeat(many));
    files.push("- AC-1: WHEN é THEN €\n".repeat(many / 2));
    files
}

/// Returns `text` as it is written.
fn text(text: &str, spot: Spot) -> String {
    let mut written = String::new();
    push_text(&mut written, text, spot);
    written
}

proptest! {
    #[test]
    fn sec_28_a_written_text_is_one_item_that_reads_back_as_it_was(line in one_line()) {
        let file = format!("- x{}\n\nend\n", text(line.as_str(), Spot::Line));
        let blocks = read_blocks(&file, 0);
        prop_assert_eq!(blocks.len(), 2, "{:?}", &blocks);
        prop_assert_eq!(&blocks[0].text, &format!("x{line}"));
    }

    #[test]
    fn sec_28_a_written_cell_reads_back_as_it_was(line in one_line(), code in one_line()) {
        let mut file = format!("| a | b | c |\n|---|---|---|\n| {} | ", text(line.as_str(), Spot::Cell));
        push_code(&mut file, code.as_str(), Spot::Cell);
        file.push_str(" | end |\n");
        let blocks = read_blocks(&file, 0);
        let blocks::BlockKind::Row(row) = &blocks[0].kind else { panic!("{blocks:?}") };
        prop_assert_eq!(&row.cells[0].text, line.as_str());
        prop_assert_eq!(row.cells[1].plain(), code.as_str(), "{}", file);
        prop_assert_eq!(&row.cells[2].text, "end");
    }

    #[test]
    fn sec_28_a_paragraph_of_any_text_is_a_paragraph(passages in prop::collection::vec((0..3, hostile_text()), 0..4)) {
        let prose = Prose::new(passages.into_iter().map(|(kind, text)| match kind {
            0 => Passage::Paragraph(OneLine::from(text)),
            1 => Passage::Item(OneLine::from(text)),
            _ => Passage::Code(text),
        }));
        let mut file = String::new();
        prose.push_to(&mut file);
        prop_assert_eq!(Prose::read(&read_blocks(&file, 0)), prose, "{}", file);
    }
}

#[test]
fn sec_28_a_cell_of_nothing_but_backticks_around_a_text_reads_back_with_them() {
    for line in ["`a`", "`a b`", "``a``", "`", "`a` b", "1. `a`", "`a``b`"] {
        let mut file = format!("| a | b |\n|---|---|\n| {} | ", text(line, Spot::Cell));
        push_code(&mut file, line, Spot::Cell);
        let blocks = read_blocks(&(file + " |\n"), 0);
        let blocks::BlockKind::Row(row) = &blocks[0].kind else { panic!("{blocks:?}") };
        assert_eq!(row.cells.iter().map(blocks::Cell::plain).collect::<Vec<_>>(), [line, line]);
    }
    assert_eq!(text("`a`", Spot::Line), "`a`");
}

#[test]
fn a_text_is_quoted_by_its_start() {
    assert_eq!(excerpt(&"é".repeat(80)), "é".repeat(80));
    assert_eq!(excerpt(&"é".repeat(81)), "é".repeat(79) + "…");
}

#[test]
fn one_line_has_single_spaces_and_no_controls() {
    assert_eq!(OneLine::from(" a\r\n\t b\u{85}\0c\u{2028}\u{3000}d ").as_str(), "a b c d");
    assert!(OneLine::from("… —").is_blank() && !OneLine::from("… 1").is_blank());
}

#[test]
fn links_keep_where_they_lead_and_hidden_text_is_not_read() {
    let blocks = read_blocks("- [a](https://x.y) b<!-- c --><br>d <https://x.y>\n\n<p>\nhidden\n</p>\n", 0);
    assert_eq!(blocks.len(), 1);
    assert_eq!(blocks[0].text, "a (https://x.y) b\nd https://x.y");
}

#[test]
fn hostile_files_are_read_in_time() {
    for file in hostile_files(100_000) {
        let blocks = read_blocks(&file, 0);
        assert!(blocks.len() <= file.len());
    }
}
