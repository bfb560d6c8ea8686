//! The gates over what is written before code: specification, contracts, plan.

use std::fs;
use std::sync::Arc;

use pipemason_core::domain::Unit;
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::{Check, CheckOutcome, Finding, Severity};
use pipemason_core::hash::ContentHash;
use pipemason_core::run::{Artifact, FreezeProposal, FrozenFile};
use pipemason_core::spec::{self, Spec};
use pipemason_core::test_plan::{self, TestPlan};
use pipemason_core::{decisions, turn_output};
use pipemason_gates::contracts::{ContractFiles, contracts, read_contracts};

use super::{Gate, Seen};
use crate::files::FileError;
use crate::workshop::trees::{list_record, read_record, write_record};
use crate::workshop::{WorkError, record_folder};

/// The mode of a file that is no program.
const PLAIN: u32 = 0o100_644;

impl Gate<'_> {
    pub(super) fn analyze(&mut self) -> Result<Seen, WorkError> {
        let Some(file) = self.record("spec.md")? else { return Ok(missing("spec", "spec.md")) };
        let (check, mut learned) = spec::gate(&file);
        let proposal = FreezeProposal { hash: Spec::freeze_hash(&file), files: self.files(&["spec.md".to_owned()])? };
        learned.freeze = Self::freeze(Artifact::Spec, proposal);
        Ok(Seen { checks: vec![check], learned, inputs: None })
    }

    pub(super) fn contracts(&mut self) -> Result<Seen, WorkError> {
        let folder = record_folder(self.tree.folder()).join("contracts");
        let files = match fs::symlink_metadata(&folder) {
            Ok(found) if found.is_dir() => {
                read_contracts(&folder).map_err(|error| FileError::new(&folder, "read", error))?
            }
            Ok(_) | Err(_) => ContractFiles::default(),
        };
        let check = contracts(&files, None);
        let files = self.files(&list_record(self.tree.folder(), "contracts")?)?;
        let mut seen = Seen::of(vec![check]);
        seen.learned.freeze = Self::freeze(Artifact::Contracts, FreezeProposal { hash: hash_of(&files), files });
        Ok(seen)
    }

    pub(super) fn architect(&mut self) -> Result<Seen, WorkError> {
        self.merge_drafts()?;
        let Some(plan) = self.record("test-plan.md")? else { return Ok(missing("test_plan", "test-plan.md")) };
        let spec = Spec::read(&self.record("spec.md")?.unwrap_or_default()).value;
        let check = test_plan::gate(&plan, &spec);
        let names = ["test-plan.md", "decisions.md"].map(str::to_owned);
        let files = self.files(&names)?;
        let mut seen = Seen::of(vec![check]);
        seen.learned.freeze = Self::freeze(Artifact::Plan, FreezeProposal { hash: hash_of(&files), files });
        Ok(seen)
    }

    /// Joins what the architects of the units drafted, in the order of the configuration.
    ///
    /// A draft is taken up once: what a person changed in the files afterwards stays.
    fn merge_drafts(&self) -> Result<(), WorkError> {
        let shop = self.shop;
        let mut plans = Vec::new();
        let mut entries = Vec::new();
        for unit in self.run.units.iter() {
            let tree = shop.trees.join(format!("architect.{unit}"));
            let draft = |name: &str| read_record(&tree, &format!("out/architect.{unit}/{name}"));
            plans.extend(draft("test-plan.md")?.map(|text| TestPlan::read(&text).value));
            entries.extend(draft("decisions.md")?.map(|text| decisions::read(&text)));
            // Whatever is drafted next is drafted anew.
            if tree.is_dir() {
                fs::remove_dir_all(&tree).map_err(|error| FileError::new(&tree, "removed", error))?;
            }
        }
        if !plans.is_empty() {
            let merged = TestPlan::merge(&plans);
            write_record(self.tree.folder(), "test-plan.md", merged.write().as_bytes())?;
        }
        let before = self.record("decisions.md")?.unwrap_or_default();
        let after = decisions::append(&before, &entries);
        write_record(self.tree.folder(), "decisions.md", after.as_bytes())
    }

    pub(super) fn review(&mut self) -> Result<Seen, WorkError> {
        let tree = self.shop.trees.join("review");
        let path = turn_output::path(self.wanted.phase, None);
        let output = read_record(&tree, &path)?.and_then(|text| turn_output::read(&text).ok());
        let Some(output) = output else { return Ok(missing("review", &path)) };
        let project = self.shop.project();
        let findings: Vec<Finding> = output.gate_findings();
        let blocks = |finding: &Finding| finding.severity >= project.policy.review_block_at;
        let result = if findings.iter().any(blocks) {
            let (blocking, _): (Vec<_>, Vec<_>) = findings.into_iter().partition(blocks);
            CheckOutcome::Failed { class: FailureClass::ReviewFinding, findings: blocking }
        } else {
            CheckOutcome::Passed
        };
        Ok(Seen::of(vec![Check { name: "review".to_owned(), unit: None, result, log: None }]))
    }

    pub(super) fn record(&self, name: &str) -> Result<Option<String>, WorkError> {
        read_record(self.tree.folder(), name)
    }

    /// Puts files of the record into the store, and names them as they are frozen.
    fn files(&self, names: &[String]) -> Result<Arc<[FrozenFile]>, WorkError> {
        let mut files = Vec::new();
        for name in names {
            let Some(text) = self.record(name)? else { continue };
            let blob = self.shop.store().write_blob(text.as_bytes())?;
            files.push(FrozenFile { path: format!(".pipeline/{name}").into(), mode: PLAIN, blob });
        }
        Ok(files.into())
    }
}

/// Returns the hash that names files by path, mode and content.
pub(super) fn hash_of(files: &[FrozenFile]) -> ContentHash {
    let named: Vec<String> = files.iter().map(|file| format!("{} {:o} {}", file.path, file.mode, file.blob)).collect();
    ContentHash::of_parts(named.iter().map(String::as_bytes))
}

/// Returns what a gate saw that found no file to look at.
fn missing(check: &str, path: &str) -> Seen {
    let finding = Finding {
        class: FailureClass::GateFailed,
        severity: Severity::Medium,
        rule: format!("{check}/missing"),
        message: format!("`.pipeline/{path}` is not there, or is no plain file of a readable size"),
        path: Some(format!(".pipeline/{path}")),
        line: None,
        unit: None::<Unit>,
    };
    let result = CheckOutcome::Failed { class: FailureClass::GateFailed, findings: vec![finding] };
    Seen::of(vec![Check { name: check.to_owned(), unit: None, result, log: None }])
}
