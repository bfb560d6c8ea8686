//! Specifications as agents and people write them.

use proptest::prelude::*;

use super::*;
use crate::document::tests::{hostile_files, one_line};
use crate::failure::FailureClass;
use crate::gate::Finding;

mod answers;
mod check;

const ORIGINAL: &str = include_str!("../../tests/fixtures/original/spec.md");

/// A specification without fault, around `criteria` and `more` sections.
fn file(criteria: &str, more: &str) -> String {
    format!(
        "---\nschema_version: 1\ndomains: [api]\n---\n## Goal\n\nIt works.\n\n## Acceptance criteria\n\n{criteria}\n\n{more}\n"
    )
}

fn read_clean(file: &str) -> Spec {
    let read = Spec::read(file);
    assert_eq!(read.findings, [], "{file}");
    read.value
}

fn rules(findings: &[Finding]) -> Vec<(&str, Option<u32>)> {
    findings.iter().map(|finding| (finding.rule.as_str(), finding.line)).collect()
}

fn criterion_texts(spec: &Spec) -> Vec<String> {
    spec.criteria.iter().map(|criterion| format!("{} {}", criterion.id, criterion.text)).collect()
}

#[test]
fn the_original_specification_loads_without_findings() {
    let spec = read_clean(ORIGINAL);
    assert_eq!(spec.check(), []);
    assert_eq!(spec.open_questions(), []);
    assert_eq!(spec.ticket.as_str(), "text-0001");
    assert!(spec.frozen);
    assert_eq!(spec.non_goals.len(), 2);
    assert_eq!(spec.user_stories.len(), 1);
    assert_eq!(spec.non_functional.len(), 1);
    let ids: Vec<_> = spec.criteria.iter().map(|criterion| (criterion.id.number(), criterion.place.0)).collect();
    assert_eq!(ids, [(1, 37), (2, 38), (3, 45), (4, 46)]);
    assert_eq!(
        spec.criteria[2].text.as_str(),
        "WHEN a visitor opens `/a|b` THEN the page says that the link does not exist."
    );
    let affected: Vec<_> = spec.affected.iter().map(|(unit, note)| format!("{unit}: {note}")).collect();
    assert_eq!(affected, ["api: yes — routes and store", "web: yes — form and page"]);
    assert_eq!(spec.questions.len(), 2);
    assert_eq!(spec.assumptions[1].reason(), Some("the redirect would leave the network."));
}

#[test]
fn the_canonical_form_is_pleasant_to_read() {
    let answered = with_answers(ORIGINAL, &BTreeMap::from([(QuestionId::new(1).unwrap(), "A year.".to_owned())]));
    insta::assert_snapshot!(read_clean(&answered.file).write());
}

#[test]
fn one_criterion_is_read_from_every_layout() {
    for criteria in [
        "- AC-1: WHEN a THEN b",
        "* **AC-1** WHEN a THEN b",
        "- **AC-1:** WHEN a THEN b",
        "- [ ] AC-1 — WHEN a THEN b",
        "- [x] `AC-1`: WHEN a THEN b",
        "1. (AC-1) WHEN a\n   THEN b",
        "- ac1. WHEN a THEN b",
        "- AC‑01 – WHEN a THEN b",
        "- AC_1\n  - WHEN a\n  - THEN b",
        "- AC-1\n\n  WHEN a\n\n  THEN b",
        "### AC-1\n\nWHEN a THEN b",
        "#### [AC-1] WHEN a\n\n- THEN b",
        "### AC-1\n\n```gherkin\nWHEN a\nTHEN b\n```",
        "**AC-1** WHEN a\nTHEN b",
        "AC-1\n\nWHEN a THEN b",
        "| Id | Criterion |\n|---|---|\n| AC-1 | WHEN a<br/>THEN b |",
        "| id | When | Then |\n|---|---|---|\n| **AC-1** | WHEN a | THEN b |",
        "> - AC-1: WHEN a THEN b",
        "<details>\n\n- AC-1: WHEN *a* THEN __b__\n\n</details>",
    ] {
        for file in
            [file(criteria, ""), file(criteria, "").replace('\n', "\r\n"), format!("\u{feff}{}", file(criteria, ""))]
        {
            let spec = read_clean(&file);
            let text = criterion_texts(&spec).concat().replace('`', "");
            assert_eq!(text.trim_start_matches("AC-1 :").trim(), "AC-1 WHEN a THEN b", "{file}");
            assert_eq!(spec.check(), [], "{file}");
        }
    }
}

