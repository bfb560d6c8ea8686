use insta::assert_snapshot;
use proptest::prelude::*;

use super::*;

/// Makes the facts from names, and from names with texts.
fn facts(names: &[&str], texts: &[(&str, &str)]) -> FileFacts {
    FileFacts {
        names: names.iter().copied().chain(texts.iter().map(|(name, _)| *name)).map(str::to_owned).collect(),
        texts: texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
    }
}

fn shown(found: &DetectedCommands) -> String {
    let mut lines: Vec<String> = Vec::new();
    for DetectedCommand { kind, line, from } in &found.commands {
        lines.push(format!("{}: {line} (from {from})", kind.name()));
    }
    lines.push(format!("inputs: {}", found.setup_inputs.join(" ")));
    lines.push(format!("tests: {}", found.test_paths.join(" ")));
    lines.extend(found.notes.iter().map(|note| format!("note: {note}")));
    lines.join("\n")
}

fn found(names: &[&str], texts: &[(&str, &str)]) -> String {
    shown(&detect_commands(&facts(names, texts)))
}

fn line(kind: CommandKind, names: &[&str], texts: &[(&str, &str)]) -> Option<String> {
    detect_commands(&facts(names, texts)).get(kind).map(|command| command.line.clone())
}

#[test]
fn cargo_and_go_follow_from_their_files() {
    assert_snapshot!(found(&["Cargo.toml", "Cargo.lock", "src"], &[]), @r#"
        setup: cargo fetch --locked (from Cargo.toml)
        test: cargo test --workspace --no-fail-fast --locked (from Cargo.toml)
        lint: cargo clippy --workspace --all-targets --locked -- -D warnings (from Cargo.toml)
        typecheck: cargo check --workspace --all-targets --locked (from Cargo.toml)
        build: cargo build --workspace --locked (from Cargo.toml)
        inputs: Cargo.lock
        tests: **/tests/** **/tests.rs
        "#);
    assert_eq!(line(CommandKind::Build, &["Cargo.toml"], &[]).as_deref(), Some("cargo build --workspace"));
    assert_snapshot!(found(&["go.mod", "go.sum"], &[]), @r#"
        setup: go mod download (from go.mod)
        test: go test -json ./... (from go.mod)
        lint: go vet ./... (from go.mod)
        build: go build ./... (from go.mod)
        coverage: go test -coverprofile=coverage.out ./... (from go.mod)
        inputs: go.mod go.sum
        tests: **/*_test.go **/testdata/**
        "#);
    assert_eq!(line(CommandKind::Lint, &["go.mod", ".golangci.yml"], &[]).as_deref(), Some("golangci-lint run"));
}

#[test]
fn a_package_has_its_scripts_and_its_manager() {
    let scripts = r#"{"scripts": {"test": "vitest run", "lint": "eslint .", "type-check": "tsc", "build": "x",
        "test:cov": "x", "e2e": "x"}}"#;
    assert_snapshot!(found(&["package-lock.json"], &[("package.json", scripts)]), @r#"
        setup: npm ci (from package-lock.json)
        test: npm test (from package.json)
        lint: npm run lint (from package.json)
        typecheck: npm run type-check (from package.json)
        build: npm run build (from package.json)
        coverage: npm run test:cov (from package.json)
        e2e: npm run e2e (from package.json)
        inputs: package.json package-lock.json
        tests: **/*.test.* **/*.spec.* **/__tests__/** test/** tests/** e2e/**
        "#);
    assert_snapshot!(found(&["pnpm-lock.yaml"], &[("package.json", scripts)]), @r#"
        setup: pnpm install --frozen-lockfile (from pnpm-lock.yaml)
        test: pnpm run test (from package.json)
        lint: pnpm run lint (from package.json)
        typecheck: pnpm run type-check (from package.json)
        build: pnpm run build (from package.json)
        coverage: pnpm run test:cov (from package.json)
        e2e: pnpm run e2e (from package.json)
        inputs: package.json pnpm-lock.yaml
        tests: **/*.test.* **/*.spec.* **/__tests__/** test/** tests/** e2e/**
        "#);
    let setup = |names: &[&str], package: &str| line(CommandKind::Setup, names, &[("package.json", package)]).unwrap();
    assert_eq!(setup(&[], "{}"), "npm install");
    assert_eq!(setup(&["npm-shrinkwrap.json"], "{}"), "npm ci");
    assert_eq!(setup(&["yarn.lock"], "{}"), "yarn install --frozen-lockfile");
    assert_eq!(setup(&["yarn.lock", ".yarnrc.yml"], "{}"), "yarn install --immutable");
    assert_eq!(setup(&["yarn.lock"], r#"{"packageManager": "yarn@4.1.0"}"#), "yarn install --immutable");
    assert_eq!(
        setup(&["yarn.lock", ".yarnrc.yml"], r#"{"packageManager": "yarn@1.22.0"}"#),
        "yarn install --frozen-lockfile"
    );
    assert_eq!(setup(&["yarn.lock"], r#"{"packageManager": "pnpm@9.0.0"}"#), "pnpm install");
    assert_eq!(setup(&["pnpm-lock.yaml"], r#"{"packageManager": "npm@10"}"#), "npm install");
}

#[test]
fn a_package_without_scripts_has_its_tools() {
    let package = |tool: &str| {
        format!(
            r#"{{"scripts": {{"test": "echo \"Error: no test specified\" && exit 1", "lint": " "}}, "devDependencies": {{"{tool}": "1"}}}}"#
        )
    };
    let test = |tool: &str| line(CommandKind::Test, &[], &[("package.json", &package(tool))]);
    assert_eq!(test("vitest").as_deref(), Some("npx --no-install vitest run"));
    assert_eq!(test("jest").as_deref(), Some("npx --no-install jest"));
    assert_eq!(test("mocha"), None);
    let typescript = package("typescript");
    let typecheck = |names: &[&str]| line(CommandKind::Typecheck, names, &[("package.json", &typescript)]);
    assert_eq!(typecheck(&[]), None);
    assert_eq!(typecheck(&["tsconfig.json"]).as_deref(), Some("npx --no-install tsc --noEmit"));
    assert_eq!(typecheck(&["tsconfig.json", "yarn.lock"]).as_deref(), Some("yarn run tsc --noEmit"));
    let eslint = r#"{"dependencies": {"eslint": "9"}}"#;
    assert_eq!(line(CommandKind::Lint, &[], &[("package.json", eslint)]).as_deref(), Some("npx --no-install eslint ."));
}

#[test]
fn a_broken_package_is_a_note() {
    for text in ["{", "[]", "", "{\"scripts\": 1"] {
        let found = detect_commands(&facts(&[], &[("package.json", text), ("Makefile", "test:\n\ttrue\n")]));
        assert_eq!(
            found.notes,
            ["`package.json` cannot be read as a JSON object, so nothing was recognized by it"],
            "{text}"
        );
        assert_eq!(found.get(CommandKind::Test).unwrap().line, "make test");
    }
    for text in ["{}", r#"{"scripts": []}"#, r#"{"scripts": {"test": 1}, "dependencies": "x"}"#] {
        let found = detect_commands(&facts(&[], &[("package.json", text)]));
        assert_eq!(found.commands.len(), 1, "{text}");
    }
}

#[test]
fn python_is_recognized_by_what_declares_its_tools() {
    let project = "[project]\n[dependency-groups]\ndev = [\"pytest-cov\", \"ruff\"]\n[tool.mypy]\n";
    assert_snapshot!(found(&["uv.lock"], &[("pyproject.toml", project)]), @r#"
        setup: uv sync --frozen (from uv.lock)
        test: uv run python -m pytest (from pyproject.toml)
        lint: uv run ruff check . (from pyproject.toml)
        typecheck: uv run mypy . (from pyproject.toml)
        coverage: uv run python -m pytest --cov --cov-report=lcov:lcov.info (from pyproject.toml)
        inputs: pyproject.toml uv.lock
        tests: tests/** test/** **/test_*.py **/*_test.py
        "#);
    assert_snapshot!(found(&["setup.py"], &[]), @r#"
        setup: python -m pip install -e . (from setup.py)
        test: python -m unittest discover (from setup.py)
        inputs: setup.py
        tests: tests/** test/** **/test_*.py **/*_test.py
        "#);
    assert_snapshot!(found(&["pytest.ini", "ruff.toml", "mypy.ini"], &[("requirements.txt", ""), ("requirements-dev.txt", "")]), @r#"
        setup: python -m pip install -r requirements-dev.txt -r requirements.txt (from requirements.txt)
        test: python -m pytest (from pytest.ini)
        lint: ruff check . (from ruff.toml)
        typecheck: mypy . (from mypy.ini)
        inputs: requirements.txt requirements-dev.txt
        tests: tests/** test/** **/test_*.py **/*_test.py
        "#);
    assert_eq!(
        line(CommandKind::Test, &["poetry.lock", "conftest.py"], &[("pyproject.toml", "")]).as_deref(),
        Some("poetry run python -m pytest")
    );
    assert_eq!(line(CommandKind::Setup, &["Pipfile", "Pipfile.lock"], &[]).as_deref(), Some("pipenv sync --dev"));
}

#[test]
fn maven_and_gradle_use_their_wrappers() {
    assert_snapshot!(found(&["pom.xml", "mvnw"], &[]), @r#"
        setup: ./mvnw -B dependency:go-offline (from pom.xml)
        test: ./mvnw -B test (from pom.xml)
        typecheck: ./mvnw -B test-compile (from pom.xml)
        build: ./mvnw -B -DskipTests package (from pom.xml)
        inputs: pom.xml
        tests: **/src/test/**
        "#);
    assert_snapshot!(found(&["gradlew", "settings.gradle.kts"], &[("build.gradle.kts", "plugins { jacoco }")]), @r#"
        setup: ./gradlew dependencies (from build.gradle.kts)
        test: ./gradlew test --continue (from build.gradle.kts)
        typecheck: ./gradlew testClasses (from build.gradle.kts)
        build: ./gradlew assemble (from build.gradle.kts)
        coverage: ./gradlew test jacocoTestReport (from build.gradle.kts)
        inputs: build.gradle.kts settings.gradle.kts
        tests: **/src/test/**
        "#);
    assert_eq!(line(CommandKind::Test, &["pom.xml"], &[]).as_deref(), Some("mvn -B test"));
    assert_eq!(line(CommandKind::Test, &["build.gradle"], &[]).as_deref(), Some("gradle test --continue"));
}

#[test]
fn task_runners_fill_in_what_the_build_leaves_open() {
    let makefile = "CC := x\nbuild: x\n\tlint: not a target\n.PHONY: e2e\nsetup :\ncoverage: test\n";
    assert_snapshot!(found(&["Cargo.toml"], &[("Makefile", makefile)]), @r#"
        setup: cargo fetch (from Cargo.toml)
        test: cargo test --workspace --no-fail-fast (from Cargo.toml)
        lint: cargo clippy --workspace --all-targets -- -D warnings (from Cargo.toml)
        typecheck: cargo check --workspace --all-targets (from Cargo.toml)
        build: cargo build --workspace (from Cargo.toml)
        coverage: make coverage (from Makefile)
        inputs: 
        tests: **/tests/** **/tests.rs
        "#);
    assert_snapshot!(found(&[], &[("justfile", "test *args: build\n  x\n@lint:\n  x\ncov := \"1\"\n")]), @r#"
        test: just test (from justfile)
        lint: just lint (from justfile)
        inputs: 
        tests:
        "#);
    let mise = "[tools]\nnode = \"22\"\n[tasks.test]\nrun = \"x\"\n[tasks]\nlint = \"x\"\nbuild = { run = \"x\" }\ntypes = 1\n[tasks.\"e2e\"]\n";
    assert_snapshot!(found(&[], &[("mise.toml", mise)]), @r#"
        test: mise run test (from mise.toml)
        lint: mise run lint (from mise.toml)
        build: mise run build (from mise.toml)
        e2e: mise run e2e (from mise.toml)
        inputs: 
        tests:
        "#);
    assert_eq!(
        line(CommandKind::Lint, &[], &[("Makefile", "lint:\n"), ("justfile", "lint:\n")]).as_deref(),
        Some("make lint")
    );
}

#[test]
fn of_several_builds_the_first_decides_and_the_others_are_named() {
    let found = detect_commands(&facts(&["go.mod", "Cargo.toml", "pom.xml"], &[]));
    assert_eq!(found.get(CommandKind::Test).unwrap().from, "Cargo.toml");
    assert_eq!(found.notes.len(), 2);
    assert!(found.notes[0].starts_with("`Cargo.toml` decides; `go.mod` is there too"));
}

#[test]
fn nothing_is_recognized_in_an_unknown_repository() {
    assert_eq!(detect_commands(&facts(&["README.md"], &[])), DetectedCommands::default());
}

#[test]
fn what_was_detected_is_what_the_configuration_would_say() {
    let found = detect_commands(&facts(&["go.mod", "go.sum"], &[]));
    let commands = found.to_commands();
    assert_eq!(commands.test.as_deref(), Some("go test -json ./..."));
    assert_eq!(commands.lint.as_deref(), Some("go vet ./..."));
    assert_eq!(commands.coverage.as_deref(), Some("go test -coverprofile=coverage.out ./..."));
    assert_eq!(commands.typecheck, None);
    assert_eq!(commands.setup.unwrap().inputs, [Glob::parse("go.mod").unwrap(), Glob::parse("go.sum").unwrap()]);
    for path in found.test_paths {
        assert!(Glob::parse(&path).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_is_tolerated(text in "\\PC{0,200}|([a-z@=: \\[\\]\"{}\n\t]{0,10}){0,10}") {
        let names = FileFacts::WANTED_TEXTS;
        let texts: Vec<(&str, &str)> = names.into_iter().map(|name| (name, text.as_str())).collect();
        let everything = detect_commands(&facts(&["Cargo.toml"], &texts));
        prop_assert!(everything.get(CommandKind::Test).is_some());
        for name in names {
            detect_commands(&facts(&[], &[(name, &text)]));
        }
    }
}
