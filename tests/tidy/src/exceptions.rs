//! The few places where a rule does not hold, each with its reason.
//!
//! An exception that excuses nothing is itself a violation, so the list cannot outlive what it was made for.

use crate::violation::Violation;

/// One file that need not follow one rule.
#[derive(Clone, Copy, Debug)]
pub struct Exception {
    pub rule: &'static str,
    pub path: &'static str,
    pub reason: &'static str,
}

/// All exceptions of this repository.
pub const EXCEPTIONS: &[Exception] = &[
    Exception {
        rule: "machine-path",
        path: "tests/tidy/src/text_files.rs",
        reason: "names the paths that it looks for",
    },
    Exception {
        rule: "registry-host",
        path: "tests/tidy/src/text_files.rs",
        reason: "names the hosts that it looks for",
    },
];

/// Returns the violations that no exception excuses.
pub fn without_excused(found: Vec<Violation>, exceptions: &[Exception]) -> Vec<Violation> {
    found.into_iter().filter(|violation| !exceptions.iter().any(|exception| excuses(exception, violation))).collect()
}

/// Returns the exceptions that excuse nothing of `found`, as violations; `found` are the violations of all rules.
pub fn stale(found: &[Violation], exceptions: &[Exception]) -> Vec<Violation> {
    exceptions
        .iter()
        .filter(|exception| !found.iter().any(|violation| excuses(exception, violation)))
        .map(|exception| Violation {
            rule: "stale-exception",
            path: exception.path.to_owned(),
            line: 1,
            message: format!(
                "nothing violates `{}` here any more ({}); remove the exception",
                exception.rule, exception.reason
            ),
        })
        .collect()
}

fn excuses(exception: &Exception, violation: &Violation) -> bool {
    exception.rule == violation.rule && exception.path == violation.path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::violation::{TextFile, expect};

    const EXCEPTION: Exception = Exception { rule: "tab", path: "a.md", reason: "test" };

    #[test]
    fn an_exception_excuses_one_rule_in_one_file() {
        let found = vec![
            TextFile::new("a.md", "").violation("tab", 3, ""),
            TextFile::new("a.md", "").violation("other", 4, ""),
            TextFile::new("b.md", "").violation("tab", 5, ""),
        ];
        let left = without_excused(found, &[EXCEPTION]);
        let lines: Vec<_> = left.iter().map(|violation| violation.line).collect();
        assert_eq!(lines, [4, 5]);
    }

    #[test]
    fn an_exception_that_excuses_nothing_is_a_violation() {
        let needed = [TextFile::new("a.md", "").violation("tab", 3, "")];
        expect::none(&stale(&needed, &[EXCEPTION]));
        expect::one(&stale(&[], &[EXCEPTION]), "stale-exception", 1);
    }
}
