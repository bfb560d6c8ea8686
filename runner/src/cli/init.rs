//! `pipemason init`: a configuration to begin with, from what is recognized.

use std::collections::BTreeSet;
use std::fs;

use pipemason_core::config::{CONFIG_PATH, CommandKind, DetectedCommands, FileFacts, detect_commands};
use pipemason_core::yaml::quoted;

use super::session::Session;
use super::{CliError, Exit};
use crate::files::{make_folder, write_new};
use crate::ui;

pub(super) async fn init() -> Result<Exit, CliError> {
    let session = Session::open().await?;
    let root = session.site.user.work_tree();
    let path = root.join(CONFIG_PATH);
    let facts = facts_of(root)?;
    let detected = detect_commands(&facts);
    make_folder(path.parent().unwrap_or(root))?;
    if !write_new(&path, configuration(&detected).as_bytes())? {
        return Err(CliError::usage(format!("`{CONFIG_PATH}` is there already; it was left alone")));
    }
    ui::note(&format!("`{CONFIG_PATH}` is written. Look it over and commit it: runs use the one of the base branch."));
    for note in &detected.notes {
        ui::note(note);
    }
    if detected.get(CommandKind::Test).is_none() {
        ui::note("No test command was recognized; without one nothing can be proven. Fill in `test`.");
    }
    Ok(Exit::Done)
}

/// Looks at the files of the root folder.
fn facts_of(root: &std::path::Path) -> Result<FileFacts, CliError> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(root)?.flatten() {
        names.extend(entry.file_name().into_string());
    }
    let mut facts = FileFacts { names, ..FileFacts::default() };
    for name in FileFacts::WANTED_TEXTS {
        if let Ok(text) = fs::read_to_string(root.join(name)) {
            facts.texts.insert(name.to_owned(), text);
        }
    }
    Ok(facts)
}

/// Returns a configuration with what was recognized, and room for what was not.
fn configuration(detected: &DetectedCommands) -> String {
    let mut text =
        "# What Pipemason does in this repository; every key is optional.\nversion: 1\ncommands:\n  api:\n".to_owned();
    let kinds =
        [CommandKind::Test, CommandKind::Lint, CommandKind::Typecheck, CommandKind::Build, CommandKind::Coverage];
    for kind in kinds {
        let line = match detected.get(kind) {
            Some(command) => format!("    {}: {}  # from {}\n", kind.name(), quoted(&command.line), command.from),
            None => format!("    # {}: \n", kind.name()),
        };
        text.push_str(&line);
    }
    text.push_str("    # run: \n    # health: \"http://127.0.0.1:8080/healthz\"\n");
    if !detected.test_paths.is_empty() {
        let paths = detected.test_paths.iter().map(|path| quoted(path)).collect::<Vec<_>>().join(", ");
        text.extend(["tests: { paths: [", &paths, "] }\n"]);
    }
    text
}
