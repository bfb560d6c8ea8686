//! `decisions.md`: what was decided while designing, entry by entry (`ADR-001`), never rewritten.
//!
//! Architects of several units write their entries side by side, each starting from the same file. [`append`]
//! takes what is new in each, in the order given, numbers it on, and leaves the file as it is before that.
//! Entries are read and written anew rather than copied, so that a fence one of them forgot to close cannot
//! swallow the next.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::document::blocks::{Block, BlockKind, read_blocks};
use crate::document::entries::{letters, split_id};
use crate::document::header::Header;
use crate::document::inline::{Spot, push_text};
use crate::document::{OneLine, Passage, Place, Prose};

/// Where the file is, as findings name it.
pub const PATH: &str = ".pipeline/decisions.md";

/// How a file without any entry begins.
const HEAD: &str = "---\nschema_version: 1\n---\n\n# Decisions\n\nNewest last. Entries are not rewritten; a later one supersedes an earlier one.\n";

/// One decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// The number of `ADR-001`; 0 where the entry has none yet.
    pub number: u32,
    pub title: OneLine,
    /// As written: a date, or nothing.
    pub date: OneLine,
    pub status: DecisionStatus,
    pub authors: OneLine,
    /// The units it is about.
    pub units: OneLine,
    pub context: Prose,
    pub outcome: Prose,
    pub consequences: Prose,
    pub alternatives: Prose,
    pub place: Place,
}

/// Whether a decision holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DecisionStatus {
    Proposed,
    #[default]
    Accepted,
    /// A later decision took its place.
    Superseded {
        by: u32,
    },
}

/// Reads all entries of a file; what stands before the first one is not read.
pub fn read(file: &str) -> Vec<Decision> {
    let blocks = read_blocks(file, Header::read(file).body);
    let mut decisions = Vec::new();
    let mut open: Option<(u8, EntryReader<'_>)> = None;
    for block in &blocks {
        let level = if let BlockKind::Heading(level) = block.kind { Some(level) } else { None };
        if let (Some(level), Some((number, title))) = (level, entry_title(&block.text)) {
            decisions.extend(open.take().map(|(_, entry)| entry.finish()));
            open = Some((level, EntryReader::new(number, title, block.place)));
        } else if let Some((_, entry)) = open.as_mut().filter(|(outer, _)| level.is_none_or(|level| level > *outer)) {
            entry.take(block);
        } else {
            // A larger heading ends the entry and begins something that is none.
            decisions.extend(open.take().map(|(_, entry)| entry.finish()));
        }
    }
    decisions.extend(open.map(|(_, entry)| entry.finish()));
    decisions
}

/// Writes entries, each after an empty line.
pub fn write(decisions: &[Decision]) -> String {
    let mut text = String::new();
    for decision in decisions {
        push_decision(&mut text, decision);
    }
    text
}

/// Appends to `file` what is new in each of `drafts`, which were written side by side on top of `file`.
///
/// New is an entry whose number `file` does not have, or has with another title. New entries are numbered on
/// in the order given, and where they refer to each other by number, the references follow.
pub fn append(file: &str, drafts: &[Vec<Decision>]) -> String {
    let known: BTreeMap<u32, OneLine> =
        read(file).into_iter().map(|decision| (decision.number, decision.title)).collect();
    let mut next = known.keys().last().copied().unwrap_or(0);
    let mut new = Vec::new();
    for draft in drafts {
        let is_new =
            |decision: &&Decision| decision.number == 0 || known.get(&decision.number) != Some(&decision.title);
        let mut numbers = BTreeMap::new();
        let mut added = Vec::new();
        for decision in draft.iter().filter(is_new) {
            next = next.saturating_add(1);
            numbers.entry(decision.number).or_insert(next);
            added.push(Decision { number: next, ..decision.clone() });
        }
        numbers.remove(&0);
        new.extend(added.iter().map(|decision| renumbered(decision, &numbers)));
    }
    if new.is_empty() {
        return file.to_owned();
    }
    let before = if file.trim().is_empty() { HEAD } else { file.trim_end() };
    let appended = format!("{}\n{}", before.trim_end(), write(&new));
    let mut all = read(file);
    all.extend(new);
    if read(&appended) == all {
        appended
    } else {
        // The file ends inside of something that nobody closed, which would swallow what follows.
        format!("{HEAD}{}", write(&all))
    }
}

/// Finds `ADR-001: title`; a number that is not given yet may be left out or written `NNN`.
fn entry_title(heading: &str) -> Option<(u32, &str)> {
    if let Some((number, title)) = split_id(heading, "ADR") {
        return Some((if number > MAX_NUMBER { 0 } else { number }, title));
    }
    let rest = heading.strip_prefix("ADR")?;
    let rest = ["-NNN", "-XXX"].iter().find_map(|number| rest.strip_prefix(number)).unwrap_or(rest);
    let title = rest.trim_start().strip_prefix([':', '—', '–', '-'])?;
    Some((0, title.trim_start()))
}

/// Largest number an entry can have; nobody decides more, and there is room for the next one.
const MAX_NUMBER: u32 = 999_999;

/// The parts of an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Facts,
    Context,
    Decision,
    Consequences,
    Alternatives,
}

impl Part {
    fn named(title: &str) -> Option<Self> {
        match letters(title).as_str() {
            "context" => Some(Self::Context),
            "decision" => Some(Self::Decision),
            "consequences" | "consequence" => Some(Self::Consequences),
            "alternatives" | "alternative" | "alternativesconsidered" => Some(Self::Alternatives),
            _ => None,
        }
    }
}

