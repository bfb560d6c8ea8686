//! Texts on their way out, and the block at the top of a file.

use std::collections::BTreeMap;

use pipemason_core::text::{bound, inert};
use pipemason_core::yaml;

use super::{Promise, Target, is_in_text, lines_of, parts, promise, seeds, text};

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

pub(super) const INERT: Target = Target { name: "text_inert", seeds: || seeds::of(seeds::WORDS), run: run_inert };

/// Characters that a text may have before it is cut; small enough to be reached.
const ROOM: usize = 400;

fn run_inert(input: &[u8]) -> Promise {
    let text = text(input);
    let lines = [
        inert::inline(&text, ROOM).to_string(),
        inert::inline_code(&text, ROOM).to_string(),
        inert::plain_line(&text, ROOM).to_string(),
    ];
    for line in &lines {
        promise(!line.contains(char::is_control), || format!("{line:?} is not one line"))?;
    }
    let block = inert::block(&text, ROOM);
    promise(block.as_str().len() <= ROOM, || format!("the block has {} bytes", block.as_str().len()))?;
    for shown in [inert::prose(&text, ROOM).to_string(), inert::plain(&text, ROOM).to_string(), block.to_string()] {
        let is_shown = |character: char| "\n\t".contains(character) || !character.is_control();
        promise(shown.chars().all(is_shown), || format!("{shown:?} has control characters"))?;
    }
    Ok(())
}

pub(super) const BOUND: Target = Target { name: "text_bound", seeds: || seeds::of(seeds::WORDS), run: run_bound };

fn run_bound(input: &[u8]) -> Promise {
    let text = text(input);
    let text = parts(&text).next().unwrap_or_default();
    for amount in [0, 1, 3, 40, ROOM, 4000] {
        for limit in [bound::Limit::Characters(amount), bound::Limit::Bytes(amount)] {
            for cut in [bound::shortened(text, limit), bound::cut(text, limit)] {
                promise(limit.admits(&cut), || format!("{cut:?} is beyond {limit:?}"))?;
                promise(*cut == *text || !limit.admits(text), || format!("{limit:?} admits the text, and it was cut"))?;
            }
            // What is open is closed even where nothing is cut, so this one may change a short text.
            let closed = bound::markdown(text, limit);
            promise(limit.admits(&closed), || format!("{closed:?} is beyond {limit:?}"))?;
            promise(text.starts_with(bound::start_of(text, limit)), || "a start is no start".to_owned())?;
        }
    }
    let excerpt = bound::excerpt(text, bound::Excerpt::LOG);
    let most = bound::Excerpt::LOG.first_lines + bound::Excerpt::LOG.last_lines + 1;
    promise(excerpt.lines().count() <= most, || "an excerpt has too many lines".to_owned())
}
