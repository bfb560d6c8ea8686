//! What an agent that asks is permitted: decided at once, by a table, never by a person who might be asleep.
//!
//! It is a courtesy to well-behaved agents and keeps them in their tree. It protects nothing: an agent need not ask.

use std::path::{Component, Path, PathBuf};

use serde_json::{Value, json};

use crate::driver::Role;

/// What a tool does, as the agent says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ToolKind {
    Read,
    Search,
    Think,
    Fetch,
    Execute,
    Edit,
    Move,
    Delete,
    /// Leaves or enters a mode of the agent.
    SwitchMode,
    Other,
}

impl ToolKind {
    /// Reads the word of the protocol; what is not known is *other*.
    pub(crate) fn of(word: &str) -> Self {
        match word {
            "read" => Self::Read,
            "search" => Self::Search,
            "think" => Self::Think,
            "fetch" => Self::Fetch,
            "execute" => Self::Execute,
            "edit" => Self::Edit,
            "move" => Self::Move,
            "delete" => Self::Delete,
            "switch_mode" => Self::SwitchMode,
            _ => Self::Other,
        }
    }

    /// Returns the word of the protocol.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Search => "search",
            Self::Think => "think",
            Self::Fetch => "fetch",
            Self::Execute => "execute",
            Self::Edit => "edit",
            Self::Move => "move",
            Self::Delete => "delete",
            Self::SwitchMode => "switch_mode",
            Self::Other => "other",
        }
    }
}

/// The answer to an agent that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Allowed,
    Rejected,
    /// The agent offers no such answer, or its turn is over.
    Unanswerable,
}

/// Decides about a tool of `kind` that touches `paths`.
///
/// Whoever reviews may write, too: reviews are in files, and a reviewer's tree is thrown away.
pub(crate) fn decide(role: Role, kind: ToolKind, paths: &[PathBuf], tree: &Path) -> Verdict {
    let is_allowed = match (kind, role) {
        (ToolKind::Read | ToolKind::Search | ToolKind::Think | ToolKind::Fetch | ToolKind::Execute, _) => true,
        (ToolKind::Edit | ToolKind::Move | ToolKind::Delete, _) => paths.iter().all(|path| is_work(path, tree)),
        (ToolKind::SwitchMode, _) => false,
        (ToolKind::Other, Role::Worker) => paths.iter().all(|path| is_work(path, tree)),
        (ToolKind::Other, Role::Reviewer) => false,
    };
    if is_allowed { Verdict::Allowed } else { Verdict::Rejected }
}

/// Says whether `path` is in the tree and not part of its repository, wherever links lead.
fn is_work(path: &Path, tree: &Path) -> bool {
    let Some(path) = without_dots(&tree.join(path)) else { return false };
    let Ok(tree) = tree.canonicalize() else { return false };
    let there = path.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    let Some((above, real)) = there else { return false };
    let Ok(rest) = path.strip_prefix(above) else { return false };
    let real = real.join(rest);
    real.strip_prefix(tree).is_ok_and(|inside| inside.components().next() != Some(Component::Normal(".git".as_ref())))
}

/// Resolves `..` in the text of a path; nothing where it leads above the root.
fn without_dots(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => plain.pop().then_some(())?,
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => plain.push(part),
        }
    }
    Some(plain)
}

/// Answers with one of the options that are offered, chosen by their kind, never by place or name.
pub(crate) fn answer(verdict: Verdict, options: &[Value]) -> (Verdict, Value) {
    let wanted = match verdict {
        Verdict::Allowed => ["allow_once", "allow_always"],
        Verdict::Rejected => ["reject_once", "reject_always"],
        Verdict::Unanswerable => return (verdict, json!({ "outcome": { "outcome": "cancelled" } })),
    };
    let of_kind = |kind: &str| options.iter().find(|option| option.get("kind").and_then(Value::as_str) == Some(kind));
    match wanted.into_iter().find_map(of_kind).and_then(|option| option.get("optionId")) {
        Some(id) => (verdict, json!({ "outcome": { "outcome": "selected", "optionId": id } })),
        None if verdict == Verdict::Allowed => match answer(Verdict::Rejected, options) {
            (Verdict::Rejected, reply) => (Verdict::Rejected, reply),
            (_, reply) => (Verdict::Unanswerable, reply),
        },
        None => answer(Verdict::Unanswerable, options),
    }
}

#[cfg(test)]
mod tests;
