//! Keeping branches on top of each other when one below moves or is merged.

use super::Stepping;
use crate::program::{Ground, Growth, ProgramEffect, ProgramState, StoryBase, StoryState, Strategy, Work};
use crate::roadmap::StoryIndex;

impl Stepping<'_> {
    /// Returns what the branch of a story should grow from now: its parent, or where that was merged.
    pub(super) fn ground_of(&self, index: StoryIndex) -> Ground {
        let roadmap = self.program.board.roadmap();
        let mut lower = match &self.program.order.strategy {
            Strategy::ProgramBranch { branch: _ } => None,
            Strategy::Stacked => roadmap.parent(index),
        };
        // Each turn goes further down; a record that leads up again could not lead on for ever.
        for _ in 0..roadmap.len() {
            let Some(story) = lower else { break };
            lower = match &self.record(story).landed {
                None => return Ground::Story(self.id_of(story)),
                Some(Ground::Base) => None,
                Some(Ground::Story(below)) => roadmap.index_of(below),
            };
        }
        Ground::Base
    }

    /// Returns where exactly the branch of a story should be cut now.
    pub(super) fn growth_of(&self, index: StoryIndex) -> Growth {
        let ground = self.ground_of(index);
        let parent = match &ground {
            Ground::Base => None,
            Ground::Story(story) => self.program.board.roadmap().index_of(story),
        };
        Growth { parent_sha: parent.and_then(|parent| self.record(parent).head), ground }
    }

    /// Returns the branch and commit of `growth`.
    pub(super) fn base_of(&self, growth: &Growth) -> StoryBase {
        let order = &self.program.order;
        let trunk = match &order.strategy {
            Strategy::Stacked => &order.base,
            Strategy::ProgramBranch { branch } => branch,
        };
        let parent = match &growth.ground {
            Ground::Base => None,
            Ground::Story(story) => self.program.board.roadmap().index_of(story),
        };
        match parent.and_then(|parent| self.record(parent).branch.as_ref()) {
            Some(branch) => StoryBase { branch: branch.clone(), sha: growth.parent_sha },
            None => StoryBase { branch: trunk.clone(), sha: None },
        }
    }

    /// Has the branch of a story moved, if what it grows from has changed.
    ///
    /// An unfinished run is told and does it in its own `rebase`; a finished story waits for a follow-up run. What
    /// has no branch yet, or gets a new run anyway, is put in the right place when it is dispatched.
    pub(super) fn regrow(&mut self, index: StoryIndex) {
        if matches!(self.program.state, ProgramState::Cancelling { .. }) {
            return;
        }
        let record = self.record(index);
        let Some(growth) = record.growth.clone().filter(|_| record.landed.is_none()) else {
            return;
        };
        let target = self.growth_of(index);
        match (record.state, record.run) {
            (StoryState::Complete, _) if !growth.is_on(&target) => {
                self.change(index, |record| record.state = StoryState::Waiting { work: Work::Restack });
            }
            (
                StoryState::InFlight { .. }
                | StoryState::Escalated { then: Work::Resume }
                | StoryState::Waiting { work: Work::Resume },
                Some(run),
            ) if record.promised_growth().is_some_and(|promised| !promised.is_on(&target)) => {
                let story = self.id_of(index);
                let onto = self.base_of(&target);
                self.change(index, |record| record.told = Some(target));
                self.effect(ProgramEffect::TellRestack { story, run, onto, parent_sha: growth.parent_sha });
            }
            (
                StoryState::Complete
                | StoryState::InFlight { .. }
                | StoryState::Escalated { .. }
                | StoryState::Waiting { .. }
                | StoryState::Merging
                | StoryState::Failed
                | StoryState::Cancelled,
                _,
            ) => {}
        }
    }

    /// Has all branches moved that grow from the one of a story that has just moved or been merged.
    pub(super) fn regrow_above(&mut self, index: StoryIndex) {
        let mut below = vec![index];
        while let Some(lower) = below.pop() {
            let children: Vec<_> = self.program.board.roadmap().children(lower).collect();
            for child in children {
                self.regrow(child);
                // What grew from a child that was merged into this branch grows from this branch now.
                if matches!(self.record(child).landed, Some(Ground::Story(_))) {
                    below.push(child);
                }
            }
        }
    }
}
