//! Which package may use which.
//!
//! The boundaries of the architecture are packages, so that a wrong edge is a build that this rule refuses. A package
//! that is not in the table may not exist; one that does not exist yet may be in it.

use crate::lockfile::Lockfile;
use crate::manifests::{Kind, Package};
use crate::violation::Violation;

/// What one package may use.
#[derive(Clone, Copy, Debug)]
pub struct Boundary {
    pub package: &'static str,
    pub folder: &'static str,
    /// Packages of the workspace that it may name.
    pub uses: &'static [&'static str],
    /// Packages that it must not reach, not even through others.
    pub never: &'static [&'static str],
}

/// All packages of the workspace.
pub const BOUNDARIES: &[Boundary] = &[
    Boundary {
        package: "pipemason-core",
        folder: "runner/core",
        uses: &[],
        never: &["async-std", "axum", "git2", "hyper", "mio", "octocrab", "reqwest", "smol", "sqlx", "tokio"],
    },
    Boundary {
        package: "pipemason-process",
        folder: "runner/process",
        uses: &[],
        never: &["axum", "git2", "octocrab"],
    },
    Boundary {
        package: "pipemason-git",
        folder: "runner/git",
        uses: &["pipemason-core", "pipemason-process"],
        never: &["axum", "octocrab", "sqlx"],
    },
    Boundary {
        package: "pipemason-agent",
        folder: "runner/agent",
        uses: &["pipemason-core", "pipemason-process"],
        never: &["axum", "git2", "octocrab", "sqlx"],
    },
    Boundary {
        package: "pipemason-gates",
        folder: "runner/gates",
        uses: &["pipemason-core", "pipemason-process"],
        never: &["axum", "git2", "octocrab", "sqlx"],
    },
    Boundary {
        package: "pipemason-scripted-agent",
        folder: "runner/scripted-agent",
        // For its tests only, which drive it: the agent itself shares nothing with the engine but the protocol.
        uses: &["pipemason-agent", "pipemason-core", "pipemason-process"],
        never: &["axum", "git2"],
    },
    Boundary {
        package: "pipemason",
        folder: "runner",
        uses: &[
            "pipemason-agent",
            "pipemason-core",
            "pipemason-gates",
            "pipemason-git",
            "pipemason-github",
            "pipemason-process",
        ],
        never: &["axum", "sqlx"],
    },
    Boundary {
        package: "pipemason-github",
        folder: "app/github",
        uses: &["pipemason-core"],
        never: &["axum", "git2", "sqlx"],
    },
    Boundary {
        package: "pipemason-store",
        folder: "app/store",
        uses: &["pipemason-core"],
        never: &["axum", "git2", "octocrab"],
    },
    Boundary {
        package: "pipemason-app",
        folder: "app",
        uses: &["pipemason-core", "pipemason-github", "pipemason-store"],
        never: &["git2"],
    },
    Boundary {
        package: "pipemason-action",
        folder: "action",
        uses: &["pipemason", "pipemason-core", "pipemason-github"],
        never: &["axum", "sqlx"],
    },
    Boundary {
        package: "pipemason-tests",
        folder: "tests",
        uses: &[
            "pipemason",
            "pipemason-action",
            "pipemason-agent",
            "pipemason-app",
            "pipemason-core",
            "pipemason-gates",
            "pipemason-git",
            "pipemason-github",
            "pipemason-process",
            "pipemason-store",
        ],
        never: &[],
    },
    Boundary { package: "pipemason-tidy", folder: "tests/tidy", uses: &[], never: &[] },
];

/// The package whose answers must be the same on every machine, for ever.
const CORE: &str = "pipemason-core";

/// What the core may use from outside; a new one is argued for in the change that adds it here.
const CORE_USES: [&str; 12] = [
    "aho-corasick",
    "granit-parser",
    "jiff",
    "pulldown-cmark",
    "quick-xml",
    "serde",
    "serde-saphyr",
    "serde_json",
    "sha2",
    "thiserror",
    "ulid",
    "unicode-normalization",
];

