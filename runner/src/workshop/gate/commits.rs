//! The commits of a phase that passed: the agent's as suggestions, each with our words, and the rest as one.

use pipemason_core::phase::Phase;
use pipemason_core::words::{CommitView, commit_message};
use pipemason_git::{AgentCommits, RecreatedCommit, SnapshotLimits};

use super::Gate;
use crate::workshop::WorkError;

impl Gate<'_> {
    /// Makes the commits of what passed, and takes the tree up from there.
    pub(super) async fn make_commits(&mut self) -> Result<(), WorkError> {
        let shop = self.shop;
        let head = shop.facts().head;
        if shop.store().tree_of(head)? == self.tree_hash {
            return Ok(());
        }
        let suggestions = match self.tree.agent_commits(&SnapshotLimits::default()).await? {
            AgentCommits::Linear(suggestions) => suggestions,
            AgentCommits::Unusable { words } => {
                shop.note(format!("The agent's commits are taken as one: {words}"));
                Vec::new()
            }
        };
        // One of the trees on the way may hold what was put back since.
        let mut commits: Vec<RecreatedCommit> = suggestions
            .iter()
            .map(|suggestion| RecreatedCommit { tree: suggestion.tree, message: self.message(&suggestion.message) })
            .collect();
        if commits.last().is_none_or(|last| last.tree != self.tree_hash) {
            commits.push(RecreatedCommit { tree: self.tree_hash, message: self.message("") });
        }
        let head = shop.store().recreate(head, &commits, &shop.signature())?;
        shop.point(&shop.work_ref(), head).await?;
        shop.learn(|facts| facts.head = head)?;
        self.tree.reset_to(head, &self.run.origin.branch, &shop.identity).await?;
        Ok(())
    }

    fn message(&self, suggestion: &str) -> String {
        let issue = match &self.run.origin.ticket.source {
            pipemason_core::ticket::Source::Issue { number, .. } => Some(*number),
            pipemason_core::ticket::Source::CommandLine | pipemason_core::ticket::Source::Story { .. } => None,
        };
        let phase: Phase = self.wanted.phase;
        let view = CommitView { suggestion, run: self.run.id, phase, unit: self.unit(), issue, sign_off: None };
        commit_message(&view, &self.shop.redactor)
    }
}
