//! The configuration of the original product: its keys are read where they mean something here, and
//! named once where they do not.
//!
//! This happens on the tree, before anything is read, so that the sections know only their own keys.

use std::collections::BTreeMap;
use std::fmt;

use super::problem::shown;
use super::setting::Reader;
use super::tree::{Entry, Node, Value};

/// Keys that have another name here.
pub(super) const RENAMED: [(&str, &str); 4] = [
    ("cost_controls.max_budget_usd_per_spawn", "cost_controls.max_usd_per_turn"),
    ("limits.cost_ceiling_usd", "cost_controls.max_usd_per_program"),
    ("limits.retry_budget_per_phase", "limits.max_retries_per_phase"),
    ("screenshot.mockups_dir", "screenshot.expected"),
];

/// Keys that mean nothing here, with all that is below them; `*` is any name.
pub(super) const UNUSED: [&str; 26] = [
    "accessibility",
    "branch_strategy",
    "commands.*.migrate",
    "commands.*.services",
    "cost_controls.calibration_min_samples",
    "cost_controls.curate_roster_by_domain",
    "cost_controls.enabled",
    "cost_controls.estimate_band_fraction",
    "cost_controls.max_model_tier",
    "cost_controls.max_thinking_tokens",
    "fan_out",
    "finalize.push_branch",
    "models",
    "monitor_windowing",
    "parallelism",
    "plan_then_execute",
    "quality.perf_baseline_path",
    "reporting",
    "resource_controls",
    "screenshot.expected_source",
    "screenshot.mobile",
    "screenshot.on_mismatch",
    "screenshot.require_expected",
    "seo",
    "stash.tag_with_ticket",
    "workspace",
];

/// Items of `finalize.pr_body_includes` that mean nothing here.
const UNUSED_BODY_PARTS: [&str; 2] = ["jira_link", "figma_link"];

/// More names than anybody reads in one sentence.
const MAX_NAMED_KEYS: usize = 6;

/// Keys of the original product, all of one section, that are not used.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Notice {
    /// The section.
    pub section: String,
    /// The names of the keys below the section, with their own sections; none if the section is itself a key.
    pub keys: Vec<String>,
    /// Where the first of them is.
    pub line: usize,
}

impl fmt::Display for Notice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { section, keys, line } = self;
        write!(formatter, "`{section}` (line {line}): ")?;
        match keys.len() {
            0 => return formatter.write_str("a key of the original product that is not used"),
            1 => formatter.write_str("1 key of the original product is not used (")?,
            count => write!(formatter, "{count} keys of the original product are not used (")?,
        }
        let named: Vec<&str> = keys.iter().take(MAX_NAMED_KEYS).map(String::as_str).collect();
        let more = if keys.len() > MAX_NAMED_KEYS { ", …" } else { "" };
        write!(formatter, "{}{more})", named.join(", "))
    }
}

/// Turns the keys of the original product into ours, and takes out the others.
pub(super) fn translate(root: &mut Node, reader: &mut Reader<'_>) -> Vec<Notice> {
    let mut notices = BTreeMap::new();
    for path in UNUSED {
        let segments: Vec<&str> = path.split('.').collect();
        for (path, entry) in take(root, &segments) {
            note(&mut notices, &path, &entry);
        }
    }
    drop_body_parts(root, &mut notices);
    for (old, new) in RENAMED {
        rename(root, old, new, reader);
    }
    let mut notices: Vec<Notice> = notices.into_values().collect();
    notices.sort_by_key(|notice| notice.line);
    notices
}

/// Takes the entries out of the tree that a path leads to, with their full names.
fn take(node: &mut Node, path: &[&str]) -> Vec<(Vec<String>, Entry)> {
    let (Value::Map(entries), [segment, rest @ ..]) = (&mut node.value, path) else {
        return Vec::new();
    };
    if rest.is_empty() {
        let found = entries.extract_if(.., |entry| entry.key == *segment);
        return found.map(|entry| (vec![entry.key.clone()], entry)).collect();
    }
    let mut taken = Vec::new();
    for entry in entries.iter_mut().filter(|entry| *segment == "*" || entry.key == *segment) {
        for (mut path, inner) in take(&mut entry.node, rest) {
            path.insert(0, entry.key.clone());
            taken.push((path, inner));
        }
    }
    taken
}

