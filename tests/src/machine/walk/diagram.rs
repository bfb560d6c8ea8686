//! The state diagram, as the walk saw it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use pipemason_core::run::{Record, Run, Transition};

/// Edges between phases and states, with why they are taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagram {
    edges: BTreeSet<(usize, String, String, String)>,
}

impl Diagram {
    /// Adds what `transition` shows.
    pub(super) fn add(&mut self, before: &Run, transition: &Transition) {
        let mut at = before.visit().map(|visit| visit.phase);
        for record in &transition.records {
            match record {
                Record::PhaseEntered { phase } => {
                    if let Some(from) = at.filter(|from| from.next() == Some(*phase)) {
                        self.edge(from.index(), from.name(), phase.name(), "passed, skipped or unchanged");
                    } else if at.is_none() {
                        self.edge(0, "[*]", phase.name(), "started");
                    }
                    at = Some(*phase);
                }
                Record::PhaseLeft { phase, .. } => {
                    if let Some(from) = at.filter(|from| from.next() == Some(*phase)) {
                        self.edge(from.index(), from.name(), phase.name(), "passed, skipped or unchanged");
                    }
                    at = Some(*phase);
                }
                Record::Retried { phase, .. } => self.edge(phase.index(), phase.name(), phase.name(), "retry"),
                Record::LoopedBack { from, to, .. } => {
                    self.edge(from.index(), from.name(), to.name(), "gate failed");
                    at = Some(*to);
                }
                Record::Escalated { .. } => {
                    if let Some(phase) = transition.run.visit().map(|visit| visit.phase) {
                        self.edge(phase.index(), phase.name(), "escalated", "");
                    }
                }
                Record::RunEnded { status } => {
                    if let Some(from) = at {
                        self.edge(from.index(), from.name(), status.name(), "");
                    }
                }
                _ => {}
            }
        }
    }

    fn edge(&mut self, order: usize, from: &str, to: &str, why: &str) {
        self.edges.insert((order, from.to_owned(), to.to_owned(), why.to_owned()));
    }

    /// Takes over the edges of `other`.
    pub fn extend(&mut self, other: Self) {
        self.edges.extend(other.edges);
    }

    /// Returns the diagram as Mermaid text.
    pub fn to_mermaid(&self) -> String {
        let mut text = String::from("stateDiagram-v2\n");
        for (_, from, to, why) in &self.edges {
            let label = if why.is_empty() { String::new() } else { format!(": {why}") };
            // Writing to a `String` cannot fail.
            let _: Result<(), std::fmt::Error> = writeln!(text, "    {from} --> {to}{label}");
        }
        text
    }
}
