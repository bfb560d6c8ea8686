//! Where commands run, and what they get.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use pipemason_core::config::RepoPath;
use pipemason_core::domain::Unit;
use pipemason_core::gate::Finding;
use pipemason_core::phase::Phase;
use pipemason_core::proof::Exit;
use pipemason_core::report::TestReport;
use pipemason_core::text::redact::Redactor;
use pipemason_process::Bounds;
use tokio_util::sync::CancellationToken;

/// Test runners report by text, and what is not kept cannot be read: a line for each of 100,000 tests fits.
const KEPT_BYTES: usize = 16 * 1024 * 1024;

/// The variables that a command sees: all of them. `Debug` shows no value.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// Makes the environment of every command: folders of its own, a way to find programs, and a quiet terminal.
    pub fn clean(home: &Path, temporary: &Path, search_path: &OsStr) -> Self {
        // What is asked of tools in every pipeline: no questions, no colors, no language but one.
        Self::default()
            .with("HOME", home)
            .with("TMPDIR", temporary)
            .with("PATH", search_path)
            .with("LANG", "C.UTF-8")
            .with("CI", "true")
            .with("NO_COLOR", "1")
            .with("TERM", "dumb")
    }

    /// Adds one variable, such as the place of a toolchain.
    #[must_use]
    pub fn with(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }

    /// Adds the variables of `other`.
    pub(crate) fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.0.extend(other.iter().map(|(name, value)| (name.clone(), value.clone())));
        both
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&OsString, &OsString)> {
        self.0.iter()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(OsStr::new(name)).map(OsString::as_os_str)
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(variables) = self;
        formatter.debug_set().entries(variables.keys()).finish()
    }
}

/// What a command is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<'a> {
    Started {
        check: &'a str,
        line: &'a str,
    },
    /// `exit` is nothing for a program that was ended because it had done enough.
    Ended {
        check: &'a str,
        line: &'a str,
        exit: Option<Exit>,
        duration: Duration,
    },
}

/// Is told what commands are doing.
pub type Watch = Arc<dyn Fn(Progress<'_>) + Send + Sync>;

/// The tree of a unit, with everything that its commands get.
#[derive(Clone)]
pub struct Place {
    tree: PathBuf,
    /// The folder of the service, relative to the tree and with a `/` at its end; empty for a whole tree.
    prefix: String,
    pub unit: Option<Unit>,
    pub phase: Phase,
    /// The folder that is shown as `.pipeline/`; logs go below it.
    pub records: PathBuf,
    pub environment: Environment,
    /// What each command may use.
    pub bounds: Bounds,
    pub redactor: Redactor,
    pub stop: CancellationToken,
    pub watch: Watch,
}

impl Place {
    /// Makes a place in `tree`, with the records of the tree and without anybody who watches.
    ///
    /// The environment is all that commands see, so it must hold no secret. Each command may take `time`.
    pub fn new(tree: &Path, phase: Phase, environment: Environment, time: Duration) -> io::Result<Self> {
        // Tools name files by where they really are.
        let tree = tree.canonicalize()?;
        Ok(Self {
            records: tree.join(".pipeline"),
            tree,
            prefix: String::new(),
            unit: None,
            phase,
            environment,
            bounds: Bounds { kept_bytes: KEPT_BYTES, ..Bounds::time(time) },
            redactor: Redactor::default(),
            stop: CancellationToken::new(),
            watch: Arc::new(|_| ()),
        })
    }

    /// Moves to the folder of a service.
    #[must_use]
    pub fn in_service(self, path: &RepoPath) -> Self {
        let path = path.as_str().trim_end_matches('/');
        let prefix = if path == "." { String::new() } else { format!("{path}/") };
        Self { prefix, ..self }
    }

    /// Returns the root of the tree.
    pub fn tree(&self) -> &Path {
        &self.tree
    }

    /// Returns the folder that commands run in.
    pub fn folder(&self) -> PathBuf {
        self.tree.join(self.prefix.trim_end_matches('/'))
    }

    /// Returns where the log of a check is, relative to the records.
    pub fn log_of(&self, check: &str) -> String {
        let unit = self.unit.as_ref().map(|unit| format!("-{unit}")).unwrap_or_default();
        format!("artifacts/gates/{}{unit}-{check}.log", self.phase)
    }

    /// Returns the folder relative to the tree: empty, or with a `/` at its end.
    pub(crate) fn folder_in_tree(&self) -> &str {
        &self.prefix
    }

    /// Returns the folder as tools print it.
    pub(crate) fn folder_name(&self) -> String {
        self.folder().to_string_lossy().into_owned()
    }

    /// Returns `path`, which a tool printed, as seen from the root of the tree.
    pub(crate) fn path_in_tree(&self, path: &str) -> String {
        let tree = format!("{}/", self.tree.to_string_lossy());
        let path = path.strip_prefix(&tree).unwrap_or(path);
        let path = path.strip_prefix("./").unwrap_or(path);
        let from_folder = format!("{}{path}", self.prefix);
        // Some tools of a monorepo print paths from its root wherever they stand.
        let is_of_folder = !self.prefix.is_empty() && self.tree.join(&from_folder).is_file();
        if is_of_folder { from_folder } else { path.to_owned() }
    }

    /// Returns a path of the tree as commands in the folder see it.
    pub(crate) fn path_in_folder<'p>(&self, path: &'p str) -> &'p str {
        path.strip_prefix(&self.prefix).unwrap_or(path)
    }

    /// Makes the paths of a report relative to where they belong.
    pub(crate) fn located(&self, report: TestReport) -> TestReport {
        let mut report = report.relative_to(&self.folder_name());
        for case in report.cases.values_mut() {
            case.file = case.file.take().map(|file| self.path_in_tree(&file));
        }
        report
    }

    /// Says whose finding it is, and where in the tree.
    pub(crate) fn found(&self, finding: Finding) -> Finding {
        let path = finding.path.as_deref().map(|path| self.path_in_tree(path));
        Finding { path, unit: self.unit.clone(), ..finding }
    }
}

/// Shows nothing that could be secret.
impl fmt::Debug for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tree, prefix, unit, phase, records, environment, bounds, redactor, stop: _, watch: _ } = self;
        formatter
            .debug_struct("Place")
            .field("tree", tree)
            .field("prefix", prefix)
            .field("unit", unit)
            .field("phase", phase)
            .field("records", records)
            .field("environment", environment)
            .field("bounds", bounds)
            .field("redactor", redactor)
            .finish_non_exhaustive()
    }
}
