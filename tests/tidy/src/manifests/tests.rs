use super::*;
use crate::violation::expect;

const MEMBER: &str = "[package]
name = \"pipemason-core\"
description = \"Decides\"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true

[dependencies]
serde.workspace = true

[lints]
workspace = true
";

const WORKSPACE: &str = "[workspace]
members = [\"runner/core\"]

[workspace.package]
edition = \"2024\"
license = \"MIT OR Apache-2.0\"
";

fn check_texts(root: &str, member: &str) -> Vec<Violation> {
    check(&[TextFile::new("Cargo.toml", root), TextFile::new("runner/core/Cargo.toml", member)])
}

fn dependencies_of(root: &str, member: &str) -> Vec<(String, Kind, usize)> {
    let files = [TextFile::new("Cargo.toml", root), TextFile::new("runner/core/Cargo.toml", member)];
    let [package] = &read_packages(&files).unwrap()[..] else { panic!("one package") };
    assert_eq!(package.name, "pipemason-core");
    package
        .dependencies
        .iter()
        .map(|dependency| (dependency.package.clone(), dependency.kind, dependency.line))
        .collect()
}

#[test]
fn a_member_inherits_from_the_workspace() {
    expect::none(&check_texts(WORKSPACE, MEMBER));
    for (from, to) in [
        ("version.workspace = true\ne", "version = \"1.0.0\"\ne"),
        ("edition.workspace = true", "edition = \"2021\""),
        ("license.workspace = true\n", ""),
        ("rust-version.workspace = true", "rust-version = \"1.80\""),
        ("[lints]\nworkspace = true\n", "[lints]\nworkspace = false\n"),
        ("[lints]\nworkspace = true\n", ""),
        ("description = \"Decides\"", "description = \"\""),
        ("description = \"Decides\"\n", ""),
    ] {
        let broken = MEMBER.replacen(from, to, 1);
        assert_ne!(broken, MEMBER, "{from}");
        expect::one(&check_texts(WORKSPACE, &broken), "manifest", 1);
    }
}

#[test]
fn the_workspace_has_one_license_and_one_edition() {
    for (from, to) in [
        ("MIT OR Apache-2.0", "GPL-3.0-only"),
        ("edition = \"2024\"", "edition = \"2021\""),
        ("license = \"MIT OR Apache-2.0\"\n", ""),
    ] {
        expect::one(&check_texts(&WORKSPACE.replacen(from, to, 1), MEMBER), "manifest", 1);
    }
}

#[test]
fn a_package_outside_the_workspace_is_found() {
    let found = check_texts(&WORKSPACE.replace("runner/core", "runner/other"), MEMBER);
    expect::one(&found, "manifest", 1);
    assert_eq!(found[0].path, "runner/core/Cargo.toml");
}

#[test]
fn a_version_is_written_in_the_workspace_only() {
    let broken = MEMBER.replace("serde.workspace = true", "serde = \"1\"");
    expect::one(&check_texts(WORKSPACE, &broken), "manifest", 10);
}

#[test]
fn a_manifest_that_cannot_be_read_is_found() {
    let broken = MEMBER.replace("[dependencies]", "[dependencies");
    let found = check_texts(WORKSPACE, &broken);
    assert!(found.iter().all(|violation| violation.line == 9), "{found:?}");
    assert!(!found.is_empty());
}

#[test]
fn every_table_of_dependencies_is_read() {
    let member = "[package]
name = \"pipemason-core\"
[dependencies]
a = \"1\"
[dependencies.b]
version = \"1\"
[build-dependencies]
c = \"1\"
[dev-dependencies]
d.workspace = true
[target.'cfg(unix)'.dependencies]
e = { version = \"1\" }
[target.'cfg(unix)'.dev-dependencies]
f = \"1\"
[dev_dependencies]
g = \"1\"
";
    let mut found = dependencies_of("[workspace]", member);
    found.sort_by_key(|(_, _, line)| *line);
    let expected = [
        ("a", Kind::Normal, 4),
        ("b", Kind::Normal, 5),
        ("c", Kind::Build, 8),
        ("d", Kind::Dev, 10),
        ("e", Kind::Normal, 12),
        ("f", Kind::Dev, 14),
        ("g", Kind::Dev, 16),
    ];
    assert_eq!(found, expected.map(|(name, kind, line)| (name.to_owned(), kind, line)));
}

#[test]
fn a_dependency_is_known_by_its_real_name() {
    let root = "[workspace.dependencies]\ninnocent = { package = \"git2\", version = \"1\" }\n";
    let member = "[package]
name = \"pipemason-core\"
[dependencies]
innocent.workspace = true
harmless = { package = \"tokio\", version = \"1\" }
";
    let mut names: Vec<_> = dependencies_of(root, member).into_iter().map(|(name, ..)| name).collect();
    names.sort();
    assert_eq!(names, ["git2", "tokio"]);
}

#[test]
fn lint_files_repeat_what_the_root_says() {
    let root = TextFile::new("clippy.toml", "a-setting = true\nb-list = [\n  { path = \"c\" },\n]\n");
    let nested = |text: &str| TextFile::new("runner/core/clippy.toml", text);
    expect::none(&check_lint_files(&[root.clone(), nested("a-setting = true\n")]));
    expect::one(&check_lint_files(&[root.clone(), nested("a-setting = false\n")]), "lint-file", 1);
    let others = [TextFile::new("tests/fixtures/clippy.toml", ""), TextFile::new("rustfmt.toml", "")];
    expect::none(&check_lint_files(&[[root.clone()].as_slice(), &others].concat()));
    expect::one(&check_lint_files(&[root, nested("")]), "lint-file", 1);
}