/// Sources of randomness, which the tests of the core may use and the core may not.
const RANDOMNESS: [&str; 4] = ["fastrand", "getrandom", "oorandom", "rand"];

/// Packages whose types stay inside the packages named here.
const OWNED: [(&str, &[&str]); 5] = [
    ("agent-client-protocol", &["pipemason-agent", "pipemason-scripted-agent"]),
    ("axum", &["pipemason-app", "pipemason-tests"]),
    ("git2", &["pipemason-git"]),
    ("octocrab", &["pipemason-github"]),
    ("sqlx", &["pipemason-store"]),
];

/// Checks the packages of a workspace.
pub fn check(packages: &[Package], lock: &Lockfile) -> Vec<Violation> {
    let mut found = Vec::new();
    for package in packages {
        match BOUNDARIES.iter().find(|boundary| boundary.package == package.name) {
            Some(boundary) => {
                found.extend(check_place(package, boundary));
                found.extend(check_edges(package, boundary));
                found.extend(check_reach(package, boundary, lock));
            }
            None => found.push(violation(package, 1, format!("`{}` is not in the table of packages", package.name))),
        }
        found.extend(check_owned(package));
    }
    if let Some(core) = packages.iter().find(|package| package.name == CORE) {
        found.extend(check_core(core, lock));
    }
    found
}

fn check_place(package: &Package, boundary: &Boundary) -> Option<Violation> {
    let expected = format!("{}/Cargo.toml", boundary.folder);
    (package.manifest != expected)
        .then(|| violation(package, 1, format!("`{}` belongs to `{}`", package.name, boundary.folder)))
}

fn check_edges(package: &Package, boundary: &Boundary) -> Vec<Violation> {
    let ours = |name: &str| name == "pipemason" || name.starts_with("pipemason-");
    package
        .dependencies
        .iter()
        .filter(|dependency| ours(&dependency.package) && !boundary.uses.contains(&dependency.package.as_str()))
        .map(|dependency| {
            let message = format!("`{}` may not use `{}`", package.name, dependency.package);
            violation(package, dependency.line, message)
        })
        .collect()
}

fn check_reach(package: &Package, boundary: &Boundary, lock: &Lockfile) -> Vec<Violation> {
    let ways = lock.reached_from(&package.name, |_| true);
    boundary
        .never
        .iter()
        .filter_map(|name| ways.get(*name))
        .map(|way| violation(package, 1, format!("a forbidden package is reached: {way}")))
        .collect()
}

fn check_owned(package: &Package) -> Vec<Violation> {
    let mut found = Vec::new();
    for dependency in &package.dependencies {
        let owners = OWNED.iter().find(|(name, _)| *name == dependency.package);
        if let Some((name, owners)) = owners.filter(|(_, owners)| !owners.contains(&package.name.as_str())) {
            let message = format!("`{name}` stays inside {}", owners.join(" and "));
            found.push(violation(package, dependency.line, message));
        }
    }
    found
}

fn check_core(core: &Package, lock: &Lockfile) -> Vec<Violation> {
    let mut found = Vec::new();
    let built = |dependency: &&crate::manifests::Dependency| dependency.kind != Kind::Dev;
    for dependency in core.dependencies.iter().filter(built) {
        let name = dependency.package.as_str();
        // Packages of the workspace are the business of the edges.
        if !CORE_USES.contains(&name) && !name.starts_with("pipemason") {
            found.push(violation(core, dependency.line, format!("the core may not use `{name}`")));
        }
    }
    let is_built = |name: &str| core.dependencies.iter().filter(built).any(|dependency| dependency.package == name);
    let ways = lock.reached_from(CORE, is_built);
    for way in RANDOMNESS.iter().filter_map(|name| ways.get(*name)) {
        found.push(violation(core, 1, format!("randomness is reached: {way}")));
    }
    found
}

fn violation(package: &Package, line: usize, message: String) -> Violation {
    Violation { rule: "dependencies", path: package.manifest.clone(), line, message }
}

#[cfg(test)]
mod tests;
