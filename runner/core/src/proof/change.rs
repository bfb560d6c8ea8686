//! Tickets that need no new test, and criteria that no test can prove.

use super::{Exit, Problem, Reason};

/// Ends of files that hold words or pictures and nothing that runs.
const DOCUMENT_ENDS: [&str; 12] =
    ["adoc", "asciidoc", "gif", "jpeg", "jpg", "markdown", "md", "pdf", "png", "rst", "svg", "webp"];

/// Files that hold words, with any or no ending, like `LICENSE-MIT` and `README.txt`.
const DOCUMENT_NAMES: [&str; 10] = [
    "AUTHORS",
    "CHANGELOG",
    "CHANGES",
    "CODE_OF_CONDUCT",
    "CONTRIBUTING",
    "COPYING",
    "LICENSE",
    "NOTICE",
    "README",
    "SECURITY",
];

/// Proves by its changed paths that a change touches no code; each path that may be code is a problem.
///
/// Judged by names alone and narrowly: a hidden directory holds configuration, a `.txt` file may be a build
/// script, and what has no known ending is code.
pub fn prove_no_code<'a>(changed_paths: impl IntoIterator<Item = &'a str>) -> Vec<Problem> {
    let code = changed_paths.into_iter().filter(|path| !is_document(path));
    code.map(|path| Problem::new(Reason::ChangesCode).at(Some(path))).collect()
}

fn is_document(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    let (stem, end) = file.rsplit_once('.').unwrap_or((file, ""));
    let name = stem.split(['-', '.']).next().unwrap_or(stem);
    let is_words = DOCUMENT_NAMES.contains(&name) && matches!(end, "" | "txt");
    let is_hidden = path.split('/').any(|part| part.starts_with('.'));
    !is_hidden && (is_words || DOCUMENT_ENDS.iter().any(|known| end.eq_ignore_ascii_case(known)))
}

/// Proves that a command fails before the work is done (`proof: check`).
///
/// A command that cannot run, dies or hangs proves nothing.
pub fn prove_command_red(command: &str, before: Exit) -> Option<Problem> {
    (!before.is_failure()).then(|| Problem::new(Reason::CommandNotRed).saying(command))
}

/// Proves that the command that failed before succeeds now.
pub fn prove_command_green(command: &str, after: Exit) -> Option<Problem> {
    (!after.is_success()).then(|| Problem::new(Reason::CommandNotGreen).saying(command))
}
