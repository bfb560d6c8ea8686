//! Tests of decisions.

use std::sync::Arc;

use super::*;
use crate::actor::Actor;
use crate::escalation::{ApprovalSubject, Awaiting};
use crate::hash::ContentHash;
use crate::id::{CommentId, EscalationId, IssueNumber};
use crate::permission::tests::{rules as access, user};
use crate::permission::{OtherApprovers, Person, Right};
use crate::phase::Phase;
use crate::policy::Limits;

mod approvals;
mod commands;
mod events;
pub(crate) mod refusals;
mod reviews;
mod settling;
mod steps;

/// Whoever asked for the run of the tests.
const REQUESTER: u64 = 11;
/// Somebody else.
const OTHER: u64 = 12;

const ISSUE: IssueNumber = IssueNumber(1);
const COMMENT: RemarkKind = RemarkKind::Comment(CommentId(100));

const PULL_REQUEST: Place = Place::PullRequest { head_repository: Some(5), base_repository: 5 };

/// Returns the instant `second` seconds after the tests begin.
fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn rules() -> TriggerRules {
    TriggerRules {
        access: access(),
        label: "pipemason".to_owned(),
        revise_on: ReviseTrigger::Command,
        resume_on_reply: true,
        limits: Limits::default(),
    }
}

const OPEN: TicketState = TicketState {
    issue: IssueState::Open,
    pull_request: PullRequestState::None,
    branch: BranchState::Unpushed,
    repository: Repository::Active,
    installation: Installation::Active,
};

/// Something a maintainer did on an open issue without a run.
fn facts(event: Event) -> Facts {
    Facts {
        event,
        at: at(100),
        sender: user(OTHER, Right::Maintain),
        number: ISSUE,
        place: Place::Issue,
        run: None,
        program: None,
        state: OPEN,
        is_label_on: true,
        other_approvers: OtherApprovers::Exist,
        counts: Counts::default(),
        was_refused_before: false,
        is_last_try: false,
    }
}

fn comment(body: &str) -> Event {
    Event::Created(Remark { kind: COMMENT, author: OTHER, body: body.to_owned(), requests_changes: false })
}

fn label(name: &str) -> Event {
    Event::LabelAdded { label: name.to_owned() }
}

fn run(stage: Stage) -> RunFacts {
    RunFacts {
        id: "01J00000000000000000000001".parse().unwrap(),
        stage,
        requested_by: Actor::GitHub { id: REQUESTER, login: Arc::from("somebody") },
        accepted_at: at(10),
        started_by: None,
        review: None,
        home: ISSUE,
        outcome: None,
    }
}

fn program(stage: ProgramStage) -> ProgramFacts {
    ProgramFacts {
        stage,
        requested_by: Actor::GitHub { id: REQUESTER, login: Arc::from("somebody") },
        accepted_at: at(10),
        awaited: None,
    }
}

fn escalation(number: u32) -> EscalationId {
    EscalationId::new(number).unwrap()
}

/// A run that stopped in `verify`.
fn stopped(awaiting: Awaiting) -> Stage {
    let covered_now = match &awaiting {
        Awaiting::Approval { hash, .. } => Some(*hash),
        Awaiting::Answer { .. } | Awaiting::Change | Awaiting::Budget { .. } => None,
    };
    Stage::Escalated(StoppedRun {
        escalation: escalation(2),
        phase: Phase::Verify,
        awaiting,
        asked_at: Some(at(50)),
        covered_now,
    })
}

fn approval_of(hash: ContentHash) -> Awaiting {
    Awaiting::Approval { subject: ApprovalSubject::ProtectedPaths, hash }
}

/// Every stage a run can be in, with a name for messages.
fn stages() -> [Stage; 7] {
    [
        Stage::Pending,
        Stage::Running,
        Stage::Finalizing,
        stopped(Awaiting::Change),
        Stage::Ended(End::Complete),
        Stage::Ended(End::Failed),
        Stage::Ended(End::Cancelled),
    ]
}

fn decision(facts: &Facts) -> Decision {
    decide(facts, &rules()).decision
}

/// Returns what is done, in one word; or why not, by its code.
fn word(facts: &Facts) -> String {
    match decision(facts) {
        Decision::Act(act) => intent_word(&act.intent),
        Decision::Refuse(refused) => refused.refusal.code().to_owned(),
        Decision::Later(refusal) => format!("later: {}", refusal.code()),
        Decision::Ignore(why) => format!("{why:?}"),
    }
}

fn intent_word(intent: &Intent) -> String {
    match intent {
        Intent::Start { previous: None, .. } => "start".to_owned(),
        Intent::Start { previous: Some(_), .. } => "follow up".to_owned(),
        Intent::Revise { .. } => "revise".to_owned(),
        Intent::Resume { from: None, .. } => "resume".to_owned(),
        Intent::Resume { from: Some(phase), .. } => format!("resume from {phase}"),
        Intent::Approve(_) => "approve".to_owned(),
        Intent::ResumeProgram { .. } => "resume program".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Returns what `body` does at each of [`stages`], said by a maintainer at `place`.
fn at_each_stage(body: &str, place: Place) -> Vec<String> {
    let say = |stage| word(&Facts { run: Some(run(stage)), place, ..facts(comment(body)) });
    stages().map(say).into()
}
