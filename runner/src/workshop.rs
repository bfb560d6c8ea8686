//! The hands of a run: git, agents and gates, put to work as the machine asks.
//!
//! Each effect has a part of its own below. What takes long is a future over a [`Workshop`] that all of them share; what
//! it changes for good is written down before its event is heard.
//!
//! Deciding is not here, and neither is printing: what happens is told to a [`Teller`].

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;
use pipemason_agent::presets::Chosen;
use pipemason_agent::{AgentEvent, Role};
use pipemason_core::config::Overrides;
use pipemason_core::hash::{CommitSha, ContentHash, TreeHash};
use pipemason_core::id::RunId;
use pipemason_core::policy::Policy;
use pipemason_core::run::{Announcement, Effect, EffectKey, Event, Inputs, Run, Transition};
use pipemason_core::text::redact::Redactor;
use pipemason_git::{Git, GitError, Identity, Remote, Signature, Store, Swap, Transport, UserRepository};
use tokio_util::sync::CancellationToken;

use crate::drive::{Hands, HandsError, Performed};
use crate::facts::{Facts, FactsError};
use crate::files::FileError;
use crate::folder::{Home, RunFolder};
use crate::ports::Clock;
use crate::project::{Project, ProjectError};
use crate::settings::Settings;
use crate::view::View;

mod contest;
mod gate;
mod initialize;
mod people;
mod places;
mod publish;
mod reserve;
mod save;
mod trees;
mod turn;

/// What people who watch are told.
#[derive(Clone, Debug)]
pub enum Told {
    /// The run went on.
    Step { run: Box<Run>, transition: Box<Transition> },
    /// An agent does something.
    Agent(AgentEvent),
    /// A gate runs a command, or has run one.
    Command { check: String, line: String, ended: Option<String> },
    /// Something that is said once.
    Note(String),
    /// Something for people to hear.
    Announcement(Announcement),
}

/// Hears what happens. It is called in the middle of work, so it must not wait.
pub type Teller = Arc<dyn Fn(Told) + Send + Sync>;

/// The repository that a run is about, with its ways in and out.
#[derive(Clone)]
pub struct Site {
    pub git: Git,
    pub user: UserRepository,
    pub store: Store,
    pub remote: Option<Remote>,
    pub transport: Transport,
    pub home: Home,
}

/// Who takes turns.
#[derive(Clone, Debug)]
pub struct Agents {
    pub worker: Chosen,
    pub reviewer: Chosen,
}

impl Agents {
    fn of(&self, role: Role) -> &Chosen {
        match role {
            Role::Worker => &self.worker,
            Role::Reviewer => &self.reviewer,
        }
    }
}

/// Everything that the effects of one run share.
pub struct Workshop {
    pub run: RunId,
    pub site: Site,
    pub folder: RunFolder,
    /// The folder of the run's trees, and of the homes of its agents.
    pub trees: PathBuf,
    pub settings: Settings,
    pub overrides: Overrides,
    pub agents: Agents,
    pub clock: Arc<dyn Clock>,
    pub redactor: Redactor,
    pub identity: Identity,
    pub teller: Teller,
    project: RwLock<Arc<Project>>,
    facts: Mutex<Facts>,
}

/// Why an effect could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    #[error(transparent)]
    Git(#[from] GitError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Facts(#[from] FactsError),
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error("somebody else moved `{0}`, which only this run moves")]
    Moved(String),
    #[error("{0}")]
    Other(String),
}

impl From<WorkError> for HandsError {
    fn from(error: WorkError) -> Self {
        Self(error.to_string())
    }
}

/// What a workshop is made of, beside what it finds.
pub struct Tools {
    pub run: RunId,
    pub site: Site,
    pub settings: Settings,
    pub overrides: Overrides,
    pub agents: Agents,
    pub clock: Arc<dyn Clock>,
    pub redactor: Redactor,
    pub teller: Teller,
}

impl Workshop {
    /// Makes a workshop for a run that knows `facts`, in a repository that is as `project` says.
    pub fn new(tools: Tools, project: Project, facts: Facts) -> Self {
        let Tools { run, site, settings, overrides, agents, clock, redactor, teller } = tools;
        let trees = places::trees_of(&settings.trees, &site, run);
        let unnamed = || Identity { name: "Pipemason".to_owned(), email: "pipemason@localhost".to_owned() };
        let identity = site.user.identity().unwrap_or_else(unnamed);
        Self {
            folder: site.home.run(run),
            project: RwLock::new(Arc::new(project)),
            facts: Mutex::new(facts),
            run,
            site,
            trees,
            settings,
            overrides,
            agents,
            clock,
            redactor,
            identity,
            teller,
        }
    }

