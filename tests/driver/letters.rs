//! What others say while a run is held, and who holds it.

use jiff::Timestamp;
use pipemason::drive::Heard;
use pipemason::folder::{Home, RunFolder};
use pipemason::hold::{Hold, HoldError, holder};
use pipemason::mailbox;
use pipemason_core::run::{CancelCause, Event, SteeringNote};
use pipemason_core::status::RunStatus;
use pipemason_tests::machine::{World, maintainer};
use tokio::sync::mpsc;

use crate::hands::{Break, Outside, SECRET, ScriptedHands, drive};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

#[test]
fn a_run_is_held_once_and_its_number_rises() {
    let folder = tempfile::tempdir().unwrap();
    let folder = RunFolder::at(folder.path().join("run"));
    assert_eq!(holder(&folder).unwrap(), None);
    let first = Hold::take(&folder, "first", NOW).unwrap();
    assert_eq!(holder(&folder).unwrap().as_deref(), Some("first"));
    let HoldError::Held { owner } = Hold::take(&folder, "second", NOW).unwrap_err() else { panic!("not held") };
    assert_eq!((first.fencing(), owner.as_str()), (1, "first"));
    drop(first);
    assert_eq!(Hold::take(&folder, "second", NOW).unwrap().fencing(), 2);
}

#[test]
fn letters_are_numbered_and_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = RunFolder::at(folder.path());
    assert!(mailbox::receive(&folder, 0).unwrap().is_empty());
    let note = |id| Event::Steered { note: SteeringNote { id, by: maintainer(), text: "faster".into() } };
    assert_eq!(mailbox::send(&folder, &note(1), NOW).unwrap(), 1);
    assert_eq!(mailbox::send(&folder, &note(2), NOW).unwrap(), 2);
    let letters = mailbox::receive(&folder, 1).unwrap();
    assert_eq!(letters.iter().map(|letter| letter.number).collect::<Vec<_>>(), [2]);
    std::fs::remove_file(folder.mailbox().join("00000001.json")).unwrap();
    assert!(mailbox::receive(&folder, 0).unwrap_err().to_string().contains("letter 1"));
}

#[tokio::test]
async fn sec_83_a_cancel_reaches_a_run_that_is_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(&["api"]);
    let (say, mut heard) = mpsc::channel(1);
    // The first turn never ends by itself.
    let turn = 6;
    let hands = ScriptedHands::new(&Outside::new(world.clone()), Break::During(turn));
    let cancel = Event::CancelRequested { by: maintainer(), cause: CancelCause::Command };
    let number = mailbox::send(&RunFolder::at(folder.path()), &cancel, NOW).unwrap();
    say.send(Heard::Letters).await.unwrap();
    let run = drive(folder.path(), &world.run, hands, &mut heard).await.unwrap();
    assert_eq!(run.status(), RunStatus::Cancelled);
    assert_eq!(mailbox::answered(&RunFolder::at(folder.path()), number).unwrap(), Some(Ok(())));
}

#[tokio::test]
async fn whoever_writes_too_late_is_told_why() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(&["api"]);
    let (_say, mut heard) = mpsc::channel(1);
    let outside = Outside::new(world.clone());
    let hands = || ScriptedHands::new(&outside, Break::Never);
    drive(folder.path(), &world.run, hands(), &mut heard).await.unwrap();
    let run_folder = RunFolder::at(folder.path());
    let cancel = Event::CancelRequested { by: maintainer(), cause: CancelCause::Command };
    let number = mailbox::send(&run_folder, &cancel, NOW).unwrap();
    assert_eq!(mailbox::answered(&run_folder, number).unwrap(), None);
    for _ in 0..2 {
        drive(folder.path(), &world.run, hands(), &mut heard).await.unwrap();
        let Some(Err(why)) = mailbox::answered(&run_folder, number).unwrap() else { panic!("it was taken up") };
        assert!(why.contains("complete"), "{why}");
    }
}

#[test]
fn runs_are_listed_from_the_oldest_to_the_newest() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::in_git_folder(folder.path());
    assert!(home.runs().unwrap().is_empty());
    let names = ["01ARZ3NDEKTSV4RRFFQ69G5FAW", "01ARZ3NDEKTSV4RRFFQ69G5FAV"];
    for name in names.into_iter().chain(["something-else"]) {
        std::fs::create_dir_all(home.root().join("runs").join(name)).unwrap();
    }
    let listed: Vec<String> = home.runs().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(listed, [names[1], names[0]]);
}

#[tokio::test]
async fn sec_37_what_was_said_is_in_the_ledger_without_its_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(&["api"]);
    let (_say, mut heard) = mpsc::channel(1);
    let run_folder = RunFolder::at(folder.path());
    let text = format!("use {SECRET}");
    let note = Event::Steered { note: SteeringNote { id: 1, by: maintainer(), text: text.into() } };
    mailbox::send(&run_folder, &note, NOW).unwrap();
    let hands = ScriptedHands::new(&Outside::new(world.clone()), Break::Never);
    drive(folder.path(), &world.run, hands, &mut heard).await.unwrap();
    let ledger = std::fs::read_to_string(run_folder.ledger()).unwrap();
    assert!(ledger.contains("use [redacted]") && !ledger.contains(SECRET));
}
