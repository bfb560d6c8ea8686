//! Reading a plan.

use std::collections::BTreeSet;

use crate::document::blocks::{Block, BlockKind, Cell, Row, read_blocks};
use crate::document::entries::{is_none, section, split_id};
use crate::document::header::Header;
use crate::document::{OneLine, Place, Read, excerpt, finding};
use crate::domain::Unit;
use crate::failure::FailureClass;
use crate::gate::Finding;
use crate::id::CriterionId;

use super::{BaseTest, BaseTestAction, GateInput, PATH, PlannedTest, SCHEMA_VERSION, TestKind, TestPlan, TestStatus};

/// The sections that are not inventory, as [`section`] compares their titles.
const SECTIONS: [&str; 4] = ["basetest", "gateinput", "coverage", "testinventory"];

const ID: [&str; 2] = ["id", "test id"];
const CRITERIA: [&str; 6] = ["ac", "acs", "criterion", "criteria", "acceptance criterion", "acceptance criteria"];
const UNIT: [&str; 2] = ["unit", "domain"];
const KIND: [&str; 3] = ["kind", "type", "level"];
const TEST: [&str; 3] = ["test", "name", "test name"];
const FILE: [&str; 2] = ["file", "path"];
const STATUS: [&str; 1] = ["status"];
const NOTE: [&str; 4] = ["note", "notes", "reason", "why"];
const ACTION: [&str; 2] = ["action", "change"];

pub(super) fn read(file: &str) -> Read<TestPlan> {
    let mut header = Header::read(file);
    let blocks = read_blocks(file, header.body);
    let mut reader = PlanReader { findings: Vec::new() };
    if let Some((place, message)) = header.problem.take() {
        reader.object(place, "plan/front-matter", message);
    }
    let place = header.place("schema_version");
    let version = header.text("schema_version");
    if let Some(version) = version.filter(|version| *version != SCHEMA_VERSION.to_string()) {
        let message = format!("schema_version is `{}`; this pipemason reads {SCHEMA_VERSION}", excerpt(&version));
        reader.object(place, "plan/schema-version", message);
    }
    let base_section = section(&blocks, &["basetest"], &SECTIONS);
    let input_section = section(&blocks, &["gateinput"], &SECTIONS);
    let elsewhere: BTreeSet<usize> = base_section.iter().chain(&input_section).map(|block| block.range.start).collect();
    let others: Vec<&Block> = blocks.iter().filter(|block| !elsewhere.contains(&block.range.start)).collect();
    let mut value = TestPlan {
        tests: reader.inventory(&others),
        base_tests: reader.base_tests(&base_section),
        gate_inputs: reader.gate_inputs(&input_section),
    };
    reader.cut(&mut value.tests, |test| test.place);
    reader.cut(&mut value.base_tests, |test| test.place);
    reader.cut(&mut value.gate_inputs, |input| input.place);
    Read { value, findings: reader.findings }
}

/// Most rows of one table; what is longer is no plan that anybody carries out, and rows are compared with
/// each other.
const MAX_ROWS: usize = 5000;

struct PlanReader {
    findings: Vec<Finding>,
}

impl PlanReader {
    fn object(&mut self, place: Place, rule: &str, message: String) {
        self.findings.push(finding(PATH, place, FailureClass::GateFailed, rule, message));
    }

    fn cut<T>(&mut self, rows: &mut Vec<T>, place: impl Fn(&T) -> Place) {
        if let Some(first) = rows.get(MAX_ROWS) {
            let message = format!("the plan has {} rows in one table; at most {MAX_ROWS} are read", rows.len());
            self.object(place(first), "plan/too-long", message);
            rows.truncate(MAX_ROWS);
        }
    }

    /// Reads all tables that have a column for the id and one for the test. Unit and kind may stand in the
    /// heading above (`api · unit`).
    fn inventory(&mut self, blocks: &[&Block]) -> Vec<PlannedTest> {
        let mut tests = Vec::new();
        let mut heading = (None, None);
        for block in blocks {
            match &block.kind {
                BlockKind::Heading(_) => heading = heading_facts(&block.text),
                BlockKind::Row(row) if row.has(&ID) && row.has(&TEST) => {
                    tests.extend(self.planned_test(row, block.place, &heading));
                }
                BlockKind::Row(_) | BlockKind::Item | BlockKind::Paragraph | BlockKind::Code => {}
            }
        }
        tests
    }

    fn planned_test(
        &mut self,
        row: &Row,
        place: Place,
        heading: &(Option<Unit>, Option<TestKind>),
    ) -> Option<PlannedTest> {
        let id = line(row, &ID);
        if row.cells.iter().all(|cell| is_none(&cell.text)) {
            return None;
        }
        let unit = match text(row, &UNIT) {
            "" => heading.0.clone(),
            name => name
                .parse()
                .map_err(|error| self.object(place, "plan/unit", format!("row `{}`: {error}", excerpt(id.as_str()))))
                .ok(),
        };
        let kind = match text(row, &KIND) {
            "" => heading.1,
            name => kind_of(name),
        };
        let status = text(row, &STATUS);
        if status_of(status).is_none() {
            let message = format!(
                "row `{}`: `{}` is not a status; expected planned, red, green, flaky or skipped",
                excerpt(id.as_str()),
                excerpt(status)
            );
            self.object(place, "plan/status", message);
        }
        let (Some(unit), Some(kind)) = (unit, kind) else {
            let message = format!(
                "row `{}` does not say its unit and its kind; add the columns Unit (api, web, …) and Kind (unit, integration, e2e)",
                excerpt(id.as_str())
            );
            self.object(place, "plan/unit-and-kind", message);
            return None;
        };
        Some(PlannedTest {
            id,
            criteria: self.criteria(row, place),
            unit,
            kind,
            name: line(row, &TEST),
            file: line(row, &FILE),
            status: status_of(status).unwrap_or_default(),
            note: line(row, &NOTE),
            place,
        })
    }

