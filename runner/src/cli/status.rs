//! `pipemason status`: how far a run is.

use clap::Args;

use super::session::Session;
use super::{CliError, Exit};
use crate::ui::Ui;

/// What `status` takes.
#[derive(Debug, Args)]
pub(super) struct StatusArguments {
    /// The run; the newest one if it is left out
    run: Option<String>,
}

pub(super) async fn status(arguments: &StatusArguments, ui: Ui) -> Result<Exit, CliError> {
    let session = Session::open().await?;
    let ledger = session.look(arguments.run.as_deref())?;
    let holder = crate::hold::holder(&session.site.home.run(ledger.run.id))?;
    ui.status(&ledger, holder.as_deref());
    Ok(Exit::Done)
}
