//! The plan of a program: epics, and stories that depend on each other without a ring.
//!
//! A [`Roadmap`] is checked when it is made and never changes: it holds no ring, no unknown or doubled id, and
//! no story that depends on itself. How far the stories have come is not here but in `program`; the file
//! `ROADMAP.md` is read and written by `roadmap_md`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::Unit;
use crate::hash::ContentHash;
use crate::id::{EpicId, StoryId};

mod error;
mod graph;
mod stacking;
mod words;

pub use error::RoadmapError;
use graph::Graph;
pub(crate) use words::named_words;

/// Most stories of one roadmap: far beyond what people can follow, and little enough to be checked at once.
pub const MAX_STORIES: usize = 10_000;

named_words! {
    /// How much work a story is.
    Size, "a size (xs, s, m, l, xl)";
    Xs = "xs",
    S = "s",
    M = "m",
    L = "l",
    /// So much that a person has to agree first.
    Xl = "xl",
}

named_words! {
    /// How much a story can break.
    Risk, "a risk (low, med, high)";
    Low = "low",
    Med = "med",
    High = "high",
}

/// A group of stories with one purpose.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Epic {
    pub id: EpicId,
    pub title: Arc<str>,
    pub why: Arc<str>,
    pub domains: Vec<Unit>,
    pub definition_of_done: Vec<Arc<str>>,
}

/// One story: what will be one run. These are the plan columns, which are frozen with the roadmap.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the field has the name of the column")]
pub struct Story {
    pub id: StoryId,
    /// The epic it belongs to, if any.
    pub epic: Option<EpicId>,
    pub title: Arc<str>,
    pub acceptance_criteria: Vec<Arc<str>>,
    pub domains: Vec<Unit>,
    pub depends_on: Vec<StoryId>,
    /// The story whose branch this one grows from; `None` for the base. A parent is also a dependency.
    pub parent_story: Option<StoryId>,
    pub size: Size,
    pub risk: Risk,
    /// The agent it is delegated to, where it is not the usual one.
    pub agent: Option<Arc<str>>,
}

/// The place of a story in its roadmap; made by [`Roadmap`] only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoryIndex(u32);

impl StoryIndex {
    /// Returns the place as a number, from 0.
    pub fn position(self) -> usize {
        self.0 as usize
    }

    pub(crate) fn at(position: usize) -> Self {
        // At most `MAX_STORIES`, which fits.
        Self(u32::try_from(position).unwrap_or(u32::MAX))
    }
}

/// Epics and stories as people write them, not checked yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoadmapPlan {
    pub epics: Vec<Epic>,
    pub stories: Vec<Story>,
}

/// A checked plan. Its stories are ordered by epic.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RoadmapPlan", into = "RoadmapPlan")]
pub struct Roadmap {
    plan: RoadmapPlan,
    graph: Graph,
}

impl Roadmap {
    /// Checks `plan`. Stories are put in the order of their epics, those without an epic first.
    pub fn new(mut plan: RoadmapPlan) -> Result<Self, RoadmapError> {
        if plan.stories.len() > MAX_STORIES {
            return Err(RoadmapError::TooManyStories { count: plan.stories.len() });
        }
        let mut epics = BTreeMap::new();
        for (position, epic) in plan.epics.iter().enumerate() {
            if epics.insert(epic.id.clone(), position).is_some() {
                return Err(RoadmapError::DoubledEpic { epic: epic.id.clone() });
            }
        }
        for story in &plan.stories {
            if let Some(epic) = story.epic.as_ref().filter(|epic| !epics.contains_key(*epic)) {
                return Err(RoadmapError::UnknownEpic { story: story.id.clone(), epic: epic.clone() });
            }
        }
        plan.stories.sort_by_key(|story| story.epic.as_ref().and_then(|epic| epics.get(epic)).copied());
        let graph = Graph::new(&plan.stories)?;
        Ok(Self { plan, graph })
    }