    /// Returns the repository as it is at the base.
    pub fn project(&self) -> Arc<Project> {
        Arc::clone(&self.project.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns what the engine knows.
    pub fn facts(&self) -> Facts {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes what the engine knows, writes it down, and returns the hash for the ledger.
    pub(crate) fn learn(&self, change: impl FnOnce(&mut Facts)) -> Result<ContentHash, WorkError> {
        let mut facts = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut facts);
        Ok(facts.write(&self.folder)?)
    }

    fn take_project(&self, project: Project) {
        *self.project.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(project);
    }

    pub(crate) fn store(&self) -> &Store {
        &self.site.store
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn signature(&self) -> Signature {
        Signature { identity: self.identity.clone(), at: self.now() }
    }

    pub(crate) fn note(&self, note: impl Into<String>) {
        (self.teller)(Told::Note(note.into()));
    }

    /// Returns the ref of the work in progress.
    pub(crate) fn work_ref(&self) -> String {
        format!("refs/pipemason/work/{}", self.run)
    }

    /// Points a ref of this run, which nobody else moves, to `commit`.
    pub(crate) async fn point(&self, name: &str, commit: CommitSha) -> Result<(), WorkError> {
        let before = self.store().reference(name)?;
        match self.store().swap_reference(name, before, Some(commit)).await? {
            Swap::Done => Ok(()),
            Swap::Lost { .. } => Err(WorkError::Moved(name.to_owned())),
        }
    }

    /// Returns everything that phases can read, as it is now.
    pub(crate) fn inputs(&self, run: &Run, tree: TreeHash) -> Inputs {
        Inputs { tree: Some(tree), config: Some(self.project().hash), base: Some(self.facts().target), ..*run.inputs }
    }
}

/// The hands of one run.
pub struct RunHands {
    shop: Arc<Workshop>,
    view: View,
}

impl RunHands {
    /// Makes hands that work in `shop` and keep `view` up to date.
    pub fn new(shop: Arc<Workshop>, view: View) -> Self {
        Self { shop, view }
    }
}

impl Hands for RunHands {
    async fn perform(
        &mut self,
        key: EffectKey,
        effect: &Effect,
        run: &Run,
        stop: &CancellationToken,
    ) -> Result<Performed, HandsError> {
        let (shop, run, stop) = (Arc::clone(&self.shop), run.clone(), stop.clone());
        let asked = key.seq;
        let done = |events: Vec<Event>| Ok(Performed::Done(events));
        match effect.clone() {
            Effect::Initialize => Ok(begun(async move { initialize::initialize(&shop, &run, asked, &stop).await })),
            Effect::Reserve { turns, usd_each, .. } => {
                done(vec![reserve::reserve(&shop, &run, asked, turns, usd_each)?])
            }
            Effect::AskAgent { turn } => Ok(begun(async move { turn::take(&shop, &run, asked, &turn, &stop).await })),
            Effect::EvaluateGate { phase, unit, is_last_unit } => {
                let wanted = gate::Wanted { phase, unit, is_last_unit };
                Ok(begun(async move { gate::evaluate(&shop, &run, asked, &wanted, &stop).await }))
            }
            Effect::Publish { pull_request: _ } => Ok(begun(async move { publish::publish(&shop, &run, asked).await })),
            // What is frozen is in the store already: a gate puts there what it proposes.
            Effect::Freeze { .. } => done(Vec::new()),
            Effect::RestoreProtected => {
                save::restore_protected(&shop, &run).await?;
                done(Vec::new())
            }
            Effect::ApplyContest { hash, .. } => {
                contest::apply(&shop, &run, hash).await?;
                done(Vec::new())
            }
            Effect::Checkpoint => {
                self.show_view(&run)?;
                save::checkpoint(&shop, &run).await?;
                done(Vec::new())
            }
            Effect::SaveWork => {
                self.show_view(&run)?;
                save::save_work(&shop, &run).await?;
                done(Vec::new())
            }
            Effect::ShowStatus => {
                self.show_view(&run)?;
                done(Vec::new())
            }
            Effect::Announce { announcement } => {
                (shop.teller)(Told::Announcement(announcement));
                done(Vec::new())
            }
            Effect::Close => {
                self.show_view(&run)?;
                save::close(&shop, &run).await?;
                done(Vec::new())
            }
            // On this machine the runner is this process.
            Effect::RequestRunner => done(vec![Event::RunnerReady]),
            // What is under way has been stopped already; a person reads the escalation in what is told of the step.
            Effect::StopWork | Effect::Escalate { .. } => done(Vec::new()),
        }
    }

    fn redacted(&self, text: &str) -> String {
        self.shop.redactor.redact(text).into_owned()
    }

    fn policy(&self) -> Arc<Policy> {
        Arc::new(self.shop.project().policy.clone())
    }

    fn show(&mut self, _event: &Event, transition: &Transition) {
        self.view.take(&transition.run, &transition.effects, &transition.records);
        let (run, transition) = (Box::new(transition.run.clone()), Box::new(transition.clone()));
        (self.shop.teller)(Told::Step { run, transition });
    }
}

impl RunHands {
    fn show_view(&mut self, run: &Run) -> Result<(), HandsError> {
        self.view.write(run).map_err(WorkError::from)?;
        save::show_in_checkout(&self.shop, &self.view, run).map_err(WorkError::from)?;
        Ok(())
    }
}

fn begun(work: impl Future<Output = Event> + Send + 'static) -> Performed {
    Performed::Begun(Box::pin(work))
}

/// Returns the folder of the run's record in a tree.
pub(crate) fn record_folder(tree: &Path) -> PathBuf {
    tree.join(".pipeline")
}
