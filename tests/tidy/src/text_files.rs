//! Rules for every text file: line ends, tabs, and nothing of the machine that somebody worked on.

use crate::rust_source::RustSource;
use crate::violation::{TextFile, Violation, numbered_lines};

/// Where people keep their files. A path below one of these means one machine and is wrong on every other.
const MACHINE_FOLDERS: [&str; 4] = ["/work/", "/home/", "/root/", "/Users/"];

/// Homes that are the same on every machine: of the hosted runners, and of nobody in examples.
const ANYBODYS_HOMES: [&str; 3] = ["/home/runner/", "/home/user/", "/Users/user/"];

/// Where packages come from is a setting of a machine or its organization, not of the repository.
const REGISTRY_HOSTS: [&str; 8] = [
    "index.crates.io",
    "static.crates.io",
    "pypi.org",
    "files.pythonhosted.org",
    "registry.npmjs.org",
    "proxy.golang.org",
    "deb.debian.org",
    "registry-1.docker.io",
];

/// Checks one file.
pub fn check(file: &TextFile) -> Vec<Violation> {
    if file.is_fixture() {
        return Vec::new();
    }
    let mut found = ending(file);
    for (number, line) in numbered_lines(&file.text) {
        let mut add = |rule, message: String| found.push(file.violation(rule, number, message));
        if line.contains('\t') {
            add("tab", "a tab; indent with spaces, and write `\\t` in literals".to_owned());
        }
        if line.contains('\r') {
            add("carriage-return", "a carriage return; lines end with `\\n`".to_owned());
        }
        // In Rust files the formatter removes it, and what is left belongs to a literal.
        if line.ends_with(' ') && !file.has_extension("rs") {
            add("trailing-space", "a space at the end of the line".to_owned());
        }
        if let Some(folder) = machine_folder(line) {
            add("machine-path", format!("`{folder}` is a place on one machine"));
        }
        if let Some(host) = registry_host(file, line) {
            add("registry-host", format!("`{host}` is a setting of a machine"));
        }
    }
    found.extend(todos(file));
    found
}

/// `lines` does not show how the text ends, and takes a `\r\n` for a line end.
fn ending(file: &TextFile) -> Vec<Violation> {
    let last = file.text.lines().count().max(1);
    if file.text.contains("\r\n") {
        return vec![file.violation("carriage-return", 1, "lines that end with `\\r\\n`")];
    }
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        return vec![file.violation("final-newline", last, "no newline at the end of the file")];
    }
    if file.text.ends_with("\n\n") {
        return vec![file.violation("final-newline", last, "an empty line at the end of the file")];
    }
    Vec::new()
}

fn machine_folder(line: &str) -> Option<&'static str> {
    MACHINE_FOLDERS.into_iter().find(|folder| {
        line.match_indices(folder).any(|(at, _)| {
            let starts_a_path = line
                .get(..at)
                .and_then(|before| before.chars().next_back())
                .is_none_or(|before| !before.is_alphanumeric() && !"_-./~}*".contains(before));
            let is_anybodys =
                line.get(at..).is_some_and(|path| ANYBODYS_HOMES.iter().any(|home| path.starts_with(home)));
            starts_a_path && !is_anybodys
        })
    })
}

/// The lock file names its registry by design; what it may name is a rule of [`crate::lockfile`].
fn registry_host(file: &TextFile, line: &str) -> Option<&'static str> {
    if file.name() == "Cargo.lock" {
        return None;
    }
    REGISTRY_HOSTS.into_iter().find(|host| line.contains(host))
}

/// Prose may speak of TODOs; a comment in code may not have one that nobody will find again.
fn todos(file: &TextFile) -> Vec<Violation> {
    let comments = match file.name().rsplit_once('.').map(|(_, extension)| extension) {
        Some("rs") => RustSource::new(&file.text).comments,
        Some("lock" | "json" | "md") => return Vec::new(),
        _ => file.text.clone(),
    };
    let names_an_issue = |line: &str| {
        let mut numbers = line.split('#').skip(1);
        numbers.any(|after| after.starts_with(|character: char| character.is_ascii_digit()))
    };
    let is_marked = |line: &str| {
        // In backticks it is the name of something else.
        let mut words = line.split(|character: char| !character.is_alphanumeric() && character != '`');
        words.any(|word| word == "TODO" || word == "FIXME")
    };
    numbered_lines(&comments)
        .filter(|(_, line)| is_marked(line) && !names_an_issue(line))
        .map(|(number, _)| file.violation("todo", number, "a TODO without the number of its issue (`#123`)"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::violation::expect;

    fn check_text(path: &str, text: &str) -> Vec<Violation> {
        check(&TextFile::new(path, text))
    }

    #[test]
    fn a_clean_file_has_no_violations() {
        expect::none(&check_text("a.md", "one\n\ntwo\n"));
        expect::none(&check_text("empty", ""));
    }

    #[test]
    fn tabs_are_found() {
        expect::one(&check_text("a.toml", "a\n\tb\n"), "tab", 2);
    }

    #[test]
    fn carriage_returns_are_found() {
        expect::one(&check_text("a.md", "a\r\nb\r\n"), "carriage-return", 1);
        expect::one(&check_text("a.md", "a\nb\rc\n"), "carriage-return", 2);
    }

    #[test]
    fn spaces_at_the_end_of_a_line_are_found() {
        expect::one(&check_text("a.md", "a\nb \n"), "trailing-space", 2);
        expect::none(&check_text("a.rs", "//! A\nconst B: &str = \"c \n\";\n"));
    }

    #[test]
    fn a_file_ends_with_exactly_one_newline() {
        expect::one(&check_text("a.md", "a\nb"), "final-newline", 2);
        expect::one(&check_text("a.md", "a\n\n"), "final-newline", 2);
    }

    #[test]
    fn places_on_one_machine_are_found() {
        for line in ["cd /work/x", "\"/home/someone/x\"", "`/root/.cargo`", "=/Users/someone/x", "(/work/x)"] {
            expect::one(&check_text("a.md", &format!("a\n{line}\n")), "machine-path", 2);
        }
        for line in
            ["/home/runner/work/x", "https://example.com/home/x", "/home/user/x", "a/work/b", "./work/x", "**/work/x"]
        {
            expect::none(&check_text("a.md", &format!("{line}\n")));
        }
    }

    #[test]
    fn registry_hosts_are_found_except_in_the_lock_file() {
        let text = "index = \"https://index.crates.io/\"\n";
        expect::one(&check_text(".cargo/config.toml", text), "registry-host", 1);
        expect::none(&check_text("Cargo.lock", text));
    }

    #[test]
    fn a_todo_names_its_issue() {
        expect::one(&check_text("a.rs", "a();\nb(); // TODO: c\n"), "todo", 2);
        expect::one(&check_text("a.sh", "# FIXME # later\n"), "todo", 1);
        expect::none(&check_text("a.rs", "b(); // TODO(#12): c\n"));
        expect::none(&check_text("a.rs", "let todos = \"TODO\"; // the word alone\n"));
        expect::none(&check_text("a.rs", "/// Tests marked `TODO` do not count.\n"));
        expect::none(&check_text("STYLE.md", "# A TODO names its issue\n"));
    }

    #[test]
    fn material_for_tests_may_be_broken() {
        expect::none(&check_text("runner/core/tests/fixtures/a.md", "\t\r\n/work/x"));
        expect::none(&check_text("runner/core/src/snapshots/a.snap", "a\n\n"));
    }
}
