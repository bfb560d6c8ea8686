//! `pipemason doctor`: whether everything is there that a run needs, without asking any model.

use std::sync::{Arc, Mutex};

use clap::Args;
use pipemason_agent::{Folders, FrameLog, Launch, Role, Times, environment, presets, probe};
use pipemason_git::Fetched;
use tokio_util::sync::CancellationToken;

use super::session::Session;
use super::{CliError, Exit};
use crate::project::Project;
use crate::ui;

/// What `doctor` takes.
#[derive(Debug, Args)]
pub(super) struct DoctorArguments {
    /// The agent to look at; all that are installed if it is left out
    #[arg(long, value_name = "NAME")]
    agent: Option<String>,
}

pub(super) async fn doctor(arguments: &DoctorArguments) -> Result<Exit, CliError> {
    let session = Session::open().await?;
    ui::found("git", &session.site.git.program().display().to_string());
    ui::found("repository", &session.site.user.work_tree().display().to_string());
    let is_ready = repository(&session).await?;
    let agents = agents(&session, arguments.agent.as_deref()).await;
    Ok(if is_ready && agents { Exit::Done } else { Exit::Usage })
}

/// Looks at the base: does the remote answer, and what is recognized?
async fn repository(session: &Session) -> Result<bool, CliError> {
    let site = &session.site;
    let Some(branch) = site.user.default_base(site.remote.as_ref())? else {
        ui::missing("base", "there is no branch to start from; commit something first");
        return Ok(false);
    };
    let commit = match site.store.fetch_base(&site.user, site.remote.as_ref(), &site.transport, &branch).await? {
        Fetched::Fresh { commit } => {
            ui::found("base", &format!("{branch} at {}, as the remote has it", commit.short()));
            commit
        }
        Fetched::Local { commit } => {
            ui::found("base", &format!("{branch} at {}, here only", commit.short()));
            commit
        }
        Fetched::Missing => {
            ui::missing("base", &format!("there is no branch `{branch}`"));
            return Ok(false);
        }
        Fetched::Unreachable { words } => {
            ui::missing("remote", &words);
            return Ok(false);
        }
    };
    let project = Project::read(&site.store, commit, &session.overrides())?;
    for note in &project.notes {
        ui::note(note);
    }
    let mut is_tested = false;
    for unit in project.units() {
        let commands = project.commands_of(unit);
        is_tested |= commands.test.is_some();
        ui::found(&format!("tests of {unit}"), commands.test.as_deref().unwrap_or("none"));
    }
    if !is_tested {
        ui::missing(
            "tests",
            "there is no test command, so nothing could be proven; `pipemason init` makes room for one",
        );
    }
    Ok(is_tested)
}

/// Starts each agent once, and says how it introduced itself.
async fn agents(session: &Session, wanted: Option<&str>) -> bool {
    let host = &session.settings.environment;
    let names: Vec<String> = match wanted {
        Some(name) => vec![name.to_owned()],
        None => presets::all().iter().map(|preset| preset.name.clone()).collect(),
    };
    let mut works = false;
    for name in names {
        let chosen = match presets::named(&name, host) {
            Ok(chosen) => chosen,
            Err(error) if wanted.is_some() => {
                ui::missing(&name, &error.to_string());
                continue;
            }
            // Nobody has all of them.
            Err(_) => continue,
        };
        let folder = session.settings.trees.join("doctor");
        let folders = Folders { tree: folder.join("tree"), home: folder.join("home"), temporary: folder.join("tmp") };
        for folder in [&folders.tree, &folders.home, &folders.temporary] {
            let _there = std::fs::create_dir_all(folder);
        }
        let launch = Launch {
            environment: environment::build(host, chosen.preset, &[], &folders),
            chosen,
            role: Role::Worker,
            model: None,
            price: None,
            folders,
            times: Times::default(),
            listener: Arc::new(|_| ()),
            log: Arc::new(Mutex::new(FrameLog::none())),
        };
        match probe(&launch, &CancellationToken::new()).await {
            Ok(found) => {
                works = true;
                let time = found.introduced_after.as_secs_f32();
                ui::found(&name, &format!("{} {} after {time:.1} s", found.name, found.version));
            }
            Err(error) => ui::missing(&name, &error.to_string()),
        }
    }
    if !works {
        ui::missing("agents", "none works; `--agent script:FILE` plays a script without any key");
    }
    works
}
