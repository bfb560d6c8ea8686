//! Where a program is.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// Returns the absolute path of the program `name` in the folders of `search_path`, which is written like `PATH`.
///
/// Folders that are not absolute are left out: what they mean would depend on where somebody stands.
pub fn find_program(name: &str, search_path: &OsStr) -> Option<PathBuf> {
    if Path::new(name).components().count() != 1 {
        let path = Path::new(name);
        return (path.is_absolute() && is_program(path)).then(|| path.to_owned());
    }
    env::split_paths(search_path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|path| is_program(path))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.is_file())
}
