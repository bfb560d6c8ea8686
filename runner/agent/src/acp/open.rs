//! The beginning and the end of an agent: process, handshake, conversation.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pipemason_core::domain::Unit;
use pipemason_core::phase::Phase;
use pipemason_process::{Ending, Patience, Program, Running, start};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, BufReader};
use tokio::process::ChildStderr;
use tokio::time::timeout;

use super::ear::Ear;
use super::lines::{LastLines, messages};
use super::wire::{Wire, WireError};
use crate::driver::{AgentEvent, Launch, Talk, Times, TurnRequest, cut};
use crate::environment::write_git_config;
use crate::error::{AgentError, last_line, provider_error};
use crate::log::Speaker;
use crate::presets::ModelBy;
use crate::usage::Totals;

/// The version of the protocol that is spoken here.
const PROTOCOL_VERSION: u64 = 1;

/// The code for “log in first”.
pub(super) const AUTH_REQUIRED: i64 = -32000;

/// An agent that is there.
#[derive(Debug)]
pub(crate) struct Open {
    running: Running,
    pub(super) wire: Wire,
    pub(super) ear: Arc<Ear>,
    errors: Arc<Mutex<LastLines>>,
    pub(crate) identity: Identity,
    pub(super) session: Option<Session>,
    pub(super) turns: u32,
}

/// What an agent says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) name: String,
    pub(crate) version: String,
    /// Names of the ways to log in.
    pub(crate) logins: Vec<String>,
}

/// A conversation.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) id: String,
    /// What it is about; about anything else another one is begun.
    about: Option<(Phase, Option<Unit>)>,
    pub(super) totals: Totals,
    /// The modes that the agent offers.
    pub(crate) modes: Vec<String>,
}

impl Open {
    /// Starts the agent and introduces the engine.
    pub(crate) async fn start(launch: &Launch) -> Result<Self, AgentError> {
        let agent = || launch.chosen.preset.name.clone();
        write_git_config(&launch.folders).map_err(|reason| AgentError::Prepare {
            agent: agent(),
            path: launch.folders.temporary.clone(),
            reason,
        })?;
        let mut running = start(&program(launch)).map_err(|source| AgentError::Spawn { agent: agent(), source })?;
        let pipes = (running.take_input(), running.take_output(), running.take_errors());
        let (Some(input), Some(output), Some(complaints)) = pipes else {
            return Err(AgentError::Handshake { agent: agent(), reason: "it has no pipes".to_owned() });
        };
        let ear = Arc::new(Ear::new(launch));
        let errors = Arc::new(Mutex::new(LastLines::default()));
        let listening = listen(complaints, Arc::clone(&ear), Arc::clone(&errors));
        let messages = messages(BufReader::with_capacity(64 * 1024, output), Arc::clone(&ear));
        let connected = Wire::connect(input, messages, Arc::clone(&ear), listening).await;
        let wire = connected.map_err(|error| refused(launch, error))?;
        Ok(Self { running, wire, ear, errors, identity: Identity::default(), session: None, turns: 0 })
    }

    /// Makes sure that there is a conversation about what is asked.
    pub(super) async fn get_ready(&mut self, launch: &Launch, request: &TurnRequest<'_>) -> Result<(), AgentError> {
        if self.turns == 0 && self.session.is_none() {
            self.introduce(launch).await?;
        }
        let about = Some((request.meta.phase, request.meta.unit.clone()));
        let goes_on = request.talk == Talk::Continued && self.session.as_ref().is_some_and(|it| it.about == about);
        if !goes_on {
            self.session = None;
            let session = self.converse(launch).await?;
            self.session = Some(Session { about, ..session });
        }
        Ok(())
    }

    /// Introduces engine and agent to each other.
    pub(crate) async fn introduce(&mut self, launch: &Launch) -> Result<(), AgentError> {
        let hello = json!({
            "protocolVersion": PROTOCOL_VERSION,
            "clientCapabilities": { "fs": { "readTextFile": false, "writeTextFile": false }, "terminal": false },
            "clientInfo": { "name": "pipemason", "version": env!("CARGO_PKG_VERSION") },
        });
        let answer = self.wire.ask("initialize", hello).await.map_err(|error| refused(launch, error))?;
        let version = answer.get("protocolVersion").and_then(Value::as_u64);
        if version != Some(PROTOCOL_VERSION) {
            let spoken = version.map_or_else(|| "none".to_owned(), |version| version.to_string());
            let reason = format!("it speaks version {spoken} of the protocol, the engine {PROTOCOL_VERSION}");
            return Err(AgentError::Handshake { agent: launch.chosen.preset.name.clone(), reason });
        }
        let text = |path: &str| cut(answer.pointer(path).and_then(Value::as_str).unwrap_or_default());
        let logins = answer.get("authMethods").and_then(Value::as_array).into_iter().flatten();
        let logins = logins.filter_map(|method| Some(method.get("id")?.as_str()?.to_owned())).collect();
        self.identity = Identity { name: text("/agentInfo/name"), version: text("/agentInfo/version"), logins };
        let Identity { name, version, logins: _ } = self.identity.clone();
        self.ear.tell(AgentEvent::Ready { name, version });
        Ok(())
    }