#[test]
fn neighbors_do_not_run_into_each_other() {
    let spec = read_clean(&file(
        "AC-1: WHEN a THEN b\nAC-2: WHEN c\nTHEN d\n\n- AC-3: WHEN e THEN f\n  - AC-4: WHEN g THEN h\n\nSome words about AC-9.\n\n\
         ### AC-5 Title\n\n- WHEN i\n- THEN j\n\n### Notes\n\nNothing.\n",
        "## Design notes\n\n- AC-8: WHEN x THEN y",
    ));
    assert_eq!(
        criterion_texts(&spec),
        [
            "AC-1 WHEN a THEN b",
            "AC-2 WHEN c THEN d",
            "AC-3 WHEN e THEN f",
            "AC-4 WHEN g THEN h",
            "AC-5 Title WHEN i THEN j"
        ]
    );
}

#[test]
fn an_item_holds_what_is_nested_in_it() {
    let file = "## Non-goals\n\n- a\n  - b\n\n    c\n- d\n\n  e\n\nf\n\n## User stories\n\nNone.\n\n## Non-functional\n\n| what | how |\n|---|---|\n| x | y |\n";
    let texts = |items: Vec<OneLine>| items.iter().map(ToString::to_string).collect::<Vec<_>>();
    let spec = read_clean(file);
    assert_eq!(texts(spec.non_goals), ["a b c", "d e", "f"]);
    assert_eq!(texts(spec.user_stories), [""; 0]);
    assert_eq!(texts(spec.non_functional), ["x — y"]);
    let many = "- x\n".to_owned() + &"  - y\n".repeat(50_000);
    assert_eq!(read_clean(&format!("## Non-goals\n\n{many}")).non_goals.len(), 1);
}

#[test]
fn hidden_and_quoted_ids_are_not_criteria() {
    let spec = read_clean(&file(
        "- AC-1: WHEN a THEN b <!-- AC-2: WHEN c THEN d -->\n\n<!--\n- AC-3: WHEN e THEN f\n-->\n",
        "",
    ));
    assert_eq!(criterion_texts(&spec), ["AC-1 WHEN a THEN b"]);
}

#[test]
fn what_stands_where_criteria_stand_needs_an_id() {
    let text = file(
        "- WHEN a THEN b\n- AC-0: WHEN a THEN b\n- AC-1: WHEN a THEN b\n- AC-1x: WHEN\n\nWHEN c THEN d\n\n| x |\n|---|\n| y |\n",
        "## Open questions\n\n- None\n- Which port\n\nWho pays?\n\n## Assumptions\n\n- We guess",
    );
    let read = Spec::read(&text);
    let expected = [11, 12, 14, 16, 20, 26, 28, 32].map(|line| ("spec/id", Some(line)));
    assert_eq!(rules(&read.findings), expected, "{:#?}", read.findings);
    assert!(
        read.findings
            .iter()
            .all(|finding| finding.class == FailureClass::GateFailed && finding.path.as_deref() == Some(PATH))
    );
}

#[test]
fn the_front_matter_decides_which_units_are_affected() {
    let units = |header: &str, section: &str| {
        let file = format!("---\n{header}\n---\n## Affected domains\n\n{section}\n");
        let read = Spec::read(&file);
        let units: Vec<_> = read.value.affected.iter().map(|(unit, note)| format!("{unit}={note}")).collect();
        (
            units.join(" "),
            rules(&read.findings)
                .iter()
                .map(|(rule, line)| format!("{rule}@{}", line.unwrap_or(0)))
                .collect::<Vec<_>>()
                .join(" "),
        )
    };
    let clean = |text: &str| (text.to_owned(), String::new());
    assert_eq!(
        units("domains: [api, web.shop]", "- api: the server\n- mobile: later"),
        clean("api=the server web.shop=")
    );
    assert_eq!(units("domains: api, web", ""), clean("api= web="));
    assert_eq!(units("units: [api.billing]", ""), clean("api.billing="));
    assert_eq!(
        units("title: x", "- `api` — the server\n- web: not affected\n- db: none\n- cloud"),
        clean("api=the server cloud=")
    );
    assert_eq!(units("title: x", "api"), clean("api="));
    assert_eq!(units("title: x", "Only the server."), clean(""));
    assert_eq!(units("title: x\ndomains: [api, desktop]", ""), ("api=".to_owned(), "spec/unit@3".to_owned()));
    assert_eq!(units("title: x", "- desktop: yes"), (String::new(), "spec/unit@6".to_owned()));
}

