//! A set of stories that is cheap to clone and quick to find the first member of.

use std::sync::Arc;

use crate::roadmap::StoryIndex;

const BITS: usize = u64::BITS as usize;

/// A set of places in a roadmap, one bit each: all of 10,000 stories fit into 1.25 kB.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct IndexSet {
    words: Arc<[u64]>,
    count: u32,
}

impl IndexSet {
    pub(super) fn with_room_for(stories: usize) -> Self {
        Self { words: vec![0; stories.div_ceil(BITS)].into(), count: 0 }
    }

    pub(super) fn len(&self) -> u32 {
        self.count
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) fn insert(&mut self, index: StoryIndex) {
        if let Some((word, bit)) = self.place(index)
            && *word & bit == 0
        {
            *word |= bit;
            self.count += 1;
        }
    }

    pub(super) fn remove(&mut self, index: StoryIndex) {
        if let Some((word, bit)) = self.place(index)
            && *word & bit != 0
        {
            *word &= !bit;
            self.count -= 1;
        }
    }

    fn place(&mut self, index: StoryIndex) -> Option<(&mut u64, u64)> {
        let word = Arc::make_mut(&mut self.words).get_mut(index.position() / BITS)?;
        Some((word, 1 << (index.position() % BITS)))
    }

    /// Returns the members, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = StoryIndex> {
        let words = self.words.iter().enumerate().filter(|(_, word)| **word != 0);
        words.flat_map(|(place, word)| Ones(*word).map(move |bit| StoryIndex::at(place * BITS + bit)))
    }
}

/// The positions of the ones of a word, from the lowest up.
struct Ones(u64);

impl Iterator for Ones {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let bit = self.0.trailing_zeros();
        // Takes the lowest one away.
        self.0 &= self.0.checked_sub(1)?;
        usize::try_from(bit).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: usize = 200;

    fn set(members: &[usize]) -> IndexSet {
        let mut set = IndexSet::with_room_for(ROOM);
        for member in members {
            set.insert(StoryIndex::at(*member));
        }
        set
    }

    fn members(set: &IndexSet) -> Vec<usize> {
        set.iter().map(StoryIndex::position).collect()
    }

    #[test]
    fn members_come_in_order_whatever_word_they_stand_in() {
        assert_eq!(members(&set(&[])), [0; 0]);
        assert_eq!(members(&set(&[199, 0, 64, 63, 128, 127, 1])), [0, 1, 63, 64, 127, 128, 199]);
    }

    #[test]
    fn what_is_in_or_out_already_is_not_counted_again() {
        let mut set = set(&[5, 5, 70]);
        assert_eq!(set.len(), 2);
        set.remove(StoryIndex::at(6));
        set.remove(StoryIndex::at(ROOM + 64));
        assert_eq!((set.len(), set.is_empty()), (2, false));
        set.remove(StoryIndex::at(70));
        set.remove(StoryIndex::at(70));
        assert_eq!((set.len(), members(&set)), (1, vec![5]));
        set.remove(StoryIndex::at(5));
        assert!(set.is_empty());
    }

    #[test]
    fn there_is_no_place_beyond_the_room() {
        let mut set = set(&[]);
        set.insert(StoryIndex::at(256));
        assert_eq!((set.len(), members(&set)), (0, vec![]));
    }
}
