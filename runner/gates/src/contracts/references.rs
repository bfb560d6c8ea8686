//! References: they stay within the contracts, and lead somewhere.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::document::Document;
use super::{ContractFiles, Objections, is_prose};

/// Keys whose values are data and not a part of the contract.
const DATA: [&str; 4] = ["example", "examples", "default", "const"];

/// Checks all references of all files.
pub(super) fn check(files: &ContractFiles, documents: &[Document<'_>], objections: &mut Objections<'_>) {
    let by_path: BTreeMap<&str, &Document<'_>> = documents.iter().map(|document| (document.path, document)).collect();
    let ids = identifiers(documents);
    for document in documents {
        for (place, reference) in of_document(&document.value) {
            let place: Vec<&str> = place.iter().map(String::as_str).collect();
            if let Some(words) = fault(document, &reference, files, &by_path, &ids) {
                objections.at("reference", document, &place, format!("`{reference}` {words}"));
            }
        }
    }
    for (path, text) in files.iter().filter(|(path, _)| is_prose(path)) {
        let text = text.as_deref().unwrap_or_default();
        for (line, number) in text.lines().zip(1_u32..) {
            for target in links(line).filter(|target| is_file_name(target)) {
                let target = target.split('#').next().unwrap_or(target);
                let is_there = joined(path, target).is_some_and(|target| files.contains_key(&target));
                if !is_there {
                    objections.add("reference", path, Some(number), format!("`{target}` is not among the contracts"));
                }
            }
        }
    }
}

/// Returns the part that a reference leads to, if it is one within the contracts.
pub(super) fn target<'v>(documents: &'v [&'v Document<'v>], from: &Document<'_>, reference: &str) -> Option<&'v Value> {
    let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    let path = if file.is_empty() { from.path.to_owned() } else { joined(from.path, file)? };
    let document = documents.iter().find(|document| document.path == path)?;
    document.value.pointer(&decoded(fragment))
}

fn fault(
    document: &Document<'_>,
    reference: &str,
    files: &ContractFiles,
    by_path: &BTreeMap<&str, &Document<'_>>,
    ids: &BTreeSet<&str>,
) -> Option<&'static str> {
    let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    if ids.contains(reference) || ids.contains(file) && !file.is_empty() {
        return None;
    }
    if file.contains("://") {
        return Some("is outside of the contracts; copy what it means into a file here");
    }
    let path = if file.is_empty() { Some(document.path.to_owned()) } else { joined(document.path, file) };
    let Some(path) = path else { return Some("leads out of the folder of the contracts") };
    let Some(target) = by_path.get(path.as_str()) else {
        // A file that is there and cannot be looked into is objected to for that.
        let is_there = files.contains_key(&path);
        return (!is_there).then_some("is a file that does not exist");
    };
    if !fragment.is_empty() && !fragment.starts_with('/') {
        let is_named = has_anchor(&target.value, fragment);
        return (!is_named).then_some("names an anchor that does not exist");
    }
    let leads_somewhere = target.value.pointer(&decoded(fragment)).is_some();
    (!leads_somewhere).then_some("leads nowhere")
}

/// Returns all `$ref`s with their places.
fn of_document(value: &Value) -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    let mut open: Vec<(Vec<String>, &Value)> = vec![(Vec::new(), value)];
    while let Some((place, value)) = open.pop() {
        let below = |key: &str| place.iter().cloned().chain([key.to_owned()]).collect::<Vec<_>>();
        match value {
            Value::Object(fields) => {
                for (key, field) in fields.iter().rev() {
                    let is_name = place.last().is_some_and(|last| last == "properties");
                    match field {
                        Value::String(reference) if key == "$ref" => found.push((below(key), reference.clone())),
                        _ if DATA.contains(&key.as_str()) && !is_name => {}
                        _ => open.push((below(key), field)),
                    }
                }
            }
            Value::Array(items) => {
                open.extend(items.iter().enumerate().rev().map(|(index, item)| (below(&index.to_string()), item)));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    found
}

/// Returns the names that schemas give themselves.
fn identifiers<'d>(documents: &'d [Document<'_>]) -> BTreeSet<&'d str> {
    let mut ids = BTreeSet::new();
    let mut open: Vec<&Value> = documents.iter().map(|document| &document.value).collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                ids.extend(fields.get("$id").and_then(Value::as_str));
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    ids
}

fn has_anchor(value: &Value, name: &str) -> bool {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                let is_it = |key: &str| fields.get(key).and_then(Value::as_str) == Some(name);
                if is_it("$anchor") || is_it("$dynamicAnchor") {
                    return true;
                }
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    false
}

/// Returns `target` as seen from the file `from`; nothing if that is outside of the folder.
fn joined(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!target.starts_with('/')).then(|| parts.join("/"))
}

/// Takes the percent signs out of a pointer.
fn decoded(fragment: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = fragment.bytes();
    while let Some(byte) = rest.next() {
        let hex =
            |digits: &[u8]| std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let ahead: Vec<u8> = rest.clone().take(2).collect();
        match (byte, hex(&ahead)) {
            (b'%', Some(decoded)) if ahead.len() == 2 => {
                bytes.push(decoded);
                rest.nth(1);
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns the targets of Markdown links in a line.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next()).map(str::trim)
}

/// Says whether a link leads to a contract, rather than to a page or a part of the same file.
fn is_file_name(target: &str) -> bool {
    let is_contract = |end: &str| target.split('#').next().unwrap_or(target).ends_with(end);
    let ends = [".yaml", ".yml", ".json", ".sql", ".graphql", ".proto"];
    !target.contains("://") && !target.starts_with('/') && ends.into_iter().any(is_contract)
}
