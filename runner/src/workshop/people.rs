//! What people did to a run's branch while it waited, taken up as theirs.

use pipemason_core::hash::{CommitSha, TreeHash};
use pipemason_core::run::Run;
use pipemason_git::{NewCommit, TreeEdit};

use super::save::shown_ref;
use super::{WorkError, Workshop};
use crate::project::Project;

impl Workshop {
    /// Goes on from `commit`, which a person left on the branch, and returns the tree without the run's documents.
    ///
    /// Where the person brought the fetched base in, their history becomes the run's: it resolves what the run did not.
    /// Otherwise what they changed becomes one commit of theirs on the newest work.
    pub(crate) async fn take_over(&self, run: &Run, commit: CommitSha) -> Result<TreeHash, WorkError> {
        let store = self.store();
        let folder = format!(".pipeline/runs/{}", run.id);
        let all = store.tree_of(commit)?;
        let tree = store.edit_tree(Some(all), &[TreeEdit::Remove { path: &folder }])?;
        let facts = self.facts();
        let brings_base = !store.is_ancestor(facts.target, facts.head)? && store.is_ancestor(facts.target, commit)?;
        let parent = if brings_base { commit } else { self.newest()? };
        let taken = if store.tree_of(parent)? == tree {
            parent
        } else {
            let by = self.signature();
            let what = if brings_base { "Take the documents of the run off the branch" } else { "Changes by hand" };
            let message = format!("{what}\n\nPipemason-Run: {}\n", self.run);
            store.commit(&NewCommit { tree, parents: &[parent], author: &by, committer: &by, message: &message })?
        };
        if brings_base {
            self.learn(|facts| {
                facts.head = taken;
                facts.base = facts.target;
            })?;
            self.take_project(Project::read(store, facts.target, &self.overrides)?);
        }
        self.point(&self.work_ref(), taken).await?;
        // What is on the branch is known from here on, so the run may move it again.
        self.point(&shown_ref(&run.origin.branch), commit).await?;
        let mut work = self.tree(run).await?;
        work.reset_to(taken, &run.origin.branch, &self.identity).await?;
        self.take_documents(all, &folder, &work)?;
        Ok(tree)
    }

    /// Writes the run's documents, as the person left them, where the gates look for them.
    fn take_documents(&self, all: TreeHash, folder: &str, work: &pipemason_git::Tree) -> Result<(), WorkError> {
        for (path, content) in self.store().files(all, folder)? {
            let name = path.trim_start_matches(folder).trim_start_matches('/');
            if !matches!(name, "STATE.md" | "iterations.log") {
                super::trees::write_record(work.folder(), name, &self.store().blob(content.blob)?)?;
            }
        }
        Ok(())
    }

    /// Takes up the base as it was fetched just now; `rebase` goes there.
    pub fn take_target(&self, target: CommitSha) -> Result<(), WorkError> {
        if self.facts().target != target {
            self.learn(|facts| facts.target = target)?;
        }
        Ok(())
    }
}
