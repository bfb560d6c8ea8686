//! One turn: a prompt, everything that is heard until its answer, and everything that can end it before.

use std::sync::Arc;
use std::time::Duration;

use pipemason_core::run::{CostSource, Usage};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::ear::{Crossed, HeardTurn};
use super::open::{AUTH_REQUIRED, Open};
use super::wire::WireError;
use crate::driver::{AgentEvent, Launch, Stop, TurnRequest, cut};
use crate::error::{AgentError, provider_error};
use crate::usage::{Meter, Totals};

/// Codes of an agent that does not know what was asked.
const METHOD_NOT_FOUND: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;

/// A turn that was taken, well or not.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) ended: Result<Stop, Broken>,
    pub(super) usage: Usage,
    pub(super) cost_source: CostSource,
    pub(super) words: String,
    pub(super) steps: u32,
}

/// A turn that did not end by itself.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) error: AgentError,
    /// Whether the agent can be asked again.
    pub(super) is_usable: bool,
}

/// Why a turn is ended from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Halt {
    Cancelled,
    Deadline,
    Idle,
    Crossed(Crossed),
}

/// Takes a turn in the conversation that is open.
pub(super) async fn take(
    launch: &Launch,
    open: &mut Open,
    request: &TurnRequest<'_>,
    begun: Instant,
    stop: &CancellationToken,
) -> Taken {
    let (id, totals) = match &open.session {
        Some(session) => (session.id.clone(), session.totals),
        None => (String::new(), Totals::default()),
    };
    let preset = launch.chosen.preset;
    let meter = Meter::new(preset.usage, launch.price.clone(), totals, request.prompt.len());
    let turn = HeardTurn {
        session: id.clone(),
        bounds: request.bounds,
        meter,
        words: String::new(),
        steps: 0,
        has_acted: false,
        is_cancelled: false,
    };
    let ear = Arc::clone(&open.ear);
    ear.begin(turn.clone());
    open.turns += 1;
    let prompt = json!({
        "sessionId": id,
        "prompt": [{ "type": "text", "text": request.prompt }],
        "_meta": { "pipemason": request.meta.to_json() },
    });
    let (answer, halt) = ask(launch, open, prompt, request, after(begun, request.bounds.time), stop).await;
    let mut turn = ear.end().unwrap_or(turn);
    if let Some(Ok(answer)) = &answer {
        turn.meter.ended(answer);
    }
    if let Some(session) = &mut open.session {
        session.totals = turn.meter.totals();
    }
    let ended = judge(launch, request, answer, halt, &turn);
    let (usage, cost_source) = turn.meter.used();
    ear.tell(AgentEvent::Usage(usage));
    ear.flush_log();
    Taken { ended, usage, cost_source, words: turn.words, steps: turn.steps }
}

/// Asks, until there is an answer or a reason to have none. An agent that is halted may still answer.
async fn ask(
    launch: &Launch,
    open: &mut Open,
    prompt: Value,
    request: &TurnRequest<'_>,
    deadline: Instant,
    stop: &CancellationToken,
) -> (Option<Result<Value, WireError>>, Option<Halt>) {
    let ear = Arc::clone(&open.ear);
    let pen = open.wire.pen();
    let session = prompt.get("sessionId").cloned().unwrap_or_default();
    let asking = open.wire.ask("session/prompt", prompt);
    tokio::pin!(asking);
    let silence = request.bounds.silence;
    let halt = loop {
        let silent = after(ear.last(), silence);
        tokio::select! {
            biased;
            () = stop.cancelled() => break Halt::Cancelled,
            answer = &mut asking => return (Some(answer), ear.crossed().map(Halt::Crossed)),
            () = ear.crossed.notified() => if let Some(crossed) = ear.crossed() { break Halt::Crossed(crossed) },
            () = sleep_until(deadline) => break Halt::Deadline,
            () = sleep_until(silent) => if after(ear.last(), silence) <= Instant::now() { break Halt::Idle },
        }
    };
    ear.cancel();
    pen.notify("session/cancel", json!({ "sessionId": session }));
    let answer = timeout(launch.times.after_cancel, asking).await.ok();
    (answer, Some(halt))
}

/// Returns the moment so long after `moment`; what is longer than anybody waits is cut.
fn after(moment: Instant, duration: Duration) -> Instant {
    const FOR_EVER: Duration = Duration::from_hours(24 * 365);
    moment + duration.min(FOR_EVER)
}

fn judge(
    launch: &Launch,
    request: &TurnRequest<'_>,
    answer: Option<Result<Value, WireError>>,
    halted: Option<Halt>,
    turn: &HeardTurn,
) -> Result<Stop, Broken> {
    let preset = launch.chosen.preset;
    let agent = preset.name.clone();
    if let Some(halt) = halted {
        // An agent that was silent until it was cancelled will be again.
        let is_usable = matches!(answer, Some(Ok(_))) && !matches!(halt, Halt::Idle | Halt::Crossed(Crossed::Flood));
        return Err(Broken { error: halted_error(agent, halt, request), is_usable });
    }
    match answer {
        Some(Ok(answer)) => {
            let stop = stop_of(&answer);
            if stop == Stop::EndTurn && !turn.has_acted && !turn.meter.has_told() {
                // That is what several agents say when their provider failed.
                let words =
                    if turn.words.is_empty() { "it ended its turn without doing anything" } else { &turn.words };
                return Err(Broken { error: provider_error(&agent, None, words), is_usable: true });
            }
            Ok(stop)
        }
        Some(Err(WireError::Answered { code, words })) => {
            let error = provider_error(&agent, Some(code), &words);
            let is_unpaid = matches!(error, AgentError::Provider { status: Some(401 | 403), .. });
            let error = match code {
                _ if is_unpaid || code == AUTH_REQUIRED => {
                    AgentError::Auth { agent, reason: cut(&words), login: preset.login.clone() }
                }
                METHOD_NOT_FOUND | INVALID_PARAMS => AgentError::Protocol { agent, what: cut(&words) },
                _ => error,
            };
            Err(Broken { error, is_usable: true })
        }
        Some(Err(WireError::Closed)) | None => {
            let error = AgentError::Crashed { agent, ending: "closed its output".to_owned(), errors: String::new() };
            Err(Broken { error, is_usable: false })
        }
    }
}

fn halted_error(agent: String, halt: Halt, request: &TurnRequest<'_>) -> AgentError {
    match halt {
        Halt::Cancelled => AgentError::Cancelled { agent },
        Halt::Deadline => AgentError::Deadline { agent, time: request.bounds.time },
        Halt::Idle => AgentError::Idle { agent, silence: request.bounds.silence },
        Halt::Crossed(Crossed::Budget(kind)) => AgentError::Budget { agent, kind },
        Halt::Crossed(Crossed::Flood) => AgentError::flood(agent),
    }
}

fn stop_of(answer: &Value) -> Stop {
    match answer.get("stopReason").and_then(Value::as_str).unwrap_or_default() {
        "end_turn" => Stop::EndTurn,
        "max_tokens" => Stop::MaxTokens,
        "max_turn_requests" => Stop::MaxSteps,
        "refusal" => Stop::Refusal,
        other => Stop::Other(cut(other)),
    }
}
