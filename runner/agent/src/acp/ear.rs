//! What is heard from an agent: updates of its turn, and requests, which are all answered at once.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::wire::{Hears, Refused};
use crate::driver::{AgentEvent, Bounds, Launch, Listener, MAX_TURN_BYTES, PlanStep, Role, cut};
use crate::error::UsedUp;
use crate::log::{FrameLog, Speaker};
use crate::permission::{self, ToolKind, Verdict};
use crate::usage::Meter;

/// So many requests are answered in one turn.
const MAX_REQUESTS: u32 = 10_000;

/// So many oddities are told; the log has the others.
const MAX_ODD: u32 = 20;

/// How much is kept of what the agent said last.
const MAX_WORDS: usize = 4 * 1024;

/// Most steps of a plan that are shown.
const MAX_PLAN: usize = 100;

/// Hears an agent.
pub(crate) struct Ear {
    role: Role,
    tree: PathBuf,
    listener: Listener,
    log: Arc<Mutex<FrameLog>>,
    now: Mutex<Now>,
    /// Wakes whoever watches the turn: something is used up.
    pub(crate) crossed: Notify,
}

impl std::fmt::Debug for Ear {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { role, tree, listener: _, log: _, now: _, crossed: _ } = self;
        formatter.debug_struct("Ear").field("role", role).field("tree", tree).finish_non_exhaustive()
    }
}

/// What was heard so far.
struct Now {
    last: Instant,
    bytes: u64,
    requests: u32,
    odd: u32,
    /// The turn under way.
    turn: Option<HeardTurn>,
}

/// What was heard of one turn.
#[derive(Clone, Debug)]
pub(crate) struct HeardTurn {
    pub(crate) session: String,
    pub(crate) bounds: Bounds,
    pub(crate) meter: Meter,
    pub(crate) words: String,
    pub(crate) steps: u32,
    /// Whether it used a tool or asked for one: whose provider fails does neither.
    pub(crate) has_acted: bool,
    /// Whether it was told to stop.
    pub(crate) is_cancelled: bool,
}

/// What a turn has too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crossed {
    Budget(UsedUp),
    /// It says or asks more than anybody can want.
    Flood,
}

impl Ear {
    pub(crate) fn new(launch: &Launch) -> Self {
        let now = Now { last: Instant::now(), bytes: 0, requests: 0, odd: 0, turn: None };
        Self {
            role: launch.role,
            tree: launch.folders.tree.clone(),
            listener: Arc::clone(&launch.listener),
            log: Arc::clone(&launch.log),
            now: Mutex::new(now),
            crossed: Notify::new(),
        }
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn log(&self, speaker: Speaker, frame: &[u8]) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).write(speaker, frame);
    }

    /// Writes down what the log held back.
    pub(crate) fn flush_log(&self) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).flush();
    }

    pub(crate) fn tell(&self, event: AgentEvent) {
        (self.listener)(event);
    }

    /// Tells of something that is not as it should be, unless that has become a habit.
    pub(crate) fn odd(&self, words: String) {
        let mut now = self.now();
        now.odd = now.odd.saturating_add(1);
        let is_told = now.odd <= MAX_ODD;
        drop(now);
        if is_told {
            self.tell(AgentEvent::Odd(words));
        }
    }

    /// Takes note of so many bytes.
    pub(crate) fn heard(&self, bytes: usize) {
        let mut now = self.now();
        now.last = Instant::now();
        now.bytes = now.bytes.saturating_add(bytes as u64);
        if now.bytes > MAX_TURN_BYTES {
            self.crossed.notify_one();
        }
    }

    /// Takes note of a request.
    pub(crate) fn was_asked(&self) {
        let mut now = self.now();
        now.requests = now.requests.saturating_add(1);
        if now.requests > MAX_REQUESTS {
            self.crossed.notify_one();
        }
    }

    pub(crate) fn is_flooded(&self) -> bool {
        self.crossed() == Some(Crossed::Flood)
    }

    /// Returns when the agent said anything last.
    pub(crate) fn last(&self) -> Instant {
        self.now().last
    }

    /// Returns what the turn has too much of, if of anything.
    pub(crate) fn crossed(&self) -> Option<Crossed> {
        let now = self.now();
        if now.bytes > MAX_TURN_BYTES || now.requests > MAX_REQUESTS {
            return Some(Crossed::Flood);
        }
        let turn = now.turn.as_ref()?;
        if turn.steps > turn.bounds.steps {
            return Some(Crossed::Budget(UsedUp::Steps));
        }
        turn.meter.over(&turn.bounds).map(Crossed::Budget)
    }

    /// Begins a turn.
    pub(crate) fn begin(&self, turn: HeardTurn) {
        let mut now = self.now();
        (now.last, now.bytes, now.requests, now.odd) = (Instant::now(), 0, 0, 0);
        now.turn = Some(turn);
    }

    /// Takes note that the turn was told to stop.
    pub(crate) fn cancel(&self) {
        if let Some(turn) = &mut self.now().turn {
            turn.is_cancelled = true;
        }
    }

    /// Ends the turn.
    pub(crate) fn end(&self) -> Option<HeardTurn> {
        self.now().turn.take()
    }

    fn update(&self, params: &Value) {
        let Some(update) = params.get("update") else { return };
        let Some(kind) = update.get("sessionUpdate").and_then(Value::as_str) else { return };
        let mut now = self.now();
        // What belongs to another conversation is somebody's past.
        let Some(turn) = &mut now.turn else { return };
        if params.get("sessionId").and_then(Value::as_str) != Some(turn.session.as_str()) {
            return;
        }
        let event = turn.heard(kind, update);
        drop(now);
        if self.crossed().is_some() {
            self.crossed.notify_one();
        }
        if let Some(event) = event {
            self.tell(event);
        }
    }

    fn permit(&self, params: &Value) -> Value {
        let call = params.get("toolCall").unwrap_or(&Value::Null);
        let kind = ToolKind::of(call.get("kind").and_then(Value::as_str).unwrap_or_default());
        let options = params.get("options").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let is_over = self.now().turn.as_mut().is_none_or(|turn| {
            turn.has_acted = true;
            turn.is_cancelled
        });
        let wanted = if is_over {
            Verdict::Unanswerable
        } else {
            permission::decide(self.role, kind, &paths_of(call), &self.tree)
        };
        let (verdict, reply) = permission::answer(wanted, options);
        let title = cut(call.get("title").and_then(Value::as_str).unwrap_or_default());
        self.tell(AgentEvent::Permission { title, kind, verdict });
        reply
    }
}

