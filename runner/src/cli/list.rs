//! `pipemason list`: the runs of a repository.

use super::session::Session;
use super::{CliError, Exit};
use crate::journal;
use crate::ui::{self, Ui};

pub(super) async fn list(ui: Ui) -> Result<Exit, CliError> {
    let session = Session::open().await?;
    for id in session.site.home.runs()? {
        match journal::look(&session.site.home.run(id)) {
            Ok(ledger) => ui.listed(&ledger.run),
            Err(error) => ui::note(&format!("{id}: {error}")),
        }
    }
    Ok(Exit::Done)
}
