//! `ROADMAP.md`: the plan of a program, and how far its stories are.
//!
//! The plan columns are read back as what they are; `status branch parent_branch run_id parent_sha failure_class` are
//! rendered from the program and only shown. A file of the original product loads too. Checking whether the plan
//! can be carried out is not here but in `roadmap`.

use std::sync::Arc;

use jiff::Timestamp;

use crate::failure::FailureClass;
use crate::fields::{FileError, Noted};
use crate::hash::CommitSha;
use crate::id::{BranchName, ProgramId, RunId};
use crate::program::{Ground, Mode, Program, StoryStatus, Strategy};
use crate::roadmap::{Roadmap, RoadmapError, named_words};

mod read;
mod write;

named_words! {
    /// Whether a roadmap may still change.
    RoadmapStatus, "a roadmap status (draft, ready)";
    Draft = "draft",
    /// The plan columns are frozen.
    Ready = "ready",
}

/// What the file shows of a story besides its plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryView {
    pub status: StoryStatus,
    pub branch: Option<BranchName>,
    pub parent_branch: Option<BranchName>,
    pub run_id: Option<RunId>,
    pub parent_sha: Option<CommitSha>,
    pub failure_class: Option<FailureClass>,
}

impl Default for StoryView {
    fn default() -> Self {
        Self {
            status: StoryStatus::Pending,
            branch: None,
            parent_branch: None,
            run_id: None,
            parent_sha: None,
            failure_class: None,
        }
    }
}

impl StoryView {
    /// Returns what is to be shown of the stories of `program`, in the order of its roadmap.
    pub fn of_program(program: &Program) -> Vec<Self> {
        let board = &program.board;
        let statuses = board.statuses().into_iter().zip(board.roadmap().indices());
        let view = |(status, index)| {
            let record = board.record(index);
            Self {
                status,
                branch: record.branch.clone(),
                parent_branch: record.growth.as_ref().and_then(|growth| ground_branch(program, &growth.ground)),
                run_id: record.run,
                parent_sha: record.growth.as_ref().and_then(|growth| growth.parent_sha),
                failure_class: record.failure_class,
            }
        };
        statuses.map(view).collect()
    }
}

fn ground_branch(program: &Program, ground: &Ground) -> Option<BranchName> {
    match (ground, &program.order.strategy) {
        (Ground::Story(story), _) => {
            let index = program.board.roadmap().index_of(story)?;
            program.board.record(index).branch.clone()
        }
        (Ground::Base, Strategy::Stacked) => Some(program.order.base.clone()),
        (Ground::Base, Strategy::ProgramBranch { branch }) => Some(branch.clone()),
    }
}

/// Everything in the file. The totals in its front matter follow from the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoadmapFile {
    pub program_id: Option<ProgramId>,
    pub mode: Option<Mode>,
    pub status: RoadmapStatus,
    pub created: Option<Timestamp>,
    pub roadmap: Arc<Roadmap>,
    /// One for each story, in the order of the roadmap.
    pub views: Vec<StoryView>,
}

impl RoadmapFile {
    /// Returns what is to be shown of `program`.
    pub fn of_program(program: &Program) -> Self {
        Self {
            program_id: Some(program.order.id),
            mode: Some(program.order.mode),
            status: if program.frozen.is_some() { RoadmapStatus::Ready } else { RoadmapStatus::Draft },
            created: Some(program.started),
            roadmap: Arc::clone(program.board.roadmap()),
            views: StoryView::of_program(program),
        }
    }
}

/// Why the file gives no roadmap.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoadmapMdError {
    #[error(transparent)]
    File(#[from] FileError),
    /// The file can be read, but the plan in it cannot be carried out.
    #[error("line {line}: {error}")]
    Roadmap { line: u64, error: RoadmapError },
}

/// Reads the file; what was read over comes with it.
pub fn read_roadmap_md(text: &str) -> Result<Noted<RoadmapFile>, RoadmapMdError> {
    read::read(text)
}

/// Writes the file.
pub fn write_roadmap_md(file: &RoadmapFile) -> String {
    write::write(file)
}

#[cfg(test)]
mod tests;