#[test]
fn a_header_that_cannot_be_read_is_a_finding_and_the_rest_is_read() {
    for (header, expected) in [
        ("---\nkind: maybe\n---", ("spec/kind", Some(2))),
        ("---\ntitle: x\nschema_version: 2\n---", ("spec/schema-version", Some(3))),
        ("---\ntitle: x\ntitle: y\n---", ("spec/front-matter", Some(3))),
        ("---\ntitle: [\n---", ("spec/front-matter", Some(2))),
        ("---\ntitle: x", ("spec/front-matter", Some(1))),
    ] {
        let read = Spec::read(&format!("{header}\n\n# T\n\n## Goal\n\nIt works.\n"));
        assert_eq!(rules(&read.findings), [expected], "{header}");
        assert!(!read.value.goal.is_blank());
    }
    let read = Spec::read("# Title\n\n## Goal\n\nIt works.\n");
    assert_eq!((read.value.title.as_str(), read.findings.len()), ("Title", 0));
    assert_eq!(Spec::read("---\nkind: behavior\n---\n").findings, []);
    assert_eq!(Spec::read("---\nkind: no_code\n---\n").value.kind, TicketKind::NoCode);
}

#[test]
fn a_freeze_covers_every_word_and_no_mark() {
    let hash = Spec::freeze_hash(ORIGINAL);
    for same in [
        ORIGINAL.replace('\n', "\r\n"),
        format!("\u{feff}{ORIGINAL}"),
        ORIGINAL.replace("frozen: true", "frozen: false"),
        ORIGINAL.replace("frozen: true\n", ""),
        format!("{ORIGINAL}\n\n"),
    ] {
        assert_eq!(Spec::freeze_hash(&same), hash);
    }
    for other in [
        ORIGINAL.replace("one button", "two buttons"),
        ORIGINAL.replace("analyst: analyst", "analyst: me"),
        format!("{ORIGINAL}frozen: no\n"),
        ORIGINAL.replace("## 7", "frozen: false\n## 7"),
    ] {
        assert_ne!(Spec::freeze_hash(&other), hash);
    }
}

fn texts() -> impl Strategy<Value = Vec<OneLine>> {
    prop::collection::vec(one_line().prop_filter("empty items are not written", |line| !line.as_str().is_empty()), 0..3)
}

fn some_spec() -> impl Strategy<Value = Spec> {
    let place = Place::default();
    let questions = prop::collection::vec((1..9_u32, one_line(), prop::option::of(one_line())), 0..3);
    let numbered = || prop::collection::vec((1..u32::MAX, one_line()), 0..3);
    let affected = prop::collection::btree_map(prop::sample::select(vec!["api", "web", "db.x_y-z"]), one_line(), 0..3);
    let kind = prop::sample::select(vec![TicketKind::Behavior, TicketKind::Preserving, TicketKind::NoCode]);
    let lists = (texts(), texts(), texts());
    (one_line(), one_line(), (kind, any::<bool>()), texts(), lists, (numbered(), questions, numbered()), affected)
        .prop_map(
            move |(
                ticket,
                title,
                (kind, frozen),
                goal,
                (non_goals, user_stories, non_functional),
                (criteria, questions, assumptions),
                affected,
            )| Spec {
                ticket,
                title,
                kind,
                frozen,
                goal: Prose::new(goal.into_iter().map(crate::document::Passage::Paragraph)),
                non_goals,
                user_stories,
                criteria: criteria
                    .into_iter()
                    .map(|(id, text)| Criterion { id: CriterionId::new(id).unwrap(), text, place })
                    .collect(),
                non_functional,
                affected: affected.into_iter().map(|(unit, note)| (unit.parse().unwrap(), note)).collect(),
                questions: questions
                    .into_iter()
                    .map(|(id, text, answer)| OpenQuestion { id: QuestionId::new(id).unwrap(), text, answer, place })
                    .collect(),
                assumptions: assumptions
                    .into_iter()
                    .map(|(id, text)| Assumption { id: AssumptionId::new(id).unwrap(), text, place })
                    .collect(),
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn sec_28_a_specification_reads_back_as_it_was_written(spec in some_spec()) {
        let file = spec.write();
        let read = Spec::read(&file);
        prop_assert_eq!(read.findings, [], "{}", file);
        prop_assert_eq!(read.value, spec, "{}", file);
    }
}

#[test]
fn hostile_files_are_read_in_time_and_written_again() {
    for file in hostile_files(20_000) {
        let read = Spec::read(&file).value;
        let findings = read.check();
        assert!(!findings.is_empty());
    }
}
