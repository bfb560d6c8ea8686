//! Documents that agents and people write: each reads back as it was written, whatever was read.

use std::collections::BTreeMap;

use pipemason_core::decisions::{self, Decision};
use pipemason_core::document::{OneLine, Passage, Place, Prose};
use pipemason_core::gate::Finding;
use pipemason_core::id::{AssumptionId, CriterionId, QuestionId};
use pipemason_core::spec::{self, Assumption, Criterion, OpenQuestion, Spec};
use pipemason_core::test_plan::{BaseTest, BaseTestAction, GateInput, PlannedTest, TestKind, TestPlan, TestStatus};

use super::{Promise, Target, is_in_text, lines_of, parts, promise, round_trip, seeds, text};

fn check_findings(findings: &[Finding], file: &str) -> Promise {
    let lines = lines_of(file);
    let mut placed = findings.iter().filter_map(|finding| Some((&finding.message, finding.line?)));
    placed.try_for_each(|(message, line)| is_in_text(message, line.into(), lines))
}

pub(super) const SPEC: Target = Target { name: "spec", seeds: || seeds::of(seeds::SPECS), run: run_spec };

fn run_spec(input: &[u8]) -> Promise {
    let text = text(input);
    let read = Spec::read(&text);
    check_findings(&read.findings, &text)?;
    check_findings(&read.value.check(), &text)?;
    promise(read.value.open_questions().len() <= read.value.questions.len(), || "questions appear".to_owned())?;
    let again = Spec::read(&read.value.write());
    round_trip("spec", &read.value, &again.value)?;
    promise(again.findings.is_empty(), || format!("what was written is objected to: {:?}", again.findings))?;
    let frozen = Spec::freeze_hash(&text);
    let marked = format!("\u{feff}{}", text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\n', "\r\n"));
    promise(Spec::freeze_hash(&marked) == frozen, || "marks of editors change what is frozen".to_owned())
}

pub(super) const ANSWERS: Target =
    Target { name: "spec_answers", seeds: || seeds::of(seeds::ANSWERED_SPECS), run: run_answers };

/// An answer says what it says, and changes nothing else.
fn run_answers(input: &[u8]) -> Promise {
    let text = text(input);
    let mut texts = parts(&text);
    let file = texts.next().unwrap_or_default();
    let answers: BTreeMap<QuestionId, String> =
        (1..=2).filter_map(|number| Some((QuestionId::new(number)?, texts.next()?.to_owned()))).collect();
    let old = Spec::read(file).value;
    let answered = spec::with_answers(file, &answers);
    let new = Spec::read(&answered.file).value;
    promise(old.criteria == new.criteria && old.goal == new.goal, || "an answer became something else".to_owned())?;
    promise(old.questions.len() == new.questions.len(), || "an answer became a question".to_owned())?;
    let is_taken = |id: &QuestionId| !answered.missing.contains(id);
    let taken = answers.keys().filter(|id| is_taken(id)).count();
    let has_answer = |id: &QuestionId| new.questions.iter().any(|question| question.id == *id);
    promise(answers.keys().filter(|id| is_taken(id)).all(has_answer), || {
        format!("{taken} answers were taken, and their questions are not there")
    })
}

pub(super) const TEST_PLAN: Target =
    Target { name: "test_plan", seeds: || seeds::of(seeds::TEST_PLANS), run: run_test_plan };

fn run_test_plan(input: &[u8]) -> Promise {
    let text = text(input);
    let read = TestPlan::read(&text);
    check_findings(&read.findings, &text)?;
    check_findings(&read.value.check(&Spec::default()), &text)?;
    check_plan(&read.value)
}

fn check_plan(plan: &TestPlan) -> Promise {
    let again = TestPlan::read(&plan.write());
    round_trip("test plan", plan, &again.value)?;
    promise(again.findings.is_empty(), || format!("what was written is objected to: {:?}", again.findings))?;
    round_trip("a plan merged with itself", plan, &TestPlan::merge([plan, plan]))
}

pub(super) const DECISIONS: Target =
    Target { name: "decisions", seeds: || seeds::of(seeds::DECISIONS), run: run_decisions };

/// Nothing that was decided gets lost or changed when something is appended.
fn run_decisions(input: &[u8]) -> Promise {
    let text = text(input);
    let mut texts = parts(&text);
    let (file, draft) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
    let read = decisions::read(file);
    round_trip("decisions", &read, &decisions::read(&decisions::write(&read)))?;
    let drafts = [decisions::read(draft), decisions::read(draft)];
    let all = decisions::read(&decisions::append(file, &drafts));
    promise(all.get(..read.len()) == Some(&read), || "appending changes what was there".to_owned())?;
    let most = read.len() + drafts.iter().map(Vec::len).sum::<usize>();
    promise(all.len() <= most, || format!("{} entries became {}", most, all.len()))
}

pub(super) const ANY_DOCUMENT: Target =
    Target { name: "any_document", seeds: || seeds::of(seeds::WORDS), run: run_any_document };

/// Documents that no file ever held, with the texts of the input in all their fields.
fn run_any_document(input: &[u8]) -> Promise {
    let text = text(input);
    let mut texts = parts(&text);
    let mut line = || OneLine::from(texts.next().unwrap_or_default());
    let place = Place::default();
    // Where there is nothing, nothing is written; and a row in which nothing is named is no row.
    let named = |line: &OneLine| OneLine::from(format!("T{line}"));
    let unit = || "api".parse().map_err(|error| format!("{error}"));
    let (one, two, three) = (line(), line(), line());
    let criterion = CriterionId::new(1).into_iter().collect::<Vec<_>>();
    let plan = TestPlan {
        tests: vec![PlannedTest {
            id: named(&one),
            criteria: criterion.clone(),
            unit: unit()?,
            kind: TestKind::Unit,
            name: two.clone(),
            file: three.clone(),
            status: TestStatus::Red,
            note: one.clone(),
            place,
        }],
        base_tests: vec![BaseTest {
            action: BaseTestAction::Change,
            criteria: criterion,
            name: two.clone(),
            file: one.clone(),
            place,
        }],
        gate_inputs: vec![GateInput { path: named(&two), reason: three.clone(), place }],
    };
    check_plan(&plan)?;
    let prose = || {
        Prose::new([
            Passage::Paragraph(one.clone()),
            Passage::Item(two.clone()),
            Passage::Code(text.split(super::PARTER).last().unwrap_or_default().to_owned()),
            Passage::Paragraph(three.clone()),
        ])
    };
    let decision = Decision {
        number: 1,
        title: one.clone(),
        date: two.clone(),
        authors: three.clone(),
        units: one.clone(),
        context: prose(),
        outcome: prose(),
        alternatives: prose(),
        ..Decision::default()
    };
    let written = vec![decision.clone(), Decision { number: 2, ..decision }];
    round_trip("decisions", &written, &decisions::read(&decisions::write(&written)))?;
    check_spec(&Spec {
        ticket: one.clone(),
        title: two.clone(),
        goal: prose(),
        criteria: CriterionId::new(1).map(|id| Criterion { id, text: three.clone(), place }).into_iter().collect(),
        affected: BTreeMap::from([(unit()?, one.clone())]),
        questions: QuestionId::new(1)
            .map(|id| OpenQuestion { id, text: one.clone(), answer: Some(two.clone()), place })
            .into_iter()
            .collect(),
        assumptions: AssumptionId::new(1).map(|id| Assumption { id, text: two.clone(), place }).into_iter().collect(),
        ..Spec::default()
    })
}

fn check_spec(spec: &Spec) -> Promise {
    round_trip("spec", spec, &Spec::read(&spec.write()).value)
}
