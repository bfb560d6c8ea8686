//! Hands that carry nothing out, remember what they were asked for, and break when told.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use pipemason::drive::{DriveError, Driver, Hands, HandsError, Heard, Performed};
use pipemason::folder::RunFolder;
use pipemason::hold::Hold;
use pipemason::journal::Journal;
use pipemason::ports::Clock;
use pipemason_core::policy::Policy;
use pipemason_core::run::{Effect, EffectKey, Event, Run, Transition};
use pipemason_tests::machine::World;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Where everything breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    Never,
    /// Before the effect with this number, counted over the life of the hands.
    Before(usize),
    /// After it, before anybody hears.
    After(usize),
    /// While it goes on.
    During(usize),
}

/// What the hands remember over crashes: the world, and what was really done to it.
pub(crate) struct Outside {
    world: World,
    /// What an effect came to; whoever asks again gets the same.
    answers: BTreeMap<EffectKey, Option<Event>>,
}

impl Outside {
    pub(crate) fn new(world: World) -> Arc<Mutex<Self>> {
        Arc::new(Mutex::new(Self { world, answers: BTreeMap::new() }))
    }

    fn answer(&mut self, key: EffectKey, effect: &Effect, run: &Run) -> Option<Event> {
        let world = &mut self.world;
        self.answers
            .entry(key)
            .or_insert_with(|| {
                world.run = run.clone();
                world.answer(effect)
            })
            .clone()
    }
}

/// What nobody may find in a ledger.
pub(crate) const SECRET: &str = "ghp_0123456789";

pub(crate) struct ScriptedHands {
    outside: Arc<Mutex<Outside>>,
    breaks: Break,
    asked: usize,
    policy: Arc<Policy>,
}

impl ScriptedHands {
    pub(crate) fn new(outside: &Arc<Mutex<Outside>>, breaks: Break) -> Self {
        let policy = Arc::new(outside.lock().unwrap().world.policy.clone());
        Self { outside: Arc::clone(outside), breaks, asked: 0, policy }
    }
}

fn broken() -> HandsError {
    HandsError("everything broke off".to_owned())
}

impl Hands for ScriptedHands {
    async fn perform(
        &mut self,
        key: EffectKey,
        effect: &Effect,
        run: &Run,
        stop: &CancellationToken,
    ) -> Result<Performed, HandsError> {
        let number = self.asked;
        self.asked += 1;
        if self.breaks == Break::Before(number) {
            return Err(broken());
        }
        let takes_long = matches!(
            effect,
            Effect::Initialize | Effect::AskAgent { .. } | Effect::EvaluateGate { .. } | Effect::Publish { .. }
        );
        if takes_long && self.breaks == Break::During(number) {
            let stop = stop.clone();
            return Ok(Performed::Begun(Box::pin(async move {
                stop.cancelled().await;
                Event::HandedOver
            })));
        }
        let event = self.outside.lock().unwrap().answer(key, effect, run);
        if self.breaks == Break::After(number) {
            return Err(broken());
        }
        Ok(match event {
            Some(event) if takes_long => Performed::Begun(Box::pin(async move { event })),
            event => Performed::Done(event.into_iter().collect()),
        })
    }

    fn redacted(&self, text: &str) -> String {
        text.replace(SECRET, "[redacted]")
    }

    fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.policy)
    }

    fn show(&mut self, _event: &Event, _transition: &Transition) {}
}

/// A clock that stands still: what a run comes to does not depend on the time of a crash.
pub(crate) struct StandingClock;

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

/// Begins `run` in `folder`, or takes it up, and drives it until it rests or breaks. `hears` speaks to it meanwhile.
pub(crate) async fn drive(
    folder: &Path,
    run: &Run,
    hands: ScriptedHands,
    heard: &mut mpsc::Receiver<Heard>,
) -> Result<Run, DriveError> {
    let folder = RunFolder::at(folder);
    let hold = Hold::take(&folder, "test", StandingClock.now()).expect("nobody else holds it");
    let clock = Arc::new(StandingClock);
    let mut driver = if folder.ledger().exists() {
        let (journal, ledger) = Journal::open(&folder, hold.fencing())?;
        Driver::take_up(&ledger, journal, hands, clock).await?
    } else {
        let journal = Journal::create(&folder, run, hold.fencing())?;
        Driver::new(run.clone(), journal, hands, clock)
    };
    let begins = matches!(driver.run().state, pipemason_core::run::RunState::Pending).then_some(Event::Started);
    driver.drive(begins, heard).await?;
    Ok(driver.run().clone())
}
