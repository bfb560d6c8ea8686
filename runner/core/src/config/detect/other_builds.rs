//! Builds whose commands follow from a file name: Cargo, Go, Maven, Gradle.

use super::{CommandKind, DetectedCommands, FileFacts};

pub(super) const GRADLE_MARKERS: &[&str] =
    &["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"];

pub(super) fn cargo(files: &FileFacts, found: &mut DetectedCommands) {
    let locked = if files.has("Cargo.lock") { " --locked" } else { "" };
    let from = "Cargo.toml";
    found.add(CommandKind::Setup, format!("cargo fetch{locked}"), from);
    found.add(CommandKind::Test, format!("cargo test --workspace --no-fail-fast{locked}"), from);
    let lint = format!("cargo clippy --workspace --all-targets{locked} -- -D warnings");
    found.add(CommandKind::Lint, lint, from);
    found.add(CommandKind::Typecheck, format!("cargo check --workspace --all-targets{locked}"), from);
    found.add(CommandKind::Build, format!("cargo build --workspace{locked}"), from);
    inputs(files, found, &["Cargo.lock", "rust-toolchain.toml", "rust-toolchain"]);
    // Tests inside source files are known by the item, not by the file.
    test_paths(found, &["**/tests/**", "**/tests.rs"]);
}

pub(super) fn go(files: &FileFacts, found: &mut DetectedCommands) {
    let from = "go.mod";
    found.add(CommandKind::Setup, "go mod download", from);
    found.add(CommandKind::Test, "go test -json ./...", from);
    match files.first_of(&[".golangci.yml", ".golangci.yaml", ".golangci.toml", ".golangci.json"]) {
        Some(config) => found.add(CommandKind::Lint, "golangci-lint run", config),
        None => found.add(CommandKind::Lint, "go vet ./...", from),
    }
    found.add(CommandKind::Build, "go build ./...", from);
    let coverage = "go test -coverprofile=coverage.out ./...";
    found.add(CommandKind::Coverage, coverage, from);
    inputs(files, found, &["go.mod", "go.sum"]);
    test_paths(found, &["**/*_test.go", "**/testdata/**"]);
}

pub(super) fn maven(files: &FileFacts, found: &mut DetectedCommands) {
    let program = if files.has("mvnw") { "./mvnw" } else { "mvn" };
    let from = "pom.xml";
    found.add(CommandKind::Setup, format!("{program} -B dependency:go-offline"), from);
    found.add(CommandKind::Test, format!("{program} -B test"), from);
    found.add(CommandKind::Typecheck, format!("{program} -B test-compile"), from);
    found.add(CommandKind::Build, format!("{program} -B -DskipTests package"), from);
    inputs(files, found, &["pom.xml"]);
    test_paths(found, &["**/src/test/**"]);
}

pub(super) fn gradle(files: &FileFacts, found: &mut DetectedCommands) {
    let program = if files.has("gradlew") { "./gradlew" } else { "gradle" };
    let from = files.first_of(GRADLE_MARKERS).unwrap_or_default();
    found.add(CommandKind::Setup, format!("{program} dependencies"), from);
    found.add(CommandKind::Test, format!("{program} test --continue"), from);
    found.add(CommandKind::Typecheck, format!("{program} testClasses"), from);
    found.add(CommandKind::Build, format!("{program} assemble"), from);
    let script = files.first_of(&["build.gradle", "build.gradle.kts"]).unwrap_or_default();
    if files.text(script).contains("jacoco") {
        found.add(CommandKind::Coverage, format!("{program} test jacocoTestReport"), script);
    }
    inputs(files, found, GRADLE_MARKERS);
    inputs(files, found, &["gradle.lockfile"]);
    test_paths(found, &["**/src/test/**"]);
}

/// Notes the files among `names` that are there as inputs of the set-up.
pub(super) fn inputs(files: &FileFacts, found: &mut DetectedCommands, names: &[&str]) {
    let present = names.iter().filter(|name| files.has(name));
    found.setup_inputs.extend(present.map(|name| (*name).to_owned()));
}

/// Notes where tests are.
pub(super) fn test_paths(found: &mut DetectedCommands, patterns: &[&str]) {
    found.test_paths.extend(patterns.iter().map(|pattern| (*pattern).to_owned()));
}
