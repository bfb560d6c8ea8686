//! The loop of a run: step, write down, carry out, feed back.
//!
//! What takes long goes on beside the loop, so that a letter or a signal is heard at once. Races, and what was decided
//! about each:
//! - *A letter and the end of a turn*: whichever is heard first is stepped first; the machine rejects what is late.
//! - *A stop and whatever is under way*: what is under way is told to stop and waited for; its outcome is late then, and
//!   the machine drops it.
//! - *A crash*: [`Driver::take_up`] carries out what was intended and not done. A turn that was under way is lost, and
//!   the machine is told so; everything else is begun again.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;

use pipemason_core::id::RunId;
use pipemason_core::ledger::Ledger;
use pipemason_core::policy::Policy;
use pipemason_core::run::{Effect, EffectKey, Event, Rejection, Run, RunState, Stage, Transition, step};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::files::FileError;
use crate::journal::{EffectState, Journal, JournalError, is_costly};
use crate::mailbox::{self, MailboxError};
use crate::ports::Clock;

/// Something that goes on beside the loop and ends with an event.
pub type Work = Pin<Box<dyn Future<Output = Event> + Send>>;

/// What carrying out an effect came to.
pub enum Performed {
    /// It is done, and these events follow from it.
    Done(Vec<Event>),
    /// It goes on, and ends with an event.
    Begun(Work),
}

/// Carries out effects. Carrying out the effect of one key twice is harmless.
pub trait Hands: Send {
    /// Carries out `effect`, which `run` asked for.
    ///
    /// What takes long is returned as [`Performed::Begun`]: nothing of it happens before it is polled, and it ends soon
    /// after `stop` is cancelled.
    fn perform(
        &mut self,
        key: EffectKey,
        effect: &Effect,
        run: &Run,
        stop: &CancellationToken,
    ) -> impl Future<Output = Result<Performed, HandsError>> + Send;

    /// Takes the secrets out of a text that is about to be written down.
    fn redacted(&self, text: &str) -> String;

    /// Returns what the repository wants now; it changes when a new base brings a new configuration.
    fn policy(&self) -> Arc<Policy>;

    /// Shows what happened to those who watch.
    fn show(&mut self, event: &Event, transition: &Transition);
}

/// An effect that cannot be carried out, for a reason that no other try will remove.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct HandsError(pub String);

/// Why a run cannot be driven any further by this process. Everything that was committed is kept.
#[derive(Debug, thiserror::Error)]
pub enum DriveError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
    #[error(transparent)]
    Hands(#[from] HandsError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("something that went on beside the run broke off: {0}")]
    Broken(String),
}

/// What is heard while the run goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// There may be letters.
    Letters,
    /// Something happened that did not come by letter: a signal, a command of the process that drives.
    Event(Box<Event>),
}

/// Drives one run.
pub struct Driver<H> {
    run: Run,
    journal: Journal,
    hands: H,
    clock: Arc<dyn Clock>,
    inbox: VecDeque<(Event, Option<u64>)>,
    work: JoinSet<Result<Event, FileError>>,
    stop: CancellationToken,
}

impl<H: Hands> Driver<H> {
    /// Makes the driver of a run that has not started.
    pub fn new(run: Run, journal: Journal, hands: H, clock: Arc<dyn Clock>) -> Self {
        let (inbox, work, stop) = (VecDeque::new(), JoinSet::new(), CancellationToken::new());
        Self { run, journal, hands, clock, inbox, work, stop }
    }

