//! The rules, held against this repository.

#![expect(clippy::panic, clippy::expect_used, reason = "a test that cannot read the repository has nothing else to do")]

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use pipemason_tidy::exceptions::{EXCEPTIONS, stale, without_excused};
use pipemason_tidy::lockfile::Lockfile;
use pipemason_tidy::violation::{TextFile, Violation};
use pipemason_tidy::{
    core_purity, dependencies, documents, links, lockfile, manifests, rust_files, text_files, workflows,
};

/// Folders that hold what tools have made, at any depth.
const GENERATED: [&str; 4] = [".git", "mutants.out", "node_modules", "target"];

/// Files that are not text, and are not read.
const PICTURES: [&str; 4] = ["ico", "png", "webp", "woff2"];

/// The tree as the rules see it.
struct Repository {
    files: Vec<TextFile>,
    /// The paths of all files, whether they are text or not.
    paths: BTreeSet<String>,
}

impl Repository {
    fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .expect("this package is two folders below the root");
        let mut repository = Self { files: Vec::new(), paths: BTreeSet::new() };
        repository.read_folder(root, "");
        assert!(repository.paths.contains("Cargo.toml"), "{} is not the root", root.display());
        repository
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str) {
        let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut names: Vec<_> =
            entries.map(|entry| entry.expect("an entry of a folder that was just listed").file_name()).collect();
        names.sort();
        for name in names {
            let path = folder.join(&name);
            let name = name.to_str().unwrap_or_else(|| panic!("{} is not UTF-8", path.display()));
            if GENERATED.contains(&name) {
                continue;
            }
            let relative = format!("{prefix}{name}");
            if path.is_dir() {
                self.read_folder(&path, &format!("{relative}/"));
            } else {
                self.read_file(&path, relative);
            }
        }
    }

    fn read_file(&mut self, path: &Path, relative: String) {
        self.paths.insert(relative.clone());
        let file = TextFile { path: relative, text: String::new() };
        match fs::read_to_string(path) {
            Ok(text) => self.files.push(TextFile { text, ..file }),
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                let is_picture = PICTURES.iter().any(|extension| file.has_extension(extension));
                assert!(is_picture || file.is_fixture(), "{} is neither text nor a picture", file.path);
            }
            Err(error) => panic!("{}: {error}", path.display()),
        }
    }

    fn each(&self, rule: fn(&TextFile) -> Vec<Violation>) -> Vec<Violation> {
        self.files.iter().flat_map(rule).collect()
    }

    fn lock(&self) -> &TextFile {
        let lock = self.files.iter().find(|file| file.path == "Cargo.lock");
        lock.expect("the lock file is part of the repository")
    }

    fn dependencies(&self) -> Vec<Violation> {
        let packages = manifests::read_packages(&self.files).unwrap_or_else(|violation| panic!("{violation}"));
        let lock = Lockfile::read(self.lock()).unwrap_or_else(|violation| panic!("{violation}"));
        assert!(packages.iter().any(|package| package.name == "pipemason-core"), "{packages:?}");
        let mut found = dependencies::check(&packages, &lock);
        found.extend(lockfile::check(self.lock()));
        found
    }

    fn all(&self) -> Vec<Violation> {
        [
            self.dependencies(),
            manifests::check(&self.files),
            manifests::check_lint_files(&self.files),
            self.each(rust_files::check),
            self.each(core_purity::check),
            self.each(text_files::check),
            self.each(workflows::check),
            documents::check(&self.files, &self.paths),
            links::check(&self.files, &self.paths),
        ]
        .concat()
    }
}

#[track_caller]
fn expect_clean(found: Vec<Violation>) {
    let left = without_excused(found, EXCEPTIONS);
    let lines: Vec<_> = left.iter().map(Violation::to_string).collect();
    assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
}

#[test]
fn packages_use_only_what_they_may() {
    expect_clean(Repository::read().dependencies());
}

#[test]
fn manifests_have_one_license_edition_and_lint_table() {
    let repository = Repository::read();
    expect_clean(manifests::check(&repository.files));
    expect_clean(manifests::check_lint_files(&repository.files));
}

#[test]
fn rust_files_are_short_documented_and_finished() {
    expect_clean(Repository::read().each(rust_files::check));
}

#[test]
fn the_core_does_nothing_but_decide() {
    expect_clean(Repository::read().each(core_purity::check));
}

#[test]
fn text_files_are_the_same_on_every_machine() {
    expect_clean(Repository::read().each(text_files::check));
}

#[test]
fn workflows_are_pinned_and_careful() {
    let repository = Repository::read();
    let has_workflow = repository.paths.iter().any(|path| path.starts_with(".github/workflows/"));
    assert!(has_workflow, "there is no workflow to check");
    expect_clean(repository.each(workflows::check));
}

#[test]
fn documents_keep_up_with_the_code() {
    let repository = Repository::read();
    expect_clean(documents::check(&repository.files, &repository.paths));
}

#[test]
fn links_lead_somewhere() {
    let repository = Repository::read();
    expect_clean(links::check(&repository.files, &repository.paths));
}

#[test]
fn every_exception_is_needed() {
    expect_clean(stale(&Repository::read().all(), EXCEPTIONS));
}