    fn base_tests(&mut self, blocks: &[&Block]) -> Vec<BaseTest> {
        let mut tests = Vec::new();
        for block in blocks {
            let Some(row) = self.row(block, "plan/base-test", "Action, AC, Test, File") else {
                continue;
            };
            let action = match text(row, &ACTION).to_lowercase().as_str() {
                "change" | "changed" | "update" => BaseTestAction::Change,
                "remove" | "removed" | "delete" => BaseTestAction::Remove,
                other => {
                    let message =
                        format!("`{}` is not what happens to a test; expected change or remove", excerpt(other));
                    self.object(block.place, "plan/base-test", message);
                    continue;
                }
            };
            let criteria = self.criteria(row, block.place);
            tests.push(BaseTest {
                action,
                criteria,
                name: line(row, &TEST),
                file: line(row, &FILE),
                place: block.place,
            });
        }
        tests
    }

    fn gate_inputs(&mut self, blocks: &[&Block]) -> Vec<GateInput> {
        let mut inputs = Vec::new();
        for block in blocks {
            let Some(row) = self.row(block, "plan/gate-input", "File, Reason") else {
                continue;
            };
            inputs.push(GateInput { path: line(row, &FILE), reason: line(row, &NOTE), place: block.place });
        }
        inputs
    }

    /// Returns the row that `block` is. A list item where only rows are read is objected to; words around the
    /// table are not.
    fn row<'b>(&mut self, block: &'b Block, rule: &str, columns: &str) -> Option<&'b Row> {
        match &block.kind {
            BlockKind::Row(row) => Some(row).filter(|row| !row.cells.iter().all(|cell| is_none(&cell.text))),
            BlockKind::Item if !is_none(&block.text) => {
                let message =
                    format!("`{}` is not a row; write a table with the columns {columns}", excerpt(&block.text));
                self.object(block.place, rule, message);
                None
            }
            BlockKind::Item | BlockKind::Paragraph | BlockKind::Heading(_) | BlockKind::Code => None,
        }
    }

    /// Reads `AC-1, AC-2`, with any separator.
    fn criteria(&mut self, row: &Row, place: Place) -> Vec<CriterionId> {
        let mut criteria = Vec::new();
        let cell = text(row, &CRITERIA);
        for word in cell.split([',', ';', ' ', '/', '+', '·', '\n']).filter(|word| word.contains(char::is_alphanumeric))
        {
            let id = split_id(word, "AC")
                .filter(|(_, rest)| rest.is_empty())
                .and_then(|(number, _)| CriterionId::new(number));
            match id {
                Some(id) => criteria.push(id),
                None if is_none(word) => {}
                None => self.object(
                    place,
                    "plan/criterion",
                    format!("`{}` is not a criterion; expected AC-1, AC-2, …", excerpt(word)),
                ),
            }
        }
        criteria
    }
}

fn text<'r>(row: &'r Row, names: &[&str]) -> &'r str {
    row.cell(names).map(Cell::plain).unwrap_or_default().trim()
}

fn line(row: &Row, names: &[&str]) -> OneLine {
    OneLine::from(text(row, names))
}

/// Takes unit and kind from a heading like `api · unit` or `Web — E2E`; headings that name no unit name no
/// kind either.
fn heading_facts(heading: &str) -> (Option<Unit>, Option<TestKind>) {
    let heading = heading.to_lowercase();
    let mut words = heading.split([' ', '·', '—', '–', '/', ':', ',', '(', ')']).filter(|word| !word.is_empty());
    let Some(unit) = words.by_ref().find_map(|word| word.parse::<Unit>().ok()) else {
        return (None, None);
    };
    (Some(unit), words.find_map(kind_of))
}

fn kind_of(name: &str) -> Option<TestKind> {
    match name.to_lowercase().as_str() {
        "unit" => Some(TestKind::Unit),
        "integration" => Some(TestKind::Integration),
        "e2e" | "end-to-end" | "end to end" => Some(TestKind::EndToEnd),
        _ => None,
    }
}

/// Reads a status; `blue` is what the original product calls a red end-to-end test. Nothing is `planned`.
fn status_of(name: &str) -> Option<TestStatus> {
    match name.to_lowercase().as_str() {
        "" | "—" | "-" | "planned" => Some(TestStatus::Planned),
        "red" | "blue" => Some(TestStatus::Red),
        "green" | "blue-green" => Some(TestStatus::Green),
        "flaky" => Some(TestStatus::Flaky),
        "skipped" => Some(TestStatus::Skipped),
        _ => None,
    }
}
