//! `finalize`: the branch with its record, looked at once more, and pushed.

use std::collections::BTreeSet;
use std::sync::Arc;

use pipemason_core::config::RecordPlace;
use pipemason_core::escalation::ApprovalSubject;
use pipemason_core::hash::{CommitSha, ContentHash};
use pipemason_core::phase::Phase;
use pipemason_core::run::{Event, PublishReport, Run};
use pipemason_core::words::{CommitView, commit_message};
use pipemason_git::{Approved, Lease, NewCommit, Push, PushRules, Pushed, SnapshotLimits};

use super::save::{show_branch, with_documents};
use super::{WorkError, Workshop};

/// Publishes what is proven.
pub(crate) async fn publish(shop: &Workshop, run: &Run, asked: u64) -> Event {
    let report = match try_publish(shop, run).await {
        Ok(report) => report,
        Err(error) => PublishReport::Rejected { words: Arc::from(error.to_string()) },
    };
    Event::Published { asked, report }
}

async fn try_publish(shop: &Workshop, run: &Run) -> Result<PublishReport, WorkError> {
    let (facts, project) = (shop.facts(), shop.project());
    let store = shop.store();
    let tree = store.tree_of(facts.head)?;
    let base_tree = store.tree_of(facts.base)?;
    if run.inputs.tree != Some(tree) {
        return Err(WorkError::Other("the commits are not what the gates saw; nothing was pushed".to_owned()));
    }
    let lines = store.line_changes(Some(base_tree), tree).await?.total();
    let lines = u32::try_from(lines).unwrap_or(u32::MAX);
    let hash = ContentHash::of(tree.to_string().as_bytes());
    if lines > project.policy.limits.diff_lines && !run.is_approved(ApprovalSubject::LargeChange, hash) {
        return Ok(PublishReport::TooLarge { lines, hash });
    }
    let head = match project.config.finalize.record {
        RecordPlace::Branch => with_record(shop, run, facts.head)?,
        RecordPlace::Ref => facts.head,
    };
    let rules = PushRules {
        paths: project.path_rules.clone(),
        approved: approved(shop, run, base_tree, tree)?,
        limits: SnapshotLimits::default(),
    };
    let problems = store.before_push(facts.base, head, &rules).await?;
    if !problems.is_empty() {
        let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
        return Ok(PublishReport::Unsafe { words: Arc::from(words.join("; ")) });
    }
    show_branch(shop, run, head).await?;
    let Some(remote) = &shop.site.remote else { return Ok(PublishReport::NoRemote { commit: head }) };
    let name = format!("refs/heads/{}", run.origin.branch);
    let seen_name = format!("refs/published/heads/{}", run.origin.branch);
    let lease = store.reference(&seen_name)?.map_or(Lease::Absent, Lease::At);
    let push = Push { target: &name, commit: Some(head), lease };
    Ok(match store.push(&remote.push, &shop.site.transport, &[push]).await? {
        Pushed::Done => {
            shop.point(&seen_name, head).await?;
            PublishReport::Pushed { commit: head, pull_request: None }
        }
        Pushed::LeaseLost { words } | Pushed::Rejected { words } => PublishReport::Rejected { words: Arc::from(words) },
        Pushed::Unreachable { words } => PublishReport::Unreachable { words: Arc::from(words) },
    })
}

/// Adds the record of the run to the branch. The same record is the same commit, so doing it twice is harmless.
fn with_record(shop: &Workshop, run: &Run, head: CommitSha) -> Result<CommitSha, WorkError> {
    let store = shop.store();
    let tree = with_documents(shop, run, store.tree_of(head)?)?;
    let mut by = shop.signature();
    by.at = run.updated_at;
    let view = CommitView {
        suggestion: "Record of the run",
        run: run.id,
        phase: Phase::Finalize,
        unit: None,
        issue: None,
        sign_off: None,
    };
    let message = commit_message(&view, &shop.redactor);
    Ok(store.commit(&NewCommit { tree, parents: &[head], author: &by, committer: &by, message: &message })?)
}

/// Returns the changes of protected paths that a person approved, as they are now.
fn approved(
    shop: &Workshop,
    run: &Run,
    base: pipemason_core::hash::TreeHash,
    tree: pipemason_core::hash::TreeHash,
) -> Result<BTreeSet<Approved>, WorkError> {
    let changes = shop.store().tree_changes(Some(base), tree)?;
    let Some(protected) = changes.protected(&shop.project().path_rules) else { return Ok(BTreeSet::new()) };
    if !run.is_approved(ApprovalSubject::ProtectedPaths, protected.hash) {
        return Ok(BTreeSet::new());
    }
    let is_one = |path: &Arc<str>| protected.paths.contains(path);
    let changed = changes.files.iter().filter(|change| is_one(&change.path));
    Ok(changed.map(|change| Approved { path: Arc::clone(&change.path), content: change.entry.after() }).collect())
}
