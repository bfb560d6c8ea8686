//! Files put back as they were, whatever stands in their place.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use pipemason_core::hash::TreeHash;

use super::{Tree, remove_whatever};
use crate::error::{At as _, GitError, blocking};
use crate::paths::judge_name;
use crate::store::{FoundFile, PROGRAM, SYMLINK};

impl Tree {
    /// Puts these paths back as they are in `from`, byte for byte and with their modes; what is not in there is removed.
    ///
    /// No link is followed: one that stands in the place of a folder is replaced by a folder.
    pub async fn restore(&self, from: TreeHash, paths: &[&str]) -> Result<(), GitError> {
        self.is_in_place()?;
        let tree = self.clone();
        let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
        blocking("restoring files", move || paths.iter().try_for_each(|path| tree.restore_one(from, path))).await
    }

    fn restore_one(&self, from: TreeHash, path: &str) -> Result<(), GitError> {
        if let Err(reason) = judge_name(path.as_bytes()) {
            return Err(GitError::Unsupported(format!("`{}` cannot be restored: {reason:?}", path.escape_debug())));
        }
        let full = self.folder.join(path);
        match self.store.file(from, path)? {
            Some(file) => {
                self.make_folders_above(path)?;
                remove_whatever(&full)?;
                write(&full, &file)
            }
            None if self.has_folders_above(path) => remove_whatever(&full),
            None => Ok(()),
        }
    }

    /// Makes the folders above a path, and removes what stands in the place of one.
    fn make_folders_above(&self, path: &str) -> Result<(), GitError> {
        for above in above(path) {
            let folder = self.folder.join(above);
            if !is_folder(&folder) {
                remove_whatever(&folder)?;
                fs::create_dir(&folder).at("making the folder", &folder)?;
            }
        }
        Ok(())
    }

    /// Says whether the way to a path leads through folders only.
    fn has_folders_above(&self, path: &str) -> bool {
        above(path).all(|above| is_folder(&self.folder.join(above)))
    }
}

fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(slash, _)| path.get(..slash).unwrap_or_default())
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

#[cfg(unix)]
fn write(path: &Path, file: &FoundFile) -> Result<(), GitError> {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::OpenOptionsExt as _;

    if file.content.mode == SYMLINK {
        return std::os::unix::fs::symlink(OsStr::from_bytes(&file.bytes), path).at("writing the link", path);
    }
    let mode = if file.content.mode == PROGRAM { 0o755 } else { 0o644 };
    let opened = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    opened.and_then(|mut opened| opened.write_all(&file.bytes)).at("writing", path)
}

#[cfg(not(unix))]
fn write(path: &Path, file: &FoundFile) -> Result<(), GitError> {
    // Where git keeps no links, it keeps their text in files.
    let opened = fs::OpenOptions::new().write(true).create_new(true).open(path);
    opened.and_then(|mut opened| opened.write_all(&file.bytes)).at("writing", path)
}
