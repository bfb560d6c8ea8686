//! Every situation of small programs: each comes to rest without a person, and nothing is ever stuck.

use pipemason_core::money::Usd;
use pipemason_core::program::{Mode, Program, ProgramStatus, Strategy};

use crate::samples::roadmap;
use crate::simulation::{World, program_branch};
use crate::walk::{Walk, walk};

fn unattended(world: &World) -> Walk {
    let walk = walk(world, |program| world.unattended(program), |_| {});
    assert!(walk.has_no_ring(), "a program goes round without a person");
    for rest in walk.rests() {
        let status = rest.status();
        let is_rest = status.is_final() || matches!(status, ProgramStatus::Escalated | ProgramStatus::Paused);
        assert!(is_rest, "it ends as {status}: {rest:?}");
    }
    walk
}

/// Checks that the walk is as large as it was when somebody last looked; a change is looked at again.
fn assert_size(walk: &Walk, situations: usize, transitions: usize) {
    assert_eq!((walk.situations.len(), walk.transitions()), (situations, transitions));
}

#[test]
fn every_situation_of_a_diamond_and_a_chain_on_a_program_branch_comes_to_rest() {
    let roadmap = roadmap("1, 2 after 1, 3 after 1, 4 after 2 3, 5, 6 after 5");
    assert_size(&unattended(&World::new(Mode::BrownfieldExtension, program_branch(), roadmap)), 5000, 13581);
}

#[test]
fn every_situation_of_a_small_stack_comes_to_rest() {
    let roadmap = roadmap("1, 2 on 1, 3 on 2, 4");
    assert_size(&unattended(&World::new(Mode::BrownfieldExtension, Strategy::Stacked, roadmap)), 441, 901);
}

#[test]
fn whatever_people_do_to_a_small_stack_breaks_no_rule() {
    let mut world = World::new(Mode::BrownfieldExtension, Strategy::Stacked, roadmap("1, 2 on 1"));
    world.most_turns = 1;
    let everything = |program: &Program| [world.unattended(program), world.attended(program)].concat();
    let walk = walk(&world, everything, |_| {});
    assert_size(&walk, 19787, 57029);
}

#[test]
fn every_situation_of_the_phases_comes_to_rest() {
    for mode in Mode::ALL {
        let mut world = World::new(*mode, Strategy::Stacked, roadmap("1 xl, 2 on 1"));
        world.begins_with_stories = false;
        world.policy.confirm_roadmap = *mode == Mode::GreenfieldMobile;
        unattended(&world);
    }
}

#[test]
fn every_situation_under_a_ceiling_comes_to_rest() {
    for is_daily in [false, true] {
        let mut world = World::new(Mode::BrownfieldExtension, Strategy::Stacked, roadmap("1, 2, 3 on 1"));
        world.run_cost = Usd::dollars(1);
        let limit = Some(Usd::dollars(2));
        if is_daily {
            world.policy.usd_per_day = limit;
        } else {
            world.policy.usd_per_program = limit;
        }
        unattended(&world);
    }
}
