//! `pipemason start`: a run from a text or a file.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use clap::Args;
use pipemason_core::config::{Auto, StashPolicy};
use pipemason_core::hash::CommitSha;
use pipemason_core::id::{BranchName, RunId};
use pipemason_core::money::Usd;
use pipemason_core::naming::{NameParts, branch_name, untaken};
use pipemason_core::phase::Phase;
use pipemason_core::run::{Event, Opening, Origin, Run};
use pipemason_core::ticket::{Source, Ticket};
use pipemason_git::{Fetched, Stash, Unstashed};

use super::session::{Begins, Place, Session, drive};
use super::{CliError, Exit};
use crate::facts::Facts;
use crate::hold::Hold;
use crate::journal::Journal;
use crate::ports::{Clock as _, IdSource as _, SystemClock, SystemIds};
use crate::project::Project;
use crate::ui::{self, Ui};
use crate::view::View;
use crate::workshop::{Tools, Workshop};

/// What `start` takes.
#[derive(Debug, Args)]
pub(super) struct StartArguments {
    /// What is to be done: a text, or the path of a file that says it
    ticket: String,
    /// The branch to start from
    #[arg(long, value_name = "BRANCH")]
    base: Option<String>,
    /// Put changes that are not committed aside, and give them back once the run has its own tree
    #[arg(long)]
    stash: bool,
    /// The last thing to do: analyze, architect, tdd, red-green, iterate or full
    #[arg(long, value_name = "SCOPE")]
    scope: Option<String>,
    /// The phase after which to rest
    #[arg(long, value_name = "PHASE", conflicts_with = "scope")]
    stop_after: Option<Phase>,
    /// Say what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Who takes the turns: a known agent, `script:FILE`, `custom:PROGRAM` or `command:PROGRAM`
    #[arg(long, value_name = "NAME")]
    agent: Option<String>,
    /// The most that the run may cost, in dollars
    #[arg(long, value_name = "N")]
    budget_usd: Option<Usd>,
}

pub(super) async fn start(arguments: StartArguments, ui: Ui) -> Result<Exit, CliError> {
    let session = Session::open().await?;
    let stop_after = last_phase(&arguments)?;
    let mut overrides = session.overrides();
    overrides.max_usd_per_run = match (arguments.budget_usd, overrides.max_usd_per_run) {
        (Some(flag), Some(variable)) => Some(flag.min(variable)),
        (flag, variable) => flag.or(variable),
    };
    if let Some(base) = &arguments.base {
        overrides.base = Some(Auto::Given(base.parse()?));
    }
    if arguments.stash {
        overrides.stash = Some(StashPolicy::Stash);
    }
    let (base_branch, base) = base(&session, overrides.base.as_ref()).await?;
    let project = Project::read(&session.site.store, base, &overrides)?;
    for note in &project.notes {
        ui::note(note);
    }
    let agents = session.agents(&project.config, arguments.agent.as_deref())?;
    let (title, body) = ticket_text(&arguments.ticket)?;
    let clock = Arc::new(SystemClock);
    let now = clock.now();
    let id = SystemIds.run_id(now)?;
    let requested_by = session.person();
    let source = Source::CommandLine;
    let ticket = Ticket { source, title: title.into(), body: body.into(), requested_by, accepted_at: now };
    let branch = free_branch(&session, &project, id, &ticket)?;
    if arguments.dry_run {
        ui.plan(&branch, &base_branch, &project, &agents.worker.preset.name);
        return Ok(Exit::Done);
    }
    let stash = put_aside(&session, &project, id).await?;
    let origin = Origin {
        ticket,
        opening: Opening::Ticket,
        branch,
        base: base_branch,
        previous: None,
        spent_before: Usd::ZERO,
        opens_pull_request: false,
    };
    let run = Run::new(id, origin, stop_after, now);
    ui.started(&run);
    let folder = session.site.home.run(id);
    let hold = Hold::take(&folder, &owner(), now)?;
    let journal = Journal::create(&folder, &run, hold.fencing())?;
    if let Some(stash) = stash {
        give_back(&session, &stash).await?;
    }
    let view = View::new(folder.view(), &agents.worker.preset.name);
    let (redactor, person) = (session.redactor(), session.person());
    let Session { settings, site } = session;
    let tools = Tools { run: id, site, settings, overrides, agents, clock, redactor, teller: ui.teller() };
    let shop = Arc::new(Workshop::new(tools, project, Facts::new(base, arguments.agent)));
    let place = Place { begins: Begins::New(Box::new(run), journal), person };
    let exit = drive(shop, view, place, Some(Event::Started), ui).await;
    drop(hold);
    exit
}

