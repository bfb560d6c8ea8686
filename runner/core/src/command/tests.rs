//! Tests of the command grammar.

use super::*;

mod grammar;
mod markdown;
mod refusals;

pub(crate) use refusals::every_command_error;

/// Returns the command of `comment`, which must have one.
fn command(comment: &str) -> Command {
    parse(comment).unwrap_or_else(|| panic!("no command in {comment:?}")).unwrap()
}

/// Returns what is wrong with the command of `comment`.
fn error(comment: &str) -> CommandError {
    parse(comment).unwrap_or_else(|| panic!("no command in {comment:?}")).unwrap_err()
}

fn start(text: &str, options: StartOptions) -> Command {
    Command::Start { text: (!text.is_empty()).then(|| text.to_owned()), options }
}
