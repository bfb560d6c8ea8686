//! Why a roadmap cannot be carried out.

use serde::{Deserialize, Serialize};

use super::MAX_STORIES;
use crate::id::{EpicId, StoryId};

/// Why a roadmap cannot be carried out. Each names the stories to repair.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum RoadmapError {
    #[error("the roadmap has no story")]
    NoStories,
    #[error("the roadmap has {count} stories; at most {MAX_STORIES} are accepted, so split it into several programs")]
    TooManyStories { count: usize },
    #[error("the epic {epic} appears twice")]
    DoubledEpic { epic: EpicId },
    #[error("the story {story} appears twice")]
    DoubledStory { story: StoryId },
    #[error("the story {story} belongs to the epic {epic}, which the roadmap does not have")]
    UnknownEpic { story: StoryId, epic: EpicId },
    #[error("the story {story} depends on {dependency}, which the roadmap does not have")]
    UnknownDependency { story: StoryId, dependency: StoryId },
    #[error("the story {story} depends on itself")]
    SelfDependency { story: StoryId },
    /// Each story depends on the next one, and the last one on the first.
    #[error("these stories wait for each other: {}", ring_text(ring))]
    Ring { ring: Vec<StoryId> },
    #[error(
        "the story {story} depends on {dependency}, which is neither its parent story, nor an ancestor of that, nor merged; \
         choose another parent_story, or the strategy program-branch"
    )]
    NotStacked { story: StoryId, dependency: StoryId },
    #[error("the program should begin at {story}, which the roadmap does not have")]
    UnknownStart { story: StoryId },
    #[error("the story {story} switches over to the migration, and the roadmap does not have it")]
    UnknownCutover { story: StoryId },
}

fn ring_text(ring: &[StoryId]) -> String {
    let ids = ring.iter().chain(ring.first()).map(StoryId::as_str);
    ids.collect::<Vec<_>>().join(" → ")
}
