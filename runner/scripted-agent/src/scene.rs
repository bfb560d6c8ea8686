//! A turn under way: what it shows the client while it works, and how it ends.

use std::fmt::Display;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use agent_client_protocol::Client;
use agent_client_protocol::v1::ConnectionTo;
use agent_client_protocol::v1::schema::{
    ContentBlock, ContentChunk, Cost, SessionId, SessionNotification, SessionUpdate, TextContent, ToolCall,
    ToolCallLocation, ToolCallStatus, ToolKind, Usage, UsageUpdate,
};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::output;
use crate::player::Meta;
use crate::script::{Amounts, Defaults, Reported, Step, Stop, Turn};
use crate::steps::Went;

/// How many tokens fit into the memory that the agent claims to have.
const CONTEXT: u64 = 200_000;

/// A turn under way.
pub(crate) struct Scene<'a> {
    pub(crate) cx: &'a ConnectionTo<Client>,
    pub(crate) session: SessionId,
    pub(crate) folder: &'a Path,
    pub(crate) meta: &'a Meta,
    pub(crate) cost: &'a Mutex<f64>,
    pub(crate) cancel: &'a CancellationToken,
    pub(crate) defaults: &'a Defaults,
    pub(crate) turn: &'a Turn,
}

/// How a prompt is answered.
#[derive(Debug)]
pub(crate) enum End {
    Answer(Value),
    /// With something that the protocol does not know.
    Unheard(Value),
    Error(String),
    Crash(i32),
    Hang,
}

impl Scene<'_> {
    /// Plays the turn to its end.
    pub(crate) async fn play(&self) -> End {
        for (number, step) in (1..).zip(&self.turn.steps) {
            match self.step(step).await {
                Ok(Went::On) => {}
                Ok(Went::Cancelled) => return End::Answer(json!({ "stopReason": "cancelled" })),
                Ok(Went::Refused) => return self.answer("end_turn"),
                Err(words) => return End::Error(format!("turn `{}`, step {number}: {words}", self.turn.name)),
            }
        }
        if let Err(words) = output::write(self.turn, self.meta, self.folder) {
            return End::Error(format!("turn `{}`: {words}", self.turn.name));
        }
        let reason = match &self.turn.stop {
            Stop::EndTurn => "end_turn",
            Stop::MaxTokens => "max_tokens",
            Stop::MaxTurnRequests => "max_turn_requests",
            Stop::Refusal => "refusal",
            Stop::Unknown(word) => return End::Unheard(json!({ "stopReason": word })),
            Stop::Hang => return End::Hang,
            Stop::Error(words) => return End::Error(words.clone()),
            Stop::Crash(status) => return End::Crash(*status),
        };
        self.answer(reason)
    }

    async fn step(&self, step: &Step) -> Result<Went, String> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Ok(Went::Cancelled),
            went = self.take(step) => went,
        }
    }

    /// Answers the prompt and says what the turn used.
    fn answer(&self, reason: &str) -> End {
        match self.turn.usage.unwrap_or(self.defaults.usage) {
            Reported::None => End::Answer(json!({ "stopReason": reason })),
            Reported::Amounts(amounts) => {
                let Amounts { input, output, cached, cost: _ } = amounts;
                let usage = Usage::new(input + output + cached, input, output).cached_read_tokens(cached);
                match self.use_up(amounts) {
                    Ok(()) => End::Answer(json!({ "stopReason": reason, "usage": usage })),
                    Err(words) => End::Error(words),
                }
            }
        }
    }

    /// Says what was used so far.
    pub(crate) fn use_up(&self, amounts: Amounts) -> Result<(), String> {
        let Amounts { input, output, cached, cost } = amounts;
        let total = {
            let mut total = self.cost.lock().unwrap_or_else(PoisonError::into_inner);
            *total += cost;
            *total
        };
        let update = UsageUpdate::new(input + output + cached, CONTEXT);
        let update = if total > 0.0 { update.cost(Cost::new(total, "USD")) } else { update };
        self.update(SessionUpdate::UsageUpdate(update))
    }

    /// Sends an update.
    pub(crate) fn update(&self, update: SessionUpdate) -> Result<(), String> {
        let notification = SessionNotification::new(self.session.clone(), update);
        self.cx.send_notification(notification).map_err(words)
    }

    /// Shows a piece of work that is done.
    pub(crate) fn show(&self, title: &str, kind: ToolKind, path: Option<&Path>) -> Result<(), String> {
        let locations = path.map(|path| ToolCallLocation::new(self.folder.join(path))).into_iter().collect();
        let id = format!("{}-{title}", self.turn.name);
        let call = ToolCall::new(id, title).kind(kind).status(ToolCallStatus::Completed).locations(locations);
        self.update(SessionUpdate::ToolCall(call))
    }

    /// Says `text` in pieces, as `wrap` has them.
    pub(crate) async fn say(&self, text: &str, wrap: fn(ContentChunk) -> SessionUpdate) -> Result<(), String> {
        let pause = Duration::from_millis(self.defaults.chunk_ms);
        let pieces = if pause.is_zero() { vec![text] } else { text.split_inclusive(' ').collect() };
        for piece in pieces {
            self.update(wrap(ContentChunk::new(ContentBlock::Text(TextContent::new(piece)))))?;
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
        }
        Ok(())
    }
}

/// Turns an error into words.
pub(crate) fn words(error: impl Display) -> String {
    error.to_string()
}
