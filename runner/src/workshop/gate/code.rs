//! The gates over code, unit by unit: red, green, and what keeps it clean.

use std::collections::BTreeSet;
use std::sync::Arc;

use pipemason_core::domain::Unit;
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::Check;
use pipemason_core::id::CriterionId;
use pipemason_core::phase::Phase;
use pipemason_core::proof::TestChanges;
use pipemason_core::report::TestName;
use pipemason_core::run::{Artifact, FreezeProposal, FrozenFile};
use pipemason_core::spec::{Proof, Spec};
use pipemason_core::test_plan::TestPlan;
use pipemason_core::ticket::TicketKind;
use pipemason_gates::{
    CommandCheck, GreenWork, Ground, Place, RedProof, RedWork, Stopped, Suite, command_check, commands_green,
    commands_red, green, no_code, red,
};

use super::documents::hash_of;
use super::{Gate, Seen};
use crate::workshop::initialize::make_ready;
use crate::workshop::{WorkError, Workshop};

impl From<Stopped> for WorkError {
    fn from(stopped: Stopped) -> Self {
        Self::Other(stopped.to_string())
    }
}

impl Gate<'_> {
    /// Makes the tree ready and returns the place of the gate's unit, with the check of the set-up.
    pub(super) async fn ready(&self, unit: &Unit) -> Result<(Place, Vec<Check>), WorkError> {
        let place = self.shop.place(self.tree.folder(), self.wanted.phase, Some(unit), self.time, self.stop)?;
        let commands = self.shop.project().commands_of(unit);
        let check = make_ready(self.shop, &place, unit, &commands).await?;
        Ok((place, check.into_iter().collect()))
    }

    /// Returns the plan as it is frozen.
    pub(super) fn plan(&self) -> Result<TestPlan, WorkError> {
        Ok(TestPlan::read(&self.record("test-plan.md")?.unwrap_or_default()).value)
    }

    /// Returns the criteria that commands prove.
    pub(super) fn commands(&self) -> Result<Vec<(CriterionId, String)>, WorkError> {
        let spec = Spec::read(&self.record("spec.md")?.unwrap_or_default()).value;
        let proven = spec.criteria.iter().filter_map(|criterion| match criterion.proof() {
            Proof::Check { command } => Some((criterion.id, command.to_owned())),
            Proof::Tests => None,
        });
        Ok(proven.collect())
    }

    /// Returns the paths that differ from the base.
    pub(super) fn changed_files(&self) -> Result<BTreeSet<String>, WorkError> {
        let store = self.shop.store();
        let base = store.tree_of(self.shop.facts().base)?;
        let changes = store.tree_changes(Some(base), self.tree_hash)?;
        Ok(changes.files.iter().map(|change| change.path.to_string()).collect())
    }

    pub(super) async fn red(&mut self) -> Result<Seen, WorkError> {
        let (shop, phase) = (self.shop, self.wanted.phase);
        let Some(unit) = self.unit().cloned() else { return Ok(Seen::default()) };
        let project = shop.project();
        let (place, mut checks) = self.ready(&unit).await?;
        let commands = project.commands_of(&unit);
        let (name, line) = if phase == Phase::E2e { ("e2e", &commands.e2e) } else { ("tests", &commands.test) };
        let changes = self.plan()?.changes(phase, Some(&unit));
        let changed_files = self.changed_files()?;
        let facts = shop.facts();
        let ground = facts.grounds.get(&unit);
        let mut seen = Seen::default();
        if let (Some(line), Some(ground)) = (line, ground) {
            let suite = Suite { name, line, junit: project.config.reports.junit.as_ref() };
            let work = RedWork { ground, changes: &changes, paths: &project.test_paths, changed_files: &changed_files };
            let gate = red(&place, suite, work).await?;
            checks.push(gate.check);
            if let Some(proof) = gate.proof {
                shop.learn(|facts| {
                    let proofs = if phase == Phase::E2e { &mut facts.end_to_end_red } else { &mut facts.red };
                    proofs.insert(unit.clone(), proof);
                })?;
            }
        }
        if phase == Phase::Tdd && self.wanted.is_last_unit {
            let commands = self.commands()?;
            if !commands.is_empty() {
                checks.push(commands_red(&place, &commands).await?);
            }
        }
        seen.checks = checks;
        let files = self.test_files(&changed_files)?;
        let artifact = if phase == Phase::E2e { Artifact::EndToEndTests(unit) } else { Artifact::Tests(unit) };
        seen.learned.freeze = Self::freeze(artifact, FreezeProposal { hash: hash_of(&files), files });
        Ok(seen)
    }

    /// Returns the changed test files, as they are frozen.
    fn test_files(&self, changed: &BTreeSet<String>) -> Result<Arc<[FrozenFile]>, WorkError> {
        let project = self.shop.project();
        let mut files = Vec::new();
        for path in changed.iter().filter(|path| project.test_paths.contain(path)) {
            if let Some(found) = self.shop.store().file(self.tree_hash, path)? {
                let (mode, blob) = (found.content.mode, found.content.blob);
                files.push(FrozenFile { path: path.as_str().into(), mode, blob });
            }
        }
        Ok(files.into())
    }

    pub(super) async fn green(&mut self) -> Result<Seen, WorkError> {
        let Some(unit) = self.unit().cloned() else { return Ok(Seen::default()) };
        let (place, mut checks) = self.ready(&unit).await?;
        if self.run.kind == TicketKind::NoCode {
            let changed = self.changed_files()?;
            checks.push(no_code(&place, changed.iter().map(String::as_str)));
        }
        checks.extend(self.tests(&place, &unit, !self.wanted.is_last_unit).await?);
        checks.extend(self.clean(&place, &unit).await?);
        if self.wanted.is_last_unit {
            let commands = self.commands()?;
            if !commands.is_empty() {
                checks.push(commands_green(&place, &commands).await?);
            }
        }
        Ok(Seen::of(checks))
    }

    /// Runs the tests of a unit: the red ones pass, and all of the base. Where other units follow, theirs may still fail.
    pub(super) async fn tests(&self, place: &Place, unit: &Unit, others_follow: bool) -> Result<Vec<Check>, WorkError> {
        let (shop, run) = (self.shop, self.run);
        let project = shop.project();
        let commands = project.commands_of(unit);
        let facts = shop.facts();
        let pending: BTreeSet<TestName> = if others_follow {
            let later = run.units.iter().skip_while(|other| *other != unit).skip(1);
            later.filter_map(|other| facts.red.get(other)).flat_map(RedProof::tests).collect()
        } else {
            BTreeSet::new()
        };
        let mut checks = Vec::new();
        let is_ui = self.wanted.phase == Phase::Ui || place.phase != Phase::Implement && unit.has_ui();
        let suites = [
            ("tests", commands.test.as_ref(), &facts.red, true),
            ("e2e", commands.e2e.as_ref(), &facts.end_to_end_red, is_ui),
        ];
        for (name, line, red, takes_part) in suites {
            let (Some(line), Some(ground), true) = (line, facts.grounds.get(unit), takes_part) else { continue };
            let suite = Suite { name, line, junit: project.config.reports.junit.as_ref() };
            let ground = if name == "e2e" { &Ground::Weak } else { ground };
            let changes = self.all_changes(unit)?;
            let red = match run.kind {
                TicketKind::Behavior => red.get(unit),
                TicketKind::Preserving | TicketKind::NoCode => None,
            };
            let work = GreenWork { ground, changes: &changes, red, pending: &pending };
            checks.push(green(place, suite, work).await?.check);
        }
        Ok(checks)
    }

    fn all_changes(&self, unit: &Unit) -> Result<TestChanges, WorkError> {
        Ok(self.plan()?.changes(Phase::Tdd, Some(unit)))
    }

    /// Runs what looks at the code of a unit without running it.
    pub(super) async fn clean(&self, place: &Place, unit: &Unit) -> Result<Vec<Check>, WorkError> {
        let project = self.shop.project();
        let commands = project.commands_of(unit);
        let quality = &project.config.quality;
        let sarif = project.config.reports.sarif.as_ref();
        let wanted = [
            ("lint", commands.lint.as_ref(), FailureClass::LintError, quality.require_lint_clean, sarif),
            ("typecheck", commands.typecheck.as_ref(), FailureClass::GateFailed, quality.require_typecheck_clean, None),
            ("build", commands.build.as_ref(), FailureClass::GateFailed, true, None),
        ];
        let mut checks = Vec::new();
        for (name, line, class, is_wanted, sarif) in wanted {
            if is_wanted {
                let command = project.gate_command(unit, line);
                checks.push(command_check(place, CommandCheck { name, command, class, sarif }).await?);
            }
        }
        Ok(checks)
    }
}

