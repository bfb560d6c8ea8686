//! `pipemason log`: what happened in a run.

use clap::Args;

use super::session::Session;
use super::{CliError, Exit};
use crate::ui;
use crate::view::View;

/// What `log` takes.
#[derive(Debug, Args)]
pub(super) struct LogArguments {
    /// The run; the newest one if it is left out
    run: Option<String>,
}

pub(super) async fn log(arguments: &LogArguments) -> Result<Exit, CliError> {
    let session = Session::open().await?;
    let ledger = session.look(arguments.run.as_deref())?;
    let mut view = View::new(session.site.home.run(ledger.run.id).view(), "agent");
    view.take_all(&ledger.run, &ledger.entries);
    for entry in view.log() {
        ui::log_line(entry);
    }
    Ok(Exit::Done)
}
