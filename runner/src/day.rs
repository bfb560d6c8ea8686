//! What was set aside and spent on one day, for all runs of a repository on this machine.
//!
//! A turn is set aside before it is asked for and settled when it ends; what is never settled counts in full. One file a
//! day; whoever changes it holds its lock. A file that cannot be read counts as used up.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use pipemason_core::id::RunId;
use pipemason_core::money::Usd;
use serde::{Deserialize, Serialize};

use crate::files::{FileError, make_folder, read_if_there, write_whole};

/// The money of one day.
#[derive(Debug)]
pub struct Day {
    path: PathBuf,
    _lock: File,
}

/// What is in the file: for each run what it spent or set aside on that day.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    runs: BTreeMap<RunId, Usd>,
}

/// There is no room for what should be set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoRoom {
    pub spent: Usd,
}

impl Day {
    /// Opens the book of `date`, which nobody else changes until this value goes.
    pub fn open(folder: &Path, date: Date) -> Result<Self, FileError> {
        make_folder(folder)?;
        let path = folder.join(format!("{date}.json"));
        let lock_path = folder.join("lock");
        let failed = |reason| FileError::new(&lock_path, "locked", reason);
        let lock = File::options().create(true).truncate(false).write(true).open(&lock_path).map_err(failed)?;
        lock.lock().map_err(failed)?;
        Ok(Self { path, _lock: lock })
    }

    /// Makes `total` what `run` spent and set aside on this day, unless that is more than `limit` for all runs.
    pub fn set_aside(&self, run: RunId, total: Usd, limit: Usd) -> Result<Result<(), NoRoom>, FileError> {
        let Some(mut book) = self.read()? else { return Ok(Err(NoRoom { spent: limit })) };
        let others = book.runs.iter().filter(|(other, _)| **other != run);
        let spent = others.fold(Usd::ZERO, |sum, (_, usd)| sum.plus(*usd));
        if spent.plus(total) > limit {
            return Ok(Err(NoRoom { spent }));
        }
        book.runs.insert(run, total);
        // Names are texts and amounts are plain, so writing cannot fail.
        write_whole(&self.path, &serde_json::to_vec(&book).unwrap_or_default())?;
        Ok(Ok(()))
    }

    fn read(&self) -> Result<Option<Book>, FileError> {
        match read_if_there(&self.path)? {
            None => Ok(Some(Book::default())),
            Some(text) => Ok(serde_json::from_str(&text).ok()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_80_the_runs_of_a_day_share_its_limit_and_an_unreadable_book_is_used_up() {
        let folder = tempfile::tempdir().unwrap();
        let date = Date::constant(2026, 11, 21);
        let run = |text: &str| -> RunId { text.parse().unwrap() };
        let (one, two) = (run("01ARZ3NDEKTSV4RRFFQ69G5FAV"), run("01ARZ3NDEKTSV4RRFFQ69G5FAW"));
        let set_aside = |run, usd| {
            Day::open(folder.path(), date).unwrap().set_aside(run, Usd::dollars(usd), Usd::dollars(10)).unwrap()
        };
        assert_eq!(set_aside(one, 8), Ok(()));
        assert_eq!(set_aside(one, 9), Ok(()), "what was set aside before is part of it");
        assert_eq!(set_aside(two, 2), Err(NoRoom { spent: Usd::dollars(9) }));
        assert_eq!(set_aside(two, 1), Ok(()));
        assert_eq!(set_aside(one, 3), Ok(()), "a turn was settled");
        assert_eq!(set_aside(two, 7), Ok(()));
        std::fs::write(folder.path().join("2026-11-21.json"), "{").unwrap();
        assert_eq!(set_aside(one, 1), Err(NoRoom { spent: Usd::dollars(10) }));
    }
}
