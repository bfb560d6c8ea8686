//! A world in which the run machine lives: it carries out effects by answering them from a script.
//!
//! Without a script everything goes well the first time. Gates, turns and publications take their next
//! scripted answer where there is one.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use pipemason_core::actor::Actor;
use pipemason_core::domain::Unit;
use pipemason_core::escalation::Question;
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::{Check, CheckOutcome, Finding, GateReport, Severity};
use pipemason_core::hash::ContentHash;
use pipemason_core::id::QuestionId;
use pipemason_core::log::LogEntry;
use pipemason_core::money::Usd;
use pipemason_core::phase::Phase;
use pipemason_core::policy::Policy;
use pipemason_core::projection::entries_of;
use pipemason_core::run::{
    Answer, CostSource, Edited, Effect, Event, Found, GateEvent, History, InitReport, Inputs, Learned, Opening, Origin,
    PublishReport, Rejection, ResumeRequest, Run, Transition, TurnOutcome, TurnReport, Usage, step,
};
use pipemason_core::ticket::{Source, Ticket, TicketKind};

mod facts;
mod tell;
pub mod walk;

pub use facts::{commit, tree};
pub use tell::{tell_effect, tell_record};

/// How a scripted gate answers.
#[derive(Clone, Debug)]
pub enum GateAnswer {
    Pass,
    /// One check fails with one finding of this class, severity and unit.
    Fail(FailureClass, Severity, Option<Unit>),
    Skip,
    Unavailable,
    /// `analyze` finds this many questions open.
    Questions(u32),
}

/// How a scripted turn ends.
#[derive(Clone, Debug)]
pub struct TurnAnswer {
    pub outcome: TurnOutcome,
    pub changed: bool,
    pub usd: Option<Usd>,
    pub minutes: u64,
    pub drifted_tests: bool,
    pub touched_frozen: bool,
    pub protected: Option<ContentHash>,
}

impl Default for TurnAnswer {
    fn default() -> Self {
        Self {
            outcome: TurnOutcome::Done,
            changed: true,
            usd: Some(Usd::micros(50_000)),
            minutes: 1,
            drifted_tests: false,
            touched_frozen: false,
            protected: None,
        }
    }
}

/// A run with the world around it.
#[derive(Clone, Debug)]
pub struct World {
    pub run: Run,
    pub policy: Policy,
    pub now: Timestamp,
    pub kind: TicketKind,
    pub units: Vec<Unit>,
    /// What everything looks like now.
    pub inputs: Inputs,
    pub gates: BTreeMap<Phase, VecDeque<GateAnswer>>,
    pub turns: BTreeMap<Phase, VecDeque<TurnAnswer>>,
    pub publications: VecDeque<PublishReport>,
    /// Effects that wait to be carried out.
    pub waiting: VecDeque<Effect>,
    /// Everything that was fed to the machine and accepted.
    pub history: Vec<(Event, Timestamp)>,
    /// The story so far, a line a record.
    pub told: Vec<String>,
    /// The same as lines of `iterations.log`.
    pub log: Vec<LogEntry>,
    changes: u64,
}

/// The person of the stories.
pub fn maintainer() -> Actor {
    Actor::GitHub { id: 7, login: Arc::from("maintainer") }
}

impl World {
    /// Makes a world with these units, all of them configured and affected.
    pub fn new(units: &[&str]) -> Self {
        Self::opened_for(units, Opening::Ticket)
    }

    /// Makes a world in which the run is opened for `opening`.
    pub fn opened_for(units: &[&str], opening: Opening) -> Self {
        let units: Vec<Unit> = units.iter().filter_map(|unit| unit.parse().ok()).collect();
        let now = Timestamp::UNIX_EPOCH;
        let policy = Policy { units: units.clone(), ..Policy::default() };
        Self {
            run: Run::new(facts::run_id(), facts::origin(opening, now), None, now),
            policy,
            now,
            kind: TicketKind::Behavior,
            units,
            inputs: facts::first_inputs(),
            gates: BTreeMap::new(),
            turns: BTreeMap::new(),
            publications: VecDeque::new(),
            waiting: VecDeque::new(),
            history: Vec::new(),
            told: Vec::new(),
            log: Vec::new(),
            changes: 0,
        }
    }

    /// The next gate of `phase` without a scripted answer gives `answer`.
    #[must_use]
    pub fn gate(mut self, phase: Phase, answer: GateAnswer) -> Self {
        self.gates.entry(phase).or_default().push_back(answer);
        self
    }

