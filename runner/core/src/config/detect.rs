//! The commands of a repository, recognized by its files.
//!
//! One build decides: the first of Cargo, npm/pnpm/yarn, Go, Python, Maven and Gradle that is there. Its own commands
//! are preferred to those of Make, just and mise, which fill in what it leaves open, because the output of
//! the former can be read test by test. Nothing is run and nothing is read here; a file that cannot be
//! understood is a note, never an error.

use std::collections::{BTreeMap, BTreeSet};

use super::sections::{Commands, Setup};
use crate::glob::Glob;

mod javascript;
mod other_builds;
mod python;
mod tasks;

/// What is known about the files of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileFacts {
    /// The names of the files in the root folder.
    pub names: BTreeSet<String>,
    /// The texts of those that describe the build; see [`FileFacts::WANTED_TEXTS`].
    pub texts: BTreeMap<String, String>,
}

impl FileFacts {
    /// The files of the root folder whose text tells something.
    pub const WANTED_TEXTS: [&'static str; 16] = [
        "package.json",
        "pyproject.toml",
        "setup.cfg",
        "tox.ini",
        "requirements.txt",
        "requirements-dev.txt",
        "Makefile",
        "makefile",
        "GNUmakefile",
        "justfile",
        "Justfile",
        ".justfile",
        "mise.toml",
        ".mise.toml",
        "build.gradle",
        "build.gradle.kts",
    ];

    fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    fn first_of<'n>(&self, names: &[&'n str]) -> Option<&'n str> {
        names.iter().copied().find(|name| self.has(name))
    }

    fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }
}

/// What a command is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommandKind {
    Setup,
    Test,
    Lint,
    Typecheck,
    Build,
    Coverage,
    E2e,
}

impl CommandKind {
    /// Returns the key of the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Test => "test",
            Self::Lint => "lint",
            Self::Typecheck => "typecheck",
            Self::Build => "build",
            Self::Coverage => "coverage",
            Self::E2e => "e2e",
        }
    }
}

/// A command that was recognized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DetectedCommand {
    pub kind: CommandKind,
    pub line: String,
    /// The file that it follows from.
    pub from: String,
}

/// Everything that was recognized.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DetectedCommands {
    /// At most one of each kind, in the order of the kinds.
    pub commands: Vec<DetectedCommand>,
    /// The files that make the set-up run again when they change.
    pub setup_inputs: Vec<String>,
    /// Patterns of the test files.
    pub test_paths: Vec<String>,
    /// What a person should know, in whole sentences.
    pub notes: Vec<String>,
}

impl DetectedCommands {
    fn add(&mut self, kind: CommandKind, line: impl Into<String>, from: &str) {
        if self.get(kind).is_none() {
            let (line, from) = (line.into(), from.to_owned());
            self.commands.push(DetectedCommand { kind, line, from });
        }
    }

    /// Returns the command of a kind.
    pub fn get(&self, kind: CommandKind) -> Option<&DetectedCommand> {
        self.commands.iter().find(|command| command.kind == kind)
    }

    /// Returns the commands as the configuration would have them.
    pub fn to_commands(&self) -> Commands {
        let line = |kind| self.get(kind).map(|command| command.line.clone());
        let inputs = self.setup_inputs.iter().filter_map(|input| Glob::parse(input).ok());
        Commands {
            setup: line(CommandKind::Setup).map(|run| Setup { run, env: Vec::new(), inputs: inputs.collect() }),
            test: line(CommandKind::Test),
            lint: line(CommandKind::Lint),
            typecheck: line(CommandKind::Typecheck),
            build: line(CommandKind::Build),
            coverage: line(CommandKind::Coverage),
            run: None,
            health: None,
            e2e: line(CommandKind::E2e),
        }
    }
}

/// Recognizes the commands of one kind of build.
type Detect = fn(&FileFacts, &mut DetectedCommands);

/// Recognizes the commands of a repository.
pub fn detect_commands(files: &FileFacts) -> DetectedCommands {
    const BUILDS: [(&[&str], Detect); 6] = [
        (&["Cargo.toml"], other_builds::cargo),
        (&["package.json"], javascript::detect),
        (&["go.mod"], other_builds::go),
        (python::MARKERS, python::detect),
        (&["pom.xml"], other_builds::maven),
        (other_builds::GRADLE_MARKERS, other_builds::gradle),
    ];
    let mut found = DetectedCommands::default();
    let mut present =
        BUILDS.iter().filter_map(|(markers, detect)| files.first_of(markers).map(|marker| (marker, detect)));
    if let Some((chosen, detect)) = present.next() {
        detect(files, &mut found);
        for (other, _) in present {
            let note = format!(
                "`{chosen}` decides; `{other}` is there too, and its commands can be named in the configuration"
            );
            found.notes.push(note);
        }
    }
    tasks::detect(files, &mut found);
    found.commands.sort_by_key(|command| command.kind);
    found
}

#[cfg(test)]
mod tests;
