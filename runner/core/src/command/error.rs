//! What can be wrong with a command, each with a code for machines and a sentence for people.
//!
//! The sentences are posted as they are. Whatever somebody typed appears in them only as [`TypedFlag`] or
//! [`TypedWord`], which hold nothing that Markdown or GitHub would act on.

use super::COMMAND_WORD;
use super::options::EXPECTED_MODE;

/// What is wrong with a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandError {
    /// Nearly the command word: another case, or something other than a space after it.
    Misspelled,
    UnknownCommand {
        word: TypedWord,
        nearest: Option<&'static str>,
    },
    UnknownProgramCommand {
        word: TypedWord,
        nearest: Option<&'static str>,
    },
    UnknownPhase {
        nearest: Option<&'static str>,
    },
    UnknownFlag {
        flag: TypedFlag,
        nearest: Option<&'static str>,
    },
    /// A flag that exists, but not for comments.
    CommandLineOnly {
        flag: &'static str,
    },
    RepeatedFlag {
        flag: &'static str,
    },
    MissingValue {
        flag: &'static str,
    },
    BadValue {
        flag: &'static str,
        expected: &'static str,
    },
    MissingMode,
    MissingHash,
    NotAHash,
    UnclosedQuote {
        quote: char,
    },
    UnexpectedText {
        command: &'static str,
    },
    /// A later line is a command too.
    SecondCommand,
}

/// Longest piece of what somebody typed that we repeat.
const MAX_SHOWN_BYTES: usize = 40;

/// A word that somebody typed, fit to be shown: letters, digits and dashes, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedWord(String);

impl TypedWord {
    fn of(word: &str) -> Self {
        let is_plain = word.len() <= MAX_SHOWN_BYTES
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        Self(if is_plain { word.to_owned() } else { String::new() })
    }
}

/// A flag that somebody typed, fit to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedFlag(TypedWord);

impl TypedFlag {
    pub(super) fn of(flag: &str) -> Self {
        Self(TypedWord::of(flag))
    }

    fn shown(&self) -> String {
        let Self(TypedWord(flag)) = self;
        if flag.is_empty() { "one of the flags".to_owned() } else { format!("`{flag}`") }
    }
}

impl CommandError {
    pub(super) fn unknown_command(word: &str, nearest: Option<&'static str>) -> Self {
        Self::UnknownCommand { word: TypedWord::of(word), nearest }
    }

    pub(super) fn unknown_program_command(word: &str, nearest: Option<&'static str>) -> Self {
        Self::UnknownProgramCommand { word: TypedWord::of(word), nearest }
    }

    /// Returns the name of the error that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Misspelled => "command_misspelled",
            Self::UnknownCommand { .. } => "unknown_command",
            Self::UnknownProgramCommand { .. } => "unknown_program_command",
            Self::UnknownPhase { .. } => "unknown_phase",
            Self::UnknownFlag { .. } => "unknown_flag",
            Self::CommandLineOnly { .. } => "flag_not_from_comments",
            Self::RepeatedFlag { .. } => "repeated_flag",
            Self::MissingValue { .. } => "missing_value",
            Self::BadValue { .. } => "bad_value",
            Self::MissingMode => "missing_mode",
            Self::MissingHash => "missing_hash",
            Self::NotAHash => "not_a_hash",
            Self::UnclosedQuote { .. } => "unclosed_quote",
            Self::UnexpectedText { .. } => "unexpected_text",
            Self::SecondCommand => "second_command",
        }
    }

    /// Returns what is wrong and what to do next.
    pub fn sentence(&self) -> String {
        match self {
            Self::Misspelled => {
                format!("A command starts with exactly `{COMMAND_WORD}` and a space; write it so in a new comment.")
            }
            Self::UnknownCommand { word, nearest } => unknown("", word, *nearest),
            Self::UnknownProgramCommand { word, nearest } => unknown("program ", word, *nearest),
            Self::UnknownPhase { nearest: Some(phase) } => {
                format!("There is no such phase; write `{COMMAND_WORD} retry {phase}` if you meant that one.")
            }
            Self::UnknownPhase { nearest: None } => {
                format!("There is no such phase; write `{COMMAND_WORD} retry` to go on where the run stopped.")
            }
            Self::UnknownFlag { flag, nearest } => {
                let flag = flag.shown();
                let meant = nearest.map(|known| format!("write `{known}` if you meant that, or ")).unwrap_or_default();
                format!("This command does not know {flag}; {meant}put text that looks like a flag in quotes or on the next line.")
            }
            Self::CommandLineOnly { flag } => {
                format!("`{flag}` is not accepted from comments; use it on the command line, or leave it out.")
            }
            Self::RepeatedFlag { flag } => format!("`{flag}` is given twice; write it once in a new comment."),
            Self::MissingValue { flag } => format!("`{flag}` needs a value; write it after the flag in a new comment."),
            Self::BadValue { flag, expected } => {
                format!("`{flag}` takes {expected}; correct it in a new comment.")
            }
            Self::MissingMode => format!("A program needs a mode; add `--mode` with {EXPECTED_MODE}."),
            Self::MissingHash => {
                format!("An approval names what it approves; copy the `{COMMAND_WORD} approve` line from the question.")
            }
            Self::NotAHash => format!(
                "An approval takes 12 to 64 hexadecimal digits; copy the `{COMMAND_WORD} approve` line from the question."
            ),
            Self::UnclosedQuote { quote: '"' } => {
                "A double quote is opened and never closed on the line of the command; close it, or put the text on the next line.".to_owned()
            }
            Self::UnclosedQuote { .. } => {
                "A single quote is opened and never closed on the line of the command; close it, or put the text on the next line.".to_owned()
            }
            Self::UnexpectedText { command } => {
                format!("`{COMMAND_WORD} {command}` stands alone on its line; put remarks on the next lines of a new comment.")
            }
            Self::SecondCommand => "One comment gives one command; write the second one in a comment of its own.".to_owned(),
        }
    }
}

fn unknown(group: &str, TypedWord(word): &TypedWord, nearest: Option<&'static str>) -> String {
    let typed = if word.is_empty() { "that command".to_owned() } else { format!("`{group}{word}`") };
    let meant = nearest
        .map(|known| format!("write `{COMMAND_WORD} {group}{known}` if you meant that, or "))
        .unwrap_or_default();
    format!("I do not know {typed}; {meant}see `{COMMAND_WORD} help`.")
}
