//! Random histories of random programs.

use jiff::{SignedDuration, Timestamp};
use pipemason_core::money::Usd;
use pipemason_core::program::{
    Mode, Program, ProgramEvent, ProgramPolicy, ProgramTransition, Strategy as Branches, step,
};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::invariants::check;
use crate::samples::{any_roadmap, any_stack};
use crate::simulation::{World, noon, person, program_branch, time_of};

/// What is done in one step of a history: which of the possible events, how often, and after how many hours.
type Pick = (Index, bool, u8, u8);

fn any_world() -> impl Strategy<Value = World> {
    let stacked = any_stack(8).prop_map(|roadmap| (Branches::Stacked, roadmap));
    let merged = any_roadmap(8).prop_map(|roadmap| (program_branch(), roadmap));
    let mode = proptest::sample::select(Mode::ALL);
    let worlds = (mode, prop_oneof![stacked, merged])
        .prop_map(|(mode, (strategy, roadmap))| World::new(mode, strategy, roadmap));
    let limits = (1_u32..4, any::<bool>(), 0_u64..12, 0_u64..12);
    (worlds, limits).prop_map(|(mut world, (parallelism, confirm_roadmap, per_day, per_program))| {
        // Every second world has no such ceiling.
        let ceiling = |dollars: u64| (dollars < 6).then(|| Usd::dollars(dollars));
        world.run_cost = Usd::dollars(1);
        world.policy.parallelism = parallelism.try_into().expect("at least one");
        world.policy.confirm_roadmap = confirm_roadmap;
        world.policy.usd_per_day = ceiling(per_day);
        world.policy.usd_per_program = ceiling(per_program);
        world
    })
}

fn any_picks() -> impl Strategy<Value = Vec<Pick>> {
    proptest::collection::vec((any::<Index>(), any::<bool>(), 0..20_u8, 0..30_u8), 1..80)
}

type History = Vec<(Program, ProgramEvent, Timestamp, ProgramTransition)>;

/// Returns the history that `picks` make: each event with its time and what it led to.
fn history(world: &World, picks: &[Pick]) -> History {
    let mut program = world.program();
    let mut now = noon();
    let mut history = Vec::new();
    let mut said = Vec::new();
    for (index, is_attended, kind, hours) in picks {
        let mut events = world.unattended(&program);
        if *is_attended {
            events.extend(world.attended(&program));
        }
        match (kind, said.is_empty()) {
            (0, _) => events = vec![ProgramEvent::CoordinatorLost],
            (1, _) if *is_attended => events = vec![ProgramEvent::Aborted { by: person() }],
            (2, _) if *is_attended && *hours == 0 => events = vec![ProgramEvent::CancelRequested { by: person() }],
            // Something that was said before is said again.
            (3..5, false) => events.clone_from(&said),
            _ => {}
        }
        if events.is_empty() {
            continue;
        }
        let event = events[index.index(events.len())].clone();
        let jump = if *hours > 27 { 24 } else { 0 };
        now = time_of(&program, &event).max(now) + SignedDuration::from_hours(jump);
        said.push(event.clone());
        if let Ok(transition) = step(&program, &event, &world.policy, now) {
            history.push((program, event, now, transition.clone()));
            program = transition.program;
        }
    }
    history
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_rule_holds_in_every_history(world in any_world(), picks in any_picks()) {
        for (before, event, _, transition) in history(&world, &picks) {
            if let Err(problem) = check(&before, &transition, &world.policy) {
                prop_assert!(false, "{problem} after {event:?}\nin {before:?}");
            }
        }
    }

    #[test]
    fn a_history_that_is_replayed_from_what_was_stored_gives_the_same_program(
        world in any_world(),
        picks in any_picks(),
    ) {
        let history = history(&world, &picks);
        let mut program = world.program();
        for (_, event, now, transition) in &history {
            let stored = serde_json::to_string(&(&program, event)).unwrap();
            let (read, event): (Program, ProgramEvent) = serde_json::from_str(&stored).unwrap();
            prop_assert_eq!(&read, &program);
            let again = step(&read, &event, &world.policy, *now).unwrap();
            prop_assert_eq!(&again, transition);
            program = again.program;
        }
    }

    #[test]
    fn a_program_whose_stories_all_succeed_is_complete(world in any_world()) {
        let mut world = world;
        world.policy = ProgramPolicy { usd_per_day: None, usd_per_program: None, ..world.policy };
        world.most_turns = 0;
        let mut program = world.program();
        for _ in 0..200 {
            // What comes first is what goes well; a person says yes where one is asked.
            let mut events = world.unattended(&program);
            events.retain(|event| *event != ProgramEvent::CoordinatorLost);
            events.extend(world.attended(&program).into_iter().filter(|event| matches!(event, ProgramEvent::Resumed { .. })));
            let Some(event) = events.first() else { break };
            program = step(&program, event, &world.policy, noon()).unwrap().program;
        }
        prop_assert_eq!(program.status().name(), "complete");
        prop_assert!(program.board.is_complete());
    }
}
