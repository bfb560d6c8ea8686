//! Walks through all situations that a small program can get into.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use pipemason_core::program::{Program, ProgramEvent, ProgramState, step};

use crate::invariants::check;
use crate::simulation::{World, time_of};

/// What names a situation: all of a program but what only counts upwards.
fn key(program: &Program) -> u64 {
    let mut hasher = DefaultHasher::new();
    match &program.state {
        ProgramState::Escalated { escalation } => (escalation.class, &escalation.cause).hash(&mut hasher),
        state => state.hash(&mut hasher),
    }
    (program.phase, program.phase_is_under_way, &program.failures, &program.answer).hash(&mut hasher);
    (program.lost_coordinators, &program.spend).hash(&mut hasher);
    for index in program.board.roadmap().indices() {
        program.board.record(index).hash(&mut hasher);
    }
    hasher.finish()
}

/// One step of a walk.
pub(crate) struct Step<'a> {
    pub(crate) before: &'a Program,
    pub(crate) event: &'a ProgramEvent,
    pub(crate) after: &'a Program,
}

/// All situations that were reached, each with those that follow it.
pub(crate) struct Walk {
    pub(crate) situations: Vec<Program>,
    pub(crate) followers: Vec<Vec<usize>>,
}

impl Walk {
    pub(crate) fn transitions(&self) -> usize {
        self.followers.iter().map(Vec::len).sum()
    }

    /// Says whether no situation can come about again.
    pub(crate) fn has_no_ring(&self) -> bool {
        let mut open = vec![0_usize; self.situations.len()];
        self.followers.iter().flatten().for_each(|to| open[*to] += 1);
        let mut free: Vec<usize> = (0..open.len()).filter(|at| open[*at] == 0).collect();
        let mut seen = 0;
        while let Some(at) = free.pop() {
            seen += 1;
            for to in &self.followers[at] {
                open[*to] -= 1;
                if open[*to] == 0 {
                    free.push(*to);
                }
            }
        }
        seen == self.situations.len()
    }

    /// Returns the situations from which nothing follows.
    pub(crate) fn rests(&self) -> impl Iterator<Item = &Program> {
        let followers = self.situations.iter().zip(&self.followers);
        followers.filter(|(_, followers)| followers.is_empty()).map(|(program, _)| program)
    }
}

/// Walks from the beginning through everything that `events` offers, and checks each step.
pub(crate) fn walk(
    world: &World,
    events: impl Fn(&Program) -> Vec<ProgramEvent>,
    mut visit: impl FnMut(&Step<'_>),
) -> Walk {
    let start = world.program();
    let mut places = BTreeMap::from([(key(&start), 0)]);
    let mut walk = Walk { situations: vec![start], followers: Vec::new() };
    let mut open = VecDeque::from([0]);
    while let Some(from) = open.pop_front() {
        let before = walk.situations[from].clone();
        let mut followers = Vec::new();
        for event in events(&before) {
            let Ok(transition) = step(&before, &event, &world.policy, time_of(&before, &event)) else {
                continue;
            };
            if transition.program.seq == before.seq {
                continue;
            }
            if let Err(problem) = check(&before, &transition, &world.policy) {
                panic!("{problem}\nbefore: {before:?}\nevent: {event:?}\nafter: {:?}", transition.program);
            }
            let after = transition.program;
            let place = key(&after);
            let to = *places.entry(place).or_insert_with(|| {
                open.push_back(walk.situations.len());
                walk.situations.push(after.clone());
                walk.situations.len() - 1
            });
            visit(&Step { before: &before, event: &event, after: &after });
            if to != from {
                followers.push(to);
            }
        }
        walk.followers.push(followers);
    }
    walk
}