/// Refuses a tree with changes, or puts them aside where that is wanted: they would not be part of the run.
async fn put_aside(session: &Session, project: &Project, run: RunId) -> Result<Option<Stash>, CliError> {
    let user = &session.site.user;
    let dirty = user.dirty_files().await?;
    if dirty.has_configuration {
        ui::note("`.pipeline/config.yml` has changes that are not committed; the run uses the one of the base branch.");
    }
    if dirty.is_clean() {
        return Ok(None);
    }
    if project.config.stash.policy == StashPolicy::Stash {
        return Ok(user.stash(&format!("pipemason run {run}")).await?);
    }
    let names = dirty.names.join("\n  ");
    Err(CliError::usage(format!(
        "{} changes are not committed and would not be part of the run:\n  {names}\ncommit them, or start with `--stash`",
        dirty.count
    )))
}

/// Gives back what was put aside.
async fn give_back(session: &Session, stash: &Stash) -> Result<(), CliError> {
    match session.site.user.unstash(stash).await? {
        Unstashed::Done => {}
        Unstashed::Kept { name, words } => ui::note(&format!("Your changes are still in the stash `{name}`: {words}")),
    }
    Ok(())
}

/// Names this process for people.
pub(super) fn owner() -> String {
    format!("process {}", std::process::id())
}

fn last_phase(arguments: &StartArguments) -> Result<Option<Phase>, CliError> {
    Ok(match arguments.scope.as_deref() {
        None => arguments.stop_after,
        Some("analyze") => Some(Phase::Analyze),
        Some("architect") => Some(Phase::Architect),
        Some("tdd") => Some(Phase::Tdd),
        Some("red-green") => Some(Phase::Implement),
        Some("iterate") => Some(Phase::Recheck),
        Some("full") => None,
        Some(other) => {
            let known = "analyze, architect, tdd, red-green, iterate, full";
            return Err(CliError::usage(format!("`{other}` is no scope; there are {known}")));
        }
    })
}

/// Returns the base branch and its newest commit.
async fn base(session: &Session, wanted: Option<&Auto<BranchName>>) -> Result<(BranchName, CommitSha), CliError> {
    let site = &session.site;
    let branch = match wanted {
        Some(Auto::Given(branch)) => branch.clone(),
        Some(Auto::Auto) | None => site.user.default_base(site.remote.as_ref())?.ok_or_else(|| {
            CliError::usage(
                "this repository has no branch to start from; commit something first, or name one: `--base`",
            )
        })?,
    };
    match site.store.fetch_base(&site.user, site.remote.as_ref(), &site.transport, &branch).await? {
        Fetched::Fresh { commit } | Fetched::Local { commit } => Ok((branch, commit)),
        Fetched::Missing => Err(CliError::usage(format!("there is no branch `{branch}`; name another one: `--base`"))),
        Fetched::Unreachable { words } => {
            Err(CliError::remote(format!("the remote does not answer, so the base may be stale: {words}")))
        }
    }
}

/// Reads the ticket: the first line is its title.
fn ticket_text(ticket: &str) -> Result<(String, String), CliError> {
    let path = Path::new(ticket);
    let text = if path.is_file() {
        fs::read_to_string(path).map_err(|error| CliError::usage(format!("`{ticket}` cannot be read: {error}")))?
    } else {
        ticket.to_owned()
    };
    let text = text.trim();
    if text.is_empty() {
        return Err(CliError::usage("the ticket says nothing; say what is to be done"));
    }
    let (title, body) = text.split_once('\n').unwrap_or((text, ""));
    Ok((title.trim_start_matches('#').trim().to_owned(), body.trim().to_owned()))
}

/// Returns a name for the branch of a run that no branch has.
fn free_branch(session: &Session, project: &Project, run: RunId, ticket: &Ticket) -> Result<BranchName, CliError> {
    let parts = NameParts {
        run,
        title: &ticket.title,
        ticket: None,
        story: None,
        epic: None,
        program: None,
        user: session.site.user.setting("user.name"),
    };
    let name = branch_name(&project.config.branch, &parts);
    let mut taken = std::collections::BTreeSet::new();
    let mut candidate = name.clone();
    while session.site.user.branch(&candidate)?.is_some() {
        taken.insert(candidate);
        candidate = untaken(&name, &taken);
    }
    Ok(candidate)
}
