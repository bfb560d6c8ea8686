//! What every agent can be asked for, whatever it speaks.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pipemason_core::config::Price;
use pipemason_core::domain::Unit;
use pipemason_core::id::RunId;
use pipemason_core::money::Usd;
use pipemason_core::phase::Phase;
use pipemason_core::run::{Brief, CostSource, Turn, Usage};
use pipemason_process::Patience;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::acp::AcpDriver;
use crate::command::CommandDriver;
use crate::error::AgentError;
use crate::log::FrameLog;
use crate::permission::{ToolKind, Verdict};
use crate::presets::{Chosen, Speaks};

/// So much is read of an agent in one turn. A long day of a talkative one is a tenth of it.
pub(crate) const MAX_TURN_BYTES: u64 = 256 * 1024 * 1024;

/// Something that will be there later.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// An agent in one tree.
///
/// It is started with its first turn and again after one that ended it. Dropping it kills the agent, but does not wait
/// for what it started: see [`Driver::close`].
pub trait Driver: Send {
    /// Takes one turn. However it ends, what it used is said.
    ///
    /// Cancel `stop` to end it in order; dropping the future leaves the agent without anybody who answers it.
    fn turn<'a>(&'a mut self, request: &'a TurnRequest<'a>, stop: &'a CancellationToken) -> Pending<'a, TurnEnd>;

    /// Says whether it remembers what was said before, where that is wanted.
    fn remembers(&self) -> bool;

    /// Ends the agent and everything that it started.
    fn close(self: Box<Self>) -> Pending<'static, ()>;
}

/// Makes a driver; nothing is started yet.
pub fn open(launch: Launch) -> Box<dyn Driver> {
    match launch.chosen.preset.speaks {
        Speaks::Acp => Box::new(AcpDriver::new(launch)),
        Speaks::Command => Box::new(CommandDriver::new(launch)),
    }
}

/// How an agent is started. `Debug` shows no value of a variable.
#[derive(Clone)]
pub struct Launch {
    pub chosen: Chosen,
    pub role: Role,
    /// The model, in the words of the agent.
    pub model: Option<String>,
    /// What the model costs; see [`Chosen::price`].
    pub price: Option<Price>,
    pub folders: Folders,
    /// The whole environment; see [`crate::environment::build`].
    pub environment: BTreeMap<OsString, OsString>,
    pub times: Times,
    pub listener: Listener,
    /// Where what is said between engine and agent is written down.
    pub log: Arc<Mutex<FrameLog>>,
}

impl fmt::Debug for Launch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { chosen, role, model, price, folders, environment, times, listener: _, log: _ } = self;
        formatter
            .debug_struct("Launch")
            .field("chosen", chosen)
            .field("role", role)
            .field("model", model)
            .field("price", price)
            .field("folders", folders)
            .field("variables", &environment.keys().collect::<Vec<_>>())
            .field("times", times)
            .finish_non_exhaustive()
    }
}

/// The folders of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// What it works on.
    pub tree: PathBuf,
    pub home: PathBuf,
    /// For its temporary files and for what the engine hands over; nobody else's.
    pub temporary: PathBuf,
}

/// Hears what an agent does, for people who watch. It is called in the middle of the conversation, so it must not wait;
/// what it is told is neither cleaned nor free of secrets.
pub type Listener = Arc<dyn Fn(AgentEvent) + Send + Sync>;

/// What an agent works as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Worker,
    /// Looks at work that it has not seen before.
    Reviewer,
}

impl Role {
    /// Returns the name in `agent.roles` and `agent.models`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Reviewer => "reviewer",
        }
    }
}

/// How long is waited for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// From the start to the first conversation; the slowest known agent takes five seconds on an idle machine.
    pub handshake: Duration,
    /// From a cancel to the answer.
    pub after_cancel: Duration,
    /// From the end of its input to its death.
    pub patience: Patience,
    /// Before each new try after a failure of the provider, which also bounds their number.
    pub provider: [Duration; 3],
}

impl Default for Times {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(90),
            after_cancel: Duration::from_secs(10),
            patience: Patience { after_input: Duration::from_secs(1), after_request: Duration::from_secs(2) },
            provider: [Duration::from_secs(5), Duration::from_secs(20), Duration::from_mins(1)],
        }
    }
}

