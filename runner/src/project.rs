//! What a repository says of itself at one commit: its configuration, its commands, its units.

use std::collections::BTreeSet;

use pipemason_core::config::{
    CONFIG_PATH, CommandKind, Commands, Config, ConfigError, DetectedCommands, FileFacts, Loaded, Overrides,
    detect_commands, read_config,
};
use pipemason_core::domain::Unit;
use pipemason_core::hash::{CommitSha, ContentHash};
use pipemason_core::paths::{PathRules, TestPaths};
use pipemason_core::policy::Policy;
use pipemason_gates::{GateCommand, Origin};
use pipemason_git::{GitError, Store};

/// A repository at one commit.
#[derive(Clone, Debug)]
pub struct Project {
    pub config: Config,
    pub detected: Option<DetectedCommands>,
    pub policy: Policy,
    pub test_paths: TestPaths,
    pub path_rules: PathRules,
    /// Names the configuration together with what environment and flags say.
    pub hash: ContentHash,
    /// What people should hear once, in whole sentences.
    pub notes: Vec<String>,
}

/// Why a repository cannot be worked with.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    #[error("`{CONFIG_PATH}` on the base branch is wrong, so nothing was started:\n\n{0}")]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Git(#[from] GitError),
}

impl Project {
    /// Reads a repository at `commit`.
    pub fn read(store: &Store, commit: CommitSha, overrides: &Overrides) -> Result<Self, ProjectError> {
        let tree = store.tree_of(commit)?;
        let text = |path: &str| -> Result<Option<String>, GitError> {
            Ok(store.file(tree, path)?.map(|file| String::from_utf8_lossy(&file.bytes).into_owned()))
        };
        let file = text(CONFIG_PATH)?.unwrap_or_default();
        let Loaded { config, warnings, notices } = read_config(&file)?;
        let config = config.overridden(overrides.clone());
        let mut facts = FileFacts::default();
        for (path, _) in store.files(tree, "")? {
            if !path.contains('/') {
                facts.names.insert(path);
            }
        }
        for name in FileFacts::WANTED_TEXTS {
            if let Some(text) = text(name)? {
                facts.texts.insert(name.to_owned(), text);
            }
        }
        let detected = detect_commands(&facts);
        let notes = warnings.iter().map(ToString::to_string);
        let notes = notes.chain(notices.iter().map(ToString::to_string)).chain(detected.notes.iter().cloned());
        let notes = notes.collect();
        let detected = (!detected.commands.is_empty()).then_some(detected);
        let policy = config.policy(detected.as_ref());
        let hash = ContentHash::of_parts([file.as_bytes(), policy.hash().as_bytes().as_slice()]);
        Ok(Self {
            test_paths: config.test_paths(detected.as_ref()),
            path_rules: PathRules::with_protected(&config.security.protected_paths),
            policy,
            hash,
            notes,
            config,
            detected,
        })
    }

    /// Returns the units in the order in which they are worked on.
    pub fn units(&self) -> &[Unit] {
        &self.policy.units
    }

    /// Returns the commands of a unit.
    pub fn commands_of(&self, unit: &Unit) -> Commands {
        self.config.commands_of(unit, self.detected.as_ref()).unwrap_or_default()
    }

    /// Says who wants the commands of a unit.
    pub fn origin_of(&self, unit: &Unit) -> Origin {
        let is_written = unit.service().is_some() || self.config.commands.get(&unit.domain()).is_some();
        if is_written { Origin::Configured } else { Origin::Detected }
    }

    /// Returns a command as the gates want it.
    pub fn gate_command<'c>(&self, unit: &Unit, line: Option<&'c String>) -> Option<GateCommand<'c>> {
        line.map(|line| GateCommand { line, origin: self.origin_of(unit) })
    }

    /// Says what was recognized, for people to check.
    pub fn shown_commands(&self) -> Vec<String> {
        let detected = self.detected.iter().flat_map(|detected| &detected.commands);
        let shown = |kind: CommandKind, line: &str, from: &str| format!("{}: {line}  (from {from})", kind.name());
        let mut seen = BTreeSet::new();
        let lines = detected.map(|command| shown(command.kind, &command.line, &command.from));
        lines.filter(|line| seen.insert(line.clone())).collect()
    }
}
