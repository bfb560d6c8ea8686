//! The corpora of red and green (SEC-47, SEC-48, SEC-49): real projects, good ones that have to pass and bad ones
//! that must not, each for the reason that it was made for.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use pipemason_core::gate::CheckOutcome;
use pipemason_core::glob::Glob;
use pipemason_core::id::CriterionId;
use pipemason_core::paths::TestPaths;
use pipemason_core::phase::Phase;
use pipemason_core::proof::TestChanges;
use pipemason_core::report::TestName;
use pipemason_gates::{
    GreenWork, Ground as Base, Place, RedProof, RedWork, Suite, baseline, commands_green, green, red,
};
use tempfile::TempDir;

use crate::archive::{Files, Section, over, read};
use crate::support::{Ground, is_installed, say_missing};

/// A corpus, its base and its good red state.
struct Corpus {
    name: &'static str,
    sections: Vec<Section>,
    line: String,
    junit: Option<Glob>,
    paths: TestPaths,
    changes: TestChanges,
    base_files: Files,
    red_files: Files,
    base: Base,
    /// Shared by all trees, so that compilers need not begin anew.
    build: TempDir,
}

/// Checks every variant of a corpus.
async fn holds(name: &'static str, text: &str) {
    let mut corpus = Corpus::read(name, text).await;
    let good = corpus.variants("red good");
    assert!(!good.is_empty(), "{name} has no good red variant");
    let mut proof = None;
    let mut wrong = Vec::new();
    for section in good {
        let (kinds, red) = corpus.red(&section).await;
        wrong.extend(kinds.iter().map(|kind| format!("{name}: red, {}: refused because of {kind}", section.name)));
        if proof.is_none() {
            corpus.red_files = over(&corpus.base_files, &section.files);
            proof = red;
        }
    }
    for section in corpus.variants("red bad") {
        let (kinds, _) = corpus.red(&section).await;
        wrong.extend(missing(name, &section, &kinds));
    }
    let proof = proof.expect("a proof");
    for section in corpus.variants("green good") {
        let kinds = corpus.green(&section, &proof).await;
        wrong.extend(kinds.iter().map(|kind| format!("{name}: green, {}: refused because of {kind}", section.name)));
    }
    for section in corpus.variants("green bad") {
        let kinds = corpus.green(&section, &proof).await;
        wrong.extend(missing(name, &section, &kinds));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Objects to a bad variant that was not refused for what is bad about it.
fn missing(name: &str, section: &Section, kinds: &[String]) -> Option<String> {
    let wanted = section.settings.get("because").expect("a reason");
    let is_refused = kinds.iter().any(|kind| kind == wanted);
    (!is_refused)
        .then(|| format!("{name}: {}, {}: not refused because of {wanted}, but {kinds:?}", section.kind, section.name))
}

impl Corpus {
    async fn read(name: &'static str, text: &str) -> Self {
        let sections = read(text);
        let base = sections.iter().find(|section| section.kind == "base").expect("a base").clone();
        let setting = |key: &str| base.settings.get(key).cloned();
        let list =
            |key: &str| setting(key).unwrap_or_default().split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>();
        let planned = list("new");
        let new = planned.iter().map(|entry| {
            let (name, file) = entry.split_once('@').expect("name@file");
            (TestName::new(&name.replace('~', " ")), Some(file.to_owned()))
        });
        let mut corpus = Self {
            name,
            line: setting("command").expect("a command"),
            junit: setting("junit").map(|pattern| Glob::parse(&pattern).expect("a pattern")),
            paths: TestPaths(list("paths").iter().map(|path| Glob::parse(path).expect("a pattern")).collect()),
            changes: TestChanges { new: new.collect(), ..TestChanges::default() },
            base_files: base.files.clone(),
            red_files: Files::default(),
            base: Base::Weak,
            build: tempfile::tempdir().expect("a temporary folder"),
            sections,
        };
        let (_ground, place) = corpus.place(&base.files, &base, Phase::Init);
        corpus.base = baseline(&place, corpus.suite()).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(matches!(corpus.base, Base::Weak), setting("proof").as_deref() == Some("weak"), "{name}");
        corpus
    }

    fn variants(&self, kind: &str) -> Vec<Section> {
        self.sections.iter().filter(|section| section.kind == kind).cloned().collect()
    }

    fn suite(&self) -> Suite<'_> {
        Suite { name: "tests", line: &self.line, junit: self.junit.as_ref() }
    }

    fn place(&self, files: &Files, section: &Section, phase: Phase) -> (Ground, Place) {
        let present = files.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)));
        let ground = Ground::new(present);
        let mut place = ground.place(phase);
        let build: PathBuf = self.build.path().to_owned();
        place.environment =
            place.environment.with("CARGO_TARGET_DIR", build.join("target")).with("GOCACHE", build.join("go"));
        if let Some(time) = section.settings.get("time") {
            place.bounds.time = Duration::from_millis(time.parse().expect("milliseconds"));
        }
        (ground, place)
    }

    /// Returns why the variant is not red, and the proof.
    async fn red(&self, section: &Section) -> (Vec<String>, Option<RedProof>) {
        let files = over(&self.base_files, &section.files);
        let (_ground, place) = self.place(&files, section, Phase::Tdd);
        let changed_files: BTreeSet<String> = section.files.keys().cloned().collect();
        let work =
            RedWork { ground: &self.base, changes: &self.changes, paths: &self.paths, changed_files: &changed_files };
        let gate = red(&place, self.suite(), work).await.expect("nobody stops it");
        let proof = gate.proof.unwrap_or_else(|| panic!("{}: {}: {:?}", self.name, section.name, gate.check));
        (kinds(&serde_json::to_value(&proof).expect("JSON")["red"]["problems"]), Some(proof))
    }

    /// Returns why the variant is not green.
    async fn green(&self, section: &Section, proof: &RedProof) -> Vec<String> {
        let files = over(&self.red_files, &section.files);
        let (_ground, place) = self.place(&files, section, Phase::Implement);
        let pending = BTreeSet::new();
        let work = GreenWork { ground: &self.base, changes: &self.changes, red: Some(proof), pending: &pending };
        let gate = green(&place, self.suite(), work).await.expect("nobody stops it");
        assert!(gate.check.log.is_some(), "{}: {}: {:?}", self.name, section.name, gate.check);
        kinds(&serde_json::to_value(&gate.problems).expect("JSON"))
    }
}

