//! Python: pytest or unittest, ruff, mypy, and whatever installs them.

use super::other_builds::{inputs, test_paths};
use super::{CommandKind, DetectedCommands, FileFacts};

pub(super) const MARKERS: &[&str] =
    &["pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "tox.ini"];

/// Where tools are declared and set up.
const TEXTS: [&str; 5] = ["pyproject.toml", "setup.cfg", "tox.ini", "requirements.txt", "requirements-dev.txt"];

pub(super) fn detect(files: &FileFacts, found: &mut DetectedCommands) {
    let marker = files.first_of(MARKERS).unwrap_or_default();
    let prefix = setup(files, marker, found);
    let mentioned = |word: &str| TEXTS.into_iter().find(|name| files.text(name).contains(word));
    let pytest = files.first_of(&["pytest.ini", "conftest.py"]).or_else(|| mentioned("pytest"));
    match pytest {
        Some(from) => found.add(CommandKind::Test, format!("{prefix}python -m pytest"), from),
        None => found.add(CommandKind::Test, format!("{prefix}python -m unittest discover"), marker),
    }
    if let Some(from) = files.first_of(&["ruff.toml", ".ruff.toml"]).or_else(|| mentioned("ruff")) {
        found.add(CommandKind::Lint, format!("{prefix}ruff check ."), from);
    }
    if let Some(from) = files.first_of(&["mypy.ini", ".mypy.ini"]).or_else(|| mentioned("mypy")) {
        found.add(CommandKind::Typecheck, format!("{prefix}mypy ."), from);
    }
    if let Some(from) = mentioned("pytest-cov") {
        let line = format!("{prefix}python -m pytest --cov --cov-report=lcov:lcov.info");
        found.add(CommandKind::Coverage, line, from);
    }
    test_paths(found, &["tests/**", "test/**", "**/test_*.py", "**/*_test.py"]);
}

/// Adds the set-up, and returns what stands before commands so that they see what it installed.
fn setup(files: &FileFacts, marker: &str, found: &mut DetectedCommands) -> &'static str {
    let tools = [
        ("uv.lock", "uv sync --frozen", "uv run "),
        ("poetry.lock", "poetry install --no-interaction", "poetry run "),
        ("Pipfile.lock", "pipenv sync --dev", "pipenv run "),
    ];
    inputs(files, found, MARKERS);
    if let Some((lock, line, prefix)) = tools.into_iter().find(|(lock, ..)| files.has(lock)) {
        found.add(CommandKind::Setup, line, lock);
        inputs(files, found, &[lock]);
        return prefix;
    }
    inputs(files, found, &["requirements-dev.txt"]);
    let requirements = ["requirements-dev.txt", "requirements.txt"].into_iter().filter(|name| files.has(name));
    let flags: Vec<String> = requirements.map(|name| format!("-r {name}")).collect();
    if flags.is_empty() {
        found.add(CommandKind::Setup, "python -m pip install -e .", marker);
    } else {
        found.add(CommandKind::Setup, format!("python -m pip install {}", flags.join(" ")), marker);
    }
    ""
}
