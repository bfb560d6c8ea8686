//! Whoever writes a reader of text writes a target for it.
//!
//! A reader is recognized by its name: `FromStr`, and public functions called `read`, `parse` and the like that take a
//! text or bytes. A sanitizer with another name is not recognized here.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

use std::fs;
use std::path::Path;

/// What readers are called.
const NAMES: [&str; 7] = ["read", "parse", "find_in", "clean", "scan", "wrap_untrusted", "split_front_matter"];

/// Returns the texts of all sources below `folder`, with their paths, without tests.
fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut sources = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
        if is_test {
            continue;
        }
        if path.is_dir() {
            sources.extend(self::sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push((path.with_extension("").to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap()));
        }
    }
    sources
}

/// Returns how a target may name each reader of a source: one of these is enough.
fn readers(path: &str, source: &str) -> Vec<Vec<String>> {
    let mut type_name = "";
    let mut readers = Vec::new();
    for line in source.lines() {
        if let Some(name) = line.strip_prefix("impl FromStr for ").and_then(|rest| rest.strip_suffix(" {")) {
            readers.push(vec![name.to_owned()]);
        }
        if let Some(rest) = line.strip_prefix("impl") {
            type_name = rest.rsplit(' ').find(|word| word.starts_with(char::is_uppercase)).unwrap_or_default();
            type_name = type_name.split('<').next().unwrap_or_default();
        }
        let Some((name, arguments)) = line.trim_start().strip_prefix("pub fn ").and_then(|rest| rest.split_once('('))
        else {
            continue;
        };
        let name = name.split('<').next().unwrap_or(name);
        let takes_text = !arguments.starts_with("&self") && (arguments.contains("&str") || arguments.contains("&[u8]"));
        let is_reader = NAMES.contains(&name) || name.starts_with("read_");
        if !takes_text || !is_reader {
            continue;
        }
        if line.starts_with(' ') {
            readers.push(vec![format!("{type_name}::{name}")]);
        } else {
            let modules = path.split('/').map(|module| format!("{module}::{name}"));
            readers.push(modules.chain([format!(" {name}("), format!("({name}("), format!(" {name}::<")]).collect());
        }
    }
    readers
}

#[test]
fn every_reader_of_text_has_a_target() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let targets: String = sources(&here.join("src/fuzz/targets")).into_iter().map(|(_, source)| source).collect();
    let core = sources(&here.join("../runner/core/src"));
    let readers: Vec<Vec<String>> = core.iter().flat_map(|(path, source)| readers(path, source)).collect();
    assert!(readers.len() > 40, "{} readers were found", readers.len());
    let is_named = |names: &[String]| names.iter().any(|name| targets.contains(name));
    let missing: Vec<_> = readers.iter().filter(|names| !is_named(names)).collect();
    assert!(missing.is_empty(), "no target calls {missing:?}");
}

#[test]
fn a_reader_is_recognized() {
    let source = "impl FromStr for Name {\nimpl<'a> Plan<'a> {\n    pub fn read(text: &str) -> Self {\npub fn read(a: &[u8]) {\n";
    let found = readers("core/plan", source);
    assert_eq!(found.len(), 3);
    assert_eq!((&*found[0][0], &*found[1][0]), ("Name", "Plan::read"));
    assert!(found[2].contains(&"plan::read".to_owned()));
    assert_eq!(
        readers("a", "    pub fn read(&self, text: &str) {\npub fn written(text: &str) {\n"),
        Vec::<Vec<String>>::new()
    );
}
