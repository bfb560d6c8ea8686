//! Seeds: the files that the readers are tested with, and a few lines that mean something.

pub(super) const CONFIGS: &[&[u8]] = &[
    include_bytes!("../../../../runner/core/tests/fixtures/config/valid/every_key.yml"),
    include_bytes!("../../../../runner/core/tests/fixtures/config/valid/commented.yml"),
    include_bytes!("../../../../runner/core/tests/fixtures/config/invalid/many_mistakes.yml"),
    include_bytes!("../../../../runner/core/tests/fixtures/config/invalid/structure.yml"),
    include_bytes!("../../../../runner/core/tests/fixtures/original/config.yml"),
];

pub(super) const REPORTS: &[&[u8]] = &[
    include_bytes!("../../../../runner/core/tests/fixtures/reports/bats.tap"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/cargo-compile-error.txt"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/cargo-nocapture.txt"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/cargo-test.txt"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/go-build-failure.jsonl"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/go-died.jsonl"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/go-panic.jsonl"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/go-test.jsonl"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/jest.txt"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/junit-gotestsum.xml"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/junit-gradle.xml"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/junit-jest.xml"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/junit-nextest.xml"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/junit-node.xml"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/junit-pytest-collection.xml"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/junit-pytest.xml"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/junit-surefire.xml"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/junit-vitest.xml"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/mocha.txt"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/nextest-retries.txt"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/nextest.txt"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/node-spec.txt"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/node.tap"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/pytest-collection.txt"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/pytest-none.txt"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/pytest-plain.txt"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/pytest-summary.txt"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/pytest-verbose.txt"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/pytest-xdist.txt"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/subtests.tap"),
    include_bytes!("../../../../runner/core/tests/fixtures/reports/vitest.txt"),
];

pub(super) const SARIF: &[&[u8]] = &[include_bytes!("../../../../runner/core/tests/fixtures/reports/analysis.sarif")];

pub(super) const SPECS: &[&[u8]] = &[
    include_bytes!("../../../../runner/core/tests/fixtures/original/spec.md"),
    b"---\nschema_version: 1\ntitle: \"a\"\n---\n\n## Acceptance criteria\n\n- AC-1 WHEN a THEN b\n",
];

pub(super) const TEST_PLANS: &[&[u8]] =
    &[include_bytes!("../../../../runner/core/tests/fixtures/original/test-plan.md")];

pub(super) const DECISIONS: &[&[u8]] =
    &[include_bytes!("../../../../runner/core/tests/fixtures/original/decisions.md")];

pub(super) const LOGS: &[&[u8]] = &[include_bytes!("../../../../runner/core/tests/fixtures/original/iterations.log")];

pub(super) const STATES: &[&[u8]] = &[include_bytes!("../../../../runner/core/tests/fixtures/original/STATE.md")];

pub(super) const COMMENTS: &[&[u8]] = &[
    b"/pipemason start add a thing --base main --pr\nand more text",
    b"/pipemason resume \"an answer\" --budget-usd 20",
    b"/pipemason approve 0123456789abcdef",
    b"/pipemason program start build it --mode greenfield-system --dry-run",
    b"/pipemason retry implement\r\n",
    b"```\n/pipemason cancel\n```\n",
];
