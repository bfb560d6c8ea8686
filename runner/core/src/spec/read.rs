//! Reading a specification.

use std::collections::BTreeMap;

use crate::document::blocks::{Block, BlockKind, Row, read_blocks};
use crate::document::entries::{Entry, entries, is_none, section};
use crate::document::header::Header;
use crate::document::{OneLine, Place, Prose, Read, excerpt, finding};
use crate::domain::Unit;
use crate::failure::FailureClass;
use crate::gate::Finding;
use crate::id::{AssumptionId, CriterionId, QuestionId};
use crate::ticket::TicketKind;

use super::{Assumption, Criterion, OpenQuestion, PATH, SCHEMA_VERSION, Spec};

/// The sections, as [`section`] compares their titles.
pub(super) const SECTIONS: [&str; 10] = [
    "goal",
    "nongoal",
    "userstor",
    "acceptancecriteri",
    "nonfunctional",
    "affecteddomain",
    "affectedunit",
    "openquestion",
    "assumption",
    "designnote",
];

pub(super) fn read(file: &str) -> Read<Spec> {
    let mut header = Header::read(file);
    let blocks = read_blocks(file, header.body);
    let mut reader = SpecReader { blocks: &blocks, findings: Vec::new() };
    if let Some((place, message)) = header.problem.take() {
        reader.object(place, "spec/front-matter", message);
    }
    reader.check_version(&mut header);
    let value = Spec {
        ticket: header.text("ticket").unwrap_or_default().into(),
        title: reader.title(&mut header),
        kind: reader.kind(&mut header),
        frozen: header.text("frozen").is_some_and(|text| text == "true"),
        goal: Prose::read(reader.section(&["goal"])),
        non_goals: reader.items("nongoal"),
        user_stories: reader.items("userstor"),
        criteria: reader.criteria(),
        non_functional: reader.items("nonfunctional"),
        affected: reader.affected(&mut header),
        questions: reader.questions(),
        assumptions: reader.assumptions(),
    };
    Read { value, findings: reader.findings }
}

struct SpecReader<'b> {
    blocks: &'b [Block],
    findings: Vec<Finding>,
}

impl<'b> SpecReader<'b> {
    fn object(&mut self, place: Place, rule: &str, message: String) {
        self.findings.push(finding(PATH, place, FailureClass::GateFailed, rule, message));
    }

