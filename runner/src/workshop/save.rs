//! What others find of a run: its record and work under `refs/pipemason`, its branch, and the view in the checkout.

use std::fs;
use std::path::Path;

use pipemason_core::hash::{CommitSha, TreeHash};
use pipemason_core::id::BranchName;
use pipemason_core::run::{Artifact, Run};
use pipemason_git::{Content, Lease, NewCommit, Push, Pushed, Shown, TreeEdit};

use super::{WorkError, Workshop};
use crate::files::{FileError, make_folder, write_new, write_whole};
use crate::view::View;

/// The mode of a file that is no program.
const PLAIN: u32 = 0o100_644;

/// What git leaves alone of the view in the user's checkout.
const IGNORED: &str = "# What is here belongs to runs; only the configuration and finished records are committed.\n\
                       /*\n!/config.yml\n!/runs/\n";

/// Writes the view where people look: `.pipeline/` of the user's checkout, which shows the newest run.
pub(crate) fn show_in_checkout(shop: &Workshop, view: &View, run: &Run) -> Result<(), FileError> {
    let folder = shop.site.user.work_tree().join(".pipeline");
    make_folder(&folder)?;
    // One that is there belongs to the repository.
    write_new(&folder.join(".gitignore"), IGNORED.as_bytes())?;
    write_whole(&folder.join("STATE.md"), view.state(run).as_bytes())
}

/// Publishes the record and the work so far, where another machine finds it.
pub(crate) async fn checkpoint(shop: &Workshop, run: &Run) -> Result<(), WorkError> {
    let name = format!("refs/pipemason/runs/{}", run.id);
    let before = shop.store().reference(&name)?;
    let tree = record_tree(shop, run)?;
    let by = shop.signature();
    let parents: Vec<CommitSha> = before.into_iter().collect();
    let message = format!("Record of run {} at transition {}\n", run.id, run.seq);
    let commit = NewCommit { tree, parents: &parents, author: &by, committer: &by, message: &message };
    let commit = shop.store().commit(&commit)?;
    shop.point(&name, commit).await?;
    let work = shop.newest()?;
    shop.point(&shop.work_ref(), work).await?;
    let pushes = [(name, before, commit), (shop.work_ref(), None, work)];
    push_refs(shop, &pushes).await
}

/// Pushes refs of this run; a remote that cannot be reached hears of it next time.
async fn push_refs(shop: &Workshop, refs: &[(String, Option<CommitSha>, CommitSha)]) -> Result<(), WorkError> {
    let Some(remote) = &shop.site.remote else { return Ok(()) };
    for (name, _, commit) in refs {
        let seen_name = format!("refs/published/{}", name.trim_start_matches("refs/"));
        let seen = shop.store().reference(&seen_name)?;
        let lease = seen.map_or(Lease::Absent, Lease::At);
        let push = Push { target: name, commit: Some(*commit), lease };
        match shop.store().push(&remote.push, &shop.site.transport, &[push]).await? {
            Pushed::Done => shop.point(&seen_name, *commit).await?,
            Pushed::LeaseLost { words } | Pushed::Rejected { words } | Pushed::Unreachable { words } => {
                shop.note(format!("`{name}` is not on the remote yet: {words}"));
            }
        }
    }
    Ok(())
}

/// Returns a tree with the files of the run's folder that another machine needs.
fn record_tree(shop: &Workshop, run: &Run) -> Result<TreeHash, WorkError> {
    let mut files = vec![("ledger".to_owned(), shop.folder.ledger())];
    files.extend(run.facts.map(|hash| ("facts.json".to_owned(), shop.folder.facts(hash))));
    for name in ["STATE.md", "iterations.log"] {
        files.push((name.to_owned(), shop.folder.view().join(name)));
    }
    let mut puts = Vec::new();
    for (name, path) in files {
        if let Ok(bytes) = fs::read(&path) {
            puts.push((name, Content { mode: PLAIN, blob: shop.store().write_blob(&bytes)? }));
        }
    }
    let edits: Vec<TreeEdit<'_>> =
        puts.iter().map(|(path, content)| TreeEdit::Put { path, content: *content }).collect();
    Ok(shop.store().edit_tree(None, &edits)?)
}

