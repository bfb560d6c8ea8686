//! How far all stories are, kept so that one event touches only the stories it is about.
//!
//! Records live in a shared list: a clone copies a pointer, a change copies a few records. Beside the records
//! there are counters of open dependencies, and one set of stories per [`Lane`]; both follow from the records,
//! are kept by [`Board::change`] alone, and are made anew when a board is read back.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::index_set::IndexSet;
use super::shared_list::SharedList;
use super::story::{Consent, MigrationGate, StoryRecord, StoryState, StoryStatus};
use crate::id::StoryId;
use crate::roadmap::{Roadmap, Size, StoryIndex};

/// What can be done with a story now. Each story is in exactly one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lane {
    /// Waits for stories it depends on.
    Open,
    /// Can be dispatched.
    Ready,
    /// Only its migration gate has to be looked at.
    ToCheck,
    Checking,
    /// Waits for a yes, or its migration gate is unmet.
    Held,
    InFlight,
    Stopped,
    Done,
}

const LANES: usize = 8;

/// A record, and how many stories it waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cell {
    record: StoryRecord,
    open_dependencies: u32,
}

impl Cell {
    fn lane(&self) -> Lane {
        match self.record.state {
            StoryState::Waiting { .. } if self.open_dependencies > 0 => Lane::Open,
            StoryState::Waiting { .. } => match (self.record.consent, self.record.migration_gate) {
                (Consent::Needed, _) | (_, MigrationGate::Unmet) => Lane::Held,
                (_, MigrationGate::Unchecked) => Lane::ToCheck,
                (_, MigrationGate::Checking) => Lane::Checking,
                (Consent::NotNeeded | Consent::Given, MigrationGate::None | MigrationGate::Met) => Lane::Ready,
            },
            StoryState::InFlight { .. } | StoryState::Merging => Lane::InFlight,
            StoryState::Complete => Lane::Done,
            StoryState::Escalated { .. } | StoryState::Failed | StoryState::Cancelled => Lane::Stopped,
        }
    }
}

/// How many stories there are of each status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryCounts {
    pub total: u32,
    pub pending: u32,
    pub in_progress: u32,
    pub complete: u32,
    pub failed: u32,
    pub blocked: u32,
    pub gated: u32,
    pub cancelled: u32,
    pub escalated: u32,
}

/// A roadmap, and how far its stories are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "StoredBoard", into = "StoredBoard")]
pub struct Board {
    roadmap: Arc<Roadmap>,
    cells: SharedList<Cell>,
    lanes: [IndexSet; LANES],
}

/// What of a board is stored.
#[derive(Serialize, Deserialize)]
#[serde(rename = "Board", deny_unknown_fields)]
struct StoredBoard {
    roadmap: Arc<Roadmap>,
    stories: Vec<StoryRecord>,
}

impl Default for Board {
    fn default() -> Self {
        Self::new(Arc::default())
    }
}

impl Board {
    /// Lays out `roadmap` with no story begun; the largest ones wait for a yes.
    pub fn new(roadmap: Arc<Roadmap>) -> Self {
        let consent = |size| {
            if size == Size::Xl { Consent::Needed } else { Consent::NotNeeded }
        };
        let records = roadmap.stories().iter().map(|story| StoryRecord::new(consent(story.size)));
        let records = records.collect();
        Self::with_records(roadmap, records)
    }

    fn with_records(roadmap: Arc<Roadmap>, records: Vec<StoryRecord>) -> Self {
        let open = |index: StoryIndex| {
            let dependencies = roadmap.dependencies(index).iter();
            dependencies
                .filter(|dependency| records.get(dependency.position()).is_none_or(|record| !record.is_complete()))
        };
        let open: Vec<_> =
            roadmap.indices().map(|index| u32::try_from(open(index).count()).unwrap_or(u32::MAX)).collect();
        let cells = records.into_iter().zip(open).map(|(record, open_dependencies)| Cell { record, open_dependencies });
        let cells: Vec<Cell> = cells.collect();
        let mut lanes = std::array::from_fn(|_| IndexSet::with_room_for(cells.len()));
        for (position, cell) in cells.iter().enumerate() {
            lane_of(&mut lanes, cell.lane()).insert(StoryIndex::at(position));
        }
        Self { roadmap, cells: SharedList::new(&cells), lanes }
    }

    /// Returns the roadmap.
    pub fn roadmap(&self) -> &Arc<Roadmap> {
        &self.roadmap
    }

    /// Returns the record of a story; `index` must come from the roadmap of this board.
    pub fn record(&self, index: StoryIndex) -> &StoryRecord {
        &self.cell(index).record
    }

    #[expect(clippy::indexing_slicing, reason = "a place comes from the roadmap that this board was laid out for")]
    pub(super) fn story_id(&self, index: StoryIndex) -> &StoryId {
        &self.roadmap.stories()[index.position()].id
    }

    #[expect(clippy::expect_used, reason = "a place comes from the roadmap that this board was laid out for")]
    fn cell(&self, index: StoryIndex) -> &Cell {
        self.cells.get(index.position()).expect("the board has a cell for each story of its roadmap")
    }

    #[expect(clippy::expect_used, reason = "a place comes from the roadmap that this board was laid out for")]
    fn cell_mut(&mut self, index: StoryIndex) -> &mut Cell {
        self.cells.get_mut(index.position()).expect("the board has a cell for each story of its roadmap")
    }

