//! What the surroundings of the process say, read once.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use pipemason_core::config::{EnvironmentError, Overrides};

/// Another place for the trees of runs than the user's cache folder.
pub const TREES: &str = "PIPEMASON_TREES";
/// Any value but an empty one switches colors off; see <https://no-color.org>.
pub const NO_COLOR: &str = "NO_COLOR";
/// The home of the user.
pub const HOME: &str = "HOME";
/// The cache folder of the user, if it is not `.cache` in the home.
pub const CACHE: &str = "XDG_CACHE_HOME";

/// The surroundings of the process.
#[derive(Clone)]
pub struct Settings {
    /// What variables say about the configuration.
    pub overrides: Overrides,
    /// Where trees of runs are made.
    pub trees: PathBuf,
    pub colors: Colors,
    /// Everything, for those who look for programs and keys.
    pub environment: BTreeMap<OsString, OsString>,
}

/// Whether to use colors where they can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colors {
    Wanted,
    Unwanted,
}

/// Why the surroundings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Variables(Vec<EnvironmentError>),
    #[error("neither {HOME} nor {TREES} is set, so there is no place for the trees of runs")]
    NoHome,
}

impl Settings {
    /// Reads the environment of this process.
    pub fn read() -> Result<Self, SettingsError> {
        Self::from_environment(env::vars_os().collect())
    }

    /// Reads an environment.
    pub fn from_environment(environment: BTreeMap<OsString, OsString>) -> Result<Self, SettingsError> {
        let text = |name: &str| environment.get(&OsString::from(name)).filter(|value| !value.is_empty());
        let pairs: Vec<(&str, &str)> =
            environment.iter().filter_map(|(name, value)| Some((name.to_str()?, value.to_str()?))).collect();
        let overrides = Overrides::from_environment(pairs).map_err(SettingsError::Variables)?;
        let cache = text(CACHE).map(PathBuf::from).or_else(|| Some(PathBuf::from(text(HOME)?).join(".cache")));
        let trees = text(TREES).map(PathBuf::from).or_else(|| Some(cache?.join("pipemason")));
        let colors = if text(NO_COLOR).is_some() { Colors::Unwanted } else { Colors::Wanted };
        Ok(Self { overrides, trees: trees.ok_or(SettingsError::NoHome)?, colors, environment })
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { overrides, trees, colors, environment } = self;
        formatter
            .debug_struct("Settings")
            .field("overrides", overrides)
            .field("trees", trees)
            .field("colors", colors)
            .field("variables", &environment.keys().collect::<Vec<_>>())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::from_environment(pairs.iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    #[test]
    fn trees_are_in_the_cache_of_the_user_unless_another_place_is_named() {
        let trees = |pairs: &[(&str, &str)]| read(pairs).unwrap().trees;
        assert_eq!(trees(&[(HOME, "/h/me")]), PathBuf::from("/h/me/.cache/pipemason"));
        assert_eq!(trees(&[(HOME, "/h/me"), (CACHE, "/cache")]), PathBuf::from("/cache/pipemason"));
        assert_eq!(trees(&[(HOME, "/h/me"), (TREES, "/trees")]), PathBuf::from("/trees"));
        assert_eq!(trees(&[(HOME, "/h/me"), (TREES, "")]), PathBuf::from("/h/me/.cache/pipemason"));
        assert_eq!(read(&[]).unwrap_err(), SettingsError::NoHome);
    }

    #[test]
    fn a_wrong_variable_is_named_and_values_are_not_shown() {
        let error = read(&[(HOME, "/h/me"), ("PIPEMASON_MAX_USD_PER_RUN", "many")]).unwrap_err();
        assert!(error.to_string().contains("PIPEMASON_MAX_USD_PER_RUN"), "{error}");
        let shown = format!("{:?}", read(&[(HOME, "/h/me"), ("KEY", "secret")]).unwrap());
        assert!(shown.contains("KEY") && !shown.contains("secret"), "{shown}");
    }
}
