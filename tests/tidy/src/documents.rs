//! Documents that must not fall behind: decisions, README, changelog, code map and the list of threats.

use std::collections::{BTreeMap, BTreeSet};

use crate::violation::{TextFile, Violation, numbered_lines};

/// Where decisions are recorded.
const DECISIONS: &str = "docs/adr";

/// What every decision says, in this order.
const DECISION_HEADINGS: [&str; 4] = ["Context", "Decision", "Alternatives", "Consequences"];

/// The page that says what each `SEC-…` means.
const THREATS: &str = "docs/concepts/threats.md";

/// The map has to stay a map.
const MAX_ARCHITECTURE_LINES: usize = 400;

/// Files that everybody looks for at the root.
const EXPECTED: [&str; 10] = [
    "AGENTS.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "STYLE.md",
    "docs/concepts/threats.md",
];

/// Checks the documents among `files`; `paths` are the paths of all files there are.
pub fn check(files: &[TextFile], paths: &BTreeSet<String>) -> Vec<Violation> {
    let mut found: Vec<_> = EXPECTED
        .iter()
        .filter(|path| !paths.contains(**path))
        .map(|path| TextFile::new(path, "").violation("missing-file", 1, "is missing"))
        .collect();
    let find = |path: &str| files.iter().find(|file| file.path == path);
    found.extend(decisions(files));
    found.extend(find("README.md").map_or_else(Vec::new, |readme| folders(readme, paths)));
    found.extend(find("CHANGELOG.md").and_then(unreleased));
    if let Some(architecture) = find("ARCHITECTURE.md") {
        found.extend(length(architecture));
        found.extend(find("runner/core/src/lib.rs").map_or_else(Vec::new, |core| modules(architecture, core)));
    }
    found.extend(find(THREATS).map_or_else(Vec::new, |threats| threat_names(threats, files)));
    found
}

/// Decisions are numbered from 0001 without gaps, and each says why, what, what else, and what follows.
fn decisions(files: &[TextFile]) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut numbered: BTreeMap<usize, &TextFile> = BTreeMap::new();
    for file in files.iter().filter(|file| file.folder() == DECISIONS) {
        let Some(number) = decision_number(file.name()) else {
            found.push(file.violation("decision", 1, "is not called `NNNN-in-small-letters.md`"));
            continue;
        };
        if numbered.insert(number, file).is_some() {
            found.push(file.violation("decision", 1, format!("a second decision {number:04}")));
        }
        found.extend(decision_text(file, number));
    }
    for (expected, (number, file)) in (1..).zip(&numbered) {
        if expected != *number {
            found.push(file.violation("decision", 1, format!("follows a gap: there is no {expected:04}")));
            break;
        }
    }
    found
}

fn decision_number(name: &str) -> Option<usize> {
    let (number, title) = name.strip_suffix(".md")?.split_once('-')?;
    let is_number = number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_title = !title.is_empty() && title.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if is_number && is_title { number.parse().ok() } else { None }
}

fn decision_text(file: &TextFile, number: usize) -> Vec<Violation> {
    let mut found = Vec::new();
    if !file.text.starts_with(&format!("# {number:04} ")) {
        found.push(file.violation("decision", 1, format!("does not start with `# {number:04} ` and a title")));
    }
    let headings: Vec<_> = file.text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    if headings != DECISION_HEADINGS {
        let expected = DECISION_HEADINGS.join(", ");
        found.push(file.violation("decision", 1, format!("its headings are not {expected}")));
    }
    found
}

/// Whoever reads the README learns of every folder at the top.
fn folders(readme: &TextFile, paths: &BTreeSet<String>) -> Vec<Violation> {
    let folders: BTreeSet<&str> =
        paths.iter().filter_map(|path| path.split_once('/').map(|(folder, _)| folder)).collect();
    folders
        .into_iter()
        .filter(|folder| !readme.text.contains(&format!("`{folder}/`")))
        .map(|folder| readme.violation("readme", 1, format!("does not mention `{folder}/`")))
        .collect()
}

fn unreleased(changelog: &TextFile) -> Option<Violation> {
    let has_section = changelog.text.lines().any(|line| line == "## Unreleased");
    (!has_section).then(|| changelog.violation("changelog", 1, "has no section `## Unreleased`"))
}

fn length(architecture: &TextFile) -> Option<Violation> {
    let lines = architecture.text.lines().count();
    (lines > MAX_ARCHITECTURE_LINES).then(|| {
        let message = format!("{lines} lines; at most {MAX_ARCHITECTURE_LINES}");
        architecture.violation("file-length", lines, message)
    })
}

/// The code map names every module of the core; it may name ones that are still to come.
fn modules(architecture: &TextFile, core: &TextFile) -> Vec<Violation> {
    numbered_lines(&core.text)
        .filter_map(|(number, line)| {
            let name = line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod ")?;
            Some((number, name.strip_suffix(';')?))
        })
        .filter(|(_, name)| !architecture.text.contains(&format!("`{name}`")))
        .map(|(number, name)| core.violation("code-map", number, format!("ARCHITECTURE.md does not mention `{name}`")))
        .collect()
}

/// A name like `SEC-21`, in a comment or in the name of a test, is on the page of threats.
fn threat_names(threats: &TextFile, files: &[TextFile]) -> Vec<Violation> {
    let known: BTreeSet<u32> =
        threats.text.lines().filter_map(|line| line.strip_prefix("- **SEC-")).filter_map(leading_number).collect();
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.has_extension("rs") || file.has_extension("md")) {
        for (line, text) in numbered_lines(&file.text) {
            let named = text.split("SEC-").skip(1).chain(text.split("fn sec_").skip(1));
            for number in named.filter_map(leading_number) {
                if !known.contains(&number) {
                    found.push(file.violation("threat", line, format!("`SEC-{number:02}` is not in {THREATS}")));
                }
            }
        }
    }
    found
}

