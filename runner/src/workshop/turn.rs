//! One turn of an agent: what it is handed, what it did, and what of that is taken.
//!
//! Nothing that the agent says decides anything here. What it wrote is looked at as plain files; frozen things are put
//! back before anybody reads them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pipemason_agent::{
    AgentError, Bounds, Folders, FrameLog, Launch, Meta, NoReport, Role, Talk, Times, TurnRequest, environment, open,
    take_turn,
};
use pipemason_core::hash::{ContentHash, TreeHash};
use pipemason_core::phase::Phase;
use pipemason_core::run::{Artifact, Brief, Event, Run, Turn, TurnOutcome, TurnReport, Usage};
use pipemason_core::text::clean::{clean, wrap_untrusted};
use pipemason_core::turn_output::SCHEMA;
use pipemason_git::Tree;
use tokio_util::sync::CancellationToken;

use super::trees::{list_record, restore_record, write_record};
use super::{Told, WorkError, Workshop};
use crate::files::{FileError, make_folder, write_whole};
use crate::prompts::{self, Commands, Surroundings};

/// How long an agent may say nothing.
const SILENCE: Duration = Duration::from_mins(5);

/// The frames of one turn that are written down.
const MAX_FRAME_LOG_BYTES: usize = 64 * 1024 * 1024;

/// Takes one turn.
pub(crate) async fn take(shop: &Workshop, run: &Run, asked: u64, turn: &Turn, stop: &CancellationToken) -> Event {
    let report = match work(shop, run, turn, stop).await {
        Ok(report) => report,
        Err(error) => {
            shop.note(format!("The turn could not be taken: {error}"));
            failed(turn, TurnOutcome::Failed)
        }
    };
    Event::TurnEnded { asked, report }
}

fn failed(turn: &Turn, outcome: TurnOutcome) -> TurnReport {
    TurnReport {
        unit: turn.index,
        outcome,
        usage: Usage { tokens_in: 0, tokens_out: 0, usd: Some(pipemason_core::money::Usd::ZERO) },
        repairs: 0,
        changed: false,
        duration: Duration::ZERO,
        drifted_tests: Vec::new(),
        touched_frozen: Vec::new(),
        protected: None,
    }
}

/// Says whether a turn of `phase` writes files of the repository, or only the record.
fn writes_code(phase: Phase) -> bool {
    matches!(phase, Phase::Tdd | Phase::Implement | Phase::E2e | Phase::Ui)
}

/// Says whether the turn makes `artifact` anew, so that it is not held to what was frozen.
fn makes(turn: &Turn, artifact: &Artifact) -> bool {
    match artifact {
        Artifact::Spec => turn.phase == Phase::Analyze,
        Artifact::Contracts => turn.phase == Phase::Contracts,
        Artifact::Plan => turn.phase == Phase::Architect,
        Artifact::Tests(unit) => turn.phase == Phase::Tdd && turn.unit.as_ref() == Some(unit),
        Artifact::EndToEndTests(unit) => turn.phase == Phase::E2e && turn.unit.as_ref() == Some(unit),
    }
}

fn role_of(turn: &Turn) -> Role {
    if turn.phase == Phase::Review { Role::Reviewer } else { Role::Worker }
}

