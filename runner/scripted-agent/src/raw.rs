//! The lines between agent and client, as they are: what the protocol writes, and what it would never write.

use std::io::{self, BufRead as _, Write as _};
use std::sync::Arc;

use futures_util::sink::{self, Sink};
use futures_util::stream::{self, Stream};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::script::BadFrame;

/// Length of a line that is too long for anybody.
const HUGE: usize = 20_000_000;

/// Writes one line, whole.
fn write_line(line: &[u8]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(line)?;
    output.write_all(b"\n")?;
    output.flush()
}

/// Returns what takes the lines of the protocol.
pub(crate) fn outgoing() -> impl Sink<String, Error = io::Error> + Send + 'static {
    sink::unfold((), |(), line: String| async move { write_line(line.as_bytes()) })
}

/// Returns the lines of the client.
pub(crate) fn incoming() -> impl Stream<Item = io::Result<String>> + Send + 'static {
    let (sender, receiver) = mpsc::unbounded_channel();
    // Reading blocks, and the rest of this program must not; it ends with the process.
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines() {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    stream::unfold(receiver, |mut receiver| async move { Some((receiver.recv().await?, receiver)) })
}

/// Writes an answer as it is.
pub(crate) fn write_answer(id: &Value, answer: &Value) -> io::Result<()> {
    write_line(json!({ "jsonrpc": "2.0", "id": id, "result": answer }).to_string().as_bytes())
}

/// Writes something that the protocol does not allow.
pub(crate) fn write_bad(frame: BadFrame, session: &str) -> io::Result<()> {
    let session = Value::from(session);
    let update = |update: &str| {
        format!(r#"{{"jsonrpc":"2.0","method":"session/update","params":{{"sessionId":{session},"update":{update}}}}}"#)
    };
    let request = |method: &str, more: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":"bad-{method}","method":"{method}","params":{{"sessionId":{session}{more}}}}}"#
        )
    };
    let line: Arc<[u8]> = match frame {
        BadFrame::Noise => b"npm warn deprecated: this is not a message {".as_slice().into(),
        BadFrame::NotUtf8 => b"{\"jsonrpc\":\"2.0\",\"method\":\"\xff\xfe\"}".as_slice().into(),
        BadFrame::MalformedUpdate => text(&update(r#"{"sessionUpdate":"tool_call","title":7}"#)),
        BadFrame::UnknownUpdate => text(&update(r#"{"sessionUpdate":"telepathy","thought":"!"}"#)),
        BadFrame::UnknownEnum => text(&update(
            r#"{"sessionUpdate":"tool_call","toolCallId":"bad","title":"odd","kind":"dance","status":"asleep"}"#,
        )),
        BadFrame::UnknownRequest => text(&request("session/telepathy", "")),
        BadFrame::FileRequest => text(&request("fs/read_text_file", r#","path":"/etc/passwd""#)),
        BadFrame::TerminalRequest => text(&request("terminal/create", r#","command":"true""#)),
        BadFrame::StrayAnswer => text(r#"{"jsonrpc":"2.0","id":"nobody","result":{}}"#),
        BadFrame::Batch => text(&format!("[{}]", update(r#"{"sessionUpdate":"plan","entries":[]}"#))),
        BadFrame::HugeLine => vec![b'x'; HUGE].into(),
        BadFrame::NoOptions => text(&request(
            "session/request_permission",
            r#","toolCall":{"toolCallId":"bad","title":"anything","kind":"execute"},"options":[]"#,
        )),
    };
    write_line(&line)
}

fn text(line: &str) -> Arc<[u8]> {
    line.as_bytes().into()
}
