//! A simulated executor: it carries out a program to its end, every story at the first try.

use std::sync::Arc;

use pipemason_core::program::{Mode, ProgramEffect, ProgramEvent, ProgramStatus, Strategy, step};
use pipemason_core::roadmap::{Roadmap, Size};
use pipemason_core::status::RunStatus;

use crate::samples::{plan_of, story};
use crate::simulation::{World, id_of, noon, started};

/// Carries out `roadmap` to the end and returns the number of steps.
pub(crate) fn carry_out(roadmap: Roadmap, parallelism: u32) -> usize {
    let mut world = World::new(Mode::BrownfieldExtension, Strategy::Stacked, Arc::new(roadmap));
    world.policy.parallelism = parallelism.try_into().unwrap();
    let mut program = world.program();
    let mut steps = 0;
    let mut inbox = std::collections::VecDeque::from([ProgramEvent::Started]);
    while let Some(event) = inbox.pop_front() {
        let transition = step(&program, &event, &world.policy, noon()).unwrap();
        program = transition.program;
        steps += 1;
        for effect in transition.effects {
            match effect {
                ProgramEffect::RunPhase { .. } => inbox.push_back(world.unattended(&program)[0].clone()),
                ProgramEffect::Dispatch { story, .. } => {
                    let index = program.board.roadmap().index_of(&story).unwrap();
                    assert_eq!(id_of(&program, index), story);
                    inbox.push_back(started(&program, index));
                }
                _ => {}
            }
        }
        if let ProgramEvent::StoryStarted { story, .. } = event {
            let index = program.board.roadmap().index_of(&story).unwrap();
            inbox.extend(world.report(&program, index, RunStatus::Complete));
        }
    }
    assert_eq!(program.status(), ProgramStatus::Complete);
    steps
}

/// Makes a roadmap in which each story stands on the one before.
pub(crate) fn chain(count: usize) -> Roadmap {
    let stories = (1..=count).map(|number| story(number, (number > 1).then(|| number - 1), &[], Size::S));
    Roadmap::new(plan_of(stories.collect())).unwrap()
}

/// Makes a roadmap in which all stories stand on the first.
pub(crate) fn star(count: usize) -> Roadmap {
    let stories = (1..=count).map(|number| story(number, (number > 1).then_some(1), &[], Size::S));
    Roadmap::new(plan_of(stories.collect())).unwrap()
}
