//! A program from its start to its end.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::ChildStdin;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::capture::{Capture, Captured};
use crate::program::Program;
use crate::running::{Ending, Patience, Running, StartError, start};

/// What a program may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// How long it may take.
    pub time: Duration,
    /// How long it may say nothing.
    pub silence: Option<Duration>,
    /// How many bytes of each of its outputs are kept. It may write more.
    pub kept_bytes: usize,
    /// How long it may take to end.
    pub patience: Patience,
}

impl Bounds {
    /// Bounds the time, and keeps a mebibyte of each output.
    pub fn time(time: Duration) -> Self {
        Self { time, silence: None, kept_bytes: 1024 * 1024, patience: Patience::default() }
    }
}

/// One of the two outputs of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    Output,
    Errors,
}

/// A program that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub ending: Ending,
    pub output: Captured,
    pub errors: Captured,
    pub duration: Duration,
}

impl Ended {
    /// Says whether the program ended by itself and reported success.
    pub fn is_success(&self) -> bool {
        self.ending == Ending::Exited(0)
    }
}

/// How often the closing of the outputs is waited for after a program has ended: what it started may hold them open.
const OPEN_OUTPUT: Duration = Duration::from_millis(200);

/// Size of one reading.
const PART: usize = 64 * 1024;

/// Starts `program`, gives it `input`, shows each part of its output to `observe`, and waits for its end.
///
/// Whatever ends it, nothing of what it started is left when this returns. Dropping the future kills the program, but
/// does not wait for the rest; to stop in order, cancel `stop`.
pub async fn run(
    program: &Program,
    input: &[u8],
    bounds: &Bounds,
    stop: &CancellationToken,
    mut observe: impl FnMut(Stream, &[u8]),
) -> Result<Ended, StartError> {
    let begun = Instant::now();
    let mut running = start(program)?;
    let failed = |reason| StartError { path: program.path().to_owned(), folder: program.folder().to_owned(), reason };
    let mut outputs = Outputs::of(&mut running, bounds.kept_bytes);
    let writing = write(running.take_input(), input);
    let ended = {
        let reading = outputs.read(&mut running, begun, bounds, stop, &mut observe);
        tokio::pin!(writing);
        tokio::pin!(reading);
        tokio::select! {
            biased;
            ended = &mut reading => ended,
            // A program need not read what it is given.
            () = &mut writing => reading.await,
        }
    }
    .map_err(failed)?;
    let ending = match (ended, running.end(bounds.patience).await.map_err(failed)?) {
        (Some(ending), _) | (None, ending) => ending,
    };
    let Outputs { output, errors, .. } = outputs;
    Ok(Ended { ending, output: output.finish(), errors: errors.finish(), duration: begun.elapsed() })
}

async fn write(pipe: Option<ChildStdin>, input: &[u8]) {
    if let Some(mut pipe) = pipe {
        // Whoever does not read to the end closes the pipe, and that is their right.
        let _unread = pipe.write_all(input).await;
    }
}

struct Outputs {
    output_pipe: Option<tokio::process::ChildStdout>,
    errors_pipe: Option<tokio::process::ChildStderr>,
    output: Capture,
    errors: Capture,
}

impl Outputs {
    fn of(running: &mut Running, kept_bytes: usize) -> Self {
        Self {
            output_pipe: running.take_output(),
            errors_pipe: running.take_errors(),
            output: Capture::new(kept_bytes),
            errors: Capture::new(kept_bytes),
        }
    }

    /// Reads until the program has ended and both outputs are closed, or until it has to be ended; `None` says that
    /// it ended by itself while others still hold its outputs.
    async fn read(
        &mut self,
        running: &mut Running,
        begun: Instant,
        bounds: &Bounds,
        stop: &CancellationToken,
        observe: &mut impl FnMut(Stream, &[u8]),
    ) -> io::Result<Option<Ending>> {
        let deadline = begun + bounds.time;
        let mut heard = begun;
        let mut ended = None;
        let (mut from_output, mut from_errors) = (vec![0; PART], vec![0; PART]);
        loop {
            let silent = bounds.silence.map_or(deadline, |silence| heard + silence);
            let closing = if ended.is_some() { heard + OPEN_OUTPUT } else { deadline };
            if ended.is_some() && self.output_pipe.is_none() && self.errors_pipe.is_none() {
                return Ok(ended);
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(Some(ended.unwrap_or(Ending::Stopped))),
                () = sleep_until(deadline), if ended.is_none() => return Ok(Some(Ending::TimedOut)),
                count = read(&mut self.output_pipe, &mut from_output), if self.output_pipe.is_some() => {
                    heard = Instant::now();
                    take(&mut self.output, from_output.get(..count).unwrap_or_default(), Stream::Output, observe);
                }
                count = read(&mut self.errors_pipe, &mut from_errors), if self.errors_pipe.is_some() => {
                    heard = Instant::now();
                    take(&mut self.errors, from_errors.get(..count).unwrap_or_default(), Stream::Errors, observe);
                }
                ending = running.wait(), if ended.is_none() => {
                    heard = Instant::now();
                    ended = Some(ending?);
                }
                () = sleep_until(closing), if ended.is_some() => return Ok(ended),
                () = sleep_until(silent), if ended.is_none() && bounds.silence.is_some() => {
                    return Ok(Some(Ending::Silent));
                }
            }
        }
    }
}

fn take(capture: &mut Capture, part: &[u8], stream: Stream, observe: &mut impl FnMut(Stream, &[u8])) {
    if !part.is_empty() {
        capture.take(part);
        observe(stream, part);
    }
}

/// Reads a part; at the end, or when the pipe is broken, the pipe is gone.
async fn read<P: AsyncRead + Unpin>(pipe: &mut Option<P>, into: &mut [u8]) -> usize {
    let Some(open) = pipe else { return 0 };
    match open.read(into).await {
        Ok(0) | Err(_) => {
            *pipe = None;
            0
        }
        Ok(count) => count,
    }
}