    /// Begins a conversation, and logs in where the agent wants it and it needs nobody.
    pub(crate) async fn converse(&mut self, launch: &Launch) -> Result<Session, AgentError> {
        let tree = &launch.folders.tree;
        let Some(folder) = tree.to_str() else {
            let agent = launch.chosen.preset.name.clone();
            let reason = std::io::Error::other("the protocol has no words for a path that is not UTF-8");
            return Err(AgentError::Prepare { agent, path: tree.clone(), reason });
        };
        let place = json!({ "cwd": folder, "mcpServers": [] });
        let answer = match self.wire.ask("session/new", place.clone()).await {
            Err(WireError::Answered { code: AUTH_REQUIRED, words }) => {
                let method = launch.chosen.preset.authenticate.as_ref();
                let Some(method) = method.filter(|method| self.identity.logins.contains(method)) else {
                    return Err(unpaid(launch, &words));
                };
                let login = self.wire.ask("authenticate", json!({ "methodId": method })).await;
                login.map_err(|error| refused(launch, error))?;
                self.wire.ask("session/new", place).await
            }
            answer => answer,
        };
        let answer = answer.map_err(|error| refused(launch, error))?;
        let Some(id) = answer.get("sessionId").and_then(Value::as_str) else {
            let what = "it begins a conversation without a name".to_owned();
            return Err(AgentError::Protocol { agent: launch.chosen.preset.name.clone(), what });
        };
        let mut session = Session { id: id.to_owned(), about: None, totals: Totals::default(), modes: Vec::new() };
        self.choose_mode(launch, &mut session, &answer).await?;
        if let (ModelBy::Option(option), Some(model)) = (&launch.chosen.preset.model, &launch.model) {
            let choice = json!({ "sessionId": session.id, "configId": option, "value": model });
            self.choose(launch, "session/set_config_option", choice, &format!("the model `{model}`")).await?;
        }
        Ok(session)
    }

    /// Chooses the first mode of the preset that the agent offers, in whichever way it offers modes.
    async fn choose_mode(&mut self, launch: &Launch, session: &mut Session, answer: &Value) -> Result<(), AgentError> {
        let options = || answer.get("configOptions").and_then(Value::as_array).into_iter().flatten();
        let option = options().find(|option| option.get("id").and_then(Value::as_str) == Some("mode"));
        let listed = answer.pointer("/modes/availableModes").and_then(Value::as_array);
        let names = |list: Option<&Vec<Value>>, key: &str| -> Vec<String> {
            list.into_iter().flatten().filter_map(|entry| Some(entry.get(key)?.as_str()?.to_owned())).collect()
        };
        let by_option = names(option.and_then(|option| option.get("options")?.as_array()), "value");
        let by_mode = names(listed, "id");
        session.modes = if by_option.is_empty() { by_mode.clone() } else { by_option.clone() };
        let wanted = launch.chosen.preset.modes.of(launch.role);
        let Some(mode) = wanted.iter().find(|mode| session.modes.contains(mode)) else {
            if !wanted.is_empty() {
                self.ear.odd(format!("the agent offers none of the modes {}", wanted.join(", ")));
            }
            return Ok(());
        };
        let what = format!("the mode `{mode}`");
        if by_option.contains(mode) {
            let choice = json!({ "sessionId": session.id, "configId": "mode", "value": mode });
            self.choose(launch, "session/set_config_option", choice, &what).await
        } else {
            let choice = json!({ "sessionId": session.id, "modeId": mode });
            self.choose(launch, "session/set_mode", choice, &what).await
        }
    }