    /// Changes the record of a story, and with it all that follows from the record.
    pub(super) fn change(&mut self, index: StoryIndex, change: impl FnOnce(&mut StoryRecord)) {
        let was_complete = self.record(index).is_complete();
        self.relane(index, |cell| change(&mut cell.record));
        let is_complete = self.record(index).is_complete();
        if was_complete == is_complete {
            return;
        }
        let roadmap = Arc::clone(&self.roadmap);
        for dependent in roadmap.dependents(index) {
            self.relane(*dependent, |cell| {
                cell.open_dependencies = if is_complete {
                    cell.open_dependencies.saturating_sub(1)
                } else {
                    cell.open_dependencies.saturating_add(1)
                };
            });
        }
    }

    fn relane(&mut self, index: StoryIndex, change: impl FnOnce(&mut Cell)) {
        let cell = self.cell_mut(index);
        let before = cell.lane();
        change(cell);
        let after = cell.lane();
        if before != after {
            lane_of(&mut self.lanes, before).remove(index);
            lane_of(&mut self.lanes, after).insert(index);
        }
    }

    pub(super) fn lane(&self, lane: Lane) -> &IndexSet {
        let [open, ready, to_check, checking, held, in_flight, stopped, done] = &self.lanes;
        match lane {
            Lane::Open => open,
            Lane::Ready => ready,
            Lane::ToCheck => to_check,
            Lane::Checking => checking,
            Lane::Held => held,
            Lane::InFlight => in_flight,
            Lane::Stopped => stopped,
            Lane::Done => done,
        }
    }

    /// Returns the stories that only wait for a free slot, in order.
    pub fn ready_stories(&self) -> impl Iterator<Item = StoryIndex> {
        self.lane(Lane::Ready).iter()
    }

    /// Returns how many stories are in flight.
    pub fn in_flight(&self) -> u32 {
        self.lane(Lane::InFlight).len()
    }

    /// Says whether every story is complete.
    pub fn is_complete(&self) -> bool {
        u32::try_from(self.roadmap.len()) == Ok(self.lane(Lane::Done).len())
    }

    /// Returns the status of each story, in the order of the roadmap.
    pub fn statuses(&self) -> Vec<StoryStatus> {
        let mut statuses = vec![StoryStatus::Pending; self.roadmap.len()];
        for index in self.roadmap.dispatch_order() {
            let mut upstream = self.roadmap.dependencies(*index).iter();
            let is_blocked = upstream
                .any(|dependency| statuses.get(dependency.position()).is_some_and(|status| status.holds_back()));
            if let Some(slot) = statuses.get_mut(index.position()) {
                *slot = status(self.record(*index), is_blocked);
            }
        }
        statuses
    }

    /// Returns how many stories there are of each status.
    pub fn counts(&self) -> StoryCounts {
        let mut counts = StoryCounts::default();
        for status in self.statuses() {
            counts.total += 1;
            *match status {
                StoryStatus::Pending => &mut counts.pending,
                StoryStatus::InProgress => &mut counts.in_progress,
                StoryStatus::Complete => &mut counts.complete,
                StoryStatus::Failed => &mut counts.failed,
                StoryStatus::Blocked => &mut counts.blocked,
                StoryStatus::Gated => &mut counts.gated,
                StoryStatus::Cancelled => &mut counts.cancelled,
                StoryStatus::Escalated => &mut counts.escalated,
            } += 1;
        }
        counts
    }
}

fn lane_of(lanes: &mut [IndexSet; LANES], lane: Lane) -> &mut IndexSet {
    let [open, ready, to_check, checking, held, in_flight, stopped, done] = lanes;
    match lane {
        Lane::Open => open,
        Lane::Ready => ready,
        Lane::ToCheck => to_check,
        Lane::Checking => checking,
        Lane::Held => held,
        Lane::InFlight => in_flight,
        Lane::Stopped => stopped,
        Lane::Done => done,
    }
}

fn status(record: &StoryRecord, is_blocked: bool) -> StoryStatus {
    match record.state {
        StoryState::Waiting { .. } if is_blocked => StoryStatus::Blocked,
        StoryState::Waiting { .. } if record.is_gated() => StoryStatus::Gated,
        StoryState::Waiting { .. } => StoryStatus::Pending,
        StoryState::InFlight { .. } | StoryState::Merging => StoryStatus::InProgress,
        StoryState::Complete => StoryStatus::Complete,
        StoryState::Escalated { .. } => StoryStatus::Escalated,
        StoryState::Failed => StoryStatus::Failed,
        StoryState::Cancelled => StoryStatus::Cancelled,
    }
}

impl TryFrom<StoredBoard> for Board {
    type Error = String;

    fn try_from(stored: StoredBoard) -> Result<Self, String> {
        if stored.stories.len() != stored.roadmap.len() {
            let (records, stories) = (stored.stories.len(), stored.roadmap.len());
            return Err(format!("the board has {records} records for {stories} stories"));
        }
        Ok(Self::with_records(stored.roadmap, stored.stories))
    }
}

impl From<Board> for StoredBoard {
    fn from(board: Board) -> Self {
        Self { stories: board.cells.iter().map(|cell| cell.record.clone()).collect(), roadmap: board.roadmap }
    }
}
