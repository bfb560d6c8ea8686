//! `spec.md`: what a ticket means, as criteria that can be tested.
//!
//! An agent writes it and people edit it, so reading is tolerant: items, headings, tables and bold ids say the
//! same. What cannot be understood becomes a finding; the gate of `analyze` is [`gate`]:
//! [`Spec::read`] and [`Spec::check`] without findings, and no [`Spec::open_questions`].
//!
//! Criteria and assumptions keep their text whole; the command of a proof and the reason of an assumption are
//! looked up in it, so there is one representation of each. What a file says beyond the known sections is for
//! people and is not read.
//!
//! Freezing and restoring the file is not here.

use std::collections::BTreeMap;

use crate::document::header::Header;
use crate::document::{OneLine, Place, Prose, Read};
use crate::domain::Unit;
use crate::escalation::Question;
use crate::hash::ContentHash;
use crate::id::{AssumptionId, CriterionId, QuestionId};
use crate::ticket::TicketKind;

mod answers;
mod check;
mod criterion;
mod read;
mod write;

pub use answers::{Answered, with_answers};
pub use check::gate;
pub use criterion::Proof;

/// Where the file is, as findings name it.
pub const PATH: &str = ".pipeline/spec.md";

/// The version of the format, as the original product wrote it too.
pub const SCHEMA_VERSION: u32 = 1;

/// What a ticket means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spec {
    /// How people refer to the ticket; empty where it has no name.
    pub ticket: OneLine,
    pub title: OneLine,
    pub kind: TicketKind,
    /// Whether the file says that it is frozen. That is for people: the ledger knows.
    pub frozen: bool,
    pub goal: Prose,
    pub non_goals: Vec<OneLine>,
    pub user_stories: Vec<OneLine>,
    pub criteria: Vec<Criterion>,
    pub non_functional: Vec<OneLine>,
    /// The units the ticket changes, each with a note, which may be empty.
    pub affected: BTreeMap<Unit, OneLine>,
    pub questions: Vec<OpenQuestion>,
    pub assumptions: Vec<Assumption>,
}

/// One thing that has to be true in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    pub id: CriterionId,
    /// `WHEN … THEN …`, perhaps with `(proof: check …)` behind it.
    pub text: OneLine,
    pub place: Place,
}

/// Something that the ticket leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenQuestion {
    pub id: QuestionId,
    pub text: OneLine,
    pub answer: Option<OneLine>,
    pub place: Place,
}

/// Something that was decided without asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    pub id: AssumptionId,
    /// What is assumed, and the reason.
    pub text: OneLine,
    pub place: Place,
}

impl Spec {
    /// Reads the file.
    pub fn read(file: &str) -> Read<Self> {
        read::read(file)
    }

    /// Writes the file in its canonical form.
    pub fn write(&self) -> String {
        write::write(self)
    }

    /// Returns the questions that are neither answered nor settled by an assumption, in order.
    pub fn open_questions(&self) -> Vec<Question> {
        self.unsettled().map(|question| Question { id: question.id, text: question.text.as_str().into() }).collect()
    }

    /// Returns the hash that freezes `file`.
    ///
    /// It covers every word, also those that only people read. The marks that editors, git and the
    /// engine make (byte-order mark, line ends, `frozen:` in the front matter) do not change it.
    pub fn freeze_hash(file: &str) -> ContentHash {
        let body = Header::read(file).body;
        let mut words = String::with_capacity(file.len());
        let mut at = 0;
        for line in file.split_inclusive('\n') {
            let is_mark = at < body && line.starts_with("frozen:");
            at += line.len();
            if !is_mark {
                words.push_str(line.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']));
                words.push('\n');
            }
        }
        ContentHash::of(words.trim_end_matches('\n').as_bytes())
    }
}

#[cfg(test)]
mod tests;
