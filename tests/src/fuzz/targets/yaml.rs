//! Texts in YAML, and the block at the top of a file.

use std::collections::BTreeMap;

use pipemason_core::yaml;

use super::{Promise, Target, is_in_text, lines_of, promise, seeds, text};

pub(super) const YAML_TEXT: Target =
    Target { name: "yaml_text", seeds: || seeds::of(seeds::WORDS), run: run_yaml_text };

fn run_yaml_text(input: &[u8]) -> Promise {
    let text = text(input);
    let quoted = yaml::quoted(&text);
    promise(!quoted.contains(|character: char| character.is_control() || character == '\u{2028}'), || {
        format!("{quoted:?} is not one line of visible text")
    })?;
    match yaml::read_yaml::<BTreeMap<String, String>>(&format!("key: {quoted}\n")) {
        Ok(read) => promise(read.get("key").map(String::as_str) == Some(&*text), || {
            "a quoted text reads back as something else".to_owned()
        }),
        Err(error) => Err(format!("a quoted text cannot be read: {error}")),
    }
}

pub(super) const FRONT_MATTER: Target =
    Target { name: "front_matter", seeds: || seeds::of(seeds::FRONT_MATTERS), run: run_front_matter };

fn run_front_matter(input: &[u8]) -> Promise {
    let text = text(input);
    if let Ok((front, body)) = yaml::split_front_matter(&text) {
        let is_split = text.ends_with(body) && text.contains(front) && front.len() + body.len() < text.len();
        promise(is_split, || "front matter and body are not the file".to_owned())?;
    }
    match yaml::read_yaml::<serde_json::Value>(&text) {
        Err(error) if error.line > 0 => is_in_text(&error.message, error.line, lines_of(&text)),
        Err(_) | Ok(_) => Ok(()),
    }
}