async fn work(shop: &Workshop, run: &Run, turn: &Turn, stop: &CancellationToken) -> Result<TurnReport, WorkError> {
    let tree = tree_of_turn(shop, run, turn).await?;
    let before = shop.newest_tree()?;
    hand_over(shop, run, turn, &tree).await?;
    let record_before = record_hash(&tree, turn)?;
    let role = role_of(turn);
    let launch = launch(shop, run, turn, &tree, role)?;
    let project = shop.project();
    let test_paths: Vec<String> = project.test_paths.0.iter().map(|glob| glob.as_str().to_owned()).collect();
    let unit = turn.unit.as_ref().or(project.units().first());
    let commands = unit.map(|unit| project.commands_of(unit)).unwrap_or_default();
    let facts = shop.facts();
    let surroundings = Surroundings {
        run: run.id,
        branch: &run.origin.branch,
        units: project.units(),
        test_paths: &test_paths,
        commands: Commands {
            test: commands.test.as_deref(),
            lint: commands.lint.as_deref(),
            typecheck: commands.typecheck.as_deref(),
            e2e: commands.e2e.as_deref(),
        },
        report: facts.failures.last().map(|failure| failure.report.as_str()),
    };
    let prompt = prompts::prompt(turn, &surroundings);
    let meta = Meta::of(run.id, turn, role);
    let bounds = Bounds {
        time: turn.time,
        silence: SILENCE,
        usd: turn.usd,
        tokens: turn.tokens,
        steps: project.config.cost_controls.max_turns_per_spawn.get(),
    };
    let request = TurnRequest { prompt: &prompt, meta: &meta, talk: Talk::New, bounds };
    let mut driver = open(launch);
    let reported = take_turn(driver.as_mut(), &request, tree.folder(), &Times::default(), stop).await;
    driver.close().await;
    let (outcome, words) = outcome(shop, &reported.output)?;
    if let Some(words) = words {
        shop.note(words);
    }
    let seen = look(shop, run, turn, &tree, before).await?;
    let record_after = record_hash(&tree, turn)?;
    Ok(TurnReport {
        unit: turn.index,
        outcome: if seen.is_refused { TurnOutcome::Failed } else { outcome },
        usage: reported.usage,
        repairs: reported.repairs,
        changed: seen.changed || record_before != record_after,
        duration: reported.duration,
        drifted_tests: seen.drifted_tests,
        touched_frozen: seen.touched_frozen,
        protected: seen.protected,
    })
}

/// Returns the tree of a turn: the one that is worked on, or one to throw away.
async fn tree_of_turn(shop: &Workshop, run: &Run, turn: &Turn) -> Result<Tree, WorkError> {
    let newest = shop.newest()?;
    let name = match (turn.phase, &turn.unit) {
        (Phase::Architect, Some(unit)) => format!("architect.{unit}"),
        (Phase::Review, _) => "review".to_owned(),
        _ => return shop.tree(run).await,
    };
    let mut tree = super::trees::open(shop, &run.origin.branch, &shop.trees.join(name), newest).await?;
    tree.reset_to(newest, &run.origin.branch, &shop.identity).await?;
    let main = shop.tree(run).await?;
    for name in ["spec.md", "test-plan.md", "decisions.md"] {
        if let Some(text) = super::trees::read_record(main.folder(), name)? {
            write_record(tree.folder(), name, text.as_bytes())?;
        }
    }
    for name in list_record(main.folder(), "contracts")? {
        if let Some(text) = super::trees::read_record(main.folder(), &name)? {
            write_record(tree.folder(), &name, text.as_bytes())?;
        }
    }
    Ok(tree)
}

/// Writes the files that the prompt speaks of.
async fn hand_over(shop: &Workshop, run: &Run, turn: &Turn, tree: &Tree) -> Result<(), WorkError> {
    let folder = tree.folder();
    restore_record(shop, run, folder, |artifact| makes(turn, artifact))?;
    let ticket = &run.origin.ticket;
    let nonce = run.id.to_string();
    let text = format!("{}\n\n{}", clean(&ticket.title).text, clean(&ticket.body).text);
    write_record(folder, "inputs/ticket.md", wrap_untrusted(&text, "the ticket", &nonce).as_bytes())?;
    write_record(folder, "inputs/turn-output.schema.json", SCHEMA.as_bytes())?;
    let answers: Vec<String> = turn.answers.iter().map(|answer| format!("{}: {}", answer.by, answer.text)).collect();
    if !answers.is_empty() {
        let text = wrap_untrusted(&answers.join("\n\n"), "what people answered", &nonce);
        write_record(folder, "inputs/answers.md", text.as_bytes())?;
    }
    let notes: Vec<String> = turn.steering.iter().map(|note| format!("{}: {}", note.by, note.text)).collect();
    if !notes.is_empty() {
        let text = wrap_untrusted(&notes.join("\n\n"), "what people said", &nonce);
        write_record(folder, "inputs/steering.md", text.as_bytes())?;
    }
    for failure in &shop.facts().failures {
        let report = shop.folder.view().join(&failure.report);
        if let Ok(text) = fs::read(&report) {
            write_record(folder, &failure.report, &text)?;
        }
    }
    if turn.phase == Phase::Review && turn.brief != Brief::SecondReview {
        let base = shop.store().tree_of(shop.facts().base)?;
        let diff = shop.store().diff_text(Some(base), shop.newest_tree()?, MAX_DIFF_BYTES).await?;
        write_record(folder, "inputs/change.diff", diff.as_bytes())?;
    }
    Ok(())
}

