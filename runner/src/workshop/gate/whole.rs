//! The gates over the whole change: verify, runtime check, screens.

use std::collections::{BTreeMap, BTreeSet};

use pipemason_core::domain::Unit;
use pipemason_gates::{
    AddedLines, Origin, RuntimeCommand, accessibility, coverage_check, dependency_audit, performance, runtime_check,
    screenshot_diff, search_engines, secrets, static_analysis,
};

use super::{Gate, Seen};
use crate::workshop::WorkError;

/// How long a program without a health address has to stay up.
const STAY_UP: std::time::Duration = std::time::Duration::from_secs(3);

impl Gate<'_> {
    pub(super) async fn verify(&mut self) -> Result<Seen, WorkError> {
        let project = self.shop.project();
        let config = &project.config;
        let changed: BTreeSet<String> = self.changed_files()?;
        let added = self.added_lines().await?;
        let mut checks = Vec::new();
        for unit in self.run.units.iter() {
            let (place, ready) = self.ready(unit).await?;
            checks.extend(ready);
            checks.extend(self.tests(&place, unit, false).await?);
            checks.extend(self.clean(&place, unit).await?);
            let commands = project.commands_of(unit);
            let command = project.gate_command(unit, commands.coverage.as_ref());
            let required = config.quality.require_coverage_pct;
            checks.push(coverage_check(&place, command, config.reports.coverage.as_ref(), required).await?);
            checks.push(dependency_audit(&place, &config.security, Origin::Detected, &changed).await?);
            checks.push(static_analysis(&place, &config.security).await?);
            if unit.has_ui() {
                checks.push(accessibility(&place));
                checks.push(search_engines(&place, &config.quality));
            }
            checks.push(performance(&place, &config.quality));
        }
        let place = self.shop.place(self.tree.folder(), self.wanted.phase, None, self.time, self.stop)?;
        checks.push(secrets(&place, &config.security, &added));
        Ok(Seen::of(checks))
    }

    /// Returns the lines that the change adds to the base.
    async fn added_lines(&self) -> Result<AddedLines, WorkError> {
        let store = self.shop.store();
        let base = store.tree_of(self.shop.facts().base)?;
        let changes = store.line_changes(Some(base), self.tree_hash).await?;
        let lines_of = |file: &pipemason_git::FileLines| -> BTreeMap<u32, String> {
            file.added.iter().map(|line| (line.number, line.text.clone())).collect()
        };
        Ok(changes.files.iter().map(|file| (file.path.to_string(), lines_of(file))).collect())
    }

    pub(super) async fn runtime_check(&mut self) -> Result<Seen, WorkError> {
        let project = self.shop.project();
        let mut checks = Vec::new();
        for unit in self.run.units.iter() {
            let (place, ready) = self.ready(unit).await?;
            checks.extend(ready);
            let commands = project.commands_of(unit);
            let wanted = project.gate_command(unit, commands.run.as_ref()).map(|command| RuntimeCommand {
                command,
                health: commands.health.as_ref(),
                stay_up: STAY_UP,
            });
            checks.push(runtime_check(&place, wanted).await?);
        }
        Ok(Seen::of(checks))
    }

    pub(super) fn screenshots(&mut self) -> Result<Seen, WorkError> {
        let first: Option<&Unit> = self.run.units.first();
        let place = self.shop.place(self.tree.folder(), self.wanted.phase, first, self.time, self.stop)?;
        Ok(Seen::of(vec![screenshot_diff(&place)]))
    }
}
