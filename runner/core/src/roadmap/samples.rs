//! Roadmaps for tests, written in one line per story. Names come from the module above, whichever crate that is in.

use std::sync::Arc;

use proptest::prelude::*;

use super::{Epic, Risk, Roadmap, RoadmapPlan, Size, Story, StoryId, Unit};

/// Returns the id of the story with `number`.
pub(crate) fn story_id(number: usize) -> StoryId {
    format!("S-E001-{number:03}").parse().unwrap()
}

fn api() -> Unit {
    "api".parse().unwrap()
}

/// Returns a plain story.
pub(crate) fn story(number: usize, parent: Option<usize>, after: &[usize], size: Size) -> Story {
    Story {
        id: story_id(number),
        epic: Some("E-001".parse().unwrap()),
        title: Arc::from(format!("story {number}")),
        acceptance_criteria: vec![Arc::from("it works")],
        domains: vec![api()],
        depends_on: after.iter().copied().map(story_id).collect(),
        parent_story: parent.map(story_id),
        size,
        risk: Risk::Low,
        agent: None,
    }
}

/// Returns a plan with one epic.
pub(crate) fn plan_of(stories: Vec<Story>) -> RoadmapPlan {
    let epic = Epic {
        id: "E-001".parse().unwrap(),
        title: Arc::from("the one epic"),
        why: Arc::from("because"),
        domains: vec![api()],
        definition_of_done: vec![Arc::from("all stories are merged")],
    };
    RoadmapPlan { epics: vec![epic], stories }
}

/// Reads lines like `3 on 2 after 1 xl`: story 3, parent 2, depends on 1 too, size xl.
pub(crate) fn plan(lines: &str) -> RoadmapPlan {
    let stories = lines.split(',').map(|line| {
        let (mut number, mut parent, mut after, mut size) = (0, None, Vec::new(), Size::M);
        let mut key = "";
        for word in line.split_whitespace() {
            match (word, word.parse::<usize>()) {
                ("xl", _) => size = Size::Xl,
                (_, Err(_)) => key = word,
                (_, Ok(value)) if key == "on" => parent = Some(value),
                (_, Ok(value)) if key == "after" => after.push(value),
                (_, Ok(value)) => number = value,
            }
        }
        story(number, parent, &after, size)
    });
    plan_of(stories.collect())
}

/// Returns the checked roadmap of [`plan`].
pub(crate) fn roadmap(lines: &str) -> Arc<Roadmap> {
    Arc::new(Roadmap::new(plan(lines)).unwrap())
}

/// Any roadmap of up to `most` stories: each depends on some of those before it, in a shuffled order.
pub(crate) fn any_roadmap(most: usize) -> impl Strategy<Value = Arc<Roadmap>> {
    let edges = proptest::collection::vec(proptest::collection::vec(any::<prop::sample::Index>(), 0..3), 1..=most);
    let order = edges.prop_flat_map(|edges| {
        let numbers: Vec<usize> = (1..=edges.len()).collect();
        (Just(edges), Just(numbers).prop_shuffle())
    });
    order.prop_map(|(edges, numbers)| {
        let stories = edges.iter().enumerate().map(|(place, before)| {
            let earlier: Vec<usize> =
                if place == 0 { Vec::new() } else { before.iter().map(|index| numbers[index.index(place)]).collect() };
            let size = if (place + before.len()) % 7 == 6 { Size::Xl } else { Size::S };
            story(numbers[place], earlier.first().copied(), &earlier, size)
        });
        let mut stories: Vec<_> = stories.collect();
        stories.sort_by(|one, other| one.id.cmp(&other.id));
        Arc::new(Roadmap::new(plan_of(stories)).unwrap())
    })
}

/// Any roadmap that can be stacked: each story depends on its parent, and on ancestors of it.
pub(crate) fn any_stack(most: usize) -> impl Strategy<Value = Arc<Roadmap>> {
    proptest::collection::vec((any::<prop::sample::Index>(), any::<bool>(), any::<bool>()), 1..=most).prop_map(
        |picks| {
            let mut parents: Vec<Option<usize>> = Vec::new();
            let mut stories = Vec::new();
            for (place, (pick, is_root, skips)) in picks.iter().enumerate() {
                let parent = (place > 0 && !is_root).then(|| pick.index(place));
                let grandparent = parent.and_then(|parent| parents[parent]).filter(|_| *skips);
                let after: Vec<usize> = grandparent.into_iter().map(|place| place + 1).collect();
                stories.push(story(place + 1, parent.map(|place| place + 1), &after, Size::S));
                parents.push(parent);
            }
            Arc::new(Roadmap::new(plan_of(stories)).unwrap())
        },
    )
}
