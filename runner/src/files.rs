//! Files that are whole or not there, also after the power was cut.
//!
//! A file is written beside its place, synced, and renamed; then its folder is synced, because a name is part of the
//! folder. Without the first sync the new name may lead to an empty file, without the second the old one may be back.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A file that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be {what}: {reason}", path.display())]
pub struct FileError {
    pub path: PathBuf,
    pub what: &'static str,
    #[source]
    pub reason: io::Error,
}

impl FileError {
    pub(crate) fn new(path: &Path, what: &'static str, reason: io::Error) -> Self {
        Self { path: path.to_owned(), what, reason }
    }
}

/// Writes `content` to `path`, as a whole.
pub fn write_whole(path: &Path, content: &[u8]) -> Result<(), FileError> {
    let failed = |reason| FileError::new(path, "written", reason);
    let beside = beside(path);
    let mut file = File::create(&beside).map_err(failed)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&beside, path).map_err(failed)?;
    sync_folder_of(path)
}

/// Writes `content` to `path`, unless something is there already; says whether it did.
pub fn write_new(path: &Path, content: &[u8]) -> Result<bool, FileError> {
    let failed = |reason| FileError::new(path, "written", reason);
    let beside = beside(path);
    let mut file = File::create(&beside).map_err(failed)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(failed)?;
    // A link, unlike a rename, never takes the place of something.
    let linked = fs::hard_link(&beside, path);
    fs::remove_file(&beside).map_err(failed)?;
    match linked {
        Ok(()) => sync_folder_of(path).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(failed(error)),
    }
}

/// Adds `content` to the end of `path`, and waits until it is there for good.
pub fn append(path: &Path, content: &[u8]) -> Result<(), FileError> {
    let failed = |reason| FileError::new(path, "written", reason);
    let mut file = OpenOptions::new().append(true).create(true).open(path).map_err(failed)?;
    file.write_all(content).and_then(|()| file.sync_data()).map_err(failed)
}

/// Reads `path`; nothing, where there is no such file.
pub fn read_if_there(path: &Path) -> Result<Option<String>, FileError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FileError::new(path, "read", error)),
    }
}

/// Makes `folder` and all folders above it.
pub fn make_folder(folder: &Path) -> Result<(), FileError> {
    fs::create_dir_all(folder).map_err(|error| FileError::new(folder, "made", error))
}

/// Makes the names in the folder of `path` last.
pub fn sync_folder_of(path: &Path) -> Result<(), FileError> {
    let folder = path.parent().unwrap_or(path);
    // Not every system lets folders be opened; there the rename is all that can be done.
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Ok(()) => Ok(()),
        Err(_) if cfg!(not(unix)) => Ok(()),
        Err(error) => Err(FileError::new(folder, "synced", error)),
    }
}

/// Returns a name beside `path` that no other process uses.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    path.with_file_name(name)
}
