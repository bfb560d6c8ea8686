//! The only place that prints: data to the output, talk to the errors.

use std::io::{self, Write as _};
use std::sync::Arc;

use pipemason_agent::AgentEvent;
use pipemason_core::escalation::Escalation;
use pipemason_core::id::BranchName;
use pipemason_core::ledger::Ledger;
use pipemason_core::log::LogEntry;
use pipemason_core::run::{Announcement, Effect, PassKind, Record, Run, RunState};
use pipemason_core::text::inert::plain_line;
use pipemason_core::words::{self, Channel, Detail, Money};

use crate::project::Project;
use crate::workshop::{Teller, Told};

/// Where things are printed, and how.
#[derive(Clone, Copy, Debug)]
pub struct Ui {
    json: bool,
}

/// Longest line of somebody else's words.
const MAX_LINE_CHARACTERS: usize = 200;

impl Ui {
    /// Prints lines for people, or one JSON object a line.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    fn data(&self, line: &str) {
        // Whoever closed the pipe has seen enough.
        let _closed = writeln!(io::stdout().lock(), "{line}");
    }

    fn talk(&self, line: &str) {
        let _closed = writeln!(io::stderr().lock(), "{line}");
    }

    /// Says why a command could not be carried out.
    pub fn error(&self, words: &str) {
        self.talk(&format!("error: {words}"));
    }

    /// Says something once.
    pub fn note(&self, words: &str) {
        self.talk(words);
    }

    /// Names a run that begins.
    pub(crate) fn started(&self, run: &Run) {
        if self.json {
            self.object(&[("event", "started"), ("run", &run.id.to_string()), ("branch", run.origin.branch.as_str())]);
        } else {
            self.data(&format!("run     {}", run.id));
            self.data(&format!("branch  {}", run.origin.branch));
        }
    }

    /// Says how a run rests.
    pub(crate) fn ended(&self, run: &Run) {
        if self.json {
            self.object(&[("event", "rests"), ("run", &run.id.to_string()), ("status", run.status().name())]);
            return;
        }
        self.data(&format!("status  {}", run.status().name()));
        match &run.state {
            RunState::Complete => {
                if let Some(commit) = run.pushed {
                    self.data(&format!("commit  {commit}"));
                }
            }
            RunState::Failed { reason, .. } => self.data(&format!("reason  {reason}")),
            RunState::Pending | RunState::Running { .. } | RunState::Escalated { .. } | RunState::Cancelled { .. } => {}
        }
    }

    /// Says what a run would do.
    pub(crate) fn plan(&self, branch: &BranchName, base: &BranchName, project: &Project, agent: &str) {
        self.data(&format!("branch  {branch} from {base}"));
        self.data(&format!("agent   {agent}"));
        for unit in project.units() {
            self.data(&format!("unit    {unit}"));
        }
        for command in project.shown_commands() {
            self.data(&format!("command {command}"));
        }
    }

    /// Shows how far a run is.
    pub(crate) fn status(&self, ledger: &Ledger, holder: Option<&str>) {
        let run = &ledger.run;
        if self.json {
            let visit = run.visit().map(|visit| visit.phase.name()).unwrap_or_default();
            let (id, branch) = (run.id.to_string(), run.origin.branch.to_string());
            self.object(&[("run", &id), ("status", run.status().name()), ("phase", visit), ("branch", &branch)]);
            return;
        }
        self.data(&format!("run     {}", run.id));
        self.data(&format!("branch  {}", run.origin.branch));
        self.data(&format!("status  {}", run.status().name()));
        if let Some(holder) = holder {
            self.data(&format!("held by {holder}"));
        }
        let story = ledger.entries.iter().flat_map(|entry| entry.records.iter().map(move |record| (entry.at, record)));
        for row in words::phase_rows(story, run.updated_at) {
            let time = words::duration(row.time);
            self.data(&format!("  {:<16} {:?}  {time}", row.phase.name(), row.standing));
        }
        if let Some(escalation) = run.escalation() {
            self.escalation(run, escalation);
        }
    }

    /// Shows one run of several.
    pub(crate) fn listed(&self, run: &Run) {
        let title = plain_line(&run.origin.ticket.title, 60);
        if self.json {
            self.object(&[("run", &run.id.to_string()), ("status", run.status().name()), ("title", title.as_str())]);
        } else {
            self.data(&format!("{}  {:<10} {}  {}", run.id, run.status().name(), run.origin.branch, title.as_str()));
        }
    }

    /// Shows one line of a log.
    pub(crate) fn log_line(&self, entry: &LogEntry) {
        self.data(entry.to_line().trim_end());
    }

    /// Returns somebody who prints what happens.
    pub(crate) fn teller(self) -> Teller {
        Arc::new(move |told| self.tell(told))
    }

    fn tell(self, told: Told) {
        match told {
            Told::Step { run, transition } => {
                for record in &transition.records {
                    self.record(&run, record);
                }
                for effect in &transition.effects {
                    if let Effect::Escalate { escalation } = effect {
                        self.escalation(&run, escalation);
                    }
                }
            }
            Told::Agent(AgentEvent::Tool { title, .. }) => {
                self.talk(&format!("    · {}", plain_line(&title, MAX_LINE_CHARACTERS).as_str()));
            }
            Told::Agent(AgentEvent::Odd(words)) => {
                self.talk(&format!("    ! {}", plain_line(&words, MAX_LINE_CHARACTERS).as_str()));
            }
            Told::Agent(
                AgentEvent::Ready { .. }
                | AgentEvent::Text(_)
                | AgentEvent::Thought(_)
                | AgentEvent::Plan(_)
                | AgentEvent::Permission { .. }
                | AgentEvent::Usage(_),
            ) => {}
            Told::Command { check, line, ended } => {
                let line = plain_line(&line, MAX_LINE_CHARACTERS);
                if let Some(ended) = ended {
                    self.talk(&format!("    {check}: {} → {ended}", line.as_str()));
                }
            }
            Told::Note(note) => self.talk(&format!("    {note}")),
            Told::Announcement(Announcement::BudgetWarning { spent, limit }) => {
                self.talk(&format!("    {spent} of {limit} are spent"));
            }
            Told::Announcement(Announcement::SteeringTooLate { .. } | Announcement::Ended { .. }) => {}
        }
    }

    fn record(self, run: &Run, record: &Record) {
        let at = run.updated_at.strftime("%H:%M:%S");
        let said = match record {
            Record::PhaseEntered { phase } => format!("{at} {phase}"),
            Record::PhaseLeft { phase, how } => {
                let how = match how {
                    PassKind::Passed => "passed".to_owned(),
                    PassKind::Skipped { reason } => format!("skipped: {}", words::skipped_because(reason)),
                    PassKind::Unchanged => "unchanged".to_owned(),
                };
                format!("{at} {phase} {how}")
            }
            Record::GateFailed { phase, class, .. } => format!("{at} {phase} failed: {class}"),
            Record::LoopedBack { from, to, .. } => format!("{at} {from} sends it back to {to}"),
            Record::TurnStarted { iteration, attempt, .. } => format!("{at}   turn {iteration}, attempt {attempt}"),
            Record::Published { commit, remote, .. } => {
                let place = if *remote { "pushed" } else { "there is no remote; the branch is here" };
                format!("{at} {} {place}", commit.short())
            }
            _ => return,
        };
        self.talk(&said);
    }

    fn escalation(self, run: &Run, escalation: &Escalation) {
        self.talk("");
        self.talk(&format!("Stopped in {}: {}", escalation.phase, words::headline(escalation)));
        self.talk(words::reason(escalation).as_str());
        for detail in words::details(escalation) {
            match detail {
                Detail::Questions(questions) => {
                    for question in questions {
                        let text = plain_line(&question.text, MAX_LINE_CHARACTERS);
                        self.talk(&format!("  {}: {}", question.id, text.as_str()));
                    }
                }
                Detail::Paths(paths) => {
                    for path in paths {
                        self.talk(&format!("  {}", plain_line(&path, MAX_LINE_CHARACTERS).as_str()));
                    }
                }
                Detail::Name { what, text } | Detail::Words { what, text } | Detail::Output { what, text } => {
                    self.talk(&format!("  {what}: {}", plain_line(&text, MAX_LINE_CHARACTERS).as_str()));
                }
            }
        }
        for finding in escalation.evidence.iter().take(10) {
            let message = plain_line(&finding.message, MAX_LINE_CHARACTERS);
            let path = finding.path.as_deref().unwrap_or_default();
            self.talk(&format!("  - {path} {}: {}", finding.rule, message.as_str()));
        }
        self.talk(words::recovery(escalation, run.id).as_str());
        self.talk(&format!("The work so far is on the branch `{}`.", run.origin.branch));
        let limits = pipemason_core::policy::Limits::default();
        let money = Money { limit: run.spend.usd_limit(&limits), day: limits.usd_per_day };
        for way in words::ways(escalation, Channel::Terminal { run: run.id }, money) {
            self.talk(way.what.as_str());
            for line in way.copy {
                self.talk(&format!("    {}", line.as_str()));
            }
        }
    }

    fn object(self, fields: &[(&str, &str)]) {
        let object: serde_json::Map<String, serde_json::Value> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        self.data(&serde_json::Value::Object(object).to_string());
    }
}
