//! Made-up facts: hashes that differ when something changed, and what gates teach.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use pipemason_core::hash::{CommitSha, ContentHash, ObjectId, TreeHash};
use pipemason_core::id::{BranchName, RunId};
use pipemason_core::money::Usd;
use pipemason_core::phase::Phase;
use pipemason_core::run::{Artifact, FreezeProposal, Inputs, Learned, Opening, Origin, ProtectedChange};

use super::{World, ticket};

fn object(number: u64) -> ObjectId {
    let text = format!("{number:040x}");
    match text.parse() {
        Ok(object) => object,
        Err(_) => unreachable_object(),
    }
}

#[expect(clippy::panic, reason = "forty hexadecimal digits are an object name")]
fn unreachable_object() -> ObjectId {
    panic!("forty hexadecimal digits are an object name")
}

/// Makes the commit with number `number`.
pub fn commit(number: u64) -> CommitSha {
    CommitSha(object(number))
}

/// Makes the tree with number `number`.
pub fn tree(number: u64) -> TreeHash {
    TreeHash(object(number))
}

fn content(number: u64) -> ContentHash {
    let mut bytes = [0; 32];
    if let Some(start) = bytes.first_chunk_mut::<8>() {
        *start = number.to_be_bytes();
    }
    ContentHash::from_bytes(bytes)
}

#[expect(clippy::expect_used, reason = "the texts are names")]
pub(super) fn run_id() -> RunId {
    "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().expect("a run id")
}

#[expect(clippy::expect_used, reason = "the texts are names")]
pub(super) fn origin(opening: Opening, now: Timestamp) -> Origin {
    let branch = |name: &str| name.parse::<BranchName>().expect("a branch name");
    Origin {
        ticket: ticket(now),
        opening,
        branch: branch("feature/add-healthz"),
        base: branch("main"),
        previous: None,
        spent_before: Usd::ZERO,
        opens_pull_request: true,
    }
}

pub(super) fn first_inputs() -> Inputs {
    Inputs { tree: Some(tree(0)), config: Some(content(1)), base: Some(commit(9)), ..Inputs::default() }
}

/// What a turn of `phase` changes.
pub(super) fn change(inputs: &mut Inputs, phase: Phase, number: u64) {
    match phase {
        Phase::Analyze => inputs.spec = Some(content(number)),
        Phase::Contracts => inputs.contracts = Some(content(number)),
        Phase::Architect => inputs.plan = Some(content(number)),
        Phase::Tdd | Phase::Implement | Phase::E2e | Phase::Ui => inputs.tree = Some(tree(number)),
        Phase::Init
        | Phase::ScreenshotDiff
        | Phase::Review
        | Phase::Verify
        | Phase::RuntimeCheck
        | Phase::Rebase
        | Phase::Reverify
        | Phase::Recheck
        | Phase::Finalize => {}
    }
}

/// What the gate of `phase` teaches when it passes.
pub(super) fn learned(world: &World, phase: Phase) -> Learned {
    let mut learned = Learned::default();
    let mut freeze = BTreeMap::new();
    let mut propose = |artifact: Artifact, hash: Option<ContentHash>| {
        if let Some(hash) = hash {
            freeze.insert(artifact, FreezeProposal { hash, files: Arc::from([]) });
        }
    };
    match phase {
        Phase::Analyze => {
            learned.kind = Some(world.kind);
            learned.units = Some(world.units.clone());
            propose(Artifact::Spec, world.inputs.spec);
        }
        Phase::Contracts => propose(Artifact::Contracts, world.inputs.contracts),
        Phase::Architect => propose(Artifact::Plan, world.inputs.plan),
        Phase::Tdd | Phase::E2e => {
            let visit = world.run.visit();
            let unit = visit.and_then(|visit| world.run.unit_of(visit)).cloned();
            let hash = world.inputs.tree.map(|tree| ContentHash::of(tree.to_string().as_bytes()));
            if let Some(unit) = unit {
                let artifact = if phase == Phase::Tdd { Artifact::Tests(unit) } else { Artifact::EndToEndTests(unit) };
                propose(artifact, hash);
            }
        }
        Phase::Init
        | Phase::Implement
        | Phase::Ui
        | Phase::ScreenshotDiff
        | Phase::Review
        | Phase::Verify
        | Phase::RuntimeCheck
        | Phase::Rebase
        | Phase::Reverify
        | Phase::Recheck
        | Phase::Finalize => {}
    }
    learned.freeze = freeze;
    learned
}

pub(super) fn protected(hash: ContentHash) -> ProtectedChange {
    ProtectedChange { paths: vec![Arc::from(".github/workflows/ci.yml")], hash }
}

pub(super) fn after(now: Timestamp, duration: Duration) -> Timestamp {
    now.checked_add(duration).unwrap_or(now)
}
