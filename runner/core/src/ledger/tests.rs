use std::sync::Arc;

use super::*;
use crate::actor::Actor;
use crate::money::Usd;
use crate::run::{CancelCause, Opening as RunOpening, Origin, SteeringNote};
use crate::ticket::{Source, Ticket};

fn pending_run() -> Run {
    let by = Actor::Local { name: Arc::from("someone") };
    let ticket = Ticket {
        source: Source::CommandLine,
        title: Arc::from("A title\nwith a line break and \u{2028}"),
        body: Arc::from("€".repeat(100)),
        requested_by: by,
        accepted_at: Timestamp::UNIX_EPOCH,
    };
    let origin = Origin {
        ticket,
        opening: RunOpening::Ticket,
        branch: "feature/x".parse().unwrap(),
        base: "main".parse().unwrap(),
        previous: None,
        spent_before: Usd::ZERO,
        opens_pull_request: false,
    };
    Run::new("01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap(), origin, None, Timestamp::UNIX_EPOCH)
}

fn note(id: u64) -> Event {
    let by = Actor::GitHub { id: 7, login: Arc::from("maintainer") };
    Event::Steered { note: SteeringNote { id, by, text: Arc::from("please\nhurry") } }
}

/// A ledger of five lines: the opening, a start, two notes (the second under another policy), a cancel.
fn written() -> (String, Run) {
    let mut run = pending_run();
    let (mut text, mut head) = open(&run);
    let mut other = Policy::default();
    other.limits.iterations = 7;
    let policy = Policy::default();
    let cancel = Event::CancelRequested { by: Actor::Engine, cause: CancelCause::IssueClosed };
    let events = [(Event::Started, &policy), (note(4), &policy), (note(9), &other), (cancel, &other)];
    for (index, (event, policy)) in events.into_iter().enumerate() {
        let at = Timestamp::from_second(i64::try_from(index).unwrap()).unwrap();
        let transition = step(&run, &event, policy, at).unwrap();
        let letter = matches!(event, Event::Steered { .. }).then_some(index as u64);
        let (line, new) = append(&head, &event, &transition, &Circumstances { at, fencing: 3, letter, policy });
        text.push_str(&line);
        (run, head) = (transition.run, new);
    }
    (text, run)
}

#[test]
fn a_ledger_read_again_is_the_run() {
    let (text, run) = written();
    let ledger = read(&text).unwrap();
    assert_eq!(ledger.run, run);
    assert_eq!(ledger.entries.len(), 4);
    assert_eq!(ledger.hashes.len(), 5);
    assert_eq!(ledger.head.letter, 2);
    assert_eq!(ledger.head.fencing, 3);
    assert_eq!(ledger.head.policy, ledger.entries.last().map(|entry| entry.policy_hash));
    let with_policy: Vec<_> = ledger.entries.iter().map(|entry| entry.policy.is_some()).collect();
    assert_eq!(with_policy, [true, false, true, false], "a policy is written where it changes");
}

#[test]
fn each_changed_byte_is_seen() {
    let (text, _) = written();
    for index in (0..text.len()).step_by(7) {
        let mut bytes = text.clone().into_bytes();
        bytes[index] = if bytes[index] == b'0' { b'1' } else { b'0' };
        if let Ok(changed) = String::from_utf8(bytes) {
            assert!(read(&changed).is_err(), "byte {index}");
        }
    }
}

#[test]
fn a_line_taken_out_put_in_or_moved_is_seen() {
    let (text, _) = written();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let without_third: String = [&lines[..2], &lines[3..]].concat().concat();
    assert_eq!(read(&without_third), Err(LedgerError::Broken { line: 3 }));
    let doubled: String = [&lines[..2], &lines[1..]].concat().concat();
    assert_eq!(read(&doubled), Err(LedgerError::Broken { line: 3 }));
    let swapped: String = [lines[0], lines[2], lines[1]].concat();
    assert_eq!(read(&swapped), Err(LedgerError::Broken { line: 2 }));
    assert_eq!(read(""), Err(LedgerError::Empty));
}

#[test]
fn a_torn_last_line_is_told_from_a_broken_one() {
    let (text, _) = written();
    assert_eq!(read(text.trim_end()), Err(LedgerError::Torn { line: 5 }));
    let cut = text.get(..text.len() - 40).unwrap();
    assert_eq!(read(cut), Err(LedgerError::Torn { line: 5 }));
    assert!(matches!(read("nothing\n"), Err(LedgerError::Unreadable { line: 1, .. })));
    assert!(matches!(read("xyz {}\n"), Err(LedgerError::Unreadable { line: 1, .. })));
}

/// Somebody who can hash rewrites a line and everything after it: what it says still has to follow.
#[test]
fn sec_45_a_forged_chain_that_lowers_a_counter_is_seen() {
    let run = pending_run();
    let (first, head) = open(&run);
    let policy = Policy::default();
    let event = Event::Started;
    let mut transition = step(&run, &event, &policy, Timestamp::UNIX_EPOCH).unwrap();
    transition.run.spend.usd = Usd::dollars(1);
    let circumstances = Circumstances { at: Timestamp::UNIX_EPOCH, fencing: 1, letter: None, policy: &policy };
    let (line, _) = append(&head, &event, &transition, &circumstances);
    assert_eq!(read(&format!("{first}{line}")), Err(LedgerError::Differs { line: 2 }));
    let never = Event::RunnerReady;
    let (line, _) = append(&head, &never, &transition, &circumstances);
    let impossible = LedgerError::Impossible { line: 2, rejection: Rejection::NotStarted };
    assert_eq!(read(&format!("{first}{line}")), Err(impossible));
}

/// A ledger of a start under fencing number 3, and of a note that is written under the circumstances given.
fn noted_under(fencing: u64, letters: [Option<u64>; 2]) -> Result<Ledger, LedgerError> {
    let (run, policy, at) = (pending_run(), Policy::default(), Timestamp::UNIX_EPOCH);
    let (mut text, mut head) = open(&run);
    let mut run = run;
    let notes = [(Event::Started, 3, None), (note(4), 3, letters[0]), (note(5), fencing, letters[1])];
    for (event, fencing, letter) in notes {
        let transition = step(&run, &event, &policy, at).unwrap();
        let circumstances = Circumstances { at, fencing, letter, policy: &policy };
        let (line, new) = append(&head, &event, &transition, &circumstances);
        text.push_str(&line);
        (run, head) = (transition.run, new);
    }
    read(&text)
}

#[test]
fn a_line_of_an_earlier_holder_of_the_lease_is_refused() {
    assert_eq!(noted_under(2, [None, None]), Err(LedgerError::Superseded { line: 4 }));
    assert!(noted_under(3, [None, None]).is_ok());
    assert!(noted_under(4, [None, None]).is_ok());
}

#[test]
fn a_letter_is_read_once() {
    assert_eq!(noted_under(3, [Some(7), Some(7)]), Err(LedgerError::LetterTwice { line: 4 }));
    assert_eq!(noted_under(3, [Some(7), Some(6)]), Err(LedgerError::LetterTwice { line: 4 }));
    assert!(noted_under(3, [Some(7), Some(8)]).is_ok());
}

#[test]
fn a_line_with_another_number_is_seen() {
    let run = pending_run();
    let (first, head) = open(&run);
    let (policy, at) = (Policy::default(), Timestamp::UNIX_EPOCH);
    let transition = step(&run, &Event::Started, &policy, at).unwrap();
    let (line, _) =
        append(&head, &Event::Started, &transition, &Circumstances { at, fencing: 1, letter: None, policy: &policy });
    let json = line.split_once(' ').unwrap().1.trim_end().replacen("\"seq\":1", "\"seq\":2", 1);
    let (line, _) = chain(Some(&head.hash), &json);
    assert_eq!(read(&format!("{first}{line}")), Err(LedgerError::Differs { line: 2 }));
}

#[test]
fn a_line_of_another_version_is_named() {
    let json = serde_json::to_string(&Opening { v: 2, run: pending_run() }).unwrap();
    let (line, _) = chain(None, &json);
    assert_eq!(read(&line), Err(LedgerError::Version { line: 1, version: 2 }));
}

#[test]
fn of_two_copies_the_longer_counts_and_of_a_fork_the_published_one() {
    let hash = |text: &str| ContentHash::of(text.as_bytes());
    let (a, b, c) = (hash("a"), hash("b"), hash("c"));
    assert_eq!(reconcile(&[a, b], &[a, b]), Reconciled::Same);
    assert_eq!(reconcile(&[a, b], &[a]), Reconciled::LocalIsLonger);
    assert_eq!(reconcile(&[a], &[a, b]), Reconciled::PublishedIsLonger);
    assert_eq!(reconcile(&[a, b], &[a, c]), Reconciled::Fork { common: 1 });
    assert_eq!(reconcile(&[b], &[c, b]), Reconciled::Fork { common: 0 });
    assert_eq!(reconcile(&[], &[]), Reconciled::Same);
}