impl Workshop {
    /// Puts frozen tests back where they are not as they were frozen; returns the paths of those.
    pub(crate) async fn restore_tests(
        &self,
        run: &pipemason_core::run::Run,
        tree: &pipemason_git::Tree,
        is_made_now: impl Fn(&Artifact) -> bool,
    ) -> Result<Vec<Arc<str>>, WorkError> {
        let snapshot = tree.snapshot(&pipemason_git::SnapshotLimits::default()).await?;
        let mut touched = Vec::new();
        let mut edits = Vec::new();
        for (artifact, frozen) in run.frozen.iter().filter(|(artifact, _)| !is_made_now(artifact)) {
            if !matches!(artifact, Artifact::Tests(_) | Artifact::EndToEndTests(_)) {
                continue;
            }
            for file in frozen.files.iter() {
                let found = self.store().file(snapshot.tree, &file.path)?.map(|found| found.content);
                let wanted = pipemason_git::Content { mode: file.mode, blob: file.blob };
                if found != Some(wanted) {
                    touched.push(Arc::clone(&file.path));
                    edits.push((Arc::clone(&file.path), wanted));
                }
            }
        }
        if !edits.is_empty() {
            let edits: Vec<_> =
                edits.iter().map(|(path, content)| pipemason_git::TreeEdit::Put { path, content: *content }).collect();
            let wanted = self.store().edit_tree(Some(snapshot.tree), &edits)?;
            let paths: Vec<&str> = touched.iter().map(AsRef::as_ref).collect();
            tree.restore(wanted, &paths).await?;
        }
        Ok(touched)
    }
}
