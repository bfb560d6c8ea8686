//! A program that is under way, and how it ends.

use std::io;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::program::Program;
use crate::sweep::{self, Family};

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By itself, with this status.
    Exited(i32),
    /// By a signal that did not come from here.
    Killed(i32),
    /// It took longer than it may.
    TimedOut,
    /// It said nothing for longer than it may.
    Silent,
    /// It was stopped because whoever started it wanted so.
    Stopped,
}

/// Why a program could not be started.
#[derive(Debug, thiserror::Error)]
#[error("`{}` cannot be started in {}: {reason}", path.display(), folder.display())]
pub struct StartError {
    pub path: PathBuf,
    pub folder: PathBuf,
    #[source]
    pub reason: io::Error,
}

/// How long a program may take to end when it is told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// From the closing of its input to the request to end.
    pub after_input: Duration,
    /// From the request to end to the end.
    pub after_request: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { after_input: Duration::ZERO, after_request: Duration::from_secs(2) }
    }
}

/// A program that was started. Dropping it kills the program, but not what left its group: see [`Running::end`].
#[derive(Debug)]
pub struct Running {
    child: Child,
    family: Family,
}

/// Starts `program` in a process group of its own, with pipes for what it reads and writes.
pub fn start(program: &Program) -> Result<Running, StartError> {
    let started = Family::start(|mark| {
        let mut command = Command::new(program.path());
        command
            .args(program.all_arguments())
            .current_dir(program.folder())
            .env_clear()
            .envs(program.environment())
            .env(sweep::MARK, mark)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        command.spawn()
    });
    let failed = |reason| StartError { path: program.path().to_owned(), folder: program.folder().to_owned(), reason };
    let (child, family) = started.map_err(failed)?;
    Ok(Running { child, family })
}

impl Running {
    /// Returns the number of the process; nothing after its end.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Returns the pipe that the program reads from; dropping it is the end of its input.
    pub fn take_input(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// Returns the pipe that the program writes to.
    pub fn take_output(&mut self) -> Option<ChildStdout> {
        self.child.stdout.take()
    }

    /// Returns the pipe that the program complains to.
    pub fn take_errors(&mut self) -> Option<ChildStderr> {
        self.child.stderr.take()
    }

    /// Waits until the program ends by itself; what it started may go on until [`Running::end`].
    pub async fn wait(&mut self) -> io::Result<Ending> {
        Ok(ending(self.child.wait().await?))
    }

    /// Ends the program and everything that it started: closes its input, asks, and then does not ask any more.
    ///
    /// Returns how the program ended, if it had ended before; else [`Ending::Stopped`].
    pub async fn end(mut self, patience: Patience) -> io::Result<Ending> {
        let before = self.child.try_wait()?.map(ending);
        if before.is_none() {
            drop(self.child.stdin.take());
            let left = timeout(patience.after_input, self.child.wait()).await;
            if left.is_err() {
                self.family.ask();
                let _left = timeout(patience.after_request, self.child.wait()).await;
            }
        }
        self.family.kill();
        self.child.wait().await?;
        self.family.sweep().await;
        Ok(before.unwrap_or(Ending::Stopped))
    }
}

#[cfg(unix)]
fn ending(status: ExitStatus) -> Ending {
    use std::os::unix::process::ExitStatusExt as _;

    match (status.code(), status.signal()) {
        (Some(code), _) => Ending::Exited(code),
        (None, signal) => Ending::Killed(signal.unwrap_or_default()),
    }
}

#[cfg(not(unix))]
fn ending(status: ExitStatus) -> Ending {
    Ending::Exited(status.code().unwrap_or(-1))
}
