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

fn data(line: &str) {
    // Whoever closed the pipe has seen enough.
    let _closed = writeln!(io::stdout().lock(), "{line}");
}

fn talk(line: &str) {
    let _closed = writeln!(io::stderr().lock(), "{line}");
}

/// Says why a command could not be carried out.
pub fn error(words: &str) {
    talk(&format!("error: {words}"));
}

/// Says something once.
pub fn note(words: &str) {
    talk(words);
}

/// Says that something is there.
pub(crate) fn found(what: &str, words: &str) {
    data(&format!("ok       {what:<14} {words}"));
}

/// Says that something is missing, and what to do.
pub(crate) fn missing(what: &str, words: &str) {
    data(&format!("missing  {what:<14} {words}"));
}

/// Shows one line of a log, which is an object already.
pub(crate) fn log_line(entry: &LogEntry) {
    data(entry.to_line().trim_end());
}

/// Longest line of somebody else's words.
const MAX_LINE_CHARACTERS: usize = 200;

impl Ui {
    /// Prints lines for people, or one JSON object a line.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Names a run that begins.
    pub(crate) fn started(self, run: &Run) {
        if self.json {
            object(&[("event", "started"), ("run", &run.id.to_string()), ("branch", run.origin.branch.as_str())]);
        } else {
            data(&format!("run     {}", run.id));
            data(&format!("branch  {}", run.origin.branch));
        }
    }

    /// Says how a run rests.
    pub(crate) fn ended(self, run: &Run) {
        if self.json {
            object(&[("event", "rests"), ("run", &run.id.to_string()), ("status", run.status().name())]);
            return;
        }
        data(&format!("status  {}", run.status().name()));
        match &run.state {
            RunState::Complete => {
                if let Some(commit) = run.pushed {
                    data(&format!("commit  {commit}"));
                }
            }
            RunState::Failed { reason, .. } => data(&format!("reason  {reason}")),
            RunState::Pending | RunState::Running { .. } | RunState::Escalated { .. } | RunState::Cancelled { .. } => {}
        }
    }

    /// Says what a run would do.
    pub(crate) fn plan(self, branch: &BranchName, base: &BranchName, project: &Project, agent: &str) {
        if self.json {
            let units = project.units().iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            object(&[("branch", branch.as_str()), ("base", base.as_str()), ("agent", agent), ("units", &units)]);
            return;
        }
        data(&format!("branch  {branch} from {base}"));
        data(&format!("agent   {agent}"));
        for unit in project.units() {
            data(&format!("unit    {unit}"));
        }
        for command in project.shown_commands() {
            data(&format!("command {command}"));
        }
    }

    /// Shows how far a run is.
    pub(crate) fn status(self, ledger: &Ledger, holder: Option<&str>) {
        let run = &ledger.run;
        if self.json {
            let visit = run.visit().map(|visit| visit.phase.name()).unwrap_or_default();
            let (id, branch) = (run.id.to_string(), run.origin.branch.to_string());
            object(&[("run", &id), ("status", run.status().name()), ("phase", visit), ("branch", &branch)]);
            return;
        }
        data(&format!("run     {}", run.id));
        data(&format!("branch  {}", run.origin.branch));
        data(&format!("status  {}", run.status().name()));
        if let Some(holder) = holder {
            data(&format!("held by {holder}"));
        }
        let story = ledger.entries.iter().flat_map(|entry| entry.records.iter().map(move |record| (entry.at, record)));
        for row in words::phase_rows(story, run.updated_at) {
            let time = words::duration(row.time);
            data(&format!("  {:<16} {:?}  {time}", row.phase.name(), row.standing));
        }
        if let Some(escalation) = run.escalation() {
            tell_escalation(run, escalation);
        }
    }

    /// Shows one run of several.
    pub(crate) fn listed(self, run: &Run) {
        let title = plain_line(&run.origin.ticket.title, 60);
        if self.json {
            object(&[("run", &run.id.to_string()), ("status", run.status().name()), ("title", title.as_str())]);
        } else {
            data(&format!("{}  {:<10} {}  {}", run.id, run.status().name(), run.origin.branch, title.as_str()));
        }
    }

    /// Returns somebody who prints what happens.
    pub(crate) fn teller(self) -> Teller {
        Arc::new(move |told| self.tell(told))
    }

    fn tell(self, told: Told) {
        match told {
            Told::Step { run, transition } if self.json => {
                for record in &transition.records {
                    // A record has only plain values, so writing it cannot fail.
                    let record = serde_json::to_value(record).unwrap_or_default();
                    let line = serde_json::json!({ "at": run.updated_at, "run": run.id, "record": record });
                    data(&line.to_string());
                }
            }
            Told::Step { run, transition } => {
                for record in &transition.records {
                    tell_record(&run, record);
                }
                for effect in &transition.effects {
                    if let Effect::Escalate { escalation } = effect {
                        tell_escalation(&run, escalation);
                    }
                }
            }
            Told::Agent(AgentEvent::Tool { title, .. }) => {
                talk(&format!("    · {}", plain_line(&title, MAX_LINE_CHARACTERS).as_str()));
            }
            Told::Agent(AgentEvent::Odd(words)) => {
                talk(&format!("    ! {}", plain_line(&words, MAX_LINE_CHARACTERS).as_str()));
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
                    talk(&format!("    {check}: {} → {ended}", line.as_str()));
                }
            }
            Told::Note(note) => talk(&format!("    {note}")),
            Told::Announcement(Announcement::BudgetWarning { spent, limit }) => {
                talk(&format!("    {spent} of {limit} are spent"));
            }
            Told::Announcement(Announcement::SteeringTooLate { .. } | Announcement::Ended { .. }) => {}
        }
    }
}

fn tell_record(run: &Run, record: &Record) {
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
    talk(&said);
}

fn tell_escalation(run: &Run, escalation: &Escalation) {
    talk("");
    talk(&format!("Stopped in {}: {}", escalation.phase, words::headline(escalation)));
    talk(words::reason(escalation).as_str());
    for detail in words::details(escalation) {
        match detail {
            Detail::Questions(questions) => {
                for question in questions {
                    let text = plain_line(&question.text, MAX_LINE_CHARACTERS);
                    talk(&format!("  {}: {}", question.id, text.as_str()));
                }
            }
            Detail::Paths(paths) => {
                for path in paths {
                    talk(&format!("  {}", plain_line(&path, MAX_LINE_CHARACTERS).as_str()));
                }
            }
            Detail::Name { what, text } | Detail::Words { what, text } | Detail::Output { what, text } => {
                talk(&format!("  {what}: {}", plain_line(&text, MAX_LINE_CHARACTERS).as_str()));
            }
        }
    }
    for finding in escalation.evidence.iter().take(10) {
        let message = plain_line(&finding.message, MAX_LINE_CHARACTERS);
        let path = finding.path.as_deref().unwrap_or_default();
        talk(&format!("  - {path} {}: {}", finding.rule, message.as_str()));
    }
    talk(words::recovery(escalation, run.id).as_str());
    talk(&format!("The work so far is on the branch `{}`.", run.origin.branch));
    let limits = pipemason_core::policy::Limits::default();
    let money = Money { limit: run.spend.usd_limit(&limits), day: limits.usd_per_day };
    for way in words::ways(escalation, Channel::Terminal { run: run.id }, money) {
        talk(way.what.as_str());
        for line in way.copy {
            talk(&format!("    {}", line.as_str()));
        }
    }
}

fn object(fields: &[(&str, &str)]) {
    let object: serde_json::Map<String, serde_json::Value> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    data(&serde_json::Value::Object(object).to_string());
}