    /// The next gate of `phase` without a scripted answer fails with `class`.
    #[must_use]
    pub fn fails(self, phase: Phase, class: FailureClass) -> Self {
        self.gate(phase, GateAnswer::Fail(class, Severity::Medium, None))
    }

    /// The next turn of `phase` without a scripted answer ends like `answer`.
    #[must_use]
    pub fn turn(mut self, phase: Phase, answer: TurnAnswer) -> Self {
        self.turns.entry(phase).or_default().push_back(answer);
        self
    }

    /// The next turn of `phase` without a scripted answer ends with `outcome`.
    #[must_use]
    pub fn ends(self, phase: Phase, outcome: TurnOutcome) -> Self {
        self.turn(phase, TurnAnswer { outcome, ..TurnAnswer::default() })
    }

    /// The next publication without a scripted answer ends like `report`.
    #[must_use]
    pub fn publishes(mut self, report: PublishReport) -> Self {
        self.publications.push_back(report);
        self
    }

    /// Starts the run and goes on until it rests.
    #[must_use]
    pub fn started(mut self) -> Self {
        self.told.push("start".to_owned());
        if let Err(rejection) = self.send(Event::Started) {
            self.told.push(format!("! {rejection}"));
        }
        self.settle();
        self
    }

    /// Feeds `event` to the machine and takes up what should be done.
    pub fn send(&mut self, event: Event) -> Result<(), Rejection> {
        let Transition { run, effects, records } = step(&self.run, &event, &self.policy, self.now)?;
        self.run = run;
        self.told.extend(records.iter().map(tell_record));
        let next_seq = self.log.last().map_or(1, |line| line.seq + 1);
        self.log.extend(entries_of(&records, &self.run, "scripted", next_seq));
        if effects.contains(&Effect::StopWork) {
            self.waiting.retain(|effect| !matches!(effect, Effect::AskAgent { .. } | Effect::EvaluateGate { .. }));
        }
        self.waiting.extend(effects);
        self.history.push((event, self.now));
        Ok(())
    }

    /// Carries out what waits until nothing waits any more.
    pub fn settle(&mut self) {
        while self.perform_one().is_some() {}
    }

    /// Carries out effects until `phase` is asked for its gate, which stays open.
    pub fn until_gate_of(&mut self, phase: Phase) {
        let is_wanted =
            |effect: &Effect| matches!(effect, Effect::EvaluateGate { phase: asked, .. } if *asked == phase);
        self.until(is_wanted);
    }

    /// Carries out effects until an agent is asked in `phase`; its turn stays open.
    pub fn until_turn_of(&mut self, phase: Phase) {
        let is_wanted = |effect: &Effect| matches!(effect, Effect::AskAgent { turn } if turn.phase == phase);
        self.until(is_wanted);
    }

    /// Carries out effects until one is `wanted`; it stays open.
    pub fn until(&mut self, is_wanted: impl Fn(&Effect) -> bool) {
        while let Some(effect) = self.waiting.front() {
            if is_wanted(effect) || self.perform_one().is_none() {
                return;
            }
        }
    }

    /// Carries out the first effect that waits.
    pub fn perform_one(&mut self) -> Option<()> {
        let effect = self.waiting.pop_front()?;
        if let Some(told) = tell_effect(&effect) {
            self.told.push(told);
        }
        if let Some(event) = self.answer(&effect) {
            self.now = facts::after(self.now, Duration::from_secs(1));
            if let Err(rejection) = self.send(event) {
                self.told.push(format!("! {}", rejection.code()));
            }
        }
        Some(())
    }

    /// Returns what the world says to `effect`.
    pub fn answer(&mut self, effect: &Effect) -> Option<Event> {
        let asked = self.run.visit().map_or(0, |visit| visit.asked);
        match effect {
            Effect::Initialize => {
                let report = InitReport::Ready { inputs: self.inputs, cost_source: CostSource::Metered, facts: None };
                Some(Event::Initialized { asked, report })
            }
            Effect::Reserve { .. } => Some(Event::Reserved { asked }),
            Effect::AskAgent { turn } => {
                let report = self.take_turn(turn.phase, turn.index);
                Some(Event::TurnEnded { asked, report })
            }
            Effect::EvaluateGate { phase, .. } => {
                let answer = self.gates.get_mut(phase).and_then(VecDeque::pop_front).unwrap_or(GateAnswer::Pass);
                let report = self.evaluate(*phase, &answer);
                Some(Event::GateReported { asked, report })
            }
            Effect::Publish { .. } => {
                let pushed = PublishReport::Pushed { commit: commit(1), pull_request: None };
                let report = self.publications.pop_front().unwrap_or(pushed);
                Some(Event::Published { asked, report })
            }
            Effect::RequestRunner => Some(Event::RunnerReady),
            Effect::Freeze { .. }
            | Effect::RestoreProtected
            | Effect::ApplyContest { .. }
            | Effect::Checkpoint
            | Effect::SaveWork
            | Effect::StopWork
            | Effect::Escalate { .. }
            | Effect::Announce { .. }
            | Effect::ShowStatus
            | Effect::Close => None,
        }
    }

