//! What a snapshot of a tree of 50,000 files costs, beside one `git status` of the same tree.
//!
//! Run it with `cargo bench -p pipemason-git`. Nothing here fails: a machine may be busy.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a tool for developers, which shares its code with the tests"
)]
#![expect(dead_code, reason = "the tests use more of the shared code than this does")]

#[path = "../tests/git/support.rs"]
mod support;

use std::time::{Duration, Instant};

use pipemason_git::SnapshotLimits;

use support::{World, by};

const FILES: u32 = 50_000;
const FOLDERS: u32 = 2_000;

/// Measurements of each, by turns, of which the middle one counts.
const ROUNDS: usize = 7;

/// A checkpoint may take this many times one `git status`.
const LIMIT: f64 = 2.0;

fn middle(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times.get(times.len() / 2).map_or(0.0, Duration::as_secs_f64) * 1000.0
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(measure());
}

async fn measure() {
    let world = World::new().await;
    for file in 0..FILES {
        world.write(&format!("user/src/f{}/file{file}.txt", file % FOLDERS), format!("content of {file}\n"));
    }
    world.commit("user", "many").await;
    let store = world.store().await;
    let begun = Instant::now();
    let mut tree = world.tree(&store).await;
    println!("make_tree, {FILES} files: {:.0} ms", begun.elapsed().as_secs_f64() * 1000.0);
    let limits = SnapshotLimits::default();
    let (mut status, mut nothing, mut ten) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let begun = Instant::now();
        world.git("tree", "status --porcelain").await;
        status.push(begun.elapsed());
        let begun = Instant::now();
        tree.snapshot(&limits).await.expect("a snapshot");
        nothing.push(begun.elapsed());
        for file in 0..10 {
            world.write(&format!("tree/src/f{file}/file{file}.txt"), format!("round {round}\n"));
        }
        let begun = Instant::now();
        let taken = tree.snapshot(&limits).await.expect("a snapshot");
        ten.push(begun.elapsed());
        let steps = [pipemason_git::RecreatedCommit { tree: taken.tree, message: "ten".to_owned() }];
        let head = store.recreate(tree.base(), &steps, &by("engine")).expect("a commit");
        let identity = by("engine").identity;
        tree.reset_to(head, &support::branch("x"), &identity).await.expect("a reset");
    }
    let status = middle(status);
    println!("git status: {status:.0} ms");
    for (what, times) in [("nothing changed", nothing), ("ten files changed", ten)] {
        let time = middle(times);
        println!("snapshot, {what}: {time:.0} ms, {:.2} of one git status (limit {LIMIT})", time / status);
    }
}
