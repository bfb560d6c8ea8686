//! Slash commands: what a comment asks for, if it asks for anything.
//!
//! A command is the first word of the first line of a comment, with at most three spaces before it. On such a
//! line Markdown cannot yet have opened anything: no quote, no code, no list, no link, no HTML. So the raw
//! line decides alone, whatever follows it, and a comment of any size costs no more than its first line and
//! one copy of the rest. The tests hold this against a Markdown parser.
//!
//! Not here: whether the comment was just created, who wrote it, and whether they may (see
//! [`crate::trigger`]); what a comment without a command means (see [`crate::reply`]).

use crate::hash::ContentHash;
use crate::money::Usd;
use crate::nearest::nearest;
use crate::phase::Phase;

mod error;
mod lookalike;
mod options;
mod words;

pub use error::{CommandError, TypedFlag, TypedWord};
pub use lookalike::resembles_command;
pub use options::{ProgramMode, ProgramOptions, StartOptions};

use options::{Flag, Options};
use words::Line;

/// The word that every command starts with.
pub const COMMAND_WORD: &str = "/pipemason";

/// Markdown takes a line with more spaces before it as code.
const MAX_INDENT: usize = 3;

/// What somebody asks for in a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Start a run, or go on with the one there is; `text` is added to the ticket.
    Start { text: Option<String>, options: StartOptions },
    /// Go on where the run stopped, with an answer and with more money.
    Resume {
        answer: Option<String>,
        /// The new total of the run.
        budget_usd: Option<Usd>,
    },
    /// Show how the run is doing.
    Status,
    /// End the run for good.
    Cancel,
    /// Try again, from `phase` or from where it stopped.
    Retry { phase: Option<Phase> },
    /// Say yes to exactly the content that `hash` names.
    Approve { hash: TypedHash },
    /// Change what a pull request holds.
    Revise { text: Option<String> },
    /// List the commands.
    Help,
    /// Check the repository for what a run needs.
    Doctor,
    /// Something about a program.
    Program(ProgramCommand),
}

/// What somebody asks of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProgramCommand {
    Start {
        intent: Option<String>,
        options: ProgramOptions,
    },
    Status,
    /// Go on where the program stopped, with an answer and with more money.
    Resume {
        answer: Option<String>,
        /// The new total of the program.
        budget_usd: Option<Usd>,
    },
    Cancel,
}

/// The start of a hash, as somebody typed it: 12 to 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedHash(String);

