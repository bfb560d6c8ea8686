use super::*;
use crate::manifests::read_packages;
use crate::violation::{TextFile, expect};

/// A workspace in two manifests and a lock file, small enough to break by hand.
struct Workspace {
    root: String,
    members: Vec<(&'static str, String)>,
    lock: String,
}

impl Workspace {
    /// A member in `folder` with these lines after `[package]`, `name` and an empty line.
    fn with(folder: &'static str, name: &str, dependencies: &str) -> Self {
        let workspace = Self { root: String::new(), members: Vec::new(), lock: String::new() };
        workspace.and(folder, name, dependencies)
    }

    fn and(mut self, folder: &'static str, name: &str, dependencies: &str) -> Self {
        let manifest = format!("[package]\nname = \"{name}\"\n\n{dependencies}\n");
        self.members.push((folder, manifest));
        self
    }

    fn renaming(mut self, lines: &str) -> Self {
        self.root = format!("[workspace.dependencies]\n{lines}\n");
        self
    }

    fn locked(mut self, packages: &[(&str, &[&str])]) -> Self {
        for (name, dependencies) in packages {
            let block =
                format!("[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\ndependencies = {dependencies:?}\n");
            self.lock.push_str(&block);
        }
        self
    }

    fn check(&self) -> Vec<Violation> {
        let mut files = vec![TextFile::new("Cargo.toml", &self.root)];
        for (folder, manifest) in &self.members {
            files.push(TextFile::new(&format!("{folder}/Cargo.toml"), manifest));
        }
        let lock = Lockfile::read(&TextFile::new("Cargo.lock", &self.lock)).unwrap();
        check(&read_packages(&files).unwrap(), &lock)
    }
}

#[test]
fn allowed_edges_are_not_found() {
    let workspace = Workspace::with(
        "runner/core",
        "pipemason-core",
        "[dependencies]\nserde = \"1\"\n[dev-dependencies]\nproptest = \"1\"",
    )
    .and("app", "pipemason-app", "[dependencies]\npipemason-core.workspace = true\naxum = \"1\"")
    .and("tests", "pipemason-tests", "[dependencies]\npipemason-app.workspace = true")
    .locked(&[
        ("pipemason-core", &["serde", "proptest"]),
        ("serde", &[]),
        ("proptest", &["rand"]),
        ("rand", &[]),
        ("pipemason-app", &["pipemason-core", "axum"]),
        ("axum", &["tokio"]),
        ("tokio", &[]),
    ]);
    expect::none(&workspace.check());
}

#[test]
fn a_forbidden_edge_is_found() {
    for dependency in [
        "[dependencies]\npipemason-app.workspace = true",
        "[dev-dependencies]\npipemason-app.workspace = true",
        "[build-dependencies]\npipemason-app.workspace = true",
        "[target.'cfg(unix)'.dependencies]\npipemason-app.workspace = true",
        "[dependencies]\nharmless = { package = \"pipemason-app\", path = \"../../app\" }",
    ] {
        let workspace = Workspace::with("runner/core", "pipemason-core", dependency);
        expect::one(&workspace.check(), "dependencies", 5);
    }
}

#[test]
fn a_forbidden_edge_that_the_workspace_renames_is_found() {
    let workspace = Workspace::with("runner", "pipemason", "[dependencies]\nharmless.workspace = true")
        .renaming("harmless = { package = \"pipemason-store\", path = \"app/store\" }");
    expect::one(&workspace.check(), "dependencies", 5);
}

#[test]
fn nobody_uses_the_tests() {
    for (folder, name) in [("runner", "pipemason"), ("app", "pipemason-app"), ("tests/tidy", "pipemason-tidy")] {
        for used in ["pipemason-tests", "pipemason-tidy"] {
            if name == used {
                continue;
            }
            let lines = format!("[dev-dependencies]\n{used}.workspace = true");
            expect::one(&Workspace::with(folder, name, &lines).check(), "dependencies", 5);
        }
    }
}

#[test]
fn a_forbidden_package_is_found_through_others() {
    let workspace = Workspace::with("runner/core", "pipemason-core", "[dependencies]\nserde.workspace = true")
        .locked(&[("pipemason-core", &["serde"]), ("serde", &["middle"]), ("middle", &["tokio"]), ("tokio", &[])]);
    let found = workspace.check();
    expect::one(&found, "dependencies", 1);
    assert!(found[0].message.ends_with("pipemason-core → serde → middle → tokio"), "{found:?}");
}

#[test]
fn the_core_reaches_no_runtime_and_no_network() {
    for forbidden in ["tokio", "git2", "axum", "octocrab", "sqlx"] {
        let workspace = Workspace::with("runner/core", "pipemason-core", "[dev-dependencies]\nproptest = \"1\"")
            .locked(&[("pipemason-core", &["proptest"]), ("proptest", &[forbidden]), (forbidden, &[])]);
        expect::one(&workspace.check(), "dependencies", 1);
    }
}

#[test]
fn only_the_tests_of_the_core_reach_randomness() {
    let dependencies = "[dependencies]\nulid = \"1\"\n[dev-dependencies]\nproptest = \"1\"";
    let workspace = Workspace::with("runner/core", "pipemason-core", dependencies).locked(&[
        ("pipemason-core", &["proptest", "ulid"]),
        ("proptest", &["rand"]),
        ("ulid", &["getrandom"]),
        ("rand", &[]),
        ("getrandom", &[]),
    ]);
    let found = workspace.check();
    expect::one(&found, "dependencies", 1);
    assert!(found[0].message.ends_with("pipemason-core → ulid → getrandom"), "{found:?}");
}

#[test]
fn the_core_uses_only_what_is_on_its_list() {
    let workspace = Workspace::with("runner/core", "pipemason-core", "[dependencies]\nserde = \"1\"\nregex = \"1\"");
    expect::one(&workspace.check(), "dependencies", 6);
    let workspace = Workspace::with("runner/core", "pipemason-core", "[build-dependencies]\nregex = \"1\"");
    expect::one(&workspace.check(), "dependencies", 5);
    let workspace = Workspace::with("runner/core", "pipemason-core", "[dev-dependencies]\nregex = \"1\"");
    expect::none(&workspace.check());
}

#[test]
fn foreign_types_stay_where_they_belong() {
    for (folder, name, foreign) in [
        ("app", "pipemason-app", "octocrab"),
        ("app", "pipemason-app", "sqlx"),
        ("runner", "pipemason", "git2"),
        ("tests", "pipemason-tests", "git2"),
    ] {
        let lines = format!("[dependencies]\n{foreign} = \"1\"");
        expect::one(&Workspace::with(folder, name, &lines).check(), "dependencies", 5);
    }
    expect::none(&Workspace::with("app/store", "pipemason-store", "[dependencies]\nsqlx = \"1\"").check());
}

#[test]
fn a_package_that_nobody_planned_is_found() {
    expect::one(&Workspace::with("runner/extra", "pipemason-extra", "").check(), "dependencies", 1);
}

#[test]
fn a_package_in_the_wrong_folder_is_found() {
    expect::one(&Workspace::with("core", "pipemason-core", "").check(), "dependencies", 1);
}

#[test]
fn the_table_speaks_of_its_own_packages_and_has_no_ring() {
    let mut below: Vec<&str> = Vec::new();
    while below.len() < BOUNDARIES.len() {
        let ready = BOUNDARIES.iter().find(|boundary| {
            !below.contains(&boundary.package) && boundary.uses.iter().all(|used| below.contains(used))
        });
        below.push(ready.expect("a package whose dependencies are all below it").package);
    }
}
