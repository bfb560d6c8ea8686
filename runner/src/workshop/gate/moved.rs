//! The gate of `rebase`: the fetched base is an ancestor of the work, without a conflict.

use pipemason_core::failure::FailureClass;
use pipemason_core::gate::{Check, CheckOutcome, Finding, Severity};
use pipemason_git::{Conflict, Rebase};

use super::{Gate, Seen};
use crate::project::Project;
use crate::workshop::WorkError;

impl Gate<'_> {
    pub(super) async fn rebase(&mut self) -> Result<Seen, WorkError> {
        let shop = self.shop;
        let facts = shop.facts();
        if shop.store().is_ancestor(facts.target, facts.head)? {
            return Ok(Seen::of(vec![passed()]));
        }
        let by = shop.signature();
        match shop.store().rebase(facts.head, facts.base, facts.target, &by).await? {
            Rebase::Conflict(conflict) => Ok(Seen::of(vec![failed(&conflict)])),
            Rebase::Done { head } => {
                shop.learn(|facts| {
                    facts.head = head;
                    facts.base = facts.target;
                })?;
                shop.point(&shop.work_ref(), head).await?;
                self.tree.reset_to(head, &self.run.origin.branch, &shop.identity).await?;
                self.tree_hash = shop.store().tree_of(head)?;
                shop.take_project(Project::read(shop.store(), facts.target, &shop.overrides)?);
                Ok(Seen::of(vec![passed()]))
            }
        }
    }
}

fn check(result: CheckOutcome) -> Check {
    Check { name: "rebase".to_owned(), unit: None, result, log: None }
}

fn passed() -> Check {
    check(CheckOutcome::Passed)
}

fn failed(conflict: &Conflict) -> Check {
    let finding = |path: Option<String>, message: String| Finding {
        class: FailureClass::RebaseConflict,
        severity: Severity::High,
        rule: "rebase/conflict".to_owned(),
        message,
        path,
        line: None,
        unit: None,
    };
    let mut findings: Vec<Finding> = conflict
        .files
        .iter()
        .map(|file| finding(Some(file.path.clone()), format!("both sides changed it\n{}", file.hunks)))
        .collect();
    if findings.is_empty() {
        findings.push(finding(None, conflict.words.clone()));
    }
    check(CheckOutcome::Failed { class: FailureClass::RebaseConflict, findings })
}
