use insta::assert_snapshot;

use super::names::{id, sha};
use super::script::Script;
use crate::program::*;
use crate::roadmap::samples::roadmap;
use crate::status::RunStatus;

fn moved(script: &mut Script, story: usize, head: u32) -> &mut Script {
    script.on(ProgramEvent::StoryMoved { story: id(story), head: sha(head) })
}

#[test]
fn sec_86_when_a_parent_is_merged_by_squash_the_finished_child_is_restacked_from_the_recorded_commit() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1, 3 on 2"));
    script.starts(1).completes(1, 0xa1).starts(2).completes(2, 0xa2).starts(3).completes(3, 0xa3).verified().told();
    script.merged(1).merged(1).starts(2).completes_on(2, 0xb2, 0xe1).starts(3).completes(3, 0xb3);
    script.merged(2).starts(3).completes(3, 0xc3);
    assert_snapshot!(script.told());
    assert_eq!(script.program.status(), ProgramStatus::Complete);
}

#[test]
fn an_unfinished_child_is_told_and_restacks_itself() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1"));
    script.starts(1).completes(1, 0xa1).starts(2).told();
    moved(&mut script, 1, 0xb1).merged(1).completes_on(2, 0xa2, 0xe1);
    assert_snapshot!(script.told());
}

#[test]
fn a_child_that_ends_before_it_hears_is_restacked_afterwards() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1"));
    script.starts(1).completes(1, 0xa1).starts(2).told();
    moved(&mut script, 1, 0xb1).completes_on(2, 0xa2, 0xa1);
    script.starts(2).completes(2, 0xb2);
    assert_snapshot!(script.told());
}

#[test]
fn a_parent_that_moves_while_the_run_of_its_child_is_made_is_told_of_later() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1"));
    script.starts(1).completes(1, 0xa1).told();
    moved(&mut script, 1, 0xb1).starts(2);
    // The parent goes back to where it was.
    moved(&mut script, 1, 0xa1).completes_on(2, 0xa2, 0xa1);
    assert_snapshot!(script.told());
}

#[test]
fn a_restack_that_fails_is_retried_from_the_commit_where_the_branch_really_is() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1"));
    script.starts(1).completes(1, 0xa1).starts(2).completes(2, 0xa2);
    moved(&mut script, 1, 0xb1).starts(2).reports(2, RunStatus::Failed).told();
    moved(&mut script, 1, 0xc1).resumes().starts(2).completes(2, 0xc2);
    assert_snapshot!(script.told());
}

#[test]
fn a_restacked_child_that_missed_the_merge_of_its_parent_is_restacked_once_more() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1"));
    script.starts(1).completes(1, 0xa1).starts(2).completes(2, 0xa2).told();
    moved(&mut script, 1, 0xb1).starts(2).merged(1).completes_on(2, 0xb2, 0xb1);
    script.starts(2).completes(2, 0xc2);
    assert_snapshot!(script.told());
}

#[test]
fn a_revised_parent_moves_its_finished_child() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1, 3 on 1"));
    script.starts(1).completes(1, 0xa1).starts(2).completes(2, 0xa2).told();
    // Somebody revises the parent while story 3 waits for its run.
    script.starts(1).reports(1, RunStatus::Escalated).reports(1, RunStatus::Running).completes(1, 0xb1);
    assert_snapshot!(script.told());
}

#[test]
fn a_story_merged_into_its_parents_branch_passes_its_children_on() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1, 3 on 2"));
    script.starts(1).completes(1, 0xa1).starts(2).completes(2, 0xa2).starts(3).completes(3, 0xa3).told();
    moved(&mut script, 1, 0xb1).merged(2).starts(3).completes(3, 0xb3);
    moved(&mut script, 1, 0xc1).starts(3).completes(3, 0xc3);
    script.merged(1);
    assert_snapshot!(script.told());
}

#[test]
fn a_merge_counts_while_the_run_goes_on_and_a_story_without_a_branch_cannot_be_merged() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1"));
    script.merged(1).starts(1).merged(2).merged(1).completes(1, 0xa1);
    assert_snapshot!(script.told());
}

#[test]
fn nothing_is_restacked_while_the_program_is_being_cancelled() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1, 3"));
    script.starts(1).completes(1, 0xa1).starts(3).starts(2).cancel().told();
    moved(&mut script, 1, 0xb1).merged(1).completes(2, 0xa2);
    assert_snapshot!(script.told());
}

#[test]
fn a_waiting_child_is_restacked_only_after_its_parent() {
    let mut script = Script::with_parallelism(Strategy::Stacked, &roadmap("1, 2 on 1, 3 on 2, 4"), 1);
    script.starts(1).completes(1, 0xa1).starts(2).completes(2, 0xa2).starts(3).completes(3, 0xa3).starts(4).told();
    moved(&mut script, 2, 0xb2);
    moved(&mut script, 1, 0xb1);
    script.completes(4, 0xa4).starts(2).completes(2, 0xc2).starts(3).completes(3, 0xc3);
    assert_snapshot!(script.told());
}

#[test]
fn a_child_that_ends_before_it_hears_of_the_merge_is_restacked_afterwards() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1"));
    script.starts(1).completes(1, 0xa1).starts(2).merged(1).completes_on(2, 0xa2, 0xa1);
    let base = script.effects().iter().find_map(|effect| match effect {
        ProgramEffect::Dispatch { work, base, parent_sha, .. } => Some((*work, base.branch.to_string(), *parent_sha)),
        _ => None,
    });
    assert_eq!(base, Some((Work::Restack, String::from("main"), Some(sha(0xa1)))));
}

#[test]
fn a_restack_that_hears_of_a_further_move_needs_no_other_one() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1, 3"));
    script.starts(1).completes(1, 0xa1).starts(3).starts(2).completes(2, 0xa2);
    moved(&mut script, 1, 0xb1).starts(2);
    moved(&mut script, 1, 0xc1).completes_on(2, 0xc2, 0xc1);
    assert_eq!(script.record(2).state, StoryState::Complete);
    let growth = script.record(2).growth.clone().unwrap();
    assert_eq!((growth.ground, growth.parent_sha), (Ground::Story(id(1)), Some(sha(0xc1))));
}

#[test]
fn the_commit_of_the_base_that_a_restack_took_is_kept() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1"));
    script.starts(1).completes(1, 0xa1).starts(2).completes(2, 0xa2).merged(1).starts(2).completes_on(2, 0xb2, 0xe1);
    let growth = script.record(2).growth.clone().unwrap();
    assert_eq!((growth.ground, growth.parent_sha), (Ground::Base, Some(sha(0xe1))));
}

#[test]
fn restacks_after_the_end_wait_for_money_too() {
    let mut script = Script::iterating(Strategy::Stacked, &roadmap("1, 2 on 1"));
    script.starts(1).completes(1, 0xa1).starts(2).completes(2, 0xa2).verified();
    script.policy.usd_per_day = Some(script.program.spend.day_total);
    script.merged(1);
    assert_eq!((script.program.status(), script.program.board.in_flight()), (ProgramStatus::Complete, 0));
    script.hours_pass(12);
    assert_eq!((script.program.status(), script.program.board.in_flight()), (ProgramStatus::Complete, 1));
}
