use insta::assert_snapshot;

use super::names::{id, program_branch, run_id, sha};
use super::script::Script;
use crate::failure::FailureClass;
use crate::program::*;
use crate::roadmap::samples::roadmap;
use crate::status::RunStatus;

#[test]
fn stories_start_in_order_when_a_slot_is_free_and_all_they_depend_on_is_complete() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1, 3 on 1, 4 on 3 after 1, 5"));
    script.starts(1).reports(1, RunStatus::Running).starts(5).completes(1, 0xa1);
    script.starts(2).completes(5, 0xa5).starts(3).completes(3, 0xa3).starts(4);
    script.completes(4, 0xa4).completes(2, 0xa2).verified();
    assert_snapshot!(script.told());
}

#[test]
fn what_stops_holds_back_only_what_depends_on_it() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1, 3 on 2, 4, 5 on 4"));
    script.starts(1).starts(4).reports(1, RunStatus::Escalated).reports(1, RunStatus::Escalated);
    script.completes(4, 0xa4).starts(5).completes(5, 0xa5);
    // A person answers in the thread of the story.
    script.reports(1, RunStatus::Running).completes(1, 0xa1);
    assert_snapshot!(script.told());
}

#[test]
fn resuming_the_program_resumes_its_stories_but_not_the_cancelled_ones() {
    let mut script = Script::with_parallelism(Strategy::Stacked, &roadmap("1, 2, 3, 4 on 3"), 3);
    script.starts(1).starts(2).starts(3);
    script.reports(1, RunStatus::Escalated).reports(2, RunStatus::Failed).reports(3, RunStatus::Cancelled);
    script.resumes().starts(2).completes(2, 0xa2).completes(1, 0xa1).resumes();
    // A person starts the cancelled one anew.
    script.starts(3).completes(3, 0xa3);
    assert_snapshot!(script.told());
}

#[test]
fn resumed_stories_wait_for_a_slot_like_all_others() {
    let mut script = Script::with_parallelism(Strategy::Stacked, &roadmap("1, 2"), 1);
    script.starts(1).reports(1, RunStatus::Escalated).starts(2);
    let resume = || ProgramEvent::StoriesResumed { by: super::names::person() };
    script.on(resume()).on(resume()).completes(2, 0xa2).completes(1, 0xa1);
    script.on(resume());
    assert_snapshot!(script.told());
}

#[test]
fn a_story_that_cannot_be_dispatched_waits_for_a_person() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1"));
    let class = FailureClass::PushRejected;
    let fails = || ProgramEvent::StoryNotStarted { story: id(1), class };
    script.on(fails()).on(fails()).resumes().starts(1).on(fails());
    script.reports(1, RunStatus::Escalated).resumes().on(fails()).resumes().completes(1, 0xa1);
    assert_snapshot!(script.told());
}

#[test]
fn whoever_starts_a_story_that_could_not_be_dispatched_lets_it_go_on_but_one_with_a_run_gets_no_second() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1"));
    script.on(ProgramEvent::StoryNotStarted { story: id(1), class: FailureClass::PushRejected });
    assert_eq!(script.record(1).state, StoryState::Escalated { then: Work::Start });
    script.starts(1);
    assert_eq!(script.record(1).state, StoryState::InFlight { work: Work::Start });
    script.reports(1, RunStatus::Escalated);
    let before = script.program.clone();
    script.starts(1);
    assert_eq!(script.program, before);
}

#[test]
fn late_and_foreign_reports_change_nothing() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1"));
    script.starts(1).completes(1, 0xa1).starts(2);
    script.completes(1, 0xff).reports(1, RunStatus::Failed);
    let mut foreign = script.report(2, RunStatus::Complete);
    foreign.run = run_id(77);
    script.on(ProgramEvent::StoryReported { story: id(2), report: foreign.clone() });
    script.on(ProgramEvent::StoryReported { story: id(9), report: foreign });
    // A second run for a story that has one; a run for a story that nobody dispatched.
    script.starts(2);
    script.reports(2, RunStatus::Failed).resumes();
    let old = script.record(2).earlier_runs[0];
    script.starts(2);
    let mut late = script.report(2, RunStatus::Complete);
    late.run = old;
    script.on(ProgramEvent::StoryReported { story: id(2), report: late });
    assert_snapshot!(script.told());
}

#[test]
fn a_run_that_a_person_starts_too_early_is_refused() {
    let mut script = Script::with_parallelism(Strategy::Stacked, &roadmap("1, 2, 3 xl, 4 on 2"), 1);
    script.starts(2).starts(3).starts(4);
    assert_snapshot!(script.told());
}

#[test]
fn the_largest_stories_wait_for_a_yes_to_exactly_their_plan() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1 xl, 2 on 1, 3 xl, 4 xl"));
    let hash = |script: &Script, number| {
        let roadmap = script.program.board.roadmap();
        roadmap.story_hash(roadmap.index_of(&id(number)).unwrap())
    };
    let approve = |script: &mut Script, story, hashed| {
        let hash = hash(script, hashed);
        script.on(ProgramEvent::StoryApproved { story: id(story), hash, by: super::names::person() });
    };
    approve(&mut script, 1, 3);
    approve(&mut script, 2, 2);
    approve(&mut script, 3, 3);
    approve(&mut script, 3, 3);
    script.starts(3).completes(3, 0xa3).resumes();
    let escalation = script.program.escalation().unwrap().clone();
    let crate::escalation::Awaiting::Approval { hash, .. } = escalation.awaiting else {
        panic!("awaits {:?}", escalation.awaiting);
    };
    script.on(ProgramEvent::Resumed {
        escalation: escalation.id,
        by: super::names::person(),
        answer: None,
        approval: Some(hash),
        budget: None,
    });
    assert_snapshot!(script.told());
}

