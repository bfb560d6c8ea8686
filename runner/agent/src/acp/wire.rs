//! The protocol's library, and the only place that knows it: messages in, messages out, and which answer belongs to
//! which question. What the messages mean is elsewhere, and they are read leniently there: agents are of many versions.

use std::fmt;
use std::future::pending;
use std::io;
use std::sync::Arc;

use agent_client_protocol::{
    Agent, Client, ConnectionTo, Error, ErrorCode, Lines, Responder, UntypedMessage, is_connection_terminated,
    is_incoming_transport_closed,
};
use futures_util::sink;
use futures_util::stream::Stream;
use serde_json::{Value, json};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::oneshot;

use crate::driver::Pending;

/// Hears what the other side says.
pub(crate) trait Hears: Send + Sync + 'static {
    /// Hears something that wants no answer.
    fn notified(&self, method: &str, params: &Value);

    /// Answers, at once.
    fn asked(&self, method: &str, params: &Value) -> Result<Value, Refused>;

    /// Hears what this side says.
    fn sent(&self, line: &str);
}

/// What was asked for is not offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused;

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WireError {
    /// Nobody is there any more.
    Closed,
    /// The other side says that it cannot.
    Answered { code: i64, words: String },
}

/// A connection. Nothing happens on it but while [`Wire::ask`] is waited for.
pub(crate) struct Wire {
    pen: Pen,
    work: Pending<'static, ()>,
}

impl fmt::Debug for Wire {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Wire").finish_non_exhaustive()
    }
}

/// Writes what wants no answer.
#[derive(Clone)]
pub(crate) struct Pen(ConnectionTo<Agent>);

impl Pen {
    /// Sends what wants no answer; to nobody if nobody is there.
    pub(crate) fn notify(&self, method: &str, params: Value) {
        if let Ok(message) = UntypedMessage::new(method, params) {
            let _unsent = self.0.send_notification(message);
        }
    }
}

impl Wire {
    /// Begins to speak over `output` and to listen to `messages`; `beside` is done meanwhile.
    pub(crate) async fn connect(
        output: impl AsyncWrite + Unpin + Send + 'static,
        messages: impl Stream<Item = io::Result<String>> + Send + 'static,
        hears: Arc<impl Hears>,
        beside: impl Future<Output = ()> + Send + 'static,
    ) -> Result<Self, WireError> {
        let (sender, receiver) = oneshot::channel();
        let (notified, asked, sent) = (Arc::clone(&hears), Arc::clone(&hears), hears);
        let lines = sink::unfold((output, sent), |(mut output, sent), line: String| async move {
            sent.sent(&line);
            output.write_all(line.as_bytes()).await?;
            output.write_all(b"\n").await?;
            output.flush().await?;
            Ok::<_, io::Error>((output, sent))
        });
        let mut work: Pending<'static, ()> = Box::pin(async move {
            let connected = agent_client_protocol::Builder::new(Client)
                .on_receive_notification(
                    async move |message: UntypedMessage, _| {
                        notified.notified(message.method(), message.params());
                        Ok(())
                    },
                    agent_client_protocol::on_receive_notification!(),
                )
                .on_receive_request(
                    async move |message: UntypedMessage, responder: Responder<Value>, _| match asked
                        .asked(message.method(), message.params())
                    {
                        Ok(reply) => responder.respond(reply),
                        Err(Refused) => responder.respond_with_error(
                            Error::new(ErrorCode::METHOD_NOT_FOUND.value(), "this client does not offer that")
                                .data(json!({ "method": message.method() })),
                        ),
                    },
                    agent_client_protocol::on_receive_request!(),
                )
                .connect_with(Lines::new(lines, messages), async move |connection| {
                    let _nobody_waits = sender.send(connection);
                    beside.await;
                    pending::<Result<(), Error>>().await
                })
                .await;
            drop(connected);
        });
        let connection = tokio::select! {
            biased;
            connection = receiver => connection.map_err(|_| WireError::Closed)?,
            () = &mut work => return Err(WireError::Closed),
        };
        Ok(Self { pen: Pen(connection), work })
    }

    /// Returns a pen, for use while an answer is waited for.
    pub(crate) fn pen(&self) -> Pen {
        self.pen.clone()
    }

    /// Asks, and waits for the answer.
    pub(crate) async fn ask(&mut self, method: &str, params: Value) -> Result<Value, WireError> {
        let message = UntypedMessage::new(method, params).map_err(|error| error_of(&error))?;
        let answer = self.pen.0.send_request(message).block_task();
        tokio::select! {
            biased;
            answer = answer => answer.map_err(|error| error_of(&error)),
            () = &mut self.work => Err(WireError::Closed),
        }
    }
}

fn error_of(error: &Error) -> WireError {
    if is_incoming_transport_closed(error) || is_connection_terminated(error) {
        return WireError::Closed;
    }
    let more = error.data.as_ref().map_or_else(String::new, |data| format!(" {data}"));
    WireError::Answered { code: error.code.value().into(), words: format!("{}{more}", error.message) }
}
