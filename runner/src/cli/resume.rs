//! `pipemason resume` and `pipemason approve`: a stopped run goes on.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use pipemason_core::escalation::{Awaiting, Escalation};
use pipemason_core::hash::ContentHash;
use pipemason_core::money::Usd;
use pipemason_core::phase::Phase;
use pipemason_core::reply::terminal_answer;
use pipemason_core::run::{Event, ResumeRequest, RunState};
use pipemason_git::Fetched;

use super::found::found;
use super::session::{Begins, Place, Session, drive};
use super::{CliError, Exit};
use crate::facts::Facts;
use crate::hold::Hold;
use crate::journal::Journal;
use crate::ports::{Clock as _, SystemClock};
use crate::project::Project;
use crate::ui::{self, Ui};
use crate::view::View;
use crate::workshop::{Tools, Workshop};

/// What `resume` takes.
#[derive(Debug, Args)]
pub(super) struct ResumeArguments {
    /// The run; the newest one if it is left out
    run: Option<String>,
    /// The answer to what the run asks
    #[arg(long, value_name = "TEXT")]
    answer: Option<String>,
    /// A file with the answer
    #[arg(long, value_name = "FILE", conflicts_with = "answer")]
    answer_file: Option<PathBuf>,
    /// What the run may spend altogether from now on, in dollars
    #[arg(long, value_name = "N")]
    budget_usd: Option<Usd>,
    /// The phase to go back to
    #[arg(long, value_name = "PHASE")]
    phase: Option<Phase>,
    /// Who takes the turns from now on
    #[arg(long, value_name = "NAME")]
    agent: Option<String>,
}

/// What `approve` takes.
#[derive(Debug, Args)]
pub(super) struct ApproveArguments {
    /// The run, if it is not the newest one; then the hash that the run names
    #[arg(required = true, num_args = 1..=2, value_names = ["RUN", "HASH"])]
    words: Vec<String>,
    /// Who takes the turns from now on
    #[arg(long, value_name = "NAME")]
    agent: Option<String>,
}

/// What a person brings.
#[derive(Debug, Default)]
struct Brings {
    answer: Option<String>,
    approval: Option<String>,
    raise_usd: Option<Usd>,
    phase: Option<Phase>,
    agent: Option<String>,
}

pub(super) async fn resume(arguments: ResumeArguments, ui: Ui) -> Result<Exit, CliError> {
    let ResumeArguments { run, answer, answer_file, budget_usd, phase, agent } = arguments;
    let answer = match answer_file {
        Some(path) => {
            let words = |error| CliError::usage(format!("`{}` cannot be read: {error}", path.display()));
            Some(std::fs::read_to_string(&path).map_err(words)?)
        }
        None => answer,
    };
    go_on(run.as_deref(), Brings { answer, approval: None, raise_usd: budget_usd, phase, agent }, ui).await
}

pub(super) async fn approve(arguments: ApproveArguments, ui: Ui) -> Result<Exit, CliError> {
    let ApproveArguments { mut words, agent } = arguments;
    let approval = words.pop();
    go_on(words.first().map(String::as_str), Brings { approval, agent, ..Brings::default() }, ui).await
}

async fn go_on(named: Option<&str>, brings: Brings, ui: Ui) -> Result<Exit, CliError> {
    let session = Session::open().await?;
    let (id, folder) = session.folder(named)?;
    let clock = Arc::new(SystemClock);
    let hold = Hold::take(&folder, &super::start::owner(), clock.now())?;
    let (journal, ledger) = Journal::open(&folder, hold.fencing())?;
    let run = &ledger.run;
    if super::session::is_over(run) {
        return Err(CliError::usage(format!("run {id} is {} and does not go on", run.status().name())));
    }
    let Some(hash) = run.facts else {
        return Err(CliError::usage(format!("run {id} ended before it began; start it again")));
    };
    let facts = Facts::read(&folder, hash)?;
    let overrides = session.overrides();
    let project = Project::read(&session.site.store, facts.base, &overrides)?;
    let agent = brings.agent.as_deref().or(facts.agent.as_deref());
    let agents = session.agents(&project.config, agent)?;
    let mut view = View::new(folder.view(), &agents.worker.preset.name);
    view.take_all(run, &ledger.entries);
    let person = session.person();
    let redactor = session.redactor();
    let settings = session.settings.clone();
    let tools = Tools {
        run: id,
        site: session.site.clone(),
        settings,
        overrides,
        agents,
        clock,
        redactor,
        teller: ui.teller(),
    };
    let shop = Arc::new(Workshop::new(tools, project, facts));
    let fetched = session.site.store.fetch_base(
        &session.site.user,
        session.site.remote.as_ref(),
        &session.site.transport,
        &run.origin.base,
    );
    match fetched.await? {
        Fetched::Fresh { commit } | Fetched::Local { commit } => shop.take_target(commit)?,
        Fetched::Missing => ui::note(&format!("`{}` is gone; the run goes on from what it knows.", run.origin.base)),
        Fetched::Unreachable { words } => {
            return Err(CliError::remote(format!("the remote does not answer, so the base may be stale: {words}")));
        }
    }
    let event = match &run.state {
        RunState::Escalated { escalation, .. } => {
            let mut request = ResumeRequest::new(person.clone(), escalation.id, found(&shop, run).await?);
            request.answer =
                brings.answer.as_deref().and_then(|text| terminal_answer(text, escalation, person.clone()));
            request.approval = brings.approval.as_deref().map(|typed| approved(typed, escalation)).transpose()?;
            request.raise_usd = brings.raise_usd;
            request.phase = brings.phase;
            let event = Event::ResumeRequested { request };
            // Whoever asks hears at once why nothing follows.
            pipemason_core::run::step(run, &event, &shop.project().policy, shop.clock.now())?;
            Some(event)
        }
        RunState::Pending => Some(Event::Started),
        RunState::Running { .. } | RunState::Complete | RunState::Failed { .. } | RunState::Cancelled { .. } => None,
    };
    let place = Place { begins: Begins::Again(Box::new(ledger), journal), person };
    let exit = drive(shop, view, place, event, ui).await;
    drop(hold);
    exit
}

/// Returns the hash that a person names, written out in full.
fn approved(typed: &str, escalation: &Escalation) -> Result<ContentHash, CliError> {
    match &escalation.awaiting {
        Awaiting::Approval { hash, .. } if hash.is_named_by(typed) => Ok(*hash),
        Awaiting::Approval { hash, .. } => {
            Err(CliError::usage(format!("the run asks about {}, and not about `{typed}`", hash.short())))
        }
        Awaiting::Answer { .. } | Awaiting::Change | Awaiting::Budget { .. } => {
            Err(CliError::usage("nothing awaits an approval here"))
        }
    }
}