/// Returns the names of the reasons in a list of problems; a suite error by its own name.
fn kinds(problems: &serde_json::Value) -> Vec<String> {
    let kind = |problem: &serde_json::Value| {
        let reason = &problem["reason"];
        let of_suite = reason["error"].as_str();
        of_suite.or_else(|| reason["kind"].as_str()).unwrap_or("unknown").to_owned()
    };
    problems.as_array().into_iter().flatten().map(kind).collect()
}

/// Runs a corpus whose programs are there, and says so where they are not.
async fn holds_with(programs: &[&str], name: &'static str, text: &str) {
    let missing: Vec<_> = programs.iter().filter(|program| !is_installed(program)).collect();
    if missing.is_empty() {
        holds(name, text).await;
    } else {
        say_missing(&format!("corpus `{name}`, because there is no {missing:?}"));
    }
}

#[tokio::test]
async fn sec_47_sec_48_sec_49_what_shell_and_tap_prove() {
    holds_with(&["sh"], "tap", include_str!("../corpus/tap.txt")).await;
}

#[tokio::test]
async fn sec_47_sec_48_sec_49_what_rust_proves() {
    holds_with(&["cargo", "cc"], "rust", include_str!("../corpus/rust.txt")).await;
}

#[tokio::test]
async fn sec_47_sec_48_sec_49_what_node_proves() {
    holds_with(&["node"], "node", include_str!("../corpus/node.txt")).await;
}

#[tokio::test]
async fn sec_47_sec_48_sec_49_what_node_proves_by_junit_files() {
    holds_with(&["node"], "junit", include_str!("../corpus/junit.txt")).await;
}

#[tokio::test]
async fn sec_47_sec_48_sec_49_what_unittest_proves_without_names() {
    holds_with(&["python3"], "unittest", include_str!("../corpus/unittest.txt")).await;
}

#[tokio::test]
async fn sec_47_sec_48_sec_49_what_pytest_proves() {
    let ground = Ground::new([]);
    let asking = [(CriterionId::new(1).expect("a number"), "python3 -m pytest --version".to_owned())];
    let asked = commands_green(&ground.place(Phase::Init), &asking).await.expect("nobody stops it");
    if asked.result == CheckOutcome::Passed {
        holds("pytest", include_str!("../corpus/pytest.txt")).await;
    } else {
        say_missing("corpus `pytest`, because there is no pytest");
    }
}

#[tokio::test]
async fn sec_47_sec_48_sec_49_what_go_proves() {
    holds_with(&["go"], "go", include_str!("../corpus/go.txt")).await;
}
