//! What commands have in common: the repository they stand in, and a run that is driven until it rests.

use std::path::Path;
use std::sync::Arc;

use pipemason_agent::presets::{self, ChooseError, Chosen};
use pipemason_core::actor::Actor;
use pipemason_core::config::{Auto, Config, Overrides};
use pipemason_core::id::RunId;
use pipemason_core::run::{Event, Run, RunState};
use pipemason_core::status::RunStatus;
use pipemason_core::text::redact::Redactor;
use pipemason_git::{Git, Store, UserRepository};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{CliError, Exit};
use crate::drive::{Driver, Heard};
use crate::folder::{Home, RunFolder};
use crate::journal::{self, Journal};
use crate::settings::Settings;
use crate::ui::Ui;
use crate::view::View;
use crate::workshop::{Agents, RunHands, Site, Workshop};

/// The repository that a command stands in.
pub(super) struct Session {
    pub(super) settings: Settings,
    pub(super) site: Site,
}

impl Session {
    /// Opens the repository of the current folder.
    pub(super) async fn open() -> Result<Self, CliError> {
        let settings = Settings::read()?;
        let git = Git::find(&settings.environment, CancellationToken::new()).await?;
        let user = UserRepository::open(&git, Path::new(".")).await?;
        let store = Store::open(&user)?;
        let remote = user.remote().await?;
        let transport = user.transport();
        let home = Home::in_git_folder(user.common_git_dir());
        Ok(Self { settings, site: Site { git, user, store, remote, transport, home } })
    }

    /// Returns the person at the terminal.
    pub(super) fn person(&self) -> Actor {
        let name = self.site.user.identity().map_or_else(|| "somebody".to_owned(), |identity| identity.name);
        Actor::Local { name: name.into() }
    }

    /// Returns the folder of the run that was named, or of the newest one.
    pub(super) fn folder(&self, named: Option<&str>) -> Result<(RunId, RunFolder), CliError> {
        let run = match named {
            Some(named) => named.parse::<RunId>()?,
            None => {
                let none = || CliError::usage("there is no run in this repository; `pipemason start` begins one");
                self.site.home.runs()?.last().copied().ok_or_else(none)?
            }
        };
        Ok((run, self.site.home.run(run)))
    }

    /// Returns a run as its ledger tells it.
    pub(super) fn look(&self, named: Option<&str>) -> Result<pipemason_core::ledger::Ledger, CliError> {
        Ok(journal::look(&self.folder(named)?.1)?)
    }

    /// Chooses who takes turns.
    pub(super) fn agents(&self, config: &Config, wanted: Option<&str>) -> Result<Agents, ChooseError> {
        let host = &self.settings.environment;
        let worker = match wanted {
            Some(name) => presets::named(name, host)?,
            None => presets::choose(&config.agent.name, host)?,
        };
        let reviewer = config.agent.roles.iter().find(|(role, _)| role.as_str() == "reviewer");
        let reviewer: Chosen = match reviewer {
            Some((_, name)) => presets::choose(&Auto::Given(name.clone()), host)?,
            None => worker.clone(),
        };
        Ok(Agents { worker, reviewer })
    }

    /// Returns what must not be shown: values of variables that are secret by their name.
    pub(super) fn redactor(&self) -> Redactor {
        let is_secret = |name: &str| {
            let name = name.to_ascii_uppercase();
            ["TOKEN", "SECRET", "PASSWORD", "API_KEY", "PRIVATE_KEY"].iter().any(|word| name.contains(word))
        };
        let pairs =
            self.settings.environment.iter().filter_map(|(name, value)| Some((name.to_str()?, value.to_str()?)));
        let secrets: Vec<&str> = pairs.filter(|(name, _)| is_secret(name)).map(|(_, value)| value).collect();
        Redactor::new(secrets)
    }

    /// Returns what the environment says about the configuration.
    pub(super) fn overrides(&self) -> Overrides {
        self.settings.overrides.clone()
    }
}

/// Drives a run until it rests, and says how that ended.
pub(super) async fn drive(
    shop: Arc<Workshop>,
    view: View,
    place: Place,
    event: Option<Event>,
    ui: Ui,
) -> Result<Exit, CliError> {
    let clock = Arc::clone(&shop.clock);
    let person = place.person.clone();
    let hands = RunHands::new(shop, view);
    let mut driver = match place.begins {
        Begins::New(run, journal) => Driver::new(*run, journal, hands, clock),
        Begins::Again(ledger, journal) => Driver::take_up(&ledger, journal, hands, clock).await?,
    };
    let (say, mut heard) = mpsc::channel(16);
    let signals = listen(say, person);
    tokio::pin!(signals);
    tokio::select! {
        driven = driver.drive(event, &mut heard) => driven?,
        // Somebody does not want to wait for an orderly end. What was committed is kept.
        () = &mut signals => return Ok(Exit::Aborted),
    }
    ui.ended(driver.run());
    Ok(exit_of(driver.run()))
}

/// Where a run is taken up.
pub(super) struct Place {
    pub(super) begins: Begins,
    pub(super) person: Actor,
}

/// Whether a run begins or goes on.
pub(super) enum Begins {
    New(Box<Run>, Journal),
    Again(Box<pipemason_core::ledger::Ledger>, Journal),
}

/// Tells the driver of letters and of the first signal; the second one ends this.
async fn listen(say: mpsc::Sender<Heard>, person: Actor) {
    let mut signals = 0;
    let mut letters = tokio::time::interval(std::time::Duration::from_millis(500));
    loop {
        tokio::select! {
            _ = letters.tick() => {
                let _unheard = say.try_send(Heard::Letters);
            }
            () = signal() => {
                signals += 1;
                if signals > 1 {
                    return;
                }
                let aborted = Event::Aborted { by: person.clone() };
                let _unheard = say.send(Heard::Event(Box::new(aborted))).await;
            }
        }
    }
}

/// Waits for a signal that asks to end.
#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};

    let (Ok(mut interrupted), Ok(mut ended)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = ended.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

fn exit_of(run: &Run) -> Exit {
    use pipemason_core::escalation::Cause;

    let cause = run.escalation().map(|escalation| &escalation.cause);
    match (&run.state, cause) {
        // It rests where it was asked to.
        (RunState::Escalated { .. }, Some(Cause::StopRequested)) => Exit::Done,
        (RunState::Escalated { .. }, Some(Cause::Aborted { .. })) => Exit::Aborted,
        (RunState::Escalated { .. }, Some(Cause::RemoteUnreachable { .. })) => Exit::Remote,
        (RunState::Escalated { .. }, _) => Exit::Escalated,
        (RunState::Failed { .. }, _) => Exit::Failed,
        (RunState::Pending | RunState::Running { .. } | RunState::Complete | RunState::Cancelled { .. }, _) => {
            Exit::Done
        }
    }
}

/// Says whether a run can still be told something.
pub(super) fn is_over(run: &Run) -> bool {
    let status: RunStatus = run.status();
    status.is_final()
}
