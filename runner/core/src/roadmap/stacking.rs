//! Whether branches can be stacked as the roadmap wants: a branch holds its own work and that of its ancestors,
//! so everything a story depends on must be among them, or merged.

use super::{Roadmap, RoadmapError, StoryIndex};

pub(super) fn check(roadmap: &Roadmap, is_merged: &impl Fn(StoryIndex) -> bool) -> Result<(), RoadmapError> {
    let stacks = Stacks::of(roadmap);
    for index in roadmap.indices().filter(|index| !is_merged(*index)) {
        let is_held = |dependency: &&StoryIndex| stacks.is_below(**dependency, index) || is_merged(**dependency);
        let missing = roadmap.dependencies(index).iter().find(|dependency| !is_held(dependency));
        let missing = missing.and_then(|dependency| roadmap.story(*dependency));
        if let (Some(dependency), Some(story)) = (missing, roadmap.story(index)) {
            return Err(RoadmapError::NotStacked { story: story.id.clone(), dependency: dependency.id.clone() });
        }
    }
    Ok(())
}

/// The stacks as intervals: a branch lies below another one if its interval holds the other's start.
struct Stacks {
    /// For each story, its start and its end (exclusive).
    intervals: Vec<(usize, usize)>,
}

impl Stacks {
    fn of(roadmap: &Roadmap) -> Self {
        let mut sizes = vec![1_usize; roadmap.len()];
        for index in roadmap.dispatch_order().iter().rev() {
            let size = sizes.get(index.position()).copied().unwrap_or(1);
            if let Some(sum) = roadmap.parent(*index).and_then(|parent| sizes.get_mut(parent.position())) {
                *sum += size;
            }
        }
        // What is free next, inside each story and (in the last place) outside of all.
        let outside = roadmap.len();
        let mut free = vec![0_usize; roadmap.len() + 1];
        let mut intervals = vec![(0, 0); roadmap.len()];
        for index in roadmap.dispatch_order() {
            let parent = roadmap.parent(*index).map_or(outside, StoryIndex::position);
            let size = sizes.get(index.position()).copied().unwrap_or(1);
            let start = free.get(parent).copied().unwrap_or(0);
            for (place, value) in [(parent, start + size), (index.position(), start + 1)] {
                if let Some(slot) = free.get_mut(place) {
                    *slot = value;
                }
            }
            if let Some(interval) = intervals.get_mut(index.position()) {
                *interval = (start, start + size);
            }
        }
        Self { intervals }
    }

    /// Says whether the branch of `upper` holds that of `lower`; each holds its own.
    fn is_below(&self, lower: StoryIndex, upper: StoryIndex) -> bool {
        let lower = self.intervals.get(lower.position());
        let upper = self.intervals.get(upper.position());
        matches!((lower, upper), (Some((start, end)), Some((inner, _))) if start <= inner && inner < end)
    }
}

#[cfg(test)]
mod tests;
