//! Agents that speak the Agent Client Protocol over their standard input and output.
//!
//! What happens at once, and what was decided about it:
//!
//! - *the answer and the end of the time*: an answer that is there counts;
//! - *the answer and the end of a budget*: the budget counts, so that it does not depend on how quickly both arrive;
//! - *a cancel and a request for a permission*: the request is answered with “cancelled”;
//! - *updates after the answer*: they are heard at the beginning of the next turn and counted there;
//! - *an agent that speaks between turns*: it waits, because nobody reads; at most a pipe is full.

use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::driver::{Driver, Launch, Pending, Talk, TurnEnd, TurnRequest};
use crate::error::AgentError;

mod ear;
mod lines;
mod open;
mod turn;
mod wire;

pub(crate) use open::{Identity, Open, describe, program};

/// Turns after which an agent is started anew where it need not remember: its memory grows with each.
const MAX_TURNS: u32 = 20;

/// An agent that speaks the protocol, in one tree.
#[derive(Debug)]
pub(crate) struct AcpDriver {
    launch: Launch,
    open: Option<Open>,
}

impl AcpDriver {
    pub(crate) fn new(launch: Launch) -> Self {
        Self { launch, open: None }
    }

    async fn take(&mut self, request: &TurnRequest<'_>, stop: &CancellationToken) -> TurnEnd {
        let begun = Instant::now();
        let mut open = match self.opened(request, stop).await {
            Ok(open) => open,
            Err(error) => return TurnEnd::never(error, begun.elapsed()),
        };
        let taken = turn::take(&self.launch, &mut open, request, begun, stop).await;
        let turn::Taken { ended, usage, cost_source, words, steps } = taken;
        let ending = match ended {
            Ok(stop) => {
                self.open = Some(open);
                Ok(stop)
            }
            Err(turn::Broken { error, is_usable: true }) => {
                self.open = Some(open);
                Err(error)
            }
            Err(turn::Broken { error, is_usable: false }) => {
                let (how, complaints) = open.end(&self.launch.times).await;
                Err(error.with_end(how, complaints))
            }
        };
        TurnEnd { ending, usage, cost_source, words, steps, duration: begun.elapsed() }
    }

    /// Returns the agent, with a conversation about what is asked.
    async fn opened(&mut self, request: &TurnRequest<'_>, stop: &CancellationToken) -> Result<Open, AgentError> {
        let mut open = match self.open.take() {
            Some(open) if open.turns < MAX_TURNS || request.talk == Talk::Continued => open,
            old => {
                if let Some(old) = old {
                    old.end(&self.launch.times).await;
                }
                Open::start(&self.launch).await?
            }
        };
        let agent = || self.launch.chosen.preset.name.clone();
        let time = request.bounds.time.min(self.launch.times.handshake);
        let ready = tokio::select! {
            biased;
            () = stop.cancelled() => Err(AgentError::Cancelled { agent: agent() }),
            ready = timeout(time, open.get_ready(&self.launch, request)) => match ready {
                Ok(ready) => ready,
                Err(_) if time == request.bounds.time => Err(AgentError::Deadline { agent: agent(), time }),
                Err(_) => {
                    let reason = format!("it did not answer within {} seconds", time.as_secs_f32());
                    Err(AgentError::Handshake { agent: agent(), reason })
                }
            },
        };
        match ready {
            Ok(()) => Ok(open),
            Err(error) => Err(open.give_up(error, &self.launch).await),
        }
    }
}

impl Driver for AcpDriver {
    fn turn<'a>(&'a mut self, request: &'a TurnRequest<'a>, stop: &'a CancellationToken) -> Pending<'a, TurnEnd> {
        Box::pin(self.take(request, stop))
    }

    fn remembers(&self) -> bool {
        true
    }

    fn close(mut self: Box<Self>) -> Pending<'static, ()> {
        Box::pin(async move {
            if let Some(open) = self.open.take() {
                open.end(&self.launch.times).await;
            }
        })
    }
}
