//! The environment of an agent: what it needs to work, what its preset and `agent.env` name, and nothing else.
//!
//! Nothing is inherited (SEC-40, SEC-42, SEC-43). What could write to GitHub or steer a job is left out even where it
//! is named.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use pipemason_core::config::AgentVariable;

use crate::driver::Folders;
use crate::presets::Preset;

/// All variables of a process.
pub type Environment = BTreeMap<OsString, OsString>;

/// Variables that say how people here write and count. Proxies and certificates have to be named: they may hold passwords.
const EVERYBODY: [&str; 4] = ["LANG", "LC_ALL", "LC_CTYPE", "TZ"];

/// The git configuration of agents. They write commits; they push and fetch nothing and run no hooks of others.
const GIT_CONFIG: &str = "\
[user]
\tname = Pipemason agent
\temail = agent@pipemason.invalid
[core]
\thooksPath = /dev/null
[credential]
\thelper =
[commit]
\tgpgSign = false
[tag]
\tgpgSign = false
[gc]
\tauto = 0
[init]
\tdefaultBranch = main
[advice]
\tdetachedHead = false
";

/// Name of the git configuration in the agent's temporary folder.
const GIT_CONFIG_NAME: &str = "pipemason.gitconfig";

/// Returns the environment of an agent: chosen from `host`, the environment of this process.
pub fn build(host: &Environment, preset: &Preset, allowed: &[AgentVariable], folders: &Folders) -> Environment {
    let named = preset.pass.iter().map(String::as_str).chain(allowed.iter().map(AgentVariable::as_str));
    let passed = EVERYBODY.into_iter().chain(named).filter(|name| !is_withheld(name));
    let mut environment: Environment = passed
        .filter_map(|name| host.get_key_value(OsStr::new(name)))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for (name, value) in &preset.set {
        environment.insert(name.into(), value.into());
    }
    let path = search_path(host, folders);
    let Folders { tree: _, home, temporary } = folders;
    let ours: [(&str, OsString); 9] = [
        ("PATH", path),
        ("HOME", home.into()),
        ("TMPDIR", temporary.into()),
        ("GIT_CONFIG_GLOBAL", git_config_path(folders).into()),
        ("GIT_CONFIG_NOSYSTEM", "1".into()),
        ("GIT_TERMINAL_PROMPT", "0".into()),
        // Whatever asks a person would wait for ever.
        ("GIT_ASKPASS", "true".into()),
        ("SSH_ASKPASS", "true".into()),
        ("NO_COLOR", "1".into()),
    ];
    environment.extend(ours.into_iter().map(|(name, value)| (name.into(), value)));
    environment
}

/// Returns the folders of programs, without those that are not absolute and those in which an agent can write.
fn search_path(host: &Environment, folders: &Folders) -> OsString {
    let Folders { tree, home: _, temporary } = folders;
    let path = host.get(OsStr::new("PATH")).map_or(OsStr::new("/usr/local/bin:/usr/bin:/bin"), OsString::as_os_str);
    let kept: Vec<PathBuf> = std::env::split_paths(path)
        .filter(|folder| folder.is_absolute() && !folder.starts_with(tree) && !folder.starts_with(temporary))
        .collect();
    std::env::join_paths(kept).unwrap_or_default()
}

/// Writes the git configuration that the environment names.
pub(crate) fn write_git_config(folders: &Folders) -> std::io::Result<()> {
    std::fs::create_dir_all(&folders.temporary)?;
    std::fs::write(git_config_path(folders), GIT_CONFIG)
}

pub(crate) fn git_config_path(folders: &Folders) -> PathBuf {
    folders.temporary.join(GIT_CONFIG_NAME)
}

/// Says whether no agent gets this variable, whoever names it.
fn is_withheld(name: &str) -> bool {
    name.parse::<AgentVariable>().is_err() || name.to_ascii_uppercase().starts_with("GITHUB_")
}

#[cfg(test)]
mod tests;
