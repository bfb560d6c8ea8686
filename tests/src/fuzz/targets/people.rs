//! What people write in comments and titles: commands and names of branches.

use std::collections::BTreeSet;

use pipemason_core::command;
use pipemason_core::config::Branch;
use pipemason_core::id::RunId;
use pipemason_core::naming::{NameParts, branch_name, untaken};

use super::{Promise, Target, parts, promise, seeds, text};

pub(super) const COMMAND: Target = Target { name: "command", seeds: || seeds::of(seeds::COMMENTS), run: run_command };

/// What makes a command of a comment something that is shown and not meant.
const WRAPPINGS: [&str; 10] = ["> ", "    ", "\t", "```\n", "~~~\n", "<!--", "<!--\n", "- ", "1. ", "[x](y) "];

fn run_command(input: &[u8]) -> Promise {
    let text = text(input);
    let parsed = command::parse(&text);
    for wrapping in WRAPPINGS {
        let wrapped = command::parse(&format!("{wrapping}{text}"));
        promise(wrapped.is_none(), || format!("a command after {wrapping:?} is still one: {wrapped:?}"))?;
    }
    let with_mark = command::parse(&format!("\u{feff}{text}"));
    promise(with_mark.is_none() || with_mark == parsed, || "a byte-order mark makes another command".to_owned())?;
    let plain = text.replace("\r\n", "\n").replace('\r', "\n");
    for line_end in ["\n", "\r\n", "\r"] {
        let same = command::parse(&plain.replace('\n', line_end));
        promise(same == parsed, || format!("line ends {line_end:?} make another command: {parsed:?}, {same:?}"))?;
    }
    let line = text.lines().next().unwrap_or_default();
    promise(parsed.is_none() || command::resembles_command(line), || format!("{line:?} does not look like one"))?;
    if let Some(Err(error)) = &parsed {
        let sentence = error.sentence();
        let is_harmless = !sentence.contains(|character: char| character.is_control() || "@<".contains(character));
        promise(is_harmless && sentence.len() < 500, || format!("the sentence {sentence:?} is not harmless"))?;
    }
    Ok(())
}

pub(super) const NAMING: Target = Target { name: "naming", seeds: || seeds::of(seeds::TITLES), run: run_naming };

fn run_naming(input: &[u8]) -> Promise {
    let text = text(input);
    let mut texts = parts(&text);
    let mut next = || texts.next().unwrap_or_default();
    let title = next();
    let names = [next(), next(), next(), next(), next()].map(|name| Some(name).filter(|name| !name.is_empty()));
    let [ticket, story, epic, program, user] = names;
    let mut rules = Branch::default();
    if let Ok(pattern) = next().parse() {
        rules.pattern = pattern;
    }
    let run: RunId = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().map_err(|error| format!("{error}"))?;
    let parts = NameParts { run, title, ticket, story, epic, program, user };
    let name = branch_name(&rules, &parts);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    promise(name.as_str().bytes().all(is_plain), || format!("`{name}` is more than letters and digits"))?;
    promise(name.as_str().parse() == Ok(name.clone()), || format!("`{name}` is no name of a branch"))?;
    let mut taken = BTreeSet::from([name.clone()]);
    for _ in 0..3 {
        let other = untaken(&name, &taken);
        promise(!taken.iter().any(|name| is_in_the_way(name.as_str(), other.as_str())), || {
            format!("`{other}` cannot be beside {taken:?}")
        })?;
        taken.insert(other);
    }
    Ok(())
}

/// Says whether git, on a file system that ignores case, cannot have both branches.
fn is_in_the_way(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_lowercase() + "/", other.to_lowercase() + "/");
    one.starts_with(&other) || other.starts_with(&one)
}