/// Returns `tree` with the run's documents below `.pipeline/runs/<run>/`.
pub(crate) fn with_documents(shop: &Workshop, run: &Run, tree: TreeHash) -> Result<TreeHash, WorkError> {
    let folder = format!(".pipeline/runs/{}", run.id);
    let mut puts = Vec::new();
    for (artifact, frozen) in run.frozen.iter() {
        if matches!(artifact, Artifact::Spec | Artifact::Contracts | Artifact::Plan) {
            for file in frozen.files.iter() {
                let name = file.path.trim_start_matches(".pipeline/");
                puts.push((format!("{folder}/{name}"), Content { mode: file.mode, blob: file.blob }));
            }
        }
    }
    for name in ["STATE.md", "iterations.log"] {
        if let Ok(bytes) = fs::read(shop.folder.view().join(name)) {
            let blob = shop.store().write_blob(&bytes)?;
            puts.push((format!("{folder}/{name}"), Content { mode: PLAIN, blob }));
        }
    }
    let edits: Vec<TreeEdit<'_>> =
        puts.iter().map(|(path, content)| TreeEdit::Put { path, content: *content }).collect();
    Ok(shop.store().edit_tree(Some(tree), &edits)?)
}

/// Puts the work in progress on the run's branch, with the documents that people edit.
pub(crate) async fn save_work(shop: &Workshop, run: &Run) -> Result<(), WorkError> {
    checkpoint(shop, run).await?;
    let newest = shop.newest()?;
    let tree = with_documents(shop, run, shop.store().tree_of(newest)?)?;
    let by = shop.signature();
    let message = format!("Work in progress of run {}\n\nPipemason-Run: {}\n", run.id, run.id);
    let commit = NewCommit { tree, parents: &[newest], author: &by, committer: &by, message: &message };
    let commit = shop.store().commit(&commit)?;
    show_branch(shop, run, commit).await?;
    let name = format!("refs/heads/{}", run.origin.branch);
    push_refs(shop, &[(name, None, commit)]).await
}

/// Returns the ref that says what the run put on its branch last.
pub(crate) fn shown_ref(branch: &BranchName) -> String {
    format!("refs/pipemason/shown/{branch}")
}

/// Makes the run's branch visible in the user's repository.
pub(crate) async fn show_branch(shop: &Workshop, run: &Run, commit: CommitSha) -> Result<(), WorkError> {
    let branch = &run.origin.branch;
    let shown = shown_ref(branch);
    let before = shop.store().reference(&shown)?;
    match shop.site.user.show_branch(shop.store(), branch, before, commit).await? {
        Shown::Done => shop.point(&shown, commit).await,
        Shown::CheckedOut => {
            shop.note(format!("`{branch}` is checked out, so it was not moved; the work is at {}", commit.short()));
            Ok(())
        }
        Shown::Lost { .. } => {
            shop.note(format!("Somebody moved `{branch}`, so it was left alone; the work is at {}", commit.short()));
            Ok(())
        }
    }
}

/// Puts protected paths back as the base has them.
pub(crate) async fn restore_protected(shop: &Workshop, run: &Run) -> Result<(), WorkError> {
    let tree = shop.tree(run).await?;
    let base = shop.store().tree_of(shop.facts().base)?;
    let changes = shop.store().tree_changes(Some(base), shop.newest_tree()?)?;
    let Some(protected) = changes.protected(&shop.project().path_rules) else { return Ok(()) };
    if run.is_approved(pipemason_core::escalation::ApprovalSubject::ProtectedPaths, protected.hash) {
        return Ok(());
    }
    let paths: Vec<&str> = protected.paths.iter().map(AsRef::as_ref).collect();
    tree.restore(base, &paths).await?;
    shop.take_snapshot(&tree, "Protected paths are as the base has them").await?;
    Ok(())
}

/// Writes the closing entry, and removes the trees.
pub(crate) async fn close(shop: &Workshop, run: &Run) -> Result<(), WorkError> {
    checkpoint(shop, run).await?;
    remove_trees(&shop.trees);
    Ok(())
}

/// Removes the trees of a run; what is left is only disk space.
fn remove_trees(folder: &Path) {
    let _left = fs::remove_dir_all(folder);
}