    /// Returns the epics, in order.
    pub fn epics(&self) -> &[Epic] {
        &self.plan.epics
    }

    /// Returns the stories, in order.
    pub fn stories(&self) -> &[Story] {
        &self.plan.stories
    }

    /// Returns the number of stories.
    pub fn len(&self) -> usize {
        self.plan.stories.len()
    }

    /// Says whether there is no story.
    pub fn is_empty(&self) -> bool {
        self.plan.stories.is_empty()
    }

    /// Returns the places of all stories, in order.
    pub fn indices(&self) -> impl DoubleEndedIterator<Item = StoryIndex> + use<> {
        (0..self.len()).map(StoryIndex::at)
    }

    /// Returns the place of `story`.
    pub fn index_of(&self, story: &StoryId) -> Option<StoryIndex> {
        self.graph.index_of(story)
    }

    /// Returns the story at `index`, which must come from this roadmap.
    pub fn story(&self, index: StoryIndex) -> Option<&Story> {
        self.plan.stories.get(index.position())
    }

    /// Returns what the story at `index` depends on, its parent included, without repetition.
    pub fn dependencies(&self, index: StoryIndex) -> &[StoryIndex] {
        self.graph.dependencies(index)
    }

    /// Returns what depends on the story at `index`.
    pub fn dependents(&self, index: StoryIndex) -> &[StoryIndex] {
        self.graph.dependents(index)
    }

    /// Returns the story whose branch the one at `index` grows from.
    pub fn parent(&self, index: StoryIndex) -> Option<StoryIndex> {
        self.graph.parent(index)
    }

    /// Returns the stories whose branches grow from the one at `index`.
    pub fn children(&self, index: StoryIndex) -> impl Iterator<Item = StoryIndex> {
        // A parent is a dependency, so children are among the dependents.
        let is_child = move |dependent: &StoryIndex| self.parent(*dependent) == Some(index);
        self.dependents(index).iter().copied().filter(is_child)
    }

    /// Returns all stories so that each comes after what it depends on, otherwise in the order of the roadmap.
    pub fn dispatch_order(&self) -> &[StoryIndex] {
        self.graph.order()
    }

    /// Returns the number of stories on the longest chain of dependencies.
    pub fn longest_chain(&self) -> u32 {
        self.graph.depths().into_iter().max().unwrap_or(0)
    }

    /// Returns how many stories could at most be worked on side by side, going by their depth.
    pub fn parallelizable_branches(&self) -> usize {
        let mut widths = BTreeMap::<u32, usize>::new();
        for depth in self.graph.depths() {
            *widths.entry(depth).or_default() += 1;
        }
        widths.into_values().max().unwrap_or(0)
    }

    /// Checks that the roadmap can be carried out as a stack: each dependency is the parent, an ancestor of the
    /// parent, or `is_merged`.
    pub fn check_stacked(&self, is_merged: impl Fn(StoryIndex) -> bool) -> Result<(), RoadmapError> {
        stacking::check(self, &is_merged)
    }

    /// Returns the hash of the plan columns, which is what an approval of the roadmap is bound to.
    pub fn freeze_hash(&self) -> ContentHash {
        // A plan is made of plain values with text keys, so writing it cannot fail.
        ContentHash::of(&serde_json::to_vec(&self.plan).unwrap_or_default())
    }

    /// Returns the hash of the plan columns of one story, which is what a yes to it is bound to.
    pub fn story_hash(&self, index: StoryIndex) -> ContentHash {
        ContentHash::of(&serde_json::to_vec(&self.story(index)).unwrap_or_default())
    }
}

impl TryFrom<RoadmapPlan> for Roadmap {
    type Error = RoadmapError;

    fn try_from(plan: RoadmapPlan) -> Result<Self, RoadmapError> {
        Self::new(plan)
    }
}

impl From<Roadmap> for RoadmapPlan {
    fn from(roadmap: Roadmap) -> Self {
        roadmap.plan
    }
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
