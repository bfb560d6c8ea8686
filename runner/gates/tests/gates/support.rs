//! Folders and places for tests; nothing outside of temporary folders is touched.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use pipemason_core::gate::{Check, CheckOutcome, Finding};
use pipemason_core::phase::Phase;
use pipemason_gates::{Environment, Place};
use pipemason_process::find_program;
use tempfile::TempDir;

/// Longer than any command of a test takes on a busy machine.
pub(crate) const LONG: Duration = Duration::from_mins(2);

/// A tree with what its commands need: `tree`, `home` and `temporary` in one folder.
pub(crate) struct Ground {
    pub(crate) folder: TempDir,
}

/// Returns where programs are; the tools of Rust that this was built with come first.
pub(crate) fn search_path() -> OsString {
    let tools = Path::new(env!("CARGO")).parent().expect("a folder").to_owned();
    let inherited = std::env::var_os("PATH").expect("a PATH");
    std::env::join_paths(std::iter::once(tools).chain(std::env::split_paths(&inherited))).expect("folders")
}

/// Says whether `name` is installed.
pub(crate) fn is_installed(name: &str) -> bool {
    find_program(name, &search_path()).is_some()
}

/// Says something past the capturing of test output.
pub(crate) fn say(words: &str) {
    use std::io::Write as _;

    std::io::stderr().write_all(format!("{words}\n").as_bytes()).expect("an error output");
}

/// Says that something is not tested here.
pub(crate) fn say_missing(what: &str) {
    say(&format!("NOT TESTED ON THIS MACHINE: {what}"));
}

impl Ground {
    /// Makes a tree with these files.
    pub(crate) fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["tree", "home", "temporary"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let ground = Self { folder };
        for (path, text) in files {
            ground.write(path, text);
        }
        ground
    }

    /// Writes a file of the tree.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join("tree").join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(path, text).expect("a file");
    }

    /// Reads a file of the tree.
    pub(crate) fn read(&self, path: &str) -> String {
        let path = self.folder.path().join("tree").join(path);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Makes the place of the tree.
    pub(crate) fn place(&self, phase: Phase) -> Place {
        let path = self.folder.path();
        let environment = Environment::clean(&path.join("home"), &path.join("temporary"), &search_path());
        // Shims of version managers find their versions by the home that they were installed in.
        let environment =
            ["PYENV_ROOT", "RUSTUP_HOME"].iter().fold(environment, |environment, name| match std::env::var_os(name) {
                Some(value) => environment.with(name, value),
                None => environment,
            });
        Place::new(&path.join("tree"), phase, environment, LONG).expect("a place")
    }
}

/// Returns the findings of a check that failed.
pub(crate) fn findings(check: &Check) -> &[Finding] {
    match &check.result {
        CheckOutcome::Failed { findings, .. } => findings,
        other => panic!("{} did not fail: {other:?}", check.name),
    }
}
