//! The protocol: what a client may ask for, and how a prompt becomes a turn.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use agent_client_protocol::v1::schema::{
    AgentCapabilities, AuthenticateRequest, AuthenticateResponse, CancelNotification, ContentBlock, Implementation,
    InitializeRequest, InitializeResponse, NewSessionRequest, NewSessionResponse, PromptRequest, SessionMode,
    SessionModeState, SetSessionModeRequest, SetSessionModeResponse,
};
use agent_client_protocol::v1::{ConnectionTo, Responder};
use agent_client_protocol::{Agent, Client, Error, ErrorCode, Lines, schema::ProtocolVersion};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::player::{Answer, Meta, Player};
use crate::raw;
use crate::scene::{End, Scene};

/// The modes there are; they change nothing but what a script can ask for.
const MODES: [&str; 2] = ["work", "plan"];

/// One conversation.
#[derive(Clone, Debug)]
struct Session {
    folder: PathBuf,
    mode: String,
    /// Dollars, of all turns so far.
    cost: Arc<Mutex<f64>>,
    cancel: CancellationToken,
}

type Sessions = Arc<Mutex<BTreeMap<String, Session>>>;

fn lock(sessions: &Sessions) -> MutexGuard<'_, BTreeMap<String, Session>> {
    sessions.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers a client until it leaves.
pub(crate) async fn serve(player: Arc<Player>) -> Result<(), Error> {
    let sessions = Sessions::default();
    let (opened, switched, cancelled, prompted) =
        (Arc::clone(&sessions), Arc::clone(&sessions), Arc::clone(&sessions), sessions);
    Agent
        .v1()
        .on_receive_request(
            async |_: InitializeRequest, responder, _| responder.respond(introduction()),
            agent_client_protocol::on_receive_request!(),
        )
        .on_receive_request(
            async |_: AuthenticateRequest, responder, _| responder.respond(AuthenticateResponse::new()),
            agent_client_protocol::on_receive_request!(),
        )
        .on_receive_request(
            async move |request: NewSessionRequest, responder, _| responder.respond(open(&opened, request)),
            agent_client_protocol::on_receive_request!(),
        )
        .on_receive_request(
            async move |request: SetSessionModeRequest, responder, _| {
                let mut sessions = lock(&switched);
                if let Some(session) = sessions.get_mut(&*request.session_id.0) {
                    session.mode = request.mode_id.0.to_string();
                }
                responder.respond(SetSessionModeResponse::new())
            },
            agent_client_protocol::on_receive_request!(),
        )
        .on_receive_notification(
            async move |cancel: CancelNotification, _| {
                if let Some(session) = lock(&cancelled).get(&*cancel.session_id.0) {
                    session.cancel.cancel();
                }
                Ok(())
            },
            agent_client_protocol::on_receive_notification!(),
        )
        .on_receive_request(
            async move |request: PromptRequest, responder: Responder<_>, connection: ConnectionTo<Client>| {
                let session = begin(&prompted, &request);
                let (player, cx) = (Arc::clone(&player), connection.clone());
                connection.spawn(async move {
                    let id = serde_json::to_value(responder.raw_id()).unwrap_or_default();
                    let responder = responder.erase_to_json();
                    let end = match session {
                        Some(session) => play(&player, &cx, &request, &session).await,
                        None => End::Error(format!("there is no session `{}`", request.session_id.0)),
                    };
                    player.report();
                    match end {
                        End::Answer(response) => responder.respond(response),
                        End::Error(words) => {
                            responder.respond_with_error(Error::new(ErrorCode::INTERNAL_ERROR.value(), words))
                        }
                        End::Crash(status) => leave(status),
                        End::Unheard(answer) => {
                            raw::write_answer(&id, &answer).map_err(Error::into_internal_error)?;
                            std::future::pending().await
                        }
                        End::Hang => std::future::pending().await,
                    }
                })
            },
            agent_client_protocol::on_receive_request!(),
        )
        .connect_to(Lines::new(raw::outgoing(), raw::incoming()))
        .await
}

fn introduction() -> InitializeResponse {
    InitializeResponse::new(ProtocolVersion::V1)
        .agent_capabilities(AgentCapabilities::new())
        .agent_info(Implementation::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")))
}

fn open(sessions: &Sessions, request: NewSessionRequest) -> NewSessionResponse {
    let mut sessions = lock(sessions);
    let id = format!("session-{}", sessions.len() + 1);
    let modes = MODES.map(|mode| SessionMode::new(mode, mode)).into();
    sessions.insert(
        id.clone(),
        Session {
            folder: request.cwd,
            mode: MODES.map(str::to_owned).into_iter().next().unwrap_or_default(),
            cost: Arc::default(),
            cancel: CancellationToken::new(),
        },
    );
    NewSessionResponse::new(id).modes(SessionModeState::new("work", modes))
}

/// Returns the session of the prompt; a cancel that came before does not count for this turn.
fn begin(sessions: &Sessions, request: &PromptRequest) -> Option<Session> {
    let mut sessions = lock(sessions);
    let session = sessions.get_mut(&*request.session_id.0)?;
    session.cancel = CancellationToken::new();
    Some(session.clone())
}

async fn play(player: &Player, cx: &ConnectionTo<Client>, request: &PromptRequest, session: &Session) -> End {
    let meta = meta_of(request);
    let words: Vec<&str> = request
        .prompt
        .iter()
        .filter_map(|block| if let ContentBlock::Text(text) = block { Some(text.text.as_str()) } else { None })
        .collect();
    match player.answer(&meta, &session.mode, &words.join("\n")) {
        Answer::Turn(turn) => {
            let Session { folder, mode: _, cost, cancel } = session;
            let id = request.session_id.clone();
            let scene = Scene { cx, session: id, folder, meta: &meta, cost, cancel, defaults: player.defaults(), turn };
            scene.play().await
        }
        Answer::EndTurn => End::Answer(json!({ "stopReason": "end_turn" })),
        Answer::Unmatched => End::Error(format!("no turn of the script is meant for {}", Value::Object(meta))),
    }
}

fn meta_of(request: &PromptRequest) -> Meta {
    let ours = request.meta.as_ref().and_then(|meta| meta.get("pipemason"));
    ours.and_then(Value::as_object).cloned().unwrap_or_default()
}

#[expect(clippy::exit, reason = "a crash is what the script asks for")]
fn leave(status: i32) -> ! {
    std::process::exit(status)
}