#[test]
fn one_story_that_waits_for_a_yes_is_approved_by_its_own_hash() {
    let script = Script::iterating(Strategy::Stacked, &roadmap("1 xl"));
    let roadmap = script.program.board.roadmap();
    let hash = roadmap.story_hash(roadmap.index_of(&id(1)).unwrap());
    let subject = crate::escalation::ApprovalSubject::Stories;
    let awaiting = crate::escalation::Awaiting::Approval { subject, hash };
    assert_eq!(script.program.escalation().unwrap().awaiting, awaiting);
}

#[test]
fn complete_stories_are_merged_into_the_program_branch_before_others_start() {
    let mut script = Script::iterating(program_branch(), &roadmap("1, 2 after 1, 3 after 1, 4 after 2 3"));
    let merge = |story, outcome| ProgramEvent::ProgramBranchReported { story: id(story), outcome };
    script.starts(1).completes(1, 0xa1).completes(1, 0xa1);
    script.on(merge(1, BranchOutcome::Merged)).on(merge(1, BranchOutcome::Merged));
    script.starts(2).starts(3).completes(2, 0xa2).completes(3, 0xa3);
    script.on(merge(2, BranchOutcome::Merged)).on(merge(3, BranchOutcome::Conflict));
    script.reports(3, RunStatus::Running).resumes().on(merge(3, BranchOutcome::Merged));
    script.starts(4).completes(4, 0xa4).merged(4).on(merge(4, BranchOutcome::Conflict));
    assert_snapshot!(script.told());
}

#[test]
fn costs_count_once_however_often_they_are_told() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1"));
    script.starts(1);
    let before = script.program.spend.total;
    let mut tell = |micros| {
        let mut report = script.report(1, RunStatus::Running);
        report.cost = Usd::micros(micros);
        script.on(ProgramEvent::StoryReported { story: id(1), report });
        script.program.spend.total.minus(before)
    };
    assert_eq!([5, 5, 3, 7].map(&mut tell), [5, 5, 5, 7].map(Usd::micros));
}

#[test]
fn a_run_may_cost_what_the_program_has_left() {
    let mut script = Script::new(Mode::GreenfieldSystem, Strategy::Stacked);
    script.policy.usd_per_program = Some(Usd::dollars(12));
    script.reach_iterate(&roadmap("1"));
    let budget = script.effects().iter().find_map(|effect| match effect {
        ProgramEffect::Dispatch { budget, .. } => Some(*budget),
        _ => None,
    });
    assert_eq!(budget, Some(Usd::dollars(9)));
}

#[test]
fn a_moved_branch_of_an_unfinished_story_is_no_news() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1"));
    script.starts(1);
    let moved = || ProgramEvent::StoryMoved { story: id(1), head: sha(0xb1) };
    script.on(moved()).completes(1, 0xa1).on(moved()).on(moved());
    assert_snapshot!(script.told());
}

#[test]
fn an_approval_that_nobody_asked_for_gives_no_consent() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 xl"));
    script.starts(1).reports(1, RunStatus::Failed);
    let escalation = script.program.escalation().unwrap().clone();
    assert_eq!(escalation.awaiting, crate::escalation::Awaiting::Change);
    script.on(ProgramEvent::Resumed {
        escalation: escalation.id,
        by: super::names::person(),
        answer: None,
        approval: Some(ContentHash::of(b"anything")),
        budget: None,
    });
    assert_eq!(script.record(2).consent, Consent::Needed);
}

#[test]
fn what_a_run_costs_after_its_story_was_merged_is_counted_once() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2"));
    script.starts(1).merged(1);
    let before = script.program.spend.total;
    script.completes(1, 0xa1).completes(1, 0xa1);
    assert_eq!(script.program.spend.total, before.plus(Usd::dollars(1)));
    assert_eq!(script.record(1).head, None);
}

#[test]
fn an_earlier_run_does_not_start_again() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2"));
    script.starts(1).completes(1, 0xa1).starts(1).completes(1, 0xb1);
    let before = script.program.clone();
    script.on(ProgramEvent::StoryStarted {
        story: id(1),
        run: run_id(1),
        branch: "story-1".parse().unwrap(),
        parent_sha: None,
    });
    assert_eq!(script.program, before);
}

#[test]
fn an_answer_in_the_midst_of_the_stories_is_not_kept_for_a_later_phase() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1"));
    script.starts(1).reports(1, RunStatus::Escalated);
    script.on(ProgramEvent::Resumed {
        escalation: script.program.last_escalation.unwrap(),
        by: super::names::person(),
        answer: Some("go on".into()),
        approval: None,
        budget: None,
    });
    assert_eq!((script.program.status(), script.program.answer.as_deref()), (ProgramStatus::Running, None));
}
