//! The git program: found once, and always run with the same clean environment and fixed settings.
//!
//! Two kinds of calls exist. A call in the *store* sees no configuration but the store's own. A call in the *user's*
//! repository sees the user's configuration, because there filters and excludes decide what a file is; no such call is
//! made where an agent can write. Neither runs hooks or file-system monitors, asks anybody anything, or enters
//! submodules.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use pipemason_core::text::redact::Redactor;
use pipemason_process::{Bounds, Ended, Ending, Program, find_program, run};
use tokio_util::sync::CancellationToken;

use crate::error::GitError;

/// The first version that takes attributes from a named tree (`--attr-source`), so that none of an agent's count.
pub(crate) const MINIMUM: &str = "2.41";
const MINIMUM_PARTS: (u32, u32) = (2, 41);

/// The longest that work without a network may take; a checkout of a huge repository takes minutes.
const LOCAL_TIME: Duration = Duration::from_mins(15);

/// As much output as is read; a list of a million paths fits.
const MAX_OUTPUT_BYTES: usize = 256 * 1024 * 1024;

/// As many words of git as are passed on.
const MAX_WORDS_CHARACTERS: usize = 2000;

/// Settings that no configuration overrides. Each switches off something that runs programs, asks, or surprises.
const FIXED: [&str; 17] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.protectHFS=true",
    "core.protectNTFS=true",
    "core.quotePath=false",
    "core.useReplaceRefs=false",
    "protocol.ext.allow=never",
    "commit.gpgSign=false",
    "push.gpgSign=false",
    "push.followTags=false",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "maintenance.auto=false",
    "gc.auto=0",
    "color.ui=false",
    "advice.detachedHead=false",
];

/// Variables of the user that tell credential helpers, `ssh` and proxies who and where the user is.
const USER_VARIABLES: [&str; 25] = [
    "HOME",
    "USER",
    "LOGNAME",
    "PATH",
    "TMPDIR",
    "XDG_CONFIG_HOME",
    "XDG_CACHE_HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "SSH_AUTH_SOCK",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSL_CAINFO",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "CURL_CA_BUNDLE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "all_proxy",
];

/// The git program.
#[derive(Clone)]
pub struct Git {
    program: PathBuf,
    user: Arc<BTreeMap<OsString, OsString>>,
    stop: CancellationToken,
}

impl Git {
    /// Finds git in the `PATH` of `environment`, and asks for its version.
    ///
    /// Call this before any agent runs: what is found here is used to the end. Cancelling `stop` ends every call.
    pub async fn find(environment: &BTreeMap<OsString, OsString>, stop: CancellationToken) -> Result<Self, GitError> {
        let search_path = environment.get(OsStr::new("PATH")).ok_or(GitError::Missing)?;
        let program = find_program("git", search_path).ok_or(GitError::Missing)?;
        let is_kept = |name: &OsStr| USER_VARIABLES.iter().any(|kept| name == OsStr::new(kept));
        let user = environment.iter().filter(|(name, _)| is_kept(name));
        let user = Arc::new(user.map(|(name, value)| (name.clone(), value.clone())).collect());
        let git = Self { program, user, stop };
        let said = git.call(Path::new("/"), BTreeMap::new()).arguments(["version"]).output().await?;
        let said = String::from_utf8_lossy(&said);
        let version = said.split_whitespace().nth(2).unwrap_or_default();
        if parts(version) < Some(MINIMUM_PARTS) {
            return Err(GitError::TooOld { found: version.to_owned() });
        }
        Ok(git)
    }

