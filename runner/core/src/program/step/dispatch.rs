//! Giving slots to stories, the first ready one first.

use super::Stepping;
use super::stories::follow;
use crate::program::{ProgramEffect, StoryState, Work};
use crate::roadmap::StoryIndex;

impl Stepping<'_> {
    /// Fills the free slots. The caller has made sure that money may be spent.
    pub(super) fn dispatch(&mut self) {
        while self.program.board.in_flight() < self.policy.parallelism.get() {
            let Some(index) = self.program.board.ready_stories().next() else {
                return;
            };
            match self.record(index).state {
                StoryState::Waiting { work: Work::Merge } => self.merge(index),
                StoryState::Waiting { work } => self.dispatch_run(index, work),
                // Only what waits is ready.
                StoryState::InFlight { .. }
                | StoryState::Merging
                | StoryState::Complete
                | StoryState::Escalated { .. }
                | StoryState::Failed
                | StoryState::Cancelled => return,
            }
        }
    }

    fn dispatch_run(&mut self, index: StoryIndex, work: Work) {
        let record = self.record(index);
        let run = record.run;
        let parent_sha = record.growth.as_ref().and_then(|growth| growth.parent_sha);
        let target = self.growth_of(index);
        let base = self.base_of(&target);
        let story = self.id_of(index);
        self.change(index, |record| {
            record.state = StoryState::InFlight { work };
            // A run that goes on keeps its place; where it should move, it has been told.
            if work != Work::Resume {
                follow(record);
                record.aim = Some(target);
            }
        });
        self.effect(ProgramEffect::Dispatch {
            story,
            work,
            base,
            run,
            parent_sha,
            budget: self.program.spend.run_budget(self.policy),
        });
    }
}