impl HeardTurn {
    /// Takes in an update, and returns what to tell of it.
    fn heard(&mut self, kind: &str, update: &Value) -> Option<AgentEvent> {
        let text = || update.pointer("/content/text").and_then(Value::as_str);
        match kind {
            "agent_message_chunk" => {
                let text = text()?;
                self.meter.said(text.len());
                self.words.push_str(text);
                let surplus = self.words.len().saturating_sub(MAX_WORDS);
                self.words.drain(..self.words.ceil_char_boundary(surplus));
                Some(AgentEvent::Text(cut(text)))
            }
            "agent_thought_chunk" => {
                let text = text()?;
                self.meter.said(text.len());
                Some(AgentEvent::Thought(cut(text)))
            }
            "tool_call" => {
                self.steps = self.steps.saturating_add(1);
                self.has_acted = true;
                self.meter.stepped(length(update));
                let title = cut(update.get("title").and_then(Value::as_str).unwrap_or_default());
                let kind = ToolKind::of(update.get("kind").and_then(Value::as_str).unwrap_or_default());
                Some(AgentEvent::Tool { title, kind })
            }
            "tool_call_update" => {
                self.meter.saw(length(update));
                None
            }
            "plan" => {
                let entries = update.get("entries")?.as_array()?;
                let word = |entry: &Value, name: &str| cut(entry.get(name).and_then(Value::as_str).unwrap_or_default());
                let step = |entry: &Value| PlanStep { text: word(entry, "content"), status: word(entry, "status") };
                Some(AgentEvent::Plan(entries.iter().take(MAX_PLAN).map(step).collect()))
            }
            "usage_update" => {
                self.meter.updated(update);
                Some(AgentEvent::Usage(self.meter.used_by_now()))
            }
            // Users' own words, commands, modes and titles; and whatever the future brings.
            _ => None,
        }
    }
}

/// Returns how long a value is when it is written.
fn length(value: &Value) -> usize {
    struct Counter(usize);
    impl std::io::Write for Counter {
        fn write(&mut self, part: &[u8]) -> std::io::Result<usize> {
            self.0 += part.len();
            Ok(part.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut counter = Counter(0);
    // Counting cannot fail.
    let _counted = serde_json::to_writer(&mut counter, value);
    counter.0
}

/// Returns the paths that a tool touches, as far as it says.
fn paths_of(call: &Value) -> Vec<PathBuf> {
    let list = |name: &str| call.get(name).and_then(Value::as_array).into_iter().flatten();
    let path = |value: &Value| Some(PathBuf::from(value.get("path")?.as_str()?));
    list("locations").chain(list("content")).filter_map(path).collect()
}

impl Hears for Ear {
    fn notified(&self, method: &str, params: &Value) {
        if method == "session/update" {
            self.update(params);
        }
    }

    fn asked(&self, method: &str, params: &Value) -> Result<Value, Refused> {
        if method == "session/request_permission" {
            return Ok(self.permit(params));
        }
        self.odd(format!("the agent asked for `{}`, which was not offered", cut(method)));
        Err(Refused)
    }

    fn sent(&self, line: &str) {
        self.log(Speaker::Engine, line.as_bytes());
    }
}
