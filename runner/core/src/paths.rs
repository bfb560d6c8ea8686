//! What a path is to a run: protected, an input of the gates, a test, or free to change.
//!
//! A protected path decides who may do what, or runs code before anybody looks: it changes only with a
//! person's approval. An input of the gates decides what they see: it changes only in the phase that
//! writes tests, and only as planned (SEC-46, SEC-47). What follows from a role is not here.

use std::sync::LazyLock;

use crate::glob::Glob;

/// Paths that change only with a person's approval.
pub const PROTECTED: [&str; 42] = [
    // Who may do what, and what runs with the repository's secrets.
    ".github/**",
    ".forgejo/**",
    ".gitea/**",
    ".gitlab/**",
    ".gitlab-ci.yml",
    ".circleci/**",
    ".buildkite/**",
    ".travis.yml",
    "azure-pipelines.yml",
    "Jenkinsfile",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    "**/action.{yml,yaml}",
    ".pipeline/config.yml",
    // What git does with the files.
    "**/.gitmodules",
    "**/.gitattributes",
    // What agents are told and allowed.
    "**/CLAUDE.md",
    "**/CLAUDE.local.md",
    "**/.claude/**",
    "**/.mcp.json",
    "**/AGENTS.md",
    "**/AGENTS.override.md",
    "**/GEMINI.md",
    "**/QWEN.md",
    "**/.codex/**",
    "**/.gemini/**",
    "**/.qwen/**",
    "**/.cursor/**",
    "**/.cursorrules",
    "**/.windsurfrules",
    "**/.goosehints",
    "**/opencode.{json,jsonc}",
    "**/.opencode/**",
    // What runs, or where packages come from, before anybody looks.
    "**/.envrc",
    "**/.npmrc",
    "**/.yarnrc{,.yml}",
    "**/.pnpmfile.cjs",
    "**/.cargo/config{,.toml}",
    "**/pip.conf",
    "**/.husky/**",
    "**/.pre-commit-config.yaml",
    "**/{,.}lefthook.{yml,yaml,toml}",
];

/// Files that decide what the gates see.
pub const GATE_INPUTS: [&str; 38] = [
    // Set-up that runs with the tests.
    "**/conftest.py",
    "**/{sitecustomize,usercustomize}.py",
    "**/build.rs",
    "**/{jest,vitest,playwright,cypress}{.,-}setup.*",
    "**/setup{Tests,-tests,-jest,-vitest}.*",
    "**/cypress/support/**",
    // The test runners.
    "**/{jest,vitest,playwright,cypress,karma,ava,babel}.config.*",
    "**/{vitest,jest}.workspace.*",
    "**/.mocharc*",
    "**/.babelrc*",
    "**/{pytest,tox}.ini",
    "**/.pytest.ini",
    "**/noxfile.py",
    "**/.config/nextest.toml",
    "**/rust-toolchain{,.toml}",
    "**/phpunit.xml{,.dist}",
    "**/.rspec",
    // Coverage.
    "**/.coveragerc",
    "**/.nycrc*",
    "**/.c8rc*",
    "**/{,.}codecov.{yml,yaml}",
    "**/{,.}tarpaulin.toml",
    // Linters, formatters and type checkers.
    "**/.eslintrc*",
    "**/eslint.config.*",
    "**/.{eslint,prettier,stylelint}ignore",
    "**/{.prettierrc*,prettier.config.*}",
    "**/{.stylelintrc*,stylelint.config.*}",
    "**/biome.{json,jsonc}",
    "**/{tsconfig,jsconfig}*.json",
    "**/{,.}ruff.toml",
    "**/{,.}mypy.ini",
    "**/{.flake8,.pylintrc,pylintrc,pyrightconfig.json}",
    "**/{,.}{clippy,rustfmt,deny}.toml",
    "**/.golangci.*",
    "**/{checkstyle,pmd,spotbugs}*.xml",
    // What earlier results looked like.
    "**/*.snap",
    "**/{__snapshots__,__image_snapshots__}/**",
    "**/*-snapshots/**",
];

/// Files of which one part is an input of the gates (a table of scripts, the settings of tools) and the rest is free.
pub const MANIFESTS: [&str; 12] = [
    "**/package.json",
    "**/Cargo.toml",
    "**/pyproject.toml",
    "**/setup.{cfg,py}",
    "**/pom.xml",
    "**/build.gradle{,.kts}",
    "**/go.mod",
    "**/composer.json",
    "**/Rakefile",
    "**/{GNUm,m,M}akefile",
    "**/{,.}{j,J}ustfile",
    "**/{,.}mise.toml",
];

/// Longest path that is judged; the systems that runs work on open no longer one.
pub const MAX_PATH_BYTES: usize = 4096;

/// What a path is to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathRole {
    /// Changes only with a person's approval.
    Protected,
    /// Decides what the gates see.
    GateInput,
    /// A part of it decides what the gates see.
    Manifest,
    /// Free to change.
    Ordinary,
}

/// The rules that give paths their roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathRules {
    protected: Vec<Glob>,
}

/// The places where test files are: `tests.paths`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestPaths(pub Vec<Glob>);

impl TestPaths {
    /// Says whether `path` is where tests are.
    pub fn contain(&self, path: &str) -> bool {
        let path = path.strip_prefix("./").unwrap_or(path);
        self.0.iter().any(|glob| glob.matches(path))
    }
}

static BUILT_IN: LazyLock<[Vec<Glob>; 3]> =
    LazyLock::new(|| [parsed(&PROTECTED), parsed(&GATE_INPUTS), parsed(&MANIFESTS)]);

fn parsed(patterns: &[&str]) -> Vec<Glob> {
    patterns.iter().filter_map(|pattern| Glob::parse(pattern).ok()).collect()
}

impl PathRules {
    /// Makes the built-in rules, with more protected paths; there is no way to have fewer.
    pub fn with_protected(protected: &[Glob]) -> Self {
        Self { protected: protected.to_vec() }
    }

    /// Returns what `path` is to a run. Where a file system could take it for another path, it is that one too.
    ///
    /// A path that climbs (`..`) or is longer than [`MAX_PATH_BYTES`] leads nowhere that could be judged, and is
    /// protected.
    pub fn role_of_path(&self, path: &str) -> PathRole {
        if path.len() > MAX_PATH_BYTES || path.split(['/', '\\']).any(|name| name == "..") {
            return PathRole::Protected;
        }
        let path = as_a_file_system_sees_it(path);
        let is_in = |globs: &[Glob]| globs.iter().any(|glob| glob.matches_ignoring_case(&path));
        let [protected, gate_inputs, manifests] = &*BUILT_IN;
        if is_in(protected) || is_in(&self.protected) {
            PathRole::Protected
        } else if is_in(gate_inputs) {
            PathRole::GateInput
        } else if is_in(manifests) {
            PathRole::Manifest
        } else {
            PathRole::Ordinary
        }
    }
}

/// Takes away what some file system ignores: dots and spaces at the end of a name (Windows), characters without
/// a shape (macOS), `.` and empty names. Case is ignored by the comparison.
fn as_a_file_system_sees_it(path: &str) -> String {
    let is_ignored = |character: char| matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let visible: String = path.chars().filter(|character| !is_ignored(*character)).collect();
    let names = visible.split(['/', '\\']).map(|name| name.trim_end_matches(['.', ' ']));
    names.filter(|name| !name.is_empty()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests;
