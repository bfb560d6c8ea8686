use proptest::prelude::*;

use super::*;
use crate::roadmap::samples::any_roadmap;

/// Says by walking down the parents whether `lower` is `upper` or an ancestor of it.
fn is_reached(roadmap: &Roadmap, lower: StoryIndex, upper: StoryIndex) -> bool {
    std::iter::successors(Some(upper), |index| roadmap.parent(*index)).any(|index| index == lower)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_branch_lies_below_another_one_if_walking_down_the_parents_leads_to_it(roadmap in any_roadmap(12)) {
        let stacks = Stacks::of(&roadmap);
        for lower in roadmap.indices() {
            for upper in roadmap.indices() {
                let expected = is_reached(&roadmap, lower, upper);
                prop_assert_eq!(stacks.is_below(lower, upper), expected, "{:?} {:?}", lower, upper);
            }
        }
    }

    #[test]
    fn a_roadmap_can_be_stacked_if_each_dependency_lies_below(roadmap in any_roadmap(12)) {
        let holds = roadmap.indices().all(|index| {
            roadmap.dependencies(index).iter().all(|dependency| is_reached(&roadmap, *dependency, index))
        });
        prop_assert_eq!(check(&roadmap, &|_| false).is_ok(), holds);
    }
}
