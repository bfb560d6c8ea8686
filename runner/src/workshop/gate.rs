//! Gates: what each phase is judged by, and what follows from a pass for the files.
//!
//! A gate looks for itself. It restores what is frozen, runs the commands of the base's configuration, and reports; the
//! machine decides. If the report is a pass, the work since the last one becomes commits before the machine hears of it:
//! a crash in between repeats the gate on the same tree.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use pipemason_core::attempt::{Attempt, fingerprint};
use pipemason_core::domain::Unit;
use pipemason_core::gate::{Check, CheckOutcome, GateReport, Verdict};
use pipemason_core::hash::TreeHash;
use pipemason_core::phase::Phase;
use pipemason_core::run::{Artifact, Event, FreezeProposal, GateEvent, Inputs, Learned, Run};
use pipemason_git::Tree;
use tokio_util::sync::CancellationToken;

use super::{WorkError, Workshop};
use crate::facts::Failure;
use crate::files::{make_folder, write_whole};

mod code;
mod commits;
mod documents;
mod moved;
mod whole;

/// Which gate is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) phase: Phase,
    pub(crate) unit: Option<Unit>,
    pub(crate) is_last_unit: bool,
}

/// What a gate saw.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    checks: Vec<Check>,
    learned: Learned,
    /// What differs from the inputs as they were.
    inputs: Option<Inputs>,
}

impl Seen {
    fn of(checks: Vec<Check>) -> Self {
        Self { checks, ..Self::default() }
    }
}

/// A gate at work.
pub(crate) struct Gate<'a> {
    pub(crate) shop: &'a Workshop,
    pub(crate) run: &'a Run,
    pub(crate) wanted: &'a Wanted,
    pub(crate) stop: &'a CancellationToken,
    pub(crate) tree: Tree,
    pub(crate) tree_hash: TreeHash,
    pub(crate) time: Duration,
}

/// Evaluates a gate.
pub(crate) async fn evaluate(
    shop: &Workshop,
    run: &Run,
    asked: u64,
    wanted: &Wanted,
    stop: &CancellationToken,
) -> Event {
    let begun = Instant::now();
    let seen = match judge(shop, run, wanted, stop).await {
        Ok(seen) => seen,
        // What could not be looked at is not met.
        Err(error) => {
            let result = CheckOutcome::Unavailable { reason: error.to_string() };
            let check = Check { name: wanted.phase.to_string(), unit: wanted.unit.clone(), result, log: None };
            (GateReport { checks: vec![check] }, Learned::default(), *run.inputs)
        }
    };
    let (report, learned, inputs) = seen;
    let facts = shop.learn(|_| ()).ok();
    let report = GateEvent { report, inputs, learned, facts, duration: begun.elapsed() };
    Event::GateReported { asked, report }
}

async fn judge(
    shop: &Workshop,
    run: &Run,
    wanted: &Wanted,
    stop: &CancellationToken,
) -> Result<(GateReport, Learned, Inputs), WorkError> {
    let tree = shop.tree(run).await?;
    let is_made_now = |artifact: &Artifact| makes(wanted, artifact);
    super::trees::restore_record(shop, run, tree.folder(), is_made_now)?;
    shop.restore_tests(run, &tree, is_made_now).await?;
    let unit = wanted.unit.as_ref().map(|unit| format!(" of {unit}")).unwrap_or_default();
    let snapshot = shop.take_snapshot(&tree, &format!("What the gate of {}{unit} sees", wanted.phase)).await?;
    let time = shop.project().policy.limits.phase_time;
    let mut gate = Gate { shop, run, wanted, stop, tree, tree_hash: snapshot.tree, time };
    let mut seen = match wanted.phase {
        Phase::Analyze => gate.analyze()?,
        Phase::Contracts => gate.contracts()?,
        Phase::Architect => gate.architect()?,
        Phase::Tdd | Phase::E2e => gate.red().await?,
        Phase::Implement | Phase::Ui => gate.green().await?,
        Phase::ScreenshotDiff => gate.screenshots()?,
        Phase::Review => gate.review()?,
        Phase::Verify | Phase::Reverify => gate.verify().await?,
        Phase::RuntimeCheck | Phase::Recheck => gate.runtime_check().await?,
        Phase::Rebase => gate.rebase().await?,
        // Neither has a gate.
        Phase::Init | Phase::Finalize => Seen::default(),
    };
    let report = GateReport { checks: std::mem::take(&mut seen.checks) };
    match report.verdict() {
        Verdict::Passed | Verdict::Skipped { .. } => {
            gate.make_commits().await?;
            shop.learn(|facts| facts.failures.clear())?;
        }
        Verdict::Failed { .. } => gate.remember_failure(&report)?,
        Verdict::Unavailable { .. } => {}
    }
    let frozen = |artifact: &Artifact| {
        let proposed = seen.learned.freeze.get(artifact).map(|proposal: &FreezeProposal| proposal.hash);
        proposed.or_else(|| run.frozen.get(artifact).map(|frozen| frozen.hash))
    };
    let inputs = Inputs {
        spec: frozen(&Artifact::Spec),
        contracts: frozen(&Artifact::Contracts),
        plan: frozen(&Artifact::Plan),
        ..seen.inputs.unwrap_or_else(|| shop.inputs(run, gate.tree_hash))
    };
    Ok((report, seen.learned, inputs))
}