    /// Returns where the program is.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Returns a variable of the user.
    pub(crate) fn user_variable(&self, name: &str) -> Option<&OsStr> {
        self.user.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    pub(crate) fn user_variables(&self) -> impl Iterator<Item = (&OsString, &OsString)> {
        self.user.iter()
    }

    /// Makes a call in the store at `git_dir`, which sees no other configuration.
    pub(crate) fn in_store(&self, git_dir: &Path) -> Call {
        let clean = [
            ("HOME", git_dir.as_os_str()),
            ("GIT_CONFIG_NOSYSTEM", OsStr::new("1")),
            ("GIT_CONFIG_GLOBAL", OsStr::new("/dev/null")),
            ("GIT_ATTR_NOSYSTEM", OsStr::new("1")),
        ];
        let environment = clean.into_iter().map(|(name, value)| (name.into(), value.to_owned())).collect();
        let call = self.call(git_dir, environment).variable("GIT_DIR", git_dir);
        call.settings(["core.attributesFile=/dev/null", "core.excludesFile=/dev/null"])
    }

    /// Makes a call in the user's repository, which sees the user's configuration.
    pub(crate) fn in_user(&self, git_dir: &Path, work_tree: &Path) -> Call {
        let environment = self.user.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let call = self.call(work_tree, environment);
        // What is only looked at is not to be locked, or the user's own git would stumble.
        call.variable("GIT_DIR", git_dir).variable("GIT_WORK_TREE", work_tree).variable("GIT_OPTIONAL_LOCKS", "0")
    }

    fn call(&self, folder: &Path, environment: BTreeMap<OsString, OsString>) -> Call {
        let beside = self.program.parent().unwrap_or(Path::new("/"));
        let mut path = beside.as_os_str().to_owned();
        path.push(":/usr/bin:/bin");
        let program = Program::new(&self.program, folder)
            .variable("PATH", path)
            .variables(environment)
            .variable("LC_ALL", "C")
            .variable("GIT_TERMINAL_PROMPT", "0")
            .variable("GIT_NO_REPLACE_OBJECTS", "1")
            .variable("GIT_NO_LAZY_FETCH", "1")
            .variable("GIT_EDITOR", "false")
            // The credential manager of many users would open a window.
            .variable("GCM_INTERACTIVE", "never")
            .argument("--no-pager");
        let call = Call {
            program,
            name: String::new(),
            input: Vec::new(),
            time: LOCAL_TIME,
            redactor: Redactor::default(),
            stop: self.stop.clone(),
        };
        call.settings(FIXED)
    }
}

impl fmt::Debug for Git {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { program, user, stop: _ } = self;
        let variables: Vec<_> = user.keys().collect();
        formatter.debug_struct("Git").field("program", program).field("variables", &variables).finish()
    }
}

/// Reads the first two numbers of `2.47.3` and its likes.
fn parts(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// One call of git.
#[derive(Debug)]
pub(crate) struct Call {
    program: Program,
    name: String,
    input: Vec<u8>,
    time: Duration,
    redactor: Redactor,
    stop: CancellationToken,
}

impl Call {
    fn settings<'a>(mut self, settings: impl IntoIterator<Item = &'a str>) -> Self {
        for setting in settings {
            self.program = self.program.arguments(["-c", setting]);
        }
        self
    }

    /// Takes attributes from the tree `source` and from nowhere else.
    pub(crate) fn attributes_of(mut self, source: &str) -> Self {
        self.program = self.program.argument(format!("--attr-source={source}"));
        self
    }

    pub(crate) fn arguments<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        for argument in arguments {
            if self.name.is_empty() {
                self.name = argument.as_ref().to_string_lossy().into_owned();
            }
            self.program = self.program.argument(argument.as_ref());
        }
        self
    }

    pub(crate) fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.program = self.program.variable(name, value.as_ref());
        self
    }

    pub(crate) fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    pub(crate) fn time(mut self, time: Duration) -> Self {
        self.time = time;
        self
    }

    /// Takes these secrets out of what git says.
    pub(crate) fn redactor(mut self, redactor: Redactor) -> Self {
        self.redactor = redactor;
        self
    }

    /// Runs git to its own end, whatever it says.
    pub(crate) async fn ended(self) -> Result<Said, GitError> {
        let bounds = Bounds { kept_bytes: MAX_OUTPUT_BYTES, ..Bounds::time(self.time) };
        let ended = run(&self.program, &self.input, &bounds, &self.stop, |_, _| ()).await?;
        let Ended { ending, output, errors, duration: _ } = ended;
        let command = self.name;
        let words: String = self.redactor.redact(errors.text().trim()).chars().take(MAX_WORDS_CHARACTERS).collect();
        match ending {
            Ending::Exited(status) => {
                let output = output.whole().ok_or(GitError::TooMuch { command: command.clone() })?;
                Ok(Said { status, output, words, command })
            }
            Ending::TimedOut | Ending::Silent => Err(GitError::TimedOut { command, time: self.time }),
            Ending::Stopped => Err(GitError::Stopped { command }),
            Ending::Killed(signal) => Err(GitError::Failed { command, words: format!("killed by signal {signal}") }),
        }
    }

    /// Runs git, which must succeed, and returns what it wrote.
    pub(crate) async fn output(self) -> Result<Vec<u8>, GitError> {
        let said = self.ended().await?;
        if said.status == 0 { Ok(said.output) } else { Err(said.into_error()) }
    }

    /// Runs git, which must succeed, and returns the one line that it wrote.
    pub(crate) async fn line(self) -> Result<String, GitError> {
        Ok(String::from_utf8_lossy(&self.output().await?).trim_end().to_owned())
    }
}

/// What git said before it ended by itself.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: i32,
    pub(crate) output: Vec<u8>,
    /// What it complained about, without secrets.
    pub(crate) words: String,
    command: String,
}

impl Said {
    pub(crate) fn into_error(self) -> GitError {
        let Self { status, words, command, output: _ } = self;
        let words = if words.is_empty() { format!("ended with status {status}") } else { words };
        GitError::Failed { command, words }
    }
}