    /// Makes the driver of a run that went on before, and carries out what was intended and not done.
    pub async fn take_up(
        ledger: &Ledger,
        journal: Journal,
        hands: H,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, DriveError> {
        let mut driver = Self::new(ledger.run.clone(), journal, hands, clock);
        driver.recover(ledger).await?;
        Ok(driver)
    }

    /// Carries out what the last transition intended, and what an earlier one asked for that is still under way.
    async fn recover(&mut self, ledger: &Ledger) -> Result<(), DriveError> {
        let mut is_lost = false;
        let mut ended = Vec::new();
        let last = ledger.run.seq;
        let asked = match &self.run.state {
            RunState::Running { visit } => visit.asked,
            RunState::Pending
            | RunState::Escalated { .. }
            | RunState::Complete
            | RunState::Failed { .. }
            | RunState::Cancelled { .. } => last,
        };
        let open = ledger.entries.iter().filter(|entry| entry.seq == last || entry.seq == asked);
        let mut waiting = Vec::new();
        for (key, effect) in open.flat_map(|entry| keyed(self.run.id, entry.seq, &entry.effects)) {
            match self.journal.state_of(key)? {
                EffectState::Done => {}
                EffectState::Ended(event) => ended.push(*event),
                EffectState::Begun => is_lost = true,
                EffectState::Waiting => waiting.push((key, effect)),
            }
        }
        self.perform(waiting).await?;
        if is_lost {
            // Of turns side by side, all are taken again: what one of them cost is part of what is set aside.
            self.stop_work().await;
            self.inbox.clear();
            self.inbox.push_back((Event::RunnerLost, None));
        } else {
            self.inbox.extend(ended.into_iter().map(|event| (event, None)));
            let RunState::Running { visit } = &self.run.state else { return Ok(()) };
            if let Stage::Parked { .. } = visit.stage {
                self.inbox.push_back((Event::RunnerReady, None));
            }
        }
        Ok(())
    }

    /// Feeds `event` to the run, and everything that follows from it, until the run rests.
    pub async fn drive(&mut self, event: Option<Event>, heard: &mut mpsc::Receiver<Heard>) -> Result<(), DriveError> {
        self.inbox.extend(event.map(|event| (event, None)));
        loop {
            self.empty_inbox().await?;
            self.read_letters()?;
            if !self.inbox.is_empty() {
                continue;
            }
            if self.work.is_empty() {
                return Ok(());
            }
            tokio::select! {
                biased;
                Some(heard) = heard.recv() => {
                    if let Heard::Event(event) = heard {
                        self.inbox.push_back((*event, None));
                    }
                }
                Some(ended) = self.work.join_next() => self.inbox.push_back((outcome(ended)?, None)),
            }
        }
    }

    /// Returns the run.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Returns those who carry out effects.
    pub fn hands(&self) -> &H {
        &self.hands
    }

    async fn empty_inbox(&mut self) -> Result<(), DriveError> {
        while let Some((event, letter)) = self.inbox.pop_front() {
            let rejection = self.feed(&event, letter).await?;
            if let Some(number) = letter {
                mailbox::answer(self.journal.folder(), number, rejection.as_ref())?;
                self.journal.read_letter(number)?;
            }
        }
        Ok(())
    }

    /// Feeds one event, and says why it changed nothing, if so.
    async fn feed(&mut self, event: &Event, letter: Option<u64>) -> Result<Option<Rejection>, DriveError> {
        let (policy, now) = (self.hands.policy(), self.clock.now());
        let event = self.as_written(event)?;
        let transition = match step(&self.run, &event, &policy, now) {
            Ok(transition) => transition,
            Err(rejection) => return Ok(Some(rejection)),
        };
        self.journal.commit(&event, &transition, &policy, now, letter)?;
        self.hands.show(&event, &transition);
        self.run = transition.run;
        self.perform(keyed(self.run.id, self.run.seq, &transition.effects)).await?;
        Ok(None)
    }

    /// Returns `event` as the ledger will tell it: without secrets, and no more exact than it is written. What is stepped
    /// is what is written, so that a replay is the run.
    fn as_written(&self, event: &Event) -> Result<Event, DriveError> {
        let mut value = serde_json::to_value(event).map_err(|error| DriveError::Broken(error.to_string()))?;
        redact(&mut value, &|text| self.hands.redacted(text));
        serde_json::from_value(value).map_err(|error| DriveError::Broken(error.to_string()))
    }

    /// Carries out the effects of one transition, in order; what takes long begins when all others are done.
    async fn perform<'e>(
        &mut self,
        effects: impl IntoIterator<Item = (EffectKey, &'e Effect)>,
    ) -> Result<(), DriveError> {
        let mut begun = Vec::new();
        for (key, effect) in effects {
            if *effect == Effect::StopWork {
                self.stop_work().await;
            }
            match self.hands.perform(key, effect, &self.run, &self.stop).await? {
                Performed::Done(events) => {
                    self.inbox.extend(events.into_iter().map(|event| (event, None)));
                    self.journal.done(key)?;
                }
                Performed::Begun(work) => begun.push((key, is_costly(effect), work)),
            }
        }
        for (key, is_costly, work) in begun {
            let outcome = is_costly.then(|| self.journal.outcome(key));
            if is_costly {
                self.journal.begin(key)?;
            }
            self.work.spawn(async move {
                let event = work.await;
                if let Some(outcome) = outcome {
                    outcome.write(&event)?;
                }
                Ok(event)
            });
        }
        Ok(())
    }

    /// Stops what is under way and waits for it; what it came to is not heard any more.
    async fn stop_work(&mut self) {
        self.stop.cancel();
        while self.work.join_next().await.is_some() {}
        self.stop = CancellationToken::new();
    }

    fn read_letters(&mut self) -> Result<(), DriveError> {
        for letter in mailbox::receive(self.journal.folder(), self.journal.last_letter())? {
            self.inbox.push_back((letter.event, Some(letter.number)));
        }
        Ok(())
    }
}

fn keyed(run: RunId, seq: u64, effects: &[Effect]) -> impl Iterator<Item = (EffectKey, &Effect)> {
    effects.iter().zip(0..).map(move |(effect, index)| (EffectKey { run, seq, index }, effect))
}

/// Redacts every text in `value`; keys are names of ours.
fn redact(value: &mut Value, redacted: &impl Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = redacted(text),
        Value::Array(values) => values.iter_mut().for_each(|value| redact(value, redacted)),
        Value::Object(members) => members.values_mut().for_each(|value| redact(value, redacted)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn outcome(ended: Result<Result<Event, FileError>, tokio::task::JoinError>) -> Result<Event, DriveError> {
    match ended {
        Ok(Ok(event)) => Ok(event),
        Ok(Err(error)) => Err(error.into()),
        Err(error) => Err(DriveError::Broken(error.to_string())),
    }
}
