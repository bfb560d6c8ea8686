//! What the texts of criteria, questions and assumptions say.

use std::collections::BTreeSet;

use crate::document::OneLine;
use crate::document::entries::{letters, split_id};

use super::{Assumption, Criterion, OpenQuestion, Spec};

/// How a criterion is proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof<'a> {
    /// By tests that the plan names.
    Tests,
    /// By a command that fails before the change and succeeds after it.
    Check { command: &'a str },
}

/// What introduces the proof of a criterion.
const PROOF: &str = "proof:";

impl Criterion {
    /// Returns the text before the proof.
    pub fn sentence(&self) -> &str {
        let text = self.text.as_str();
        let end = proof_at(text).unwrap_or(text.len());
        text.get(..end).unwrap_or(text).trim_end_matches(['(', ' ', ',', ';', '—'])
    }

    /// Returns how the criterion is proven; a check without a command has an empty one.
    pub fn proof(&self) -> Proof<'_> {
        let text = self.text.as_str();
        let proof = proof_at(text).and_then(|at| text.get(at + PROOF.len()..)).unwrap_or_default().trim_start();
        match strip_word(proof, "check") {
            Some(rest) => Proof::Check { command: command_of(rest) },
            None => Proof::Tests,
        }
    }

    /// Says what is missing for the sentence to be one that a test can follow.
    pub(super) fn sentence_fault(&self) -> Option<&'static str> {
        let words = words_outside_code(self.sentence());
        let is_loud = words.contains(&"WHEN");
        let places = |wanted: &str| -> Vec<usize> {
            let is_wanted = |word: &str| {
                if is_loud { word == wanted } else { word.eq_ignore_ascii_case(wanted) }
            };
            words.iter().enumerate().filter(|(_, word)| is_wanted(word)).map(|(at, _)| at).collect()
        };
        match (places("WHEN").as_slice(), places("THEN").as_slice()) {
            ([], _) => Some("has no WHEN"),
            (_, []) => Some("has no THEN"),
            ([when], [then]) if when > then => Some("has THEN before WHEN"),
            ([when], [then]) if then - when < 2 => Some("does not say when"),
            ([_], [then]) if then + 1 == words.len() => Some("does not say what then happens"),
            ([_], [_]) => None,
            _ => Some("has more than one WHEN or THEN; make it one criterion for each"),
        }
    }
}

/// Finds `proof:` as a word of its own.
fn proof_at(text: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    let mut found = lower.match_indices(PROOF).map(|(at, _)| at);
    found.find(|at| {
        let before = text.get(..*at).unwrap_or_default();
        !before.ends_with(|character: char| character.is_alphanumeric() || "-_`".contains(character))
    })
}

fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let head = text.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word))?;
    let rest = text.get(head.len()..)?;
    (!rest.starts_with(|character: char| character.is_alphanumeric() || "-_".contains(character))).then_some(rest)
}

/// Returns the command after `check`: what is in backticks, else the rest without its closing bracket.
fn command_of(rest: &str) -> &str {
    let rest = rest.trim_start_matches([':', ' ', '=', '(']);
    match rest.strip_prefix('`').and_then(|rest| rest.rsplit_once('`')) {
        Some((command, _)) => command,
        None => rest.strip_suffix(')').unwrap_or(rest).trim(),
    }
}

/// Splits `text` into words that have letters or digits, without what is in backticks (which counts as one word).
fn words_outside_code(text: &str) -> Vec<&str> {
    let is_break = |character: char| !(character.is_alphanumeric() || "-_'’".contains(character));
    let mut words = Vec::new();
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 && !part.is_empty() {
            words.push("`");
        } else {
            words.extend(part.split(is_break).filter(|word| word.contains(char::is_alphanumeric)));
        }
    }
    words
}

/// Texts that stand where an answer should be, and are none.
const NO_ANSWERS: [&str; 6] = ["", "tbd", "todo", "pending", "unanswered", "unknown"];

/// Says whether `text` answers anything.
fn is_answer(text: &str) -> bool {
    let is_word = text.contains(char::is_numeric) || !NO_ANSWERS.contains(&letters(text).as_str());
    is_word && text.contains(char::is_alphanumeric)
}

impl OpenQuestion {
    /// Returns the answer: the one below the question, or one behind it (`… which port? Answer: 8080`).
    pub fn answer(&self) -> Option<&str> {
        let below = self.answer.as_ref().map(OneLine::as_str);
        let behind = || {
            let text = self.text.as_str();
            let found = text.match_indices("Answer:").find(|(at, _)| {
                let before = text.get(..*at).unwrap_or_default().trim_end();
                before.is_empty() || before.ends_with(['?', '.', '!', ')', '—', '–', '|'])
            });
            found.and_then(|(at, word)| text.get(at + word.len()..))
        };
        below.or_else(behind).map(str::trim).filter(|answer| is_answer(answer))
    }
}

impl Assumption {
    /// Returns the reason, if the text has one.
    pub fn reason(&self) -> Option<&str> {
        let text = self.text.as_str();
        let lower = text.to_ascii_lowercase();
        let introductions = ["reason:", "rationale:", "why:", "because "];
        let reasons = introductions.iter().filter_map(|word| {
            let at = lower.find(word)?;
            text.get(at + word.len()..)
        });
        reasons.map(str::trim).find(|reason| reason.contains(char::is_alphanumeric))
    }

    /// Returns the number of the question that the text names first, if it begins with one.
    fn question(&self) -> Option<u32> {
        split_id(self.text.as_str(), "Q").map(|(number, _)| number)
    }
}

impl Spec {
    /// Returns the questions that are neither answered nor settled by an assumption, in order. An assumption settles
    /// the question that ends with its name, and the one that it names first.
    ///
    /// It counts only with a reason: without one, somebody guessed.
    pub(super) fn unsettled(&self) -> impl Iterator<Item = &OpenQuestion> {
        let reasoned = self.assumptions.iter().filter(|assumption| assumption.reason().is_some());
        // Sets, because a file may have tens of thousands of both.
        let (known, assumed): (BTreeSet<_>, BTreeSet<_>) =
            reasoned.map(|assumption| (assumption.id.number(), assumption.question())).unzip();
        self.questions.iter().filter(move |question| {
            let named = assumption_named_last(question.text.as_str())
                .or_else(|| question.answer.as_ref().and_then(|answer| assumption_named_last(answer.as_str())));
            let is_assumed =
                named.is_some_and(|named| known.contains(&named)) || assumed.contains(&Some(question.id.number()));
            !is_assumed && question.answer().is_none_or(is_only_name)
        })
    }
}

/// Says whether an answer is nothing but the name of an assumption.
fn is_only_name(answer: &str) -> bool {
    answer.split_whitespace().count() == 1 && assumption_named_last(answer).is_some()
}

/// Returns the number of `A-n` at the end of `text`, in brackets or not. A text that ends by asking names nothing.
fn assumption_named_last(text: &str) -> Option<u32> {
    let last = text.trim_end_matches([')', ']', '.', ' ']).rsplit([' ', '(', '[']).next()?;
    let (number, rest) = split_id(last, "A")?;
    rest.is_empty().then_some(number)
}
