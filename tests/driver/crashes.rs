//! A crash at any moment, and what is left of it: nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use pipemason::folder::RunFolder;
use pipemason::journal;
use pipemason_core::failure::FailureClass;
use pipemason_core::ledger::LedgerEntry;
use pipemason_core::money::Usd;
use pipemason_core::phase::Phase;
use pipemason_core::run::Run;
use pipemason_core::status::RunStatus;
use pipemason_tests::machine::World;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Duration, timeout};

use crate::hands::{Break, Outside, ScriptedHands, drive};

fn world() -> World {
    let mut world = World::new(&["api", "web"]).fails(Phase::Implement, FailureClass::LintError);
    // A turn that is lost counts in full, and that alone is no reason to stop here.
    world.policy.limits.usd_per_run = Usd::dollars(1000);
    world.policy.limits.usd_per_day = Usd::dollars(1000);
    world
}

/// Drives a run that breaks once, takes it up, and returns what it came to; `None` if it never broke.
async fn after(breaks: Break) -> (Option<Run>, Vec<LedgerEntry>) {
    let folder = tempfile::tempdir().unwrap();
    let outside = Outside::new(world());
    let run = world().run;
    let (_say, mut heard) = mpsc::channel(1);
    let first = ScriptedHands::new(&outside, breaks);
    let wait = if let Break::During(_) = breaks { Duration::from_millis(30) } else { Duration::from_mins(1) };
    let broke = match timeout(wait, drive(folder.path(), &run, first, &mut heard)).await {
        Ok(Ok(_)) => false,
        Ok(Err(_)) | Err(_) => true,
    };
    let run = drive(folder.path(), &run, ScriptedHands::new(&outside, Break::Never), &mut heard).await.unwrap();
    let ledger = journal::look(&RunFolder::at(folder.path())).unwrap();
    assert_eq!(ledger.run, run, "the ledger says what the driver says");
    (broke.then_some(run), ledger.entries)
}

/// Returns what happened, without who wrote it and when. Of turns side by side, either may end first.
fn story(entries: &[LedgerEntry]) -> Vec<String> {
    let mut events: Vec<String> = entries.iter().map(|entry| format!("{:?}", entry.event)).collect();
    events.sort_unstable();
    events
}

/// What a run comes to that never breaks, and how many effects that takes.
async fn whole() -> (Run, Vec<LedgerEntry>, usize) {
    let (never, entries) = after(Break::Never).await;
    assert!(never.is_none());
    let effects = entries.iter().map(|entry| entry.effects.len()).sum();
    let folder = tempfile::tempdir().unwrap();
    let (_say, mut heard) = mpsc::channel(1);
    let hands = ScriptedHands::new(&Outside::new(world()), Break::Never);
    (drive(folder.path(), &world().run, hands, &mut heard).await.unwrap(), entries, effects)
}

/// Breaks a run once at each of the places, several at the same time: what takes the time is the disk.
async fn after_each(breaks: impl Iterator<Item = Break>) -> Vec<(Break, Option<Run>, Vec<LedgerEntry>)> {
    let mut all = JoinSet::new();
    for breaks in breaks {
        all.spawn(async move {
            let (run, entries) = after(breaks).await;
            (breaks, run, entries)
        });
    }
    all.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 16)]
async fn a_crash_before_or_after_any_effect_changes_nothing() {
    let (expected, expected_entries, effects) = whole().await;
    assert_eq!(expected.status(), RunStatus::Complete);
    assert!(effects > 70, "{effects} effects");
    for (breaks, run, entries) in after_each((0..effects).flat_map(|at| [Break::Before(at), Break::After(at)])).await {
        assert_eq!(run.as_ref(), Some(&expected), "{breaks:?}");
        assert_eq!(story(&entries), story(&expected_entries), "{breaks:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 16)]
async fn sec_80_sec_82_a_crash_in_the_middle_of_a_turn_is_counted_and_one_in_a_gate_is_not() {
    let (expected, _, effects) = whole().await;
    let mut lost = BTreeSet::new();
    for (breaks, run, _) in after_each((0..effects).map(Break::During)).await {
        let Some(run) = run else { continue };
        assert_eq!((run.status(), run.pushed), (RunStatus::Complete, expected.pushed), "{breaks:?}");
        assert!(run.spend.usd >= expected.spend.usd, "{breaks:?}");
        let times = run.spend.failures.get(FailureClass::LostRunner);
        lost.insert((times, run.spend.iterations > expected.spend.iterations));
    }
    assert_eq!(lost, BTreeSet::from([(0, false), (1, true)]), "gates are asked again, turns are lost");
}

#[tokio::test]
async fn a_line_that_was_not_finished_was_never_written() {
    let folder = tempfile::tempdir().unwrap();
    let outside = Outside::new(world());
    let (_say, mut heard) = mpsc::channel(1);
    let run = world().run;
    let broke = drive(folder.path(), &run, ScriptedHands::new(&outside, Break::Before(20)), &mut heard).await;
    assert!(broke.is_err());
    let ledger = RunFolder::at(folder.path()).ledger();
    let text = std::fs::read_to_string(&ledger).unwrap();
    for cut in [1, 2, 100] {
        std::fs::write(&ledger, text.get(..text.len() - cut).unwrap()).unwrap();
        let again = Arc::clone(&outside);
        let run = drive(folder.path(), &run, ScriptedHands::new(&again, Break::Before(0)), &mut heard).await;
        assert!(run.is_err(), "it was taken up, and broke again at once");
        assert!(std::fs::read_to_string(&ledger).unwrap().ends_with('\n'));
    }
}

#[tokio::test]
async fn sec_45_a_ledger_that_was_changed_is_not_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let (_say, mut heard) = mpsc::channel(1);
    let run = world().run;
    let outside = Outside::new(world());
    drive(folder.path(), &run, ScriptedHands::new(&outside, Break::Never), &mut heard).await.unwrap();
    let ledger = RunFolder::at(folder.path()).ledger();
    let text = std::fs::read_to_string(&ledger).unwrap();
    std::fs::write(&ledger, text.replacen("\"iterations\":0", "\"iterations\":1", 1)).unwrap();
    let error = drive(folder.path(), &run, ScriptedHands::new(&outside, Break::Never), &mut heard).await.unwrap_err();
    assert!(error.to_string().contains("changed from outside"), "{error}");
}