fn leading_number(text: &str) -> Option<u32> {
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::violation::expect;

    const DECISION: &str =
        "# 0001 Title\n\n## Context\n\na\n\n## Decision\n\nb\n\n## Alternatives\n\nc\n\n## Consequences\n\nd\n";

    fn decision(name: &str, number: &str) -> TextFile {
        TextFile::new(&format!("docs/adr/{name}"), &DECISION.replace("0001", number))
    }

    #[test]
    fn decisions_are_numbered_without_gaps() {
        expect::none(&decisions(&[decision("0002-b.md", "0002"), decision("0001-a.md", "0001")]));
        expect::one(&decisions(&[decision("0002-b.md", "0002")]), "decision", 1);
        let gap = [decision("0001-a.md", "0001"), decision("0003-c.md", "0003"), decision("0004-d.md", "0004")];
        let found = decisions(&gap);
        expect::one(&found, "decision", 1);
        assert_eq!(found[0].path, "docs/adr/0003-c.md");
        expect::one(&decisions(&[decision("0001-a.md", "0001"), decision("0001-b.md", "0001")]), "decision", 1);
    }

    #[test]
    fn a_decision_is_named_by_number_and_title() {
        for name in ["1-a.md", "0001.md", "0001-.md", "0001-A.md", "00001-a.md", "0001-a.txt", "notes.md"] {
            expect::one(&decisions(&[decision(name, "0001")]), "decision", 1);
        }
        expect::one(&decisions(&[decision("0001-a.md", "0002")]), "decision", 1);
    }

    #[test]
    fn a_decision_says_why_what_what_else_and_what_follows() {
        for (from, to) in [
            ("## Alternatives\n\nc\n\n", ""),
            ("## Decision", "## Choice"),
            ("## Context", "## Decision"),
            ("d\n", "d\n\n## More\n"),
        ] {
            let file = TextFile::new("docs/adr/0001-a.md", &DECISION.replacen(from, to, 1));
            expect::one(&decisions(&[file]), "decision", 1);
        }
    }

    #[test]
    fn the_readme_mentions_every_folder() {
        let paths = ["README.md", "docs/a.md", ".ci/run"].map(str::to_owned).into();
        expect::none(&folders(&TextFile::new("README.md", "`docs/`, `.ci/`"), &paths));
        expect::one(&folders(&TextFile::new("README.md", "`docs/`, .ci"), &paths), "readme", 1);
    }

    #[test]
    fn the_changelog_has_room_for_the_next_change() {
        assert_eq!(unreleased(&TextFile::new("CHANGELOG.md", "# A\n\n## Unreleased\n")), None);
        assert!(unreleased(&TextFile::new("CHANGELOG.md", "# A\n\n## 1.0.0\n")).is_some());
    }

    #[test]
    fn the_architecture_stays_short() {
        assert_eq!(length(&TextFile::new("ARCHITECTURE.md", &"a\n".repeat(400))), None);
        assert!(length(&TextFile::new("ARCHITECTURE.md", &"a\n".repeat(401))).is_some());
    }

    #[test]
    fn the_code_map_names_every_module() {
        let core = TextFile::new("runner/core/src/lib.rs", "//! A\n\npub mod phase;\nmod words;\n");
        expect::none(&modules(&TextFile::new("ARCHITECTURE.md", "`phase` `words` `later`"), &core));
        expect::one(&modules(&TextFile::new("ARCHITECTURE.md", "`phase` words"), &core), "code-map", 4);
    }

    #[test]
    fn a_threat_that_is_named_is_described() {
        let threats = TextFile::new(THREATS, "# Threats\n\n- **SEC-21** a command in a quote\n");
        let file = |text: &str| [TextFile::new("a.rs", text)];
        expect::none(&threat_names(&threats, &file("//! A (SEC-21)\nfn sec_21_b() {}\nfn sec_limit() {}\n")));
        expect::one(&threat_names(&threats, &file("//! A\n// SEC-21, SEC-22\n")), "threat", 2);
        expect::one(&threat_names(&threats, &file("//! A\nfn sec_22_b() {}\n")), "threat", 2);
    }

    #[test]
    fn every_document_is_looked_at() {
        let files = [
            TextFile::new("README.md", "nothing\n"),
            TextFile::new("CHANGELOG.md", "nothing\n"),
            TextFile::new("ARCHITECTURE.md", &"nothing\n".repeat(401)),
            TextFile::new("runner/core/src/lib.rs", "pub mod phase; // SEC-02\npub mod words;\n"),
            TextFile::new(THREATS, "- **SEC-01** a\n"),
            TextFile::new("docs/adr/notes.md", "nothing\n"),
        ];
        let mut paths: BTreeSet<String> = EXPECTED.map(str::to_owned).into();
        paths.extend(files.iter().map(|file| file.path.clone()));
        let found = check(&files, &paths);
        let mut rules: Vec<_> = found.iter().map(|violation| violation.rule).collect();
        rules.dedup();
        assert_eq!(rules, ["decision", "readme", "changelog", "file-length", "code-map", "threat"], "{found:#?}");
    }

    #[test]
    fn files_that_everybody_looks_for_exist() {
        let all: BTreeSet<String> = EXPECTED.map(str::to_owned).into();
        expect::none(&check(&[], &all));
        let mut without = all;
        without.remove("LICENSE-MIT");
        expect::one(&check(&[], &without), "missing-file", 1);
    }
}
