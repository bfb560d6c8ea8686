//! Where a finding is: file and line.

use serde_json::Value;

use super::{entry, list, words};

/// File and line, as far as they are known.
pub(super) struct Place {
    pub(super) path: Option<String>,
    pub(super) line: Option<u32>,
}

/// Returns the first place of a result.
pub(super) fn of(run: &Value, result: &Value, root: &str) -> Place {
    let physical = list(result, "locations").iter().find_map(|location| location.get("physicalLocation"));
    let line = physical.and_then(|physical| physical.pointer("/region/startLine")).and_then(Value::as_u64);
    let artifact = physical.and_then(|physical| physical.get("artifactLocation"));
    Place {
        path: artifact.and_then(|artifact| path(run, artifact, root)),
        line: line.and_then(|line| u32::try_from(line).ok()).filter(|line| *line > 0),
    }
}

fn path(run: &Value, artifact: &Value, root: &str) -> Option<String> {
    let listed = entry(list(run, "artifacts"), artifact.get("index")).and_then(|artifact| artifact.get("location"));
    let uri = words(artifact, "/uri").or_else(|| words(listed?, "/uri"))?;
    let is_absolute = uri.contains("://") || uri.starts_with('/') || uri.starts_with("file:");
    let base = words(artifact, "/uriBaseId").or_else(|| words(listed?, "/uriBaseId"));
    let base = base.and_then(|base| words(run.get("originalUriBaseIds")?.get(base)?, "/uri"));
    let uri = match base {
        Some(base) if !is_absolute => format!("{}/{uri}", base.trim_end_matches('/')),
        Some(_) | None => uri.to_owned(),
    };
    Some(relative(&path_of_uri(&uri), root))
}

/// Removes the scheme and the host of a `file:` URI, and decodes `%20`.
fn path_of_uri(uri: &str) -> String {
    let path = uri.strip_prefix("file:").map_or(uri, |rest| match rest.strip_prefix("//") {
        Some(rest) => rest.get(rest.find('/').unwrap_or(0)..).unwrap_or(rest),
        None => rest,
    });
    let path = decode(path).replace('\\', "/");
    // `/C:/shop` is how a URI writes `C:/shop`.
    match path.strip_prefix('/') {
        Some(rest) if rest.get(1..2) == Some(":") => rest.to_owned(),
        Some(_) | None => path,
    }
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let decoded = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match decoded.filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn relative(path: &str, root: &str) -> String {
    let root = root.trim_end_matches('/');
    let inside = path.strip_prefix(root).filter(|_| !root.is_empty()).and_then(|rest| rest.strip_prefix('/'));
    let path = inside.unwrap_or(path);
    path.strip_prefix("./").unwrap_or(path).to_owned()
}
