//! `pipemason cancel`: a run ends for good.

use std::time::Duration;

use clap::Args;
use pipemason_core::run::{CancelCause, Event};

use super::session::{Session, is_over};
use super::{CliError, Exit};
use crate::hold::Hold;
use crate::journal::Journal;
use crate::mailbox;
use crate::ports::{Clock as _, SystemClock};
use crate::ui;

/// What `cancel` takes.
#[derive(Debug, Args)]
pub(super) struct CancelArguments {
    /// The run; the newest one if it is left out
    run: Option<String>,
}

/// How long an answer of whoever holds the run is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn cancel(arguments: &CancelArguments) -> Result<Exit, CliError> {
    let session = Session::open().await?;
    let (id, folder) = session.folder(arguments.run.as_deref())?;
    let now = SystemClock.now();
    let event = Event::CancelRequested { by: session.person(), cause: CancelCause::Command };
    match Hold::take(&folder, &super::start::owner(), now) {
        Ok(hold) => {
            let (mut journal, ledger) = Journal::open(&folder, hold.fencing())?;
            if is_over(&ledger.run) {
                ui::note(&format!("Run {id} is {} already.", ledger.run.status().name()));
                return Ok(Exit::Done);
            }
            let policy = ledger.entries.iter().rev().find_map(|entry| entry.policy.clone()).unwrap_or_default();
            let transition = pipemason_core::run::step(&ledger.run, &event, &policy, now)?;
            journal.commit(&event, &transition, &policy, now, None)?;
            ui::note(&format!("Run {id} is cancelled; its branch stays."));
            Ok(Exit::Done)
        }
        Err(crate::hold::HoldError::Held { .. }) => {
            let number = mailbox::send(&folder, &event, now)?;
            let answer = tokio::time::timeout(PATIENCE, async {
                loop {
                    if let Some(answer) = mailbox::answered(&folder, number)? {
                        return Ok::<_, mailbox::MailboxError>(answer);
                    }
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            });
            match answer.await {
                Ok(answer) => match answer? {
                    Ok(()) => {
                        ui::note(&format!("Run {id} is cancelled; its branch stays."));
                        Ok(Exit::Done)
                    }
                    Err(why) => Err(CliError::usage(why)),
                },
                Err(_) => Err(CliError::usage(format!("run {id} was told, and has not answered yet"))),
            }
        }
        Err(error) => Err(error.into()),
    }
}
