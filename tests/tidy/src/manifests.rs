//! `Cargo.toml` files: reading their dependencies, and what every package of the workspace has in common.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::violation::{TextFile, Violation};

/// When a dependency is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Normal,
    Build,
    Dev,
}

/// One package that another one names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The real name, also where the manifest gives it another one.
    pub package: String,
    pub kind: Kind,
    /// Counted from 1, in the manifest.
    pub line: usize,
    /// Whether its version is the one of the workspace.
    pub is_inherited: bool,
}

/// One package of the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    pub name: String,
    /// The path of its `Cargo.toml`.
    pub manifest: String,
    pub dependencies: Vec<Dependency>,
}

/// The only license, edition and so on there is; every member inherits them.
const COMMON: [(&str, &str); 2] = [("edition", "2024"), ("license", "MIT OR Apache-2.0")];

/// Keys of `[package]` that are written once, in the workspace.
const INHERITED: [&str; 4] = ["edition", "license", "rust-version", "version"];

/// The root manifest: what its members inherit.
pub const ROOT: &str = "Cargo.toml";

/// Reads the packages of all manifests in `files`.
pub fn read_packages(files: &[TextFile]) -> Result<Vec<Package>, Violation> {
    let renamed = match files.iter().find(|file| file.path == ROOT) {
        Some(root) => renamed_in_workspace(root)?,
        None => BTreeMap::new(),
    };
    members(files).map(|file| read_package(file, &renamed)).collect()
}

/// Checks all manifests in `files`.
pub fn check(files: &[TextFile]) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in members(files) {
        match DeTable::parse(&file.text) {
            Ok(table) => found.extend(check_member(file, table.get_ref())),
            Err(error) => found.push(unreadable(file, &error)),
        }
    }
    if let Some(root) = files.iter().find(|file| file.path == ROOT) {
        match DeTable::parse(&root.text) {
            Ok(table) => found.extend(check_root(root, table.get_ref(), files)),
            Err(error) => found.push(unreadable(root, &error)),
        }
    }
    match read_packages(files) {
        Ok(packages) => found.extend(own_versions(&packages)),
        Err(violation) => found.push(violation),
    }
    found
}

/// Manifests among the fixtures belong to repositories that tests are about.
fn members(files: &[TextFile]) -> impl Iterator<Item = &TextFile> {
    files.iter().filter(|file| file.name() == "Cargo.toml" && file.path != ROOT && !file.is_fixture())
}

fn check_member(file: &TextFile, table: &DeTable<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    let package = child(table, "package");
    for key in INHERITED {
        if !is_from_workspace(package.and_then(|package| package.get(key))) {
            found.push(file.violation("manifest", 1, format!("`package.{key}` is not `{key}.workspace = true`")));
        }
    }
    if !is_from_workspace(table.get("lints")) {
        found.push(file.violation("manifest", 1, "`[lints]` is not `workspace = true`"));
    }
    let description = package.and_then(|package| package.get("description")).and_then(|text| text.get_ref().as_str());
    if description.is_none_or(str::is_empty) {
        found.push(file.violation("manifest", 1, "`package.description` is missing"));
    }
    found
}

fn check_root(root: &TextFile, table: &DeTable<'_>, files: &[TextFile]) -> Vec<Violation> {
    let mut found = Vec::new();
    let workspace = child(table, "workspace");
    let package = workspace.and_then(|workspace| child(workspace, "package"));
    for (key, expected) in COMMON {
        let value = package.and_then(|package| package.get(key));
        if value.and_then(|value| value.get_ref().as_str()) != Some(expected) {
            found.push(root.violation("manifest", 1, format!("`workspace.package.{key}` is not \"{expected}\"")));
        }
    }
    let listed = workspace.and_then(|workspace| workspace.get("members"));
    let listed: Vec<&str> = match listed.map(Spanned::get_ref) {
        Some(DeValue::Array(values)) => values.iter().filter_map(|value| value.get_ref().as_str()).collect(),
        _ => Vec::new(),
    };
    for member in members(files) {
        if !listed.contains(&member.folder()) {
            found.push(member.violation("manifest", 1, "is not a member of the workspace"));
        }
    }
    found
}

/// Checks the `clippy.toml` files: only the nearest one counts, so each repeats the shared settings of the root.
pub fn check_lint_files(files: &[TextFile]) -> Vec<Violation> {
    let lint_files = || files.iter().filter(|file| file.name() == "clippy.toml" && !file.is_fixture());
    let Some(root) = lint_files().find(|file| file.folder().is_empty()) else {
        return Vec::new();
    };
    let shared: Vec<_> = root.text.lines().filter(|line| is_setting(line)).collect();
    let mut found = Vec::new();
    for file in lint_files().filter(|file| file.path != root.path) {
        for setting in shared.iter().filter(|setting| !file.text.lines().any(|line| line == **setting)) {
            found.push(file.violation("lint-file", 1, format!("does not repeat `{setting}`")));
        }
    }
    found
}

