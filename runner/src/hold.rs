//! Holding a run on this machine: one process at a time.
//!
//! The lock is the system's: it goes when its process goes, so nobody waits for a holder that died. The lease beside it
//! says who holds the run, and its number rises with every holder, so that the ledger shows who wrote what.
//! Leases between machines are not here.

use std::fs::{File, TryLockError};
use std::time::Duration;

use jiff::Timestamp;
use pipemason_core::lease::Lease;

use crate::files::{FileError, make_folder, read_if_there, write_whole};
use crate::folder::RunFolder;

/// How long a lease counts where nobody can see the lock.
const LEASE_TIME: Duration = Duration::from_mins(15);

/// A run that this process holds, until this value goes.
#[derive(Debug)]
pub struct Hold {
    lease: Lease,
    _lock: File,
}

/// Why a run cannot be held.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    #[error("`{owner}` is working on this run; `pipemason status` shows how far it is")]
    Held { owner: String },
    #[error(transparent)]
    File(#[from] FileError),
    #[error("the lease of the run cannot be read ({0}); remove {1} if no other process works on the run")]
    Unreadable(serde_json::Error, String),
}

impl Hold {
    /// Takes the run in `folder` for `owner`.
    pub fn take(folder: &RunFolder, owner: &str, now: Timestamp) -> Result<Self, HoldError> {
        make_folder(folder.root())?;
        let path = folder.lock();
        let failed = |reason| FileError::new(&path, "locked", reason);
        let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        let before = read_lease(folder)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let owner = before.map_or_else(|| "another process".to_owned(), |lease| lease.owner);
                return Err(HoldError::Held { owner });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error).into()),
        }
        // Whoever held it before has gone: the lock says so, whatever the lease says.
        let gone = read_lease(folder)?.map(|lease| lease.released(now));
        let lease = Lease::take(gone.as_ref(), owner, now, LEASE_TIME)
            .map_err(|_| HoldError::Held { owner: "another process".to_owned() })?;
        write_whole(&folder.lease(), &serde_json::to_vec(&lease).unwrap_or_default())?;
        Ok(Self { lease, _lock: lock })
    }

    /// Returns the number that every line of the ledger carries.
    pub fn fencing(&self) -> u64 {
        self.lease.fencing
    }
}

/// Returns who holds the run in `folder`, if anybody does.
pub fn holder(folder: &RunFolder) -> Result<Option<String>, HoldError> {
    let path = folder.lock();
    let lock = match File::open(&path) {
        Ok(lock) => lock,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(FileError::new(&path, "opened", error).into()),
    };
    match lock.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(_) => Ok(Some(read_lease(folder)?.map_or_else(|| "another process".to_owned(), |lease| lease.owner))),
    }
}

fn read_lease(folder: &RunFolder) -> Result<Option<Lease>, HoldError> {
    let path = folder.lease();
    let Some(text) = read_if_there(&path)? else { return Ok(None) };
    let unreadable = |error| HoldError::Unreadable(error, path.display().to_string());
    serde_json::from_str(&text).map(Some).map_err(unreadable)
}