    fn section(&self, names: &[&str]) -> Vec<&'b Block> {
        section(self.blocks, names, &SECTIONS)
    }

    fn check_version(&mut self, header: &mut Header) {
        let place = header.place("schema_version");
        let version = header.text("schema_version");
        if let Some(version) = version.filter(|version| *version != SCHEMA_VERSION.to_string()) {
            let message = format!("schema_version is `{}`; this pipemason reads {SCHEMA_VERSION}", excerpt(&version));
            self.object(place, "spec/schema-version", message);
        }
    }

    /// Takes the title from the front matter, else from the largest heading.
    fn title(&self, header: &mut Header) -> OneLine {
        let heading = || {
            let mut blocks = self.blocks.iter();
            blocks.find(|block| block.kind == BlockKind::Heading(1)).map(|block| block.text.clone())
        };
        header.text("title").or_else(heading).unwrap_or_default().into()
    }

    fn kind(&mut self, header: &mut Header) -> TicketKind {
        let place = header.place("kind");
        let Some(text) = header.text("kind") else {
            return TicketKind::default();
        };
        let kinds = [TicketKind::Behavior, TicketKind::Preserving, TicketKind::NoCode];
        let name = if text == "behavior" { TicketKind::Behavior.name() } else { &text };
        kinds.into_iter().find(|kind| kind.name() == name).unwrap_or_else(|| {
            let message = format!("kind is `{}`; expected behaviour, preserving or no_code", excerpt(&text));
            self.object(place, "spec/kind", message);
            TicketKind::default()
        })
    }

    /// Returns the items of a section, each with what is nested in it.
    fn items(&self, name: &str) -> Vec<OneLine> {
        let mut items: Vec<Vec<&str>> = Vec::new();
        let mut depth = 0;
        for block in self.section(&[name]) {
            let is_nested = block.depth > depth || (block.depth > 0 && block.kind != BlockKind::Item);
            match items.last_mut().filter(|_| is_nested && depth > 0) {
                Some(item) => item.push(&block.text),
                None if block.depth == 0 && is_none(&block.text) => {}
                None => {
                    depth = block.depth;
                    items.push(vec![&block.text]);
                }
            }
        }
        let lines = items.into_iter().map(|parts| OneLine::from(parts.join(" ")));
        lines.filter(|line| !line.as_str().is_empty()).collect()
    }

    /// Returns the numbered entries of a section; what looks like an entry and has no number is objected to.
    fn numbered(&mut self, name: &str, prefix: &str, is_entry: fn(&str) -> bool) -> Vec<Entry<'b>> {
        let all = entries(&self.section(&[name]), prefix);
        let (numbered, others): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|entry| entry.number.is_some_and(|number| number > 0));
        for entry in others {
            let text = entry.text();
            let is_listed = matches!(entry.start.kind, BlockKind::Item | BlockKind::Row(_));
            if (is_listed && !is_none(text.as_str())) || is_entry(text.as_str()) {
                let message =
                    format!("`{}` has no id; begin it with `{prefix}-1`, `{prefix}-2`, …", excerpt(text.as_str()));
                self.object(entry.place, "spec/id", message);
            }
        }
        numbered
    }

    fn criteria(&mut self) -> Vec<Criterion> {
        let is_sentence = |text: &str| text.contains("WHEN") && text.contains("THEN");
        let entries = self.numbered("acceptancecriteri", "AC", is_sentence);
        let criteria = entries.iter().filter_map(|entry| {
            let text = text_with(entry, &["proof"], "proof:");
            Some(Criterion { id: CriterionId::new(entry.number?)?, text, place: entry.place })
        });
        criteria.collect()
    }

    fn questions(&mut self) -> Vec<OpenQuestion> {
        let entries = self.numbered("openquestion", "Q", |text| text.contains('?'));
        let questions = entries.iter().filter_map(|entry| {
            let (text, answer) = split_answer(entry);
            Some(OpenQuestion { id: QuestionId::new(entry.number?)?, text, answer, place: entry.place })
        });
        questions.collect()
    }

    fn assumptions(&mut self) -> Vec<Assumption> {
        let entries = self.numbered("assumption", "A", |_| false);
        let assumptions = entries.iter().filter_map(|entry| {
            let text = text_with(entry, &["reason", "rationale", "why"], "Reason:");
            Some(Assumption { id: AssumptionId::new(entry.number?)?, text, place: entry.place })
        });
        assumptions.collect()
    }

    /// The front matter says which units are affected, and the section what is to be said about them; only
    /// where the front matter is silent does the section decide.
    fn affected(&mut self, header: &mut Header) -> BTreeMap<Unit, OneLine> {
        let places = [header.place("domains"), header.place("units")];
        let mut affected = BTreeMap::new();
        for (key, place) in ["domains", "units"].into_iter().zip(places) {
            let names = header.texts(key);
            for name in names.iter().flat_map(|name| name.split(',')).map(str::trim).filter(|name| !name.is_empty()) {
                self.add_unit(&mut affected, name, OneLine::default(), place);
            }
        }
        let is_listed = !affected.is_empty();
        for block in self.section(&["affecteddomain", "affectedunit"]) {
            let (name, note) = unit_line(block);
            let unit = name.parse::<Unit>();
            let is_prose = block.kind == BlockKind::Paragraph && unit.is_err();
            if is_listed {
                if let Some(known) = unit.ok().and_then(|unit| affected.get_mut(&unit)) {
                    *known = note;
                }
            } else if !(is_prose || is_none(&name) || is_denied(note.as_str())) {
                self.add_unit(&mut affected, &name, note, block.place);
            }
        }
        affected
    }

    fn add_unit(&mut self, affected: &mut BTreeMap<Unit, OneLine>, name: &str, note: OneLine, place: Place) {
        match name.parse() {
            Ok(unit) => {
                affected.insert(unit, note);
            }
            Err(error) => self.object(place, "spec/unit", format!("{error}; nothing like that is affected")),
        }
    }
}

