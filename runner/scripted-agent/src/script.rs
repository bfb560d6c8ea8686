//! The format of a script, read strictly: what is not known here is an error with line and column.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

mod load;
mod words;

pub(crate) use load::load;
#[cfg(test)]
pub(crate) use load::parse;
pub(crate) use words::{OneOf, Output, Pattern, Reported};

/// A script: what to do for which prompt.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Script {
    pub(crate) version: u32,
    #[serde(default)]
    pub(crate) defaults: Defaults,
    #[serde(default)]
    pub(crate) on_unmatched: OnUnmatched,
    /// Scripts whose turns follow the ones here; paths are relative to this script.
    #[serde(default)]
    pub(crate) include: Vec<PathBuf>,
    #[serde(default)]
    pub(crate) turns: Vec<Turn>,
}

/// What holds where a turn says nothing else.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Defaults {
    /// Time between two pieces of what is said.
    #[serde(default)]
    pub(crate) chunk_ms: u64,
    #[serde(default)]
    pub(crate) usage: Reported,
}

/// What happens to a prompt that no turn is meant for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OnUnmatched {
    #[default]
    Error,
    EndTurn,
}

/// One turn: for which prompt, and what is done.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Turn {
    #[serde(default)]
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) when: When,
    /// How many prompts it answers; 0 is any number.
    #[serde(default = "once")]
    pub(crate) times: u32,
    #[serde(default, rename = "do")]
    pub(crate) steps: Vec<Step>,
    /// Claims to have done everything, and does nothing.
    #[serde(default)]
    pub(crate) lie: bool,
    /// What is written to `.pipeline/out/`.
    #[serde(default)]
    pub(crate) out: Output,
    /// What the turn says that it used; the default of the script where it is left out.
    #[serde(default)]
    pub(crate) usage: Option<Reported>,
    #[serde(default)]
    pub(crate) stop: Stop,
    /// The folder of the script that the turn is from.
    #[serde(skip)]
    pub(crate) folder: PathBuf,
}

fn once() -> u32 {
    1
}

/// For which prompts a turn is meant; everything that is named has to agree.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct When {
    pub(crate) run: Option<OneOf>,
    pub(crate) story: Option<OneOf>,
    pub(crate) phase: Option<OneOf>,
    pub(crate) attempt: Option<OneOf>,
    pub(crate) iteration: Option<OneOf>,
    pub(crate) role: Option<OneOf>,
    pub(crate) domain: Option<OneOf>,
    pub(crate) brief: Option<OneOf>,
    /// How many times the engine has asked for a better report in this turn.
    pub(crate) repair: Option<OneOf>,
    /// The mode that the client chose.
    pub(crate) mode: Option<OneOf>,
    /// Matched against the words of the prompt.
    pub(crate) prompt: Option<Pattern>,
}

/// One thing that is done.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    Say(String),
    Think(String),
    Plan(Vec<String>),
    Require(Require),
    Write(Write),
    Replace(Replace),
    Delete(PathBuf),
    FilesFrom(PathBuf),
    Run(Run),
    Commit(Commit),
    AskPermission(AskPermission),
    /// Milliseconds.
    Sleep(u64),
    Usage(Amounts),
    Emit(Value),
    BadFrame(BadFrame),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Require {
    pub(crate) path: PathBuf,
    #[serde(default)]
    pub(crate) contains: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Write {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) executable: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Replace {
    pub(crate) path: PathBuf,
    pub(crate) find: String,
    pub(crate) with: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Run {
    pub(crate) cmd: String,
    /// The exit status that is expected; any where it is left out.
    pub(crate) expect: Option<i32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Commit {
    pub(crate) message: String,
    /// What is committed; everything where it is left out.
    #[serde(default)]
    pub(crate) paths: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskPermission {
    pub(crate) title: String,
    #[serde(default = "execute")]
    pub(crate) kind: String,
    pub(crate) path: Option<PathBuf>,
    /// The kinds of answers that are offered.
    #[serde(default = "once_or_not")]
    pub(crate) options: Vec<String>,
}

fn execute() -> String {
    "execute".to_owned()
}

fn once_or_not() -> Vec<String> {
    ["allow_once", "reject_once"].map(str::to_owned).into()
}

/// What a turn says that it used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Amounts {
    /// Tokens read, without those from the cache.
    #[serde(default)]
    pub(crate) input: u64,
    #[serde(default)]
    pub(crate) output: u64,
    #[serde(default)]
    pub(crate) cached: u64,
    /// Dollars.
    #[serde(default)]
    pub(crate) cost: f64,
}

/// How a turn ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stop {
    #[default]
    EndTurn,
    MaxTokens,
    MaxTurnRequests,
    Refusal,
    /// Answers nothing, not even to a cancel.
    Hang,
    /// Answers with an error of these words.
    Error(String),
    /// Ends the whole agent with this status, without an answer.
    Crash(i32),
    /// Gives this as the reason, whether the protocol knows it or not.
    Unknown(String),
}

/// Something that the protocol does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BadFrame {
    /// Words that are no JSON.
    Noise,
    /// Bytes that are no text.
    NotUtf8,
    /// An update without what belongs to it.
    MalformedUpdate,
    /// An update of a kind that nobody knows.
    UnknownUpdate,
    /// A tool call whose kind nobody knows.
    UnknownEnum,
    /// A request that nobody knows.
    UnknownRequest,
    /// A request for a file.
    FileRequest,
    /// A request for a terminal.
    TerminalRequest,
    /// An answer to a question that nobody asked.
    StrayAnswer,
    /// Several messages in one.
    Batch,
    /// A line of 20 MB.
    HugeLine,
    /// A request that permits nothing and refuses nothing.
    NoOptions,
}
