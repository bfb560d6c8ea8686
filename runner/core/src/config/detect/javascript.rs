//! npm, pnpm and yarn: the scripts table, the lock file, and a few well-known tools.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::other_builds::{inputs, test_paths};
use super::{CommandKind, DetectedCommands, FileFacts};

const FROM: &str = "package.json";

/// What `npm init` writes where there are no tests yet.
const NO_TESTS: &str = "no test specified";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Manager {
    Npm,
    Pnpm,
    YarnClassic,
    Yarn,
}

pub(super) fn detect(files: &FileFacts, found: &mut DetectedCommands) {
    let Ok(Value::Object(manifest)) = serde_json::from_str(files.text(FROM).trim_start_matches('\u{feff}')) else {
        let note = format!("`{FROM}` cannot be read as a JSON object, so nothing was recognized by it");
        found.notes.push(note);
        return;
    };
    let manager = manager(files, &manifest);
    setup(files, manager, found);
    let script = |names: &[&str]| {
        let scripts = manifest.get("scripts").and_then(Value::as_object)?;
        let is_script = |name: &&&str| scripts.get(**name).and_then(Value::as_str).is_some_and(is_real);
        names.iter().find(is_script).map(|name| run_script(manager, name))
    };
    for (kind, names) in [
        (CommandKind::Test, &["test:ci", "test", "test:unit"][..]),
        (CommandKind::Lint, &["lint"]),
        (CommandKind::Typecheck, &["typecheck", "type-check", "check-types", "tsc"]),
        (CommandKind::Build, &["build"]),
        (CommandKind::Coverage, &["coverage", "test:coverage", "test:cov"]),
        (CommandKind::E2e, &["e2e", "test:e2e"]),
    ] {
        if let Some(line) = script(names) {
            found.add(kind, line, FROM);
        }
    }
    let packages = packages(&manifest);
    for (kind, package, marker, command) in [
        (CommandKind::Test, "vitest", None, "vitest run"),
        (CommandKind::Test, "jest", None, "jest"),
        (CommandKind::Lint, "eslint", None, "eslint ."),
        (CommandKind::Typecheck, "typescript", Some("tsconfig.json"), "tsc --noEmit"),
        (CommandKind::E2e, "@playwright/test", None, "playwright test"),
    ] {
        if packages.contains(package) && marker.is_none_or(|marker| files.has(marker)) {
            found.add(kind, format!("{} {command}", runner(manager)), FROM);
        }
    }
    test_paths(found, &["**/*.test.*", "**/*.spec.*", "**/__tests__/**", "test/**", "tests/**", "e2e/**"]);
}

fn is_real(script: &str) -> bool {
    !script.trim().is_empty() && !script.contains(NO_TESTS)
}

fn manager(files: &FileFacts, manifest: &Map<String, Value>) -> Manager {
    let declared = manifest.get("packageManager").and_then(Value::as_str).unwrap_or_default();
    match declared.split_once('@') {
        Some(("pnpm", _)) => Manager::Pnpm,
        Some(("yarn", version)) if version.starts_with("1.") => Manager::YarnClassic,
        Some(("yarn", _)) => Manager::Yarn,
        Some(("npm", _)) => Manager::Npm,
        _ if files.has("pnpm-lock.yaml") => Manager::Pnpm,
        _ if files.has("yarn.lock") && files.has(".yarnrc.yml") => Manager::Yarn,
        _ if files.has("yarn.lock") => Manager::YarnClassic,
        _ => Manager::Npm,
    }
}

fn setup(files: &FileFacts, manager: Manager, found: &mut DetectedCommands) {
    let npm_locks = ["package-lock.json", "npm-shrinkwrap.json"];
    let (locks, with_lock, without_lock) = match manager {
        Manager::Npm => (&npm_locks[..], "npm ci", "npm install"),
        Manager::Pnpm => (&["pnpm-lock.yaml"][..], "pnpm install --frozen-lockfile", "pnpm install"),
        Manager::YarnClassic => (&["yarn.lock"][..], "yarn install --frozen-lockfile", "yarn install"),
        Manager::Yarn => (&["yarn.lock"][..], "yarn install --immutable", "yarn install"),
    };
    match files.first_of(locks) {
        Some(lock) => found.add(CommandKind::Setup, with_lock, lock),
        None => found.add(CommandKind::Setup, without_lock, FROM),
    }
    inputs(files, found, &[FROM]);
    inputs(files, found, locks);
}

fn run_script(manager: Manager, name: &str) -> String {
    match manager {
        Manager::Npm if name == "test" => "npm test".to_owned(),
        Manager::Npm => format!("npm run {name}"),
        Manager::Pnpm => format!("pnpm run {name}"),
        Manager::Yarn | Manager::YarnClassic => format!("yarn run {name}"),
    }
}

/// Returns what starts a program of an installed package.
fn runner(manager: Manager) -> &'static str {
    match manager {
        Manager::Npm => "npx --no-install",
        Manager::Pnpm => "pnpm exec",
        Manager::Yarn | Manager::YarnClassic => "yarn run",
    }
}

fn packages(manifest: &Map<String, Value>) -> BTreeSet<&str> {
    let tables = ["dependencies", "devDependencies"].into_iter();
    let tables = tables.filter_map(|table| manifest.get(table).and_then(Value::as_object));
    tables.flat_map(|table| table.keys().map(String::as_str)).collect()
}
