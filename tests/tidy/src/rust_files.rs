//! Rules for Rust files: size, header, and what must not be in them.

use crate::rust_source::{RustSource, Token, paths_from};
use crate::violation::{TextFile, Violation};

/// More than this is two subjects in one file.
const MAX_LINES: usize = 400;

/// Checks one file; other files than Rust files have no violations.
pub fn check(file: &TextFile) -> Vec<Violation> {
    if !file.has_extension("rs") || file.is_fixture() {
        return Vec::new();
    }
    let source = RustSource::new(&file.text);
    let mut found = shape(file);
    let tokens = source.tokens();
    found.extend(forbidden_words(file, &tokens));
    found.extend(sleeping_tests(file, &tokens, &source));
    found
}

fn shape(file: &TextFile) -> Vec<Violation> {
    let mut found = Vec::new();
    let lines = file.text.lines().count();
    if lines > MAX_LINES {
        found.push(file.violation("file-length", lines, format!("{lines} lines; at most {MAX_LINES}")));
    }
    if file.name() == "mod.rs" {
        found.push(file.violation("mod-file", 1, "a module `a` with children is `a.rs` beside `a/`"));
    }
    if needs_header(file) && !file.text.starts_with("//!") {
        found.push(file.violation("header", 1, "starts without `//!`: what is this file for?"));
    }
    found
}

/// The tests of a module need no header of their own: the module says what they are about.
fn needs_header(file: &TextFile) -> bool {
    let in_source = file.folder().split('/').skip_while(|part| *part != "src");
    file.name() != "tests.rs" && !in_source.into_iter().any(|part| part == "tests")
}

fn forbidden_words(file: &TextFile, tokens: &[Token]) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut before = "";
    // How many brackets are open in the attribute (`#[…]`) under way; 0 outside of attributes.
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        let is_macro = tokens.get(index + 1).is_some_and(|next| next.text == "!");
        let mut add = |rule, message: &str| found.push(file.violation(rule, token.line, message));
        match token.text.as_str() {
            "[" if depth > 0 || before == "#" => depth += 1,
            "]" => depth = depth.saturating_sub(1),
            "todo" | "unimplemented" if is_macro => add("unfinished", "unfinished code; finish it or leave it out"),
            "dbg" if is_macro => add("debugging", "left over from debugging"),
            "ignore" if depth > 0 => add("ignored-test", "a test that does not run; repair it or delete it"),
            "should_panic" if depth > 0 => {
                add("should-panic", "any panic would satisfy it; compare the error instead");
            }
            _ => {}
        }
        before = &token.text;
    }
    found
}

/// Finds `thread::sleep` and `time::sleep` in code that only tests run, called or imported.
fn sleeping_tests(file: &TextFile, tokens: &[Token], source: &RustSource) -> Vec<Violation> {
    let is_test_file = file.is_below("tests") || file.name() == "tests.rs";
    let paths = ["thread", "time"].into_iter().flat_map(|root| paths_from(tokens, root));
    paths
        .filter(|(line, path)| path.ends_with("::sleep") && (is_test_file || source.is_test_line(*line)))
        .map(|(line, _)| file.violation("sleeping-test", line, "wait for something, with a deadline, not for a while"))
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
    fn a_file_has_at_most_400_lines() {
        let lines = |count: usize| format!("//! A\n{}", "\n".repeat(count - 1));
        expect::none(&check_text("src/a.rs", &lines(400)));
        expect::one(&check_text("src/a.rs", &lines(401)), "file-length", 401);
        expect::none(&check_text("a.md", &lines(401)));
    }

    #[test]
    fn a_file_says_what_it_is_for() {
        expect::one(&check_text("src/a.rs", "use b;\n"), "header", 1);
        expect::one(&check_text("tests/e2e/main.rs", "use b;\n"), "header", 1);
        expect::one(&check_text("tests/src/a.rs", "use b;\n"), "header", 1);
        expect::none(&check_text("src/a.rs", "//! B\n"));
        expect::none(&check_text("src/a/tests.rs", "use b;\n"));
        expect::none(&check_text("src/a/tests/c.rs", "use b;\n"));
    }

    #[test]
    fn mod_files_are_found() {
        expect::one(&check_text("src/a/mod.rs", "//! B\n"), "mod-file", 1);
    }

    #[test]
    fn tests_that_do_not_run_are_found() {
        for attribute in [
            "#[ignore]",
            "#[ignore = \"slow\"]",
            "#[cfg_attr(unix, ignore)]",
            "#[cfg_attr(all(unix, a = \"[\"), ignore)]",
            "#[cfg_attr(a[b], ignore)]",
            "#[test] #[ignore]",
        ] {
            let text = format!("//! A\n{attribute}\nfn b() {{}}\n");
            expect::one(&check_text("src/a.rs", &text), "ignored-test", 2);
        }
        for line in ["mod ignore;", "x[0].ignore();", "[ignore]", "#[test] fn ignore() {}", "#[a(b[c])] ignore"] {
            expect::none(&check_text("src/a.rs", &format!("//! A\n{line}\n")));
        }
    }

    #[test]
    fn should_panic_is_found() {
        let text = "//! A\n#[should_panic(expected = \"a\")]\nfn b() {}\n";
        expect::one(&check_text("src/a.rs", text), "should-panic", 2);
        expect::none(&check_text("src/a.rs", "//! A\nfn should_panic() {}\n"));
    }

    #[test]
    fn unfinished_code_is_found() {
        expect::one(&check_text("src/a.rs", "//! A\nfn b() { todo!() }\n"), "unfinished", 2);
        expect::one(&check_text("src/a.rs", "//! A\nfn b() { unimplemented!(\"c\") }\n"), "unfinished", 2);
        expect::one(&check_text("src/a.rs", "//! A\nfn b() { dbg!(1); }\n"), "debugging", 2);
        expect::none(&check_text("src/a.rs", "//! A\nfn todo() { dbg(unimplemented) != b }\n"));
        expect::none(&check_text("src/a.rs", "//! todo!\nconst B: &str = \"dbg!(todo!())\";\n"));
    }

    #[test]
    fn sleeping_tests_are_found() {
        for call in [
            "std::thread::sleep(a);",
            "tokio::time::sleep(a).await;",
            "use std::thread::sleep;",
            "use std::thread::{park, sleep};",
            "use tokio::{time::{Duration, sleep}, fs};",
        ] {
            let text = format!("//! A\n{call}\n");
            expect::one(&check_text("tests/e2e/a.rs", &text), "sleeping-test", 2);
            expect::one(&check_text("src/a/tests.rs", &text), "sleeping-test", 2);
            let inline = format!("//! A\n#[cfg(test)]\nmod tests {{\n    {call}\n}}\n");
            expect::one(&check_text("src/a.rs", &inline), "sleeping-test", 4);
            expect::none(&check_text("src/a.rs", &text));
        }
    }
}
