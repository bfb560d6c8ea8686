//! `.pipeline/config.yml`: what a repository wants, read strictly and explained well.
//!
//! One look finds everything that is wrong: each wrong value is an error with its place, each unknown key
//! a warning with the nearest known one, and the keys of the original product that mean nothing here
//! are named once. A configuration that was read cannot be wrong.
//!
//! Reading files and the environment is not here, nor what follows from a setting; from the limits and
//! wishes that the machines need, [`Config::policy`] makes a [`crate::policy::Policy`].

mod detect;
mod original;
mod overrides;
mod problem;
mod reference;
mod resolve;
mod sections;
mod setting;
mod tree;
mod values;

pub use detect::{CommandKind, DetectedCommand, DetectedCommands, FileFacts, detect_commands};
pub use original::Notice;
pub use overrides::{EnvironmentError, Overrides, VARIABLES, Variable};
pub use problem::{CONFIG_PATH, Gravity, Problem};
pub use reference::reference_page;
pub use sections::*;
pub use values::{
    AgentVariable, Auto, Count, HealthUrl, Limit, Name, Named, Percent, RepoPath, ServiceName, TextError, Tokens,
    VariableName,
};

use setting::{Reader, Setting as _};
use tree::FIRST_PLACE;

/// Largest configuration that is read: a thousand lines, where a hundred are many.
pub const MAX_CONFIG_BYTES: usize = 64 * 1024;

/// A configuration, and what should be said about it once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    pub config: Config,
    /// Unknown keys.
    pub warnings: Vec<Problem>,
    /// Keys of the original product that are not used.
    pub notices: Vec<Notice>,
}

/// Why a configuration cannot be used: everything that is wrong with it, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .errors.iter().chain(.warnings).map(ToString::to_string).collect::<Vec<_>>().join("\n\n"))]
pub struct ConfigError {
    /// At least one.
    pub errors: Vec<Problem>,
    /// Unknown keys, which often are where a missing one went.
    pub warnings: Vec<Problem>,
}

/// Reads the text of a configuration; an empty one has all the defaults.
pub fn read_config(text: &str) -> Result<Loaded, ConfigError> {
    // Editors add the mark; it is not a part of the first line.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::new(text);
    if text.len() > MAX_CONFIG_BYTES {
        let message = format!("the file has {} bytes; at most {MAX_CONFIG_BYTES} are read", text.len());
        reader.error(FIRST_PLACE, "", message, None);
        return Err(failed(reader));
    }
    let (mut root, faults) = match tree::parse(text) {
        Ok(parsed) => parsed,
        Err(fault) => {
            reader.error(fault.place, "", fault.message, None);
            return Err(failed(reader));
        }
    };
    for fault in faults {
        reader.error(fault.place, "", fault.message, None);
    }
    let notices = original::translate(&mut root, &mut reader);
    let config = if root.is_null() { Some(Config::default()) } else { Config::read(&mut reader, "", &root) };
    match config {
        Some(config) if !reader.has_errors() => {
            let (_, warnings) = reader.finish();
            Ok(Loaded { config, warnings, notices })
        }
        _ => Err(failed(reader)),
    }
}

/// Gives up, with what the reader has found.
fn failed(reader: Reader<'_>) -> ConfigError {
    let (errors, warnings) = reader.finish();
    // In a file of another version nothing else can be judged.
    match errors.iter().find(|error| error.key == "version") {
        Some(version) => ConfigError { errors: vec![version.clone()], warnings: Vec::new() },
        None => ConfigError { errors, warnings },
    }
}

#[cfg(test)]
mod tests;
