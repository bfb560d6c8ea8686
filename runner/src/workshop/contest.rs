//! An approved change of something that an agent contested, carried out.

use std::fs;

use pipemason_core::hash::ContentHash;
use pipemason_core::run::{Artifact, Run};
use pipemason_git::{Content, TreeEdit};

use super::trees::{list_record, read_record, write_record};
use super::{WorkError, Workshop};

/// The mode of a file that is no program.
const PLAIN: u32 = 0o100_644;

/// Applies the proposal with this hash to the tree that is worked on: documents and files alike.
///
/// What it changes is judged by its own gate next, which freezes it anew.
pub(crate) async fn apply(shop: &Workshop, run: &Run, hash: ContentHash) -> Result<(), WorkError> {
    let path = shop.folder.root().join("proposals").join(format!("{hash}.diff"));
    let diff = fs::read_to_string(&path).unwrap_or_default();
    if ContentHash::of(diff.as_bytes()) != hash {
        return Err(WorkError::Other(
            "the change that was approved is not there any more; say in words what to do".to_owned(),
        ));
    }
    let tree = shop.tree(run).await?;
    let newest = shop.newest_tree()?;
    let mut names: Vec<String> = ["spec.md", "test-plan.md", "decisions.md"].map(str::to_owned).to_vec();
    names.extend(list_record(tree.folder(), "contracts")?);
    let mut documents = Vec::new();
    for name in names {
        if let Some(text) = read_record(tree.folder(), &name)? {
            let content = Content { mode: PLAIN, blob: shop.store().write_blob(text.as_bytes())? };
            documents.push((format!(".pipeline/{name}"), content));
        }
    }
    let puts: Vec<TreeEdit<'_>> =
        documents.iter().map(|(path, content)| TreeEdit::Put { path, content: *content }).collect();
    let before = shop.store().edit_tree(Some(newest), &puts)?;
    let after = match shop.store().apply(before, &diff).await? {
        Ok(after) => after,
        // Applied before a crash, it does not fit a second time, and need not.
        Err(words) if is_applied(shop, run) => {
            shop.note(format!("The approved change is there already: {words}"));
            return Ok(());
        }
        Err(words) => return Err(WorkError::Other(format!("the approved change does not fit: {words}"))),
    };
    let changes = shop.store().tree_changes(Some(before), after)?;
    let mut files = Vec::new();
    for change in &changes.files {
        match (change.path.strip_prefix(".pipeline/"), change.entry.after()) {
            (Some(name), Some(content)) => write_record(tree.folder(), name, &shop.store().blob(content.blob)?)?,
            (Some(_), None) => {}
            (None, _) => files.push(&*change.path),
        }
    }
    tree.restore(after, &files).await?;
    shop.take_snapshot(&tree, "An approved change of what was contested").await?;
    Ok(())
}

/// Says whether a frozen test is another one in the work than it was frozen as: only an approved change does that.
fn is_applied(shop: &Workshop, run: &Run) -> bool {
    let Ok(newest) = shop.newest_tree() else { return false };
    let tests =
        run.frozen.iter().filter(|(artifact, _)| matches!(artifact, Artifact::Tests(_) | Artifact::EndToEndTests(_)));
    let mut files = tests.flat_map(|(_, frozen)| frozen.files.iter());
    files.any(|file| {
        let found = shop.store().file(newest, &file.path).ok().flatten();
        found.is_none_or(|found| found.content.blob != file.blob)
    })
}
