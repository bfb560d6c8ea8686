use proptest::prelude::*;

use super::samples::{any_roadmap, any_stack, plan, plan_of, roadmap, story, story_id};
use super::*;

fn error(lines: &str) -> String {
    Roadmap::new(plan(lines)).unwrap_err().to_string()
}

fn numbers(indices: &[StoryIndex]) -> Vec<usize> {
    indices.iter().map(|index| index.position() + 1).collect()
}

#[test]
fn sec_86_a_roadmap_holds_no_ring_no_doubled_and_no_unknown_id() {
    assert_eq!(error("1, 1"), "the story S-E001-001 appears twice");
    assert_eq!(error("1 after 1"), "the story S-E001-001 depends on itself");
    assert_eq!(error("1 on 1"), "the story S-E001-001 depends on itself");
    assert_eq!(error("1 after 2"), "the story S-E001-001 depends on S-E001-002, which the roadmap does not have");
    assert_eq!(error("1 on 2"), "the story S-E001-001 depends on S-E001-002, which the roadmap does not have");
    let mut doubled = plan("1");
    doubled.epics.push(doubled.epics[0].clone());
    assert_eq!(Roadmap::new(doubled).unwrap_err().to_string(), "the epic E-001 appears twice");
    let mut unknown = plan("1");
    unknown.epics.clear();
    let unknown = Roadmap::new(unknown).unwrap_err();
    assert_eq!(unknown.to_string(), "the story S-E001-001 belongs to the epic E-001, which the roadmap does not have");
}

#[test]
fn sec_86_a_ring_is_named_in_order_from_its_first_story() {
    let ring = "these stories wait for each other: S-E001-002 → S-E001-004 → S-E001-003 → S-E001-002";
    assert_eq!(error("1, 2 after 1 4, 3 after 2, 4 after 3, 5 after 4"), ring);
    assert_eq!(error("1 after 2, 2 on 1"), "these stories wait for each other: S-E001-001 → S-E001-002 → S-E001-001");
}

#[test]
fn a_roadmap_may_have_as_many_stories_as_the_limit_and_not_one_more() {
    let stories = |count: usize| plan_of((1..=count).map(|number| story(number, None, &[], Size::S)).collect());
    assert_eq!(Roadmap::new(stories(MAX_STORIES)).unwrap().len(), MAX_STORIES);
    let count = MAX_STORIES + 1;
    assert_eq!(Roadmap::new(stories(count)), Err(RoadmapError::TooManyStories { count }));
}

#[test]
fn stories_come_after_what_they_depend_on_and_otherwise_in_order() {
    let roadmap = roadmap("1 after 4, 2, 3 after 2, 4");
    assert_eq!(numbers(roadmap.dispatch_order()), [2, 3, 4, 1]);
    assert_eq!((roadmap.longest_chain(), roadmap.parallelizable_branches()), (2, 2));
    assert_eq!(Roadmap::default().longest_chain(), 0);
    assert_eq!(Roadmap::default().parallelizable_branches(), 0);
}

#[test]
fn stories_are_ordered_by_epic_and_keep_their_order_within() {
    let mut plan = plan("1, 2, 3, 4");
    let mut second = plan.epics[0].clone();
    second.id = "E-000".parse().unwrap();
    plan.epics.push(second);
    plan.stories[0].epic = Some("E-000".parse().unwrap());
    plan.stories[3].epic = None;
    let ids: Vec<_> = Roadmap::new(plan).unwrap().stories().iter().map(|story| story.id.clone()).collect();
    assert_eq!(ids, [4, 2, 3, 1].map(story_id));
}

#[test]
fn a_parent_is_a_dependency_and_a_dependency_counts_once() {
    let roadmap = roadmap("1, 2 on 1 after 1 1, 3 after 1");
    let [first, second, third] = [1, 2, 3].map(|number| roadmap.index_of(&story_id(number)).unwrap());
    assert_eq!(roadmap.dependencies(second), [first]);
    assert_eq!(roadmap.dependents(first), [second, third]);
    assert_eq!(roadmap.children(first).collect::<Vec<_>>(), [second]);
    assert_eq!(roadmap.index_of(&story_id(4)), None);
}

