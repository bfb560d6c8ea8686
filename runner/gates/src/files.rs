//! Files of a tree that somebody else wrote: links are not followed, sizes are bounded, odd names do no harm.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

use pipemason_core::glob::Glob;

/// Folders that hold no report and no input of ours, and may be as large as everything else together.
const NOT_SEARCHED: [&str; 2] = [".git", "node_modules"];

/// More entries than any tree has that people work with; beyond it, somebody fills the disk.
const MAX_ENTRIES: usize = 2_000_000;

/// Reads a file of at most `max_bytes`; what is not a file, a link included, is an error.
pub(crate) fn read(path: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max_bytes {
        let words = format!("it has more than {max_bytes} bytes");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, words));
    }
    Ok(bytes)
}

/// Returns the paths below `root` that `is_wanted`, in order: files, and links, which are not followed.
///
/// `start` is the folder, relative to `root`, below which the wanted ones are.
pub(crate) fn find(root: &Path, start: &str, is_wanted: impl Fn(&str) -> bool) -> io::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    if !is_real_folder(root, start) {
        return Ok(found);
    }
    let mut folders = vec![start.trim_matches('/').to_owned()];
    let mut entries = 0_usize;
    while let Some(folder) = folders.pop() {
        let listing = match fs::read_dir(root.join(&folder)) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => continue,
            listing => listing?,
        };
        for entry in listing {
            let entry = entry?;
            entries += 1;
            if entries > MAX_ENTRIES {
                return Err(io::Error::other(format!("there are more than {MAX_ENTRIES} files")));
            }
            // No pattern can mean a name that is no text.
            let Ok(name) = entry.file_name().into_string() else { continue };
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            if !entry.file_type()?.is_dir() {
                if is_wanted(&path) {
                    found.insert(path);
                }
            } else if !NOT_SEARCHED.contains(&name.as_str()) {
                folders.push(path);
            }
        }
    }
    Ok(found)
}

/// Says whether there is a folder `path` below `root` that no link leads to: what is behind one is somebody else's.
fn is_real_folder(root: &Path, path: &str) -> bool {
    let mut folder = root.to_owned();
    path.split('/').filter(|part| !part.is_empty()).all(|part| {
        folder.push(part);
        part != ".." && fs::symlink_metadata(&folder).is_ok_and(|found| found.is_dir())
    })
}

/// Returns the folder that everything a pattern covers is in.
pub(crate) fn start_of(glob: &Glob) -> &str {
    let text = glob.as_str();
    let plain = text.find(['*', '?', '[', '{', '\\']).and_then(|end| text.get(..end)).unwrap_or(text);
    plain.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Removes a file or a link, if it is there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// Makes an empty file at `path` below `root`, whatever was there, and without following a link on the way.
pub(crate) fn create(root: &Path, path: &str) -> io::Result<File> {
    let mut folder = root.to_owned();
    fs::create_dir_all(&folder)?;
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    for part in folders.split('/').filter(|part| !part.is_empty()) {
        folder.push(part);
        if fs::symlink_metadata(&folder).is_ok_and(|found| !found.is_dir()) {
            fs::remove_file(&folder)?;
        }
        match fs::create_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => result?,
        }
    }
    let file = folder.join(name);
    if fs::symlink_metadata(&file).is_ok_and(|found| found.is_dir()) {
        fs::remove_dir_all(&file)?;
    }
    remove(&file)?;
    OpenOptions::new().write(true).create_new(true).open(file)
}

#[cfg(test)]
mod tests;
