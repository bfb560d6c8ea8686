//! `init`: the tree of the base, made ready, and what its tests do.

use std::sync::Arc;

use pipemason_agent::Role;
use pipemason_core::config::Commands;
use pipemason_core::domain::Unit;
use pipemason_core::gate::{Check, CheckOutcome};
use pipemason_core::hash::ContentHash;
use pipemason_core::phase::Phase;
use pipemason_core::run::{CostSource, Event, InitReport, Inputs, Run};
use pipemason_gates::{BaselineFailure, Environment, Place, SetupWork, Stopped, Suite, baseline, setup, setup_inputs};
use tokio_util::sync::CancellationToken;

use super::{WorkError, Workshop};

/// Looks at the base and answers with what was found.
pub(crate) async fn initialize(shop: &Workshop, run: &Run, asked: u64, stop: &CancellationToken) -> Event {
    let report = match look(shop, run, stop).await {
        Ok(report) => report,
        Err(Failed::Refused(reason)) => InitReport::Refused { reason: Arc::from(reason) },
        // Whoever stopped it has said so already; this comes late.
        Err(Failed::Stopped) => InitReport::Refused { reason: Arc::from("it was interrupted") },
    };
    Event::Initialized { asked, report }
}

/// Why `init` does not come to its end.
enum Failed {
    Refused(String),
    Stopped,
}

impl<E: Into<WorkError>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Refused(error.into().to_string())
    }
}

async fn look(shop: &Workshop, run: &Run, stop: &CancellationToken) -> Result<InitReport, Failed> {
    let project = shop.project();
    let base = shop.facts().base;
    let is_tested = |unit: &Unit| project.commands_of(unit).test.is_some();
    if project.units().is_empty() {
        let words = "no build was recognized and `.pipeline/config.yml` has no commands, so nothing could be proven; \
                     add `commands.api.test`, or start with `pipemason init`";
        return Err(Failed::Refused(words.to_owned()));
    }
    if !project.units().iter().any(is_tested) && !project.config.quality.allow_untested {
        let words = "there is no test command, so nothing could be proven; set `commands.<domain>.test` in \
                     `.pipeline/config.yml`, or `quality.allow_untested: true` to go without proofs";
        return Err(Failed::Refused(words.to_owned()));
    }
    let tree = shop.tree(run).await?;
    for unit in project.units() {
        let time = project.policy.limits.phase_time;
        let place = shop.place(tree.folder(), Phase::Init, Some(unit), time, stop)?;
        let commands = project.commands_of(unit);
        if let Some(check) = make_ready(shop, &place, unit, &commands).await.map_err(|Stopped| Failed::Stopped)? {
            refuse_unless_passed(&check)?;
        }
        let Some(line) = &commands.test else { continue };
        let suite = Suite { name: "tests", line, junit: project.config.reports.junit.as_ref() };
        let ground = match baseline(&place, suite).await {
            Ok(ground) => ground,
            Err(BaselineFailure::Stopped(_)) => return Err(Failed::Stopped),
            Err(failure @ (BaselineFailure::Refused(_) | BaselineFailure::Unavailable { .. })) => {
                return Err(Failed::Refused(failure.to_string()));
            }
        };
        shop.learn(|facts| {
            facts.grounds.insert(unit.clone(), ground);
        })?;
    }
    let facts = shop.learn(|_| ())?;
    let inputs = Inputs {
        tree: Some(shop.store().tree_of(base)?),
        config: Some(project.hash),
        base: Some(base),
        ..Inputs::default()
    };
    Ok(InitReport::Ready { inputs, cost_source: cost_source(shop), facts: Some(facts) })
}

fn refuse_unless_passed(check: &Check) -> Result<(), Failed> {
    match &check.result {
        CheckOutcome::Passed | CheckOutcome::Skipped { .. } => Ok(()),
        CheckOutcome::Failed { findings, .. } => {
            let words = findings.first().map_or("it failed", |finding| finding.message.as_str());
            Err(Failed::Refused(format!("the set-up of the base branch does not succeed: {words}")))
        }
        CheckOutcome::Unavailable { reason } => {
            Err(Failed::Refused(format!("the set-up of the base branch could not run: {reason}")))
        }
    }
}

/// Returns how well the cost of the agents will be known: as well as that of the one that is known least.
fn cost_source(shop: &Workshop) -> CostSource {
    let project = shop.project();
    let of = |role: Role| {
        let chosen = shop.agents.of(role);
        let price = chosen.price(shop.model(role).as_deref(), &project.config.cost_controls.pricing);
        chosen.cost_source(price.as_ref())
    };
    of(Role::Worker).max(of(Role::Reviewer))
}

/// Runs the set-up of a unit in a tree, unless nothing that it depends on has changed.
pub(crate) async fn make_ready(
    shop: &Workshop,
    place: &Place,
    unit: &Unit,
    commands: &Commands,
) -> Result<Option<Check>, Stopped> {
    let Some(wanted) = &commands.setup else { return Ok(None) };
    let project = shop.project();
    let Ok(now) = setup_inputs(place, wanted) else { return Ok(None) };
    let facts = shop.facts();
    let base = facts.setups.get(unit).copied().unwrap_or(now);
    let mut variables = Environment::default();
    for name in &wanted.env {
        if let Some(value) = shop.settings.environment.get(std::ffi::OsStr::new(name.as_str())) {
            variables = variables.with(name.as_str(), value);
        }
    }
    let last = last_setup(place, unit);
    let work = SetupWork { setup: wanted, origin: project.origin_of(unit), variables: &variables, base, last };
    let gate = setup(place, work).await?;
    remember_setup(place, unit, gate.inputs);
    if !facts.setups.contains_key(unit) {
        // What cannot be written down is found out again.
        let _unwritten = shop.learn(|facts| {
            facts.setups.insert(unit.clone(), now);
        });
    }
    Ok(Some(gate.check))
}

/// Returns what the set-up of a unit depended on when it last ran well in a tree, as a file beside the tree says: whoever
/// could forge it could as well change the tree.
fn last_setup(place: &Place, unit: &Unit) -> Option<ContentHash> {
    let text = std::fs::read_to_string(setup_mark(place, unit)).ok()?;
    text.trim().parse().ok()
}

fn remember_setup(place: &Place, unit: &Unit, inputs: Option<ContentHash>) {
    let mark = setup_mark(place, unit);
    // A mark that is not written means that the set-up runs once more.
    let _unwritten = match inputs {
        Some(inputs) => std::fs::write(mark, inputs.to_string()),
        None => std::fs::remove_file(mark),
    };
}

fn setup_mark(place: &Place, unit: &Unit) -> std::path::PathBuf {
    let tree = place.tree();
    let name = tree.file_name().unwrap_or_default().to_string_lossy().into_owned();
    tree.with_file_name(format!("{name}.setup-{unit}"))
}
