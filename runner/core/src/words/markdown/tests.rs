//! The builder: what is given up first, and what never.

use super::*;
use crate::text::inert;
use crate::words::MarkerKind;
use crate::words::tests::marker;

fn message() -> Message {
    let mut message = Message::marked(&marker(MarkerKind::Status));
    message.essential(Block::paragraph(line!("What happened.")));
    message.body(Block::paragraph(line!("More about it.")));
    message.evidence(Block::folded("Evidence", 2, [inert::block(&"log ".repeat(30), 1000).into()]));
    message.evidence(Block::folded("More evidence", 0, [inert::block(&"log ".repeat(30), 1000).into()]));
    message.essential(Block::paragraph(line!("How to answer.")));
    message
}

#[test]
fn evidence_goes_first_then_the_body_never_the_answer() {
    let full = message().text();
    let finish = |characters| message().finish(Limit::Characters(characters));
    let full_length = full.chars().count();
    assert_eq!(finish(full_length), full);
    let without_last = finish(full_length - 1);
    assert!(without_last.contains("Evidence (2)") && !without_last.contains("More evidence"));
    assert!(without_last.contains("Not everything fits here"));
    let notice = Block::small(&line!("Not everything fits here; the record of the run has the rest."));
    let mut essential = message();
    essential.blocks.retain(|(keep, _)| *keep == Keep::Essential);
    essential.essential(notice);
    let least = essential.text().chars().count();
    assert_eq!(finish(least), essential.text());
    for length in least..=full_length {
        let text = finish(length);
        assert!(text.chars().count() <= length);
        assert!(text.contains("What happened.") && text.contains("How to answer."), "{length}: {text}");
        assert!(text.starts_with("<!-- pipemason:v1 kind=status "));
        assert!(text.matches("Not everything fits here").count() <= 1);
    }
}

#[test]
fn sec_38_no_limit_is_ever_exceeded() {
    for length in 0..240 {
        assert!(message().finish(Limit::Characters(length)).chars().count() <= length);
        assert!(message().finish(Limit::Bytes(length)).len() <= length);
    }
}

#[test]
fn blocks_without_content_leave_nothing_behind() {
    assert_eq!(Block::table(["A"], []), Block::default());
    assert_eq!(Block::folded("A", 0, [Block::default()]), Block::default());
    let mut message = Message::default();
    message.essential(Block::default());
    message.essential(Block::paragraph(line!("{} of {}", 1_u32, "two")));
    assert_eq!(message.finish(Limit::COMMENT), "1 of two");
}

#[test]
fn pieces_are_joined_without_the_empty_ones() {
    let pieces = [line!("a"), Line::default(), line!("b")];
    assert_eq!(Line::joined(pieces, " · ").as_str(), "a · b");
    assert!(Line::joined([], ", ").is_empty());
}