/// The part of a change that a review is handed; no reviewer reads more.
const MAX_DIFF_BYTES: usize = 4 * 1024 * 1024;

fn launch(shop: &Workshop, run: &Run, turn: &Turn, tree: &Tree, role: Role) -> Result<Launch, WorkError> {
    let chosen = shop.agents.of(role).clone();
    let project = shop.project();
    let folders = Folders {
        tree: tree.folder().to_owned(),
        home: shop.trees.join("agent-home"),
        temporary: shop.trees.join("agent-tmp"),
    };
    make_folder(&folders.home)?;
    make_folder(&folders.temporary)?;
    let model = shop.model(role);
    let price = chosen.price(model.as_deref(), &project.config.cost_controls.pricing);
    let environment =
        environment::build(&shop.settings.environment, chosen.preset, &project.config.agent.env, &folders);
    let teller = Arc::clone(&shop.teller);
    let log = frame_log(shop, run, turn)?;
    Ok(Launch {
        chosen,
        role,
        model,
        price,
        folders,
        environment,
        times: Times::default(),
        listener: Arc::new(move |event| teller(Told::Agent(event))),
        log: Arc::new(Mutex::new(log)),
    })
}

/// Opens the file of what is said between engine and agent: beside the record, never pushed.
fn frame_log(shop: &Workshop, run: &Run, turn: &Turn) -> Result<FrameLog, WorkError> {
    let folder = shop.folder.root().join("frames");
    make_folder(&folder)?;
    let unit = turn.unit.as_ref().map(|unit| format!(".{unit}")).unwrap_or_default();
    let path = folder.join(format!("{}-{}{unit}.log", run.seq, turn.phase));
    let file = File::create(&path).map_err(|error| FileError::new(&path, "written", error))?;
    Ok(FrameLog::new(shop.redactor.clone(), MAX_FRAME_LOG_BYTES, file))
}

/// Returns how the turn ended, and what people should hear of it.
fn outcome(
    shop: &Workshop,
    output: &Result<pipemason_core::turn_output::TurnOutput, NoReport>,
) -> Result<(TurnOutcome, Option<String>), WorkError> {
    Ok(match output {
        Ok(output) => {
            let diff = match &output.contest {
                Some(contest) if !contest.proposed_diff.trim().is_empty() => {
                    Some(keep_proposal(shop, &contest.proposed_diff)?)
                }
                Some(_) | None => None,
            };
            (output.outcome(diff), None)
        }
        Err(NoReport::Agent(error)) => (outcome_of(error), Some(error.to_string())),
        Err(error @ NoReport::Unreadable { .. }) => (TurnOutcome::Failed, Some(error.to_string())),
    })
}

fn outcome_of(error: &AgentError) -> TurnOutcome {
    match error {
        AgentError::Idle { .. } | AgentError::Deadline { .. } => TurnOutcome::TimedOut,
        AgentError::Budget { .. } => TurnOutcome::OverBudget,
        AgentError::Spawn { .. }
        | AgentError::Prepare { .. }
        | AgentError::Handshake { .. }
        | AgentError::Auth { .. }
        | AgentError::Provider { .. }
        | AgentError::Crashed { .. }
        | AgentError::Protocol { .. }
        | AgentError::Cancelled { .. } => TurnOutcome::Failed,
    }
}