#[test]
fn a_stack_holds_only_what_lies_below() {
    let check = |lines: &str| {
        roadmap(lines).check_stacked(|_| false).map_err(|error| match error {
            RoadmapError::NotStacked { story, dependency } => (story, dependency),
            other => panic!("{other}"),
        })
    };
    for lines in ["1, 2 on 1, 3 on 2 after 1, 4 on 1, 5 on 4 after 1", "1, 2, 3 on 1"] {
        assert_eq!(check(lines), Ok(()), "{lines}");
    }
    for (lines, story, dependency) in [
        ("1, 2 after 1", 2, 1),
        ("1, 2 on 1, 3 on 1, 4 on 2 after 3", 4, 3),
        ("1, 2 on 1, 3 on 1 after 2", 3, 2),
        ("1, 2, 3 on 1 after 2", 3, 2),
    ] {
        assert_eq!(check(lines), Err((story_id(story), story_id(dependency))), "{lines}");
    }
    let diamond = roadmap("1, 2 on 1, 3 on 1, 4 on 2 after 3");
    let merged = diamond.index_of(&story_id(3)).unwrap();
    assert_eq!(diamond.check_stacked(|index| index == merged), Ok(()));
}

#[test]
fn the_freeze_hash_covers_every_plan_column() {
    let before = roadmap("1, 2 on 1");
    let hash = before.freeze_hash();
    assert_eq!(before.freeze_hash(), roadmap("1, 2 on 1").freeze_hash());
    let changes: [fn(&mut RoadmapPlan); 14] = [
        |plan| plan.epics[0].title = Arc::from("x"),
        |plan| plan.epics[0].why = Arc::from("x"),
        |plan| plan.epics[0].domains.clear(),
        |plan| plan.epics[0].definition_of_done.clear(),
        |plan| plan.stories[1].epic = None,
        |plan| plan.stories[1].title = Arc::from("x"),
        |plan| plan.stories[1].acceptance_criteria.clear(),
        |plan| plan.stories[1].domains.clear(),
        |plan| plan.stories[1].depends_on = vec![story_id(1)],
        |plan| plan.stories[1].parent_story = None,
        |plan| plan.stories[1].size = Size::Xl,
        |plan| plan.stories[1].risk = Risk::High,
        |plan| plan.stories[1].agent = Some(Arc::from("x")),
        |plan| plan.stories[1].id = story_id(3),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut changed = plan("1, 2 on 1");
        change(&mut changed);
        let changed = Roadmap::new(changed).unwrap();
        assert_ne!(changed.freeze_hash(), hash, "change {number}");
        let story = changed.indices().next_back().unwrap();
        let is_story_changed = changed.story_hash(story) != before.story_hash(story);
        assert_eq!(is_story_changed, number >= 4, "change {number}");
    }
}

#[test]
fn a_stored_roadmap_is_checked_when_it_is_read() {
    let stored = serde_json::to_string(&roadmap("1, 2 on 1")).unwrap();
    assert_eq!(serde_json::from_str::<Roadmap>(&stored).unwrap(), *roadmap("1, 2 on 1"));
    let ring = serde_json::to_string(&plan("1 after 2, 2 after 1")).unwrap();
    assert!(serde_json::from_str::<Roadmap>(&ring).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_dispatch_order_has_each_story_once_and_after_its_dependencies(roadmap in any_roadmap(20)) {
        let order = roadmap.dispatch_order();
        let places: BTreeMap<_, _> = order.iter().enumerate().map(|(place, index)| (*index, place)).collect();
        prop_assert_eq!(places.len(), roadmap.len());
        for index in roadmap.indices() {
            for dependency in roadmap.dependencies(index) {
                prop_assert!(places[dependency] < places[&index]);
                prop_assert!(roadmap.dependents(*dependency).contains(&index));
            }
        }
    }

    #[test]
    fn a_tree_of_parents_is_a_stack(roadmap in any_stack(20)) {
        prop_assert_eq!(roadmap.check_stacked(|_| false), Ok(()));
    }
}
