//! What follows from something that happened on GitHub: facts in, one decision out.
//!
//! The App and the Action gather the same [`Facts`] and therefore decide alike. Three things hold:
//! - What GitHub's API says now outweighs what an event says: [`settle()`] comes first (SEC-09), and a command is
//!   then judged as if the run had already ended.
//! - Whoever *did* it counts, not whoever wrote what it is about (SEC-10, SEC-16), and only what was just
//!   created can be a command (SEC-23).
//! - Everything refused has a code and a sentence ([`Refusal`]); whether it is said aloud is decided here too.
//!
//! Not here: reading payloads and asking the API (the shells do), what a plain comment means
//! ([`crate::reply`]), and what a run does with what it is told (the run machine).

use jiff::Timestamp;

use crate::command;
use crate::config::ReviseTrigger;
use crate::permission::{Action, Denial, may};

mod act;
mod admit;
mod facts;
mod limits;
mod program_commands;
mod refusal;
mod run_commands;
mod settle;
mod steps;

pub use act::{Act, Approval, Approved, Decision, Ignored, Intent, Refused, Verdict};
pub use facts::{
    AwaitedApproval, Counts, Event, Facts, Place, ProgramFacts, ProgramStage, Remark, RemarkKind, ReviewId, RunFacts,
    Stage, StoppedRun, TriggerRules,
};
pub use limits::{MAX_BOT_CHAIN, MAX_COMMANDS_PER_HOUR, MAX_RUNS_PER_HOUR, loop_breaker, rate_limit};
pub use refusal::Refusal;
pub use settle::{
    BranchState, End, Installation, IssueState, PullRequestState, Repository, Settlement, TicketState, settle,
    settle_program,
};

use run_commands::Asked;

/// Returns what follows from `facts`.
pub fn decide(facts: &Facts, rules: &TriggerRules) -> Verdict {
    let settlement = facts.run.as_ref().and_then(|run| settle(run, &facts.state));
    let stage = facts.run.as_ref().map(|run| match settlement {
        Some(Settlement::Complete) => Stage::Ended(End::Complete),
        Some(Settlement::Cancel(_)) => Stage::Ended(End::Cancelled),
        Some(Settlement::Abort | Settlement::Record(_)) | None => run.stage.clone(),
    });
    let program_cancelled = facts.program.as_ref().and_then(|program| settle_program(program, &facts.state));
    let program = facts.program.as_ref().map(|program| match program_cancelled {
        Some(_) => ProgramStage::Ended,
        None => program.stage,
    });
    let decider = Decider { facts, rules, stage: stage.as_ref(), program };
    Verdict { settlement, program_cancelled, decision: decider.decide() }
}

/// The facts, with the stages that run and program have after [`settle()`].
struct Decider<'a> {
    facts: &'a Facts,
    rules: &'a TriggerRules,
    stage: Option<&'a Stage>,
    program: Option<ProgramStage>,
}