/// Says whether the phase of the gate makes `artifact`, so that it is judged as it is.
fn makes(wanted: &Wanted, artifact: &Artifact) -> bool {
    match artifact {
        Artifact::Spec => wanted.phase == Phase::Analyze,
        Artifact::Contracts => wanted.phase == Phase::Contracts,
        Artifact::Plan => wanted.phase == Phase::Architect,
        Artifact::Tests(unit) => wanted.phase == Phase::Tdd && wanted.unit.as_ref() == Some(unit),
        Artifact::EndToEndTests(unit) => wanted.phase == Phase::E2e && wanted.unit.as_ref() == Some(unit),
    }
}

impl Gate<'_> {
    /// Returns the unit of the gate, where there is one.
    pub(crate) fn unit(&self) -> Option<&Unit> {
        self.wanted.unit.as_ref()
    }

    /// Writes the report that the next attempt reads.
    fn remember_failure(&self, report: &GateReport) -> Result<(), WorkError> {
        let Verdict::Failed { class, check } = report.verdict() else { return Ok(()) };
        let facts = self.shop.facts();
        let number = self.run.visit().map_or(1, |visit| visit.attempt.max(1));
        let findings: Vec<_> = report.findings().cloned().collect();
        let log = check.log.as_deref();
        let output = log.and_then(|log| std::fs::read_to_string(self.shop.folder.view().join(log)).ok());
        let earlier: Vec<String> = facts.failures.iter().map(|failure| failure.tried.clone()).collect();
        let off_limits = vec!["frozen files, `.github/`, `.pipeline/config.yml`".to_owned()];
        let attempt = Attempt {
            phase: self.wanted.phase,
            unit: self.unit(),
            number,
            class,
            gate: &check.name,
            fingerprint: fingerprint(report),
            command: None,
            exit_code: None,
            findings: &findings,
            output: output.as_deref().unwrap_or_default(),
            log,
            earlier: &earlier,
            keep: &[],
            off_limits: &off_limits,
        };
        let path = self.shop.report_path(&attempt.path());
        make_folder(path.parent().unwrap_or(&path))?;
        write_whole(&path, attempt.report().as_bytes())?;
        let failure = Failure {
            phase: self.wanted.phase,
            unit: self.wanted.unit.clone(),
            attempt: number,
            fingerprint: attempt.fingerprint,
            report: attempt.path(),
            tried: format!("attempt {number} failed at `{}`", check.name),
        };
        self.shop.learn(|facts| facts.failures.push(failure))?;
        Ok(())
    }

    /// Proposes to freeze something.
    pub(crate) fn freeze(artifact: Artifact, proposal: FreezeProposal) -> BTreeMap<Artifact, FreezeProposal> {
        BTreeMap::from([(artifact, proposal)])
    }
}
