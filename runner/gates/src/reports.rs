//! Report files: deleted before a command, so that what is there afterwards was written by it (RULES R7.1).
//!
//! An agent could leave a report behind that says what it likes; such a file is gone before the command starts.

use std::io;
use std::sync::LazyLock;

use pipemason_core::glob::Glob;

use crate::error::GateError;
use crate::files;
use crate::place::Place;

/// Larger than the report of any suite; a file that is larger is not read.
pub(crate) const MAX_REPORT_BYTES: u64 = 64 * 1024 * 1024;

/// Where tools write that have no other way to name their tests. Only folders that hold nothing but results: whatever
/// else is called `junit.xml` may be a file of the repository.
static JUNIT_BY_DEFAULT: LazyLock<Vec<Glob>> = LazyLock::new(|| {
    parsed(&[
        "**/target/surefire-reports/TEST-*.xml",
        "**/target/failsafe-reports/TEST-*.xml",
        "**/build/test-results/**/*.xml",
        "target/nextest/**/junit.xml",
    ])
});

/// Where coverage tools write LCOV.
static LCOV_BY_DEFAULT: LazyLock<Vec<Glob>> =
    LazyLock::new(|| parsed(&["lcov.info", "coverage/lcov.info", "coverage.lcov", "target/llvm-cov/lcov.info"]));

fn parsed(patterns: &[&str]) -> Vec<Glob> {
    patterns.iter().filter_map(|pattern| Glob::parse(pattern).ok()).collect()
}

/// The path of a report, and what is in it.
pub(crate) type ReportFile = (String, io::Result<Vec<u8>>);

/// The report files of one command.
#[derive(Debug)]
pub(crate) struct ReportFiles<'a> {
    place: &'a Place,
    globs: &'a [Glob],
}

impl<'a> ReportFiles<'a> {
    /// Reports of tests, where they are configured or else usual.
    pub(crate) fn junit(place: &'a Place, configured: Option<&'a Glob>) -> Self {
        Self { place, globs: configured.map_or(&JUNIT_BY_DEFAULT, std::slice::from_ref) }
    }

    /// Reports of coverage.
    pub(crate) fn lcov(place: &'a Place, configured: Option<&'a Glob>) -> Self {
        Self { place, globs: configured.map_or(&LCOV_BY_DEFAULT, std::slice::from_ref) }
    }

    /// Reports of analyzers; they have no usual place.
    pub(crate) fn sarif(place: &'a Place, configured: Option<&'a Glob>) -> Self {
        Self { place, globs: configured.map_or(&[], std::slice::from_ref) }
    }

    /// Removes what is there.
    pub(crate) fn remove(&self) -> Result<(), GateError> {
        for path in self.paths()? {
            let removed = files::remove(&self.place.tree().join(&path));
            removed.map_err(|error| unavailable("be removed before the command", &path, &error))?;
        }
        Ok(())
    }

    /// Reads what is there, in the order of the paths. A link is no report: nobody knows who wrote what it leads to.
    pub(crate) fn read(&self) -> Result<Vec<ReportFile>, GateError> {
        let read = |path: String| {
            let bytes = files::read(&self.place.tree().join(&path), MAX_REPORT_BYTES);
            (path, bytes)
        };
        Ok(self.paths()?.into_iter().map(read).collect())
    }

    /// Like [`Self::read`], where a file that cannot be read is as good as a check that did not run.
    pub(crate) fn read_all(&self) -> Result<Vec<(String, Vec<u8>)>, GateError> {
        let readable = |(path, bytes): ReportFile| {
            let bytes = bytes.map_err(|error| unavailable("be read", &path, &error))?;
            Ok((path, bytes))
        };
        self.read()?.into_iter().map(readable).collect()
    }

    /// Finds the files by patterns that count from the root or from the folder of the service.
    fn paths(&self) -> Result<Vec<String>, GateError> {
        let mut paths = Vec::new();
        let folder = self.place.folder_in_tree();
        for glob in self.globs {
            let covers = |path: &str| glob.matches(path) || glob.matches(self.place.path_in_folder(path));
            let start = files::start_of(glob);
            let below_folder = format!("{folder}{start}");
            let starts = if folder.is_empty() { vec![start] } else { vec![start, below_folder.as_str()] };
            for start in starts {
                let found = files::find(self.place.tree(), start, covers);
                paths.extend(found.map_err(|error| unavailable("be searched for", glob.as_str(), &error))?);
            }
        }
        paths.sort();
        paths.dedup();
        Ok(paths)
    }
}

fn unavailable(what: &str, path: &str, error: &io::Error) -> GateError {
    GateError::Unavailable(format!("the report `{path}` cannot {what}: {error}"))
}