/// Returns the text of `entry`; of a row, the cell of the column that has one of `names` comes last, after `label`.
fn text_with(entry: &Entry<'_>, names: &[&str], label: &str) -> OneLine {
    let Some(row) = entry.row() else { return entry.text() };
    let text = row_text(row, names);
    match row.cell(names).filter(|cell| !is_none(&cell.text)) {
        None => text,
        Some(cell) if cell.text.to_lowercase().contains(&label.to_lowercase()) => {
            OneLine::from(format!("{text} {}", cell.text))
        }
        Some(cell) => OneLine::from(format!("{text} {label} {}", cell.text)),
    }
}

/// Joins the cells of a row, without its id and without the columns that have one of `names`.
fn row_text(row: &Row, names: &[&str]) -> OneLine {
    let cells = row.cells.iter().enumerate().skip(1).filter(|(index, _)| !row.is_column(*index, names));
    let texts: Vec<&str> = cells.map(|(_, cell)| cell.text.as_str()).collect();
    OneLine::from(texts.join(" "))
}

/// Columns that hold the answer of a question.
const ANSWER_COLUMNS: [&str; 2] = ["answer", "resolution"];

/// Splits the lines of a question at those below it that begin with `Answer:`; the last answer counts.
fn split_answer(entry: &Entry<'_>) -> (OneLine, Option<OneLine>) {
    if let Some(row) = entry.row() {
        let cell = row.cell(&ANSWER_COLUMNS).map(|cell| cell.text.trim()).filter(|text| !text.is_empty());
        let answer = cell
            .map(|text| text.trim_start_matches(['—', ' ']))
            .map(|text| text.strip_prefix("Answer:").unwrap_or(text));
        return (row_text(row, &ANSWER_COLUMNS), answer.map(OneLine::from));
    }
    let is_label = |line: &str| {
        let (label, rest) = line.split_once(':')?;
        let label = label.trim().to_ascii_lowercase();
        ["answer", "answered", "resolution"].contains(&label.as_str()).then_some(rest.to_owned())
    };
    let lines = entry.lines.iter().enumerate().skip(1);
    let answers: Vec<_> = lines.filter_map(|(at, line)| Some((at, is_label(line)?))).collect();
    let (Some((first, _)), Some((last, answer))) = (answers.first(), answers.last()) else {
        return (entry.text(), None);
    };
    let join = |start: &str, lines: Option<&[String]>| {
        OneLine::from(format!("{start} {}", lines.unwrap_or_default().join(" ")))
    };
    let text = join("", entry.lines.get(..*first));
    (text, Some(join(answer, entry.lines.get(last + 1..))))
}

/// Splits `api: why` or `api — why` or a row into the name of a unit and the note.
fn unit_line(block: &Block) -> (String, OneLine) {
    let text = OneLine::from(block.text.as_str());
    let (name, note) = match text.as_str().split_once([' ', ':']) {
        Some((name, note)) if text.as_str().starts_with(&format!("{name}:")) => (name, note),
        Some((name, note)) => (name, note.strip_prefix([':', '—', '–', '-']).unwrap_or(note)),
        None => (text.as_str(), ""),
    };
    (name.trim_matches('`').to_owned(), OneLine::from(note))
}

/// Says whether a note says that the unit is not affected after all.
fn is_denied(note: &str) -> bool {
    let first = note.split_whitespace().next().unwrap_or_default().to_lowercase();
    ["no", "no.", "not", "none", "none.", "n/a", "unaffected"].contains(&first.as_str())
}
