//! What a person changed on the branch while the run waited.

use pipemason_core::hash::CommitSha;
use pipemason_core::run::{Artifact, Edited, Found, History, Run};

use pipemason_git::Fetched;

use super::CliError;
use crate::workshop::Workshop;

/// Compares the run's branch with what the run left there, and takes up what differs.
pub(super) async fn found(shop: &Workshop, run: &Run) -> Result<Found, CliError> {
    let unchanged = Found {
        history: History::Continued,
        edited: Edited::default(),
        tree: run.escalation().and_then(|escalation| escalation.tree),
    };
    let left = shop.site.store.reference(&format!("refs/pipemason/shown/{}", run.origin.branch))?;
    let Some(left) = left else { return Ok(unchanged) };
    let Some(now) = newest(shop, run, left).await? else { return Ok(unchanged) };
    let history = shop.site.store.history_relation(shop.facts().base, left, now).await?;
    if history == History::Rewritten {
        return Ok(Found { history, ..unchanged });
    }
    Ok(Found { history, edited: edited(shop, run, left, now)?, tree: Some(shop.take_over(run, now).await?) })
}

/// Returns the commit that a person left on the branch, here or on the remote, if it is not the run's own.
async fn newest(shop: &Workshop, run: &Run, left: CommitSha) -> Result<Option<CommitSha>, CliError> {
    let (site, branch) = (&shop.site, &run.origin.branch);
    let here = site.user.branch(branch)?.filter(|commit| *commit != left);
    let fetched = site.store.fetch_base(&site.user, site.remote.as_ref(), &site.transport, branch).await?;
    let there = match fetched {
        Fetched::Fresh { commit } => Some(commit).filter(|commit| *commit != left),
        Fetched::Local { .. } | Fetched::Missing | Fetched::Unreachable { .. } => None,
    };
    match (here, there) {
        (Some(here), Some(there)) if site.store.is_ancestor(here, there)? => Ok(Some(there)),
        (Some(here), Some(there)) if !site.store.is_ancestor(there, here)? => Err(CliError::usage(format!(
            "`{branch}` was changed here ({}) and on the remote ({}); bring the two together and resume",
            here.short(),
            there.short()
        ))),
        (here, there) => Ok(here.or(there)),
    }
}

fn edited(shop: &Workshop, run: &Run, left: CommitSha, now: CommitSha) -> Result<Edited, CliError> {
    let store = &shop.site.store;
    let changes = store.tree_changes(Some(store.tree_of(left)?), store.tree_of(now)?)?;
    let folder = format!(".pipeline/runs/{}/", run.id);
    let frozen_in = |wanted: fn(&Artifact) -> bool, path: &str| {
        let artifacts = run.frozen.iter().filter(|(artifact, _)| wanted(artifact));
        artifacts.flat_map(|(_, frozen)| frozen.files.iter()).any(|file| &*file.path == path)
    };
    let mut edited = Edited::default();
    for change in &changes.files {
        match change.path.strip_prefix(&folder) {
            Some("spec.md") => edited.spec = true,
            Some("test-plan.md" | "decisions.md") => edited.plan = true,
            Some(name) if name.starts_with("contracts/") => edited.contracts = true,
            Some(_) => {}
            None if frozen_in(|artifact| matches!(artifact, Artifact::Tests(_)), &change.path) => edited.tests = true,
            None if frozen_in(|artifact| matches!(artifact, Artifact::EndToEndTests(_)), &change.path) => {
                edited.end_to_end_tests = true;
            }
            None => edited.code = true,
        }
    }
    Ok(edited)
}
