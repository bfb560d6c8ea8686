//! Who depends on whom, by place instead of by name, checked once.

use std::collections::{BTreeMap, BTreeSet};

use super::{RoadmapError, Story, StoryIndex};
use crate::id::StoryId;

/// The dependencies of a roadmap, in both directions. Holds no ring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Graph {
    places: BTreeMap<StoryId, StoryIndex>,
    dependencies: Vec<Vec<StoryIndex>>,
    dependents: Vec<Vec<StoryIndex>>,
    parents: Vec<Option<StoryIndex>>,
    order: Vec<StoryIndex>,
}

impl Graph {
    pub(super) fn new(stories: &[Story]) -> Result<Self, RoadmapError> {
        let mut graph = Self {
            places: places(stories)?,
            dependencies: Vec::with_capacity(stories.len()),
            dependents: vec![Vec::new(); stories.len()],
            parents: Vec::with_capacity(stories.len()),
            order: Vec::new(),
        };
        for (position, story) in stories.iter().enumerate() {
            let dependencies = graph.resolve(story)?;
            for dependency in &dependencies {
                if let Some(dependents) = graph.dependents.get_mut(dependency.position()) {
                    dependents.push(StoryIndex::at(position));
                }
            }
            graph.dependencies.push(dependencies.into_iter().collect());
            let parent = story.parent_story.as_ref().and_then(|parent| graph.index_of(parent));
            graph.parents.push(parent);
        }
        graph.order = graph.sort(stories)?;
        Ok(graph)
    }

    fn resolve(&self, story: &Story) -> Result<BTreeSet<StoryIndex>, RoadmapError> {
        let named = story.depends_on.iter().chain(&story.parent_story);
        named
            .map(|dependency| {
                if *dependency == story.id {
                    return Err(RoadmapError::SelfDependency { story: story.id.clone() });
                }
                self.index_of(dependency).ok_or_else(|| RoadmapError::UnknownDependency {
                    story: story.id.clone(),
                    dependency: dependency.clone(),
                })
            })
            .collect()
    }

    /// Puts each story after what it depends on; of those that could come next, the first one comes first.
    fn sort(&self, stories: &[Story]) -> Result<Vec<StoryIndex>, RoadmapError> {
        let mut open: Vec<usize> = self.dependencies.iter().map(Vec::len).collect();
        let free = |(position, count): (usize, &usize)| (*count == 0).then(|| StoryIndex::at(position));
        let mut next: BTreeSet<StoryIndex> = open.iter().enumerate().filter_map(free).collect();
        let mut order = Vec::with_capacity(stories.len());
        while let Some(index) = next.pop_first() {
            order.push(index);
            for dependent in self.dependents(index) {
                if let Some(count) = open.get_mut(dependent.position()) {
                    *count -= 1;
                    if *count == 0 {
                        next.insert(*dependent);
                    }
                }
            }
        }
        match open.iter().position(|count| *count > 0) {
            None => Ok(order),
            Some(first) => Err(self.ring(StoryIndex::at(first), &open, stories)),
        }
    }

    /// Follows unmet dependencies from `start` until a story comes up again; that closes the ring.
    fn ring(&self, start: StoryIndex, open: &[usize], stories: &[Story]) -> RoadmapError {
        let is_open = |index: &StoryIndex| open.get(index.position()).is_some_and(|count| *count > 0);
        let mut path = Vec::new();
        let mut seen = BTreeMap::new();
        let mut next = Some(start);
        while let Some(index) = next {
            if let Some(begin) = seen.insert(index, path.len()) {
                path.drain(..begin);
                break;
            }
            path.push(index);
            next = self.dependencies(index).iter().copied().find(is_open);
        }
        // However the ring was found, it is told from its first story on.
        let first = path.iter().enumerate().min_by_key(|(_, index)| **index);
        let turn = first.map_or(0, |(place, _)| place);
        path.rotate_left(turn);
        let ids = path.iter().filter_map(|index| stories.get(index.position()));
        RoadmapError::Ring { ring: ids.map(|story| story.id.clone()).collect() }
    }

    pub(super) fn index_of(&self, story: &StoryId) -> Option<StoryIndex> {
        self.places.get(story).copied()
    }

    pub(super) fn dependencies(&self, index: StoryIndex) -> &[StoryIndex] {
        self.dependencies.get(index.position()).map_or(&[], Vec::as_slice)
    }

    pub(super) fn dependents(&self, index: StoryIndex) -> &[StoryIndex] {
        self.dependents.get(index.position()).map_or(&[], Vec::as_slice)
    }

    pub(super) fn parent(&self, index: StoryIndex) -> Option<StoryIndex> {
        self.parents.get(index.position()).copied().flatten()
    }

    pub(super) fn order(&self) -> &[StoryIndex] {
        &self.order
    }

    /// Returns for each story the number of stories on the longest chain that ends with it.
    pub(super) fn depths(&self) -> Vec<u32> {
        let mut depths = vec![0_u32; self.order.len()];
        for index in &self.order {
            let below = self.dependencies(*index).iter();
            let deepest = below.filter_map(|dependency| depths.get(dependency.position())).max();
            let depth = deepest.copied().unwrap_or(0) + 1;
            if let Some(slot) = depths.get_mut(index.position()) {
                *slot = depth;
            }
        }
        depths
    }
}

fn places(stories: &[Story]) -> Result<BTreeMap<StoryId, StoryIndex>, RoadmapError> {
    let mut places = BTreeMap::new();
    for (position, story) in stories.iter().enumerate() {
        if places.insert(story.id.clone(), StoryIndex::at(position)).is_some() {
            return Err(RoadmapError::DoubledStory { story: story.id.clone() });
        }
    }
    Ok(places)
}