    /// Makes a choice; an agent that does not want it goes on without.
    async fn choose(&mut self, launch: &Launch, method: &str, choice: Value, what: &str) -> Result<(), AgentError> {
        match self.wire.ask(method, choice).await {
            Ok(_) => Ok(()),
            Err(WireError::Answered { words, .. }) => {
                self.ear.odd(format!("the agent does not take {what}: {}", cut(&words)));
                Ok(())
            }
            Err(WireError::Closed) => Err(refused(launch, WireError::Closed)),
        }
    }

    /// Ends an agent that did not begin to work; what it complained about often is the reason.
    pub(crate) async fn give_up(self, error: AgentError, launch: &Launch) -> AgentError {
        let (how, complaints) = self.end(&launch.times).await;
        match error {
            AgentError::Crashed { agent, .. } => {
                let reason = format!("it {how} and said “{}”", cut(last_line(&complaints)));
                if speaks_of_login(&complaints) {
                    unpaid(launch, &reason)
                } else {
                    AgentError::Handshake { agent, reason }
                }
            }
            error => error,
        }
    }

    /// Ends the agent and all that it started; says how it ended, and its last complaints.
    pub(crate) async fn end(self, times: &Times) -> (String, String) {
        let Self { mut running, wire, ear, errors, identity: _, session: _, turns: _ } = self;
        // Closes its input.
        drop(wire);
        let left = timeout(times.patience.after_input, running.wait()).await;
        let ended = running.end(Patience { after_input: Duration::ZERO, ..times.patience }).await;
        let how = match (left, ended) {
            (Ok(Ok(ending)), _) | (_, Ok(ending)) => describe(ending),
            (_, Err(reason)) => format!("cannot be ended ({reason})"),
        };
        ear.flush_log();
        let errors = errors.lock().unwrap_or_else(PoisonError::into_inner).text();
        (how, errors)
    }
}

/// Hears what the agent complains about, to the end.
async fn listen(mut complaints: ChildStderr, ear: Arc<Ear>, errors: Arc<Mutex<LastLines>>) {
    let mut part = vec![0; 8 * 1024];
    while let Ok(count @ 1..) = complaints.read(&mut part).await {
        let part = part.get(..count).unwrap_or_default();
        ear.log(Speaker::Errors, part);
        errors.lock().unwrap_or_else(PoisonError::into_inner).take(part);
    }
}

/// Returns the program of an agent with all that it gets.
pub(crate) fn program(launch: &Launch) -> Program {
    let Launch { chosen, model, folders, environment, .. } = launch;
    let mut program = Program::new(&chosen.program, &folders.tree)
        .arguments(&chosen.arguments)
        .variables(environment.iter().map(|(name, value)| (name.clone(), value.clone())));
    match (&chosen.preset.model, model) {
        (ModelBy::Variable(name), Some(model)) => program = program.variable(name, model),
        (ModelBy::Argument(name), Some(model)) => program = program.argument(name).argument(model),
        (ModelBy::Nothing | ModelBy::Option(_), _) | (_, None) => {}
    }
    program
}

fn unpaid(launch: &Launch, reason: &str) -> AgentError {
    let preset = launch.chosen.preset;
    AgentError::Auth { agent: preset.name.clone(), reason: cut(reason), login: preset.login.clone() }
}

/// Understands why a question before the first turn was not answered.
fn refused(launch: &Launch, error: WireError) -> AgentError {
    let agent = launch.chosen.preset.name.clone();
    match error {
        WireError::Closed => {
            AgentError::Crashed { agent, ending: "closed its output".to_owned(), errors: String::new() }
        }
        WireError::Answered { code, words } => match provider_error(&agent, Some(code), &words) {
            AgentError::Provider { status: Some(401 | 403), .. } => unpaid(launch, &words),
            error @ AgentError::Provider { status: Some(_), .. } => error,
            _ if code == AUTH_REQUIRED || speaks_of_login(&words) => unpaid(launch, &words),
            _ => AgentError::Handshake { agent, reason: cut(&words) },
        },
    }
}

/// Says whether the words are about who pays.
fn speaks_of_login(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    ["api key", "api_key", "apikey", "auth method", "authentica", "unauthorized", "log in", "login"]
        .iter()
        .any(|sign| words.contains(sign))
}

/// Returns how a process ended, to follow its name.
pub(crate) fn describe(ending: Ending) -> String {
    match ending {
        Ending::Exited(status) => format!("ended with status {status}"),
        Ending::Killed(signal) => format!("was killed by signal {signal}"),
        Ending::TimedOut => "took too long".to_owned(),
        Ending::Silent => "said nothing for too long".to_owned(),
        Ending::Stopped => "closed its output".to_owned(),
    }
}