/// Notes that an entry is not used.
fn note(notices: &mut BTreeMap<String, Notice>, path: &[String], entry: &Entry) {
    let Some((section, below)) = path.split_first() else {
        return;
    };
    let mut names = Vec::new();
    leaves(&entry.node, &below.join("."), &mut names);
    let notice = notices.entry(section.clone()).or_insert_with(|| Notice {
        section: shown(section),
        keys: Vec::new(),
        line: entry.place.line,
    });
    notice.line = notice.line.min(entry.place.line);
    notice.keys.extend(names.iter().map(|name| shown(name)).filter(|name| !name.is_empty()));
}

/// Adds the names of the keys that have a value of their own.
fn leaves(node: &Node, path: &str, names: &mut Vec<String>) {
    match &node.value {
        Value::Map(entries) if !entries.is_empty() => {
            for entry in entries {
                leaves(&entry.node, &super::setting::child(path, &entry.key), names);
            }
        }
        Value::Map(_) | Value::List(_) | Value::Scalar { .. } => names.push(path.to_owned()),
    }
}

/// Takes the parts out of the pull request's text that mean nothing here.
fn drop_body_parts(root: &mut Node, notices: &mut BTreeMap<String, Notice>) {
    let Some(includes) = find(root, &["finalize", "pr_body_includes"]) else {
        return;
    };
    let Value::List(items) = &mut includes.node.value else {
        return;
    };
    let place = includes.place;
    let dropped = items.extract_if(.., |item| match &item.value {
        Value::Scalar { text, .. } => UNUSED_BODY_PARTS.contains(&text.as_str()),
        Value::List(_) | Value::Map(_) => false,
    });
    for item in dropped.collect::<Vec<_>>() {
        let Value::Scalar { text, .. } = &item.value else {
            continue;
        };
        let path = ["finalize", "pr_body_includes", text].map(str::to_owned);
        let key = text.clone();
        let node = item;
        note(notices, &path, &Entry { key, place, node });
    }
}

fn find<'n>(node: &'n mut Node, path: &[&str]) -> Option<&'n mut Entry> {
    let (Value::Map(entries), [segment, rest @ ..]) = (&mut node.value, path) else {
        return None;
    };
    let entry = entries.iter_mut().find(|entry| entry.key == *segment)?;
    if rest.is_empty() { Some(entry) } else { find(&mut entry.node, rest) }
}

/// Moves an entry to its name here. If that name has a value too, the key is given twice.
fn rename(root: &mut Node, old: &str, new: &str, reader: &mut Reader<'_>) {
    let old_segments: Vec<&str> = old.split('.').collect();
    let Some((_, entry)) = take(root, &old_segments).pop() else {
        return;
    };
    let Some((section, name)) = new.split_once('.').filter(|_| !entry.node.is_null()) else {
        return;
    };
    if let Some(other) = find(root, &[section, name]).filter(|other| !other.node.is_null()) {
        let message = format!("this is another name of `{new}`, which is given on line {}", other.place.line);
        reader.error(entry.place, old, message, Some("leave one of them out".to_owned()));
        return;
    }
    let Value::Map(sections) = &mut root.value else {
        return;
    };
    let renamed = Entry { key: name.to_owned(), ..entry };
    match sections.iter_mut().find(|entry| entry.key == section) {
        Some(entry) if entry.node.is_null() => entry.node.value = Value::Map(vec![renamed]),
        Some(entry) => {
            if let Value::Map(entries) = &mut entry.node.value {
                entries.push(renamed);
            }
        }
        None => {
            let place = renamed.place;
            let value = Value::Map(vec![renamed]);
            sections.push(Entry { key: section.to_owned(), place, node: Node { place, value } });
        }
    }
}