impl TypedHash {
    /// Reads typed digits; fewer than twelve name nothing.
    pub fn read(text: &str) -> Option<Self> {
        let is_hash = (12..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash.then(|| Self(text.to_ascii_lowercase()))
    }

    /// Says whether the digits name `hash`.
    pub fn names(&self, hash: &ContentHash) -> bool {
        hash.is_named_by(&self.0)
    }

    /// Returns the digits, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns the command of a freshly created comment, or what is wrong with it; `None` where there is none.
pub fn parse(comment: &str) -> Option<Result<Command, CommandError>> {
    let (line, rest) = split_first_line(comment);
    match Head::of(line) {
        Head::Nothing => None,
        Head::Misspelled => Some(Err(CommandError::Misspelled)),
        Head::Command { arguments } => Some(read_command(arguments, rest)),
    }
}

/// Splits off the first line; `\n`, `\r\n` and a lone `\r` all end one.
fn split_first_line(comment: &str) -> (&str, &str) {
    let Some((line, rest)) = comment.split_once(['\n', '\r']) else {
        return (comment, "");
    };
    let ended_by_return = comment.as_bytes().get(line.len()) == Some(&b'\r');
    let rest = if ended_by_return { rest.strip_prefix('\n').unwrap_or(rest) } else { rest };
    (line, rest)
}

/// Turns every end of line into `\n`.
pub(crate) fn with_plain_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// How a line starts.
enum Head<'a> {
    Nothing,
    /// Nearly the command word: another case, or something other than a space after it.
    Misspelled,
    Command {
        arguments: &'a str,
    },
}

impl<'a> Head<'a> {
    fn of(line: &'a str) -> Self {
        let text = line.trim_start_matches(' ');
        if line.len() - text.len() > MAX_INDENT {
            return Self::Nothing;
        }
        let Some((word, arguments)) = text.split_at_checked(COMMAND_WORD.len()) else {
            return Self::Nothing;
        };
        if !word.eq_ignore_ascii_case(COMMAND_WORD) {
            return Self::Nothing;
        }
        match arguments.chars().next() {
            None | Some(' ' | '\t') if word == COMMAND_WORD => Self::Command { arguments },
            // Another word, or a path: not meant for us.
            Some(next) if next.is_alphanumeric() || "-_/.".contains(next) => Self::Nothing,
            None | Some(_) => Self::Misspelled,
        }
    }
}

/// The words that may follow the command word.
const COMMANDS: [&str; 10] =
    ["start", "resume", "status", "cancel", "retry", "approve", "revise", "help", "doctor", "program"];

/// The words that may follow `program`.
const PROGRAM_COMMANDS: [&str; 4] = ["start", "status", "resume", "cancel"];

fn read_command(arguments: &str, rest: &str) -> Result<Command, CommandError> {
    let mut line = Line::split(arguments)?;
    let Some(word) = line.take_first() else {
        return alone("help", line, rest).map(|()| Command::Help);
    };
    match word.as_str() {
        "start" => {
            let (options, text) = Options::read(line, &Flag::OF_START)?;
            Ok(Command::Start { text: full_text(text, rest), options: options.into_start() })
        }
        "resume" => {
            let (options, text) = Options::read(line, &Flag::OF_RESUME)?;
            Ok(Command::Resume { answer: full_text(text, rest), budget_usd: options.budget_usd })
        }
        "revise" => {
            let (_, text) = Options::read(line, &[])?;
            Ok(Command::Revise { text: full_text(text, rest) })
        }
        "status" => alone("status", line, rest).map(|()| Command::Status),
        "cancel" => alone("cancel", line, rest).map(|()| Command::Cancel),
        "help" => alone("help", line, rest).map(|()| Command::Help),
        "doctor" => alone("doctor", line, rest).map(|()| Command::Doctor),
        "retry" => {
            let phase = line.take_first().map(|word| read_phase(&word)).transpose()?;
            alone("retry", line, rest).map(|()| Command::Retry { phase })
        }
        "approve" => {
            let word = line.take_first().ok_or(CommandError::MissingHash)?;
            let hash = TypedHash::read(&word).ok_or(CommandError::NotAHash)?;
            alone("approve", line, rest).map(|()| Command::Approve { hash })
        }
        "program" => read_program_command(line, rest).map(Command::Program),
        unknown => Err(CommandError::unknown_command(unknown, nearest(unknown, COMMANDS))),
    }
}

fn read_program_command(mut line: Line<'_>, rest: &str) -> Result<ProgramCommand, CommandError> {
    let word = line.take_first().unwrap_or_default();
    match word.as_str() {
        "start" => {
            let (options, text) = Options::read(line, &Flag::OF_PROGRAM_START)?;
            Ok(ProgramCommand::Start { intent: full_text(text, rest), options: options.into_program()? })
        }
        "status" => alone("program status", line, rest).map(|()| ProgramCommand::Status),
        "resume" => {
            let (options, text) = Options::read(line, &Flag::OF_RESUME)?;
            Ok(ProgramCommand::Resume { answer: full_text(text, rest), budget_usd: options.budget_usd })
        }
        "cancel" => alone("program cancel", line, rest).map(|()| ProgramCommand::Cancel),
        unknown => Err(CommandError::unknown_program_command(unknown, nearest(unknown, PROGRAM_COMMANDS))),
    }
}

fn read_phase(word: &str) -> Result<Phase, CommandError> {
    word.parse().map_err(|_| CommandError::UnknownPhase { nearest: nearest(word, Phase::ALL.map(Phase::name)) })
}

/// Checks that nothing follows a command that takes no text.
///
/// Later lines are remarks to other people, unless one of them is a command: then it is not for us to choose.
fn alone(command: &'static str, line: Line<'_>, rest: &str) -> Result<(), CommandError> {
    let (_, text) = Options::read(line, &[])?;
    if !text.is_empty() {
        return Err(CommandError::UnexpectedText { command });
    }
    let is_command = |line: &str| matches!(Head::of(line), Head::Command { .. });
    if rest.split(['\n', '\r']).any(is_command) {
        return Err(CommandError::SecondCommand);
    }
    Ok(())
}

/// Joins what stood on the line of the command with the lines after it.
fn full_text(first: String, rest: &str) -> Option<String> {
    let rest = with_plain_line_ends(rest);
    let rest = rest.trim_end();
    let text = if first.is_empty() {
        // Blank lines go, the indentation of the first line with text stays.
        rest.trim_start_matches('\n').to_owned()
    } else if rest.is_empty() {
        first
    } else {
        format!("{first}\n{rest}")
    };
    (!text.trim().is_empty()).then_some(text)
}

#[cfg(test)]
pub(crate) mod tests;
