//! Scripts from files, with the scripts that they include.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::{Script, Turn};

/// Why a script cannot be played.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LoadError {
    #[error("{}: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: io::Error },
    #[error("{}: {message}", path.display())]
    Wrong { path: PathBuf, message: String },
    #[error("{}: is of version {version}; this agent plays version 1", path.display())]
    Version { path: PathBuf, version: u32 },
    #[error("{}: is included by itself, or by more than {MAX_DEPTH} scripts in a row", path.display())]
    TooDeep { path: PathBuf },
}

/// Scripts that include each other in a row; more is a ring.
const MAX_DEPTH: usize = 8;

/// Reads the script at `path` and all that it includes; the turns of the included ones follow its own.
pub(crate) fn load(path: &Path) -> Result<Script, LoadError> {
    load_at(path, 0)
}

fn load_at(path: &Path, depth: usize) -> Result<Script, LoadError> {
    if depth > MAX_DEPTH {
        return Err(LoadError::TooDeep { path: path.to_owned() });
    }
    let unreadable = |reason| LoadError::Unreadable { path: path.to_owned(), reason };
    // Steps run in other folders than this program was started in.
    let path = fs::canonicalize(path).map_err(unreadable)?;
    let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
    let text = fs::read_to_string(&path).map_err(unreadable)?;
    let mut script = parse(&text).map_err(|message| LoadError::Wrong { path: path.clone(), message })?;
    if script.version != 1 {
        return Err(LoadError::Version { path, version: script.version });
    }
    for turn in &mut script.turns {
        turn.folder.clone_from(&folder);
    }
    for included in std::mem::take(&mut script.include) {
        script.turns.extend(load_at(&folder.join(included), depth + 1)?.turns);
    }
    if depth == 0 {
        for (number, turn) in (1..).zip(&mut script.turns) {
            name(turn, number);
        }
    }
    Ok(script)
}

/// A turn that has no name is called by its place.
fn name(turn: &mut Turn, number: u32) {
    if turn.name.is_empty() {
        turn.name = format!("turn {number}");
    }
}

/// Reads one script; an error ends with its place.
pub(crate) fn parse(text: &str) -> Result<Script, String> {
    let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
    serde_saphyr::from_str_with_options(text, options).map_err(|error: serde_saphyr::Error| error.to_string())
}