/// An entry that is being read.
struct EntryReader<'b> {
    decision: Decision,
    part: Part,
    /// Whether the parts have headings; if they do, a paragraph that looks like one is a paragraph.
    has_headings: bool,
    context: Vec<&'b Block>,
    outcome: Vec<&'b Block>,
    consequences: Vec<&'b Block>,
    alternatives: Vec<&'b Block>,
}

impl<'b> EntryReader<'b> {
    fn new(number: u32, title: &str, place: Place) -> Self {
        Self {
            decision: Decision { number, title: OneLine::from(title), place, ..Decision::default() },
            part: Part::Facts,
            has_headings: false,
            context: Vec::new(),
            outcome: Vec::new(),
            consequences: Vec::new(),
            alternatives: Vec::new(),
        }
    }

    fn take(&mut self, block: &'b Block) {
        let is_heading = matches!(block.kind, BlockKind::Heading(_));
        let can_be_title = is_heading || (!self.has_headings && block.kind == BlockKind::Paragraph && block.depth == 0);
        if let Some(part) = Part::named(&block.text).filter(|_| can_be_title) {
            self.part = part;
            self.has_headings |= is_heading;
            return;
        }
        match self.part {
            Part::Facts => block.text.lines().for_each(|line| self.take_fact(line)),
            Part::Context => self.context.push(block),
            Part::Decision => self.outcome.push(block),
            Part::Consequences => self.consequences.push(block),
            Part::Alternatives => self.alternatives.push(block),
        }
    }

    fn take_fact(&mut self, line: &str) {
        let Some((key, value)) = line.split_once(':') else {
            return;
        };
        let value = OneLine::from(value);
        match letters(key).as_str() {
            "date" => self.decision.date = value,
            "status" => self.decision.status = status_of(value.as_str()),
            "authors" | "author" => self.decision.authors = value,
            "domains" | "domain" | "units" | "unit" => self.decision.units = value,
            _ => {}
        }
    }

    fn finish(self) -> Decision {
        Decision {
            context: Prose::read(self.context),
            outcome: Prose::read(self.outcome),
            consequences: Prose::read(self.consequences),
            alternatives: Prose::read(self.alternatives),
            ..self.decision
        }
    }
}

fn status_of(text: &str) -> DecisionStatus {
    let text = text.to_lowercase();
    let by = text.strip_prefix("superseded").and_then(|rest| split_id(rest.trim_start().strip_prefix("by")?, "ADR"));
    match by {
        Some((by, _)) => DecisionStatus::Superseded { by },
        None if text.starts_with("proposed") => DecisionStatus::Proposed,
        None => DecisionStatus::Accepted,
    }
}

fn push_decision(text: &mut String, decision: &Decision) {
    let number = if decision.number == 0 { "NNN".to_owned() } else { format!("{:03}", decision.number) };
    text.extend(["\n## ADR-", &number, ": "]);
    push_text(text, decision.title.as_str(), Spot::Line);
    text.push_str("\n\n");
    let status = match decision.status {
        DecisionStatus::Proposed => "proposed".to_owned(),
        DecisionStatus::Accepted => "accepted".to_owned(),
        DecisionStatus::Superseded { by } => format!("superseded by ADR-{by:03}"),
    };
    let facts = [
        ("Date", decision.date.as_str()),
        ("Status", &status),
        ("Authors", decision.authors.as_str()),
        ("Domains", decision.units.as_str()),
    ];
    for (name, value) in facts.into_iter().filter(|(_, value)| !value.is_empty()) {
        text.extend(["- **", name, ":** "]);
        push_text(text, value, Spot::Line);
        text.push('\n');
    }
    let parts = [
        ("Context", &decision.context),
        ("Decision", &decision.outcome),
        ("Consequences", &decision.consequences),
        ("Alternatives", &decision.alternatives),
    ];
    for (name, prose) in parts {
        text.extend(["\n### ", name, "\n"]);
        prose.push_to(text);
    }
}

/// Returns `decision` with its references to entries of the same draft renumbered.
fn renumbered(decision: &Decision, numbers: &BTreeMap<u32, u32>) -> Decision {
    let line = |line: &OneLine| OneLine::from(with_numbers(line.as_str(), numbers));
    let prose = |prose: &Prose| {
        Prose::new(prose.passages().iter().map(|passage| match passage {
            Passage::Paragraph(text) => Passage::Paragraph(line(text)),
            Passage::Item(text) => Passage::Item(line(text)),
            Passage::Code(lines) => Passage::Code(with_numbers(lines, numbers)),
        }))
    };
    let status = match decision.status {
        DecisionStatus::Superseded { by } => DecisionStatus::Superseded { by: numbers.get(&by).copied().unwrap_or(by) },
        status @ (DecisionStatus::Proposed | DecisionStatus::Accepted) => status,
    };
    Decision {
        title: line(&decision.title),
        status,
        context: prose(&decision.context),
        outcome: prose(&decision.outcome),
        consequences: prose(&decision.consequences),
        alternatives: prose(&decision.alternatives),
        ..decision.clone()
    }
}

/// Replaces each `ADR-n` that `numbers` knows.
fn with_numbers(text: &str, numbers: &BTreeMap<u32, u32>) -> String {
    const PREFIX: &str = "ADR-";
    let mut parts = text.split(PREFIX);
    let mut new = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|character: char| character.is_ascii_digit());
        let digits = part.strip_suffix(rest).unwrap_or_default();
        match digits.parse().ok().and_then(|number: u32| numbers.get(&number)) {
            // Writing to a `String` cannot fail.
            Some(number) => drop(write!(new, "{PREFIX}{number:03}{rest}")),
            None => new.extend([PREFIX, part]),
        }
    }
    new
}

#[cfg(test)]
mod tests;
