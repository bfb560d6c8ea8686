//! The name of a run's branch, from what a ticket says about itself.
//!
//! Titles are hostile or merely creative; whatever is in them, the result is a name that git accepts and
//! that no shell or option parser can misread (SEC-29), made of ASCII letters and digits, so that it
//! is the same on every file system. Asking which names are taken is not here.

use std::collections::BTreeSet;

use crate::config::Branch;
use crate::id::{BranchName, RunId};

mod pattern;
mod slug;

pub use pattern::{BranchPattern, PatternError};

use pattern::{Piece, Placeholder};

/// Leaves place for a suffix, a lock file and the folder of a file system.
const MAX_NAME_BYTES: usize = 200;

/// Characters of a run id that tell two runs apart in a branch name: the last ones are random.
const RUN_TAIL_CHARACTERS: usize = 8;

/// What a name can be made of; what is not known is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameParts<'a> {
    pub run: RunId,
    pub title: &'a str,
    /// The number or key of the ticket: `#7`, `PROJ-12`.
    pub ticket: Option<&'a str>,
    pub story: Option<&'a str>,
    pub epic: Option<&'a str>,
    pub program: Option<&'a str>,
    pub user: Option<&'a str>,
}

/// Returns the name of the branch of a run.
///
/// Where title and ticket give the name nothing to tell it from others, it ends with `ticket-7`, or else
/// with `run-` and the end of the run's id.
pub fn branch_name(rules: &Branch, parts: &NameParts<'_>) -> BranchName {
    let fallback = fallback(parts);
    let mut text = String::new();
    let mut is_told_apart = false;
    for piece in rules.pattern.pieces() {
        match piece {
            Piece::Literal(literal) => text.push_str(literal),
            Piece::Placeholder(placeholder) => {
                let value = value_of(*placeholder, rules, parts);
                is_told_apart |= placeholder.tells_apart() && !value.is_empty();
                text.push_str(&value);
            }
        }
    }
    if !is_told_apart {
        text.push('-');
        text.push_str(&fallback);
    }
    let name = slug::clean_name(&text, MAX_NAME_BYTES).parse();
    // A name that git keeps for itself, such as `refs/heads/x`.
    match name {
        Ok(name) => name,
        Err(_) => BranchName::of_run(parts.run),
    }
}

fn value_of(placeholder: Placeholder, rules: &Branch, parts: &NameParts<'_>) -> String {
    let id = |text: Option<&str>| slug::clean_id(text.unwrap_or_default());
    match placeholder {
        Placeholder::Type => slug::clean_id(type_of(rules, parts.title)),
        Placeholder::Description => {
            let longest = usize::try_from(rules.max_slug_length.get()).unwrap_or(usize::MAX);
            slug::slug(parts.title, longest)
        }
        Placeholder::Ticket => id(parts.ticket.or(parts.story)),
        Placeholder::Story => id(parts.story),
        Placeholder::Epic => id(parts.epic),
        Placeholder::Program => id(parts.program),
        Placeholder::User => id(parts.user),
    }
}

fn fallback(parts: &NameParts<'_>) -> String {
    let ticket = slug::clean_id(parts.ticket.or(parts.story).unwrap_or_default());
    if !ticket.is_empty() {
        return format!("ticket-{ticket}");
    }
    let run = parts.run.to_string().to_ascii_lowercase();
    let skipped = run.chars().count().saturating_sub(RUN_TAIL_CHARACTERS);
    format!("run-{}", run.chars().skip(skipped).collect::<String>())
}

/// Returns the first type, or the last one that has a keyword in the title.
fn type_of<'r>(rules: &'r Branch, title: &str) -> &'r str {
    let title = title.to_lowercase();
    let has_keyword = |keywords: &[String]| keywords.iter().any(|keyword| has_word(&title, &keyword.to_lowercase()));
    let named = rules.types.iter().rev().find(|entry| has_keyword(&entry.keywords));
    named.or(rules.types.first()).map_or("", |entry| entry.name.as_str())
}

/// Says whether `word` stands in `text` with nothing of a word right before or after it.
fn has_word(text: &str, word: &str) -> bool {
    let is_part =
        |character: Option<char>| character.is_some_and(|character| character.is_alphanumeric() || character == '_');
    !word.is_empty()
        && text.match_indices(word).any(|(start, found)| {
            let before = text.get(..start).unwrap_or_default().chars().next_back();
            let after = text.get(start + found.len()..).unwrap_or_default().chars().next();
            !is_part(before) && !is_part(after)
        })
}

/// Returns `name`, or the first of `name-2`, `name-3`, … that can exist beside the `taken` names.
///
/// Names that differ only in case are the same file to some systems, and git cannot have a branch `a`
/// beside a branch `a/b`.
pub fn untaken(name: &BranchName, taken: &BTreeSet<BranchName>) -> BranchName {
    let taken: BTreeSet<String> = taken.iter().map(|name| name.as_str().to_lowercase()).collect();
    let is_below_taken = name.as_str().match_indices('/').any(|(slash, _)| {
        let folder = name.as_str().get(..slash).unwrap_or_default();
        taken.contains(&folder.to_lowercase())
    });
    let base = if is_below_taken { name.as_str().replace('/', "-") } else { name.as_str().to_owned() };
    let is_free = |candidate: &str| {
        let candidate = candidate.to_lowercase();
        let folder = format!("{candidate}/");
        let next = taken.range(folder.clone()..).next();
        !taken.contains(&candidate) && !next.is_some_and(|name| name.starts_with(&folder))
    };
    let short: String = base.chars().take(MAX_NAME_BYTES).collect();
    let short = short.trim_end_matches(['/', '.', '-']);
    let suffixed = (2..).map(|number| format!("{short}-{number}"));
    // There are more numbers than taken names, so one of them is free.
    let mut candidates = std::iter::once(base.clone()).chain(suffixed).filter(|candidate| is_free(candidate));
    candidates.find_map(|candidate| candidate.parse().ok()).unwrap_or_else(|| name.clone())
}

#[cfg(test)]
mod tests;
