//! The command tree: what can be said, and which status it ends with.
//!
//! Each command is a module with one function. What they print goes through [`crate::ui`].

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::Shell;

use crate::ui::{self, Ui};

mod cancel;
mod doctor;
mod found;
mod init;
mod list;
mod log;
mod resume;
mod session;
mod start;
mod status;

/// Turns a ticket into a reviewed branch.
#[derive(Debug, Parser)]
#[command(name = "pipemason", version, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Print one JSON object a line
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start a run from a text or a file
    Start(start::StartArguments),
    /// Show how far a run is
    Status(status::StatusArguments),
    /// List the runs of this repository
    List,
    /// Let a stopped run go on
    Resume(resume::ResumeArguments),
    /// Approve exactly the content that a run asks about
    Approve(resume::ApproveArguments),
    /// End a run for good; its branch stays
    Cancel(cancel::CancelArguments),
    /// Show what happened in a run
    Log(log::LogArguments),
    /// Write a configuration to begin with
    Init,
    /// Say whether everything is there that a run needs
    Doctor(doctor::DoctorArguments),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Complete, or acknowledged.
    Done,
    /// The run waits for a person.
    Escalated,
    /// Wrong usage, configuration or environment.
    Usage,
    /// A remote did not answer.
    Remote,
    /// The run failed.
    Failed,
    /// A signal stopped it; it can be resumed.
    Aborted,
}

impl Exit {
    /// Returns the status of the process.
    pub fn status(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Escalated => 1,
            Self::Usage => 2,
            Self::Remote => 3,
            Self::Failed => 4,
            Self::Aborted => 130,
        }
    }
}

/// A command that could not be carried out: the words for people, and the status.
#[derive(Debug)]
pub(crate) struct CliError {
    pub(crate) words: String,
    pub(crate) exit: Exit,
}

impl<E: std::error::Error> From<E> for CliError {
    fn from(error: E) -> Self {
        Self { words: error.to_string(), exit: Exit::Usage }
    }
}

impl CliError {
    pub(crate) fn usage(words: impl Into<String>) -> Self {
        Self { words: words.into(), exit: Exit::Usage }
    }

    pub(crate) fn remote(words: impl Into<String>) -> Self {
        Self { words: words.into(), exit: Exit::Remote }
    }
}

/// Carries out what was said.
pub fn run(arguments: Arguments) -> ExitCode {
    let Arguments { command, json } = arguments;
    let ui = Ui::new(json);
    pipemason_process::adopt_orphans();
    pipemason_process::hide_memory();
    let exit = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(carry_out(command, ui)),
        Err(error) => Err(CliError::usage(format!("no threads can be started: {error}"))),
    };
    let exit = exit.unwrap_or_else(|error| {
        ui::error(&error.words);
        error.exit
    });
    ExitCode::from(exit.status())
}

async fn carry_out(command: Command, ui: Ui) -> Result<Exit, CliError> {
    match command {
        Command::Start(arguments) => start::start(arguments, ui).await,
        Command::Status(arguments) => status::status(&arguments, ui).await,
        Command::List => list::list(ui).await,
        Command::Resume(arguments) => resume::resume(arguments, ui).await,
        Command::Approve(arguments) => resume::approve(arguments, ui).await,
        Command::Cancel(arguments) => cancel::cancel(&arguments).await,
        Command::Log(arguments) => log::log(&arguments).await,
        Command::Init => init::init().await,
        Command::Doctor(arguments) => doctor::doctor(&arguments).await,
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            clap_complete::generate(shell, &mut command, "pipemason", &mut std::io::stdout());
            Ok(Exit::Done)
        }
    }
}
