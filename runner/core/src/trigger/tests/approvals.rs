//! Saying yes to exactly one content.

use super::*;
use crate::escalation::BudgetKind;

fn asked_for() -> ContentHash {
    ContentHash::of(b"the diff that was shown")
}

fn approve(typed: &str, stage: Stage, sender: Person, others: OtherApprovers) -> Facts {
    let event = Event::Created(Remark {
        kind: COMMENT,
        author: sender.account.id,
        body: format!("/pipemason approve {typed}"),
        requests_changes: false,
    });
    Facts { sender, run: Some(run(stage)), other_approvers: others, ..facts(event) }
}

#[test]
fn an_approval_names_the_awaited_hash() {
    let hash = asked_for();
    let say = |typed: &str| {
        let sender = user(OTHER, Right::Maintain);
        decision(&approve(typed, stopped(approval_of(hash)), sender, OtherApprovers::Exist))
    };
    for typed in [hash.short(), hash.short().to_uppercase(), hash.to_string()] {
        let Decision::Act(act) = say(&typed) else {
            panic!("not approved: {typed}");
        };
        let approval = Approval { of: Approved::Run { escalation: escalation(2) }, hash, is_self_approved: false };
        assert_eq!(act.intent, Intent::Approve(approval));
    }
    let other = ContentHash::of(b"another diff");
    assert!(matches!(say(&other.short()), Decision::Refuse(refused)
        if refused.refusal == Refusal::WrongHash { awaited: hash } && refused.refusal.sentence().contains(&hash.short())));
    let eleven = hash.short().get(..11).unwrap().to_owned();
    assert!(matches!(say(&eleven), Decision::Refuse(refused) if refused.refusal.code() == "not_a_hash"));
}

#[test]
fn only_a_run_that_waits_for_an_approval_takes_one() {
    let hash = asked_for().short();
    let body = format!("/pipemason approve {hash}");
    let over = "run_is_over";
    let nothing = "nothing_to_approve";
    assert_eq!(at_each_stage(&body, Place::Issue), [nothing, nothing, nothing, nothing, over, over, over]);
    let budget = Awaiting::Budget { budget: BudgetKind::UsdPerRun };
    for awaiting in [Awaiting::Answer { questions: Vec::new() }, budget] {
        let facts = approve(&hash, stopped(awaiting), user(OTHER, Right::Maintain), OtherApprovers::Exist);
        assert_eq!(word(&facts), nothing);
    }
    assert_eq!(word(&facts(comment(&body))), "no_run");
}

#[test]
fn sec_25_an_approval_is_void_when_what_it_covers_has_moved() {
    let hash = asked_for();
    for covered_now in [None, Some(ContentHash::of(b"pushed since"))] {
        let stage = Stage::Escalated(StoppedRun {
            escalation: escalation(2),
            phase: Phase::Verify,
            awaiting: approval_of(hash),
            asked_at: Some(at(50)),
            covered_now,
        });
        let maintainer = user(OTHER, Right::Maintain);
        let facts = approve(&hash.short(), stage, maintainer, OtherApprovers::Exist);
        assert_eq!(word(&facts), "approval_void");
    }
}

#[test]
fn sec_11_an_approval_takes_the_role_of_who_approves() {
    let hash = asked_for();
    for (right, expected) in [(Right::Write, "too_few_rights"), (Right::Maintain, "approve"), (Right::Admin, "approve")]
    {
        let facts = approve(&hash.short(), stopped(approval_of(hash)), user(OTHER, right), OtherApprovers::Exist);
        assert_eq!(word(&facts), expected);
    }
}

#[test]
fn sec_19_the_requester_approves_only_where_nobody_else_may() {
    let hash = asked_for();
    let by_requester =
        |others| approve(&hash.short(), stopped(approval_of(hash)), user(REQUESTER, Right::Admin), others);
    assert_eq!(word(&by_requester(OtherApprovers::Exist)), "own_request");
    assert_eq!(word(&by_requester(OtherApprovers::Uncertain)), "later: other_approvers_unknown");
    let Decision::Act(act) = decision(&by_requester(OtherApprovers::Nobody)) else {
        panic!("not approved");
    };
    assert!(matches!(act.intent, Intent::Approve(approval) if approval.is_self_approved));

    let requested_by = |requested_by| {
        let mut facts =
            approve(&hash.short(), stopped(approval_of(hash)), user(OTHER, Right::Admin), OtherApprovers::Exist);
        facts.run = facts.run.map(|run| RunFacts { requested_by, ..run });
        word(&facts)
    };
    assert_eq!(requested_by(Actor::Engine), "approve");
    let somebody_at_a_terminal = Actor::Local { name: Arc::from("Jane") };
    assert_eq!(requested_by(somebody_at_a_terminal), "own_request");
}

#[test]
fn a_program_takes_approvals_too_and_the_hash_says_which_is_meant() {
    let of_run = asked_for();
    let of_program = ContentHash::of(b"the roadmap");
    let say = |typed: ContentHash, stage, covered_now, requester| {
        let mut facts =
            approve(&typed.short(), stopped(approval_of(of_run)), user(OTHER, Right::Maintain), OtherApprovers::Exist);
        facts.program = Some(ProgramFacts {
            awaited: Some(AwaitedApproval { hash: of_program, covered_now }),
            requested_by: Actor::GitHub { id: requester, login: Arc::from("x") },
            ..program(stage)
        });
        decision(&facts)
    };
    let approved = |decision| match decision {
        Decision::Act(act) => match act.intent {
            Intent::Approve(approval) => Some((approval.of, approval.hash)),
            _ => None,
        },
        Decision::Refuse(_) | Decision::Later(_) | Decision::Ignore(_) => None,
    };
    let run_is_meant = Approved::Run { escalation: escalation(2) };
    let now = Some(of_program);
    let stop = ProgramStage::Stopped;
    assert_eq!(approved(say(of_run, stop, now, REQUESTER)), Some((run_is_meant, of_run)));
    assert_eq!(approved(say(of_program, stop, now, REQUESTER)), Some((Approved::Program, of_program)));
    assert_eq!(approved(say(of_program, ProgramStage::Active, now, REQUESTER)), None);
    let code = |decision| match decision {
        Decision::Refuse(refused) => refused.refusal.code(),
        Decision::Act(_) | Decision::Later(_) | Decision::Ignore(_) => "not refused",
    };
    assert_eq!(code(say(of_program, stop, None, REQUESTER)), "approval_void");
    assert_eq!(code(say(of_program, stop, now, OTHER)), "own_request");
    assert_eq!(approved(say(of_run, stop, now, OTHER)), Some((run_is_meant, of_run)));
}

#[test]
fn an_approval_finds_its_program_where_there_is_no_run() {
    let hash = ContentHash::of(b"the roadmap");
    let say = |awaited| {
        word(&Facts {
            program: Some(ProgramFacts { awaited, ..program(ProgramStage::Stopped) }),
            ..facts(comment(&format!("/pipemason approve {}", hash.short())))
        })
    };
    let awaited = AwaitedApproval { hash, covered_now: Some(hash) };
    assert_eq!(say(Some(awaited)), "approve");
    assert_eq!(say(None), "nothing_to_approve");
}
