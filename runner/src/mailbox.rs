//! What others say to a run while somebody holds it: one file a letter, numbered in the order of writing.

use std::fs;
use std::io;

use jiff::Timestamp;
use pipemason_core::lease::{Letter, unread};
use pipemason_core::run::{Event, Rejection};

use crate::files::{FileError, make_folder, read_if_there, write_new, write_whole};
use crate::folder::RunFolder;

/// Why a letter could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum MailboxError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("letter {number} of the run's mailbox cannot be read: {reason}")]
    Unreadable { number: u64, reason: serde_json::Error },
    #[error("letter {number} of the run's mailbox is missing; nothing after it is read")]
    Missing { number: u64 },
}

/// Leaves `event` for whoever holds the run in `folder`, and returns the number of the letter.
pub fn send(folder: &RunFolder, event: &Event, now: Timestamp) -> Result<u64, MailboxError> {
    let mailbox = folder.mailbox();
    make_folder(&mailbox)?;
    let mut number = numbers(folder)?.last().copied().unwrap_or(0);
    loop {
        number = number.saturating_add(1);
        let letter = Letter { number, at: now, event: event.clone() };
        // A letter has only plain values, so writing it cannot fail.
        let text = serde_json::to_vec(&letter).unwrap_or_default();
        if write_new(&mailbox.join(name_of(number)), &text)? {
            return Ok(number);
        }
    }
}

/// Returns the letters after number `read`, in order.
pub fn receive(folder: &RunFolder, read: u64) -> Result<Vec<Letter>, MailboxError> {
    let mut letters = Vec::new();
    for number in numbers(folder)?.into_iter().filter(|number| *number > read) {
        let path = folder.mailbox().join(name_of(number));
        let text = fs::read(&path).map_err(|error| FileError::new(&path, "read", error))?;
        let letter = serde_json::from_slice(&text).map_err(|reason| MailboxError::Unreadable { number, reason })?;
        letters.push(letter);
    }
    let in_order = unread(&letters, read).map_err(|number| MailboxError::Missing { number })?;
    Ok(in_order.into_iter().cloned().collect())
}

/// Tells whoever wrote letter `number` what came of it.
pub fn answer(folder: &RunFolder, number: u64, rejection: Option<&Rejection>) -> Result<(), MailboxError> {
    let text = rejection.map(Rejection::sentence).unwrap_or_default();
    Ok(write_whole(&folder.mailbox().join(name_of_answer(number)), text.as_bytes())?)
}

/// Returns what came of letter `number`: nothing yet, that it was taken up (`Ok`), or why not.
pub fn answered(folder: &RunFolder, number: u64) -> Result<Option<Result<(), String>>, MailboxError> {
    let text = read_if_there(&folder.mailbox().join(name_of_answer(number)))?;
    Ok(text.map(|text| if text.is_empty() { Ok(()) } else { Err(text) }))
}

fn name_of_answer(number: u64) -> String {
    format!("{number:08}.answer")
}

fn name_of(number: u64) -> String {
    format!("{number:08}.json")
}

fn numbers(folder: &RunFolder) -> Result<Vec<u64>, MailboxError> {
    let mailbox = folder.mailbox();
    let entries = match fs::read_dir(&mailbox) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(FileError::new(&mailbox, "read", error).into()),
    };
    let of_entry =
        |entry: io::Result<fs::DirEntry>| entry.ok()?.file_name().to_str()?.strip_suffix(".json")?.parse::<u64>().ok();
    let mut numbers: Vec<u64> = entries.filter_map(of_entry).collect();
    numbers.sort_unstable();
    Ok(numbers)
}