impl Decider<'_> {
    fn decide(&self) -> Decision {
        let sender = &self.facts.sender;
        let is_ours = self.rules.access.ours.did(sender.account.id, sender.through_app);
        match &self.facts.event {
            Event::StateChanged => Decision::Ignore(Ignored::NothingFollows),
            Event::ReadyToStart => self.start_pending(),
            _ if is_ours => Decision::Ignore(Ignored::Ours),
            Event::LabelAdded { label } => self.labeled(std::slice::from_ref(label)),
            Event::IssueOpened { labels } => self.labeled(labels),
            Event::Created(remark) => self.remark(remark),
            Event::Edited => self.thread_changed(Ignored::EditedIsNeverACommand),
            Event::Deleted(kind) => self.deleted(*kind),
        }
    }

    /// Checks once more that whoever asked may, before a pending run begins (SEC-18).
    fn start_pending(&self) -> Decision {
        match self.stage {
            Some(Stage::Pending) => {}
            Some(Stage::Running | Stage::Finalizing | Stage::Escalated(_) | Stage::Ended(_)) | None => {
                return Decision::Ignore(Ignored::NothingFollows);
            }
        }
        let begin = may(Action::Start, &self.facts.sender, &self.rules.access).map(|_| Intent::Begin);
        self.answer(begin.map_err(Refusal::Denied), None)
    }

    fn labeled(&self, labels: &[String]) -> Decision {
        let carries = |name: &str| labels.iter().any(|label| label == name);
        let is_program = carries(&self.rules.program_label());
        if !is_program && !carries(&self.rules.label) {
            return Decision::Ignore(Ignored::OtherLabel);
        }
        if !self.facts.is_label_on {
            return Decision::Ignore(Ignored::LabelTakenOff);
        }
        // One label can arrive as two events, and twice: the newest run already is what came of it (SEC-05).
        let is_covered = |accepted_at: Timestamp| self.facts.at <= accepted_at;
        if is_program {
            if self.facts.program.as_ref().is_some_and(|program| is_covered(program.accepted_at)) {
                return Decision::Ignore(Ignored::AlreadyTaken);
            }
            return self.answer(self.start_program(None, None), None);
        }
        if self.facts.run.as_ref().is_some_and(|run| is_covered(run.accepted_at)) {
            return Decision::Ignore(Ignored::AlreadyTaken);
        }
        self.answer(self.start(Asked::by_label()), None)
    }

    fn remark(&self, remark: &Remark) -> Decision {
        if remark.author != self.facts.sender.account.id {
            return Decision::Ignore(Ignored::SenderIsNotAuthor);
        }
        match command::parse(&remark.body) {
            None => self.plain(remark),
            Some(Err(error)) => self.answer(Err(Refusal::Command(error)), Some(remark.kind)),
            Some(Ok(command::Command::Revise { .. })) if self.is_taken_review(remark.kind) => {
                Decision::Ignore(Ignored::ReviewAlreadyTaken)
            }
            Some(Ok(command)) => self.answer(self.command(command, remark.kind), Some(remark.kind)),
        }
    }

    /// One review starts one follow-up, however many of its comments ask for it.
    fn is_taken_review(&self, kind: RemarkKind) -> bool {
        let newest = self.facts.run.as_ref().and_then(|run| run.review);
        kind.review().is_some() && kind.review() == newest
    }

    /// A remark without a command may be a reply, or steer the run.
    fn plain(&self, remark: &Remark) -> Decision {
        match remark.kind {
            RemarkKind::Comment(_) => self.thread_changed(Ignored::NoRunListens),
            RemarkKind::Review(_) if remark.requests_changes && self.facts.run.is_some() => {
                match self.rules.revise_on {
                    ReviseTrigger::ChangesRequested => self.changes_requested(remark),
                    ReviseTrigger::Command => Decision::Ignore(Ignored::PlainReview),
                }
            }
            RemarkKind::Review(_) | RemarkKind::Inline { .. } => Decision::Ignore(Ignored::PlainReview),
        }
    }

    /// Lets a review that requests changes stand for `/pipemason revise`. Nobody gave a command, so nobody is
    /// refused in words.
    fn changes_requested(&self, review: &Remark) -> Decision {
        if self.is_taken_review(review.kind) {
            return Decision::Ignore(Ignored::ReviewAlreadyTaken);
        }
        let text = Some(review.body.trim()).filter(|body| !body.is_empty()).map(str::to_owned);
        match self.answer(self.revise(text, review.kind), Some(review.kind)) {
            Decision::Refuse(Refused { refusal: Refusal::Denied(_), .. }) => Decision::Ignore(Ignored::PlainReview),
            Decision::Refuse(refused) => Decision::Refuse(Refused { is_spoken: false, ..refused }),
            decision @ (Decision::Act(_) | Decision::Later(_) | Decision::Ignore(_)) => decision,
        }
    }

    /// A changed home thread is read again if the run listens; otherwise the event means nothing.
    fn thread_changed(&self, otherwise: Ignored) -> Decision {
        let listens = match self.stage {
            Some(Stage::Pending | Stage::Running | Stage::Finalizing | Stage::Escalated(_)) => true,
            Some(Stage::Ended(_)) | None => false,
        };
        let is_home = self.facts.run.as_ref().is_some_and(|run| run.home == self.facts.number);
        match (listens, is_home) {
            (true, true) => Decision::Act(self.act(Intent::ReadThread, None)),
            (true, false) => Decision::Ignore(Ignored::NotTheHomeThread),
            (false, _) => Decision::Ignore(otherwise),
        }
    }

    fn deleted(&self, kind: RemarkKind) -> Decision {
        let started_by = self.facts.run.as_ref().and_then(|run| run.started_by);
        if self.stage == Some(&Stage::Pending) && started_by == Some(kind) {
            return Decision::Act(self.act(Intent::Withdraw, None));
        }
        self.thread_changed(Ignored::NothingFollows)
    }

    fn act(&self, intent: Intent, acknowledge: Option<RemarkKind>) -> Act {
        Act { intent, by: self.facts.sender.actor(), acknowledge, take_label_off: self.trigger_label() }
    }

    /// Returns the trigger label that the event was about; it comes off, so that it can be added again.
    fn trigger_label(&self) -> Option<String> {
        let labels = match &self.facts.event {
            Event::LabelAdded { label } => std::slice::from_ref(label),
            Event::IssueOpened { labels } => labels.as_slice(),
            Event::Created(_) | Event::Edited | Event::Deleted(_) | Event::StateChanged | Event::ReadyToStart => &[],
        };
        let program_label = self.rules.program_label();
        [program_label, self.rules.label.clone()].into_iter().find(|trigger| labels.contains(trigger))
    }

    fn answer(&self, answer: Result<Intent, Refusal>, remark: Option<RemarkKind>) -> Decision {
        match answer {
            Ok(intent) => Decision::Act(self.act(intent, remark)),
            Err(Refusal::Denied(Denial::Ourselves)) => Decision::Ignore(Ignored::Ours),
            Err(refusal) if refusal.is_retryable() && !self.facts.is_last_try => Decision::Later(refusal),
            Err(refusal) => Decision::Refuse(Refused {
                refusal,
                is_spoken: !self.facts.was_refused_before,
                confused_at: remark,
                take_label_off: self.trigger_label(),
            }),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
