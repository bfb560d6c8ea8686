//! What runs are told.

use super::*;
use crate::command::StartOptions;
use crate::money::Usd;
use crate::run::{Answer, CancelCause, Edited, Event, Found, History, Outcome, ResumeRequest};

const FOUND: Found = Found {
    history: History::Rewritten,
    edited: Edited { spec: true, contracts: false, plan: false, tests: false, end_to_end_tests: false, code: true },
    tree: None,
};

fn by() -> Actor {
    Actor::GitHub { id: OTHER, login: Arc::from("somebody") }
}

fn answer() -> Answer {
    Answer { text: Arc::from("8080"), leaves_open: Vec::new(), by: by(), taken: Vec::new() }
}

fn told(intent: Intent) -> Option<Event> {
    Act { intent, by: by(), acknowledge: None, take_label_off: None }.event(Some(answer()), FOUND)
}

fn resume() -> ResumeRequest {
    ResumeRequest::new(by(), escalation(2), FOUND)
}

#[test]
fn a_resume_brings_the_answer_the_phase_and_the_money() {
    let intent = |from, budget_usd| Intent::Resume { escalation: escalation(2), from, answer: None, budget_usd };
    let request = ResumeRequest { answer: Some(answer()), ..resume() };
    assert_eq!(told(intent(None, None)), Some(Event::ResumeRequested { request: request.clone() }));
    let request = ResumeRequest { phase: Some(Phase::Tdd), raise_usd: Some(Usd::dollars(20)), ..request };
    let intent = intent(Some(Phase::Tdd), Some(Usd::dollars(20)));
    assert_eq!(told(intent.clone()), Some(Event::ResumeRequested { request: request.clone() }));
    let act = Act { intent, by: by(), acknowledge: None, take_label_off: None };
    let request = ResumeRequest { answer: None, ..request };
    assert_eq!(act.event(None, FOUND), Some(Event::ResumeRequested { request }));
}

#[test]
fn sec_25_an_approval_brings_its_hash_and_no_answer() {
    let hash = ContentHash::of(b"diff");
    let approve = |of| Intent::Approve(Approval { of, hash, is_self_approved: true });
    let request = ResumeRequest { approval: Some(hash), ..resume() };
    assert_eq!(told(approve(Approved::Run { escalation: escalation(2) })), Some(Event::ResumeRequested { request }));
    assert_eq!(told(approve(Approved::Program)), None);
}

#[test]
fn a_run_is_begun_and_cancelled_and_everything_else_is_not_its_own() {
    assert_eq!(told(Intent::Begin), Some(Event::Started));
    for intent in [Intent::Cancel, Intent::Withdraw] {
        assert_eq!(told(intent), Some(Event::CancelRequested { by: by(), cause: CancelCause::Command }));
    }
    let id = run(Stage::Pending).id;
    for intent in [
        Intent::Start { text: None, options: StartOptions::default(), previous: Some(id) },
        Intent::Revise { text: None, previous: id, review: None },
        Intent::StartProgram { intent: None, options: None },
        Intent::CheckReadiness,
        Intent::ShowStatus,
        Intent::ShowHelp,
        Intent::RunDoctor,
        Intent::ShowProgramStatus,
        Intent::ResumeProgram { answer: None, budget_usd: None },
        Intent::CancelProgram,
        Intent::ReadThread,
    ] {
        assert_eq!(told(intent.clone()), None, "{intent:?}");
    }
}

#[test]
fn what_the_api_settled_is_told_in_the_words_of_the_run() {
    let cancel = |cause| Event::CancelRequested { by: by(), cause };
    for (settlement, event) in [
        (Settlement::Complete, Event::Merged { by: by() }),
        (Settlement::Abort, Event::Aborted { by: by() }),
        (Settlement::Cancel(CancelCause::RepositoryDeleted), cancel(CancelCause::RepositoryDeleted)),
        (Settlement::Record(Outcome::Merged), Event::Merged { by: by() }),
        (Settlement::Record(Outcome::Closed), cancel(CancelCause::PullRequestClosed)),
        (Settlement::Record(Outcome::Deleted), cancel(CancelCause::BranchDeleted)),
    ] {
        assert_eq!(settlement.event(by()), event);
    }
}
