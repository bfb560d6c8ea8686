//! What is known about agents. It is data: see `presets/presets.yaml`.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::sync::LazyLock;

use pipemason_core::config::{Auto, Name, Named, Price};
use pipemason_core::money::Usd;
use pipemason_core::run::CostSource;
use pipemason_core::yaml::read_yaml;
use pipemason_process::find_program;
use serde::Deserialize;

use crate::driver::Role;
use crate::environment::Environment;
use crate::usage::UsageKind;

/// What is known about an agent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    pub name: String,
    pub speaks: Speaks,
    /// The program and its arguments; empty where whoever names the agent names them.
    #[serde(default)]
    pub command: Vec<String>,
    /// Variables that are passed on.
    #[serde(default)]
    pub pass: Vec<String>,
    /// Variables of which one shows that somebody pays.
    #[serde(default)]
    pub keys: Vec<String>,
    /// Variables that are set.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
    #[serde(default)]
    pub modes: Modes,
    /// How it is told its model.
    #[serde(default)]
    pub model: ModelBy,
    pub usage: UsageKind,
    /// Whether it says what it costs.
    #[serde(default)]
    pub tells_cost: bool,
    /// How it is told that a key is in the environment.
    pub authenticate: Option<String>,
    /// The oldest version that is known to work.
    pub min_version: Option<String>,
    /// What to do where it does not know who pays.
    pub login: String,
    /// What its models cost.
    #[serde(default)]
    prices: Vec<ModelPrice>,
}

/// The language of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaks {
    Acp,
    /// It reads a prompt, works, and ends.
    Command,
}

/// The modes of an agent, best first; the first that it offers is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Modes {
    #[serde(default)]
    worker: Vec<String>,
    #[serde(default)]
    reviewer: Vec<String>,
}

impl Modes {
    /// Returns the modes for a role.
    pub fn of(&self, role: Role) -> &[String] {
        match role {
            Role::Worker => &self.worker,
            Role::Reviewer => &self.reviewer,
        }
    }
}

/// How an agent is told its model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelBy {
    /// It is not.
    #[default]
    Nothing,
    /// By a variable.
    Variable(String),
    /// By an argument, which the name of the model follows.
    Argument(String),
    /// By an option of the conversation.
    Option(String),
}

/// What the models cost whose names begin like this, for a million tokens.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelPrice {
    /// Empty for all the others: then an upper bound.
    #[serde(default)]
    model: String,
    input: Usd,
    output: Usd,
    cached_input: Option<Usd>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    presets: Vec<Preset>,
}

#[expect(clippy::expect_used, reason = "the file is part of the program, and a test reads it")]
static PRESETS: LazyLock<Vec<Preset>> =
    LazyLock::new(|| read_yaml::<File>(include_str!("presets/presets.yaml")).expect("the presets are right").presets);

/// Returns all presets, best first.
pub fn all() -> &'static [Preset] {
    &PRESETS
}

/// An agent that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub preset: &'static Preset,
    /// The absolute path of the program, found before any agent ran (SEC-43).
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
}

/// Why no agent was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChooseError {
    #[error("no agent is known as `{name}`; known are {known}, and `script:FILE`, `custom:PROGRAM`, `command:PROGRAM`")]
    Unknown { name: String, known: String },
    #[error("`{name}` needs the program `{program}`, which is not in PATH; {login}")]
    NotInstalled { name: String, program: String, login: String },
    #[error("`{name}` needs more than that, like `{name}:{example}`")]
    Incomplete { name: String, example: String },
    #[error("no agent was found: none of {looked_for} is in PATH together with a variable that pays for it")]
    None { looked_for: String },
}

/// Finds the agent called `wanted`, or the first that is installed and paid for, in the environment `host`.
///
/// `script:FILE`, `custom:PROGRAM ARGUMENT…` and `command:PROGRAM ARGUMENT…` name what is not known here.
pub fn choose(wanted: &Auto<Name>, host: &Environment) -> Result<Chosen, ChooseError> {
    match wanted {
        Auto::Auto => first(host),
        Auto::Given(name) => named(name.as_str(), host),
    }
}