/// Keeps a proposed change under its hash, which is what a person approves.
fn keep_proposal(shop: &Workshop, diff: &str) -> Result<ContentHash, WorkError> {
    let hash = ContentHash::of(diff.as_bytes());
    let folder = shop.folder.root().join("proposals");
    make_folder(&folder)?;
    write_whole(&folder.join(format!("{hash}.diff")), diff.as_bytes())?;
    Ok(hash)
}

/// What an agent left behind.
struct Seen {
    changed: bool,
    is_refused: bool,
    drifted_tests: Vec<Arc<str>>,
    touched_frozen: Vec<Arc<str>>,
    protected: Option<pipemason_core::run::ProtectedChange>,
}

async fn look(shop: &Workshop, run: &Run, turn: &Turn, tree: &Tree, before: TreeHash) -> Result<Seen, WorkError> {
    let touched = restore_record(shop, run, tree.folder(), |artifact| makes(turn, artifact))?;
    let mut seen = Seen {
        changed: false,
        is_refused: false,
        drifted_tests: Vec::new(),
        touched_frozen: touched.into_iter().map(Arc::from).collect(),
        protected: None,
    };
    if !writes_code(turn.phase) {
        // Such a turn only writes the record; the files of the repository stay as they were.
        if turn.phase != Phase::Review && turn.phase != Phase::Architect {
            let newest = shop.newest()?;
            let mut tree = tree.clone();
            tree.reset_to(newest, &run.origin.branch, &shop.identity).await?;
        }
        return Ok(seen);
    }
    seen.drifted_tests = shop.restore_tests(run, tree, |artifact| makes(turn, artifact)).await?;
    let unit = turn.unit.as_ref().map(|unit| format!(" of {unit}")).unwrap_or_default();
    let words = format!("Turn {} in {}{unit}", turn.iteration, turn.phase);
    let snapshot = shop.take_snapshot(tree, &words).await?;
    for refused in &snapshot.refused {
        shop.note(format!("Not taken: {refused}"));
        seen.is_refused = true;
    }
    seen.changed = snapshot.tree != before;
    let base = shop.store().tree_of(shop.facts().base)?;
    let changes = shop.store().tree_changes(Some(base), snapshot.tree)?;
    seen.protected = changes.protected(&shop.project().path_rules);
    Ok(seen)
}

/// Hashes what the turn may write of the record, so that a turn that writes only that has changed something.
fn record_hash(tree: &Tree, turn: &Turn) -> Result<ContentHash, WorkError> {
    let mut names: Vec<String> = ["spec.md", "test-plan.md", "decisions.md"].map(str::to_owned).to_vec();
    names.extend(list_record(tree.folder(), "contracts")?);
    if let (Phase::Architect, Some(unit)) = (turn.phase, &turn.unit) {
        names.extend(list_record(tree.folder(), &format!("out/architect.{unit}"))?);
    }
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for name in names {
        let text = super::trees::read_record(tree.folder(), &name)?.unwrap_or_default();
        parts.push(name.into_bytes());
        parts.push(text.into_bytes());
    }
    Ok(ContentHash::of_parts(parts.iter().map(Vec::as_slice)))
}

impl Workshop {
    /// Returns the model of a role, if the configuration names one.
    pub(crate) fn model(&self, role: Role) -> Option<String> {
        let project = self.project();
        let models = &project.config.agent.models;
        models.iter().find(|(name, _)| name.as_str() == role.name()).map(|(_, model)| model.as_str().to_owned())
    }

    /// Returns where the reports of this run's attempts are.
    pub(crate) fn report_path(&self, report: &str) -> PathBuf {
        self.folder.view().join(Path::new(report))
    }
}