/// One turn that an agent is asked for.
#[derive(Clone, Copy, Debug)]
pub struct TurnRequest<'a> {
    pub prompt: &'a str,
    pub meta: &'a Meta,
    pub talk: Talk,
    pub bounds: Bounds,
}

/// Whether the agent remembers what was said before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Talk {
    /// It begins anew.
    New,
    /// It goes on where there is anything to go on with: a retry, or a report to be repaired.
    Continued,
}

/// What a turn may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    pub time: Duration,
    /// How long the agent may say nothing.
    pub silence: Duration,
    pub usd: Usd,
    pub tokens: u64,
    /// How many tools it may use.
    pub steps: u32,
}

/// Where in a run a turn stands. Agents ignore it; scripts go by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    pub run: RunId,
    pub story: Option<Arc<str>>,
    pub phase: Phase,
    pub unit: Option<Unit>,
    pub attempt: u32,
    pub iteration: u32,
    pub role: Role,
    pub brief: Brief,
    /// How many times a better report was asked for.
    pub repair: u32,
}

impl Meta {
    /// Returns where `turn` stands.
    pub fn of(run: RunId, turn: &Turn, role: Role) -> Self {
        let Turn { phase, unit, attempt, iteration, brief, .. } = turn;
        Self {
            run,
            story: None,
            phase: *phase,
            unit: unit.clone(),
            attempt: *attempt,
            iteration: *iteration,
            role,
            brief: *brief,
            repair: 0,
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let Self { run, story, phase, unit, attempt, iteration, role, brief, repair } = self;
        let brief = match brief {
            Brief::First => "first",
            Brief::Retry { .. } => "retry",
            Brief::LoopBack { .. } => "loop_back",
            Brief::Advice => "advice",
            Brief::SecondReview => "second_review",
        };
        json!({
            "run": run.to_string(),
            "story": story,
            "phase": phase.name(),
            "domain": unit.as_ref().map(Unit::to_string),
            "attempt": attempt,
            "iteration": iteration,
            "role": role.name(),
            "brief": brief,
            "repair": repair,
        })
    }
}

/// A turn that ended.
#[derive(Debug)]
pub struct TurnEnd {
    pub ending: Result<Stop, AgentError>,
    pub usage: Usage,
    /// How well `usage` is known.
    pub cost_source: CostSource,
    /// The last that the agent said, at most some kilobytes.
    pub words: String,
    /// How many tools it used.
    pub steps: u32,
    pub duration: Duration,
}

impl TurnEnd {
    /// Returns the end of a turn that the agent never heard of, and that therefore cost nothing.
    pub(crate) fn never(error: AgentError, duration: Duration) -> Self {
        Self {
            ending: Err(error),
            usage: Usage { usd: Some(Usd::ZERO), ..Usage::default() },
            cost_source: CostSource::Reported,
            words: String::new(),
            steps: 0,
            duration,
        }
    }
}

/// Why an agent stopped by itself; none of them says that it did anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    EndTurn,
    /// It may not write more.
    MaxTokens,
    /// It may not take more steps.
    MaxSteps,
    Refusal,
    /// A reason that is not known here.
    Other(String),
}

/// What an agent does, for people who watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentEvent {
    /// It is there and works as this, in its own words.
    Ready { name: String, version: String },
    /// It says something to people.
    Text(String),
    /// It thinks.
    Thought(String),
    /// It uses a tool.
    Tool { title: String, kind: ToolKind },
    /// What it is going to do.
    Plan(Vec<PlanStep>),
    /// It wanted to be permitted something, and was answered.
    Permission { title: String, kind: ToolKind, verdict: Verdict },
    /// What the turn used so far, as far as it is known.
    Usage(Usage),
    /// Something was not as it should be, and the turn goes on.
    Odd(String),
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanStep {
    pub text: String,
    /// In the words of the agent: `pending`, `in_progress`, `completed`.
    pub status: String,
}

/// Cuts what an agent says to what people read.
pub(crate) fn cut(text: &str) -> String {
    use pipemason_core::text::bound::{Limit, shortened};

    /// A watcher's line is shorter; whoever wants all of it reads the log.
    const MAX_BYTES: usize = 8 * 1024;
    shortened(text, Limit::Bytes(MAX_BYTES)).into_owned()
}
