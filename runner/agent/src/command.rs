//! Agents that read a prompt, work, and end. What they used is not known, and they remember nothing.

use std::sync::PoisonError;
use std::time::Duration;

use pipemason_core::run::{CostSource, Usage};
use pipemason_process::{Bounds as ProgramBounds, Ended, Ending, Stream, run};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::acp::{describe, program};
use crate::driver::{AgentEvent, Driver, Launch, MAX_TURN_BYTES, Pending, Stop, TurnEnd, TurnRequest, cut};
use crate::environment::write_git_config;
use crate::error::{AgentError, provider_error};
use crate::log::Speaker;

/// So much is kept of what it says; the log has more.
const KEPT_BYTES: usize = 16 * 1024;

/// An agent that is a command.
#[derive(Debug)]
pub(crate) struct CommandDriver {
    launch: Launch,
}

impl CommandDriver {
    pub(crate) fn new(launch: Launch) -> Self {
        Self { launch }
    }

    async fn take(&mut self, request: &TurnRequest<'_>, stop: &CancellationToken) -> TurnEnd {
        let begun = Instant::now();
        let launch = &self.launch;
        let agent = launch.chosen.preset.name.clone();
        if let Err(reason) = write_git_config(&launch.folders) {
            let path = launch.folders.temporary.clone();
            return TurnEnd::never(AgentError::Prepare { agent, path, reason }, begun.elapsed());
        }
        let bounds = ProgramBounds {
            time: request.bounds.time,
            silence: Some(request.bounds.silence),
            kept_bytes: KEPT_BYTES,
            // It has read its prompt; there is no input to end.
            patience: pipemason_process::Patience { after_input: Duration::ZERO, ..launch.times.patience },
        };
        let log = || launch.log.lock().unwrap_or_else(PoisonError::into_inner);
        log().write(Speaker::Engine, request.prompt.as_bytes());
        let (flood, mut bytes) = (stop.child_token(), 0_u64);
        let program = program(launch);
        let running = run(&program, request.prompt.as_bytes(), &bounds, &flood, |stream, part| {
            bytes = bytes.saturating_add(part.len() as u64);
            if bytes > MAX_TURN_BYTES {
                flood.cancel();
            }
            match stream {
                Stream::Output => {
                    log().write(Speaker::Agent, part);
                    (launch.listener)(AgentEvent::Text(cut(&String::from_utf8_lossy(part))));
                }
                Stream::Errors => log().write(Speaker::Errors, part),
            }
        });
        let ended = running.await;
        log().flush();
        let ended = match ended {
            Ok(ended) => ended,
            Err(source) => return TurnEnd::never(AgentError::Spawn { agent, source }, begun.elapsed()),
        };
        let words = ended.output.text();
        let ending = match judge(agent, request, ended) {
            Err(AgentError::Cancelled { agent }) if !stop.is_cancelled() => Err(AgentError::flood(agent)),
            ending => ending,
        };
        let (usage, cost_source) = (Usage::default(), CostSource::Unknown);
        TurnEnd { ending, usage, cost_source, words, steps: 0, duration: begun.elapsed() }
    }
}

fn judge(agent: String, request: &TurnRequest<'_>, ended: Ended) -> Result<Stop, AgentError> {
    let Ended { ending, output: _, errors, duration: _ } = ended;
    match ending {
        Ending::Exited(0) => Ok(Stop::EndTurn),
        Ending::TimedOut => Err(AgentError::Deadline { agent, time: request.bounds.time }),
        Ending::Silent => Err(AgentError::Idle { agent, silence: request.bounds.silence }),
        Ending::Stopped => Err(AgentError::Cancelled { agent }),
        Ending::Exited(_) | Ending::Killed(_) => {
            let errors = errors.text();
            match provider_error(&agent, None, &errors) {
                error @ AgentError::Provider { status: Some(429 | 500..), .. } => Err(error),
                _ => Err(AgentError::Crashed { agent, ending: describe(ending), errors }),
            }
        }
    }
}

impl Driver for CommandDriver {
    fn turn<'a>(&'a mut self, request: &'a TurnRequest<'a>, stop: &'a CancellationToken) -> Pending<'a, TurnEnd> {
        Box::pin(self.take(request, stop))
    }

    fn remembers(&self) -> bool {
        false
    }

    fn close(self: Box<Self>) -> Pending<'static, ()> {
        // It ends with each turn.
        Box::pin(std::future::ready(()))
    }
}
