//! Entries of architects, read, written and numbered on.

use proptest::prelude::*;

use super::*;
use crate::document::tests::{hostile_files, hostile_text, one_line};

const ORIGINAL: &str = include_str!("../../tests/fixtures/original/decisions.md");

fn decision(number: u32, title: &str, context: &str) -> Decision {
    Decision { number, title: title.into(), context: Prose::paragraph(context), ..Decision::default() }
}

fn titles(file: &str) -> Vec<String> {
    read(file).iter().map(|decision| format!("{} {}", decision.number, decision.title)).collect()
}

#[test]
fn the_original_decisions_load() {
    let decisions = read(ORIGINAL);
    assert_eq!(titles(ORIGINAL), ["1 Codes are random", "2 Codes are hashes of the link"]);
    assert_eq!(decisions[0].status, DecisionStatus::Superseded { by: 2 });
    assert_eq!(decisions[0].alternatives.passages(), [Passage::Item("A counter, scrambled.".into())]);
    assert_eq!(decisions[1].status, DecisionStatus::Accepted);
    assert_eq!((decisions[1].date.as_str(), decisions[1].units.as_str()), ("2026-05-04", "api, db"));
    assert_eq!(
        decisions[1].outcome.passages(),
        [Passage::Code("const code = base62(sha256(url)).slice(0, 7);\n".to_owned())]
    );
    assert_eq!(decisions[1].consequences, Prose::paragraph("Collisions are looked up."));
    assert_eq!(read(&write(&decisions)), decisions);
}

#[test]
fn an_entry_ends_where_something_larger_begins() {
    let file = "# Decisions\n\n## ADR-1: a\n\n### Context\n\nx\n\n#### ADR-2: nested\n\n### Context\n\ny\n\n# Else\n\n### Context\n\nz\n\n## ADR-NNN — b\n\n## Adr-7 c\n\n## Adrift\n";
    assert_eq!(titles(file), ["1 a", "2 nested", "0 b", "7 c"]);
    assert_eq!(read(file)[1].context, Prose::default(), "a larger heading ended it");
    assert_eq!(
        titles("## ADR-1000000: x\n## ADR-999999: y\n## ADR: z\n## ADR-XXX: w\n"),
        ["0 x", "999999 y", "0 z", "0 w"]
    );
}

#[test]
fn drafts_are_numbered_on_in_order_and_their_references_follow() {
    let base = append("", &[vec![decision(0, "base", "x")]]);
    assert_eq!(titles(&base), ["1 base"]);
    assert!(base.starts_with(HEAD.trim_end()));
    let mut api = read(&base);
    api.extend([
        decision(2, "api", "because of ADR-001 and ADR-3, not ADR-9"),
        decision(3, "more api", "see ADR-002."),
    ]);
    let mut web = read(&base);
    web.push(Decision {
        status: DecisionStatus::Superseded { by: 2 },
        ..decision(2, "web", "ADR-002 is this; xADR-2y")
    });
    web.push(decision(0, "without a number", "ADR-0"));
    let file = append(&base, &[api, web]);
    assert!(file.starts_with(base.trim_end()), "what was there stays");
    assert_eq!(titles(&file), ["1 base", "2 api", "3 more api", "4 web", "5 without a number"]);
    let decisions = read(&file);
    let context = |index: usize| decisions[index].context.clone();
    assert_eq!(context(1), Prose::paragraph("because of ADR-001 and ADR-003, not ADR-9"));
    assert_eq!(context(2), Prose::paragraph("see ADR-002."));
    assert_eq!(context(3), Prose::paragraph("ADR-004 is this; xADR-004y"));
    assert_eq!(context(4), Prose::paragraph("ADR-0"));
    assert_eq!(decisions[3].status, DecisionStatus::Superseded { by: 4 });
    assert_eq!(append(&file, &[decisions]), file, "nothing new changes nothing");
}

#[test]
fn an_unclosed_file_cannot_swallow_what_is_appended() {
    for open in ["```", "~~~~~", "<!--", "<script>", "    x"] {
        let base = format!("## ADR-001: a\n\n### Context\n\nx\n\n{open}\n");
        assert_eq!(titles(&append(&base, &[vec![decision(0, "b", "y")]])), ["1 a", "2 b"], "{open}");
    }
}

fn prose() -> impl Strategy<Value = Prose> {
    let passage = (0..3, hostile_text()).prop_map(|(kind, text)| match kind {
        0 => Passage::Paragraph(OneLine::from(text)),
        1 => Passage::Item(OneLine::from(text)),
        _ => Passage::Code(text),
    });
    prop::collection::vec(passage, 0..2).prop_map(Prose::new)
}

fn some_decision() -> impl Strategy<Value = Decision> {
    let status = prop_oneof![
        Just(DecisionStatus::Proposed),
        Just(DecisionStatus::Accepted),
        (1..u32::MAX).prop_map(|by| DecisionStatus::Superseded { by })
    ];
    let facts = (one_line(), one_line(), one_line(), one_line());
    (0..=MAX_NUMBER, facts, status, (prose(), prose(), prose(), prose())).prop_map(
        |(number, (title, date, authors, units), status, (context, outcome, consequences, alternatives))| Decision {
            number,
            title,
            date,
            status,
            authors,
            units,
            context,
            outcome,
            consequences,
            alternatives,
            place: Place::default(),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn sec_28_decisions_read_back_as_they_were_written(decisions in prop::collection::vec(some_decision(), 0..3)) {
        let file = write(&decisions);
        prop_assert_eq!(read(&file), decisions, "{}", file);
    }
}

#[test]
fn hostile_files_are_read_and_appended_to_in_time() {
    for file in hostile_files(20_000) {
        let before = read(&file).len();
        assert_eq!(read(&append(&file, &[vec![decision(0, "b", "y")]])).len(), before + 1);
    }
}
