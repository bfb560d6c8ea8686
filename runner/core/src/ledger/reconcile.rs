//! Two copies of one ledger: which of them counts.

use crate::hash::ContentHash;

/// How the local copy of a ledger relates to the published one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reconciled {
    Same,
    /// The local copy goes on where the published one ends, and counts.
    LocalIsLonger,
    /// The published copy goes on where the local one ends, and counts.
    PublishedIsLonger,
    /// They part after this many lines. The published copy counts; the local one is kept aside and named.
    Fork {
        common: usize,
    },
}

/// Compares two copies by the hashes of their lines.
pub fn reconcile(local: &[ContentHash], published: &[ContentHash]) -> Reconciled {
    let common = local.iter().zip(published).take_while(|(ours, theirs)| ours == theirs).count();
    match (common == local.len(), common == published.len()) {
        (true, true) => Reconciled::Same,
        (false, true) => Reconciled::LocalIsLonger,
        (true, false) => Reconciled::PublishedIsLonger,
        (false, false) => Reconciled::Fork { common },
    }
}
