use super::*;

fn role(path: &str) -> PathRole {
    PathRules::with_protected(&[]).role_of_path(path)
}

#[test]
fn every_built_in_pattern_can_be_read() {
    let [protected, gate_inputs, manifests] = &*BUILT_IN;
    assert_eq!(protected.len(), PROTECTED.len());
    assert_eq!(gate_inputs.len(), GATE_INPUTS.len());
    assert_eq!(manifests.len(), MANIFESTS.len());
}

#[test]
fn sec_46_and_55_what_decides_rights_or_runs_unseen_is_protected() {
    for path in [
        ".github/workflows/ci.yml",
        ".github/actions/x/action.yml",
        ".github/CODEOWNERS",
        ".github/dependabot.yml",
        "CODEOWNERS",
        "docs/CODEOWNERS",
        ".gitlab-ci.yml",
        "action.yml",
        "action.yaml",
        "tools/setup/action.yml",
        ".pipeline/config.yml",
        ".gitmodules",
        "a/.gitattributes",
        "CLAUDE.md",
        "api/CLAUDE.md",
        ".claude/settings.json",
        "api/.claude/hooks/x.sh",
        ".mcp.json",
        "AGENTS.md",
        "GEMINI.md",
        ".codex/config.toml",
        ".gemini/settings.json",
        ".cursor/rules/x.mdc",
        "opencode.json",
        ".envrc",
        "web/.npmrc",
        ".yarnrc.yml",
        ".cargo/config.toml",
        ".cargo/config",
        ".husky/pre-commit",
        ".pre-commit-config.yaml",
        "lefthook.yml",
    ] {
        assert_eq!(role(path), PathRole::Protected, "{path}");
    }
}

#[test]
fn sec_46_another_spelling_of_a_protected_path_is_protected() {
    for path in [
        ".GitHub/workflows/ci.yml",
        "codeowners",
        "claude.MD",
        ".github./workflows/ci.yml",
        "CLAUDE.md ",
        "CLAUDE.md...",
        ".g\u{200c}ithub/workflows/ci.yml",
        "./CODEOWNERS",
        ".github//x",
        ".github\\workflows\\ci.yml",
        ".g\u{131}thub/workflows/ci.yml",
        "src/../.github/x",
        "src\\..\\README.md",
    ] {
        assert_eq!(role(path), PathRole::Protected, "{path:?}");
    }
}

#[test]
fn sec_47_what_decides_what_the_gates_see_is_an_input_of_them() {
    for path in [
        "conftest.py",
        "tests/unit/conftest.py",
        "build.rs",
        "runner/core/build.rs",
        "jest.config.js",
        "vitest.config.mts",
        "jest.setup.ts",
        "src/setupTests.ts",
        ".eslintrc.json",
        "eslint.config.mjs",
        "pytest.ini",
        ".coveragerc",
        "clippy.toml",
        ".rustfmt.toml",
        ".golangci.yml",
        "tsconfig.json",
        "tsconfig.build.json",
        "src/a.snap",
        "src/__snapshots__/x.js.snap",
        "e2e/login.spec.ts-snapshots/a.png",
    ] {
        assert_eq!(role(path), PathRole::GateInput, "{path}");
    }
}

#[test]
fn manifests_are_partly_free_and_the_rest_is_free() {
    for path in ["package.json", "web/package.json", "Cargo.toml", "pyproject.toml", "Makefile", "justfile", "pom.xml"]
    {
        assert_eq!(role(path), PathRole::Manifest, "{path}");
    }
    for path in [
        "src/main.rs",
        "README.md",
        "github/x",
        "src/github/action.rs",
        "src/builds.rs",
        "docs/claude.mdx",
        ".pipeline/config.yml.md",
        "tests/a.test.ts",
        "src/config/x.rs",
        "package-lock.json",
        "a..b/..c",
    ] {
        assert_eq!(role(path), PathRole::Ordinary, "{path}");
    }
}

#[test]
fn people_can_protect_more() {
    let rules =
        PathRules::with_protected(&[Glob::parse("migrations/**").unwrap(), Glob::parse("conftest.py").unwrap()]);
    assert_eq!(rules.role_of_path("migrations/1.sql"), PathRole::Protected);
    assert_eq!(rules.role_of_path("Migrations/1.sql"), PathRole::Protected);
    assert_eq!(rules.role_of_path("conftest.py"), PathRole::Protected);
    assert_eq!(rules.role_of_path("x/migrations/1.sql"), PathRole::Ordinary);
    assert_eq!(rules.role_of_path("CODEOWNERS"), PathRole::Protected);
}

#[test]
fn a_path_too_long_to_be_opened_is_protected() {
    assert_eq!(role(&"a".repeat(MAX_PATH_BYTES)), PathRole::Ordinary);
    assert_eq!(role(&"a".repeat(MAX_PATH_BYTES + 1)), PathRole::Protected);
}

#[test]
fn a_test_is_where_the_patterns_say_that_tests_are() {
    let paths = TestPaths(parsed(&["./tests/", "**/*_test.go"]));
    assert!(paths.contain("./tests/a") && paths.contain("tests/a/b.rs") && paths.contain("x/a_test.go"));
    assert!(!paths.contain("src/a.go") && !paths.contain("tests") && !paths.contain("x/tests/a"));
    assert!(!TestPaths::default().contain("tests/a"));
}
