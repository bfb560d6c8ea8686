//! The engine's store, the trees of a run, and what is looked at before a push.
//!
//! Git never runs in a repository that an agent can write: every call is made in the [`Store`], which the engine owns,
//! or, before any agent runs, in the user's own repository. What an agent wrote is read as plain files, and its objects
//! as data. Libgit2 reads and decides inside the process; its types are in no public signature.
//!
//! What takes long, or may wait for the outside, is `async` and holds up nobody. Small reads and writes of objects are
//! plain functions.
//!
//! What is *not* here: what a run does with any of it, and how a branch is called.

mod changes;
mod check;
mod error;
mod history;
mod lines;
mod paths;
mod program;
mod rebase;
mod store;
mod transport;
mod tree;
mod user;

pub use changes::{Change, Changes, Entry};
pub use check::{Approved, Problem, PushRules};
pub use error::GitError;
pub use lines::{AddedLine, FileLines, LineChanges};
pub use paths::{Reason, Refused};
pub use program::Git;
pub use rebase::{Conflict, ConflictFile, Rebase};
pub use store::{
    Content, Fetched, FoundFile, Identity, Lease, NewCommit, Published, Push, Pushed, RecreatedCommit, Signature,
    Store, Swap, TreeEdit,
};
pub use transport::{Address, Endurance, Remote, Transport};
pub use tree::{AgentCommits, NewTree, Snapshot, SnapshotLimits, Suggestion, Tree};
pub use user::{DirtyFiles, Shown, Stash, Unstashed, UserRepository};
