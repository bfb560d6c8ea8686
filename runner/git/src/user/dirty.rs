//! Changes of the user that are not committed, and so would not be part of a run.

use super::UserRepository;
use crate::error::GitError;
use crate::tree::{CONFIGURATION_FILE, RECORD_FOLDER};

/// What is not committed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirtyFiles {
    /// The first of them, without what is in `.pipeline/`.
    pub names: Vec<String>,
    /// How many there are.
    pub count: usize,
    /// Whether the configuration of Pipemason is among what is not committed. It does not count as a change.
    pub has_configuration: bool,
}

impl DirtyFiles {
    /// Says whether nothing would be left behind.
    pub fn is_clean(&self) -> bool {
        self.count == 0
    }
}

/// As many names as a person reads.
const MAX_NAMES: usize = 50;

impl UserRepository {
    /// Returns what is changed or new and not committed. Ignored files are not.
    pub async fn dirty_files(&self) -> Result<DirtyFiles, GitError> {
        let call = self.call(["status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames"]);
        let said = call.arguments(["--ignore-submodules=dirty"]).output().await?;
        let mut dirty = DirtyFiles::default();
        for entry in said.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
            // Two letters and a space stand before the path.
            let path = String::from_utf8_lossy(entry.get(3..).unwrap_or_default());
            if path == CONFIGURATION_FILE {
                dirty.has_configuration = true;
            } else if !path.strip_prefix(RECORD_FOLDER).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
                dirty.count += 1;
                if dirty.names.len() < MAX_NAMES {
                    dirty.names.push(path.into_owned());
                }
            }
        }
        Ok(dirty)
    }
}
