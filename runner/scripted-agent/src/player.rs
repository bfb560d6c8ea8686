//! Which turn answers a prompt, and which turns nobody asked for.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value, json};

use crate::script::{Defaults, OnUnmatched, OneOf, Script, Turn, When};

/// What a client says of its prompt beside its words.
pub(crate) type Meta = Map<String, Value>;

/// A script with what was played of it.
#[derive(Debug)]
pub(crate) struct Player {
    script: Script,
    /// How often each turn was played.
    played: Mutex<BTreeMap<usize, u32>>,
    report: Option<PathBuf>,
}

/// What answers a prompt.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer<'script> {
    Turn(&'script Turn),
    /// Nothing is done.
    EndTurn,
    /// The script says nothing about such a prompt.
    Unmatched,
}

impl Player {
    pub(crate) fn new(script: Script, report: Option<PathBuf>) -> Self {
        Self { script, played: Mutex::default(), report }
    }

    pub(crate) fn defaults(&self) -> &Defaults {
        &self.script.defaults
    }

    /// Says whether any turn was played.
    pub(crate) fn has_begun(&self) -> bool {
        !self.played().is_empty()
    }

    fn played(&self) -> MutexGuard<'_, BTreeMap<usize, u32>> {
        self.played.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the first turn that is meant for the prompt and not used up.
    pub(crate) fn answer(&self, meta: &Meta, mode: &str, prompt: &str) -> Answer<'_> {
        let mut played = self.played();
        for (place, turn) in self.script.turns.iter().enumerate() {
            let count = played.entry(place).or_default();
            if (turn.times == 0 || *count < turn.times) && is_meant(&turn.when, meta, mode, prompt) {
                *count += 1;
                return Answer::Turn(turn);
            }
        }
        match self.script.on_unmatched {
            OnUnmatched::Error => Answer::Unmatched,
            OnUnmatched::EndTurn => Answer::EndTurn,
        }
    }

    /// Writes the report. Where several agents play one script, a turn is unused if none of them used it.
    pub(crate) fn report(&self) {
        let Some(path) = &self.report else { return };
        let played = self.played();
        let is_unused = |place: &usize| played.get(place).is_none_or(|count| *count == 0);
        let mut unused: Vec<&str> = self
            .script
            .turns
            .iter()
            .enumerate()
            .filter(|(place, _)| is_unused(place))
            .map(|(_, turn)| &*turn.name)
            .collect();
        let earlier = fs::read(path).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
        if let Some(earlier) = earlier.as_ref().and_then(|report| report.get("unused_turns")?.as_array()) {
            unused.retain(|name| earlier.iter().any(|other| other == name));
        }
        // Whoever reads it sees the old or the new one. Without a report the tests that want it fail, not the agent.
        let beside = path.with_extension(format!("{}.part", std::process::id()));
        let _unwritten =
            fs::write(&beside, json!({ "unused_turns": unused }).to_string()).and_then(|()| fs::rename(&beside, path));
    }
}

fn is_meant(when: &When, meta: &Meta, mode: &str, prompt: &str) -> bool {
    let When { run, story, phase, attempt, iteration, role, domain, brief, repair, mode: modes, prompt: pattern } =
        when;
    let named = [
        ("run", run),
        ("story", story),
        ("phase", phase),
        ("attempt", attempt),
        ("iteration", iteration),
        ("role", role),
        ("domain", domain),
        ("brief", brief),
        ("repair", repair),
    ];
    let agrees =
        |(name, wanted): &(&str, &Option<OneOf>)| wanted.as_ref().is_none_or(|wanted| wanted.matches(meta.get(*name)));
    named.iter().all(agrees)
        && modes.as_ref().is_none_or(|wanted| wanted.matches(Some(&mode.into())))
        && pattern.as_ref().is_none_or(|pattern| pattern.0.is_match(prompt))
}
