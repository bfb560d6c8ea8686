//! A set of units, as positions in the list of a run's units.

use serde::{Deserialize, Serialize};

/// More units than any repository configures; a set of them fits one machine word.
pub const MAX_UNITS: usize = 64;

/// A set of positions below [`MAX_UNITS`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitSet(u64);

impl UnitSet {
    /// The empty set.
    pub const EMPTY: Self = Self(0);

    /// Makes the set of one position.
    pub fn of(index: u8) -> Self {
        let mut set = Self::EMPTY;
        set.insert(index);
        set
    }

    /// Makes the set of the first `count` positions.
    pub fn first(count: usize) -> Self {
        let mut set = Self::EMPTY;
        for index in 0..u8::try_from(count.min(MAX_UNITS)).unwrap_or(u8::MAX) {
            set.insert(index);
        }
        set
    }

    /// Adds `index`; positions beyond the last one are not kept.
    pub fn insert(&mut self, index: u8) {
        self.0 |= 1_u64.checked_shl(index.into()).unwrap_or(0);
    }

    /// Takes `index` out, and says whether it was in.
    pub fn remove(&mut self, index: u8) -> bool {
        let was_in = self.contains(index);
        self.0 &= !1_u64.checked_shl(index.into()).unwrap_or(0);
        was_in
    }

    /// Says whether `index` is in.
    pub fn contains(self, index: u8) -> bool {
        self.0 & 1_u64.checked_shl(index.into()).unwrap_or(0) != 0
    }

    /// Says whether nothing is in.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Counts what is in.
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Returns what is in, in order.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (0..64).filter(move |index| self.contains(*index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_not_taken_out() {
        let mut set = UnitSet::first(3);
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 1, 2]);
        assert!(set.remove(1));
        assert!(!set.remove(1));
        assert_eq!((set.len(), set.contains(1), set.contains(2)), (2, false, true));
        assert_eq!(UnitSet::of(63).iter().collect::<Vec<_>>(), [63]);
        assert!(UnitSet::of(64).is_empty());
        assert_eq!(UnitSet::first(1000).len(), 64);
        assert!(!UnitSet::first(64).contains(64));
    }
}