/// A setting on one line; the tables of disallowed names differ from package to package.
fn is_setting(line: &str) -> bool {
    line.contains(" = ") && line.starts_with(|character: char| character.is_ascii_lowercase()) && !line.ends_with('[')
}

/// A version is written once for the whole workspace, so that two packages cannot disagree.
fn own_versions(packages: &[Package]) -> Vec<Violation> {
    let mut found = Vec::new();
    for package in packages {
        for dependency in package.dependencies.iter().filter(|dependency| !dependency.is_inherited) {
            found.push(Violation {
                rule: "manifest",
                path: package.manifest.clone(),
                line: dependency.line,
                message: format!("`{}` has a version of its own; write `workspace = true`", dependency.package),
            });
        }
    }
    found
}

/// Returns the dependencies that the workspace gives another name than their own.
fn renamed_in_workspace(root: &TextFile) -> Result<BTreeMap<String, String>, Violation> {
    let table = DeTable::parse(&root.text).map_err(|error| unreadable(root, &error))?;
    let dependencies = child(table.get_ref(), "workspace").and_then(|workspace| child(workspace, "dependencies"));
    let renamed = dependencies.into_iter().flatten().filter_map(|(key, value)| {
        let package = value.get_ref().as_table()?.get("package")?.get_ref().as_str()?;
        Some((key.get_ref().to_string(), package.to_owned()))
    });
    Ok(renamed.collect())
}

fn read_package(file: &TextFile, renamed: &BTreeMap<String, String>) -> Result<Package, Violation> {
    let table = DeTable::parse(&file.text).map_err(|error| unreadable(file, &error))?;
    let table = table.get_ref();
    let name = child(table, "package")
        .and_then(|package| package.get("name"))
        .and_then(|name| name.get_ref().as_str())
        .ok_or_else(|| file.violation("manifest", 1, "a package without a name"))?;
    let mut dependencies = read_dependencies(file, table, renamed);
    for (_, target) in child(table, "target").into_iter().flatten() {
        if let Some(target) = target.get_ref().as_table() {
            dependencies.extend(read_dependencies(file, target, renamed));
        }
    }
    Ok(Package { name: name.to_owned(), manifest: file.path.clone(), dependencies })
}

fn read_dependencies(file: &TextFile, table: &DeTable<'_>, renamed: &BTreeMap<String, String>) -> Vec<Dependency> {
    // Cargo still reads the spellings with an underscore.
    let kinds = [
        ("dependencies", Kind::Normal),
        ("build-dependencies", Kind::Build),
        ("build_dependencies", Kind::Build),
        ("dev-dependencies", Kind::Dev),
        ("dev_dependencies", Kind::Dev),
    ];
    let mut dependencies = Vec::new();
    for (section, kind) in kinds {
        for (key, value) in child(table, section).into_iter().flatten() {
            let name = key.get_ref().as_ref();
            let package = value.get_ref().as_table().and_then(|table| table.get("package"));
            let package = package
                .and_then(|package| package.get_ref().as_str())
                .or_else(|| renamed.get(name).map(String::as_str));
            dependencies.push(Dependency {
                package: package.unwrap_or(name).to_owned(),
                kind,
                line: line_of(&file.text, &key.span()),
                is_inherited: is_from_workspace(Some(value)),
            });
        }
    }
    dependencies
}

fn child<'table, 'text>(table: &'table DeTable<'text>, key: &str) -> Option<&'table DeTable<'text>> {
    table.get(key)?.get_ref().as_table()
}

fn is_from_workspace(value: Option<&Spanned<DeValue<'_>>>) -> bool {
    value
        .and_then(|value| value.get_ref().as_table())
        .and_then(|table| table.get("workspace"))
        .and_then(|value| value.get_ref().as_bool())
        == Some(true)
}

/// Returns the line (from 1) in which `span` begins.
fn line_of(text: &str, span: &Range<usize>) -> usize {
    text.get(..span.start).unwrap_or(text).matches('\n').count() + 1
}

fn unreadable(file: &TextFile, error: &toml::de::Error) -> Violation {
    let line = error.span().map_or(1, |span| line_of(&file.text, &span));
    file.violation("manifest", line, error.message())
}

#[cfg(test)]
mod tests;
