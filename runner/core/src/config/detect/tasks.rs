//! Make, just and mise: the names of their targets, without understanding what they do.

use std::collections::BTreeSet;

use super::{CommandKind, DetectedCommands, FileFacts};

/// The names that a target for each kind usually has, the likeliest first.
const NAMES: [(CommandKind, &[&str]); 7] = [
    (CommandKind::Setup, &["setup", "bootstrap"]),
    (CommandKind::Test, &["test", "tests"]),
    (CommandKind::Lint, &["lint"]),
    (CommandKind::Typecheck, &["typecheck", "type-check", "types"]),
    (CommandKind::Build, &["build"]),
    (CommandKind::Coverage, &["coverage", "cov"]),
    (CommandKind::E2e, &["e2e", "test-e2e"]),
];

/// Finds the name of the target that a line starts.
type NameIn = fn(&str) -> Option<&str>;

/// Fills in what no build has said.
pub(super) fn detect(files: &FileFacts, found: &mut DetectedCommands) {
    let runners: [(&[&str], &str, NameIn); 3] = [
        (&["GNUmakefile", "makefile", "Makefile"], "make", target),
        (&["justfile", "Justfile", ".justfile"], "just", target),
        (&["mise.toml", ".mise.toml"], "mise run", mise_task),
    ];
    for (file_names, program, name_in) in runners {
        let Some(file) = files.first_of(file_names) else {
            continue;
        };
        let targets = targets(files.text(file), name_in);
        for (kind, names) in NAMES {
            if let Some(name) = names.iter().find(|name| targets.contains(**name)) {
                found.add(kind, format!("{program} {name}"), file);
            }
        }
    }
}

fn targets(text: &str, name_in: NameIn) -> BTreeSet<&str> {
    text.lines().filter_map(name_in).collect()
}

/// Returns the target that a line of a makefile or justfile starts: `test: build`, `test *args:`.
fn target(line: &str) -> Option<&str> {
    let (head, after) = line.split_once(':')?;
    // An assignment (`NAME := value`) is no target, and what is indented belongs to one.
    let is_target = !after.starts_with('=') && !head.starts_with(char::is_whitespace);
    let name = head.split_whitespace().next().filter(|_| is_target)?;
    name.strip_prefix('@').or(Some(name))
}

/// Returns the task that a line of a mise file starts: `[tasks.test]`, or `test = …` as it stands under `[tasks]`.
fn mise_task(line: &str) -> Option<&str> {
    let line = line.trim();
    if let Some(table) = line.strip_prefix("[tasks.") {
        return table.strip_suffix(']').map(|name| name.trim_matches('"'));
    }
    let (name, value) = line.split_once('=')?;
    let value = value.trim_start();
    // Tools and settings are named in the same way, but none of them has the name of a task.
    value.starts_with(['"', '\'', '{', '[']).then(|| name.trim().trim_matches('"'))
}