/// Finds the agent that is called `name`, as in [`choose`].
pub fn named(name: &str, host: &Environment) -> Result<Chosen, ChooseError> {
    let (name, rest) = name.split_once(':').map_or((name, ""), |(name, rest)| (name, rest.trim()));
    let preset = all().iter().find(|preset| preset.name == name).ok_or_else(|| ChooseError::Unknown {
        name: name.to_owned(),
        known: all().iter().map(|preset| format!("`{}`", preset.name)).collect::<Vec<_>>().join(", "),
    })?;
    let incomplete = |example: &str| ChooseError::Incomplete { name: name.to_owned(), example: example.to_owned() };
    let mut words: Vec<OsString> = preset.command.iter().map(OsString::from).collect();
    match name {
        // A path may hold anything, blanks too.
        "script" if rest.is_empty() => return Err(incomplete("demo.yml")),
        "script" => words.push(rest.into()),
        _ => words.extend(rest.split_whitespace().map(OsString::from)),
    }
    let mut words = words.into_iter();
    let program = words.next().ok_or_else(|| incomplete("my-agent --flag"))?;
    find(preset, &program, words.collect(), host)
}

fn first(host: &Environment) -> Result<Chosen, ChooseError> {
    let candidates = || all().iter().filter(|preset| !preset.keys.is_empty());
    let is_paid =
        |preset: &&Preset| preset.keys.iter().any(|key| host.get(OsStr::new(key)).is_some_and(|key| !key.is_empty()));
    candidates().filter(is_paid).find_map(|preset| named(&preset.name, host).ok()).ok_or_else(|| ChooseError::None {
        looked_for: candidates().map(|preset| format!("`{}`", preset.name)).collect::<Vec<_>>().join(", "),
    })
}

fn find(
    preset: &'static Preset,
    program: &OsStr,
    arguments: Vec<OsString>,
    host: &Environment,
) -> Result<Chosen, ChooseError> {
    let search_path = host.get(OsStr::new("PATH")).map_or(OsStr::new(""), OsString::as_os_str);
    let program = program.to_string_lossy().into_owned();
    match find_program(&program, search_path) {
        Some(program) => Ok(Chosen { preset, program, arguments }),
        None => Err(ChooseError::NotInstalled { name: preset.name.clone(), program, login: preset.login.clone() }),
    }
}

impl Chosen {
    /// Returns how well the cost of the agent will be known, before it has said anything.
    pub fn cost_source(&self, price: Option<&Price>) -> CostSource {
        let Preset { speaks, usage, tells_cost, .. } = self.preset;
        match (usage, tells_cost) {
            _ if *speaks == Speaks::Command => CostSource::Unknown,
            (UsageKind::Turn | UsageKind::GeminiMeta | UsageKind::SessionTotal, true) => CostSource::Reported,
            (UsageKind::LastStep, true) => CostSource::Estimated,
            _ if price.is_some() => CostSource::Estimated,
            _ => CostSource::Unknown,
        }
    }

    /// Returns what `model` costs: as `pricing` says, else the entry of the preset with the longest name that fits.
    pub fn price(&self, model: Option<&str>, pricing: &Named<Name, Price>) -> Option<Price> {
        let model = model.unwrap_or_default();
        if let Some((_, price)) = pricing.iter().find(|(name, _)| name.as_str() == model) {
            return Some(price.clone());
        }
        let fitting = self.preset.prices.iter().filter(|price| model.starts_with(&price.model));
        fitting.max_by_key(|price| price.model.len()).map(|price| {
            let ModelPrice { model: _, input, output, cached_input } = price;
            Price { input: *input, output: *output, cached_input: *cached_input }
        })
    }
}

#[cfg(test)]
mod tests;
