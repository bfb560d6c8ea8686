//! The deciding core does no I/O, asks no clock, throws no dice and waits for nothing.
//!
//! Lints forbid the known functions by name; this rule forbids the modules, however they are imported. Tests of the core
//! may do what they like: they are not part of it.

use crate::rust_source::{RustSource, Token, paths_from};
use crate::violation::{TextFile, Violation};

/// Where the deciding code is.
pub const CORE_SOURCE: &str = "runner/core/src/";

/// What the core never names. A path that only leads to one of these is forbidden as well.
const FORBIDDEN_PATHS: [&str; 14] = [
    "std::env",
    "std::fs",
    "std::hash::RandomState",
    "std::io::stderr",
    "std::io::stdin",
    "std::io::stdout",
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "std::collections::HashMap",
    "std::collections::HashSet",
];

const FORBIDDEN_MACROS: [&str; 6] = ["env", "eprint", "eprintln", "option_env", "print", "println"];

/// Checks one file; files outside the core have no violations.
pub fn check(file: &TextFile) -> Vec<Violation> {
    let is_production = file.path.starts_with(CORE_SOURCE)
        && file.has_extension("rs")
        && file.name() != "tests.rs"
        && !file.is_below("tests");
    if !is_production {
        return Vec::new();
    }
    let source = RustSource::new(&file.text);
    let tokens: Vec<Token> = source.tokens().into_iter().filter(|token| !source.is_test_line(token.line)).collect();
    let mut found = words(file, &tokens);
    found.extend(
        paths_from(&tokens, "std")
            .into_iter()
            .filter(|(_, path)| is_forbidden(path))
            .map(|(line, path)| file.violation("core-purity", line, format!("`{path}` in the deciding core"))),
    );
    found
}

fn words(file: &TextFile, tokens: &[Token]) -> Vec<Violation> {
    let mut found = Vec::new();
    let text_at = |index: usize| tokens.get(index).map(|token| token.text.as_str());
    for (index, token) in tokens.iter().enumerate() {
        let before = index.checked_sub(1).and_then(text_at);
        let after = text_at(index + 1);
        let reason = match token.text.as_str() {
            "async" | "await" => "waiting",
            "now" if before == Some("::") => "a clock",
            name if after == Some("!") && FORBIDDEN_MACROS.contains(&name) => "input or output",
            _ => continue,
        };
        let message = format!("`{}` is {reason} in the deciding core", token.text);
        found.push(file.violation("core-purity", token.line, message));
    }
    found
}

/// A forbidden path, something below it, or something through which it could be reached unseen.
fn is_forbidden(path: &str) -> bool {
    let path = path.strip_suffix("::self").unwrap_or(path);
    if let Some(above) = path.strip_suffix('*') {
        return FORBIDDEN_PATHS.iter().any(|forbidden| forbidden.starts_with(above)) || is_forbidden_exactly(path);
    }
    is_forbidden_exactly(path)
}

fn is_forbidden_exactly(path: &str) -> bool {
    FORBIDDEN_PATHS
        .iter()
        .any(|forbidden| path.strip_prefix(forbidden).is_some_and(|rest| rest.is_empty() || rest.starts_with("::")))
        || matches!(path, "std" | "std::time" | "std::io" | "std::collections")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::violation::expect;

    fn check_text(path: &str, text: &str) -> Vec<Violation> {
        check(&TextFile::new(path, text))
    }

    #[test]
    fn each_way_out_of_the_core_is_found() {
        for line in [
            "use std::fs;",
            "use std::fs::File;",
            "let a = std::env::var(b);",
            "use std::{fmt, net::TcpStream};",
            "use std::{fmt, time::{Duration, Instant}};",
            "use std::time::SystemTime as Clock;",
            "use std::time;",
            "use std::time::{self, Duration};",
            "use std::time::*;",
            "use std::io::*;",
            "use std::*;",
            "use std as library;",
            "use std::{self as library};",
            "use ::std::process::Command;",
            "std::thread::spawn(a);",
            "use std::io::{Read, stdin};",
            "use std::collections::{BTreeMap, HashMap};",
            "use std::hash::RandomState;",
            "println!(\"a\");",
            "eprint!(\"a\");",
            "const A: &str = env!(\"HOME\");",
            "async fn a() {}",
            "b.await;",
            "let a = Timestamp::now();",
        ] {
            let text = format!("//! A\n{line}\n");
            expect::one(&check_text("runner/core/src/a.rs", &text), "core-purity", 2);
            expect::none(&check_text("runner/src/a.rs", &text));
            expect::none(&check_text("runner/core/src/a/tests.rs", &text));
            expect::none(&check_text("runner/core/src/a/tests/b.rs", &text));
            let inline = format!("//! A\n#[cfg(test)]\nmod tests {{\n    {line}\n}}\n");
            expect::none(&check_text("runner/core/src/a.rs", &inline));
        }
    }

    #[test]
    fn what_only_looks_like_a_way_out_is_not_found() {
        for line in [
            "use std::fmt;",
            "use std::time::Duration;",
            "use std::{borrow::Cow, collections::{BTreeMap, BTreeSet}, time::Duration};",
            "use std::io::Write as _;",
            "use std::iter::{self, Peekable};",
            "use std::collections::btree_map::*;",
            "fn a(now: Timestamp) {}",
            "let a = \"std::fs\"; // std::env",
            "let env = print;",
            "let a = std::mem::take::<u8>(b);",
            "impl<E: std::error::Error> A for E {}",
        ] {
            expect::none(&check_text("runner/core/src/a.rs", &format!("//! A\n{line}\n")));
        }
    }

    #[test]
    fn each_of_several_paths_is_found() {
        let text = "//! A\nuse std::{\n    env,\n    fs::{self, File},\n    net::TcpStream as Stream,\n};\n";
        let lines: Vec<_> = check_text("runner/core/src/a.rs", text).iter().map(|violation| violation.line).collect();
        assert_eq!(lines, [3, 4, 4, 5]);
    }
}