    fn take_turn(&mut self, phase: Phase, unit: u8) -> TurnReport {
        let answer = self.turns.get_mut(&phase).and_then(VecDeque::pop_front).unwrap_or_default();
        if answer.changed {
            self.changes += 1;
            facts::change(&mut self.inputs, phase, self.changes);
        }
        let path = |is_touched: bool| if is_touched { vec![Arc::from("tests/frozen.rs")] } else { Vec::new() };
        TurnReport {
            unit,
            outcome: answer.outcome,
            usage: Usage { tokens_in: 1000, tokens_out: 100, usd: answer.usd },
            repairs: 0,
            changed: answer.changed,
            duration: Duration::from_mins(answer.minutes),
            drifted_tests: path(answer.drifted_tests),
            touched_frozen: path(answer.touched_frozen),
            protected: answer.protected.map(facts::protected),
        }
    }

    fn evaluate(&mut self, phase: Phase, answer: &GateAnswer) -> GateEvent {
        let passes = matches!(answer, GateAnswer::Pass);
        let mut learned = if passes { facts::learned(self, phase) } else { Learned::default() };
        let outcome = match answer {
            GateAnswer::Pass => CheckOutcome::Passed,
            GateAnswer::Skip => CheckOutcome::Skipped { reason: "there is no such command".to_owned() },
            GateAnswer::Unavailable => CheckOutcome::Unavailable { reason: "the tool crashed".to_owned() },
            GateAnswer::Questions(count) => {
                learned.questions = (1..=*count).filter_map(question).collect();
                CheckOutcome::Failed { class: FailureClass::SpecUnderspecified, findings: Vec::new() }
            }
            GateAnswer::Fail(class, severity, unit) => {
                let finding = Finding {
                    class: *class,
                    severity: *severity,
                    rule: "rule".to_owned(),
                    message: "message".to_owned(),
                    path: None,
                    line: None,
                    unit: unit.clone(),
                };
                CheckOutcome::Failed { class: *class, findings: vec![finding] }
            }
        };
        let check = Check { name: "check".to_owned(), unit: None, result: outcome, log: None };
        let report = GateReport { checks: vec![check] };
        GateEvent { report, inputs: self.inputs, learned, facts: None, duration: Duration::from_secs(30) }
    }

    /// Returns a plain wish to resume what is escalated.
    pub fn resume_request(&self) -> ResumeRequest {
        let escalation = self.run.escalation().map_or(pipemason_core::id::EscalationId::FIRST, |open| open.id);
        let found = Found { history: History::Continued, edited: Edited::default(), tree: None };
        ResumeRequest::new(maintainer(), escalation, found)
    }

    /// Resumes with a request changed by `change`, and goes on until the run rests.
    #[must_use]
    pub fn resumed(mut self, change: impl FnOnce(&mut ResumeRequest)) -> Self {
        self.told.push("resume".to_owned());
        let mut request = self.resume_request();
        change(&mut request);
        if let Err(rejection) = self.send(Event::ResumeRequested { request }) {
            self.told.push(format!("! {}", rejection.code()));
        }
        self.settle();
        self
    }

    /// Resumes with a plain answer.
    #[must_use]
    pub fn answered(self, text: &str) -> Self {
        let answer = Answer { text: Arc::from(text), leaves_open: Vec::new(), by: maintainer(), taken: Vec::new() };
        self.resumed(|request| request.answer = Some(answer))
    }

    /// Returns the story, a line a record.
    pub fn story(&self) -> String {
        self.told.join("\n")
    }
}

/// Makes a question.
pub fn question(number: u32) -> Option<Question> {
    QuestionId::new(number).map(|id| Question { id, text: Arc::from(format!("Question {number}?")) })
}

/// Makes an origin like that of the kit's worlds.
pub fn origin(opening: Opening, now: Timestamp) -> Origin {
    facts::origin(opening, now)
}

/// Makes a ticket.
pub fn ticket(now: Timestamp) -> Ticket {
    Ticket {
        source: Source::CommandLine,
        title: Arc::from("Add a /healthz endpoint"),
        body: Arc::from("It returns 200 ok."),
        requested_by: maintainer(),
        accepted_at: now,
    }
}
